"""What an audience may see of evidence, its figures and monitoring, and the whole of a plan's content."""

# ruff: noqa: RUF009 - the calls only declare how a field is copied; no default value is made by them

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from release.audience.copying import (
    Citation,
    Item,
    Link,
    Node,
    Scope,
    citation,
    derived,
    flag,
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
from release.audience.items import (
    Actor,
    Agreement,
    Approval,
    Attestation,
    Benefit,
    Contact,
    Critique,
    Event,
    Mitigation,
    PartnerAccess,
    PartnerFinding,
    Risk,
    Source,
    Stage,
    Strategy,
    Variant,
    Waiver,
)
from release.base.nearest import is_named


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number with what is known of its uncertainty.

    Attributes:
        result: name of the result within its kind.
        by: the slice, as pairs of name and value, the stage first; empty for the whole.
        raw: the digits as written, for declared values.
        reason: why there is no value or no interval.
    """

    result: str
    by: tuple[tuple[str, str], ...] = ()
    value: float | int | None = None
    low: float | int | None = None
    high: float | int | None = None
    level: float | int | None = None
    method: str = ""
    n: float | int | None = None
    clusters: float | int | None = None
    unit: str = ""
    raw: str = ""
    reason: str = ""

    @property
    def refused(self) -> bool:
        """Whether the kind refused the figure, and said why."""
        return bool(self.reason) and self.value is None and not self.raw


def _reason(scope: Scope, value: Any) -> str:  # noqa: ANN401 - whatever the figures have there
    """Copy why a figure is missing, unless that names a hidden variant: it may list what the rows name."""
    why = plain_text(scope, value)
    hidden = () if scope.insider else scope.hidden_names - scope.stage_ids
    if any(is_named(why, name) for name in hidden):
        scope.withheld += 1
        return ""
    return why


def _figure(scope: Scope, name: str, by: tuple[tuple[str, str], ...], node: Node) -> Figure:
    raw = node.get("$raw", {})
    return Figure(
        result=name,
        by=by,
        value=number(scope, node.get("value")),
        low=number(scope, node.get("low")),
        high=number(scope, node.get("high")),
        level=number(scope, node.get("level")),
        method=plain_text(scope, node.get("method")),
        n=number(scope, node.get("n")),
        clusters=number(scope, node.get("clusters")),
        unit=plain_text(scope, node.get("unit")),
        raw=plain_text(scope, raw.get("value")) if isinstance(raw, Mapping) else "",
        reason=_reason(scope, node.get("reason")),
    )


def _slice(scope: Scope, by: Any) -> tuple[tuple[str, str], ...] | None:  # noqa: ANN401 - a mapping of the plan
    """Copy what a slice is by; None, and counted, where that would name something hidden."""
    pairs = [
        (str(name), plain_text(scope, value)) for name, value in by.items() if not str(name).startswith("$")
    ]
    for name, value in pairs:
        strict = name in {"variant", "from", "to"} and not _nameable(scope, value)
        if not scope.insider and (strict or value in scope.hidden_names - scope.stage_ids):
            scope.withheld += 1
            return None
    return tuple(sorted(pairs, key=lambda pair: (_FIRST.get(pair[0], len(_FIRST)), pair)))


_FIRST = {"stage": 0, "variant": 1, "from": 2, "to": 3}


def _nameable(scope: Scope, value: str) -> bool:
    if value in scope.stage_ids or scope.visible("variant", value) is not None:
        return True
    return any(value in variant.get("aliases", ()) for variant in scope.nodes("variant"))


def _rests_on_hidden(scope: Scope, node: Node) -> bool:
    """Tell whether computed figures were made from something that the audience may not see."""
    made_from = (node.get(name) for name in ("data", "params"))
    return any(isinstance(each, Mapping) and not scope.sees(each) for each in made_from)


def _results(scope: Scope, node: Node) -> Iterator[Figure]:
    results = node.get("results", {})
    for name in sorted(each for each in results if not each.startswith("$")):
        # Facts such as `multiplicity` are mappings too; a figure has a value, or a reason why it has none.
        if isinstance(results[name], Mapping) and results[name].keys() & {"value", "reason"}:
            yield _figure(scope, name, (), results[name])
    for piece in node.get("slices", ()):
        by = _slice(scope, piece.get("by", {}))
        if by is not None:
            for name in sorted(piece.get("results", {})):
                yield _figure(scope, name, by, piece["results"][name])


def figures(scope: Scope, node: Node) -> tuple[Figure, ...]:
    """Copy the computed results of an item, whole before slices; none where they rest on something hidden."""
    if plain_text(scope, node.get("provenance")) != "computed":
        return ()
    if _rests_on_hidden(scope, node):
        scope.withheld += 1
        return ()
    return tuple(_results(scope, node))


def declared(scope: Scope, node: Node) -> tuple[Figure, ...]:
    """Copy the figures that the plan declares."""
    found = []
    for entry in node.get("declared", ()):
        if not scope.sees(entry):
            scope.withheld += 1
            continue
        by = _slice(scope, entry.get("by", {}))
        if by is not None:
            found.append(
                _figure(scope, plain_text(scope, entry.get("result")), by, {**entry, "method": "declared"})
            )
    return tuple(found)


def agreement(scope: Scope, node: Node) -> str:
    """Copy whether declared and computed figures agree, unless that rests on something hidden."""
    return "" if _rests_on_hidden(scope, node) else plain_text(scope, node.get("agreement"))


def counts(scope: Scope, node: Node) -> tuple[tuple[str, float | int], ...]:
    """Copy the plain numbers that a kind computes beside its results, such as clusters or seeds."""
    if _rests_on_hidden(scope, node):
        return ()
    found = ((name, number(scope, value)) for name, value in sorted(node.get("results", {}).items()))
    return tuple((name, value) for name, value in found if value is not None and not name.startswith("$"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Data(Item):
    """Where the rows of an item are."""

    path: str = shown(plain_text)
    format: str = shown(plain_text)
    sha256: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluator(Item):
    """Who brought the evidence."""

    name: str = shown(plain_text)
    kind: str = shown(plain_text)
    independent: bool | None = shown(flag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Item):
    """A claim with the figures and the source that it rests on."""

    id: str = shown(plain_text)
    kind: str = shown(plain_text)
    claim: str = shown(plain_text)
    stages: tuple[str, ...] = shown(stage_ids)
    variants: tuple[Link, ...] = shown(links_to("variant"))
    provenance: str = shown(plain_text)
    figures: tuple[Figure, ...] = derived(figures)
    declared: tuple[Figure, ...] = derived(declared)
    agreement: str = derived(agreement)
    counts: tuple[tuple[str, float | int], ...] = derived(counts)
    source: Citation | None = shown(citation)
    data: Data | None = shown(one(Data))
    evaluator: Evaluator | None = shown(one(Evaluator))
    conducted: str = shown(plain_text)
    available: str = shown(plain_text)
    expires: str = shown(plain_text)
    held_out: bool | None = shown(flag)
    pre_registered: str = shown(plain_text)
    limitations: tuple[str, ...] = shown(texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure(Item):
    """How much was looked at."""

    unit: str = shown(plain_text)
    amount: float | int | None = shown(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold(Item):
    """From which count or rate something is done."""

    count: float | int | None = shown(number)
    rate: float | int | None = shown(number)
    verdict: str = shown(plain_text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting(Item):
    """What a signal showed over some time."""

    start: str = shown(plain_text, key="from")
    end: str = shown(plain_text, key="to")
    stage: str = shown(stage_id)
    count: float | int | None = shown(number)
    kind: str = shown(plain_text)
    exposure: Exposure | None = shown(one(Exposure))
    ref: Citation | None = shown(citation)


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring(Item):
    """A signal that is watched after a release."""

    id: str = shown(plain_text)
    signal: str = shown(plain_text)
    source: tuple[str | Citation, ...] = shown(texts_or_citations)
    exposure: Exposure | None = shown(one(Exposure))
    threshold: Threshold | None = shown(one(Threshold))
    response: str = shown(plain_text)
    observations: tuple[Sighting, ...] = shown(many(Sighting))


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Item):
    """Somebody outside who looked."""

    id: str = shown(plain_text)
    name: str = shown(plain_text)
    kind: str = shown(plain_text)
    agreement: Agreement | None = shown(one(Agreement))
    access: tuple[PartnerAccess, ...] = shown(
        where(many(PartnerAccess), lambda each: bool(each.stage or each.variant))
    )
    question: str = shown(plain_text)
    due: str = shown(plain_text)
    independent: bool | None = shown(flag)
    funding: str = shown(plain_text)
    findings: tuple[PartnerFinding, ...] = shown(many(PartnerFinding))


def _top(name: str) -> Callable[[Scope, Node], str]:
    """Return a copier of a text of the plan itself, which has the label that the plan's defaults give it."""

    def copy(scope: Scope, node: Node) -> str:
        if name in node and not scope.may_see(f"/{name}"):
            scope.withheld += 1
            return ""
        return plain_text(scope, node.get(name))

    return copy


def _critiques(scope: Scope, value: Any) -> tuple[Critique, ...]:  # noqa: ANN401 - a list of the plan
    return where(many(Critique), lambda each: scope.is_object(each.of))(scope, value)  # type: ignore[no-any-return]


def waiver_shown(scope: Scope, node: Node) -> bool:
    """Tell whether a waiver can be shown: it is visible itself, and so is what it names."""
    rule, name = plain_text(scope, node.get("rule")), plain_text(scope, node.get("object"))
    criterion = rule.removeprefix("criterion:")
    known = criterion == rule or scope.visible("criterion", criterion) is not None
    return scope.sees(node) and known and (not name or scope.is_object(name))


def _waivers(scope: Scope, value: Any) -> tuple[Waiver, ...]:  # noqa: ANN401 - a list of the plan
    nodes = value or ()
    kept = [node for node in nodes if scope.insider or waiver_shown(scope, node)]
    scope.withheld += len(nodes) - len(kept)
    return many(Waiver)(scope, kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content(Item):
    """All that an audience may see of a plan."""

    summary: str = derived(_top("summary"))
    homepage: str = derived(_top("homepage"))
    contact: Contact | None = shown(one(Contact))
    strategy: Strategy | None = shown(one(Strategy))
    actors: tuple[Actor, ...] = shown(many(Actor))
    variants: tuple[Variant, ...] = shown(many(Variant))
    stages: tuple[Stage, ...] = shown(many(Stage))
    risks: tuple[Risk, ...] = shown(many(Risk))
    benefits: tuple[Benefit, ...] = shown(many(Benefit))
    mitigations: tuple[Mitigation, ...] = shown(many(Mitigation))
    partners: tuple[Partner, ...] = shown(many(Partner))
    evidence: tuple[Evidence, ...] = shown(many(Evidence))
    monitoring: tuple[Monitoring, ...] = shown(many(Monitoring))
    events: tuple[Event, ...] = shown(many(Event))
    sources: tuple[Source, ...] = shown(many(Source))
    approvals: tuple[Approval, ...] = shown(many(Approval))
    critiques: tuple[Critique, ...] = shown(_critiques)
    waivers: tuple[Waiver, ...] = shown(_waivers)
    attestations: tuple[Attestation, ...] = shown(many(Attestation))
