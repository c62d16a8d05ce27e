"""The gate of one stage: verdict, approvals, window, lock, forecast, artefacts, ledger, with every reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from release.base.dates import moment
from release.base.findings import Finding
from release.base.labels import INTERNAL
from release.base.record import EMPTY, Record
from release.gate.approvals import Required, approval_reasons
from release.gate.judgement import Judgement, StageVerdict, Verdict
from release.gate.reason import Reason, label_of
from release.gate.verdict import stage_verdict


class Gate(Record):
    """The gate of one stage at one date.

    Attributes:
        artifacts: name to SHA-256 of the files that were judged, to compare with what is published after.
        warnings_hold: whether a warning holds too.
    """

    judgement: Judgement
    stage: StageVerdict
    verdict: Verdict
    reasons: tuple[Reason, ...]
    artifacts: Mapping[str, str] = EMPTY
    warnings_hold: bool = False


class LedgerState(Record):
    """What the ledger says of a stage.

    Attributes:
        broken: what is wrong with the chain, or nothing.
        decision: the latest decision on the stage, or nothing.
        number: its line.
        reason: its reason.
        plan: digest of the plan that was decided on.
        lock: digest of its lock, or None.
    """

    broken: str = ""
    decision: str = ""
    number: int = 0
    reason: str = ""
    plan: str = ""
    lock: str | None = None


class GateInput(Record):
    """What the gate is told beside the judgement.

    Attributes:
        required: the approvals that are needed.
        artifacts: name to SHA-256 (64 hexadecimal digits) of the files about to be published.
        ledger: what the ledger says.
        warnings_hold: whether a warning holds too.
    """

    required: Required = Required()
    artifacts: Mapping[str, str] | None = None
    ledger: LedgerState = LedgerState()
    warnings_hold: bool = False


def gate_stage(judgement: Judgement, stage_id: str, told: GateInput) -> Gate:
    """Return the gate of one stage.

    Raises:
        KeyError: the plan has no such stage at this date.
    """
    stage = judgement.stage(stage_id)
    node = next(each for each in judgement.facts["stages"] if each["id"] == stage_id)
    findings = judgement.at_stage(stage_id)
    reasons = [
        *rule_reasons(findings, warnings_hold=told.warnings_hold),
        *approval_reasons(judgement, node, told.required),
        *_window_reasons(judgement, node),
        *_lock_reasons(judgement),
        *_forecast_reasons(judgement, node),
        *_attestation_reasons(judgement),
        *_artifact_reasons(judgement, node, told.artifacts),
        *_ledger_reasons(told.ledger),
        *(_decided_reasons(judgement, told.ledger) if told.artifacts is not None else ()),
    ]
    verdict = stage_verdict(findings, warnings_hold=told.warnings_hold)
    if any(reason.verdict == "no-go" for reason in reasons):
        verdict = "no-go"
    elif reasons and verdict == "go":
        verdict = "hold"
    return Gate(judgement, stage, verdict, tuple(reasons), told.artifacts or EMPTY, told.warnings_hold)


def rule_reasons(findings: Iterable[Finding], *, warnings_hold: bool) -> Iterator[Reason]:
    """Yield the findings that keep a stage from going, as reasons."""
    for finding in findings:
        blocks = finding.severity == "error" or (warnings_hold and finding.severity == "warning")
        if finding.status == "waived" or not blocks:
            continue
        criterion = finding.rule.startswith("criterion:")
        stops = finding.verdict == "no-go" and finding.status == "fail" and finding.severity == "error"
        yield Reason(
            kind="criterion" if criterion else "rule",
            id=finding.rule,
            message=finding.message,
            clears=_clears(finding),
            verdict="no-go" if stops else "hold",
            finding=finding,
            label=finding.label,
        )


def _clears(finding: Finding) -> str:
    fix = finding.fix or "meet the criterion, or record why it no longer fits and decide on it anew"
    return f"Say what is missing. If it then fails: {fix}" if finding.status == "unknown" else fix


def _window_reasons(judgement: Judgement, stage: Mapping[str, Any]) -> Iterator[Reason]:
    ordered = [each for each in judgement.facts["stages"] if "order" in each]
    place = stage.get("order", 0)
    if not place:
        return
    before = ordered[place - 1]
    released = before.get("dates", {}).get("released")
    observation = before.get("observation", {})
    days = observation.get("days")
    what = f"the observation of stage {before['id']}"
    if "observation" in before.get("$unknown", ()) or "days" in observation.get("$unknown", ()):
        message, clears = f"{what} has no known length", "write its length in days under observation"
    elif days is None:
        return
    elif released is None:
        message = f"{what} has not begun: that stage is not released"
        clears = f"release stage {before['id']} first, or withdraw or cancel it"
    else:
        end = (moment(released).day + timedelta(days=days)).isoformat()
        if moment(judgement.at).day.isoformat() >= end:
            return
        message, clears = f"{what} runs until {end}", f"wait until {end}"
    label = label_of(judgement, f"{before['$at']}/observation", f"{before['$at']}/dates")
    yield Reason(kind="window", id=before["id"], message=message, clears=clears, label=label)


def _lock_reasons(judgement: Judgement) -> Iterator[Reason]:
    messages = {
        "missing": "there is no release.lock, and the plan has evidence with rows",
        "stale": "release.lock was computed from other inputs than those at hand",
        "partial": "release.lock lacks evidence of the plan",
        "tampered": "release.lock is not as the tool wrote it",
    }
    if judgement.lock_state in messages:
        clears = "run `release evidence lock`, look at what changed, and commit release.lock"
        yield Reason(kind="lock", id="release.lock", message=messages[judgement.lock_state], clears=clears)


def _forecast_reasons(judgement: Judgement, stage: Mapping[str, Any]) -> Iterator[Reason]:
    for each in stage.get("forecasts", ()):
        registered = each.get("registered_on")
        known = each.get("target_known_on", stage.get("date"))
        if registered is None:
            message = f"forecast '{each['id']}' does not say when it was registered"
        elif moment(registered) > moment(judgement.at):
            message = f"forecast '{each['id']}' is registered only on {registered}, after {judgement.at}"
        elif known is not None and moment(registered) >= moment(known):
            message = f"forecast '{each['id']}' was registered on {registered}, not before {known}"
        else:
            continue
        clears = "register forecasts before their target is known; a late one is no forecast"
        label = label_of(judgement, each["$at"], f"{stage['$at']}/dates")
        yield Reason(kind="forecast", id=each["id"], message=message, clears=clears, label=label)


def _attestation_reasons(judgement: Judgement) -> Iterator[Reason]:
    for each in judgement.facts.get("attestations", ()):
        until = each.get("until")
        if until is not None and moment(until) < moment(judgement.at):
            message = f"the attestation '{each['id']}' ended on {until}"
            label = judgement.labels(each.get("$at", ""))
            clears = "have it given anew, with a name, a date and an end"
            yield Reason(kind="attestation", id=each["id"], message=message, clears=clears, label=label)


def _artifact_reasons(
    judgement: Judgement, stage: Mapping[str, Any], artifacts: Mapping[str, str] | None
) -> Iterator[Reason]:
    if artifacts is None:
        return
    checkpoints = _checkpoints(stage)
    judged = {_digits(each) for each in checkpoints if "sha256" in each}
    for name, digest in artifacts.items():
        if digest not in judged:
            known = "is none of the checkpoints that were judged" if judged else "cannot be compared with any"
            message = f"{name} (sha256 {digest[:12]}…) {known}; stage {stage['id']} names {len(judged)}"
            clears = "publish the files whose digests the plan names, or name these and have them judged"
            label = label_of(judgement, *(each["$at"] for each in checkpoints))
            yield Reason(kind="artifact", id=name, message=message, clears=clears, label=label)


def _checkpoints(stage: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [each for variant in stage.get("variants", ()) for each in variant.get("checkpoints", ())]


def _digits(checkpoint: Mapping[str, Any]) -> str:
    return str(checkpoint["sha256"]).removeprefix("sha256:").lower()


def checkpoints_left(gate: Gate) -> tuple[str, ...]:
    """Return the checkpoints of the gated stage that are not among the files about to be published.

    They are no reason to hold: what is published then was judged, and the rest may follow.
    """
    stage = next(each for each in gate.judgement.facts["stages"] if each["id"] == gate.stage.id)
    given = set(gate.artifacts.values())
    left = [each for each in _checkpoints(stage) if "sha256" in each and _digits(each) not in given]
    return tuple(dict.fromkeys(str(each.get("name", f"sha256 {_digits(each)[:12]}…")) for each in left))


def _ledger_reasons(ledger: LedgerState) -> Iterator[Reason]:
    if ledger.broken:
        clears = "find out who changed decisions.jsonl; restore it from version control"
        yield Reason(
            kind="ledger", id="decisions.jsonl", message=ledger.broken, clears=clears, label=INTERNAL
        )
    if ledger.decision in {"hold", "no-go", "withdraw"}:
        because = f": {ledger.reason}" if ledger.reason else ""
        message = f"the latest decision on record (line {ledger.number}) is {ledger.decision}{because}"
        verdict: Literal["hold", "no-go"] = "hold" if ledger.decision == "hold" else "no-go"
        clears = "decide anew with `release decide`, with the reason for it"
        yield Reason(
            kind="ledger",
            id=f"line {ledger.number}",
            message=message,
            clears=clears,
            verdict=verdict,
            label=INTERNAL,
        )


def _decided_reasons(judgement: Judgement, ledger: LedgerState) -> Iterator[Reason]:
    """Yield why a `go` on record does not cover files about to be published: it was about something else."""
    if ledger.decision != "go":
        return
    changed = [
        name
        for name, then, now in (
            ("plan", ledger.plan, judgement.digest),
            ("release.lock", ledger.lock, judgement.lock_digest),
        )
        if then != now
    ]
    if changed:
        message = (
            f"the go on record (line {ledger.number}) was decided on another {' and '.join(changed)} "
            "than judged here, so it does not cover these files"
        )
        clears = "decide anew with `release decide` on what is at hand, or publish what was decided on"
        yield Reason(
            kind="ledger", id=f"line {ledger.number}", message=message, clears=clears, label=INTERNAL
        )
