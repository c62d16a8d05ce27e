"""The embedded engine: DuckDB, locked to one file, no network, bounded memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.base.errors import InputError, InvalidInput, Position
from release.base.limits import COLUMNS, ERRORS_LISTED, ROWS_PER_FILE
from release.evidence.kind import Kind
from release.evidence.rows import Rows
from release.evidence.store_cells import Dialect, Native, complaint
from release.evidence.store_csv import csv_records
from release.evidence.store_jsonl import value_places
from release.evidence.store_mapping import (
    Layout,
    RowSource,
    check_columns,
    outcomes,
    selection_of,
    view_of,
)
from release.evidence.store_profile import look, look_sql
from release.evidence.store_text import text_file
from release.evidence.terms import Term, text_literal

if TYPE_CHECKING:
    import duckdb

MEMORY_MIB = 512
MOST_MIB = 2048
LINE_BYTES = 2 * 1024 * 1024
"""Longest record that the engine makes room for unasked; its buffers are a multiple of it."""

BLOCK = 50_000
IN_MEMORY_BYTES = 16 * 1024 * 1024
"""Files up to this size are not worth a scratch database on disk."""

DIALECT = Dialect(
    number="(CASE WHEN POSITION('_' IN {}) = 0 AND LENGTH({}) <= 64 THEN TRY_CAST({} AS DOUBLE) END)",
    day="(CASE WHEN LENGTH({}) = 10 THEN CAST(TRY_CAST({} AS DATE) AS VARCHAR) END)",
    octets="STRLEN({})",
)

_NATIVE: tuple[tuple[tuple[str, ...], Native], ...] = (
    (("VARCHAR", "ENUM"), "text"),
    (("DOUBLE", "FLOAT", "DECIMAL"), "float"),
    (("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"), "integer"),
    (("UBIGINT", "UHUGEINT"), "integer"),
    (("BOOLEAN",), "boolean"),
    (("DATE",), "day"),
)


def connect(
    file: Path, scratch: Path, *, threads: int, memory: int = MEMORY_MIB
) -> duckdb.DuckDBPyConnection:
    """Open a database that can read `file` and write below `scratch`, and nothing else.

    Extensions are neither installed nor loaded, Python variables are not looked up as tables, and the
    settings are locked before any text from a plan or a file reaches the engine.
    """
    import duckdb

    small = file.stat().st_size <= IN_MEMORY_BYTES
    connection = duckdb.connect(
        ":memory:" if small else str(scratch / "rows.duckdb"),
        config={
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "allow_community_extensions": "false",
            "python_enable_replacements": "false",
            "python_scan_all_frames": "false",
            "memory_limit": f"{memory}MiB",
            "temp_directory": str(scratch / "spill"),
            "threads": str(threads),
        },
    )
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET allowed_paths = [{text_literal(str(file))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


_RUNNING: set[duckdb.DuckDBPyConnection] = set()


def interrupt_all() -> None:
    """Stop every query that runs in this process."""
    for connection in list(_RUNNING):
        connection.interrupt()


@contextmanager
def _within_memory(shown: str) -> Iterator[None]:
    """Say which rows are too many, where the engine, or the machine, runs out of memory over them.

    Raises:
        InvalidInput: it did.
    """
    import duckdb

    try:
        yield
    except (duckdb.OutOfMemoryException, MemoryError):
        message = "the engine's memory does not suffice for these rows"
        hint = "Free memory, or compute elsewhere with --engine spark."
        raise InvalidInput([InputError("IN-069", message, Position(shown), hint)]) from None


class DuckEngine:
    """Runs SQL on one connection."""

    name = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection, shown: str) -> None:
        self._connection = connection
        self._shown = shown

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL and return all of the answer.

        Raises:
            InvalidInput: memory does not suffice.
        """
        with _within_memory(self._shown):
            return self._connection.execute(sql).fetchall()

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run SQL on a cursor of its own and yield the answer in blocks."""
        cursor = self._connection.cursor()
        try:
            with _within_memory(self._shown):
                cursor.execute(sql)
                while block := cursor.fetchmany(BLOCK):
                    yield from block
        finally:
            cursor.close()

    def total(self, term: Term) -> str:
        """Return SQL for an exact sum; sums of 64-bit integers are 128-bit ones here."""
        return f"SUM({term.sql})"

    def fingerprint(self, text: str) -> str:
        """Return SQL for a sum of 60-bit hashes."""
        return f"SUM(CAST('0x' || SUBSTRING(MD5({text}), 1, 15) AS BIGINT))"


def read(
    connection: duckdb.DuckDBPyConnection, sql: str, file: Path, shown: str, what: str
) -> list[tuple[Any, ...]]:
    """Run SQL that reads a file; what the engine cannot read is the file's fault.

    Raises:
        InvalidInput: the file is not whole, or too large for the engine's memory.
    """
    import duckdb

    try:
        with _within_memory(shown):
            return connection.execute(sql).fetchall()
    except (duckdb.Error, UnicodeDecodeError) as error:
        message = f"this is not a whole {what} file: it is cut, damaged or of another format"
        first = str(error).splitlines()[0].replace(str(file), shown)[:200]
        hint = f"The reader says: {first}"
        raise InvalidInput([InputError("IN-067", message, Position(shown), hint)]) from None


def parquet_columns(
    connection: duckdb.DuckDBPyConnection, file: Path, shown: str
) -> dict[str, tuple[str, Native]]:
    """Return the columns of a Parquet file by name, as (SQL, what they hold), and check its size.

    Raises:
        InvalidInput: it is not whole, or exceeds a limit.
    """
    path = text_literal(str(file))
    counted = f"SELECT SUM(num_rows) FROM parquet_file_metadata({path})"
    rows = read(connection, counted, file, shown, "Parquet")[0][0]
    described = read(connection, f"DESCRIBE SELECT * FROM read_parquet({path})", file, shown, "Parquet")
    for found, limit, what in ((rows or 0, ROWS_PER_FILE, "rows"), (len(described), COLUMNS, "columns")):
        if found > limit:
            message = f"{found} {what}; the limit is {limit}"
            raise InvalidInput([InputError("IN-069", message, Position(shown))])
    return {row[0]: ('"' + row[0].replace('"', '""') + '"', _native(row[1])) for row in described}


class DuckTable:
    """The rows of one source, loaded and checked."""

    def __init__(self, source: RowSource, layout: Layout, scratch: Path, *, threads: int) -> None:
        self._source = source
        self._layout = layout
        file, self._shape, header = text_file(source, layout, scratch)
        self._file = file
        longest = 0 if self._shape is None else self._shape.longest
        self._line_bytes = max(LINE_BYTES, 2 * longest)
        memory = min(MEMORY_MIB * -(-self._line_bytes // LINE_BYTES), MOST_MIB)
        self._connection = connect(file, scratch, threads=threads, memory=memory)
        _RUNNING.add(self._connection)
        self.engine = DuckEngine(self._connection, source.shown)
        try:
            self._prepare(file, header)
        except BaseException:
            self.close()
            raise

    def _prepare(self, file: Path, header: frozenset[str]) -> None:
        source, layout = self._source, self._layout
        if self._shape is None:
            self._raw = parquet_columns(self._connection, file, source.shown)
            header = frozenset(self._raw)
        else:
            names = enumerate(self._shape.columns)
            self._raw = {name: (f"c{place}", "text") for place, name in names}
        check_columns(source, layout, header)
        self._selection = selection_of(source, layout, self._raw, DIALECT)
        self._load()

    def close(self) -> None:
        """Let go of the file."""
        _RUNNING.discard(self._connection)
        self._connection.close()

    def _run(self, sql: str) -> list[tuple[Any, ...]]:
        what = "Parquet" if self._shape is None else "CSV"
        return read(self._connection, sql, self._file, self._source.shown, what)

    def _table(self) -> str:
        if self._shape is None:
            return f"read_parquet({text_literal(str(self._file))}, file_row_number=true)"
        types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(len(self._shape.columns)))
        return (
            f"read_csv({text_literal(str(self._file))}, auto_detect=false, header=true, delim=',', "
            f"quote='\"', escape='\"', columns={{{types}}}, strict_mode=true, null_padding=false, "
            f"ignore_errors=false, nullstr='', encoding='utf-8', max_line_size={self._line_bytes})"
        )

    def _load(self) -> None:
        columns, where = self._selection.columns, self._selection.where
        kind = "VIEW" if self._shape is None else "TABLE"
        self._run(f"CREATE {kind} loaded AS SELECT {columns} FROM {self._table()}{where}")
        record = "file_row_number + 1" if self._shape is None else "ROW_NUMBER() OVER ()"
        self._run(f"CREATE VIEW raw_at AS SELECT *, {record} AS record FROM {self._table()}")
        self._run(f"CREATE VIEW loaded_at AS SELECT {columns}, record FROM raw_at{where}")
        self._look = look(self._layout, self._run(look_sql(self._layout, "loaded"))[0])
        if self._look.bad:
            self._complain()
        if self._shape is None and not self._look.spaced:
            bare = not self._negative_zeros(where)
            clean = f"SELECT {self._selection.clean_columns(bare=bare)} FROM {self._table()}{where}"
            self._run(f"CREATE OR REPLACE VIEW loaded AS {clean}")
        condition = outcomes(self._layout)
        kept = f" WHERE {condition}" if condition else ""
        for name, below, mark in (("rows", "loaded", ""), ("rows_at", "loaded_at", "record")):
            everything = "all_" + name
            self._run(f"CREATE VIEW {everything} AS {view_of(self._layout, below, record=mark)}")
            self._run(f"CREATE VIEW {name} AS SELECT * FROM {everything}{kept}")
        if self._shape is not None and not where and self._look.rows != self._shape.records:
            message = f"{self._shape.records} rows were counted and {self._look.rows} were read"
            raise InvalidInput([InputError("IN-067", message, Position(self._source.shown))])

    def _negative_zeros(self, where: str) -> bool:
        """Tell whether any number is -0.0; without, the engine may read its columns as they are encoded."""
        tests = " OR ".join(f"({value} = 0 AND SIGNBIT({value}))" for value in self._selection.touched)
        if not tests:
            return False
        return bool(self._run(f"SELECT COALESCE(BOOL_OR({tests}), FALSE) FROM {self._table()}{where}")[0][0])

    def rows(self, kind: Kind) -> Rows:
        """Return the checked rows."""
        total = self._look.rows * len(self._layout.stages)
        count = self._run("SELECT COUNT(*) FROM rows")[0][0] if outcomes(self._layout) else total
        if count == total and outcomes(self._layout):
            for name in ("rows", "rows_at"):  # without a condition that always holds they are quicker to read
                self._run(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM all_{name}")
        return Rows(
            self.engine,
            self,
            roles=self._layout.roles,
            count=count,
            missing=total - count,
            profiles=self._look.profiles,
            cells={role.name: role.cell for role in kind.roles},
        )

    def places(self, sql: str, role: str) -> list[tuple[Position, str]]:
        """Return where the rows are whose `record` the SQL returns, and what the role's cell holds there."""
        width = len(self._layout.stages)
        found = [divmod(int(row[0]), width) for row in self._run(sql)]
        located = [(record, self._layout.part(role, self._layout.stages[number])) for record, number in found]
        return [(at, text or "") for at, text in self._cells(located)]

    def _cells(self, located: Sequence[tuple[int, int]]) -> list[tuple[Position, str | None]]:
        """Return position and text of cells given as (record, part)."""
        if not located:
            return []
        records = sorted({record for record, _ in located})
        parts = sorted({part for _, part in located})
        texts = ", ".join(self._selection.cells[part].text for part in parts)
        listed = ", ".join(map(str, records))
        rows = self._run(f"SELECT record, {texts} FROM raw_at WHERE record IN ({listed})")
        values = {(int(row[0]), part): row[1 + n] for row in rows for n, part in enumerate(parts)}
        places = self._positions(located)
        return [(places[cell], values.get(cell)) for cell in located]

    def _positions(self, located: Sequence[tuple[int, int]]) -> dict[tuple[int, int], Position]:
        shown = self._source.shown
        columns = {part: self._layout.parts[part].column for _, part in located}
        if self._source.format == "jsonl":
            wanted: dict[int, set[str]] = {}
            for record, part in located:
                wanted.setdefault(record, set()).add(columns[part])
            values = value_places(self._source.path, shown, wanted)
            return {(record, part): values[record, columns[part]] for record, part in located}
        if self._source.format != "csv" or self._shape is None:
            return {cell: Position(shown, cell[0]) for cell in located}
        records = csv_records(self._source.path, shown, {record for record, _ in located})
        order = {name: place for place, name in enumerate(self._shape.columns)}
        return {
            (record, part): records[record].place(order[columns[part]], shown) for record, part in located
        }

    def _complain(self) -> None:
        """Raise an error for every refused cell, up to the limit."""
        errors = []
        for place, part in enumerate(self._layout.parts):
            bad = self._selection.cells[place].bad
            joined = f"{self._selection.where} AND {bad}" if self._selection.where else f" WHERE {bad}"
            native = self._raw[part.column][1]
            most = 1 if native == "other" else ERRORS_LISTED
            found = self._run(f"SELECT record FROM raw_at{joined} ORDER BY record LIMIT {most}")
            located = [(int(row[0]), place) for row in found]
            for at, text in self._cells(located):
                message, hint = complaint(part.role, text, native, part.allowed)
                where = "" if part.column == part.role.name else f" (column '{part.column}')"
                errors.append(InputError("IN-070", message + where, at, hint))
        raise InvalidInput(errors)


def _native(type_name: str) -> Native:
    word = type_name.split("(", 1)[0]
    if type_name.endswith("]"):
        return "other"
    return next((native for words, native in _NATIVE if word in words), "other")
