"""Whether training data chosen by a score are the best by that score, stable, clean, and better than chance.

Question: samples were selected by their attention influence, the relative rise of the loss when retrieval
heads are switched off; does the score give this selection again, do other seeds agree, does it hold parts of
the test, and does it beat a random selection?

Rows: one row per sample (and step and seed) with `loss_base` and `loss_reference`; `selected` marks the
selection, `overlaps` samples that share text with an evaluation set. Rows with `arm` and `correct` are
outcomes of models trained on the selected data, on random data of the same size, or on all.

- influence of a sample = (sum of reference losses - sum of base losses) / sum of base losses, over steps and
  seeds
- `influence` = its mean over samples; by {source}; by {sample} up to 1,000 samples
- fact `influence_absolute` = mean of the differences themselves
- `reselection_jaccard` = overlap of the selection with as many samples of the highest influence, of which
  equal ones go to the selected
- `contamination` = selected samples that overlap an evaluation set / selected samples
- `rank_stability` = Spearman's correlation of the influences under two seeds, mean over pairs of seeds
- `selected_minus_random` = share correct after selected data - after random data

Intervals: t over samples, Wilson, Newcombe, Fisher for one pair of seeds; for the overlap a bootstrap over
samples with the least influence of the reselection held fixed.

Source: Liu et al. 2025, Attention influence (AIR); its exact normalisation was not verified, so the absolute
difference is given too.

Limits: long samples have more steps; a selection near the test set looks good on it; the base model of the
score is the model that is trained.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from release.base.limits import ERRORS_LISTED
from release.evidence.arms import arms
from release.evidence.changes import multiplicity
from release.evidence.kind import (
    Computation,
    FactSpec,
    Figure,
    Kind,
    Refusal,
    ResultSpec,
    Role,
    Setting,
    Slice,
)
from release.evidence.rows import Rows
from release.evidence.terms import Term
from release.stats.arms import arm_of, difference, proportion
from release.stats.arms import mean as arm_mean
from release.stats.bootstrap import percentile
from release.stats.correlation import spearman
from release.stats.interval import Statistic

if TYPE_CHECKING:
    from numpy.typing import NDArray

SAMPLES_LISTED = 1_000
SCALE = 10**15
"""Influences are rounded once, to this many parts of one, so that they add up and compare exactly."""

LOSSES = '"loss_base" IS NOT NULL AND "loss_reference" IS NOT NULL'


@dataclass(slots=True)
class _Total:
    """Sums of influences, in parts of 1 / SCALE."""

    n: int = 0
    total: int = 0
    squares: int = 0

    def add(self, units: int) -> None:
        self.n += 1
        self.total += units
        self.squares += units * units

    def mean(self, level: float) -> Statistic:
        line = (None, self.n, Fraction(self.total, SCALE), Fraction(self.squares, SCALE * SCALE))
        return arm_mean(arm_of([line]), level=level)


@dataclass(slots=True)
class _Scores:
    """What one pass over the samples gathers.

    Attributes:
        whole: all samples.
        by_source: samples by source.
        few: influence by sample, dropped once there are too many to list.
        absolute: sum of the differences of the losses.
        ranked: (influence, selected) of every sample, when there is a selection.
    """

    whole: _Total = field(default_factory=_Total)
    by_source: dict[str, _Total] = field(default_factory=dict)
    few: dict[str, int] = field(default_factory=dict)
    absolute: Fraction = Fraction(0)
    ranked: list[tuple[int, bool]] = field(default_factory=list)


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return scores, the selection derived again, its cleanness and what it was good for."""
    _check(rows)
    results: dict[str, Statistic] = {}
    facts: dict[str, Any] = {}
    slices: list[Slice] = []
    scores = _scores(rows)
    if scores.whole.n == 0 and not rows.has("arm", "correct"):
        raise Refusal("no sample has both losses")
    results["influence"] = scores.whole.mean(setting.level)
    if scores.whole.n:
        facts["influence_absolute"] = float(scores.absolute / scores.whole.n)
    slices += [
        Slice({"sample": name}, {"influence": _plain(units)}) for name, units in sorted(scores.few.items())
    ]
    slices += [
        Slice({"source": name}, {"influence": total.mean(setting.level)})
        for name, total in sorted(scores.by_source.items())
    ]
    if rows.has("selected"):
        results["reselection_jaccard"] = _jaccard(rows, scores.ranked, setting)
    if rows.has("selected", "overlaps"):
        results["contamination"] = _contamination(rows, setting.level)
    if rows.has("seed"):
        results["rank_stability"] = _stability(rows, setting.level)
        facts["seeds"] = rows.distinct("seed", where=LOSSES)
    if rows.has("arm", "correct"):
        results["selected_minus_random"] = _against_random(rows, setting.level)
    facts |= _sizes(rows)
    facts["clusters"] = rows.distinct("sample")
    facts |= multiplicity(1 if rows.has("arm", "correct") else 0)
    usable = LOSSES
    if rows.has("arm", "correct"):
        usable = f'({LOSSES}) OR ("arm" IS NOT NULL AND "correct" IS NOT NULL)'
    facts["missing"] = rows.count - rows.total(usable)
    return Computation(results, tuple(slices), facts)


