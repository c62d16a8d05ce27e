"""Findings that the tool itself makes: about the lock, declared figures, waivers and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from release.base.findings import CORE_PACK, Blocking, Finding, Severity
from release.base.labels import strictest
from release.base.pointers import EVERYTHING
from release.base.record import Record
from release.evidence.agreement import compare
from release.evidence.facts import Facts
from release.evidence.lock import Lock
from release.evidence.lock_state import LockState
from release.evidence.stage_evidence import about
from release.gate.core_rules import CORE_RULES

_OF_OTHERS: Final = frozenset({"CO-011", "CO-015", "CO-016"})
"""Faults of a waiver that follow from the findings it covers, of which some may be hidden."""


class Place(Record):
    """What a core finding is about.

    Attributes:
        object: `kind:id`.
        pointer: pointer in the plan.
        stages: where the finding counts.
        on_value: whether it stands at the value of the pointer rather than at the object's first key.
        rests_on: pointers of what else its message follows from; it is seen by who may see all of that.
    """

    object: str
    pointer: str
    stages: tuple[str, ...]
    on_value: bool = False
    rests_on: tuple[str, ...] = ()


def core_finding(facts: Facts, rule_id: str, place: Place, message: str, *, error: bool = False) -> Finding:
    """Return a finding of a core rule.

    Args:
        facts: the facts judged.
        rule_id: `CO-0xx`.
        place: what it is about.
        message: what is wrong.
        error: make it an error that holds, whatever the rule says.
    """
    rule = CORE_RULES[rule_id]
    severity: Severity = "error" if error else rule.severity
    verdict: Blocking | None = "hold" if error else rule.verdict
    at = facts.position(place.pointer) if place.on_value else facts.object_position(place.pointer)
    return Finding(
        rule=rule.id,
        pack=CORE_PACK,
        title=rule.title,
        severity=severity,
        status="fail",
        verdict=verdict,
        stage=place.stages[0] if place.stages and place.object.partition(":")[0] != "plan" else None,
        stages=place.stages,
        object=place.object,
        pointer=facts.view.plan.local_pointer(place.pointer),
        at=at,
        message=message,
        fix=rule.fix,
        label=strictest(facts.label(each) for each in (place.pointer, *place.rests_on)),
    )


def lock_findings(facts: Facts, state: LockState, lock: Lock | None, *, locked: bool) -> Iterator[Finding]:
    """Yield what is wrong with the lock, items that cannot be used, and declared figures contradicted."""
    visible = {item["id"]: item for item in facts.plan.get("evidence", ())}
    reasons = {name: why for name, why in state.reasons.items() if name in visible}
    if state.word == "tampered":
        yield from _edits(facts, lock, visible, locked=locked)
    elif state.word == "missing" and reasons:
        named = tuple(visible[name]["$at"] for name in reasons)
        place = Place(f"plan:{facts.plan['id']}", "", facts.unreleased, rests_on=named)
        message = "there is no release.lock, so declared figures are used for " + ", ".join(sorted(reasons))
        yield core_finding(facts, "CO-006" if locked else "CO-001", place, message, error=locked)
    else:
        for name, why in reasons.items():
            absent = lock is None or name not in lock.items
            rule = "CO-003" if absent else "CO-002"
            message = f"release.lock cannot be used for evidence '{name}': {why}"
            yield core_finding(facts, rule, _evidence_place(facts, visible[name]), message, error=locked)
    for name, item in visible.items():
        if lock is not None and state.usable(name) and name in lock.items:
            yield from _contradictions(facts, item, lock.items[name])
            yield from _unverified(facts, item, lock.items[name], state)


def _edits(
    facts: Facts, lock: Lock | None, visible: Mapping[str, Mapping[str, Any]], *, locked: bool
) -> Iterator[Finding]:
    """Yield that a lock was edited, and where; the plan's own finding names no item, which may be hidden."""
    message = "release.lock is not as the tool wrote it, so none of its figures is used"
    yield core_finding(
        facts, "CO-004", Place(f"plan:{facts.plan['id']}", "", facts.unreleased), message, error=locked
    )
    for name, fields in lock.edited.items() if lock is not None else ():
        if name in visible:
            message = f"release.lock was edited by hand at evidence '{name}': {', '.join(fields[:5])}"
            more = f" and {len(fields) - 5} more" if len(fields) > 5 else ""
            place = _evidence_place(facts, visible[name])
            yield core_finding(facts, "CO-004", place, message + more, error=locked)


def _unverified(
    facts: Facts, item: Mapping[str, Any], entry: Mapping[str, Any], state: LockState
) -> Iterator[Finding]:
    paths = [path for path in entry["inputs"] if path in state.unverified]
    if paths:
        message = (
            f"the figures of evidence '{item['id']}' are taken from release.lock on trust: "
            f"{', '.join(paths)} is not here, so nobody can tell whether it has changed"
        )
        yield core_finding(facts, "CO-022", _evidence_place(facts, item), message)


def _evidence_place(facts: Facts, item: Mapping[str, Any]) -> Place:
    return Place(f"evidence:{item['id']}", item["$at"], _counts_at(facts, item))


def _counts_at(facts: Facts, item: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where a finding on evidence counts: where it is cited, else what it is about, else what comes.

    A figure that nothing cites is published with the plan all the same; its fault may not count nowhere.
    """
    if item["cited_for"]:
        return tuple(item["cited_for"])
    live = [stage for stage in facts.stages if stage["status"] != "cancelled"]
    return tuple(stage["id"] for stage in live if about(item, stage)) or facts.unreleased


def _contradictions(facts: Facts, item: Mapping[str, Any], entry: Mapping[str, Any]) -> Iterator[Finding]:
    declared = item.get("declared", [])
    found = compare(
        declared, entry.get("results", {}), entry.get("slices", []), tolerance=item.get("tolerance")
    )
    for compared in found:
        if compared.agreement != "mismatch":
            continue
        written = f"{compared.at}/{compared.part}"
        pointer = written if facts.is_written(written) else compared.at
        place = Place(f"evidence:{item['id']}", pointer, _counts_at(facts, item), on_value=True)
        declared_as, computed_as = compared.digits
        message = f"{compared.name} is declared as {declared_as} and computed as {computed_as}"
        yield core_finding(facts, "CO-005", place, message)


def waiver_finding(facts: Facts, rule: str, waiver: Mapping[str, Any], message: str) -> Finding:
    """Return a finding about a waiver."""
    stage = waiver.get("stage")
    stages = (stage,) if stage is not None else facts.unreleased
    misnamed = rule == "CO-017"
    pointer = f"{waiver['$at']}/rule" if misnamed else waiver["$at"]
    beside = (EVERYTHING,) if rule in _OF_OTHERS or waiver["rule"].startswith("criterion:") else ()
    place = Place(f"waiver:{waiver['rule']}", pointer, stages, on_value=misnamed, rests_on=beside)
    return core_finding(facts, rule, place, message)
