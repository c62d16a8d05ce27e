"""What one audience may see of a check: the input of every format of `check` and `gate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from release.base.findings import Finding
from release.gate.judgement import Judgement, StageVerdict, Verdict, worst


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts over all plans shown. evaluations = passed + failed + unknown + waived."""

    plans: int
    stages: int
    rules: int
    evaluations: int
    passed: int
    failed: int
    unknown: int
    waived: int


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """One plan as an audience may see it.

    Attributes:
        stages: verdict and status of each stage; `findings` counts those shown.
        withheld: findings that exist and are not shown.
    """

    path: str
    id: str
    title: str
    digest: str
    verdict: Verdict
    undated: int
    next_stage: str | None
    stages: tuple[StageVerdict, ...]
    findings: tuple[Finding, ...]
    withheld: int
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CheckView:
    """Several plans judged at one date, for one audience."""

    at: str
    audience: str
    verdict: Verdict
    plans: tuple[PlanCheck, ...]
    counts: Counts

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding shown, plan by plan."""
        return tuple(finding for plan in self.plans for finding in plan.findings)


def check_view(
    judgements: Sequence[Judgement], audience: str, *, digests: Sequence[str], stage: str | None = None
) -> CheckView:
    """Build the view of one audience.

    Args:
        judgements: at least one, all of one date.
        audience: `public`, `partner:<id>` or `internal`.
        digests: for each plan the digest to show: the plan's own for insiders, that of the view for others.
        stage: show only what touches this stage.
    """
    plans = tuple(
        _plan_check(judgement, audience, digest, stage)
        for judgement, digest in zip(judgements, digests, strict=True)
    )
    return CheckView(
        at=judgements[0].at,
        audience=audience,
        verdict=worst([plan.verdict for plan in plans]),
        plans=plans,
        counts=_counts(judgements, plans, audience),
    )


def _plan_check(judgement: Judgement, audience: str, digest: str, stage: str | None) -> PlanCheck:
    concerned = [each for each in judgement.findings if stage is None or stage in each.stages]
    shown = tuple(each for each in concerned if each.label.visible_to(audience))
    stages = tuple(
        StageVerdict(
            id=each.id,
            title=each.title if _stage_visible(judgement, each, audience) else each.id,
            verdict=each.verdict,
            status=each.status,
            findings=sum(each.id in finding.stages for finding in shown),
            order=each.order,
            date=each.date if _stage_visible(judgement, each, audience) else None,
            released=each.released if _stage_visible(judgement, each, audience) else None,
        )
        for each in judgement.stages
        if stage is None or each.id == stage
    )
    return PlanCheck(
        path=judgement.path,
        id=judgement.plan_id,
        title=judgement.title,
        digest=digest,
        verdict=judgement.verdict if stage is None else stages[0].verdict,
        undated=judgement.undated_visible_to(audience),
        next_stage=judgement.next_stage,
        stages=stages,
        findings=shown,
        withheld=len(concerned) - len(shown),
        texts=judgement.texts if audience == "internal" else {},
    )


def _stage_visible(judgement: Judgement, stage: StageVerdict, audience: str) -> bool:
    return judgement.labels(stage.pointer).visible_to(audience)


def _counts(judgements: Sequence[Judgement], plans: Sequence[PlanCheck], audience: str) -> Counts:
    shown = [finding for plan in plans for finding in plan.findings]
    passed = sum(judgement.passed_visible_to(audience) for judgement in judgements)
    failed = sum(finding.status == "fail" for finding in shown)
    unknown = sum(finding.status == "unknown" for finding in shown)
    waived = sum(finding.status == "waived" for finding in shown)
    return Counts(
        plans=len(plans),
        stages=sum(len(plan.stages) for plan in plans),
        rules=max((judgement.summary.rules for judgement in judgements), default=0),
        evaluations=passed + failed + unknown + waived,
        passed=passed,
        failed=failed,
        unknown=unknown,
        waived=waived,
    )
