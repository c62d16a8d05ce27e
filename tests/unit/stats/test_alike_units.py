"""Agreement of many units costs what their different forms cost, and says the same."""

from __future__ import annotations

import pytest

from release.stats.agreement import nominal_alpha, nominal_alphas, nominal_sums
from release.stats.bootstrap import percentile

UNITS = [{"a": 2, "b": 1}, {"b": 2, "a": 1}, {"a": 3}, {"a": 1, "b": 1, (): 1}] * 50
VALUES = ["a", "b", ()]


def test_order_does_not_matter() -> None:
    assert nominal_alpha(UNITS) == nominal_alpha(sorted(UNITS, key=str))


def test_sums_of_items_add_up() -> None:
    apart = nominal_sums([[unit] for unit in UNITS], VALUES)
    together = nominal_sums([UNITS], VALUES)
    assert [sum(column) for column in zip(*apart, strict=True)] == pytest.approx(together[0])


def test_draws_do_not_depend_on_the_order_of_items() -> None:
    sums = nominal_sums([[unit] for unit in UNITS], VALUES)
    assert percentile(sums, nominal_alphas, seed=1) == percentile(sums[::-1], nominal_alphas, seed=1)
