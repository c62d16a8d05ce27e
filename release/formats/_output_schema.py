"""What the JSON Schemas of all that commands print have in common."""

from __future__ import annotations

from typing import Any, Final

from release.base.json_schema import TEXT, Schema, closed, document

VERDICT: Final[Schema] = {"enum": ["go", "hold", "no-go"]}
TOOL: Final[Schema] = closed({"name": TEXT, "version": TEXT}, "What wrote this.")
DATE_JUDGED: Final[Schema] = {
    "type": "string",
    "description": "The date judged: a day such as 2019-11-05, or a UTC moment such as 2019-11-05T16:00:00Z.",
}


def output_schema(
    name: str, properties: dict[str, Any], description: str, *, optional: tuple[str, ...] = ()
) -> Schema:
    """Return the JSON Schema of an object that says under `schema` what it is."""
    return document(name, closed({"schema": {"const": name}, **properties}, description, optional=optional))
