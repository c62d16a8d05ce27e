"""Values with parts: lists, mappings with the author's keys, and values that take one of several forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from release.base.pointers import pointer_token
from release.plan.shapes.base import (
    UNKNOWN_WORDS,
    Complaint,
    CoreSchema,
    FieldType,
    Mention,
    Notebook,
    Shape,
    Value,
    or_else,
    words_schema,
)
from release.plan.shapes.scalars import TEXT_REFERENCE, Names, is_blank

TYPE_OF_KIND: dict[str, str] = {}
"""Kind of id to the type of the objects that have such ids."""


def keep(tidied: dict[str, Any], key: str, item: Value, shape: Shape, at: str, notebook: Notebook) -> None:
    """Put a tidied value under its key, or note that it is unknown."""
    if item.__class__ is str and item in UNKNOWN_WORDS:
        tidied.setdefault("$unknown", []).append(key)
        tidied.setdefault("$words", {})[key] = item
    else:
        tidied[key] = shape.tidy(item, at, notebook)


def or_words(shape: Shape, definitions: dict[str, Any], *, words: bool = True) -> dict[str, Any]:
    """Return the JSON Schema of a value, with the unknown words where they are allowed."""
    described = shape.schema(definitions)
    if not words or described == TEXT_REFERENCE:
        return described
    if "enum" in described:
        return {"enum": [*described["enum"], *UNKNOWN_WORDS]}
    choices = described["anyOf"] if set(described) == {"anyOf"} else [described]
    return {"anyOf": [*choices, {"enum": list(UNKNOWN_WORDS)}]}


class ListOf(Shape):
    """A list.

    Attributes:
        item: shape of its items.
        single: a single text stands for a list of one.
        resolved: expressions see the objects that its ids name.
        least: fewest items.
        most: most items, or None.
    """

    def __init__(
        self,
        item: Shape,
        *,
        single: bool = False,
        resolved: bool = False,
        least: int = 0,
        most: int | None = None,
    ) -> None:
        self.item = item
        self.single = single
        self.resolved = resolved
        self.least = least
        self.most = most

    @property
    def expected(self) -> str:
        """Name the items."""
        prefix = "text, or " if self.single else ""
        return f"{prefix}a list, each item {self.item.expected}"

    def core(self, *, words: bool) -> CoreSchema:
        """Accept lists of valid items."""
        from pydantic_core import core_schema

        schema = core_schema.list_schema(
            self.item.core(words=False), strict=True, min_length=self.least or None, max_length=self.most
        )
        if self.single:
            return or_else(schema, self.item.core(words=False))
        return or_else(schema, words_schema()) if words else schema

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe the items."""
        described: dict[str, Any] = {"type": "array", "items": self.item.schema(definitions)}
        if self.least:
            described["minItems"] = self.least
        if self.most is not None:
            described["maxItems"] = self.most
        return {"anyOf": [described["items"], described]} if self.single else described

    def type(self) -> FieldType:
        """A list of the items' type; of objects where ids are resolved."""
        if self.resolved and isinstance(self.item, Names):
            return ("list", ("object", TYPE_OF_KIND[self.item.kind]))
        return ("list", self.item.type())

    def complain(self, value: Value) -> Complaint:
        """Say how to write a list, and how many items it may have."""
        if isinstance(value, list):
            bound = f"at most {self.most}" if self.most is not None else f"at least {self.least}"
            return Complaint("IN-027", f"a list of {bound} items", "")
        if value is None:
            return Complaint("IN-023", self.expected, "write [] for an empty list")
        if self.single and is_blank(value):
            return self.item.complain(value)
        complaint = super().complain(value)
        return complaint if complaint.hint else complaint._replace(hint="write each item after '- '")

    def tidy(self, value: Value, at: str, notebook: Notebook) -> list[Any]:
        """Tidy the items; an item that was refused and taken out of the tree is None, and left out."""
        if value.__class__ is str:
            return [value] if value else []
        tidy = self.item.tidy
        return [tidy(item, f"{at}/{index}", notebook) for index, item in enumerate(value) if item is not None]

    def inside(self, value: Value, step: str | int) -> Shape | None:  # noqa: ARG002
        """Every item has the same shape."""
        return self.item if isinstance(step, int) else None

    def parts(self) -> Iterable[Shape]:
        """Return the shape of the items."""
        return (self.item,)


