"""Copying, never deleting.

Each field of a view names the copier that takes it from the plan's tree; what no field names is not taken.
A new field of a plan is therefore invisible until somebody gives it a copier.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from release.base.labels import Label
from release.base.sections import KIND_IN

Node = Mapping[str, Any]
Copier = Callable[["Scope", Any], Any]
_T = TypeVar("_T")

_REFERRED_TO = (
    *("actors", "variants", "stages", "risks", "benefits", "mitigations"),
    *("partners", "evidence", "monitoring", "events", "sources"),
)
SECTIONS: Mapping[str, str] = {each: KIND_IN[each] for each in _REFERRED_TO}
"""Section of the plan to the kind of its objects, for those that others refer to by id."""

_NESTED: Mapping[str, tuple[str, str]] = {
    "criteria": ("stages", "criterion"),
    "findings": ("partners", "finding"),
    "assessments": ("risks", "assessment"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to an object that the audience may see."""

    kind: str
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in a source that the audience may see."""

    source: Link
    at: str
    quote: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What every object of a view has.

    Attributes:
        words: fields of this object that the plan writes `unknown` or `undisclosed`, with the word, sorted.
        notes: the notes of insiders; empty for everybody else.
    """

    words: tuple[tuple[str, str], ...] = ()
    notes: str = ""

    def word(self, name: str) -> str:
        """Return `unknown` or `undisclosed` when the plan writes so for the field, else an empty text."""
        return dict(self.words).get(name, "")


_Item = TypeVar("_Item", bound=Item)


class Scope:
    """What one audience may see of one plan's tree, and how much was withheld while copying."""

    def __init__(self, facts: Node, labels: Callable[[str], Label], audience: str) -> None:
        self.audience = audience
        self.facts = facts
        self.withheld = 0
        self._labels = labels
        self._seen: dict[str, bool] = {}
        self.stage_ids = frozenset(stage["id"] for stage in facts.get("stages", ()) if "id" in stage)
        self._visible: dict[tuple[str, str], Node] = {}
        self.hidden_names: set[str] = set()
        for section, kind in SECTIONS.items():
            for node in facts.get(section, ()):
                self._enter(kind, node)
        for section, (owner, kind) in _NESTED.items():
            for parent in facts.get(owner, ()):
                for node in parent.get(section, ()) if self.sees(parent) else ():
                    self._enter(kind, node)

    def _enter(self, kind: str, node: Node) -> None:
        if self.sees(node):
            self._visible[kind, node.get("id", "")] = node
        elif kind == "variant":
            self.hidden_names.update((node.get("id", ""), *node.get("aliases", ())))

    @property
    def insider(self) -> bool:
        """Whether the audience is internal, which sees everything."""
        return self.audience == "internal"

    def may_see(self, pointer: str) -> bool:
        """Tell whether the audience may see the object at a pointer of the plan."""
        if self.insider:
            return True
        if pointer not in self._seen:
            self._seen[pointer] = self._labels(pointer).visible_to(self.audience)
        return self._seen[pointer]

    def sees(self, node: Node) -> bool:
        """Tell whether the audience may see an object; what has no place of its own belongs to its parent."""
        pointer = node.get("$at")
        return pointer is None or self.may_see(pointer)

    def visible(self, kind: str, name: str) -> Node | None:
        """Return an object by kind and id, if the audience may see it."""
        return self._visible.get((kind, name))

    def nodes(self, kind: str) -> Iterator[Node]:
        """Yield the objects of a kind that the audience may see."""
        return (node for (each, _), node in self._visible.items() if each == kind)

    def link(self, kind: str, reference: Any) -> Link | None:  # noqa: ANN401 - an id, or the object itself
        """Return a reference to an object, or None when the audience may not see it."""
        name = reference.get("id") if isinstance(reference, Mapping) else reference
        node = self.visible(kind, name) if isinstance(name, str) else None
        return Link(kind, str(name), plain_text(self, node.get("title", node.get("name")))) if node else None

    def is_object(self, name: str) -> bool:
        """Tell whether `kind:id` is the plan, a stage, or an object that the audience may see."""
        kind, _, identity = name.partition(":")
        known = kind == "plan" or (kind == "stage" and identity in self.stage_ids)
        return known or (kind, identity) in self._visible


def shown(copier: Copier, *, key: str = "", insiders: bool = False) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a field of a view.

    Args:
        copier: takes the value (None when absent) and returns what the view holds.
        key: its name in the plan, where that differs.
        insiders: whether only the internal audience may see it.
    """
    return field(metadata={"copy": copier, "key": key, "insiders": insiders})


def derived(make: Callable[[Scope, Node], Any]) -> Any:  # noqa: ANN401 - as dataclasses.field
    """Declare a field that is made from the whole object."""
    return field(metadata={"make": make})


def take(scope: Scope, cls: type[_Item], node: Node) -> _Item:
    """Copy one object that the audience may see."""
    values: dict[str, Any] = {}
    words: list[tuple[str, str]] = []
    written = node.get("$words", {})
    unknown = frozenset(node.get("$unknown", ()))
    for each in fields(cls):
        rules = each.metadata
        if "make" in rules:
            values[each.name] = rules["make"](scope, node)
        elif "copy" in rules:
            key = rules["key"] or each.name
            allowed = scope.insider or not rules["insiders"]
            values[each.name] = rules["copy"](scope, node.get(key) if allowed else None)
            if allowed and key in unknown:
                words.append((each.name, str(written.get(key, "unknown"))))
    has_notes = "notes" in node or "notes" in unknown
    if has_notes and not scope.insider:
        scope.withheld += 1
    return cls(
        **values,
        words=tuple(sorted(words)),
        notes=plain_text(scope, node.get("notes")) if scope.insider else "",
    )


def plain_text(_: Scope, value: Any) -> str:  # noqa: ANN401 - whatever the plan has there
    """Copy a text; anything that is not one scalar is not copied."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else ""


