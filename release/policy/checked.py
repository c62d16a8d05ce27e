"""From the standard's binary form of a checked expression (`cel.expr.CheckedExpr`) to our tree.

The macros of CEL arrive expanded into general loops; the five shapes in use are recognised here and nothing
else is let through, so that what is evaluated later is exactly what this module names.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any, Final, Literal

from release.base.record import Record
from release.policy.syntax import Call, Constant, Entries, Field, Items, Logic, Loop, Node, Present, Variable

_ACCUMULATOR: Final = "@result"
_SCALARS: Final = {1: "bool", 2: "int", 3: "uint", 4: "double", 5: "string", 6: "bytes"}
_WELL_KNOWN: Final = {1: "dyn", 2: "date", 3: "duration"}
_SIGN: Final = 1 << 63

# Functions whose arguments must be points in time, not the text of a date, when they are evaluated.
_ON_TIMES: Final = frozenset(
    (
        *("_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_", "_+_", "_-_", "@in", "timestamp"),
        *("getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours"),
        *("getMilliseconds", "getMinutes", "getMonth", "getSeconds"),
    )
)


class Complaint(Record):
    """One thing wrong with an expression.

    Attributes:
        offset: where, in code points from its start.
        limit: it is too large, rather than wrong.
    """

    message: str
    offset: int
    hint: str = ""
    limit: bool = False


class Unsupported(Exception):
    """The expression is valid CEL that has no meaning here."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.hint = hint


class Checked:
    """A checked expression.

    Attributes:
        node: its tree.
        type: the type of its value: `bool`, `int`, `double`, `string`, `date`, `duration`, `list`, `map`,
            `dyn`, or the name of an object.
        variables: each free variable with its offset in the source, in code points.
        patterns: each regular expression written in it, with its offset.
        results: each `x.results.name` of evidence, with the offset of the name.
    """

    __slots__ = ("node", "patterns", "results", "type", "variables")

    def __init__(self, node: Node, kind: str) -> None:
        self.node = node
        self.type = kind
        self.variables: list[tuple[str, int]] = []
        self.patterns: list[tuple[str, int]] = []
        self.results: list[tuple[str, int]] = []


_Wire = dict[int, list[Any]]


def _varint(content: bytes, place: int) -> tuple[int, int]:
    byte = content[place]
    if byte < 128:
        return byte, place + 1
    number = byte & 127
    shift = 7
    while True:
        place += 1
        byte = content[place]
        number |= (byte & 127) << shift
        if byte < 128:
            return number, place + 1
        shift += 7


def _message(content: bytes) -> _Wire:
    """Return the fields of a protobuf message: number to values, in order."""
    found: _Wire = {}
    place = 0
    end = len(content)
    while place < end:
        tag, place = _varint(content, place)
        kind = tag & 7
        value: Any
        if kind == 2:
            length, place = _varint(content, place)
            value = content[place : place + length]
            place += length
        elif kind == 0:
            value, place = _varint(content, place)
        elif kind == 1:
            value = content[place : place + 8]
            place += 8
        else:
            raise ValueError(f"a protobuf field of wire type {kind}")
        found.setdefault(tag >> 3, []).append(value)
    return found


def _by_id(entries: list[bytes]) -> dict[int, Any]:
    """Return a map field: key (an expression's number) to value."""
    pairs = (_message(entry) for entry in entries)
    return {pair[1][0]: pair.get(2, [0])[0] for pair in pairs if 1 in pair}


def _signed(number: int) -> int:
    return number - (1 << 64) if number >= _SIGN else number


