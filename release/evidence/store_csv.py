"""The structure of CSV files, read strictly and as a stream before any engine sees a byte.

RFC 4180 in UTF-8: commas, double quotes, one header line, as many fields in every record as in the header.
A file that was cut inside a record, lost its columns or changed its encoding is refused at its line, on every
engine alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NoReturn

from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.limits import COLUMNS, ERRORS_LISTED, FIELD_BYTES, ROWS_PER_FILE
from release.base.visible import quoted

RECORD_BYTES = 16 * 1024 * 1024
"""Longest record that is read at once."""

_CHUNK = 4 * 1024 * 1024
_FIELD = re.compile(rb'(?:"[^"]*(?:""[^"]*)*"|[^",\r\n]*)')
_BOMS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


@dataclass(frozen=True, slots=True)
class TextShape:
    """What a whole, well-formed text file holds.

    Attributes:
        columns: names in the order of the file.
        records: data records.
        multiline: some quoted field holds a line break.
        longest: bytes of the longest record.
        plain: there is no carriage return in it; else engines are given a `plain_copy`.
    """

    columns: tuple[str, ...]
    records: int
    multiline: bool = False
    plain: bool = True
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in the file: number of its first line and its raw fields."""

    line: int
    fields: tuple[bytes, ...]

    def place(self, field: int, shown: str) -> Position:
        """Return the position of a field, in code points."""
        before = b",".join(self.fields[:field]) + (b"," if field else b"")
        breaks = before.count(b"\n")
        tail = before.rsplit(b"\n", 1)[-1]
        return Position(shown, self.line + breaks, len(tail.decode("utf-8", "replace")) + 1)


def text_lines(file: BinaryIO, shown: str) -> Iterator[list[bytes]]:
    """Yield the lines of a file in lists, without their line feeds; refuses a line that never ends."""
    carry = b""
    while chunk := file.read(_CHUNK):
        parts = chunk.split(b"\n")
        parts[0] = carry + parts[0]
        carry = parts.pop()
        if parts:
            yield parts
        if len(carry) > RECORD_BYTES:
            raise InvalidInput(
                [
                    InputError(
                        "IN-069",
                        f"a line of more than {RECORD_BYTES} bytes, the most that is read at once",
                        Position(shown),
                        "Is this a text file? Write one record on a line.",
                    )
                ]
            )
    if carry:
        yield [carry]


