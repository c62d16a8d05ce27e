"""The figures of a plan's evidence for people and programs: computed where a lock has them, else declared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.base.visible import visible
from release.evidence.agreement import plain_by
from release.evidence.lock import Lock
from release.evidence.lock_state import LockState

SCHEMA = "release-evidence/1"

_SHAPE = ("value", "low", "high", "level", "method", "n")
_DECLARED = ("value", "low", "high", "n", "unit")


def evidence_json(
    evidence: Sequence[Mapping[str, Any]], lock: Lock | None, state: LockState
) -> dict[str, Any]:
    """Return the structure `release-evidence/1`.

    Args:
        evidence: the plan's entries, in the order in which they are to be shown.
        lock: the lock, if there is one.
        state: its state; entries that cannot be used are shown as declared, with the reason.
    """
    items = []
    for item in evidence:
        entry = lock.items.get(item["id"]) if lock is not None and state.usable(item["id"]) else None
        shown = _computed(entry) if entry is not None and item["kind"] != "reported" else _as_declared(item)
        if entry is not None and item["kind"] == "reported":
            shown["facts"] = dict(entry["facts"])
        whole, pieces = _declared(item)
        items.append(
            {
                "id": item["id"],
                "kind": item["kind"],
                **shown,
                "declared": whole,
                "declared_slices": pieces,
                **({"lock": state.reasons[item["id"]]} if item["id"] in state.reasons else {}),
            }
        )
    return {"schema": SCHEMA, "lock": state.word, "items": items}


def _computed(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "provenance": "computed",
        "results": dict(entry["results"]),
        "slices": list(entry["slices"]),
        "facts": dict(entry["facts"]),
        "agreement": entry["agreement"],
    }


def _as_declared(item: Mapping[str, Any]) -> dict[str, Any]:
    whole, pieces = _declared(item)
    return {
        "provenance": "declared",
        "results": {name: _statistic(figure) for name, figure in whole.items()},
        "slices": [
            {
                "by": piece["by"],
                "results": {name: _statistic(figure) for name, figure in piece["results"].items()},
            }
            for piece in pieces
        ],
        "facts": {},
        "agreement": "not-computed" if whole or pieces else "not-declared",
    }


def _statistic(figure: Mapping[str, Any]) -> dict[str, Any]:
    extra = {"unit": figure["unit"]} if "unit" in figure else {}
    return {name: figure.get(name) for name in _SHAPE} | {"method": "declared"} | extra


def _declared(item: Mapping[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the declared figures over all rows by name, and those of slices."""
    whole: dict[str, Any] = {}
    pieces: dict[tuple[tuple[str, str], ...], dict[str, Any]] = {}
    for each in item.get("declared", ()):
        figure = {name: each[name] for name in _DECLARED if name in each}
        by = plain_by(each.get("by", {}))
        if not by:
            whole[each["result"]] = figure
            continue
        piece = pieces.setdefault(tuple(sorted(by.items())), {"by": by, "results": {}})
        piece["results"][each["result"]] = figure
    return whole, list(pieces.values())


def evidence_text(shown: Mapping[str, Any]) -> str:
    """Return the same as a table for a terminal, one block per item."""
    blocks = [_block(item) for item in shown["items"]]
    return "\n\n".join(blocks) + "\n" if blocks else "no evidence\n"


def _block(item: Mapping[str, Any]) -> str:
    agreement = {"match": ", agrees with what is declared", "mismatch": ", CONTRADICTS what is declared"}
    head = f"{item['id']} ({item['kind']}, {item['provenance']}{agreement.get(item['agreement'], '')})"
    rows = [_line("", name, figure) for name, figure in sorted(item["results"].items())]
    for piece in item["slices"]:
        by = ", ".join(f"{key} {value}" for key, value in sorted(piece["by"].items()))
        rows += [_line(by, name, figure) for name, figure in sorted(piece["results"].items())]
    facts = [
        f"  {name}: {_fact(value)}" for name, value in sorted(item["facts"].items()) if value not in ([], {})
    ]
    reason = [f"  lock: {item['lock']}"] if "lock" in item else []
    return "\n".join(map(visible, [head, *_table(rows), *facts, *reason]))


def _line(by: str, name: str, figure: Mapping[str, Any]) -> tuple[str, str, str, str, str]:
    if figure["value"] is None:
        return (name, by, "refused", "", figure.get("reason") or "")
    low, high = figure.get("low"), figure.get("high")
    ends = "" if low is None and high is None else f"[{_number(low)}, {_number(high)}]"
    size = "" if figure.get("n") is None else f"n={figure['n']}"
    clusters = f" in {figure['clusters']} clusters" if figure.get("clusters") else ""
    how = " ".join(part for part in (figure["method"], size + clusters, figure.get("reason") or "") if part)
    return (name, by, _number(figure["value"]), ends, how)


def _number(value: float | None) -> str:
    return "…" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)


def _fact(value: Any) -> str:  # noqa: ANN401 - any plain value
    if isinstance(value, list):
        return "; ".join(_fact(each) for each in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_fact(inner)}" for key, inner in value.items() if inner is not None)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _number(value) if isinstance(value, (int, float)) else str(value)


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    if not rows:
        return []
    widths = [max(len(row[place]) for row in rows) for place in range(4)]
    return [
        "  "
        + "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]).rstrip()
        for row in rows
    ]
