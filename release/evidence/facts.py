"""All that rules may ask about one plan at one date: its tree with derived facts, one context per object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from release.base.errors import Position
from release.base.labels import Label
from release.base.record import Record
from release.evidence.context import Context
from release.evidence.derived import (
    Tree,
    cited_by,
    derive_assessed,
    derive_monitoring,
    derive_partner,
    derive_signer,
    derive_stage,
    derive_threshold,
    derive_variant,
    is_unknown,
    known_by,
    note_sources,
    resolved,
    unique,
    with_evidence,
)
from release.evidence.figures import figures_of
from release.evidence.stage_evidence import StageEvidence, decision_date, evidence_of_stage
from release.plan.as_of import PlanView

CriterionReads = Callable[[Tree, Tree], Sequence[str]]
FiguresOf = Callable[[Tree, Mapping[str, Any] | None], Tree]


class Facts(Record):
    """The facts of one plan at one date; satisfies `release.evidence.context.FactSource`.

    Attributes:
        view: the plan as it was known at the date.
        plan: the tree that expressions see: references resolved, derived facts added, acyclic.
        stage_evidence: per stage, the evidence about it (certain and uncertain).
    """

    view: PlanView
    plan: Tree
    stage_evidence: Mapping[str, StageEvidence]

    @property
    def at(self) -> str:
        """The date judged, ISO."""
        return str(self.plan["$date"])

    def position(self, pointer: str) -> Position:
        """Return where the value at `pointer` stands."""
        return self.view.plan.position(pointer)

    def object_position(self, pointer: str) -> Position:
        """Return where an object is reported: its first key; for other values, the value."""
        return self.view.plan.object_position(pointer)

    def is_written(self, pointer: str) -> bool:
        """Tell whether something stands at a pointer in the plan's files."""
        return self.view.plan.is_written(pointer)

    def local_pointer(self, pointer: str) -> str:
        """Return the pointer within the file that holds the value."""
        return self.view.plan.local_pointer(pointer)

    def label(self, pointer: str) -> Label:
        """Return the label of the object at `pointer`."""
        return self.view.plan.label(pointer)

    def contexts(self, kind: str) -> Iterator[Context]:
        """Yield the objects of one kind in plan order, as named by a rule's `for`."""
        for bindings, name, node, stages in _OBJECTS[kind](self):
            yield self._context(bindings, f"{kind}:{name}", node, stages)

    def _context(self, own: Tree, name: str, node: Tree, stages: Sequence[str]) -> Context:
        general = {"plan": self.plan, "at": self.at}
        if not is_unknown(self.plan, "strategy"):
            general["strategy"] = self.plan.get("strategy", {})
        bindings = {**general, **own}
        alternative = None
        uncertain: tuple[str, ...] = ()
        stage = own.get("stage")
        if stage is not None and (doubtful := self.stage_evidence[stage["id"]].uncertain):
            uncertain = tuple(f"evidence '{item['id']}'.stages" for item in doubtful)
            alternative = bindings
            bindings = {**bindings, "stage": {**stage, "evidence": [*stage["evidence"], *doubtful]}}
        pointer = node.get("$at", "")
        return Context.put_off(
            lambda: {"label": self.label(pointer)},
            bindings=bindings,
            object=name,
            pointer=pointer,
            stages=tuple(stages),
            alternative=alternative,
            uncertain=uncertain,
        )

    @property
    def stages(self) -> Sequence[Tree]:
        """Every stage, cancelled ones included, in plan order."""
        stages: Sequence[Tree] = self.plan["stages"]
        return stages

    @property
    def unreleased(self) -> tuple[str, ...]:
        """Ids of the stages that are still to come: what a finding on the whole plan counts at."""
        return tuple(stage["id"] for stage in self.stages if stage["status"] in {"draft", "planned"})

    def neighbours(self, stage: Tree) -> Tree:
        """Return the bindings of one stage: itself, and the one before and after that are not cancelled."""
        found = {"stage": stage}
        if "order" in stage:
            ordered = [each for each in self.stages if "order" in each]
            place = stage["order"]
            if place > 0:
                found["previous"] = ordered[place - 1]
            if place + 1 < len(ordered):
                found["next"] = ordered[place + 1]
        return found


_Row = tuple[Tree, str, Tree, Sequence[str]]


