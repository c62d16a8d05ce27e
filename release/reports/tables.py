"""The tables of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from release.audience.items import Approval, Benefit
from release.audience.items_evidence import Figure, Monitoring, Sighting
from release.audience.view import Parameter
from release.reports.changes import Change, latest_benefit
from release.reports.charts.dots import count_text, interval_text
from release.reports.gaps import Gaps
from release.reports.model import Report
from release.reports.numbers import common_decimals, value_of
from release.reports.parts import (
    Part,
    Parts,
    Table,
    chance,
    count,
    data,
    dated,
    field,
    joined,
    missing,
    mixed,
    plain_text,
    source_of,
    staged,
    term,
    told_once,
)
from release.reports.safe import anchor
from release.reports.words import Words

_ARROWS = {"up": "\N{UPWARDS ARROW}", "down": "\N{DOWNWARDS ARROW}", "same": "="}


def _heads(words: Words, group: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(words(f"{group}.{name}") for name in names)


def risk_table(words: Words, report: Report) -> Table:
    """Return every risk as it was last assessed for the stage judged."""
    rows = []
    for each in report.placed:
        now = each.now
        name = (Part(each.risk.title, "link", f"#{anchor('risk', each.risk.id)}"),)
        if now is None:
            levels: tuple[Parts, ...] = (_not_assessed(words), (), (), ())
        else:
            severity, sure = term(words, now, "severity", "severity"), term(words, now, "confidence", "level")
            levels = (chance(words, now), severity, sure, term(words, now, "residual", "severity"))
        rows.append((name, *levels, field(words, each.risk, "owner"), dated(words, each.risk, "review_by")))
    names = ("risk", "likelihood", "severity", "confidence", "residual", "owner", "review_by")
    return told_once(words, Table(words("risks.caption"), _heads(words, "fields", names), tuple(rows)))


def _not_assessed(words: Words) -> Parts:
    return (*missing(words, ""), Part(f": {words('risks.not_assessed')}"))


def benefit_table(words: Words, report: Report) -> Table:
    """Return every benefit as it was last assessed for the stage judged."""
    rows = tuple(_benefit(words, each, report) for each in report.view.content.benefits)
    names = ("benefit", "magnitude", "confidence", "beneficiaries")
    return told_once(words, Table(words("risks.benefits_caption"), _heads(words, "fields", names), rows))


def _benefit(words: Words, each: Benefit, report: Report) -> tuple[Parts, ...]:
    now = latest_benefit(each.assessments, report.focus.id) if report.focus else None
    levels: tuple[Parts, ...] = (_not_assessed(words), ())
    if now is not None:
        levels = (term(words, now, "magnitude", "level"), term(words, now, "confidence", "level"))
    name = (Part(each.title, "link", f"#{anchor('benefit', each.id)}"),)
    return (name, *levels, mixed(words, each, "beneficiaries"))


LONG: Final = 40
"""A text of more signs than this is not told again in the next row."""


def change_table(words: Words, report: Report) -> Table:
    """Return what differs between the stage judged and the one before."""
    before, focus = report.before, report.focus
    stages = (before.id if before else "", focus.id if focus else "")
    head = (words("changes.what"), words("changes.about"), *stages, words("changes.direction"))
    before_each = ("", *(each.href for each in report.changes))
    rows = tuple(
        _change(words, each, again=each.href == href)
        for each, href in zip(report.changes, before_each, strict=False)
    )
    return Table(words("changes.caption"), head, rows)


def _change(words: Words, each: Change, *, again: bool) -> tuple[Parts, ...]:
    """Return one row; a long text of what it is about is told in the first of several rows only."""
    text = (
        f"{_ARROWS[each.direction]}\N{NO-BREAK SPACE}{words(f'changes.{each.direction}')}"
        if each.direction
        else ""
    )
    about = (
        Part(
            words("changes.as_above") if again and len(each.subject) > LONG else each.subject,
            "link",
            each.href,
        ),
    )
    return plain_text(each.what), about, plain_text(each.before), plain_text(each.after), plain_text(text)


def figure_table(words: Words, figures: Sequence[Figure], caption: str) -> Table:
    """Return figures with intervals, sample sizes and methods; those of one result have the same digits."""
    by_result: dict[str, list[Figure]] = defaultdict(list)
    for each in figures:
        by_result[each.result].append(each)
    shared = {name: common_decimals(found) for name, found in by_result.items()}
    names = ("result", "by", "value", "interval", "n", "method")
    rows = tuple(_figure(words, each, shared[each.result]) for each in figures)
    table = Table(caption, _heads(words, "figure", names), rows, numeric=(2, 4))
    one_result = len({each.result for each in figures}) == 1
    return told_once(words, table, fixed=(1 if one_result else 0, 2))


def _figure(words: Words, each: Figure, decimals: int | None) -> tuple[Parts, ...]:
    by = ", ".join(f"{words.term('slice', name)} {words.term('sampling', value)}" for name, value in each.by)
    value = missing(words, "refused" if each.refused else "unknown")
    if each.value is not None or each.raw:
        value = (Part(value_of(each, decimals), "data", value=each.raw or str(each.value)),)
    unit = plain_text(f" {each.unit}" if each.unit and not each.refused else "")
    method = ": ".join(part for part in (words.term("method", each.method), each.reason) if part)
    if each.refused:
        method = words("figure.refused", why=each.reason)
    return (
        plain_text(words.term("result", each.result)),
        plain_text(by or words("figure.whole")),
        (*value, *unit),
        plain_text(interval_text(each, words, decimals)),
        plain_text(count_text(each, words)),
        plain_text(method),
    )


def sighting_table(words: Words, each: Monitoring) -> Table:
    """Return what a signal showed, period by period."""
    names = ("period", "stage", "kind", "seen")
    head = (*_heads(words, "monitoring", names), words("fields.exposure"), words("fields.source"))
    rows = tuple(_sighting(words, one) for one in each.observations)
    return told_once(words, Table(words("monitoring.caption"), head, rows, numeric=(3,)), fixed=(0, 3))


def _sighting(words: Words, one: Sighting) -> tuple[Parts, ...]:
    period = (*dated(words, one, "start"), Part(f" {words('monitoring.to')} "), *dated(words, one, "end"))
    looked = missing(words, one.word("exposure"))
    if one.exposure is not None and one.exposure.amount is not None:
        looked = (
            data(one.exposure.amount),
            *plain_text(f" {one.exposure.unit}" if one.exposure.unit else ""),
        )
    kind, seen = term(words, one, "kind", "observation"), count(words, one, "count")
    return period, staged(words, one, "stage"), kind, seen, looked, source_of(words, one, "ref")


def approval_table(words: Words, approvals: Sequence[Approval]) -> Table:
    """Return who decided what about which stage."""
    names = ("role", "by", "decision")
    rows = tuple(
        (
            staged(words, each, "stage"),
            *(field(words, each, name) for name in names),
            dated(words, each, "date"),
            field(words, each, "reason"),
        )
        for each in approvals
    )
    heads = _heads(words, "fields", ("stage", *names, "date", "reason"))
    return told_once(words, Table(words("findings.approvals_caption"), heads, rows), fixed=(0, 3))


def gap_table(words: Words, gaps: Sequence[Gaps]) -> Table:
    """Return what is not known, object by object."""
    head = _heads(words, "gaps", ("object", "unknown", "undisclosed", "absent"))
    rows = tuple((_gap_object(words, each), *(_gaps(words, each, word) for word in _WORDS)) for each in gaps)
    return told_once(words, Table(words("gaps.caption"), head, rows))


_WORDS = ("unknown", "undisclosed", "")


def _gap_object(words: Words, each: Gaps) -> Parts:
    return (Part(f"{words(f'gaps.kind.{each.kind}')}: "), Part(each.title, "link", each.href))


def _gaps(words: Words, gaps: Gaps, word: str) -> Parts:
    fields: dict[str, list[str]] = defaultdict(list)
    for gap in gaps.gaps:
        if gap.word == word:
            fields[gap.field] += [gap.stage] if gap.stage else []
    shown = (
        words.term("fields", name) + (f" ({', '.join(stages)})" if stages else "")
        for name, stages in fields.items()
    )
    return joined((plain_text(each) for each in shown), "; ")


def parameter_table(words: Words, parameters: Sequence[Parameter]) -> Table:
    """Return the parameters of the policy as they were used."""
    head = (words("again.param"), words("figure.value"), words("again.origin"), words("again.why"))
    rows = []
    for each in parameters:
        origin = words.term("origin", each.origin) + (f", {words('again.locked')}" if each.locked else "")
        rows.append(
            ((Part(each.name, "code"),), plain_text(each.value), plain_text(origin), plain_text(each.why))
        )
    return Table(words("again.params_caption"), head, tuple(rows))
