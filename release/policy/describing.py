"""Names for what an expression stands for, so that people learn what to bring when it is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from release.base.nearest import is_named
from release.policy.frame import Frame, Undetermined, called, shown_key
from release.policy.syntax import Call, Constant, Field, Node, Present, Variable

_REFUSED: Final = " (refused: "
_OF_FIGURES: Final = frozenset({"value", "low", "high"})


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


def lacks(
    node: Node, frame: Frame, *, absent: bool, owner: Mapping[str, Any] | None = None, name: str = ""
) -> Undetermined:
    """Return what stands for a missing fact, named when somebody will read it.

    Args:
        node: what stands for the fact.
        frame: the evaluation.
        absent: whether nothing is written of it.
        owner: what should have it; a figure that its kind refused says why.
        name: the field of the owner.
    """
    if frame.trace is None:
        return Undetermined(absent=absent)
    why = _refusal(owner, name) if owner is not None else ""
    if not why:
        return frame.lacks(describe(node, frame), absent=absent)
    _read_named(why, frame)
    return frame.lacks(f"{describe(node, frame)}{_REFUSED}{why})", absent=absent)


def without_refusal(name: str) -> str:
    """Return the name of a missing fact alone.

    >>> without_refusal("evidence 'e1'.results.tpr.value (refused: no `fpr` is given)")
    "evidence 'e1'.results.tpr.value"
    """
    return name.partition(_REFUSED)[0]


def _refusal(owner: Mapping[str, Any], name: str) -> str:
    """Return why a figure has no value, or no ends; nothing for other fields."""
    why = owner.get("reason") if name in _OF_FIGURES else None
    return why if isinstance(why, str) else ""


def _read_named(why: str, frame: Frame) -> None:
    """Note the variants that a reason names as read: only who may see them may read it."""
    plan = frame.names.get("plan")
    variants = plan.get("variants", ()) if isinstance(plan, dict) else ()
    for each in variants:
        called_so = any(is_named(why, name) for name in (each["id"], *each.get("aliases", ())))
        if called_so and frame.trace is not None:
            frame.trace.read(each)