def _plan_row(facts: Facts) -> Iterator[_Row]:
    yield {}, facts.plan["id"], facts.plan, facts.unreleased


def _stage_rows(facts: Facts) -> Iterator[_Row]:
    for stage in facts.stages:
        if stage["status"] != "cancelled":
            yield facts.neighbours(stage), stage["id"], stage, (stage["id"],)


def _variant_rows(facts: Facts) -> Iterator[_Row]:
    for variant in facts.plan.get("variants", ()):
        stages = [
            stage["id"]
            for stage in facts.stages
            if variant["id"] in {own["id"] for own in stage["variants"]} and stage["status"] != "cancelled"
        ]
        yield {"variant": variant}, variant["id"], variant, stages


def _criterion_rows(facts: Facts) -> Iterator[_Row]:
    for stage in facts.stages:
        if stage["status"] != "cancelled":
            for criterion in stage.get("criteria", ()):
                bindings = {**facts.neighbours(stage), "criterion": criterion}
                yield bindings, criterion["id"], criterion, (stage["id"],)


def _assessed_rows(section: str, name: str) -> Callable[[Facts], Iterator[_Row]]:
    def rows(facts: Facts) -> Iterator[_Row]:
        for each in facts.plan.get(section, ()):
            yield {name: each}, each["id"], each, _assessed_stages(each)

    return rows


def _assessed_stages(node: Tree) -> list[str]:
    return list(dict.fromkeys(each["stage"] for each in node.get("assessments", ()) if "stage" in each))


def _assessment_rows(facts: Facts) -> Iterator[_Row]:
    by_id = {stage["id"]: stage for stage in facts.stages}
    for risk in facts.plan.get("risks", ()):
        for assessment in risk.get("assessments", ()):
            stage = by_id.get(assessment.get("stage", ""))
            if stage is not None and stage["status"] != "cancelled":
                bindings = {**facts.neighbours(stage), "risk": risk, "assessment": assessment}
                yield bindings, f"{risk['id']}/{stage['id']}", assessment, (stage["id"],)


def _mitigation_rows(facts: Facts) -> Iterator[_Row]:
    for mitigation in facts.plan.get("mitigations", ()):
        stages = [
            stage
            for risk in facts.plan.get("risks", ())
            if mitigation["id"] in {own["id"] for own in risk.get("mitigations", ())}
            for stage in _assessed_stages(risk)
        ]
        yield {"mitigation": mitigation}, mitigation["id"], mitigation, list(dict.fromkeys(stages))


def _partner_rows(facts: Facts) -> Iterator[_Row]:
    for partner in facts.plan.get("partners", ()):
        yield {"partner": partner}, partner["id"], partner, partner.get("stages", facts.unreleased)


def _finding_rows(facts: Facts) -> Iterator[_Row]:
    for partner in facts.plan.get("partners", ()):
        for finding in partner.get("findings", ()):
            stages = finding.get("stages") or partner.get("stages", facts.unreleased)
            yield {"partner": partner, "finding": finding}, finding["id"], finding, stages


def _evidence_rows(facts: Facts) -> Iterator[_Row]:
    for evidence in facts.plan.get("evidence", ()):
        yield {"evidence": evidence}, evidence["id"], evidence, evidence["cited_for"]


def _whole_plan_rows(section: str, name: str) -> Callable[[Facts], Iterator[_Row]]:
    def rows(facts: Facts) -> Iterator[_Row]:
        for each in facts.plan.get(section, ()):
            yield {name: each}, each["id"], each, each.get("stages") or facts.unreleased

    return rows


def _approval_rows(facts: Facts) -> Iterator[_Row]:
    by_id = {stage["id"]: stage for stage in facts.stages}
    for approval in facts.plan.get("approvals", ()):
        stage = by_id.get(approval.get("stage", ""))
        if stage is not None:
            bindings = {**facts.neighbours(stage), "approval": approval}
            yield bindings, f"{stage['id']}/{approval.get('role', '')}", approval, (stage["id"],)


def _waiver_rows(facts: Facts) -> Iterator[_Row]:
    for waiver in facts.plan.get("waivers", ()):
        stages = (waiver["stage"],) if "stage" in waiver else facts.unreleased
        yield {"waiver": waiver}, waiver.get("rule", ""), waiver, stages


