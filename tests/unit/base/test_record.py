from __future__ import annotations

import dataclasses
from functools import cached_property
from typing import Any

import pytest

from release.base.record import Record


class Point(Record):
    """A point."""

    x: int
    y: int = 0


class Named(Point):
    name: str = ""

    @cached_property
    def shown(self) -> str:
        return f"{self.name}@{self.x}"


class Other(Record):
    x: int
    y: int = 0


def test_is_made_by_position_and_by_name() -> None:
    assert Point(1, 2) == Point(x=1, y=2) == Point(1, y=2)
    assert Point(1).y == 0
    assert Named(1, 2, "a").name == "a"
    assert Named(1, name="b").shown == "b@1"


def test_is_equal_by_class_and_fields() -> None:
    assert Point(1) != Other(1)
    assert Point(1) != (1, 0)
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert Named(1, name="b") == Named(1, name="b")


def test_what_was_calculated_does_not_count() -> None:
    first, second = Named(1), Named(1)
    assert first.shown == "@1"
    assert first == second
    assert hash(first) == hash(second)
    assert repr(first) == "Named(x=1, y=0, name='')"


def test_never_changes() -> None:
    point = Point(1)
    with pytest.raises(AttributeError, match=r"Point\.x can't be changed"):
        point.x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError, match=r"Point\.x can't be changed"):
        del point.x
    assert point.but(x=5) == Point(5)
    assert point == Point(1)


@pytest.mark.parametrize(
    ("values", "named"),
    [((), {}), ((1, 2, 3), {}), ((1,), {"x": 2}), ((1,), {"z": 2}), ((), {"y": 1}), ((), {"x": 1, "z": 1})],
)
def test_refuses_values_that_fit_no_field(values: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError, match="Point"):
        Point(*values, **named)


def test_can_be_matched_by_position() -> None:
    match Named(1, 2, "a"):
        case Named(x, _, name):
            assert (x, name) == (1, "a")
        case _:
            pytest.fail("no match")


def test_is_taken_by_the_functions_for_dataclasses() -> None:
    assert [each.name for each in dataclasses.fields(Named)] == ["x", "y", "name"]
    assert dataclasses.replace(Point(1), y=2) == Point(1, 2)
    assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 0}


def test_what_is_put_off_is_calculated_once_when_it_is_asked_for() -> None:
    asked: list[int] = []

    def later() -> dict[str, int]:
        asked.append(1)
        return {"y": 7}

    point = Point.put_off(later, x=1)
    assert point.x == 1
    assert asked == []
    assert point.y == 7
    assert point == Point(1, 7)
    assert repr(point) == "Point(x=1, y=7)"
    assert asked == [1]


def test_a_copy_keeps_what_is_put_off_and_its_own_changes() -> None:
    asked: list[int] = []

    def later() -> dict[str, Any]:
        asked.append(1)
        return {"y": 7, "name": "later"}

    named = Named.put_off(later, x=1)
    changed = named.but(name="changed")
    whole = named.but(y=0, name="given")
    assert asked == []
    assert (changed.x, changed.y, changed.name) == (1, 7, "changed")
    assert whole == Named(1, 0, "given")
    assert named.complete().name == "later"
    assert asked == [1]


def test_what_no_field_is_called_is_refused_also_while_something_is_put_off() -> None:
    point = Point.put_off(lambda: {"y": 7}, x=1)
    with pytest.raises(AttributeError, match="Point has no z"):
        point.z  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(TypeError, match="Point"):
        point.but(z=1)
    assert not hasattr(Point, "y")
