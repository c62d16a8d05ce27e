"""The verdicts of a plan in time, and the decisions beside them, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from release.analysis.replay import Decision
from release.audience.history import SECTIONS, Day, History, StageOn
from release.audience.view import AudienceView
from release.reports.objects import object_href
from release.reports.parts import Part, Parts, Table, day, joined, plain_text
from release.reports.prose import plain
from release.reports.safe import anchor
from release.reports.words import NOTHING, Words

KNOWN = 3
"""So many of the things that became known on a day are named."""

TITLE = 60
"""So many signs of each of their titles."""

STAGES = 4
"""Up to so many stages have a column each."""

_TITLES = ("title", "claim", "name", "signal")


def verdict_table(words: Words, view: AudienceView, history: History) -> Table:
    """Return the verdict of each stage on each day, what became known, what moved, and what was decided."""
    wide = len(view.stages) <= STAGES
    names = [stage.id for stage in view.stages]
    verdicts = names if wide else [words("history.verdicts")]
    head = (
        words("history.day"),
        *verdicts,
        *(words(f"history.{name}") for name in ("known", "moved", "done")),
    )
    titles, href = _titles(view), object_href(view)
    rows = []
    for each in history.days:
        stages = {stage.id: stage for stage in each.stages}
        cells = [_verdict(words, stages.get(name)) for name in names]
        if not wide:
            told = (
                (Part(f"{name} "), *cell)
                for name, cell in zip(names, cells, strict=True)
                if name in stages and _worth(stages[name], each)
            )
            cells = [joined(told)]
        moved, done = _moved(words, each), joined((_done(words, one) for one in each.taken), "; ")
        rows.append((_when(words, each), *cells, _known(words, href, each, titles), moved, done))
    return Table(words("history.caption"), head, tuple(rows))


def _worth(stage: StageOn, each: Day) -> bool:
    taken = any(one.stage == stage.id for one in each.taken)
    return taken or stage.flipped or bool(stage.opened or stage.closed)


def _when(words: Words, each: Day) -> Parts:
    if each.until == each.day:
        return (day(each.day),)
    return day(each.day), Part(f" {words('monitoring.to')} "), day(each.until)


def _verdict(words: Words, stage: StageOn | None) -> Parts:
    if stage is None:
        return plain_text(NOTHING)
    count = stage.failed + stage.unknown
    verdict = words.term("verdict", stage.verdict)
    told = words("history.counted", verdict=verdict, count=count) if count else verdict
    shown = Part(told, "strong") if stage.flipped else Part(told)
    return (shown, Part(f", {words('history.out')}")) if stage.out else (shown,)


def _titles(view: AudienceView) -> dict[str, str]:
    """Return what objects are called, by `kind:id`."""
    content = view.content
    found = {f"stage:{stage.id}": stage.title for stage in view.stages}
    for kind, section in SECTIONS.items():
        for each in getattr(content, section):
            title = next((text for name in _TITLES if (text := getattr(each, name, ""))), "")
            found[f"{kind}:{each.id}"] = title or each.id
    found |= {f"event:{each.id}": plain(each.text) or each.id for each in content.events}
    for partner in content.partners:
        found |= {f"finding:{each.id}": plain(each.text) or each.id for each in partner.findings}
    for stage in content.stages:
        found |= {f"criterion:{each.id}": plain(each.text) or each.id for each in stage.criteria}
    return found


def _title(titles: dict[str, str], name: str) -> str:
    """Return what an object is called in short, without the full stop that would stand before a semicolon."""
    title = titles.get(name, name)
    return title.removesuffix(".") if len(title) <= TITLE else f"{title[: TITLE - 1].rstrip()}…"


def _known(words: Words, href: Callable[[str], str], each: Day, titles: dict[str, str]) -> Parts:
    order = sorted(each.known, key=lambda name: name.startswith("source:"))
    named = [
        (Part(_title(titles, name), "link", to),) if (to := href(name)) else plain_text(_title(titles, name))
        for name in order[:KNOWN]
    ]
    more = len(order) - KNOWN
    if more > 0:
        named.append(plain_text(words.many("decision.more", more)))
    return joined(named, "; ")


def _moved(words: Words, each: Day) -> Parts:
    """Say which rules opened and closed, those of a stage whose verdict changed first."""
    found: list[Parts] = []
    flipped = [stage for stage in each.stages if stage.flipped]
    for stage in flipped:
        verdict = words.term("verdict", stage.verdict)
        rules = (*stage.closed, *stage.opened)
        why = ", ".join(rules) if rules else words("decision.unexplained")
        found.append(
            (Part(words("history.flipped", stage=stage.id, verdict=verdict), "strong"), Part(f" {why}"))
        )
    rest = [stage for stage in each.stages if not stage.flipped]
    for key in ("opened", "closed"):
        named = _by_rule(rest, key)
        if named:
            found.append(plain_text(words(f"history.{key}", rules=named)))
    return joined(found, "; ")


def _by_rule(stages: Sequence[StageOn], key: str) -> str:
    rules: dict[str, list[str]] = {}
    for stage in stages:
        for rule in getattr(stage, key):
            rules.setdefault(rule, []).append(stage.id)
    return ", ".join(f"{rule} ({', '.join(names)})" for rule, names in sorted(rules.items()))


def _done(words: Words, each: Decision) -> Parts:
    told = f"{each.stage}: {words.term('decided', each.decision)}"
    if not each.against:
        return plain_text(told)
    return Part(f"{told}, "), Part(words("history.against"), "alert")


def decision_table(words: Words, view: AudienceView, history: History) -> Table:
    """Return what was done and decided, by whom, why, and what the verdict was."""
    signed = any(each.source == "ledger" for each in history.taken)
    names = ("time", "stage", "decision", "verdict", *(("by", "reason") if signed else ()), "source")
    titles = {stage.id: stage.title for stage in view.stages}
    rows = tuple(tuple(_decided(words, each, titles, signed=signed)) for each in history.taken)
    return Table(words("history.decisions_caption"), tuple(words(f"history.{name}") for name in names), rows)


def _decided(words: Words, each: Decision, titles: dict[str, str], *, signed: bool) -> Iterator[Parts]:
    yield (day(each.time),)
    title = titles.get(each.stage, each.stage)
    yield (
        (Part(title, "link", f"#{anchor('stage', each.stage)}"),)
        if each.stage in titles
        else plain_text(title)
    )
    yield plain_text(words.term("decided", each.decision))
    verdict = words.term("verdict", each.verdict) if each.verdict else words.term("missing", "unknown")
    against = (Part(" "), Part(words("history.against"), "alert")) if each.against else ()
    yield (Part(verdict), *against)
    if signed:
        yield plain_text(each.by)
        yield plain_text(each.reason)
    yield plain_text(words(f"history.from.{each.source}"))


def history_lines(words: Words, view: AudienceView, history: History) -> Iterator[str]:
    """Yield what the table and the chart show, in sentences."""
    yield words.many("history.flips", history.flips) if history.flips else words("history.no_flip")
    against = sum(each.against for each in history.taken)
    if history.taken:
        yield words.many("history.against_count", against) if against else words("history.none_against")
    if history.left_out:
        yield words.many("history.left_out", history.left_out)
    if history.broken:
        yield words("history.broken", why=history.broken)
    if not view.insider:
        yield words("history.outsiders")
    elif not any(each.source == "ledger" for each in history.taken) and not history.broken:
        yield words("history.no_ledger")
