"""A forecast with both of its intervals, and beside it what was measured when the model was there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from release.audience.items_evidence import Evidence, Figure
from release.reports.charts.dots import count_text, interval_text
from release.reports.charts.drawing import Chart, Mark, cells, line, point, ticks, width_of, words
from release.reports.charts.labels import Box, Wanted, place
from release.reports.numbers import common_decimals, number, percent, value_of
from release.reports.parts import Parts, Table
from release.reports.safe import anchor
from release.reports.words import Words

_WIDTH = 720
_LEFT, _RIGHT, _TOP, _ROW, _FLOOR = 24.0, 24.0, 10.0, 86.0, 34.0


@dataclass(frozen=True, slots=True)
class _Forecast:
    """One metric's forecast, from the results of the kind `forecast`."""

    metric: str
    predicted: Figure
    wide: Figure | None
    actual: Figure | None
    reach: float | int | None

    @property
    def values(self) -> list[float]:
        """Every number that is drawn."""
        figures = [each for each in (self.predicted, self.wide, self.actual) if each is not None]
        found = [value for each in figures for value in (each.value, each.low, each.high)]
        return [float(value) for value in found if value is not None]


def forecast(evidence: Evidence, words_: Words) -> Chart | None:
    """Draw the forecasts of an item, each in a row; None where it holds none that was computed."""
    if evidence.kind != "forecast":
        return None
    rows = _forecasts(evidence.figures)
    if not rows:
        return None
    scale = _scale(rows)
    height = _TOP + _ROW * len(rows) + _FLOOR
    marks = _axis(scale, height)
    for index, each in enumerate(rows):
        marks += _row(each, _TOP + _ROW * index, scale, words_)
    measured = any(each.actual is not None for each in rows)
    title = words_("charts.forecast.title" if measured else "charts.forecast.title_open")
    head = ("of", "reach", "predicted", "interval", "wide", "n", "actual")
    return Chart(
        name=anchor("chart", evidence.id),
        title=title,
        desc=" ".join(_told(each, words_) for each in rows),
        width=_WIDTH,
        height=round(height),
        marks=tuple(marks),
        table=Table(
            title,
            tuple(words_(f"charts.forecast.{name}") for name in head),
            tuple(_cells(each, words_) for each in rows),
        ),
        legend=_legend(rows, words_),
    )


def _forecasts(figures: Sequence[Figure]) -> list[_Forecast]:
    found = []
    for predicted in (each for each in figures if each.result == "prediction" and each.value is not None):
        own = {each.result: each for each in figures if each.by == predicted.by and each.value is not None}
        error, reach = own.get("error"), own.get("extrapolation")
        actual = None
        if error is not None and error.value is not None and predicted.value is not None:
            value = predicted.value + error.value  # the error is the actual less the predicted
            actual = replace(error, result="actual", value=value, low=None, high=None)
        metric = ", ".join(value for _, value in predicted.by)
        reached = None if reach is None else reach.value
        found.append(_Forecast(metric, predicted, own.get("prediction_wide"), actual, reached))
    return found


def _scale(rows: Sequence[_Forecast]) -> tuple[float, ...]:
    values = [value for each in rows for value in each.values]
    return ticks(min(values), max(values), most=8)


def _x(value: float, scale: Sequence[float]) -> float:
    return _LEFT + (value - scale[0]) / (scale[-1] - scale[0]) * (_WIDTH - _LEFT - _RIGHT)


def _axis(scale: Sequence[float], height: float) -> list[Mark]:
    floor = height - _FLOOR
    marks = [line((_LEFT, floor), (_WIDTH - _RIGHT, floor), "edge")]
    every = 1 if max(width_of(number(tick)) for tick in scale) < (_WIDTH - _LEFT - _RIGHT) / len(scale) else 2
    for index, tick in enumerate(scale):
        x = _x(tick, scale)
        marks.append(line((x, _TOP), (x, floor), "line"))
        if index % every == 0:
            marks.append(words(x, floor + 18, number(float(tick)), "muted", size="11", anchor="middle"))
    return marks


