"""Evidence signed by who produced it: a DSSE envelope over the digest of the rows.

The envelope holds the bytes that were signed, and what is used is read from these bytes and nowhere else. Its
payload type differs from that of decisions, so neither can pass for the other.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from release.base.errors import InputError, InvalidInput
from release.base.limits import LEDGER_LINE_BYTES
from release.base.record import Record
from release.base.visible import quoted
from release.evidence.inputs import digest_of, file_of
from release.ledger.entry import canonical_or_none, line_bytes, pre_authentication
from release.ledger.signing import ED25519, SSH, NotVerified, sign, verify
from release.plan.plan import Plan
from release.source.paths import RefusedPath, inside

PAYLOAD_TYPE: Final = "staged-release-evidence"
_SSH_HEAD: Final = b"-----BEGIN SSH SIGNATURE-----"


class Signed(Record):
    """What the signature of one item of evidence is worth.

    Attributes:
        by: the principal whose key signed these very rows; nothing without a valid signature.
        fault: why a signature that is there does not hold.
        rows: whether the rows that it is over are at hand.
    """

    evidence: str
    by: str = ""
    fault: str = ""
    rows: bool = True


def envelope(plan: Plan, evidence: str, *, by: str, key: str) -> bytes:
    """Return the signed envelope for the rows of an item.

    Raises:
        InvalidInput: there is no such item, it has no rows, or the key cannot be used.
    """
    item = next((each for each in plan.data.get("evidence", ()) if each["id"] == evidence), None)
    if item is None or "path" not in item.get("data", {}):
        message = f"there is no evidence {quoted(evidence)} with rows"
        raise InvalidInput([InputError("IN-088", message, None, "give the id of an item that has data")])
    statement = {"by": by, "evidence": evidence, "sha256": _digest(plan, item)}
    made = sign(pre_authentication(PAYLOAD_TYPE, statement), key, namespace=PAYLOAD_TYPE)
    value = made["value"].encode("ascii")
    raw = base64.b64decode(value) if made["type"] == ED25519 else value
    body = {
        "payloadType": PAYLOAD_TYPE,
        "payload": _base64(line_bytes(statement)),
        "signatures": [{"keyid": by, "sig": _base64(raw)}],
    }
    return json.dumps(body, indent=2, sort_keys=True).encode("utf-8") + b"\n"


def signatures(plan: Plan, trusted: Path) -> Sequence[Signed]:
    """Return for each item with rows who signed them, as far as it is among the trusted signers."""
    items = [item for item in plan.data.get("evidence", ()) if "path" in item.get("data", {})]
    return tuple(_signed(plan, item, trusted) for item in items)


def with_signers(plan: Plan, trusted: Path) -> Plan:
    """Return a plan that knows who signed its evidence, as far as trusted signers did."""
    found = {each.evidence: each.by if each.rows else None for each in signatures(plan, trusted)}
    return plan.but(signers={name: by for name, by in found.items() if by != ""})


def _signed(plan: Plan, item: Mapping[str, Any], trusted: Path) -> Signed:
    name: str = item["id"]
    if "signature" not in item:
        return Signed(name)
    try:
        digest = _digest(plan, item)
    except InvalidInput as invalid:
        return Signed(name, fault=invalid.errors[0].message, rows=False)
    try:
        path = inside(plan.folder, item["signature"])
        content = _beginning(path, LEDGER_LINE_BYTES + 1)
        by = _verified(content, name, digest, trusted)
    except RefusedPath as refused:
        return Signed(name, fault=refused.reason)
    except NotVerified as not_verified:
        return Signed(name, fault=str(not_verified))
    except OSError as error:
        return Signed(name, fault=error.strerror or "it cannot be read")
    return Signed(name, by=by)


def _verified(content: bytes, evidence: str, digest: str, trusted: Path) -> str:
    """Return who signed, once signature, item and rows are those that the envelope speaks of."""
    body = _object(content, "the envelope")
    if body.get("payloadType") != PAYLOAD_TYPE:
        raise NotVerified(f"it is a signature over something else: {quoted(body.get('payloadType'))}")
    made = body.get("signatures")
    if not isinstance(made, list) or len(made) != 1 or not isinstance(made[0], dict):
        raise NotVerified("the envelope needs exactly one signature")
    payload = _bytes(body.get("payload"))
    statement = _object(payload, "the payload")
    if statement.keys() != {"by", "evidence", "sha256"} or canonical_or_none(statement) != payload:
        raise NotVerified("the payload is not as the tool writes it")
    by = statement["by"]
    if not isinstance(by, str) or not by.strip() or made[0].get("keyid") != by:
        raise NotVerified("the envelope and what was signed name different people")
    sig = _bytes(made[0].get("sig"))
    signature = (
        {"type": SSH, "value": sig.decode("ascii", "replace")}
        if sig.startswith(_SSH_HEAD)
        else {"type": ED25519, "value": _base64(sig)}
    )
    verify(pre_authentication(PAYLOAD_TYPE, statement), signature, by, trusted, namespace=PAYLOAD_TYPE)
    if statement["evidence"] != evidence:
        raise NotVerified(f"it is the signature of evidence {quoted(statement['evidence'])}")
    if statement["sha256"] != digest:
        raise NotVerified(f"{by} signed other rows: {quoted(statement['sha256'])}")
    return by


def _digest(plan: Plan, item: Mapping[str, Any]) -> str:
    return digest_of(file_of(plan, item["data"]["path"], f"{item['$at']}/data/path"))


def _beginning(path: Path, size: int) -> bytes:
    """Return the beginning of a file, so that a large one costs nothing."""
    with path.open("rb") as stream:
        return stream.read(size)


def _object(content: bytes, what: str) -> dict[str, Any]:
    if len(content) > LEDGER_LINE_BYTES:
        raise NotVerified(f"{what} is larger than {LEDGER_LINE_BYTES} bytes")
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise NotVerified(f"{what} is not JSON") from None
    if not isinstance(found, dict):
        raise NotVerified(f"{what} is no mapping")
    return found


def _bytes(text: object) -> bytes:
    if not isinstance(text, str):
        raise NotVerified("the envelope lacks its payload or signature")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise NotVerified("the envelope is not base64 where it should be") from None


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
