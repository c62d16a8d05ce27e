"""A pack compiled: expressions checked against the plan's types, ready to be asked of many objects."""

from __future__ import annotations

from functools import cached_property

from release.base.errors import Position
from release.base.findings import Blocking, Reference, Severity
from release.base.record import Record
from release.policy.meaning import Program, program
from release.policy.pack import Organisation, Param
from release.policy.syntax import Node
from release.policy.template import Template


class CompiledRule(Record):
    """One rule, ready to be asked.

    Attributes:
        kind: the word under `for`.
        same_as: rules that ask the same thing.
        for_report: it is judged with a report, not with the plan alone.
    """

    id: str
    title: str
    severity: Severity
    verdict: Blocking | None
    kind: str
    evidence_kinds: tuple[str, ...]
    same_as: tuple[str, ...]
    references: tuple[Reference, ...]
    for_report: bool
    at: Position
    when: Node | None
    require: Node
    message: Template
    fix: Template

    @cached_property
    def asks(self) -> Program:
        """The compiled `require`."""
        return program(self.require)

    @cached_property
    def asks_when(self) -> Program | None:
        """The compiled `when`, or None."""
        return None if self.when is None else program(self.when)


class CompiledPack(Record):
    """One pack, ready to be asked.

    Attributes:
        start: the pack applies to stages from this date on; None is always.
        condition: the pack applies under this condition on the plan; None is always.
    """

    id: str
    version: str
    title: str
    file: str
    digest: str
    at: Position
    shipped: bool
    params: tuple[Param, ...]
    rules: tuple[CompiledRule, ...]
    start: str | None = None
    condition: Node | None = None
    organisation: Organisation = Organisation()

    @cached_property
    def asks_condition(self) -> Program | None:
        """The compiled condition, or None."""
        return None if self.condition is None else program(self.condition)
