"""One line of the ledger: its fields, its bytes, and its place in the chain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from release.base.canonical import canonical_bytes, dsse_encoding

LEDGER_FILE: Final = "decisions.jsonl"
PAYLOAD_TYPE: Final = "staged-release"
"""Payload type of the envelope and namespace of SSH signatures: nothing else can pass for a decision."""

FIRST_PREVIOUS: Final = "0" * 64
DECISIONS: Final = ("go", "hold", "no-go", "withdraw")
FIELDS: Final = ("seq", "time", "stage", "decision", "by", "reason", "digests", "tool", "prev")
OPTIONAL_FIELDS: Final = ("signature", "judged")
DIGESTS: Final = ("plan", "lock", "packs", "verdict")


class BrokenLine(Exception):
    """A line is not what the tool writes; the message says how."""


def line_bytes(entry: Mapping[str, Any]) -> bytes:
    """Return the canonical bytes of an entry, without the newline."""
    return canonical_bytes(dict(entry))


def canonical_or_none(entry: Mapping[str, Any]) -> bytes | None:
    """Return the canonical bytes of what was read; None where it has none, as with NaN."""
    try:
        return line_bytes(entry)
    except (ValueError, RecursionError):
        return None


def line_hash(line: bytes) -> str:
    """Return what the next line's `prev` must be: the SHA-256 of a whole line, without its newline."""
    return hashlib.sha256(line).hexdigest()


def signed_bytes(entry: Mapping[str, Any]) -> bytes:
    """Return what a signature covers: the DSSE encoding of the line without `signature`."""
    return pre_authentication(
        PAYLOAD_TYPE, {name: each for name, each in entry.items() if name != "signature"}
    )


def pre_authentication(payload_type: str, statement: Mapping[str, Any]) -> bytes:
    """Return the encoding that a signature over a statement of some type covers."""
    return dsse_encoding(payload_type, line_bytes(statement))


def parse_line(line: bytes, number: int, previous: str) -> dict[str, Any]:
    """Return the entry of a line.

    Args:
        line: its bytes, without the newline.
        number: its number, from 1; `seq` counts from 0.
        previous: hash of the line before.

    Raises:
        BrokenLine: it is not canonical, or out of its place; a changed bit, space or order shows here.
    """
    try:
        entry = json.loads(line.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError) as error:
        raise BrokenLine(f"line {number} is not JSON: {_reason(error)}") from None
    if not isinstance(entry, dict):
        raise BrokenLine(f"line {number} is no JSON object")
    fault = _shape_fault(entry)
    if fault:
        raise BrokenLine(f"line {number} {fault}")
    if canonical_or_none(entry) != line:
        raise BrokenLine(f"line {number} is not in its canonical form: spaces, order or numbers were changed")
    if entry["seq"] != number - 1:
        raise BrokenLine(f"line {number} has seq {entry['seq']}, and {number - 1} belongs there")
    if entry["prev"] != previous:
        raise BrokenLine(
            f"line {number} does not follow the line before it: that one or the order was changed"
        )
    return entry


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return "it is no UTF-8"
    return "it is nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) != len(names):
        raise json.JSONDecodeError("a key stands twice", "", 0)
    return dict(pairs)


def _shape_fault(entry: Mapping[str, Any]) -> str:
    missing = [name for name in FIELDS if name not in entry]
    if missing:
        return f"lacks {', '.join(missing)}"
    extra = sorted(set(entry) - set(FIELDS) - set(OPTIONAL_FIELDS))
    if extra:
        return f"has fields that no decision has: {', '.join(extra)}"
    if not isinstance(entry["seq"], int) or isinstance(entry["seq"], bool):
        return "has a seq that is no whole number"
    texts = ("time", "stage", "decision", "by", "reason", "prev")
    wrong = [name for name in texts if not isinstance(entry[name], str)]
    if wrong:
        return f"has {', '.join(wrong)} that are no text"
    if entry["decision"] not in DECISIONS:
        return f"decides {entry['decision']!r}, which is none of {', '.join(DECISIONS)}"
    digests = entry["digests"]
    if not isinstance(digests, dict) or any(name not in digests for name in DIGESTS):
        return f"lacks one of the digests {', '.join(DIGESTS)}"
    judged = entry.get("judged", {})
    if not isinstance(judged, dict) or not all(isinstance(each, str) for each in judged.values()):
        return "has a verdict under judged that is none"
    return ""