_OBJECTS: dict[str, Callable[[Facts], Iterator[_Row]]] = {
    "plan": _plan_row,
    "stage": _stage_rows,
    "variant": _variant_rows,
    "criterion": _criterion_rows,
    "risk": _assessed_rows("risks", "risk"),
    "assessment": _assessment_rows,
    "benefit": _assessed_rows("benefits", "benefit"),
    "mitigation": _mitigation_rows,
    "partner": _partner_rows,
    "finding": _finding_rows,
    "evidence": _evidence_rows,
    "monitoring": _whole_plan_rows("monitoring", "monitoring"),
    "event": _whole_plan_rows("events", "event"),
    "source": _whole_plan_rows("sources", "source"),
    "approval": _approval_rows,
    "waiver": _waiver_rows,
}

KINDS = tuple(_OBJECTS)
SECTIONS = (
    *("actors", "variants", "stages", "risks", "benefits", "mitigations", "partners", "evidence"),
    *("monitoring", "events", "sources", "approvals", "critiques", "waivers", "attestations", "thresholds"),
)


def build_facts(
    view: PlanView,
    computed: Mapping[str, Mapping[str, Any]],
    *,
    lock_digest: str | None = None,
    criterion_reads: CriterionReads | None = None,
    figures: FiguresOf = figures_of,
) -> Facts:
    """Build the facts of one plan at one date.

    Args:
        view: the plan as of the date.
        computed: evidence id to what the lock holds for it (`results`, `slices`, `facts`, `agreement`), as
            `known_figures` gives it; an item that is absent was not computed, and its declared figures
            stand in.
        lock_digest: digest of the lock, for approvals that name it.
        criterion_reads: which evidence ids a criterion's expression reads, given the criterion and the plan.
        figures: gives what `figures_of` gives, for who knows it already.
    """
    plan: Tree = {name: [] for name in SECTIONS if not is_unknown(view.data, name)} | view.data
    plan["$date"] = str(view.at)
    plan["digest"] = view.plan.digest
    plan["lock"] = {"$at": "", "digest": lock_digest} if lock_digest else {"$at": ""}
    variants = {each["id"]: derive_variant(each) for each in plan.get("variants", ())}
    evidence = _evidence_by_id(plan, computed, variants, view.plan.signers, figures)
    mitigations = {each["id"]: with_evidence(each, evidence) for each in plan.get("mitigations", ())}
    stages = [derive_stage(each, variants, mitigations) for each in plan.get("stages", ())]
    _derive_earlier(stages)
    actors = {each["id"]: each for each in plan.get("actors", ())}
    derived: dict[str, Callable[[Tree], Tree]] = {
        "variants": lambda each: variants[each["id"]],
        "mitigations": lambda each: mitigations[each["id"]],
        "risks": lambda each: derive_assessed(resolved(each, "actors", actors), evidence, mitigations),
        "benefits": lambda each: derive_assessed(each, evidence, mitigations),
        "partners": lambda each: derive_partner(each, stages, evidence),
        "monitoring": derive_monitoring,
        "thresholds": lambda each: derive_threshold(each, evidence, mitigations),
    }
    for section, derive in derived.items():
        if section in plan:
            plan[section] = [derive(each) for each in plan[section]]
    plan["stages"] = stages
    _derive_criteria(plan, stages, evidence, criterion_reads)
    citing = {stage["id"]: _citing(plan, stage, view) for stage in stages}
    cited = {name: unique(item for _, item in pairs) for name, pairs in citing.items()}
    places: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for stage_id, pairs in citing.items():
        for place, each in pairs:
            places.setdefault(each["id"], {}).setdefault(stage_id, []).append(place)
    for name, item in evidence.items():
        by = places.get(name, {})
        item["cited_for"] = list(by)
        item["$citing"] = by
        note_sources(item, "cited_for", _flat(by.values()))
    for stage in stages:
        note_sources(stage, "cited", _flat([[place for place, _ in citing[stage["id"]]]]))
    if "evidence" in plan:
        plan["evidence"] = list(evidence.values())
    per_stage = _stage_facts(stages, evidence, cited, str(view.at))
    return Facts(view, plan, per_stage)


