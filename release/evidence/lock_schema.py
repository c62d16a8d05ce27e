"""JSON Schemas of `release.lock`, and of the JSON of `release evidence show` and `release forecast`."""

from __future__ import annotations

from release.base.json_schema import COUNT, PLACE, TEXT, Schema, closed, described, document, listed
from release.evidence.kind import kinds
from release.evidence.lock import SCHEMA
from release.evidence.show import SCHEMA as SHOWN

_AGREEMENT: Schema = {
    "enum": ["match", "mismatch", "not-declared", "not-computed"],
    "description": "The worst of what comparing declared with computed figures says.",
}
_BY: Schema = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "Names the slice, such as {stage: large}; empty for all rows.",
}
_FACTS: Schema = {
    "type": "object",
    "description": "Plain facts beside the figures: numbers, words, lists, small objects.",
}


def _number(description: str) -> Schema:
    return {"type": ["number", "null"], "description": description}


def _digest(description: str) -> Schema:
    return {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": description}


def statistic_schema() -> Schema:
    """Return the schema of one figure."""
    properties = {
        "value": _number("The figure; null when it was refused, and then `reason` says why."),
        "low": _number("Lower end of its interval."),
        "high": _number("Upper end of its interval."),
        "level": _number("Confidence level of the interval."),
        "method": described(TEXT, "How the interval was made; the first word is one of a fixed list."),
        "n": {"type": ["integer", "null"], "description": "What the figure rests on: rows, items, pairs."},
        "clusters": {"type": "integer", "description": "Clusters that the interval takes into account."},
        "reason": described(TEXT, "Why the value or its ends are missing."),
        "unit": described(TEXT, "What the value counts, such as proportion."),
        "tolerance": _number("How far off the value may be, where the kind says so."),
    }
    return closed(properties, "One figure.", optional=("clusters", "reason", "unit", "tolerance"))


def _results() -> Schema:
    return {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/statistic"},
        "description": "Figures by name.",
    }


def _slices(figures: Schema, description: str) -> Schema:
    piece = closed({"by": _BY, "results": figures}, "Figures of a part of the rows.")
    return listed(piece, description)


def lock_schema() -> Schema:
    """Return the schema of `release.lock`."""
    compared = closed(
        {
            "result": described(TEXT, "Name of the result."),
            "by": _BY,
            "value": {"type": "number", "description": "The declared number."},
            "computed": _number("The computed number; null where there is none."),
            "agreement": {"enum": ["match", "mismatch", "not-computed"]},
            "part": {"enum": ["low", "high", "n"], "description": "Which number it is, if not the value."},
        },
        "A declared number beside the computed one.",
        optional=("part",),
    )
    source = closed(
        {
            "sha256": _digest("Digest of the file's bytes."),
            "rows": described(COUNT, "Rows read, blank outcomes included."),
        },
        "A file that the item was computed from.",
        optional=("rows",),
    )
    item = closed(
        {
            "kind": {"type": "string", "examples": list(kinds()), "description": "Kind of evidence."},
            "kind_version": described(COUNT, "Version of the kind; 0: none."),
            "definition": _digest("Digest of what the item's figures depend on in the plan."),
            "inputs": {"type": "object", "additionalProperties": source, "description": "Files by path."},
            "params": {"type": "object", "description": "Every parameter, defaults filled in."},
            "results": _results(),
            "slices": _slices(_results(), "Figures by slice, sorted."),
            "facts": _FACTS,
            "declared": listed(compared, "Declared figures compared."),
            "agreement": _AGREEMENT,
            "seals": {
                "type": "object",
                "description": "Short digests of the fields above, by which an edit by hand is placed.",
            },
        },
        "One evidence item.",
        optional=("seals",),
    )
    tool = closed(
        {"name": described(TEXT, "Always staged-release."), "version": described(TEXT, "Its version.")},
        "What wrote it.",
    )
    body = closed(
        {
            "schema": {"const": SCHEMA, "description": "Version of this format."},
            "tool": tool,
            "plan": described(TEXT, "Id of the plan."),
            "digest": _digest("Digest over all the rest, by which an edit by hand shows."),
            "items": {"type": "object", "additionalProperties": item, "description": "Items by evidence id."},
        },
        "Computed evidence of one plan, beside the digests of what it was computed from.",
    )
    return document(SCHEMA, body, statistic=statistic_schema())


def evidence_schema() -> Schema:
    """Return the schema of `release-evidence/1`."""
    number = {"type": ["number", "null"]}
    declared = closed(
        {
            "value": number,
            "low": number,
            "high": number,
            "n": {"type": "integer"},
            "unit": {"type": "string"},
        },
        "A figure as declared.",
        optional=("value", "low", "high", "n", "unit"),
    )
    figures = {"type": "object", "additionalProperties": declared, "description": "Declared, over all rows."}
    item = closed(
        {
            "id": described(TEXT, "Id of the evidence."),
            "kind": described(TEXT, "Its kind."),
            "provenance": {"enum": ["computed", "declared"], "description": "Whether rows bear it out."},
            "results": _results(),
            "slices": _slices(_results(), "Figures by slice."),
            "facts": _FACTS,
            "agreement": _AGREEMENT,
            "declared": figures,
            "declared_slices": _slices(figures, "Declared figures by slice."),
            "lock": described(TEXT, "Why the lock's entry is not used."),
        },
        "One evidence item.",
        optional=("lock",),
    )
    body = closed(
        {
            "schema": {"const": SHOWN, "description": "Version of this format."},
            "lock": {
                "enum": ["fresh", "missing", "stale", "partial", "tampered"],
                "description": "State of the lock.",
            },
            "items": listed(item, "Items in plan order."),
        },
        "The figures of a plan's evidence.",
    )
    return document(SHOWN, body, statistic=statistic_schema())


def forecast_schema() -> Schema:
    """Return the schema of `release-forecast/1`."""
    from release.evidence.forecasting import SCHEMA as FORECAST

    figure: Schema = {"$ref": "#/$defs/statistic"}
    grade: Schema = {"enum": ["inside", "outside"], "description": "Whether the actual value fell inside."}
    fit = closed(
        {
            "form": {"enum": ["power_law_plus_constant", "pass_rate_power_law"], "description": "The law."},
            "runs": described(COUNT, "Runs fitted."),
            "a": figure,
            "b": figure,
            "c": figure,
            "holdout_error": figure,
            "without_constant": _number("What a law without the irreducible term says of the target."),
            "constant_matters": {"type": "boolean", "description": "That lies outside of the interval."},
        },
        "The law through the smaller runs.",
        optional=("without_constant", "constant_matters"),
    )
    starts = closed(
        {
            "low": _number("The least lower end."),
            "high": _number("The greatest upper end."),
            "level": _number("Level of each of the intervals."),
            "starts": described(PLACE, "How many fits there were."),
            "grade": grade,
        },
        "The widest ends of the intervals of all fits that leave out none or some of the smallest runs.",
        optional=("grade",),
    )
    target = closed(
        {"stage": described(TEXT, "Id of the stage."), "size": _number("Its compute or parameters.")},
        "What is forecast.",
    )
    body = closed(
        {
            "schema": {"const": FORECAST, "description": "Version of this format."},
            "metric": described(TEXT, "The metric forecast."),
            "target": target,
            "evidence": described(TEXT, "Id of the evidence whose rows are fitted."),
            "fit": fit,
            "prediction": figure,
            "extrapolation": _number("The target over the largest run fitted."),
            "later_starts": starts,
            "actual": _number("What came, once it is known."),
            "grade": grade,
        },
        "A metric of a stage, forecast from smaller models.",
        optional=("later_starts", "actual", "grade"),
    )
    return document(FORECAST, body, statistic=statistic_schema())
