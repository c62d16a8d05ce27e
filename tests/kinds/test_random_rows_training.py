"""Figures of the kinds about training and oversight on random rows, against the oracles, and shuffled."""

# ruff: noqa: FBT001 - hypothesis hands over what it draws by position

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from release.evidence.kind import Computation
from tests.kinds.comparing import differing, typed
from tests.kinds.oracles_training import ORACLES

SEEDS = st.integers(0, 2**32 - 1)
ONCE = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
Rows = dict[str, list[Any]]
Measure = Callable[..., Computation]


def check(
    measure: Measure,
    kind: str,
    rows: Rows,
    params: Mapping[str, Any] | None = None,
    seed: int = 0,
    archive: Mapping[str, str] | None = None,
) -> Computation:
    frame = typed(pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in rows.items()}))
    found = measure(kind, rows, params=params, archive=archive)
    told = {**(params or {}), "$archive": archive or {}}
    assert differing(found, ORACLES[kind](frame, told, ())) == []
    order = np.random.default_rng(seed).permutation(len(frame))
    shuffled = {name: [values[place] for place in order] for name, values in rows.items()}
    assert measure(kind, shuffled, params=params, archive=archive) == found
    return found


def some_blank(generator: np.random.Generator, values: Sequence[Any], share: float = 0.1) -> list[Any]:
    return [None if generator.random() < share else value for value in values]


@ONCE
@given(SEEDS, st.integers(1, 20), st.integers(0, 12), st.booleans())
def test_reward_model_comparisons(measure: Measure, seed: int, items: int, raters: int, won: bool) -> None:
    generator = np.random.default_rng(seed)
    pairs = [
        (item, rater)
        for item in range(items)
        for rater in range(max(1, raters))
        if not raters or generator.random() < 0.4
    ] or [(0, 0)]
    rewards = generator.integers(-8, 9, size=(items, 2)) / 4
    rows: Rows = {
        "item": [f"i{item}" for item, _ in pairs],
        "chosen": [float(rewards[item, 0]) for item, _ in pairs],
        "rejected": [float(rewards[item, 1]) for item, _ in pairs],
    }
    if raters:
        rows["rater"] = [f"r{rater}" for _, rater in pairs]
    if won:
        words = ["chosen", "rejected", "tie", "chosen", None]
        rows["winner"] = [words[int(generator.integers(0, 5))] for _ in pairs]
        if not any(rows["winner"]):
            rows["winner"][0] = "chosen"
    check(measure, "reward_model", rows, {"level": 0.9}, seed)


@ONCE
@given(SEEDS, st.integers(1, 6), st.integers(0, 6), st.booleans())
def test_reward_model_optimisation(measure: Measure, seed: int, points: int, items: int, best: bool) -> None:
    generator = np.random.default_rng(seed)
    place = "n" if best else "kl"
    rows: Rows = {place: [], "proxy": [], "gold": []}
    if items:
        rows["item"] = []
    for point in range(points):
        at = 4**point if best else round(point**1.5, 3)
        for item in range(max(1, items)):
            gold = 0.5 + 0.1 * point - 0.02 * point * point + float(generator.normal(scale=0.03))
            rows[place].append(at)
            rows["gold"].append(round(gold, 3))
            rows["proxy"].append(round(0.5 + 0.1 * point, 3))
            if items:
                rows["item"].append(f"i{item}")
    check(measure, "reward_model", rows, seed=seed)


@ONCE
@given(SEEDS, st.integers(2, 40), st.integers(1, 14), st.booleans())
def test_critique_assistance(measure: Measure, seed: int, items: int, raters: int, apart: bool) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {name: [] for name in ("item", "rater", "assisted", "flaws", "planted")}
    for item in range(items):
        for assisted in (0, 1):
            rater = generator.integers(0, raters)
            rows["item"].append(f"i{item}")
            rows["rater"].append(f"r{rater}{assisted if apart else ''}")
            rows["assisted"].append(assisted)
            rows["flaws"].append(int(generator.poisson(1.2 + assisted)))
            rows["planted"].append(int(generator.integers(0, 2)))
    rows["flaws"][0] += 1
    rows["flaws"][1] += 1
    found = check(measure, "critique", rows, {"level": 0.9}, seed)
    assert found.facts["same_items"] is True


@ONCE
@given(SEEDS, st.integers(1, 60))
def test_critique_gaps(measure: Measure, seed: int, items: int) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {"item": [f"i{item}" for item in range(items)]}
    for name in ("g", "d", "c"):
        rows[name] = some_blank(generator, [int(x) for x in generator.integers(0, 2, items)], 0.05)
    rows["g"][0] = rows["d"][0] = rows["c"][0] = 1
    check(measure, "critique", rows, seed=seed)


@ONCE
@given(SEEDS, st.integers(3, 60), st.integers(1, 12), st.booleans())
def test_weak_to_strong(measure: Measure, seed: int, items: int, seeds: int, truth: bool) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {name: [] for name in ("item", "seed", "weak", "student", "ceiling")}
    if truth:
        rows["truth"] = []
    for run in range(seeds):
        for item in range(items):
            rows["item"].append(f"i{item}")
            rows["seed"].append(f"s{run}")
            for name, share in (("weak", 0.5), ("student", 0.7), ("ceiling", 0.9)):
                right = generator.random() < share
                rows[name].append(("yes" if right else "no") if truth else int(right))
            if truth:
                rows["truth"].append("yes")
    found = check(measure, "weak_to_strong", rows, seed=seed)
    assert found.facts["seeds"] == seeds


