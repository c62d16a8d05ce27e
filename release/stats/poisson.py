"""Counts of rare events: exact intervals of a rate per exposure, and the ratio of two rates."""

from __future__ import annotations

import math

from release.stats.distributions import two_sided_quantile
from release.stats.exact import Exact, exact
from release.stats.interval import Interval, Statistic, StatisticsError, check_level


def _check_count(count: int) -> None:
    if count < 0:
        raise StatisticsError(f"a count is not negative: {count}")


def garwood(count: int, *, level: float = 0.95) -> Interval:
    """Return the exact interval of a Poisson mean of which `count` were seen.

    Source: Garwood 1936, Biometrika 28, 437-442. Oracle: chi-square quantiles of scipy.stats.chi2.
    """
    _check_count(count)
    check_level(level)
    from scipy import special

    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(special.gammaincinv(count, tail))
    return Interval(low, float(special.gammaincinv(count + 1, 1 - tail)))


def garwood_upper(count: int, *, level: float = 0.95) -> float:
    """Return the exact one-sided upper bound of a Poisson mean; for no event at all it is -ln(1 - level).

    Source: Garwood 1936. Oracle: scipy.stats.chi2.ppf(level, 2 * count + 2) / 2.
    """
    _check_count(count)
    check_level(level)
    from scipy import special

    return float(special.gammaincinv(count + 1, level))


def rate(count: int, exposure: Exact, *, level: float = 0.95) -> Statistic:
    """Return events per unit of exposure with the exact interval.

    Raises:
        StatisticsError: the exposure is not positive: without it a count is no rate.
    """
    units = _units(exposure)
    ends = garwood(count, level=level)
    low, high = (None if end is None else end / units for end in (ends.low, ends.high))
    return Statistic(float(count / exact(exposure)), low, high, level, "garwood", count)


def rate_upper(count: int, exposure: Exact, *, level: float = 0.95) -> Statistic:
    """Return the exact one-sided upper bound of a rate; `low` is 0, where the bound says nothing."""
    bound = garwood_upper(count, level=level) / _units(exposure)
    return Statistic(bound, 0.0, bound, level, "garwood one-sided", count)


def rate_ratio(
    count_1: int, exposure_1: Exact, count_2: int, exposure_2: Exact, *, level: float = 0.95
) -> Statistic:
    """Return the second rate over the first, log-normal on the counts.

    Source: Rothman & Greenland 1998, Modern Epidemiology, chapter 14: var(log ratio) = 1/a + 1/b.
    Oracle: 180 of 100 against 120 of 100 give 1.5 [1.190628, 1.889758].
    """
    _check_count(count_1)
    _check_count(count_2)
    units_1, units_2 = exact(_positive(exposure_1)), exact(_positive(exposure_2))
    n = count_1 + count_2
    if count_1 == 0:
        reason = "no event in the rate that is divided by"
        return Statistic(None, method="log-normal", n=n, level=level, reason=reason)
    value = float(exact(count_2) / units_2 / (exact(count_1) / units_1))
    if count_2 == 0:
        reason = "no event in one rate: the logarithm of the ratio has no standard error"
        return Statistic(value, method="log-normal", n=n, level=level, reason=reason)
    factor = math.exp(two_sided_quantile(level) * math.sqrt(1 / count_1 + 1 / count_2))
    return Statistic(value, value / factor, value * factor, level, "log-normal", n)


def _positive(exposure: Exact) -> Exact:
    if exact(exposure) <= 0:
        raise StatisticsError(f"exposure is positive, not {exposure}")
    return exposure


def _units(exposure: Exact) -> float:
    return float(exact(_positive(exposure)))
