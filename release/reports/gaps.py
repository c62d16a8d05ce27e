"""What is not known: what a plan writes as unknown or undisclosed, or a reader would look for in vain."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from release.audience.copying import Item
from release.audience.items import Benefit, Risk, Stage
from release.audience.items_evidence import Evidence, Partner
from release.audience.view import AudienceView
from release.reports.safe import anchor

_EXPECTED: dict[str, tuple[str, ...]] = {
    "plan": ("summary", "contact", "strategy"),
    "stage": (
        "variants",
        "access",
        "dates",
        "observation",
        "criteria",
        "leak_plan",
        "withdrawal_plan",
        "owner",
    ),
    "access": ("level", "recipients", "terms", "reversible"),
    "variant": ("parameters", "training"),
    "risk": ("description", "owner", "review_by", "assessments"),
    "assessment": ("likelihood", "severity", "confidence", "residual", "rationale"),
    "benefit": ("beneficiaries", "assessments"),
    "benefit_assessment": ("magnitude", "confidence", "rationale"),
    "mitigation": ("status", "since", "owner", "evidence"),
    "partner": ("question", "agreement", "access", "independent", "funding"),
    "finding": ("date", "text", "favours", "evidence"),
    "evidence": ("claim", "stages", "source", "evaluator", "conducted", "limitations"),
    "monitoring": ("source", "exposure", "threshold", "response", "observations"),
    "exposure": ("unit", "amount"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is not known.

    Attributes:
        field: key of the field's name in the words.
        word: `unknown` or `undisclosed` as the plan writes, else empty: not provided.
        stage: the stage that an assessment is for.
    """

    field: str
    word: str
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is not known of one object."""

    kind: str
    title: str
    href: str
    gaps: tuple[Gap, ...]


def gaps_of(view: AudienceView) -> tuple[Gaps, ...]:
    """Return what is not known, object by object, in the order of the report."""
    return tuple(each for each in _all(view) if each.gaps)


def _all(view: AudienceView) -> Iterator[Gaps]:
    content = view.content
    yield Gaps("plan", view.title, "#decision", tuple(_own(content, "plan")))
    for stage in content.stages:
        yield _gaps("stage", stage.id, stage.title, _stage(stage))
    for variant in content.variants:
        gaps = [*_own(variant, "variant"), *(_words(variant.training) if variant.training else ())]
        yield _gaps("variant", variant.id, variant.title, gaps)
    for risk in content.risks:
        yield _gaps("risk", risk.id, risk.title, _risk(risk))
    for benefit in content.benefits:
        yield _gaps("benefit", benefit.id, benefit.title, _benefit(benefit))
    for mitigation in content.mitigations:
        yield _gaps("mitigation", mitigation.id, mitigation.title, _own(mitigation, "mitigation"))
    for partner in content.partners:
        yield _gaps("partner", partner.id, partner.name, _partner(partner))
    for evidence in content.evidence:
        yield _gaps("evidence", evidence.id, evidence.claim or evidence.id, _evidence(evidence))
    for each in content.monitoring:
        gaps = [*_own(each, "monitoring"), *(_own(each.exposure, "exposure") if each.exposure else ())]
        yield _gaps("monitoring", each.id, each.signal, gaps)


def _gaps(kind: str, name: str, title: str, gaps: Iterator[Gap] | Sequence[Gap]) -> Gaps:
    return Gaps(kind, title, f"#{anchor(kind, name)}", tuple(dict.fromkeys(gaps)))


def _words(item: Item, stage: str = "") -> Iterator[Gap]:
    for name, word in item.words:
        yield Gap(name, word, stage)


def _own(item: Item, kind: str, stage: str = "") -> Iterator[Gap]:
    """Yield what is written unknown, then what is absent of what a reader expects."""
    yield from _words(item, stage)
    written = dict(item.words)
    for name in _EXPECTED[kind]:
        if name not in written and getattr(item, name) in (None, "", ()):
            yield Gap(name, "", stage)


def _stage(stage: Stage) -> Iterator[Gap]:
    yield from _own(stage, "stage")
    if stage.access:
        yield from _own(stage.access, "access")


def _risk(risk: Risk) -> Iterator[Gap]:
    yield from _own(risk, "risk")
    for assessment in risk.assessments:
        yield from _own(assessment, "assessment", assessment.stage)


def _benefit(benefit: Benefit) -> Iterator[Gap]:
    yield from _own(benefit, "benefit")
    for assessment in benefit.assessments:
        yield from _own(assessment, "benefit_assessment", assessment.stage)


def _partner(partner: Partner) -> Iterator[Gap]:
    yield from _own(partner, "partner")
    yield from _words(partner.agreement) if partner.agreement else ()
    for finding in partner.findings:
        yield from _own(finding, "finding")


def _evidence(evidence: Evidence) -> Iterator[Gap]:
    yield from _own(evidence, "evidence")
    figures = evidence.figures or evidence.declared
    if not figures:
        yield Gap("figures", "")
    elif any(each.low is None and each.high is None for each in figures):
        yield Gap("interval", "")
    if figures and any(each.n is None for each in figures):
        yield Gap("n", "")
