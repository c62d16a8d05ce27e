"""Pearson's and Spearman's correlation with Fisher's interval."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction

from release.stats.distributions import two_sided_quantile
from release.stats.exact import Exact, common_scale, square_root
from release.stats.interval import Statistic


def pearson(pairs: Iterable[tuple[Exact, Exact]], *, level: float = 0.95) -> Statistic:
    """Return the product-moment correlation, its interval from atanh(r) ± z / sqrt(n - 3).

    Source: Fisher 1921, Metron 1, 3-32. Oracle: scipy.stats.pearsonr(...).confidence_interval().
    """
    held = list(pairs)
    return _correlation([one for one, _ in held], [two for _, two in held], level, "fisher")


def spearman(pairs: Iterable[tuple[Exact, Exact]], *, level: float = 0.95) -> Statistic:
    """Return the correlation of ranks, ties sharing their mean rank, with Fisher's interval.

    Source: Spearman 1904, Am. J. Psychol. 15, 72-101. Oracle: scipy.stats.spearmanr.
    """
    held = list(pairs)
    ranks_1, ranks_2 = ranks([one for one, _ in held]), ranks([two for _, two in held])
    return _correlation(ranks_1, ranks_2, level, "fisher on ranks")


def ranks(values: Sequence[Exact]) -> list[Fraction]:
    """Return the rank of each value from 1, tied values sharing the mean of their ranks."""
    integers, _ = common_scale(values)
    order = sorted(range(len(integers)), key=lambda index: integers[index])
    result = [Fraction(0)] * len(integers)
    start = 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and integers[order[end + 1]] == integers[order[start]]:
            end += 1
        for index in order[start : end + 1]:
            result[index] = Fraction(start + end + 2, 2)
        start = end + 1
    return result


def _correlation(xs: Sequence[Exact], ys: Sequence[Exact], level: float, method: str) -> Statistic:
    n = len(xs)
    if n < 2:
        return Statistic.refused("a correlation needs two pairs", method=method, n=n)
    first, _ = common_scale(xs)
    second, _ = common_scale(ys)
    spread_1 = n * sum(x * x for x in first) - sum(first) ** 2
    spread_2 = n * sum(y * y for y in second) - sum(second) ** 2
    if spread_1 == 0 or spread_2 == 0:
        return Statistic.refused("one of the two never varies", method=method, n=n)
    together = n * sum(x * y for x, y in zip(first, second, strict=True)) - sum(first) * sum(second)
    squared = Fraction(together**2, spread_1 * spread_2)
    r = math.copysign(square_root(squared), together)
    if n < 4:
        return Statistic(r, level=level, method=method, n=n, reason="an interval needs four pairs")
    if squared == 1:
        reason = "the correlation is perfect, so nothing tells how far it could be off"
        return Statistic(r, level=level, method=method, n=n, reason=reason)
    half = two_sided_quantile(level) / math.sqrt(n - 3)
    centre = math.atanh(r)
    return Statistic(r, math.tanh(centre - half), math.tanh(centre + half), level, method, n)
