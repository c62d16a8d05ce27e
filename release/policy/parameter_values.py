"""Values of parameters: what fits a type, and what a text on the command line means."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from release.base.dates import moment
from release.base.nearest import nearest
from release.base.record import Record
from release.base.visible import quoted

RANGED: Final = frozenset({"int", "double", "date", "list"})
"""Types whose values may have a least and a greatest one; of a list each number has."""


class Bounds(Record):
    """The values that a parameter may have.

    Attributes:
        least: the least one, or None.
        most: the greatest one, or None.
        words: the only texts that it may be, or that a list may hold; any where there are none.
    """

    least: Any = None
    most: Any = None
    words: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """The bounds in words, empty where there are none."""
        ends = [f"at least {self.least}" if self.least is not None else ""]
        ends += [f"at most {self.most}" if self.most is not None else ""]
        ends += [f"one of {', '.join(self.words)}" if self.words else ""]
        return ", ".join(each for each in ends if each)

    def fault(self, value: Any) -> str:  # noqa: ANN401 - any value of a parameter
        """Return what is wrong with a value of the right type, empty when nothing is."""
        if self.least is None and self.most is None and not self.words:
            return ""
        for each in value if isinstance(value, list) else (value,):
            if self.words and each not in self.words:
                near = nearest(each, self.words) if isinstance(each, str) else None
                meant = f"; did you mean '{near}'?" if near else ""
                return f"must be one of {', '.join(self.words)}, not {quoted(str(each))}{meant}"
            if self.least is not None and _order(each) < _order(self.least):
                return f"must be at least {self.least}, not {each}"
            if self.most is not None and _order(each) > _order(self.most):
                return f"must be at most {self.most}, not {each}"
        return ""


def _order(value: Any) -> Any:  # noqa: ANN401 - a number, or a date as written
    return moment(value) if isinstance(value, str) else value


def kind_of(value: Any) -> str:  # noqa: ANN401 - any node
    """Return what a value is, in words of the file."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true or false"
    return "a text" if isinstance(value, str) else "a number"


def param_value(kind: str, value: Any) -> tuple[Any, str]:  # noqa: ANN401 - any node
    """Return a value as its parameter's type wants it, and what is wrong with it (empty when nothing is).

    A whole number serves as a double; a list holds texts or numbers.
    """
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "double" and number and math.isfinite(value):
        return float(value), ""
    if kind == "int" and number and isinstance(value, int) and abs(value) < 1 << 63:
        return value, ""
    if kind == "string" and isinstance(value, str):
        return str(value), ""
    if kind == "bool" and isinstance(value, bool):
        return value, ""
    if kind == "list" and isinstance(value, list):
        kinds = {type(each) for each in value}
        if kinds <= {str} or kinds <= {int} or kinds <= {int, float}:
            return [float(each) for each in value] if float in kinds else list(value), ""
        return None, "must be a list of texts, or one of numbers"
    if kind == "date" and isinstance(value, str):
        try:
            moment(value)
        except ValueError as error:
            return None, f"is not a date: {error}"
        return value, ""
    return None, f"must be of type {kind}, not {kind_of(value)}"


_TRUTHS: Final = {"true": True, "false": False}


def parsed(kind: str, text: str) -> Any:  # noqa: ANN401 - a value of any parameter
    """Return what a text on the command line means; one that fits no type comes back as it is."""
    plain = text.strip()
    if kind == "bool":
        return _TRUTHS.get(plain, text)
    if kind == "list":
        inner = plain[1:-1] if plain.startswith("[") and plain.endswith("]") else plain
        return [each.strip().strip("\"'") for each in inner.split(",") if each.strip()]
    if kind in {"int", "double"} and plain.isascii() and "_" not in plain and len(plain) <= 64:
        for read in (int, float):
            try:
                return read(plain)
            except ValueError:
                continue
    return text
