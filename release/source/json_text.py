"""JSON files that the tool itself writes, read strictly: what a merge broke is found and placed.

The standard library reads; only when it, or a check, finds something wrong, the text is gone through again,
token by token, for the place.
"""

from __future__ import annotations

import contextlib
import json
import math
import re
from pathlib import Path
from typing import Any, Final, NoReturn

from release.base import limits
from release.base.canonical import sha256
from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.visible import quoted
from release.source.anchors import ENOUGH, Stop
from release.source.decoding import LineStarts, decode
from release.source.document import Document
from release.source.reading import read_bytes, too_large

_TOKEN: Final = re.compile(
    r'[ \t\r\n]*("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?(?![\w.])"
    r"|(?:true|false|null)\b|[\[\]{}:,])"
)
_WORD: Final = re.compile(r'"[^"\r\n]*"?|[^\s\[\]{},:"]+|.', re.DOTALL)
_HALF_CHARACTER: Final = re.compile(r"\\u[dD][89a-fA-F]")
_AGAIN: Final = "the file is damaged, by a merge perhaps: write it again"
_CLOSING: Final = {"[": "]", "{": "}"}


class _Wrong(ValueError):
    """Something that must be found again, to be placed."""


def read_json_document(path: Path, shown: str, *, limit: int = limits.LOCK_BYTES) -> Document:
    """Read one JSON file into plain dictionaries and lists.

    Args:
        path: the file.
        shown: its path as shown to people.
        limit: most bytes that are allowed.

    Raises:
        InvalidInput: it is not strict JSON (RFC 8259), a key stands twice, a number is not finite, or a limit
            is exceeded.
    """
    return parse_json_document(read_bytes(path, shown, limit=limit), shown, limit=limit)


def parse_json_document(content: bytes, shown: str, *, limit: int = limits.LOCK_BYTES) -> Document:
    """Read the bytes of one JSON file; see `read_json_document`."""
    if len(content) > limit:
        raise too_large(len(content), limit, shown)
    errors = ErrorCollector()
    text = decode(content, shown, errors)
    if text is None:
        raise InvalidInput(errors.errors, errors.texts)
    try:
        root = json.loads(
            text, object_pairs_hook=_object, parse_int=_integer, parse_float=_float, parse_constant=_constant
        )
    except (ValueError, RecursionError):
        _inspect(text, shown, errors)
        general = InputError("IN-018", "this is not strict JSON", Position(shown), _AGAIN)
        raise InvalidInput(errors.errors or [general], errors.texts) from None
    if _HALF_CHARACTER.search(text) or not _depth_is_allowed(root):
        _inspect(text, shown, errors)
        errors.raise_if_any()
    return Document(shown, root, text, len(content), sha256(content))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Wrong
    return found


def _integer(text: str) -> int:
    if _digits(text) > limits.NUMBER_DIGITS:
        raise _Wrong
    return int(text)


def _float(text: str) -> float:
    value = float(text)
    if math.isinf(value) or _digits(text) > limits.NUMBER_DIGITS:
        raise _Wrong
    return value


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text)) if len(text) > limits.NUMBER_DIGITS else len(text)


def _constant(_: str) -> NoReturn:
    raise _Wrong


def _depth_is_allowed(root: Any) -> bool:  # noqa: ANN401
    level = [root]
    for _ in range(limits.NESTING + 1):
        level = [node for node in level if isinstance(node, dict | list)]
        if not level:
            return True
        level = [child for node in level for child in (node.values() if isinstance(node, dict) else node)]
    return False


def _inspect(text: str, shown: str, errors: ErrorCollector) -> None:
    with contextlib.suppress(Stop):
        _Inspection(text, shown, errors).run()


