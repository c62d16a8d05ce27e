"""Fields of objects: where one is absent, where it is written `unknown`, and what `has` makes of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

from release.policy.describing import lacks
from release.policy.frame import Frame, Undetermined, fault
from release.policy.operators import Value, kind_of
from release.policy.syntax import Field, Node, Present

Program: TypeAlias = Callable[[Frame], Any]
Compiler: TypeAlias = Callable[[Node], Program]

_ABSENT: Final = object()


def field(node: Field, program: Compiler) -> Program:
    """Return the function that evaluates a chain of fields; `program` compiles what it starts from."""
    chain: list[Field] = []
    here: Node = node
    while isinstance(here, Field) and (here is node or not here.kind):
        chain.append(here)
        here = here.operand
    start = program(here)
    steps = [(each, each.name) for each in reversed(chain)]
    default = {"list": list, "map": dict}.get(node.kind)
    to_double = node.kind == "double"

    def run(frame: Frame) -> Value:
        value = start(frame)
        for step, name in steps:
            if not isinstance(value, dict):
                raise _no_field(value, name)
            if frame.trace is not None:
                frame.trace.read_field(value, name)
            found = value.get(name, _ABSENT)
            if found is _ABSENT:
                if default is not None and not _written_unknown(value, name):
                    return default()
                absent = not _written_unknown(value, name)
                raise lacks(step, frame, absent=absent, owner=value, name=name)
            value = found
        return float(value) if to_double and value.__class__ is int else value

    return run


def _no_field(value: Value, name: str) -> Undetermined:
    """Return the fault of asking something for a field that has none."""
    return fault(f"{kind_of(value)} has no field '{name}'")


def _written_unknown(owner: dict[str, Any], name: str) -> bool:
    return name in owner.get("$unknown", ())


def present(node: Present, program: Compiler) -> Program:
    """`has`: false when a link of the chain is absent, undetermined when one is written `unknown`."""
    operand = program(node.operand)
    name = node.name

    def run(frame: Frame) -> bool:
        try:
            value = operand(frame)
        except Undetermined as lack:
            if lack.absent:
                return False
            raise
        if not isinstance(value, dict):
            raise _no_field(value, name)
        if frame.trace is not None:
            frame.trace.read_field(value, name)
        if name in value:
            return True
        if _written_unknown(value, name):
            raise lacks(node, frame, absent=False)
        return False

    return run