def _plain(units: int) -> Statistic:
    reason = "one sample has no spread"
    return Statistic(units / SCALE, method="t", n=1, reason=reason)


def _check(rows: Rows) -> None:
    keys = [role for role in ("sample", "step", "seed", "arm") if rows.has(role)]
    rows.once(keys, "sample {value} occurs twice", hint="Map `step` or `seed` if they tell the rows apart.")
    for role in ("selected", "overlaps"):
        if rows.has(role):
            _constant(rows, role)


def _constant(rows: Rows, role: str) -> None:
    """Refuse samples of which some rows say one thing and some another."""
    inner = (
        f'SELECT "sample" FROM rows WHERE "{role}" IS NOT NULL GROUP BY 1 '
        f'HAVING MIN("{role}") <> MAX("{role}")'
    )
    if rows.query(f"SELECT 1 FROM ({inner}) AS t LIMIT 1"):
        found = f'SELECT record FROM rows_at JOIN ({inner}) AS t USING ("sample")'
        message = f"sample {{value}} has rows with another '{role}'"
        sql = f"{found} ORDER BY record LIMIT {ERRORS_LISTED}"
        rows.refuse(sql, "sample", message, hint="All rows of a sample say the same of it.")


def _scores(rows: Rows) -> _Scores:
    """Go once over the samples, in whatever order they come: nothing here depends on it."""
    found = _Scores()
    source = 'MIN("source")' if rows.has("source") else "NULL"
    selected = 'MAX("selected")' if rows.has("selected") else "NULL"
    base, reference = rows.value("loss_base"), rows.value("loss_reference")
    sql = (
        f'SELECT "sample", {source}, {selected}, {rows.engine.total(base)}, {rows.engine.total(reference)} '
        f'FROM rows WHERE {LOSSES} GROUP BY "sample"'
    )
    for name, origin, chosen, base_sum, reference_sum in rows.stream(sql):
        below, above = base.exact(base_sum), reference.exact(reference_sum)
        units = round((above - below) / below * SCALE)
        found.whole.add(units)
        found.absolute += above - below
        if origin is not None:
            found.by_source.setdefault(str(origin), _Total()).add(units)
        if found.whole.n <= SAMPLES_LISTED:
            found.few[str(name)] = units
        else:
            found.few.clear()
        if chosen is not None:
            found.ranked.append((units, bool(chosen)))
    return found


def _jaccard(rows: Rows, ranked: list[tuple[int, bool]], setting: Setting) -> Statistic:
    """Return |selected and highest| / |selected or highest|."""
    size = sum(chosen for _, chosen in ranked)
    if size == 0:
        return Statistic.refused("no sample is selected", method="bootstrap", n=len(ranked))
    highest = heapq.nlargest(size, ranked)
    both = sum(chosen for _, chosen in highest)
    value = both / (2 * size - both)
    counts = {"both": both, "selected": size - both, "highest": size - both}
    cells = [(1.0, 0.0, 0.0)] * both + [(0.0, 1.0, 0.0)] * counts["selected"]
    cells += [(0.0, 0.0, 1.0)] * counts["highest"]
    cells += [(0.0, 0.0, 0.0)] * (len(ranked) - len(cells))
    if both in {0, size}:
        what = "are the selected" if both else "hold none of the selected"
        reason = f"the highest {what}, in every draw"
        return Statistic(value, level=setting.level, method="bootstrap", n=len(ranked), reason=reason)
    ends = percentile(cells, _overlap, seed=rows.seed(setting.params), level=setting.level)
    return Statistic(value, ends.low, ends.high, setting.level, "bootstrap", len(ranked))


def _overlap(totals: NDArray[Any]) -> NDArray[Any]:
    import numpy as np

    union = totals.sum(axis=1)
    shares: NDArray[Any] = np.divide(totals[:, 0], union, out=np.full(len(union), np.nan), where=union > 0)
    return shares


def _contamination(rows: Rows, level: float) -> Statistic:
    known = '"selected" = 1 AND "overlaps" IS NOT NULL'
    inner = f'SELECT "sample", MAX("overlaps") AS o FROM rows WHERE {known} GROUP BY 1'
    found = arms(rows, Term("o"), source=f"({inner})")
    if () not in found:
        return Statistic.refused("no selected sample", method="wilson", n=0)
    return proportion(found[()], level=level)


