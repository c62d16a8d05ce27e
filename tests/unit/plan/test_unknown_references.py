"""A single reference may be unknown, and everything that hangs on it is unknown then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from release.base.dates import moment
from release.gate.judge import PolicyOptions, judge
from release.plan.plan import Plan
from tests.unit.plan.conftest import BASE

Read = Callable[..., Plan]


@pytest.mark.parametrize("word", ["unknown", "undisclosed"])
@pytest.mark.parametrize(
    ("text", "way", "key"),
    [
        ("sources: [{{id: s, supersedes: {}}}]", ("sources", 0), "supersedes"),
        ("partners: [{{id: p, access: [{{stage: {}}}]}}]", ("partners", 0, "access", 0), "stage"),
        ("partners: [{{id: p, access: [{{variant: {}}}]}}]", ("partners", 0, "access", 0), "variant"),
        (
            "monitoring: [{{id: m, observations: [{{stage: {}, count: 3}}]}}]",
            ("monitoring", 0, "observations", 0),
            "stage",
        ),
    ],
)
def test_it_is_read_as_what_it_says(text: str, way: tuple[Any, ...], key: str, word: str, read: Read) -> None:
    node: Any = read(f"{BASE}{text.format(word)}\n").data
    for step in way:
        node = node[step]
    assert key not in node
    assert node["$words"][key] == word


@pytest.mark.parametrize(
    ("asked", "rest"),
    [
        (
            "plan.partners.exists(p, stage.id in p.stages)",
            "partners: [{id: p, access: [{stage: unknown, level: api}]}]",
        ),
        (
            "plan.monitoring.all(m, m.observations.all(o, o.stage != stage.id))",
            "monitoring: [{id: m, observations: [{stage: unknown, count: 3}]}]",
        ),
        (
            "plan.monitoring.all(m, covered_days(m, stage.id) > 3)",
            "monitoring: [{id: m, observations: [{stage: unknown, from: 2019-01-01, to: 2019-02-01}]}]",
        ),
        (
            "plan.sources.all(s, !has(s.supersedes))",
            "sources: [{id: s, supersedes: unknown}]",
        ),
    ],
)
def test_rules_cannot_tell_then(asked: str, rest: str, read: Read) -> None:
    criterion = f"    criteria: [{{id: c, text: It holds, require: '{asked}', verdict: hold}}]\n"
    plan = read(f"{BASE}{criterion}{rest}\n")
    judgement = judge(plan, moment("2019-03-01"), explicit=False, options=PolicyOptions())
    (finding,) = [each for each in judgement.findings if each.rule == "criterion:c"]
    assert finding.status == "unknown"
