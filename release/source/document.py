"""The tree that comes out of a file: plain data in which every key and value knows where it was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, TypeAlias

from release.base.errors import Position

Scalar: TypeAlias = "str | int | float | bool | None"
Node: TypeAlias = "Map | Seq | str | int | float | bool | None"
Route: TypeAlias = "Sequence[str | int]"
Style: TypeAlias = Literal["block", "flow"]
Place: TypeAlias = tuple[int, int]


class Map(dict[str, Any]):
    """A mapping as written.

    Attributes:
        file: path of the file as shown to people.
        line: 1-based line where it starts.
        column: 1-based column where it starts, in code points.
        key_marks: key to the place of the key.
        value_marks: key to the place of the value; an alias has the place of its `*name`.
        raw: key to the digits of a number as they were written.
        style: `block` or `flow`.
    """

    __slots__ = ("column", "file", "key_marks", "line", "raw", "style", "value_marks")

    file: str
    line: int
    column: int
    key_marks: dict[str, Place]
    value_marks: dict[str, Place]
    raw: dict[str, str]
    style: Style

    def __init__(self, file: str = "", line: int = 1, column: int = 1, style: Style = "block") -> None:
        self.file = file
        self.line = line
        self.column = column
        self.style = style
        self.key_marks = {}
        self.value_marks = {}
        self.raw = {}

    @property
    def position(self) -> Position:
        """Where the mapping is reported: its first key, or its own start when it is empty."""
        for line, column in self.key_marks.values():
            return Position(self.file, line, column)
        return Position(self.file, self.line, self.column)

    def key_position(self, key: str) -> Position:
        """Return the place of a key, or of the mapping when it has no such key."""
        place = self.key_marks.get(key)
        return self.position if place is None else Position(self.file, *place)

    def value_position(self, key: str) -> Position:
        """Return the place of a value, or of the mapping when it has no such key."""
        place = self.value_marks.get(key)
        return self.position if place is None else Position(self.file, *place)


class Seq(list[Any]):
    """A sequence as written.

    Attributes:
        file: path of the file as shown to people.
        line: 1-based line where it starts.
        column: 1-based column where it starts, in code points.
        value_marks: the place of each item; an alias has the place of its `*name`.
        raw: index to the digits of a number as they were written.
        style: `block` or `flow`.
    """

    __slots__ = ("column", "file", "line", "raw", "style", "value_marks")

    file: str
    line: int
    column: int
    value_marks: list[Place]
    raw: dict[int, str]
    style: Style

    def __init__(self, file: str = "", line: int = 1, column: int = 1, style: Style = "block") -> None:
        self.file = file
        self.line = line
        self.column = column
        self.style = style
        self.value_marks = []
        self.raw = {}

    @property
    def position(self) -> Position:
        """Where the sequence starts."""
        return Position(self.file, self.line, self.column)

    def value_position(self, index: int) -> Position:
        """Return the place of an item, or of the sequence when it has no such item."""
        if 0 <= index < len(self.value_marks):
            return Position(self.file, *self.value_marks[index])
        return self.position


class Document:
    """One file that was read.

    Attributes:
        file: path as shown to people.
        root: `Map`, `Seq` or a scalar; in JSON plain dictionaries and lists.
        line: line of the root's value.
        column: column of the root's value.
        text: the decoded text, without a byte order mark.
        size: bytes of the file.
        digest: `sha256:` and the digest of its bytes.
    """

    __slots__ = ("column", "digest", "file", "line", "root", "size", "text")

    def __init__(  # noqa: PLR0913 - a record, built in one place
        self,
        file: str,
        root: Any,
        text: str,
        *,
        size: int,
        digest: str,
        at: Place = (1, 1),  # noqa: ANN401
    ) -> None:
        self.file = file
        self.root = root
        self.line, self.column = at
        self.text = text
        self.size = size
        self.digest = digest

    @property
    def texts(self) -> dict[str, str]:
        """File name to text, as errors want it for their excerpts."""
        return {self.file: self.text}

    @property
    def position(self) -> Position:
        """Where the root is reported."""
        if isinstance(self.root, Map | Seq):
            return self.root.position
        return Position(self.file, self.line, self.column)


def position_of(root: Map | Seq, route: Route) -> Position:
    """Return the place of the value that `route` leads to.

    Where the route leaves what is written (a missing key, an index too large, a step into a scalar), the place is the
    nearest thing on the way that exists: the first key of the mapping, the start of the sequence, the scalar.

    Args:
        root: where the route starts.
        route: keys and indices; empty for the root itself.
    """
    found = root.position
    node: Any = root
    for step in route:
        if isinstance(node, Map) and isinstance(step, str):
            found = node.value_position(step)
            node = node.get(step)
        elif isinstance(node, Seq) and isinstance(step, int):
            found = node.value_position(step)
            node = node[step] if 0 <= step < len(node) else None
        else:
            break
    return found


def key_position_of(root: Map | Seq, route: Route) -> Position:
    """Return the place of the key that `route` ends with; for an index or an empty route, the value's place."""
    if route and isinstance(route[-1], str):
        parent = node_at(root, route[:-1])
        if isinstance(parent, Map) and route[-1] in parent:
            return parent.key_position(route[-1])
    return position_of(root, route)


def node_at(root: Map | Seq, route: Route) -> Any:  # noqa: ANN401 - whatever stands there
    """Return what `route` leads to, or None when it leads nowhere."""
    node: Any = root
    for step in route:
        if isinstance(node, Map) and isinstance(step, str):
            node = node.get(step)
        elif isinstance(node, Seq) and isinstance(step, int) and 0 <= step < len(node):
            node = node[step]
        else:
            return None
    return node


def raw_of(root: Map | Seq, route: Route) -> str | None:
    """Return a number's digits as they were written, or None when the value is not a plain number."""
    if not route:
        return None
    parent = node_at(root, route[:-1])
    return parent.raw.get(route[-1]) if isinstance(parent, Map | Seq) else None  # type: ignore[call-overload,no-any-return] # a step that does not fit its parent finds nothing
