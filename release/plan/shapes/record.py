"""Mappings with known keys: the objects of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from release.base.nearest import nearest
from release.base.pointers import pointer_token
from release.plan.shapes.base import (
    UNKNOWN_WORDS,
    Complaint,
    CoreSchema,
    FieldType,
    Notebook,
    Shape,
    Value,
    or_else,
    words_schema,
)
from release.plan.shapes.containers import (
    TYPE_OF_KIND,
    Choice,
    ListOf,
    or_words,
)
from release.plan.shapes.label import Label
from release.plan.shapes.scalars import Text, is_blank

_KEYS_NAMED: Final = 6
_MANY_KEYS: Final = 100


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a record.

    Attributes:
        name: the key.
        shape: shape of its value.
        description: what it is for, for the people who write it.
        required: whether the record is meaningless without it.
        words: whether `unknown` and `undisclosed` may stand for it.
    """

    name: str
    shape: Shape
    description: str
    required: bool = False
    words: bool = True


def must(name: str, shape: Shape, description: str, *, words: bool | None = None) -> Field:
    """Return a key that has to be there."""
    return Field(name, shape, description, required=True, words=shape.words if words is None else words)


def may(name: str, shape: Shape, description: str, *, words: bool | None = None) -> Field:
    """Return a key that may be left out."""
    return Field(name, shape, description, words=shape.words if words is None else words)


COMMON: Final = (
    may(
        "notes",
        Choice("text or a list of texts", plain=Text(), list=ListOf(Text())),
        "Remarks for the team itself; never shown to anybody outside.",
        words=False,
    ),
    may("audience", Label(), "Who may see this: public, partner, partner:<id> or a list of those, internal."),
)
"""The keys that every object has."""


