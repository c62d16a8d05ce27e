"""What one audience may see of one judgement: plain values, built by copying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any

from release.audience.items_evidence import Content
from release.base.canonical import canonical_bytes, sha256
from release.base.errors import Position
from release.base.findings import Finding
from release.gate.judgement import Verdict

WITHHELD = "withheld"
_EXACT = 2**53


@dataclass(frozen=True, slots=True)
class StageView:
    """One stage of the plan.

    Attributes:
        title: the id, as status is `withheld`, where the audience may see only id and verdict.
        findings: how many findings that the audience may see count at this stage.
    """

    id: str
    title: str
    verdict: Verdict
    status: str
    findings: int
    planned: str | None = None
    released: str | None = None

    @property
    def shown(self) -> bool:
        """Whether the audience may see more than id and verdict."""
        return self.status != WITHHELD

    @property
    def date(self) -> str | None:
        """Released, else planned."""
        return self.released or self.planned


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of evaluations. For others than insiders they count what they may see, and nothing else."""

    rules: int
    evaluations: int
    passed: int
    failed: int
    unknown: int
    waived: int


@dataclass(frozen=True, slots=True)
class Pack:
    """A policy pack in force."""

    id: str
    version: str
    title: str
    rules: int
    not_applicable: str = ""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a pack as it was used."""

    name: str
    value: str
    origin: str
    why: str = ""
    locked: bool = False


@dataclass(frozen=True, slots=True)
class AudienceView:
    """What an audience may see of one plan judged at one date.

    Attributes:
        audience: `public`, `partner:<id>` or `internal`.
        path: the plan as typed; no part of `digest`.
        digest: of the plan's bytes for insiders, of this view for everybody else.
        undated: objects without a date that were left out under an explicit date, of those it may see.
        next_stage: the first stage still to come among those that the audience may see, or None.
        findings: for others than insiders they stand on the plan's first line, without a pointer: a line
            number tells how much stands above it.
        withheld: how many items were left out for this audience, in all.
        texts: file name to text, for excerpts; empty for others than insiders.
    """

    audience: str
    path: str
    plan_id: str
    title: str
    developer: str
    digest: str
    at: str
    undated: int
    verdict: Verdict
    next_stage: str | None
    stages: tuple[StageView, ...]
    findings: tuple[Finding, ...]
    summary: Counts
    withheld: int
    content: Content
    packs: tuple[Pack, ...]
    params: tuple[Parameter, ...]
    tool: str
    lock_state: str = ""
    lock_digest: str = ""
    texts: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def insider(self) -> bool:
        """Whether this is the view of the internal audience."""
        return self.audience == "internal"

    def at_stage(self, stage: str) -> tuple[Finding, ...]:
        """Return the findings that count at one stage."""
        return tuple(finding for finding in self.findings if stage in finding.stages)

    def stage(self, name: str) -> StageView:
        """Return one stage.

        Raises:
            KeyError: the plan has no such stage.
        """
        for stage in self.stages:
            if stage.id == name:
                return stage
        raise KeyError(name)


_NOT_CONTENT = frozenset({"texts", "path", "digest", "label"})


def plain(value: Any) -> Any:  # noqa: ANN401 - any part of a view
    """Return a part of a view as JSON values; what is absent or empty is left out of objects.

    Whole numbers that JSON readers may round (from 2**53 on) become text.
    """
    if is_dataclass(value) and not isinstance(value, type):
        named = {
            each.name: getattr(value, each.name) for each in fields(value) if each.name not in _NOT_CONTENT
        }
        return {name: plain(each) for name, each in named.items() if not _left_out(each)}
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= _EXACT:
        return str(value)
    return value


def _left_out(value: Any) -> bool:  # noqa: ANN401 - a field of a view
    """Tell whether a field says nothing, or where a plan's text stands rather than what it says."""
    return value is None or isinstance(value, Position) or (isinstance(value, str | tuple) and not value)


def digest_of(view: AudienceView) -> str:
    """Return the digest of what a view shows: same content, same digest, wherever the plan lies."""
    return sha256(canonical_bytes(plain(view)))
