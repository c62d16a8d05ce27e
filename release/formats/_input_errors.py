"""Mistakes in what was given to the tool: for people with the source line, one per line, and as JSON.

The module is not a format of findings, which is why its name starts with an underscore.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

from release.base.canonical import pretty_json
from release.base.errors import InputError, InvalidInput
from release.base.visible import printed, visible
from release.source.excerpt import excerpt

SCHEMA = "release-error/1"


def to_text(invalid: InvalidInput, *, width: int = 80, outcome: str = "nothing was judged") -> str:
    """Return all errors for a person: code, message, place, source line with carets, what to do.

    Args:
        invalid: the errors.
        width: of the lines.
        outcome: what did not happen for them.
    """
    lines: list[str] = []
    for error in invalid.errors:
        lines += [*_lines(error, invalid.texts, width), ""]
    count = len(invalid.errors) + invalid.more
    told = f"{count} error{'s' * (count != 1)}"
    if invalid.more:
        told += f", of which the first {len(invalid.errors)} are shown"
    lines.append(f"{told}; {outcome}")
    return printed(lines)


def to_concise(invalid: InvalidInput) -> str:
    """Return one line per error: `file:line:column: CODE message`."""
    lines = [concise_line(error) for error in invalid.errors]
    if invalid.more:
        lines.append(f"and {invalid.more} more")
    return printed(lines)


def concise_line(error: InputError) -> str:
    """Return one error as one line."""
    where = f"{visible(str(error.at))}: " if error.at else ""
    return f"{where}{error.code} {visible(error.message)}"


def to_json(invalid: InvalidInput) -> str:
    """Return the errors as JSON, schema `release-error/1`; a place is null where no file is to blame."""
    found: dict[str, Any] = {"schema": SCHEMA, "errors": [_record(error) for error in invalid.errors]}
    if invalid.more:
        found["more"] = invalid.more
    return pretty_json(found)


def _record(error: InputError) -> dict[str, str | int | None]:
    at = error.at
    return {
        "file": _encodable(at.file) if at else None,
        "line": at.line if at else None,
        "column": at.column if at else None,
        "code": error.code,
        "message": _encodable(error.message),
        "hint": _encodable(error.hint),
    }


def _encodable(text: str) -> str:
    """Return text without the halves of characters that file names of another encoding bring along."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _lines(error: InputError, texts: dict[str, str], width: int) -> Iterator[str]:
    yield from _wrapped(f"error[{error.code}]: ", error.message, "    ", width)
    if error.at is not None:
        yield f"  --> {visible(str(error.at))}"
        if error.at.file in texts:
            yield from excerpt(texts[error.at.file], error.at, length=error.length, width=width)
    if error.hint:
        yield from _wrapped("   = help: ", error.hint, "           ", width)


def _wrapped(lead: str, text: str, indent: str, width: int) -> list[str]:
    return textwrap.wrap(
        visible(text), width, initial_indent=lead, subsequent_indent=indent, break_on_hyphens=False
    ) or [lead.rstrip()]
