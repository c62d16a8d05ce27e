"""The approvals of a stage: which are waited for, which count, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from release.base.dates import moment
from release.base.people import aliases, different_people
from release.base.record import Record
from release.gate.judgement import Judgement
from release.gate.reason import Reason, label_of


class Required(Record):
    """The approvals that a stage needs.

    Attributes:
        roles: each needs an approval.
        least: how many approvals by different people are needed in all.
    """

    roles: tuple[str, ...] = ()
    least: int = 0


def approval_reasons(judgement: Judgement, stage: Mapping[str, Any], required: Required) -> Iterator[Reason]:
    """Yield an outstanding, refused or worthless approval: only required roles are waited for."""
    counted: dict[str, list[frozenset[str]]] = {}
    for each in _latest_approvals(judgement, stage["id"]):
        role, name = each.get("role", ""), each.get("by", "")
        fault = _approval_fault(judgement, stage, each)
        if fault is None:
            counted.setdefault(role, []).append(aliases(name))
        else:
            label = label_of(judgement, each["$at"], *(one["$at"] for one in _evidence_after(stage, each)))
            verdict: Literal["hold", "no-go"] = "no-go" if each.get("decision") == "no-go" else "hold"
            clears = "have the stage approved anew by somebody who may, on the present lock"
            if each.get("decision") == "go" and not _owners(judgement, stage):
                clears = f"name the owner of stage {stage['id']}, so that somebody else may approve it"
            yield Reason(
                kind="approval", id=role or name, message=fault, clears=clears, verdict=verdict, label=label
            )
    for role in required.roles:
        if role not in counted:
            message = f"the approval of stage {stage['id']} by the {role} is outstanding"
            clears = f"record the decision of the {role} under approvals, with name, date and lock_digest"
            yield Reason(kind="approval", id=role, message=message, clears=clears)
    people = different_people(names for counting in counted.values() for names in counting)
    if people < required.least:
        message = f"{people} of {required.least} approvals by different people are there"
        own = [each for each in judgement.facts.get("approvals", ()) if each.get("stage") == stage["id"]]
        label = label_of(judgement, *(each["$at"] for each in own))
        clears = "have further people approve it"
        yield Reason(kind="approval", id="approvals", message=message, clears=clears, label=label)


def _latest_approvals(judgement: Judgement, stage: str) -> list[Mapping[str, Any]]:
    """Return the last word of everybody in each role; what was withdrawn counts as none.

    Of two decisions of one day the stricter one is taken, as the order in the file proves nothing. Who takes
    back an approval without naming a role takes back all of them.
    """
    latest: dict[tuple[str, frozenset[str]], Mapping[str, Any]] = {}
    own = [each for each in judgement.facts.get("approvals", ()) if each.get("stage") == stage]
    dated = [each for each in own if "date" in each]
    order = ("go", "withdrawn", "hold", "no-go")

    def place(each: Mapping[str, Any]) -> tuple[Any, int]:
        word = each.get("decision")
        return moment(each["date"]), order.index(word) if word in order else 0

    for each in sorted(dated, key=place):
        role, names = each.get("role", ""), aliases(each.get("by", ""))
        withdrawn = each.get("decision") == "withdrawn"
        for key in list(latest):
            same = key[1] == names or not names.isdisjoint(key[1])
            if same and (role == key[0] or (withdrawn and role == "")):
                del latest[key]
        if not withdrawn:
            latest[role, names] = each
    return list(latest.values())


def _approval_fault(
    judgement: Judgement, stage: Mapping[str, Any], approval: Mapping[str, Any]
) -> str | None:
    """Return why an approval does not count, or None."""
    who = f"the approval of stage {stage['id']} by {approval.get('by', 'nobody named')}"
    decision = approval.get("decision")
    if decision in {"hold", "no-go"}:
        return f"{approval.get('by', 'somebody')} decided {decision} on stage {stage['id']}"
    if decision != "go" or "by" not in approval:
        return f"{who} gives no name and decision that count"
    owners = _owners(judgement, stage)
    if not owners:
        return f"{who} does not count: without a named owner of the stage nobody can tell whose work it is"
    if aliases(approval["by"]) & owners:
        return f"{who} does not count: nobody approves the own work"
    if judgement.lock_digest and approval.get("lock_digest") is None:
        return f"{who} does not say which lock it saw"
    seen = str(approval.get("lock_digest", "")).removeprefix("sha256:").lower()
    if judgement.lock_digest and seen != judgement.lock_digest.removeprefix("sha256:").lower():
        return f"{who} is bound to another lock than the present one"
    if judgement.lock_digest and _evidence_after(stage, approval):
        return f"{who} is dated {approval['date']}, before some of the evidence in its lock was there"
    return None


def _evidence_after(stage: Mapping[str, Any], approval: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the evidence with rows in the lock that was gathered only after an approval."""
    rows = [each for each in stage.get("evidence", ()) if each.get("provenance") == "computed"]
    given = moment(approval["date"])
    return [each for each in rows if "conducted" in each and moment(each["conducted"]) > given]


def _owners(judgement: Judgement, stage: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of who answers for a stage; where it has no owner, of who answers for the plan.

    An owner who is `unknown` or `undisclosed` may be anybody: nobody is named then.
    """
    if "owner" in stage:
        return aliases(stage["owner"])
    if "owner" in stage.get("$unknown", ()):
        return frozenset()
    contact = judgement.facts.get("contact", {})
    return frozenset(alias for key in ("name", "address") for alias in aliases(str(contact.get(key, ""))))
