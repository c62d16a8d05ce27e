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
_SPECIAL = {"inf", "Inf", "INF"}
_NAN = {".nan", ".NaN", ".NAN"}
_NUMBER = re.compile(
    r"[-+]?[0-9]+(?P<float>(\.[0-9]*)?([eE][-+]?[0-9]+)?)|[-+]?\.[0-9]+(?P<fraction>([eE][-+]?[0-9]+)?)"
    r"|0o(?P<octal>[0-7]+)|0x(?P<hex>[0-9a-fA-F]+)"
)
# First characters of everything that may be more than text; all other plain scalars are text.
WORD_STARTS = frozenset("~nNtTfF")
NUMBER_STARTS = frozenset("0123456789+-.")


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
    """Return the number that `text` writes, or `text` itself when it writes none.

    Raises:
        BadNumber: it is infinite, not a number, too long, or beyond the range of a 64-bit float.
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        if text.lstrip("+-")[1:] in _SPECIAL and re.fullmatch(r"[-+]?\.\w+", text):
            raise BadNumber("is infinite", "write a finite number, or leave the key out")
        if text in _NAN:
            raise BadNumber("is not a number", "write a number, `unknown`, or leave the key out")
        return text
    if len(text) > NUMBER_DIGITS:
        digits = sum(character.isalnum() for character in text[2 * (text[:2] in ("0x", "0o")) :])
        if digits > NUMBER_DIGITS:
            raise BadNumber(
                f"has {digits} digits; the limit is {NUMBER_DIGITS}",
                "round it, write it with an exponent such as 3.1e23, or put it in quotes if it is text",
                "IN-016",
            )
    if match["octal"]:
        return int(match["octal"], 8)
    if match["hex"]:
        return int(match["hex"], 16)
    if match["float"] == "":
        return int(text)
    return _float(text)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise BadNumber("is too large for a 64-bit number", "write it in a larger unit")
    if value == 0 and re.search("[1-9]", re.split("[eE]", text)[0]):
        raise BadNumber("is too small for a 64-bit number", "write it in a smaller unit, or 0")
    return value
