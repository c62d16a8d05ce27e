"""Runs one kind on one item's rows: parameters checked, refusals made into figures, units filled in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from release.base.errors import ErrorCollector, Position
from release.base.nearest import nearest
from release.base.visible import quoted
from release.evidence.kind import Computation, Kind, Param, Refusal, Setting, Slice, filled, params_of
from release.evidence.rows import Rows
from release.stats.interval import Statistic


def setting_of(
    kind: Kind,
    written: Mapping[str, Any],
    *,
    roles: frozenset[str] | set[str],
    places: Mapping[str, Position] | None = None,
    stages: tuple[str, ...] = (),
    variants: tuple[str, ...] = (),
    archive: Mapping[str, str] | None = None,
) -> Setting:
    """Check the parameters of an item and fill in what is not written.

    Args:
        kind: the kind.
        written: `params` of the item.
        roles: the roles that are mapped.
        places: parameter name (and "") to its position in the plan.
        stages: stage ids of the plan, in order.
        variants: variant ids of the plan.
        archive: archived sources, for kinds that look quotations up.

    Raises:
        InvalidInput: with code IN-073, for each parameter that is unknown or has no legal value.
    """
    specs = params_of(kind)
    errors = ErrorCollector()
    known = {spec.name: spec for spec in specs}
    where = places or {}
    for name, value in written.items():
        at = where.get(name, where.get(""))
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean '{near}'? " if near else ""
            message = f"the kind {kind.name} has no parameter {quoted(name)}"
            errors.add("IN-073", message, at, f"{hint}Its parameters: {', '.join(sorted(known))}.")
        elif complaint := _complaint(known[name], value):
            errors.add("IN-073", f"parameter '{name}' {complaint}", at, known[name].text)
    params = filled(specs, {name: value for name, value in written.items() if name in known})
    cluster = kind.cluster if params["cluster"] is None else params["cluster"]
    names = {role.name for role in kind.roles}
    if isinstance(params["cluster"], str) and cluster != "none" and cluster not in names & set(roles):
        message = f"parameter 'cluster' names {quoted(cluster)}, which is no mapped role"
        errors.add("IN-073", message, where.get("cluster"), f"One of: {', '.join(sorted(roles))}, none.")
    errors.raise_if_any()
    usable = cluster if cluster in roles else None
    return Setting(params, params["level"], usable, stages, variants, archive or {})


def _complaint(spec: Param, value: Any) -> str:  # noqa: ANN401 - any value of a plan
    """Return what is wrong with a parameter's value, or ""."""
    if spec.type == "string":
        if not isinstance(value, str):
            return "must be a word"
        return (
            "" if not spec.choices or value in spec.choices else f"must be one of {', '.join(spec.choices)}"
        )
    if spec.type == "doubles":
        if not isinstance(value, (list, tuple)) or not value:
            return "must be a list of numbers"
        return next((found for found in (_number(spec, each) for each in value) if found), "")
    return _number(spec, value)


def _number(spec: Param, value: Any) -> str:  # noqa: ANN401 - any value of a plan
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return "must be a finite number"
    if spec.type == "int" and value != int(value):
        return "must be a whole number"
    if spec.low is not None and value <= spec.low:
        return f"must be above {spec.low:g}"
    if spec.high is not None and value >= spec.high:
        return f"must be below {spec.high:g}"
    return ""


def measured(kind: Kind, rows: Rows, setting: Setting) -> Computation:
    """Return what a kind says about rows, a refusal as figures without value but with the reason.

    Raises:
        InvalidInput: the kind found rows that contradict each other.
    """
    if kind.compute is None:
        return Computation({})
    try:
        found = kind.compute(rows, setting)
    except Refusal as refusal:
        found = refused(kind, rows, str(refusal))
    facts = {"missing": rows.missing, **found.facts}
    slices = tuple(Slice(dict(each.by), _with_units(kind, each.results)) for each in found.slices)
    return Computation(_with_units(kind, found.results), slices, facts)


def refused(kind: Kind, rows: Rows, reason: str) -> Computation:
    """Return every figure over all rows without a value, but with the reason."""
    results = {name: Statistic.refused(reason) for name in kind.expected(rows.roles)}
    return Computation(_with_units(kind, results), facts={"missing": rows.missing})


def _with_units(kind: Kind, results: Mapping[str, Statistic]) -> dict[str, Statistic]:
    return {name: figure.but(unit=figure.unit or kind.unit_of(name)) for name, figure in results.items()}
