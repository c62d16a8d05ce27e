"""What one audience may see of the difference between two plans."""

from __future__ import annotations

from collections.abc import Iterator

from release.analysis.changes import Difference, differences
from release.analysis.diff import Diff, FigureChange, FindingChange, StageChange, finding_changes
from release.analysis.strictness import PolicyChange
from release.audience.project import project
from release.audience.view import AudienceView, plain
from release.base.record import Record
from release.gate.judgement import Judgement, Verdict

_FOR_ALL = frozenset({"pack", "rule", "parameter"})


class Side(Record):
    """One of the two plans."""

    path: str
    id: str
    title: str
    at: str
    digest: str
    verdict: Verdict
    next_stage: str | None


class DiffView(Record):
    """A difference for one audience.

    Attributes:
        same: nothing differs of what the audience may see, nor the date; for insiders nothing at all.
        worse: stages whose verdict got worse.
        passes: whether no verdict got worse and no rule was weakened, seen or not.
        withheld: how much of the new plan is not shown.
    """

    audience: str
    old: Side
    new: Side
    same: bool
    stages: tuple[StageChange, ...]
    worse: tuple[str, ...]
    policy: tuple[PolicyChange, ...]
    excused: tuple[tuple[str, str], ...]
    findings: tuple[FindingChange, ...]
    figures: tuple[FigureChange, ...]
    changes: tuple[Difference, ...]
    passes: bool
    withheld: int

    @property
    def weakened(self) -> tuple[PolicyChange, ...]:
        """What became weaker, or may have."""
        return tuple(each for each in self.policy if each.direction != "stricter")

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show but verdicts that stay."""
        stays = all((stage.old, stage.old_status) == (stage.new, stage.new_status) for stage in self.stages)
        return stays and not (self.policy or self.findings or self.figures or self.changes)


def diff_view(diff: Diff, audience: str) -> DiffView:
    """Build the view of one audience."""
    if audience == "internal":
        return DiffView(
            audience=audience,
            old=_side(diff.old),
            new=_side(diff.new),
            same=diff.same,
            stages=diff.stages,
            worse=tuple(stage.id for stage in diff.worse),
            policy=diff.policy,
            excused=diff.excused,
            findings=diff.findings,
            figures=diff.figures,
            changes=diff.changes,
            passes=diff.passes,
            withheld=0,
        )
    old, new = project(diff.old, audience), project(diff.new, audience)
    return DiffView(
        audience=audience,
        old=_side(old),
        new=_side(new),
        same=old.digest == new.digest,
        stages=tuple(_stages(diff, old, new)),
        worse=tuple(stage.id for stage in diff.worse),
        policy=tuple(each for each in diff.policy if each.kind in _FOR_ALL),
        excused=(),
        findings=tuple(finding_changes(old.findings, new.findings)),
        figures=(),
        changes=tuple(differences(plain(old.content), plain(new.content))),
        passes=diff.passes,
        withheld=new.withheld,
    )


def _side(judged: Judgement | AudienceView) -> Side:
    return Side(
        path=judged.path,
        id=judged.plan_id,
        title=judged.title,
        at=judged.at,
        digest=judged.digest,
        verdict=judged.verdict,
        next_stage=judged.next_stage,
    )


def _stages(diff: Diff, old: AudienceView, new: AudienceView) -> Iterator[StageChange]:
    before = {stage.id: stage.status for stage in old.stages}
    after = {stage.id: stage.status for stage in new.stages}
    for stage in diff.stages:
        if stage.id in before or stage.id in after:
            yield stage.but(old_status=before.get(stage.id, ""), new_status=after.get(stage.id, ""))
