"""Where a stage stands at a date: its status and its dates, as they follow from the dates written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any, Final

from release.base.dates import Moment, last_moment, moment

Node = Mapping[str, Any]
Tree = dict[str, Any]

_DAY_LENGTH: Final = 10
_DATES: Final = ("planned", "released", "withdrawn")


class Clock:
    """Tells whether dates have come at a moment. Bare days, which most dates are, are compared as text."""

    __slots__ = ("_at", "_last_day")

    def __init__(self, at: Moment) -> None:
        ended = at.instant.time() == time.max
        self._at = at
        self._last_day = (at.day if ended else at.day - timedelta(days=1)).isoformat()

    def reached(self, date: str) -> bool:
        """Tell whether a date has come; a bare day, month or year comes with its end."""
        if len(date) == _DAY_LENGTH:
            return date <= self._last_day
        return last_moment(date) <= self._at


def after(date: str, bound: str) -> bool:
    """Tell whether one date is later than another."""
    if len(date) == len(bound) == _DAY_LENGTH:
        return date > bound
    return moment(date) > moment(bound)


def stage_as_of(stage: Node, clock: Clock, *, explicit: bool) -> Tree:
    """Return a stage with `status`, `dates` and `date` as of a moment.

    The dates win over the status that is written. A release that has not come yet is a planned one, unless a
    planned date is written. Where the date of a release is unknown, the written status is believed, but not
    under an explicit date: then the release can't be placed in time, and the stage counts as planned.
    """
    view = dict(stage)
    unknown = set(stage.get("$unknown", ()))
    wholly = "dates" in unknown
    written: Node = stage.get("dates", {})
    doubtful = set(_DATES) if wholly else set(written.get("$unknown", ()))
    dates = _dates_as_of(written, f"{stage['$at']}/dates", doubtful, clock)
    status = _status(stage.get("status"), dates, doubtful, believed=not explicit)
    view["status"] = status
    if not wholly:
        view["dates"] = dates
    date = dates.get("released", dates.get("planned"))
    if status in {"released", "withdrawn"} and "released" not in dates and "released" in doubtful:
        date = None
    if date is not None:
        view["date"] = date
    elif doubtful & {"planned", "released"}:
        unknown.add("date")
    unknown.discard("status")
    _set_unknown(view, unknown)
    return view


def _dates_as_of(written: Node, at: str, doubtful: set[str], clock: Clock) -> Tree:
    dates: Tree = {"$at": at, **written}
    released = written.get("released")
    if released is not None and not clock.reached(released):
        del dates["released"]
        if "planned" not in doubtful:
            dates.setdefault("planned", released)
    withdrawn = written.get("withdrawn")
    if withdrawn is not None and not clock.reached(withdrawn):
        del dates["withdrawn"]
    return dates


def _status(written: str | None, dates: Node, doubtful: set[str], *, believed: bool) -> str:
    if written == "cancelled":
        return "cancelled"
    if "withdrawn" in dates:
        return "withdrawn"
    out = "released" in dates or (
        "released" in doubtful and believed and written in {"released", "withdrawn"}
    )
    if out:
        return "withdrawn" if written == "withdrawn" and "withdrawn" in doubtful and believed else "released"
    if written == "planned" or "planned" in dates or doubtful & {"planned", "released"}:
        return "planned"
    return "draft"


def _set_unknown(view: Tree, unknown: set[str]) -> None:
    if unknown:
        view["$unknown"] = sorted(unknown)
    else:
        view.pop("$unknown", None)
