"""Where the labels of a chart go: beside their marks, and never over a mark, an interval or another label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_LINE = 12.0
_ASCENT, _DESCENT = 9.0, 2.5
_CHARACTER = 6.3
_GAP = 4.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a drawing, whose vertical axis points down."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Tell whether two rectangles have a point inside both."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom

    def holds(self, other: Box) -> bool:
        """Tell whether the other one lies wholly inside this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.top <= other.top and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label eleven units high, and its mark: a point at `x`, `y` that is drawn from `top` to `bottom`.

    Attributes:
        beside: try the right of the point first, as for the name of a series.
    """

    text: str
    x: float
    y: float
    top: float
    bottom: float
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A label in its place: the middle of its base line, its box, and whether a line leads to its mark."""

    text: str
    x: float
    base: float
    box: Box
    led: bool


def label_box(text: str, x: float, base: float) -> Box:
    """Return the box of a label whose base line has its middle at `x`; a little wider than any font needs."""
    half = len(text) * _CHARACTER / 2
    return Box(x - half, base - _ASCENT, x + half, base + _DESCENT)


def place(wanted: Sequence[Wanted], taken: Iterable[Box], ground: Box) -> list[Placed | None]:
    """Return a place for each label, in their order; None where the ground has no room left for one.

    A label is tried above its mark, below it, and on both sides of it; then in rows further up and down,
    where a line must lead to its mark. The first place that meets nothing is taken.
    """
    full = list(taken)
    found: list[Placed | None] = []
    for each in wanted:
        best = next(
            (
                tried
                for tried in _places(each, ground)
                if ground.holds(tried.box) and not any(tried.box.meets(other) for other in full)
            ),
            None,
        )
        found.append(best)
        if best is not None:
            full.append(best.box)
    return found


def _places(wanted: Wanted, ground: Box) -> Iterator[Placed]:
    half = len(wanted.text) * _CHARACTER / 2
    middle = wanted.y + (_ASCENT - _DESCENT) / 2
    right, left = wanted.x + half + 9, wanted.x - half - 9
    above, below = wanted.top - _DESCENT - _GAP, wanted.bottom + _ASCENT + _GAP
    near = [(wanted.x, above), (wanted.x, below), (right, middle), (left, middle)]
    if wanted.beside:
        near = [(right, middle), (right, middle - _LINE), (right, middle + _LINE), *near]
    for x, base in near:
        yield Placed(wanted.text, x, base, label_box(wanted.text, x, base), led=False)
    rows = int((ground.bottom - ground.top) / _LINE)
    for row in range(1, rows + 1):
        for x in (wanted.x, right, left):
            for base in (above - row * _LINE, below + row * _LINE):
                yield Placed(wanted.text, x, base, label_box(wanted.text, x, base), led=True)
