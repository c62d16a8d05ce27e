"""What the JSON Schemas of all that commands print have in common."""

from __future__ import annotations

from typing import Final

from release.base.json_schema import TEXT, Schema, closed

VERDICT: Final[Schema] = {"enum": ["go", "hold", "no-go"]}
TOOL: Final[Schema] = closed({"name": TEXT, "version": TEXT}, "What wrote this.")
DATE_JUDGED: Final[Schema] = {
    "type": "string",
    "description": "The date judged: a day such as 2019-11-05, or a UTC moment such as 2019-11-05T16:00:00Z.",
}
ABOUT: Final[Schema] = {"tool": TOOL, "at": DATE_JUDGED, "audience": TEXT, "plan": TEXT, "path": TEXT}
"""What is said first of one plan judged at one date: by what, for whom, and which."""
