"""The lists of a plan, and what an object in each is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KIND_IN: Final[Mapping[str, str]] = {
    "actors": "actor",
    "variants": "variant",
    "stages": "stage",
    "criteria": "criterion",
    "risks": "risk",
    "assessments": "assessment",
    "benefits": "benefit",
    "mitigations": "mitigation",
    "partners": "partner",
    "findings": "finding",
    "evidence": "evidence",
    "monitoring": "monitoring",
    "thresholds": "threshold",
    "events": "event",
    "sources": "source",
    "attestations": "attestation",
    "approvals": "approval",
    "waivers": "waiver",
    "critiques": "critique",
}
"""Key of a list to the kind of its objects: those of the plan itself, and those within objects."""
