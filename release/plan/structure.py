"""Whether a tree has the structure of a plan, and where it has not.

Pydantic's core checks the tree against the shapes of `release.plan.models`; what it reports is led back to
the shape and the value concerned. `release.plan.explain` puts it into words.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Final, Literal, NamedTuple, TypeAlias

from release.base.limits import ERRORS_LISTED
from release.base.nearest import nearest
from release.plan.models.plan import PLAN
from release.plan.shapes.base import OTHER, USUAL, Route, Shape, Value
from release.plan.shapes.containers import Choice, form_of
from release.plan.shapes.record import Record
from release.plan.shapes.scalars import Identifier

_Kind: TypeAlias = Literal["missing", "extra", "value"]
_KINDS: Final[dict[str, _Kind]] = {"missing": "missing", "extra_forbidden": "extra"}


class Broken(NamedTuple):
    """What is wrong at one place.

    Attributes:
        kind: a key is missing or unknown, or a value is wrong.
        route: the mapping that lacks or has the key; else the value.
        name: the key.
        shape: what stands or should stand at the route.
        value: what stands there.
        owner: the record that lacks or has the key, or in which the value stands.
        whole: the route of what can't be used then: the unknown key, or the value that this is a part of.
    """

    kind: _Kind
    route: Route
    name: str
    shape: Shape | None
    value: Value
    owner: Record
    whole: Route

    @property
    def place(self) -> Route:
        """The route of what is wrong or missing."""
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
        found = [
            broken
            for each in reported
            if OTHER not in each["loc"]
            for broken in _find(root, each["type"], [step for step in each["loc"] if step != USUAL])
        ]
        return list({(each.kind, each.place): each for each in found}.values())
    return []


def _find(root: Value, reported: str, steps: list[str | int]) -> Iterator[Broken]:
    """Follow a location through tree and shapes, past the names of forms that the core puts between."""
    kind = _KINDS.get(reported, "value")
    name = "" if kind == "value" else str(steps.pop())
    value = root
    shape: Shape | None = PLAN
    owner = PLAN
    route: list[str | int] = []
    for step in steps:
        if isinstance(shape, Choice):  # the core names the form that it tried
            if step != f"\0{form_of(value)}" and shape.option(value) is not None:
                return
            shape = shape if value is None else shape.option(value) or shape
        else:
            shape = None if shape is None else shape.inside(value, step)
            value = value[step]
            route.append(step)
        if isinstance(shape, Record) and isinstance(value, Mapping):
            owner = shape
    if isinstance(shape, Choice) and value is not None:
        shape = shape.option(value) or shape
    here = tuple(route)
    if kind != "value":
        yield Broken(kind, here, name, shape, value, owner, (*here, name))
        return
    for way in shape.culprits(value) if shape is not None else ((),):
        part = functools.reduce(lambda node, step: node[step], way, value)
        yield Broken("value", here + way, "", shape, part, owner, here)


def that_fit(root: Value, words: Mapping[Route, str]) -> set[Route]:
    """Return at which places of a tree other words would be right than what stands there.

    Args:
        root: the tree.
        words: places of values that are wrong, each with the word to try.
    """
    if not words or not isinstance(root, Mapping):
        return set()
    copies: dict[Route, Value] = {(): _copy(root)}
    for route, word in words.items():
        _copied(copies, route[:-1])[route[-1]] = word
    return set(words) - {each.route for each in broken_places(copies[()])}


def without(root: Value, broken: list[Broken]) -> Value:
    """Return a tree without what is broken, so that the references of the rest can be checked as well.

    What is on the way to something broken is copied, the rest is shared. Items of lists become None, so that
    the others keep their places.
    """
    if not isinstance(root, Mapping):
        return {}
    copies: dict[Route, Value] = {(): _copy(root)}
    for each in broken:
        if each.kind == "missing":
            continue
        parent = _copied(copies, each.whole[:-1])
        last: Value = each.whole[-1]
        if isinstance(parent, list):
            parent[last] = None
        else:
            parent.pop(last, None)
    return copies[()]


def _copied(copies: dict[Route, Value], route: Route) -> Value:
    """Return the copy of what stands at a route, with everything on the way to it copied too."""
    for length in range(1, len(route) + 1):
        here = route[:length]
        if here not in copies:
            parent = copies[here[:-1]]
            copies[here] = parent[here[-1]] = _copy(parent[here[-1]])
    return copies[route]


def _copy(node: Value) -> Value:
    return dict(node) if isinstance(node, Mapping) else list(node)


def lost_kinds(broken: list[Broken]) -> set[str]:
    """Return the kinds of which an id may have got lost, so that references to them can't be judged."""
    if len(broken) > ERRORS_LISTED:
        return kinds_below(PLAN)
    return {kind for each in broken for kind in _lost_with(each)}


def _lost_with(broken: Broken) -> set[str]:
    """Return the kinds of ids that stand at or below what is broken."""
    shape = broken.shape
    if broken.kind != "value":
        fields = broken.owner.fields
        meant = broken.name if broken.kind == "missing" else nearest(broken.name, fields)
        shape = fields[meant].shape if meant else None
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
