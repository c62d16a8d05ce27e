"""The stages of a plan in time: a table and a line of time for people, and `release-status/1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from release.analysis.status import Due, StageStatus, Status
from release.base.dates import moment
from release.base.json_schema import COUNT, TEXT, closed, described, listed, or_null, output_schema
from release.base.visible import visible
from release.formats._colour import Palette, palette
from release.formats._format import FormatOptions
from release.formats._schema_parts import TOOL, VERDICT
from release.formats._summary import WORDS

SCHEMA = "release-status/1"
_NAME = 13


def to_text(found: Sequence[Status], audience: str, options: FormatOptions) -> str:
    """Return the stages of each plan; its last line is the verdict and what is next."""
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    for each in found:
        if not options.quiet:
            lines += [*([""] if lines else []), *_table(each, audience, options.width, colours), ""]
        lines.append(colours.verdict(each.verdict, visible(_last(each))))
    return "".join(f"{line}\n" for line in lines)


def _table(found: Status, audience: str, width: int, colours: Palette) -> Iterator[str]:
    head = f"{visible(found.title)}, as of {found.at}"
    yield from (colours.strong(line) for line in textwrap.wrap(head, width))
    yield ""
    yield colours.strong(
        _line(" ", "STAGE", "STATUS", "DATE", "AFTER", "WINDOW", "ACCESS", "VERDICT", "OPEN")
    )
    for stage in found.stages:
        yield _row(stage, ">" if stage.id == found.next_stage else " ")
    yield ""
    yield from textwrap.wrap(
        "AFTER: days since the stage before; WINDOW: when its observation ends; OPEN: failing + unknown.",
        width,
    )
    waived = [f"{visible(each.id)} {each.waived}" for each in found.stages if each.waived]
    if waived:
        yield from textwrap.wrap(f"Waived besides: {', '.join(waived)}.", width)
    drawn = list(_drawn(found, width))
    if drawn:
        yield ""
        yield from drawn
    yield ""
    yield from _due(found.due, width, colours)
    if found.undated:
        yield f"{found.undated} objects have no known date and are not used."
    if found.withheld:
        yield f"{found.withheld} items are withheld from {audience}."


def _line(mark: str, *cells: str) -> str:
    widths = (_NAME, 9, 10, 5, 10, 12, 7)
    text = " ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=False))
    return f"{mark} {text} {cells[-1]}".rstrip()


def _row(stage: StageStatus, mark: str) -> str:
    return _line(
        mark,
        _short(stage.id),
        stage.status,
        stage.date[:10] if stage.date else "unknown",
        f"{stage.days_since_previous:>4}" if stage.days_since_previous is not None else "   -",
        stage.window_ends or "-",
        stage.access or "unknown",
        WORDS[stage.verdict],
        f"{stage.failed}+{stage.unknown}",
    )


def _short(name: str) -> str:
    shown = visible(name)
    return shown if len(shown) <= _NAME else shown[: _NAME - 1] + "…"


# The line of time


def _drawn(found: Status, width: int) -> Iterator[str]:
    """Yield the stages on one line of time, where there are two dates to draw."""
    spans = [(stage, *_span(stage)) for stage in found.stages]
    days = [day for _, start, end in spans for day in (start, end) if day is not None]
    days += [moment(each.window_ends).day for each in found.stages if each.window_ends]
    if len(set(days)) <= 1:
        return
    now = moment(found.at).day
    first, last = min(days), max(days)
    reach = (last - first) // 4
    if first - reach <= now <= last + reach:
        first, last = min(first, now), max(last, now)
    columns = width - _NAME - 4

    def at(day: date) -> int:
        return round((day - first).days * (columns - 1) / (last - first).days)

    windows = _windows(found)
    yield f"  {'':<{_NAME}} {first.isoformat():<{columns - 10}}{last.isoformat()}"
    for stage, start, end in spans:
        cells = [" "] * columns
        if first <= now <= last:
            cells[at(now)] = "|"
        if start is not None:
            window = windows.get(stage.id)
            if window is not None:
                cells[at(start) : at(window) + 1] = "=" * (at(window) + 1 - at(start))
            cells[at(start)] = "o" if stage.status in {"planned", "draft"} else "x"
        if end is not None:
            cells[at(end)] = "w"
        yield f"  {_short(stage.id):<{_NAME}} {''.join(cells)}".rstrip()
    yield from textwrap.wrap(
        "x released, o planned, w withdrawn, = under observation, | the day judged",
        width,
        initial_indent="  ",
    )


def _span(stage: StageStatus) -> tuple[date | None, date | None]:
    start = moment(stage.date).day if stage.date and stage.status != "cancelled" else None
    return start, moment(stage.withdrawn).day if stage.withdrawn else None


def _windows(found: Status) -> dict[str, date]:
    """Return until when each stage is observed, which the row of the stage after it tells."""
    ordered = [each for each in found.stages if each.status != "cancelled"]
    return {
        before.id: moment(after.window_ends).day for before, after in pairwise(ordered) if after.window_ends
    }


def _due(due: Sequence[Due], width: int, colours: Palette) -> Iterator[str]:
    if not due:
        yield "Nothing is due."
        return
    yield colours.strong("Due")
    for each in due:
        late = "  (overdue)" if each.overdue else ""
        line = f"  {each.date[:10]}  {visible(each.what)}{late}"
        yield from textwrap.wrap(line, width, subsequent_indent=" " * 14)


def _last(found: Status) -> str:
    late = sum(each.overdue for each in found.due)
    told = [f"{late} overdue"] if late else []
    if found.next_stage:
        stage = next(each for each in found.stages if each.id == found.next_stage)
        told.insert(0, f"next is {stage.id}" + (f", planned for {stage.date[:10]}" if stage.date else ""))
        ends = stage.window_ends
        if ends and moment(ends) >= moment(found.at):
            told.append(f"the window before it ends {ends}")
    elif all(each.status in {"released", "withdrawn"} for each in found.stages):
        told.insert(0, "every stage is out")
    elif all(each.status in {"released", "withdrawn", "cancelled"} for each in found.stages):
        told.insert(0, "no stage is left to release")
    return f"{WORDS[found.verdict]}: {', '.join(told) or 'nothing is due'}"


def to_json(found: Sequence[Status], audience: str, options: FormatOptions) -> str:
    """Return `release-status/1` with a final newline."""
    body = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": options.version},
        "audience": audience,
        "plans": [
            {
                **_plain(each),
                "stages": [_plain(stage) for stage in each.stages],
                "due": [_plain(due) for due in each.due],
            }
            for each in found
        ],
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _plain(record: Status | StageStatus | Due) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__match_args__}


def status_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-status/1`."""
    day = or_null(TEXT)
    stage = closed(
        {
            "id": TEXT,
            "title": TEXT,
            "status": {"enum": ["draft", "planned", "released", "withdrawn", "cancelled", "withheld"]},
            "date": described(day, "Released, else planned."),
            "withdrawn": day,
            "access": or_null(TEXT),
            "verdict": VERDICT,
            "days_since_previous": or_null({"type": "integer"}),
            "window_ends": described(day, "Last day on which the stage before is observed."),
            "failed": COUNT,
            "unknown": COUNT,
            "waived": COUNT,
        },
        "One stage, in plan order.",
    )
    due = closed({"date": TEXT, "what": TEXT, "overdue": {"type": "boolean"}}, "Something that is due.")
    plan = closed(
        {
            "plan_id": TEXT,
            "title": TEXT,
            "path": TEXT,
            "at": TEXT,
            "verdict": VERDICT,
            "next_stage": or_null(TEXT),
            "stages": listed(stage),
            "due": listed(due, "The earliest first."),
            "undated": COUNT,
            "withheld": described(COUNT, "What the audience may not see."),
        },
        "One plan.",
    )
    return output_schema(
        SCHEMA,
        {
            "tool": TOOL,
            "audience": TEXT,
            "plans": listed(plan),
        },
        "What `release status --format json` prints.",
    )
