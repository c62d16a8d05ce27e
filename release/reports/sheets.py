"""What is said of each object in short: labels and values, in the order in which people look for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import wraps
from typing import ParamSpec

from release.audience.items import (
    Access,
    Actor,
    BenefitAssessment,
    Mitigation,
    PartnerFinding,
    Risk,
    RiskAssessment,
    Stage,
    Variant,
)
from release.audience.items_evidence import Evidence, Monitoring, Partner
from release.audience.view import StageView
from release.reports.model import Use
from release.reports.numbers import number
from release.reports.parts import (
    Part,
    Parts,
    Row,
    chance,
    citation,
    count,
    data,
    dated,
    day,
    digest_part,
    field,
    joined,
    linked,
    links,
    missing,
    mixed,
    plain_text,
    source_of,
    staged,
    stages,
    term,
    together,
    yes_no,
)
from release.reports.words import Words

P = ParamSpec("P")


def _folded(sheet: Callable[P, Iterator[Row]]) -> Callable[P, Iterator[Row]]:
    """Return a sheet in which several labels that are all unknown, or all not provided, share a line."""

    @wraps(sheet)
    def rows(*args: P.args, **kwargs: P.kwargs) -> Iterator[Row]:
        return together(sheet(*args, **kwargs))

    return rows


def _row(words: Words, name: str, parts: Parts, *, wide: bool = False) -> Row:
    return Row(words(f"fields.{name}"), parts, wide)


@_folded
def stage_sheet(words: Words, stage: StageView, detail: Stage) -> Iterator[Row]:
    """Say when a stage is, who may use it, and what is done when it goes wrong."""
    dates = detail.dates
    status = plain_text(words.term("status", stage.status)) if stage.shown else missing(words, "")
    yield _row(words, "status", status)
    planned = (
        (day(stage.planned),) if stage.planned else missing(words, dates.word("planned") if dates else "")
    )
    yield _row(words, "planned", planned)
    if stage.released:
        yield _row(words, "released", (day(stage.released),))
    if dates and dates.withdrawn:
        yield _row(words, "withdrawn", (day(dates.withdrawn),))
    yield _row(words, "owner", field(words, detail, "owner"))
    yield _row(words, "observation", _window(words, detail))
    if detail.access:
        yield from _access(words, detail.access)
    else:
        yield _row(words, "access", missing(words, detail.word("access")))
    for name in ("leak_plan", "withdrawal_plan"):
        plan = getattr(detail, name)
        yield _row(words, name, field(words, plan, "text") if plan else missing(words, detail.word(name)))


def _window(words: Words, detail: Stage) -> Parts:
    window = detail.observation
    if window is None or window.days is None:
        return missing(words, window.word("days") if window else detail.word("observation"))
    return plain_text(words.many("stages.days", window.days))


def _access(words: Words, access: Access) -> Iterator[Row]:
    yield _row(words, "access", term(words, access, "level", "access"))
    yield _row(words, "recipients", mixed(words, access, "recipients"))
    yield _row(words, "terms", mixed(words, access, "terms"))
    yield _row(words, "reversible", yes_no(words, access, "reversible"))
    if access.controls:
        controls = (plain_text(words.term("control", each)) for each in access.controls)
        yield _row(words, "controls", joined(controls))


@_folded
def variant_sheet(words: Words, variant: Variant) -> Iterator[Row]:
    """Say how large a model is and what it was trained with."""
    yield _row(words, "parameters", count(words, variant, "parameters"))
    if variant.aliases:
        yield _row(words, "aliases", plain_text(", ".join(variant.aliases)))
    built = variant.architecture
    if built:
        shape = ""
        if built.layers and built.width:
            shape = words("stages.shape", layers=number(built.layers), width=number(built.width))
        yield _row(
            words, "architecture", plain_text(", ".join(each for each in (built.family, shape) if each))
        )
    training = variant.training
    if training:
        yield _row(words, "compute_flop", count(words, training, "compute_flop"))
        yield _row(words, "cutoff", field(words, training, "cutoff"))
        yield _row(words, "data", field(words, training, "data"), wide=True)
    else:
        yield _row(words, "training", missing(words, variant.word("training")))
    for each in variant.checkpoints:
        digest = (Part(" "), Part(each.sha256, "code")) if each.sha256 else ()
        yield _row(words, "checkpoint", (*plain_text(each.name), *digest), wide=True)


def risk_sheet(words: Words, risk: Risk, actors: Mapping[str, Actor]) -> Iterator[Row]:
    """Say who might do harm and what stands against it."""
    if risk.actors:
        actors_of = joined((_actor(words, each.id, actors) for each in risk.actors), "; ")
        yield _row(words, "actors", actors_of, wide=True)
    if risk.mitigations:
        yield _row(words, "mitigations", links(risk.mitigations), wide=True)


def _actor(words: Words, name: str, actors: Mapping[str, Actor]) -> Parts:
    actor = actors[name]
    tier = f" ({words.term('tier', actor.tier)})" if actor.tier else ""
    return plain_text(f"{actor.title or name}{tier}")


@_folded
def assessment_sheet(words: Words, each: RiskAssessment) -> Iterator[Row]:
    """Say how likely, how severe, how sure, and what remains."""
    yield _row(words, "likelihood", chance(words, each))
    yield _row(words, "severity", term(words, each, "severity", "severity"))
    yield _row(words, "confidence", term(words, each, "confidence", "level"))
    yield _row(words, "residual", term(words, each, "residual", "severity"))
    if each.marginal:
        text, baseline = each.marginal.text, each.marginal.baseline
        compared = f" ({words('risks.baseline', baseline=baseline)})" if baseline else ""
        yield _row(words, "marginal", plain_text(f"{text}{compared}"), wide=True)


@_folded
def benefit_sheet(words: Words, each: BenefitAssessment) -> Iterator[Row]:
    """Say how much good, and how sure that is."""
    yield _row(words, "magnitude", term(words, each, "magnitude", "level"))
    yield _row(words, "confidence", term(words, each, "confidence", "level"))


def cited_line(words: Words, each: RiskAssessment | BenefitAssessment) -> Iterator[Row]:
    """Name the evidence for and against an assessment."""
    if each.evidence:
        if each.evidence.supporting:
            yield Row(words("risks.for"), links(each.evidence.supporting))
        if each.evidence.opposing:
            yield Row(words("risks.against"), links(each.evidence.opposing))


@_folded
def mitigation_sheet(words: Words, each: Mitigation) -> Iterator[Row]:
    """Say since when a mitigation holds, and what shows that it works."""
    yield _row(words, "status", term(words, each, "status", "status"))
    yield _row(words, "since", dated(words, each, "since"))
    if each.until:
        yield _row(words, "until", (day(each.until),))
    yield _row(words, "removable_by_user", yes_no(words, each, "removable_by_user"))
    yield _row(words, "owner", field(words, each, "owner"))
    yield _row(words, "evidence", linked(words, each, "evidence"))


@_folded
def partner_sheet(words: Words, partner: Partner) -> Iterator[Row]:
    """Say what a partner could use, and what binds it."""
    yield _row(words, "independent", yes_no(words, partner, "independent"))
    yield _row(words, "funding", field(words, partner, "funding"))
    yield _row(words, "agreement", _agreement(words, partner))
    yield _row(words, "access", _partner_access(words, partner))
    if partner.due:
        yield _row(words, "due", (day(partner.due),))


def _agreement(words: Words, partner: Partner) -> Parts:
    agreement = partner.agreement
    if agreement is None:
        return missing(words, partner.word("agreement"))
    found = field(words, agreement, "kind")
    if agreement.signed or agreement.word("signed"):
        found = (*found, Part(f", {words('partners.signed')} "), *dated(words, agreement, "signed"))
    if agreement.ref:
        found = (*found, Part(" ("), *citation(agreement.ref, quote=False), Part(")"))
    return found


def _partner_access(words: Words, partner: Partner) -> Parts:
    entries = []
    for each in partner.access:
        what = stages([each.stage]) if each.stage else links([each.variant]) if each.variant else ()
        level = plain_text(f": {words.term('access', each.level)}" if each.level else "")
        start: Parts = ()
        if each.start or each.word("start"):
            start = (Part(f", {words('partners.from')} "), *dated(words, each, "start"))
        until = (Part(f", {words('partners.until')} "), day(each.until)) if each.until else ()
        entries.append((*what, *level, *start, *until))
    return joined(entries, "; ") or missing(words, partner.word("access"))


def finding_line(words: Words, finding: PartnerFinding) -> Iterator[Row]:
    """Say what a partner's finding speaks for and rests on."""
    yield Row(words("partners.favours"), term(words, finding, "favours", "favours"))
    yield Row(words("partners.stages"), staged(words, finding, "stages"))
    yield Row(words("partners.evidence"), linked(words, finding, "evidence"))


