"""JSON Lines files, read strictly and as a stream, and handed to the engines as CSV."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TextIO

from release.base.errors import ErrorCollector, Position
from release.base.limits import COLUMNS, ERRORS_LISTED, FIELD_BYTES, NESTING, ROWS_PER_FILE
from release.base.visible import quoted
from release.evidence.store_csv import TextShape, text_lines


class _NotJson(ValueError):
    """Something that JSON does not allow, in words."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise _NotJson(f"key {quoted(twice)} occurs twice")
    return result


def _constant(word: str) -> NoReturn:
    raise _NotJson(f"{word} is not a JSON number")


class _RawNumber(str):
    """A number as written."""

    __slots__ = ()


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_RawNumber, parse_int=_RawNumber, parse_constant=_constant
)
_BLANKS = " \t\r\n"


class _Entry(NamedTuple):
    """A key of a line's object, with the columns where it and its value begin, counted from 0."""

    key: str
    key_at: int
    value_at: int


def _entries(text: str) -> Iterator[_Entry]:
    """Yield the entries of the object that a line holds; what is not JSON raises when it is come to."""
    at = _after_blanks(text, 0) + 1
    while text[(at := _after_blanks(text, at)) : at + 1] == '"':
        key, end = _DECODER.raw_decode(text, at)
        entry = _Entry(key, at, _after_blanks(text, _after_blanks(text, end) + 1))
        yield entry
        at = _after_blanks(text, _DECODER.raw_decode(text, entry.value_at)[1]) + 1


def _after_blanks(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def _fault_column(text: str) -> int:
    """Return where the second of two equal keys stands, or the value that holds what JSON does not allow."""
    seen: set[str] = set()
    at = 0
    try:
        for entry in _entries(text):
            if entry.key in seen:
                return entry.key_at + 1
            seen.add(entry.key)
            at = entry.value_at
    except _NotJson:
        return at + 1
    return 1


def _value_column(line: bytes, number: int, name: str) -> int:
    """Return the column of a key's value, of the object itself where the key is absent."""
    text = _decoded(line, number)
    found = next((entry.value_at for entry in _entries(text) if entry.key == name), None)
    return 1 + (_after_blanks(text, 0) if found is None else found)


def _decoded(line: bytes, number: int) -> str:
    return line.decode("utf-8-sig" if number == 1 else "utf-8")


def value_places(
    path: Path, shown: str, wanted: Mapping[int, Collection[str]]
) -> dict[tuple[int, str], Position]:
    """Return where the values of some keys stand, by line and key, in a file found well formed."""
    found: dict[tuple[int, str], Position] = {}
    number, last = 0, max(wanted, default=0)
    with path.open("rb") as file:
        for lines in text_lines(file, shown):
            for line in lines:
                number += 1
                for name in wanted.get(number, ()):
                    column = _value_column(line, number, name)
                    found[number, name] = Position(shown, number, column)
            if number >= last:
                break
    return found


def jsonl_to_csv(
    path: Path, shown: str, wanted: Collection[str], target: Path
) -> tuple[TextShape, frozenset[str]]:
    """Write the wanted keys of a JSON Lines file as CSV; return its shape and the keys that the file has.

    Every line is one object, record n on line n. An absent key and null are blank cells.

    Raises:
        InvalidInput: a line is not one JSON object, or a wanted key holds a list or an object.
    """
    reader = _JsonLines(path, shown, tuple(dict.fromkeys(wanted)))
    with target.open("w", encoding="utf-8", errors="replace", newline="") as out:
        records = reader.run(out)
    shape = TextShape(reader.names, records, multiline=True, longest=reader.longest)
    return shape, frozenset(reader.keys)


class _JsonLines:
    """Walks over a JSON Lines file once; errors gather on the way."""

    def __init__(self, path: Path, shown: str, names: tuple[str, ...]) -> None:
        self.names = names
        self.keys: set[str] = set()
        self.longest = 0
        self._path = path
        self._shown = shown
        self._errors = ErrorCollector()

    def run(self, out: TextIO) -> int:
        """Write the CSV and return how many records it has."""
        out.write(",".join(_csv_cell(name) for name in self.names) + "\n")
        records = number = blank = 0
        with self._path.open("rb") as file:
            for lines in text_lines(file, self._shown):
                for line in lines:
                    number += 1
                    if not line.strip():
                        blank = blank or number
                        continue
                    if blank:
                        self._add("IN-068", "an empty line inside the file", blank, "Remove it.")
                        blank = 0
                    row = self._row(line, number)
                    if row is not None:
                        records += 1
                        out.write(self._csv_line(row, line, number))
        if records > ROWS_PER_FILE:
            self._add("IN-069", f"{records} rows; the limit is {ROWS_PER_FILE}", 1, "Split the file.")
        self._errors.raise_if_any()
        return records

    def _add(self, code: str, message: str, line: int, hint: str, column: int = 1) -> None:
        self._errors.add(code, message, Position(self._shown, line, column), hint)
        if len(self._errors.errors) >= ERRORS_LISTED:
            self._errors.raise_if_any()

    def _row(self, line: bytes, number: int) -> dict[str, Any] | None:
        hint = "Write one JSON object on each line."
        try:
            text = _decoded(line, number).rstrip()
            row, end = _DECODER.raw_decode(text, _after_blanks(text, 0))
        except UnicodeDecodeError:
            self._add("IN-067", "bytes that are not UTF-8", number, "Save the file as UTF-8.")
            return None
        except json.JSONDecodeError as error:
            self._add("IN-068", f"this line is not JSON: {error.msg}", number, hint, error.pos + 1)
            return None
        except _NotJson as error:
            self._add("IN-068", str(error), number, hint, _fault_column(text))
            return None
        except RecursionError:
            self._add("IN-069", f"nested deeper than {NESTING} levels, the limit", number, hint)
            return None
        if end != len(text) or not isinstance(row, dict):
            at = _after_blanks(text, end if end < len(text) else 0)
            self._add("IN-068", "this line is not one JSON object", number, hint, at + 1)
            return None
        return row

    def _csv_line(self, row: dict[str, Any], line: bytes, number: int) -> str:
        if not row.keys() <= self.keys:
            self.keys |= row.keys()
            if len(self.keys) > COLUMNS:
                self._add(
                    "IN-069", f"more than {COLUMNS} different keys, the limit", number, "Leave keys out."
                )
                self._errors.raise_if_any()
        cells = []
        for name in self.names:
            value = row.get(name)
            if value is None:
                cells.append("")
            elif isinstance(value, str):
                cells.append(_csv_cell(value))
                self._check_text(name, value, line, number)
            elif isinstance(value, bool):
                cells.append("true" if value else "false")
            else:
                message = f"key {quoted(name)} holds a list or an object"
                hint = "Write a text, a number, true, false or null."
                self._add("IN-070", message, number, hint, _value_column(line, number, name))
        text = ",".join(cells) + "\n"
        self.longest = max(self.longest, 4 * len(text))
        return text

    def _check_text(self, name: str, value: str, line: bytes, number: int) -> None:
        if "\0" in value or not _is_text(value):
            message = f"key {quoted(name)} holds a NUL or half a surrogate pair, which is no text"
            at = _value_column(line, number, name)
            self._add("IN-067", message, number, "Remove the character.", at)
        if len(value) > FIELD_BYTES // 4 and len(value.encode("utf-8", "replace")) > FIELD_BYTES:
            message = f"a field of more than {FIELD_BYTES} bytes, the limit"
            at = _value_column(line, number, name)
            self._add("IN-069", message, number, "Shorten it.", at)


def _is_text(value: str) -> bool:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _csv_cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
