"""Changing a plan's data for a moment: values filled in where it is silent, and taken out again."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from release.base.record import Record

_ABSENT: Final = object()


class Edit(Record):
    """One value to be written.

    Attributes:
        owner: pointer of the mapping.
        field: its key.
        value: what to write.
    """

    owner: str
    field: str
    value: Any


class Draft:
    """A copy of a plan's data that can be changed and changed back.

    Attributes:
        data: the copy.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data: dict[str, Any] = copy.deepcopy(dict(data))
        self._nodes: dict[str, dict[str, Any]] = {}
        self._enter(self.data)

    def _enter(self, root: dict[str, Any]) -> None:
        waiting: list[Any] = [root]
        while waiting:
            here = waiting.pop()
            if isinstance(here, dict):
                if "$at" in here:
                    # A declared figure and its slice have one place: the figure comes first.
                    self._nodes.setdefault(here["$at"], here)
                waiting.extend(here.values())
            elif isinstance(here, list):
                waiting.extend(here)

    def node(self, pointer: str) -> Mapping[str, Any] | None:
        """Return the mapping at a pointer, or None where none is written."""
        return self._nodes.get(pointer)

    def is_unknown(self, owner: str, field: str) -> bool:
        """Tell whether a field is written `unknown` or `undisclosed`."""
        node = self._nodes.get(owner)
        return node is not None and field in node.get("$unknown", ())

    def word(self, owner: str, field: str) -> str:
        """Return the word that stands for a field, `absent` where nothing does."""
        node = self._nodes.get(owner, {})
        return str(node.get("$words", {}).get(field, "absent"))

    @contextmanager
    def having(self, edits: Iterable[Edit]) -> Iterator[dict[str, Any]]:
        """Hold the data with some values written; they are as before at the end."""
        undone: list[tuple[dict[str, Any], str, Any]] = []
        try:
            for edit in edits:
                node = self._nodes[edit.owner]
                self._put(node, "$unknown", _less(node.get("$unknown", ()), edit.field), undone)
                self._put(node, edit.field, edit.value, undone)
            yield self.data
        finally:
            for node, field, before in reversed(undone):
                if before is _ABSENT:
                    node.pop(field, None)
                else:
                    node[field] = before

    @staticmethod
    def _put(
        node: dict[str, Any],
        field: str,
        value: Any,  # noqa: ANN401 - any plain value
        undone: list[tuple[dict[str, Any], str, Any]],
    ) -> None:
        undone.append((node, field, node.get(field, _ABSENT)))
        node[field] = value


def _less(names: Iterable[str], name: str) -> list[str]:
    return [each for each in names if each != name]
