"""What expressions may name: the types of all objects, and the variables that each `for` binds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from release.base.record import Record

FieldType = str | tuple[str, Any]
"""`string`, `int`, `double`, `bool`, `date`, `dyn`, `("list", T)`, `("map", T)` or `("object", name)`."""

Types = Mapping[str, Mapping[str, FieldType]]

GENERAL: Final = ("plan", "strategy", "at", "params")
_NEIGHBOURS: Final = ("stage", "previous", "next")

SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": GENERAL,
    "variant": (*GENERAL, "variant"),
    "stage": (*GENERAL, *_NEIGHBOURS),
    "criterion": (*GENERAL, *_NEIGHBOURS, "criterion"),
    "risk": (*GENERAL, "risk"),
    "assessment": (*GENERAL, *_NEIGHBOURS, "risk", "assessment"),
    "benefit": (*GENERAL, "benefit"),
    "mitigation": (*GENERAL, "mitigation"),
    "partner": (*GENERAL, "partner"),
    "finding": (*GENERAL, "partner", "finding"),
    "evidence": (*GENERAL, "evidence"),
    "monitoring": (*GENERAL, "monitoring"),
    "event": (*GENERAL, "event"),
    "source": (*GENERAL, "source"),
    "approval": (*GENERAL, *_NEIGHBOURS, "approval"),
    "waiver": (*GENERAL, "waiver"),
    "report": (*GENERAL, "report"),
    "claim": (*GENERAL, "claim", "report"),
}
"""Variables by the word under `for`. A rule of another kind that names `report` too is judged with the
report.
"""

KINDS: Final = tuple(SCOPES)
REPORT_KINDS: Final = ("report", "claim")

# Where the type of a variable is found: through these fields, starting at the plan.
_ROUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "plan": (),
    "strategy": ("strategy",),
    "stage": ("stages",),
    "previous": ("stages",),
    "next": ("stages",),
    "variant": ("variants",),
    "criterion": ("stages", "criteria"),
    "risk": ("risks",),
    "assessment": ("risks", "assessments"),
    "benefit": ("benefits",),
    "mitigation": ("mitigations",),
    "partner": ("partners",),
    "finding": ("partners", "findings"),
    "evidence": ("evidence",),
    "monitoring": ("monitoring",),
    "event": ("events",),
    "source": ("sources",),
    "approval": ("approvals",),
    "waiver": ("waivers",),
}

STATISTIC: Final[Mapping[str, FieldType]] = {
    "value": "double",
    "low": "double",
    "high": "double",
    "level": "double",
    "method": "string",
    "n": "int",
    "clusters": "int",
    "unit": "string",
    "reason": "string",
}

_REPORT_TYPES: Final[Types] = {
    "Report": {
        "audience": "string",
        "partner": "string",
        "on": "date",
        "contact": ("object", "ReportContact"),
        "items": ("list", ("object", "ReportItem")),
        "risks": ("list", "string"),
        "benefits": ("list", "string"),
        "limits": ("list", "string"),
        "withheld": "int",
        "withheld_notice": "string",
        "lock_verified": "bool",
        "plan_digest": "string",
        "shows_verdict": "bool",
        "shows_unknown": "bool",
        "shows_waivers": "bool",
        "reasons_fail_when": ("list", "string"),
        "partner_agreement": ("object", "ReportAgreement"),
        "partner_findings": ("list", ("object", "ReportFinding")),
    },
    "ReportContact": {"name": "string", "address": "string"},
    "ReportItem": {"id": "string", "kind": "string", "audience": "string", "partners": ("list", "string")},
    "ReportAgreement": {"signed": "date", "ends": "date"},
    "ReportFinding": {"id": "string", "date": "date", "text": "string", "verbatim": "bool"},
    "Claim": {
        "id": "string",
        "text": "string",
        "references": ("list", ("object", "ClaimReference")),
        "figure": ("object", "ClaimFigure"),
    },
    "ClaimReference": {
        "id": "string",
        "source": ("object", "ClaimSource"),
        "data": ("object", "ClaimData"),
        "limitations": ("list", "string"),
    },
    "ClaimSource": {"id": "string", "title": "string", "at": "string"},
    "ClaimData": {"path": "string", "digest": "string"},
    "ClaimFigure": {
        "value": "double",
        "low": "double",
        "high": "double",
        "n": "int",
        "unit": "string",
        "uncertainty": "string",
    },
}


class Vocabulary(Record):
    """The names that expressions may use.

    Attributes:
        types: type name to field name to type.
        variables: variable to type.
        strict: types whose absent lists are missing rather than empty, because nobody writes them by hand:
            what was not computed is not an empty result.
    """

    types: Types
    variables: Mapping[str, FieldType]
    strict: frozenset[str] = frozenset({"Results"})


def vocabulary(types: Types, *, root: str = "Plan") -> Vocabulary:
    """Complete a table of object types by what the engine adds: statistics, reports, types of variables.

    Args:
        types: the plan's types with derived fields, as `release.plan.types.object_types` gives them.
        root: the name of the plan's own type.
    """
    table = {name: dict(fields) for name, fields in types.items()}
    for name, fields in ({"Statistic": STATISTIC} | dict(_REPORT_TYPES)).items():
        table.setdefault(name, dict(fields))
    variables: dict[str, FieldType] = {
        "at": "date",
        "report": ("object", "Report"),
        "claim": ("object", "Claim"),
    }
    for variable, route in _ROUTES.items():
        variables[variable] = _through(table, ("object", root), route)
    return Vocabulary(table, variables)


def _through(table: Types, start: FieldType, route: tuple[str, ...]) -> FieldType:
    found = start
    for name in route:
        if not isinstance(found, tuple) or found[0] != "object":
            return "dyn"
        found = table.get(found[1], {}).get(name, "dyn")
        if isinstance(found, tuple) and found[0] == "list":
            found = found[1]
    return found


def object_name(kind: FieldType) -> str | None:
    """Return the name of an object type, or None."""
    return kind[1] if isinstance(kind, tuple) and kind[0] == "object" else None
