"""What every estimator returns: a value with its interval, how it was made, from how much, or why not."""

from __future__ import annotations

import math

from release.base.record import Record

METHODS = (
    "wilson",
    "newcombe",
    "clopper-pearson",
    "garwood",
    "t",
    "welch",
    "cr1",
    "cluster-means",
    "paired-t",
    "fieller",
    "fieller-unbounded",
    "log-normal",
    "delong",
    "fisher",
    "delta",
    "sandwich",
    "information",
    "bounds",
    "bootstrap",
)
"""The words that a `method` may begin with; further words after the first may tell more."""


class StatisticsError(ValueError):
    """An argument lies outside of what a formula is defined for: a fault of the caller, never of the rows."""


class Interval(Record):
    """The two ends of an interval.

    Attributes:
        low: lower end; None where there is none.
        high: upper end; None where there is none.
    """

    low: float | None
    high: float | None

    def within(self, floor: float | None, ceiling: float | None) -> Interval:
        """Return the interval cut at what the quantity can be at all, such as 0 and 1 for a proportion."""
        low, high = self.low, self.high
        if low is not None and floor is not None:
            low = max(low, floor)
        if high is not None and ceiling is not None:
            high = min(high, ceiling)
        return Interval(low, high)


NO_INTERVAL = Interval(None, None)


class Statistic(Record):
    """One figure with its uncertainty.

    Attributes:
        value: the estimate; None when it is refused, and then `reason` says why.
        low: lower end of the interval, or None.
        high: upper end of the interval, or None.
        level: confidence level of the interval.
        method: how the interval was made; begins with one of `METHODS`.
        n: rows (trials, items, pairs, runs …) that the value rests on.
        clusters: number of clusters where the interval takes them into account.
        reason: why the value or its ends are missing.
        unit: what the value counts, `proportion` for shares.
        tolerance: how far from 0 an error may lie to be within what was predicted.
    """

    value: float | int | None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    method: str = ""
    n: int | None = None
    clusters: int | None = None
    reason: str | None = None
    unit: str | None = None
    tolerance: float | None = None

    @classmethod
    def refused(
        cls, reason: str, *, method: str = "", n: int | None = None, clusters: int | None = None
    ) -> Statistic:
        """Return the figure that honesty forbids to give."""
        return cls(None, method=method, n=n, clusters=clusters, reason=reason)


def check_level(level: float) -> float:
    """Return `level` if it is a confidence level, strictly between 0 and 1.

    Raises:
        StatisticsError: it is not.
    """
    if not (math.isfinite(level) and 0 < level < 1):
        raise StatisticsError(f"a confidence level lies strictly between 0 and 1, not at {level}")
    return level
