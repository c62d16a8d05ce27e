"""The rules in force for one plan: its packs, the parameters as used, and what an organisation demands."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from release.base.errors import ErrorCollector, Position
from release.base.findings import Blocking, Severity
from release.base.pointers import pointer_token
from release.base.record import EMPTY, Record
from release.policy.compiled import CompiledPack, CompiledRule
from release.policy.criteria import CompiledCriterion, compile_criteria, evidence_read
from release.policy.library import load_packs
from release.policy.organisation import Demands, demands_of, stricter
from release.policy.packs import PackName
from release.policy.parameters import Conflict, Given, ParameterInForce, check_given, resolve


class RuleInForce(Record):
    """A rule as it is judged: an organisation may have made it stricter than its pack does."""

    pack: CompiledPack
    rule: CompiledRule
    severity: Severity
    verdict: Blocking | None


class PolicySet(Record):
    """All that a plan is judged by.

    Attributes:
        rules: every rule, those that are judged with a report included.
        params: every parameter as used.
        conflicts: values that the plan or the command line gives to a parameter that is locked at another.
        demands: what organisations ask for besides rules.
        criteria: the plan's own criteria, by pointer.
    """

    packs: tuple[CompiledPack, ...] = ()
    rules: tuple[RuleInForce, ...] = ()
    params: tuple[ParameterInForce, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    demands: Demands = Demands()
    criteria: Mapping[str, CompiledCriterion] = EMPTY

    @cached_property
    def by_kind(self) -> Mapping[str, tuple[RuleInForce, ...]]:
        """The rules that are judged with the plan, by the word under `for`."""
        found: dict[str, list[RuleInForce]] = {}
        for each in self.rules:
            if not each.rule.for_report:
                found.setdefault(each.rule.kind, []).append(each)
        return {kind: tuple(rules) for kind, rules in found.items()}

    @cached_property
    def values(self) -> Mapping[str, Mapping[str, Any]]:
        """Pack to parameter to value."""
        found: dict[str, dict[str, Any]] = {pack.id: {} for pack in self.packs}
        for param in self.params:
            pack, _, name = param.name.rpartition(".")
            found[pack][name] = param.value
        return found

    @property
    def no_waivers(self) -> frozenset[str]:
        """Rules that may not be waived."""
        return self.demands.no_waivers

    @property
    def max_waiver_days(self) -> int | None:
        """Longest life of a waiver."""
        return self.demands.max_waiver_days

    @property
    def digest(self) -> str:
        """Digest of the packs in force and of the parameters as used."""
        lines = [f"{pack.id} {pack.digest}" for pack in self.packs]
        lines += [f"{param.name}={param.value!r}" for param in self.params]
        return "sha256:" + hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def rule(self, rule_id: str) -> RuleInForce | None:
        """Return the rule of that id, or None."""
        return next((each for each in self.rules if each.rule.id == rule_id), None)

    def criterion_reads(self, criterion: Mapping[str, Any], plan: Mapping[str, Any]) -> Sequence[str]:
        """Return the ids of the evidence that a criterion's expression reads."""
        compiled = self.criteria.get(criterion.get("$at", ""))
        return () if compiled is None else evidence_read(compiled.node, criterion, plan)


def compile_packs(packs: Iterable[CompiledPack], given: Given | None = None) -> PolicySet:
    """Put packs in force.

    Args:
        packs: the packs, compiled, in order.
        given: values of parameters that the plan and the command line give.

    Raises:
        InvalidInput: a parameter does not exist, a value does not fit, or an organisation contradicts itself.
    """
    errors = ErrorCollector()
    ordered = tuple(packs)
    params, conflicts = resolve(ordered, given or Given(), errors)
    demands = demands_of(ordered, errors)
    errors.raise_if_any()
    return PolicySet(ordered, tuple(_in_force(ordered, demands)), params, conflicts, demands)


def _in_force(packs: Sequence[CompiledPack], demands: Demands) -> Iterable[RuleInForce]:
    for pack in packs:
        for rule in pack.rules:
            severity, verdict = stricter(rule.severity, rule.verdict, demands.overrides.get(rule.id, ()))
            yield RuleInForce(pack, rule, severity, None if rule.for_report else verdict)


def policy_set(
    plan: Any,  # noqa: ANN401 - a layer further up
    policies: Sequence[str | PackName] = (),
    params: Mapping[str, str] | None = None,
) -> PolicySet:
    """Return all that a plan is judged by.

    Args:
        plan: the plan as read (`release.plan.plan.Plan`).
        policies: further packs, by id or file.
        params: `pack.name` to the text of a value.

    Raises:
        InvalidInput: a pack, a parameter or a criterion's expression is wrong.
    """
    errors = ErrorCollector(texts=dict(plan.texts))
    written = plan.data.get("policies", {})
    shown = plan.path[: len(plan.path) - len(plan.path.replace("\\", "/").rpartition("/")[2])]
    names = [
        PackName(name, plan.position(f"/policies/use/{index}"), plan.folder, shown, confined=True)
        for index, name in enumerate(written.get("use", ()))
    ]
    names += [PackName(name) if isinstance(name, str) else name for name in policies]
    given = Given(
        plan={name: value for name, value in written.get("params", {}).items() if not name.startswith("$")},
        command=dict(params or {}),
        position=_positions(plan.key_position),
        value_position=_positions(plan.position),
    )
    packs = load_packs(names, errors)
    policy = None
    if errors.errors:
        check_given(packs, given, errors)
    else:
        policy = errors.attempt(lambda: _put_in_force(packs, given))
    criteria = errors.attempt(lambda: compile_criteria(plan))
    errors.raise_if_any()
    policy = policy or PolicySet()
    return policy.but(criteria=criteria) if criteria else policy


_KNOWN: Final[dict[tuple[int, ...], PolicySet]] = {}
_KNOWN_AT_MOST: Final = 64


def _put_in_force(packs: Sequence[CompiledPack], given: Given) -> PolicySet:
    """Put packs in force; the same ones with the same parameters are the same for all plans."""
    if given.plan or given.command:
        return compile_packs(packs, given)
    key = tuple(map(id, packs))  # those of `known` are kept by it, so no other one has its id
    known = _KNOWN.get(key)
    if known is None:
        known = compile_packs(packs, given)
        if len(_KNOWN) < _KNOWN_AT_MOST:
            _KNOWN[key] = known
    return known


def _positions(place: Callable[[str], Position]) -> Callable[[str], Position]:
    def position(name: str) -> Position:
        return place(f"/policies/params/{pointer_token(name)}")

    return position
