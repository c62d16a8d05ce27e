"""The tree of a checked expression, as far as its meaning needs it, and its JSON form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from release.base.record import Record

Node: TypeAlias = "Constant | Variable | Field | Present | Call | Logic | Items | Entries | Loop"


class Constant(Record):
    """A value written in the expression."""

    value: Any


class Variable(Record):
    """The name of an object in scope, or of an element that a loop visits."""

    name: str


class Field(Record):
    """A field of an object: `operand.name`.

    Attributes:
        kind: `list` or `map` where an absent field is an empty one, `double` where a whole number becomes
            one, else empty.
    """

    operand: Node
    name: str
    kind: Literal["", "list", "map", "double"] = ""


class Present(Record):
    """`has(operand.name)`."""

    operand: Node
    name: str


class Call(Record):
    """A function or operator.

    Attributes:
        function: its name; operators as CEL writes them, such as `_<_`; of a method, `arguments[0]` is the
            receiver.
        dates: which arguments are points in time for certain.
        double: the result is a double for certain.
    """

    function: str
    arguments: tuple[Node, ...]
    dates: tuple[bool, ...] = ()
    double: bool = False


class Logic(Record):
    """`a && b && …` (`and`) or `a || b || …` (`or`)."""

    kind: Literal["and", "or"]
    operands: tuple[Node, ...]


class Items(Record):
    """A list written in the expression."""

    elements: tuple[Node, ...]


class Entries(Record):
    """A map written in the expression."""

    pairs: tuple[tuple[Node, Node], ...]


class Loop(Record):
    """A macro over a list or the keys of a map.

    Attributes:
        condition: the predicate; None for a `map` without one.
        result: what `map` makes of an element; None for the others.
    """

    kind: Literal["all", "exists", "exists_one", "map", "filter"]
    variable: str
    source: Node
    condition: Node | None
    result: Node | None = None


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below one."""
    match node:
        case Field() | Present():
            return (node.operand,)
        case Call():
            return node.arguments
        case Logic():
            return node.operands
        case Items():
            return node.elements
        case Entries():
            return tuple(each for pair in node.pairs for each in pair)
        case Loop():
            return tuple(each for each in (node.source, node.condition, node.result) if each is not None)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and all below it, parents first, in the order of writing."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        yield here
        waiting.extend(reversed(children(here)))


def route_of(node: Node) -> tuple[str, ...] | None:
    """Return variable and fields of a chain such as `stage.dates.planned`, or None for anything else."""
    fields: list[str] = []
    here = node
    while isinstance(here, Field | Present):
        fields.append(here.name)
        here = here.operand
    return (here.name, *reversed(fields)) if isinstance(here, Variable) else None


def to_plain(node: Node) -> list[Any]:
    """Return the JSON form of a tree."""
    match node:
        case Constant():
            return ["c", node.value]
        case Variable():
            return ["v", node.name]
        case Field():
            return ["f", to_plain(node.operand), node.name, node.kind]
        case Present():
            return ["p", to_plain(node.operand), node.name]
        case Call():
            dates = [int(each) for each in node.dates]
            return ["k", node.function, [to_plain(each) for each in node.arguments], dates, int(node.double)]
        case Logic():
            return ["l", node.kind, [to_plain(each) for each in node.operands]]
        case Items():
            return ["i", [to_plain(each) for each in node.elements]]
        case Entries():
            return ["e", [[to_plain(key), to_plain(value)] for key, value in node.pairs]]
        case _:
            below = [None if each is None else to_plain(each) for each in (node.condition, node.result)]
            return ["o", node.kind, node.variable, to_plain(node.source), *below]


def from_plain(plain: Any) -> Node:  # noqa: ANN401 - JSON
    """Return the tree of a JSON form made by `to_plain`."""
    match plain:
        case ["c", value]:
            return Constant(value)
        case ["v", name]:
            return Variable(name)
        case ["f", operand, name, kind]:
            return Field(from_plain(operand), name, kind)
        case ["p", operand, name]:
            return Present(from_plain(operand), name)
        case ["k", function, arguments, dates, double]:
            below = tuple(from_plain(each) for each in arguments)
            return Call(function, below, tuple(bool(each) for each in dates), bool(double))
        case ["l", kind, operands]:
            return Logic(kind, tuple(from_plain(each) for each in operands))
        case ["i", elements]:
            return Items(tuple(from_plain(each) for each in elements))
        case ["e", pairs]:
            return Entries(tuple((from_plain(key), from_plain(value)) for key, value in pairs))
        case ["o", kind, variable, source, condition, result]:
            return Loop(
                kind,
                variable,
                from_plain(source),
                None if condition is None else from_plain(condition),
                None if result is None else from_plain(result),
            )
    raise ValueError(f"not the form of an expression: {str(plain)[:80]}")
