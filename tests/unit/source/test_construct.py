"""Texts to trees: data, places, and everything that is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.base.errors import InputError
from release.source import Document, Map, Seq, parse_document

Read = Callable[[str | bytes], Document]
Places = Callable[[str | bytes], list[str]]
Errors = Callable[[str | bytes], tuple[InputError, ...]]

PLAN = """\
# A comment
id: gpt-2
title: "Größe, 世界"   # another
stages:
- id: small
  access: {level: open, terms: [a, 'b c']}
-   id: medium
    parameters: 0.690

notes: |
  Two
  lines
empty:
"""


def test_data(read: Read) -> None:
    assert read(PLAN).root == {
        "id": "gpt-2",
        "title": "Größe, 世界",
        "stages": [
            {"id": "small", "access": {"level": "open", "terms": ["a", "b c"]}},
            {"id": "medium", "parameters": 0.69},
        ],
        "notes": "Two\nlines\n",
        "empty": None,
    }


def test_places_of_keys_and_values(read: Read) -> None:
    root = read(PLAN).root
    assert isinstance(root, Map)
    assert root.key_marks == {
        "id": (2, 1),
        "title": (3, 1),
        "stages": (4, 1),
        "notes": (10, 1),
        "empty": (13, 1),
    }
    assert root.value_marks == {
        "id": (2, 5),
        "title": (3, 8),
        "stages": (5, 1),
        "notes": (10, 8),
        "empty": (13, 7),
    }
    stages = root["stages"]
    assert isinstance(stages, Seq)
    assert (stages.line, stages.column) == (5, 1)
    assert stages.value_marks == [(5, 3), (7, 5)]
    access = stages[0]["access"]
    assert (access.line, access.column, access.flow) == (6, 11, True)
    assert access.key_marks == {"level": (6, 12), "terms": (6, 25)}
    assert access["terms"].value_marks == [(6, 33), (6, 36)]
    assert stages[1].raw == {"parameters": "0.690"}
    assert (root.flow, stages.flow, access["terms"].flow) == (False, False, True)
    assert {root.file, stages.file, access.file} == {"f"}


def test_columns_count_code_points(read: Read) -> None:
    assert read('{"世😀é": x, b: y}').root.key_marks == {"世😀é": (1, 2), "b": (1, 12)}


def test_a_tab_counts_one() -> None:
    assert parse_document("a: [\t😀,\tb]".encode(), "f").root["a"].value_marks == [(1, 6), (1, 9)]


@pytest.mark.parametrize(
    ("text", "place"), [("a:", (1, 3)), ("? a", (1, 4)), ("a:\n  b:", (2, 3)), ("a: 1\nb: \n\n", (2, 3))]
)
def test_an_absent_value_at_the_end_stands_in_a_line_of_the_file(
    read: Read, text: str, place: tuple[int, int]
) -> None:
    assert [*read(text).root.value_marks.values()][-1] == place


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(read: Read, end: str) -> None:
    root = read(end.join(["a: 1", "", "b:", "  - 2", '  - "x', '    y"', ""])).root
    assert root == {"a": 1, "b": [2, "x y"]}
    assert root.value_marks == {"a": (1, 4), "b": (4, 3)}
    assert root["b"].value_marks == [(4, 5), (5, 5)]


@pytest.mark.parametrize("character", ["\x85", "\u2028", "\u2029"])
def test_line_ends_of_yaml_1_1_are_text(read: Read, character: str) -> None:
    root = read(f"a: x{character}y\nb: 'p{character}q'\n{character}c: \ue000\nd: 1").root
    assert root == {"a": f"x{character}y", "b": f"p{character}q", f"{character}c": "\ue000", "d": 1}
    assert root.key_marks["d"] == (4, 1)


def test_keys_are_texts_as_written(read: Read) -> None:
    text = "1: a\nnull: b\ntrue: c\n~: d\n1.50: e\n2019-01-01: f\n'q': g\n<<: h\n=: i\n0x1F: j"
    assert "".join(read(text).root) == "1nulltrue~1.502019-01-01q<<=0x1F"
    assert "".join(read(text).root.values()) == "abcdefghij"


def test_a_merge_key_merges_nothing(read: Read) -> None:
    root = read("base: &b {x: 1}\nother:\n  <<: *b\n  y: 2\n").root
    assert root["other"] == {"<<": {"x": 1}, "y": 2}
    assert root["other"].key_marks["<<"] == (3, 3)


def test_an_empty_text_in_quotes_is_a_key(read: Read) -> None:
    assert read("'': 1\n").root == {"": 1}


def test_documents_with_markers_and_directives(read: Read) -> None:
    assert read("%YAML 1.2\n---\na: 1\n...\n").root == {"a": 1}
    assert read("--- # c\n- x\n").root == ["x"]


def test_a_scalar_is_a_document(read: Read) -> None:
    document = read("\n  0o7\n")
    assert (document.root, document.line, document.column) == (7, 2, 3)
    assert document.position.line == 2
    assert read("---\n").root is None


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "\ufeff"])
def test_nothing(places: Places, text: str) -> None:
    assert places(text) == ["1:1 IN-002"]


def test_a_second_document(places: Places) -> None:
    assert places("a: 1\n---\nb: 2\nb: 3\n") == ["2:1 IN-014"]
    assert places("a: 1\n...\n---\n") == ["3:1 IN-014"]
    assert places("a: 1\na: 2\n--- x") == ["2:1 IN-012", "3:1 IN-014"]


def test_duplicate_keys(places: Places, errors_of: Errors) -> None:
    assert places("a: 1\n'a': 2\nb: {c: 1, c: 2, c: 3}\na: 4\n") == [
        "2:1 IN-012",
        "3:11 IN-012",
        "3:17 IN-012",
        "4:1 IN-012",
    ]
    assert errors_of("1: a\n'1': b")[0].message == "the key '1' is written twice; first in line 1"


def test_keys_that_name_nothing(places: Places) -> None:
    assert places("? [a, b]\n: 1\n? {c: d}\n: 2\n? - e\n: 3\n") == ["1:3 IN-013", "3:3 IN-013", "5:3 IN-013"]
    assert places("{[a]: 1, {b: c}: 2, d: .nan}") == ["1:2 IN-013", "1:10 IN-013", "1:24 IN-015"]
    assert places("a: 1\n?\n: 2\n") == ["2:2 IN-013"]


def test_mistakes_inside_a_refused_key_are_found(places: Places) -> None:
    assert places("? {c: .nan, c: 1}\n: {d: .inf}\ne: 1\ne: 2\n") == [
        "1:3 IN-013",
        "1:7 IN-015",
        "1:13 IN-012",
        "2:7 IN-015",
        "4:1 IN-012",
    ]


def test_tags(places: Places) -> None:
    text = """\
