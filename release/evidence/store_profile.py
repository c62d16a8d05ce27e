"""What a first look at typed rows tells: how many there are, whether any is bad, the scale of each number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from release.evidence.store_mapping import Layout
from release.evidence.terms import Profile

TRIED_DECIMALS = (0, 1, 2, 3, 4, 6)
LARGEST_INTEGER = 9e14


@dataclass(frozen=True, slots=True)
class Look:
    """The first look at the rows.

    Attributes:
        rows: rows that the filters keep.
        bad: whether any cell is refused.
        spaced: whether any blank cell is a text of spaces, or an empty one.
        profiles: per number role.
    """

    rows: int
    bad: bool
    spaced: bool
    profiles: dict[str, Profile]


def look_sql(layout: Layout, source: str) -> str:
    """Return the one query of the first look."""
    columns = ["COUNT(*)", "COALESCE(MAX(bad), 0)", "COALESCE(MAX(spaced), 0)"]
    for place in _numbers(layout):
        column = f"p{place}"
        columns += [f"MIN({column})", f"MAX({column})"]
        columns += [f"BOOL_AND({_fits(column, decimals)})" for decimals in TRIED_DECIMALS]
    return f"SELECT {', '.join(columns)} FROM {source}"


def _fits(column: str, decimals: int) -> str:
    """Return the condition that a number has no further decimals; NULL for a blank, as it fits any scale."""
    scaled = f"{column} * 1e{decimals}"
    whole = f"FLOOR({scaled} + 0.5) / 1e{decimals} = {column}"
    return (
        f"CASE WHEN {column} IS NULL THEN NULL WHEN ABS({scaled}) < {LARGEST_INTEGER!r} THEN {whole} "
        "ELSE FALSE END"
    )


def look(layout: Layout, answer: Sequence[Any]) -> Look:
    """Read the answer to `look_sql`; there are no profiles of rows that are refused anyway."""
    if answer[1]:
        return Look(int(answer[0]), bad=True, spaced=bool(answer[2]), profiles={})
    ranges: dict[str, list[tuple[float, float, int]]] = {}
    width = 2 + len(TRIED_DECIMALS)
    for number, place in enumerate(_numbers(layout)):
        low, high, *exact = answer[3 + number * width : 3 + (number + 1) * width]
        found = ranges.setdefault(layout.parts[place].role.name, [])
        if low is not None:
            tried = [d for d, fits in zip(TRIED_DECIMALS, exact, strict=True) if fits]
            found.append((float(low), float(high), tried[0] if tried else 400))
    profiles = {name: _profile(found) for name, found in ranges.items()}
    return Look(int(answer[0]), bad=False, spaced=bool(answer[2]), profiles=profiles)


def _numbers(layout: Layout) -> list[int]:
    return [place for place, part in enumerate(layout.parts) if part.role.cell == "number"]


def _profile(found: list[tuple[float, float, int]]) -> Profile:
    if not found:
        return Profile(0.0, 0.0, 0)
    low, high = min(entry[0] for entry in found), max(entry[1] for entry in found)
    needed, finest = max(entry[2] for entry in found), _finest(max(abs(low), abs(high)))
    return Profile(low, high, min(needed, finest), exact=needed <= finest)


def _finest(largest: float) -> int:
    """Return the finest decimal scale at which `largest` stays a whole number that a double holds exactly."""
    if largest == 0:
        return 0
    decimals = min(14 - math.floor(math.log10(largest)), 300)
    return decimals if decimals < 0 or largest * 10.0**decimals < LARGEST_INTEGER else decimals - 1
