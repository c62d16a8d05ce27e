"""Foreign JSON, read within limits: whole documents, and files of one object a line as a stream.

Tools write NaN where a figure is undefined, so it is let through here and refused where it would be used.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

from release.base.errors import InputError, InvalidInput, Position
from release.base.limits import LOG_DOCUMENT_BYTES, LOG_FILES, NESTING
from release.base.visible import quoted
from release.evidence.store_csv import text_lines
from release.importers._logs.complaint import ARCHIVE, misformed, wrong
from release.importers._logs.fields import Fields
from release.importers._logs.importer import Source
from release.source.reading import read_bytes


class _Twice(ValueError):
    """A key stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise _Twice(f"the key {quoted(twice)} is written twice in one object")
    return found


def parse(content: bytes | str, shown: str, *, what: str = "", line: int = 1) -> Fields:
    """Return the one object that some bytes hold.

    Args:
        content: the bytes.
        shown: the file as people see it.
        what: the part of the file, in words; "" for all of it.
        line: the line where it starts.

    Raises:
        InvalidInput: they are not one JSON object, a key stands twice, or it is nested too deeply.
    """
    value = _value(content, shown, what, line)
    if not isinstance(value, dict):
        raise misformed(f"{what}: not a JSON object" if what else "not a JSON object", shown, line=line)
    return Fields(value, shown, what, line)


def parse_list(content: bytes, shown: str) -> Fields:
    """Return the one list that some bytes hold, under the key "".

    Raises:
        InvalidInput: they are not one JSON list, or as for `parse`.
    """
    value = _value(content, shown, "", 1)
    if not isinstance(value, list):
        raise misformed("not a JSON list", shown)
    return Fields({"": value}, shown, "")


def _value(content: bytes | str, shown: str, what: str, line: int) -> Any:  # noqa: ANN401 - any JSON value
    begin = f"{what}: " if what else ""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content
        value = json.loads(text, object_pairs_hook=_object)
    except UnicodeDecodeError:
        raise misformed(f"{begin}bytes that are not UTF-8", shown, line=line) from None
    except json.JSONDecodeError as error:
        at = line + error.lineno - 1
        message = f"{begin}not JSON: {error.msg} at column {error.colno}"
        raise misformed(message, shown, line=line if what else at) from None
    except RecursionError:
        raise misformed(f"{begin}nested deeper than {NESTING} levels, the limit", shown, line=line) from None
    except ValueError as error:
        reason = str(error) if isinstance(error, _Twice) else "a number with too many digits"
        raise misformed(f"{begin}{reason}", shown, line=line) from None
    _check_depth(value, begin, shown, line)
    return value


def _check_depth(value: Any, begin: str, shown: str, line: int) -> None:  # noqa: ANN401 - any JSON value
    level = [value] if isinstance(value, (dict, list)) else []
    for _ in range(NESTING + 1):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, (dict, list))
        ]
        if not level:
            return
    raise misformed(f"{begin}nested deeper than {NESTING} levels, the limit", shown, line=line)


def read_document(source: Source) -> Fields:
    """Return the object that a JSON file holds."""
    return parse(content_of(source), source.shown)


def content_of(source: Source) -> bytes:
    """Return the bytes of a file that is read at once."""
    size = source.path.stat().st_size if source.path.is_file() else 0
    if size > LOG_DOCUMENT_BYTES:
        message = f"{size} bytes; the most that is read at once is {LOG_DOCUMENT_BYTES}"
        raise wrong(ARCHIVE, message, source.shown, "let the tool write one file per run")
    return read_bytes(source.path, source.shown, limit=LOG_DOCUMENT_BYTES)


def read_lines(source: Source, what: str = "line") -> Iterator[Fields]:
    """Yield the objects of a file of one object a line, as a stream.

    Raises:
        InvalidInput: a line is not one JSON object; the error names it.
    """
    number = 0
    try:
        with source.path.open("rb") as file:
            for lines in text_lines(file, source.shown):
                for line in lines:
                    number += 1
                    if line.strip():
                        yield parse(line, source.shown, what=f"{what} {number}", line=number)
    except OSError as error:
        reason = error.strerror or "it is no file"
        at = Position(source.shown)
        raise InvalidInput([InputError("IN-087", f"the file cannot be read: {reason}", at)]) from None


def files_below(source: Source) -> Iterator[Source]:
    """Yield a file, or the regular files below a folder in byte order; links are not followed.

    Raises:
        InvalidInput: there is nothing, or there are too many files.
    """
    if not source.path.exists():
        hint = "check the path of the log"
        raise InvalidInput([InputError("IN-085", f"{source.shown} does not exist", None, hint)])
    if source.path.is_file():
        yield source
        return
    if not source.path.is_dir():
        hint = "give the path of a file or folder"
        message = f"{source.shown} is neither a regular file nor a folder"
        raise InvalidInput([InputError("IN-087", message, None, hint)])
    waiting = [source]
    seen = 0
    while waiting:
        folder = waiting.pop()
        inner = []
        with os.scandir(folder.path) as found:
            entries = sorted(found, key=lambda each: os.fsencode(each.name))
        for entry in entries:
            below = Source(folder.path / entry.name, f"{folder.shown.rstrip('/')}/{entry.name}")
            seen += 1
            if seen > LOG_FILES:
                message = f"more than {LOG_FILES} files, the limit"
                raise wrong(ARCHIVE, message, source.shown, "give the folder of one run")
            if entry.is_dir(follow_symlinks=False):
                inner.append(below)
            elif entry.is_file(follow_symlinks=False):
                yield below
        waiting += reversed(inner)


def first_bytes(source: Source, length: int = 4096) -> bytes:
    """Return how a file begins, or nothing when it cannot be read; enough to tell its format."""
    try:
        if not source.path.is_file():
            return b""
        with source.path.open("rb") as file:
            return file.read(length)
    except OSError:
        return b""
