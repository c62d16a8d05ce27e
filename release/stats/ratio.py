"""The ratio of two estimates, with an interval that may be unbounded and then says so."""

from __future__ import annotations

import math

from release.base.record import Record
from release.stats.distributions import two_sided_quantile
from release.stats.interval import Statistic, StatisticsError


class Joint(Record):
    """Two estimates with their variances and covariance.

    Attributes:
        numerator: estimate above the line.
        denominator: estimate below the line.
        variance_numerator: variance of the estimate above.
        variance_denominator: variance of the estimate below.
        covariance: of the two.
        df: degrees of freedom; None for the normal distribution.
    """

    numerator: float
    denominator: float
    variance_numerator: float
    variance_denominator: float
    covariance: float = 0.0
    df: float | None = None


UNBOUNDED = "the denominator could be 0 at this level, so the ratio has no bounded interval"


def fieller_g(joint: Joint, *, level: float = 0.95) -> float:
    """Return the squared relative half-width of the denominator's interval: at 1 and above it covers 0."""
    if joint.denominator == 0:
        return math.inf
    quantile = two_sided_quantile(level, joint.df)
    return quantile * quantile * joint.variance_denominator / joint.denominator**2


def fieller(joint: Joint, *, n: int, level: float = 0.95, clusters: int | None = None) -> Statistic:
    """Return numerator / denominator with the set of ratios that the data do not reject.

    The set is an interval where the denominator differs from 0 at the level (g < 1). Else it is everything,
    or everything outside an interval: then the ends are None and the method is `fieller-unbounded`.

    Source: Fieller 1954, J. R. Stat. Soc. B 16, 175-185. Oracle: roots of the quadratic, in the tests.

    Raises:
        StatisticsError: a variance is negative, or the covariance larger than the variances allow.
    """
    above, below, cross = joint.variance_numerator, joint.variance_denominator, joint.covariance
    if above < 0 or below < 0 or abs(cross) > math.sqrt(above) * math.sqrt(below) * (1 + 1e-9):
        raise StatisticsError("these are not the variances and covariance of two estimates")
    if joint.denominator == 0:
        return Statistic(
            None,
            level=level,
            method="fieller-unbounded",
            n=n,
            clusters=clusters,
            reason="the denominator is 0",
        )
    ratio = joint.numerator / joint.denominator
    g = fieller_g(joint, level=level)
    if g >= 1:
        return Statistic(
            ratio, level=level, method="fieller-unbounded", n=n, clusters=clusters, reason=UNBOUNDED
        )
    if above == 0 and below == 0:
        reason = "neither part of the ratio varies, so nothing tells how far it could be off"
        return Statistic(ratio, level=level, method="fieller", n=n, clusters=clusters, reason=reason)
    low, high = _ends(joint, ratio, g, two_sided_quantile(level, joint.df))
    return Statistic(ratio, low, high, level, "fieller", n, clusters)


def _ends(joint: Joint, ratio: float, g: float, quantile: float) -> tuple[float, float]:
    above, below, cross = joint.variance_numerator, joint.variance_denominator, joint.covariance
    shift = g * cross / below if below > 0 else 0.0
    left_over = above - cross * cross / below if below > 0 else above
    inside = above - 2 * ratio * cross + ratio * ratio * below - g * left_over
    half = quantile / abs(joint.denominator) * math.sqrt(max(0.0, inside))
    return (ratio - shift - half) / (1 - g), (ratio - shift + half) / (1 - g)
