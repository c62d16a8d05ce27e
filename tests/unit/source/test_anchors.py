"""Anchors and aliases: what they may name, and how much they may add."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.base.errors import InputError
from release.source import Document

Read = Callable[[str | bytes], Document]
Places = Callable[[str | bytes], list[str]]
Errors = Callable[[str | bytes], tuple[InputError, ...]]


def test_aliases_stand_for_values(read: Read) -> None:
    root = read("a: &n 1.50\nb: &l [x, *n]\nc: {*n : y, d: *l}\ne: &n z\nf: *n\ng: &e\nh: [*e]\n").root
    assert root == {
        "a": 1.5, "b": ["x", 1.5], "c": {"1.50": "y", "d": ["x", 1.5]}, "e": "z", "f": "z", "g": None,
        "h": [None],
    }  # fmt: skip
    assert root["c"]["d"] is root["b"]


def test_places_and_digits_of_aliases(read: Read) -> None:
    root = read("a: &n 1.50\nb: &m\n  c: &k d\ne: [*n, *m]\n*k : *n\n").root
    assert root.value_marks == {"a": (1, 7), "b": (3, 3), "e": (4, 4), "d": (5, 6)}
    assert root["e"].value_marks == [(4, 5), (4, 9)]
    assert root["e"][1].value_marks == {"c": (3, 9)}
    assert (root.raw, root["e"].raw) == ({"a": "1.50", "d": "1.50"}, {0: "1.50"})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: &x  1", (1, 8)),
        ("a: &x\n  1", (2, 3)),
        ("a: &x # comment\n\n  # more\n  1", (4, 3)),
        ("a: &x\r\n  1", (2, 3)),
        ("a: &x\n  - 1", (2, 3)),
        ("a: &x\n- 1", (2, 1)),
        ("a: &x [1]", (1, 7)),
        ("a: &x |\n  text", (1, 7)),
        ("a: &x\nb: 1", (1, 6)),
        ("a: &x \nb: 1", (1, 6)),
        ("a: &x {}", (1, 7)),
    ],
)
def test_the_place_of_an_anchored_value_is_its_own(read: Read, text: str, place: tuple[int, int]) -> None:
    assert read(text).root.value_marks["a"] == place


def test_anchored_keys(read: Read) -> None:
    root = read("&a key: 1\n? &b\n  other\n: *a\n").root
    assert root == {"key": 1, "other": "key"}
    assert root.key_marks == {"key": (1, 4), "other": (3, 3)}


def test_unknown_anchors(places: Places, errors_of: Errors) -> None:
    assert places("a: *b\nb: &b 1\nc: [*B, *b]\n*d : 1\n") == ["1:4 IN-010", "3:5 IN-010", "4:1 IN-010"]
    assert "'*b' has no anchor '&b'" in errors_of("a: *b\n")[0].message


def test_aliases_inside_what_they_name(places: Places) -> None:
    assert places("a: &a [1, *a]\nb: &b {c: [*b], *b : 1}\nd: &d\n  - *d\n") == [
        "1:11 IN-009", "2:12 IN-009", "2:17 IN-009", "4:5 IN-009",
    ]  # fmt: skip


def test_an_inner_anchor_of_the_same_name_takes_over(read: Read) -> None:
    assert read("a: &x [&x 1, *x]\nb: *x\n").root["a"] == [1, 1]


def test_an_alias_of_a_collection_is_no_key(places: Places) -> None:
    assert places("a: &x [1]\n*x : 2\nb: &y {c: 1}\n*y : 2\n") == ["2:1 IN-013", "4:1 IN-013"]


def test_a_key_written_twice_by_an_alias(places: Places) -> None:
    assert places("a: &x b\nb: 1\n*x : 2\n") == ["3:1 IN-012"]


BOMB = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_the_bomb(errors_of: Errors) -> None:
    (error,) = errors_of(BOMB)
    assert (error.code, str(error.at)) == ("IN-008", "f:6:8")
    assert (
        error.message
        == "with its aliases written out the file has at least 234510 nodes; the limit is 200000"
    )


def test_the_doubling_bomb(errors_of: Errors) -> None:
    text = "- &a0 [x, x]\n" + "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert [error.code for error in errors_of(text)] == ["IN-008"]


def test_expansion_up_to_ten_times(read: Read, places: Places, errors_of: Errors) -> None:
    def text(aliases: int) -> str:
        return "a: &a [" + "x, " * 99 + "]\nb: [" + "*a, " * aliases + "]\n"

    # 1 mapping, 2 keys, 1 + 99 nodes, 1 list, one node for each alias, and 99 more for each alias written out
    assert (104 + 10) * 10 > 104 + 10 * 100
    assert len(read(text(10)).root["b"]) == 10
    assert places(text(11)) == ["2:45 IN-008"]
    assert errors_of(text(12))[0].message.endswith("1304 nodes, more than 10 times the 116 written")


def test_expansion_of_long_texts(read: Read, errors_of: Errors) -> None:
    def text(aliases: int) -> str:
        return "a: &a " + "x" * 65_536 + "\nb: [" + "*a," * aliases + "]\n"

    assert len(read(text(320)).root["b"]) == 320
    (error,) = errors_of(text(321))
    assert error.message.endswith("has 21037056 more characters; the limit is 20971520")
    assert str(error.at) == f"f:2:{5 + 3 * 320}"


def test_expansion_of_long_texts_in_collections(read: Read, errors_of: Errors) -> None:
    def text(aliases: int) -> str:
        return f"a: &a [{'x' * 65_530}]\nb: &b [*a, *a]\nc: [" + "*b," * aliases + "]\n"

    assert len(read(text(158)).root["c"]) == 158
    assert errors_of(text(161))[0].code == "IN-008"


@pytest.mark.parametrize("parser", ["libyaml"], indirect=True)  # the other takes too long, and counts nothing
def test_expansion_beyond_the_number_of_nodes(places: Places) -> None:
    written = "- &a [" + "x," * 59_999 + "]\n- " + "y\n- " * 30_000
    assert places(written + "*a\n- *a\n") == [f"{30_002 + 1}:3 IN-008"]


def test_depth_with_aliases_written_out(read: Read, places: Places) -> None:
    def chain(length: int) -> str:
        filler = "- [" + "x," * 300 + "]\n"
        return "- &a0 [x]\n" + "".join(f"- &a{n} [*a{n - 1}]\n" for n in range(1, length)) + filler

    assert len(read(chain(63)).root) == 64
    assert places(chain(64)) == ["64:9 IN-006"]
    assert places(chain(65)) == ["64:9 IN-006", "65:9 IN-006"]


def test_depth_of_what_holds_deep_aliases(places: Places) -> None:
    deep = "- &a " + "[" * 40 + "]" * 40 + "\n- &b " + "[" * 20 + "*a" + "]" * 20 + "\n- [[[[*b]]]]\n"
    assert places(deep) == ["3:7 IN-006"]


def test_sizes_of_nested_anchors_add_up(read: Read, errors_of: Errors) -> None:
    def text(aliases: int) -> str:
        return "a: &a [&b [w, x, y, z], *b, *b, *b]\nc: [" + "*a, " * aliases + "]\n"

    # written: the mapping, 2 keys, 2 lists in `a`, 4 texts, 3 aliases, the list of `c`, and its aliases
    # written out: *b is 5 nodes in place of 1, *a is 21 nodes in place of 1
    def total(aliases: int) -> int:
        return 13 + aliases + 3 * 4 + 20 * aliases

    assert total(9) <= 10 * (13 + 9)
    assert len(read(text(9)).root["c"]) == 9
    assert total(10) == 235
    assert total(11) > 10 * (13 + 11)
    assert "256 nodes, more than 10 times the 24" in errors_of(text(11))[0].message
