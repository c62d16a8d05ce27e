"""How often each rule was found, for `release check --statistics`."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from release.audience.check_view import CheckView
from release.audience.listing import statistics_of
from release.base.visible import visible
from release.formats._format import FormatOptions
from release.formats._summary import summary_line
from release.formats.json import structure

FORMATS = ("text", "concise", "json")


def render(view: CheckView, options: FormatOptions, name: str) -> str:
    """Return the table, or the JSON of the check with the statistics beside it."""
    found = statistics_of(view)
    if name == "json":
        body: dict[str, Any] = structure(view, version=options.version)
        body["statistics"] = [
            {
                "rule": each.rule,
                "title": each.title,
                "failed": each.failed,
                "unknown": each.unknown,
                "waived": each.waived,
            }
            for each in found
        ]
        return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    lines = []
    if not options.quiet and found:
        wide = max(12, *(len(visible(each.rule)) for each in found))
        lines.append(f"{'RULE':<{wide}} {'FAILED':>6} {'UNKNOWN':>7} {'WAIVED':>6}  TITLE")
        for each in found:
            head = f"{visible(each.rule):<{wide}} {each.failed:>6} {each.unknown:>7} {each.waived:>6}  "
            room = max(16, options.width - len(head))
            lines.append(head + textwrap.shorten(visible(each.title), room, placeholder=" …"))
        lines.append("")
    return "".join(f"{line}\n" for line in [*lines, summary_line(view)])
