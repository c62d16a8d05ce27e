"""The figures that rules see for one evidence item: computed where the lock has them, else as declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from release.base.registry import UnknownName
from release.evidence.kind import kind_called

Figure = dict[str, Any]

STATISTIC = ("value", "low", "high", "level", "method", "n", "clusters", "unit", "reason")


def figures_of(written: Mapping[str, Any], computed: Mapping[str, Any] | None) -> Figure:
    """Return `results`, `slices`, `provenance`, `agreement`, `declared` and `headline` of one item.

    Args:
        written: the item as the plan has it.
        computed: the item's entry in the lock, as `known_figures` gives it, or None when it was not computed.
    """
    declared = written.get("declared", [])
    if computed is not None and written["kind"] != "reported":
        results: Figure = {**computed.get("results", {}), **computed.get("facts", {})}
        slices = computed.get("slices", [])
        provenance = "computed"
        agreement = computed.get("agreement", "not-declared")
    else:
        results, slices = _declared_results(written, declared, _units(written["kind"]))
        results |= computed.get("facts", {}) if computed is not None else {}
        provenance = "declared"
        agreement = "not-computed"
    figures = {
        "results": results,
        "slices": slices,
        "provenance": provenance,
        "agreement": agreement,
        "declared": declared,
    }
    return {**figures, **_headline(written, results, slices)}


def known_figures(entry: Mapping[str, Any]) -> Figure:
    """Return what a lock holds for one item, without what a refused or unbounded statistic does not have.

    An absent figure is missing, not zero.
    """
    slices = [{"by": each["by"], "results": _known(each["results"])} for each in entry.get("slices", ())]
    return {**entry, "results": _known(entry.get("results", {})), "slices": slices}


def _known(results: Mapping[str, Any]) -> Figure:
    return {
        name: {key: value for key, value in figure.items() if value is not None}
        if isinstance(figure, dict)
        else figure
        for name, figure in results.items()
    }


def _units(kind: str) -> Callable[[str], str | None]:
    """Return what tells the unit of a kind's figures; an extension that is not installed knows none."""
    try:
        return kind_called(kind).unit_of
    except UnknownName:
        return lambda _name: None


def _statistic(entry: Mapping[str, Any], unit: str | None) -> Figure:
    figure = {name: entry[name] for name in (*STATISTIC, "$at", "$unknown") if entry.get(name) is not None}
    if unit is not None:
        figure.setdefault("unit", unit)
    return {**figure, "method": "declared"}


def _put(results: Figure, entry: Mapping[str, Any], unit: str | None) -> None:
    """Add a declared figure; one whose value is written unknown is missing, not a figure without value."""
    if "value" in entry:
        results[entry["result"]] = _statistic(entry, unit)
    else:
        results["$unknown"] = [*results.get("$unknown", ()), entry["result"]]


def _declared_results(
    written: Mapping[str, Any], declared: list[Figure], unit_of: Callable[[str], str | None]
) -> tuple[Figure, list[Figure]]:
    results: Figure = {"$at": written.get("$at", "")}
    slices: dict[str, Figure] = {}
    for entry in declared:
        by = {name: value for name, value in entry.get("by", {}).items() if not name.startswith("$")}
        if not by:
            _put(results, entry, unit_of(entry["result"]))
            continue
        key = "\0".join(f"{name}={value}" for name, value in sorted(by.items()))
        piece = slices.setdefault(key, {"by": by, "results": {}})
        _put(piece["results"], entry, unit_of(entry["result"]))
    return results, list(slices.values())


def _headline(written: Mapping[str, Any], results: Figure, slices: list[Figure]) -> Figure:
    """Return the result that the claim rests on: the one named, else the only one there is."""
    named = written.get("headline")
    by: Mapping[str, Any] = {}
    if isinstance(named, Mapping):
        by = {name: value for name, value in named.get("by", {}).items() if not name.startswith("$")}
        named = named.get("result")
    if named is None:
        statistics = [
            name for name, figure in results.items() if isinstance(figure, Mapping) and "value" in figure
        ]
        if len(statistics) != 1:
            return {}
        named = statistics[0]
    figure = _slice(slices, named, by) if by else results.get(named)
    return {"headline": figure} if isinstance(figure, Mapping) else {}


def _slice(slices: list[Figure], name: str, by: Mapping[str, Any]) -> Any:  # noqa: ANN401 - or None
    """Return the figure of the slice that says no more than what is asked, else of the least narrow one."""
    wanted = {(key, str(value)) for key, value in by.items()}
    fitting = [
        piece
        for piece in slices
        if name in piece["results"] and wanted <= {(key, str(value)) for key, value in piece["by"].items()}
    ]
    best = min(fitting, key=lambda piece: len(piece["by"]), default=None)
    return None if best is None else best["results"][name]
