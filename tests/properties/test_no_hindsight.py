"""Judging an earlier date uses no later fact: a plan from which all that is later was cut is judged alike."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release.base.dates import Moment, moment
from release.gate.judge import PolicyOptions, judge
from release.gate.judgement import Judgement
from release.plan.read import read_plan
from tests.strategies import days, plans, yaml_text
from tests.unit.plan.truncation import truncated

PACKS = ("staged-release", "evaluation-rigour", "predictability", "sourcing")


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("release") / "release.yaml"


def judged(path: Path, at: Moment, packs: tuple[str, ...] = PACKS) -> Judgement:
    return judge(read_plan(path), at, explicit=True, options=PolicyOptions(packs))


def seen(judgement: Judgement) -> Any:
    """Return what is said of the plan, but for digests and places."""
    return (
        judgement.verdict,
        judgement.next_stage,
        judgement.undated,
        judgement.summary,
        [(each.id, each.verdict, each.status, each.findings, each.date) for each in judgement.stages],
        sorted(
            (each.rule, each.object, each.status, each.stages, each.message, each.missing, each.fix)
            for each in judgement.findings
        ),
    )


@settings(max_examples=40)
@given(plan=plans(), at=days(), packs=st.sampled_from([PACKS[:1], PACKS]))
def test_later_facts_change_no_verdict_and_no_finding(
    file: Path, plan: dict[str, Any], at: str, packs: tuple[str, ...]
) -> None:
    date = moment(at)
    file.write_text(yaml_text(plan), encoding="utf-8")
    whole = seen(judged(file, date, packs))
    file.write_text(yaml_text(truncated(plan, date)), encoding="utf-8")
    assert seen(judged(file, date, packs)) == whole
