"""Every figure of every kind on random rows, against the oracles; and the same rows in another order."""

# ruff: noqa: FBT001 - hypothesis hands over what it draws by position

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from release.evidence.kind import Computation
from tests.kinds.comparing import differing, typed
from tests.kinds.oracles import ORACLES

SEEDS = st.integers(0, 2**32 - 1)
STAGES = ("s1", "s2", "s3")
ONCE = settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
Rows = dict[str, list[Any]]
Measure = Callable[..., Computation]


def check(
    measure: Measure,
    kind: str,
    rows: Rows,
    params: Mapping[str, Any],
    stages: Sequence[str] = STAGES,
    seed: int = 0,
) -> Computation:
    frame = typed(pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in rows.items()}))
    found = measure(kind, rows, params=params, stages=stages)
    assert differing(found, ORACLES[kind](frame, params, stages)) == []
    order = np.random.default_rng(seed).permutation(len(frame))
    shuffled = {name: [values[place] for place in order] for name, values in rows.items()}
    assert measure(kind, shuffled, params=params, stages=stages) == found
    return found


def words(generator: np.random.Generator, names: Sequence[str], n: int) -> list[str]:
    return [str(name) for name in generator.choice(names, size=n)]


def apart_by_rater(rows: Rows) -> None:
    """Give a second judgement of two models by one rater on one item an item of its own."""
    seen: set[tuple[object, ...]] = set()
    for place, item in enumerate(rows["item"]):
        pair = sorted([str(rows["model_a"][place]), str(rows["model_b"][place])])
        if (item, rows["rater"][place], *pair) in seen:
            rows["item"][place] = f"{item}-{place}"
        seen.add((rows["item"][place], rows["rater"][place], *pair))


@ONCE
@given(SEEDS, st.integers(1, 14), st.integers(4, 60), st.booleans(), st.booleans())
def test_human_credibility(
    measure: Measure, seed: int, raters: int, n: int, judged: bool, control: bool
) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {
        "item": [f"i{k}" for k in range(n)],
        "rater": words(generator, [f"r{k}" for k in range(raters)], n),
        "stage": words(generator, STAGES, n),
    }
    if control:
        rows["source"] = words(generator, ["model", "human"], n)
        rows["source"][0] = "model"
        rows["stage"] = [
            None if source == "human" and generator.random() < 0.5 else stage
            for source, stage in zip(rows["source"], rows["stage"], strict=True)
        ]
    if judged:
        rows["judged"] = [int(x) for x in generator.integers(0, 2, n)]
    else:
        rows["score"] = [round(float(x), 2) for x in generator.normal(6, 2, n)]
    check(measure, "human_credibility", rows, {"margin": 0.5, "level": 0.9}, seed=seed)


@ONCE
@given(SEEDS, st.sampled_from(["red_team", "misuse_probe"]), st.integers(0, 12), st.integers(1, 80))
def test_attempts(measure: Measure, seed: int, kind: str, testers: int, n: int) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {
        "attempt": [f"a{k}" for k in range(n)],
        "success": [int(x) for x in generator.random(n) < generator.choice([0.0, 0.1, 0.5])],
        "stage": words(generator, STAGES, n),
        "category": words(generator, ["spam", "fraud"], n),
        "actor": words(generator, ["low", "high"], n),
    }
    if testers:
        rows["tester"] = words(generator, [f"t{k}" for k in range(testers)], n)
    check(measure, kind, rows, {}, seed=seed)


@ONCE
@given(SEEDS, st.integers(1, 30), st.booleans(), st.integers(1, 3))
def test_monitoring_count(measure: Measure, seed: int, days: int, staged: bool, kinds: int) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {name: [] for name in ("date", "source", "kind", "count", "exposure")}
    if staged:
        rows["stage"] = []
    for day in range(days):
        for source in ("forum", "board"):
            for stage in STAGES[: 2 if staged else 1]:
                exposure = float(generator.choice([0, 1, 2.5, 7]))
                for kind in ("discussion", "plan", "incident")[:kinds]:
                    rows["date"].append(f"2019-05-{day + 1:02}")
                    rows["source"].append(source)
                    rows["kind"].append(kind)
                    rows["count"].append(int(generator.poisson(0.4)))
                    rows["exposure"].append(exposure)
                    if staged:
                        rows["stage"].append(stage)
    check(measure, "monitoring_count", rows, {"level": 0.9}, seed=seed)


@ONCE
@given(SEEDS, st.integers(1, 12), st.integers(0, 2), st.booleans(), st.booleans())
def test_benchmark(measure: Measure, seed: int, items: int, benches: int, scored: bool, apart: bool) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {"item": [], "stage": []}
    names = [f"b{k}" for k in range(max(1, benches))]
    if benches:
        rows["benchmark"] = []
    rows["score" if scored else "correct"] = []
    for number, stage in enumerate(STAGES):
        for bench in names:
            for item in range(items):
                if generator.random() < 0.8:
                    rows["item"].append(f"i{item}{number if apart else ''}")
                    rows["stage"].append(stage)
                    value = round(float(generator.normal()), 3) if scored else int(generator.integers(0, 2))
                    rows["score" if scored else "correct"].append(value)
                    if benches:
                        rows["benchmark"].append(bench)
    if rows["item"]:
        check(measure, "benchmark", rows, {"margin": 0.05}, seed=seed)


