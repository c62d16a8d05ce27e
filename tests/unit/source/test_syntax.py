"""What is not YAML is told in plain words, at the place where a person would look."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from release.base.errors import InputError

Errors = Callable[[str | bytes], tuple[InputError, ...]]

BROKEN = [
    ("a:\n\tb: 1\n", "2:1", "a tab stands where only spaces may"),
    ("a: 1\n\t b: 1\n", "2:1", "a tab stands where"),
    ("a: @x\n", "1:4", "cannot start with '@'"),
    ("a: `x`\n", "1:4", "cannot start with '`'"),
    ("a: %x\n", "1:4", "cannot start with '%'"),
    ("a: 'x\nb: 1\n", "1:4", "never closed"),
    ('a: "x\nb: 1\n', "1:4", "never closed"),
    ("a: 'x\n--- y\n", "1:4", "not closed before the line '---'"),
    ('a: "\\q"\n', "1:5", r"'\\q' is no escape"),
    ('a: "\\xZZ"\n', "1:5|1:7", "hexadecimal digits"),
    ('a: "\\uD800"\n', "1:4|1:7", "names no character"),
    ('a: "\\U00110000"\n', "1:7", "names no character"),
    ('a: "\\ud83d\\ude00"\n', "1:4|1:7", "names no character"),
    ("a: b: c\n", "1:5", "a colon stands where no key is expected"),
    ("a: 1\n b: 2\n", "2:3", "a colon stands where no key is expected"),
    ("a: 'x' 'y'\n", "1:8", "stands where a key of the mapping|does not fit"),
    ("a: ? b\n", "1:4", "a key stands where none is expected"),
    ("a: - b\n", "1:4", "a list item '-' stands where none is expected"),
    ("a: 1\nb\nc: 2\n", "2:1", "no colon after it"),
    ("? a\nb: 1\n- c\n", "3:1", "stands where a key of the mapping|does not fit"),
    ("a: [1, 2\nb: 3\n", "1:4", "this list is not closed with ']'"),
    ("a: [? b", "1:4", "this list is not closed with ']'"),
    ("a: [b: c", "1:4", "this list is not closed with ']'"),
    ("a: [1, 2\n", "1:4", "this list is not closed with ']'"),
    ("a: {b: 1\nc: 3\n", "1:4", "this mapping is not closed with '}'"),
    ("a: [1 2}\n", "1:8", "'}' stands where ',' or ']' is expected"),
    ("a: {b: 1]\n", "1:9", "']' stands where ',' or '}' is expected"),
    ("- a\nb: 1\n", "2:1", "'b:' stands where the next '-'|'b:' does not fit"),
    ("a:\n    b: 1\n  c: 2\n", "3:3", "'c:' stands where a key|'c:' does not fit"),
    ("a: ]\n", "1:4", "']' stands where a value is expected"),
    ("a: *\n", "1:5", "the end of the (line|file) stands where the name"),
    ("a: &\nb: 1\n", "1:5", "the end of the line stands where the name"),
    ("a: |0\n  x\n", "1:5", "must be 1 to 9"),
    ("a: |\n\tx\n", "2:1", "a tab stands where only spaces may"),
    ("a: | x\n", "1:6", "'x' stands where the line should end"),
    ("[a]\nb\n", "2:1", "'b' stands after the end of the value"),
    ("%FOO\na: 1\n", "1:1|2:1", "a line that starts with '%'|after the end"),
    ("%YAML x\n---\na: 1\n", "1:1", "a line that starts with '%' is not understood"),
    ("a: " + "x" * 1100 + ": b\n", "1:1104", "a colon stands where"),
]


@pytest.mark.parametrize(("text", "place", "words"), BROKEN)
def test_wording_and_place(errors_of: Errors, text: str, place: str, words: str) -> None:
    error = errors_of(text)[-1]
    assert error.code == "IN-001"
    assert error.at is not None
    assert re.fullmatch(place, f"{error.at.line}:{error.at.column}")
    assert re.search(words, error.message)
    assert error.hint


@pytest.mark.parametrize(("text", "place", "words"), BROKEN)
def test_no_words_of_the_parser(errors_of: Errors, text: str, place: str, words: str) -> None:
    assert place
    assert words
    error = errors_of(text)[-1]
    assert not re.search(
        r"while (parsing|scanning)|block (mapping|sequence)|flow|token|scalar|indicator|node", error.message
    )