@_folded
def evidence_sheet(words: Words, item: Evidence, uses: Sequence[Use]) -> Iterator[Row]:
    """Say where a figure comes from, how it was made, what limits it and where it is used."""
    yield _row(words, "source", source_of(words, item, "source"), wide=True)
    yield _row(words, "stages", staged(words, item, "stages"))
    if item.variants or item.word("variants"):
        yield _row(words, "variants", linked(words, item, "variants"))
    yield _row(words, "evaluator", _evaluator(words, item))
    yield _row(words, "conducted", dated(words, item, "conducted"))
    for name in ("available", "expires"):
        if getattr(item, name):
            yield _row(words, name, dated(words, item, name))
    if item.held_out is not None:
        yield _row(words, "held_out", yes_no(words, item, "held_out"))
    if item.pre_registered:
        answers = {"true": words("yes"), "false": words("no")}
        yield _row(words, "pre_registered", plain_text(answers.get(item.pre_registered, item.pre_registered)))
    for name, value in item.counts:
        label = words.term("count", name)
        yield Row(label[:1].upper() + label[1:], (data(value),))
    if item.data and item.data.path:
        digest = (Part(" "), digest_part(item.data.sha256)) if item.data.sha256 else ()
        yield _row(words, "rows", (Part(item.data.path, "code"), *digest), wide=True)
    limits = joined((plain_text(each) for each in item.limitations), " ")
    yield _row(words, "limitations", limits or missing(words, item.word("limitations")), wide=True)
    used = joined((_use(words, each) for each in uses), "; ")
    yield Row(words("evidence.used"), used or plain_text(words("evidence.unused")), wide=True)


