"""One result stage by stage: points with their intervals, a series for each further slice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from release.audience.items_evidence import Evidence, Figure
from release.audience.view import AudienceView
from release.reports.charts.drawing import (
    COLOURS,
    DASHES,
    SHAPES,
    Chart,
    Mark,
    cells,
    line,
    point,
    shortened,
    ticks,
    words,
)
from release.reports.numbers import bounds_of, common_decimals, number, value_of
from release.reports.parts import Part, Parts, Table
from release.reports.safe import anchor
from release.reports.words import Words

_WIDTH, _HEIGHT = 720, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 20.0, 14.0, 34.0
_LABELLED = 3
_PREFERRED = ("mean", "rate", "accuracy", "success_rate", "win_rate", "prediction")
_EXTRA = ("sampling", "detector", "trained_on", "group", "category", "benchmark", "length")


@dataclass(frozen=True, slots=True)
class _Plot:
    """What is drawn: `series` maps a label to figures by stage."""

    result: str
    extra: str
    stages: tuple[str, ...]
    series: Mapping[str, Mapping[str, Figure]]

    @property
    def figures(self) -> list[Figure]:
        """Every figure that is drawn."""
        return [figure for each in self.series.values() for figure in each.values()]

    @property
    def decimals(self) -> int | None:
        """The decimals that all of them share."""
        return common_decimals(self.figures)


def by_stage(evidence: Evidence, view: AudienceView, words_: Words) -> Chart | None:
    """Draw the result of an item that is known for at least two stages; None when none is."""
    plot = _plot(evidence, view)
    if plot is None:
        return None
    scale = _scale(plot)
    marks = _axes(plot, scale, view)
    for index, (name, each) in enumerate(list(plot.series.items())[: len(SHAPES)]):
        del name
        marks += _series(index, each, plot, scale)
    title = words_("charts.dots.title", result=words_.term("result", plot.result))
    return Chart(
        name=anchor("chart", evidence.id),
        title=title,
        desc=_desc(plot, words_),
        width=_WIDTH,
        height=_HEIGHT,
        marks=tuple(marks),
        table=Table(title, _head(plot, words_), _rows(plot, view, words_)),
        legend=_legend(plot, words_),
    )


def _scale(plot: _Plot) -> tuple[float, ...]:
    """Return the ticks of an axis that holds every value and bound, with room above for a label."""
    reach = [
        value for each in plot.figures for value in (each.value, each.low, each.high) if value is not None
    ]
    low, high = min(reach), max(reach)
    scale = ticks(low, high)
    if (scale[-1] - high) < 0.09 * (scale[-1] - scale[0]):
        scale = (*scale, round(2 * scale[-1] - scale[-2], 12))
    return scale


def _plot(evidence: Evidence, view: AudienceView) -> _Plot | None:
    figures = [each for each in (evidence.figures or evidence.declared) if each.value is not None]
    best: _Plot | None = None
    for result in sorted({each.result for each in figures}, key=lambda name: (_rank(_PREFERRED, name), name)):
        own = [each for each in figures if each.result == result]
        for extra in (
            "",
            *sorted({name for each in own for name, _ in each.by}, key=lambda x: (_rank(_EXTRA, x), x)),
        ):
            if extra in {"stage", "variant"}:
                continue
            plot = _with(result, extra, own, view)
            if plot is not None and (best is None or len(plot.series) > len(best.series)):
                best = plot
        if best is not None:
            return best
    return None


def _rank(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)


def _with(result: str, extra: str, figures: Sequence[Figure], view: AudienceView) -> _Plot | None:
    series: dict[str, dict[str, Figure]] = defaultdict(dict)
    for figure in figures:
        by = dict(figure.by)
        stage = by.pop("stage", "") or _stage_of(by.pop("variant", ""), view)
        if stage and set(by) == ({extra} if extra else set()):
            series[by.get(extra, "")].setdefault(stage, figure)
    present = {stage for each in series.values() for stage in each}
    stages = tuple(stage.id for stage in view.stages if stage.id in present)
    if len(stages) < 2:
        return None
    return _Plot(result, extra, stages, {name: series[name] for name in sorted(series)})


def _stage_of(variant: str, view: AudienceView) -> str:
    """Return the first stage that released a variant."""
    for stage in view.content.stages:
        if variant and variant in {each.id for each in stage.variants}:
            return stage.id
    return ""


def _x(plot: _Plot, stage: str, index: int = 0) -> float:
    step = (_WIDTH - _LEFT - _RIGHT) / len(plot.stages)
    shown = min(len(plot.series), len(SHAPES))
    dodge = (index - (shown - 1) / 2) * min(14.0, step / (shown + 1))
    return _LEFT + step * (plot.stages.index(stage) + 0.5) + dodge


def _y(value: float, scale: Sequence[float]) -> float:
    share = (value - scale[0]) / (scale[-1] - scale[0])
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _axes(plot: _Plot, scale: Sequence[float], view: AudienceView) -> list[Mark]:
    step = (_WIDTH - _LEFT - _RIGHT) / len(plot.stages)
    marks: list[Mark] = []
    for tick in scale:
        y = _y(tick, scale)
        marks.append(line((_LEFT, y), (_WIDTH - _RIGHT, y), "line"))
        marks.append(words(_LEFT - 8, y + 4, number(float(tick)), "muted", size="11", anchor="end"))
    floor = _HEIGHT - _BOTTOM
    marks.append(line((_LEFT, floor), (_WIDTH - _RIGHT, floor), "edge"))
    titles = {stage.id: stage.title for stage in view.stages}
    for index, stage in enumerate(plot.stages):
        label = shortened(titles[stage] if len(titles[stage]) * 6.4 < step - 8 else stage, step - 8)
        marks.append(words(_LEFT + step * (index + 0.5), floor + 20, label, anchor="middle"))
    return marks


def _series(index: int, figures: Mapping[str, Figure], plot: _Plot, scale: Sequence[float]) -> list[Mark]:
    colour, shape = COLOURS[index], SHAPES[index]
    marks: list[Mark] = []
    places = []
    for stage in plot.stages:
        figure = figures.get(stage)
        if figure is None or figure.value is None:
            continue
        x, y = _x(plot, stage, index), _y(figure.value, scale)
        places.append((x, y))
        marks += _interval(figure, x, scale, colour)
        bare = figure.low is None and figure.high is None
        marks.append(
            point(shape, x, y, 5.5, fill="paper" if bare else colour, stroke=colour, stroke_width="2")
        )
        if len(plot.series) <= _LABELLED:
            top = min(y, _y(figure.high, scale)) if figure.high is not None else y
            label = value_of(figure, plot.decimals)
            marks.append(words(x, top - 11, label, size="11", anchor="middle", halo="yes"))
    joins = [line(start, end, colour, stroke_dasharray=DASHES[index]) for start, end in pairwise(places)]
    return [*joins, *marks]


def _interval(figure: Figure, x: float, scale: Sequence[float], colour: str) -> list[Mark]:
    """Draw an interval with caps; an open end is an arrow to the edge, a width of nothing is a short bar."""
    if figure.low is None and figure.high is None:
        return []
    low = _y(scale[0] if figure.low is None else figure.low, scale)
    high = _y(scale[-1] if figure.high is None else figure.high, scale)
    marks = [line((x, low), (x, high), colour, stroke_width="2")]
    for y, present, tip in ((low, figure.low is not None, -6.0), (high, figure.high is not None, 6.0)):
        if present:
            marks.append(line((x - 6, y), (x + 6, y), colour, stroke_width="2"))
        else:
            marks.append(line((x - 5, y + tip), (x, y), colour, stroke_width="2"))
            marks.append(line((x + 5, y + tip), (x, y), colour, stroke_width="2"))
    return marks


def _head(plot: _Plot, words_: Words) -> tuple[str, ...]:
    extra = (words_.term("slice", plot.extra),) if plot.extra else ()
    names = ("value", "interval", "n")
    return (words_("charts.dots.stage"), *extra, *(words_(f"charts.dots.{name}") for name in names))


def _rows(plot: _Plot, view: AudienceView, words_: Words) -> tuple[tuple[Parts, ...], ...]:
    titles = {stage.id: stage.title for stage in view.stages}
    rows = []
    for stage in plot.stages:
        for name, each in plot.series.items():
            figure = each.get(stage)
            if figure is not None:
                extra = (words_.term("sampling", name),) if plot.extra else ()
                values = (
                    *extra,
                    value_of(figure, plot.decimals),
                    interval_text(figure, words_, plot.decimals),
                    count_text(figure, words_),
                )
                rows.append(cells(Part(titles[stage], "link", f"#{anchor('stage', stage)}"), *values))
    return tuple(rows)


def interval_text(figure: Figure, words_: Words, decimals: int | None = None) -> str:
    """Return `low to high`, or that no interval is available."""
    bounds = bounds_of(figure, decimals)
    return words_("figure.to", low=bounds[0], high=bounds[1]) if bounds else words_("figure.no_interval")


def count_text(figure: Figure, words_: Words) -> str:
    """Return n, or that it is not given."""
    return words_("figure.no_n") if figure.n is None else number(figure.n)


def _desc(plot: _Plot, words_: Words) -> str:
    parts = []
    for name, each in plot.series.items():
        values = ", ".join(
            f"{stage} {value_of(each[stage], plot.decimals)}" for stage in plot.stages if stage in each
        )
        parts.append(f"{words_.term('sampling', name)}: {values}" if name else values)
    return words_("charts.dots.desc", result=words_.term("result", plot.result), series="; ".join(parts))


def _legend(plot: _Plot, words_: Words) -> tuple[tuple[Mark, str], ...]:
    figures = plot.figures
    names = list(plot.series)[: len(SHAPES)]
    legend = [
        (
            point(SHAPES[index], 8, 8, 5, fill=COLOURS[index], stroke=COLOURS[index]),
            words_.term("sampling", name),
        )
        for index, name in enumerate(names)
        if name
    ]
    if any(each.low is not None or each.high is not None for each in figures):
        legend.append((line((8, 1), (8, 15), "ink", stroke_width="2"), words_("charts.dots.with_interval")))
    if any(each.low is None and each.high is None for each in figures):
        legend.append(
            (point("circle", 8, 8, 5, fill="paper", stroke="ink"), words_("charts.dots.without_interval"))
        )
    if len(plot.series) > len(names):
        more = len(plot.series) - len(names)
        legend.append((line((2, 8), (14, 8), "muted"), words_.many("charts.dots.more", more)))
    return tuple(legend)
