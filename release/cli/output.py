"""The one writer: results to stdout or a file, everything else to stderr."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from release.base.atomic_write import atomic_write


class OutputFailed(Exception):
    """Something could not be written; the message says what and why."""


def write_result(text: str | bytes, output: str | None) -> None:
    """Write a result to stdout, or to the file `output`, whole or not at all.

    A reader that closes the pipe early (`| head`) is not an error. Every other failure is.

    Raises:
        OutputFailed: the disk is full, stdout is closed, the folder does not exist, …
    """
    content = text.encode("utf-8") if isinstance(text, str) else text
    if output is not None and output != "-":
        _write_file(content, output)
        return
    try:
        # Unbuffered, so that a failed write is seen here and not when the interpreter exits.
        sys.stdout.flush()
        _write_all(sys.stdout.fileno(), content)
    except BrokenPipeError:
        silence_stdout()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is closed"
        silence_stdout()
        raise OutputFailed(f"standard output could not be written: {reason}") from None


def write_unjudged(text: str, output: str | None) -> None:
    """Write what a format says where nothing was judged; one that says nothing leaves its file alone."""
    if text:
        write_result(text, output)


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def silence_stdout() -> None:
    """Point stdout at nothing, so that the interpreter's own flush at exit stays quiet."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
    except OSError:
        return


def _write_file(content: bytes, output: str) -> None:
    path = Path(output)
    try:
        if path.exists() and not stat.S_ISREG(path.stat().st_mode):
            with path.open("wb", buffering=0) as device:
                _write_all(device.fileno(), content)
        else:
            atomic_write(path, content)
    except OSError as error:
        raise OutputFailed(f"{output} could not be written: {error.strerror or error}") from None


def write_error(text: str) -> None:
    """Write to stderr; what cannot be said there is lost, as there is no further place to say it."""
    if sys.stderr is None:
        return
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):
        return


def wrapped(text: str, width: int = 80) -> list[str]:
    """Return a text in lines, the further ones indented."""
    import textwrap

    return textwrap.wrap(
        text, width, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False
    )
