"""Percentile intervals by drawing clusters again, where no formula fits: the only random numbers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from release.stats.interval import NO_INTERVAL, Interval, StatisticsError, check_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

DRAWS = 10_000
UNDEFINED = 0.05
"""If more than this share of the draws has no value (a denominator of 0, say), there is no honest
interval."""

_CELLS = 4_000_000
"""Draws are made in blocks of about this many weights, so that memory does not grow with their number."""


def percentile(
    groups: Sequence[Sequence[float]],
    statistic: Callable[[NDArray[Any]], NDArray[Any]],
    *,
    seed: int,
    level: float = 0.95,
    draws: int = DRAWS,
) -> Interval:
    """Return the middle `level` of a statistic over resamples of the groups, or no interval.

    A resample draws as many groups as there are, with replacement. Groups with equal sums are drawn
    together (a multinomial over distinct sums is the same distribution), so cost and result depend on
    neither rows nor order.

    Args:
        groups: the sums of each cluster, all of one length.
        statistic: totals of the resamples, one row each, to one value each; NaN where it is not defined.
        seed: any whole number, such as a digest of the rows: the same one gives the same interval everywhere.
        level: share of the draws that the interval holds.
        draws: number of resamples.

    Source: Efron & Tibshirani 1993, An Introduction to the Bootstrap, chapter 13. Oracle: full enumeration.
    """
    check_level(level)
    if draws < 1:
        raise StatisticsError(f"a bootstrap needs draws, not {draws}")
    import numpy as np

    if len(groups) < 2:
        return NO_INTERVAL
    alike = sorted(Counter(tuple(map(float, group)) for group in groups).items())
    distinct = np.asarray([sums for sums, _ in alike])
    counts = np.asarray([times for _, times in alike])
    shares = counts / counts.sum()
    generator = _generator(seed)
    block = max(1, _CELLS // len(distinct))
    values = np.concatenate(
        [
            statistic(generator.multinomial(len(groups), shares, size=min(block, draws - done)) @ distinct)
            for done in range(0, draws, block)
        ]
    )
    defined = values[~np.isnan(values)]
    if len(defined) < (1 - UNDEFINED) * draws:
        return NO_INTERVAL
    tail = (1 - level) / 2
    low, high = np.quantile(defined, [tail, 1 - tail])
    return Interval(float(low), float(high))


def _generator(seed: int) -> Any:  # noqa: ANN401 - numpy is imported when it is needed
    """Return the generator whose stream NumPy has frozen (NEP 19), started from a seed of any size."""
    from numpy.random import RandomState

    digest = hashlib.sha256(str(seed).encode()).digest()
    return RandomState([int.from_bytes(digest[at : at + 4], "big") for at in range(0, 32, 4)])
