"""Numbers of rows as whole numbers in SQL: exact at a scale, and bounded so that no sum can overflow."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from release.base.record import Record

QUANTUM_DIGITS = 15
"""Digits that a column's greatest number keeps in sums; what lies further right is rounded once."""

_BIGINT = 9 * 10**18
EXACT_REALS = 2**53
_LARGEST_SUM = 10**38 - 1


class Overflow(ArithmeticError):
    """A sum that could leave 38 digits: a kind asked for the product of too many columns."""


class Profile(Record):
    """What is known of a number column once it has been read.

    Attributes:
        low: least value; 0 when there is none.
        high: greatest value.
        decimals: scale of its exact sums: value x 10^decimals, rounded to a whole number. Columns with few
            decimals are summed without any rounding; others keep `QUANTUM_DIGITS` digits of their greatest
            number.
        exact: whether no value has further decimals, so that scaling rounds nothing.
    """

    low: float
    high: float
    decimals: int
    exact: bool = False

    @property
    def bound(self) -> int:
        """The greatest magnitude of the scaled integers."""
        largest = max(abs(self.low), abs(self.high))
        return int(Fraction(largest) * Fraction(10) ** self.decimals) + 1


class Term(Record):
    """An integer expression in SQL that stands for `integer / 10^decimals`, with +, - and *.

    Attributes:
        sql: the expression.
        decimals: its scale.
        bound: the greatest magnitude of the integer; keeps products inside 38 digits.
        real: the same integer as a floating-point number, which is quicker to sum; "" where there is none.
        column: the number itself before it was scaled, where nothing was rounded; else "".
    """

    sql: str
    decimals: int = 0
    bound: int = 1
    real: str = ""
    column: str = ""

    def wide(self) -> str:
        """Return the integer as one of 38 digits."""
        return f"CAST({self.sql} AS DECIMAL(38, 0))"

    def at_scale(self, decimals: int) -> Term:
        """Return the same number at another scale, rounded where that is coarser."""
        finer = decimals - self.decimals
        if finer == 0:
            return self
        if finer < 0:
            rounded = f"CAST(FLOOR({self.sql} / 1e{-finer} + 0.5) AS BIGINT)"
            return Term(rounded, decimals, self.bound // 10**-finer + 1)
        factor = 10**finer
        return self * Term(str(factor), finer, factor)

    def __add__(self, other: Term) -> Term:
        """Return the sum."""
        return self._joined("+", other)

    def __sub__(self, other: Term) -> Term:
        """Return the difference."""
        return self._joined("-", other)

    def _joined(self, sign: str, other: Term) -> Term:
        scale = self._common_scale(other)
        left, right = self.at_scale(scale), other.at_scale(scale)
        bound = left.bound + right.bound
        if bound < _BIGINT:
            return Term(f"({left.sql} {sign} {right.sql})", scale, bound, left.real_with(sign, right))
        return Term(f"({left.wide()} {sign} {right.wide()})", scale, bound)

    def _common_scale(self, other: Term) -> int:
        """Return the finer scale, or a coarser one at which the greater of two numbers keeps its digits.

        Without that the squares of numbers of very different sizes would not fit in 38 digits.
        """
        coarse, fine = sorted((self, other), key=lambda term: term.decimals)
        room = 10**QUANTUM_DIGITS // max(1, coarse.bound)
        return min(fine.decimals, coarse.decimals + max(0, len(str(room)) - 1 if room else 0))

    def __mul__(self, other: Term) -> Term:
        """Return the product.

        Raises:
            Overflow: it could need more than 38 digits.
        """
        bound = self.bound * other.bound
        scale = self.decimals + other.decimals
        if bound < _BIGINT:
            return Term(f"({self.sql} * {other.sql})", scale, bound, self.real_with("*", other))
        if max(self.bound, other.bound) >= 10**19 or bound > _LARGEST_SUM:
            raise Overflow(f"a product of up to {bound} does not fit")
        left, right = (f"CAST({term.sql} AS DECIMAL(19, 0))" for term in (self, other))
        return Term(f"({left} * {right})", scale, bound)

    def real_with(self, sign: str, other: Term) -> str:
        """Return the floating-point form of two terms together, or ""."""
        if not (self.real or other.real):
            return ""
        return f"({self.real or self.sql} {sign} {other.real or other.sql})"

    def exact(self, number: Any) -> Fraction:  # noqa: ANN401 - int or Decimal, as engines return them
        """Return what a sum of this term stands for."""
        if self.decimals > 0:
            return Fraction(int(number), 10**self.decimals)
        return Fraction(int(number) * 10**-self.decimals if self.decimals else int(number))

    def settled(self, number: float) -> Fraction:
        """Return the exact sum that a rounded sum of the column stands for; see `settles`."""
        scale = 10**self.decimals
        return Fraction(round(Fraction(number) * scale), scale)


def settles(term: Term, n: int) -> bool:
    """Tell whether the rounded sum of n numbers, added in any order, can only stand for one exact sum.

    Each of n numbers with d decimals is off by at most u |x| as a double, and adding them by at most
    n u sum |x|, with u = 2^-53. Where that is less than half of 10^-d, the nearest number with d decimals is
    the sum. Source: Higham 2002, Accuracy and Stability of Numerical Algorithms, section 4.2.
    """
    return (n + 2) * n * term.bound * 1.01 < 0.5 * EXACT_REALS


def text_literal(text: str) -> str:
    """Return text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def real_literal(number: float) -> str:
    """Return a number as an SQL literal that is read as exactly this double, and not as a decimal."""
    digits = repr(float(number))
    return digits if "e" in digits else f"{digits}e0"
