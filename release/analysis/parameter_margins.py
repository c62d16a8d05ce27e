"""How far a parameter of a pack may move before an answer or the verdict changes.

The facts stay as they are; the rules that read the parameter are asked again, with other values of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from release.analysis.case import Case
from release.analysis.limits import Limit, Standing, Way, limits, standing_of
from release.analysis.strictness import reads
from release.base.findings import Finding
from release.base.record import Record
from release.gate.quick import rule_findings
from release.policy.force import PolicySet, RuleInForce
from release.policy.parameters import Origin, ParameterInForce

_REACH: Final = 1024


class ParameterMargin(Record):
    """One parameter, and how far it may move.

    Attributes:
        name: `pack.name`.
        origin: who gave the value.
        locked: an organisation lets nobody change it.
        down: where an answer changes first, None within the range that was tried.
        verdict_down: where the verdict does.
        tried: the range that was tried.
    """

    name: str
    value: float
    origin: Origin
    locked: bool
    down: Limit | None
    up: Limit | None
    verdict_down: Limit | None
    verdict_up: Limit | None
    tried: tuple[float, float]


def parameter_margins_of(case: Case, stage: str) -> list[ParameterMargin]:
    """Return the margin of every parameter that is a number and that rules read, those that turn it first."""
    mover = _Mover(case, stage)
    asked = ((param, _reading(case.policy, param)) for param in case.policy.params if _is_number(param))
    found = [mover.margin(param, rules) for param, rules in asked if rules]
    return sorted(found, key=lambda each: (not (each.verdict_down or each.verdict_up), each.name))


class _Mover:
    def __init__(self, case: Case, stage: str) -> None:
        self._case = case
        self._stage = stage
        self._facts = case.facts()
        self._findings = rule_findings(case.policy, self._facts)
        self._standing = self._standing_with(self._findings)

    def _standing_with(self, findings: Sequence[Finding]) -> Standing:
        judged = self._case.judged(self._facts, findings)
        return standing_of(judged, self._stage)

    def margin(self, param: ParameterInForce, rules: tuple[RuleInForce, ...]) -> ParameterMargin:
        """Return how far a parameter may move, which some rules read."""
        names = {each.rule.id for each in rules}
        rest = [each for each in self._findings if each.rule not in names]
        whole = isinstance(param.value, int)

        def at(value: float) -> Standing:
            other = param.but(value=int(value) if whole else value)
            params = tuple(other if each is param else each for each in self._case.policy.params)
            policy = self._case.policy.but(rules=rules, criteria={}, params=params)
            return self._standing_with([*rest, *rule_findings(policy, self._facts)])

        low, high = _range(self._case.policy, param)
        down, verdict_down = limits(Way(param.value, low, whole), at, self._standing)
        up, verdict_up = limits(Way(param.value, high, whole), at, self._standing)
        return ParameterMargin(
            name=param.name,
            value=param.value,
            origin=param.origin,
            locked=param.locked,
            down=down,
            up=up,
            verdict_down=verdict_down,
            verdict_up=verdict_up,
            tried=(low, high),
        )


def _is_number(param: ParameterInForce) -> bool:
    return isinstance(param.value, int | float) and not isinstance(param.value, bool)


def _reading(policy: PolicySet, param: ParameterInForce) -> tuple[RuleInForce, ...]:
    """Return the rules that read a parameter; where the condition of the pack does, all of the pack."""
    name, _, own = param.name.rpartition(".")
    return tuple(
        each
        for each in policy.rules
        if each.pack.id == name
        and any(
            node is not None and reads(own, node)
            for node in (each.rule.when, each.rule.require, each.pack.condition)
        )
    )


def _range(policy: PolicySet, param: ParameterInForce) -> tuple[float, float]:
    """Return where a parameter is moved: within its bounds, a share within 0 and 1, others far and to 0."""
    value = param.value
    reach = max(abs(value), 1.0) * _REACH
    low, high = (0.0, reach) if value >= 0 else (-reach, 0.0)
    if isinstance(value, float) and 0 <= value <= 1:
        high = 1.0
    name, _, own = param.name.rpartition(".")
    declared = next(
        each.bounds for pack in policy.packs if pack.id == name for each in pack.params if each.name == own
    )
    least = low if declared.least is None else float(declared.least)
    most = high if declared.most is None else float(declared.most)
    return min(max(low, least), value), max(min(high, most), value)
