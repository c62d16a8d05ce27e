"""The last line of what people read: the verdict, the counts and the next step."""

from __future__ import annotations

from release.audience.check_view import CheckView, PlanCheck
from release.base.findings import SEVERITY_RANK, Finding

WORDS = {"go": "GO", "hold": "HOLD", "no-go": "NO-GO"}


def blocking_order(finding: Finding) -> tuple[int, int, int, tuple[str, int, int, str, str]]:
    """Order findings by what blocks: no-go, then failed, then unknown, then the rest; waived ones last."""
    return (
        finding.status == "waived",
        -SEVERITY_RANK[finding.severity],
        0
        if finding.verdict == "no-go" and finding.status == "fail"
        else {"fail": 1, "unknown": 2, "waived": 3}[finding.status],
        finding.sort_key,
    )


def first_to_mend(plan: PlanCheck) -> Finding | None:
    """Return the finding to look at first: the worst one at the next stage, else the worst of all."""
    open_findings = [each for each in plan.findings if each.status != "waived" and each.severity == "error"]
    at_next = [each for each in open_findings if plan.next_stage in each.stages]
    return min(at_next or open_findings, key=blocking_order, default=None)


def summary_line(view: CheckView) -> str:
    """Return for example `HOLD: 2 failed, 9 unknown, 16 passed; next: release explain SR-106`."""
    counts = view.counts
    parts = [f"{counts.failed} failed", f"{counts.unknown} unknown"]
    if counts.waived:
        parts.append(f"{counts.waived} waived")
    parts.append(f"{counts.passed} passed")
    withheld = sum(plan.withheld for plan in view.plans)
    if withheld:
        parts.append(f"{withheld} withheld from {view.audience}")
    plans = f" in {counts.plans} plans" if counts.plans > 1 else ""
    return f"{WORDS[view.verdict]}: {', '.join(parts)}{plans}; next: {_next_step(view)}"


def _next_step(view: CheckView) -> str:
    for plan in view.plans:
        finding = first_to_mend(plan) if plan.verdict == view.verdict else None
        if finding is not None and not finding.rule.startswith("criterion:"):
            return f"release explain {finding.rule}"
        if finding is not None:
            return f"read {finding.rule} at {finding.at.file}:{finding.at.line}"
    if view.verdict == "go":
        stage = next((plan.next_stage for plan in view.plans if plan.next_stage), None)
        return f"decide on stage {stage}" if stage else "nothing is left to release"
    if any(plan.unlisted for plan in view.plans):
        return "list all findings, without filters"
    if any(plan.withheld for plan in view.plans):
        return f"ask the developer; what blocks is withheld from {view.audience}"
    return "see the stages above"