def _stability(rows: Rows, level: float) -> Statistic:
    """Return the mean rank correlation between seeds."""
    base, reference = rows.value("loss_base"), rows.value("loss_reference")
    sql = (
        f'SELECT "seed", "sample", {rows.engine.total(base)}, {rows.engine.total(reference)} '
        f'FROM rows WHERE {LOSSES} GROUP BY "seed", "sample"'
    )
    seeds: dict[str, dict[str, int]] = {}
    for seed, sample, base_sum, reference_sum in rows.stream(sql):
        below, above = base.exact(base_sum), reference.exact(reference_sum)
        seeds.setdefault(str(seed), {})[str(sample)] = round((above - below) / below * SCALE)
    pairs = [spearman(_common(one, two), level=level) for one, two in _pairs_of(seeds)]
    if not pairs:
        return Statistic.refused("one seed has nothing to be compared with", method="fisher on ranks", n=0)
    if len(pairs) == 1:
        return pairs[0]
    refused = [one for one in pairs if one.value is None]
    if refused:
        return refused[0]
    value = sum(Fraction(one.value or 0.0) for one in pairs) / len(pairs)
    reason = "pairs of seeds share seeds, so their spread tells too little"
    return Statistic(
        float(value), level=level, method="fisher on ranks, mean of pairs", n=pairs[0].n, reason=reason
    )


def _pairs_of(seeds: Mapping[str, dict[str, int]]) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    for one, two in itertools.combinations(sorted(seeds), 2):
        yield seeds[one], seeds[two]


def _common(one: Mapping[str, int], two: Mapping[str, int]) -> list[tuple[int, int]]:
    return [(one[name], two[name]) for name in sorted(one.keys() & two.keys())]


def _against_random(rows: Rows, level: float) -> Statistic:
    """Return the difference of shares; a sample that has several rows in an arm counts once in it."""
    keys = ", ".join(f'"{role}"' for role in ("arm", "sample", "seed") if rows.has(role))
    known = '"arm" IS NOT NULL AND "correct" IS NOT NULL'
    twofold = f'SELECT {keys} FROM rows WHERE {known} GROUP BY {keys} HAVING MIN("correct") <> MAX("correct")'
    if rows.query(f"SELECT 1 FROM ({twofold}) AS t LIMIT 1"):
        found = f"SELECT record FROM rows_at JOIN ({twofold}) AS t USING ({keys})"
        message = "sample {value} is both correct and not in one arm"
        sql = f"{found} ORDER BY record LIMIT {ERRORS_LISTED}"
        rows.refuse(sql, "sample", message, hint="All rows of a sample say the same of it.")
    inner = f'(SELECT {keys}, MAX("correct") AS right_one FROM rows WHERE {known} GROUP BY {keys})'
    found_arms = arms(rows, Term("right_one"), by=["arm"], source=inner)
    selected, random = found_arms.get(("selected",)), found_arms.get(("random",))
    if selected is None or random is None:
        missing = "selected" if selected is None else "random"
        return Statistic.refused(f"the arm '{missing}' has no rows", method="newcombe", n=0)
    return difference(random, selected, level=level, shares=True).statistic


def _sizes(rows: Rows) -> dict[str, Any]:
    """Return how many samples the selection and the random arm have."""
    sizes: dict[str, Any] = {}
    if rows.has("arm"):
        for arm in ("selected", "random"):
            sizes[f"{arm}_size"] = rows.distinct("sample", where=f"\"arm\" = '{arm}'")
    elif rows.has("selected"):
        sizes["selected_size"] = rows.distinct("sample", where='"selected" = 1')
    return sizes


_SELECTION = (("selected",),)

KIND = Kind(
    name="data_selection",
    version=3,
    title="Training data selected by influence",
    roles=(
        Role("sample", "key", "The training sample, or the test item of an arm."),
        Role("loss_base", "number", "Loss of the base model.", "keep", low=0.0, low_open=True),
        Role("loss_reference", "number", "Loss with the heads switched off.", "keep", low=0.0),
        Role("step", "key", "The step within the sample.", "keep"),
        Role("selected", "binary", "Whether the sample was selected.", "keep"),
        Role("source", "key", "Where the sample comes from.", "keep"),
        Role("seed", "key", "The run that the losses come from.", "keep"),
        Role("overlaps", "binary", "Whether it shares text with an evaluation set.", "keep"),
        Role("arm", "label", "The data that a model was trained on.", "keep", ("selected", "random", "full")),
        Role("correct", "binary", "Whether that model answered rightly.", "keep"),
    ),
    requires=((("sample",),), (("loss_base",),), (("loss_reference",),)),
    results=(
        ResultSpec("influence", "ratio", "Relative rise of the loss.", by=(("sample",), ("source",))),
        ResultSpec("reselection_jaccard", "overlap", "Selection derived again.", _SELECTION),
        ResultSpec("contamination", "proportion", "Selected and in a test.", (("selected", "overlaps"),)),
        ResultSpec("rank_stability", "correlation", "Seeds that rank alike.", (("seed",),)),
        ResultSpec("selected_minus_random", "difference", "Gain over random.", (("arm", "correct"),)),
    ),
    facts=(
        FactSpec("influence_absolute", "double", "Mean rise of the loss itself."),
        FactSpec("seeds", "int", "Runs that the losses come from."),
        FactSpec("selected_size", "int", "Samples in the selection."),
        FactSpec("random_size", "int", "Samples in the random arm."),
    ),
    figure=Figure("Relative rise of the loss", "influence", ("source",)),
    compute=compute,
)
