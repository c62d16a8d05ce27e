"""Plain tables: CSV, JSON Lines or Parquet of any origin, with `--column ROLE=COLUMN` for each role.

The columns that are mapped are taken over under the names of their roles, typed and checked as the kind
asks; what does not fit is an error at its line. A column for `stage` may hold names of models, which
`--model-map` turns into stages; without one, and without one for `variant`, every row is of `--stage`. The
tool and its version are not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from release.base.limits import ERRORS_LISTED
from release.evidence.inputs import digest_of
from release.evidence.kind import Kind, kind_called
from release.evidence.rows import Rows
from release.evidence.terms import text_literal
from release.importers._logs.complaint import asked
from release.importers._logs.documents import files_below
from release.importers._logs.importer import Importer, Provenance, Reading, Request, Row, Source

NO_STAGE: Final = "add --column stage=COLUMN (with --model-map for names of models), or --stage STAGE"

_FORMATS: Final = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


def logs(source: Source) -> list[Source]:
    """Return the tables at or below a source."""
    return [each for each in files_below(source) if each.path.suffix.lower() in _FORMATS]


def read(log: Source, request: Request) -> Reading:
    """Read one table."""
    kind = _open_kind(kind_called(request.kind))
    models: set[str] = set()
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
        if row.get("stage") in request.models:
            models.add(str(row["stage"]))
        yield row
    return Provenance(
        file=log.shown,
        sha256=digest_of(log.path),
        tool="an unnamed tool",
        version="",
        task=log.path.stem,
        models=tuple(sorted(models)),
        date="",
        status="",
        present=present,
        unscored=blank,
    )


def _open_kind(kind: Kind) -> Kind:
    """Return a kind that asks for nothing and takes any text as a stage: both are looked at later."""
    roles = (role.but(cell="key") if role.cell == "stage" else role for role in kind.roles)
    return kind.but(requires=(), roles=tuple(roles))


def _rows(log: Source, kind: Kind, request: Request) -> Iterator[Row]:
    from release.evidence.store import open_rows
    from release.evidence.store_mapping import RowSource

    source = RowSource(
        log.path.resolve(),
        log.shown,
        _FORMATS[log.path.suffix.lower()],
        dict(request.columns),
        variants=request.variants,
    )
    roles = [role.name for role in kind.roles if role.name in request.columns]
    whole = {role.name for role in kind.roles if role.cell in {"binary", "count"}}
    listed = ", ".join(f'"{name}"' for name in roles)
    knows_stages = any(role.name == "stage" for role in kind.roles)
    adds_stage = knows_stages and not {"stage", "variant"} & set(roles)
    if adds_stage and not request.stage:
        raise asked("the table has no column that says which stage a row is about", NO_STAGE)
    query = f"SELECT {listed} FROM all_rows_at ORDER BY record"  # noqa: S608 - names of roles
    with open_rows(source, kind) as rows:
        if "stage" in roles:
            _check_stages(rows, request)
        for cells in rows.stream(query):
            row: Row = {
                name: int(cell) if name in whole and cell is not None else cell
                for name, cell in zip(roles, cells, strict=True)
            }
            yield {**row, "stage": None} if adds_stage else row


def _check_stages(rows: Rows, request: Request) -> None:
    """Refuse what is neither a stage of the plan nor mapped to one, each where it first stands."""
    known = {*request.stages, *request.models}
    found = rows.query('SELECT DISTINCT "stage" FROM all_rows')
    if all(str(name) in known for (name,) in found):
        return
    listed = ", ".join(text_literal(name) for name in sorted(known))
    sql = (
        f'SELECT MIN(record) AS record FROM all_rows_at WHERE "stage" NOT IN ({listed}) '  # noqa: S608 - literals
        f'GROUP BY "stage" ORDER BY 1 LIMIT {ERRORS_LISTED}'
    )
    hint = f"Stages: {', '.join(request.stages[:12])}. For the name of a model add --model-map NAME=STAGE."
    rows.refuse(sql, "stage", "{value} is no stage of the plan", code="IN-084", hint=hint)


IMPORTER = Importer("table", "plain tables: CSV, JSON Lines, Parquet", (), logs, read)
