"""Declared figures against computed ones: a number in a plan is a claim until the rows confirm it.

A declared figure is contradicted when it is further from the computed one than its tolerance and than half a
unit of its own last digit: 0.69 stands for anything from 0.685 to 0.695, and 0.690 for a tenth of that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from release.base.record import Record

Agreement = Literal["match", "mismatch", "not-declared", "not-computed"]

_WORST_FIRST: tuple[Agreement, ...] = ("mismatch", "not-computed", "match", "not-declared")


class Compared(Record):
    """One declared figure beside the computed one.

    Attributes:
        result: name of the result.
        by: the slice declared, without hidden keys.
        declared: the declared value.
        computed: the computed value; None where there is none.
        agreement: what the comparison says.
    """

    result: str
    by: Mapping[str, str]
    declared: float | int
    computed: float | int | None
    agreement: Agreement

    @property
    def name(self) -> str:
        """The figure's name for people, such as `accuracy {stage: xl}`."""
        inside = ", ".join(f"{key}: {value}" for key, value in sorted(self.by.items()))
        return f"{self.result} {{{inside}}}" if inside else self.result


def compare(
    declared: Sequence[Mapping[str, Any]],
    results: Mapping[str, Mapping[str, Any]],
    slices: Sequence[Mapping[str, Any]],
    *,
    tolerance: float | None = None,
) -> list[Compared]:
    """Compare every declared value with the computed figure of its result and slice.

    Args:
        declared: the plan's entries {result, by, value, "$raw": {"value": digits}, …}; those without a value
            say nothing that could be compared.
        results: computed figures over all rows.
        slices: computed slices {by, results}.
        tolerance: the item's own tolerance.
    """
    return [
        _compared(entry, results, slices, tolerance)
        for entry in declared
        if isinstance(entry.get("value"), (int, float)) and not isinstance(entry["value"], bool)
    ]


def _compared(
    entry: Mapping[str, Any],
    results: Mapping[str, Mapping[str, Any]],
    slices: Sequence[Mapping[str, Any]],
    tolerance: float | None,
) -> Compared:
    by = plain_by(entry.get("by", {}))
    figure = figure_at(entry["result"], by, results, slices)
    value = figure.get("value") if figure is not None else None
    if value is None:
        return Compared(entry["result"], by, entry["value"], None, "not-computed")
    digits = entry.get("$raw", {}).get("value", repr(entry["value"]))
    agrees = within(digits, value, tolerance)
    return Compared(entry["result"], by, entry["value"], value, "match" if agrees else "mismatch")


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
    written = Decimal(digits)
    exponent = written.as_tuple().exponent
    half_unit = Fraction(10) ** exponent / 2 if isinstance(exponent, int) else Fraction(0)
    allowed = max(half_unit, Fraction(repr(float(tolerance))) if tolerance is not None else Fraction(0))
    return abs(Fraction(written) - Fraction(f"{float(computed):.12g}")) <= allowed


def worst(compared: Sequence[Compared]) -> Agreement:
    """Return the worst of all figures; `not-declared` when there are none."""
    found = {each.agreement for each in compared} or {"not-declared"}
    return next(word for word in _WORST_FIRST if word in found)


def mismatches(compared: Sequence[Compared]) -> list[str]:
    """Return what the rows contradict, one text per figure."""
    return [
        f"{each.name}: declared {each.declared:g}, computed {each.computed:.6g}"
        for each in compared
        if each.agreement == "mismatch" and each.computed is not None
    ]
