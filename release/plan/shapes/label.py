"""Audience labels as they are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from release.base.limits import ID_CHARACTERS
from release.base.nearest import nearest
from release.base.visible import quoted
from release.plan.shapes.base import (
    Complaint,
    CoreSchema,
    FieldType,
    Mention,
    Notebook,
    Route,
    Shape,
    Value,
    either,
)
from release.plan.shapes.scalars import to_the_end

WORD_PATTERN: Final = rf"^(?:public|partner|internal|partner:[a-z0-9][a-z0-9._-]{{0,{ID_CHARACTERS - 1}}})$"


class Label(Shape):
    """One audience word, or a list of them."""

    words = False

    @property
    def expected(self) -> str:
        """List the words."""
        return "public, partner, partner:<id> or a list of those, or internal"

    def core(self, *, words: bool) -> CoreSchema:  # noqa: ARG002 - who may see a thing is never unknown
        """Accept the words."""
        from pydantic_core import core_schema

        word = core_schema.str_schema(strict=True, pattern=WORD_PATTERN)
        return either(word, core_schema.list_schema(word, strict=True, min_length=1))

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe the words, once for all."""
        pattern = to_the_end(WORD_PATTERN)
        definitions["Label"] = {
            "description": "Who may see a thing.",
            "anyOf": [
                {"enum": ["public", "partner", "internal"]},
                {"type": "string", "pattern": pattern},
                {
                    "type": "array",
                    "minItems": 1,
                    "items": {"type": "string", "pattern": pattern},
                },
            ],
        }
        return {"$ref": "#/$defs/Label"}

    def type(self) -> FieldType:
        """Text: the word, or the words of a list."""
        return "string"

    def culprits(self, value: Value) -> Sequence[Route]:
        """Return the items of a list that are no such words."""
        if not isinstance(value, list) or not value:
            return ((),)
        return [
            (index,)
            for index, word in enumerate(value)
            if not (isinstance(word, str) and re.fullmatch(WORD_PATTERN, word))
        ]

    def complain(self, value: Value) -> Complaint:
        """Name the nearest word."""
        best = nearest(value, ("public", "partner", "internal")) if isinstance(value, str) else None
        hint = f"did you mean {quoted(best)}?" if best else "write `internal` where it is not decided"
        return Complaint("IN-024", self.expected, hint)

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:
        """Note the partners that are named; a list becomes its words, joined."""
        written = [value] if value.__class__ is str else value
        for index, word in enumerate(written):
            if word.startswith("partner:"):
                place = at if value.__class__ is str else f"{at}/{index}"
                notebook.mentions.append(Mention("partner", word.removeprefix("partner:"), place))
        return ", ".join(written)
