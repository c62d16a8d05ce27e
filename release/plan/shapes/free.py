"""Values of any form, such as the parameters of a kind or of a pack."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from release.base.pointers import pointer_token
from release.plan.shapes.base import CoreSchema, FieldType, Notebook, Route, Shape, Value


class Free(Shape):
    """Text, a number, true or false, or a list or mapping of them; never nothing or infinity."""

    @property
    def expected(self) -> str:
        """What to write."""
        return "text, a number, true or false, or a list or mapping of them"

    def core(self, *, words: bool) -> CoreSchema:  # noqa: ARG002 - the words are text
        """Accept whatever JSON can say, without null."""
        from pydantic_core import core_schema

        return core_schema.no_info_plain_validator_function(_without_nothing)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe such values, once for all."""
        here = {"$ref": "#/$defs/Value"}
        definitions["Value"] = {
            "description": "Text, a number, true or false, or a list or mapping of them.",
            "anyOf": [
                {"type": ["string", "number", "boolean"]},
                {"type": "array", "items": here},
                {"type": "object", "additionalProperties": here},
            ],
        }
        return here

    def type(self) -> FieldType:
        """Whatever was written."""
        return "dyn"

    def culprits(self, value: Value) -> Sequence[Route]:
        """Return the parts of it that are nothing or endless."""
        return _culprits(value)

    def tidy(self, value: Value, at: str, notebook: Notebook) -> Value:  # noqa: ARG002
        """Copy it, each mapping with its pointer."""
        return free_copy(value, at)


def _refused(value: Value) -> bool:
    return value is None or (value.__class__ is float and not math.isfinite(value))


def _without_nothing(value: Value) -> Value:
    if _culprits(value):
        raise ValueError
    return value


def _culprits(value: Value) -> Sequence[Route]:
    """Return the ways to all parts of a free value that are nothing or an endless number."""
    found: list[Route] = []
    stack: list[tuple[Value, Route]] = [(value, ())]
    while stack:
        here, route = stack.pop()
        if _refused(here):
            found.append(route)
        stack.extend((part, (*route, step)) for step, part in _parts(here))
    return found


def _parts(value: Value) -> Iterable[tuple[str | int, Any]]:
    if isinstance(value, Mapping):
        return value.items()
    return enumerate(value) if isinstance(value, list) else ()


def free_copy(value: Value, at: str) -> Value:
    """Return a plain copy with pointers; not recursive, since the depth is the author's."""
    holder: list[Any] = [None]
    stack: list[tuple[Any, str, Any, Any]] = [(value, at, holder, 0)]
    while stack:
        here, pointer, target, place = stack.pop()
        copy: Any = here
        if isinstance(here, Mapping):
            copy = {"$at": pointer, **dict.fromkeys(here)}
        elif isinstance(here, list):
            copy = [None] * len(here)
        target[place] = copy
        stack.extend(
            (part, f"{pointer}/{pointer_token(str(step))}", copy, step) for step, part in _parts(here)
        )
    return holder[0]
