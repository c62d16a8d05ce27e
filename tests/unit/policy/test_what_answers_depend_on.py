"""An answer depends on what its evaluation noted, and on nothing else, whatever the expression."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from release.base.labels import PUBLIC
from release.evidence.context import Context
from release.policy.differing import difference
from release.policy.expression import ExpressionRefused
from release.policy.frame import Exhausted, Frame, Trace, Undetermined
from release.policy.meaning import program
from tests.unit.policy.test_against_cel import ERROR, KINDS_OF_ANSWERS, Writer, ours, same

WHOLE = (
    "plan.o[0] == plan.o[1]",
    "plan.o[1] in plan.o && size(plan.o) == 2",
    "plan.o == plan.o.filter(e, e.n > 0)",
    "plan.m == {'a': 1}",
    "size(plan.m) == 1",
    "plan.m.all(key, key == 'a')",
    "plan.s in plan.m",
    "plan.m[plan.s] > 0",
    "'a' in plan.d || plan.p",
)
"""Expressions that look at an object as a whole, or at a key of it."""


def placed(value: Any, pointer: str = "") -> Any:
    """Return a value in which every object knows its pointer."""
    if isinstance(value, dict):
        return {"$at": pointer, **{key: placed(each, f"{pointer}/{key}") for key, each in value.items()}}
    if isinstance(value, list):
        return [placed(each, f"{pointer}/{index}") for index, each in enumerate(value)]
    return value


def random_plan(chance: random.Random) -> dict[str, Any]:
    def item() -> dict[str, Any]:
        return {"n": chance.randint(-1, 2), "w": chance.choice(["a", "ab"])}

    return {
        **{name: chance.randint(-2, 3) for name in "abc"},
        **{name: chance.choice([-2.5, 0.0, 1.5, 3.0]) for name in "xy"},
        **{name: chance.choice(["", "a", "ab", "b", "12"]) for name in "st"},
        **{name: chance.random() < 0.5 for name in "pqr"},
        "l": [chance.randint(-2, 4) for _ in range(chance.randint(0, 3))],
        "k": [chance.choice(["a", "b", ""]) for _ in range(chance.randint(0, 3))],
        "o": [item() for _ in range(chance.randint(0, 3))],
        "m": {key: chance.randint(-1, 2) for key in "ab" if chance.random() < 0.6},
        "d": chance.choice([1, 1.5, True, "a", [1], {"a": 1}]),
    }


def with_changes(plan: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Return another plan: some values are others, gone, or written unknown."""
    result, other = copy.deepcopy(plan), random_plan(chance)
    for name in chance.sample(sorted(plan), chance.randint(1, 4)):
        way = chance.random()
        if way < 0.5:
            result[name] = other[name]
        elif name == "o" and plan["o"]:
            chance.choice(result["o"])["n"] = chance.randint(-1, 2)
        elif way < 0.75:
            del result[name]
        else:
            del result[name]
            result["$unknown"] = [*result.get("$unknown", ()), name]
    return result


def context(plan: dict[str, Any]) -> dict[str, Context]:
    return {"": Context({"plan": plan}, "plan:p", "", (), PUBLIC)}


def value_of(node: Any, plan: dict[str, Any], trace: Trace | None = None) -> Any:
    try:
        return program(node)(Frame({"plan": plan}, trace))
    except (Undetermined, Exhausted):
        return ERROR


def trials(count: int) -> Iterator[tuple[str, bool, bool]]:
    """Yield (expression, nothing that it noted has changed, its value has)."""
    for seed in range(count):
        chance = random.Random(seed)
        before = random_plan(chance)
        after = with_changes(before, chance)
        source = (
            chance.choice(WHOLE) if seed % 3 == 0 else Writer(seed).write(chance.choice(KINDS_OF_ANSWERS), 2)
        )
        try:
            node = ours().check(source, "plan").node
        except ExpressionRefused:
            continue
        trace = Trace()
        before, after = placed(before), placed(after)
        was = value_of(node, before, trace)
        found = difference(context(before), context(after))
        same_notes = not found.moved and trace.fields.isdisjoint(found.fields)
        yield source, same_notes, not same(was, value_of(node, after))


def test_an_answer_changes_only_where_something_changed_that_it_noted() -> None:
    found = list(trials(3000))
    assert [source for source, unchanged, other in found if unchanged and other] == []
    assert sum(unchanged for _, unchanged, _ in found) > 500
    assert sum(other for _, _, other in found) > 200


@pytest.mark.parametrize(
    ("method", "forgets"),
    [
        ("look", lambda name: name == ""),
        ("look", lambda name: name == "o"),
        ("look", lambda name: name == "n"),
        ("look", lambda name: name in {"a", "b"}),
        ("look_at_all", lambda _: True),
    ],
)
def test_a_note_that_is_forgotten_would_be_found_out_here(
    monkeypatch: pytest.MonkeyPatch, method: str, forgets: Callable[[str], bool]
) -> None:
    note = getattr(Trace, method)

    def forgetful(self: Trace, value: Any, *name: str) -> None:
        if not forgets(*name or ("",)):
            note(self, value, *name)

    monkeypatch.setattr(Trace, method, forgetful)
    assert any(unchanged and other for _, unchanged, other in trials(3000))
