"""Public rows of others, against the figures that they published. Needs the folder STAGED_RELEASE_DATA."""

from __future__ import annotations

import itertools
import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from release.stats.interval import Statistic
from tests.kinds.comparing import differing, typed
from tests.kinds.oracles import ORACLES

pytestmark = pytest.mark.data
SIZES = ("124M", "355M", "774M", "1.5B")
Pick = Callable[..., Statistic]
Measure = Callable[..., Any]


@pytest.fixture(scope="module")
def folder() -> Path:
    return Path(os.environ["STAGED_RELEASE_DATA"])


@pytest.fixture(scope="module")
def gpt2(folder: Path, measure: Measure) -> Any:
    """Per-item results of the four GPT-2 sizes, as a wide table."""
    columns = {
        "item": "item",
        "benchmark": "task",
        "correct": {size: f"correct_{size}" for size in SIZES},
    }
    return measure("benchmark", folder / "gpt2_stages_rows.csv", columns=columns, stages=SIZES)


def test_gpt2_accuracies_are_those_of_the_summary(folder: Path, gpt2: Any, figure: Pick) -> None:
    """The summary counts two blank dice items into n, and leaves them out of the share, as is done here."""
    summary = pd.read_csv(folder / "gpt2_stages_summary.csv").dropna(subset=["accuracy"])
    for row in summary.itertuples():
        found = figure(gpt2, "accuracy", benchmark=row.task, stage=row.stage)
        assert found.value == pytest.approx(row.accuracy, abs=5e-7)
        assert found.n == row.n - (2 if row.task == "dice_0shot" else 0)
        assert round((found.value or 0) * (found.n or 0)) == row.n_correct
    assert gpt2.facts["missing"] == 4 * (5153 + 2)


def test_gpt2_changes_are_paired(folder: Path, gpt2: Any, figure: Pick) -> None:
    rows = pd.read_csv(folder / "gpt2_stages_rows.csv")
    for task, own in rows[rows["task"] != "lambada"].groupby("task"):
        for before, after in itertools.pairwise(SIZES):
            pairs = own[[f"correct_{before}", f"correct_{after}"]].dropna().to_numpy(float)
            differences = pairs[:, 1] - pairs[:, 0]
            wanted = stats.ttest_1samp(differences, 0).confidence_interval(0.95)
            found = figure(gpt2, "change", benchmark=task, from_=before, to=after)
            assert found.value == pytest.approx(differences.mean(), abs=1e-12)
            assert found.low == pytest.approx(wanted.low, abs=1e-9)
            assert found.high == pytest.approx(wanted.high, abs=1e-9)
    last = {change["benchmark"]: change["value"] for change in gpt2.facts["changes"]}
    assert last["syllogism_0shot"] == pytest.approx(0.911 - 0.259)
    worse = [change["benchmark"] for change in gpt2.facts["changes"] if change["low"] < 0]
    assert worse == ["boolq_0shot", "scope_neglect_0shot"]
    assert gpt2.results["regressions"].value == 2


def test_gpt2_losses_are_those_of_the_summary(folder: Path, measure: Measure, figure: Pick) -> None:
    columns = {"item": "item", "benchmark": "task", "score": {size: f"loss_{size}" for size in SIZES}}
    found = measure("benchmark", folder / "gpt2_stages_rows.csv", columns=columns, stages=SIZES)
    for row in pd.read_csv(folder / "gpt2_stages_summary.csv").itertuples():
        mean = figure(found, "mean", benchmark=row.task, stage=row.stage)
        assert mean.value == pytest.approx(row.mean_loss, abs=5e-6)
        assert mean.low is not None
        assert mean.n is not None
        se = ((mean.value or 0) - mean.low) / stats.t.ppf(0.975, mean.n - 1)
        assert se == pytest.approx(row.stderr_loss, rel=3e-5)


def alpaca(folder: Path, model: str) -> dict[str, list[Any]]:
    """Annotations of one model against the baseline; the preference runs from 1 to 2, in six digits."""
    rows = pd.read_csv(folder / "alpacaeval2_preferences.csv")
    rows = rows[rows["model"] == model]
    return {
        "item": rows["item"].tolist(),
        "model_a": rows["model"].tolist(),
        "model_b": rows["baseline"].tolist(),
        "weight": (rows["preference"] - 1).round(12).tolist(),
        "length_a": rows["len_model"].tolist(),
        "length_b": rows["len_baseline"].tolist(),
    }


@pytest.mark.parametrize("model", ["vicuna-7b-v1.5", "vicuna-13b-v1.5", "gemma-2b-it", "gemma-7b-it"])
def test_alpacaeval_win_rates_are_the_published_ones(
    folder: Path, measure: Measure, figure: Pick, model: str
) -> None:
    board = pd.read_csv(folder / "alpacaeval2_leaderboard.csv").set_index("model").loc[model]
    found = measure("preference", alpaca(folder, model))
    win_rate = figure(found, "win_rate", model=model)
    assert win_rate.n == board["n_total"] == 805
    assert 100 * (win_rate.value or 0) == pytest.approx(board["win_rate"], abs=1e-4)
    assert win_rate.low is not None
    se = ((win_rate.value or 0) - win_rate.low) / stats.t.ppf(0.975, 804)
    assert 100 * se == pytest.approx(board["standard_error"], abs=1e-4)
    # their length control has terms for models and instructions too, so only the direction is comparable
    controlled = figure(found, "length_controlled_win_rate", model=model)
    assert (controlled.value or 0) > (win_rate.value or 0)
    assert board["length_controlled_winrate"] > board["win_rate"]


