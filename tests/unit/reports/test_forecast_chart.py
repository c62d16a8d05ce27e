"""A forecast is drawn with its intervals, and with what was measured where that is known."""

from __future__ import annotations

from dataclasses import MISSING, fields

import pytest

from release.audience.items_evidence import Evidence, Figure
from release.reports.charts.drawing import Chart
from release.reports.charts.forecast import forecast
from release.reports.words import read_words

EN = read_words("en")
METRIC = (("metric", "loss"),)


def item(*figures: Figure, kind: str = "forecast") -> Evidence:
    nothing = dict.fromkeys((each.name for each in fields(Evidence) if each.default is MISSING), "")
    return Evidence(**{**nothing, "id": "f", "kind": kind, "figures": figures})  # type: ignore[arg-type]


def predicted(
    by: tuple[tuple[str, str], ...] = (), low: float | None = 2.0, high: float | None = 4.0
) -> Figure:
    return Figure(result="prediction", by=by, value=3.0, low=low, high=high, level=0.95, n=8)


def figure(result: str, value: float, by: tuple[tuple[str, str], ...] = ()) -> Figure:
    return Figure(result=result, by=by, value=value)


def drawn(*figures: Figure) -> Chart:
    chart = forecast(item(*figures), EN)
    assert chart is not None
    return chart


def of_shape(chart: Chart, tag: str) -> list[dict[str, str]]:
    return [dict(mark.attributes) for mark in chart.marks if mark.tag == tag]


@pytest.mark.parametrize(
    ("error", "words", "value"),
    [(0.5, "inside the interval", "3.5"), (-1.5, "outside the interval", "1.5")],
)
def test_what_was_measured_stands_beside_the_forecast(error: float, words: str, value: str) -> None:
    chart = drawn(predicted(), figure("error", error))
    assert words in chart.desc
    assert f"measured {value}" in " ".join(mark.text for mark in chart.marks)
    (circle,) = of_shape(chart, "circle")
    (diamond,) = of_shape(chart, "polygon")
    actual = sum(float(pair.split(",")[0]) for pair in diamond["points"].split()) / 4
    assert (actual > float(circle["cx"])) is (error > 0)


def test_a_forecast_that_was_not_measured_says_so() -> None:
    chart = drawn(predicted(), figure("extrapolation", 4.0))
    assert chart.title == "Forecast, not measured yet"
    assert "not measured yet" in chart.desc
    assert not of_shape(chart, "polygon")
    assert any("4 times the largest" in mark.text for mark in chart.marks)


def test_each_metric_has_a_row_with_its_own_actual() -> None:
    other = (("metric", "other"),)
    chart = drawn(predicted(METRIC), figure("error", 0.2, METRIC), predicted(other))
    assert len(of_shape(chart, "circle")) == 2
    assert len(of_shape(chart, "polygon")) == 1
    assert len(chart.table.rows) == 2


def test_an_open_end_reaches_the_edge_and_no_interval_is_no_bar() -> None:
    bars = [mark for mark in of_shape(drawn(predicted(high=None)), "line") if mark["stroke-width"] == "6"]
    assert len(bars) == 1
    assert not [
        mark
        for mark in of_shape(drawn(predicted(low=None, high=None)), "line")
        if mark["stroke-width"] == "6"
    ]


def test_other_kinds_and_refused_forecasts_have_no_such_chart() -> None:
    assert forecast(item(predicted(), kind="benchmark"), EN) is None
    assert forecast(item(Figure(result="prediction", reason="too few runs")), EN) is None
