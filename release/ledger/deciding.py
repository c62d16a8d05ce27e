"""Putting a decision on record, and what the record says of a stage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from release.base.errors import InputError, InvalidInput
from release.base.record import Record
from release.gate.gating import LedgerState
from release.ledger.append import Appended, append
from release.ledger.chain import Chain
from release.ledger.entry import signed_bytes
from release.ledger.signing import sign


class Decision(Record):
    """What somebody decides.

    Attributes:
        time: date and time of the decision, UTC, ISO.
        digests: of plan, lock, packs and verdict (and report), `sha256:…` or None where there is none.
        judged: the verdict that the tool gave and the date it judged.
        tool: version of the tool.
    """

    time: str
    stage: str
    decision: str
    by: str
    reason: str
    digests: Mapping[str, str | None]
    judged: Mapping[str, str]
    tool: str


def decide(folder: Path, shown: str, decision: Decision, key: str | None) -> Appended:
    """Append a decision to the ledger of a release folder, signed where a key is given.

    Raises:
        InvalidInput: it has no reason or nobody's name, the ledger is broken, or it could not be written.
    """
    if not decision.reason.strip() or not decision.by.strip():
        what = "reason" if not decision.reason.strip() else "name under --by"
        hint = "a decision without a reason and a name cannot be answered for"
        raise InvalidInput([InputError("IN-094", f"the decision has no {what}", None, hint)])
    if not decision.by.isprintable() or not _is_text(decision.reason):
        what = "--reason" if decision.by.isprintable() else "the name under --by"
        hint = (
            "use UTF-8; in a name neither line ends nor control characters, as no signers file could hold it"
        )
        message = f"{what} has characters that cannot be put on record"
        raise InvalidInput([InputError("IN-094", message, None, hint)])

    def make(chain: Chain) -> Mapping[str, Any]:
        entry: dict[str, Any] = {
            "seq": len(chain.entries),
            "time": decision.time,
            "stage": decision.stage,
            "decision": decision.decision,
            "by": decision.by,
            "reason": decision.reason,
            "digests": dict(decision.digests),
            "judged": dict(decision.judged),
            "tool": decision.tool,
            "prev": chain.head,
        }
        if key is not None:
            entry["signature"] = sign(signed_bytes(entry), key)
        return entry

    return append(folder, shown, make)


def _is_text(text: str) -> bool:
    """Tell whether what was typed is UTF-8; other bytes arrive as halves of surrogate pairs."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def ledger_state(chain: Chain, stage: str) -> LedgerState:
    """Return what a ledger says of a stage: the latest decision counts; a broken chain says nothing else."""
    if chain.faults:
        return LedgerState(broken=f"decisions.jsonl is broken: {chain.faults[0]}")
    for entry in reversed(chain.entries):
        if entry["stage"] == stage:
            return LedgerState(
                decision=entry["decision"],
                number=entry["seq"] + 1,
                reason=entry["reason"],
                plan=str(entry["digests"]["plan"]),
                lock=entry["digests"]["lock"],
            )
    return LedgerState()
