"""A policy pack as it is written: its rules, sources and parameters, and what an organisation demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from release.base.errors import Position
from release.base.findings import Blocking, Severity
from release.base.record import EMPTY, Record
from release.policy.parameter_values import Bounds
from release.policy.vocabulary import REPORT_KINDS, FieldType

SCHEMA: Final = "release-pack/1"
PARAM_TYPES: Final = ("int", "double", "string", "bool", "list", "date")
PARAM_KEYS: Final = ("type", "default", "min", "max", "one_of", "why")
REFERENCE_STATUS: Final = ("verified", "second-hand", "own")


class Written(Record):
    """A text of a pack and where it starts in its file."""

    text: str
    at: Position


class Source(Record):
    """A publication or record that rules cite."""

    id: str
    title: str
    authors: str = ""
    date: str = ""
    url: str = ""
    publisher: str = ""
    edition: str = ""
    status: str = ""
    notes: str = ""


class Param(Record):
    """A parameter of a pack.

    Attributes:
        type: one of `PARAM_TYPES`.
        value_type: the type that expressions see.
        bounds: what values it may have.
    """

    name: str
    type: str
    default: Any
    why: str = ""
    value_type: FieldType = "dyn"
    at: Position | None = None
    bounds: Bounds = Bounds()


class Applies(Record):
    """When a pack applies: from a date of the stage on, and under a condition on the plan."""

    start: str | None = None
    when: Written | None = None


class Citation(Record):
    """Where a rule comes from: the key of a source, or `own`."""

    source: str
    at: str = ""
    status: str = ""
    quote: str = ""


class Example(Record):
    """A fragment of a plan, with the keys that steer the example, as it is written."""

    fragment: Mapping[str, Any]
    at: Position


class Examples(Record):
    """The examples of a rule by the answer that each must give."""

    passing: tuple[Example, ...] = ()
    failing: tuple[Example, ...] = ()
    unknown: tuple[Example, ...] = ()


class Rule(Record):
    """One rule.

    Attributes:
        kind: the word under `for`.
        evidence_kinds: for rules about evidence of some kinds only.
        verdict: what a failing error means; None for warnings, notes and rules of reports.
        same_as: rules that ask the same thing.
    """

    id: str
    title: str
    severity: Severity
    verdict: Blocking | None
    kind: str
    require: Written
    message: Written
    at: Position
    evidence_kinds: tuple[str, ...] = ()
    when: Written | None = None
    fix: Written | None = None
    references: tuple[Citation, ...] = ()
    same_as: tuple[str, ...] = ()
    since: str = ""
    why: str = ""
    examples: Examples = Examples()
    with_report: bool = False

    @property
    def for_report(self) -> bool:
        """Whether the rule is judged with a report rather than with the plan alone."""
        return self.with_report or self.kind in REPORT_KINDS


class Setting(Record):
    """A value that an organisation gives to a parameter of a pack.

    Attributes:
        name: `pack.name`.
        locked: plans and the command line may not give another.
    """

    name: str
    value: Any
    locked: bool
    at: Position


class Override(Record):
    """A rule made stricter."""

    rule: str
    severity: Severity | None
    verdict: Blocking | None
    at: Position


class Organisation(Record):
    """What a pack demands beyond rules: it adds and tightens, and never takes away.

    Attributes:
        extends: packs that it brings along, by id or by path from its own folder.
        roles: who must approve a stage.
        approvals: how many approvals are needed at least.
        no_waivers: rules that may not be waived.
        max_waiver_days: longest life of a waiver.
    """

    extends: tuple[Written, ...] = ()
    settings: tuple[Setting, ...] = ()
    overrides: tuple[Override, ...] = ()
    roles: tuple[str, ...] = ()
    approvals: int = 0
    no_waivers: tuple[Written, ...] = ()
    max_waiver_days: int | None = None


class Clause(Record):
    """A clause of the pack's source.

    Attributes:
        text: its number or words.
        rules: the rules that ask for it.
        note: by what else it is covered, the question asked, or why it is not covered.
        id: the attestation that answers for it.
    """

    text: str
    rules: tuple[str, ...] = ()
    note: str = ""
    id: str = ""


class Coverage(Record):
    """Which clauses of its source a pack covers by rules, asks people to attest, or leaves alone."""

    covered: tuple[Clause, ...] = ()
    attested: tuple[Clause, ...] = ()
    not_covered: tuple[Clause, ...] = ()


class Pack(Record):
    """One pack.

    Attributes:
        file: its file as shown.
        digest: `sha256:` and the digest of its bytes.
        text: its file's text, for excerpts and for places inside expressions; not compared.
        example_plan: fragment of a plan that all its examples start from.
        shipped: it comes with the tool.
    """

    id: str
    version: str
    title: str
    file: str
    digest: str
    at: Position
    rules: tuple[Rule, ...] = ()
    description: str = ""
    sources: tuple[Source, ...] = ()
    params: tuple[Param, ...] = ()
    applies: Applies = Applies()
    organisation: Organisation = Organisation()
    coverage: Coverage = Coverage()
    example_plan: Mapping[str, Any] = EMPTY
    text: str = ""
    shipped: bool = False

    @property
    def param_types(self) -> dict[str, FieldType]:
        """Parameter to the type that expressions see."""
        return {param.name: param.value_type for param in self.params}

    def rule(self, rule_id: str) -> Rule | None:
        """Return the rule of that id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)
