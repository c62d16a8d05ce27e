"""The same verdicts as `judge`, without words and places: for questions that judge a plan many times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from release.base.errors import Position
from release.base.findings import Finding
from release.base.record import Record
from release.evidence.facts import Facts
from release.evidence.lock import Lock
from release.evidence.lock_state import LockState
from release.gate.judge import completed
from release.gate.judgement import Verdict
from release.gate.verdict import stage_verdict
from release.policy.asking import Answer, Key, Outcome, Told
from release.policy.evaluate import answers, merged
from release.policy.force import PolicySet

_NOWHERE: Final = Position("")


class Bare(Record):
    """What decides a verdict.

    Attributes:
        findings: without message, fix, references and place; in no particular order.
        stages: id of every stage of the plan as of the date.
        cancelled: those that were called off; none of them may go.
    """

    findings: tuple[Finding, ...]
    stages: tuple[str, ...]
    cancelled: frozenset[str] = frozenset()

    def verdict(self, stage: str) -> Verdict:
        """Return the verdict of one stage."""
        if stage in self.cancelled:
            return "hold"
        return stage_verdict(finding for finding in self.findings if stage in finding.stages)

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """The verdict of every stage."""
        return {stage: self.verdict(stage) for stage in self.stages}


def quick(
    facts: Facts,
    policy: PolicySet,
    lock: Lock | None,
    state: LockState,
    *,
    locked: bool,
    known: Sequence[Finding] | None = None,
) -> Bare:
    """Judge facts; what is said of each finding is left out.

    Args:
        facts: the facts.
        policy: the rules in force.
        lock: the lock, or None.
        state: its state.
        locked: whether a stale or missing lock is an error.
        known: what the rules say, where it is known already.
    """
    found = list(known) if known is not None else rule_findings(policy, facts)
    findings = completed(facts, policy, merged(found, policy), lock, state, locked=locked)
    cancelled = frozenset(stage["id"] for stage in facts.stages if stage["status"] == "cancelled")
    return Bare(tuple(findings), tuple(stage["id"] for stage in facts.stages), cancelled)


def rule_findings(policy: PolicySet, facts: Facts, known: dict[Key, Told] | None = None) -> list[Finding]:
    """Return what rules and criteria find, without words, before waivers; `known` is not asked for."""
    found = answers(policy, facts, known)
    return [_bare(outcome) for outcome in found if outcome.answer is not Answer.PASSED]


def _bare(outcome: Outcome) -> Finding:
    rule = outcome.rule
    kind = outcome.context.object.partition(":")[0]
    return Finding(
        rule=rule.rule.id,
        pack=rule.pack.id,
        title="",
        severity=rule.severity,
        status="unknown" if outcome.answer is Answer.UNKNOWN else "fail",
        verdict=rule.verdict if rule.severity == "error" else None,
        stage=outcome.stages[0] if outcome.stages and kind != "plan" else None,
        stages=outcome.stages,
        object=outcome.context.object,
        pointer=outcome.context.pointer,
        at=_NOWHERE,
        message="",
        fix="",
    )
