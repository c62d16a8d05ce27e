"""The stages of a plan in time, and what is due next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from release.base.dates import days_between, moment
from release.gate.judgement import Judgement


@dataclass(frozen=True, slots=True)
class StageStatus:
    """One stage at a glance.

    Attributes:
        days_since_previous: days from the release of the stage before to this stage's date.
        window_ends: last day of the observation window that the stage before opened, if it asks for one.
        open: findings that count at the stage and are not waived.
    """

    id: str
    title: str
    status: str
    date: str | None
    access: str | None
    verdict: str
    days_since_previous: int | None
    window_ends: str | None
    failed: int
    unknown: int
    waived: int


@dataclass(frozen=True, slots=True)
class Due:
    """Something that the plan says will happen, or should have happened."""

    date: str
    what: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class Status:
    """A plan at a glance as of a date."""

    plan_id: str
    title: str
    at: str
    verdict: str
    next_stage: str | None
    stages: tuple[StageStatus, ...]
    due: tuple[Due, ...]


def status_of(judgement: Judgement) -> Status:
    """Return the stages in time, and what is due, of one judgement."""
    stages = judgement.facts["stages"]
    ordered = [stage for stage in stages if "order" in stage]
    rows = []
    for stage in stages:
        place = stage.get("order")
        before = ordered[place - 1] if place else None
        rows.append(_stage_status(judgement, stage, before))
    return Status(
        plan_id=judgement.plan_id,
        title=judgement.title,
        at=judgement.at,
        verdict=judgement.verdict,
        next_stage=judgement.next_stage,
        stages=tuple(rows),
        due=tuple(sorted(_due(judgement), key=lambda each: (moment(each.date), each.what))),
    )


def _stage_status(
    judgement: Judgement, stage: Mapping[str, Any], before: Mapping[str, Any] | None
) -> StageStatus:
    verdict = judgement.stage(stage["id"])
    own = judgement.at_stage(stage["id"])
    released = (before or {}).get("dates", {}).get("released")
    date = stage.get("date")
    return StageStatus(
        id=stage["id"],
        title=stage.get("title", stage["id"]),
        status=stage["status"],
        date=date,
        access=stage.get("access", {}).get("level"),
        verdict=verdict.verdict,
        days_since_previous=days_between(released, date) if released and date else None,
        window_ends=window_end(before),
        failed=sum(finding.status == "fail" for finding in own),
        unknown=sum(finding.status == "unknown" for finding in own),
        waived=sum(finding.status == "waived" for finding in own),
    )


def window_end(stage: Mapping[str, Any] | None) -> str | None:
    """Return the last day of the observation window that a released stage opened, or None."""
    if stage is None:
        return None
    released = stage.get("dates", {}).get("released")
    days = stage.get("observation", {}).get("days")
    if released is None or days is None:
        return None
    return (moment(released).day + timedelta(days=days)).isoformat()


def _due(judgement: Judgement) -> Iterator[Due]:
    facts = judgement.facts
    for stage in facts["stages"]:
        if stage["status"] in {"draft", "planned"} and "date" in stage:
            yield _entry(judgement, stage["date"], f"stage {stage['id']} is planned")
        end = window_end(stage)
        if end is not None and moment(end) >= moment(judgement.at):
            yield _entry(judgement, end, f"the observation of stage {stage['id']} ends")
    for partner in facts["partners"]:
        if "due" in partner and not partner["findings"]:
            yield _entry(judgement, partner["due"], f"findings of {partner['id']} are due")
    for risk in facts["risks"]:
        if "review_by" in risk:
            yield _entry(judgement, risk["review_by"], f"risk {risk['id']} is to be reviewed")
    for waiver in facts["waivers"]:
        if "expires" in waiver and moment(waiver["expires"]) >= moment(judgement.at):
            yield _entry(judgement, waiver["expires"], f"the waiver of {waiver['rule']} expires")
    for evidence in facts["evidence"]:
        if "expires" in evidence:
            yield _entry(judgement, evidence["expires"], f"evidence {evidence['id']} expires")


def _entry(judgement: Judgement, date: str, what: str) -> Due:
    return Due(date, what, overdue=moment(date) < moment(judgement.at))
