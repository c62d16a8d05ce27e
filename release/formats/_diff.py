"""What changed between two plans: the decision first. For people, as Markdown, HTML and `release-diff/1`."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from release.analysis.changes import Difference
from release.analysis.diff import FigureChange, FindingChange, StageChange
from release.audience.diff_view import DiffView, Side
from release.base.json_schema import COUNT, TEXT, closed, described, listed, or_null, output_schema
from release.base.record import Record
from release.base.visible import visible
from release.formats._colour import palette
from release.formats._format import FormatOptions
from release.formats._schema_parts import DATE_JUDGED, TOOL, VERDICT
from release.formats._summary import WORDS
from release.formats.markdown import text as escaped

SCHEMA = "release-diff/1"
_SHOWN = 40
_FEW = 3
_CUT = 60
_WHOLE = 1e15
_LEAD = 20
_SIGNS = {"opened": "+", "cleared": "-", "changed": "~", "added": "+", "removed": "-"}


class _Section(Record):
    """A heading with its lines: (sign, text)."""

    heading: str
    lines: tuple[tuple[str, str], ...]


def _sections(view: DiffView) -> Iterator[_Section]:
    yield _Section("Decision", tuple(_decision(view)))
    rules = [(_direction(each.direction), f"{each.kind} {each.id}: {each.text}") for each in view.policy]
    rules += [("!", f"{rule} on {name} would stay open under the old rules") for rule, name in view.excused]
    for heading, lines in (
        ("Rules", rules),
        ("Findings", [_finding(each) for each in view.findings]),
        ("Evidence", list(_figures(view.figures))),
        ("Plan", [_change(each) for each in view.changes]),
    ):
        if lines:
            yield _Section(heading, tuple(lines))


def _direction(word: str) -> str:
    return {"weaker": "!", "stricter": "+", "changed": "?"}[word]


def _decision(view: DiffView) -> Iterator[tuple[str, str]]:
    for stage in view.stages:
        changed = "~" if stage.old != stage.new else " "
        sign = "!" if stage.id in view.worse else changed
        yield sign, f"{stage.id}: {_verdicts(stage)}"


def _verdicts(stage: StageChange) -> str:
    old, new = (WORDS[each] if each else "not in the plan" for each in (stage.old, stage.new))
    moved = f"{old} -> {new}" if old != new else f"{new}, as before"
    status = f"{stage.old_status} -> {stage.new_status}" if stage.old_status != stage.new_status else ""
    return f"{moved} ({status})" if status and stage.old_status and stage.new_status else moved


def _finding(change: FindingChange) -> tuple[str, str]:
    finding = change.finding
    named = f"{finding.rule} on {finding.object}"
    if change.kind == "changed":
        return "~", f"{named}: {change.before} -> {finding.status}"
    where = f" at {finding.at}" if change.kind == "opened" and finding.pointer else ""
    return _SIGNS[change.kind], f"{named} ({finding.status}): {finding.title}{where}"


def _figures(changes: Sequence[FigureChange]) -> Iterator[tuple[str, str]]:
    grouped: dict[str, list[FigureChange]] = {}
    for each in changes:
        grouped.setdefault(each.evidence, []).append(each)
    for name, own in grouped.items():
        for sign, some in (
            ("+", [e for e in own if e.old is None]),
            ("-", [e for e in own if e.new is None]),
        ):
            if len(some) > _FEW:
                yield sign, f"{name}: {len(some)} figures"
            else:
                yield from ((sign, f"{name} {each.name}: {_told(each.new or each.old)}") for each in some)
        for each in own:
            if each.old is not None and each.new is not None:
                note = ", outside the old interval" if each.outside else ""
                yield "~", f"{name} {each.name}: {_told(each.old)} -> {_told(each.new)}{note}"


def _told(figure: Mapping[str, Any] | None) -> str:
    if figure is None:
        return "none"
    interval = f" [{figure['low']:.6g}, {figure['high']:.6g}]" if "low" in figure and "high" in figure else ""
    return f"{figure['value']:.6g}{interval}"


def _change(each: Difference) -> tuple[str, str]:
    if each.kind == "changed":
        return "~", f"{each.path}: {_moved(each.old, each.new)}"
    value = each.new if each.kind == "added" else each.old
    told = "" if isinstance(value, Mapping | list) and value else f": {_short(value)}"
    return _SIGNS[each.kind], f"{each.path}{told}"


def _moved(old: Any, new: Any) -> str:  # noqa: ANN401 - plain
    """Return what became what; of lists of words, what came and what went."""
    lists = isinstance(old, list) and isinstance(new, list)
    if not lists or not all(isinstance(each, str) for each in [*old, *new]) or sorted(old) == sorted(new):
        return " -> ".join(_short(each) for each in _from_where_they_part(old, new))
    came = [f"+{each}" for each in new if each not in old]
    went = [f"-{each}" for each in old if each not in new]
    return _short(" ".join([*came, *went]))


def _from_where_they_part(old: Any, new: Any) -> tuple[Any, Any]:  # noqa: ANN401 - plain
    """Return two long texts without most of what they begin with alike, so that the cut ones still differ."""
    if not (isinstance(old, str) and isinstance(new, str)):
        return old, new
    pairs = enumerate(zip(old, new, strict=False))
    alike = next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))
    if alike < _CUT - _LEAD:
        return old, new
    start = alike - _LEAD
    return f"…{old[start:]}", f"…{new[start:]}"


def _short(value: Any) -> str:  # noqa: ANN401 - plain
    if isinstance(value, float) and value.is_integer() and abs(value) < _WHOLE:
        value = int(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    flat = " ".join(text.split())
    return flat if len(flat) <= _CUT else f"{flat[: _CUT - 1]}…"


def _summary(view: DiffView) -> str:
    old, new = WORDS[view.old.verdict], WORDS[view.new.verdict]
    if view.empty:
        whole = view.same and view.audience == "internal"
        same = "the two are the same" if whole else "nothing that is shown differs"
        return f"{new}: {same}"
    kinds = {
        kind: sum(each.kind == kind for each in view.findings) for kind in ("opened", "cleared", "changed")
    }
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count)
    parts = [f"findings {counts}"] if counts else []
    parts += [
        f"{count} {what}{'s' * (count > 1)}"
        for count, what in ((len(view.figures), "figure"), (len(view.changes), "plan change"))
        if count
    ]
    if view.worse:
        parts.append(f"worse: {', '.join(view.worse)}")
    if view.weakened or view.excused:
        parts.append("rules weakened")
    return f"{f'{old} -> {new}' if old != new else new}: {'; '.join(parts)}"


def _about(side: Side) -> str:
    return f"{side.path}, as of {side.at}"


# For people


def to_text(view: DiffView, options: FormatOptions) -> str:
    """Return what changed, the decision first; the last line sums it up."""
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    if not options.quiet:
        lines += [colours.strong(visible(view.new.title))]
        lines += [f"  old: {visible(_about(view.old))}", f"  new: {visible(_about(view.new))}"]
        if not view.empty:
            for section in _sections(view):
                lines += ["", colours.strong(section.heading), *_text_lines(section, options.width)]
        lines += [f"{view.withheld} items are withheld from {view.audience}."] if view.withheld else []
        lines.append("")
    lines.append(colours.verdict(view.new.verdict, visible(_summary(view))))
    return "".join(f"{line}\n" for line in lines)


def _text_lines(section: _Section, width: int) -> Iterator[str]:
    for sign, said in section.lines[:_SHOWN]:
        yield from textwrap.wrap(
            f"{sign} {visible(said)}",
            width,
            initial_indent="  ",
            subsequent_indent="      ",
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    if len(section.lines) > _SHOWN:
        yield f"  … and {len(section.lines) - _SHOWN} more"


def to_markdown(view: DiffView, options: FormatOptions) -> str:
    """Return what changed as Markdown."""
    del options
    lines = [f"## {escaped(_summary(view))}", ""]
    lines += [f"{escaped(_about(view.old))} → {escaped(_about(view.new))}", ""]
    if not view.empty:
        for section in _sections(view):
            lines += [f"### {section.heading}", ""]
            lines += [f"- `{sign.strip() or '='}` {escaped(said)}" for sign, said in section.lines[:_SHOWN]]
            if len(section.lines) > _SHOWN:
                lines.append(f"- … and {len(section.lines) - _SHOWN} more")
            lines.append("")
    if view.withheld:
        lines += [f"{view.withheld} items are withheld from {escaped(view.audience)}.", ""]
    return "\n".join(lines)


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;"
    "background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}ul{list-style:none;padding:0}"
    "li{padding:.2rem 0 .2rem 2rem;text-indent:-2rem;overflow-wrap:anywhere}"
    "b{display:inline-block;width:2rem;text-indent:0;font-family:monospace}"
    "li.bad{background:#fdecea}p.verdict{font-size:1.2rem;font-weight:600}"
)


def to_html(view: DiffView, options: FormatOptions) -> str:
    """Return what changed as one page that loads nothing."""
    del options
    title = escape(visible(f"{view.new.title}: what changed"))
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>",
        f'<p class="verdict">{escape(visible(_summary(view)))}</p>',
        f"<p>Old: {escape(visible(_about(view.old)))}<br>New: {escape(visible(_about(view.new)))}</p>",
    ]
    for section in () if view.empty else _sections(view):
        items = "\n".join(_item(sign, said) for sign, said in section.lines)
        parts.append(f"<h2>{section.heading}</h2>\n<ul>\n{items}\n</ul>")
    if view.withheld:
        parts.append(f"<p>{view.withheld} items are withheld from {escape(view.audience)}.</p>")
    return "\n".join([*parts, "</main>\n</body>\n</html>\n"])


def _item(sign: str, said: str) -> str:
    mark = ' class="bad"' if sign == "!" else ""
    return f"<li{mark}><b>{escape(sign.strip() or '=')}</b>{escape(visible(said))}</li>"


# For programs


def to_json(view: DiffView, options: FormatOptions) -> str:
    """Return `release-diff/1` with a final newline."""
    body = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": options.version},
        "audience": view.audience,
        "old": _side(view.old),
        "new": _side(view.new),
        "same": view.same,
        "passes": view.passes,
        "worse": list(view.worse),
        "stages": [
            {
                "id": each.id,
                "old": each.old,
                "new": each.new,
                "old_status": each.old_status or None,
                "new_status": each.new_status or None,
            }
            for each in view.stages
        ],
        "policy": [
            {"kind": each.kind, "id": each.id, "text": each.text, "direction": each.direction}
            for each in view.policy
        ],
        "excused": [{"rule": rule, "object": name} for rule, name in view.excused],
        "findings": [
            {
                "change": each.kind,
                "rule": each.finding.rule,
                "object": each.finding.object,
                "stages": list(each.finding.stages),
                "severity": each.finding.severity,
                "before": each.before or None,
                "after": None if each.kind == "cleared" else each.finding.status,
                "message": each.finding.message,
            }
            for each in view.findings
        ],
        "figures": [
            {
                "evidence": each.evidence,
                "result": each.name,
                "old": each.old,
                "new": each.new,
                "outside": each.outside,
            }
            for each in view.figures
        ],
        "changes": [
            {"path": each.path, "change": each.kind, "old": each.old, "new": each.new}
            for each in view.changes
        ],
        "withheld": view.withheld,
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {
        "path": side.path,
        "plan": side.id,
        "at": side.at,
        "digest": side.digest,
        "verdict": side.verdict,
        "next_stage": side.next_stage,
    }


def diff_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-diff/1`."""
    yes = {"type": "boolean"}
    number = {"type": "number"}
    side = closed(
        {
            "path": TEXT,
            "plan": TEXT,
            "at": DATE_JUDGED,
            "digest": TEXT,
            "verdict": VERDICT,
            "next_stage": or_null(TEXT),
        },
        "One of the two plans.",
    )
    stage = closed(
        {
            "id": TEXT,
            "old": or_null(VERDICT),
            "new": or_null(VERDICT),
            "old_status": or_null(TEXT),
            "new_status": or_null(TEXT),
        },
        "One stage; null where the plan has none of that id.",
    )
    rule = closed(
        {
            "kind": {"enum": ["pack", "rule", "criterion", "parameter"]},
            "id": TEXT,
            "text": TEXT,
            "direction": {"enum": ["weaker", "stricter", "changed"]},
        },
        "A difference of the rules; `changed` where it cannot be told whether more passes.",
    )
    finding = closed(
        {
            "change": {"enum": ["opened", "cleared", "changed"]},
            "rule": TEXT,
            "object": TEXT,
            "stages": listed(TEXT, "Where it counts."),
            "severity": TEXT,
            "before": or_null(TEXT),
            "after": or_null(TEXT),
            "message": TEXT,
        },
        "One finding.",
    )
    value = or_null(
        closed(
            {"value": number, "low": number, "high": number, "n": number},
            "A figure.",
            optional=("low", "high", "n"),
        )
    )
    figure = closed(
        {"evidence": TEXT, "result": TEXT, "old": value, "new": value, "outside": yes},
        "One figure; `outside`: the new value lies outside the old interval.",
    )
    anything = {"description": "A value of the plan; null where there is none."}
    change = closed(
        {"path": TEXT, "change": {"enum": ["added", "removed", "changed"]}, "old": anything, "new": anything},
        "One value of the plan.",
    )
    excused = closed({"rule": TEXT, "object": TEXT}, "A finding that the new rules let pass.")
    return output_schema(
        SCHEMA,
        {
            "tool": TOOL,
            "audience": TEXT,
            "old": side,
            "new": side,
            "same": described(yes, "The same bytes, rules, lock and date, as far as is seen."),
            "passes": described(yes, "No verdict got worse and no rule was weakened."),
            "worse": listed(TEXT, "Stages whose verdict got worse."),
            "stages": listed(stage, "Every stage."),
            "policy": listed(rule, "What changed in the rules."),
            "excused": listed(excused, "What the old rules would leave open on the new plan."),
            "findings": listed(finding, "What opened, was cleared, or has another status."),
            "figures": listed(figure, "Figures that came, went or moved."),
            "changes": listed(change, "What else changed in the plan."),
            "withheld": described(COUNT, "Not shown to this audience."),
        },
        "What `release diff --format json` prints.",
    )
