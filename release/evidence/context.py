"""What an expression may see: one set of bindings per object that a rule is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from release.base.errors import Position
from release.base.labels import Label
from release.base.record import Record

Bindings = Mapping[str, Any]


class Context(Record):
    """One object that a rule is asked about.

    Attributes:
        bindings: name to plain value (`plan`, `stage`, `previous`, …); an absent neighbour is an absent name.
            Every mapping in it carries `$at` (its pointer in the plan), and `$unknown` (names of its fields
            that are written `unknown` or `undisclosed`, or derived from such) where there are any.
        object: `kind:id`.
        pointer: RFC 6901 pointer of the object in the plan.
        stages: ids of the stages at which a finding counts.
        label: who may see the object.
        alternative: bindings without the evidence of which it is unknown whether it is about the stage,
            or None where there is no such evidence. A rule whose answers differ between `bindings`
            and `alternative` is unknown, and `uncertain` names the facts that would decide it.
        uncertain: the facts that differ, such as `evidence 'ctec'.stages`.
    """

    bindings: Bindings
    object: str
    pointer: str
    stages: tuple[str, ...]
    label: Label
    alternative: Bindings | None = None
    uncertain: tuple[str, ...] = ()


class FactSource(Protocol):
    """What the policy engine needs of the facts of one plan at one date."""

    @property
    def plan(self) -> Mapping[str, Any]:
        """The plan tree as rules see it."""

    @property
    def at(self) -> str:
        """The date judged, ISO."""

    def contexts(self, kind: str) -> Iterable[Context]:
        """Return the objects of one kind, as named by a rule's `for`."""

    def position(self, pointer: str) -> Position:
        """Return where the value at `pointer` stands."""

    def object_position(self, pointer: str) -> Position:
        """Return where an object is reported: its first key; for other values, the value."""

    def is_written(self, pointer: str) -> bool:
        """Tell whether something stands at a pointer in the plan's files."""

    def local_pointer(self, pointer: str) -> str:
        """Return the pointer within the file that holds the value."""

    def label(self, pointer: str) -> Label:
        """Return the label of the object at `pointer`."""
