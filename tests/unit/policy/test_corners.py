"""What ordinary packs never reach: foreign forms, faults of values, texts that nothing recognises."""

from __future__ import annotations

from typing import Any

import pytest

from release.base.errors import InvalidInput
from release.policy.checked import Unsupported, _recognised, read_checked
from release.policy.complaints import complaints_of
from release.policy.expression import calculate
from release.policy.figures import fact
from release.policy.frame import Frame, Undetermined
from release.policy.functions import FUNCTIONS
from release.policy.operators import kind_of, subtract
from release.policy.scalars import place_in_scalar
from release.policy.syntax import (
    Call,
    Constant,
    Entries,
    Items,
    Loop,
    Node,
    Variable,
    from_plain,
    to_plain,
    walk,
)
from tests.unit.policy.asking import UNKNOWN, answer, names_of, reading
from tests.unit.policy.judging import PLAN, judged, plan_from, rule
from tests.unit.policy.tables import language, words


def varint(number: int) -> bytes:
    found = b""
    while number >= 128:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def field(number: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def expression(kind: int, content: bytes) -> bytes:
    return field(2, 1) + field(kind, content)


IDENTIFIER = expression(4, field(1, b"plan"))


STEPS = field(6, IDENTIFIER) + field(7, IDENTIFIER)


def checked(root: bytes) -> bytes:
    return field(4, root) + field(5, b"")


def test_the_binary_form_is_read_packed_and_bare() -> None:
    assert read_checked(checked(IDENTIFIER), frozenset()).node == Variable("plan")
    packed = field(1, b"type") + field(2, checked(IDENTIFIER))
    assert read_checked(packed, frozenset()).node == Variable("plan")
    assert read_checked(checked(IDENTIFIER), frozenset()).type == "dyn"


@pytest.mark.parametrize(
    "root",
    [
        field(2, 1),
        expression(9, field(1, b"i") + field(2, IDENTIFIER) + field(3, b"other") + field(6, IDENTIFIER)),
        expression(9, field(1, b"i") + field(2, IDENTIFIER) + field(3, b"@result") + field(8, b"j")),
        expression(
            9,
            field(1, b"i")
            + field(2, IDENTIFIER)
            + field(3, b"@result")
            + field(6, IDENTIFIER)
            + field(7, IDENTIFIER),
        ),
    ],
)
def test_forms_without_a_meaning_are_refused(root: bytes) -> None:
    with pytest.raises(Unsupported):
        read_checked(checked(root), frozenset())


def test_what_is_no_protobuf_is_refused() -> None:
    with pytest.raises(ValueError, match="wire type 5"):
        read_checked(bytes([4 << 3 | 5, 0, 0, 0, 0]), frozenset())


@pytest.mark.parametrize(
    "step",
    [
        Variable("@result"),
        Call("_?_:_", (Variable("p"), Call("_+_", (Variable("@result"), Items(()))), Variable("@result"))),
        Call(
            "_?_:_",
            (Variable("p"), Call("_+_", (Variable("x"), Items((Variable("i"),)))), Variable("@result")),
        ),
    ],
)
def test_loops_that_are_no_macro_are_not_recognised(step: Node) -> None:
    assert _recognised("i", Variable("l"), step, Variable("@result")) is None


def test_a_tree_goes_to_json_and_back() -> None:
    source = (
        "{'a': [1, 2.5, true, null]}['a'].map(i, i != 1, -i).exists(i, has(plan.eu.market) && !(i in [2]))"
        " && stage.title.matches('a') && plan.stages.all(s, s.date < at) ? 1 / 2 == 0 : known(stage.id)"
    )
    node = language().dialect().check(source, "stage").node
    assert from_plain(to_plain(node)) == node
    kinds = {type(each) for each in walk(node)}
    assert {Entries, Items, Loop, Constant} <= kinds


@pytest.mark.parametrize("plain", [None, [], ["x"], ["c"], "c", {"c": 1}, ["f", ["v", "a"]]])
def test_other_json_is_no_tree(plain: Any) -> None:
    with pytest.raises(ValueError, match="not the form of an expression"):
        from_plain(plain)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not an expression: not an expression"),
        ("INTERNAL: something new", "not an expression: INTERNAL: something new"),
        ("CANCELLED: Expression recursion limit exceeded. limit: 32", "the expression is nested too deep"),
        (
            "ERROR: <input>:9:9: undefined field 'x' not found in struct 'release.Stage'",
            "Stage has no field 'x'",
        ),
        ("ERROR: <input>:1:8: undeclared reference to 'elsewhere' (in container '')", "there is no function"),
        ("ERROR: <input>:1:1: something about google.protobuf.Timestamp", "something about date"),
    ],
)
def test_complaints_of_the_library_that_nobody_foresaw(text: str, message: str) -> None:
    found = complaints_of(text, "stage.f(1)(2)", words(), ("stage",), {})
    assert found[0].message.startswith(message)
    assert 0 <= found[0].offset <= 13


