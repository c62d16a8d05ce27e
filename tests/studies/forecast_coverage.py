"""How forecasts of real runs did: smaller ones fitted, larger ones held out, intervals counted.

`STAGED_RELEASE_DATA=FOLDER python tests/studies/forecast_coverage.py` prints the page of the docs from the
public results in that folder; `make studies` compares the two.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

from release.stats.later_starts import over_later_starts
from release.stats.powerlaw import (
    LOSS_PARAMETERS,
    PASS_RATE_PARAMETERS,
    Run,
    fit_loss,
    fit_pass_rate,
)

LEVEL = 0.95
OUTLIERS = 5
"""Points of highest loss that Besiroglu et al. 2024 leave out of the digitised figure."""

BIN = 0.2
"""Width of a bin of compute, in powers of ten, whose best run is taken as the frontier."""


@dataclass(frozen=True)
class Forecast:
    """One forecast and what came.

    Attributes:
        group: what was forecast.
        ahead: how many sizes beyond the largest that was fitted.
        inside: whether the run fell into its interval; None where the fit was refused.
        error: actual less predicted, over actual.
        width: width of the interval, over actual.
        later: whether the run fell into what all later starts together say.
        later_width: width of that, over actual.
    """

    group: str
    ahead: int
    inside: bool | None
    error: float = math.nan
    width: float = math.nan
    later: bool = False
    later_width: float = math.nan


def forecast(group: str, fitted: Sequence[Run], ahead: int, actual: Run, *, rates: bool) -> Forecast | None:
    """Forecast one run, or return None where the kind itself would refuse for want of runs."""
    parameters = PASS_RATE_PARAMETERS if rates else LOSS_PARAMETERS
    if len(fitted) < parameters + 2:
        return None
    law = fit_pass_rate if rates else fit_loss
    fit = law(fitted)
    if isinstance(fit, str):
        return Forecast(group, ahead, None)
    found = fit.predict(actual.compute, LEVEL)
    low, high = found.interval.low, found.interval.high
    starts = over_later_starts(fitted, law, parameters, actual.compute, LEVEL)
    if low is None or high is None or starts is None:
        return Forecast(group, ahead, None)
    return Forecast(
        group,
        ahead,
        low <= actual.value <= high,
        (actual.value - found.value) / actual.value,
        (high - low) / actual.value,
        starts.low <= actual.value <= starts.high,
        (starts.high - starts.low) / actual.value,
    )


def pythia(folder: Path) -> Iterator[Forecast]:
    """Forecast the 1 to 3 largest of eight sizes from the smaller ones, by task and checkpoint."""
    table = pd.read_csv(folder / "pythia_scaling.csv")
    table = table[
        (table["fewshot"] == 0) & (table["step"] >= 3000) & (table["task"] != "crows_pairs_english")
    ]
    for (_, task, metric, _), sizes in table.groupby(["family", "task", "metric", "step"]):
        own = sizes.sort_values("params_non_embedding")
        rates = metric != "ppl"
        values = own["value"] if rates else np.log(own["value"])
        group = "Pythia, LAMBADA loss (log perplexity)"
        if rates:
            group = "Pythia, LAMBADA accuracy" if task == "lambada_openai" else "Pythia, other accuracies"
        runs = [Run(float(n), float(v)) for n, v in zip(own["params_non_embedding"], values, strict=True)]
        for left in (1, 2, 3):
            for ahead in range(1, left + 1):
                actual = runs[len(runs) - left + ahead - 1]
                found = forecast(group, runs[:-left], ahead, actual, rates=rates)
                if found:
                    yield found


def chinchilla(folder: Path) -> Iterator[Forecast]:
    """Forecast the frontier of loss against compute one to six bins ahead, from every start of it."""
    table = pd.read_csv(folder / "chinchilla_points.csv").sort_values("loss", ascending=False)[OUTLIERS:]
    bins = np.floor(np.log10(table["train_flops"]) / BIN)
    best = table.loc[table.groupby(bins)["loss"].idxmin()].sort_values("train_flops")
    runs = [Run(float(c), float(v)) for c, v in zip(best["train_flops"], best["loss"], strict=True)]
    for size in range(LOSS_PARAMETERS + 2, len(runs)):
        for ahead in range(1, 7):
            if size + ahead <= len(runs):
                actual = runs[size + ahead - 1]
                found = forecast("Chinchilla, loss frontier", runs[:size], ahead, actual, rates=False)
                if found:
                    yield found


def study(folder: Path) -> list[Forecast]:
    """Make all forecasts."""
    return [*pythia(folder), *chinchilla(folder)]


PAGE = """# How forecasts of real runs did

The kind `forecast` gives a prediction interval that holds for one new run *if* the law goes on and all runs
were made alike. [Simulated runs](interval-coverage.md) keep to a law because they were made by it. This page
asks real ones.

