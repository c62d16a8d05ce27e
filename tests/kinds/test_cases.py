"""Evidence in a folder each: rows, what the plan says of them, and the figures or the errors that follow.

A new case is a new folder below `tests/cases/kinds/<kind>/`: `rows.csv` (or .jsonl), `item.json` with
`params`, `stages`, `columns`, `filters` as needed, and, written by `--update-golden`, `expected.json`.
Figures of kinds that have an oracle must be the oracle's too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from release.base.errors import InvalidInput
from release.evidence.kind import kinds
from release.evidence.lock import computation_json
from release.stats.interval import METHODS
from tests.kinds.comparing import differing, typed
from tests.kinds.oracles import ORACLES as MEASURED
from tests.kinds.oracles_training import ORACLES as TRAINED

ORACLES = MEASURED | TRAINED

CASES = Path(__file__).resolve().parent.parent / "cases" / "kinds"
FOLDERS = sorted(path.parent for path in CASES.glob("*/*/item.json"))


def name(folder: Path) -> str:
    return f"{folder.parent.name}/{folder.name}"


@pytest.mark.parametrize("folder", FOLDERS, ids=name)
def test_case(folder: Path, measure: Callable[..., Any], golden: Callable[[Path, str], None]) -> None:
    kind, item = folder.parent.name, json.loads((folder / "item.json").read_text(encoding="utf-8"))
    (rows,) = folder.glob("rows.*")
    try:
        found = measure(kind, rows, **item)
    except InvalidInput as invalid:
        answer: dict[str, Any] = {"errors": [shown(error) for error in invalid.errors]}
    else:
        answer = computation_json(found)
        assert all(figure["method"].split(",")[0].split(" ")[0] in METHODS for figure in valued(answer))
        if kind in ORACLES and "columns" not in item and valued(answer):
            told = {**item.get("params", {}), "$archive": item.get("archive", {})}
            frame = typed(pd.read_csv(rows, dtype=str, keep_default_na=False))
            assert differing(found, ORACLES[kind](frame, told, item.get("stages", ()))) == []
    text = json.dumps(answer, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    golden(folder / "expected.json", text)


def shown(error: Any) -> dict[str, Any]:
    return {
        "code": error.code,
        "line": error.at.line,
        "column": error.at.column,
        "message": error.message,
        "hint": error.hint,
    }


def valued(answer: dict[str, Any]) -> list[dict[str, Any]]:
    pieces = [answer["results"], *(piece["results"] for piece in answer["slices"])]
    return [figure for piece in pieces for figure in piece.values() if figure["value"] is not None]


def test_every_kind_has_cases() -> None:
    with_cases = {folder.parent.name for folder in FOLDERS}
    assert with_cases >= set(ORACLES)
    assert with_cases <= set(kinds())
