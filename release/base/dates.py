"""Dates as plans write them: ISO dates, or date-times with a zone."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from release.base.record import Record

_PART = re.compile(r"\d{4}(?:-\d{2})?", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DATE_TIME = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:?\d{2})", re.ASCII
)


class Moment(Record):
    """A point in time. A bare date means the end of that UTC day, inclusive.

    Attributes:
        instant: the moment in UTC.
        text: as written; not compared.
    """

    instant: datetime
    text: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Moment) and self.instant == other.instant

    def __hash__(self) -> int:
        return hash(self.instant)

    def __lt__(self, other: Moment) -> bool:
        return self.instant < other.instant

    def __le__(self, other: Moment) -> bool:
        return self.instant <= other.instant

    def __gt__(self, other: Moment) -> bool:
        return self.instant > other.instant

    def __ge__(self, other: Moment) -> bool:
        return self.instant >= other.instant

    @property
    def day(self) -> date:
        """The UTC day."""
        return self.instant.date()

    def __str__(self) -> str:
        return self.text or self.day.isoformat()


def end_of(day: date) -> Moment:
    """Return the end of a UTC day."""
    return Moment(datetime.combine(day, time.max, UTC), day.isoformat())


@lru_cache(maxsize=4096)
def moment(text: str) -> Moment:
    """Read an ISO date or a date-time with a zone.

    Raises:
        ValueError: the text is neither; the message says what was expected.
    """
    if _DATE.fullmatch(text):
        try:
            return end_of(date.fromisoformat(text))
        except ValueError:
            raise ValueError(f"{text} is not a day of the calendar") from None
    if _DATE_TIME.fullmatch(text):
        try:
            return Moment(datetime.fromisoformat(text.upper()).astimezone(UTC), text)
        except (ValueError, OverflowError):
            raise ValueError(f"{text} is not a moment of the calendar") from None
    raise ValueError(
        "expected a date such as 2019-02-14, or a date-time with a zone such as 2019-02-14T17:00:00Z"
    )


def last_moment(text: str) -> Moment:
    """Read a date or date-time, or a month or year, which means the end of its last day.

    >>> last_moment("2020-02").day.isoformat(), str(last_moment("2020-02"))
    ('2020-02-29', '2020-02')

    Raises:
        ValueError: the text is none of them.
    """
    if len(text) > len("2020-02") or _PART.fullmatch(text) is None:
        return moment(text)
    year, month = int(text[:4]), int(text[5:] or 12)
    try:
        return Moment(end_of(date(year, month, calendar.monthrange(year, month)[1])).instant, text)
    except (ValueError, calendar.IllegalMonthError):
        raise ValueError(f"{text} is not a month or year of the calendar") from None


def normal(text: str) -> Moment:
    """Read a date or date-time whose text becomes the usual one: the day, or the moment in UTC with `Z`.

    >>> str(normal("2019-02-14t17:00+02:00"))
    '2019-02-14T15:00:00Z'

    Raises:
        ValueError: the text is neither.
    """
    read = moment(text)
    if _DATE.fullmatch(text):
        return read
    return Moment(read.instant, read.instant.replace(tzinfo=None).isoformat() + "Z")


def days_between(start: str, end: str) -> int:
    """Return whole UTC days from `start` to `end`, negative when `end` is earlier."""
    return (moment(end).day - moment(start).day).days


def day_before(text: str) -> str:
    """Return the ISO date of the UTC day before."""
    return (moment(text).day - timedelta(days=1)).isoformat()
