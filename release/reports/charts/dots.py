"""One result stage by stage: points with their intervals, a series for each further slice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
from release.reports.charts.labels import Box, Placed, Wanted, label_box, place
from release.reports.numbers import bounds_of, common_decimals, number, value_of
from release.reports.parts import Part, Parts, Table
from release.reports.safe import anchor
from release.reports.words import Words

_WIDTH, _HEIGHT = 720, 316
_LEFT, _RIGHT, _TOP, _BOTTOM = 60.0, 20.0, 14.0, 50.0
_LABELLED = 3
_NAMED = 110.0
_DIGITS = re.compile(r"(\D*)(\d*)")
_PREFERRED = ("mean", "rate", "accuracy", "success_rate", "win_rate", "prediction")
_PEOPLE = (("source", "human"),)
_EXTRA = ("sampling", "detector", "trained_on", "group", "category", "benchmark", "length")


@dataclass(frozen=True, slots=True)
class _Plot:
    """What is drawn: `series` maps a label to figures by stage."""

    result: str
    extra: str
    stages: tuple[str, ...]
    series: Mapping[str, Mapping[str, Figure]]
    people: Figure | None = None

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
    marks = _axes(plot, scale, view, words_) + _people(plot, scale, words_)
    shown = list(plot.series.values())[: len(SHAPES)]
    for index, each in enumerate(shown):
        marks += _series(index, each, plot, scale)
    marks += _labels(plot, scale, words_)
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
    """Return the ticks of an axis that holds every value and bound, with room above; a share ends at 1."""
    reach = [
        value
        for each in (*plot.figures, *([plot.people] if plot.people else []))
        for value in (each.value, each.low, each.high)
        if value is not None
    ]
    low, high = min(reach), max(reach)
    scale = ticks(low, high)
    if (scale[-1] - high) < 0.09 * (scale[-1] - scale[0]) and scale[-1] != 1.0:
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
    people = next((each for each in figures if each.by == _PEOPLE), None)
    return _Plot(result, extra, stages, {name: series[name] for name in sorted(series, key=_counted)}, people)


def _counted(name: str) -> list[tuple[str, int]]:
    """Return what sorts names as people count: gpt2-124m, gpt2-355m, gpt2-1558m."""
    return [(text, int(digits or 0)) for text, digits in _DIGITS.findall(name)]


def _stage_of(variant: str, view: AudienceView) -> str:
    """Return the first stage that released a variant."""
    for stage in view.content.stages:
        if variant and variant in {each.id for each in stage.variants}:
            return stage.id
    return ""


def _x(plot: _Plot, stage: str, index: int = 0) -> float:
    step = (_WIDTH - _LEFT - _RIGHT) / len(plot.stages)
    shown = min(len(plot.series), len(SHAPES))
    dodge = (index - (shown - 1) / 2) * min(72.0, step) / (shown + 1)
    return _LEFT + step * (plot.stages.index(stage) + 0.5) + dodge


def _y(value: float, scale: Sequence[float]) -> float:
    share = (value - scale[0]) / (scale[-1] - scale[0])
    return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _axes(plot: _Plot, scale: Sequence[float], view: AudienceView, words_: Words) -> list[Mark]:
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
        middle = _LEFT + step * (index + 0.5)
        label = shortened(titles[stage] if len(titles[stage]) * 6.4 < step - 8 else stage, step - 8)
        marks.append(words(middle, floor + 20, label, anchor="middle"))
        marks.append(
            words(middle, floor + 37, _count(plot, stage, words_), "muted", size="11", anchor="middle")
        )
    return marks


def _count(plot: _Plot, stage: str, words_: Words) -> str:
    """Return the n of a stage's figures, the span of it where they differ, or that one is not given."""
    counts = [each[stage].n for each in plot.series.values() if stage in each]
    known = [each for each in counts if each is not None]
    if len(known) < len(counts):
        return words_("charts.dots.no_n")
    low, high = min(known), max(known)
    span = number(low) if low == high else words_("figure.to", low=number(low), high=number(high))
    return words_("charts.dots.of_n", n=span)


