"""Whether a tree has the structure of a plan, and where it has not.

Pydantic's core checks the tree against the shapes of `release.plan.models`; what it reports is led back to
the shape and the value concerned. `release.plan.explain` puts it into words.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Literal, NamedTuple, TypeAlias

from release.base.nearest import nearest
from release.plan.models.plan import PLAN
from release.plan.shapes.base import Shape, Value
from release.plan.shapes.containers import Choice, form_of
from release.plan.shapes.free import Free, culprit
from release.plan.shapes.label import Label
from release.plan.shapes.record import Record
from release.plan.shapes.scalars import Identifier

Route: TypeAlias = tuple[str | int, ...]


class Broken(NamedTuple):
    """What is wrong at one place.

    Attributes:
        kind: a key is missing or unknown, or a value is wrong.
        route: the mapping that lacks or has the key; else the value.
        name: the key.
        shape: what stands or should stand at the route.
        value: what stands there.
        owner: the record around it.
    """

    kind: Literal["missing", "extra", "value"]
    route: Route
    name: str
    shape: Shape | None
    value: Value
    owner: Record

    @property
    def place(self) -> Route:
        """The route of what is to be taken out or put in."""
        return self.route if self.kind == "value" else (*self.route, self.name)


@functools.cache
def _validator() -> Value:
    """Build the validator of whole plans, once per process."""
    from pydantic_core import SchemaValidator

    return SchemaValidator(PLAN.core(words=False))


def broken_places(root: Value) -> list[Broken]:
    """Return every place where a tree is not what a plan may be."""
    from pydantic_core import ValidationError

    try:
        _validator().validate_python(root)
    except ValidationError as invalid:
        reported = invalid.errors(include_url=False, include_context=False, include_input=False)
        found = (_find(root, each["type"], each["loc"]) for each in reported)
        return list({(each.kind, each.place): each for each in found}.values())
    return []


def _find(root: Value, reported: str, loc: tuple[str | int, ...]) -> Broken:
    """Follow a location through tree and shapes, past the names of forms that the core puts between."""
    name = ""
    steps = list(loc)
    if reported in {"missing", "extra_forbidden"}:
        name = str(steps.pop())
    value = root
    shape: Shape | None = PLAN
    owner = PLAN
    route: list[str | int] = []
    for step in steps:
        if isinstance(shape, Choice) and step == form_of(value) and not _is_part(value, step):
            shape = shape.option(value)
            continue
        shape = None if shape is None else shape.inside(value, step)
        value = value[step]
        route.append(step)
        owner = shape if isinstance(shape, Record) and isinstance(value, Mapping) else owner
    if isinstance(shape, Choice):
        shape = shape.option(value) or shape
    if name:
        kind: Literal["missing", "extra"] = "missing" if reported == "missing" else "extra"
        return Broken(kind, tuple(route), name, shape, value, owner)
    for step in _culprit(shape, value):
        value = value[step]
        route.append(step)
    return Broken("value", tuple(route), "", shape, value, owner)


def _culprit(shape: Shape | None, value: Value) -> Route:
    """Return the way from a value that is checked as a whole to the part of it that is wrong."""
    if isinstance(shape, Free):
        return culprit(value) or ()
    return shape.culprit(value) if isinstance(shape, Label) else ()


def without(root: Value, broken: list[Broken]) -> Value:
    """Return a tree without what is broken, so that the references of the rest can be checked as well.

    What is on the way to something broken is copied, the rest is shared. Items of lists become None, so that
    the others keep their places.
    """
    copies: dict[Route, Value] = {(): _copy(root)}
    for each in broken:
        if each.kind == "missing" or not each.place:
            continue
        parent = _copied(copies, each.place[:-1])
        last = each.place[-1]
        if isinstance(parent, list) and isinstance(last, int):
            parent[last] = None
        elif isinstance(parent, dict):
            parent.pop(last, None)
    return copies[()]


def _copied(copies: dict[Route, Value], route: Route) -> Value:
    """Return the copy of what stands at a route; None where a part of the way was left out."""
    for length in range(1, len(route) + 1):
        here = route[:length]
        if here not in copies:
            parent = copies[here[:-1]]
            step = here[-1]
            child = parent.get(step) if isinstance(parent, dict) else None
            if isinstance(parent, list) and isinstance(step, int):
                child = parent[step]
            copies[here] = _copy(child)
            if child is not None and isinstance(parent, dict | list):
                parent[step] = copies[here]  # type: ignore[index] # a step that fits its parent
    return copies[route]


def _copy(node: Value) -> Value:
    if isinstance(node, Mapping):
        return dict(node)
    return list(node) if isinstance(node, list) else node


def lost_kinds(broken: list[Broken]) -> set[str]:
    """Return the kinds of which an id may have got lost, so that references to them can't be judged."""
    return {kind for each in broken for kind in _lost_with(each)}


def _lost_with(broken: Broken) -> set[str]:
    """Return the kinds of ids that stand at or below what is broken."""
    shape = broken.shape
    if broken.kind != "value" and isinstance(shape, Record):
        name = broken.name if broken.kind == "missing" else nearest(broken.name, shape.fields)
        shape = shape.fields[name].shape if name else None
    if isinstance(shape, Identifier):
        return {broken.owner.kind} if broken.owner.kind else set()
    return set() if shape is None else kinds_below(shape)


def kinds_below(shape: Shape) -> set[str]:
    """Return the kinds of ids that objects of this shape, and objects in them, give themselves."""
    kinds: set[str] = set()
    waiting = [shape]
    while waiting:
        here = waiting.pop()
        waiting.extend(here.parts())
        if isinstance(here, Record) and here.kind is not None:
            kinds.add(here.kind)
    return kinds


def _is_part(value: Value, step: str | int) -> bool:
    """Tell whether a step that is named like a form is really a key of the author's."""
    return isinstance(value, Mapping) and step in value
