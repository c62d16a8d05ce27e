"""Appending to the ledger so that what was acknowledged is there, and what is there is whole."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from release.base.atomic_write import sync_folder
from release.base.errors import InputError, InvalidInput, Position
from release.base.limits import LEDGER_BYTES, LEDGER_LINE_BYTES
from release.base.record import Record
from release.ledger.chain import Chain, read_chain, refused
from release.ledger.entry import LEDGER_FILE, line_bytes

WAIT_SECONDS: Final = 10.0
_PAUSE: Final = 0.02

Make = Callable[[Chain], Mapping[str, Any]]
"""Makes the entry that follows a chain: number, previous hash and signature depend on it."""


class Appended(Record):
    """What was written.

    Attributes:
        saved: name of the file that an unfinished last line was moved to, or nothing.
    """

    entry: Mapping[str, Any]
    saved: str = ""


def append(folder: Path, shown: str, make: Make) -> Appended:
    """Append one entry to the ledger of a release folder.

    Raises:
        InvalidInput: somebody else holds the ledger for too long, the chain is broken, or the line could not
            be written and made durable. Nothing was appended then, but for a failed sync: its message says
            that the entry may not be durable.
    """
    path = folder / LEDGER_FILE
    with _locked(folder, shown):
        chain = read_chain(path, shown)
        saved = ""
        if chain.torn and len(chain.faults) == 1:
            saved = _save_torn(folder, path, chain)
            chain = read_chain(path, shown)
        if chain.faults:
            raise refused(shown, f"is broken, so nothing is appended: {chain.faults[0]}")
        entry = make(chain)
        line = line_bytes(entry)
        if len(line) > LEDGER_LINE_BYTES:
            raise refused(shown, f"would get a line of {len(line)} bytes; the limit is {LEDGER_LINE_BYTES}")
        if chain.size + len(line) + 1 > LEDGER_BYTES:
            raise refused(shown, f"would be larger than {LEDGER_BYTES} bytes, which nobody could read again")
        _write(path, line + b"\n", chain.size, shown)
    return Appended(entry, saved)


@contextmanager
def _locked(folder: Path, shown: str) -> Iterator[None]:
    """Hold the release folder's lock; it is the folder itself, so that nothing is left behind."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        end = time.monotonic() + WAIT_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= end:
                    message = f"somebody else has been writing to {shown} for {WAIT_SECONDS:g} s"
                    hint = "try again; nothing was appended"
                    raise InvalidInput([InputError("IN-091", message, Position(shown), hint)]) from None
                time.sleep(_PAUSE)
        yield
    finally:
        os.close(descriptor)


def _save_torn(folder: Path, path: Path, chain: Chain) -> str:
    """Move a write that nobody was told of out of the way, and keep it."""
    number = 1
    while True:
        target = folder / f"decisions.torn-{number}"
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            break
        except FileExistsError:
            number += 1
    with open(descriptor, "wb") as stream:  # noqa: PTH123 - the descriptor was opened exclusively
        stream.write(chain.torn)
        stream.flush()
        os.fsync(stream.fileno())
    with path.open("r+b") as stream:
        stream.truncate(chain.size)
        stream.flush()
        os.fsync(stream.fileno())
    sync_folder(folder)
    return target.name


def _write(path: Path, line: bytes, size: int, shown: str) -> None:
    """Write a line with one call; undo a short one; say so when it may not be durable."""
    is_new = not path.exists()
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        descriptor = os.open(path, flags, 0o644)
    except OSError as error:
        raise refused(shown, f"cannot be written: {error.strerror}") from None
    try:
        try:
            written = os.write(descriptor, line)
        except OSError as error:
            os.ftruncate(descriptor, size)
            raise refused(shown, f"cannot be written: {error.strerror}") from None
        if written != len(line):
            os.ftruncate(descriptor, size)
            raise refused(
                shown, "took only a part of the line, which was removed again: the disk may be full"
            )
        try:
            os.fsync(descriptor)
        except OSError as error:
            raise refused(
                shown, f"was written, but may not be durable ({error.strerror}): check the disk"
            ) from None
    finally:
        os.close(descriptor)
    if is_new:
        sync_folder(path.parent)
