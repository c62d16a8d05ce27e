"""Anchors and aliases: what a name stands for, and how large a file is with every alias written out."""

from __future__ import annotations

from typing import Any, Final

from release.base import limits
from release.base.errors import ErrorCollector, Position
from release.base.record import Record
from release.source.document import Mark

ENOUGH: Final = 10 * limits.ERRORS_LISTED
"""So many errors end the reading: those listed are the first by place, not the first found."""


class Stop(Exception):
    """Nothing after this place can be read; what was found so far is in the collector."""


class Anchored(Record):
    """What an alias can name.

    Attributes:
        value: the collection, or the text of a scalar.
        style: of the scalar, empty for a plain one.
        nodes: its nodes with all aliases in it written out.
        characters: its text with all aliases in it written out.
        height: levels of collections in it, 0 for a scalar.
    """

    value: Any
    style: str
    nodes: int
    characters: int
    height: int = 0


class _Opening:
    """An anchored collection that is still open: the counts at its start, the deepest level reached in it."""

    __slots__ = ("characters", "deepest", "depth", "name", "nodes")

    def __init__(self, name: str, nodes: int, characters: int, depth: int) -> None:
        self.name = name
        self.nodes = nodes
        self.characters = characters
        self.depth = depth
        self.deepest = depth


class Anchors:
    """The anchors of one file.

    Attributes:
        added_nodes: nodes that aliases add to those written.
        added_characters: characters that aliases add.
        opened: anchored collections that are still open.
    """

    __slots__ = ("_errors", "_known", "_shown", "_uses", "added_characters", "added_nodes", "opened")

    def __init__(self, shown: str, errors: ErrorCollector) -> None:
        self._shown = shown
        self._errors = errors
        self._known: dict[str, Anchored | None] = {}  # None while the anchored collection is open
        self.opened: list[_Opening] = []
        self._uses: list[tuple[int, int, Mark]] = []
        self.added_nodes = 0
        self.added_characters = 0

    def define(self, event: Any) -> None:  # noqa: ANN401 - PyYAML's classes have no types
        """Give a scalar a name; a later anchor replaces an earlier one of the same name."""
        self._known[event.anchor] = Anchored(event.value, event.style, 1, len(event.value))

    def deepen(self, depth: int) -> None:
        """Note that the innermost open anchored collection reaches down to `depth` levels in the file."""
        if self.opened and self.opened[-1].deepest < depth:
            self.opened[-1].deepest = depth

    def open(self, name: str, nodes: int, index: int, depth: int) -> None:
        """Note that the collection `name` starts at character `index`, at level `depth`, as node `nodes`."""
        self._known[name] = None
        counts = nodes - 1 + self.added_nodes, index + self.added_characters
        self.opened.append(_Opening(name, *counts, depth))

    def close(self, value: Any, nodes: int, index: int) -> None:  # noqa: ANN401
        """Note that the innermost named collection ended before character `index`, after `nodes` nodes."""
        opening = self.opened.pop()
        self.deepen(opening.deepest)
        self._known[opening.name] = Anchored(
            value,
            "collection",
            nodes + self.added_nodes - opening.nodes,
            index + self.added_characters - opening.characters,
            opening.deepest - opening.depth + 1,
        )

    def use(self, name: str, mark: Mark, depth: int) -> Anchored:
        """Return what an alias inside `depth` collections stands for; nothing known is an empty text.

        Raises:
            Stop: the file would become too large.
        """
        anchored = self._known.get(name)
        if anchored is None:
            if name in self._known:
                self._error(
                    "IN-009", f"the alias '*{name}' stands inside what it names", mark, "write the value out"
                )
            else:
                self._error(
                    "IN-010", f"the alias '*{name}' has no anchor '&{name}' before it", mark,
                    "define the anchor first, or put the text in quotes",
                )  # fmt: skip
            return Anchored("", "'", 1, 0)
        deepest = depth + anchored.height
        if deepest > limits.NESTING:
            self._error(
                "IN-006",
                f"with this alias written out the nesting is {deepest} levels deep; "
                f"the limit is {limits.NESTING}", mark, "write it flatter",
            )  # fmt: skip
        self.deepen(deepest)
        self.added_nodes += anchored.nodes - 1
        self.added_characters += anchored.characters
        self._uses.append((self.added_nodes, self.added_characters, mark))
        if self.added_nodes > limits.NODES:
            self._too_large(f"at least {self.added_nodes} nodes; the limit is {limits.NODES}", mark)
            raise Stop
        return anchored

    def check(self, nodes: int) -> None:
        """Compare the size with aliases written out to the `nodes` written, once the whole file is known.

        The error stands at the first alias that goes beyond a limit.
        """
        factor = limits.ALIAS_EXPANSION
        for added_nodes, added_characters, mark in self._uses:
            total = nodes + self.added_nodes
            if nodes + added_nodes > limits.NODES:
                what = f"{total} nodes; the limit is {limits.NODES}"
            elif nodes + added_nodes > factor * nodes:
                what = f"{total} nodes, more than {factor} times the {nodes} written"
            elif added_characters > factor * limits.PLAN_BYTES:
                what = f"{self.added_characters} more characters; the limit is {factor * limits.PLAN_BYTES}"
            else:
                continue
            self._too_large(what, mark)
            return

    def _too_large(self, what: str, mark: Mark) -> None:
        self._error(
            "IN-008", f"with its aliases written out the file has {what}", mark, "write values out instead"
        )

    def _error(self, code: str, message: str, mark: Mark, hint: str) -> None:
        self._errors.add(code, message, Position(self._shown, mark.line + 1, mark.column + 1), hint)
        if len(self._errors.errors) > ENOUGH:
            raise Stop
