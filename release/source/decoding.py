"""Bytes to text: UTF-8 only, and only the characters that YAML 1.2 allows in a file."""

from __future__ import annotations

import bisect
import codecs
import itertools
import re

from release.base.errors import ErrorCollector, Position
from release.base.limits import ERRORS_LISTED

_ASCII_ALLOWED = bytes([0x09, 0x0A, 0x0D, *range(0x20, 0x7F)])
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_LINE_END = re.compile("\r\n|\r|\n")
_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_STAND_IN = "\ufffd"


class LineStarts:
    r"""Turns indices of a text into lines and columns; `\n`, `\r\n` or a lone `\r` end a line."""

    __slots__ = ("_starts",)

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]

    def place(self, index: int) -> tuple[int, int]:
        """Return line and column of the code point at `index`, both 1-based."""
        line = bisect.bisect_right(self._starts, index)
        return line, index - self._starts[line - 1] + 1


def decode(content: bytes, shown: str, errors: ErrorCollector) -> str | None:
    """Return the text of a file, noting what is wrong with it.

    Args:
        content: the bytes of the file.
        shown: its path as shown to people.
        errors: takes what is found.

    Returns:
        The text without a byte order mark, or None when it cannot be read at all.
    """
    encoding = _other_encoding(content)
    if encoding:
        errors.add(
            "IN-003",
            f"the file is written in {encoding}; only UTF-8 is read",
            Position(shown),
            "save it as UTF-8",
        )
        return None
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:]
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        errors.texts[shown] = content.decode("utf-8", "replace")
        errors.add(
            "IN-003",
            f"byte 0x{content[error.start]:02x} is not valid UTF-8 here",
            Position(shown, *LineStarts(before).place(len(before))),
            "save the file as UTF-8",
        )
        return None
    errors.texts[shown] = text
    return text


def _other_encoding(content: bytes) -> str | None:
    for mark, name in _OTHER_ENCODINGS:
        if content.startswith(mark):
            return name
    if 0 in content[:4] and len(content) >= 4:
        for width, name in ((4, "UTF-32"), (2, "UTF-16")):
            head = content[: 8 * width]
            if len(head) % width == 0 and any(
                not any(byte for index, byte in enumerate(head) if index % width != kept)
                and all(head[kept::width])
                for kept in (0, width - 1)
            ):
                return name
    return None


def without_forbidden(text: str, shown: str, errors: ErrorCollector) -> str:
    """Note each character that YAML 1.2 forbids, and replace it, so that reading can go on."""
    if text.isascii() and not text.encode("ascii").translate(None, _ASCII_ALLOWED):
        return text
    found = list(itertools.islice(_FORBIDDEN.finditer(text), ERRORS_LISTED + 1))
    if not found:
        return text
    starts = LineStarts(text)
    for match in found:
        code = ord(match[0])
        errors.add(
            "IN-004",
            f"the character U+{code:04X} is not allowed in a YAML file",
            Position(shown, *starts.place(match.start())),
            f'delete it, or write it as "\\u{code:04x}" in double quotes',
        )
    return _FORBIDDEN.sub(_STAND_IN, text)
