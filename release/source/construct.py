"""YAML events to a tree: the data of YAML 1.2 core, with places, within limits, and nothing else.

The events come from PyYAML's scanner and parser; everything that gives them a meaning is here. Nothing
recurses, so the depth of the input never becomes the depth of the stack. A collection is made when it ends,
from the values (in a mapping: key, value, key, value …) and places that were gathered for it.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

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
_NUMBERS: Final = frozenset([int, float])
_NO_KEY: Final = object()  # in place of a key that is absent

# An open collection, or the file: the event that began it (None), keys and values so far, where each of them
# starts, and the index in the values of each number with its digits as written.
_Frame: TypeAlias = tuple[Any, list[Any], list[Mark], dict[int, str]]


class Builder:
    """Builds the tree of one file from the events of a parser.

    Attributes:
        root: the tree, once `run` and `finish` have returned.
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
        self._stack: list[_Frame] = []
        self.root: Any = None
        self.at: Mark = START
        self.empty = True
        self.whole = False

    def run(self, parser: Any) -> None:  # noqa: ANN401, PLR0912, PLR0915 - PyYAML has no types; see below
        """Read all events; mistakes go to the collector.

        The usual events are dealt with here and not in methods of their own, as this loop is most of the time
        that reading takes.

        Raises:
            Stop: reading had to end early.
            yaml.YAMLError: the text is not YAML.
        """
        from yaml import events

        scalar, alias, document, end = (
            events.ScalarEvent, events.AliasEvent, events.DocumentStartEvent, events.StreamEndEvent,
        )  # fmt: skip
        map_start, map_end = events.MappingStartEvent, events.MappingEndEvent
        seq_start, seq_end = events.SequenceStartEvent, events.SequenceEndEvent
        get, known, anchors, stack = parser.get_event, self._known, self._anchors, self._stack
        most, deepest, shown = limits.NODES, limits.NESTING, self._shown
        odd, large = bool(self._restore), len(self._text) > _MAY_BE_LARGE
        nodes = 0
        start: Any = None
        values: list[Any] = []
        marks: list[Mark] = []
        raw: dict[int, str] = {}
        node: Map | Seq
        try:
            while True:
                event = get()
                kind = event.__class__
                if kind is scalar or kind is alias:
                    nodes += 1
                    if nodes > most:
                        self._too_many(event.start_mark)
                    if odd or event.anchor is not None or event.tag is not None:
                        self._special(event)
                    value = event.value
                    if not event.style and value[:1] in MEANT:  # plain, and perhaps more than text
                        if start.__class__ is map_start and not len(values) & 1:
                            value = value or self._no_key(event.start_mark)
                        else:
                            meaning = known.get(value, known)
                            if meaning is known:
                                meaning = self._number(event)
                            if meaning.__class__ in _NUMBERS:
                                raw[len(values)] = value
                            value = meaning
                    values.append(value)
                    marks.append(event.start_mark)
                elif kind is map_end or kind is seq_end:
                    if large and event.end_mark.index - start.start_mark.index > _MAY_BE_LARGE:
                        self._check_sizes(values, marks)
                    if kind is map_end:
                        node = self._mapping(values, marks, raw)
                    else:
                        node = Seq(values)
                        node.marks = marks
                        node.raw = raw
                    node.file = shown
                    node.start = start.start_mark
                    node.flow = start.flow_style is True
                    if start.anchor is not None:
                        anchors.close(node, nodes, event.end_mark.index)
                    start, values, marks, raw = stack.pop()
                    values[-1] = node
                elif kind is map_start or kind is seq_start:
                    nodes += 1
                    if nodes > most:
                        self._too_many(event.start_mark)
                    stack.append((start, values, marks, raw))
                    if (
                        len(stack) > deepest
                        or event.anchor is not None
                        or event.tag is not None
                        or anchors.opened
                    ):
                        self._special_start(event, nodes)
                    values.append(None)
                    marks.append(event.start_mark)
                    start, values, marks, raw = event, [], [], {}
                elif kind is document:
                    self._document(event, nodes)
                elif kind is end:
                    break
            self._complete(nodes)
        finally:
            stack.append((start, values, marks, raw))

    @property
    def bracket(self) -> Mark | None:
        """Where the innermost list or mapping in brackets starts that is still open."""
        for start, *_ in reversed(self._stack[1:]):
            if not start.flow_style:
                break
            end = start.end_mark  # behind the bracket; anchor and tag are before it
            if self._text[end.index - 1] in "[{":  # else a pair in a list, such as `[a: b]`
                return Origin(end.index - 1, end.line, end.column - 1)
        return None

    def finish(self) -> None:
        """Make the tree; of a file that could not be read to its end, check what was read.

        Raises:
            Stop: there are enough errors.
        """
        from yaml.events import MappingStartEvent

        while len(self._stack) > 1:
            start, values, marks, raw = self._stack.pop()
            self._check_sizes(values, marks)
            if isinstance(start, MappingStartEvent):
                self._mapping(values, marks, raw)
        _, values, marks, _ = self._stack[0]
        if values:
            self.empty = False
            self._check_sizes(values, marks)
            self.root, self.at = values[0], marks[0]
            self._keep_inside()

    def _complete(self, nodes: int) -> None:
        self.whole = True
        self._anchors.check(nodes)

    def _mapping(self, values: list[Any], marks: list[Mark], raw: dict[int, str]) -> Map:
        try:
            node = Map(zip(values[::2], values[1::2], strict=False))
        except TypeError:  # a collection as a key cannot be hashed
            node = Map()
        if 2 * len(node) != len(values) or _NO_KEY in node:
            right = self._right_keys(values, marks)
            node = Map({values[index]: values[index + 1] for index in right})
            marks = [mark for index in right for mark in marks[index : index + 2]]
            values_kept = {index + 1 for index in right}
            raw = {index: text for index, text in raw.items() if index in values_kept}
        node.marks = marks
        node.raw = {values[index - 1]: text for index, text in raw.items()} if raw else {}
        return node

    def _number(self, event: Any) -> Scalar:  # noqa: ANN401
        """Return what a plain scalar means, and remember it: plans repeat figures and dates."""
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
        if nodes:
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

    def _special_start(self, event: Any, nodes: int) -> None:  # noqa: ANN401
        """See to a collection, node number `nodes`, too deep, tagged, anchored, or below an anchor."""
        depth = len(self._stack)
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

    def _special(self, event: Any) -> None:  # noqa: ANN401
        """See to an alias, and to a scalar with an anchor, a tag, or characters that were replaced."""
        if not hasattr(event, "value"):
            found = self._anchors.use(event.anchor, event.start_mark, len(self._stack))
            event.value, event.style = found.value, found.style
            return
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

    def _no_key(self, mark: Mark) -> object:
        self._error("IN-013", "a key is missing here", mark, "write the key, or delete the line")
        return _NO_KEY

    def _right_keys(self, values: list[Any], marks: list[Mark]) -> list[int]:
        """Report keys that are no texts or written twice; return the indices of the others, with a value."""
        first: dict[str, int] = {}
        for index in range(0, len(values), 2):
            key, mark = values[index], marks[index]
            if isinstance(key, Map | Seq):
                what = "list" if isinstance(key, Seq) else "mapping"
                self._error("IN-013", f"a {what} cannot be a key", mark, "use a text as key")
            elif key in first:
                line = marks[first[key]].line + 1
                self._error(
                    "IN-012", f"the key {quoted(key)} is written twice; first in line {line}", mark,
                    "keep one of the two",
                )  # fmt: skip
            elif key is not _NO_KEY and key is not None and index + 1 < len(values):
                first[key] = index
        return list(first.values())

    def _keep_inside(self) -> None:
        """Put an absent value at the end of the file where it is; libyaml puts it into a line after it."""
        node = self.root
        while isinstance(node, Map | Seq) and node.marks:
            node.marks[-1] = self._inside(node.marks[-1])
            node = [*node.values()][-1] if isinstance(node, Map) else node[-1]

    def _inside(self, mark: Mark) -> Mark:
        if mark.index < len(self._text):
            return mark
        line, column = LineStarts(self._text).place(len(self._text))
        return Origin(len(self._text), line - 1, column - 1)

    def _check_sizes(self, values: list[Any], marks: list[Mark]) -> None:
        for value, mark in zip(values, marks, strict=True):
            if isinstance(value, str) and len(value) > _SURELY_SHORT:
                size = len(value.encode())
                if size > limits.SCALAR_BYTES:
                    self._error(
                        "IN-017", f"this text has {size} bytes; the limit is {limits.SCALAR_BYTES}", mark,
                        "move long text into a file of its own and refer to it",
                    )  # fmt: skip

    def _too_many(self, mark: Mark) -> None:
        self._error(
            "IN-007", f"the file has more than {limits.NODES} keys, values and collections", mark,
            "split it, or move rows of data into a CSV file",
        )  # fmt: skip
        raise Stop

    def _error(self, code: str, message: str, mark: Mark, hint: str) -> None:
        mark = self._inside(mark)
        self._errors.add(code, message, Position(self._shown, mark.line + 1, mark.column + 1), hint)
        if len(self._errors.errors) > ENOUGH:
            self.whole = False
            raise Stop
