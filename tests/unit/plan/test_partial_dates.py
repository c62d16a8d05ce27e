"""Sources may be dated by month or year: known at the latest on its last day, and shown as written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.base.dates import last_moment, moment
from release.base.errors import InputError
from release.gate.judge import PolicyOptions, judge
from release.plan.as_of import as_of
from release.plan.plan import Plan
from tests.unit.plan.conftest import BASE

Read = Callable[..., Plan]
Errors = Callable[..., tuple[InputError, ...]]


@pytest.mark.parametrize(
    ("text", "day"), [("2019-05", "2019-05-31"), ("2020-02", "2020-02-29"), ("2019", "2019-12-31")]
)
def test_the_last_day_counts(text: str, day: str, read: Read) -> None:
    assert last_moment(text) == moment(day)
    assert str(last_moment(text)) == text
    plan = read(f"{BASE}sources: [{{id: s, title: S, date: {text}}}]\n")
    assert plan.data["sources"][0]["date"] == text
    before = moment(f"{day}T12:00:00Z")
    assert as_of(plan, before, explicit=True).data["sources"] == []
    assert as_of(plan, moment(day), explicit=True).data["sources"][0]["date"] == text


@pytest.mark.parametrize("text", ["2019-13", "0000", "0000-01", "2019-1", "19", "2019-00", "9999-99"])
def test_no_month_or_year(text: str) -> None:
    with pytest.raises(ValueError, match=r"calendar|expected"):
        last_moment(text)


def test_rules_compare_the_last_day(read: Read) -> None:
    for asked, holds in (
        ("plan.sources[0].date <= date('2019-05-31')", True),
        ("plan.sources[0].date <= date('2019-05-30')", False),
        ("days(plan.sources[0].date, date('2019-06-01')) == 1", True),
    ):
        criterion = f'    criteria: [{{id: c, text: T, require: "{asked}", verdict: hold}}]\n'
        plan = read(f"{BASE}{criterion}sources: [{{id: s, title: S, date: 2019-05}}]\n")
        found = judge(plan, moment("2020-01-01"), explicit=False, options=PolicyOptions()).findings
        assert [each.status for each in found if each.rule == "criterion:c"] == ([] if holds else ["fail"])


@pytest.mark.parametrize("text", ["2019-13", "20190", "May 2019", "2019-02-30", "2019-05-", "'2019 '", "999"])
def test_what_is_no_date_of_a_source(text: str, errors: Errors) -> None:
    (error,) = errors(f"{BASE}sources: [{{id: s, title: S, date: {text}}}]\n")
    assert error.code == "IN-025"
    assert "or a month or year such as 2019-02 or 2019" in error.message


@pytest.mark.parametrize("text", ["2019", "2019-05"])
def test_everything_else_needs_its_day(text: str, errors: Errors) -> None:
    (error,) = errors(f"{BASE}    dates: {{planned: {text}}}\n")
    assert (error.code, str(error.at)) == ("IN-025", "release.yaml:10:22")
    assert error.hint == "write the day; only a source may be dated by its month or year"
