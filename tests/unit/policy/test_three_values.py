"""Missing facts: when they make an answer unknown, when another operand decides, and how they are named."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.policy.frame import Frame, Trace, Undetermined, called, fault
from tests.unit.policy.asking import UNKNOWN, answer, names_of, reading

# A random formula against Kleene's strong logic; its atoms are true, false, absent or written `unknown`.

ATOMS = {
    "plan.eu.market": True,
    "plan.eu.gpai": False,
    "stage.access.public": UNKNOWN,
    "stage.access.reversible": UNKNOWN,
    "has(stage.access.public)": False,
    "has(stage.access.reversible)": UNKNOWN,
    "known(stage.access.public)": False,
    "known(stage.access.reversible)": False,
    "known(plan.eu.gpai)": True,
    "1 / 0 > 1": UNKNOWN,
}
DATA = {
    "eu": {"market": True, "gpai": False},
    "stages": [{"id": "s1", "access": {"reversible": "unknown"}}],
}


def kleene(formula: Any) -> bool | str:
    if isinstance(formula, str):
        return ATOMS[formula]
    kind, *parts = formula
    values = [kleene(part) for part in parts]
    if kind == "not":
        return UNKNOWN if values[0] == UNKNOWN else not values[0]
    if kind == "if":
        condition, then, otherwise = values
        return UNKNOWN if condition == UNKNOWN else then if condition else otherwise
    decisive = kind in {"or", "exists"}
    if decisive in values:
        return decisive
    return UNKNOWN if UNKNOWN in values else not decisive


def written(formula: Any) -> str:
    if isinstance(formula, str):
        return formula
    kind, *parts = formula
    texts = [written(part) for part in parts]
    if kind == "not":
        return f"!({texts[0]})"
    if kind == "if":
        return f"(({texts[0]}) ? ({texts[1]}) : ({texts[2]}))"
    if kind in {"and", "or"}:
        return "(" + (" && " if kind == "and" else " || ").join(texts) + ")"
    cases = " || ".join(f"(i == {index} && ({text}))" for index, text in enumerate(texts))
    if kind == "all":
        cases = " && ".join(f"(i != {index} || ({text}))" for index, text in enumerate(texts))
    return f"{list(range(len(texts)))}.{kind}(i, {cases})"


def formula_of(seed: int) -> Any:
    source = random.Random(seed)

    def make(depth: int) -> Any:
        if depth == 0 or source.random() < 0.2:
            return source.choice(list(ATOMS))
        kind = source.choice(["and", "or", "not", "if", "all", "exists"])
        count = {"not": 1, "if": 3}.get(kind, source.randint(1, 3))
        return (kind, *(make(depth - 1) for _ in range(count)))

    return make(3)


@given(st.integers(0, 2**32))
def test_logic_is_kleenes(seed: int) -> None:
    formula = formula_of(seed)
    assert answer(written(formula), names_of(DATA)) == kleene(formula)


@given(st.integers(0, 2**32))
def test_an_answer_says_what_it_lacks_and_only_then(seed: int) -> None:
    formula = formula_of(seed)
    found = reading(written(formula), names_of(DATA))
    lacking = kleene(formula) == UNKNOWN
    assert bool(found.lacking) is lacking
    assert set(found.missing) <= {"stage.access.public", "stage.access.reversible"}
    assert set(found.faults) <= {"division by zero"}


@pytest.mark.parametrize(
    ("source", "data", "expected"),
    [
        # has: a link of the chain that is absent makes it false, one that is written unknown makes it unknown
        ("has(stage.access.level)", {"stages": [{"id": "a"}]}, False),
        ("has(stage.access.level)", {"stages": [{"id": "a", "access": {}}]}, False),
        ("has(stage.access.level)", {"stages": [{"id": "a", "access": {"level": "api"}}]}, True),
        ("has(stage.access.level)", {"stages": [{"id": "a", "access": {"level": "undisclosed"}}]}, UNKNOWN),
        ("has(stage.access.level)", {"stages": [{"id": "a", "access": "unknown"}]}, UNKNOWN),
        ("has(stage.access.gate.review)", {"stages": [{"id": "a", "access": "unknown"}]}, UNKNOWN),
        ("has(stage.access.gate.review)", {"stages": [{"id": "a"}]}, False),
        ("has(previous.access.level)", {"stages": [{"id": "a"}]}, False),
        ("has(stage.criteria)", {"stages": [{"id": "a"}]}, False),
        ("has(stage.criteria)", {"stages": [{"id": "a", "criteria": []}]}, True),
        ("has(stage.criteria)", {"stages": [{"id": "a", "criteria": "unknown"}]}, UNKNOWN),
        ("has(plan.thresholds[0].status[stage.id].distance)", {"stages": [{"id": "a"}]}, False),
        (
            "has(plan.thresholds[0].status[stage.id].distance)",
            {"stages": [{"id": "a"}], "thresholds": [{"id": "t", "status": {"a": {"distance": "far"}}}]},
            True,
        ),
        (
            "has(plan.thresholds[0].status[stage.id].distance)",
            {"stages": [{"id": "a"}], "thresholds": [{"id": "t", "status": {"a": "unknown"}}]},
            UNKNOWN,
        ),
        # known: true only when there and known, never unknown itself
        ("known(stage.access.level)", {"stages": [{"id": "a"}]}, False),
        ("known(stage.access.level)", {"stages": [{"id": "a", "access": {"level": "api"}}]}, True),
        ("known(stage.access.level)", {"stages": [{"id": "a", "access": {"level": "unknown"}}]}, False),
        ("known(stage.access.level)", {"stages": [{"id": "a", "access": "unknown"}]}, False),
        ("known(previous.id)", {"stages": [{"id": "a"}]}, False),
        ("known(stage.criteria[0].text)", {"stages": [{"id": "a"}]}, False),
        ("known(days(stage.date, at))", {"stages": [{"id": "a"}]}, False),
        ("known(days(stage.date, at))", {"stages": [{"id": "a", "date": "2019-01-01"}]}, True),
        ("known(1 / 0)", {"stages": [{"id": "a"}]}, UNKNOWN),
        # lists and maps: absent is empty, written unknown is missing
        ("size(stage.criteria)", {"stages": [{"id": "a"}]}, 0),
        ("stage.criteria.all(c, c.verdict == 'hold')", {"stages": [{"id": "a"}]}, True),
        ("size(stage.criteria) > 0", {"stages": [{"id": "a", "criteria": "unknown"}]}, UNKNOWN),
        ("'x' in stage.access.controls", {"stages": [{"id": "a"}]}, False),
        ("'x' in stage.access.controls", {"stages": [{"id": "a", "access": "unknown"}]}, UNKNOWN),
        ("'x' in plan.documentation", {"stages": [{"id": "a"}]}, False),
        ("'x' in plan.documentation", {"stages": [{"id": "a"}], "documentation": {"x": "1"}}, True),
        ("'x' in plan.documentation", {"stages": [{"id": "a"}], "documentation": {"x": "unknown"}}, UNKNOWN),
        ("'$at' in plan.documentation", {"stages": [{"id": "a"}], "documentation": {"x": "1"}}, False),
        ("size(plan.documentation)", {"stages": [{"id": "a"}], "documentation": {"x": "1"}}, 1),
        ("size(plan.documentation)", {"stages": [{"id": "a"}], "documentation": {"x": "unknown"}}, UNKNOWN),
        ("plan.documentation.all(k, k == 'x')", {"stages": [], "documentation": {"x": "1"}}, True),
        ("plan.documentation.all(k, k == 'x')", {"stages": [], "documentation": {"x": "unknown"}}, UNKNOWN),
        ("size(previous.criteria)", {"stages": [{"id": "a"}]}, UNKNOWN),
        # what was not computed is no empty result
        ("size(plan.evidence[0].results.mismatches) < 1", {"evidence": [{"id": "e", "results": {}}]},
         UNKNOWN),
        ("size(plan.evidence[0].results.mismatches) < 1",
         {"evidence": [{"id": "e", "results": {"mismatches": []}}]}, True),
        # null is no way to ask
        ("stage.access == null", {"stages": [{"id": "a", "access": {}}]}, False),
        ("stage.access == null", {"stages": [{"id": "a"}]}, UNKNOWN),
    ],
)  # fmt: skip
def test_absent_and_unknown(source: str, data: dict[str, Any], expected: Any) -> None:
    assert answer(source, names_of(data)) == expected


PLAN = {
    "stages": [
        {"id": "s1", "dates": {"released": "2019-02-14"}, "status": "released"},
        {"id": "s2", "dates": {"planned": "unknown"}, "access": "unknown"},
    ],
    "risks": [
        {"id": "r1", "assessments": [{"stage": "s1", "severity": "severe"}, {"stage": "s2"}]},
        {"id": "r2", "assessments": "undisclosed"},
    ],
    "evidence": [
        {
            "id": "cornell-nov",
            "kind": "human_credibility",
            "results": {"mean": {"value": 6.9, "low": "unknown"}},
        },
        {"id": "probe", "kind": "bias_probe", "results": {}},
    ],
    "documentation": {"energy": "undisclosed"},
    "thresholds": [{"id": "t1", "status": {"s1": {"reached": True}}}],
}


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("days(stage.dates.planned, at) > 1", ["stage.dates.planned"]),
        ("stage.access.level == 'api'", ["stage.access"]),
        ("previous.dates.planned < at", ["previous.dates.planned"]),
        ("next.id == 's3'", ["next"]),
        ("plan.evidence.all(e, e.results.mean.low > 1.0)",
         ["evidence 'cornell-nov'.results.mean.low", "evidence 'probe'.results.mean"]),
        ("plan.evidence.exists(e, e.results.mean.low > 7.0 && e.kind == 'human_credibility')",
         ["evidence 'cornell-nov'.results.mean.low"]),
        ("plan.risks.exists(r, r.assessments.exists(x, x.stage == stage.id && rank(x.severity) > 3))",
         ["risk 'r1'.assessments[1].severity", "risk 'r2'.assessments"]),
        ("result(plan.evidence[0], 'mean', {'source': 'human'}).low > 1.0",
         ["evidence 'cornell-nov'.results.mean (source: human)"]),
        ("plan.thresholds.all(t, t.status[stage.id].reached)", ["threshold 't1'.status['s2']"]),
        ("plan.thresholds.all(t, t.status['s3'].reached)", ["threshold 't1'.status['s3']"]),
        ("'energy' in plan.documentation", ["plan.documentation.energy"]),
        ("plan.documentation['energy'] == 'x'", ["plan.documentation['energy']"]),
        ("plan.stages[7].id == 'x'", ["plan.stages[7]"]),
        ("attested('A-1')", ["attestation 'A-1' (there is none)"]),
        ("stage.access.level == 'api' || next.id == 'x'", ["stage.access", "next"]),
        ("stage.access.level == 'api' && false", []),
        ("false && stage.access.level == 'api'", []),
        ("plan.stages.map(s, s.access.level).exists(x, x == 'y')", ["stage 's1'.access"]),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(source: str, missing: list[str]) -> None:
    assert list(reading(source, names_of(PLAN)).missing) == missing


def test_a_refused_figure_is_named_with_the_reason() -> None:
    why = "the reference 'XL' has no rows; models: S"
    figures = {"mean": {"reason": why, "n": 0}, "accuracy": {"value": 0.5, "reason": "one rater"}}
    plan = {
        "variants": [{"id": "s", "aliases": ["S"]}, {"id": "m"}],
        "stages": [{"id": "s1"}],
        "evidence": [{"id": "probe", "kind": "preference", "results": figures}],
    }
    found = reading("plan.evidence[0].results.mean.value > 0.0", names_of(plan))
    assert found.missing == (f"plan.evidence[0].results.mean.value (refused: {why})",)
    assert "/variants/0" in found.pointers  # who may not see the variant may not read the reason either
    assert "/variants/1" not in found.pointers
    found = reading("plan.evidence[0].results.accuracy.low > 0.0", names_of(plan))
    assert found.missing == ("plan.evidence[0].results.accuracy.low (refused: one rater)",)


@pytest.mark.parametrize(
    ("source", "faults"),
    [
        ("stage.id.contains('x') && 1 / 0 > 0", []),
        ("1 / 0 > 0", ["division by zero"]),
        ("9223372036854775807 + 1 > 0", ["a sum leaves the range of whole numbers of 64 bits"]),
        ("rank('huge') > 1", ["'huge' is on no ordinal scale"]),
        ("access_rank('free') > 1", ["'free' is on no scale of access levels"]),
        ("date('2019-02-30') < at", ["'2019-02-30' is not a date: 2019-02-30 is not a day of the calendar"]),
        ("timestamp('x') < at", ["String to Timestamp conversion failed"]),
        ("plan.evidence[0].results.any.x.y == 1", []),
    ],
)
def test_faults_are_told_apart_from_what_is_missing(source: str, faults: list[str]) -> None:
    found = reading(source, names_of(PLAN))
    assert [each.partition(": conv")[0] for each in found.faults] == faults or (
        faults and faults[0] in found.faults[0]
    )


def test_many_missing_facts_are_cut() -> None:
    plan = {"evidence": [{"id": f"e{index}"} for index in range(50)]}
    found = reading("plan.evidence.all(e, e.margin > 0.5)", names_of(plan))
    assert len(found.missing) == 20
    assert found.missing[0] == "evidence 'e0'.margin"


def test_lacks_join_without_repetition() -> None:
    first = Undetermined(("a", "b"))
    assert first.joined(None) is first
    assert first.joined(Undetermined(("b", "c"), absent=False)).missing == ("a", "b", "c")
    assert first.joined(Undetermined(("b",), absent=False)).absent is False
    assert first.joined(fault("x")).faults == ("x",)


def test_objects_are_called_by_kind_and_id() -> None:
    assert called({"id": "x", "$at": "/risks/3"}) == "risk 'x'"
    assert called({"id": "x", "$at": "/partners/0/findings/2"}) == "finding 'x'"
    assert called({"id": "x"}) == "item 'x'"
    assert called({"$at": "/risks/3"}) is None
    assert called("x") is None


def test_a_trace_notes_fields_elements_and_what_a_fact_was_derived_from() -> None:
    trace = Trace()
    trace.read_field({"$at": "/stages/0", "$from": {"size": ["/variants/1"]}}, "size")
    trace.read_field({"$at": "", "risks": []}, "risks")
    trace.read_field({"$at": "", "developer": "x"}, "developer")
    trace.read_field({"x": 1}, "x")
    trace.read([{"$at": "/a"}, {"b": 1}, 3])
    trace.read({"$at": "/c"})
    assert trace.pointers == {"/stages/0/size", "/variants/1", "/developer", "/a", "/c"}


def test_a_frame_names_what_it_lacks() -> None:
    assert Frame({}).lacks("x", absent=False).missing == ("x",)
