"""Where something changes as a number is moved: steps that double, then bisection."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final, TypeAlias

from release.analysis.flipping import Open, errors_at
from release.base.record import Record
from release.gate.judgement import Verdict
from release.gate.quick import Bare

_STEPS: Final = 14
_HALVINGS: Final = 40
_NEAR: Final = 1e-7

Standing: TypeAlias = tuple[Verdict, Open]
"""The verdict of a stage, and the errors open there."""


class Limit(Record):
    """Where something changes in one direction.

    Attributes:
        value: the number at the first point beyond; between it and `last` the change happens.
        last: the last point at which nothing had changed.
        errors: how many standard errors lie between the number and the limit, None without an interval.
        verdict: the verdict beyond.
        rules: (rule, object) of what opens or closes there.
    """

    value: float
    last: float
    errors: float | None
    verdict: Verdict
    rules: tuple[tuple[str, str], ...]


class Way(Record):
    """A number, and a bound towards which it is moved.

    Attributes:
        whole: whether it takes whole values only.
        error: its standard error, None without one.
    """

    start: float
    bound: float
    whole: bool
    error: float | None = None


def standing_of(judged: Bare, stage: str) -> Standing:
    """Return how a stage stands in a judgement."""
    return judged.verdict(stage), errors_at(judged, stage)


def limits(
    way: Way, at: Callable[[float], Standing], standing: Standing
) -> tuple[Limit | None, Limit | None]:
    """Return where an answer changes first on the way to a bound, and where the verdict does.

    A change that is undone before the next step is not seen.

    Args:
        way: the number and the bound.
        at: judges with another number.
        standing: how it stands where the number is.
    """
    asked = cache(at)  # both searches ask mostly for the same points
    answer: Limit | None = None
    last = way.start
    for value in _probes(way):
        verdict, errors = asked(value)
        if answer is None and errors != standing[1]:
            answer = _close_in(way, last, value, asked, standing, lambda seen: seen[1] != standing[1])
        if verdict != standing[0]:
            return answer, _close_in(way, last, value, asked, standing, lambda seen: seen[0] != standing[0])
        last = value
    return answer, None


def _close_in(
    way: Way,
    same: float,
    other: float,
    at: Callable[[float], Standing],
    standing: Standing,
    changed: Callable[[Standing], bool],
) -> Limit:
    """Close in on a change between a point where nothing has changed and one where something has."""
    for _ in range(_HALVINGS):
        middle = (same + other) / 2
        if way.whole:
            middle = float(int(middle))
        near = not way.whole and abs(other - same) <= _NEAR * max(1.0, abs(way.start))
        if near or middle in {same, other}:
            break
        if changed(at(middle)):
            other = middle
        else:
            same = middle
    verdict, errors = at(other)
    moved = sorted({(rule, name) for rule, name, _ in errors ^ standing[1]})
    distance = None if way.error is None else abs(other - way.start) / way.error
    return Limit(other, same, distance, verdict, tuple(moved))


def _probes(way: Way) -> Iterator[float]:
    """Yield points from a number to a bound, each twice as far away as the one before."""
    distance = way.bound - way.start
    seen = way.start
    for step in range(_STEPS, -1, -1):
        value = way.start + distance / 2**step
        if way.whole:
            value = float(round(value))
        if value != seen:
            seen = value
            yield value
