"""The numbers that rules read about a stage, wherever they stand: in the plan, or in the lock."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final

from release.analysis.case import Items
from release.base.record import Record
from release.base.registry import UnknownName
from release.evidence.facts import Facts
from release.evidence.kind import kind_called

_COMPUTED: Final = "#"

SINGULAR: Final = {
    "stages": "stage",
    "variants": "variant",
    "risks": "risk",
    "benefits": "benefit",
    "mitigations": "mitigation",
    "partners": "partner",
    "thresholds": "threshold",
}


class ReadFigure(Record):
    """A number that rules read.

    Attributes:
        place: (pointer of the owner, field) in the plan, or (evidence id, slice or none, result) in the lock.
        whole: whether it is a whole number.
    """

    object: str
    field: str
    pointer: str
    value: float
    low: float | None
    high: float | None
    level: float
    unit: str
    whole: bool
    bounds: tuple[float, float]
    place: tuple[str, ...]
    rules: frozenset[str]


def statistic(
    item: Mapping[str, Any],
    figure: Mapping[str, Any],
    result: str,
    by: Mapping[str, Any],
    place: tuple[str, ...],
    rules: frozenset[str],
) -> ReadFigure:
    """Return a figure of evidence, with the range in which it may move."""
    kind = str(item["kind"])
    unit = str(figure.get("unit") or _unit(kind, result) or "")
    value = float(figure["value"])
    low, high = figure.get("low"), figure.get("high")
    width = (high - low) if low is not None and high is not None else 0.0
    reach = max(abs(value), width, 1.0) * 16
    share = unit in {"proportion", "probability"} or (unit == "" and 0 <= value <= 1 and kind != "reported")
    bounds = (min(0.0, value), max(1.0, value)) if share else (value - reach, value + reach)
    about = ", ".join(f"{key}: {each}" for key, each in by.items())
    return ReadFigure(
        object=f"evidence:{item['id']}",
        field=f"{result} ({about})" if about else result,
        pointer=str(figure.get("$at") or item["$at"]),
        value=value,
        low=low,
        high=high,
        level=float(figure.get("level") or 0.95),
        unit=unit,
        whole=False,
        bounds=bounds,
        place=place,
        rules=rules,
    )


def _unit(kind: str, result: str) -> str | None:
    try:
        return kind_called(kind).unit_of(result)
    except UnknownName:
        return None


def mark(facts: Facts) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give computed figures, which stand nowhere in the plan, places of their own; yield what each means."""
    for item in facts.plan.get("evidence", ()):
        if item["provenance"] != "computed":
            continue
        parts = [
            ("", item["results"]),
            *((str(n), piece["results"]) for n, piece in enumerate(item["slices"])),
        ]
        for index, results in parts:
            for name, figure in results.items():
                if isinstance(figure, dict) and "value" in figure:
                    figure["$at"] = f"{item['$at']}/{_COMPUTED}{index}/{name}"
                    yield figure["$at"], (item["id"], index, name)


def shifted(items: Items, place: tuple[str, ...], shift: float) -> Items:
    """Return the computed figures with one of them, and its interval, moved."""
    name, index, result = place
    entry = copy.deepcopy(dict(items[name]))
    figure = entry["results"][result] if index == "" else entry["slices"][int(index)]["results"][result]
    for each in ("value", "low", "high"):
        if figure.get(each) is not None:
            figure[each] += shift
    return {**items, name: entry}