**Rows.** Pythia (EleutherAI; eight sizes from 70M to 12B parameters, two families, checkpoints from step
3,000 on, zero-shot): the largest one, two or three sizes are held out and forecast from the rest, against
parameters without embeddings. Chinchilla (Hoffmann et al. 2022, figure 4, digitised by Besiroglu et al. 2024,
who leave out the five points of highest loss, as is done here): the best run of each fifth of a power of ten
of compute is the frontier; every start of it with five runs or more forecasts the next six. Losses are fitted
by a C^b + c, accuracies by -log(rate) = a C^b. `make studies` makes the table again where
`STAGED_RELEASE_DATA` names a folder with these rows.

{table}

*inside*: share of the forecasts whose run fell into its 95 % interval. *error*: median of
|actual - predicted| over actual. *width*: median width of the interval over actual. *refused*: fits for which
no interval could be given. *later starts*: the same two figures for the widest ends of the intervals of all
fits that leave out none, one, two … of the smallest runs, down to two runs more than the law has parameters.

## What it says

{says}
"""


def page(found: Sequence[Forecast]) -> str:
    """Return the page for the docs."""
    lines = [
        "| what | sizes ahead | forecasts | refused | error | inside | width | later starts | width |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for group in dict.fromkeys(each.group for each in found):
        for ahead in sorted({each.ahead for each in found if each.group == group}):
            own = [each for each in found if each.group == group and each.ahead == ahead]
            lines.append(f"| {group} | {ahead} | {_row(own)} |")
        own = [each for each in found if each.group == group]
        lines.append(f"| **{group}** | all | {_row(own)} |")
    return PAGE.format(table="\n".join(lines), says=_says(found))


def _row(own: Sequence[Forecast]) -> str:
    made = [each for each in own if each.inside is not None]
    inside = sum(bool(each.inside) for each in made) / len(made)
    error = median(abs(each.error) for each in made)
    width = median(each.width for each in made)
    later = sum(each.later for each in made) / len(made)
    later_width = median(each.later_width for each in made)
    figures = f"{error:.1%} | {inside:.0%} | {width:.0%} | {later:.0%} | {later_width:.0%}"
    return f"{len(own)} | {len(own) - len(made)} | {figures}"


def _share(found: Sequence[Forecast], group: str, *, later: bool = False) -> str:
    made = [each for each in found if each.group == group and each.inside is not None]
    return f"{sum(bool(each.later if later else each.inside) for each in made) / len(made):.0%}"


def _says(found: Sequence[Forecast]) -> str:
    names = {
        "loss": "Pythia, LAMBADA loss (log perplexity)",
        "rate": "Pythia, LAMBADA accuracy",
        "other": "Pythia, other accuracies",
        "frontier": "Chinchilla, loss frontier",
    }
    loss, rate, other, frontier = (_share(found, names[key]) for key in ("loss", "rate", "other", "frontier"))
    later = {key: _share(found, name, later=True) for key, name in names.items()}
    return f"""- **Losses.** Every Pythia loss ({loss}) fell into its interval: with five to seven runs and
  three parameters the interval is wide, so this is caution more than skill. On the Chinchilla frontier
  {frontier} did, which is below the promise: the points were read off a figure, the frontier is a least value
  over runs, and its last point lies lower than the law says.
- **Accuracies.** {other} of the usual tasks' accuracies were inside. Many of them hardly rise from chance,
  and a power law in the logarithm of a rate that has a floor at chance is a convenience, not a law.
- **LAMBADA accuracy is the warning**: only {rate} were inside. It rises along a smooth curve with little
  scatter, so the interval is narrow, and the curve is not quite the power law. A small residual is no
  evidence of the right law; the fact `sign_changes` and the result `holdout_error` look at it from two more
  sides, and neither proves it.
- **Where the law bends, later starts tell.** The interval of the law takes the law for granted. The
  result `prediction_wide` therefore also fits the larger runs alone, and gives the widest ends of all these
  intervals (in `release forecast`: later starts), for rules, criteria and reports to use.
  They held {later["rate"]} of the LAMBADA accuracies, {later["frontier"]} of the Chinchilla losses,
  {later["other"]} of the other accuracies and {later["loss"]} of the Pythia losses, for intervals one and a
  third to three times as wide. They are not the 95 % interval of anything, and hold more than 95 % where the
  law is true; use them where being wrong about a capability costs more than waiting.
- **What did not help**: widening by how badly the law predicted its own last runs (a backtest of one or more
  steps, which with four to seven runs has too few degrees of freedom to see a bend: LAMBADA stayed at 70 %),
  and widening by the correlation of neighbouring residuals (likewise 70 %).
- A forecast that was inside once says little about the next. Grade every one (PR-507), and after a miss ask
  for a review before the same law is used again (PR-508)."""


if __name__ == "__main__":
    print(page(study(Path(os.environ["STAGED_RELEASE_DATA"]))), end="")
