"""Forecasts from later starts hold that of all runs, and see a bend that scatter does not show."""

from __future__ import annotations

import math

import pytest

from release.stats.later_starts import over_later_starts
from release.stats.powerlaw import LOSS_PARAMETERS, PASS_RATE_PARAMETERS, Run, fit_loss, fit_pass_rate

NOISE = (0.001, -0.002, 0.0015, -0.0005, 0.001, -0.001, 0.0005, -0.0005)


def losses(n: int) -> list[Run]:
    return [Run(10.0**k, 3 * 10 ** (-0.1 * k) + 1 + NOISE[k]) for k in range(n)]


def test_they_hold_the_interval_of_all_runs() -> None:
    runs = losses(8)
    fit = fit_loss(runs)
    assert not isinstance(fit, str)
    own = fit.predict(1e9, 0.95).interval
    found = over_later_starts(runs, fit_loss, LOSS_PARAMETERS, 1e9, 0.95)
    assert found is not None
    assert found.starts == 4
    assert own.low is not None
    assert own.high is not None
    assert found.low <= own.low < own.high <= found.high


def test_with_no_run_to_spare_they_are_the_interval_of_all_runs() -> None:
    runs = losses(5)
    fit = fit_loss(runs)
    assert not isinstance(fit, str)
    own = fit.predict(1e6, 0.95).interval
    found = over_later_starts(runs, fit_loss, LOSS_PARAMETERS, 1e6, 0.95)
    assert found is not None
    assert (found.low, found.high, found.starts) == (own.low, own.high, 1)


def test_the_order_of_the_runs_does_not_matter() -> None:
    runs = losses(8)
    one = over_later_starts(runs, fit_loss, LOSS_PARAMETERS, 1e9, 0.95)
    assert one == over_later_starts(runs[::-1], fit_loss, LOSS_PARAMETERS, 1e9, 0.95)


def test_a_smooth_bend_is_seen_though_nothing_scatters() -> None:
    runs = [Run(10.0**k, math.exp(-math.exp(0.5 - 0.2 * k - 0.02 * k * k))) for k in range(7)]
    actual = math.exp(-math.exp(0.5 - 0.2 * 8 - 0.02 * 64))
    fit = fit_pass_rate(runs)
    assert not isinstance(fit, str)
    own = fit.predict(1e8, 0.95).interval
    assert own.high is not None
    assert actual > own.high
    found = over_later_starts(runs, fit_pass_rate, PASS_RATE_PARAMETERS, 1e8, 0.95)
    assert found is not None
    assert found.high - own.high > (actual - own.high) / 2


def test_runs_of_one_size_are_left_out_together() -> None:
    runs = losses(7)
    double = [*runs, *(Run(run.compute, run.value + 0.001) for run in runs)]
    found = over_later_starts(double, fit_loss, LOSS_PARAMETERS, 1e9, 0.95)
    assert found is not None
    assert found.starts == 5


def test_of_very_many_sizes_some_are_tried() -> None:
    runs = [Run(1.0 + k, 3 / (1.0 + k) + 1 + NOISE[k % 8]) for k in range(130)]
    found = over_later_starts(runs, fit_loss, LOSS_PARAMETERS, 1e3, 0.95)
    assert found is not None
    assert found.starts <= 44


def test_there_is_nothing_to_say_where_no_fit_has_an_interval() -> None:
    exact = [Run(10.0**k, 3 * 10 ** (-0.1 * k) + 1) for k in range(4)]
    assert over_later_starts(exact[:3], fit_loss, LOSS_PARAMETERS, 1e5, 0.95) is None
    with pytest.raises(ValueError, match="positive"):
        over_later_starts(losses(8), fit_loss, LOSS_PARAMETERS, -1.0, 0.95)
