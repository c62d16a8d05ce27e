"""The studies whose tables stand in the docs: made again, and compared with what is printed there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.studies import coverage_of_intervals, forecast_coverage

DOCS = Path(__file__).resolve().parents[2] / "docs" / "explanation"

EXACT = {"clopper-pearson", "clopper-pearson one-sided", "garwood", "garwood one-sided"}
SHORT = {
    ("wilson", "100 trials at 0.01"),
    ("t", "30 log-normal values"),
    ("delong", "40 of each, area 0.95"),
    ("bootstrap", "alpha, 20 items x 3 raters"),
    ("wilson, raters ignored", "20 raters x 20 judgements"),
}
"""Where the page says that the promise is not kept."""


@pytest.mark.slow
def test_intervals_hold_the_truth(golden: Callable[[Path, str], None]) -> None:
    found = coverage_of_intervals.study()
    for each in found:
        name = (each.setting.method, each.setting.rows)
        assert each.share > (0.75 if name in SHORT else 0.93), name
        if each.setting.method in EXACT:
            assert each.share > 0.94, name
    golden(DOCS / "interval-coverage.md", coverage_of_intervals.page(found))


@pytest.mark.slow
@pytest.mark.data
def test_forecasts_of_real_runs(golden: Callable[[Path, str], None]) -> None:
    found = forecast_coverage.study(Path(os.environ["STAGED_RELEASE_DATA"]))
    assert len(found) > 1000
    golden(DOCS / "forecast-coverage.md", forecast_coverage.page(found))