a: !!str 1
b: !local {x: !!int 2}
c: !<tag:example.org,2000:x> y
d: ! z
!!str e: !!map
  f: !!python/object/apply:os.system [ls]
g: &anchor !t h
i: !t &other
  # a comment
  - j
k: !!seq
- l
m: !!null
"""
    assert places(text) == [
        "1:4 IN-011", "2:4 IN-011", "2:15 IN-011", "3:4 IN-011", "4:4 IN-011", "5:1 IN-011", "5:10 IN-011",
        "6:6 IN-011", "7:12 IN-011", "8:4 IN-011", "11:4 IN-011", "13:4 IN-011",
    ]  # fmt: skip


def test_tag_directives_and_unknown_handles(places: Places) -> None:
    assert places("%TAG !e! tag:example.org,2000:\n---\na: 1\n") == ["1:1 IN-011"]
    assert places("a: 1\na: 2\nb: !e!x 1\nb: 3") == ["2:1 IN-012", "3:4 IN-011"]
    assert places("a: !<x y\n") == ["1:4 IN-011"]


def test_other_versions_of_yaml(places: Places) -> None:
    assert places("%YAML 1.1\n---\na: no\n") == ["1:1 IN-001"]
    assert places("%YAML 2.0\n---\na: no\n") == ["1:1 IN-001"]


@pytest.mark.parametrize(("depth", "right"), [(64, True), (65, False)])
def test_depth(read: Read, places: Places, depth: int, *, right: bool) -> None:
    flow = "[" * depth + "]" * depth
    block = "".join(f"{' ' * level}a:\n" for level in range(depth))
    sequence = "- " * depth + "x\n"
    if right:
        assert [read(text).root is not None for text in (flow, block, sequence)] == [True] * 3
    else:
        assert places(flow) == ["1:65 IN-006"]
        assert places(block) == ["65:65 IN-006"]
        assert places(sequence) == ["1:129 IN-006"]


def test_mistakes_before_a_nesting_that_is_too_deep_are_told(places: Places) -> None:
    assert places("a: .nan\nb: {c: !t x, d: " + "[" * 70) == ["1:4 IN-015", "2:8 IN-011", "2:79 IN-006"]


@pytest.mark.parametrize("parser", ["libyaml"], indirect=True)  # the other takes too long, and counts nothing
def test_number_of_nodes(read: Read, places: Places) -> None:
    text = "[" + "a," * 199_999 + "]"
    assert len(read(text).root) == 199_999
    assert places("[" + "a," * 200_000 + "]") == ["1:400000 IN-007"]
    assert places("[" + "[]," * 200_000 + "]") == [f"1:{2 + 3 * 199_999} IN-007"]
    assert places("- &a x\n" + "- *a\n" * 200_000)[0] == "200000:3 IN-007"


def test_size_of_scalars(read: Read, places: Places) -> None:
    assert len(read("a: " + "x" * 65_536).root["a"]) == 65_536
    assert places("a: " + "x" * 65_537 + "\nb: [" + "é" * 32_769 + "]\n") == ["1:4 IN-017", "2:5 IN-017"]
    assert places(f'- "{"x" * 70_000}"') == ["1:3 IN-017"]
    assert places('a: "' + r"\P" * 21_846 + '"') == ["1:4 IN-017"]
    assert len(read('a: "' + r"\P" * 21_845 + '"').root["a"]) == 21_845


def test_an_overlong_key(places: Places) -> None:
    assert places("? " + "x" * 65_537 + "\n: 1") == ["1:3 IN-017"]


def test_an_overlong_root(places: Places) -> None:
    assert places("x" * 65_537) == ["1:1 IN-017"]


def test_all_mistakes_at_once(places: Places) -> None:
    text = (
        "a: !t 1\nb: .nan\nb: *nowhere\nc: {d: 1, d: 2}\n? [e]\n: f\ng: " + "1" * 65 + "\nh: \x07\ni: [1, 2\n"
    )
    assert places(text) == [
        "1:4 IN-011", "2:4 IN-015", "3:1 IN-012", "3:4 IN-010", "4:11 IN-012", "5:3 IN-013", "7:4 IN-016",
        "8:4 IN-004", "9:4 IN-001",
    ]  # fmt: skip


def test_a_hundred_errors_and_the_number_of_others(errors_of: Errors) -> None:
    assert len(errors_of("a: 1\n" * 150)) == 100


def test_events_and_trees_agree_between_parsers(read: Read) -> None:
    root = read(
        "- &x [1, {a: b}]\n- *x\n- - c\n  - {}\n  - []\n- ? d\n- ? e\n  : f\n- {g, h: , i: 'j'}\n"
    ).root
    assert root == [
        [1, {"a": "b"}], [1, {"a": "b"}], ["c", {}, []], {"d": None}, {"e": "f"},
        {"g": None, "h": None, "i": "j"},
    ]  # fmt: skip
    assert root.value_marks == [(1, 6), (2, 3), (3, 3), (6, 3), (7, 3), (9, 3)]
