"""The gate of a stage for people and as `release-gate/1`; other formats show its findings as `check` does."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from typing import Any, get_args

from release.audience.gate_view import GateView
from release.base.json_schema import COUNT, TEXT, closed, described, listed, or_null, output_schema
from release.base.visible import printed, visible
from release.formats._check_schema import finding_schema
from release.formats._colour import palette
from release.formats._format import FormatOptions
from release.formats._schema_parts import ABOUT, VERDICT
from release.formats._summary import WORDS
from release.formats.json import finding_structure
from release.gate.reason import Reason, ReasonKind

SCHEMA = "release-gate/1"


def to_json(view: GateView, options: FormatOptions) -> str:
    """Return `release-gate/1` with a final newline."""
    body = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": options.version},
        "at": view.at,
        "audience": view.audience,
        "plan": view.plan,
        "path": view.path,
        "stage": view.stage,
        "verdict": view.verdict,
        "reasons": [_structure(reason) for reason in view.reasons],
        "withheld": view.withheld,
        "artifacts": dict(view.artifacts),
    }
    return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _structure(reason: Reason) -> dict[str, Any]:
    return {
        "kind": reason.kind,
        "id": reason.id,
        "message": reason.message,
        "verdict": reason.verdict,
        "clears": reason.clears,
        "finding": finding_structure(reason.finding) if reason.finding else None,
    }


def to_text(view: GateView, options: FormatOptions) -> str:
    """Return every reason with what would clear it; the last line is the verdict."""
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    if not options.quiet:
        lines.append(
            colours.strong(f"Gate of stage {visible(view.stage)} of {visible(view.plan)}, as of {view.at}")
        )
        lines.append("")
        for reason in view.reasons:
            lines += _reason_lines(reason, options.width)
        if view.withheld:
            lines += [f"{view.withheld} items are withheld from {view.audience}.", ""]
    count = len(view.reasons)
    tail = f"{count} reason{'s' * (count != 1)}" if count else "nothing stands against it"
    lines.append(colours.verdict(view.verdict, f"{WORDS[view.verdict]}: {tail}"))
    return printed(lines)


def _reason_lines(reason: Reason, width: int) -> Iterator[str]:
    head = f"{reason.kind} {reason.id}" if reason.kind != "criterion" else reason.id
    yield f"{visible(head)}{_about(reason)} -> {reason.verdict}"
    yield from textwrap.wrap(
        visible(reason.message), width, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False
    )
    if reason.finding is not None and reason.finding.at.file:
        yield f"  --> {visible(str(reason.finding.at))}"
    lead = "  clears it: "
    yield from textwrap.wrap(
        visible(reason.clears), width, initial_indent=lead, subsequent_indent=" " * 4, break_on_hyphens=False
    )
    yield ""


def _about(reason: Reason) -> str:
    """Return what a rule is about where that is not the stage itself, to tell its reasons from each other."""
    if reason.finding is None or reason.finding.object == f"stage:{reason.finding.stage}":
        return ""
    kind, _, name = reason.finding.object.partition(":")
    return "" if kind == "criterion" else f" on {visible(kind)} {visible(name)}"


def gate_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-gate/1`."""
    reason = closed(
        {
            "kind": {"enum": list(get_args(ReasonKind)), "description": "What stands against the release."},
            "id": described(TEXT, "The rule, criterion, role, evidence or file."),
            "message": TEXT,
            "verdict": {"enum": ["hold", "no-go"], "description": "What it means for the stage."},
            "clears": described(TEXT, "What would clear it."),
            "finding": or_null(finding_schema()),
        },
        "One reason.",
    )
    return output_schema(
        SCHEMA,
        {
            **ABOUT,
            "stage": TEXT,
            "verdict": described(
                or_null(VERDICT), "Null where the plan has not changed and was not judged: not a go."
            ),
            "reasons": listed(reason, "Every reason there is."),
            "withheld": described(COUNT, "Items not shown to this audience."),
            "artifacts": {
                "type": "object",
                "description": "Files judged by their SHA-256, to compare with what is published after.",
                "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
        },
        "What `release gate --format json` prints.",
    )
