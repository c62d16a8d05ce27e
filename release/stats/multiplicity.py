"""p-values adjusted for their number: judged one by one, a family of tests finds something by chance."""

from __future__ import annotations

from collections.abc import Sequence

from release.stats.interval import StatisticsError


def _check(p_values: Sequence[float]) -> None:
    for p in p_values:
        if not 0 <= p <= 1:
            raise StatisticsError(f"{p} is not a p-value")


def bonferroni(p_values: Sequence[float]) -> list[float]:
    """Return p x number of tests, at most 1. Oracle: statsmodels multipletests(method="bonferroni")."""
    _check(p_values)
    return [min(1.0, p * len(p_values)) for p in p_values]


def holm(p_values: Sequence[float]) -> list[float]:
    """Return the step-down adjustment that bounds the chance of any false finding, in the order given.

    Source: Holm 1979, Scand. J. Stat. 6, 65-70. Oracle: statsmodels multipletests(method="holm").
    """
    _check(p_values)
    size = len(p_values)
    adjusted = [0.0] * size
    so_far = 0.0
    for rank, index in enumerate(sorted(range(size), key=lambda i: p_values[i])):
        so_far = max(so_far, min(1.0, (size - rank) * p_values[index]))
        adjusted[index] = so_far
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Return the step-up adjustment that bounds the expected share of false findings, in the order given.

    Source: Benjamini & Hochberg 1995, J. R. Stat. Soc. B 57, 289-300. Oracle: multipletests(method="fdr_bh").
    """
    _check(p_values)
    size = len(p_values)
    adjusted = [0.0] * size
    so_far = 1.0
    for rank, index in reversed(list(enumerate(sorted(range(size), key=lambda i: p_values[i]), 1))):
        so_far = min(so_far, size * p_values[index] / rank)
        adjusted[index] = so_far
    return adjusted
