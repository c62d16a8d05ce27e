"""Runs one kind on one item's rows: parameters checked, refusals made into figures, units filled in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.base.errors import ErrorCollector, Position
from release.base.pointers import pointer_key
from release.evidence.kind import Computation, Kind, Refusal, Setting, Slice, filled, params_of
from release.evidence.rows import Rows
from release.evidence.usage import param_faults
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
    where = places or {}
    errors = ErrorCollector()
    for fault in param_faults(kind, written, roles):
        name = pointer_key(fault.pointer)
        errors.add(fault.code, fault.message, where.get(name, where.get("")), fault.hint)
    errors.raise_if_any()
    params = filled(params_of(kind), written)
    cluster = kind.cluster if params["cluster"] is None else params["cluster"]
    usable = cluster if cluster in roles else None
    return Setting(params, params["level"], usable, stages, variants, archive or {})


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
