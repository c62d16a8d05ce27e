"""Quantiles and tail areas. The normal ones need no library; the others import `scipy.special`."""

from __future__ import annotations

import math
from statistics import NormalDist

from release.stats.interval import StatisticsError, check_level

_NORMAL = NormalDist()


def _check_probability(probability: float) -> None:
    if not 0 < probability < 1:
        raise StatisticsError(f"a probability lies strictly between 0 and 1, not at {probability}")


def normal_quantile(probability: float) -> float:
    """Return z with P(Z <= z) = probability.

    Source: Wichura 1988, algorithm AS 241 (the standard library's). Oracle: scipy.stats.norm.ppf.
    """
    _check_probability(probability)
    return _NORMAL.inv_cdf(probability)


def normal_tail(z: float) -> float:
    """Return P(Z > z), accurate far out in the tail. Oracle: scipy.stats.norm.sf."""
    return 0.5 * math.erfc(z / math.sqrt(2))


def t_quantile(probability: float, df: float | None) -> float:
    """Return the quantile of Student's t; with `df` None the normal one. Oracle: scipy.stats.t.ppf."""
    if df is None:
        return normal_quantile(probability)
    _check_probability(probability)
    _check_df(df)
    from scipy import special

    return float(special.stdtrit(df, probability))


def t_tail(t: float, df: float | None) -> float:
    """Return P(T > t); with `df` None the normal one. Oracle: scipy.stats.t.sf."""
    if df is None:
        return normal_tail(t)
    _check_df(df)
    from scipy import special

    return float(special.stdtr(df, -t))


def two_sided_quantile(level: float, df: float | None = None) -> float:
    """Return the multiple of a standard error that makes a two-sided interval at `level`."""
    return t_quantile((1 + check_level(level)) / 2, df)


def two_sided_p(t: float, df: float | None = None) -> float:
    """Return P(|T| >= |t|)."""
    return min(1.0, 2 * t_tail(abs(t), df))


def noncentral_t_tail(t: float, df: float, noncentrality: float) -> float:
    """Return P(T > t) of the noncentral t. Oracle: scipy.stats.nct.sf."""
    _check_df(df)
    from scipy import special

    return float(1 - special.nctdtr(df, noncentrality, t))


def _check_df(df: float) -> None:
    if not (math.isfinite(df) and df > 0):
        raise StatisticsError(f"degrees of freedom are positive, not {df}")
