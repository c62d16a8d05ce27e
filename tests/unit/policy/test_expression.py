"""Expressions are checked when they are read: what is wrong, where, and what was probably meant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.base.limits import EXPRESSION_BYTES, REGEX_BYTES
from release.policy.expression import Dialect, ExpressionRefused, Language, calculate
from release.policy.frame import Undetermined
from release.policy.functions import FUNCTIONS
from release.policy.vocabulary import KINDS, SCOPES, vocabulary
from tests.unit.policy.asking import UNKNOWN, answer, names_of
from tests.unit.policy.tables import TYPES, language, words


def dialect() -> Dialect:
    return language().dialect({"min_days": "int", "high": "string", "tiers": ("list", "string")})


def complaints(source: str, scope: str = "stage") -> list[tuple[int, str, str]]:
    with pytest.raises(ExpressionRefused) as caught:
        dialect().check(source, scope)
    return [(each.offset, each.message, each.hint) for each in caught.value.complaints]


@pytest.mark.parametrize(
    ("source", "offset", "message", "hint"),
    [
        ("stage.ordr > 0", 6, "Stage has no field 'ordr'", "did you mean 'order'?"),
        ("stage .  ordr > 0", 9, "Stage has no field 'ordr'", "did you mean 'order'?"),
        ("has(stage.leek_plan)", 10, "Stage has no field 'leek_plan'", "did you mean 'leak_plan'?"),
        ("stage.access.zzzzzzzz", 13, "Access has no field 'zzzzzzzz'", "fields of Access: "),
        ("stge.order > 0", 0, "'stge' is not a name", "did you mean 'stage'?"),
        ("true && stge.access.level == 'x'", 8, "'stge' is not a name", "did you mean 'stage'?"),
        ("qqqqqqqq == 1", 0, "'qqqqqqqq' is not a name", "names: at, "),
        ("dayz(stage.date, at) > 1", 0, "there is no function 'dayz'", "did you mean 'days'?"),
        ("true || dayz(stage.date, at) > 1", 8, "there is no function 'dayz'", "did you mean 'days'?"),
        ("stage.title.containz('x')", 12, "there is no function 'containz'", "did you mean 'contains'?"),
        ("qqqqqqqqqq(1)", 0, "there is no function 'qqqqqqqqqq'", "functions: access_rank, "),
        ("days(stage.date) > 1", 0, "days is not called so", "write days(date, date)"),
        ("params.min_dys > 1", 7, "the pack has no parameter 'min_dys'", "did you mean 'min_days'?"),
        ("params.zzzzzzz > 1", 7, "the pack has no parameter 'zzzzzzz'", "parameters of this pack: high, "),
        ("stage.order + 1.5 > 2.0", 12, "+ can't be applied to (int, double)", "write 1.0 for 1"),
        ("stage.title + 1 == 'x'", 12, "+ can't be applied to (string, int)", "write string(x) for x"),
        ("stage.order == 'x'", 12, "== can't be applied to (int, string)", ""),
        ("stage.date == 1", 11, "== can't be applied to (date, int)", ""),
        ("stage.order > 0 ?", 17, "not an expression: it ends too early", "write what is missing"),
        ("stage.id == 'abc", 12, "not an expression: token recognition error", ""),
        ("rank(stage.access) > 1", 4, "rank can't be applied to (Access)", "write rank(word)"),
        ("1 in plan.stages", 2, "in can't be applied to (int, list(Stage))", ""),
        ("size(stage)", 4, "size can't be applied to (Stage)", ""),
        ("has(stage)", 4, "has() argument must be a field selection", ""),
        ("true ? 1 : 'a'", 5, "?: can't be applied to (bool, int, string)", ""),
        ("1u == 1u", 0, "unsigned numbers do not occur here", "leave the u out"),
        ("b'a' == b'a'", 0, "texts of bytes do not occur here", "leave the b out"),
        ("release.Stage{id: 'x'}.id == 'x'", 0, "objects can't be built here", "compare single fields"),
        ("type(1) == int", 0, "there is no function 'type'", ""),
        ("stage.title.matches('(a')", 20, "not a regular expression: missing ): (a", "see the syntax of RE2"),
        ("risk.id == 'x'", 0, "'risk' is not a name that expressions for: stage know", ""),
        ("'\\q'", 0, "not an expression", ""),
    ],
)
def test_mistakes_are_told_at_their_place(source: str, offset: int, message: str, hint: str) -> None:
    found = complaints(source)
    at, text, help_ = found[0]
    assert at == offset
    assert text.startswith(message)
    assert help_.startswith(hint)


def test_a_function_with_a_space_before_its_arguments() -> None:
    assert complaints("1 + dayz (stage.date, at) > 1")[0][:2] == (4, "there is no function 'dayz'")


def test_lists_too_long_to_join() -> None:
    names = names_of({"stages": [{"id": "s"}], "evidence": [{"id": "e", "results": {"any": [0] * 6000}}]})
    assert answer("size(plan.evidence[0].results.any + plan.evidence[0].results.any) > 1", names) == UNKNOWN
    assert answer("size(plan.evidence[0].results.any + [1]) == 6001", names) is True


def test_all_mistakes_of_an_expression_are_told() -> None:
    found = complaints("stage.ordr > 0 &&\n  stge.x == 1 && stage.titel == 'x'")
    assert [(offset, message[:20]) for offset, message, _ in found] == [
        (6, "Stage has no field '"),
        (20, "'stge' is not a name"),
        (41, "Stage has no field '"),
    ]


def test_offsets_count_code_points() -> None:
    assert complaints("'é😀' == stage.foo")[0][0] == len("'é😀' == stage.")


@pytest.mark.parametrize("scope", KINDS)
def test_each_kind_of_object_binds_its_names(scope: str) -> None:
    for name in SCOPES[scope]:
        source = "size(params.tiers) > 0" if name == "params" else f"known({name})"
        assert dialect().check(source, scope).type == "bool"
    for name in sorted(set(words().variables) - {*SCOPES[scope], "report"}):
        assert complaints(f"known({name})", scope)[0][1].startswith(f"'{name}' is not a name")


def test_an_expression_is_read_once_as_long_as_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    one = language().dialect()
    assert one.check("stage.order > 0", "stage") is one.check("stage.order > 0", "stage")
    monkeypatch.setattr("release.policy.expression._KEPT", 1)
    assert one.check("stage.order > 1", "stage") is not one.check("stage.order > 1", "stage")


def test_parameters_exist_only_where_a_pack_has_some() -> None:
    with pytest.raises(ExpressionRefused, match="'params' is not a name"):
        language().dialect().check("params.min_days > 1", "stage")
    assert language().dialect({"x": "double"}).check("params.x > 1", "stage").type == "bool"


def test_too_large_an_expression_is_refused_before_it_is_read() -> None:
    source = "true" + " " * (EXPRESSION_BYTES - 3)
    assert complaints(source) == [
        (
            0,
            f"the expression has {EXPRESSION_BYTES + 1} bytes; the limit is {EXPRESSION_BYTES}",
            "split the rule",
        )
    ]
    assert dialect().check("é" * 0 + "true" + " " * (EXPRESSION_BYTES - 4), "stage").type == "bool"
    assert complaints("'" + "é" * (EXPRESSION_BYTES // 2) + "'")[0][1].startswith("the expression has")


@pytest.mark.parametrize(
    "source",
    [
        "(" * 40 + "1" + ")" * 40,
        "[" * 40 + "]" * 40,
        "+".join(["1"] * 60),
        "(" * 1999 + "1",
    ],
)
def test_too_deep_an_expression_is_refused(source: str) -> None:
    with pytest.raises(ExpressionRefused) as caught:
        dialect().check(source, "stage")
    assert all(each.limit or "not an expression" in each.message for each in caught.value.complaints)
    assert any("nested too deep; the limit is 32" in each.message for each in caught.value.complaints)


def test_a_long_pattern_is_refused_and_one_made_at_run_time_is_a_fault() -> None:
    assert dialect().check(f"stage.title.matches('{'a' * REGEX_BYTES}')", "stage").type == "bool"
    found = complaints(f"stage.title.matches('{'a' * (REGEX_BYTES + 1)}')")
    assert found[0][1] == f"the regular expression has {REGEX_BYTES + 1} bytes; the limit is {REGEX_BYTES}"
    names = names_of({"stages": [{"id": "a", "title": "a" * 2000}]})
    assert answer("stage.id.matches(stage.title)", names) == UNKNOWN
    assert answer("stage.title.matches(stage.id)", names) is True


def test_patterns_take_linear_time() -> None:
    names = names_of({"stages": [{"id": "a", "title": "a" * 60_000 + "!"}]})
    assert answer("stage.title.matches('(a+)+$')", names) is False


def test_work_is_bounded() -> None:
    plan = {"stages": [{"id": str(index)} for index in range(200)]}
    nested = (
        "plan.stages.all(a, plan.stages.all(b, plan.stages.all(c, a.id != b.id || b.id != c.id || true)))"
    )
    assert answer(nested, names_of(plan)) == UNKNOWN
    assert answer(f"true || {nested}", names_of(plan)) is True
    assert answer(f"{nested} || true", names_of(plan)) == UNKNOWN
    assert answer("plan.stages.all(a, plan.stages.exists(b, b.id == a.id || true))", names_of(plan)) is True


def test_what_an_expression_makes_is_bounded() -> None:
    names = names_of({"stages": [{"id": "a", "title": "a" * 40_000}]})
    assert answer("size(stage.title + stage.title) > 0", names) == UNKNOWN
    many = names_of({"stages": [{"id": str(index)} for index in range(6000)]})
    assert answer("size(plan.stages.map(s, s.id) + plan.stages.map(s, s.id)) > 0", many) == UNKNOWN
    assert answer("size(plan.stages.map(s, s.id)) == 6000", many) is True
    assert answer("size(plan.stages + plan.stages) > 0", many) == UNKNOWN


def test_what_an_expression_makes_is_bounded_altogether() -> None:
    stages = [{"id": str(index), "title": "a" * 1000} for index in range(100)]
    names = names_of({"stages": stages})
    assert answer("plan.stages.map(s, s.title + s.title).size() == 100", names) == UNKNOWN
    assert answer("plan.stages.map(s, s.id + s.id).size() == 100", names) is True
    assert answer("plan.stages.map(s, plan.stages + plan.stages).size() == 100", names) == UNKNOWN


def test_comparing_large_objects_is_work_too() -> None:
    risk = {"id": "r", "title": "x", "assessments": [{"stage": str(index)} for index in range(300)]}
    names = names_of({"risks": [risk, {**risk, "id": "s"}], "stages": [{"id": "a"}]})
    source = "plan.risks[0].assessments == plan.risks[1].assessments"
    assert answer(source, names) is True
    assert answer(f"[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20].all(i, {source})", names) == UNKNOWN


# Dates

DAYS = {
    "stages": [
        {"id": "s1", "date": "2019-02-14"},
        {
            "id": "s2",
            "date": "2019-02-14T20:00:00-05:00",
            "dates": {"planned": "2019-02-14", "released": "2019-03-01"},
        },
    ]
}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("previous.date < stage.date", True),  # the end of the 14th in UTC is before 01:00 of the 15th
        ("stage.date < previous.date", False),
        ("stage.date == '2019-02-15T01:00:00Z'", True),
        ("stage.date == date('2019-02-15T02:00:00+01:00')", True),
        ("previous.date == '2019-02-14'", True),
        ("previous.date != '2019-02-14'", False),
        ("'2019-02-14' == previous.date", True),
        ("previous.date <= '2019-02-14'", True),
        ("previous.date >= '2019-02-14T23:59:59Z'", True),
        ("previous.date < '2019-02-15T00:00:00Z'", True),
        ("previous.date > '2019-02-14T12:00:00Z'", True),
        ("previous.date == stage.dates.planned", True),
        ("stage.dates.planned in [stage.dates.released, previous.date]", True),
        ("stage.date in [stage.dates.released, previous.date]", False),
        ("days(previous.date, stage.date)", 1),
        ("days(stage.date, previous.date)", -1),
        ("days('2019-02-14', stage.dates.released)", 15),
        ("days(previous.date, '2019-02-14T01:00:00Z')", 0),
        ("timestamp(previous.date) < timestamp('2019-02-15T00:00:00Z')", True),
        ("previous.date.getFullYear()", 2019),
        ("previous.date.getMonth()", 1),
        ("stage.date.getDayOfMonth()", 14),  # counted from 0
        ("stage.dates.released - stage.dates.planned == duration('360h')", True),
        ("stage.dates.planned + duration('24h') > '2019-02-15'", False),
        ("string(stage.dates.planned)", "2019-02-14"),
        ("stage.dates.planned == 'soon'", UNKNOWN),
        ("at == '2020-01-01'", True),
        ("days(previous.date, at) > 300 && at > stage.date", True),
        ("int(stage.date) == 1550192400", UNKNOWN),
        ("int(timestamp(stage.date)) == 1550192400", True),
        ("string(timestamp(stage.date))", "2019-02-15T01:00:00Z"),
        ("string(duration('90s'))", "90s"),
        ("date('9999-12-31') + duration('48h') > at", UNKNOWN),
    ],
)
def test_dates_are_moments(source: str, expected: object) -> None:
    assert answer(source, names_of(DAYS)) == expected


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-14, 14), st.integers(-14, 14))  # noqa: DTZ001
def test_one_moment_in_two_zones_is_one_moment(moment: datetime, first: int, second: int) -> None:
    def shown(offset: int) -> str:
        local = moment.replace(microsecond=0) + timedelta(hours=offset)
        return f"{local.isoformat()}{offset:+03d}:00"

    names = names_of({"stages": [{"id": "a", "date": shown(first)}, {"id": "b", "date": shown(second)}]})
    assert answer("stage.date == previous.date && stage.date <= previous.date", names) is True
    assert answer("stage.date < previous.date", names) is False


@given(st.dates(), st.dates())
def test_days_and_order_of_days_agree(first: object, second: object) -> None:
    names = names_of({"stages": [{"id": "a", "date": str(first)}, {"id": "b", "date": str(second)}]})
    days = answer("days(previous.date, stage.date)", names)
    assert answer("previous.date < stage.date", names) is (days > 0)
    assert answer("previous.date == stage.date", names) is (days == 0)


# Numbers, objects


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("plan.variants[0].share > 1", True),
        ("plan.variants[0].share / 4.0", 0.5),
        ("plan.variants[0].parameters / 2", 3),
        ("plan.variants[0].share == plan.variants[1].share * 2.0", True),
        ("stage.order < 1.5", True),
        ("'v1' in stage.variants", True),
        ("'v3' in stage.variants", False),
        ("stage.variants[0] in plan.variants", True),
        ("stage.variants[0].id in plan.variants.map(v, v.id)", True),
        ("plan.variants[1] in stage.variants", False),
        ("stage in plan.stages", True),
        ("stage == plan.stages[0]", True),
        ("plan.variants.exists_one(v, v.id == 'v1')", True),
        ("plan.evidence[0].results.any.n + 1 == 6", True),
        ("plan.evidence[0].results.any.share > 0", True),
        ("plan.evidence[0].results.any.list.all(i, i < 3)", True),
        ("{'a': 1, 'b': 'x'}['b'] == 'x'", True),
        ("{stage.id: 1}[stage.id] == 1", True),
        ("{stage.variants: 1} == {}", UNKNOWN),
        ("{'a': stage}[dyn(stage.variants)] == stage", UNKNOWN),
        ("plan.evidence[0].results.any in {'a': 1}", UNKNOWN),
        ("plan.evidence[0].results.any in plan.evidence[0].results.any.n", UNKNOWN),
        ("plan.evidence[0].results.any.n.x == 1", UNKNOWN),
        ("has(plan.evidence[0].results.any.n.x)", UNKNOWN),
        ("plan.evidence[0].results.any.n.exists(i, true)", UNKNOWN),
        ("plan.evidence[0].results.any.n[0] == 1", UNKNOWN),
        ("plan.evidence[0].results.any.list['a'] == 1", UNKNOWN),
        ("plan.evidence[0].results.any.list[1.0] == 2", True),
        ("size(plan.evidence[0].results.any.n) == 1", UNKNOWN),
        ("plan.evidence[0].results.any.n && true", UNKNOWN),
        ("plan.evidence[0].results.any.n ? true : false", UNKNOWN),
        ("!plan.evidence[0].results.any.n", UNKNOWN),
        ("-plan.evidence[0].results.any.word == 1", UNKNOWN),
        ("plan.evidence[0].results.any.word * 2 == 1", UNKNOWN),
        ("plan.evidence[0].results.any.word / 2 == 1", UNKNOWN),
        ("plan.evidence[0].results.any.word / 2.0 == 1.0", UNKNOWN),
        ("plan.evidence[0].results.any.word % 2 == 1", UNKNOWN),
        ("plan.evidence[0].results.any.word - 2 == 1", UNKNOWN),
        ("plan.evidence[0].results.any.word < 2", UNKNOWN),
        ("plan.evidence[0].results.any.word + 2 == 1", UNKNOWN),
        ("plan.evidence[0].results.any.n.contains('x')", UNKNOWN),
        ("plan.evidence[0].results.any.n.matches('x')", UNKNOWN),
        ("double(plan.evidence[0].results.any.list) == 1.0", UNKNOWN),
        ("int(plan.evidence[0].results.any.list) == 1", UNKNOWN),
        ("bool(plan.evidence[0].results.any.list)", UNKNOWN),
        ("bool(true)", True),
        ("string(plan.evidence[0].results.any.list) == 'x'", UNKNOWN),
        ("plan.evidence[0].results.any == plan.evidence[0].results.any", True),
        ("plan.evidence[0].results.any == {'n': 5}", False),
        ("{'n': dyn(5)} == {'n': dyn(5.0)}", True),
        ("[1, [2]] == [1, [2]]", True),
        ("[1] == [1, 2]", False),
        ("dyn(1) == 'a'", False),
        ("dyn(true) == 1", False),
    ],
)
def test_values(source: str, expected: object) -> None:
    plan = {
        "variants": [{"id": "v1", "share": 2, "parameters": 7}, {"id": "v2", "share": 1.0}],
        "stages": [{"id": "s", "order": 1}],
        "evidence": [
            {
                "id": "e",
                "results": {"any": {"n": 5, "share": 1, "list": [1, 2], "word": "x", "$at": "/evidence/0/x"}},
            }
        ],
    }
    names = names_of(plan)
    names["stage"]["variants"] = [dict(names["plan"]["variants"][0])]
    found = answer(source, names)
    assert found == expected
    assert type(found) is type(expected)


def test_the_library_calculates_what_only_it_can() -> None:
    noon = datetime(2019, 2, 14, 12, tzinfo=UTC)
    assert calculate("getHours", [noon]) == 12
    assert calculate("getMinutes", [timedelta(hours=2)]) == 120
    with pytest.raises(Undetermined):
        calculate("getHours", [noon, "Nowhere/Land"])
    with pytest.raises(Undetermined):
        calculate("matches", ["a", None])
    with pytest.raises(Undetermined):
        calculate("getHours", ["a"])


def test_every_function_is_declared_and_documented() -> None:
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.signature.startswith(f"{name}(")
        assert function.text.endswith(".")


def test_a_vocabulary_without_most_objects_still_works() -> None:
    bare = Language(vocabulary({"Plan": {"id": "string"}})).dialect()
    assert bare.check("plan.id == 'x' && stage.anything.at.all > 1", "stage").type == "bool"
    assert set(TYPES) <= set(words().types)


def test_nested_lists_and_unknown_types_are_open() -> None:
    odd = Language(
        vocabulary({"Plan": {"a": ("list", ("list", "int")), "b": ("object", "Nothing"), "c": "odd"}})
    )
    assert odd.dialect().check("plan.a[0][1] == 1 && plan.b.x == 1 && plan.c == 'x'", "plan").type == "bool"
