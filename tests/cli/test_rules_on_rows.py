"""Rules that judge facts which only rows can give: a plan whose rows are computed and judged."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

PLAN = """\
schema: release-plan/1
id: judged-by-rows
title: Rules on rows
developer: Example Lab
policies: {use: [staged-release, scalable-oversight, predictability, evaluation-rigour]}
strategy: {kind: staged, rationale: The small one first.}
variants:
  - {id: s, title: S, parameters: 1000}
  - {id: l, title: L, parameters: 100000000}
stages:
  - {id: small, title: Small, variants: [s], access: &open {level: downloadable, recipients: everybody, terms: MIT}, dates: {released: 2026-01-01}, status: released, owner: Lead}
  - {id: large, title: Large, variants: [l], access: *open, dates: {planned: 2026-06-01}, status: planned, owner: Lead}
evidence:
  - id: read
    kind: human_credibility
    stages: [small, large]
    claim: Readers find people's texts more credible.
    data: {path: read.csv, columns: {item: item, rater: rater, variant: variant, source: source, score: score}}
    available: 2026-05-01
  - id: flaws
    kind: critique
    stages: [large]
    claim: Critiques help to find flaws.
    data: {path: flaws.csv, columns: {item: item, rater: rater, assisted: assisted, flaws: flaws, planted: planted, checker: checker}}
    available: 2026-05-01
  - id: books
    kind: summary_tree
    stages: [large]
    claim: Summaries of summaries hold up.
    data: {path: books.csv, columns: {document: document, node: node, parent: parent, height: height, rating: rating, in_training: in_training}}
    available: 2026-05-01
  - id: loss
    kind: forecast
    stages: [large]
    claim: The loss follows a law.
    params: {target: 1.0e+8}
    data: {path: loss.csv, columns: {run: run, parameters: parameters, value: value}}
    available: 2026-05-01
  - id: groups
    kind: bias_probe
    stages: [large]
    claim: The groups are treated alike.
    data: {path: groups.csv, columns: {group: group, prompt: prompt, outcome: outcome, stage: stage}}
    available: 2026-05-01
"""  # noqa: E501

RULES = ("SR-118", "SO-402", "SO-410", "PR-506", "ER-213")
Rows = Mapping[str, Sequence[object]]
RANDOM = random.Random(20260501)


def read(level: float) -> Rows:
    scored = [
        {
            "item": f"t{n}",
            "rater": f"r{n % 15}",
            "variant": variant,
            "source": source,
            "score": mean + n * 7 % 11 / 10,
        }
        for source, variant, mean in (("model", "s", 2), ("model", "l", level), ("human", "", 6))
        for n in range(60)
    ]
    return turned(scored)


def flaws(checker: str) -> Rows:
    return turned(
        {
            "item": f"t{n}",
            "rater": f"r{n % 12}",
            "assisted": n // 12 % 2,
            "flaws": 1 + n % 3,
            "planted": 1,
            "checker": checker.format(n % 12),
        }
        for n in range(48)
    )


def books(in_training: Callable[[int], object]) -> Rows:
    return turned(
        {
            "document": f"b{n // 4}",
            "node": f"n{n}",
            "parent": f"n{n - n % 4}" if n % 4 else "",
            "height": 0 if n % 4 else 1,
            "rating": 3 + n * 7 % 5,
            "in_training": in_training(n // 4),
        }
        for n in range(48)
    )


def loss(last: float) -> Rows:
    noise = random.Random(3)
    runs = [{"run": f"q{n}", "parameters": 10 ** (n / 2 + 2), "value": 0.0} for n in range(9)]
    for run in runs:
        run["value"] = 3 * run["parameters"] ** -0.2 + 0.8 + noise.gauss(0, 0.002)  # type: ignore[operator]
    runs[-1]["value"] = runs[-1]["value"] + last  # type: ignore[operator]
    return turned(runs)


def groups() -> Rows:
    return turned(
        {"group": group, "prompt": f"p{n}", "outcome": RANDOM.randint(0, 1), "stage": stage}
        for group in ("f", "m", "x")
        for stage in ("small", "large")
        for n in range(40)
    )


def turned(lines: Any) -> Rows:
    held = list(lines)
    return {name: [line[name] for line in held] for name in held[0]}


GOOD: dict[str, Rows] = {
    "read": read(2),
    "flaws": flaws("somebody else"),
    "books": books(lambda _: 0),
    "loss": loss(0.0),
    "groups": groups(),
}
"""Rows that satisfy SR-118, SO-402, SO-410, PR-506 and ER-213."""


@pytest.fixture
def judged(tmp_path: Path, release_command: Any) -> Callable[..., dict[tuple[str, str], dict[str, Any]]]:
    """Compute and judge a plan with some rows; return the findings by rule and object."""

    def run(**rows: Rows) -> dict[tuple[str, str], dict[str, Any]]:
        (tmp_path / "release.yaml").write_text(PLAN, encoding="utf-8")
        for name, data in {**GOOD, **rows}.items():
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(data)
                writer.writerows(zip(*data.values(), strict=True))
        locked = release_command("evidence", "lock", str(tmp_path))
        assert locked.returncode == 0, locked.stderr
        select = [part for rule in RULES for part in ("--select", rule)]
        command = ["check", str(tmp_path), "--at", "2026-05-20", "--format", "json", *select]
        (plan,) = json.loads(release_command(*command).stdout)["plans"]
        return {(each["rule"], each["object"]): each for each in plan["findings"]}

    return run


def test_good_rows_satisfy_all_of_them(judged, tmp_path) -> None:
    assert judged() == {}
    items = json.loads((tmp_path / "release.lock").read_text(encoding="utf-8"))["items"]
    assert items["groups"]["facts"]["multiplicity"] == {"method": "holm", "comparisons": 4}


def test_text_of_the_model_as_credible_as_people_s_is_held(judged) -> None:
    (held,) = judged(read=read(6)).values()
    assert (held["rule"], held["object"], held["status"]) == ("SR-118", "stage:large", "fail")
    assert "intervals overlap" in held["message"]


def test_less_credible_text_of_another_variant_does_not_excuse_a_stage_s_own(judged) -> None:
    (held,) = judged(read=read(6.5)).values()
    assert (held["rule"], held["object"], held["status"]) == ("SR-118", "stage:large", "fail")


def test_flaws_that_their_finders_checked_or_nobody_did_are_told(judged) -> None:
    (own,) = judged(flaws=flaws("r{}")).values()
    assert (own["rule"], own["object"], own["status"]) == ("SO-402", "evidence:flaws", "fail")
    (nobody,) = judged(flaws=flaws("")).values()
    assert (nobody["rule"], nobody["object"], nobody["status"]) == ("SO-402", "evidence:flaws", "unknown")


def test_books_from_training_fail_and_books_of_which_it_is_not_known_are_unknown(judged) -> None:
    (one,) = judged(books=books(lambda book: int(book == 3))).values()
    assert (one["rule"], one["object"], one["status"]) == ("SO-410", "evidence:books", "fail")
    (some,) = judged(books=books(lambda book: "" if book == 3 else 0)).values()
    assert (some["rule"], some["object"], some["status"]) == ("SO-410", "evidence:books", "unknown")


def test_a_fit_that_misses_its_own_largest_run_is_told_by_how_much(judged) -> None:
    (missed,) = judged(loss=loss(0.5)).values()
    assert (missed["rule"], missed["object"], missed["status"]) == ("PR-506", "evidence:loss", "fail")
    assert "misses that run by 0.498231, more than the 0.00787588" in missed["message"]
