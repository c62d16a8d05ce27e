"""The stages of a plan in time, and what is due next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from release.base.dates import days_between, moment
from release.base.labels import Label
from release.base.record import Record
from release.gate.judgement import Judgement
from release.gate.reach import Reach

Sees = Callable[[Label], bool]


class StageStatus(Record):
    """One stage at a glance; counts are of findings that the onlooker may see.

    Attributes:
        status: `withheld` where the onlooker may not see it.
        withdrawn: when it was taken back.
        days_since_previous: days from the release of the stage before to this stage's date.
        window_ends: last day of the observation window that the stage before opened, if it asks for one.
    """

    id: str
    title: str
    status: str
    date: str | None
    withdrawn: str | None
    access: str | None
    verdict: str
    days_since_previous: int | None
    window_ends: str | None
    failed: int
    unknown: int
    waived: int


class Due(Record):
    """Something that the plan says will happen, or should have happened."""

    date: str
    what: str
    overdue: bool


class Status(Record):
    """A plan at a glance as of a date.

    Attributes:
        path: the plan file, as typed.
        withheld: how many findings, dates and things due the onlooker may not see.
    """

    plan_id: str
    title: str
    path: str
    at: str
    verdict: str
    next_stage: str | None
    stages: tuple[StageStatus, ...]
    due: tuple[Due, ...]
    undated: int
    withheld: int


def status_of(judgement: Judgement, sees: Sees | None = None) -> Status:
    """Return the stages in time, and what is due.

    Args:
        judgement: of one plan.
        sees: tells whether the onlooker may see something so labelled; insiders see everything.
    """
    return _Look(judgement, sees or (lambda _label: True)).status()


class _Look:
    def __init__(self, judgement: Judgement, sees: Sees) -> None:
        self._judgement = judgement
        self._sees = sees
        self._withheld = 0
        reach = Reach(judgement.facts, judgement.labels, sees)
        self._findings = reach.shown(judgement.findings)
        self._hidden = sum(not sees(each.label) for each in judgement.findings)

    def status(self) -> Status:
        judgement = self._judgement
        stages = judgement.facts["stages"]
        ordered = [stage for stage in stages if "order" in stage]
        rows = tuple(
            self._stage(stage, ordered[stage["order"] - 1] if stage.get("order") else None)
            for stage in stages
        )
        due = sorted(self._shown_due(), key=lambda each: (moment(each.date), each.what))
        following = next((each for each in stages if each["id"] == judgement.next_stage), None)
        return Status(
            plan_id=judgement.plan_id,
            title=judgement.title,
            path=judgement.path,
            at=judgement.at,
            verdict=judgement.verdict,
            next_stage=following["id"] if following is not None and self._dated(following) else None,
            stages=rows,
            due=tuple(due),
            undated=sum(map(self._sees, judgement.undated_labels)),
            withheld=self._withheld + self._hidden,
        )

    def _may(self, pointer: str) -> bool:
        return self._sees(self._judgement.labels(pointer))

    def _dated(self, stage: Mapping[str, Any]) -> bool:
        return self._may(f"{stage['$at']}/dates")

    def _stage(self, stage: Mapping[str, Any], before: Mapping[str, Any] | None) -> StageStatus:
        verdict = self._judgement.stage(stage["id"]).verdict
        own = [each for each in self._findings if stage["id"] in each.stages]
        dated, open_to = self._dated(stage), self._may(f"{stage['$at']}/access")
        known_before = before is not None and self._dated(before)
        self._withheld += (not dated) + (not open_to)
        released = before.get("dates", {}).get("released") if before is not None and known_before else None
        date = stage.get("date") if dated else None
        window = known_before and before is not None and self._may(f"{before['$at']}/observation")
        return StageStatus(
            id=stage["id"],
            title=str(stage.get("title", stage["id"])) if self._may(stage["$at"]) else stage["id"],
            status=stage["status"] if dated else "withheld",
            date=date,
            withdrawn=stage.get("dates", {}).get("withdrawn") if dated else None,
            access=stage.get("access", {}).get("level") if open_to else None,
            verdict=verdict,
            days_since_previous=days_between(released, date) if released and date else None,
            window_ends=window_end(before) if window else None,
            failed=sum(finding.status == "fail" for finding in own),
            unknown=sum(finding.status == "unknown" for finding in own),
            waived=sum(finding.status == "waived" for finding in own),
        )

    def _shown_due(self) -> Iterator[Due]:
        at = moment(self._judgement.at)
        for pointer, date, what in _due(self._judgement.facts, self._judgement.at):
            if self._may(pointer):
                yield Due(date, what, overdue=moment(date) < at)
            else:
                self._withheld += 1


def window_end(stage: Mapping[str, Any] | None) -> str | None:
    """Return the last day of the observation window that a released stage opened, or None."""
    if stage is None:
        return None
    released = stage.get("dates", {}).get("released")
    days = stage.get("observation", {}).get("days")
    if released is None or days is None:
        return None
    return (moment(released).day + timedelta(days=days)).isoformat()


def _due(facts: Mapping[str, Any], at: str) -> Iterator[tuple[str, str, str]]:
    """Yield (pointer, date, what) of everything with a date that is still to be minded."""
    for stage in facts["stages"]:
        if stage["status"] in {"draft", "planned"} and "date" in stage:
            yield f"{stage['$at']}/dates", stage["date"], f"stage {stage['id']} is planned"
        end = window_end(stage)
        if end is not None and moment(end) >= moment(at):
            yield f"{stage['$at']}/observation", end, f"the observation of stage {stage['id']} ends"
    for partner in facts["partners"]:
        if "due" in partner and not partner["findings"]:
            yield partner["$at"], partner["due"], f"findings of {partner['id']} are due"
    for risk in facts["risks"]:
        if "review_by" in risk:
            yield risk["$at"], risk["review_by"], f"risk {risk['id']} is to be reviewed"
    for section, field, words in (
        ("waivers", "expires", "the waiver of {rule} expires"),
        ("attestations", "until", "the attestation {id} ends"),
        ("mitigations", "until", "the mitigation {id} ends"),
    ):
        for each in facts[section]:
            if field in each and moment(each[field]) >= moment(at):
                yield each["$at"], each[field], words.format(rule=each.get("rule"), id=each.get("id"))
    for evidence in facts["evidence"]:
        if "expires" in evidence:
            yield evidence["$at"], evidence["expires"], f"evidence {evidence['id']} expires"
