"""The few words that the JSON Schemas of this tool are written in."""

from __future__ import annotations

from typing import Any, Final

Schema = dict[str, Any]

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TEXT: Final[Schema] = {"type": "string"}
COUNT: Final[Schema] = {"type": "integer", "minimum": 0}
PLACE: Final[Schema] = {"type": "integer", "minimum": 1}


def closed(properties: Schema, description: str, *, optional: tuple[str, ...] = ()) -> Schema:
    """Return the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def or_null(schema: Schema) -> Schema:
    """Return a schema that takes null too."""
    return {"anyOf": [schema, {"type": "null"}]}


def described(schema: Schema, description: str) -> Schema:
    """Return a schema that says what it is for."""
    return {**schema, "description": description}


def listed(items: Schema, description: str = "", **more: Any) -> Schema:  # noqa: ANN401 - any keyword of JSON Schema
    """Return the schema of a list."""
    said = {"description": description} if description else {}
    return {"type": "array", "items": items, **said, **more}


def document(title: str, body: Schema, **definitions: Schema) -> Schema:
    """Return a whole JSON Schema, with the definitions that its body refers to."""
    defined = {"$defs": definitions} if definitions else {}
    return {"$schema": DIALECT, "title": title, **body, **defined}


def output_schema(
    name: str, properties: Schema, description: str, *, optional: tuple[str, ...] = ()
) -> Schema:
    """Return the JSON Schema of an object that says under `schema` what it is."""
    return document(name, closed({"schema": {"const": name}, **properties}, description, optional=optional))
