"""YAML events to a tree: the data of YAML 1.2 core, with places, within limits, and nothing else.

The events come from PyYAML's scanner and parser; everything that gives them a meaning is here. Nothing recurses, so the
depth of the input never becomes the depth of the stack.
"""

from __future__ import annotations

import re
from typing import Any, Final

from release.base import limits
from release.base.errors import ErrorCollector, Position
from release.base.visible import quoted
from release.source.anchors import Anchored, Anchors, Opening, Stop
from release.source.document import Map, Place, Scalar, Seq
from release.source.scalars import NUMBER_STARTS, WORD_STARTS, WORDS, BadNumber, number

# What may stand between the start of a node and its content: an anchor and a tag in either order, spaces, comments.
_PROPERTY: Final = re.compile(
    r"(?P<tag>!<[^>\s]*>|![^\s,\[\]{}]*)|&[^\s,\[\]{}]+|(?P<break>\r\n|\r|\n)|[ \t]+(?:#[^\r\n]*)?"
)
_SURELY_SHORT: Final = limits.SCALAR_BYTES // 4
_NOT_A_KEY: Final = "\0"  # stands for a key that was refused; such a tree is never handed on


class _Frame:
    """A collection that is still open; `key` is None while a mapping waits for its next key."""

    __slots__ = ("height", "key", "mapping", "node", "opening")

    def __init__(self, node: Any, opening: Opening | None, *, mapping: bool) -> None:  # noqa: ANN401 - Map or Seq
        self.node = node
        self.mapping = mapping
        self.key: str | None = None
        self.opening = opening
        self.height = 0  # levels of collections in it


