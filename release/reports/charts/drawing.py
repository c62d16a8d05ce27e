"""Marks, axes and tables that all charts share. A chart is data until a template writes it out."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from release.reports.palette import LIGHT
from release.reports.parts import Part, Parts, Table, plain_text

Shape = Literal["circle", "square", "triangle", "diamond", "cross"]
SHAPES: tuple[Shape, ...] = ("circle", "square", "triangle", "diamond", "cross")
COLOURS = ("accent", "hold", "go", "unknown", "no-go")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2")
_CHARACTER = 6.4


@dataclass(frozen=True, slots=True)
class Mark:
    """One SVG element; `text` is written escaped inside it."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure with the table that says the same; `table` has the figure's title as its caption.

    Attributes:
        name: id on the page.
        desc: the finding in words, for those who do not see it.
        legend: pairs of a mark drawn on a 16 by 16 ground and what it stands for.
    """

    name: str
    title: str
    desc: str
    width: int
    height: int
    marks: tuple[Mark, ...]
    table: Table
    legend: tuple[tuple[Mark, str], ...] = ()


def at(value: float) -> str:
    """Return a coordinate, rounded to a tenth, the same on every machine."""
    text = f"{value:.1f}"
    return text.removesuffix(".0") if text != "-0.0" else "0"


def line(start: tuple[float, float], end: tuple[float, float], colour: str, **more: str) -> Mark:
    """Return a stroke from `start` to `end`; further attributes by keyword, `_` for `-`."""
    places = (("x1", at(start[0])), ("y1", at(start[1])), ("x2", at(end[0])), ("y2", at(end[1])))
    style = {"stroke_width": "1", **more}
    return Mark("line", (*places, *stroke(colour), *_named(style)))


def box(left: float, top: float, width: float, height: float, **more: str) -> Mark:
    """Return a rectangle; `fill` and `stroke` are names of colours, or none."""
    places = (("x", at(left)), ("y", at(top)), ("width", at(width)), ("height", at(height)))
    return Mark("rect", (*places, *_painted(more)))


def words(left: float, top: float, text: str, colour: str = "ink", **more: str) -> Mark:
    """Return text; `anchor` is start, middle or end, `size` its height."""
    style = {"font_size": more.pop("size", "12"), "text_anchor": more.pop("anchor", "start"), **more}
    places = (("x", at(left)), ("y", at(top)))
    kind = f"f-{colour} halo" if style.pop("halo", "") else f"f-{colour}"
    return Mark("text", (*places, ("class", kind), ("fill", LIGHT[colour]), *_named(style)), text)


def point(shape: Shape, left: float, top: float, size: float, **more: str) -> Mark:
    """Return a mark of a shape, centred; `fill` and `stroke` are names of colours, or none."""
    painted = _painted(more)
    if shape == "circle":
        return Mark("circle", (("cx", at(left)), ("cy", at(top)), ("r", at(size)), *painted))
    if shape == "square":
        side = size * 0.9
        return box(left - side, top - side, 2 * side, 2 * side, **more)
    corners = {
        "triangle": ((0.0, -1.15), (1.05, 0.75), (-1.05, 0.75)),
        "diamond": ((0.0, -1.25), (1.1, 0.0), (0.0, 1.25), (-1.1, 0.0)),
        "cross": (
            *((-1, -0.4), (-0.4, -0.4), (-0.4, -1), (0.4, -1), (0.4, -0.4), (1, -0.4)),
            *((1, 0.4), (0.4, 0.4), (0.4, 1), (-0.4, 1), (-0.4, 0.4), (-1, 0.4)),
        ),
    }[shape]
    points = " ".join(f"{at(left + x * size)},{at(top + y * size)}" for x, y in corners)
    return Mark("polygon", (("points", points), *painted))


def stroke(colour: str) -> tuple[tuple[str, str], ...]:
    """Return the attributes of a stroke of a colour, in both themes."""
    return (("class", f"s-{colour}"), ("stroke", LIGHT[colour]))


def _painted(more: dict[str, str]) -> tuple[tuple[str, str], ...]:
    fill, stroke = more.get("fill", "none"), more.get("stroke", "none")
    classes = [f"f-{fill}"] * (fill != "none") + [f"s-{stroke}"] * (stroke != "none")
    rest = {name: value for name, value in more.items() if name not in {"fill", "stroke"}}
    paint = (("fill", LIGHT.get(fill, "none")), ("stroke", LIGHT.get(stroke, "none")))
    named = (("class", " ".join(classes)),) if classes else ()
    return (*named, *paint, *_named({"stroke_width": "1.5", **rest}))


def _named(style: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name.replace("_", "-"), value) for name, value in style.items() if value)


def shortened(text: str, room: float) -> str:
    """Return a label cut to the room it has on the drawing; the table has it whole."""
    most = max(3, int(room / _CHARACTER))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def width_of(text: str) -> float:
    """Return about how wide a label of twelve units is."""
    return len(text) * _CHARACTER


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return round numbers that span `low` to `high`, at most `most` steps apart."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * (1 - 1e-9))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(index * step, 12) for index in range(first, last + 1))


def lanes(spans: Iterable[tuple[float, float]], gap: float = 6.0) -> list[int]:
    """Return for each span, from left to right, the first lane in which it meets no other."""
    ends: list[float] = []
    found: list[int] = []
    for start, end in spans:
        lane = next((index for index, taken in enumerate(ends) if start >= taken + gap), len(ends))
        if lane == len(ends):
            ends.append(end)
        else:
            ends[lane] = end
        found.append(lane)
    return found


def cells(*found: Part | str) -> tuple[Parts, ...]:
    """Return the cells of one row of a table."""
    return tuple((each,) if isinstance(each, Part) else plain_text(each) for each in found)
