"""How many days the date of a stage may move before an answer or the verdict changes.

The plan is looked at anew with the other date, from the same day. What has happened stays in the past, and
what has not in the future; artefacts of the very day move with their stage, and nothing else does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Final

from release.analysis.case import Case
from release.analysis.limits import Limit, Standing, Way, limits, standing_of
from release.base.dates import moment
from release.base.record import Record
from release.gate.judgement import Verdict
from release.policy.remembering import Remembered

_FIELDS: Final = ("planned", "released", "withdrawn")
_DAYS: Final = 1096
_DAY: Final = len("2019-02-14")


class DateLimit(Record):
    """Where something changes in one direction.

    Attributes:
        value: the first date beyond.
        last: the last date at which nothing had changed.
        days: how many days away the first one is.
        verdict: the verdict beyond.
        rules: (rule, object) of what opens or closes there.
    """

    value: str
    last: str
    days: int
    verdict: Verdict
    rules: tuple[tuple[str, str], ...]


class DateMargin(Record):
    """One date of a stage, and how far it may move.

    Attributes:
        object: `stage:id`.
        field: the way to the date.
        down: where an answer changes first when it is earlier, None within the range that was tried.
        verdict_down: where the verdict does.
        tried: the first and the last date that were tried.
    """

    object: str
    field: str
    value: str
    down: DateLimit | None
    up: DateLimit | None
    verdict_down: DateLimit | None
    verdict_up: DateLimit | None
    tried: tuple[str, str]

    @property
    def nearest(self) -> int:
        """How many days away the nearest change of the verdict is; more than is tried without one."""
        limits = [each for each in (self.verdict_down, self.verdict_up) if each is not None]
        return min((each.days for each in limits), default=_DAYS + 1)


def date_margins_of(case: Case, stage: str) -> list[DateMargin]:
    """Return the margin of every date of every stage, those nearest to a change first."""
    mover = _Mover(case, stage)
    found = [mover.margin(index, field) for index, field in _written(case.plan.data)]
    return sorted(found, key=lambda each: (each.nearest, each.object, each.field))


def _written(data: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    for index, stage in enumerate(data["stages"]):
        for field in _FIELDS:
            if field in stage.get("dates", {}):
                yield index, field


class _Mover:
    def __init__(self, case: Case, stage: str) -> None:
        self._case = case
        self._stage = stage
        self._remembered = Remembered(case.policy, case.facts())
        self._standing = self._standing_with(case.plan.data)

    def _standing_with(self, data: Mapping[str, Any]) -> Standing:
        judged = self._case.judged_again(self._remembered, self._case.facts(data))
        return standing_of(judged, self._stage)

    def margin(self, index: int, field: str) -> DateMargin:
        """Return how far one date of one stage may move."""
        stage = self._case.plan.data["stages"][index]
        value = stage["dates"][field]
        earliest, latest = _bounds(stage["dates"], field, self._case)

        def at(days: float) -> Standing:
            return self._standing_with(_moved(self._case.plan.data, index, field, int(days)))

        def told(limit: Limit | None) -> DateLimit | None:
            if limit is None:
                return None
            dates = (_later(value, int(limit.value)), _later(value, int(limit.last)))
            return DateLimit(*dates, abs(int(limit.value)), limit.verdict, limit.rules)

        down, verdict_down = limits(Way(0, earliest, whole=True), at, self._standing)
        up, verdict_up = limits(Way(0, latest, whole=True), at, self._standing)
        return DateMargin(
            object=f"stage:{stage['id']}",
            field=f"dates.{field}",
            value=value,
            down=told(down),
            up=told(up),
            verdict_down=told(verdict_down),
            verdict_up=told(verdict_up),
            tried=(_later(value, earliest), _later(value, latest)),
        )


def _bounds(dates: Mapping[str, Any], field: str, case: Case) -> tuple[int, int]:
    """Return by how many days a date may move: not past the day judged, nor the other end of the stage."""
    own = moment(dates[field])
    first, last = date.min + timedelta(days=1), date.max - timedelta(days=1)  # a zone may add or take a day
    earliest, latest = max(-_DAYS, (first - own.day).days), min(_DAYS, (last - own.day).days)
    if field != "planned":
        until = (case.at.day - own.day).days
        if own <= case.at:
            latest = min(latest, until)
        else:
            earliest = max(earliest, until + 1)
    if field == "released" and "withdrawn" in dates:
        latest = min(latest, (moment(dates["withdrawn"]).day - own.day).days)
    if field == "withdrawn" and "released" in dates:
        earliest = max(earliest, (moment(dates["released"]).day - own.day).days)
    return min(earliest, 0), max(latest, 0)


def _moved(data: Mapping[str, Any], index: int, field: str, days: int) -> dict[str, Any]:
    """Return the data of a plan with one date of one stage moved."""
    stage = data["stages"][index]
    value = stage["dates"][field]
    moved = {**stage, "dates": {**stage["dates"], field: _later(value, days)}}
    if "artefacts" in stage:
        moved["artefacts"] = [
            {**each, "date": _later(each["date"], days)}
            if str(each.get("date", ""))[:_DAY] == value[:_DAY]
            else each
            for each in stage["artefacts"]
        ]
    return {**data, "stages": [moved if each is stage else each for each in data["stages"]]}


def _later(text: str, days: int) -> str:
    """Return a date some days later, the time of day kept."""
    return (moment(text[:_DAY]).day + timedelta(days=days)).isoformat() + text[_DAY:]
