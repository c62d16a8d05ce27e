"""What organisations demand besides rules: it only ever adds up and tightens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from release.base.errors import ErrorCollector
from release.base.findings import SEVERITY_RANK, Blocking, Severity
from release.base.nearest import nearest
from release.base.record import EMPTY, Record
from release.base.visible import quoted
from release.policy.compiled import CompiledPack, CompiledRule
from release.policy.pack import Override
from release.policy.packs import shipped_files, shipped_pack

VERDICT_RANK: Final[Mapping[str | None, int]] = {None: 0, "hold": 1, "no-go": 2}


class Demands(Record):
    """The demands of all organisations together.

    Attributes:
        roles: who must approve a stage.
        approvals: how many approvals are needed at least.
        no_waivers: rules that may not be waived.
        max_waiver_days: longest life of a waiver, None without a limit.
        overrides: rule to what makes it stricter.
    """

    roles: tuple[str, ...] = ()
    approvals: int = 0
    no_waivers: frozenset[str] = frozenset()
    max_waiver_days: int | None = None
    overrides: Mapping[str, tuple[Override, ...]] = EMPTY


def demands_of(packs: Sequence[CompiledPack], errors: ErrorCollector) -> Demands:
    """Return what packs demand together; mistakes go to `errors`."""
    rules = {rule.id: rule for pack in packs for rule in pack.rules}
    overrides: dict[str, tuple[Override, ...]] = {}
    no_waivers: set[str] = set()
    for pack in packs:
        for override in pack.organisation.overrides:
            if override.rule in rules:
                _check_upwards(rules[override.rule], override, errors)
                overrides[override.rule] = (*overrides.get(override.rule, ()), override)
            elif not _is_shipped(override.rule):
                near = nearest(override.rule, rules)
                hint = f"did you mean '{near}'?" if near else "see `release policy list`"
                errors.add("IN-064", f"there is no rule {quoted(override.rule)}", override.at, hint)
        for each in pack.organisation.no_waivers:
            no_waivers.add(each.text)
            if each.text not in rules and not _is_shipped(each.text) and not _is_other(each.text):
                near = nearest(each.text, rules)
                hint = f"did you mean '{near}'?" if near else "see `release policy list`"
                errors.add("IN-064", f"there is no rule {quoted(each.text)}", each.at, hint)
    demanding = [pack.organisation for pack in packs]
    days = [each.max_waiver_days for each in demanding if each.max_waiver_days is not None]
    return Demands(
        roles=tuple(dict.fromkeys(role for each in demanding for role in each.roles)),
        approvals=max((each.approvals for each in demanding), default=0),
        no_waivers=frozenset(no_waivers),
        max_waiver_days=min(days, default=None),
        overrides=overrides,
    )


def _is_other(rule: str) -> bool:
    """Tell whether a finding that no pack makes is meant: one of the tool's own, or a criterion's."""
    return rule.startswith(("CO-", "criterion:"))


def _is_shipped(rule: str) -> bool:
    """Tell whether a shipped pack has the rule; asked only of rules that are not in force."""
    return any(shipped_pack(name).rule(rule) is not None for name in shipped_files())


def _check_upwards(rule: CompiledRule, override: Override, errors: ErrorCollector) -> None:
    if override.severity is not None and SEVERITY_RANK[override.severity] < SEVERITY_RANK[rule.severity]:
        message = f"{rule.id} is of severity {rule.severity}; an override can't make it {override.severity}"
        errors.add("IN-064", message, override.at, "an organisation can only make rules stricter")
    if override.verdict is not None and VERDICT_RANK[override.verdict] < VERDICT_RANK[rule.verdict]:
        message = f"a failing {rule.id} means {rule.verdict}; an override can't make it {override.verdict}"
        errors.add("IN-064", message, override.at, "an organisation can only make rules stricter")
    if override.verdict is not None and (override.severity or rule.severity) != "error":
        message = f"{rule.id} is a {override.severity or rule.severity}, which has no verdict"
        errors.add("IN-064", message, override.at, "give it severity: error too")


def stricter(
    severity: Severity, verdict: Blocking | None, overrides: Iterable[Override]
) -> tuple[Severity, Blocking | None]:
    """Return severity and verdict of a rule under its overrides; an error without a verdict holds."""
    for each in overrides:
        if each.severity is not None and SEVERITY_RANK[each.severity] > SEVERITY_RANK[severity]:
            severity = each.severity
        if each.verdict is not None and VERDICT_RANK[each.verdict] > VERDICT_RANK[verdict]:
            verdict = each.verdict
        if severity == "error" and verdict is None:
            verdict = "hold"
    return severity, verdict