def test_squality_preferences_rest_on_four_raters(folder: Path, measure: Measure, figure: Pick) -> None:
    rows = pd.read_csv(folder / "squality_comparisons.csv")
    rows = rows[rows["dimension"] == "overall"]
    item = rows["passage_id"].astype(str) + "-" + rows["question_id"].astype(str)
    columns = {name: rows[name].tolist() for name in ("rater", "model_a", "model_b", "winner")}
    found = measure("preference", {"item": item.tolist(), **columns})
    human = figure(found, "win_rate", model="human")
    assert found.facts["clusters"] == 4
    assert human.clusters == 4
    assert human.method == "cr1 two-way clustered by rater and item"
    assert (human.value or 0) > 0.98
    assert (figure(found, "strength", model="human").low or 0) > 0
    frame = typed(pd.DataFrame({"item": item.to_numpy(), **columns}))
    assert differing(found, ORACLES["preference"](frame, {}, ())) == []
    # as if rows were independent, the interval is too short
    bart = figure(found, "win_rate", model="bart")
    independent = measure("preference", {"item": item.tolist(), **columns}, params={"cluster": "none"})
    narrow = figure(independent, "win_rate", model="bart")
    assert (bart.high or 0) - (bart.low or 0) > 1.1 * ((narrow.high or 0) - (narrow.low or 0))


def test_squality_ratings_use_the_raters_own_means(folder: Path, measure: Measure, figure: Pick) -> None:
    rows = pd.read_csv(folder / "squality_human_ratings.csv")
    data = {
        "item": (rows["passage_id"].astype(str) + "-" + rows["question_id"].astype(str)).tolist(),
        "rater": rows["rater"].tolist(),
        "variant": rows["system"].tolist(),
        "score": rows["overall_rating"].tolist(),
    }
    systems = ("bart", "bart-dpr", "human")
    found = measure("human_credibility", data, variants=systems, params={"margin": 10})
    for system in systems:
        own = rows[rows["system"] == system]
        mean = figure(found, "mean", variant=system)
        spread = stats.sem(own.groupby("rater")["overall_rating"].mean())
        assert mean.value == pytest.approx(own["overall_rating"].mean())
        assert mean.method == "cluster-means by rater"
        assert mean.high == pytest.approx((mean.value or 0) + stats.t.ppf(0.975, 3) * spread)
    one = {
        name: [v for v, rater in zip(values, data["rater"], strict=True) if rater == 3]
        for name, values in data.items()
    }
    refused = measure("human_credibility", one, variants=systems)
    assert refused.results["mean"].value is None
    assert "one rater" in str(refused.results["mean"].reason)


@pytest.mark.parametrize("held_out", ["12b", "6.9b"])
def test_pythia_loss_is_forecast_and_graded(folder: Path, measure: Measure, held_out: str) -> None:
    rows = pd.read_csv(folder / "pythia_scaling.csv")
    chosen = (rows["family"] == "pythia") & (rows["step"] == 143_000) & (rows["fewshot"] == 0)
    rows = rows[chosen & (rows["metric"] == "ppl")]
    data = {
        "run": rows["size"].tolist(),
        "parameters": rows["params_non_embedding"].tolist(),
        "value": np.log(rows["value"]).round(9).tolist(),
    }
    target = float(rows[rows["size"] == held_out]["params_non_embedding"].iloc[0])
    found = measure("forecast", data, params={"target": target})
    assert found.facts["grade"] == "inside"
    assert found.facts["runs"] == (7 if held_out == "12b" else 6)
    prediction, error = found.results["prediction"], found.results["error"]
    actual = math.log(float(rows[rows["size"] == held_out]["value"].iloc[0]))
    assert (prediction.value or 0) + (error.value or 0) == pytest.approx(actual, abs=1e-8)
    assert found.results["extrapolation"].value == pytest.approx(
        target / max(n for n in data["parameters"] if n < target)
    )


def test_chinchilla_frontier_is_forecast(folder: Path, measure: Measure) -> None:
    """Fitted below 1e21 FLOP, at the best run of each fifth of a power of ten; the target is the largest."""
    rows = pd.read_csv(folder / "chinchilla_points.csv").sort_values("loss", ascending=False)[5:]
    best = rows.loc[rows.groupby(np.floor(np.log10(rows["train_flops"]) / 0.2))["loss"].idxmin()]
    best = best.sort_values("train_flops")
    kept = pd.concat([best[best["train_flops"] < 1e21], best[-1:]])
    data = {
        "run": [f"r{number}" for number in range(len(kept))],
        "compute": kept["train_flops"].tolist(),
        "value": kept["loss"].tolist(),
    }
    found = measure("forecast", data, params={"target": float(kept["train_flops"].iloc[-1])})
    assert found.facts["form"] == "power_law_plus_constant"
    assert found.facts["grade"] in {"inside", "outside"}
    assert abs(found.results["error"].value or 1) < 0.1
    assert (found.results["b"].high or 0) < 0
    assert (found.results["extrapolation"].value or 0) > 10
