"""What one audience may see of a check: the input of every format of `check` and `gate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from release.base.findings import Finding
from release.base.record import Record
from release.gate.judgement import Judgement, StageVerdict, Verdict, worst

if TYPE_CHECKING:
    from release.audience.view import AudienceView


class Counts(Record):
    """Counts over all plans shown. evaluations = passed + failed + unknown + waived."""

    plans: int
    stages: int
    rules: int
    evaluations: int
    passed: int
    failed: int
    unknown: int
    waived: int


class PlanCheck(Record):
    """One plan as an audience may see it.

    Attributes:
        stages: verdict and status of each stage, `withheld` where only the verdict may be seen; its
            `findings` counts those shown.
        withheld: what exists and is not shown, in one total.
        unlisted: findings that the audience may see and that were not asked for.
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
    unlisted: int = 0


class CheckView(Record):
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
    judgements: Sequence[Judgement],
    audience: str,
    *,
    stage: str | None = None,
) -> CheckView:
    """Build the view of one audience.

    Args:
        judgements: at least one, all of one date.
        audience: `public`, `partner:<id>` or `internal`.
        stage: show only what touches this stage.
    """
    if audience == "internal":
        plans = [_whole(judgement) for judgement in judgements]
        rules = [judgement.summary.rules for judgement in judgements]
    else:
        # Insiders see the whole: what copies for others is not even imported for them.
        from release.audience.project import project

        views = [project(judgement, audience) for judgement in judgements]
        plans = [_seen(view) for view in views]
        rules = [view.summary.rules for view in views]
    shown = tuple(plan if stage is None else _at_stage(plan, stage) for plan in plans)
    return CheckView(
        at=judgements[0].at,
        audience=audience,
        verdict=worst([plan.verdict for plan in shown]),
        plans=shown,
        counts=_counts(shown, rules, [each.passed_visible_to(audience) for each in judgements]),
    )


def _whole(judgement: Judgement) -> PlanCheck:
    """Return what insiders see, without copying the plan: they see all of it."""
    return PlanCheck(
        path=judgement.path,
        id=judgement.plan_id,
        title=judgement.title,
        digest=judgement.digest,
        verdict=judgement.verdict,
        undated=judgement.undated,
        next_stage=judgement.next_stage,
        stages=judgement.stages,
        findings=judgement.findings,
        withheld=0,
        texts=judgement.texts,
    )


def _seen(view: AudienceView) -> PlanCheck:
    stages = (
        StageVerdict(
            id=stage.id,
            title=stage.title,
            verdict=stage.verdict,
            status=stage.status,
            findings=stage.findings,
            order=None,
            date=stage.date,
            released=stage.released,
        )
        for stage in view.stages
    )
    return PlanCheck(
        path=view.path,
        id=view.plan_id,
        title=view.title,
        digest=view.digest,
        verdict=view.verdict,
        undated=view.undated,
        next_stage=view.next_stage,
        stages=tuple(stages),
        findings=view.findings,
        withheld=view.withheld,
        texts={},
    )


def _at_stage(plan: PlanCheck, stage: str) -> PlanCheck:
    """Return a plan narrowed to one stage; what is withheld stays one total."""
    stages = tuple(each for each in plan.stages if each.id == stage)
    return plan.but(
        stages=stages,
        verdict=worst([each.verdict for each in stages]),
        findings=tuple(each for each in plan.findings if stage in each.stages),
    )


def _counts(plans: Sequence[PlanCheck], rules: Sequence[int], passes: Sequence[int]) -> Counts:
    shown = [finding for plan in plans for finding in plan.findings]
    passed = sum(passes)
    failed = sum(finding.status == "fail" for finding in shown)
    unknown = sum(finding.status == "unknown" for finding in shown)
    waived = sum(finding.status == "waived" for finding in shown)
    return Counts(
        plans=len(plans),
        stages=sum(len(plan.stages) for plan in plans),
        rules=max(rules, default=0),
        evaluations=passed + failed + unknown + waived,
        passed=passed,
        failed=failed,
        unknown=unknown,
        waived=waived,
    )