@ONCE
@given(SEEDS, st.integers(1, 14), st.integers(1, 3), st.booleans())
def test_summary_tree(measure: Measure, seed: int, documents: int, raters: int, whole: bool) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {name: [] for name in ("document", "node", "parent", "height", "rating", "rater")}
    if whole:
        rows["read_whole"] = []
    for document in range(documents):
        nodes = [("root", None, 2), ("left", "root", 1), ("right", "root", 1)]
        nodes += [(f"leaf{k}", ("left", "right")[k % 2], 0) for k in range(int(generator.integers(1, 5)))]
        for node, parent, height in nodes:
            for rater in range(raters):
                rows["document"].append(f"d{document}")
                rows["node"].append(node)
                rows["parent"].append(parent)
                rows["height"].append(height)
                rows["rating"].append(int(generator.integers(1, 8)))
                rows["rater"].append(f"r{rater}")
                if whole:
                    rows["read_whole"].append(int(height == 2 and rater == 0))
    rows["rating"] = [rows["rating"][0], *some_blank(generator, rows["rating"][1:], 0.05)]
    check(measure, "summary_tree", rows, {"good": 5}, seed)


@ONCE
@given(SEEDS, st.integers(1, 40), st.integers(1, 14), st.booleans(), st.booleans())
def test_reference_check(
    measure: Measure, seed: int, n: int, answers: int, quoted: bool, sourced: bool
) -> None:
    generator = np.random.default_rng(seed)
    words = ["yes", "partial", "no"]
    rows: Rows = {
        "answer": [f"a{k}" for k in generator.integers(0, answers, n)],
        "claim": [f"c{k}" for k in range(n)],
        "supported": [words[k] for k in generator.integers(0, 3, n)],
    }
    if quoted:
        quotes = ["\u201cthe  cat\u201d sat", "the cat sat", "a dog", None]
        rows["quote"] = [quotes[k] for k in generator.integers(0, 4, n)]
        if sourced:
            rows["source"] = [["post", "paper", None][k] for k in generator.integers(0, 3, n)]
    archive = {"post": 'and so "the cat" sat down', "paper": "nothing\u00a0but a dog"}
    check(measure, "reference_check", rows, seed=seed, archive=archive)


@ONCE
@given(SEEDS, st.integers(2, 14), st.integers(1, 3), st.integers(0, 20), st.booleans())
def test_interpretability(
    measure: Measure, seed: int, prompts: int, claims: int, draws: int, held: bool
) -> None:
    generator = np.random.default_rng(seed)
    names = ("claim", "prompt", "full", "circuit", "corrupt", "ablated", "baseline")
    rows: Rows = {name: [] for name in (*names, *(["draw"] if draws else []))}
    for claim in range(claims):
        for prompt in range(prompts):
            rows["claim"].append(f"c{claim}")
            rows["prompt"].append(f"p{prompt}")
            for name, centre in (("full", 3.4), ("circuit", 2.9), ("corrupt", 0.2), ("ablated", 1.0)):
                rows[name].append(round(float(generator.normal(centre, 0.3)), 2))
            rows["baseline"].append(round(float(generator.normal(2, 0.3)), 2))
            if draws:
                rows["draw"].append(None)
        for draw in range(draws):
            for prompt in range(prompts):
                blank = {"full": None, "corrupt": None, "ablated": None, "baseline": None}
                row = {
                    "claim": f"c{claim}",
                    "prompt": f"p{prompt}",
                    "draw": f"d{draw}",
                    "circuit": round(float(generator.normal(2.7, 0.3)), 2),
                    **blank,
                }
                for name, own in rows.items():
                    own.append(row[name])
    if held:
        rows["held_out"] = [int(generator.random() < 0.7) for _ in rows["claim"]]
        rows["held_out"][0] = 1
    check(measure, "interpretability", rows, {"level": 0.9}, seed)


@ONCE
@given(SEEDS, st.integers(1, 30), st.integers(1, 3), st.integers(0, 3), st.booleans())
def test_data_selection(
    measure: Measure, seed: int, samples: int, steps: int, seeds: int, outcomes: bool
) -> None:
    generator = np.random.default_rng(seed)
    rows: Rows = {
        name: []
        for name in ("sample", "step", "loss_base", "loss_reference", "selected", "source", "overlaps")
    }
    if seeds:
        rows["seed"] = []
    if outcomes:
        rows |= {"arm": [], "correct": []}
    for sample in range(samples):
        chosen, origin = int(generator.integers(0, 2)), str(generator.choice(["web", "books"]))
        overlaps, correct = int(generator.integers(0, 2)), int(generator.integers(0, 2))
        for step in range(steps):
            for run in range(max(1, seeds)):
                base = round(float(generator.uniform(0.5, 3)), 2)
                rows["sample"].append(f"x{sample}")
                rows["step"].append(step)
                rows["loss_base"].append(base)
                rows["loss_reference"].append(round(base * float(generator.uniform(0.9, 1.6)), 2))
                rows["selected"].append(chosen)
                rows["source"].append(origin)
                rows["overlaps"].append(overlaps)
                if seeds:
                    rows["seed"].append(f"s{run}")
                if outcomes:
                    rows["arm"].append("selected" if sample % 2 else "random")
                    rows["correct"].append(correct)
    check(measure, "data_selection", rows, seed=seed)
