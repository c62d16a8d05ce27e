"""The verdict of each stage on each day on which something became known, and what was decided beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from release.analysis.replay import Decision
from release.audience.history import Day, History, StageOn
from release.audience.view import AudienceView
from release.reports.charts.drawing import (
    Chart,
    Mark,
    box,
    line,
    point,
    shortened,
    stroke,
    words,
)
from release.reports.parts import Table
from release.reports.words import Words

_WIDTH = 720
_LEFT = 118.0
_ROW, _HEAD, _GAP = 34.0, 36.0, 14.0
_COLUMNS = 15
_WIDEST = 60.0
_GLYPHS: Mapping[str, str] = {
    "go": "m0 1 4 4 7-9",
    "hold": "M2.5-4.5v10M8.5-4.5v10",
    "no-go": "m1-4 9 9M10-4 1 5",
}
_EDGES: Mapping[str, Mapping[str, str]] = {
    "go": {"stroke_width": "1.2"},
    "hold": {"stroke_width": "1.2", "stroke_dasharray": "4 2.5"},
    "no-go": {"stroke_width": "2.6"},
}


def replayed(view: AudienceView, history: History, table: Table, words_: Words) -> Chart | None:
    """Draw the verdicts day by day; None when no day is known, or no stage.

    Args:
        view: what the audience may see.
        history: the days.
        table: the same as a table.
        words_: the words of the report.
    """
    if not history.days or not view.stages:
        return None
    names = [stage.id for stage in view.stages]
    columns = -(-len(history.days) // -(-len(history.days) // _COLUMNS))
    bands = [history.days[at : at + columns] for at in range(0, len(history.days), columns)]
    height = _HEAD + _ROW * len(names) + _GAP
    column = min(_WIDEST, (_WIDTH - _LEFT - 4) / columns)
    marks = [mark for index, band in enumerate(bands) for mark in _band(band, names, index * height, column)]
    return Chart(
        name="replay",
        title=words_("history.title"),
        desc=_desc(history, names, words_),
        width=_WIDTH,
        height=round(height * len(bands) - _GAP + 8),
        marks=tuple(marks),
        table=table,
        legend=tuple(_legend(history, words_)),
    )


def _band(days: Sequence[Day], names: Sequence[str], top: float, column: float) -> Iterator[Mark]:
    for row, name in enumerate(names):
        middle = top + _HEAD + _ROW * row + _ROW / 2
        yield words(0, middle + 4, shortened(name, _LEFT - 14), font_weight="600")
    year = ""
    for at, day in enumerate(days):
        left = _LEFT + at * column
        if day.day[:4] != year:
            year = day.day[:4]
            yield words(left + 2, top + 13, year, "muted", size="11", font_weight="600")
        yield words(left + (column - 4) / 2, top + 28, day.day[5:], "muted", size="10.5", anchor="middle")
        for row, name in enumerate(names):
            stage = next((each for each in day.stages if each.id == name), None)
            if stage is not None:
                taken = [each for each in day.taken if each.stage == name]
                yield from _cell(stage, taken, left, top + _HEAD + _ROW * row + 2, column - 4)


def _cell(stage: StageOn, taken: Sequence[Decision], left: float, top: float, width: float) -> Iterator[Mark]:
    tall = _ROW - 5
    if stage.out:
        yield box(left, top, width, tall, fill="paper", stroke="line", stroke_width="1")
    else:
        tint = f"{stage.verdict}-tint"
        yield box(left, top, width, tall, fill=tint, stroke=stage.verdict, **_EDGES[stage.verdict])
    count = stage.failed + stage.unknown
    start = left + width / 2 - (15 if count else 6)
    yield _glyph(stage.verdict, start, top + tall / 2)
    if count:
        yield words(
            start + 15, top + tall / 2 + 4, str(count), size="11", font_weight="600" if stage.flipped else ""
        )
    if stage.flipped:
        yield line((left, top - 2), (left + width, top - 2), "ink", stroke_width="2.5")
    if taken:
        yield _decision(taken, left + width - 1, top + 3)


def _glyph(verdict: str, left: float, middle: float) -> Mark:
    start = f"translate({left:.1f} {middle:.1f})"
    style = (("fill", "none"), *stroke(verdict), ("stroke-width", "2"))
    return Mark("path", (("d", _GLYPHS[verdict]), ("transform", start), *style))


def _decision(taken: Sequence[Decision], left: float, top: float) -> Mark:
    if any(each.against for each in taken):
        return point("triangle", left, top, 6.5, fill="no-go", stroke="paper")
    if any(each.decision in {"released", "go"} for each in taken):
        return point("diamond", left, top, 5.5, fill="accent", stroke="paper")
    return point("circle", left, top, 4.5, fill="paper", stroke="ink")


def _legend(history: History, words_: Words) -> Iterator[tuple[Mark, str]]:
    shown = {stage.verdict for day in history.days for stage in day.stages}
    for verdict in ("go", "hold", "no-go"):
        if verdict in shown:
            yield (
                _glyph(verdict, 2.5, 8),
                words_.term("verdict", verdict),
            )
    taken = [each for day in history.days for each in day.taken]
    if any(stage.out for day in history.days for stage in day.stages):
        yield box(1, 3, 14, 10, fill="paper", stroke="edge"), words_("history.legend.out")
    if history.flips:
        yield line((1, 8), (15, 8), "ink", stroke_width="2.5"), words_("history.legend.flipped")
    if any(each.against for each in taken):
        yield point("triangle", 8, 8, 6.5, fill="no-go"), words_("history.legend.against")
    if any(each.decision in {"released", "go"} and not each.against for each in taken):
        yield point("diamond", 8, 8, 5.5, fill="accent"), words_("history.legend.released")
    if any(each.decision not in {"released", "go"} for each in taken):
        yield point("circle", 8, 8, 4.5, fill="paper", stroke="ink"), words_("history.legend.decided")


def _desc(history: History, names: Sequence[str], words_: Words) -> str:
    return "; ".join(_told(history, name, words_) for name in names) + "."


def _told(history: History, name: str, words_: Words) -> str:
    """Tell the runs of equal verdicts of one stage, and what was decided on it."""
    days = [(day.day, stage.verdict) for day in history.days for stage in day.stages if stage.id == name]
    said = [
        words_("history.since", verdict=words_.term("verdict", verdict), day=next(iter(found))[0])
        for verdict, found in groupby(days, key=lambda pair: pair[1])
    ]
    for each in history.taken:
        if each.stage == name:
            key = "history.taken_against" if each.against else "history.taken"
            said.append(words_(key, decision=words_.term("decided", each.decision), day=each.time[:10]))
    return f"{name}: {', '.join(said)}"
