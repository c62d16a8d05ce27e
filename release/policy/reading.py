"""Reading fields out of a YAML tree: each mistake is noted at its place, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from release.base.dates import moment
from release.base.errors import ErrorCollector, Position
from release.base.nearest import nearest
from release.base.visible import quoted
from release.policy.pack import Written
from release.policy.parameter_values import kind_of
from release.source.document import Map, Seq

UNKNOWN_KEY: Final = "IN-051"
MISSING_KEY: Final = "IN-052"
WRONG_VALUE: Final = "IN-053"


class Reader:
    """One mapping of the file, read field by field.

    Attributes:
        node: the mapping.
        errors: where mistakes go.
        what: what the mapping is, for messages.
    """

    def __init__(self, node: Map, errors: ErrorCollector, what: str) -> None:
        self.node = node
        self.errors = errors
        self.what = what

    def only(self, keys: Collection[str]) -> None:
        """Refuse keys other than these."""
        for key in self.node:
            if key not in keys:
                near = nearest(key, keys)
                hint = f"did you mean '{near}'?" if near else f"keys: {', '.join(sorted(keys))}"
                self.errors.add(
                    UNKNOWN_KEY,
                    f"{self.what} has no key {quoted(key)}",
                    self.node.key_position(key),
                    hint,
                )

    def at(self, key: str) -> Position:
        """Return the place of a value."""
        return self.node.value_position(key)

    def wrong(self, key: str, message: str, hint: str = "", code: str = WRONG_VALUE) -> None:
        """Note that the value of a key is wrong."""
        self.errors.add(code, message, self.at(key), hint)

    def missing(self, key: str) -> None:
        """Note that a key is missing."""
        self.errors.add(MISSING_KEY, f"{self.what} lacks {quoted(key)}", self.node.position, f"add {key}: …")

    def text(self, key: str, *, needed: bool = False) -> str:
        """Return a text, empty when it is absent or wrong; digits of numbers are kept as written."""
        if key not in self.node:
            if needed:
                self.missing(key)
            return ""
        value = self.node[key]
        if isinstance(value, str):
            if needed and not value.strip():
                self.wrong(key, f"{quoted(key)} is empty")
            return value
        raw = getattr(self.node, "raw", {}).get(key)
        if isinstance(raw, str):
            return raw
        self.wrong(key, f"{quoted(key)} must be a text, not {kind_of(value)}", "put it in quotes")
        return ""

    def written(self, key: str, *, needed: bool = False) -> Written | None:
        """Return a text with its place, or None when it is absent or wrong."""
        before = len(self.errors.errors)
        text = self.text(key, needed=needed)
        if key not in self.node or len(self.errors.errors) > before:
            return None
        return Written(text, self.at(key))

    def expression(self, key: str, *, needed: bool = False) -> Written | None:
        """Return an expression with its place; `true` and `false` may be written without quotes."""
        value = self.node.get(key)
        if isinstance(value, bool):
            return Written("true" if value else "false", self.at(key))
        return self.written(key, needed=needed)

    def word(self, key: str, words: Sequence[str], *, needed: bool = False) -> str | None:
        """Return one of a few words, or None."""
        if key not in self.node:
            if needed:
                self.missing(key)
            return None
        value = self.node[key]
        if isinstance(value, str) and value in words:
            return value
        near = nearest(value, words) if isinstance(value, str) else None
        hint = f"did you mean '{near}'?" if near else f"one of: {', '.join(words)}"
        self.wrong(key, f"{quoted(key)} can't be {quoted(value)}", hint)
        return None

    def whole(self, key: str, *, least: int) -> int | None:
        """Return a whole number, or None."""
        value = self.node.get(key)
        if key not in self.node:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            self.wrong(key, f"{quoted(key)} must be a whole number of at least {least}")
            return None
        return value

    def truth(self, key: str) -> bool:
        """Return true or false; false when absent."""
        value = self.node.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, f"{quoted(key)} must be true or false, not {kind_of(value)}")
            return False
        return value

    def date(self, key: str) -> str | None:
        """Return a date as written, or None."""
        if key not in self.node:
            return None
        value = self.text(key)
        try:
            moment(value)
        except ValueError as error:
            self.wrong(key, f"{quoted(key)}: {error}")
            return None
        return value

    def mapping(self, key: str, what: str) -> Reader | None:
        """Return the mapping under a key, or None."""
        value = self.node.get(key)
        if key not in self.node:
            return None
        if not isinstance(value, Map):
            self.wrong(key, f"{quoted(key)} must be a mapping, not {kind_of(value)}")
            return None
        return Reader(value, self.errors, what)

    def items(self, key: str) -> Iterator[tuple[int, Any, Position]]:
        """Yield the items of a list with their places; nothing when it is absent or no list."""
        value = self.node.get(key)
        if key not in self.node:
            return
        if not isinstance(value, Seq):
            self.wrong(key, f"{quoted(key)} must be a list, not {kind_of(value)}")
            return
        for index, item in enumerate(value):
            yield index, item, value.value_position(index)

    def mappings(self, key: str, what: str) -> Iterator[Reader]:
        """Yield the mappings of a list; other items are mistakes."""
        for _index, item, place in self.items(key):
            if isinstance(item, Map):
                yield Reader(item, self.errors, what)
            else:
                message = f"{what} must be a mapping, not {kind_of(item)}"
                self.errors.add(WRONG_VALUE, message, place)

    def texts(self, key: str) -> tuple[Written, ...]:
        """Return a list of texts; one text stands for a list of one."""
        value = self.node.get(key)
        if isinstance(value, str):
            return (Written(value, self.at(key)),)
        found = []
        for _index, item, place in self.items(key):
            if isinstance(item, str):
                found.append(Written(item, place))
            else:
                message = f"{quoted(key)} must hold texts, not {kind_of(item)}"
                self.errors.add(WRONG_VALUE, message, place)
        return tuple(found)

    def id(self, pattern: re.Pattern[str], hint: str) -> str:
        """Return the `id`, noting when it does not fit the pattern."""
        value = self.text("id", needed=True)
        if value and not pattern.fullmatch(value):
            self.wrong("id", f"{quoted(value)} is not an id", hint, "IN-054")
        return value
