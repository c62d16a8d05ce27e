"""Waivers: which finding each covers, and which waivers waive nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from release.base.dates import days_between, moment
from release.base.findings import Finding, WaiverInfo
from release.base.people import aliases
from release.base.record import Record

Node = Mapping[str, Any]


class Standing(Record):
    """What there is to know of a rule that a waiver names.

    Attributes:
        near: the most similar rule, where there is none of that name; empty where none is similar.
        known: whether there is such a rule.
        pack: the shipped pack that has it, where that pack is not in force.
    """

    known: bool = True
    near: str = ""
    pack: str = ""


class WaiverPolicy(Record):
    """What an organisation allows.

    Attributes:
        forbidden: rules that must not be waived.
        max_days: longest time from granted to expires, or None.
        answerable: gives who answers for what a finding is about, as `aliases` gives names.
        standing: tells what there is to know of a rule.
    """

    forbidden: frozenset[str] = frozenset()
    max_days: int | None = None
    answerable: Callable[[Finding], frozenset[str]] = lambda _finding: frozenset()
    standing: Callable[[str], Standing] = lambda _rule: Standing()


class WaiverOutcome(Record):
    """Findings with waivers applied, and what is wrong with the waivers themselves.

    Attributes:
        faults: (core rule, waiver, message) of each waiver that does not hold, or that nothing needs.
    """

    findings: list[Finding]
    faults: list[tuple[str, Node, str]]


def apply_waivers(
    findings: Sequence[Finding], waivers: Sequence[Node], *, at: str, policy: WaiverPolicy
) -> WaiverOutcome:
    """Return findings with those covered by a valid waiver marked, and the faults of the waivers.

    A waiver covers a finding of its rule, on its object if it names one, and at its stage if it names one; at
    its other stages the finding stays open, since a waiver for one stage must not clear another.
    """
    outcome = WaiverOutcome([], [])
    valid: list[Node] = []
    for waiver in waivers:
        fault = _fault(waiver, at=at, policy=policy) or _self_approved(waiver, findings, policy)
        if fault is None:
            valid.append(waiver)
        else:
            outcome.faults.append((fault[0], waiver, fault[1]))
    used: dict[int, set[str]] = {}
    for finding in findings:
        rest: Finding | None = finding
        for index, waiver in enumerate(valid):
            if rest is not None and covers(waiver, rest):
                used.setdefault(index, set()).add(finding.object)
                waived, rest = _split(rest, waiver)
                outcome.findings.append(waived)
        if rest is not None:
            outcome.findings.append(rest)
    for index, waiver in enumerate(valid):
        if index not in used:
            outcome.faults.append(_unused(waiver, policy.standing(waiver["rule"])))
        elif len(used[index]) > 1 and "object" not in waiver and "stage" not in waiver:
            named = ", ".join(sorted(used[index])[:5])
            message = f"the waiver of {waiver['rule']} names no object and covers {len(used[index])}: {named}"
            outcome.faults.append(("CO-015", waiver, message))
    return outcome


def _unused(waiver: Node, standing: Standing) -> tuple[str, Node, str]:
    if standing.known:
        why = f": the pack {standing.pack} is not in force" if standing.pack else " at this date"
        return "CO-011", waiver, f"the waiver of {waiver['rule']} covers no finding{why}"
    meant = f"; did you mean '{standing.near}'?" if standing.near else ""
    return "CO-017", waiver, f"there is no rule {waiver['rule']}, so the waiver of it waives nothing{meant}"


def covers(waiver: Node, finding: Finding) -> bool:
    """Tell whether a waiver speaks of a finding."""
    if waiver["rule"] != finding.rule:
        return False
    named = waiver.get("object")
    if named is not None and named not in {finding.object, finding.object.partition(":")[2]}:
        return False
    stage = waiver.get("stage")
    return stage is None or stage in finding.stages


def _split(finding: Finding, waiver: Node) -> tuple[Finding, Finding | None]:
    """Return the finding as waived, and what of it stays open at stages that the waiver does not name."""
    stage: str | None = waiver.get("stage")
    waived = finding.waived_by(_info(waiver))
    open_stages = tuple(each for each in finding.stages if each != stage)
    if stage is None or not open_stages:
        return waived, None
    first = open_stages[0] if finding.stage is not None else None
    rest = finding.but(stages=open_stages, stage=first)
    return waived.but(stages=(stage,), stage=stage), rest


def _fault(waiver: Node, *, at: str, policy: WaiverPolicy) -> tuple[str, str] | None:
    rule = waiver["rule"]
    missing = [
        name for name in ("reason", "approver", "granted", "expires") if not str(waiver.get(name, "")).strip()
    ]
    if missing:
        return "CO-012", f"the waiver of {rule} lacks {', '.join(missing)}, so it waives nothing"
    if rule in policy.forbidden:
        return "CO-013", f"{rule} must not be waived, and the plan waives it"
    if moment(waiver["expires"]) < moment(at):
        return "CO-010", f"the waiver of {rule} expired on {waiver['expires']}"
    length = days_between(waiver["granted"], waiver["expires"])
    if policy.max_days is not None and length > policy.max_days:
        return "CO-014", f"the waiver of {rule} lasts {length} days; at most {policy.max_days} are allowed"
    return None


def _self_approved(waiver: Node, findings: Sequence[Finding], policy: WaiverPolicy) -> tuple[str, str] | None:
    own = aliases(waiver["approver"])
    covered = [each for each in findings if covers(waiver, each)]
    if any(own & policy.answerable(each) for each in covered):
        message = f"the waiver of {waiver['rule']} was approved by {waiver['approver']}, who answers for it"
        return "CO-016", f"{message}, so it waives nothing"
    return None


def _info(waiver: Node) -> WaiverInfo:
    return WaiverInfo(
        rule=waiver["rule"],
        reason=waiver["reason"],
        approver=waiver["approver"],
        granted=waiver["granted"],
        expires=waiver["expires"],
        pointer=waiver.get("$at", ""),
    )
