"""How a plan's verdicts came to be, as one audience may see it, with what was decided beside them.

The days are those on which something became known that stands in the view of the audience. Lines of the
ledger bear no label, so only insiders see them; what the dates of a stage tell is for all who see them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from release.analysis.case import Case
from release.analysis.known import Known
from release.analysis.replay import (
    Decision,
    Replay,
    StageThen,
    Step,
    judged_verdict,
    recorded,
    replay,
    within,
)
from release.audience import copying
from release.audience.view import AudienceView, StageView
from release.gate.judgement import Verdict
from release.ledger.chain import Chain

DAYS: Final = 60
"""So many of the last days are judged again; on earlier ones only what went out is."""

_OUT = frozenset({"released", "withdrawn"})
SECTIONS: Mapping[str, str] = {
    kind: section
    for section, kind in copying.SECTIONS.items()
    if section not in {"actors", "variants", "stages"}
}
"""Kinds of objects that all stand in one list of the plan, and that list."""


@dataclass(frozen=True, slots=True)
class StageOn:
    """One stage on one day; counts are of errors that the audience may see.

    Attributes:
        out: it was released by then, as far as the audience may know.
        opened, closed: rules of which a finding opened or closed at this stage since the day before; one that
            only went from unknown to failing, or back, did neither.
        flipped: the verdict is another one than on the day before.
    """

    id: str
    verdict: Verdict
    out: bool
    failed: int
    unknown: int
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    flipped: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day, or several on which no verdict, finding or decision changed.

    Attributes:
        until: the last of them.
        known: `kind:id` of what became known, each once.
    """

    day: str
    until: str
    stages: tuple[StageOn, ...]
    known: tuple[str, ...]
    taken: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class History:
    """A plan's verdicts in time.

    Attributes:
        taken: everything that was done or decided, in order.
        left_out: how many earlier days were not judged again.
        broken: what is wrong with the ledger, for insiders.
    """

    days: tuple[Day, ...]
    taken: tuple[Decision, ...]
    left_out: int = 0
    broken: str = ""

    @property
    def flips(self) -> int:
        """How often a verdict changed."""
        return sum(stage.flipped for day in self.days for stage in day.stages)


Past = Callable[[AudienceView], History]


def past_of(case: Case, chain: Chain) -> Past:
    """Return what tells an audience's history of a plan."""
    return lambda view: history(case, view, chain)


def history(case: Case, view: AudienceView, chain: Chain) -> History:
    """Judge a plan again on the days that an audience may know of.

    Args:
        case: the plan, its packs compiled, at the date of the view.
        view: what the audience may see at that date.
        chain: the ledger.
    """
    stages = {stage.id: stage for stage in view.stages}
    entries = (
        tuple(each for each in chain.entries if within(each["time"], None, case.at)) if view.insider else ()
    )
    found = replay(
        case,
        sees=lambda label: label.visible_to(view.audience),
        shows=_in(view, stages),
        ledger=entries,
        most=DAYS,
    )
    decided = [each for step in found.steps for each in step.decisions]
    seen = {(each.time, each.stage): each.verdict for each in decided if each.source == "ledger"}
    taken = [
        *(each for each in decided if each.source == "dates"),
        *(
            recorded(entry, judged_verdict(entry) or seen.get((entry["time"], entry["stage"]), ""))
            for entry in entries
        ),
    ]
    return History(
        days=tuple(_days(found, stages)),
        taken=tuple(sorted(taken, key=lambda each: each.time)),
        left_out=found.left_out,
        broken=chain.faults[0] if view.insider and chain.faults else "",
    )


def _in(view: AudienceView, stages: Mapping[str, StageView]) -> Callable[[Known], bool]:
    """Return a function that tells whether something that became known stands in a view."""
    if view.insider:
        return lambda _: True
    content = view.content
    names = {f"{kind}:{each.id}" for kind, name in SECTIONS.items() for each in getattr(content, name)}
    names |= {f"finding:{each.id}" for partner in content.partners for each in partner.findings}
    names |= {f"criterion:{each.id}" for stage in content.stages for each in stage.criteria}
    names |= {f"critique:{each.id}" for each in content.critiques}
    names |= {f"attestation:{each.id}" for each in content.attestations}
    names |= {f"waiver:{each.rule}" for each in content.waivers}
    names |= {f"approval:{each.stage}/{each.role}" for each in content.approvals}
    names |= {f"stage:{name}" for name, stage in stages.items() if stage.shown}
    return lambda each: each.object in names


def _days(found: Replay, stages: Mapping[str, StageView]) -> Iterator[Day]:
    before: Mapping[str, Verdict] = {}
    for step in found.steps:
        yield Day(
            day=step.day,
            until=step.until,
            stages=tuple(_stage(step, each, stages, before) for each in step.stages),
            known=tuple(dict.fromkeys(each.object for each in step.known)),
            taken=step.decisions,
        )
        before = {each.id: each.verdict for each in step.stages}


def _stage(
    step: Step, then: StageThen, stages: Mapping[str, StageView], before: Mapping[str, Verdict]
) -> StageOn:
    shown = then.id in stages and stages[then.id].shown
    opened, closed = (
        {(one.rule, one.object) for one in each if then.id in one.stages}
        for each in (step.opened, step.closed)
    )
    return StageOn(
        id=then.id,
        verdict=then.verdict,
        out=shown and then.status in _OUT,
        failed=then.failed,
        unknown=then.unknown,
        opened=_rules(opened - closed),
        closed=_rules(closed - opened),
        flipped=before.get(then.id, then.verdict) != then.verdict,
    )


def _rules(found: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted({rule for rule, _ in found}))
