"""Where each character of a YAML scalar stands in its file: a fault in an expression has its own place."""

from __future__ import annotations

import re
from typing import Final

Place = tuple[int, int]

_ANCHOR: Final = re.compile(r"&[^\s,\[\]{}]+[ \t]*(?:\r?\n\s*)?")
_HEADER: Final = re.compile(r"[|>][-+0-9]*[ \t]*(?:#[^\n]*)?")
_ESCAPED_LENGTH: Final = {"x": 4, "u": 6, "U": 10}


def place_in_scalar(text: str, line: int, column: int, value: str, offset: int) -> Place:
    """Return line and column of a character of a scalar's value.

    Quotes, escapes, folded lines and block scalars are followed as far as the value can be found again in the
    text; where it can't (an alias, say), the place is that of the scalar itself.

    Args:
        text: the file.
        line: 1-based line where the scalar starts.
        column: 1-based column where it starts.
        value: what the scalar means.
        offset: 0-based index into the value.
    """
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return line, column
    start = sum(len(row) + 1 for row in lines[: line - 1]) + column - 1
    found = _find(text, start, value, min(offset, len(value)))
    if found is None:
        return line, column
    before = text.count("\n", 0, found)
    last = text.rfind("\n", 0, found)
    return before + 1, found - last


def _find(text: str, start: int, value: str, offset: int) -> int | None:
    """Return the index in the text of a character of the value."""
    if (anchor := _ANCHOR.match(text, start)) is not None:
        start = anchor.end()
    first = text[start : start + 1]
    style = "plain"
    if first in {'"', "'"}:
        style = "double" if first == '"' else "single"
        start += 1
    elif first in {"|", ">"} and (header := _HEADER.match(text, start)) is not None:
        style = "block"
        start = header.end()
    place = start
    for index, character in enumerate(value):
        found = _next(text, place, character, style)
        if found is None:
            return None
        if index == offset:
            return found[0]
        place = found[1]
    return place


def _next(text: str, place: int, character: str, style: str) -> tuple[int, int] | None:
    """Return where a character of the value is written from `place` on, and where what follows it starts."""
    if character.isspace():
        return _next_space(text, place, style)
    while place < len(text):
        here = text[place]
        if here.isspace():
            place += 1
        elif style == "double" and here == "\\":
            if text[place + 1 : place + 2] in {"\n", "\r"}:
                place += 1
                continue
            return place, place + _ESCAPED_LENGTH.get(text[place + 1 : place + 2], 2)
        elif here == character:
            doubled = style == "single" and here == "'"
            return place, place + (2 if doubled else 1)
        else:
            return None
    return None


def _next_space(text: str, place: int, style: str) -> tuple[int, int] | None:
    here = text[place : place + 1]
    if style == "double" and here == "\\":
        return place, place + _ESCAPED_LENGTH.get(text[place + 1 : place + 2], 2)
    if not here:
        return place, place
    if here in {"\n", "\r"} and style != "block":
        end = place
        while end < len(text) and text[end].isspace():
            end += 1
        return place, end
    return (place, place + 1) if here.isspace() else (place, place)
