"""Names for what an expression stands for, so that people learn what to bring when it is missing."""

from __future__ import annotations

from release.policy.frame import Frame, Undetermined, called, shown_key
from release.policy.syntax import Call, Constant, Field, Node, Present, Variable


def describe(node: Node, frame: Frame) -> str:
    """Return how messages name what a node stands for, such as `risk 'r1'.assessments[0].residual`."""
    match node:
        case Variable(name):
            return _describe_variable(name, frame)
        case Field(operand, name) | Present(operand, name):
            return f"{describe(operand, frame)}.{name}"
        case Call("_[_]", (container, key)):
            return f"{describe(container, frame)}[{_describe_key(key, frame)}]"
        case Call("result", (evidence, Constant(name), *_)):
            return f"{describe(evidence, frame)}.results.{name}"
        case _:
            return "a calculated value"


def _describe_key(key: Node, frame: Frame) -> str:
    """Return the key of a map: as written, or what a plain chain such as `stage.id` leads to."""
    if isinstance(key, Constant):
        return shown_key(key.value)
    fields: list[str] = []
    here: Node = key
    while isinstance(here, Field):
        fields.append(here.name)
        here = here.operand
    value = frame.names.get(here.name) if isinstance(here, Variable) else None
    for name in reversed(fields):
        value = value.get(name) if isinstance(value, dict) else None
    return describe(key, frame) if value is None or isinstance(value, dict | list) else shown_key(value)


def _describe_variable(name: str, frame: Frame) -> str:
    origin = frame.trace.origins.get(name) if frame.trace is not None else None
    if origin is None:
        return name
    return called(frame.names.get(name)) or f"{origin[0]}[{origin[1]}]"


def lacks(node: Node, frame: Frame, *, absent: bool) -> Undetermined:
    """Return what stands for a missing fact, named when somebody will read it."""
    if frame.trace is None:
        return Undetermined(absent=absent)
    return frame.lacks(describe(node, frame), absent=absent)
