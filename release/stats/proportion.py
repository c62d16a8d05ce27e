"""Proportions from counts: intervals of one, of the difference of two, and a detector's precision.

Successes may be fractional where ties count half; trials are whole.
"""

from __future__ import annotations

import math

from release.stats.distributions import two_sided_p, two_sided_quantile
from release.stats.estimate import Estimate
from release.stats.exact import Exact, exact, square_root
from release.stats.interval import Interval, Statistic, StatisticsError, check_level
from release.stats.means import Sums, paired


def _check_counts(successes: Exact, n: int) -> None:
    if n < 1:
        raise StatisticsError(f"a proportion needs at least one trial, not {n}")
    if not 0 <= exact(successes) <= n:
        raise StatisticsError(f"{successes} successes do not fit in {n} trials")


def _score_ends(successes: Exact, n: int, level: float) -> tuple[float, float]:
    _check_counts(successes, n)
    z = two_sided_quantile(level)
    share = float(exact(successes) / n)
    failures = float((n - exact(successes)) / n)
    centre = share + z * z / (2 * n)
    half = z * math.sqrt(share * failures / n + z * z / (4 * n * n))
    width = 1 + z * z / n
    low = 0.0 if share == 0 else max(0.0, (centre - half) / width)
    high = 1.0 if failures == 0 else min(1.0, (centre + half) / width)
    return low, high


def wilson_interval(successes: Exact, n: int, *, level: float = 0.95) -> Interval:
    """Return the score interval of a binomial proportion.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209-212.
    Oracle: statsmodels proportion_confint(method="wilson").

    Raises:
        StatisticsError: a count is out of range.
    """
    return Interval(*_score_ends(successes, n, level))


def wilson(successes: Exact, n: int, *, level: float = 0.95) -> Statistic:
    """Return a proportion with its score interval: good cover near 0 and 1 and in small samples."""
    low, high = _score_ends(successes, n, level)
    return Statistic(float(exact(successes) / n), low, high, level, "wilson", n)


def newcombe(successes_1: Exact, n_1: int, successes_2: Exact, n_2: int, *, level: float = 0.95) -> Statistic:
    """Return the second proportion minus the first, for independent samples, from their two score intervals.

    Source: Newcombe 1998, Statistics in Medicine 17, 873-890, method 10.
    Oracle: statsmodels confint_proportions_2indep(method="newcomb").
    """
    low_1, high_1 = _score_ends(successes_1, n_1, level)
    low_2, high_2 = _score_ends(successes_2, n_2, level)
    p_1, p_2 = float(exact(successes_1) / n_1), float(exact(successes_2) / n_2)
    value = float(exact(successes_2) / n_2 - exact(successes_1) / n_1)
    low = value - math.hypot(p_2 - low_2, high_1 - p_1)
    high = value + math.hypot(high_2 - p_2, p_1 - low_1)
    return Statistic(value, max(-1.0, low), min(1.0, high), level, "newcombe", n_1 + n_2)


def clopper_pearson(successes: int, n: int, *, level: float = 0.95) -> Statistic:
    """Return a proportion with its exact interval: cover never below `level`, usually above it.

    Source: Clopper & Pearson 1934, Biometrika 26, 404-413.
    Oracle: scipy.stats.binomtest(...).proportion_ci().
    """
    _check_counts(successes, n)
    check_level(level)
    from scipy import special

    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else float(special.betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes == n else float(special.betaincinv(successes + 1, n - successes, 1 - tail))
    return Statistic(successes / n, low, high, level, "clopper-pearson", n)


def clopper_pearson_upper(successes: int, n: int, *, level: float = 0.95) -> float:
    """Return the exact one-sided upper bound: with it, nothing found in `n` trials still says something.

    Source: Clopper & Pearson 1934. Oracle: scipy.stats.binomtest(..., alternative="less").proportion_ci().
    """
    _check_counts(successes, n)
    check_level(level)
    if successes == n:
        return 1.0
    from scipy import special

    return float(special.betaincinv(successes + 1, n - successes, level))


def two_proportion_p(successes_1: Exact, n_1: int, successes_2: Exact, n_2: int) -> float:
    """Return the two-sided p of equal proportions, z with the pooled variance; 1 when neither ever differs.

    Source: Fleiss, Levin & Paik 2003, Statistical Methods for Rates and Proportions, 3.2, uncorrected.
    Oracle: statsmodels proportions_ztest.
    """
    _check_counts(successes_1, n_1)
    _check_counts(successes_2, n_2)
    pooled = (exact(successes_1) + exact(successes_2)) / (n_1 + n_2)
    variance = pooled * (1 - pooled) * (exact(1) / n_1 + exact(1) / n_2)
    if variance == 0:
        return 1.0
    difference = exact(successes_2) / n_2 - exact(successes_1) / n_1
    return two_sided_p(float(difference) / square_root(variance))


def unpooled_difference(successes_1: Exact, n_1: int, successes_2: Exact, n_2: int) -> Estimate:
    """Return the second proportion minus the first with its unpooled standard error: for equivalence.

    Its interval has poor cover in small samples: `newcombe` is the interval to show.
    """
    _check_counts(successes_1, n_1)
    _check_counts(successes_2, n_2)
    p_1, p_2 = exact(successes_1) / n_1, exact(successes_2) / n_2
    variance = p_1 * (1 - p_1) / n_1 + p_2 * (1 - p_2) / n_2
    value = float(p_2 - p_1)
    if variance == 0:
        reason = "both proportions are 0 or 1, so a standard error cannot be estimated"
        return Estimate(value, None, None, "newcombe", n_1 + n_2, reason=reason)
    return Estimate(value, square_root(variance), None, "newcombe", n_1 + n_2)


def paired_difference(*, both: int, only_first: int, only_second: int, neither: int) -> Estimate:
    """Return the second proportion minus the first on the same items, t on n - 1, from the four counts."""
    n = both + only_first + only_second + neither
    return paired(Sums(n, only_second - only_first, only_first + only_second))


def mcnemar_p(only_first: int, only_second: int) -> float:
    """Return the exact two-sided p of equal proportions on the same items, from the discordant pairs.

    Source: McNemar 1947, Psychometrika 12, 153-157, with the binomial tail.
    Oracle: statsmodels mcnemar(exact=True).
    """
    n = only_first + only_second
    if min(only_first, only_second) < 0:
        raise StatisticsError("counts of pairs are not negative")
    tail = sum(math.comb(n, k) for k in range(min(only_first, only_second) + 1))
    return float(min(exact(1), 2 * exact(tail) / 2**n))


def predictive_value(tpr: float, fpr: float, base_rate: float) -> float | None:
    """Return the share of true ones among those flagged, at a base rate; None when nothing is ever flagged.

    Source: Bayes' rule: .95 and .05 at a base rate of .01 give .0095 / .059 = .161017.
    """
    for share in (tpr, fpr, base_rate):
        if not 0 <= share <= 1:
            raise StatisticsError(f"{share} is not a share between 0 and 1")
    flagged = tpr * base_rate + fpr * (1 - base_rate)
    return tpr * base_rate / flagged if flagged > 0 else None