def _people(plot: _Plot, scale: Sequence[float], words_: Words) -> list[Mark]:
    """Draw what the same result is for people's texts, which the models' are to be compared with."""
    if plot.people is None or plot.people.value is None:
        return []
    y = _y(plot.people.value, scale)
    label = words_("charts.dots.people", value=value_of(plot.people, plot.decimals))
    return [
        line((_LEFT, y), (_WIDTH - _RIGHT, y), "ink", stroke_width="1.5", stroke_dasharray="6 4"),
        words(_LEFT + 4, y - 5, label, "ink", size="11", halo="yes"),
    ]


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
    joins = [line(start, end, colour, stroke_dasharray=DASHES[index]) for start, end in pairwise(places)]
    return [*joins, *marks]


def _labels(plot: _Plot, scale: Sequence[float], words_: Words) -> list[Mark]:
    """Write values at their points, and at its last point what a series is."""
    taken = _people_boxes(plot, scale, words_)
    values: list[tuple[Wanted, str, str]] = []
    names: list[tuple[Wanted, str, str]] = []
    for index, (name, each) in enumerate(list(plot.series.items())[: len(SHAPES)]):
        last = max(each, key=plot.stages.index)
        for stage, figure in each.items():
            x = _x(plot, stage, index)
            y = _y(figure.value or 0.0, scale)
            top, bottom = _reach(figure, y, scale)
            taken += [Box(x - 7, y - 7, x + 7, y + 7), Box(x - 2, top, x + 2, bottom)]
            taken += [Box(x - 7, end - 2, x + 7, end + 2) for end in {top, bottom}]
            label = Wanted(value_of(figure, plot.decimals), x, y, min(top, y - 6), max(bottom, y + 6))
            if len(plot.series) <= _LABELLED:
                values.append((label, "ink", ""))
            if name and stage == last:
                text = shortened(words_.term("sampling", name), _NAMED)
                names.append((replace(label, text=text, beside=True), COLOURS[index], "600"))
    ground = Box(_LEFT, 2, _WIDTH - 2, _HEIGHT - _BOTTOM - 2)
    every = [*values, *names]
    places = place([each for each, _, _ in every], taken, ground)
    marks: list[Mark] = []
    for (label, colour, weight), found in zip(every, places, strict=True):
        if found is not None:
            marks += _written(label, found, colour, weight)
    return marks


def _people_boxes(plot: _Plot, scale: Sequence[float], words_: Words) -> list[Box]:
    """Return what the line for people's texts and its label cover."""
    if plot.people is None or plot.people.value is None:
        return []
    y = _y(plot.people.value, scale)
    label = words_("charts.dots.people", value=value_of(plot.people, plot.decimals))
    own = label_box(label, 0.0, y - 5)
    return [
        Box(_LEFT, y - 2, _WIDTH, y + 2),
        replace(own, left=_LEFT, right=_LEFT + 8 + own.right - own.left),
    ]


def _written(label: Wanted, found: Placed, colour: str, weight: str) -> list[Mark]:
    text = words(
        found.x, found.base, found.text, colour, size="11", anchor="middle", halo="yes", font_weight=weight
    )
    if not found.led:
        return [text]
    end = found.box.bottom if found.box.bottom < label.y else found.box.top
    return [line((label.x, label.y), (found.x, end), "muted", stroke_width="0.8"), text]


def _reach(figure: Figure, y: float, scale: Sequence[float]) -> tuple[float, float]:
    """Return where the drawn interval of a figure ends above and below; an open end is at the edge."""
    if figure.low is None and figure.high is None:
        return y, y
    low = _y(scale[0] if figure.low is None else figure.low, scale)
    high = _y(scale[-1] if figure.high is None else figure.high, scale)
    return high, low


def _interval(figure: Figure, x: float, scale: Sequence[float], colour: str) -> list[Mark]:
    """Draw an interval with caps; an open end is an arrow to the edge, a width of nothing is a short bar."""
    if figure.low is None and figure.high is None:
        return []
    high, low = _reach(figure, 0.0, scale)
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
    people = plot.people
    if people is not None and people.value is not None:
        parts.append(words_("charts.dots.people", value=value_of(people, plot.decimals)))
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
