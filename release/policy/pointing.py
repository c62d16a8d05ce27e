"""Which value of an object a failing rule is about, so that a finding stands where it is put right.

The first part of `require` that fails is looked at: of `a && b` the first false operand, of `a || b` the
first one, of `!a` its operand. The first field of the object that this part compares, gives to a function
or asks for is what the finding is about. Where it is not written, the finding stands at what lacks it.
What only loops look at, and what is derived, has no place of its own: then it stands at the object judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from release.base.pointers import pointer_token
from release.evidence.context import Context, FactSource
from release.plan.types import is_declared
from release.policy.frame import Exhausted, Frame, Undetermined
from release.policy.meaning import Program, program
from release.policy.syntax import Call, Constant, Field, Logic, Loop, Node, Present, children, route_of


def pointer_of(require: Node, context: Context, frame: Frame, facts: FactSource) -> str | None:
    """Return the pointer of the value that a finding is about, or None for the object itself."""
    variable = context.object.partition(":")[0]
    part = _failing(require, frame)
    for field in _compared(part):
        route = route_of(field)
        if route is None or (route[0] != variable and (variable, route[0]) != ("plan", "strategy")):
            continue
        pointer = _written(context.bindings.get(route[0]), route[1:])
        if pointer is None and is_declared(route[0], route[1:]):
            pointer = _lacking(context.bindings.get(route[0]), route[1:])
        if pointer is not None and pointer.startswith(context.pointer) and facts.is_written(pointer):
            return pointer
    return None


def _failing(node: Node, frame: Frame) -> Node:
    """Return the first part that makes an expression false, or that makes it unknown."""
    here = node
    while True:
        match here:
            case Logic("and", operands):
                here = next((each for each in operands if not _holds(each, frame)), operands[0])
            case Logic("or", operands):
                here = operands[0]
            case Call("!_", (operand,)):
                here = operand
            case _:
                return here


def _holds(node: Node, frame: Frame) -> bool:
    frame.restart()
    try:
        return _program_of(node)(Frame(frame.names)) is True
    except (Undetermined, Exhausted):
        return False


def _program_of(node: Node) -> Program:
    """Return the program of a part of a rule, kept with the part: it is asked for each object that fails."""
    kept = vars(node)
    if "_program" not in kept:
        kept["_program"] = program(node)
    made: Program = kept["_program"]
    return made


def _compared(part: Node) -> Iterator[Node]:
    """Yield the fields that a part compares or asks for, in the order of writing."""
    waiting = [part]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Field | Present):
            yield here
        elif not isinstance(here, Loop | Constant):
            waiting.extend(reversed(children(here)))


def _written(value: Any, fields: tuple[str, ...]) -> str | None:  # noqa: ANN401 - whatever stands in the plan
    """Return the pointer of a field that is there or written `unknown`, else None."""
    pointer = None
    for name in fields:
        if not isinstance(value, dict) or "$at" not in value:
            return None
        if pointer is not None and value["$at"] != pointer:
            return None
        pointer = f"{value['$at']}/{pointer_token(name)}"
        if name in value:
            value = value[name]
        elif name in value.get("$unknown", ()):
            return pointer
        else:
            return None
    return pointer


def _lacking(value: Any, fields: tuple[str, ...]) -> str | None:  # noqa: ANN401 - whatever stands in the plan
    """Return the pointer of the innermost object on the way to a field that is not there."""
    pointer = None
    for name in fields:
        if not isinstance(value, dict) or "$at" not in value:
            break
        pointer = str(value["$at"])
        value = value.get(name)
    return pointer
