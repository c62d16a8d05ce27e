"""How far raters agree beyond chance: Krippendorff's alpha and Cohen's kappa."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from release.stats.estimate import Estimate
from release.stats.exact import Exact, exact
from release.stats.interval import StatisticsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

Unit = Mapping[Hashable, int]
"""How often each value was given to one thing that was rated."""


def _pairable(units: Iterable[Unit]) -> list[Unit]:
    return [unit for unit in units if sum(unit.values()) >= 2]


@functools.lru_cache(maxsize=4096)
def _disagreement(counts: tuple[int, ...]) -> Fraction:
    size = sum(counts)
    return Fraction(size * size - sum(count * count for count in counts), size - 1)


def nominal_alpha(units: Iterable[Unit]) -> float | None:
    """Return alpha for values that are the same or not; None when all are the same or none paired.

    Units with one value say nothing about agreement and are left out.

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability. Oracle: krippendorff.alpha.
    """
    held = _pairable(units)
    totals: dict[Hashable, int] = {}
    for unit in held:
        for value, count in unit.items():
            totals[value] = totals.get(value, 0) + count
    n = sum(totals.values())
    expected = n * n - sum(count * count for count in totals.values())
    if expected == 0:
        return None
    # units with equal counts disagree alike: few fractions are added, however many units there are
    alike = Counter(tuple(sorted(unit.values())) for unit in held)
    observed = sum((times * _disagreement(counts) for counts, times in alike.items()), Fraction(0))
    return float(1 - (n - 1) * observed / expected)


def interval_alpha(units: Iterable[Sequence[Exact]]) -> float | None:
    """Return alpha for numbers, squared difference as distance; None when all are equal or nothing is paired.

    Source and oracle: as `nominal_alpha`, level of measurement interval.
    """
    held = [[exact(value) for value in unit] for unit in units if len(unit) >= 2]
    values = [value for unit in held for value in unit]
    expected = _spread(values)
    if expected == 0:
        return None
    observed = sum((_spread(unit) / (len(unit) - 1) for unit in held), Fraction(0))
    return float(1 - (len(values) - 1) * observed / expected)


def _spread(values: Sequence[Fraction]) -> Fraction:
    whole = sum(values, Fraction(0))
    return len(values) * sum((value * value for value in values), Fraction(0)) - whole * whole


def nominal_sums(items: Iterable[Iterable[Unit]], values: Sequence[Hashable]) -> list[tuple[float, ...]]:
    """Return what alpha adds up for each item: values paired, disagreement, count of each of `values`.

    An item may hold several units. Feed the rows to `bootstrap.percentile` with `nominal_alphas`.
    """
    rows = []
    for units in items:
        held = _pairable(units)
        counts = [sum(unit.get(value, 0) for unit in held) for value in values]
        apart = [_disagreement(tuple(sorted(unit.values()))) for unit in held]
        disagreement = apart[0] if len(apart) == 1 else sum(apart, Fraction(0))
        rows.append((float(sum(counts)), float(disagreement), *(float(count) for count in counts)))
    return rows


def nominal_alphas(totals: NDArray[Any]) -> NDArray[Any]:
    """Return alpha of each row of totals made from `nominal_sums`; NaN where it is not defined."""
    import numpy as np

    n = totals[:, 0]
    expected = n * n - (totals[:, 2:] ** 2).sum(axis=1)
    result = np.full(len(n), math.nan)
    defined = expected > 0
    result[defined] = 1 - (n[defined] - 1) * totals[defined, 1] / expected[defined]
    return result


def cohen_kappa(table: Sequence[Sequence[int]]) -> Estimate:
    """Return kappa of two raters from their square table of counts, normal.

    Source: Cohen 1960, Educ. Psychol. Meas. 20, 37-46; variance of Fleiss, Cohen & Everitt 1969.
    Oracle: statsmodels cohens_kappa.
    """
    size = len(table)
    if size < 2 or any(len(row) != size for row in table) or any(cell < 0 for row in table for cell in row):
        raise StatisticsError("kappa needs a square table of counts with two values or more")
    n = sum(map(sum, table))
    if n == 0:
        return Estimate(None, None, None, "delta", 0, reason="no rows")
    share = [[Fraction(cell, n) for cell in row] for row in table]
    rows = [sum(row, Fraction(0)) for row in share]
    columns = [sum((row[j] for row in share), Fraction(0)) for j in range(size)]
    seen = sum((share[i][i] for i in range(size)), Fraction(0))
    chance = sum((rows[i] * columns[i] for i in range(size)), Fraction(0))
    if chance == 1:
        return Estimate(None, None, None, "delta", n, reason="both raters gave one value only")
    kappa = (seen - chance) / (1 - chance)
    diagonal = sum(
        (share[i][i] * (1 - (rows[i] + columns[i]) * (1 - kappa)) ** 2 for i in range(size)), Fraction(0)
    )
    rest = sum(
        (share[i][j] * (columns[i] + rows[j]) ** 2 for i in range(size) for j in range(size) if i != j),
        Fraction(0),
    )
    variance = (diagonal + (1 - kappa) ** 2 * rest - (kappa - chance * (1 - kappa)) ** 2) / (
        n * (1 - chance) ** 2
    )
    if variance <= 0:
        return Estimate(float(kappa), None, None, "delta", n, reason="the table has no spread")
    return Estimate(float(kappa), math.sqrt(variance), None, "delta", n)