class Record(Shape):
    """A mapping with known keys.

    Attributes:
        name: name of its type in expressions and in the schema.
        description: what it is.
        fields: its keys.
        kind: kind of its id, where other objects can name it.
        short: the key that a plain value stands for: `leak_plan: text` is `leak_plan: {text: text}`.
        extra: shape of the values of further keys, or None where there are none.
        one_of: keys of which at least one has to be there.
        conditions: what else holds of its keys, in the words of JSON Schema; the reader checks it elsewhere.
    """

    def __init__(
        self,
        name: str,
        description: str,
        *fields: Field,
        kind: str | None = None,
        short: str | None = None,
        extra: Shape | None = None,
        one_of: tuple[str, ...] = (),
        conditions: tuple[dict[str, Any], ...] = (),
    ) -> None:
        self.name = name
        self.description = description
        self.fields = {field.name: field for field in (*fields, *COMMON)}
        self.kind = kind
        self.short = short
        self.extra = extra
        self.one_of = one_of
        self.conditions = conditions
        # Most values are kept as they are: those need neither a pointer nor a call.
        self._changed = {
            field.name: field.shape.tidy for field in self.fields.values() if not _kept(field.shape)
        }
        if kind is not None:
            TYPE_OF_KIND[kind] = name

    @property
    def is_object(self) -> bool:
        """Whether it has keys of its own, besides those that every object has."""
        return len(self.fields) > len(COMMON)

    @property
    def expected(self) -> str:
        """What to write."""
        names = [name for name in self.fields if name not in {"notes", "audience"}]
        keys = ", ".join(names[:_KEYS_NAMED]) + (", …" if len(names) > _KEYS_NAMED else "")
        short = "" if self.short is None else f"{self.fields[self.short].shape.expected}, or "
        return f"{short}a mapping with the keys {keys}"

    def core(self, *, words: bool) -> CoreSchema:
        """Accept mappings with these keys and valid values."""
        from pydantic_core import core_schema

        fields = {
            field.name: core_schema.typed_dict_field(
                field.shape.core(words=field.words), required=field.required
            )
            for field in self.fields.values()
        }
        if self.extra is None:
            schema: CoreSchema = core_schema.typed_dict_schema(fields, strict=True, extra_behavior="forbid")
        else:
            schema = core_schema.typed_dict_schema(
                fields, strict=True, extra_behavior="allow", extras_schema=self.extra.core(words=True)
            )
        others = [] if self.short is None else [self.fields[self.short].shape.core(words=False)]
        others += [words_schema()] if words else []
        return or_else(schema, *others) if others else schema

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe the record, once for all its uses."""
        here = {"$ref": f"#/$defs/{self.name}"}
        if self.name not in definitions:
            definitions[self.name] = {}
            definitions[self.name] = self.described(definitions)
        if self.short is None:
            return here
        return {"anyOf": [self.fields[self.short].shape.schema(definitions), here]}

    def described(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Return the record's own schema."""
        properties = {
            field.name: {
                "description": field.description,
                **or_words(field.shape, definitions, words=field.words),
            }
            for field in self.fields.values()
        }
        required = [field.name for field in self.fields.values() if field.required]
        return {
            "description": self.description,
            "type": "object",
            "properties": properties,
            **({"required": required} if required else {}),
            **({"anyOf": [{"required": [name]} for name in self.one_of]} if self.one_of else {}),
            **({"allOf": list(self.conditions)} if self.conditions else {}),
            "additionalProperties": False if self.extra is None else or_words(self.extra, definitions),
        }

    def type(self) -> FieldType:
        """An object of this name; a mapping where all keys are the author's."""
        return ("object", self.name) if self.is_object else ("map", "dyn")

    def complain(self, value: Value) -> Complaint:
        """Say how to write a mapping."""
        if isinstance(value, str) and value in UNKNOWN_WORDS:
            return Complaint("IN-029", self.expected, "say what is known, each thing under its key")
        if self.short is not None and is_blank(value):
            return self.fields[self.short].shape.complain(value)
        return super().complain(value)

    def tidy(self, value: Value, at: str, notebook: Notebook) -> dict[str, Any]:
        """Tidy the values of all keys, and enter the object under its id."""
        if not isinstance(value, dict):
            value = {self.short: value}
        tidied: dict[str, Any] = {"$at": at}
        changed = self._changed
        further = None if self.extra is None else self.extra.tidy
        for key, item in value.items():
            if item.__class__ is str and (item == "unknown" or item == "undisclosed") and self._may_be(key):  # noqa: PLR1714 - faster
                tidied.setdefault("$unknown", []).append(key)
                tidied.setdefault("$words", {})[key] = item
                continue
            if further is not None and key not in self.fields and len(value) < _MANY_KEYS:
                self._look_for_misspelling(key, at, notebook)
            tidy = changed.get(key, further)
            if tidy is None:
                tidied[key] = item
            else:
                token = key if further is None else pointer_token(key)
                tidied[key] = tidy(item, f"{at}/{token}", notebook)
        if self.kind is not None:
            notebook.enter(self.kind, tidied)
        if self.one_of and not any(name in value for name in self.one_of):
            notebook.lacking.append((at, self.one_of))
        return tidied

    def _look_for_misspelling(self, key: str, at: str, notebook: Notebook) -> None:
        """Note a key of the author's that is most likely meant to be one of ours."""
        meant = nearest(key, [name for name, field in self.fields.items() if field not in COMMON])
        if meant is not None:
            notebook.misspelled.append((f"{at}/{pointer_token(key)}", meant))

    def _may_be(self, key: str) -> bool:
        """Tell whether the value of a key may be unknown."""
        field = self.fields.get(key)
        return field is None or field.words

    def inside(self, value: Value, step: str | int) -> Shape | None:  # noqa: ARG002
        """Return the shape under a key."""
        field = self.fields.get(step) if isinstance(step, str) else None
        return self.extra if field is None else field.shape

    def parts(self) -> Iterable[Shape]:
        """Return the shapes under all keys."""
        return [field.shape for field in self.fields.values()]


def _kept(shape: Shape) -> bool:
    return type(shape).tidy is Shape.tidy