def _evaluator(words: Words, item: Evidence) -> Parts:
    who = item.evaluator
    if who is None:
        return missing(words, item.word("evaluator"))
    kind = plain_text(words.term("evaluator", who.kind)) if who.kind else ()
    free: Parts = ()
    if who.independent is not None:
        free = plain_text(words("evidence.independent" if who.independent else "evidence.not_independent"))
    return joined((field(words, who, "name"), kind, free))


def _use(words: Words, use: Use) -> Parts:
    side = plain_text(f" ({words(f'evidence.{use.side}')})" if use.side else "")
    return (Part(use.title, "link", use.href), *side)


@_folded
def monitoring_sheet(words: Words, each: Monitoring) -> Iterator[Row]:
    """Say where was looked, how much, and from when on something is done."""
    yield _row(words, "watched", mixed(words, each, "source"))
    yield _row(words, "exposure", exposure(words, each))
    yield _row(words, "threshold", _threshold(words, each))
    yield _row(words, "response", field(words, each, "response"), wide=True)


def exposure(words: Words, each: Monitoring) -> Parts:
    """Return how much was looked at."""
    if each.exposure is None:
        return missing(words, each.word("exposure"))
    amount, unit = count(words, each.exposure, "amount"), field(words, each.exposure, "unit")
    return amount if amount == unit else (*amount, Part(" "), *unit)


def _threshold(words: Words, each: Monitoring) -> Parts:
    found = each.threshold
    if found is None:
        return missing(words, each.word("threshold"))
    text = ""
    if found.count is not None:
        text = words("monitoring.count", count=number(found.count))
    elif found.rate is not None:
        text = words("monitoring.rate", rate=number(found.rate))
    verdict = words.term("verdict", found.verdict) if found.verdict else ""
    return plain_text(": ".join(part for part in (text, verdict) if part)) or missing(words, "")
