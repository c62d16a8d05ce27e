"""The same rows in another order, another format, with other threads: the same figures, digit by digit."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import duckdb
import pytest

from release.base.errors import InvalidInput
from release.evidence.kind import Kind, kind_called
from release.evidence.lock import computation_json
from release.evidence.measure import measured, setting_of
from release.evidence.store import EngineChoice, open_rows
from release.evidence.store_mapping import RowSource

CASES = Path(__file__).resolve().parent.parent / "cases" / "kinds"
PER_KIND = 2
NUMERIC = {"number": "DOUBLE", "count": "BIGINT", "binary": "TINYINT"}


def chosen() -> list[Path]:
    """Return some cases of every kind that are CSV and give figures."""
    found = []
    for kind in sorted(CASES.iterdir()):
        fitting = [
            folder
            for folder in sorted(kind.iterdir())
            if (folder / "rows.csv").exists()
            and "errors" not in json.loads((folder / "expected.json").read_text(encoding="utf-8"))
        ]
        fitting.sort(key=lambda folder: -(folder / "rows.csv").stat().st_size)
        found += fitting[:PER_KIND]
    return found


def computed(kind: Kind, path: Path, item: dict[str, Any], columns: Any, threads: int) -> Any:
    told = {"stages": tuple(item.get("stages", ())), "variants": tuple(item.get("variants", ()))}
    source = RowSource(path, path.name, path.suffix[1:], columns, item.get("filters", {}), **told)
    with open_rows(source, kind, choice=EngineChoice(threads=threads)) as rows:
        setting = setting_of(
            kind, item.get("params", {}), roles=rows.roles, archive=item.get("archive"), **told
        )
        return computation_json(measured(kind, rows, setting)), rows.digest()


@pytest.mark.parametrize("folder", chosen(), ids=lambda folder: f"{folder.parent.name}/{folder.name}")
def test_neither_order_nor_format_nor_threads_change_a_digit(folder: Path, tmp_path: Path) -> None:
    item = json.loads((folder / "item.json").read_text(encoding="utf-8"))
    kind = kind_called(folder.parent.name)
    with (folder / "rows.csv").open(encoding="utf-8-sig", newline="") as file:
        header, *lines = list(csv.reader(file))
    random.Random(11).shuffle(lines)
    columns = item.get("columns") or {name: name for name in header}
    wanted = computed(kind, folder / "rows.csv", item, columns, 2)
    assert computed(kind, write_csv(tmp_path / "rows.csv", header, lines), item, columns, 1) == wanted
    assert computed(kind, write_jsonl(tmp_path / "rows.jsonl", header, lines), item, columns, 2) == wanted
    types = {}
    for role, column in columns.items():
        for name in [column] if isinstance(column, str) else column.values():
            types[name] = NUMERIC.get(kind.role(role).cell)
    path = write_parquet(tmp_path / "rows.csv", tmp_path / "rows.parquet", header, types)
    assert computed(kind, path, item, columns, 1) == wanted


def write_csv(path: Path, header: list[str], lines: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([header, *lines])
    return path


def write_jsonl(path: Path, header: list[str], lines: list[list[str]]) -> Path:
    text = "".join(
        json.dumps({name: cell or None for name, cell in zip(header, line, strict=True)}) + "\n"
        for line in lines
    )
    path.write_text(text, encoding="utf-8")
    return path


def write_parquet(source: Path, path: Path, header: list[str], types: dict[str, str | None]) -> Path:
    words = "CASE LOWER({0}) WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE {0} END"
    typed = [
        f'CAST({words.format(chr(34) + name + chr(34))} AS {types[name]}) AS "{name}"'
        if types.get(name)
        else f'"{name}"'
        for name in header
    ]
    rows = f"SELECT {', '.join(typed)} FROM read_csv('{source}', all_varchar=true, header=true)"
    duckdb.sql(f"COPY ({rows}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    return path


def test_a_case_of_every_kind_that_computes_is_tried() -> None:
    from release.evidence.kind import kinds

    assert {folder.parent.name for folder in chosen()} == set(kinds()) - {"reported"}


def test_wrong_rows_are_told_alike_in_every_format(tmp_path: Path) -> None:
    header, lines = (
        ["item", "stage", "correct"],
        [["q1", "small", "2"], ["", "large", "1"], ["q3", "huge", ""]],
    )
    kind = kind_called("benchmark")
    messages = set()
    for write, name in ((write_csv, "rows.csv"), (write_jsonl, "rows.jsonl")):
        with pytest.raises(InvalidInput) as raised:
            computed(
                kind,
                write(tmp_path / name, header, lines),
                {"stages": ["small", "large"]},
                {name: name for name in header},
                1,
            )
        messages.add(tuple((error.code, error.message) for error in raised.value.errors))
    assert len(messages) == 1
