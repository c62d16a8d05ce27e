"""A point estimate with its standard error: what intervals, tests, equivalence and ratios are made from."""

from __future__ import annotations

import math

from release.base.record import Record
from release.stats.distributions import t_quantile, t_tail, two_sided_p, two_sided_quantile
from release.stats.interval import NO_INTERVAL, Interval, Statistic, StatisticsError, check_level


class Estimate(Record):
    """An estimate that is normal around its value, or t with `df` degrees of freedom.

    Attributes:
        value: the estimate; None when it is refused.
        se: its standard error; None when it has none that could be trusted, and `reason` says why.
        df: degrees of freedom; None for the normal distribution.
        method: name of the method, as in `Statistic`.
        n: rows it rests on.
        clusters: clusters taken into account, or None.
        reason: why `value` or `se` is missing.
    """

    value: float | None
    se: float | None
    df: float | None
    method: str
    n: int
    clusters: int | None = None
    reason: str | None = None

    def interval(self, level: float) -> Interval:
        """Return value ± quantile x standard error."""
        if self.value is None or self.se is None:
            check_level(level)
            return NO_INTERVAL
        half = two_sided_quantile(level, self.df) * self.se
        return Interval(self.value - half, self.value + half)

    def statistic(
        self, level: float, *, floor: float | None = None, ceiling: float | None = None
    ) -> Statistic:
        """Return the figure, its interval cut at `floor` and `ceiling`."""
        ends = self.interval(level).within(floor, ceiling)
        return Statistic(
            self.value, ends.low, ends.high, level, self.method, self.n, self.clusters, self.reason
        )

    def p_value(self) -> float | None:
        """Return the two-sided p of the value being 0, or None where there is no standard error."""
        if self.value is None or self.se is None:
            return None
        return two_sided_p(self.value / self.se, self.df)


class Equivalence(Record):
    """Two one-sided tests that an effect lies within ± `margin`.

    Attributes:
        p: the larger of the two one-sided p-values; equivalence is shown when it is below 1 - level.
        low: lower end of the interval at 2 x level - 1 (90 % for 95 %), which lies within the margin
            exactly when equivalence is shown.
        high: its upper end.
        margin: the margin, positive.
    """

    p: float
    low: float
    high: float
    margin: float


def equivalence(estimate: Estimate, margin: float, *, level: float = 0.95) -> Equivalence | None:
    """Return the two one-sided tests, or None where the estimate has no standard error.

    Source: Schuirmann 1987, J. Pharmacokinet. Biopharm. 15, 657-680. Oracle: statsmodels ttost_ind.

    Raises:
        StatisticsError: the margin is not positive, or the level not above one half.
    """
    if not (math.isfinite(margin) and margin > 0):
        raise StatisticsError(f"an equivalence margin is positive, not {margin}")
    if check_level(level) <= 0.5:
        raise StatisticsError(f"equivalence needs a level above one half, not {level}")
    if estimate.value is None or estimate.se is None:
        return None
    below = t_tail((estimate.value + margin) / estimate.se, estimate.df)
    above = t_tail((margin - estimate.value) / estimate.se, estimate.df)
    half = t_quantile(level, estimate.df) * estimate.se
    return Equivalence(max(below, above), estimate.value - half, estimate.value + half, margin)