class _Reader:
    def __init__(self, expression: _Wire, strict: frozenset[str]) -> None:
        self._types: Mapping[int, bytes] = _by_id(expression.get(3, []))
        self._named: dict[int, str] = {}
        self._strict = strict
        source = _message(expression[5][0])
        self._places: Mapping[int, int] = _by_id(source.get(4, []))
        self._bound: list[str] = []
        self.checked = Checked(Constant(None), "dyn")

    def offset(self, number: int) -> int:
        return self._places.get(number, 0)

    def type_of(self, number: int) -> str:
        if number not in self._named:
            written = self._types.get(number)
            self._named[number] = "dyn" if written is None else _type(written)
        return self._named[number]

    def read(self, content: bytes) -> Node:
        wire = _message(content)
        number = wire.get(2, [0])[0]
        if 5 in wire:
            return self._select(number, _message(wire[5][0]))
        if 4 in wire:
            return self._variable(number, _message(wire[4][0])[1][0].decode())
        if 6 in wire:
            return self._call(number, _message(wire[6][0]))
        if 3 in wire:
            return self._constant(number, _message(wire[3][0]))
        if 9 in wire:
            return self._loop(number, _message(wire[9][0]))
        if 7 in wire:
            return Items(tuple(self.read(each) for each in _message(wire[7][0]).get(1, ())))
        if 8 in wire:
            return self._entries(number, _message(wire[8][0]))
        raise Unsupported("this has no meaning here", self.offset(number))

    def _variable(self, number: int, name: str) -> Node:
        if name not in self._bound:
            self.checked.variables.append((name, self.offset(number)))
        return Variable(name)

    def _constant(self, number: int, wire: _Wire) -> Node:
        if 6 in wire:
            return Constant(wire[6][0].decode())
        if 3 in wire:
            return Constant(_signed(wire[3][0]))
        if 5 in wire:
            return Constant(struct.unpack("<d", wire[5][0])[0])
        if 2 in wire:
            return Constant(bool(wire[2][0]))
        if 4 in wire:
            raise Unsupported("unsigned numbers do not occur here", self.offset(number), "leave the u out")
        if 7 in wire:
            raise Unsupported("texts of bytes do not occur here", self.offset(number), "leave the b out")
        return Constant(None)

    def _select(self, number: int, wire: _Wire) -> Node:
        operand = self.read(wire[1][0])
        name = wire[2][0].decode()
        if 3 in wire and wire[3][0]:
            return Present(operand, name)
        owner = self.type_of(_message(wire[1][0]).get(2, [0])[0])
        if isinstance(operand, Field) and operand.name == "results":
            self.checked.results.append((name, self.offset(number) + 1))
        kind: Literal["", "list", "map", "double"] = ""
        match self.type_of(number):
            case "list" if owner not in self._strict:
                kind = "list"
            case "map" if owner not in self._strict:
                kind = "map"
            case "double":
                kind = "double"
        return Field(operand, name, kind)

    def _call(self, number: int, wire: _Wire) -> Node:
        function = wire[2][0].decode()
        written = [*wire.get(1, ()), *wire.get(3, ())]
        arguments = tuple(self.read(each) for each in written)
        if function in {"_&&_", "_||_"}:
            return _logic("and" if function == "_&&_" else "or", arguments)
        if function == "dyn":
            return arguments[0]
        numbers = [_message(each).get(2, [0])[0] for each in written]
        if function == "matches" and isinstance(arguments[-1], Constant):
            self.checked.patterns.append((arguments[-1].value, self.offset(numbers[-1])))
        dates = tuple(self.type_of(each) == "date" for each in numbers) if function in _ON_TIMES else ()
        if function == "@in" and self._holds_dates(numbers[1]):
            dates = (True, True)
        return Call(function, arguments, dates if any(dates) else (), self.type_of(number) == "double")

    def _holds_dates(self, number: int) -> bool:
        written = self._types.get(number)
        wire = _message(written) if written is not None else {}
        return 6 in wire and _type(_message(wire[6][0]).get(1, [b""])[0]) == "date"

    def _entries(self, number: int, wire: _Wire) -> Node:
        if 1 in wire and wire[1][0]:
            raise Unsupported("objects can't be built here", self.offset(number), "compare single fields")
        pairs = []
        for each in wire.get(2, ()):
            entry = _message(each)
            pairs.append((self.read(entry[3][0]), self.read(entry[4][0])))
        return Entries(tuple(pairs))

    def _loop(self, number: int, wire: _Wire) -> Node:
        source = self.read(wire[2][0])
        variable = wire[1][0].decode()
        if 8 in wire or wire[3][0].decode() != _ACCUMULATOR:
            raise Unsupported("this kind of loop has no meaning here", self.offset(number))
        self._bound += [variable, _ACCUMULATOR]
        step = self.read(wire[6][0])
        outcome = self.read(wire[7][0])
        del self._bound[-2:]
        loop = _recognised(variable, source, step, outcome)
        if loop is None:
            raise Unsupported("this kind of loop has no meaning here", self.offset(number))
        return loop


def _recognised(variable: str, source: Node, step: Node, outcome: Node) -> Loop | None:
    accumulator = Variable(_ACCUMULATOR)
    match step:
        case Logic("and", (first, *rest)) if first == accumulator:
            return Loop("all", variable, source, _again("and", rest))
        case Logic("or", (first, *rest)) if first == accumulator:
            return Loop("exists", variable, source, _again("or", rest))
        case Call("_+_", (first, Items((result,)))) if first == accumulator:
            return Loop("map", variable, source, None, result)
        case Call("_?_:_", (condition, Call("_+_", (first, added)), last)) if first == last == accumulator:
            if isinstance(outcome, Call):
                return Loop("exists_one", variable, source, condition)
            if isinstance(added, Items) and len(added.elements) == 1:
                result = added.elements[0]
                if result == Variable(variable):
                    return Loop("filter", variable, source, condition)
                return Loop("map", variable, source, condition, result)
    return None


def _logic(kind: Literal["and", "or"], operands: tuple[Node, ...]) -> Node:
    """Join nested operators of the same kind: both are associative, also where something is missing."""
    flat: list[Node] = []
    for each in operands:
        if isinstance(each, Logic) and each.kind == kind:
            flat += each.operands
        else:
            flat.append(each)
    return Logic(kind, tuple(flat))


def _again(kind: Literal["and", "or"], operands: list[Node]) -> Node:
    return operands[0] if len(operands) == 1 else Logic(kind, tuple(operands))


def _type(content: bytes) -> str:
    wire = _message(content)
    if 3 in wire:
        return _SCALARS.get(wire[3][0], "dyn")
    if 9 in wire:
        name: str = wire[9][0].decode()
        return name.rpartition(".")[2]
    if 5 in wire:
        return _WELL_KNOWN.get(wire[5][0], "dyn")
    if 6 in wire:
        return "list"
    if 7 in wire:
        return "map"
    return "null" if 2 in wire else "dyn"


def read_checked(content: bytes, strict: frozenset[str]) -> Checked:
    """Read a checked expression, packed in an `Any` or not.

    Args:
        content: the binary form.
        strict: object types whose absent lists are missing rather than empty.

    Raises:
        Unsupported: it uses something that has no meaning here.
    """
    wire = _message(content)
    if 4 not in wire and 2 in wire:
        wire = _message(wire[2][0])
    reader = _Reader(wire, strict)
    root = wire[4][0]
    checked = reader.checked
    checked.node = reader.read(root)
    checked.type = reader.type_of(_message(root).get(2, [0])[0])
    return checked
