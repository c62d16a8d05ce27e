"""The tree that rules see: the plan as of a date, its references resolved and derived facts added."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from release.base.pointers import EVERYTHING
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
    sides_of,
    unique,
    with_evidence,
)
from release.evidence.facts import Facts
from release.evidence.figures import figures_of
from release.evidence.stage_evidence import StageEvidence, decision_date, evidence_of_stage
from release.plan.as_of import PlanView

CriterionReads = Callable[[Tree, Tree], Sequence[str]]
FiguresOf = Callable[[Tree, Mapping[str, Any] | None], Tree]
_Cited = tuple[tuple[str, ...], Tree]
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
    _note_citing(evidence, stages, citing)
    if "evidence" in plan:
        plan["evidence"] = list(evidence.values())
    return Facts(view, plan, _stage_facts(stages, evidence, cited, str(view.at)))


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


def _note_citing(
    evidence: Mapping[str, Tree], stages: Sequence[Tree], citing: Mapping[str, Sequence[_Cited]]
) -> None:
    """Note at each item for which stages it is cited, and at both where that is written."""
    places: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    for stage_id, pairs in citing.items():
        for place, each in pairs:
            places.setdefault(each["id"], {}).setdefault(stage_id, []).append(place)
    for name, item in evidence.items():
        by = places.get(name, {})
        item["cited_for"] = list(by)
        item["$citing"] = by
        # Something hidden may cite as well: that nothing does is known only to who sees everything.
        note_sources(item, "cited_for", [EVERYTHING])
    for stage in stages:
        note_sources(stage, "cited", [EVERYTHING])


def _citing(plan: Tree, stage: Tree, view: PlanView) -> list[_Cited]:
    """Return what a stage's assessments, mitigations, findings and criteria cite, as far as known then.

    Each item is paired with the pointers of what cites it: who may not see all of that may not know of it.
    """
    name = stage["id"]
    found: list[_Cited] = []
    for each in (*plan.get("risks", ()), *plan.get("benefits", ())):
        own = [assessment for assessment in each.get("assessments", ()) if assessment.get("stage") == name]
        found += [((sides_of(citing),), cited) for citing in own for cited in cited_by(citing)]
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
