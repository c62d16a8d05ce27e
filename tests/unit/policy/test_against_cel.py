"""The meaning of expressions is CEL's: random expressions give what the CEL project's own runtime gives.

Data here are plain, with absent keys and without anything written `unknown`, which CEL does not have; lists
are always there, because absent lists are empty here and an error in CEL.
"""

from __future__ import annotations

import math
import random
import re
from functools import cache
from typing import Any

import pytest
from cel_expr_python import cel
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from release.policy.expression import Dialect, ExpressionRefused, Language
from release.policy.frame import Exhausted, Frame, Undetermined
from release.policy.meaning import program
from release.policy.syntax import from_plain, to_plain
from release.policy.vocabulary import vocabulary

ERROR = "an error"


@cache
def ours() -> Dialect:
    fields = {
        **dict.fromkeys(("a", "b", "c"), "int"),
        **dict.fromkeys(("x", "y"), "double"),
        **dict.fromkeys(("s", "t"), "string"),
        **dict.fromkeys(("p", "q", "r"), "bool"),
        "l": ("list", "int"),
        "k": ("list", "string"),
        "o": ("list", ("object", "Item")),
        "m": ("map", "int"),
        "d": "dyn",
    }
    return Language(vocabulary({"Plan": fields, "Item": {"n": "int", "w": "string"}})).dialect()


@cache
def theirs() -> Any:
    return cel.NewEnv(variables={"plan": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)})


def our_answer(source: str, plan: dict[str, Any]) -> Any:
    checked = ours().check(source, "plan")
    node = from_plain(to_plain(checked.node))
    assert node == checked.node
    try:
        return program(node)(Frame({"plan": plan}))
    except (Undetermined, Exhausted):
        return ERROR


def their_answer(source: str, plan: dict[str, Any]) -> Any:
    try:
        value = theirs().compile(source, True).eval(data={"plan": plan})
    except RuntimeError:
        return ERROR
    return ERROR if value.type().name() == "ERROR" else value.plain_value()


def same(left: Any, right: Any) -> bool:
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, str) and isinstance(right, str):
        # The sign of what is no number is the processor's; the library writes it out.
        return left.replace("-nan", "nan") == right.replace("-nan", "nan")
    return type(left) is type(right) and left == right


