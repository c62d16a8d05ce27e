"""The whole ledger: read as bytes, every line held against its canonical form and the line before."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

from release.base.errors import InputError, InvalidInput, Position
from release.base.limits import LEDGER_BYTES, LEDGER_LINE_BYTES
from release.base.record import Record
from release.ledger.entry import FIRST_PREVIOUS, BrokenLine, line_hash, parse_line


class Chain(Record):
    """A ledger as read.

    Attributes:
        entries: those up to the first fault, in order.
        head: hash of the last of them.
        faults: what is wrong, in words that name the line; nothing more can be said of what follows a fault.
        torn: bytes of a last line without a newline: a write that nobody was told of.
        size: bytes of all whole lines.
    """

    entries: tuple[dict[str, Any], ...] = ()
    head: str = FIRST_PREVIOUS
    faults: tuple[str, ...] = ()
    torn: bytes = b""
    size: int = 0


def read_chain(path: Path, shown: str) -> Chain:
    """Read and check a ledger; an absent one is an empty chain.

    Raises:
        InvalidInput: it is a link or no regular file, too large, or cannot be read.
    """
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return Chain()
    except OSError as error:
        raise refused(shown, f"cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(mode):
        raise refused(shown, "is a link or no regular file, so it is not read")
    try:
        size = path.stat().st_size
        if size > LEDGER_BYTES:
            raise refused(shown, f"has {size} bytes; the limit is {LEDGER_BYTES}")
        content = path.read_bytes()
    except OSError as error:
        raise refused(shown, f"cannot be read: {error.strerror}") from None
    return check_chain(content)


def check_chain(content: bytes) -> Chain:
    """Check the bytes of a ledger."""
    whole, newline, torn = content.rpartition(b"\n")
    lines = whole.split(b"\n") if newline else []
    entries: list[dict[str, Any]] = []
    head = FIRST_PREVIOUS
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        if len(line) > LEDGER_LINE_BYTES:
            faults.append(f"line {number} has {len(line)} bytes; the limit is {LEDGER_LINE_BYTES}")
            break
        try:
            entries.append(parse_line(line, number, head))
        except BrokenLine as broken:
            faults.append(str(broken))
            break
        head = line_hash(line)
    if torn:
        faults.append(f"line {len(lines) + 1} has no end: a write that was never acknowledged")
    return Chain(tuple(entries), head, tuple(faults), torn, len(whole) + 1 if newline else 0)


def refused(shown: str, what: str) -> InvalidInput:
    """Return the error about a ledger that cannot be used."""
    hint = "restore decisions.jsonl from version control"
    return InvalidInput([InputError("IN-090", f"{shown} {what}", Position(shown), hint)])
