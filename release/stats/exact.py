"""Exact arithmetic on counts and sums, so that no result depends on the order of the rows.

Engines return counts and exact sums (integers or decimals); here they stay exact through means, variances and
comparisons, and are rounded once. Whether a variance is zero or two shares tie is decided exactly.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from release.stats.interval import StatisticsError

Exact = int | float | Fraction | Decimal
"""A number taken at its exact value; a float stands for the binary fraction that it is."""


def exact(number: Exact) -> Fraction:
    """Return the number as a fraction.

    Raises:
        StatisticsError: it is infinite or not a number.
    """
    try:
        return Fraction(number)
    except (ValueError, OverflowError):
        raise StatisticsError(f"{number} is not a finite number") from None


def written(number: float) -> Fraction:
    """Return the decimal that a person wrote for a float: 0.05 is 1/20 here, not its binary neighbour.

    For limits that are compared with exact shares, so that 5 of 100 is not above 0.05.
    """
    if not math.isfinite(number):
        raise StatisticsError(f"{number} is not a finite number")
    return Fraction(repr(number))


def common_scale(numbers: Iterable[Exact]) -> tuple[list[int], int]:
    """Return integers and one scale with `number = integer / scale`, for sums without fractions' cost.

    >>> common_scale([1, Decimal("0.25"), 0.5])
    ([4, 1, 2], 4)
    """
    fractions = [exact(number) for number in numbers]
    scale = math.lcm(*{fraction.denominator for fraction in fractions})
    return [fraction.numerator * (scale // fraction.denominator) for fraction in fractions], scale


def square_root(number: Fraction) -> float:
    """Return the square root of a fraction, for magnitudes that a float can hold."""
    if number < 0:
        raise StatisticsError("a variance cannot be negative")
    return math.sqrt(number)


def total(numbers: Sequence[Exact]) -> Fraction:
    """Return the exact sum."""
    integers, scale = common_scale(numbers)
    return Fraction(sum(integers), scale)