class MapOf(Shape):
    """A mapping with keys of the author's choice; each of its values may be unknown.

    Attributes:
        value: shape of the values.
        key_kind: kind of object that the keys name, or None.
    """

    def __init__(self, value: Shape, expected: str, *, key_kind: str | None = None) -> None:
        self.value = value
        self.key_kind = key_kind
        self._expected = expected

    @property
    def expected(self) -> str:
        """What to write."""
        return self._expected

    def core(self, *, words: bool) -> CoreSchema:
        """Accept mappings of valid values."""
        from pydantic_core import core_schema

        schema = core_schema.dict_schema(core_schema.str_schema(), self.value.core(words=True), strict=True)
        return or_else(schema, words_schema()) if words else schema

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe the values."""
        return {"type": "object", "additionalProperties": or_words(self.value, definitions)}

    def type(self) -> FieldType:
        """A mapping to the values' type."""
        return ("map", self.value.type())

    def tidy(self, value: Value, at: str, notebook: Notebook) -> dict[str, Any]:
        """Tidy the values."""
        tidied: dict[str, Any] = {"$at": at}
        for key, item in value.items():
            inner = f"{at}/{pointer_token(key)}"
            if self.key_kind is not None:
                notebook.mentions.append(Mention(self.key_kind, key, inner, key=True))
            keep(tidied, key, item, self.value, inner, notebook)
        return tidied

    def inside(self, value: Value, step: str | int) -> Shape | None:  # noqa: ARG002
        """Every value has the same shape."""
        return self.value if isinstance(step, str) else None

    def parts(self) -> Iterable[Shape]:
        """Return the shape of the values."""
        return (self.value,)


class Choice(Shape):
    """A value that is written as text or a number, as a list, or as a mapping, each with its own shape.

    Attributes:
        options: `plain`, `list` or `map` to the shape of values so written.
    """

    def __init__(self, expected: str, **options: Shape) -> None:
        self.options = options
        self._expected = expected

    @property
    def expected(self) -> str:
        """What to write."""
        return self._expected

    def option(self, value: Value) -> Shape | None:
        """Return the shape of a value that is written like this."""
        return self.options.get(form_of(value))

    def core(self, *, words: bool) -> CoreSchema:
        """Accept what the option of its form accepts."""
        from pydantic_core import core_schema

        choices: list[Any] = [
            (option.core(words=False), f"\0{form}") for form, option in self.options.items()
        ]
        schema = core_schema.union_schema(choices, mode="left_to_right")
        return or_else(schema, words_schema()) if words else schema

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """List the options."""
        described = [option.schema(definitions) for option in self.options.values()]
        return {"anyOf": [each for one in described for each in one.get("anyOf", [one])]}

    def type(self) -> FieldType:
        """Whatever was written."""
        return "dyn"

    def complain(self, value: Value) -> Complaint:
        """Ask the option of its form, else name all of them."""
        option = None if value is None else self.option(value)
        return super().complain(value) if option is None else option.complain(value)

    def tidy(self, value: Value, at: str, notebook: Notebook) -> Value:
        """Tidy it as what it is."""
        return self.options[form_of(value)].tidy(value, at, notebook)

    def parts(self) -> Iterable[Shape]:
        """Return the shapes of all forms."""
        return self.options.values()


def form_of(value: Value) -> str:
    """Tell how a value is written."""
    if isinstance(value, dict):
        return "map"
    return "list" if isinstance(value, list) else "plain"
