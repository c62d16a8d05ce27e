"""Plain tables: CSV, JSON Lines or Parquet of any origin, with `--column ROLE=COLUMN` for each role.

The columns that are mapped are taken over under the names of their roles, typed and checked as the kind
asks; what does not fit is an error at its line. A column for `stage` may hold names of models, which
`--model-map` turns into stages; without one every row is of `--stage`. The tool and its version are not
known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from release.evidence.inputs import digest_of
from release.evidence.kind import Kind, kind_called
from release.importers._logs.complaint import asked
from release.importers._logs.documents import files_below
from release.importers._logs.importer import Importer, Provenance, Reading, Request, Row, Source

_FORMATS: Final = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


def logs(source: Source) -> list[Source]:
    """Return the tables at or below a source."""
    return [each for each in files_below(source) if each.path.suffix.lower() in _FORMATS]


def read(log: Source, request: Request) -> Reading:
    """Read one table."""
    kind = _open_kind(kind_called(request.kind))
    if not request.columns:
        roles = ", ".join(role.name for role in kind.roles)
        raise asked(
            "a table does not say which of its columns are which", f"add --column ROLE=COLUMN: {roles}"
        )
    present = blank = 0
    outcomes = [role.name for role in kind.roles if role.blank == "drop" and role.name in request.columns]
    for row in _rows(log, kind, request):
        present += 1
        blank += any(row[name] is None for name in outcomes)
        yield row
    return Provenance(
        file=log.shown,
        sha256=digest_of(log.path),
        tool="an unnamed tool",
        version="",
        task=log.path.stem,
        models=(),
        date="",
        status="",
        present=present,
        unscored=blank,
    )


def _open_kind(kind: Kind) -> Kind:
    """Return a kind that asks for nothing and takes any text as a stage: both are looked at later."""
    roles = (replace(role, cell="key") if role.cell == "stage" else role for role in kind.roles)
    return replace(kind, requires=(), roles=tuple(roles))


def _rows(log: Source, kind: Kind, request: Request) -> Iterator[Row]:
    from release.evidence.store import open_rows
    from release.evidence.store_mapping import RowSource

    source = RowSource(
        log.path.resolve(), log.shown, _FORMATS[log.path.suffix.lower()], dict(request.columns)
    )
    roles = [role.name for role in kind.roles if role.name in request.columns]
    whole = {role.name for role in kind.roles if role.cell in {"binary", "count"}}
    listed = ", ".join(f'"{name}"' for name in roles)
    adds_stage = "stage" not in roles and any(role.name == "stage" for role in kind.roles)
    query = f"SELECT {listed} FROM all_rows_at ORDER BY record"  # noqa: S608 - names of roles
    with open_rows(source, kind) as rows:
        for cells in rows.stream(query):
            row: Row = {
                name: int(cell) if name in whole and cell is not None else cell
                for name, cell in zip(roles, cells, strict=True)
            }
            yield {**row, "stage": None} if adds_stage else row


IMPORTER = Importer("table", "plain tables: CSV, JSON Lines, Parquet", (), logs, read)
