"""Facts computed from the plan and never written in it: sizes, samplers, first access, rates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from release.base.dates import moment

Tree = dict[str, Any]

WEIGHTS_OUT = ("downloadable", "open")


def is_unknown(node: Mapping[str, Any], *path: str) -> bool:
    """Tell whether a field, or an object on the way to it, is written `unknown` or `undisclosed`."""
    here: Any = node
    for name in path:
        if not isinstance(here, Mapping):
            return False
        if name in here.get("$unknown", ()):
            return True
        here = here.get(name)
    return False


def mark_unknown(node: Tree, name: str) -> None:
    """Say that a derived field depends on something unknown, so that asking for it is unknown too."""
    node["$unknown"] = [*node.get("$unknown", ()), name]


def set_or_mark(node: Tree, name: str, value: Any, *, unknown: bool) -> None:  # noqa: ANN401 - any plain value
    """Set a derived field where it is known; mark it where something unknown stands in its way."""
    if unknown:
        mark_unknown(node, name)
    elif value is not None:
        node[name] = value


def note_sources(node: Tree, name: str, pointers: Iterable[str]) -> None:
    """Say what a derived field was derived from: who may not see all of that may not see the field either."""
    node["$from"] = {**node.get("$from", {}), name: list(pointers)}


def unique(objects: Iterable[Tree]) -> list[Tree]:
    """Return objects without repetitions, by id, in order of first appearance."""
    seen: dict[str, Tree] = {}
    for each in objects:
        seen.setdefault(each["id"], each)
    return list(seen.values())


def resolved(node: Tree, field: str, objects: Mapping[str, Tree]) -> Tree:
    """Replace the ids under a field by their objects, where the field is there."""
    ids = node.get(field)
    return (
        {**node, field: [objects[name] for name in ids if name in objects]} if isinstance(ids, list) else node
    )


def derive_threshold(threshold: Tree, evidence: Mapping[str, Tree], mitigations: Mapping[str, Tree]) -> Tree:
    """Resolve a capability threshold's safeguards, and the evidence of its status by stage."""
    result = dict(resolved(threshold, "safeguards", mitigations))
    status = threshold.get("status")
    if isinstance(status, Mapping):
        result["status"] = {
            stage: resolved(each, "evidence", evidence) if isinstance(each, dict) else each
            for stage, each in status.items()
        }
    return result


def derive_variant(variant: Tree) -> Tree:
    """Add the parameter count that the architecture gives."""
    from release.plan.architecture import parameters_computed

    architecture = variant.get("architecture")
    result = dict(variant)
    computed = parameters_computed(architecture) if isinstance(architecture, Mapping) else None
    note_sources(result, "parameters_computed", [f"{variant.get('$at', '')}/architecture"])
    set_or_mark(result, "parameters_computed", computed, unknown=is_unknown(variant, "architecture"))
    return result


def derive_signer(
    item: Tree, computed: Mapping[str, Any] | None, signers: Mapping[str, str | None] | None
) -> None:
    """Add who signed the rows behind the figures: absent without a valid signature, unknown where none knows.

    A signature is over rows, so it says nothing of figures that were not computed from them.
    """
    rows = sorted(each["sha256"] for each in (computed or {}).get("inputs", {}).values())
    if rows:
        item["$rows"] = rows
    if "signature" not in item:
        return
    by = "" if signers is None else signers.get(item["id"], "")
    pointer = item.get("$at", "")
    note_sources(item, "signed_by", [f"{pointer}/signature", f"{pointer}/data"])
    told = signers is not None and by is not None and item.get("provenance") == "computed"
    set_or_mark(item, "signed_by", by or None, unknown=not told)


def derive_stage(stage: Tree, variants: Mapping[str, Tree], mitigations: Mapping[str, Tree]) -> Tree:
    """Add what follows from a stage's variants and access, and resolve the mitigations of its answers."""
    result = dict(stage)
    if "responses" in stage:
        result["responses"] = [resolved(each, "mitigations", mitigations) for each in stage["responses"]]
    own = [variants[name] for name in stage.get("variants", ()) if name in variants]
    hidden = is_unknown(stage, "variants")
    result["variants"] = own
    sizes = [variant["parameters"] for variant in own if "parameters" in variant]
    set_or_mark(
        result,
        "parameters",
        max(sizes, default=None),
        unknown=hidden or any(is_unknown(variant, "parameters") for variant in own),
    )
    written = [variant["samplers"] for variant in own if "samplers" in variant]
    set_or_mark(
        result,
        "samplers",
        sorted({sampler for samplers in written for sampler in samplers}),
        unknown=hidden or not written or any(is_unknown(variant, "samplers") for variant in own),
    )
    set_or_mark(
        result,
        "training_methods",
        sorted({method for variant in own for method in variant.get("training_methods", ())}),
        unknown=hidden or any(is_unknown(variant, "training_methods") for variant in own),
    )
    for name in ("parameters", "samplers", "training_methods"):
        note_sources(result, name, [f"{variant['$at']}/{name}" for variant in own if "$at" in variant])
    for name, source in (("weights_out", "access/level"), ("date", "dates"), ("status", "dates")):
        note_sources(result, name, [f"{stage.get('$at', '')}/{source}"])
    level = stage.get("access", {}).get("level")
    set_or_mark(
        result,
        "weights_out",
        level in WEIGHTS_OUT if level is not None else None,
        unknown=is_unknown(stage, "access", "level"),
    )
    return result


