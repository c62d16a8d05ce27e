"""Figures that stand in a claim's text, and whether rows or a quotation bear them out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from release.evidence.quotation import folded

_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_FIGURE = re.compile(
    r"(?<![\w.,$])(?<![A-Za-z]-)(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)"
    r"(?P<unit>\s?%|\s?per ?cent(?:age points?)?\b|\s?points?\b|\s?pp\b)?(?![\w]|-[A-Za-z]|[.,]\d)"
)
_YEAR = re.compile(r"(?:19|20)\d{2}")
_RANGE_END = re.compile(
    r"(?:\s?(?:to|and|\u2013|-)\s?)(?P<digits>\d*\.?\d+)\s?(?:%|per ?cent|points?\b|pp\b)"
)
_BOUND = re.compile(
    r"(?:[<>\u2264\u2265]=?|\b(?:below|under|above|over|exceeds?|beyond|within|up to|at (?:least|most)|"
    r"(?:less|more|fewer|better|worse|higher|lower|no \w+) than|margin of|threshold of|limit of))\s*$",
    re.IGNORECASE,
)
_NEEDED = re.compile(
    r"(?:\s?(?:to|and|\u2013|-)\s?[\d.]+\s?%?)?\s(?:\w+\s){0,3}(?:needed|required|demanded)\b", re.IGNORECASE
)
_COUNT_UP_TO = 10
_WORDS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NAMED = {
    **{word: number for number, word in enumerate(_WORDS, 1)},
    **{word: 10 * number for number, word in enumerate(_TENS, 2)},
}
_OF = {"ten": 10, "hundred": 100, "thousand": 1000}
_SHARE = re.compile(
    rf"\b(?P<part>{'|'.join(_NAMED)})\s+(?:\w+\s+){{0,2}}?(?:in|out of|of)\s+"
    rf"(?:(?:a|one|every|each)\s+)?(?P<whole>{'|'.join(_OF)})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class ProseFigure:
    """A number in running text.

    Attributes:
        text: as written.
        value: its value; percents are not divided.
        half_unit: half a unit of its last digit.
        percent: whether it is a percentage, or a number of percentage points.
        bound: whether it is what something is compared with ("below 5%"), and no result itself.
    """

    text: str
    value: Fraction
    half_unit: Fraction
    percent: bool
    bound: bool = False

    @property
    def result(self) -> bool:
        """Whether it is written as a result is: with a decimal point or as a percentage, and no bound."""
        return (self.percent or "." in self.text) and not self.bound

    def borne_out_by(self, number: Fraction) -> bool:
        """Tell whether it is `number` to the digits written; a percentage also stands for a fraction.

        The sign is in the words ("fell by 6.28 points"), so it does not count.
        """
        size = abs(number)
        if abs(self.value - size) <= self.half_unit:
            return True
        return self.percent and abs(self.value - 100 * size) <= self.half_unit


def figures_in(text: str) -> list[ProseFigure]:
    """Return the figures of a text.

    Dates, years, names such as 774M or GPT-2 and small counts such as "3 raters" are none.

    >>> [figure.text for figure in figures_in("In 2019, 72% of raters believed the 1.5B model; 6.91 of 10.")]
    ['72%', '6.91']
    """
    found = []
    plain = _DATE.sub(" ", folded(text))
    for match in _FIGURE.finditer(plain):
        digits = match["digits"].replace(",", "")
        percent = match["unit"] is not None or bool(_RANGE_END.match(plain, match.end()))
        whole = "." not in digits
        if whole and not percent and (_YEAR.fullmatch(digits) or int(digits) <= _COUNT_UP_TO):
            continue
        decimals = 0 if whole else len(digits.split(".", 1)[1])
        half = Fraction(1, 2 * 10**decimals)
        bound = _BOUND.search(plain, max(0, match.start() - 24), match.start()) is not None
        bound = bound or _NEEDED.match(plain, match.end()) is not None
        found.append(ProseFigure(match.group().strip(), Fraction(digits), half, percent, bound))
    return found


def shares_in(text: str) -> list[ProseFigure]:
    """Return the shares that a text gives in words, as percentages.

    >>> [(figure.text, float(figure.value)) for figure in shares_in("Three attempts in a hundred succeed.")]
    [('Three attempts in a hundred', 3.0)]
    """
    return [
        ProseFigure(
            match.group(),
            Fraction(100 * _NAMED[match["part"].lower()], _OF[match["whole"].lower()]),
            Fraction(50, _OF[match["whole"].lower()]),
            percent=True,
        )
        for match in _SHARE.finditer(" ".join(folded(text).split()))
    ]


def numbers_of(results: Iterable[Mapping[str, Any]]) -> list[Fraction]:
    """Return every number in some statistics: values, ends, sizes; for shares also what they leave."""
    numbers = []
    for figure in results:
        for name in ("value", "low", "high", "n", "clusters", "level"):
            number = figure.get(name)
            if isinstance(number, (int, float)) and not isinstance(number, bool):
                numbers.append(Fraction(f"{float(number):.12g}"))
                if name == "value" and figure.get("unit") == "proportion":
                    numbers.append(1 - numbers[-1])
    return numbers


def not_borne_out(figures: Sequence[ProseFigure], numbers: Sequence[Fraction]) -> list[str]:
    """Return the figures that no number bears out, as written, without repetitions."""
    return list(
        dict.fromkeys(
            figure.text for figure in figures if not any(figure.borne_out_by(number) for number in numbers)
        )
    )


def not_quoted(figures: Sequence[ProseFigure], quote: str) -> list[ProseFigure]:
    """Return the figures that a quotation does not hold, neither as written nor as an equal number."""
    quoted = figures_in(quote) + _small_numbers(quote)
    return [
        figure
        for figure in figures
        if not any(
            figure.value == other.value
            or (figure.percent and not other.percent and figure.value == 100 * other.value)
            or (other.percent and not figure.percent and 100 * figure.value == other.value)
            for other in quoted
        )
    ]


def _small_numbers(text: str) -> list[ProseFigure]:
    """Return every number of a text, those too that are no figures when they stand alone."""
    return [
        ProseFigure(match.group(), Fraction(match.group().replace(",", "")), Fraction(0), percent=False)
        for match in re.finditer(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+", folded(text))
    ]
