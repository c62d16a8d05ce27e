"""Judging a report by the rules that name one, the pack `partner-report` always among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from release.base.dates import Moment
from release.base.findings import Finding
from release.evidence.lock_state import lock_of, lock_state
from release.gate.judge import PolicyOptions, facts_of
from release.plan.plan import Plan
from release.policy.evaluate import evaluate_report
from release.policy.force import policy_set

REPORT_PACK: Final = "partner-report"
ReportRules = Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Sequence[Finding]]


def report_rules(plan: Plan, at: Moment, *, explicit: bool, options: PolicyOptions) -> ReportRules:
    """Return what judges a report of a plan: from the report and its claims, as rules see them, to findings.

    Args:
        plan: the plan as read.
        at: the date judged.
        explicit: whether the date was given.
        options: further packs and parameters.
    """

    def judged(report: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> Sequence[Finding]:
        used = {str(name) for name in (*plan.data.get("policies", {}).get("use", ()), *options.policies)}
        more = () if REPORT_PACK in used else (REPORT_PACK,)
        policy = policy_set(plan, (*options.policies, *more), options.params)
        lock = lock_of(plan)
        signed = options.signed(plan) if plan.signers is None else plan  # verifying takes a program per item
        facts = facts_of(signed, at, policy, lock, lock_state(plan, lock), explicit=explicit)
        return evaluate_report(policy, facts, report, claims).findings

    return judged
