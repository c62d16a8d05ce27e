"""The types of everything that expressions see: the plan's own, and what is derived from plan and rows."""

from __future__ import annotations

from typing import Final

from release.evidence.kind import FACT_OBJECTS, FieldType

_EVIDENCE: Final[FieldType] = ("list", ("object", "Evidence"))
_TEXTS: Final[FieldType] = ("list", "string")
_STATISTIC: Final[FieldType] = ("object", "Statistic")

DERIVED: Final[dict[str, dict[str, FieldType]]] = {
    "Plan": {"digest": "string", "lock": ("object", "Lock")},
    "Lock": {"digest": "string"},
    "Stage": {
        "order": "int",
        "earlier": _TEXTS,
        "date": "date",
        "parameters": "int",
        "weights_out": "bool",
        "samplers": _TEXTS,
        "training_methods": _TEXTS,
        "evidence": _EVIDENCE,
        "cited": _EVIDENCE,
        "forecasts": _EVIDENCE,
    },
    "Variant": {"parameters_computed": "int"},
    "Criterion": {"evidence": _EVIDENCE},
    "Risk": {"evidence_all": _EVIDENCE},
    "Benefit": {"evidence_all": _EVIDENCE},
    "Assessment": {"residual_stated": "bool"},
    "BenefitAssessment": {"residual_stated": "bool"},
    "Partner": {"stages": _TEXTS, "first_access": "date"},
    "Evidence": {
        "source": ("object", "SourceReference"),
        "cited_for": _TEXTS,
        "signed_by": "string",
        "results": "dyn",
        "slices": "dyn",
        "provenance": "string",
        "agreement": "string",
        "headline": _STATISTIC,
    },
    "SourceReference": {"source": ("object", "Source"), "at": "string", "quote": "string"},
}
"""Type to field to type, for what nobody writes; it adds to the types of the plan, or replaces a field's
type.

Results are open: each kind has its own names, and evidence of the kind `reported` has names of the author's.
"""


def fact_types() -> dict[str, dict[str, FieldType]]:
    """Return type name to field name to type, for all that expressions see."""
    from release.plan.types import object_types

    table = {name: dict(fields) for name, fields in FACT_OBJECTS.items()}
    table |= {name: dict(fields) for name, fields in object_types().items()}
    for name, fields in DERIVED.items():
        table.setdefault(name, {}).update(fields)
    return table
