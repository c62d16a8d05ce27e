"""Which evidence is about which stage, and how well its figures are known."""

from __future__ import annotations

from collections.abc import Sequence

from release.audience.items_evidence import Evidence, Figure
from release.audience.view import AudienceView
from release.reports.charts.drawing import Chart, Mark, Shape, cells, line, point, shortened, words
from release.reports.parts import Part, Parts, Table
from release.reports.safe import anchor
from release.reports.words import NOTHING, Words

_WIDTH = 720
_LEFT, _TOP, _ROW = 230.0, 34.0, 26.0

STATES: dict[str, tuple[Shape, str, str]] = {
    "computed-interval": ("circle", "accent", "accent"),
    "declared-interval": ("square", "accent", "accent"),
    "computed": ("circle", "paper", "accent"),
    "declared": ("square", "paper", "accent"),
    "none": ("triangle", "paper", "hold"),
    "unknown": ("diamond", "paper", "unknown"),
}


def state_of(evidence: Evidence) -> str:
    """Return how well the figures of an item are known, as a name of `STATES`."""
    computed = evidence.provenance == "computed"
    figures: Sequence[Figure] = evidence.figures if computed else evidence.declared
    if not figures:
        return "none"
    # What is computed has its interval wherever there can be one: p-values, counts and refusals have none.
    enough = any if computed else all
    known = enough(each.low is not None or each.high is not None for each in figures)
    return ("computed" if computed else "declared") + ("-interval" if known else "")


def coverage(view: AudienceView, words_: Words) -> Chart | None:
    """Draw one row for each item and one column for each stage; None without evidence or stages."""
    items, stages = view.content.evidence, view.stages
    if not items or not stages:
        return None
    step = (_WIDTH - _LEFT - 10) / len(stages)
    marks: list[Mark] = []
    for index, stage in enumerate(stages):
        middle = _LEFT + step * (index + 0.5)
        marks.append(words(middle, 20, shortened(stage.id, step), anchor="middle", font_weight="600"))
    for number, item in enumerate(items):
        marks += _line(number, item, view, step)
    return Chart(
        name="coverage",
        title=words_("charts.coverage.title"),
        desc=_desc(view, words_),
        width=_WIDTH,
        height=round(_TOP + _ROW * len(items) + 8),
        marks=tuple(marks),
        table=Table(
            words_("charts.coverage.title"),
            (words_("charts.coverage.item"), *(stage.title for stage in stages)),
            tuple(_row(item, view, words_) for item in items),
        ),
        legend=tuple(
            (point(shape, 8, 8, 5, fill=fill, stroke=stroke), words_(f"charts.coverage.{name}"))
            for name, (shape, fill, stroke) in STATES.items()
            if any(_state(item, stage.id) == name for item in items for stage in stages)
        ),
    )


def _state(item: Evidence, stage: str) -> str:
    if stage in item.stages:
        return state_of(item)
    return "unknown" if item.word("stages") else ""


def _line(number: int, item: Evidence, view: AudienceView, step: float) -> list[Mark]:
    y = _TOP + _ROW * (number + 0.5)
    marks = [
        line((10, y + _ROW / 2), (_WIDTH - 10, y + _ROW / 2), "line"),
        words(10, y + 4, shortened(item.id, _LEFT - 20)),
    ]
    for index, stage in enumerate(view.stages):
        state = _state(item, stage.id)
        if state:
            shape, fill, stroke = STATES[state]
            x = _LEFT + step * (index + 0.5)
            marks.append(point(shape, x, y, 6, fill=fill, stroke=stroke, stroke_width="2"))
    return marks


def _row(item: Evidence, view: AudienceView, words_: Words) -> tuple[Parts, ...]:
    states = [_state(item, stage.id) for stage in view.stages]
    known = [words_(f"charts.coverage.{state}") if state else NOTHING for state in states]
    return cells(Part(item.id, "link", f"#{anchor('evidence', item.id)}"), *known)


def _desc(view: AudienceView, words_: Words) -> str:
    counts = "; ".join(
        f"{stage.id} {sum(stage.id in item.stages for item in view.content.evidence)}"
        for stage in view.stages
    )
    return words_("charts.coverage.desc", items=len(view.content.evidence), counts=counts)