@pytest.mark.parametrize(
    ("source", "missing"),
    [
        ("result(plan.evidence[0], 'mean', {}).low > 1.0", ["plan.evidence[0].results.mean.low"]),
        ("plan.stages.filter(s, s.id == 'a')[0].access.level == 'x'", ["a calculated value[0].access"]),
        ("size(plan.documentation['a' + 'b']) > 1", ["plan.documentation['ab']"]),
        ("plan.documentation[stage.id] == 'x'", ["plan.documentation['a']"]),
        ("plan.documentation[stage.owner] == 'x'", ["stage.owner"]),
        ("plan.thresholds[0].status[string(stage.order)].reached", ["plan.thresholds[0]"]),
        ("[1].map(i, {'x': 1}[string(i)]) == [1]", ["a calculated value['1']"]),
        ("dyn({'x': 1}).y == 1", ["a calculated value.y"]),
        ("dyn(result(plan.evidence[0], 'mean', {})).foo == 1", ["plan.evidence[0].results.mean.foo"]),
    ],
)
def test_names_of_calculated_things(source: str, missing: list[str]) -> None:
    plan = {
        "stages": [{"id": "a", "order": 1}],
        "evidence": [{"id": "e", "results": {"mean": {"value": 1.0}}}],
    }
    found = list(reading(source, names_of(plan)).missing)
    assert found == missing


def test_functions_meet_values_that_their_types_rule_out() -> None:
    frame = Frame({"at": "2020-01-01", "plan": {}})
    for name, arguments in {
        "digests": ["x"],
        "result": [{}, 3, {}],
        "has_slice": ["x", "y", {}],
        "active": ["x", "2020-01-01"],
        "days": [3, "2020-01-01"],
        "days ": ["2020-01-01", {}],
    }.items():
        call = FUNCTIONS[name.strip()].call
        assert call is not None
        with pytest.raises(Undetermined) as caught:
            call(frame, *arguments)
        assert caught.value.faults
    with pytest.raises(Undetermined):
        fact(frame, None, "x")


def test_texts_that_no_library_takes_are_a_fault() -> None:
    with pytest.raises(Undetermined):
        calculate("matches", ["\ud800", "a"])


def test_differences_that_time_does_not_have() -> None:
    from datetime import UTC, datetime, timedelta

    with pytest.raises(Undetermined) as caught:
        subtract(timedelta(1), datetime(2020, 1, 1, tzinfo=UTC))
    assert caught.value.faults == ("- can't be applied to (duration, date)",)


def test_kinds_of_values() -> None:
    assert kind_of(None) == "null"
    assert kind_of(object()) == "value"


def test_figures_that_are_no_mapping_are_compared_too() -> None:
    cuts = [{"by": {"a": "1"}, "results": {"x": 3}}, {"by": {"a": "2"}, "results": {"x": 3}}]
    names = names_of({"stages": [{"id": "s"}], "evidence": [{"id": "e", "slices": cuts}]})
    assert answer("result(plan.evidence[0], 'x', {'a': '1'})", names) == 3
    assert answer("dyn(result(plan.evidence[0], 'x', {})) == 3", names) is True


def test_what_people_judged_of_a_stage_is_its_models() -> None:
    cuts = [{"by": {"stage": "s"}, "results": {"mean": {"value": 6.0}}}]
    names = names_of(
        {"stages": [{"id": "s"}], "evidence": [{"id": "e", "kind": "human_credibility", "slices": cuts}]}
    )
    assert answer("result(plan.evidence[0], 'mean', {'source': 'model'}).value", names) == 6.0
    assert answer("result(plan.evidence[0], 'mean', {'source': 'human'}).value", names) == UNKNOWN


def test_a_value_whose_place_is_elsewhere_is_not_pointed_at() -> None:
    text = PLAN.replace("variants: [v1]\n    access", "variants: [v1]\n    rationale: x\n    access")
    found = judged(
        rule("T-1", "evidence.headline.value > 3.0", for_="evidence"),
        rule("T-2", "evidence.results.success_rate.value > 3.0", for_="evidence", kind="red_team"),
        plan=plan_from(text),
    )
    assert {each.pointer for each in found.findings} == {"/evidence/0", "/evidence/1"}


def test_a_scalar_behind_an_anchor_on_another_line() -> None:
    text = "a: &x\n  'b c'\n"
    assert place_in_scalar(text, 1, 4, "b c", 2) == (2, 6)


def test_an_unknown_criterion_is_no_criterion() -> None:
    criteria = "    criteria: [{id: c, text: x, require: unknown, verdict: hold, written: 2026-01-01}]\n"
    text = PLAN.replace("    status: planned\n", "    status: planned\n" + criteria)
    with pytest.raises(InvalidInput, match="'unknown' is not a name"):
        judged(rule("T-1", "true", for_="plan"), plan=plan_from(text))


def test_a_criterion_that_cannot_be_settled_reads_its_evidence() -> None:
    from release.policy.criteria import evidence_read

    node = (
        language()
        .dialect()
        .check("plan.evidence.exists(e, e.condition == 'base' && e.margin > 1)", "plan")
        .node
    )
    plan = {"evidence": [{"id": "e", "$at": "/evidence/0"}], "stages": []}
    assert list(evidence_read(node, {}, plan)) == ["e"]
