"""What a power law would say if only the later runs were fitted: how much a forecast owes to where it begins.

A prediction interval takes the law for granted and measures scatter only. Where the points follow a smooth
curve that is not quite the law, scatter is small, the interval is narrow, and it is wrong. Then the law
through the later runs alone points elsewhere, and that can be seen before the target is known.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from release.base.record import Record
from release.stats.powerlaw import Fit, Run

SPARE = 2
"""Runs that every fit has beyond its free parameters, as for the forecast itself."""


MOST = 50
"""Starts tried, where there are very many sizes."""

TOO_FEW = "too few runs"


class LaterStarts(Record):
    """The prediction intervals of all fits from a later start, together.

    Attributes:
        low: the least of their lower ends.
        high: the greatest of their upper ends.
        starts: how many fits there were, the one of all runs included.
    """

    low: float
    high: float
    starts: int


def over_later_starts(
    runs: Sequence[Run],
    fit: Callable[[Sequence[Run]], Fit | str],
    parameters: int,
    compute: float,
    level: float,
) -> LaterStarts | None:
    """Return the widest ends of the prediction intervals of the fits from every size on.

    Every fit has at least parameters + 2 runs. Runs of one size are left out together; of more than `MOST`
    sizes as many are tried, evenly spread. It holds the interval of all runs, and is that one where no
    smaller fit can be made. It has no exact level: each of its parts holds a new run with the
    level's chance if the law is true from its start on.

    Args:
        runs: the runs fitted.
        fit: `fit_loss` or `fit_pass_rate`.
        parameters: free parameters of the law.
        compute: where to predict.
        level: level of each interval.

    Source: own; the sensitivity of an extrapolation to its fitting window. How it does on real runs stands in
    docs/explanation/forecast-coverage.md.
    """
    held = sorted(runs)
    ends: list[tuple[float, float]] = []
    for start in _starts([run.compute for run in held]):
        found = fit(held[start:]) if start == 0 or len(held) - start >= parameters + SPARE else TOO_FEW
        if isinstance(found, str):
            continue
        interval = found.predict(compute, level).interval
        if interval.low is not None and interval.high is not None:
            ends.append((interval.low, interval.high))
    if not ends:
        return None
    return LaterStarts(min(low for low, _ in ends), max(high for _, high in ends), len(ends))


def _starts(sizes: Sequence[float]) -> list[int]:
    """Return where a new size begins, evenly thinned; the first is always among them."""
    found = [place for place, size in enumerate(sizes) if place == 0 or size != sizes[place - 1]]
    step = -(-len(found) // MOST)
    return found[::step] if found else []
