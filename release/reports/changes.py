"""What changed between a stage and the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release.audience.items import BenefitAssessment, RiskAssessment, Stage
from release.audience.items_evidence import Evidence, Figure
from release.audience.scales import LEVELS, LIKELIHOOD_WORDS, SEVERITIES
from release.audience.view import AudienceView, StageView
from release.base.dates import moment
from release.reports.numbers import common_decimals, number, value_of
from release.reports.prose import plain
from release.reports.safe import anchor
from release.reports.words import NOTHING, Words

PAIRS = 4
"""An item with more pairs of figures than this is left to its own section, where they stand side by side."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs between the stages.

    Attributes:
        direction: `up`, `down`, `same`, or empty where the values have no order or one is not known.
    """

    what: str
    subject: str
    href: str
    before: str
    after: str
    direction: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something new since the stage before."""

    date: str
    kind: str
    text: str
    href: str


def changes(view: AudienceView, before: StageView, now: StageView, words: Words) -> tuple[Change, ...]:
    """Return what differs between two stages: size, access, risks, benefits and figures."""
    stages = {stage.id: stage for stage in view.content.stages}
    earlier, later = stages.get(before.id), stages.get(now.id)
    return (
        *(_of_stage(view, earlier, later, words) if earlier and later else ()),
        *_of_risks(view, before.id, now.id, words),
        *_of_benefits(view, before.id, now.id, words),
        *_of_figures(view, before.id, now.id, words),
    )


def _of_stage(view: AudienceView, before: Stage, now: Stage, words: Words) -> Iterator[Change]:
    sizes = [_size(view, stage) for stage in (before, now)]
    href = f"#{anchor('stage', now.id)}"
    if sizes[0] is not None and sizes[1] is not None:
        texts = [number(size) for size in sizes if size is not None]
        yield Change(words("changes.size"), now.title, href, texts[0], texts[1], _order(*sizes))
    levels = [stage.access.level if stage.access else "" for stage in (before, now)]
    if all(levels) and levels[0] != levels[1]:
        texts = [words.term("access", level) for level in levels]
        yield Change(words("changes.access"), now.title, href, texts[0], texts[1], "")


def _size(view: AudienceView, stage: Stage) -> int | None:
    own = {each.id for each in stage.variants}
    return max(
        (each.parameters for each in view.content.variants if each.id in own and each.parameters),
        default=None,
    )


def _order(before: float | None, now: float | None) -> str:
    if before is None or now is None:
        return ""
    return "up" if now > before else "down" if now < before else "same"


def _ranked(scale: Sequence[str], before: str, now: str) -> str:
    ranks = [scale.index(word) if word in scale else None for word in (before, now)]
    return _order(*ranks)


def latest(assessments: Sequence[RiskAssessment], stage: str) -> RiskAssessment | None:
    """Return the last assessment of a risk for a stage."""
    return next((each for each in reversed(assessments) if each.stage == stage), None)


def latest_benefit(assessments: Sequence[BenefitAssessment], stage: str) -> BenefitAssessment | None:
    """Return the last assessment of a benefit for a stage."""
    return next((each for each in reversed(assessments) if each.stage == stage), None)


def _of_risks(view: AudienceView, before: str, now: str, words: Words) -> Iterator[Change]:
    scales = {"likelihood": LIKELIHOOD_WORDS, "severity": SEVERITIES, "residual": SEVERITIES}
    for risk in view.content.risks:
        earlier, later = latest(risk.assessments, before), latest(risk.assessments, now)
        href = f"#{anchor('risk', risk.id)}"
        if later is not None and earlier is None:
            yield Change(
                words("changes.first_assessed"), risk.title, href, NOTHING, words("changes.assessed"), ""
            )
        if earlier is None or later is None:
            continue
        for name, scale in scales.items():
            old, new = getattr(earlier, name), getattr(later, name)
            if old != new:
                shown = [_level(words, name, each, item) for each, item in ((old, earlier), (new, later))]
                yield Change(
                    words(f"fields.{name}"), risk.title, href, shown[0], shown[1], _ranked(scale, old, new)
                )


def _level(words: Words, name: str, word: str, item: RiskAssessment | BenefitAssessment) -> str:
    if not word:
        return words.term("missing", item.word(name))
    if name == "likelihood":
        return words.graded(word)
    return words.term("level" if name == "magnitude" else "severity", word)


def _of_benefits(view: AudienceView, before: str, now: str, words: Words) -> Iterator[Change]:
    for benefit in view.content.benefits:
        earlier, later = latest_benefit(benefit.assessments, before), latest_benefit(benefit.assessments, now)
        if earlier is None or later is None or earlier.magnitude == later.magnitude:
            continue
        shown = [_level(words, "magnitude", each.magnitude, each) for each in (earlier, later)]
        order = _ranked(LEVELS, earlier.magnitude, later.magnitude)
        yield Change(
            words("fields.magnitude"),
            benefit.title,
            f"#{anchor('benefit', benefit.id)}",
            shown[0],
            shown[1],
            order,
        )


def _of_figures(view: AudienceView, before: str, now: str, words: Words) -> Iterator[Change]:
    for item in view.content.evidence:
        pairs = list(_pairs(item, before, now))
        for old, new in pairs if len(pairs) <= PAIRS else ():
            decimals = common_decimals((old, new))
            rest = [value for name, value in new.by if name != "stage"]
            what = ", ".join(
                [words.term("result", new.result), *(words.term("sampling", each) for each in rest)]
            )
            href = f"#{anchor('evidence', item.id)}"
            yield Change(
                what,
                item.claim,
                href,
                value_of(old, decimals),
                value_of(new, decimals),
                _order(old.value, new.value),
            )


def _pairs(item: Evidence, before: str, now: str) -> Iterator[tuple[Figure, Figure]]:
    """Yield the figures of an item that are known at both stages, alike but for the stage."""
    figures = [each for each in (item.figures or item.declared) if each.value is not None]
    earlier = {_without_stage(each): each for each in figures if ("stage", before) in each.by}
    for each in figures:
        if ("stage", now) in each.by and (old := earlier.get(_without_stage(each))) is not None:
            yield old, each


def _without_stage(figure: Figure) -> tuple[str, tuple[tuple[str, str], ...]]:
    return figure.result, tuple(pair for pair in figure.by if pair[0] != "stage")


def arrivals(view: AudienceView, before: StageView, words: Words) -> tuple[Arrival, ...]:
    """Return what became known since the stage before: findings, evidence, mitigations, events."""
    if before.date is None:
        return ()
    found = [each for each in _dated(view, words) if each.date and _later(each.date, before.date)]
    return tuple(sorted(found, key=lambda each: (moment(each.date).instant, each.href)))


def _later(date: str, than: str) -> bool:
    try:
        return moment(date) > moment(than)
    except ValueError:
        return False


def _dated(view: AudienceView, words: Words) -> Iterator[Arrival]:
    content = view.content
    for partner in content.partners:
        for finding in partner.findings:
            text = words("changes.finding", partner=partner.name, text=plain(finding.text))
            yield Arrival(finding.date, "finding", text, f"#{anchor('finding', partner.id, finding.id)}")
    for item in content.evidence:
        href = f"#{anchor('evidence', item.id)}"
        yield Arrival(item.available or item.conducted, "evidence", item.claim, href)
    for each in content.mitigations:
        yield Arrival(each.since, "mitigation", each.title, f"#{anchor('mitigation', each.id)}")
    for event in content.events:
        yield Arrival(event.date, "event", plain(event.text), f"#{anchor('event', event.id)}")
