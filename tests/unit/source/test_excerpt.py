"""The source line of a message: carets stand exactly below the value, whatever the line holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.base.errors import Position
from release.source.excerpt import cut, excerpt, length_at, line_of


def marked(line: str, column: int, *, length: int | None = None, width: int = 100) -> tuple[str, str]:
    piece = cut(line, column, length=length, width=width)
    return piece.line, piece.carets


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("id: gpt-2", 5, "gpt-2"),
        ("id: gpt-2", 1, "id"),
        ("id: gpt-2   # why", 5, "gpt-2"),
        ("title: a, b [c] d", 8, "a, b [c] d"),
        ("url: http://example.org/#x", 6, "http://example.org/#x"),
        ("'a b': c", 1, "'a b'"),
        ("a: 'it''s', b", 4, "'it''s'"),
        ('a: "x \\" y" # c', 4, '"x \\" y"'),
        ('a: "never closed', 4, '"never closed'),
        ("x: {a: .nan, b: 2}", 8, ".nan"),
        ("x: {a: .nan, b: 2}", 14, "b"),
        ("x: {a: .nan, b: 2}", 4, "{a: .nan, b: 2}"),
        ("x: [1, [2, ']'], 3] # c", 4, "[1, [2, ']'], 3]"),
        ("x: [1, [2, 3], 4]", 8, "[2, 3]"),
        ("x: [1, 2, 3]", 11, "3"),
        ("x: [a", 5, "a"),
        ("x: [never closed", 4, "["),
        ("x: it's [a, b]", 4, "it's [a, b]"),
        ("x: ['it', b]", 11, "b"),
        ("x: *alias", 4, "*alias"),
        ("x: !!str y", 4, "!!str"),
        ("x: [&a b]", 5, "&a"),
        ("x: |+2", 4, "|+2"),
        ("x: | # c", 4, "|"),
        ("- - a", 5, "a"),
        ("%YAML 1.1", 1, "%YAML"),
        ("a: b: c", 5, ":"),
        ("a:", 3, ""),
        ("a:   ", 6, ""),
        ("", 1, ""),
        ("key:", 9, ""),
        ("a: x:y", 4, "x:y"),
        ("a: {b:c, d}", 5, "b:c"),
    ],
)
def test_how_far_a_value_goes(line: str, column: int, value: str) -> None:
    shown, carets = marked(line, column)
    assert shown == line
    assert carets.count("^") == max(1, len(value))
    assert carets.index("^") == min(column - 1, len(line))


@pytest.mark.parametrize(
    ("line", "column", "shown", "carets"),
    [
        ("世界: 値段", 5, "世界: 値段", "      ^^^^"),
        ("世界: 値段", 1, "世界: 値段", "^^^^"),
        ("e\u0301te\u0301: x", 8, "e\u0301te\u0301: x", "     ^"),
        ("a:\tb", 4, "a: b", "   ^"),
        ("\x1b[31m: b", 8, "\\u{1b}[31m: b", "            ^"),
        ("a: \u202eb", 4, "a: \\u{202e}b", "   ^^^^^^^^^"),
        ("각: x", 4, "각: x", "    ^"),
        ("\u1100\u1161\u11a8: x", 6, "\u1100\u1161\u11a8: x", "    ^"),
        ("😀: x", 4, "😀: x", "    ^"),
        ("\u0301", 1, "\u0301", "^"),
    ],
)
def test_columns_of_the_terminal(line: str, column: int, shown: str, carets: str) -> None:
    assert marked(line, column) == (shown, carets)


LONG = "".join(str(index % 10) for index in range(100))


@pytest.mark.parametrize(
    ("column", "shown", "carets"),
    [
        (1, "012345678901234567…", "^^^"),
        (98, "…234567890123456789", "                ^^^"),
        (50, "…234567890123456789…", "        ^^^"),
    ],
)
def test_long_lines_are_cut_around_the_value(column: int, shown: str, carets: str) -> None:
    assert marked(LONG, column, length=3, width=20) == (shown, carets)


def test_a_value_that_is_longer_than_the_width() -> None:
    piece = cut("a: " + "x" * 500, 4, width=40)
    assert piece.line == "…" + "x" * 38 + "…"
    assert (piece.start, piece.width) == (1, 38)


def test_a_length_that_is_given() -> None:
    assert marked("a: bcd", 4, length=2) == ("a: bcd", "   ^^")
    assert marked("a: bcd", 4, length=0) == ("a: bcd", "   ^")
    assert marked("a: bcd", 4, length=99) == ("a: bcd", "   ^^^")


def test_lines_of_a_file() -> None:
    text = "a\r\nb\rc\u2028c\x0cc\n\nd"
    assert [line_of(text, number) for number in range(7)] == [None, "a", "b", "c\u2028c\x0cc", "", "d", None]
    assert line_of("", 1) == ""
    assert line_of("a\n", 2) == ""
    assert line_of("a\n", 3) is None


def test_the_whole() -> None:
    text = "\n" * 9 + "ids: [a, b]\n"
    assert list(excerpt(text, Position("f", 10, 10))) == ["   |", "10 | ids: [a, b]", "   |          ^"]
    assert list(excerpt(text, Position("f", 11, 1))) == ["   |", "11 |", "   | ^"]
    assert list(excerpt(text, Position("f", 12, 1))) == []
    assert list(excerpt("a: bcd", Position("f", 1, 4), length=1))[-1] == "  |    ^"


@given(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=300),
       st.integers(1, 320), st.none() | st.integers(0, 40), st.integers(20, 120))  # fmt: skip
def test_never_too_wide_and_never_elsewhere(line: str, column: int, length: int | None, width: int) -> None:
    piece = cut(line, column, length=length, width=width)
    assert piece.width >= 1
    assert piece.line.isascii() is False or len(piece.line) <= width
    assert "\x1b" not in piece.line
    whole = cut(line, column, length=length, width=10_000)
    if whole.start + whole.width <= width and "…" not in piece.line:
        assert piece == whole


@given(st.text(st.sampled_from("ab 0:,[]{}'\"#&*!|>-\\\t世"), max_size=40), st.integers(0, 45))
def test_a_value_ends_within_its_line(line: str, index: int) -> None:
    length = length_at(line, index)
    assert length >= 1
    assert index + length <= max(len(line), index + 1)
