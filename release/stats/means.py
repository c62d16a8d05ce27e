"""Means and their differences from exact sums: Student's t, Welch, and pairs."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from release.base.record import Record
from release.stats.estimate import Estimate
from release.stats.exact import Exact, common_scale, exact, square_root
from release.stats.interval import StatisticsError

NO_SPREAD = "all values are equal, so nothing tells how far the mean could be off"
ONE_VALUE = "one value has no spread to tell how far it could be off"
NO_VALUES = "no values"


class Sums(Record):
    """Exact sums of a sample: all that a mean and its variance need.

    Attributes:
        n: number of values.
        total: their sum.
        squares: the sum of their squares.
    """

    n: int
    total: Exact
    squares: Exact

    def __init__(self, n: int, total: Exact, squares: Exact) -> None:
        if n < 0:
            raise StatisticsError(f"a sample cannot have {n} values")
        super().__init__(n, total, squares)

    @property
    def mean(self) -> Fraction:
        """The exact mean.

        Raises:
            StatisticsError: there are no values.
        """
        if self.n == 0:
            raise StatisticsError("no values have no mean")
        return exact(self.total) / self.n

    @property
    def variance(self) -> Fraction:
        """The exact sample variance, with n - 1.

        Raises:
            StatisticsError: there are fewer than two values, or the sums contradict each other.
        """
        if self.n < 2:
            raise StatisticsError("a variance needs two values")
        spread = exact(self.squares) - exact(self.total) ** 2 / self.n
        if spread < 0:
            raise StatisticsError("the sum of squares is less than the sum allows")
        return spread / (self.n - 1)


def sums_of(values: Iterable[Exact]) -> Sums:
    """Return the exact sums of some values."""
    integers, scale = common_scale(values)
    return Sums(
        len(integers),
        Fraction(sum(integers), scale),
        Fraction(sum(integer * integer for integer in integers), scale * scale),
    )


def _one_sample(sums: Sums, method: str) -> Estimate:
    if sums.n == 0:
        return Estimate(None, None, None, method, 0, reason=NO_VALUES)
    value = float(sums.mean)
    if sums.n == 1:
        return Estimate(value, None, None, method, 1, reason=ONE_VALUE)
    if sums.variance == 0:
        return Estimate(value, None, None, method, sums.n, reason=NO_SPREAD)
    return Estimate(value, square_root(sums.variance / sums.n), sums.n - 1, method, sums.n)


def t_mean(sums: Sums) -> Estimate:
    """Return the mean of independent values, t on n - 1.

    Source: Student 1908, Biometrika 6, 1-25. Oracle: scipy.stats.ttest_1samp(...).confidence_interval().
    """
    return _one_sample(sums, "t")


def paired(differences: Sums) -> Estimate:
    """Return the mean of differences within pairs, t on n - 1.

    Oracle: scipy.stats.ttest_rel(...).confidence_interval().
    """
    return _one_sample(differences, "paired-t")


def welch(first: Sums, second: Sums) -> Estimate:
    """Return the mean of `second` minus that of `first`, for independent samples of unequal variance.

    Source: Welch 1947, Biometrika 34, 28-35. Oracle: scipy.stats.ttest_ind(equal_var=False).
    """
    n = first.n + second.n
    if first.n == 0 or second.n == 0:
        return Estimate(None, None, None, "welch", n, reason=NO_VALUES)
    value = float(second.mean - first.mean)
    if first.n == 1 or second.n == 1:
        return Estimate(value, None, None, "welch", n, reason=ONE_VALUE)
    part_1, part_2 = first.variance / first.n, second.variance / second.n
    if part_1 + part_2 == 0:
        return Estimate(value, None, None, "welch", n, reason=NO_SPREAD)
    df = satterthwaite(part_1, first.n - 1, part_2, second.n - 1)
    return Estimate(value, square_root(part_1 + part_2), df, "welch", n)


def satterthwaite(variance_1: Fraction, df_1: int, variance_2: Fraction, df_2: int) -> float:
    """Return the degrees of freedom of a sum of two independent variances of means.

    Source: Satterthwaite 1946, Biometrics Bulletin 2, 110-114.
    """
    whole = variance_1 + variance_2
    return float(whole**2 / (variance_1**2 / df_1 + variance_2**2 / df_2))
