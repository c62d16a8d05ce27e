"""The place of a character of a scalar in the file, in every way in which YAML writes scalars."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from release.base.errors import InvalidInput
from release.policy.scalars import place_in_scalar
from release.source import parse_document


def places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Return the value under `a`, and the place of each of its characters."""
    document = parse_document(text.encode(), "x.yaml")
    value = document.root["a"]
    mark = document.root.value_position("a")
    found = [
        place_in_scalar(document.text, mark.line, mark.column, value, index) for index in range(len(value))
    ]
    return value, found


def character(text: str, place: tuple[int, int]) -> str:
    line, column = place
    return text.split("\n")[line - 1][column - 1 :]


@pytest.mark.parametrize(
    "text",
    [
        "a: stage.x == foo",
        "a:   stage.x == foo   # a remark",
        "a: 'stage.x == foo'",
        'a: "stage.x == foo"',
        "a: >-\n  stage.x ==\n  foo\n",
        "a: >\n\n  stage.x\n  ==\n  foo\n",
        "a: |\n  stage.x ==\n    foo\n",
        "a: |2-\n    stage.x ==\n    foo\n",
        "a:\n  stage.x ==\n  foo\n",
        "a:\n  'stage.x ==\n\n  foo'\n",
        'a: "stage.x ==\\\n   foo"\n',
        'a: "stage.x == \\\n   foo"\n',
        'a: "\\x73tage.x\\t== \\u0066oo"\n',
        "a: &name stage.x == foo\n",
        "a: &name\n  stage.x == foo\n",
        "a: &name >-\n  stage.x == foo\n",
        "{a: stage.x == foo, b: 1}",
        "b: 'foo'\na: it''s foo",
        "a: 'it''s foo'",
        'a: "\\"é\\" foo"',
        "a: >-\n  é 😀 foo\n",
        "a: '    foo'",
    ],
)
def test_a_word_is_found(text: str) -> None:
    value, found = places(text)
    index = value.index("oo")
    assert character(text, found[index]).startswith("oo")


@pytest.mark.parametrize("text", ["b: &x stage.foo\na: *x\n"])
def test_an_alias_stands_where_it_is_written(text: str) -> None:
    _, found = places(text)
    assert set(found) == {(2, 4)}


def test_places_outside_stay_where_they_are() -> None:
    assert place_in_scalar("a: b", 7, 3, "x", 0) == (7, 3)
    assert place_in_scalar("a: b", 1, 4, "b", 5) == (1, 5)
    assert place_in_scalar('a: "b', 1, 4, "bcd", 2) == (1, 4)
    assert place_in_scalar("a: b", 1, 4, "b c", 2) == (1, 4)


WORDS = st.lists(st.text(st.sampled_from("abé'\"\\#:x"), min_size=1, max_size=6), min_size=1, max_size=6)


def folded(words: list[str]) -> str:
    return "a: >-\n" + "".join(f"    {word}\n" for word in words)


def literal(words: list[str]) -> str:
    return "a: |\n" + "".join(f"  {word}\n" for word in words)


def single(words: list[str]) -> str:
    return "a: '" + "\n    ".join(word.replace("'", "''") for word in words) + "'"


def double(words: list[str]) -> str:
    escaped = [word.replace("\\", "\\\\").replace('"', '\\"') for word in words]
    return 'a: "' + "\n    ".join(escaped) + '"'


@given(WORDS, st.sampled_from([folded, literal, single, double]))
def test_every_character_is_found_in_every_style(words: list[str], style: Any) -> None:
    text = style(words)
    try:
        value, found = places(text)
    except InvalidInput:
        assume(False)
        raise
    assert sorted(found) == found
    for index, each in enumerate(value):
        if not each.isspace():
            rest = character(text, found[index])
            assert rest.startswith((each, f"\\{each}"))
