"""A vocabulary of the shape of the real one, and a builder of small trees, for tests of the engine alone."""

from __future__ import annotations

from functools import cache
from typing import Any

from release.policy.expression import Language
from release.policy.vocabulary import Types, Vocabulary, vocabulary


def objects(name: str) -> tuple[str, tuple[str, str]]:
    return ("list", ("object", name))


TEXTS = ("list", "string")

TYPES: Types = {
    "Plan": {
        "id": "string",
        "title": "string",
        "developer": "string",
        "digest": "string",
        "modalities": TEXTS,
        "strategy": ("object", "Strategy"),
        "actors": objects("Actor"),
        "variants": objects("Variant"),
        "stages": objects("Stage"),
        "risks": objects("Risk"),
        "benefits": objects("Benefit"),
        "mitigations": objects("Mitigation"),
        "partners": objects("Partner"),
        "evidence": objects("Evidence"),
        "monitoring": objects("Monitoring"),
        "events": objects("Event"),
        "sources": objects("Source"),
        "approvals": objects("Approval"),
        "waivers": objects("Waiver"),
        "attestations": objects("Attestation"),
        "thresholds": objects("Threshold"),
        "documentation": ("map", "string"),
        "eu": ("object", "Eu"),
    },
    "Eu": {"market": "bool", "gpai": "bool"},
    "Strategy": {
        "kind": "string",
        "rationale": "string",
        "alternatives": TEXTS,
        "not_applicable": ("map", "string"),
    },
    "Actor": {"id": "string", "title": "string", "tier": "string"},
    "Variant": {
        "id": "string",
        "title": "string",
        "parameters": "int",
        "parameters_computed": "int",
        "architecture": ("object", "Architecture"),
        "aliases": TEXTS,
        "checkpoints": objects("Checkpoint"),
        "share": "double",
    },
    "Architecture": {"layers": "int", "width": "int"},
    "Checkpoint": {"name": "string", "sha256": "string"},
    "Dates": {"planned": "date", "released": "date", "withdrawn": "date"},
    "Access": {
        "level": "string",
        "reversible": "bool",
        "controls": TEXTS,
        "ended_controls": ("map", "string"),
        "gate": ("object", "Gate"),
        "public": "bool",
    },
    "Gate": {"review": "string", "revocable": "bool"},
    "Plans": {"text": "string", "tested": "date"},
    "Artefact": {"kind": "string", "title": "string", "date": "date"},
    "Criterion": {
        "id": "string",
        "text": "string",
        "require": "string",
        "verdict": "string",
        "written": "date",
        "evidence": objects("Evidence"),
    },
    "Stage": {
        "id": "string",
        "title": "string",
        "order": "int",
        "status": "string",
        "date": "date",
        "parameters": "int",
        "weights_out": "bool",
        "variants": objects("Variant"),
        "samplers": TEXTS,
        "access": ("object", "Access"),
        "dates": ("object", "Dates"),
        "criteria": objects("Criterion"),
        "artefacts": objects("Artefact"),
        "leak_plan": ("object", "Plans"),
        "withdrawal_plan": ("object", "Plans"),
        "evidence": objects("Evidence"),
        "cited": objects("Evidence"),
        "owner": "string",
    },
    "Assessment": {
        "stage": "string",
        "date": "date",
        "likelihood": "string",
        "severity": "string",
        "residual": "string",
        "safety_margin": "int",
    },
    "Risk": {
        "id": "string",
        "title": "string",
        "category": "string",
        "tolerance": "string",
        "owner": "string",
        "review_by": "date",
        "actors": objects("Actor"),
        "assessments": objects("Assessment"),
        "mitigations": objects("Mitigation"),
        "evidence_all": objects("Evidence"),
    },
    "Benefit": {"id": "string", "title": "string", "assessments": objects("Assessment")},
    "Mitigation": {
        "id": "string",
        "title": "string",
        "kind": "string",
        "status": "string",
        "since": "date",
        "until": "date",
    },
    "Agreement": {"kind": "string", "signed": "date"},
    "Partner": {
        "id": "string",
        "name": "string",
        "agreement": ("object", "Agreement"),
        "stages": TEXTS,
        "first_access": "date",
        "due": "date",
        "funding": "string",
        "findings": objects("PartnerFinding"),
    },
    "PartnerFinding": {"id": "string", "date": "date", "text": "string", "stages": TEXTS},
    "Declared": {"result": "string", "value": "double", "low": "double", "high": "double", "n": "int"},
    "Results": {
        "mean": ("object", "Statistic"),
        "change": ("object", "Statistic"),
        "accuracy": ("object", "Statistic"),
        "mismatches": TEXTS,
        "clusters": "int",
        "same_items": "bool",
        "any": "dyn",
    },
    "Evaluator": {"name": "string", "kind": "string", "independent": "bool"},
    "Evidence": {
        "id": "string",
        "kind": "string",
        "claim": "string",
        "stages": TEXTS,
        "cited_for": TEXTS,
        "conducted": "date",
        "available": "date",
        "condition": "string",
        "checkpoint": "string",
        "declared": objects("Declared"),
        "results": ("object", "Results"),
        "headline": ("object", "Statistic"),
        "evaluator": ("object", "Evaluator"),
        "limitations": "string",
        "margin": "double",
    },
    "Exposure": {"unit": "string", "amount": "double"},
    "Observation": {"from": "date", "to": "date", "stage": "string", "count": "int", "rate": "double"},
    "Monitoring": {
        "id": "string",
        "signal": "string",
        "exposure": ("object", "Exposure"),
        "observations": objects("Observation"),
    },
    "Event": {"id": "string", "date": "date", "kind": "string", "text": "string"},
    "Source": {"id": "string", "title": "string", "date": "date", "supersedes": "string"},
    "Approval": {"stage": "string", "role": "string", "by": "string", "date": "date"},
    "Waiver": {"rule": "string", "reason": "string", "expires": "date"},
    "Attestation": {"id": "string", "answer": "string", "by": "string", "on": "date", "until": "date"},
    "Threshold": {"id": "string", "status": ("map", ("object", "ThresholdStatus"))},
    "ThresholdStatus": {"distance": "string", "reached": "bool"},
}


@cache
def words() -> Vocabulary:
    return vocabulary(TYPES)


@cache
def language() -> Language:
    return Language(words())


def placed(value: Any, pointer: str = "") -> Any:
    """Return plain data in which every mapping carries its pointer, and `unknown` is taken out and noted."""
    if isinstance(value, list):
        return [placed(each, f"{pointer}/{index}") for index, each in enumerate(value)]
    if not isinstance(value, dict):
        return value
    hidden = [key for key, each in value.items() if each in ("unknown", "undisclosed")]
    made: dict[str, Any] = {"$at": pointer}
    if hidden:
        made["$unknown"] = hidden
        made["$words"] = {key: value[key] for key in hidden}
    made |= {key: placed(each, f"{pointer}/{key}") for key, each in value.items() if key not in hidden}
    return made
