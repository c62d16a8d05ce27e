"""A report laid beside an earlier one of the same plan: the decision first, then figures, then findings.

Only the two views are compared, so what an audience may not see on either date is not in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from release.audience.items_evidence import Figure
from release.audience.view import AudienceView, StageView
from release.base.findings import Finding
from release.reports.charts.dots import interval_text
from release.reports.numbers import bounds_of, value_of
from release.reports.parts import Part, Parts, Table, plain_text, told_once
from release.reports.prose import plain
from release.reports.safe import anchor
from release.reports.words import Words

TITLE = 60
"""So many signs of a claim name its evidence."""

_Key = tuple[str, str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """What differs from an earlier date.

    Attributes:
        since: the earlier date.
        sentence: the decision then and now.
        tables: stages, then figures and findings that differ; the latter two only where any do.
    """

    since: str
    sentence: str
    tables: tuple[Table, ...]


def compared(old: AudienceView, new: AudienceView, words: Words) -> Compared:
    """Lay two views of one plan side by side.

    Args:
        old: at the earlier date.
        new: at the date of the report.
        words: the words of the report.
    """
    then, now = (words.term("verdict", each.verdict) for each in (old, new))
    key = "compare.same" if old.verdict == new.verdict else "compare.changed"
    sentence = words(key, since=old.at, at=new.at, then=then, now=now)
    head = (old.at, new.at)
    tables = [Table(words("compare.stages"), (words("fields.stage"), *head), tuple(_stages(old, new, words)))]
    tables.extend(_figures(old, new, words))
    findings = tuple(_findings(old, new, words))
    if findings:
        names = (words("compare.rule"), words("findings.object"), *head)
        tables.append(Table(words("compare.findings"), names, findings))
    return Compared(old.at, sentence, tuple(tables))


def _stages(old: AudienceView, new: AudienceView, words: Words) -> Iterator[tuple[Parts, ...]]:
    before = {stage.id: stage for stage in old.stages}
    after = {stage.id: stage for stage in new.stages}
    for name in {**after, **before}:
        shown = (after.get(name) or before[name]).title
        href = f"#{anchor('stage', name)}" if name in after else ""
        title = (Part(shown, "link", href),) if href else plain_text(shown)
        yield title, _stage(before.get(name), words), _stage(after.get(name), words)


def _stage(stage: StageView | None, words: Words) -> Parts:
    if stage is None:
        return plain_text(words("compare.not_told"))
    status = f" ({words.term('status', stage.status)})" if stage.shown else ""
    return plain_text(f"{words.term('verdict', stage.verdict)}{status}")


def _all_figures(view: AudienceView) -> Mapping[_Key, Figure]:
    return {
        (item.id, provenance, figure.result, figure.by): figure
        for item in view.content.evidence
        for provenance, figures in (("computed", item.figures), ("declared", item.declared))
        for figure in figures
    }


def _figures(old: AudienceView, new: AudienceView, words: Words) -> Iterator[Table]:
    """Yield figures that changed, those that are new, and those that are gone, each where there are any."""
    before, after = _all_figures(old), _all_figures(new)
    titles = {
        each.id: plain(each.claim, TITLE) or each.id for view in (old, new) for each in view.content.evidence
    }
    here = {item.id for item in new.content.evidence}
    changed: list[tuple[Parts, ...]] = []
    added: list[tuple[Parts, ...]] = []
    gone: list[tuple[Parts, ...]] = []
    for key in {**after, **before}:
        then, now = before.get(key), after.get(key)
        name, _, result, by = key
        title = titles[name]
        link = (Part(title, "link", f"#{anchor('evidence', name)}"),) if name in here else plain_text(title)
        slices = [f"{words.term('slice', one)} {words.term('sampling', value)}" for one, value in by]
        what = plain_text(", ".join((words.term("result", result), *slices)))
        if then is None and now is not None:
            added.append((link, what, *_apart(now, words)))
        elif now is None and then is not None:
            gone.append((link, what, *_apart(then, words)))
        elif then is not None and now is not None and then != now:
            changed.append((link, what, _figure(then, words), _figure(now, words)))
    names = (words("fields.evidence"), words("figure.result"))
    apart = (*names, words("figure.value"), words("figure.interval"))
    for word, head, rows in (
        ("figures", (*names, old.at, new.at), changed),
        ("figures_new", apart, added),
        ("figures_gone", apart, gone),
    ):
        if rows:
            yield told_once(words, Table(words(f"compare.{word}"), head, tuple(rows)), (0, 1, 2))


def _value(figure: Figure, words: Words) -> str:
    return value_of(figure) or words.term("missing", "refused" if figure.refused else "unknown")


def _apart(figure: Figure, words: Words) -> tuple[Parts, Parts]:
    return plain_text(_value(figure, words)), plain_text(interval_text(figure, words))


def _figure(figure: Figure, words: Words) -> Parts:
    bounds = f" ({interval_text(figure, words)})" if bounds_of(figure) else ""
    return plain_text(f"{_value(figure, words)}{bounds}")


def _by_object(view: AudienceView) -> Mapping[tuple[str, str, int], Finding]:
    """Return findings by rule and object; where a pair has several, by their order too."""
    found: dict[tuple[str, str, int], Finding] = {}
    for each in view.findings:
        number = 0
        while (each.rule, each.object, number) in found:
            number += 1
        found[each.rule, each.object, number] = each
    return found


def _findings(old: AudienceView, new: AudienceView, words: Words) -> Iterator[tuple[Parts, ...]]:
    before, after = _by_object(old), _by_object(new)
    for key in sorted({**after, **before}):
        then, now = before.get(key), after.get(key)
        if (then and then.status) != (now and now.status):
            found = now or before[key]
            about = plain_text(found.object)
            rule = plain_text(f"{found.rule}: {found.title}")
            yield rule, about, _status(then, words), _status(now, words)


def _status(finding: Finding | None, words: Words) -> Parts:
    return plain_text(words.term("finding_status", finding.status) if finding else words("compare.not_asked"))
