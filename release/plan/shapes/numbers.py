"""Numbers, truth values, and values that may be any of several scalars."""

from __future__ import annotations

from typing import Any, Final

from release.plan.shapes.base import (
    Complaint,
    CoreSchema,
    FieldType,
    Notebook,
    Shape,
    Value,
    either,
    with_words,
)

WHOLE_LIMIT: Final = 2**53 - 1
"""Largest whole number that every JSON reader keeps exact."""


class Whole(Shape):
    """A whole number; `1.5e9` is one too.

    Attributes:
        least: smallest number allowed.
    """

    def __init__(self, least: int = 0) -> None:
        self.least = least

    @property
    def expected(self) -> str:
        """Name the range."""
        return f"a whole number of at least {self.least}"

    def core(self, *, words: bool) -> CoreSchema:
        """Accept whole numbers in the range."""
        from pydantic_core import core_schema

        return with_words(
            either(
                core_schema.int_schema(strict=True, ge=self.least, le=WHOLE_LIMIT),
                core_schema.no_info_after_validator_function(
                    _whole, core_schema.float_schema(strict=True, ge=self.least, le=WHOLE_LIMIT)
                ),
            ),
            words=words,
        )

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Describe the range."""
        return {"type": "integer", "minimum": self.least, "maximum": WHOLE_LIMIT}

    def type(self) -> FieldType:
        """A whole number."""
        return "int"

    def complain(self, value: Value) -> Complaint:
        """Tell a number out of range from what is no number."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            if value > WHOLE_LIMIT:
                return Complaint("IN-027", f"a whole number of at most {WHOLE_LIMIT}", "")
            return Complaint("IN-027", self.expected, "")
        return super().complain(value)

    def tidy(self, value: Value, at: str, notebook: Notebook) -> int:  # noqa: ARG002
        """Return it as a whole number."""
        return int(value)


def _whole(value: float) -> float:
    if value != int(value):
        raise ValueError
    return value


class Number(Shape):
    """A number, kept as a double.

    Attributes:
        least: smallest number allowed, or None.
    """

    def __init__(self, least: float | None = None) -> None:
        self.least = least

    @property
    def expected(self) -> str:
        """Name the range."""
        return "a number" if self.least is None else f"a number of at least {self.least:g}"

    def core(self, *, words: bool) -> CoreSchema:
        """Accept finite numbers in the range."""
        from pydantic_core import core_schema

        return with_words(
            core_schema.float_schema(strict=True, allow_inf_nan=False, ge=self.least), words=words
        )

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Describe the range."""
        return {"type": "number"} if self.least is None else {"type": "number", "minimum": self.least}

    def type(self) -> FieldType:
        """A double."""
        return "double"

    def complain(self, value: Value) -> Complaint:
        """Tell a number out of range from what is no number."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            return Complaint("IN-027", self.expected, "")
        return super().complain(value)

    def tidy(self, value: Value, at: str, notebook: Notebook) -> float:  # noqa: ARG002
        """Return it as a double."""
        return float(value)


class Truth(Shape):
    """True or false."""

    @property
    def expected(self) -> str:
        """Name both."""
        return "true or false"

    def core(self, *, words: bool) -> CoreSchema:
        """Accept true and false."""
        from pydantic_core import core_schema

        return with_words(core_schema.bool_schema(strict=True), words=words)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Describe both."""
        return {"type": "boolean"}

    def type(self) -> FieldType:
        """True or false."""
        return "bool"

    def complain(self, value: Value) -> Complaint:
        """Help those who write YAML 1.1."""
        if isinstance(value, str) and value.casefold() in {"yes", "on", "no", "off", "true", "false"}:
            meant = "true" if value.casefold() in {"yes", "on", "true"} else "false"
            return Complaint("IN-023", self.expected, f"write {meant}")
        return super().complain(value)


class OneOf(Shape):
    """Any of several scalars, such as a date or a truth value."""

    def __init__(self, *options: Shape) -> None:
        self.options = options

    @property
    def expected(self) -> str:
        """Join what the options expect."""
        return ", or ".join(option.expected for option in self.options)

    def core(self, *, words: bool) -> CoreSchema:
        """Accept what one of the options accepts."""
        return with_words(either(*(option.core(words=False) for option in self.options)), words=words)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """List the options."""
        return {"anyOf": [option.schema(definitions) for option in self.options]}

    def type(self) -> FieldType:
        """Whatever was written."""
        return "dyn"

    def tidy(self, value: Value, at: str, notebook: Notebook) -> Value:  # noqa: ARG002
        """Keep it, whole numbers as doubles."""
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
