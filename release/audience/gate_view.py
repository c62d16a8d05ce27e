"""What one audience may see of the gate of a stage."""

from __future__ import annotations

from collections.abc import Mapping

from release.audience.check_view import CheckView, PlanCheck, check_view
from release.base.errors import Position
from release.base.findings import Finding
from release.base.record import EMPTY, Record
from release.gate.gating import Gate, rule_reasons
from release.gate.judgement import Verdict, worst
from release.gate.reason import Reason


class GateView(Record):
    """The gate of one stage for one audience.

    Attributes:
        check: the stage's findings, and the other reasons as findings, for formats that know only those.
        reasons: those that the audience may see.
        withheld: how many items are not shown, reasons among them.
        artifacts: name to SHA-256 of the files that were judged; the audience is told of its own files.
    """

    at: str
    audience: str
    plan: str
    path: str
    stage: str
    verdict: Verdict
    reasons: tuple[Reason, ...]
    withheld: int
    check: CheckView
    artifacts: Mapping[str, str] = EMPTY


def gate_view(gate: Gate, audience: str) -> GateView:
    """Build the view of one audience."""
    judgement = gate.judgement
    checked = check_view([judgement], audience, stage=gate.stage.id)
    (plan,) = checked.plans
    shown = _shown(gate, audience, plan)
    others = tuple(
        _as_finding(gate, each, insider=audience == "internal") for each in shown if not each.finding
    )
    hidden = sum(1 for each in gate.reasons if not each.finding) - len(others)
    withheld = plan.withheld + hidden
    plan = PlanCheck(
        path=plan.path,
        id=plan.id,
        title=plan.title,
        digest=plan.digest,
        verdict=gate.verdict,
        undated=plan.undated,
        next_stage=gate.stage.id,
        stages=plan.stages,
        findings=(*plan.findings, *others),
        withheld=withheld,
        texts=plan.texts,
    )
    counts = checked.counts
    failed = counts.failed + len(others)
    check = CheckView(
        at=checked.at,
        audience=audience,
        verdict=worst([gate.verdict]),
        plans=(plan,),
        counts=counts.but(failed=failed, evaluations=counts.evaluations + len(others)),
    )
    return GateView(
        at=judgement.at,
        audience=audience,
        plan=judgement.plan_id,
        path=judgement.path,
        stage=gate.stage.id,
        verdict=gate.verdict,
        reasons=shown,
        withheld=withheld,
        check=check,
        artifacts=gate.artifacts,
    )


def _shown(gate: Gate, audience: str, plan: PlanCheck) -> tuple[Reason, ...]:
    """Return the reasons that an audience may see; what it may not see neither waives nor orders them."""
    if audience == "internal":
        return gate.reasons
    rules = list(rule_reasons(plan.findings, warnings_hold=gate.warnings_hold))
    rules.sort(key=lambda each: (each.id, each.finding.object if each.finding else "", each.message))
    others = (each for each in gate.reasons if each.finding is None and each.label.visible_to(audience))
    return (*rules, *others)


def _as_finding(gate: Gate, reason: Reason, *, insider: bool) -> Finding:
    """Return a reason that is no rule's as a finding at its stage, so that every format can show it."""
    judgement = gate.judgement
    return Finding(
        rule=f"gate:{reason.kind}",
        pack="gate",
        title=f"The {reason.kind} of stage {gate.stage.id} is in order",
        severity="error",
        status="fail",
        verdict=reason.verdict,
        stage=gate.stage.id,
        stages=(gate.stage.id,),
        object=f"stage:{gate.stage.id}",
        pointer=gate.stage.pointer if insider else "",
        at=Position(judgement.path) if not insider else judgement.place(gate.stage.pointer),
        message=reason.message,
        fix=reason.clears,
        label=reason.label,
    )
