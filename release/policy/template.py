"""Messages of rules: plain text in which `{{ }}` holds an expression. There is no other template language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from release.base.limits import MESSAGE_BYTES
from release.base.record import Record
from release.policy.frame import Exhausted, Frame, Undetermined
from release.policy.meaning import Program, program
from release.policy.syntax import Node, from_plain, to_plain

_LISTED: Final = 20


class Hole(Record):
    """A placeholder: the source of its expression, and where that starts in the message."""

    source: str
    offset: int


class Unbalanced(ValueError):
    """Braces that do not match; `offset` says where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def split(text: str) -> list[str | Hole]:
    """Split a message into plain text and placeholders. Texts inside expressions may hold braces.

    Raises:
        Unbalanced: a placeholder is not closed, is empty, or `}}` stands outside of one.
    """
    parts: list[str | Hole] = []
    place = 0
    while (start := text.find("{{", place)) >= 0:
        _no_end(text, place, start)
        if start > place:
            parts.append(text[place:start])
        end = _end(text, start + 2)
        source = text[start + 2 : end]
        if not source.strip():
            raise Unbalanced("an empty placeholder", start)
        lead = len(source) - len(source.lstrip())
        parts.append(Hole(source.strip(), start + 2 + lead))
        place = end + 2
    _no_end(text, place, len(text))
    if place < len(text):
        parts.append(text[place:])
    return parts


def _no_end(text: str, start: int, stop: int) -> None:
    found = text.find("}}", start, stop)
    if found >= 0:
        raise Unbalanced("}} without {{ before it", found)


def _end(text: str, start: int) -> int:
    """Return where the placeholder closes, past texts and inner braces of its expression."""
    place = start
    depth = 0
    while place < len(text):
        character = text[place]
        if character in "\"'":
            place = _after_text(text, place)
            continue
        if character == "{":
            depth += 1
        elif character == "}":
            if depth == 0 and text.startswith("}}", place):
                return place
            depth -= 1
        place += 1
    raise Unbalanced("{{ is not closed by }}", start - 2)


def _after_text(text: str, place: int) -> int:
    quote = text[place]
    raw = place > 0 and text[place - 1] in "rR"
    closing = quote * 3 if text.startswith(quote * 3, place) else quote
    here = place + len(closing)
    while here < len(text):
        if text[here] == "\\" and not raw:
            here += 2
        elif text.startswith(closing, here):
            return here + len(closing)
        else:
            here += 1
    raise Unbalanced("a text in a placeholder is not closed", place)


class Template:
    """A compiled message: plain texts and trees of expressions.

    Attributes:
        plain: its parts, trees in their JSON form.
    """

    __slots__ = ("_programs", "plain")

    def __init__(self, parts: Sequence[str | Node] = (), *, plain: list[Any] | None = None) -> None:
        made = [part if isinstance(part, str) else to_plain(part) for part in parts]
        self.plain: list[Any] = made if plain is None else plain
        self._programs: list[str | Program] | None = None

    @property
    def nodes(self) -> list[Node]:
        """The trees of the expressions."""
        return [from_plain(part) for part in self.plain if not isinstance(part, str)]

    def render(self, frame: Frame) -> str:
        """Return the message for one object, within the limit; what is missing shows as `unknown`."""
        if self._programs is None:
            self._programs = [
                part if isinstance(part, str) else program(from_plain(part)) for part in self.plain
            ]
        shown = []
        for part in self._programs:
            if isinstance(part, str):
                shown.append(part)
                continue
            try:
                value = part(frame)
            except (Undetermined, Exhausted):
                value = "unknown"
            if frame.trace is not None:
                frame.trace.read(value)
            shown.append(show(value))
        return shortened("".join(shown))


def shortened(text: str, limit: int = MESSAGE_BYTES) -> str:
    """Return text cut to a number of bytes, at a character."""
    content = text.encode()
    if len(content) <= limit:
        return text
    return content[: limit - 3].decode(errors="ignore") + "…"


def show(value: Any) -> str:  # noqa: ANN401 - any value of an expression
    """Return a value as shown: dates as written, numbers in their shortest form, objects by id."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _show_double(value)
    if isinstance(value, list):
        shown = [show(each) for each in value[:_LISTED]]
        if len(value) > _LISTED:
            shown.append(f"and {len(value) - _LISTED} more")
        return ", ".join(shown) or "none"
    if isinstance(value, dict):
        return _show_object(value)
    if isinstance(value, datetime):
        day = value.time().replace(microsecond=0).isoformat() == "23:59:59"
        return value.date().isoformat() if day else value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return f"{value / timedelta(days=1):g} days"
    return "none" if value is None else str(value)


def _show_double(value: float) -> str:
    if not math.isfinite(value):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.6g}" if abs(value) < 1e15 else f"{value:.4g}"


def _show_object(value: dict[str, Any]) -> str:
    if "id" in value:
        return str(value["id"])
    if "value" in value:
        return show(value["value"])
    own = {key: each for key, each in value.items() if not str(key).startswith("$")}
    return ", ".join(f"{key}: {show(each)}" for key, each in list(own.items())[:_LISTED]) or "none"
