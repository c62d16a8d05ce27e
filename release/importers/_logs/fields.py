"""Values of a foreign JSON document, each asked for by name and type, so that nothing is taken on trust."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from release.base.errors import InvalidInput
from release.base.limits import LOG_ID_CHARACTERS
from release.base.visible import quoted, visible
from release.importers._logs.complaint import SCORE, misformed, wrong

_MISSING = object()
_MILLISECONDS = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a document, and how to say where it stands.

    Attributes:
        values: the object.
        file: the file as people see it.
        what: the object in words, such as "sample 'q1' of epoch 2".
        line: the line it stands on, for files of one object a line.
    """

    values: dict[str, Any]
    file: str
    what: str
    line: int = 1

    def wrong(self, message: str) -> InvalidInput:
        """Return an error about this object."""
        said = f"{self.what}: {message}" if self.what else message
        return misformed(said, self.file, line=self.line)

    def unusable(self, message: str, hint: str = "") -> InvalidInput:
        """Return an error about a score of this object."""
        return wrong(SCORE, f"{self.what}: {message}", self.file, hint, line=self.line)

    def has(self, name: str) -> bool:
        """Tell whether the key is there and not null."""
        return self.values.get(name) is not None

    def raw(self, name: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return a value of any type, None when it is absent."""
        return self.values.get(name)

    def text(self, name: str, default: str | None = None) -> str:
        """Return a text."""
        return str(self._typed(name, str, "text", default))

    def truth(self, name: str, *, default: bool | None = None) -> bool:
        """Return true or false."""
        return bool(self._typed(name, bool, "true or false", default))

    def count(self, name: str, default: int | None = None) -> int:
        """Return a whole number from 0 on."""
        value = self._typed(name, (int, float), "a whole number", default)
        if isinstance(value, bool) or not math.isfinite(value) or value != int(value) or value < 0:
            raise self.wrong(f"{quoted(name)} is {quoted(value)}, not a whole number from 0 on")
        return int(value)

    def number(self, name: str) -> float:
        """Return a finite number."""
        return self.finite(self._typed(name, (int, float), "a number", None), name)

    def finite(self, value: Any, name: str) -> float:  # noqa: ANN401 - any JSON value
        """Return a value that must be a finite number."""
        if isinstance(value, bool):
            return int(value)
        if not isinstance(value, (int, float)):
            raise self.unusable(f"{quoted(name)} is {quoted(value)}, not a number")
        if isinstance(value, float) and not math.isfinite(value):
            raise self.unusable(f"{quoted(name)} is {value}, not a finite number")
        if abs(value) > 1e300:
            raise self.unusable(f"{quoted(name)} is too large for a number")
        return value

    def object(self, name: str, what: str = "", *, optional: bool = False) -> Fields:
        """Return an object inside this one; an empty one when it is absent and `optional`."""
        value = self._typed(name, dict, "an object", {} if optional else None)
        return Fields(
            value, self.file, f"{self.what}, {what or quoted(name)}" if self.what else what, self.line
        )

    def list(self, name: str, *, optional: bool = False) -> list[Any]:
        """Return a list; an empty one when it is absent and `optional`."""
        found: list[Any] = self._typed(name, list, "a list", [] if optional else None)
        return found

    def objects(self, name: str, what: str, *, optional: bool = False) -> Iterator[Fields]:
        """Yield the objects of a list; `what` names one of them."""
        for number, each in enumerate(self.list(name, optional=optional), 1):
            if not isinstance(each, dict):
                raise misformed(f"{what} {number} is no object", self.file, line=self.line)
            yield Fields(each, self.file, f"{what} {number}", self.line)

    def key(self, name: str) -> str:
        """Return what names something: a text or a whole number, made safe to show."""
        return self.as_key(self.values.get(name), name)

    def as_key(self, value: Any, name: str) -> str:  # noqa: ANN401 - any JSON value
        """Return a value that must name something."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(f"{quoted(name)} is {quoted(value)} and names nothing")
        shown = visible(value.strip())
        if len(shown) > LOG_ID_CHARACTERS:
            raise self.wrong(f"{quoted(name)} has {len(shown)} characters; the limit is {LOG_ID_CHARACTERS}")
        return shown

    def _typed(self, name: str, types: Any, wanted: str, default: Any) -> Any:  # noqa: ANN401 - any JSON value
        value = self.values.get(name, _MISSING)
        if value is _MISSING or (value is None and default is not None):
            if default is None:
                raise self.wrong(f"{quoted(name)} is missing")
            return default
        if not isinstance(value, types) or (isinstance(value, bool) and types is not bool):
            raise self.wrong(f"{quoted(name)} is {quoted(value)}, not {wanted}")
        return value


def label(value: Any, limit: int = 80) -> str:  # noqa: ANN401 - any JSON value
    """Return a value of a log as shown in the plan: one line, escaped and cut."""
    text = visible(str(value)) if isinstance(value, (str, int, float)) else ""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def day_of(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return the UTC day of an ISO date-time or of seconds or milliseconds since 1970, or "".

    >>> day_of("2026-01-31T23:30:00-05:00"), day_of(0), day_of("soon")
    ('2026-02-01', '1970-01-01', '')
    """
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            seconds = value / 1000 if abs(value) > _MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC).date().isoformat()
        if isinstance(value, str) and len(value) <= 40:
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date().isoformat()
    except (ValueError, OverflowError, OSError):
        pass
    return ""
