"""The figures of a plan's evidence for people and programs: computed where a lock has them, else declared."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from release.base.visible import visible
from release.evidence.agreement import plain_by
from release.evidence.lock import Lock
from release.evidence.lock_state import LockState

SCHEMA = "release-evidence/1"
WIDTH = 80

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
    named = [("", name, figure) for name, figure in sorted(item["results"].items())]
    for piece in item["slices"]:
        by = ", ".join(f"{key} {value}" for key, value in sorted(piece["by"].items()))
        named += [(by, name, figure) for name, figure in sorted(piece["results"].items())]
    marks: dict[str, str] = {}
    rows = [_line(by, name, figure, marks) for by, name, figure in named]
    notes = ["  n: rows/clusters"] if any("/" in row[4] for row in rows) else []
    notes += [line for how, mark in marks.items() for line in _wrapped(f"({mark}) ", how)]
    facts = [
        line
        for name, value in sorted(item["facts"].items())
        if value not in ([], {})
        for line in _wrapped(f"{name}: ", _fact(value))
    ]
    reason = _wrapped("lock: ", item["lock"]) if "lock" in item else []
    return "\n".join(map(visible, [head, *_table(rows), *notes, *facts, *reason]))


def _line(by: str, name: str, figure: Mapping[str, Any], marks: dict[str, str]) -> tuple[str, ...]:
    """Return the cells of one figure; how it was made is a mark, explained below the table."""
    method = "" if figure["value"] is None else figure["method"]
    reason = figure.get("reason") or ""
    if reason and figure["value"] is None:
        reason = f"refused: {reason}"
    how = "; ".join(part for part in (method, reason) if part)
    mark = f"({marks.setdefault(how, _mark(len(marks)))})" if how else ""
    if figure["value"] is None:
        return (name, by, "refused", "", "", mark)
    low, high = figure.get("low"), figure.get("high")
    ends = "" if low is None and high is None else f"[{_number(low)}, {_number(high)}]"
    size = "" if figure.get("n") is None else f"n={figure['n']}"
    clusters = f"/{figure['clusters']}" if figure.get("clusters") else ""
    return (name, by, _number(figure["value"]), ends, size + clusters, mark)


def _mark(place: int) -> str:
    """Return a, b, c and so on, after z aa, ab, ac and so on.

    >>> _mark(0), _mark(25), _mark(26)
    ('a', 'z', 'aa')
    """
    before, letter = divmod(place, 26)
    return (_mark(before - 1) if before else "") + chr(ord("a") + letter)


def _wrapped(begin: str, text: str) -> list[str]:
    return textwrap.wrap(f"  {begin}{text}", WIDTH, subsequent_indent="      ", break_on_hyphens=False)


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
    """Return the rows in columns; each slice has a heading of its own where they are too wide."""
    if not rows:
        return []
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    if sum(widths) + 2 * len([width for width in widths if width]) <= WIDTH:
        return [_columns(row, widths, "  ") for row in rows]
    lines = []
    heading = ""
    for row in rows:
        if row[1] != heading:
            heading = row[1]
            lines.append(f"  {heading}")
        first = widths[0] if heading else widths[0] + 2
        lines.append(_columns((row[0], *row[2:]), [first, *widths[2:]], "    " if heading else "  "))
    return lines


def _columns(row: Sequence[str], widths: Sequence[int], indent: str) -> str:
    cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width)
    return (indent + "  ".join(cells)).rstrip()
