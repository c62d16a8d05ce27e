"""YAML events to a tree: the data of YAML 1.2 core, with places, within limits, and nothing else.

The events come from PyYAML's scanner and parser; everything that gives them a meaning is here. Nothing
recurses, so the depth of the input never becomes the depth of the stack. A collection is made when it ends,
from the events of its children; the event of a collection or alias gets its value as an attribute, so that
all children look alike.
"""

from __future__ import annotations

import re
from typing import Any, Final

from release.base import limits
from release.base.errors import ErrorCollector, Position
from release.base.visible import quoted
from release.source.anchors import ENOUGH, Anchors, Stop
from release.source.decoding import LineStarts
from release.source.document import START, Map, Mark, Origin, Scalar, Seq
from release.source.scalars import MEANT, WORDS, BadNumber, number

# What may stand between the start of a node and its content: anchor and tag, spaces, comments.
_PROPERTY: Final = re.compile(
    r"(?P<tag>!<[^>\s]*>|![^\s,\[\]{}]*)|&[^\s,\[\]{}]+|(?P<break>\r\n|\r|\n)|[ \t]+|#[^\r\n]*"
)
_SURELY_SHORT: Final = limits.SCALAR_BYTES // 4
# An escape of two characters writes at most three bytes: what is shorter than this is within the limit.
_MAY_BE_LARGE: Final = limits.SCALAR_BYTES * 2 // 4
NUMBERS: Final = frozenset([int, float])
_COLLECTION: Final = "collection"  # in place of the style of a scalar, which is empty for a plain one


