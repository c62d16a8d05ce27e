"""What a sample could have seen: power, sample sizes and the smallest difference worth speaking of."""

from __future__ import annotations

import math
from collections.abc import Callable

from release.stats.distributions import noncentral_t_tail, normal_tail, two_sided_quantile
from release.stats.interval import StatisticsError, check_level

POWER = 0.8
_FEWEST = 2.0
"""An arm of one row has no variance."""

_FAR = 6.0
"""An effect of more standard errors is found on the wrong side less than once in 10^9 times."""


def power_of(shift: float, df: float | None, *, level: float = 0.95) -> float:
    """Return the chance that a two-sided test finds an effect of `shift` standard errors.

    Source: Cohen 1988, Statistical Power Analysis. Oracle: statsmodels TTestIndPower.power.
    """
    limit = two_sided_quantile(level, df)
    if df is None:
        return normal_tail(limit - shift) + normal_tail(limit + shift)
    wrong_side = noncentral_t_tail(limit, df, -shift) if shift < _FAR else 0.0
    return noncentral_t_tail(limit, df, shift) + wrong_side


def minimal_detectable(se: float, df: float | None, *, level: float = 0.95, power: float = POWER) -> float:
    """Return the true difference that a test with this standard error finds with chance `power`."""
    if not (math.isfinite(se) and se > 0):
        raise StatisticsError(f"a standard error is positive, not {se}")
    _check_power(power, level)
    return se * _root(lambda shift: power_of(shift, df, level=level) - power, 0.0, 1.0)


def samples_per_arm(effect: float, *, level: float = 0.95, power: float = POWER) -> float:
    """Return n per arm, not rounded, at which a two-sample t test finds `effect` standard deviations.

    Oracle: statsmodels TTestIndPower.solve_power.
    """
    if not (math.isfinite(effect) and effect != 0):
        raise StatisticsError(f"an effect to be found is a number other than 0, not {effect}")
    _check_power(power, level)

    def lack(n: float) -> float:
        return power_of(abs(effect) * math.sqrt(n / 2), 2 * n - 2, level=level) - power

    return _FEWEST if lack(_FEWEST) >= 0 else _root(lack, _FEWEST, 2 * _FEWEST)


def trials_without_error(rate: float, *, level: float = 0.95) -> int:
    """Return how many trials must all succeed to show a success rate of at least `rate`.

    Source: the exact bound with no failure, rate^n <= 1 - level (the "rule of three" for rates near 1).
    """
    if not 0 < rate < 1:
        raise StatisticsError(f"a rate to be shown lies strictly between 0 and 1, not at {rate}")
    return math.ceil(math.log(1 - check_level(level)) / math.log(rate))


def _check_power(power: float, level: float) -> None:
    if not 1 - check_level(level) < power < 1:
        raise StatisticsError(f"power lies between 1 - level and 1, not at {power}")


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Return where a rising function crosses 0, starting from a bracket whose upper end may be too low."""
    from scipy import optimize

    while rising(high) < 0:
        low, high = high, 2 * high
    return float(optimize.brentq(rising, low, high, xtol=1e-12, rtol=1e-14))
