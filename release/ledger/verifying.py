"""What holds of a ledger: chain, signatures, a checkpoint kept elsewhere, digests still at hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from release.base.errors import InputError, InvalidInput, Position
from release.base.record import Record
from release.ledger.chain import Chain
from release.ledger.entry import (
    FIRST_PREVIOUS,
    PAYLOAD_TYPE,
    canonical_or_none,
    line_bytes,
    line_hash,
    pre_authentication,
    signed_bytes,
)
from release.ledger.history import REVISIONS, PlanHistory
from release.ledger.signing import NotVerified, sign, verify

CHECKPOINT_SCHEMA: Final = "release-checkpoint/1"
CHECKPOINT_TYPE: Final = f"{PAYLOAD_TYPE}-checkpoint"


class Verification(Record):
    """What was found.

    Attributes:
        faults: what does not hold; any of them fails.
        notices: what could not be said, or is worth knowing, and fails nothing.
    """

    faults: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


def verify_chain(
    chain: Chain,
    *,
    allowed_signers: Path | None = None,
    checkpoint: Mapping[str, Any] | None = None,
    history: PlanHistory | None = None,
) -> Verification:
    """Verify a ledger.

    Args:
        chain: the ledger as read.
        allowed_signers: an OpenSSH allowed-signers file; with it every line must be signed by its `by`.
        checkpoint: count and head of the ledger as somebody else kept them, as `parse_checkpoint` reads them.
        history: the plans and locks in the folder and its history.
    """
    faults = list(chain.faults)
    notices: list[str] = []
    for number, entry in enumerate(chain.entries, 1):
        _signature(entry, number, allowed_signers, faults, notices)
        if entry["decision"] == "go" and entry.get("judged", {}).get("verdict") not in {None, "go"}:
            notices.append(f"line {number} decides go against the verdict {entry['judged']['verdict']}")
        if history is not None:
            newest = number == len(chain.entries)
            notices += _not_at_hand(number, entry["digests"], history, newest=newest)
    if checkpoint is not None:
        faults += _against(chain, checkpoint)
        faults += _checkpoint_signature(checkpoint, allowed_signers)
        if allowed_signers is not None and checkpoint.get("signature") is None:
            notices.append("the checkpoint is not signed; it is worth what the place is where it was kept")
    return Verification(tuple(faults), tuple(notices))


def _not_at_hand(
    number: int, digests: Mapping[str, Any], history: PlanHistory, *, newest: bool
) -> Iterator[str]:
    """Yield what a decision rests on and is gone; of the newest, also a lock that was swapped since."""
    where = f"is neither at hand nor in the last {REVISIONS} revisions"
    plan, lock = str(digests["plan"]), digests["lock"]
    if not history.has(plan):
        yield f"line {number}: the plan that it names {where}"
    if lock is not None and not history.has_lock(str(lock)):
        yield f"line {number}: the release.lock that it names {where}"
    elif newest and lock != history.lock:
        yield f"line {number}, the newest, was decided on another release.lock than the one at hand"


def _signature(
    entry: Mapping[str, Any], number: int, allowed: Path | None, faults: list[str], notices: list[str]
) -> None:
    signature = entry.get("signature")
    if signature is None:
        (notices if allowed is None else faults).append(f"line {number} is not signed")
    elif allowed is None:
        notices.append(f"line {number} is signed; give --allowed-signers to verify by whom")
    elif not isinstance(signature, dict):
        faults.append(f"line {number} has a signature that is none")
    else:
        try:
            verify(signed_bytes(entry), signature, entry["by"], allowed)
        except NotVerified as error:
            faults.append(f"line {number}: the signature of {entry['by']} does not hold: {error}")


def _against(chain: Chain, checkpoint: Mapping[str, Any]) -> list[str]:
    count = checkpoint["count"]
    if len(chain.entries) < count:
        have = len(chain.entries)
        return [f"the ledger has {have} whole line{'s' * (have != 1)}, and had {count}: its end was cut off"]
    head = line_hash(line_bytes(chain.entries[count - 1])) if count else FIRST_PREVIOUS
    if head != checkpoint["head"]:
        return [f"line {count} is not the one that the checkpoint saw: the ledger was rewritten"]
    return []


def _checkpoint_signature(checkpoint: Mapping[str, Any], allowed: Path | None) -> list[str]:
    signature = checkpoint.get("signature")
    if allowed is None or signature is None:
        return []
    if not isinstance(signature, dict):
        return ["the checkpoint has a signature that is none"]
    unsigned = {name: value for name, value in checkpoint.items() if name != "signature"}
    message = pre_authentication(CHECKPOINT_TYPE, unsigned)
    try:
        verify(message, signature, str(checkpoint.get("by", "")), allowed, namespace=CHECKPOINT_TYPE)
    except NotVerified as error:
        return [f"the signature of the checkpoint does not hold: {error}"]
    return []


def checkpoint_of(chain: Chain, *, by: str = "", key: str | None = None) -> dict[str, Any]:
    """Return count and head of a whole ledger, to be kept elsewhere: in CI, a tag, a partner's mail.

    Args:
        chain: a ledger without faults.
        by: who vouches for it.
        key: the key that signs it, if any.
    """
    found: dict[str, Any] = {"schema": CHECKPOINT_SCHEMA, "count": len(chain.entries), "head": chain.head}
    if by:
        found["by"] = by
    if key is not None:
        found["signature"] = sign(pre_authentication(CHECKPOINT_TYPE, found), key, namespace=CHECKPOINT_TYPE)
    return found


def parse_checkpoint(content: bytes, shown: str) -> dict[str, Any]:
    """Read a checkpoint.

    Raises:
        InvalidInput: it is none.
    """
    try:
        found = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict) and canonical_or_none(found) is None:
        found = None
    count = found.get("count") if isinstance(found, dict) else None
    whole = isinstance(count, int) and not isinstance(count, bool) and count >= 0
    if not whole or found.get("schema") != CHECKPOINT_SCHEMA or not isinstance(found.get("head"), str):
        hint = "give a file that `release ledger checkpoint` wrote"
        message = f"{shown} is no checkpoint"
        raise InvalidInput([InputError("IN-093", message, Position(shown), hint)])
    checked: dict[str, Any] = found
    return checked