class Writer:
    """Writes random expressions of a type; the same seed writes the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def write(self, kind: str, depth: int) -> str:
        choices = LEAVES[kind] if depth == 0 or self.random.random() < 0.15 else FORMS[kind]
        form = self.random.choice(choices)
        number = self.random.choice(["int", "double"])
        parts = [number if part == "number" else part for part in re.findall(r"<(\w+)>", form)]
        written = iter([self.write(part, depth - 1) for part in parts])
        return re.sub(r"<\w+>", lambda _: f"({next(written)})", form)


LEAVES = {
    "int": ["0", "1", "-1", "3", "plan.a", "plan.b", "plan.c", "9223372036854775807"],
    "double": ["0.0", "1.5", "-2.25", "3.0", "1e300", "plan.x", "plan.y"],
    "string": ['""', '"a"', '"ab"', '"é"', "plan.s", "plan.t"],
    "bool": ["true", "false", "plan.p", "plan.q", "plan.r", "has(plan.a)", "has(plan.s)", "plan.d == 1"],
    "ints": ["[]", "[1, 2, 3]", "plan.l"],
    "strings": ['["a", "b"]', "plan.k"],
}
FORMS = {
    "int": [
        *("<int> + <int>", "<int> - <int>", "<int> * <int>", "<int> / <int>", "<int> % <int>", "-<int>"),
        *("<bool> ? <int> : <int>", "size(<string>)", "size(<ints>)", "int(<double>)", "int(<string>)"),
        *("<ints>[<int>]", "size(plan.m)", "plan.m[<string>]"),
    ],
    "double": [
        *("<double> + <double>", "<double> - <double>", "<double> * <double>", "<double> / <double>"),
        *("-<double>", "<bool> ? <double> : <double>", "double(<int>)", "double(<string>)"),
    ],
    "string": [
        *("<string> + <string>", "string(<int>)", "string(<bool>)", "string(<string>)", "string(<double>)"),
        *("<bool> ? <string> : <string>", "<strings>[<int>]"),
    ],
    "bool": [
        *("<bool> && <bool>", "<bool> || <bool>", "<bool> || <bool> || <bool>", "!<bool>"),
        *(f"<number> {operator} <number>" for operator in ("<", "<=", ">", ">=", "==", "!=")),
        *(f"<string> {operator} <string>" for operator in ("<", ">=", "==", "!=")),
        *("<ints> == <ints>", "<strings> != <strings>", "<int> in <ints>", "<string> in <strings>"),
        *("<string> in plan.m", "<string>.contains(<string>)", "<string>.startsWith(<string>)"),
        *("<string>.endsWith(<string>)", '<string>.matches("^a*b?$")', "<string>.matches(<string>)"),
        *(f"<ints>.{macro}(i, i > 1 && <bool> || i == 3)" for macro in ("all", "exists", "exists_one")),
        *(f"plan.o.{macro}(e, e.n > <int> || e.w == plan.s)" for macro in ("all", "exists", "exists_one")),
        *("plan.o.exists(e, plan.o.all(i, i.n <= e.n))", 'plan.m.exists(key, key == "a" && <bool>)'),
        *("bool(<string>)", "<bool> ? <bool> : <bool>", "<bool> == <bool>"),
        *(
            "plan.d < <int>",
            "plan.d >= <double>",
            "plan.d == <string>",
            "plan.d in <ints>",
            "<string> in plan.d",
        ),
    ],
    "ints": [
        *("<ints>.map(i, i + <int>)", "<ints>.filter(i, i > 1 || <bool>)", "<ints> + <ints>"),
        *("<ints>.map(i, i > 1, i * 2)", "plan.o.map(e, e.n)", "[<int>, <int>]", "<bool> ? <ints> : <ints>"),
    ],
    "strings": ["[<string>, <string>]", "plan.o.map(e, e.w)", "plan.m.filter(key, false)"],
}


PLANS = st.fixed_dictionaries(
    {
        "l": st.lists(st.integers(-2, 4), max_size=4),
        "k": st.lists(st.sampled_from(["a", "b", ""]), max_size=3),
        "o": st.lists(
            st.fixed_dictionaries({}, optional={"n": st.integers(-2, 4), "w": st.sampled_from(["a", "ab"])}),
            max_size=3,
        ),
        "m": st.dictionaries(st.sampled_from(["a", "b", "é"]), st.integers(-2, 4), max_size=3),
    },
    optional={
        **{name: st.integers(-3, 4) for name in "abc"},
        **{name: st.floats(-10, 10, allow_nan=False) for name in "xy"},
        **{name: st.sampled_from(["", "a", "ab", "b", "é", "12", "-3"]) for name in "st"},
        **{name: st.booleans() for name in "pqr"},
        "d": st.one_of(st.integers(-2, 2), st.floats(-2, 2), st.booleans(), st.just("a"), st.just([1])),
    },
)


KINDS_OF_ANSWERS = ("bool", "bool", "bool", "int", "double", "string", "ints", "strings")
KINDS = st.sampled_from(KINDS_OF_ANSWERS)


@settings(max_examples=300)
@given(KINDS, st.integers(0, 2**32), PLANS)
def test_random_expressions_mean_what_they_mean_in_cel(kind: str, seed: int, plan: dict[str, Any]) -> None:
    source = Writer(seed).write(kind, 3)
    try:
        found = our_answer(source, plan)
    except ExpressionRefused as refused:
        assume("nested too deep" not in str(refused) and "regular expression" not in str(refused))
        raise AssertionError(source) from refused
    expected = their_answer(source, plan)
    assert same(found, expected), (source, found, expected)


EMPTY: dict[str, Any] = {"l": [], "k": [], "o": [], "m": {}}


@pytest.mark.parametrize(
    ("source", "plan"),
    [
        ("plan.p && plan.q", {"q": False}),
        ("plan.p || plan.q", {"q": True}),
        ("plan.p && plan.q", {"q": True}),
        ("plan.o.all(e, e.n > 1)", {"o": [{}, {"n": 0}]}),
        ("plan.o.exists(e, e.n > 1)", {"o": [{}, {"n": 2}]}),
        ("plan.o.exists_one(e, e.n > 1)", {"o": [{}, {"n": 2}]}),
        ("-9223372036854775807 - 2", {}),
        ("-7 / 2", {}),
        ("-7 % 2", {}),
        ("7 / 0", {}),
        ("7 % 0", {}),
        ("1.0 / 0.0", {}),
        ("0.0 / 0.0 == 0.0 / 0.0", {}),
        ("int(1e30)", {}),
        ("int(-1.9)", {}),
        ("size('é')", {}),
        ("plan.l[0]", {"l": [5]}),
        ("plan.l[1]", {"l": [5]}),
        ("plan.l[-1]", {"l": [5]}),
        ("string(1.5)", {}),
        ("string(1e21)", {}),
        ("string(0.1)", {}),
        ("double('1_0')", {}),
        ("double(' 1')", {}),
        ("double('1e400')", {}),
        ("int('+3')", {}),
        ("int('99999999999999999999')", {}),
        ("bool('True')", {}),
        ("bool('yes')", {}),
        ("plan.d == 1.0", {"d": 1}),
        ("plan.d == 1", {"d": True}),
        ("plan.d < 2", {"d": "a"}),
        ("string(-0.0)", {}),
        ("string(1e15)", {}),
        ("string(123456789.5)", {}),
        ("1 in {1: 2}", {}),
        ("int(3)", {}),
        ("int(' 3')", {}),
        ("int('3.0')", {}),
        ("double('x')", {}),
        ("double('nan') == double('nan')", {}),
        ("1 in plan.d", {"d": [1.0]}),
        ("{'a': 1} == {'a': 1}", {}),
        ("{'a': 1}.map(key, key) == ['a']", {}),
        ("[1, 2, 3].filter(i, i > 1)", {}),
        ("[[1], [2]].exists(i, i.exists(j, j == 2))", {}),
        ("plan.m['a'] == 1", {"m": {"a": 1}}),
        ("plan.m.a == 1", {"m": {"a": 1}}),
        ("has(plan.m.b)", {"m": {"a": 1}}),
        ("(true ? [1] : [2]).map(i, i + 1)", {}),
        ('timestamp("2019-02-14T12:00:00Z").getFullYear()', {}),
        ('timestamp("2019-02-14T12:00:00Z") - timestamp("2019-02-13T12:00:00Z") == duration("24h")', {}),
        ('timestamp("2019-02-14T12:00:00Z") + duration("36h") > timestamp("2019-02-15T23:59:59Z")', {}),
        ('timestamp("2019-02-14T12:00:00Z").getHours("Europe/Paris")', {}),
        ('duration("90m").getMinutes()', {}),
        ('timestamp("yesterday")', {}),
    ],
)
def test_corners(source: str, plan: dict[str, Any]) -> None:
    everything = EMPTY | plan
    assert same(our_answer(source, everything), their_answer(source, everything))


def test_numbers_of_unknown_type_may_meet_where_cel_refuses_them() -> None:
    plan = EMPTY | {"d": 1.0}
    assert our_answer("plan.d + 1 == 2", plan) is True
    assert their_answer("plan.d + 1 == 2", plan) == ERROR
