"""Bytes that are text, and bytes that are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.base.errors import ErrorCollector, InputError
from release.source import Document
from release.source.decoding import LineStarts, decode

Read = Callable[[str | bytes], Document]
Places = Callable[[str | bytes], list[str]]
Errors = Callable[[str | bytes], tuple[InputError, ...]]


def test_a_byte_order_mark_at_the_start_is_skipped(read: Read) -> None:
    document = read("\ufeffa: 1\n")
    assert document.root.key_marks == {"a": (1, 1)}
    assert document.text == "a: 1\n"
    assert document.size == 8


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", ["id: gpt-2\ntitle: some words\n", "a: 1", "[]"])
def test_other_encodings_are_named(errors_of: Errors, encoding: str, text: str) -> None:
    (error,) = errors_of(text.encode(encoding))
    assert (error.code, str(error.at)) == ("IN-003", "f:1:1")
    assert encoding[:6].upper() in error.message


@pytest.mark.parametrize(
    ("content", "place", "byte"),
    [
        (b"a: \xff", "1:4", "ff"),
        (b"a: 1\nb: gr\xfc\xdfe\n", "2:6", "fc"),
        ("世: ".encode() + b"\xc3", "1:4", "c3"),
        (b"\xef\xbb\xbfa: \x80", "1:4", "80"),
        (b"a: \xed\xa0\x80", "1:4", "ed"),
        (b"a: \xc0\x80", "1:4", "c0"),
        (b"a: \xf5\x80\x80\x80", "1:4", "f5"),
        (b"a\r\nb\rc\n\xff", "4:1", "ff"),
    ],
)
def test_invalid_utf8(errors_of: Errors, content: bytes, place: str, byte: str) -> None:
    (error,) = errors_of(content)
    assert (error.code, str(error.at)) == ("IN-003", f"f:{place}")
    assert f"0x{byte}" in error.message


def test_forbidden_characters(places: Places, errors_of: Errors) -> None:
    assert places("a: \x00x\nb\x1b: \x7f\nc: \x9f\ud7ff\ufeff\ufffe\n") == [
        "1:4 IN-004", "2:2 IN-004", "2:5 IN-004", "3:4 IN-004", "3:6 IN-004", "3:7 IN-004",
    ]  # fmt: skip
    assert errors_of("a: \x1b")[0].hint == 'delete it, or write it as "\\u001b" in double quotes'


def test_reading_goes_on_behind_a_forbidden_character(places: Places) -> None:
    assert places("a\x00: 1\na: 1\na: .nan\n") == ["1:2 IN-004", "3:1 IN-012", "3:4 IN-015"]


def test_escaped_control_characters_are_data(read: Read) -> None:
    assert read(r'a: "\0\x1b\u0085\N\L\P\uFEFF\U0001F600"').root["a"] == "\0\x1b\x85\x85\u2028\u2029\ufeff😀"


def test_a_file_full_of_forbidden_characters(errors_of: Errors) -> None:
    assert len(errors_of("a: \x01" * 5000)) == 100


def test_texts_for_excerpts_are_as_written() -> None:
    errors = ErrorCollector()
    assert decode(b"a: \x07\xff", "f", errors) is None
    assert errors.texts == {"f": "a: \x07\ufffd"}


@pytest.mark.parametrize(
    ("text", "index", "place"),
    [("", 0, (1, 1)), ("ab", 1, (1, 2)), ("a\nb", 2, (2, 1)), ("a\r\nb", 3, (2, 1)), ("a\rb", 2, (2, 1)),
     ("a\n\n\nb", 4, (4, 1)), ("a\n", 2, (2, 1)), ("a\u2028b\x0cc", 4, (1, 5))],
)  # fmt: skip
def test_line_starts(text: str, index: int, place: tuple[int, int]) -> None:
    assert LineStarts(text).place(index) == place
