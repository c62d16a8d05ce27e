"""The line of a file that a message is about, with carets under the value it means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from release.base.errors import Position
from release.base.record import Record
from release.base.visible import visible

_LINE_END: Final = re.compile("\r\n|\r|\n")
_ELLIPSIS: Final = "…"
_LEAST_COLUMNS: Final = 20
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|\'(?:[^\']|\'\')*\'?')
_PLAIN_END: Final = re.compile(r":(?=\s|$)|\s+#|\s*$")
_PLAIN_END_IN_FLOW: Final = re.compile(r"[,\[\]{}]|:(?=[\s,\[\]{}]|$)|\s+#|\s*$")
_MARKED: Final = re.compile(r"[&*!%][^\s,\[\]{}]*")
_BLOCK: Final = re.compile(r"[|>][-+0-9]*(?=\s|$)")


class Piece(Record):
    """A line made fit to show.

    Attributes:
        line: the line, escaped, cut to the width asked for.
        start: columns of the terminal before the value.
        width: columns that the value takes, at least 1.
    """

    line: str
    start: int
    width: int

    @property
    def carets(self) -> str:
        """Spaces and carets to stand below the line."""
        return " " * self.start + "^" * self.width


def excerpt(text: str, at: Position, *, length: int | None = None, width: int = 100) -> Iterator[str]:
    """Return the lines that show a place in a file: a bar, the line behind its number, carets below.

    Args:
        text: the text of the file.
        at: the place; where the text has no such line, nothing is returned.
        length: code points of the value; without it, as far as the value that starts there seems to go.
        width: columns to stay within.
    """
    line = line_of(text, at.line)
    if line is None:
        return
    number = str(at.line)
    gutter = " " * len(number)
    piece = cut(line, at.column, length=length, width=width - len(number) - 3)
    yield f"{gutter} |"
    yield f"{number} | {piece.line}".rstrip()
    yield f"{gutter} | {piece.carets}"


def line_of(text: str, number: int) -> str | None:
    """Return a line by its 1-based number, as YAML counts lines, or None when there is no such line."""
    lines = _lines_of(text)
    return lines[number - 1] if 0 < number <= len(lines) else None


@lru_cache(maxsize=1)  # findings are shown plan by plan, and many point into the same text
def _lines_of(text: str) -> list[str]:
    return _LINE_END.split(text)


def cut(line: str, column: int, *, length: int | None = None, width: int = 100) -> Piece:
    """Make one line fit to show.

    Args:
        line: the line as written, without its end.
        column: 1-based code point at which the value starts; beyond the line, its end is meant.
        length: code points of the value; without it, `length_at` decides.
        width: columns to stay within; a longer line is cut around the value.
    """
    index = min(max(column, 1) - 1, len(line))
    if length is None:
        length = length_at(line, index)
    shown = [visible(character) for character in line]
    widths = [_width(text) for text in shown]
    end = max(index + 1, min(index + max(length, 1), len(line)))
    first, last = _window(widths, index, end, max(width, _LEAST_COLUMNS))
    left, right = _ELLIPSIS * (first > 0), _ELLIPSIS * (last < len(line))
    start = len(left) + sum(widths[first:index])
    under = max(1, sum(widths[index : min(end, last)]))
    return Piece(left + "".join(shown[first:last]) + right, start, under)


def length_at(line: str, index: int) -> int:
    """Return how many code points of its line the key or value at `index` takes; at least 1."""
    rest = line[index:]
    if not rest:
        return 1
    for pattern in (_QUOTED, _MARKED, _BLOCK):
        if match := pattern.match(rest):
            return len(match[0])
    if rest[0] in "[{":
        return _bracketed(rest)
    end = (_PLAIN_END_IN_FLOW if _in_flow(line[:index]) else _PLAIN_END).search(rest)
    return max(1, end.start() if end else len(rest))


def _bracketed(rest: str) -> int:
    """Return the length up to the bracket that closes the first one, or of the bracket alone."""
    depth = 0
    for index, character in _outside_quotes(rest):
        depth += (character in "[{") - (character in "]}")
        if depth == 0:
            return index + 1
    return 1


def _in_flow(before: str) -> bool:
    depth = sum((character in "[{") - (character in "]}") for _, character in _outside_quotes(before))
    return depth > 0


def _outside_quotes(text: str) -> Iterator[tuple[int, str]]:
    index = 0
    while index < len(text):
        # A quote opens a text only where a value may start; elsewhere it is an apostrophe.
        if text[index] in "\"'" and text[:index].rstrip()[-1:] in ("", ":", ",", "[", "{", "-"):
            match = _QUOTED.match(text, index)
            index = match.end() if match else index + 1
            continue
        yield index, text[index]
        index += 1


def _window(widths: list[int], index: int, end: int, width: int) -> tuple[int, int]:
    """Return which characters to show: all, or those around the value, with room for `…`."""
    if sum(widths) <= width:
        return 0, len(widths)
    room = width - 2 * len(_ELLIPSIS)
    first = stop = index
    end = min(end, len(widths))
    while stop < end and widths[stop] <= room:  # the value, or as much of it as fits
        room -= widths[stop]
        stop += 1
    before = room // 2
    while first > 0 and widths[first - 1] <= before:  # what stands before it, up to half of the rest
        first -= 1
        before -= widths[first]
        room -= widths[first]
    while stop < len(widths) and widths[stop] <= room:  # what stands behind it
        room -= widths[stop]
        stop += 1
    while first > 0 and widths[first - 1] <= room:  # and what is left over, before it again
        first -= 1
        room -= widths[first]
    return first, stop


def _width(shown: str) -> int:
    """Return the columns that escaped text takes on a terminal."""
    if shown.isascii():
        return len(shown)
    return sum(_character_width(character) for character in shown)


def _character_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me") or 0x1160 <= ord(character) <= 0x11FF:
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
