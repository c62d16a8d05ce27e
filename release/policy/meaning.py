"""What a checked expression means: a tree becomes a function of a frame, once, and is asked of many objects.

The CEL library reads and checks expressions, and calculates with patterns and the calendar; what it is not
used for is visiting the plan. It copies every bound value whole and anew for each object that a rule is asked
about (0.25 ms for a hundred risks), refuses a whole variable for one value that it can't copy, and can't tell
what is missing from what is written `unknown`, nor which facts were read. The operators below are those of
CEL, with the same absorption: `&&`, `||`, `all` and `exists` are decided by what is known when that is
enough.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from release.policy.calls import call
from release.policy.describing import lacks
from release.policy.fields import field, present
from release.policy.frame import Frame, Undetermined, fault
from release.policy.loops import loop
from release.policy.operators import Value, kind_of, no_overload
from release.policy.syntax import (
    Call,
    Constant,
    Entries,
    Field,
    Items,
    Logic,
    Node,
    Present,
    Variable,
)

Program: TypeAlias = Callable[[Frame], Any]

_ABSENT: Final = object()
_SCALAR_KEYS: Final = (str, int, float, bool)


def program(node: Node) -> Program:
    """Return the function that evaluates a tree.

    It raises `Undetermined` where the value can't be told, and `Exhausted` when it has done all the work it
    may.
    """
    match node:
        case Constant(value):
            return lambda _frame: value
        case Variable(name):
            return _variable(name)
        case Field():
            return field(node, program)
        case Present():
            return present(node, program)
        case Logic(kind, operands):
            return _logic([program(each) for each in operands], decisive=kind == "or")
        case Call():
            return call(node, program)
        case Items(elements):
            return _items([program(each) for each in elements])
        case Entries(pairs):
            return _entries([(program(key), program(value)) for key, value in pairs])
        case _:
            return loop(node, program)


def _variable(name: str) -> Program:
    node = Variable(name)

    def run(frame: Frame) -> Value:
        value = frame.names.get(name, _ABSENT)
        if value is _ABSENT:
            plan = frame.names.get("plan")
            unknown = isinstance(plan, dict) and name in plan.get("$unknown", ())
            if frame.trace is not None and isinstance(plan, dict):
                frame.trace.look(plan, name)
            raise lacks(node, frame, absent=not unknown)
        return value

    return run


def _logic(operands: list[Program], *, decisive: bool) -> Program:
    """`||` and `&&`: one operand that decides is enough, whatever the others lack."""
    name = "_||_" if decisive else "_&&_"

    def run(frame: Frame) -> bool:
        lack: Undetermined | None = None
        for operand in operands:
            try:
                value = operand(frame)
                if value.__class__ is not bool:
                    raise no_overload(name, value)
            except Undetermined as found:
                lack = found if lack is None else lack.joined(found)
                continue
            if value is decisive:
                return decisive
        if lack is not None:
            raise lack
        return not decisive

    return run


def _items(elements: list[Program]) -> Program:
    return lambda frame: [element(frame) for element in elements]


def _entries(pairs: list[tuple[Program, Program]]) -> Program:
    def run(frame: Frame) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key, value in pairs:
            name = key(frame)
            if name.__class__ not in _SCALAR_KEYS:
                raise fault(f"{kind_of(name)} can't be the key of a map")
            made[name] = value(frame)
        return made

    return run
