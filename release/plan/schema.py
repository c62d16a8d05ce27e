"""The JSON Schema of a plan: what editors complete, and what others validate with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from release.base.json_schema import document
from release.plan.models.evidence import EVIDENCE_ITEM
from release.plan.models.plan import PLAN, SCHEMA_NAME
from release.plan.references import REPORTED, Kinds, KnownKinds

_WITH_UNIT: Final = {
    "if": {"properties": {"value": {"type": "number"}}, "required": ["value"]},
    "then": {"required": ["unit"]},
}
_LEVEL: Final = {"level": {"exclusiveMinimum": 0, "exclusiveMaximum": 1}}


def plan_schema(known: Kinds | None = None) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of `release.yaml`.

    It accepts what the reader accepts, but for what only the whole plan can tell: references, repeated ids,
    paths, and dates that contradict each other.

    Args:
        known: names of the evidence kinds with those of their results; any kind where it is None.
    """
    definitions: dict[str, Any] = {}
    root = PLAN.described(definitions)
    if known is not None:
        _name_kinds(definitions[EVIDENCE_ITEM.name], known)
    return document(SCHEMA_NAME, root, **dict(sorted(definitions.items())))


def _name_kinds(evidence: dict[str, Any], known: Kinds) -> None:
    """List the kinds, and for each kind the results that can be declared."""
    evidence["properties"]["kind"] = {
        "description": evidence["properties"]["kind"]["description"],
        "enum": sorted(known),
    }
    evidence["allOf"] = [
        {
            "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
            "then": {"properties": parts},
        }
        for kind in sorted(known)
        if (parts := _parts(kind, known))
    ]


def _parts(kind: str, known: Kinds) -> dict[str, Any]:
    """Return what an item of a kind can hold: results, slices, parameters, and columns of its rows."""
    figure: dict[str, Any] = {}
    parts: dict[str, Any] = {}
    whole: dict[str, Any] = {}
    if kind != REPORTED and known[kind]:
        figure["result"] = {"enum": list(known[kind])}
        whole["propertyNames"] = figure["result"]
    entry: dict[str, Any] = {}
    if isinstance(known, KnownKinds):
        names = known.names(kind)
        whole["patternProperties"] = {"": {"properties": _LEVEL}}
        figure |= _LEVEL
        parts["params"] = {"propertyNames": _one_of(sorted(names.params)), "properties": dict(names.params)}
        parts["data"] = {"properties": {"columns": {"propertyNames": _one_of(names.roles)}}}
        if kind != REPORTED:
            figure["by"] = {"propertyNames": _one_of(names.slices)}
            whole["properties"] = dict(names.figures)
            entry["allOf"] = [
                {"if": {"properties": {"result": {"const": name}}, "required": ["result"]}, "then": limits}
                for name, limits in names.figures.items()
            ]
        else:
            whole["additionalProperties"] = {"not": {"type": "number"}, **_WITH_UNIT}
            entry |= _WITH_UNIT
    if figure or whole:
        parts["declared"] = {
            **whole,
            "items": {"properties": figure, **{k: v for k, v in entry.items() if v}},
        }
    if figure:
        parts["headline"] = {"properties": figure}
    return parts


def _one_of(names: Sequence[str]) -> Any:  # noqa: ANN401 - a schema of JSON is a mapping or a truth value
    return {"enum": sorted(names)} if names else False
