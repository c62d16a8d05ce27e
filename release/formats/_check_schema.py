"""JSON Schema of `release-check/1`, and the shapes that `release-gate/1` shares with it."""

from __future__ import annotations

from typing import Any

VERDICT: dict[str, Any] = {"enum": ["go", "hold", "no-go"]}
COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
TEXT: dict[str, Any] = {"type": "string"}
DATE_JUDGED: dict[str, Any] = {
    "type": "string",
    "description": "The date judged: a day such as 2019-11-05, or a UTC moment such as 2019-11-05T16:00:00Z.",
}


def closed(properties: dict[str, Any], description: str, *, optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of an object that has these properties and no others."""
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that takes null too."""
    return {"anyOf": [schema, {"type": "null"}]}


def _list(items: dict[str, Any], description: str) -> dict[str, Any]:
    return {"type": "array", "items": items, "description": description}


def _described(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {**schema, "description": description}


def finding_schema() -> dict[str, Any]:
    """Return the schema of one finding."""
    reference = closed(
        {
            "source": _described(TEXT, "Source key of the pack."),
            "at": _described(TEXT, "Where in the source."),
            "status": _described(TEXT, "verified, second-hand or own."),
            "text": _described(TEXT, "Title or quoted clause."),
        },
        "Where a rule comes from.",
    )
    waiver = closed(
        dict.fromkeys(("rule", "reason", "approver", "granted", "expires"), TEXT),
        "The waiver that covers it.",
    )
    return closed(
        {
            "rule": _described(TEXT, "Rule id; `criterion:<id>` for a criterion of the plan."),
            "pack": _described(TEXT, "Pack id; `core` for what the tool itself checks."),
            "title": _described(TEXT, "What should be true."),
            "severity": {"enum": ["error", "warning", "note"], "description": "How much it matters."},
            "status": {"enum": ["fail", "unknown", "waived"], "description": "What was found."},
            "verdict": {"enum": ["hold", "no-go", None], "description": "What a failing error means."},
            "stage": _described(or_null(TEXT), "First stage touched; null for the whole plan."),
            "stages": _list(TEXT, "Every stage at which it counts."),
            "object": _described(TEXT, "`kind:id`."),
            "pointer": _described(TEXT, "RFC 6901 pointer within `file`."),
            "file": _described(TEXT, "Path as typed and the way below it."),
            "line": {"type": "integer", "minimum": 1, "description": "1-based."},
            "column": {"type": "integer", "minimum": 1, "description": "1-based, in code points."},
            "message": _described(TEXT, "What is wrong here."),
            "missing": _list(TEXT, "The facts that an unknown rule lacks."),
            "fix": _described(TEXT, "What to do."),
            "references": _list(reference, "Where the rule comes from."),
            "waiver": or_null(waiver),
        },
        "One rule that failed or could not be answered.",
    )


def check_schema() -> dict[str, Any]:
    """Return the JSON Schema of what `release check --format json` prints."""
    stage = closed(
        {
            "id": TEXT,
            "verdict": VERDICT,
            "status": {
                "enum": ["draft", "planned", "released", "withdrawn", "cancelled", "withheld"],
                "description": "Derived from the dates; withheld from who may not see the stage.",
            },
            "date": _described(or_null(TEXT), "Released, else planned."),
            "findings": _described(COUNT, "How many findings count at the stage."),
        },
        "One stage.",
    )
    plan = closed(
        {
            "path": _described(TEXT, "The plan as typed."),
            "id": TEXT,
            "title": TEXT,
            "digest": _described(TEXT, "Digest of the plan; of the view for others than insiders."),
            "verdict": VERDICT,
            "next_stage": _described(or_null(TEXT), "The stage whose verdict the plan's is."),
            "undated": _described(COUNT, "Objects left out because their date is not known."),
            "withheld": _described(COUNT, "Items that exist and are not shown to this audience."),
            "unlisted": _described(COUNT, "Findings left out by --select, --ignore or --min-severity."),
            "stages": _list(stage, "In plan order."),
            "findings": _list(finding_schema(), "By place."),
        },
        "One plan.",
    )
    statistic = closed(
        {"rule": TEXT, "title": TEXT, "failed": COUNT, "unknown": COUNT, "waived": COUNT}, "One rule."
    )
    names = ("plans", "stages", "rules", "evaluations", "passed", "failed", "unknown", "waived", "withheld")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "release-check/1",
        **closed(
            {
                "schema": {"const": "release-check/1"},
                "tool": closed({"name": TEXT, "version": TEXT}, "What wrote this."),
                "at": DATE_JUDGED,
                "audience": _described(TEXT, "Whom this may be shown to."),
                "verdict": _described(
                    or_null(VERDICT), "The worst plan's; null where none has changed and none was judged."
                ),
                "plans": _list(plan, "In the order of the paths given."),
                "statistics": _list(statistic, "How often each rule is listed, under --statistics."),
                "summary": closed(
                    dict.fromkeys(names, COUNT), "evaluations = passed + failed + unknown + waived."
                ),
            },
            "What `release check --format json` prints.",
            optional=("statistics",),
        ),
    }


def error_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-error/1`."""
    error = closed(
        {
            "file": or_null(TEXT),
            "line": or_null({"type": "integer", "minimum": 1}),
            "column": or_null({"type": "integer", "minimum": 1}),
            "code": _described(TEXT, "`IN-0xx`, explained by `release explain`."),
            "message": TEXT,
            "hint": TEXT,
        },
        "One mistake in the input.",
    )
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "release-error/1",
        **closed(
            {"schema": {"const": "release-error/1"}, "errors": _list(error, "By place."), "more": COUNT},
            "What is printed when the input is wrong and nothing was judged.",
            optional=("more",),
        ),
    }
