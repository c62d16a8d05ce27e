"""Judge one plan at one date: facts, packs, findings, waivers, verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from release.base.dates import Moment
from release.base.findings import Finding
from release.evidence.facts import Facts, build_facts
from release.gate.core_rules import CORE_RULES
from release.gate.judgement import Judgement, PackInForce, Parameter, Summary
from release.gate.lock_state import LockReading, lock_findings, read_lock_of
from release.gate.verdict import next_stage, plan_verdict, stage_verdicts
from release.gate.waivers import WaiverPolicy, apply_waivers
from release.plan.as_of import as_of
from release.plan.plan import Plan
from release.policy.evaluate import Evaluation, evaluate
from release.policy.force import PolicySet, policy_set

__all__ = ["PolicyOptions", "judge"]


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """What the command line or the caller adds to the plan's own choice of packs.

    Attributes:
        policies: further packs, by id or file.
        params: `pack.name` to the text of a value.
        locked: a stale or missing lock is an error.
    """

    policies: tuple[str, ...] = ()
    params: Mapping[str, str] = field(default_factory=dict)
    locked: bool = False


def judge(plan: Plan, at: Moment, *, explicit: bool, options: PolicyOptions) -> Judgement:
    """Judge a plan with nothing that was known only after `at`.

    Args:
        plan: the plan as read.
        at: the date judged.
        explicit: whether the date was given; then objects without a known date are left out and counted.
        options: further packs and parameters.

    Raises:
        InvalidInput: a pack, a parameter or a criterion's expression is wrong.
    """
    view = as_of(plan, at, explicit=explicit)
    lock = read_lock_of(plan)
    policy = policy_set(plan, options.policies, options.params)
    facts = build_facts(view, lock.items, lock_digest=lock.digest, criterion_reads=policy.criterion_reads)
    evaluation = evaluate(policy, facts)
    core = [*lock_findings(facts, lock, locked=options.locked), *_policy_findings(facts, policy)]
    waiver_policy = WaiverPolicy(policy.no_waivers, policy.max_waiver_days)
    outcome = apply_waivers(
        [*evaluation.findings, *core], facts.plan["waivers"], at=facts.at, policy=waiver_policy
    )
    waiver_findings = [_waiver_finding(facts, *fault) for fault in outcome.faults]
    findings = tuple(sorted([*outcome.findings, *waiver_findings], key=lambda each: each.sort_key))
    return _judgement(facts, policy, evaluation, findings, lock)
