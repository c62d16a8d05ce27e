"""From a route to a place."""

from __future__ import annotations

import pytest

from release.base.errors import Position
from release.source import Map, key_position_of, node_at, parse_document, position_of, raw_of

TEXT = b"""\
id: gpt-2
stages:
  - id: small
    dates: {planned: 2019-02-14}
  - 0.50
empty: {}
none: []
"""


@pytest.fixture
def root() -> Map:
    found = parse_document(TEXT, "f").root
    assert isinstance(found, Map)
    return found


@pytest.mark.parametrize(
    ("route", "value", "key"),
    [
        ((), "1:1", "1:1"),
        (("id",), "1:5", "1:1"),
        (("stages",), "3:3", "2:1"),
        (("stages", 0), "3:5", "3:5"),
        (("stages", 0, "id"), "3:9", "3:5"),
        (("stages", 0, "dates"), "4:12", "4:5"),
        (("stages", 0, "dates", "planned"), "4:22", "4:13"),
        (("stages", 1), "5:5", "5:5"),
        (("empty",), "6:8", "6:1"),
        (("none",), "7:7", "7:1"),
        # what is not there: the first key of the mapping that lacks it, the sequence, or the scalar
        (("title",), "1:1", "1:1"),
        (("stages", 0, "title"), "3:5", "3:5"),
        (("stages", 0, "dates", "released"), "4:13", "4:13"),
        (("stages", 7), "3:3", "3:3"),
        (("stages", -1), "3:3", "3:3"),
        (("stages", "x"), "3:3", "3:3"),
        (("id", "x"), "1:5", "1:5"),
        (("id", 0), "1:5", "1:5"),
        (("empty", "x"), "6:8", "6:8"),
        (("none", 0), "7:7", "7:7"),
        (("title", "x"), "1:1", "1:1"),
    ],
)
def test_places(root: Map, route: tuple[str | int, ...], value: str, key: str) -> None:
    assert str(position_of(root, route)) == f"f:{value}"
    assert str(key_position_of(root, route)) == f"f:{key}"


def test_nodes_and_digits(root: Map) -> None:
    assert node_at(root, ("stages", 0, "id")) == "small"
    assert node_at(root, ()) is root
    assert node_at(root, ("stages", 9)) is node_at(root, ("id", "x")) is node_at(root, ("x",)) is None
    assert raw_of(root, ("stages", 1)) == "0.50"
    assert raw_of(root, ()) is raw_of(root, ("id",)) is raw_of(root, ("stages", 0, "x")) is None
    assert raw_of(root, ("id", "x")) is raw_of(root, ("stages", 7)) is None


def test_methods_of_collections(root: Map) -> None:
    assert root.key_position("stages") == Position("f", 2, 1)
    assert root.key_position("x") == root.value_position("x") == Position("f", 1, 1)
    stages = root["stages"]
    assert stages.value_position(1) == Position("f", 5, 5)
    assert stages.value_position(2) == stages.value_position(-1) == stages.position == Position("f", 3, 3)
    assert root["empty"].position == Position("f", 6, 8)
    assert (root["none"].line, root["none"].column) == (7, 7)


def test_places_are_worked_out_once(root: Map) -> None:
    assert root.key_marks is root.key_marks
    assert root.value_marks is root.value_marks


def test_places_of_what_was_taken_out_stay_known(root: Map) -> None:
    assert root.pop("id") == "gpt-2"
    assert root.pop("id", 5) == 5
    assert root.key_position("id") == Position("f", 1, 1)
    assert root.value_position("stages") == Position("f", 3, 3)
    with pytest.raises(KeyError):
        root.pop("id")


def test_positions_of_documents() -> None:
    assert parse_document(b"# c\n- 1", "f").position == Position("f", 2, 1)
    assert parse_document(b"# c\n  {a: 1}", "f").position == Position("f", 2, 4)
    assert parse_document(b"# c\n  1", "f").position == Position("f", 2, 3)
