"""Judging a report by the rules that name one, the pack `partner-report` always among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from release.analysis.case import Case
from release.base.findings import Finding
from release.gate.judge import PolicyOptions
from release.policy.evaluate import evaluate_report
from release.policy.force import policy_set

REPORT_PACK: Final = "partner-report"
ReportRules = Callable[[Mapping[str, Any], Sequence[Mapping[str, Any]]], Sequence[Finding]]


def report_rules(case: Case, options: PolicyOptions) -> ReportRules:
    """Return what judges a report of a plan: from the report and its claims, as rules see them, to findings.

    Args:
        case: the plan at the date judged.
        options: the packs and parameters that the case was made with.
    """

    def judged(report: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]) -> Sequence[Finding]:
        used = {str(name) for name in (*case.plan.data.get("policies", {}).get("use", ()), *options.policies)}
        policy = case.policy
        if REPORT_PACK not in used:
            policy = policy_set(case.plan, (*options.policies, REPORT_PACK), options.params)
        return evaluate_report(policy, case.facts(), report, claims).findings

    return judged
