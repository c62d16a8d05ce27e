"""What the report draws of an evidence item: the points of its kind's figure, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from release.evidence.kind import Kind


@dataclass(frozen=True, slots=True)
class Point:
    """One figure with its interval.

    Attributes:
        by: the slice it belongs to; empty for all rows.
        label: the slice in words.
    """

    by: Mapping[str, str]
    label: str
    value: float
    low: float | None
    high: float | None
    n: int | None


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure to be drawn.

    Attributes:
        title: what it shows.
        result: the result that it shows.
        shape: `intervals`, `matrix` or `curve`.
        unit: what the values count.
        reference: where a line stands that readers compare with, or None.
        points: in the order of the lock: slices sorted by their keys.
    """

    title: str
    result: str
    shape: Literal["intervals", "matrix", "curve"]
    unit: str | None
    reference: float | None
    points: tuple[Point, ...]


def drawing(kind: Kind, entry: Mapping[str, Any]) -> Drawing | None:
    """Return the figure of an item's entry in the lock, or None when it has nothing to show.

    Slices that the kind's figure asks for are drawn; where there are none, the result over all rows.
    """
    figure = kind.figure
    if figure is None:
        return None
    pieces = [
        piece
        for piece in entry["slices"]
        if figure.by and set(piece["by"]) == set(figure.by) and figure.result in piece["results"]
    ]
    found = [(piece["by"], piece["results"][figure.result]) for piece in pieces]
    if not found and figure.result in entry["results"]:
        found = [({}, entry["results"][figure.result])]
    points = tuple(_point(by, result) for by, result in found if result.get("value") is not None)
    if not points:
        return None
    unit = kind.unit_of(figure.result)
    return Drawing(figure.title, figure.result, figure.shape, unit, figure.reference, points)


def _point(by: Mapping[str, str], result: Mapping[str, Any]) -> Point:
    label = (
        " to ".join(by[key] for key in ("from", "to"))
        if set(by) == {"from", "to"}
        else ", ".join(by.values())
    )
    return Point(by, label, result["value"], result.get("low"), result.get("high"), result.get("n"))
