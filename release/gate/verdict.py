"""What blocks: the verdict of a stage and of a plan, from findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from release.base.findings import Finding
from release.gate.judgement import StageVerdict, Verdict, worst


def stage_verdict(findings: Iterable[Finding], *, warnings_hold: bool = False) -> Verdict:
    """Return the verdict that the findings of one stage give.

    No-go if an unwaived failing error says no-go; else hold if any error fails or is unknown (a no-go rule
    that is unknown holds: what is not known is never a no, and never a yes); else go.

    Args:
        findings: those that count at the stage.
        warnings_hold: whether a failing or unknown warning holds too.
    """
    held = False
    for finding in findings:
        if finding.status == "waived":
            continue
        if finding.severity == "error":
            if finding.status == "fail" and finding.verdict == "no-go":
                return "no-go"
            held = True
        elif warnings_hold and finding.severity == "warning":
            held = True
    return "hold" if held else "go"


def stage_verdicts(
    stages: Sequence[Mapping[str, Any]], findings: Sequence[Finding]
) -> tuple[StageVerdict, ...]:
    """Return every stage of the plan's tree with its verdict, in plan order."""
    verdicts = []
    for stage in stages:
        own = [finding for finding in findings if stage["id"] in finding.stages]
        dates = stage.get("dates", {})
        verdicts.append(
            StageVerdict(
                id=stage["id"],
                title=stage.get("title", stage["id"]),
                # Nobody may take a stage that was called off for one that may go.
                verdict="hold" if stage["status"] == "cancelled" else stage_verdict(own),
                status=stage["status"],
                findings=len(own),
                order=stage.get("order"),
                date=stage.get("date"),
                released=dates.get("released"),
                pointer=stage.get("$at", ""),
            )
        )
    return tuple(verdicts)


def next_stage(stages: Sequence[StageVerdict]) -> StageVerdict | None:
    """Return the first stage, in order, that is not out yet and not cancelled."""
    for stage in stages:
        if stage.order is not None and stage.status in {"draft", "planned"}:
            return stage
    return None


def plan_verdict(stages: Sequence[StageVerdict]) -> Verdict:
    """Return the next stage's verdict; where every stage is out, the worst of those not withdrawn."""
    following = next_stage(stages)
    if following is not None:
        return following.verdict
    return worst([stage.verdict for stage in stages if stage.status == "released"])
