"""What carries the verdict of a stage, what would flip it, and how far its figures may move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from release.analysis.case import Case
from release.analysis.date_margins import DateMargin, date_margins_of
from release.analysis.flipping import EVALUATIONS, Alone, Flips, FlipSet, flips_of
from release.analysis.margins import Margin, margins_of
from release.analysis.parameter_margins import ParameterMargin, parameter_margins_of
from release.analysis.todo import WorkOrder, work_order
from release.base.record import Record
from release.gate.judgement import Judgement, Verdict

Role = Literal["carries", "needed", "shapes", "idle"]


class Ranked(Record):
    """One part, and how much rests on it.

    Attributes:
        role: `carries`: without it alone the verdict is another; `needed`: so it is without a set with it;
            `shapes`: some answer is another without it; `idle`: nothing is.
        size: size of the smallest set that turns the verdict and holds it; 0 where none was found.
        provenance: of evidence, `computed` or `declared`; empty for others.
    """

    alone: Alone
    role: Role
    size: int
    provenance: str


class Influence(Record):
    """The answer.

    Attributes:
        failed: errors that fail at the stage.
        unknown: errors that cannot be told there.
        margins: how far the figures that rules read may move.
        dates: how far the dates of the stages may.
        parameters: how far the numbers may that are parameters of packs.
        order: what would have to be brought for go, where the verdict is another.
    """

    judgement: Judgement
    stage: str
    verdict: Verdict
    failed: int
    unknown: int
    ranking: tuple[Ranked, ...]
    flips: Flips
    margins: tuple[Margin, ...]
    dates: tuple[DateMargin, ...]
    parameters: tuple[ParameterMargin, ...]
    order: WorkOrder | None

    @property
    def rests_on_unknown(self) -> bool:
        """Whether nothing fails, and the stage is held by what is not known alone."""
        return self.verdict == "hold" and not self.failed


def influence_of(case: Case, stage: str, *, evaluations: int = EVALUATIONS) -> Influence:
    """Return what carries the verdict of a stage.

    Raises:
        KeyError: the plan has no such stage at the date.
    """
    judgement = case.judgement()
    verdict = judgement.stage(stage).verdict
    order = None if verdict == "go" else work_order(case, stage)
    case = case.remembering()
    errors = [
        each for each in judgement.at_stage(stage) if each.severity == "error" and each.status != "waived"
    ]
    flips = flips_of(case, stage, evaluations=evaluations)
    provenance = {each["id"]: each["provenance"] for each in judgement.facts.get("evidence", ())}
    ranking = [_ranked(alone, flips, provenance) for alone in flips.alone]
    ranking.sort(key=lambda each: (each.size or 99, -_moved(each), each.alone.part.object))
    return Influence(
        judgement=judgement,
        stage=stage,
        verdict=verdict,
        failed=sum(each.status == "fail" for each in errors),
        unknown=sum(each.status == "unknown" for each in errors),
        ranking=tuple(ranking),
        flips=flips,
        margins=tuple(margins_of(case, stage)),
        dates=tuple(date_margins_of(case, stage)),
        parameters=tuple(parameter_margins_of(case, stage)),
        order=order,
    )


def _moved(each: Ranked) -> int:
    return len(each.alone.opened) + len(each.alone.closed)


def _ranked(alone: Alone, flips: Flips, provenance: Mapping[str, Any]) -> Ranked:
    sets: list[FlipSet] = [*flips.sets, *([flips.example] if flips.example else [])]
    size = min((len(each.parts) for each in sets if alone.part in each.parts), default=0)
    role: Role = "idle"
    if alone.verdict != flips.verdict:
        role = "carries"
    elif size:
        role = "needed"
    elif alone.opened or alone.closed:
        role = "shapes"
    kind = str(provenance.get(alone.part.name, "")) if alone.part.kind == "evidence" else ""
    return Ranked(alone, role, size, kind)
