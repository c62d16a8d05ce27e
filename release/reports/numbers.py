"""Numbers as people read them, formatted by us: no locale, clock or platform changes a digit."""

from __future__ import annotations

import math
from collections.abc import Iterable

from release.audience.items_evidence import Figure

THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"
Number = float | int

_SMALL = 1e-4
_LARGE = 1e15


def grouped(digits: str) -> str:
    """Put narrow spaces between groups of three digits, from five digits on.

    >>> grouped("1557611200").replace(THIN_SPACE, "_")
    '1_557_611_200'
    """
    sign, body = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    whole, point, rest = body.partition(".")
    if len(whole) > 4:
        head = len(whole) % 3
        parts = [whole[:head]] if head else []
        whole = THIN_SPACE.join([*parts, *(whole[at : at + 3] for at in range(head, len(whole), 3))])
    return f"{sign}{whole}{point}{rest}".replace("-", "\N{MINUS SIGN}")


def decimals_for(low: Number | None, high: Number | None) -> int | None:
    """Return how many decimals show two digits of an interval's width; None when there is none."""
    if low is None or high is None or not math.isfinite(high - low) or high - low <= 0:
        return None
    return max(0, min(6, 1 - math.floor(math.log10(high - low))))


def number(value: Number, decimals: int | None = None) -> str:
    """Return a number in plain digits; very small and very large ones with a power of ten.

    Args:
        value: finite or infinite.
        decimals: digits after the point; by default four significant digits, without closing zeros.
    """
    if isinstance(value, int):
        return grouped(str(value)) if abs(value) < _LARGE else _power(float(value))
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "\N{MINUS SIGN}∞"
    if value and not _SMALL <= abs(value) < _LARGE and (decimals is None or abs(value) >= _LARGE):
        return _power(value)
    if decimals is not None:
        return grouped(_no_minus_zero(f"{value:.{decimals}f}"))
    exponent = math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:.{max(0, 3 - exponent)}f}"
    return grouped(_no_minus_zero(text.rstrip("0").rstrip(".") if "." in text else text))


def _no_minus_zero(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.") else text


def _power(value: float) -> str:
    mantissa, _, exponent = f"{value:.3e}".partition("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa} \N{MULTIPLICATION SIGN} 10^{int(exponent)}".replace("-", "\N{MINUS SIGN}")


def common_decimals(figures: Iterable[Figure]) -> int | None:
    """Return the decimals that figures of one result share, so that they can be compared digit by digit."""
    found = [decimals_for(each.low, each.high) for each in figures if not each.raw]
    return max((each for each in found if each is not None), default=None)


def value_of(figure: Figure, decimals: int | None = None) -> str:
    """Return a figure's value: as written where the plan declares it, else with the digits it bears."""
    if figure.raw:
        return grouped(figure.raw) if figure.raw.replace(".", "").replace("-", "").isdigit() else figure.raw
    if figure.value is None:
        return ""
    return number(figure.value, _decimals(figure, decimals))


def _decimals(figure: Figure, decimals: int | None) -> int | None:
    return decimals_for(figure.low, figure.high) if decimals is None else decimals


def bounds_of(figure: Figure, decimals: int | None = None) -> tuple[str, str] | None:
    """Return the bounds of a figure's interval as text, open ends as infinite; None without interval."""
    if figure.low is None and figure.high is None:
        return None
    decimals = _decimals(figure, decimals)
    low = -math.inf if figure.low is None else figure.low
    high = math.inf if figure.high is None else figure.high
    return number(low, decimals), number(high, decimals)


def percent(level: Number | None) -> str:
    """Return a confidence level such as `95 %`, or an empty text."""
    return "" if level is None else f"{number(round(level * 100, 6))}{THIN_SPACE}%"
