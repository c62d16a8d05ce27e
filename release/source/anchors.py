"""Anchors and aliases: what a name stands for, and how large the file would be with every alias written out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from release.base import limits
from release.base.errors import ErrorCollector, Position
from release.base.visible import quoted
from release.source.document import Place


class Stop(Exception):  # noqa: N818 - not an error but the end of reading
    """Nothing after this place can be read; what was found so far is in the collector."""


@dataclass(frozen=True, slots=True)
class Anchored:
    """What an alias can name.

    Attributes:
        value: the value, shared by all its aliases.
        nodes: its nodes with all aliases in it written out.
        characters: its text with all aliases in it written out.
        height: levels of collections in it, 0 for a scalar.
        key: the key that it would make; None for a collection.
        raw: the digits of a number as written.
    """

    value: Any
    nodes: int
    characters: int
    height: int = 0
    key: str | None = None
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """An anchored collection that is still open, with the counts at its start."""

    name: str
    nodes: int
    index: int
    added_characters: int


class Anchors:
    """The anchors of one file.

    Attributes:
        added_nodes: nodes that aliases add to those written.
        added_characters: characters that aliases add.
    """

    __slots__ = ("_errors", "_known", "_shown", "_uses", "added_characters", "added_nodes")

    def __init__(self, shown: str, errors: ErrorCollector) -> None:
        self._shown = shown
        self._errors = errors
        self._known: dict[str, Anchored | None] = {}  # None while the anchored collection is open
        self._uses: list[tuple[int, int, Place]] = []
        self.added_nodes = 0
        self.added_characters = 0

    def define(self, name: str, anchored: Anchored) -> None:
        """Give a finished value a name; a later one replaces an earlier one."""
        self._known[name] = anchored

    def open(self, name: str, nodes: int, index: int) -> Opening:
        """Note that a collection with this name starts after `nodes` nodes, at character `index`."""
        self._known[name] = None
        return Opening(name, nodes + self.added_nodes, index, self.added_characters)

    def close(self, opening: Opening, value: Any, height: int, nodes: int, index: int) -> None:  # noqa: ANN401, PLR0913
        """Note that a named collection ended after `nodes` nodes, at character `index`."""
        self._known[opening.name] = Anchored(
            value,
            nodes + self.added_nodes - opening.nodes,
            index - opening.index + self.added_characters - opening.added_characters,
            height,
        )

    def use(self, name: str, place: Place, depth: int) -> Anchored | None:
        """Return what an alias stands for, inside `depth` collections; None after noting why it stands for nothing.

        Raises:
            Stop: the file would become too large.
        """
        if name not in self._known:
            self._error("IN-010", f"the alias '*{name}' has no anchor '&{name}' before it", place,
                        "define the anchor first, or put the text in quotes")  # fmt: skip
            return None
        anchored = self._known[name]
        if anchored is None:
            self._error("IN-009", f"the alias '*{name}' stands inside what it names", place,
                        "write the value out")  # fmt: skip
            return None
        if depth + anchored.height > limits.NESTING:
            self._error("IN-006", f"with this alias written out the nesting is {depth + anchored.height} levels deep;"
                        f" the limit is {limits.NESTING}", place, "write it flatter")  # fmt: skip
            return None
        self.added_nodes += anchored.nodes - 1
        self.added_characters += anchored.characters
        self._uses.append((self.added_nodes, self.added_characters, place))
        if self.added_nodes > limits.NODES:
            self._too_large(f"at least {self.added_nodes} nodes; the limit is {limits.NODES}", place)
            raise Stop
        return anchored

    def check(self, nodes: int, characters: int) -> None:
        """Compare the size with aliases written out to what is written, once the whole file is known.

        The error stands at the first alias that goes beyond the limit.
        """
        factor = limits.ALIAS_EXPANSION
        if self.added_nodes <= (factor - 1) * nodes and self.added_characters <= factor * characters:
            return
        for added_nodes, added_characters, place in self._uses:
            if added_nodes > (factor - 1) * nodes:
                self._too_large(
                    f"{nodes + self.added_nodes} nodes, more than {factor} times the {nodes} that are written",
                    place,
                )
                return
            if added_characters > factor * characters:
                self._too_large(
                    f"{self.added_characters} more characters, more than {factor} times the {characters} of the file",
                    place,
                )
                return

    def _too_large(self, what: str, place: Place) -> None:
        self._error(
            "IN-008",
            f"with its aliases written out the file has {what}",
            place,
            "write values out instead of aliases",
        )

    def _error(self, code: str, message: str, place: Place, hint: str) -> None:
        self._errors.add(code, message, Position(self._shown, *place), hint)