class _Inspection:
    """Goes through a JSON text token by token, and notes what is wrong with it, and where."""

    def __init__(self, text: str, shown: str, errors: ErrorCollector) -> None:
        self._text = text
        self._shown = shown
        self._errors = errors
        self._starts = LineStarts(text)
        self._open: list[str] = []
        self._keys: list[dict[str, int]] = []

    def run(self) -> None:
        """Inspect the whole text, or up to where it stops being JSON."""
        text, index, expected = self._text, 0, "a value"
        while expected != "the end of the file":
            match = _TOKEN.match(text, index)
            following = self._step(match[1], match.start(1), expected) if match else None
            if match is None or following is None:
                break
            if len(self._open) > limits.NESTING:
                depth = f"{len(self._open)} levels deep here; the limit is {limits.NESTING}"
                self._note("IN-006", f"the nesting is {depth}", match.start(1), _AGAIN)
                return
            index, expected = match.end(), following
        rest = text[index:].lstrip(" \t\r\n")
        if rest or expected != "the end of the file":
            self._unexpected(len(text) - len(rest), expected)

    def _step(self, sign: str, index: int, expected: str) -> str | None:
        """Take one token where `expected` may stand; return what may come next, None if it may not."""
        first = sign[0]
        if expected in ("a key", "a key or '}'"):
            if first == '"':
                self._key(sign, index)
                return "':'"
            return self._closed(sign) if expected == "a key or '}'" else None
        if expected == "':'":
            return "a value" if sign == ":" else None
        if expected.startswith("',' or"):
            if sign == ",":
                return "a value" if self._open[-1] == "[" else "a key"
            return self._closed(sign)
        if sign == "]" and expected == "a value or ']'":
            return self._closed(sign)
        if sign in ("[", "{"):
            self._open.append(sign)
            self._keys.append({})
            return "a value or ']'" if sign == "[" else "a key or '}'"
        if sign in ("]", "}", ":", ","):
            return None
        self._scalar(sign, index)
        return self._after_value()

    def _closed(self, sign: str) -> str | None:
        if sign != _CLOSING[self._open[-1]]:
            return None
        self._open.pop()
        self._keys.pop()
        return self._after_value()

    def _after_value(self) -> str:
        return f"',' or '{_CLOSING[self._open[-1]]}'" if self._open else "the end of the file"

    def _key(self, token: str, index: int) -> None:
        self._scalar(token, index)
        key = json.loads(token) if "\\" in token else token[1:-1]
        if key in self._keys[-1]:
            first = self._starts.place(self._keys[-1][key])[0]
            self._note(
                "IN-012", f"the key {quoted(key)} is written twice; first in line {first}", index, _AGAIN
            )
        self._keys[-1].setdefault(key, index)

    def _scalar(self, token: str, index: int) -> None:
        if token[0] == '"':
            halves = "\\u" in token and any("\ud800" <= each <= "\udfff" for each in json.loads(token))
            if halves:
                self._note("IN-004", "half of a character is escaped here", index, _AGAIN)
        elif token[0] in "-0123456789":
            digits = _digits(token)
            if digits > limits.NUMBER_DIGITS:
                many = f"has {digits} digits; the limit is {limits.NUMBER_DIGITS}"
                self._note("IN-016", f"{quoted(token)} {many}", index, _AGAIN)
            elif math.isinf(float(token)):
                self._note("IN-015", f"{quoted(token)} is too large for a 64-bit number", index, _AGAIN)

    def _unexpected(self, index: int, expected: str) -> None:
        match = _WORD.match(self._text, index)
        if match is None:
            found = "the end of the file"
        elif match[0] in ("NaN", "Infinity", "-Infinity"):
            self._note("IN-015", f"{quoted(match[0])} is not a finite number", index, _AGAIN)
            return
        else:
            found = quoted(match[0], 40)
        self._note("IN-018", f"{found} stands where {expected} is expected", index, _AGAIN)

    def _note(self, code: str, message: str, index: int, hint: str) -> None:
        self._errors.add(code, message, Position(self._shown, *self._starts.place(index)), hint)
        if len(self._errors.errors) > ENOUGH:
            raise Stop