def derive_partner(partner: Tree, stages: Sequence[Tree], evidence: Mapping[str, Tree]) -> Tree:
    """Add the stages that a partner's access opens, and when it first had any."""
    result = dict(partner)
    opened: set[str] = set()
    for entry in partner.get("access", ()):
        if "stage" in entry:
            opened.add(entry["stage"])
        opened.update(
            stage["id"]
            for stage in stages
            if entry.get("variant") in {variant["id"] for variant in stage["variants"]}
        )
    for name in ("stages", "first_access"):
        note_sources(result, name, [entry["$at"] for entry in partner.get("access", ()) if "$at" in entry])
    ordered = [stage["id"] for stage in stages if stage["id"] in opened]
    doubtful = any(
        is_unknown(entry, name) for entry in partner.get("access", ()) for name in ("stage", "variant")
    )
    set_or_mark(result, "stages", ordered, unknown=doubtful or is_unknown(partner, "access"))
    dates = [entry["from"] for entry in partner.get("access", ()) if "from" in entry]
    set_or_mark(
        result,
        "first_access",
        min(dates, key=moment, default=None),
        unknown=is_unknown(partner, "access")
        or any(is_unknown(entry, "from") for entry in partner.get("access", ())),
    )
    if not is_unknown(partner, "findings"):
        result["findings"] = [with_evidence(finding, evidence) for finding in partner.get("findings", ())]
    return result


def with_evidence(node: Tree, evidence: Mapping[str, Tree]) -> Tree:
    """Replace the ids under `evidence` by the objects; for and against of an assessment likewise."""
    cited = node.get("evidence")
    if isinstance(cited, list):
        return {**node, "evidence": [evidence[name] for name in cited if name in evidence]}
    if isinstance(cited, Mapping):
        sides = {
            side: [evidence[name] for name in cited.get(side, ()) if name in evidence]
            for side in ("for", "against")
            if not is_unknown(cited, side)
        }
        return {**node, "evidence": {**cited, **sides}}
    return node


def cited_by(node: Mapping[str, Any]) -> list[Tree]:
    """Return the evidence that an object with resolved evidence cites, for before against."""
    cited = node.get("evidence")
    if isinstance(cited, list):
        return cited
    if isinstance(cited, Mapping):
        return [*cited.get("for", ()), *cited.get("against", ())]
    return []


def derive_assessed(node: Tree, evidence: Mapping[str, Tree], mitigations: Mapping[str, Tree]) -> Tree:
    """Resolve a risk or a benefit: assessments with their evidence, and a risk's mitigations."""
    result = dict(node)
    assessments = [
        {
            **with_evidence(assessment, evidence),
            "residual_stated": "residual" in assessment or is_unknown(assessment, "residual"),
        }
        for assessment in node.get("assessments", ())
    ]
    hidden = is_unknown(node, "assessments")
    if not hidden:
        result["assessments"] = assessments
    everything = unique(cited for assessment in assessments for cited in cited_by(assessment))
    set_or_mark(result, "evidence_all", everything, unknown=hidden)
    note_sources(result, "evidence_all", [sides_of(each) for each in assessments if "$at" in each])
    if "mitigations" in node:
        result["mitigations"] = [mitigations[name] for name in node["mitigations"] if name in mitigations]
    return result


def sides_of(assessment: Tree) -> str:
    """Return the pointer of the evidence for and against an assessment, which may have a label of its own."""
    sides = assessment.get("evidence")
    pointer: str = sides["$at"] if isinstance(sides, Mapping) and "$at" in sides else assessment["$at"]
    return pointer


def derive_monitoring(monitoring: Tree) -> Tree:
    """Add the rate of each observation: its count over its own exposure, else over the signal's."""
    result = dict(monitoring)
    general = monitoring.get("exposure", {})
    hidden = is_unknown(monitoring, "exposure", "amount")
    observations = []
    for observation in monitoring.get("observations", ()):
        derived = dict(observation)
        note_sources(derived, "rate", [f"{monitoring.get('$at', '')}/exposure"])
        own = observation.get("exposure")
        amount = own.get("amount") if isinstance(own, Mapping) else own
        if amount is None:
            amount = general.get("amount") if isinstance(general, Mapping) else general
        count = observation.get("count")
        rate = count / amount if count is not None and amount else None
        unknown = rate is None and (
            hidden or is_unknown(observation, "exposure", "amount") or is_unknown(observation, "count")
        )
        set_or_mark(derived, "rate", rate, unknown=unknown)
        observations.append(derived)
    if not is_unknown(monitoring, "observations"):
        result["observations"] = observations
    return result


def known_by(evidence: Mapping[str, Any], cutoff: str | None) -> bool:
    """Tell whether evidence was known by a date; undated evidence was known by no date in the past."""
    if cutoff is None:
        return True
    date = evidence.get("available", evidence.get("conducted"))
    return date is not None and moment(date) <= moment(cutoff)
