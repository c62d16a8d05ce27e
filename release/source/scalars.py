"""What a plain scalar means in the core schema of YAML 1.2 (chapter 10.3.2 of its specification)."""

from __future__ import annotations

import math
import re

from release.base.limits import NUMBER_DIGITS
from release.source.document import Scalar

WORDS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
# First characters of everything that may be more than text; all other plain scalars are text.
MEANT = frozenset(["", *"~nNtTfF0123456789+-."])

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NOT_A_NUMBER = frozenset([".nan", ".NaN", ".NAN"])
_LETTERS = frozenset("tTfFnN~")


class BadNumber(ValueError):
    """A number that cannot be kept as written.

    Attributes:
        code: `IN-015` for one without a finite value, `IN-016` for one with too many digits.
        hint: what to write instead.
    """

    def __init__(self, message: str, hint: str, code: str = "IN-015") -> None:
        super().__init__(message)
        self.hint = hint
        self.code = code


def number(text: str) -> Scalar:
    """Return the number that a text of at least one character writes, or the text itself when it writes none.

    Raises:
        BadNumber: it is infinite, not a number, too long, or beyond the range of a 64-bit float.
    """
    if len(text) <= NUMBER_DIGITS and text.isascii():  # the usual ways to write one, read without a pattern
        if text.isdigit():
            return int(text)
        if text[4:5] == "-" and text[7:8] == "-":  # a date; no number has two signs inside
            return text
        whole, _, fraction = text.partition(".")
        if whole.isdigit() and fraction.isdigit() and (value := float(text)):
            return value
    if text[0] in _LETTERS:
        return text
    if _FLOAT.fullmatch(text) is None:
        return _other(text)
    if len(text) > NUMBER_DIGITS:
        _check_digits(text)
    if _INTEGER.fullmatch(text):
        return int(text)
    value = float(text)
    if math.isinf(value):
        raise BadNumber("is too large for a 64-bit number", "write it in a larger unit")
    if value == 0 and re.match("[-+.0]*[1-9]", text):
        raise BadNumber("is too small for a 64-bit number", "write it in a smaller unit, or 0")
    return value


def _other(text: str) -> Scalar:
    """Read octal and hexadecimal numbers; refuse what has no finite value; all else is text."""
    if _INFINITE.fullmatch(text):
        raise BadNumber("is infinite", "write a finite number, or leave the key out")
    if text in _NOT_A_NUMBER:
        raise BadNumber("is not a number", "write a number, `unknown`, or leave the key out")
    if _INTEGER.fullmatch(text) is None:
        return text
    _check_digits(text[2:], hexadecimal=True)
    return int(text[2:], 8 if text[1] == "o" else 16)


def _check_digits(text: str, *, hexadecimal: bool = False) -> None:
    digits = sum(map(str.isalnum, text)) - (0 if hexadecimal else text.count("e") + text.count("E"))
    if digits > NUMBER_DIGITS:
        raise BadNumber(
            f"has {digits} digits; the limit is {NUMBER_DIGITS}",
            "round it, write it with an exponent such as 3.1e23, or put it in quotes if it is text",
            "IN-016",
        )