class Builder:
    """Builds the tree of one file from the events of a parser.

    Attributes:
        roots: the values of the file's documents: one, once `run` has returned and the file holds anything.
        at: where the root's value stands.
    """

    def __init__(self, text: str, shown: str, errors: ErrorCollector, restore: dict[int, int]) -> None:
        self._text = text
        self._shown = shown
        self._errors = errors
        self._restore = restore
        self._anchors = Anchors(shown, errors)
        self._nodes = 0
        self._stack: list[_Frame] = []
        self._frame = _Frame(Seq(shown), None, mapping=False)  # holds the root
        self.roots: Seq = self._frame.node

    def run(self, parser: Any) -> None:  # noqa: ANN401 - PyYAML's classes have no types
        """Read all events; mistakes go to the collector.

        Raises:
            Stop: reading had to end early.
            yaml.YAMLError: the text is not YAML.
        """
        from yaml import events

        get = parser.get_event
        scalar = self._scalar
        mapping_start, mapping_end = events.MappingStartEvent, events.MappingEndEvent
        sequence_start, sequence_end = events.SequenceStartEvent, events.SequenceEndEvent
        scalar_event = events.ScalarEvent
        event = get()
        while event.__class__ is not events.StreamEndEvent:
            kind = event.__class__
            if kind is scalar_event:
                scalar(event)
            elif kind is mapping_start or kind is sequence_start:
                self._open(event, mapping=kind is mapping_start)
            elif kind is mapping_end or kind is sequence_end:
                self._close(event)
            elif kind is events.AliasEvent:
                self._alias(event)
            elif kind is events.DocumentStartEvent:
                self._document(event)
            event = get()
        self._anchors.check(self._nodes, len(self._text))

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        """Take a scalar: the next key of a mapping (as written, whatever it would mean as a value), or a value."""
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        text = event.value
        self._nodes += 1
        if self._nodes > limits.NODES:
            self._too_many(place)
        if event.anchor is not None or event.tag is not None:
            place = self._properties(event, place)
        if self._restore:
            text = text.translate(self._restore)
        if len(text) > _SURELY_SHORT:
            self._check_size(text, place)
        frame = self._frame
        node = frame.node
        plain = event.implicit[0]
        if frame.mapping:
            key = frame.key
            if key is None:
                if event.anchor is not None:
                    self._anchors.define(event.anchor, Anchored(text, 1, len(text), key=text))
                if not text and plain:
                    self._error("IN-013", "a key is missing here", place, "write the key, or delete the line")
                    self._not_a_key("", place, report=False)
                    return
                if text in node.key_marks:
                    self._add_key(text, place)
                else:
                    node.key_marks[text] = place
                frame.key = text
                return
            frame.key = None
            node.value_marks[key] = place
        else:
            key = len(node)
            node.append(None)
            node.value_marks.append(place)
        value: Scalar = text
        if plain:
            first = text[:1]
            if first in NUMBER_STARTS:
                value = self._number(text, place)
                if value.__class__ is not str:
                    node.raw[key] = text
            elif first in WORD_STARTS or not first:
                value = WORDS.get(text, text)
        node[key] = value
        if event.anchor is not None:
            raw = node.raw.get(key)
            self._anchors.define(event.anchor, Anchored(value, 1, len(text), key=text, raw=raw))

    def _open(self, event: Any, *, mapping: bool) -> None:  # noqa: ANN401
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        opening = None
        if event.anchor is not None or event.tag is not None:
            place = self._properties(event, place)
            if event.anchor is not None:
                opening = self._anchors.open(event.anchor, self._nodes, mark.index)
        self._nodes += 1
        if self._nodes > limits.NODES:
            self._too_many(place)
        if len(self._stack) >= limits.NESTING:
            self._error(
                "IN-006", f"the nesting is more than {limits.NESTING} levels deep here; the limit is {limits.NESTING}",
                place, "write it flatter",
            )  # fmt: skip
            raise Stop
        style = "flow" if event.flow_style else "block"
        node = Map(self._shown, *place, style) if mapping else Seq(self._shown, *place, style)
        frame = self._frame
        if frame.mapping and frame.key is None:
            self._not_a_key("mapping" if mapping else "list", place)
        else:
            self._put(node, place)
        self._stack.append(frame)
        self._frame = _Frame(node, opening, mapping=mapping)

    def _close(self, event: Any) -> None:  # noqa: ANN401
        frame = self._frame
        self._frame = parent = self._stack.pop()
        height = frame.height + 1
        parent.height = max(parent.height, height)
        if frame.opening is not None:
            self._anchors.close(frame.opening, frame.node, height, self._nodes, event.end_mark.index)

    def _put(self, value: Any, place: Place) -> None:  # noqa: ANN401
        """Make `value` the next item, or the value of the key that was read last."""
        frame = self._frame
        node = frame.node
        if frame.mapping:
            node[frame.key] = value
            node.value_marks[frame.key] = place
            frame.key = None
        else:
            node.append(value)
            node.value_marks.append(place)

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        self._nodes += 1
        if self._nodes > limits.NODES:
            self._too_many(place)
        found = self._anchors.use(event.anchor, place, len(self._stack))
        frame = self._frame
        if frame.mapping and frame.key is None:
            if found is None or found.key is None:
                self._not_a_key("alias of a collection", place, report=found is not None)
            else:
                self._add_key(found.key, place)
            return
        key = frame.key if frame.mapping else len(frame.node)
        self._put(None if found is None else found.value, place)
        if found is not None and found.raw is not None:
            frame.node.raw[key] = found.raw

    def _document(self, event: Any) -> None:  # noqa: ANN401
        mark = event.start_mark
        place = (mark.line + 1, mark.column + 1)
        if self.roots:
            self._error(
                "IN-014",
                "a second document starts here; a file holds one",
                place,
                "put it into a file of its own",
            )
            raise Stop
        if event.version is not None and event.version != (1, 2):
            asked = ".".join(map(str, event.version))
            self._error(
                "IN-001", f"the file asks for YAML {asked}; it is read as YAML 1.2", place, "remove this line"
            )
        if event.tags:
            self._error("IN-011", "a %TAG line: values have no tags here", place, "remove this line")

    # What is rare or wrong

    def _properties(self, event: Any, place: Place) -> Place:  # noqa: ANN401
        """Refuse a tag, and return where the content behind anchor and tag stands."""
        index = event.start_mark.index
        line, column = place
        while (match := _PROPERTY.match(self._text, index)) is not None and match.end() > index:
            if match["tag"]:
                self._error(
                    "IN-011", f"the tag {quoted(match['tag'])} is not allowed: a value's type follows from how it is "
                    "written", (line, column), "remove the tag; put text in quotes where it must stay text",
                )  # fmt: skip
            if match["break"]:
                line, column = line + 1, 1
            else:
                column += match.end() - index
            index = match.end()
        return place if index > event.end_mark.index else (line, column)

    def _add_key(self, key: str, place: Place) -> None:
        marks = self._frame.node.key_marks
        if key in marks:
            self._error(
                "IN-012", f"the key {quoted(key)} is written twice; first in line {marks[key][0]}", place,
                "keep one of the two",
            )  # fmt: skip
        else:
            marks[key] = place
        self._frame.key = key

    def _not_a_key(self, what: str, place: Place, *, report: bool = True) -> None:
        if report:
            self._error("IN-013", f"a {what} cannot be a key", place, "use a text as key")
        self._frame.node.key_marks[_NOT_A_KEY] = place
        self._frame.key = _NOT_A_KEY

    def _number(self, text: str, place: Place) -> Scalar:
        try:
            return number(text)
        except BadNumber as error:
            self._error(error.code, f"{quoted(text)} {error}", place, error.hint)
            return None

    def _check_size(self, text: str, place: Place) -> None:
        size = len(text.encode())
        if size > limits.SCALAR_BYTES:
            self._error(
                "IN-017", f"this text has {size} bytes; the limit is {limits.SCALAR_BYTES}", place,
                "move long text into a file of its own and refer to it",
            )  # fmt: skip

    def _too_many(self, place: Place) -> None:
        self._error(
            "IN-007", f"the file has more than {limits.NODES} keys, values and collections", place,
            "split it, or move rows of data into a CSV file",
        )  # fmt: skip
        raise Stop

    def _error(self, code: str, message: str, place: Place, hint: str) -> None:
        self._errors.add(code, message, Position(self._shown, *place), hint)
