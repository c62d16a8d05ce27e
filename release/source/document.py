"""The tree that comes out of a file: plain data in which every key and value knows where it was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Protocol, TypeAlias

from release.base.errors import Position
from release.base.record import Record

Scalar: TypeAlias = "str | int | float | bool | None"
Node: TypeAlias = "Map | Seq | str | int | float | bool | None"
Route: TypeAlias = "Sequence[str | int]"
Place: TypeAlias = tuple[int, int]


class Mark(Protocol):
    """A place as the parser of events gives it: 0-based, and read only when somebody asks."""

    @property
    def index(self) -> int:
        """Code points before it in the text."""

    @property
    def line(self) -> int:
        """0-based line."""

    @property
    def column(self) -> int:
        """0-based column in code points."""


class Origin(Record):
    """A place that the parser does not give, such as that of a value behind its anchor; 0-based too."""

    index: int
    line: int
    column: int


START: Final = Origin(0, 0, 0)


class _Placed:
    """What was written at a place of a file."""

    __slots__ = ()

    start: Mark

    @property
    def line(self) -> int:
        """1-based line where it starts."""
        return self.start.line + 1

    @property
    def column(self) -> int:
        """1-based column where it starts, in code points."""
        return self.start.column + 1


class Map(_Placed, dict[str, Any]):
    """A mapping as written.

    Keys are texts, just as they stand in the file. The places are worked out when they are first asked for: a
    file without mistakes hardly needs them.

    Attributes:
        file: path of the file as shown to people.
        start: where it starts.
        marks: where its keys and values start: key, value, key, value …
        raw: key to the digits of a number as they were written.
        flow: whether it is written in brackets.
    """

    __slots__ = ("_marks", "file", "flow", "marks", "raw", "start")

    file: str
    start: Mark
    marks: list[Mark]
    raw: dict[str, str]
    flow: bool

    @property
    def key_marks(self) -> dict[str, Place]:
        """Key to line and column of the key."""
        return self._places()[0]

    @property
    def value_marks(self) -> dict[str, Place]:
        """Key to line and column of the value; of an alias, those of its `*name`."""
        return self._places()[1]

    def _places(self) -> tuple[dict[str, Place], dict[str, Place]]:
        try:
            return self._marks
        except AttributeError:
            places = [*map(_place, self.marks)]
            self._marks: tuple[dict[str, Place], dict[str, Place]] = (
                dict(zip(self, places[::2], strict=True)),
                dict(zip(self, places[1::2], strict=True)),
            )
            return self._marks

    def pop(self, key: str, *default: Any) -> Any:  # noqa: ANN401 - as of any dictionary
        """Take a key out; its place, and those of the others, stay known."""
        self._places()
        return super().pop(key, *default)

    @property
    def position(self) -> Position:
        """Where the mapping is reported: its first key, or its own start when it is empty."""
        return Position(self.file, *_place(self.marks[0] if self.marks else self.start))

    def key_position(self, key: str) -> Position:
        """Return the place of a key, or of the mapping when it has no such key."""
        place = self.key_marks.get(key)
        return self.position if place is None else Position(self.file, *place)

    def value_position(self, key: str) -> Position:
        """Return the place of a value, or of the mapping when it has no such key."""
        place = self.value_marks.get(key)
        return self.position if place is None else Position(self.file, *place)


class Seq(_Placed, list[Any]):
    """A sequence as written.

    Attributes:
        file: path of the file as shown to people.
        start: where it starts.
        marks: where its items start.
        raw: index to the digits of a number as they were written.
        flow: whether it is written in brackets.
    """

    __slots__ = ("file", "flow", "marks", "raw", "start")

    file: str
    start: Mark
    marks: list[Mark]
    raw: dict[int, str]
    flow: bool

    @property
    def value_marks(self) -> list[Place]:
        """Line and column of each item; of an alias, those of its `*name`."""
        return list(map(_place, self.marks))

    @property
    def position(self) -> Position:
        """Where the sequence starts."""
        return Position(self.file, *_place(self.start))

    def value_position(self, index: int) -> Position:
        """Return the place of an item, or of the sequence when it has no such item."""
        if 0 <= index < len(self.marks):
            return Position(self.file, *_place(self.marks[index]))
        return self.position


def _place(mark: Mark) -> Place:
    return mark.line + 1, mark.column + 1


class Document(Record):
    """One file that was read.

    Attributes:
        file: path as shown to people.
        root: `Map`, `Seq` or a scalar; in JSON plain dictionaries and lists.
        text: the decoded text, without a byte order mark.
        size: bytes of the file.
        digest: `sha256:` and the digest of its bytes.
        line: line of the root's value.
        column: column of the root's value.
    """

    file: str
    root: Any
    text: str
    size: int
    digest: str
    line: int = 1
    column: int = 1

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

    Where the route leaves what is written (a missing key, an index too large, a step into a scalar), the
    place is the nearest thing on the way that exists: the mapping's first key, the list's start, the scalar.

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
    """Return the place of the key that `route` ends with; for an index or no route, that of the value."""
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
    raw: dict[Any, str] = getattr(node_at(root, route[:-1]), "raw", {})
    return raw.get(route[-1])
