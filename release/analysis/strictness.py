"""What became weaker between two sets of rules: gone, milder, or with a parameter that lets more pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

from release.base.findings import SEVERITY_RANK
from release.base.record import Record
from release.policy.force import PolicySet, RuleInForce
from release.policy.parameters import ParameterInForce
from release.policy.syntax import Call, Constant, Field, Logic, Loop, Node, Variable, children

Direction = Literal["weaker", "stricter", "changed"]

_VERDICT_RANK: Final = {None: 0, "hold": 1, "no-go": 2}
_LARGER: Final = frozenset(("_>_", "_>=_"))
_SMALLER: Final = frozenset(("_<_", "_<=_"))


class PolicyChange(Record):
    """One difference between two sets of rules.

    Attributes:
        kind: `pack`, `rule`, `criterion` or `parameter`.
        direction: `changed` where it cannot be told whether more passes than before.
    """

    kind: str
    id: str
    text: str
    direction: Direction


def policy_changes(old: PolicySet, new: PolicySet) -> Iterator[PolicyChange]:
    """Yield what changed from one set of rules to another."""
    packs = {pack.id: pack for pack in old.packs}, {pack.id: pack for pack in new.packs}
    for name in sorted(packs[0].keys() | packs[1].keys()):
        before, after = packs[0].get(name), packs[1].get(name)
        if after is None:
            yield PolicyChange("pack", name, "no longer in force", "weaker")
        elif before is None:
            yield PolicyChange("pack", name, f"{after.version} now in force", "stricter")
        elif (before.start, before.condition) != (after.start, after.condition):
            yield PolicyChange("pack", name, "applies under other conditions", "changed")
    yield from _rules(old, new)
    yield from _criteria(old, new)
    yield from _parameters(old, new)


def _rules(old: PolicySet, new: PolicySet) -> Iterator[PolicyChange]:
    before = {each.rule.id: each for each in old.rules}
    after = {each.rule.id: each for each in new.rules}
    gone = {pack.id for pack in old.packs} - {pack.id for pack in new.packs}
    added = {pack.id for pack in new.packs} - {pack.id for pack in old.packs}
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            if before[name].pack.id not in gone:
                yield PolicyChange("rule", name, "removed", "weaker")
        elif name not in before:
            if after[name].pack.id not in added:
                yield PolicyChange("rule", name, "added", "stricter")
        else:
            yield from _rule(name, before[name], after[name])


def _rule(name: str, before: RuleInForce, after: RuleInForce) -> Iterator[PolicyChange]:
    for what, ranks, was, now in (
        ("severity", SEVERITY_RANK, before.severity, after.severity),
        ("verdict", _VERDICT_RANK, before.verdict, after.verdict),
    ):
        if was != now:
            direction: Direction = "weaker" if ranks[now] < ranks[was] else "stricter"  # type: ignore[index]
            yield PolicyChange("rule", name, f"{what} {was or 'none'} -> {now or 'none'}", direction)
    if (before.rule.when, before.rule.require, before.rule.kind, before.rule.evidence_kinds) != (
        after.rule.when,
        after.rule.require,
        after.rule.kind,
        after.rule.evidence_kinds,
    ):
        yield PolicyChange("rule", name, "asks something else than before", "changed")


def _criteria(old: PolicySet, new: PolicySet) -> Iterator[PolicyChange]:
    before = {each.id: each for each in old.criteria.values()}
    after = {each.id: each for each in new.criteria.values()}
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield PolicyChange("criterion", name, "removed", "weaker")
        elif name not in before:
            yield PolicyChange("criterion", name, "added", "stricter")
        elif before[name].node != after[name].node:
            yield PolicyChange("criterion", name, "asks something else than before", "changed")


def _parameters(old: PolicySet, new: PolicySet) -> Iterator[PolicyChange]:
    before = {each.name: each for each in old.params}
    for after in new.params:
        was = before.get(after.name)
        if was is not None and was.value != after.value:
            text = f"{was.value} -> {after.value}"
            yield PolicyChange("parameter", after.name, text, _parameter(was, after, new))


def _parameter(was: ParameterInForce, now: ParameterInForce, policy: PolicySet) -> Direction:
    if not (_is_number(was.value) and _is_number(now.value)):
        return "changed"
    pack, _, name = now.name.rpartition(".")
    directions: set[int] = set()
    for each in policy.rules:
        if each.pack.id == pack:
            directions |= directions_of(name, each.rule.require, 1)
            if each.rule.when is not None:
                directions |= directions_of(name, each.rule.when, -1)
    if len(directions) != 1 or 0 in directions:
        return "changed"
    (direction,) = directions
    return "stricter" if (now.value > was.value) is (direction < 0) else "weaker"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def directions_of(name: str, node: Node, polarity: int) -> set[int]:
    """Return how the truth of an expression moves as a parameter grows: 1 towards true, -1 towards false.

    0 is where that cannot be told from the form of the expression.
    """
    if not reads(name, node):
        return set()
    match node:
        case Logic():
            return {each for part in node.operands for each in directions_of(name, part, polarity)}
        case Call("!_", (inner,)):
            return directions_of(name, inner, -polarity)
        case Loop(kind="all" | "exists", source=source, condition=condition) if condition is not None:
            inside = directions_of(name, condition, polarity)
            return {0} if reads(name, source) else inside
        case Call(function, (left, right)) if function in _LARGER | _SMALLER:
            sign = 1 if function in _LARGER else -1
            found = {sign * polarity * each for each in _growth(name, left)}
            return found | {-sign * polarity * each for each in _growth(name, right)}
        case Call("approx", (value, reference, relative)) if not (
            reads(name, value) or reads(name, reference)
        ):
            return {polarity * each for each in _growth(name, relative)}
        case _:
            return {0}


def _growth(name: str, node: Node) -> set[int]:
    """Return whether a number grows (1) or shrinks (-1) with a parameter; other factors count as positive."""
    if not reads(name, node):
        return set()
    match node:
        case Field(Variable("params"), _):
            return {1}
        case Call("double" | "int", (inner,)):
            return _growth(name, inner)
        case Call("_+_" | "_*_", (left, right)):
            return _growth(name, left) | _growth(name, right)
        case Call("_-_" | "_/_", (left, right)):
            return _growth(name, left) | {-each for each in _growth(name, right)}
        case _:
            return {0}


def reads(name: str, node: Node) -> bool:
    """Tell whether an expression reads a parameter of its pack."""
    if isinstance(node, Field) and node.name == name and node.operand == Variable("params"):
        return True
    return not isinstance(node, Constant) and any(reads(name, each) for each in children(node))