@ONCE
@given(
    SEEDS,
    st.integers(2, 14),
    st.sampled_from(["pairs", "repeated", "apart", "none"]),
    st.booleans(),
    st.booleans(),
)
def test_bias_probe(
    measure: Measure, seed: int, prompts: int, design: str, staged: bool, numeric: bool
) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {"group": [], "prompt": [], "outcome": []}
    if staged:
        rows["stage"] = []
    for stage in STAGES[: 2 if staged else 1]:
        for group in ("a", "b", "c"):
            for prompt in range(prompts):
                for _ in range(1 if design != "repeated" else int(generator.integers(1, 4))):
                    if generator.random() < 0.85:
                        rows["group"].append(group)
                        apart = f"{group}{stage}" if design == "apart" else ""
                        rows["prompt"].append(f"p{prompt}{apart}")
                        value = (
                            round(float(generator.normal(2)), 2) if numeric else int(generator.integers(0, 2))
                        )
                        rows["outcome"].append(value)
                        if staged:
                            rows["stage"].append(stage)
    present = set(rows["group"])
    if "a" in present:
        params: dict[str, Any] = {"margin": 0.2}
        if design == "none":
            params["cluster"] = "none"
        check(measure, "bias_probe", rows, params, seed=seed)


@ONCE
@given(SEEDS, st.integers(2, 80), st.sampled_from(["flag", "score", "scores"]), st.booleans())
def test_automated_detection(measure: Measure, seed: int, n: int, shape: str, wide: bool) -> None:
    generator = np.random.default_rng(seed)
    source = words(generator, ["model", "human"], n)
    rows: Rows = {"sample": [f"x{k}" for k in range(n)], "source": source}
    params: dict[str, Any] = {"base_rate": 0.01, "fpr": 0.1}
    if shape == "flag":
        rows["flag"] = [int(x) for x in generator.integers(0, 2, n)]
    else:
        rows["score"] = [int(x) / 4 for x in generator.integers(0, 9, n)]
        if shape == "scores":
            params["score_threshold"] = 1.25
    if wide:
        blank = [kind == "human" and generator.random() < 0.6 for kind in source]
        for name, values in (("stage", STAGES), ("sampling", ("t1", "k40"))):
            chosen = words(generator, values, n)
            rows[name] = [None if empty else word for empty, word in zip(blank, chosen, strict=True)]
        rows["length"] = [int(x) for x in generator.integers(100, 3000, n)]
        rows["detector"] = words(generator, ["tfidf", "roberta"], n)
        rows["trained_on"] = words(generator, STAGES, n)
        params["length_buckets"] = [500, 1000]
    check(measure, "automated_detection", rows, params, seed=seed)


@ONCE
@given(
    SEEDS,
    st.integers(3, 50),
    st.integers(0, 12),
    st.integers(2, 4),
    st.booleans(),
    st.sampled_from([None, "none", "item"]),
)
def test_preference(
    measure: Measure, seed: int, n: int, raters: int, models: int, weighted: bool, cluster: str | None
) -> None:
    generator = np.random.default_rng(seed)
    names = [f"m{k}" for k in range(models)]
    pairs = [generator.choice(names, size=2, replace=False) for _ in range(n)]
    rows: Rows = {
        "item": [f"i{k}" for k in generator.integers(0, max(2, n // 3), n)],
        "model_a": [str(one) for one, _ in pairs],
        "model_b": [str(two) for _, two in pairs],
    }
    if raters:
        rows["rater"] = words(generator, [f"r{k}" for k in range(raters)], n)
        apart_by_rater(rows)
    if weighted:
        rows["weight"] = [int(x) / 8 for x in generator.integers(0, 9, n)]
    else:
        rows["winner"] = [
            str(generator.choice([one, two, "model_a", "model_b", "tie"])) for one, two in pairs
        ]
    rows["length_a"] = [int(x) for x in generator.integers(10, 60, n)]
    rows["length_b"] = [int(x) for x in generator.integers(10, 60, n)]
    check(measure, "preference", rows, {} if cluster is None else {"cluster": cluster}, (), seed)


@ONCE
@given(SEEDS, st.integers(3, 10), st.booleans(), st.booleans(), st.booleans(), st.booleans())
def test_forecast(
    measure: Measure, seed: int, n: int, rates: bool, known: bool, repeated: bool, several: bool
) -> None:
    generator = np.random.default_rng(seed)
    compute = [float(f"{c:.6g}") for c in np.logspace(18, 21, n)]
    if repeated:
        compute.append(compute[-1])
    compute += [1e23] if known else []
    rows: Rows = {"run": [], "compute": [], "value": []}
    if several:
        rows["metric"] = []
    for metric in ("loss", "other")[: 2 if several else 1]:
        for number, c in enumerate(compute):
            noise = float(generator.normal(scale=0.02))
            x = (c / 1e20) ** -0.12
            value = math.exp(-0.5 * x * math.exp(noise)) if rates else 1.5 + 0.7 * x + noise / 20
            rows["run"].append(f"run{number}")
            rows["compute"].append(c)
            rows["value"].append(round(value, 9))
            if several:
                rows["metric"].append(metric)
    params: dict[str, Any] = {"target": 1e23}
    if rates:
        params["form"] = "pass-rate"
    check(measure, "forecast", rows, params, (), seed)


@pytest.mark.parametrize("kind", sorted(ORACLES))
def test_oracles_are_for_kinds(kind: str) -> None:
    from release.evidence.kind import kinds

    assert kind in kinds()