def number(_: Scope, value: Any) -> float | int | None:  # noqa: ANN401 - whatever the plan has there
    """Copy a number."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(_: Scope, value: Any) -> bool | None:  # noqa: ANN401 - whatever the plan has there
    """Copy a yes or no; None when it is not said."""
    return value if isinstance(value, bool) else None


def _each(value: Any) -> Iterator[Any]:  # noqa: ANN401 - one value, or a list of them
    if isinstance(value, list | tuple):
        yield from value
    elif value is not None:
        yield value


def texts(scope: Scope, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - a text, or a list of them
    """Copy a list of texts; one text is a list of one, `{other: text}` is that text."""
    found = (each.get("other") if isinstance(each, Mapping) else each for each in _each(value))
    return tuple(each for each in (plain_text(scope, one) for one in found) if each)


def labelled_texts(key: str) -> Callable[[Scope, Node], tuple[str, ...]]:
    """Return a maker of a list of texts; some of them may be written as objects with labels."""

    def make(scope: Scope, node: Node) -> tuple[str, ...]:
        place = node.get("$at")
        found: list[str] = []
        for index, each in enumerate(_each(node.get(key))):
            if place is None or scope.may_see(f"{place}/{key}/{index}"):
                found += texts(scope, each)
            else:
                scope.withheld += 1
        return tuple(found)

    return make


def citation(scope: Scope, value: Any) -> Citation | None:  # noqa: ANN401 - a reference to a source
    """Copy a reference to a source; it vanishes where its own label, or the source, hides it."""
    if not isinstance(value, Mapping):
        return None
    if not scope.sees(value):
        scope.withheld += 1
        return None
    source = scope.link("source", value.get("source"))
    return (
        Citation(source, plain_text(scope, value.get("at")), plain_text(scope, value.get("quote")))
        if source
        else None
    )


def citations(scope: Scope, value: Any) -> tuple[Citation, ...]:  # noqa: ANN401 - references to sources
    """Copy references to sources."""
    return tuple(each for each in (citation(scope, one) for one in _each(value)) if each)


def texts_or_citations(scope: Scope, value: Any) -> tuple[str | Citation, ...]:  # noqa: ANN401 - texts or a reference
    """Copy what may be a text, a list of texts, or a reference to a source."""
    found: list[str | Citation] = []
    for each in _each(value):
        if isinstance(each, Mapping) and "source" in each:
            found.extend(citations(scope, each))
        else:
            found.extend(texts(scope, each))
    return tuple(found)


def link_to(kind: str) -> Copier:
    """Return a copier of one reference."""
    return lambda scope, value: scope.link(kind, value)


def link_to_either(*kinds: str) -> Copier:
    """Return a copier of one reference to an object of any of these kinds, also written `kind:id`."""

    def copy(scope: Scope, value: Any) -> Link | None:  # noqa: ANN401 - an id, or the object itself
        name = value.get("id") if isinstance(value, Mapping) else value
        if not isinstance(name, str):
            return None
        kind, colon, identity = name.partition(":")
        if colon and kind in kinds:
            return scope.link(kind, identity)
        return next((each for each in (scope.link(one, name) for one in kinds) if each), None)

    return copy


def links_to(kind: str) -> Copier:
    """Return a copier of references; those to hidden objects vanish without a gap."""
    return lambda scope, value: tuple(
        each for each in (scope.link(kind, one) for one in _each(value)) if each
    )


def stage_ids(scope: Scope, value: Any) -> tuple[str, ...]:  # noqa: ANN401 - ids of stages
    """Copy ids of stages, which everybody may see."""
    names = (each.get("id") if isinstance(each, Mapping) else each for each in _each(value))
    return tuple(str(name) for name in names if name in scope.stage_ids)


def stage_id(scope: Scope, value: Any) -> str:  # noqa: ANN401 - the id of a stage
    """Copy the id of a stage."""
    return next(iter(stage_ids(scope, value)), "")


def one(cls: type[_Item]) -> Callable[[Scope, Any], _Item | None]:
    """Return a copier of one nested object."""

    def copy(scope: Scope, value: Any) -> _Item | None:  # noqa: ANN401 - a mapping of the plan
        return next(iter(_visible(scope, cls, [value] if isinstance(value, Mapping) else [])), None)

    return copy


def many(cls: type[_Item]) -> Callable[[Scope, Any], tuple[_Item, ...]]:
    """Return a copier of nested objects."""
    return lambda scope, value: tuple(_visible(scope, cls, _each(value)))


def _visible(scope: Scope, cls: type[_Item], nodes: Any) -> Iterator[_Item]:  # noqa: ANN401 - nodes of the plan
    for node in nodes:
        if scope.sees(node):
            yield take(scope, cls, node)
        else:
            scope.withheld += 1


def where(copier: Callable[[Scope, Any], tuple[_T, ...]], keep: Callable[[_T], bool]) -> Copier:
    """Return a copier that also withholds, and counts, the objects that cannot be shown whole."""

    def copy(scope: Scope, value: Any) -> tuple[_T, ...]:  # noqa: ANN401 - a list of the plan
        found = copier(scope, value)
        kept = tuple(each for each in found if keep(each))
        scope.withheld += len(found) - len(kept)
        return kept

    return copy