class Builder:
    """Builds the tree of one file from the events of a parser.

    Attributes:
        root: the tree, once `run` has returned.
        at: where the root's value starts.
        empty: whether the file holds no value.
        whole: whether the tree is that of the whole file, or of its first document.
    """

    def __init__(self, text: str, shown: str, errors: ErrorCollector, restore: dict[int, str]) -> None:
        self._text = text
        self._shown = shown
        self._errors = errors
        self._restore = restore
        self._anchors = Anchors(shown, errors)
        self._known: dict[str, Scalar] = dict(WORDS)  # plain scalars to what they mean
        # Open collections: the event that began each, and those of its children; the file is the first.
        self._stack: list[tuple[Any, list[Any]]] = [(None, [])]
        self.root: Any = None
        self.at: Mark = START
        self.empty = True
        self.whole = False

    def run(self, parser: Any) -> None:  # noqa: ANN401 - PyYAML has no types
        """Read all events; mistakes go to the collector.

        Raises:
            Stop: reading had to end early.
            yaml.YAMLError: the text is not YAML.
        """
        from yaml.events import (
            AliasEvent,
            DocumentStartEvent,
            MappingEndEvent,
            MappingStartEvent,
            ScalarEvent,
            SequenceEndEvent,
            SequenceStartEvent,
            StreamEndEvent,
        )

        get = parser.get_event
        most = limits.NODES
        odd = bool(self._restore)
        stack = self._stack
        children = stack[0][1]
        nodes = 0
        while True:
            event = get()
            kind = event.__class__
            if kind is ScalarEvent:
                nodes += 1
                if nodes > most:
                    self._too_many(event.start_mark)
                if odd or event.anchor is not None or event.tag is not None:
                    self._odd_scalar(event)
                children.append(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                start, finished = stack.pop()
                children = stack[-1][1]
                self._close(start, finished, event.end_mark.index, mapping=kind is MappingEndEvent)
                if start.anchor is not None:
                    self._anchors.close(start.value, nodes, event.end_mark.index)
            elif kind is MappingStartEvent or kind is SequenceStartEvent or kind is AliasEvent:
                nodes += 1
                if nodes > most:
                    self._too_many(event.start_mark)
                if kind is AliasEvent:
                    self._alias(event)
                    children.append(event)
                else:
                    children = self._open(event, nodes)
            elif kind is DocumentStartEvent:
                self._document(event, nodes)
            elif kind is StreamEndEvent:
                break
        self._complete(nodes)

    @property
    def bracket(self) -> Mark | None:
        """Where the innermost collection starts, if that is one in brackets and still open."""
        start = self._stack[-1][0]
        if start is None or not start.flow_style:
            return None
        end = start.end_mark  # behind the bracket; anchor and tag are before it
        return Origin(end.index - 1, end.line, end.column - 1)

    def finish(self) -> None:
        """Make the tree; of a file that could not be read to its end, check what was read.

        Raises:
            Stop: there are enough errors.
        """
        from yaml.events import MappingStartEvent

        while len(self._stack) > 1:
            start, children = self._stack.pop()
            self._close(start, children, start.start_mark.index, mapping=isinstance(start, MappingStartEvent))
        roots = self._stack[0][1]
        if roots:
            self.empty = False
            self._check_sizes(roots)
            holder = self._sequence(roots)
            self.root, self.at = holder[0], holder.marks[0]

    def _complete(self, nodes: int) -> None:
        self.whole = True
        self._anchors.check(nodes)

    def _open(self, event: Any, nodes: int) -> list[Any]:  # noqa: ANN401
        """Begin a collection, the node number `nodes`, and return where its children go."""
        stack = self._stack
        depth = len(stack)
        if depth > limits.NESTING:
            self._error(
                "IN-006", f"the nesting is {depth} levels deep here; the limit is {limits.NESTING}",
                event.start_mark, "write it flatter",
            )  # fmt: skip
            raise Stop
        self._anchors.deepen(depth)
        if event.anchor is not None:
            self._anchors.open(event.anchor, nodes, event.start_mark.index, depth)
        if event.anchor is not None or event.tag is not None:
            self._properties(event)
        event.style, event.value = _COLLECTION, None
        stack[-1][1].append(event)
        children: list[Any] = []
        stack.append((event, children))
        return children

    def _close(self, start: Any, children: list[Any], end: int, *, mapping: bool) -> None:  # noqa: ANN401
        """Make the collection that the event `start` began and that ends before character `end`."""
        mark = start.start_mark
        if end - mark.index > _MAY_BE_LARGE:
            self._check_sizes(children)
        if end >= len(self._text):
            self._keep_inside(children)
        node: Any = self._mapping(children) if mapping else self._sequence(children)
        node.start = mark
        node.style = "flow" if start.flow_style else "block"
        start.value = node

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        found = self._anchors.use(event.anchor, event.start_mark, len(self._stack) - 1)
        event.value, event.style = found.value, found.style

    def _mapping(self, children: list[Any]) -> Map:
        node = Map()
        node.file = self._shown
        node.raw = raw = {}
        node.marks = [child.start_mark for child in children]
        known = self._known
        pairs = iter(children)
        try:
            for key_event, event in zip(pairs, pairs, strict=False):
                value = event.value
                if not event.style and value[:1] in MEANT:
                    text = value
                    value = known.get(text, known)
                    if value is known:
                        value = self._meaning(event)
                    if value.__class__ in NUMBERS:
                        raw[key_event.value] = text
                node[key_event.value] = value
        except TypeError:  # a collection as a key cannot be hashed
            pass
        if 2 * len(node) != len(children) or "" in node:
            right = self._right_pairs(children)
            if len(right) < len(children):
                return self._mapping(right)
        return node

    def _sequence(self, children: list[Any]) -> Seq:
        node = Seq()
        node.file = self._shown
        node.raw = raw = {}
        node.marks = [child.start_mark for child in children]
        known = self._known
        for event in children:
            value = event.value
            if not event.style and value[:1] in MEANT:
                text = value
                value = known.get(text, known)
                if value is known:
                    value = self._meaning(event)
                if value.__class__ in NUMBERS:
                    raw[len(node)] = text
            node.append(value)
        return node

    def _meaning(self, event: Any) -> Scalar:  # noqa: ANN401
        """Return what a plain scalar means, and remember it: plans repeat dates and figures."""
        text: str = event.value
        try:
            value = self._known[text] = number(text)
        except BadNumber as error:
            self._error(error.code, f"{quoted(text)} {error}", event.start_mark, error.hint)
            return text
        return value

    # What is rare or wrong

    def _document(self, event: Any, nodes: int) -> None:  # noqa: ANN401
        mark = event.start_mark
        if self._stack[0][1]:
            self._error(
                "IN-014", "a second document starts here; a file holds one", mark,
                "put it into a file of its own",
            )  # fmt: skip
            self._complete(nodes)
            raise Stop
        if event.version is not None and event.version != (1, 2):
            asked = ".".join(map(str, event.version))
            self._error(
                "IN-001", f"the file asks for YAML {asked}; it is read as YAML 1.2", mark, "remove this line"
            )
        if event.tags:
            self._error("IN-011", "a %TAG line: values have no tags here", mark, "remove this line")

    def _odd_scalar(self, event: Any) -> None:  # noqa: ANN401
        if self._restore:
            event.value = event.value.translate(self._restore)
        if event.anchor is not None or event.tag is not None:
            self._properties(event)
            if event.anchor is not None:
                self._anchors.define(event)

    def _properties(self, event: Any) -> None:  # noqa: ANN401
        """Move the start of the event behind its anchor, or to its tag, which is refused."""
        mark = event.start_mark
        index, line, column = mark.index, mark.line, mark.column
        while (match := _PROPERTY.match(self._text, index)) is not None:
            if match["tag"]:
                event.start_mark = Origin(index, line, column)
                self._error(
                    "IN-011", f"the tag {quoted(match['tag'])} is not allowed", event.start_mark,
                    "remove it: a value's type follows from how it is written; quotes keep it text",
                )  # fmt: skip
                return
            index = match.end()
            line, column = (line + 1, 0) if match["break"] else (line, column + match.end() - match.start())
        # A value that is absent stands where its properties end, not where the next key starts.
        end = event.end_mark
        event.start_mark = (
            Origin(index, line, column) if index <= end.index else Origin(end.index, end.line, end.column)
        )

    def _right_pairs(self, children: list[Any]) -> list[Any]:
        """Report keys that are no texts, missing, or written twice; return the others with their values."""
        first: dict[str, int] = {}
        right: list[Any] = []
        for event, value in zip(children[::2], children[1::2], strict=False):
            key, mark = event.value, event.start_mark
            if not isinstance(key, str):
                what = "list" if isinstance(key, Seq) else "mapping"
                self._error("IN-013", f"a {what} cannot be a key", mark, "use a text as key")
            elif not key and not event.style:
                self._error("IN-013", "a key is missing here", mark, "write the key, or delete the line")
            elif key in first:
                self._error(
                    "IN-012", f"the key {quoted(key)} is written twice; first in line {first[key]}", mark,
                    "keep one of the two",
                )  # fmt: skip
            else:
                first[key] = mark.line + 1
                right += (event, value)
        return right

    def _keep_inside(self, children: list[Any]) -> None:
        """Put absent values at the end of the file where they end; libyaml puts them into a line after it."""
        size = len(self._text)
        for event in children:
            if event.start_mark.index >= size:
                line, column = LineStarts(self._text).place(size)
                event.start_mark = Origin(size, line - 1, column - 1)

    def _check_sizes(self, children: list[Any]) -> None:
        for event in children:
            if isinstance(event.value, str) and len(event.value) > _SURELY_SHORT:
                size = len(event.value.encode())
                if size > limits.SCALAR_BYTES:
                    self._error(
                        "IN-017", f"this text has {size} bytes; the limit is {limits.SCALAR_BYTES}",
                        event.start_mark, "move long text into a file of its own and refer to it",
                    )  # fmt: skip

    def _too_many(self, mark: Mark) -> None:
        self._error(
            "IN-007", f"the file has more than {limits.NODES} keys, values and collections", mark,
            "split it, or move rows of data into a CSV file",
        )  # fmt: skip
        raise Stop

    def _error(self, code: str, message: str, mark: Mark, hint: str) -> None:
        self._errors.add(code, message, Position(self._shown, mark.line + 1, mark.column + 1), hint)
        if len(self._errors.errors) > ENOUGH:
            self.whole = False
            raise Stop
