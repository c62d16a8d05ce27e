"""Functions and operators: what each is applied to, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from release.base.limits import REGEX_BYTES
from release.policy import operators
from release.policy.describing import describe
from release.policy.fields import present
from release.policy.frame import Frame, Trace, Undetermined, fault
from release.policy.functions import FUNCTIONS
from release.policy.operators import Value, instant, no_overload, truth
from release.policy.syntax import Call, Field, Node, Present

Program: TypeAlias = Callable[[Frame], Any]
Compiler: TypeAlias = Callable[[Node], Program]

_LOOKED_AT_ONCE: Final = (
    4096  # characters of text that a pattern is looked for in for the price of one loop iteration
)
_SCALAR_KEYS: Final = (str, int, float, bool)


def call(node: Call, program: Compiler) -> Program:
    """Return the function that evaluates a call; `program` compiles its arguments."""
    if node.function == "known":
        return _known(node, program)
    arguments = [program(each) for each in node.arguments]
    for index, dated in enumerate(node.dates):
        if dated or (node.function in _ALL_OR_NONE and any(node.dates)):
            arguments[index] = _as_instant(arguments[index])
    special = _SPECIAL.get(node.function)
    if special is not None:
        return special(node, arguments)
    own = FUNCTIONS.get(node.function)
    if own is not None and own.call is not None:
        return _applied_with_frame(own.call, arguments)
    plain = _PLAIN.get(node.function)
    if plain is not None:
        return _applied(plain, arguments)
    return _by_library(node.function, arguments)


# Where one side is a date, so is the other: a text there is the text of a date.
_ALL_OR_NONE: Final = frozenset(("_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_"))


def _as_instant(argument: Program) -> Program:
    def run(frame: Frame) -> Value:
        value = argument(frame)
        if value.__class__ is list:
            return [instant(each) for each in value]
        return instant(value)

    return run


def _known(node: Call, program: Compiler) -> Program:
    """`known`: whether something is there and known. It never is a reason to be unknown itself."""
    argument = node.arguments[0]
    is_field = isinstance(argument, Field)
    asked = (
        present(Present(argument.operand, argument.name), program)
        if isinstance(argument, Field)
        else program(argument)
    )

    def run(frame: Frame) -> bool:
        try:
            value = asked(frame)
        except Undetermined as lack:
            if lack.faults:
                raise
            return False
        return bool(value) if is_field else True

    return run


def _applied(function: Callable[..., Value], arguments: list[Program]) -> Program:
    if len(arguments) == 2:
        first, second = arguments
        return lambda frame: function(first(frame), second(frame))
    return lambda frame: function(*[argument(frame) for argument in arguments])


def _applied_with_frame(function: Callable[..., Value], arguments: list[Program]) -> Program:
    """A function of ours may look at anything in the objects that it is given."""

    def run(frame: Frame) -> Value:
        values = [argument(frame) for argument in arguments]
        if frame.trace is not None:
            frame.trace.look_at_all(values)
        return function(frame, *values)

    return run


def _equality(node: Call, arguments: list[Program]) -> Program:
    left, right = arguments
    wanted = node.function == "_==_"

    def run(frame: Frame) -> bool:
        first, second = left(frame), right(frame)
        if first.__class__ is str and second.__class__ is str:
            return (first == second) is wanted
        if frame.trace is not None:
            frame.trace.look_at_all([first, second])
        return operators.equal(first, second, frame) is wanted

    return run


def _membership(node: Call, arguments: list[Program]) -> Program:
    item, where = arguments

    def run(frame: Frame) -> bool:
        first, second = item(frame), where(frame)
        if frame.trace is not None:
            frame.trace.read(second)
            _sought(frame.trace, first, second)
        if second.__class__ is dict and first.__class__ not in _SCALAR_KEYS:
            raise no_overload("@in", first, second)
        try:
            return operators.contains(first, second, frame)
        except Undetermined as lack:
            if frame.trace is None or lack.faults:
                raise
            raise frame.lacks(f"{describe(node.arguments[1], frame)}.{first}", absent=False) from None

    return run


def _sought(trace: Trace, item: Value, where: Value) -> None:
    """Note what it takes to tell whether something holds an item: a key, ids, or the equality of values."""
    if where.__class__ is dict:
        trace.look(where, str(item))
    elif where.__class__ is list and item.__class__ is str:
        for each in where:
            if each.__class__ is dict:
                trace.look(each, "id")
    else:
        trace.look_at_all([item, where])


def _indexed(node: Call, arguments: list[Program]) -> Program:
    container, key = arguments

    def run(frame: Frame) -> Value:
        first, second = container(frame), key(frame)
        if frame.trace is not None:
            frame.trace.read(first)
            if first.__class__ is dict:
                frame.trace.look(first, str(second))
        if second.__class__ not in _SCALAR_KEYS:
            raise no_overload("_[_]", first, second)
        return operators.item_at(first, second, lambda: describe(node.arguments[0], frame))

    return run


def _conditional(_node: Call, arguments: list[Program]) -> Program:
    condition, then, otherwise = arguments

    def run(frame: Frame) -> Value:
        return then(frame) if truth(condition(frame), "_?_:_") else otherwise(frame)

    return run


def _negation(_node: Call, arguments: list[Program]) -> Program:
    argument = arguments[0]
    return lambda frame: not truth(argument(frame), "!_")


def _sized(_node: Call, arguments: list[Program]) -> Program:
    argument = arguments[0]

    def run(frame: Frame) -> int:
        value = argument(frame)
        if frame.trace is not None:
            frame.trace.read(value)
            if value.__class__ is dict:
                frame.trace.look(value, "")
        if value.__class__ is dict and value.get("$unknown"):
            raise fault("some keys of the map are written unknown")
        return operators.size(value)

    return run


def _division(node: Call, arguments: list[Program]) -> Program:
    first, second = arguments
    if node.double:  # a double may have come as a whole number, which JSON does not keep apart
        return lambda frame: operators.divide(float(_number(first(frame))), float(_number(second(frame))))
    return lambda frame: operators.divide(first(frame), second(frame))


def _number(value: Value) -> float:
    if not operators.is_number(value):
        raise no_overload("_/_", value)
    return float(value)


def _sum(_node: Call, arguments: list[Program]) -> Program:
    first, second = arguments
    return lambda frame: operators.add(first(frame), second(frame), frame)


def _texts(_node: Call, arguments: list[Program]) -> Program:
    argument = arguments[0]
    of_double = _by_library("string", arguments)

    def run(frame: Frame) -> Value:
        value = argument(frame)
        return of_double(frame) if value.__class__ is float else operators.to_text(value)

    return run


def _timestamp(_node: Call, arguments: list[Program]) -> Program:
    return arguments[0] if _node.dates else _by_library("timestamp", arguments)


_SPECIAL: Final[dict[str, Callable[[Call, list[Program]], Program]]] = {
    "_==_": _equality,
    "_!=_": _equality,
    "@in": _membership,
    "_[_]": _indexed,
    "_?_:_": _conditional,
    "!_": _negation,
    "size": _sized,
    "_/_": _division,
    "timestamp": _timestamp,
    "string": _texts,
    "_+_": _sum,
}

_PLAIN: Final[dict[str, Callable[..., Value]]] = {
    **operators.ORDERS,
    "_-_": operators.subtract,
    "_*_": operators.multiply,
    "_%_": operators.remainder,
    "-_": operators.negate,
    "contains": operators.text_test("contains"),
    "startsWith": operators.text_test("startsWith"),
    "endsWith": operators.text_test("endsWith"),
    "double": operators.to_double,
    "int": operators.to_int,
    "bool": operators.to_bool,
}


def _by_library(function: str, arguments: list[Program]) -> Program:
    """Patterns and the calendar are the library's: its patterns take linear time."""

    def run(frame: Frame) -> Value:
        from release.policy.expression import calculate

        values = [argument(frame) for argument in arguments]
        if frame.trace is not None:
            frame.trace.look_at_all(values)
        if function == "matches" and values[0].__class__ is str and values[1].__class__ is str:
            if len(values[1].encode()) > REGEX_BYTES:
                raise fault(f"a regular expression of more than {REGEX_BYTES} bytes")
            frame.spend(len(values[0]) // _LOOKED_AT_ONCE)
        return calculate(function, values)

    return run
