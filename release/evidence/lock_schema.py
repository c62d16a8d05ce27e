"""JSON Schemas of `release.lock`, and of the JSON of `release evidence show` and `release forecast`."""

from __future__ import annotations

from typing import Any

from release.evidence.kind import kinds
from release.evidence.lock import SCHEMA
from release.evidence.show import SCHEMA as SHOWN

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_AGREEMENT: Json = {
    "enum": ["match", "mismatch", "not-declared", "not-computed"],
    "description": "The worst of what comparing declared with computed figures says.",
}
_BY: Json = {
    "type": "object",
    "additionalProperties": {"type": "string"},
    "description": "Names the slice, such as {stage: large}; empty for all rows.",
}
_FACTS: Json = {
    "type": "object",
    "description": "Plain facts beside the figures: numbers, words, lists, small objects.",
}


def _object(properties: Json, description: str, *, optional: tuple[str, ...] = ()) -> Json:
    return {
        "type": "object",
        "description": description,
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _text(description: str) -> Json:
    return {"type": "string", "description": description}


def _number(description: str) -> Json:
    return {"type": ["number", "null"], "description": description}


def _digest(description: str) -> Json:
    return {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$", "description": description}


def statistic_schema() -> Json:
    """Return the schema of one figure."""
    properties = {
        "value": _number("The figure; null when it was refused, and then `reason` says why."),
        "low": _number("Lower end of its interval."),
        "high": _number("Upper end of its interval."),
        "level": _number("Confidence level of the interval."),
        "method": _text("How the interval was made; the first word is one of a fixed list."),
        "n": {"type": ["integer", "null"], "description": "What the figure rests on: rows, items, pairs."},
        "clusters": {"type": "integer", "description": "Clusters that the interval takes into account."},
        "reason": _text("Why the value or its ends are missing."),
        "unit": _text("What the value counts, such as proportion."),
        "tolerance": _number("How far off the value may be, where the kind says so."),
    }
    return _object(properties, "One figure.", optional=("clusters", "reason", "unit", "tolerance"))


def _results() -> Json:
    return {
        "type": "object",
        "additionalProperties": {"$ref": "#/$defs/statistic"},
        "description": "Figures by name.",
    }


def _slices(figures: Json, description: str) -> Json:
    piece = _object({"by": _BY, "results": figures}, "Figures of a part of the rows.")
    return {"type": "array", "items": piece, "description": description}


def lock_schema() -> Json:
    """Return the schema of `release.lock`."""
    compared = _object(
        {
            "result": _text("Name of the result."),
            "by": _BY,
            "value": {"type": "number", "description": "The declared number."},
            "computed": _number("The computed number; null where there is none."),
            "agreement": {"enum": ["match", "mismatch", "not-computed"]},
            "part": {"enum": ["low", "high", "n"], "description": "Which number it is, if not the value."},
        },
        "A declared number beside the computed one.",
        optional=("part",),
    )
    source = _object(
        {
            "sha256": _digest("Digest of the file's bytes."),
            "rows": {"type": "integer", "minimum": 0, "description": "Rows read, blank outcomes included."},
        },
        "A file that the item was computed from.",
        optional=("rows",),
    )
    item = _object(
        {
            "kind": {"type": "string", "examples": list(kinds()), "description": "Kind of evidence."},
            "kind_version": {"type": "integer", "minimum": 0, "description": "Version of the kind; 0: none."},
            "definition": _digest("Digest of what the item's figures depend on in the plan."),
            "inputs": {"type": "object", "additionalProperties": source, "description": "Files by path."},
            "params": {"type": "object", "description": "Every parameter, defaults filled in."},
            "results": _results(),
            "slices": _slices(_results(), "Figures by slice, sorted."),
            "facts": _FACTS,
            "declared": {"type": "array", "items": compared, "description": "Declared figures compared."},
            "agreement": _AGREEMENT,
            "seals": {
                "type": "object",
                "description": "Short digests of the fields above, by which an edit by hand is placed.",
            },
        },
        "One evidence item.",
        optional=("seals",),
    )
    tool = _object(
        {"name": _text("Always staged-release."), "version": _text("Its version.")}, "What wrote it."
    )
    body = _object(
        {
            "schema": {"const": SCHEMA, "description": "Version of this format."},
            "tool": tool,
            "plan": _text("Id of the plan."),
            "digest": _digest("Digest over all items, by which an edit by hand shows."),
            "items": {"type": "object", "additionalProperties": item, "description": "Items by evidence id."},
        },
        "Computed evidence of one plan, beside the digests of what it was computed from.",
    )
    return {"$schema": DIALECT, "title": SCHEMA, **body, "$defs": {"statistic": statistic_schema()}}


def evidence_schema() -> Json:
    """Return the schema of `release-evidence/1`."""
    number = {"type": ["number", "null"]}
    declared = _object(
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
    item = _object(
        {
            "id": _text("Id of the evidence."),
            "kind": _text("Its kind."),
            "provenance": {"enum": ["computed", "declared"], "description": "Whether rows bear it out."},
            "results": _results(),
            "slices": _slices(_results(), "Figures by slice."),
            "facts": _FACTS,
            "agreement": _AGREEMENT,
            "declared": figures,
            "declared_slices": _slices(figures, "Declared figures by slice."),
            "lock": _text("Why the lock's entry is not used."),
        },
        "One evidence item.",
        optional=("lock",),
    )
    body = _object(
        {
            "schema": {"const": SHOWN, "description": "Version of this format."},
            "lock": {
                "enum": ["fresh", "missing", "stale", "partial", "tampered"],
                "description": "State of the lock.",
            },
            "items": {"type": "array", "items": item, "description": "Items in plan order."},
        },
        "The figures of a plan's evidence.",
    )
    return {"$schema": DIALECT, "title": SHOWN, **body, "$defs": {"statistic": statistic_schema()}}


def forecast_schema() -> Json:
    """Return the schema of `release-forecast/1`."""
    from release.evidence.forecasting import SCHEMA as FORECAST

    figure: Json = {"$ref": "#/$defs/statistic"}
    grade: Json = {"enum": ["inside", "outside"], "description": "Whether the actual value fell inside."}
    fit = _object(
        {
            "form": {"enum": ["power_law_plus_constant", "pass_rate_power_law"], "description": "The law."},
            "runs": {"type": "integer", "minimum": 0, "description": "Runs fitted."},
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
    starts = _object(
        {
            "low": _number("The least lower end."),
            "high": _number("The greatest upper end."),
            "level": _number("Level of each of the intervals."),
            "starts": {"type": "integer", "minimum": 1, "description": "How many fits there were."},
            "grade": grade,
        },
        "The widest ends of the intervals of all fits that leave out none or some of the smallest runs.",
        optional=("grade",),
    )
    target = _object(
        {"stage": _text("Id of the stage."), "size": _number("Its compute or parameters.")},
        "What is forecast.",
    )
    body = _object(
        {
            "schema": {"const": FORECAST, "description": "Version of this format."},
            "metric": _text("The metric forecast."),
            "target": target,
            "evidence": _text("Id of the evidence whose rows are fitted."),
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
    return {"$schema": DIALECT, "title": FORECAST, **body, "$defs": {"statistic": statistic_schema()}}