def _row(each: _Forecast, top: float, scale: Sequence[float], words_: Words) -> list[Mark]:
    """Draw one forecast: the wide interval thin, the nominal one thick, the actual below them."""
    bar, below = top + 46.0, top + 68.0
    title = _heading(each, words_)
    marks = [words(_LEFT, top + 14, title, "ink", font_weight="600", halo="yes")]
    taken = [Box(_LEFT, top, _LEFT + width_of(title) * 1.1, top + 18)]
    for figure, width, cap in ((each.wide, "2", 5.0), (each.predicted, "6", 0.0)):
        if figure is not None and (figure.low is not None or figure.high is not None):
            low = _x(scale[0] if figure.low is None else figure.low, scale)
            high = _x(scale[-1] if figure.high is None else figure.high, scale)
            marks.append(line((low, bar), (high, bar), "accent", stroke_width=width))
            taken.append(Box(low, bar - 4, high, bar + 4))
            if cap:
                marks += [
                    line((x, bar - cap), (x, bar + cap), "accent", stroke_width="2") for x in (low, high)
                ]
    decimals = common_decimals([each.predicted])
    wanted = []
    for figure, y, key in ((each.predicted, bar, "predicted"), (each.actual, below, "actual")):
        if figure is None or figure.value is None:
            continue
        x = _x(figure.value, scale)
        marks.append(_mark(key, x, y, 6))
        taken.append(Box(x - 7, y - 7, x + 7, y + 7))
        what, value = words_(f"charts.forecast.{key}"), value_of(figure, decimals)
        text = words_("charts.forecast.labelled", what=what, value=value)
        wanted.append(Wanted(text, x, y, y - 8, y + 8, beside=key == "actual"))
    ground = Box(2, top, _WIDTH - 2, top + _ROW)
    for label, found in zip(wanted, place(wanted, taken, ground), strict=True):
        if found is not None:
            marks.append(
                words(found.x, found.base, label.text, "ink", size="11", anchor="middle", halo="yes")
            )
    return marks


def _mark(key: str, x: float, y: float, size: float) -> Mark:
    if key == "actual":
        return point("diamond", x, y, size, fill="ink", stroke="ink")
    return point("circle", x, y, size, fill="paper", stroke="accent", stroke_width="2")


def _heading(each: _Forecast, words_: Words) -> str:
    metric = each.metric or words_("charts.forecast.whole")
    if each.reach is None:
        return metric
    runs = count_text(each.predicted, words_)
    return words_("charts.forecast.heading", metric=metric, reach=number(each.reach), runs=runs)


def _told(each: _Forecast, words_: Words) -> str:
    """Return a forecast in words, for those who do not see the drawing."""
    decimals = common_decimals([each.predicted])
    known = "unknown" if each.actual is None else _standing(each)
    return words_(
        f"charts.forecast.desc_{known}",
        metric=_heading(each, words_),
        predicted=value_of(each.predicted, decimals),
        interval=interval_text(each.predicted, words_, decimals),
        actual="" if each.actual is None else value_of(each.actual, decimals),
    )


def _standing(each: _Forecast) -> str:
    actual = each.actual.value if each.actual is not None else None
    low, high = each.predicted.low, each.predicted.high
    if actual is None or low is None or high is None:
        return "known"
    return "inside" if low <= actual <= high else "outside"


def _cells(each: _Forecast, words_: Words) -> tuple[Parts, ...]:
    decimals = common_decimals([each.predicted])
    missing = words_("charts.forecast.missing")
    return cells(
        each.metric or words_("charts.forecast.whole"),
        missing if each.reach is None else words_("charts.forecast.times", reach=number(each.reach)),
        value_of(each.predicted, decimals),
        interval_text(each.predicted, words_, decimals),
        missing if each.wide is None else interval_text(each.wide, words_, decimals),
        count_text(each.predicted, words_),
        words_("charts.forecast.no_actual") if each.actual is None else value_of(each.actual, decimals),
    )


def _legend(rows: Sequence[_Forecast], words_: Words) -> tuple[tuple[Mark, str], ...]:
    level = next((each.predicted.level for each in rows if each.predicted.level is not None), None)
    legend = [
        (
            line((1, 8), (15, 8), "accent", stroke_width="6"),
            words_("charts.forecast.bar", level=percent(level)),
        )
    ]
    if any(each.wide is not None for each in rows):
        legend.append((line((1, 8), (15, 8), "accent", stroke_width="2"), words_("charts.forecast.wide")))
    if any(each.actual is not None for each in rows):
        legend.append((_mark("actual", 8, 8, 5), words_("charts.forecast.actual")))
    return tuple(legend)
