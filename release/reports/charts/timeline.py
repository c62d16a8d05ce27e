"""When stages were to happen and happened, how long they were watched, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from release.audience.items import Event, Stage
from release.audience.view import AudienceView, StageView
from release.reports.charts.drawing import (
    Chart,
    Mark,
    box,
    cells,
    lanes,
    line,
    point,
    shortened,
    width_of,
    words,
)
from release.reports.parts import Part, Parts, Table
from release.reports.prose import plain
from release.reports.safe import anchor
from release.reports.words import Words

_WIDTH = 720
_LEFT, _RIGHT = 24.0, 24.0
_LABELS = 16.0
_LATER = 90
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int

    def __call__(self, day: int) -> float:
        return _LEFT + (day - self.first) / max(1, self.last - self.first) * (_WIDTH - _LEFT - _RIGHT)


def day_of(text: str | None) -> int | None:
    """Return the ordinal of an ISO date or date-time, or None."""
    try:
        return date.fromisoformat((text or "")[:10]).toordinal()
    except ValueError:
        return None


def timeline(view: AudienceView, words_: Words) -> Chart | None:
    """Draw the stages and events that have a date; None when fewer than two days are known."""
    dated = [(stage, day) for stage in view.stages if (day := day_of(stage.date)) is not None]
    events = sorted(
        ((event, day) for event in view.content.events if (day := day_of(event.date)) is not None),
        key=lambda pair: pair[1],
    )
    days = [day for _, day in dated] + [day for _, day in events]
    if len(set(days)) < 2 or not dated:
        return None
    details = {stage.id: stage for stage in view.content.stages}
    ends = [day + window for stage, day in dated if (window := _window(details.get(stage.id)))]
    today = day_of(view.at)
    days += ends
    if today is not None and today - max(days) <= max(_LATER, max(days) - min(days)):
        days.append(today)
    margin = max(3, (max(days) - min(days)) // 40)
    scale = _Scale(min(days) - margin, max(days) + margin)
    marks, floor = _stages(dated, details, scale)
    events_marks, height = _events(events, scale, floor)
    months = _months(scale, height)
    now = _now(today, view.at, scale, height, words_)
    return Chart(
        name="timeline",
        title=words_("charts.timeline.title"),
        desc=_desc(dated, events, view.at, words_),
        width=_WIDTH,
        height=round(height + 26),
        marks=(*months, *now, *marks, *events_marks),
        table=_table(dated, events, words_),
        legend=_legend(words_),
    )


def _window(stage: Stage | None) -> int:
    observation = stage.observation if stage else None
    return int(observation.days) if observation and observation.days and observation.days > 0 else 0


def _stages(
    dated: Sequence[tuple[StageView, int]], details: dict[str, Stage], scale: _Scale
) -> tuple[list[Mark], float]:
    ordered = sorted(dated, key=lambda pair: pair[1])
    spans = []
    for stage, day in ordered:
        half = min(width_of(stage.id), 150.0) / 2
        centre = min(max(scale(day), half + 2), _WIDTH - half - 2)
        spans.append((centre - half, centre + half))
    rows = lanes(spans)
    base = 20.0 + _LABELS * (max(rows) + 1)
    marks: list[Mark] = [line((_LEFT, base), (_WIDTH - _RIGHT, base), "edge")]
    for (stage, day), (left, right), lane in zip(ordered, spans, rows, strict=True):
        place, top = scale(day), 20.0 + _LABELS * (max(rows) - lane)
        window = _window(details.get(stage.id))
        if window:
            end = scale(day + window)
            marks.append(
                box(place, base - 5, end - place, 10, fill="waived-tint", stroke="waived", stroke_width="1")
            )
        marks.append(line((place, top + 4), (place, base - 9), "edge"))
        out = stage.status in {"released", "withdrawn"}
        marks.append(point("diamond", place, base, 7, fill="accent" if out else "paper", stroke="accent"))
        middle = (left + right) / 2
        marks.append(
            words(middle, top, shortened(stage.id, 150), anchor="middle", font_weight="600", halo="1")
        )
    return marks, base + 16


def _events(events: Sequence[tuple[Event, int]], scale: _Scale, floor: float) -> tuple[list[Mark], float]:
    rows = lanes([(scale(day) - 9, scale(day) + 9) for _, day in events], gap=2.0)
    stems: list[Mark] = []
    marks: list[Mark] = []
    for number, ((_, day), lane) in enumerate(zip(events, rows, strict=True), 1):
        top = floor + 12 + 22 * lane
        stems.append(line((scale(day), floor - 8), (scale(day), top - 9), "line"))
        marks.append(point("circle", scale(day), top, 9, fill="paper", stroke="muted"))
        marks.append(words(scale(day), top + 4, str(number), size="11", anchor="middle"))
    return [*stems, *marks], floor + (22 * (max(rows) + 1) if rows else 0) + 12


def _months(scale: _Scale, height: float) -> list[Mark]:
    start, end = date.fromordinal(scale.first), date.fromordinal(scale.last)
    whole = (end.year - start.year) * 12 + end.month - start.month
    step = next((each for each in _MONTHS if whole / each <= 8), _MONTHS[-1])
    marks: list[Mark] = []
    month = -(-(start.year * 12 + start.month - 1) // step) * step
    while month <= end.year * 12 + end.month - 1:
        year, index = divmod(month, 12)
        day = date(year, index + 1, 1).toordinal()
        if scale.first <= day <= scale.last:
            place = scale(day)
            label = f"{year}-{index + 1:02d}" if step < 12 else str(year)
            marks.append(line((place, 8), (place, height), "line"))
            marks.append(words(place, height + 18, label, "muted", size="11", anchor=_anchor(place)))
        month += step
    return marks


def _anchor(place: float) -> str:
    return "start" if place < 40 else "end" if place > _WIDTH - 40 else "middle"


def _now(today: int | None, text: str, scale: _Scale, height: float, words_: Words) -> list[Mark]:
    if today is None:
        return []
    label = words_("charts.timeline.now", date=text)
    if today > scale.last:
        return [words(_WIDTH - _RIGHT, height - 4, f"{label} →", "no-go", size="11", anchor="end")]
    place = scale(today)
    side = "end" if place > _WIDTH / 2 else "start"
    shift = -5 if side == "end" else 5
    return [
        line((place, 6), (place, height), "no-go", stroke_width="1.5", stroke_dasharray="5 3"),
        words(place + shift, height - 4, label, "no-go", size="11", anchor=side),
    ]


def _table(
    dated: Sequence[tuple[StageView, int]], events: Sequence[tuple[Event, int]], words_: Words
) -> Table:
    rows: list[tuple[int, int, tuple[Parts, ...]]] = []
    for index, (stage, day) in enumerate(dated):
        href = f"#{anchor('stage', stage.id)}"
        kind = words_("charts.timeline.stage", status=words_.term("status", stage.status))
        rows.append((day, index, cells(stage.date or "", Part(stage.title, "link", href), kind, "◆")))
    for number, (event, day) in enumerate(events, 1):
        kind = words_.term("event", event.kind)
        href = f"#{anchor('event', event.id)}"
        rows.append(
            (
                day,
                len(dated) + number,
                cells(event.date, Part(plain(event.text), "link", href), kind, str(number)),
            )
        )
    head = tuple(words_(f"charts.timeline.{name}") for name in ("date", "what", "kind", "mark"))
    ordered = tuple(found for _, _, found in sorted(rows, key=lambda each: each[:2]))
    return Table(words_("charts.timeline.title"), head, ordered)


def _desc(
    dated: Sequence[tuple[StageView, int]], events: Sequence[tuple[Event, int]], at: str, words_: Words
) -> str:
    stages = "; ".join(f"{stage.id} {stage.date}" for stage, _ in sorted(dated, key=lambda pair: pair[1]))
    return words_("charts.timeline.desc", stages=stages, events=len(events), at=at)


def _legend(words_: Words) -> tuple[tuple[Mark, str], ...]:
    return (
        (point("diamond", 8, 8, 6, fill="accent", stroke="accent"), words_("charts.timeline.released")),
        (point("diamond", 8, 8, 6, fill="paper", stroke="accent"), words_("charts.timeline.planned")),
        (box(1, 4, 14, 8, fill="waived-tint", stroke="waived"), words_("charts.timeline.window")),
        (point("circle", 8, 8, 6, fill="paper", stroke="muted"), words_("charts.timeline.event")),
    )