class _CsvScan:
    """Walks over a CSV file once; errors gather on the way."""

    def __init__(self, path: Path, shown: str) -> None:
        self._path = path
        self._shown = shown
        self._errors = ErrorCollector()
        self._columns: tuple[str, ...] = ()
        self._records = 0
        self._multiline = False
        self._line = 0
        self._open: list[bytes] = []
        self._open_bytes = 0
        self._inside_quotes = False
        self._blank_line = 0
        self._plain_ends = True
        self._longest = 0

    def run(self) -> TextShape:
        """Read the whole file."""
        with self._path.open("rb") as file:
            for lines in text_lines(file, self._shown):
                self._block(lines)
        if self._open:
            self._unclosed()
        if not self._columns:
            self._errors.raise_if_any()
            self._add(
                "IN-067", "the file is empty", 1, "It needs a header line with the names of its columns."
            )
        if self._records > ROWS_PER_FILE:
            self._add("IN-069", f"{self._records} rows; the limit is {ROWS_PER_FILE}", 1, "Split the file.")
        self._errors.raise_if_any()
        shape = (self._columns, self._records, self._multiline, self._plain_ends, self._longest)
        return TextShape(*shape)

    def _add(self, code: str, message: str, line: int, hint: str, column: int = 1) -> None:
        self._errors.add(code, message, Position(self._shown, line, column), hint)
        if len(self._errors.errors) >= ERRORS_LISTED:
            self._errors.raise_if_any()

    def _block(self, lines: list[bytes]) -> None:
        while lines and not self._columns:
            self._take(lines[0])
            lines = lines[1:]
        if self._plain(lines):
            self._records += len(lines)
            self._line += len(lines)
            return
        for line in lines:
            self._take(line)

    def _plain(self, lines: list[bytes]) -> bool:
        """Tell, fast, whether every line is one unquoted record with as many fields as the header."""
        if self._open or self._blank_line or not lines or self._errors.errors:
            return False
        lengths = [len(line) for line in lines]
        if max(lengths) > FIELD_BYTES or min(lengths) < 2:
            return False
        block = b"\n".join(lines)
        if b'"' in block or b"\0" in block:
            return False
        if b"\r" in block:
            if block.count(b"\r") != sum(line.endswith(b"\r") for line in lines):
                return False
            self._plain_ends = False
        if not block.isascii() and not is_utf8(block):
            return False
        self._longest = max(self._longest, *lengths)
        return {line.count(b",") for line in lines} == {len(self._columns) - 1}

    def _take(self, line: bytes) -> None:
        self._line += 1
        if self._line == 1:
            line = self._without_mark(line)
        self._open.append(line)
        self._open_bytes += len(line) + 1
        if line.count(b'"') % 2:
            self._inside_quotes = not self._inside_quotes
        if self._inside_quotes:
            if self._open_bytes > RECORD_BYTES:
                self._unclosed()
            return
        first = self._line - len(self._open) + 1
        self._multiline = self._multiline or len(self._open) > 1
        record = b"\n".join(self._open)
        self._longest = max(self._longest, self._open_bytes)
        self._open, self._open_bytes = [], 0
        self._plain_ends = self._plain_ends and b"\r" not in record
        self._record(record.removesuffix(b"\r"), first)

    def _without_mark(self, line: bytes) -> bytes:
        for mark, name in _BOMS:
            if line.startswith(mark):
                self._add("IN-067", f"the file is {name}, not UTF-8", 1, "Save it as UTF-8.")
                self._errors.raise_if_any()
        return line.removeprefix(b"\xef\xbb\xbf")

    def _record(self, record: bytes, line: int) -> None:
        if not record:
            self._blank_line = self._blank_line or line
            return
        if self._blank_line:
            self._add("IN-068", "an empty line inside the file", self._blank_line, "Remove it.")
            self._blank_line = 0
        self._check_bytes(record, line)
        fields = raw_fields(record)
        if self._columns:
            self._records += 1
        if fields is None:
            self._add(
                "IN-068",
                "a quotation mark or a carriage return inside of a field that is not quoted",
                line,
                'Quote the field, and double the marks in it: "say ""yes""".',
            )
        elif not self._columns:
            self._name_columns(fields, line)
        else:
            self._check_fields(record, fields, line)

    def _check_bytes(self, record: bytes, line: int) -> None:
        if b"\0" in record:
            self._add("IN-067", "a NUL byte", line, "Is this a text file? It may be damaged.")
        if not is_utf8(record):
            self._add("IN-067", "bytes that are not UTF-8", line, "Save the file as UTF-8.")

    def _check_fields(self, record: bytes, fields: tuple[bytes, ...], line: int) -> None:
        if len(fields) != len(self._columns):
            self._add(
                "IN-068",
                f"row {self._records} has {_counted(len(fields))}, and the header has {len(self._columns)}",
                line,
                "Repair the row; quote fields that hold commas.",
            )
        elif len(record) > FIELD_BYTES and max(map(len, fields)) > FIELD_BYTES:
            self._add("IN-069", f"a field of more than {FIELD_BYTES} bytes, the limit", line, "Shorten it.")

    def _name_columns(self, fields: tuple[bytes, ...], line: int) -> None:
        names = tuple(unquoted(field).decode("utf-8", "replace") for field in fields)
        if len(names) > COLUMNS:
            self._add("IN-069", f"{len(names)} columns; the limit is {COLUMNS}", line, "Leave columns out.")
        for place, name in enumerate(names):
            if name and name in names[:place]:
                at = Record(line, fields).place(place, self._shown)
                self._add("IN-068", f"column {quoted(name)} occurs twice", line, "Rename one.", at.column)
        self._columns = names
        self._errors.raise_if_any()

    def _unclosed(self) -> NoReturn:
        start = self._line - len(self._open) + 1
        message = "a quoted field that is not closed"
        error = InputError(
            "IN-068", message, Position(self._shown, start), "Was the file cut? Close the quote."
        )
        raise InvalidInput([*self._errors.errors, error])


def _counted(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"


def is_utf8(text: bytes) -> bool:
    """Tell whether bytes are UTF-8."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def raw_fields(record: bytes) -> tuple[bytes, ...] | None:
    """Return the fields of one record as written, or None when it is not RFC 4180."""
    if b'"' not in record:
        return None if b"\r" in record else tuple(record.split(b","))
    fields = []
    at = 0
    while True:
        match = _FIELD.match(record, at)
        field = match.group() if match else b""
        at += len(field)
        fields.append(field)
        if at == len(record):
            return tuple(fields)
        if record[at : at + 1] != b",":
            return None
        at += 1


def unquoted(field: bytes) -> bytes:
    """Return the text of a field."""
    return field[1:-1].replace(b'""', b'"') if field.startswith(b'"') else field


def scan_csv(path: Path, shown: str) -> TextShape:
    """Return the shape of a CSV file.

    Raises:
        InvalidInput: it is not whole and well formed; every mistake up to the limit, with its line.
    """
    return _CsvScan(path, shown).run()


def csv_records(path: Path, shown: str, wanted: Collection[int]) -> dict[int, Record]:
    """Return some records of a CSV file that `scan_csv` has passed, by their number from 1."""
    found: dict[int, Record] = {}
    number = -1
    last = max(wanted, default=0)
    with path.open("rb") as file:
        for line, record in _records(file, shown):
            number += 1
            if number in wanted:
                found[number] = Record(line, raw_fields(record) or ())
            if number >= last:
                break
    return found


def plain_copy(path: Path, shown: str, target: Path) -> None:
    """Write a CSV file again with one line feed after every record."""
    with path.open("rb") as file, target.open("wb") as out:
        for _, record in _records(file, shown):
            if record:
                out.write(record + b"\n")


def _records(file: BinaryIO, shown: str) -> Iterator[tuple[int, bytes]]:
    """Yield first line and bytes of each record, the header included."""
    number = 0
    waiting: list[bytes] = []
    inside_quotes = False
    for lines in text_lines(file, shown):
        for line in lines:
            number += 1
            waiting.append(line)
            inside_quotes ^= bool(line.count(b'"') % 2)
            if not inside_quotes:
                yield number - len(waiting) + 1, b"\n".join(waiting).removesuffix(b"\r")
                waiting = []
