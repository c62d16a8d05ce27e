"""Declared figures against computed ones: a number in a plan is a claim until the rows confirm it.

A declared figure is contradicted when it is further from the computed one than its tolerance and than half a
unit of its own last digit: 0.69 stands for anything from 0.685 to 0.695, and 0.690 for a tenth of that. The
ends of a declared interval are held to the same, unless it is of another level; a declared n is exact.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from release.base.record import Record
from release.evidence.seals import slice_text
from release.evidence.usage import half_unit, is_number

Agreement = Literal["match", "mismatch", "not-declared", "not-computed"]

_WORST_FIRST: tuple[Agreement, ...] = ("mismatch", "not-computed", "match", "not-declared")


Part = Literal["value", "low", "high", "n"]

PARTS: tuple[Part, ...] = ("value", "low", "high", "n")

_OF: dict[Part, str] = {"value": "", "low": "lower end of ", "high": "upper end of ", "n": "n of "}


class Compared(Record):
    """One declared number beside the computed one.

    Attributes:
        result: name of the result.
        by: the slice declared, without hidden keys.
        declared: the declared number.
        computed: the computed one; None where there is none.
        agreement: what the comparison says.
        part: which number of the figure it is.
        at: pointer of the declared figure, where it has one.
    """

    result: str
    by: Mapping[str, str]
    declared: float | int
    computed: float | int | None
    agreement: Agreement
    part: Part = "value"
    at: str = ""

    @property
    def name(self) -> str:
        """The number's name for people, such as `accuracy {stage: xl}` or `lower end of accuracy`."""
        inside = slice_text(self.by)
        return _OF[self.part] + (f"{self.result} {{{inside}}}" if inside else self.result)

    @property
    def digits(self) -> tuple[str, str]:
        """The declared and the computed number for people, with as many digits as tell them apart."""
        for digits in range(6, 13):
            declared, computed = f"{self.declared:.{digits}g}", f"{self.computed or 0:.{digits}g}"
            if declared != computed:
                break
        return declared, computed


def compare(
    declared: Sequence[Mapping[str, Any]],
    results: Mapping[str, Mapping[str, Any]],
    slices: Sequence[Mapping[str, Any]],
    *,
    tolerance: float | None = None,
) -> list[Compared]:
    """Compare every declared value, and what is declared beside it, with the computed figure of its slice.

    Args:
        declared: the plan's entries {result, by, value, "$raw": {"value": digits}, …}; those without a value
            say nothing that could be compared.
        results: computed figures over all rows.
        slices: computed slices {by, results}.
        tolerance: the item's own tolerance.
    """
    return [
        each
        for entry in declared
        if is_number(entry.get("value"))
        for each in _compared(entry, results, slices, tolerance)
    ]


def _compared(
    entry: Mapping[str, Any],
    results: Mapping[str, Mapping[str, Any]],
    slices: Sequence[Mapping[str, Any]],
    tolerance: float | None,
) -> Iterator[Compared]:
    by = plain_by(entry.get("by", {}))
    figure = figure_at(entry["result"], by, results, slices) or {}
    level = entry.get("level", figure.get("level"))
    for part in PARTS:
        if not is_number(entry.get(part)):
            continue
        if part in {"low", "high"} and level != figure.get("level"):
            continue
        number = figure.get(part)
        agreement: Agreement = "not-computed"
        if number is not None:
            digits = entry.get("$raw", {}).get(part, repr(entry[part]))
            agrees = number == entry[part] if part == "n" else within(digits, number, tolerance)
            agreement = "match" if agrees else "mismatch"
        yield Compared(entry["result"], by, entry[part], number, agreement, part, entry.get("$at", ""))


def plain_by(by: Mapping[str, Any]) -> dict[str, str]:
    """Return a slice's keys and values as text, without hidden keys."""
    return {name: str(value) for name, value in by.items() if not name.startswith("$")}


def figure_at(
    result: str,
    by: Mapping[str, str],
    results: Mapping[str, Mapping[str, Any]],
    slices: Sequence[Mapping[str, Any]],
) -> Mapping[str, Any] | None:
    """Return the figure of a result at a slice: of the slices that hold `by`, that with the fewest keys."""
    if not by:
        return results.get(result)
    fitting = []
    for place, piece in enumerate(slices):
        own = plain_by(piece["by"])
        if result in piece["results"] and by.items() <= own.items():
            fitting.append((len(own), place))
    if not fitting:
        return None
    found: Mapping[str, Any] = slices[min(fitting)[1]]["results"][result]
    return found


def within(digits: str, computed: float, tolerance: float | None = None) -> bool:
    """Tell whether a computed figure confirms a declared one, given as written.

    >>> within("0.69", 0.6949), within("0.690", 0.6949)
    (True, False)
    """
    from decimal import Decimal
    from fractions import Fraction

    slack = Fraction(repr(float(tolerance))) if tolerance is not None else Fraction(0)
    allowed = max(half_unit(digits), slack)
    return abs(Fraction(Decimal(digits)) - Fraction(f"{float(computed):.12g}")) <= allowed


def worst(compared: Sequence[Compared]) -> Agreement:
    """Return the worst of all figures; `not-declared` when there are none."""
    found = {each.agreement for each in compared} or {"not-declared"}
    return next(word for word in _WORST_FIRST if word in found)


def mismatches(compared: Sequence[Compared]) -> list[str]:
    """Return what the rows contradict, one text per figure."""
    return [
        f"{each.name}: declared {each.digits[0]}, computed {each.digits[1]}"
        for each in compared
        if each.agreement == "mismatch" and each.computed is not None
    ]
