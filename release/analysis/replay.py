"""The verdict of each stage on every day on which something became known, and what was decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Any

from release.analysis.case import Case
from release.analysis.known import Known, known_in
from release.base.dates import Moment, day_before, end_of, moment
from release.base.findings import Finding
from release.base.labels import Label
from release.base.pointers import EVERYTHING
from release.base.record import Record
from release.gate.judgement import Judgement, StageVerdict, Verdict
from release.gate.reach import Reach

Sees = Callable[[Label], bool]
_Open = dict[tuple[str, str, str], tuple[str, ...]]
_VERDICTS: Mapping[str, Verdict] = {"go": "go", "hold": "hold", "no-go": "no-go"}
_DECIDED = frozenset({"released", "withdrawn"})


class StageThen(Record):
    """One stage on one day; counts are of errors that an onlooker may see."""

    id: str
    verdict: Verdict
    status: str
    failed: int
    unknown: int
    waived: int


class Change(Record):
    """A finding that opened or closed between two days."""

    rule: str
    object: str
    status: str
    stages: tuple[str, ...]


class Decision(Record):
    """What was done or decided about a stage.

    Attributes:
        time: date, or date and time.
        verdict: what the ledger says the tool said, else that of the stage on that day, by what was known
            on the day before for a release by its date; empty where that is not known.
        source: `dates` or `ledger`.
        against: it went out, or was to, though the verdict did not let it go.
    """

    time: str
    stage: str
    decision: str
    verdict: str
    by: str
    reason: str
    source: str
    against: bool


class Step(Record):
    """One day, or several days on which nothing changed.

    Attributes:
        day: the first of them.
        until: the last of them.
        known: what became known.
    """

    day: str
    until: str
    stages: tuple[StageThen, ...]
    known: tuple[Known, ...]
    opened: tuple[Change, ...]
    closed: tuple[Change, ...]
    decisions: tuple[Decision, ...]


class Replay(Record):
    """A plan replayed.

    Attributes:
        undated: objects with an unknown date: they are used on no day.
        withheld: how much became known that the onlooker may not see.
        left_out: how many earlier days were not judged.
    """

    judgement: Judgement
    steps: tuple[Step, ...]
    undated: int
    withheld: int
    left_out: int = 0


def replay(
    case: Case,
    *,
    since: Moment | None = None,
    sees: Sees | None = None,
    shows: Callable[[Known], bool] | None = None,
    ledger: Sequence[Mapping[str, Any]] = (),
    most: int | None = None,
) -> Replay:
    """Replay a plan up to the date of the case.

    Args:
        case: the plan; its packs are compiled once for all days.
        since: first day.
        sees: tells whether the onlooker may see something so labelled; insiders see everything.
        shows: tells whether something that became known, and may be seen, is of interest.
        ledger: the decisions on record, in order.
        most: judge only so many of the last days, and those of releases.
    """
    may_see = sees or (lambda _label: True)
    everything = [
        each
        for each in known_in(case.plan)
        if moment(each.day) <= case.at and (since is None or moment(each.day) >= since)
    ]
    shown = [
        each
        for each in everything
        if may_see(case.plan.label(each.pointer)) and (shows is None or shows(each))
    ]
    decided = [entry for entry in ledger if within(entry["time"], since, case.at)]
    every_day = sorted({each.day for each in shown} | {_day(entry["time"]) for entry in decided})
    days = every_day if most is None else _last(every_day, shown, most)
    by_day = {day: tuple(group) for day, group in groupby(shown, key=lambda each: each.day)}
    judgements = [(day, case.on(end_of(moment(day).day)).judgement()) for day in days]
    steady = None if sees is None else _steady(case, sees)
    steps = list(_steps(case, judgements, by_day, decided, _Look(may_see, steady)))
    last = judgements[-1][1] if judgements else case.judgement()
    return Replay(
        judgement=last,
        steps=tuple(_merged(steps)),
        undated=sum(may_see(label) for label in last.undated_labels),
        withheld=len(everything) - len(shown),
        left_out=len(every_day) - len(days),
    )


class _Look(Record):
    """What an onlooker sees of each day.

    Attributes:
        steady: rule and object of the answers that it may follow through time; None is all.
    """

    sees: Sees
    steady: frozenset[tuple[str, str]] | None

    def follows(self, finding: Finding) -> bool:
        """Tell whether the onlooker may follow an answer."""
        return self.steady is None or (finding.rule, finding.object) in self.steady


def _steady(case: Case, sees: Sees) -> frozenset[tuple[str, str]] | None:
    """Return the answers that an onlooker sees at the date of the case; None where it sees everything.

    An answer that rests on something hidden by then did not always: if it was shown on the days before, the
    day on which it changes or vanishes would be that of what is hidden.
    """
    if sees(case.plan.label(EVERYTHING)):
        return None
    judgement = case.judgement()
    reach = Reach(judgement.facts, judgement.labels, sees)
    opened = (part for each in judgement.findings for part in reach.opened(each) if sees(part.label))
    joined = (part for each in opened for part in (each, *each.parts))
    return judgement.passes_seen(sees) | {(each.rule, each.object) for each in joined}


def _last(days: Sequence[str], shown: Sequence[Known], most: int) -> list[str]:
    """Return the last days, and of those before them the ones on which something went out."""
    out = {each.day for each in shown if each.effect in _DECIDED}
    earlier, late = days[: max(0, len(days) - most)], days[max(0, len(days) - most) :]
    return [*(day for day in earlier if day in out), *late]


def within(time: str, since: Moment | None, until: Moment) -> bool:
    """Tell whether a line of the ledger falls between two dates; one without a readable time does not."""
    try:
        when = moment(time)
    except ValueError:
        return False
    return when <= until and (since is None or when >= since)


def _day(time: str) -> str:
    return moment(time).day.isoformat()


def _steps(
    case: Case,
    judgements: Sequence[tuple[str, Judgement]],
    by_day: Mapping[str, tuple[Known, ...]],
    ledger: Sequence[Mapping[str, Any]],
    look: _Look,
) -> Iterator[Step]:
    before: _Open = {}
    judged = dict(judgements)
    for index, (day, judgement) in enumerate(judgements):
        seen = _seen(judgement, look)
        now: _Open = {}
        for each in seen:
            if each.status != "waived":
                key = (each.rule, each.object, each.status)
                now[key] = tuple(dict.fromkeys((*now.get(key, ()), *each.stages)))
        known = by_day.get(day, ())
        yield Step(
            day=day,
            until=day,
            stages=tuple(_stage_then(judgement, stage, seen, look.sees) for stage in judgement.stages),
            known=tuple(each for each in known if each.effect not in _DECIDED),
            opened=tuple(_opened(before, now)) if index else (),
            closed=tuple(Change(*key, before[key]) for key in sorted(before.keys() - now.keys())),
            decisions=(*_dated(case, known, judged), *_recorded(judgement, day, ledger)),
        )
        before = now


def _opened(before: _Open, now: _Open) -> Iterator[Change]:
    """Yield what is new, or new at some stages; that a stage no longer counts says nothing."""
    for key in sorted(now):
        stages = tuple(stage for stage in now[key] if stage not in before.get(key, ()))
        if stages or key not in before:
            yield Change(*key, stages)


def _seen(judgement: Judgement, look: _Look) -> list[Finding]:
    """Return the errors that the onlooker sees, at the stages at which it may know that they count."""
    reach = Reach(judgement.facts, judgement.labels, look.sees)
    found = reach.shown(each for each in judgement.findings if each.severity == "error")
    return [each for each in found if look.follows(each)]


def _stage_then(
    judgement: Judgement,
    stage: StageVerdict,
    seen: Sequence[Finding],
    sees: Sees,
) -> StageThen:
    own = [finding for finding in seen if stage.id in finding.stages]
    statuses = [each.status for each in own]
    counts = {status: statuses.count(status) for status in ("fail", "unknown", "waived")}
    status = stage.status if sees(judgement.labels(stage.pointer)) else "withheld"
    return StageThen(stage.id, stage.verdict, status, counts["fail"], counts["unknown"], counts["waived"])


def _dated(case: Case, known: Sequence[Known], judged: Mapping[str, Judgement]) -> Iterator[Decision]:
    """Yield what the dates of stages say was done, beside the verdict on its eve."""
    for each in known:
        if each.effect in _DECIDED:
            stage, day = each.object.partition(":")[2], day_before(each.day)
            known_then = {one.id: one.verdict for one in judged[day].stages} if day in judged else {}
            verdict = known_then.get(stage) or _on_eve(case, day, stage)
            against = _against(each.effect, verdict)
            yield Decision(each.day, stage, each.effect, verdict, "", "", "dates", against)


def _on_eve(case: Case, day: str, stage: str) -> Verdict:
    eve = case.on(end_of(moment(day).day))
    return eve.judged(eve.facts()).verdict(stage)


def _recorded(judgement: Judgement, day: str, ledger: Sequence[Mapping[str, Any]]) -> Iterator[Decision]:
    for entry in ledger:
        if _day(entry["time"]) == day:
            stages = {stage.id: stage.verdict for stage in judgement.stages}
            verdict = judged_verdict(entry) or stages.get(entry["stage"])
            if verdict is not None:
                yield recorded(entry, verdict)


def judged_verdict(entry: Mapping[str, Any]) -> Verdict | None:
    """Return the verdict that a line of the ledger was written under, where it says so."""
    return _VERDICTS.get(str(entry.get("judged", {}).get("verdict")))


def recorded(entry: Mapping[str, Any], verdict: str) -> Decision:
    """Return what a line of the ledger decides, beside a verdict, empty where none is known."""
    return Decision(
        time=entry["time"],
        stage=entry["stage"],
        decision=entry["decision"],
        verdict=verdict,
        by=entry["by"],
        reason=entry.get("reason", ""),
        source="ledger",
        against=_against(entry["decision"], verdict),
    )


def _against(decision: str, verdict: str) -> bool:
    """Tell whether something went out, or was to, that a verdict did not let go."""
    return decision in {"released", "go"} and verdict not in {"go", ""}


def _merged(steps: Sequence[Step]) -> Iterator[Step]:
    """Join days on which nothing changed and nothing was decided with one another."""
    waiting: Step | None = None
    for step in steps:
        quiet = not (step.opened or step.closed or step.decisions)
        if waiting is not None and quiet and waiting.stages == step.stages:
            waiting = waiting.but(until=step.until, known=(*waiting.known, *step.known))
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if quiet and step is not steps[0]:
            waiting = step
        else:
            yield step
    if waiting is not None:
        yield waiting


def flips(steps: Sequence[Step]) -> Iterator[tuple[str, str, Verdict, Verdict]]:
    """Yield (day, stage, verdict before, verdict after) of every change of a verdict."""
    for before, after in pairwise(steps):
        verdicts = {stage.id: stage.verdict for stage in before.stages}
        for stage in after.stages:
            if verdicts.get(stage.id, stage.verdict) != stage.verdict:
                yield after.day, stage.id, verdicts[stage.id], stage.verdict
