"""JSON Schema of `release-check/1`, and the shapes that `release-gate/1` shares with it."""

from __future__ import annotations

from typing import Any

from release.base.json_schema import COUNT, PLACE, TEXT, closed, described, listed, or_null, output_schema
from release.formats._schema_parts import DATE_JUDGED, TOOL, VERDICT


def finding_schema() -> dict[str, Any]:
    """Return the schema of one finding."""
    reference = closed(
        {
            "source": described(TEXT, "Source key of the pack."),
            "at": described(TEXT, "Where in the source."),
            "status": described(TEXT, "verified, second-hand or own."),
            "text": described(TEXT, "Title or quoted clause."),
        },
        "Where a rule comes from.",
    )
    waiver = closed(
        dict.fromkeys(("rule", "reason", "approver", "granted", "expires"), TEXT),
        "The waiver that covers it.",
    )
    return closed(
        {
            "rule": described(TEXT, "Rule id; `criterion:<id>` for a criterion of the plan."),
            "pack": described(TEXT, "Pack id; `core` for what the tool itself checks."),
            "title": described(TEXT, "What should be true."),
            "severity": {"enum": ["error", "warning", "note"], "description": "How much it matters."},
            "status": {"enum": ["fail", "unknown", "waived"], "description": "What was found."},
            "verdict": {"enum": ["hold", "no-go", None], "description": "What a failing error means."},
            "stage": described(or_null(TEXT), "First stage touched; null for the whole plan."),
            "stages": listed(TEXT, "Every stage at which it counts."),
            "object": described(TEXT, "`kind:id`."),
            "pointer": described(TEXT, "RFC 6901 pointer within `file`."),
            "file": described(TEXT, "Path as typed and the way below it."),
            "line": described(PLACE, "1-based."),
            "column": described(PLACE, "1-based, in code points."),
            "message": described(TEXT, "What is wrong here."),
            "missing": listed(TEXT, "The facts that an unknown rule lacks."),
            "fix": described(TEXT, "What to do."),
            "references": listed(reference, "Where the rule comes from."),
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
            "date": described(or_null(TEXT), "Released, else planned."),
            "findings": described(COUNT, "How many findings count at the stage."),
        },
        "One stage.",
    )
    plan = closed(
        {
            "path": described(TEXT, "The plan as typed."),
            "id": TEXT,
            "title": TEXT,
            "digest": described(TEXT, "Digest of the plan; of the view for others than insiders."),
            "verdict": VERDICT,
            "next_stage": described(or_null(TEXT), "The stage whose verdict the plan's is."),
            "undated": described(COUNT, "Objects left out because their date is not known."),
            "withheld": described(COUNT, "Items that exist and are not shown to this audience."),
            "unlisted": described(COUNT, "Findings left out by --select, --ignore or --min-severity."),
            "stages": listed(stage, "In plan order."),
            "findings": listed(finding_schema(), "By place."),
        },
        "One plan.",
    )
    statistic = closed(
        {"rule": TEXT, "title": TEXT, "failed": COUNT, "unknown": COUNT, "waived": COUNT}, "One rule."
    )
    names = ("plans", "stages", "rules", "evaluations", "passed", "failed", "unknown", "waived", "withheld")
    return output_schema(
        "release-check/1",
        {
            "tool": TOOL,
            "at": DATE_JUDGED,
            "audience": described(TEXT, "Whom this may be shown to."),
            "verdict": described(
                or_null(VERDICT), "The worst plan's; null where none has changed and none was judged."
            ),
            "plans": listed(plan, "In the order of the paths given."),
            "statistics": listed(statistic, "How often each rule is listed, under --statistics."),
            "summary": closed(
                dict.fromkeys(names, COUNT), "evaluations = passed + failed + unknown + waived."
            ),
        },
        "What `release check --format json` prints.",
        optional=("statistics",),
    )


def error_schema() -> dict[str, Any]:
    """Return the JSON Schema of `release-error/1`."""
    error = closed(
        {
            "file": or_null(TEXT),
            "line": or_null(PLACE),
            "column": or_null(PLACE),
            "code": described(TEXT, "`IN-0xx`, explained by `release explain`."),
            "message": TEXT,
            "hint": TEXT,
        },
        "One mistake in the input.",
    )
    return output_schema(
        "release-error/1",
        {"errors": listed(error, "By place."), "more": COUNT},
        "What is printed when the input is wrong and nothing was judged.",
        optional=("more",),
    )
