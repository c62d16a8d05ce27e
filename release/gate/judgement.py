"""All that a view may need to know of one plan judged at one date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Literal

from release.base.errors import Position
from release.base.findings import Finding
from release.base.labels import Label
from release.base.record import Record

Verdict = Literal["go", "hold", "no-go"]

VERDICT_RANK: Mapping[str, int] = {"go": 0, "hold": 1, "no-go": 2}


class StageVerdict(Record):
    """One stage of the plan as of the date.

    Attributes:
        status: derived from the dates: draft, planned, released, withdrawn or cancelled.
        findings: how many findings count at this stage, waived ones included.
        date: released, else planned; None when neither is known.
    """

    id: str
    title: str
    verdict: Verdict
    status: str
    findings: int
    order: int | None
    date: str | None
    released: str | None
    pointer: str = ""


class Summary(Record):
    """Counts. evaluations = passed + failed + unknown + waived; what does not apply is none of them."""

    rules: int
    evaluations: int
    passed: int
    failed: int
    unknown: int
    waived: int


class PackInForce(Record):
    """A pack in force; `not_applicable` says why its rules were not applied, where they were not."""

    id: str
    version: str
    title: str
    rules: int
    not_applicable: str = ""


class Parameter(Record):
    """A pack parameter as used: `name` is `pack.name`, `origin` default, plan, organisation or command."""

    name: str
    value: Any
    origin: str
    why: str = ""
    locked: bool = False


class Judgement(Record):
    """One plan, judged.

    Attributes:
        at: the date judged, ISO.
        undated: objects with an unknown date, hidden under an explicit date.
        verdict: that of the next stage as of the date; where all are out, the worst of those not withdrawn.
        next_stage: id of that next stage, or None.
        found: every finding, in no particular order.
        facts: the plan tree that the rules saw (plain values, `$at` pointers, `$unknown` names).
        labels: from a pointer of the plan to the label of the object there.
        texts: shown file name to text, for excerpts.
        lock_state: fresh, stale, missing, partial, tampered or not-needed.
        passed_labels: gives, for each evaluation that passed, who may see what it was about and read;
            asked only for audiences other than insiders, since it takes as long as judging.
        passed_about: likewise, who may see the object alone.
        passed_answers: likewise, rule and object.
        rules: ids of the rules in force, the tool's own and the plan's criteria among them.
        undated_labels: for each undated object, who may see it.
        required_roles: whose approval an organisation demands of each stage.
        required_approvals: how many approvals it demands in all.
        packs_digest: digest of the packs in force and of the parameters as used.
        place: from a pointer of the plan to where its key stands.
    """

    path: str
    plan_id: str
    title: str
    developer: str
    digest: str
    at: str
    undated: int
    verdict: Verdict
    next_stage: str | None
    stages: tuple[StageVerdict, ...]
    found: tuple[Finding, ...]
    summary: Summary
    facts: Mapping[str, Any]
    labels: Callable[[str], Label]
    texts: Mapping[str, str]
    packs: tuple[PackInForce, ...]
    params: tuple[Parameter, ...]
    lock_state: str
    lock_digest: str | None = None
    passed_labels: Callable[[], tuple[Label, ...]] = tuple
    passed_about: Callable[[], tuple[Label, ...]] = tuple
    passed_answers: Callable[[], tuple[tuple[str, str], ...]] = tuple
    undated_labels: tuple[Label, ...] = ()
    rules: tuple[str, ...] = ()
    required_roles: tuple[str, ...] = ()
    required_approvals: int = 0
    packs_digest: str = ""
    place: Callable[[str], Position] = lambda _pointer: Position("")

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, in the order of listings."""
        return tuple(sorted(self.found, key=lambda finding: finding.sort_key))

    def passed_visible_to(self, audience: str) -> int:
        """Return how many evaluations passed over what `audience` may see."""
        if audience == "internal":
            return self.summary.passed
        return sum(label.visible_to(audience) for label in self._passes)

    def passed_beside(self, audience: str) -> int:
        """Return how many passed over an object that `audience` may see, but read more than that.

        They count as withheld: else the number of passes would tell that something hidden was read.
        """
        pairs = zip(self._passes, self.passed_about(), strict=False)
        return sum(about.visible_to(audience) and not label.visible_to(audience) for label, about in pairs)

    def passes_seen(self, sees: Callable[[Label], bool]) -> frozenset[tuple[str, str]]:
        """Return rule and object of the passes that an onlooker may see."""
        pairs = zip(self.passed_answers(), self._passes, strict=False)
        return frozenset(answer for answer, label in pairs if sees(label))

    @cached_property
    def _passes(self) -> tuple[Label, ...]:
        return self.passed_labels()

    def undated_visible_to(self, audience: str) -> int:
        """Return how many of the objects without a date `audience` may see."""
        return sum(label.visible_to(audience) for label in self.undated_labels)

    def stage(self, stage_id: str) -> StageVerdict:
        """Return one stage.

        Raises:
            KeyError: the plan has no stage of that id at this date.
        """
        for stage in self.stages:
            if stage.id == stage_id:
                return stage
        raise KeyError(stage_id)

    def at_stage(self, stage_id: str) -> tuple[Finding, ...]:
        """Return the findings that count at one stage."""
        return tuple(finding for finding in self.findings if stage_id in finding.stages)


def worst(verdicts: list[Verdict]) -> Verdict:
    """Return the worst verdict; `hold` when there is none, since nothing was judged."""
    return max(verdicts, key=lambda verdict: VERDICT_RANK[verdict]) if verdicts else "hold"