def _evidence_by_id(
    plan: Tree,
    computed: Mapping[str, Mapping[str, Any]],
    variants: Mapping[str, Tree],
    signers: Mapping[str, str | None] | None,
    figures: FiguresOf,
) -> dict[str, Tree]:
    sources = {each["id"]: each for each in plan.get("sources", ())}
    evidence: dict[str, Tree] = {}
    for written in plan.get("evidence", ()):
        item = {**resolved(written, "variants", variants), **figures(written, computed.get(written["id"]))}
        source = written.get("source")
        if isinstance(source, Mapping) and source.get("source") in sources:
            item["source"] = {**source, "source": sources[source["source"]]}
        derive_signer(item, computed.get(written["id"]), signers)
        if written["id"] in computed:
            _rest_on_rows(item)
        evidence[written["id"]] = item
    return evidence


def _rest_on_rows(item: Tree) -> None:
    """Say that computed figures were made from rows and parameters, which may have labels of their own."""
    made_from = [
        item[name]["$at"]
        for name in ("data", "params")
        if isinstance(item.get(name), Mapping) and "$at" in item[name]
    ]
    for name in ("results", "slices", "headline", "agreement") if made_from else ():
        note_sources(item, name, made_from)


def _derive_earlier(stages: Sequence[Tree]) -> None:
    """Add to each stage the ids of the stages before it; cancelled ones are no part of the order."""
    earlier: list[str] = []
    for stage in stages:
        if "order" in stage:
            stage["earlier"] = list(earlier)
            earlier.append(stage["id"])


def _derive_criteria(
    plan: Tree, stages: list[Tree], evidence: Mapping[str, Tree], reads: CriterionReads | None
) -> None:
    for stage in stages:
        if is_unknown(stage, "criteria"):
            continue
        stage["criteria"] = [
            {
                **criterion,
                "evidence": [
                    evidence[name] for name in (reads(criterion, plan) if reads else ()) if name in evidence
                ],
            }
            for criterion in stage.get("criteria", ())
        ]


def _flat(places: Iterable[Iterable[tuple[str, ...]]]) -> Iterator[str]:
    """Return every pointer of several places, each once."""
    return iter(dict.fromkeys(pointer for some in places for each in some for pointer in each))


def _citing(plan: Tree, stage: Tree, view: PlanView) -> list[tuple[tuple[str, ...], Tree]]:
    """Return what a stage's assessments, mitigations, findings and criteria cite, as far as known then.

    Each item is paired with the pointers of what cites it: who may not see all of that may not know of it.
    """
    name = stage["id"]
    found: list[tuple[tuple[str, ...], Tree]] = []
    for each in (*plan.get("risks", ()), *plan.get("benefits", ())):
        own = [assessment for assessment in each.get("assessments", ()) if assessment.get("stage") == name]
        found += [((_sides(citing),), cited) for citing in own for cited in cited_by(citing)]
        for assessment in own:
            by_means = each.get("mitigations", ())
            found += [
                ((assessment["$at"], citing["$at"]), cited)
                for citing in by_means
                for cited in cited_by(citing)
            ]
    for partner in plan.get("partners", ()):
        for finding in partner.get("findings", ()):
            if name in finding.get(
                "stages", () if is_unknown(finding, "stages") else partner.get("stages", ())
            ):
                found += [((finding["$at"],), cited) for cited in cited_by(finding)]
    for criterion in stage.get("criteria", ()):
        found += [((criterion["$at"],), cited) for cited in criterion["evidence"]]
    cutoff = decision_date(stage, str(view.at))
    return [(place, item) for place, item in found if known_by(item, cutoff)]


def _sides(assessment: Tree) -> str:
    """Return the pointer of the evidence for and against an assessment, which may have a label of its own."""
    pointer: str = assessment.get("evidence", {}).get("$at", assessment["$at"])
    return pointer


def _stage_facts(
    stages: Sequence[Tree], evidence: Mapping[str, Tree], cited: Mapping[str, Iterable[Tree]], at: str
) -> dict[str, StageEvidence]:
    ordered = [stage for stage in stages if "order" in stage]
    per_stage: dict[str, StageEvidence] = {}
    for stage in stages:
        before = ordered[stage["order"] - 1] if stage.get("order", 0) > 0 else None
        found = evidence_of_stage(stage, before, list(evidence.values()), at)
        per_stage[stage["id"]] = found
        stage["evidence"] = list(found.certain)
        stage["cited"] = list(cited[stage["id"]])
        stage["forecasts"] = [item for item in found.certain if item["kind"] == "forecast"]
    return per_stage
