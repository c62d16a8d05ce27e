"""Running a command that somebody named: no shell, bytes in and out, with an end in time and size."""

from __future__ import annotations

import shlex
import subprocess
import tempfile
import time

from release.base.errors import InputError, InvalidInput
from release.base.limits import SUMMARISER_BYTES, SUMMARISER_SECONDS
from release.base.visible import quoted

_STEP = 0.02


class CommandFailed(Exception):
    """The command gave nothing that can be used; the message says why."""


def argv_of(option: str, command: str) -> list[str]:
    """Return a command as words.

    Raises:
        InvalidInput: it has none, or a quotation mark is not closed.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise _wrong(f"{option} {quoted(command)}: {error}") from None
    if not words:
        raise _wrong(f"{option} names no command")
    return words


def answer_of(option: str, argv: list[str], given: bytes, *, seconds: float = SUMMARISER_SECONDS) -> bytes:
    """Run a command with `given` on its standard input and return what it writes.

    Args:
        option: the option that named it, for messages.
        argv: the command, as words; no shell reads it.
        given: its standard input.
        seconds: how long it may take.

    Raises:
        InvalidInput: it cannot be started.
        CommandFailed: it failed, took too long, or wrote too much.
    """
    with tempfile.TemporaryFile() as source, tempfile.TemporaryFile() as written:
        source.write(given)
        source.seek(0)
        try:
            process = subprocess.Popen(
                argv, stdin=source, stdout=written, stderr=subprocess.DEVNULL, start_new_session=True
            )
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise _wrong(f"{option} {quoted(argv[0])} cannot be run: {reason}") from None
        try:
            _wait(process, written.fileno(), seconds)
        finally:
            _end(process)
        if process.returncode:
            raise CommandFailed(f"it ended with exit code {process.returncode}")
        written.seek(0)
        return written.read(SUMMARISER_BYTES)


def _wait(process: subprocess.Popen[bytes], written: int, seconds: float) -> None:
    import os

    end = time.monotonic() + seconds
    while True:
        over = process.poll() is not None
        if os.fstat(written).st_size > SUMMARISER_BYTES:
            raise CommandFailed(f"it wrote more than {SUMMARISER_BYTES} bytes")
        if over:
            return
        if time.monotonic() > end:
            raise CommandFailed(f"it took more than {seconds:g} seconds")
        time.sleep(_STEP)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and what it started, if it still runs."""
    import os
    import signal

    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wrong(message: str) -> InvalidInput:
    return InvalidInput([InputError("IN-086", message, None, "give a command that reads and writes JSON")])
