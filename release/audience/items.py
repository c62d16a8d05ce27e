"""What an audience may see of a plan, one class per family; the fields of a class are its allow-list."""

# ruff: noqa: RUF009 - the calls only declare how a field is copied; no default value is made by them

from __future__ import annotations

from dataclasses import dataclass

from release.audience.copying import (
    Citation,
    Item,
    Link,
    citation,
    citations,
    derived,
    flag,
    labelled_texts,
    link_to,
    link_to_either,
    links_to,
    many,
    number,
    one,
    plain_text,
    shown,
    stage_id,
    stage_ids,
    texts,
    texts_or_citations,
    where,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Item):
    """Who answers questions."""

    name: str = shown(plain_text)
    address: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy(Item):
    """Why the family is released the way it is."""

    kind: str = shown(plain_text)
    rationale: str = shown(plain_text)
    references: tuple[Citation, ...] = shown(citations)
    alternatives: tuple[str, ...] = shown(texts)
    external_input: tuple[str | Citation, ...] = shown(texts_or_citations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Item):
    """Somebody who might misuse a model."""

    id: str = shown(plain_text)
    title: str = shown(plain_text)
    tier: str = shown(plain_text)
    intent: str = shown(plain_text)
    capability: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture(Item):
    """How a model is built."""

    family: str = shown(plain_text)
    layers: int | None = shown(number)
    width: int | None = shown(number)
    vocabulary: int | None = shown(number)
    context: int | None = shown(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Training(Item):
    """What a model was trained with."""

    compute_flop: float | None = shown(number)
    tokens: float | None = shown(number)
    data: str = shown(plain_text)
    cutoff: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint(Item):
    """A file of weights."""

    name: str = shown(plain_text)
    sha256: str = shown(plain_text)
    bytes: int | None = shown(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant(Item):
    """A model size or state."""

    id: str = shown(plain_text)
    title: str = shown(plain_text)
    parameters: int | None = shown(number)
    aliases: tuple[str, ...] = shown(texts)
    architecture: Architecture | None = shown(one(Architecture))
    training: Training | None = shown(one(Training))
    checkpoints: tuple[Checkpoint, ...] = shown(many(Checkpoint))


@dataclass(frozen=True, slots=True, kw_only=True)
class Access(Item):
    """Who may use a stage's models, and how."""

    level: str = shown(plain_text)
    recipients: tuple[str | Citation, ...] = shown(texts_or_citations)
    terms: tuple[str | Citation, ...] = shown(texts_or_citations)
    reversible: bool | None = shown(flag)
    controls: tuple[str, ...] = derived(labelled_texts("controls"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates(Item):
    """When a stage is or was to happen."""

    planned: str = shown(plain_text)
    released: str = shown(plain_text)
    withdrawn: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation(Item):
    """How long a stage is watched before the next."""

    days: int | None = shown(number)
    signals: tuple[Link, ...] = shown(links_to("monitoring"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefact(Item):
    """What is shipped with a stage."""

    kind: str = shown(plain_text)
    title: str = shown(plain_text)
    date: str = shown(plain_text)
    ref: Citation | None = shown(citation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Item):
    """A condition that was set for a stage. Its expression may name anything, so only insiders see it."""

    id: str = shown(plain_text)
    text: str = shown(plain_text)
    require: str = shown(plain_text, insiders=True)
    verdict: str = shown(plain_text)
    written: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contingency(Item):
    """What is done after a leak or for a withdrawal."""

    text: str = shown(plain_text)
    tested: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Item):
    """What is answered, before a stage, to an incident or a crossed threshold on an earlier one."""

    to: Link | None = shown(link_to_either("event", "monitoring"))
    text: str = shown(plain_text)
    mitigations: tuple[Link, ...] = shown(links_to("mitigation"))
    date: str = shown(plain_text)
    by: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Item):
    """A step of the release."""

    id: str = shown(plain_text)
    title: str = shown(plain_text)
    variants: tuple[Link, ...] = shown(links_to("variant"))
    access: Access | None = shown(one(Access))
    dates: Dates | None = shown(one(Dates))
    observation: Observation | None = shown(one(Observation))
    artefacts: tuple[Artefact, ...] = shown(many(Artefact))
    criteria: tuple[Criterion, ...] = shown(many(Criterion))
    leak_plan: Contingency | None = shown(one(Contingency))
    withdrawal_plan: Contingency | None = shown(one(Contingency))
    owner: str = shown(plain_text)
    rationale: str = shown(plain_text)
    reasons_fail_when: tuple[str, ...] = shown(texts)
    responses: tuple[Response, ...] = shown(where(many(Response), lambda each: each.to is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited(Item):
    """The evidence for and against an assessment."""

    supporting: tuple[Link, ...] = shown(links_to("evidence"), key="for")
    opposing: tuple[Link, ...] = shown(links_to("evidence"), key="against")


@dataclass(frozen=True, slots=True, kw_only=True)
class Marginal(Item):
    """What the release adds to what is there without it."""

    text: str = shown(plain_text)
    baseline: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAssessment(Item):
    """How a risk was judged for one stage."""

    stage: str = shown(stage_id)
    date: str = shown(plain_text)
    by: str = shown(plain_text)
    likelihood: str = shown(plain_text)
    severity: str = shown(plain_text)
    confidence: str = shown(plain_text)
    marginal: Marginal | None = shown(one(Marginal))
    residual: str = shown(plain_text)
    evidence: Cited | None = shown(one(Cited))
    rationale: str = shown(plain_text)
    accepted_by: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk(Item):
    """A harm that a release may make likelier."""

    id: str = shown(plain_text)
    title: str = shown(plain_text)
    category: str = shown(plain_text)
    description: str = shown(plain_text)
    actors: tuple[Link, ...] = shown(links_to("actor"))
    owner: str = shown(plain_text)
    review_by: str = shown(plain_text)
    assessments: tuple[RiskAssessment, ...] = shown(many(RiskAssessment))
    mitigations: tuple[Link, ...] = shown(links_to("mitigation"))


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitAssessment(Item):
    """How a benefit was judged for one stage."""

    stage: str = shown(stage_id)
    date: str = shown(plain_text)
    by: str = shown(plain_text)
    magnitude: str = shown(plain_text)
    confidence: str = shown(plain_text)
    evidence: Cited | None = shown(one(Cited))
    rationale: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Benefit(Item):
    """A good that a release may bring."""

    id: str = shown(plain_text)
    title: str = shown(plain_text)
    beneficiaries: tuple[str | Citation, ...] = shown(texts_or_citations)
    assessments: tuple[BenefitAssessment, ...] = shown(many(BenefitAssessment))


@dataclass(frozen=True, slots=True, kw_only=True)
class Mitigation(Item):
    """What lowers a risk."""

    id: str = shown(plain_text)
    title: str = shown(plain_text)
    kind: str = shown(plain_text)
    status: str = shown(plain_text)
    removable_by_user: bool | None = shown(flag)
    since: str = shown(plain_text)
    until: str = shown(plain_text)
    evidence: tuple[Link, ...] = shown(links_to("evidence"))
    owner: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Item):
    """What binds a partner."""

    kind: str = shown(plain_text)
    signed: str = shown(plain_text)
    ends: str = shown(plain_text)
    ref: Citation | None = shown(citation)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerAccess(Item):
    """What a partner could use, from when until when."""

    stage: str = shown(stage_id)
    variant: Link | None = shown(link_to("variant"))
    level: str = shown(plain_text)
    start: str = shown(plain_text, key="from")
    until: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerFinding(Item):
    """What a partner found, as it wrote it."""

    id: str = shown(plain_text)
    date: str = shown(plain_text)
    text: str = shown(plain_text)
    favours: str = shown(plain_text)
    stages: tuple[str, ...] = shown(stage_ids)
    evidence: tuple[Link, ...] = shown(links_to("evidence"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Item):
    """Something that happened meanwhile."""

    id: str = shown(plain_text)
    date: str = shown(plain_text)
    learned: str = shown(plain_text)
    kind: str = shown(plain_text)
    text: str = shown(plain_text)
    stages: tuple[str, ...] = shown(stage_ids)
    references: tuple[Citation, ...] = shown(citations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Item):
    """A document that is cited."""

    id: str = shown(plain_text)
    title: str = shown(plain_text)
    authors: tuple[str, ...] = shown(texts)
    date: str = shown(plain_text)
    url: str = shown(plain_text)
    archived: str = shown(plain_text)
    sha256: str = shown(plain_text)
    supersedes: Link | None = shown(link_to("source"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Item):
    """A decision of a role about a stage."""

    stage: str = shown(stage_id)
    role: str = shown(plain_text)
    by: str = shown(plain_text)
    decision: str = shown(plain_text)
    date: str = shown(plain_text)
    reason: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Item):
    """What was said to a critique."""

    text: str = shown(plain_text)
    date: str = shown(plain_text)
    by: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Critique(Item):
    """An objection to something in the plan."""

    id: str = shown(plain_text)
    of: str = shown(plain_text)
    text: str = shown(plain_text)
    by: str = shown(plain_text)
    date: str = shown(plain_text)
    severity: str = shown(plain_text)
    answer: Answer | None = shown(one(Answer))


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Item):
    """A rule that somebody set aside for a time."""

    rule: str = shown(plain_text)
    object: str = shown(plain_text)
    stage: str = shown(stage_id)
    reason: str = shown(plain_text)
    approver: str = shown(plain_text)
    granted: str = shown(plain_text)
    expires: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attestation(Item):
    """A statement that somebody stands for."""

    id: str = shown(plain_text)
    statement: str = shown(plain_text)
    answer: str = shown(plain_text)
    by: str = shown(plain_text)
    role: str = shown(plain_text)
    on: str = shown(plain_text)
    until: str = shown(plain_text)
