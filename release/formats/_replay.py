"""A plan replayed: a table for people, and `release-replay/1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from release.analysis.known import Known
from release.analysis.replay import Change, Decision, Replay, StageThen, Step, flips
from release.base.json_schema import COUNT, TEXT, closed, described, listed, output_schema
from release.base.visible import visible
from release.formats._colour import Palette, palette
from release.formats._format import FormatOptions
from release.formats._schema_parts import ABOUT, VERDICT
from release.formats._summary import WORDS
from release.gate.judgement import VERDICT_RANK

SCHEMA = "release-replay/1"
_DATE = 12
_CELL = 12


def to_text(replay: Replay, audience: str, options: FormatOptions) -> str:
    """Return the table of days, verdicts and what became known."""
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    if not options.quiet:
        lines += _table(replay, audience, options.width, colours)
    changes = list(flips(replay.steps))
    taken = [each for step in replay.steps for each in step.decisions]
    against = sum(each.against for each in taken)
    turned = f"{len(changes)} {'verdict' if len(changes) == 1 else 'verdicts'} changed"
    said = f"{len(replay.steps)} rows, {turned}, {len(taken)} decisions"
    word = WORDS[replay.judgement.verdict]
    lines.append(colours.verdict(replay.judgement.verdict, f"{word}: {said}, {against} against the verdict"))
    return "".join(f"{line}\n" for line in lines)


def _table(replay: Replay, audience: str, width: int, colours: Palette) -> Iterator[str]:
    judgement = replay.judgement
    yield colours.strong(f"{visible(judgement.title)}, judged day by day")
    names = [stage.id for stage in judgement.stages]
    cells = [max(_CELL, len(visible(name)) + 1) for name in names]
    wide = _DATE + sum(cells) <= width
    yield "Per stage: verdict, errors failing + unknown; in brackets once it is out."
    yield ""
    if wide:
        heads = (f"{visible(name):<{cell}}" for name, cell in zip(names, cells, strict=True))
        yield colours.strong(f"{'DATE':<{_DATE}}{''.join(heads)}".rstrip())
    before: Sequence[StageThen] = ()
    for step in replay.steps:
        yield from _row(step, before, cells if wide else [], width, colours)
        before = step.stages
    yield ""
    if replay.undated:
        yield f"{replay.undated} objects have no known date and are used on no day."
    if replay.withheld:
        yield f"{replay.withheld} items are withheld from {audience}."


def _row(
    step: Step, before: Sequence[StageThen], cells: Sequence[int], width: int, colours: Palette
) -> Iterator[str]:
    if cells:
        told = (f"{_cell(stage):<{cell}}" for stage, cell in zip(step.stages, cells, strict=True))
        yield f"{step.day:<{_DATE}}{''.join(told)}".rstrip()
    else:
        yield step.day
        for stage in step.stages:
            if stage not in before:
                yield f"{'':<{_DATE}}{visible(stage.id)}: {_cell(stage)}"
    if step.until != step.day:
        yield f"  until {step.until}: no change"
    for line in _turned(step, before):
        lines = textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="    ")
        yield from (colours.strong(each) for each in lines)
    for each in step.decisions:
        lines = textwrap.wrap(_decision(each), width, initial_indent="  ", subsequent_indent="    ")
        yield from (colours.strong(line) for line in lines)
    for line in _told(step.known):
        yield "  " + textwrap.shorten(f"+ {visible(line)}", width - 2, placeholder=" …")
    for word, changes in _moves(step):
        if changes:
            line = f"{word}: {_rules(changes)}"
            yield from textwrap.wrap(line, width, initial_indent="  = ", subsequent_indent="    ")


def _turned(step: Step, before: Sequence[StageThen]) -> Iterator[str]:
    """Yield every verdict that is another than on the day before, and what turned it."""
    earlier = {stage.id: stage.verdict for stage in before}
    for stage in step.stages:
        was = earlier.get(stage.id, stage.verdict)
        if was != stage.verdict:
            better = VERDICT_RANK[stage.verdict] < VERDICT_RANK[was]
            moved = step.closed if better else step.opened
            rules = dict.fromkeys(each.rule for each in moved if stage.id in each.stages)
            why = f": {', '.join(rules)} {'closed' if better else 'opened'}" if rules else ""
            yield f"VERDICT of {visible(stage.id)}: from {WORDS[was]} to {WORDS[stage.verdict]}{why}"


def _moves(step: Step) -> Iterator[tuple[str, list[Change]]]:
    """Yield what opened, what was settled, and what only went from unknown to failing or back."""
    closed_by = {(each.rule, each.object): each.status for each in step.closed}
    opened_by = {(each.rule, each.object): each.status for each in step.opened}
    for word, status in (("known to fail", "fail"), ("no longer failing, but unknown", "unknown")):
        yield (
            word,
            [each for each in step.opened if each.status == status and (each.rule, each.object) in closed_by],
        )
    yield "opened", [each for each in step.opened if (each.rule, each.object) not in closed_by]
    yield "closed", [each for each in step.closed if (each.rule, each.object) not in opened_by]


def _cell(stage: StageThen) -> str:
    text = f"{stage.verdict} {stage.failed}+{stage.unknown}"
    if stage.status == "cancelled":
        return "cancelled"
    return f"({text})" if stage.status in {"released", "withdrawn"} else text


def _decision(each: Decision) -> str:
    by = f" by {visible(each.by)}" if each.by else ""
    if each.source == "dates":
        return f"{each.decision.upper()}: {visible(each.stage)}, with {WORDS[each.verdict]} on its eve"
    return f"DECIDED {each.decision}{by}: {visible(each.stage)}, with {WORDS[each.verdict]} that day"


def _told(known: Sequence[Known]) -> Iterator[str]:
    """Yield a line for each thing worth one, and one for each sort of thing that comes in numbers."""
    lists: dict[str, list[str]] = {}
    for each in known:
        kind, _, name = each.object.partition(":")
        if kind == "source":
            lists.setdefault("sources", []).append(name)
        elif kind in {"risk", "benefit"}:
            lists.setdefault(f"{kind}s {each.text}", []).append(name)
        elif kind == "event":
            yield each.text
        elif kind == "stage":
            yield f"{name}: {each.text}"
        else:
            yield f"{kind} {name}: {each.text}"
    for what, names in lists.items():
        yield f"{what}: {', '.join(names)}"


def _rules(changes: Sequence[Change]) -> str:
    rules: dict[str, list[str]] = {}
    for each in changes:
        rules.setdefault(each.rule, []).extend(each.stages)
    return ", ".join(
        f"{rule} ({', '.join(dict.fromkeys(stages))})" if stages else rule for rule, stages in rules.items()
    )


def to_json(replay: Replay, audience: str, options: FormatOptions) -> str:
    """Return `release-replay/1` with a final newline."""
    judgement = replay.judgement
    body = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": options.version},
        "at": judgement.at,
        "audience": audience,
        "plan": judgement.plan_id,
        "path": judgement.path,
        "verdict": judgement.verdict,
        "stages": [stage.id for stage in judgement.stages],
        "steps": [_structure(step) for step in replay.steps],
        "flips": [
            {"date": day, "stage": stage, "from": before, "to": after}
            for day, stage, before, after in flips(replay.steps)
        ],
        "undated": replay.undated,
        "withheld": replay.withheld,
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _structure(step: Step) -> dict[str, Any]:
    return {
        "date": step.day,
        "until": step.until,
        "stages": [
            {
                "id": stage.id,
                "verdict": stage.verdict,
                "status": stage.status,
                "failed": stage.failed,
                "unknown": stage.unknown,
                "waived": stage.waived,
            }
            for stage in step.stages
        ],
        "known": [
            {"date": each.day, "object": each.object, "text": each.text, "effect": each.effect}
            for each in step.known
        ],
        "opened": [_change(each) for each in step.opened],
        "closed": [_change(each) for each in step.closed],
        "decisions": [
            {
                "stage": each.stage,
                "decision": each.decision,
                "verdict": each.verdict,
                "by": each.by,
                "source": each.source,
            }
            for each in step.decisions
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "rule": change.rule,
        "object": change.object,
        "status": change.status,
        "stages": list(change.stages),
    }


def replay_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-replay/1`."""
    status = {"enum": ["draft", "planned", "released", "withdrawn", "cancelled", "withheld"]}
    stage = closed(
        {
            "id": TEXT,
            "verdict": VERDICT,
            "status": status,
            "failed": COUNT,
            "unknown": COUNT,
            "waived": COUNT,
        },
        "One stage on that day; counts are of errors.",
    )
    known = closed(
        {
            "date": TEXT,
            "object": described(TEXT, "`kind:id`."),
            "text": TEXT,
            "effect": {"enum": ["known", "expired"], "description": "Whether it came or ran out."},
        },
        "One thing that became known.",
    )
    change = closed(
        {
            "rule": TEXT,
            "object": TEXT,
            "status": {"enum": ["fail", "unknown"]},
            "stages": listed(TEXT, "Where."),
        },
        "One finding that opened or closed.",
    )
    decision = closed(
        {
            "stage": TEXT,
            "decision": {"enum": ["released", "withdrawn", "go", "hold", "no-go", "withdraw"]},
            "verdict": described(VERDICT, "On the eve, for what the dates tell; else on that day."),
            "by": TEXT,
            "source": {"enum": ["dates", "ledger"]},
        },
        "What was done.",
    )
    step = closed(
        {
            "date": described(TEXT, "First day."),
            "until": described(TEXT, "Last day on which nothing had changed."),
            "stages": listed(stage, "In plan order."),
            "known": listed(known, "What became known."),
            "opened": listed(change, "Findings that opened."),
            "closed": listed(change, "Findings that closed."),
            "decisions": listed(decision, "What was done."),
        },
        "One row.",
    )
    flip = closed({"date": TEXT, "stage": TEXT, "from": VERDICT, "to": VERDICT}, "A verdict that changed.")
    return output_schema(
        SCHEMA,
        {
            **ABOUT,
            "verdict": VERDICT,
            "stages": listed(TEXT, "Ids, in plan order."),
            "steps": listed(step, "By date."),
            "flips": listed(flip, "Every change of a verdict."),
            "undated": described(COUNT, "Objects with an unknown date, used on no day."),
            "withheld": described(COUNT, "What became known and is not shown to this audience."),
        },
        "What `release replay --format json` prints.",
    )
