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


class PlanSeen(Record):
    """One plan as an audience may see it, with its share of the counts."""

    plan: PlanCheck
    counts: Counts


def check_view(judgements: Sequence[Judgement], audience: str, *, stage: str | None = None) -> CheckView:
    """Build the view of one audience.

    Args:
        judgements: at least one, all of one date.
        audience: `public`, `partner:<id>` or `internal`.
        stage: show only what touches this stage.
    """
    seen = [plan_seen(judgement, audience, stage=stage) for judgement in judgements]
    return view_of(seen, audience, at=judgements[0].at)


def view_of(seen: Sequence[PlanSeen], audience: str, *, at: str) -> CheckView:
    """Return several plans as one view.

    Args:
        seen: at least one, all of one date and audience.
        audience: whose view it is.
        at: the date.
    """
    return CheckView(
        at=at,
        audience=audience,
        verdict=worst([each.plan.verdict for each in seen]),
        plans=tuple(each.plan for each in seen),
        counts=_total([each.counts for each in seen]),
    )


def plan_seen(judgement: Judgement, audience: str, *, stage: str | None = None) -> PlanSeen:
    """Return one plan as an audience may see it, narrowed to a stage if one is named."""
    if audience == "internal":
        plan, found, rules = _whole(judgement), judgement.found, judgement.summary.rules
    else:
        # Insiders see the whole: what copies for others is not even imported for them.
        from release.audience.project import project

        view = project(judgement, audience)
        plan, found, rules = _seen(view), view.findings, view.summary.rules
    if stage is not None:
        plan = _at_stage(plan, stage)
        found = tuple(each for each in found if stage in each.stages)
    return PlanSeen(plan, _counts(plan, found, rules, judgement.passed_visible_to(audience)))


def _whole(judgement: Judgement) -> PlanCheck:
    """Return what insiders see, without copying the plan: they see all of it."""
    return PlanCheck.put_off(
        lambda: {"findings": judgement.findings},
        path=judgement.path,
        id=judgement.plan_id,
        title=judgement.title,
        digest=judgement.digest,
        verdict=judgement.verdict,
        undated=judgement.undated,
        next_stage=judgement.next_stage,
        stages=judgement.stages,
        withheld=0,
        texts=judgement.texts,
        unlisted=0,
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


def _counts(plan: PlanCheck, found: Sequence[Finding], rules: int, passed: int) -> Counts:
    statuses = [finding.status for finding in found]
    return Counts(
        plans=1,
        stages=len(plan.stages),
        rules=rules,
        evaluations=passed + len(statuses),
        passed=passed,
        failed=statuses.count("fail"),
        unknown=statuses.count("unknown"),
        waived=statuses.count("waived"),
    )


def _total(counts: Sequence[Counts]) -> Counts:
    return Counts(
        plans=len(counts),
        stages=sum(each.stages for each in counts),
        rules=max((each.rules for each in counts), default=0),
        evaluations=sum(each.evaluations for each in counts),
        passed=sum(each.passed for each in counts),
        failed=sum(each.failed for each in counts),
        unknown=sum(each.unknown for each in counts),
        waived=sum(each.waived for each in counts),
    )
