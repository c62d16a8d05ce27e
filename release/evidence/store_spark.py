"""Somebody's cluster: the same SQL on Apache Spark, translated by sqlglot, with equal figures.

Structure and, when there is something to complain about, the places of bad rows are read here, by the same
code as for the embedded engine; Spark reads the cells and sums them. The file must stand at the same path for
its workers.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from release.base.errors import InputError, InvalidInput, Position
from release.evidence.kind import Kind
from release.evidence.rows import Rows
from release.evidence.spark_session import first_line, session_at
from release.evidence.store_cells import Dialect, Native
from release.evidence.store_duckdb import DuckTable, connect, parquet_columns
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
from release.evidence.terms import Term

_NUMBER = r"^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]{1,4})?$"

DIALECT = Dialect(
    number=f"(CASE WHEN REGEXP_MATCHES({{}}, '{_NUMBER}') AND LENGTH({{}}) <= 64 "
    "THEN TRY_CAST({} AS DOUBLE) END)",
    day="(CASE WHEN LENGTH({}) = 10 THEN CAST(TRY_CAST({} AS DATE) AS VARCHAR) END)",
    octets="OCTET_LENGTH({})",
)

_VIEWS = ("rows", "all_rows", "loaded", "raw")
_NATIVE: tuple[tuple[tuple[str, ...], Native], ...] = (
    (("string", "varchar", "char"), "text"),
    (("double", "float", "decimal"), "float"),
    (("tinyint", "smallint", "int", "bigint"), "integer"),
    (("boolean",), "boolean"),
    (("date",), "day"),
)


class SparkEngine:
    """Runs DuckDB's SQL on a Spark session; its views carry a suffix of their own."""

    name = "spark"

    def __init__(self, session: Any, suffix: str, shown: str) -> None:  # noqa: ANN401 - a Spark session
        self._session = session
        self._suffix = suffix
        self._shown = shown

    def view(self, name: str) -> str:
        """Return the name of a view on the cluster."""
        return f"{name}_{self._suffix}"

    def translated(self, sql: str) -> str:
        """Return Spark's dialect of DuckDB's."""
        import sqlglot
        from sqlglot import expressions

        tree = sqlglot.parse_one(sql, read="duckdb")
        for table in tree.find_all(expressions.Table):
            if table.name in _VIEWS:
                table.set("this", expressions.to_identifier(self.view(table.name)))
        return tree.sql(dialect="spark")

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL and return all of the answer."""
        return list(self.stream(sql))

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run SQL and yield the answer by partitions."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            for row in self._session.sql(self.translated(sql)).toLocalIterator():
                yield tuple(row)
        except (PySparkException, Py4JError) as error:
            message = f"Spark could not compute: {first_line(error)}"
            raise InvalidInput([InputError("IN-077", message, Position(self._shown))]) from None

    def total(self, term: Term) -> str:
        """Return SQL for an exact sum; sums of 64-bit integers would overflow here."""
        digits = 28 if term.bound < 10**28 else 38
        return f"SUM(CAST({term.sql} AS DECIMAL({digits}, 0)))"

    def fingerprint(self, text: str) -> str:
        """Return SQL for a sum of 60-bit hashes."""
        return f"SUM(CAST(CONV(SUBSTRING(MD5({text}), 1, 15), 16, 10) AS DECIMAL(28, 0)))"


class SparkTable:
    """The rows of one source on a cluster, checked."""

    def __init__(self, source: RowSource, layout: Layout, scratch: Path, *, url: str) -> None:
        self._source = source
        self._layout = layout
        self._scratch = scratch
        self._local: DuckTable | None = None
        file, self._shape, header = text_file(source, layout, scratch)
        if self._shape is None:
            connection = connect(file, scratch, threads=1)
            header = frozenset(parquet_columns(connection, file, source.shown))
            connection.close()
        check_columns(source, layout, header)
        self._session = session_at(url)
        self.engine = SparkEngine(self._session, uuid.uuid4().hex[:12], source.shown)
        self._frame = self._read(file)
        self._load(file)

    def _read(self, file: Path) -> Any:  # noqa: ANN401 - a data frame
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        reader = self._session.read
        try:
            if self._shape is None:
                frame = reader.parquet(file.as_uri())
            else:
                schema = ", ".join(f"c{place} STRING" for place in range(len(self._shape.columns)))
                options = {
                    "header": "true",
                    "mode": "FAILFAST",
                    "quote": '"',
                    "escape": '"',
                    "encoding": "UTF-8",
                    "multiLine": str(self._shape.multiline).lower(),
                    "ignoreLeadingWhiteSpace": "false",
                    "ignoreTrailingWhiteSpace": "false",
                    "emptyValue": "",
                    "maxCharsPerColumn": "-1",
                }
                frame = reader.schema(schema).options(**options).csv(file.as_uri())
            frame.createOrReplaceTempView(self.engine.view("raw"))
        except (PySparkException, Py4JError) as error:
            message = f"Spark could not read the file: {first_line(error)}"
            at = Position(self._source.shown)
            raise InvalidInput([InputError("IN-067", message, at)]) from None
        return frame

    def _columns(self) -> dict[str, tuple[str, Native]]:
        if self._shape is not None:
            return {name: (f"c{place}", "text") for place, name in enumerate(self._shape.columns)}
        return {
            name: ('"' + name.replace('"', '""') + '"', _native(kind)) for name, kind in self._frame.dtypes
        }

    def _view(self, name: str, sql: str) -> Any:  # noqa: ANN401 - a data frame
        frame = self._session.sql(self.engine.translated(sql))
        frame.createOrReplaceTempView(self.engine.view(name))
        return frame

    def _load(self, file: Path) -> None:
        raw = self._columns()
        selection = selection_of(self._source, self._layout, raw, DIALECT)
        self._loaded = self._view("loaded", f"SELECT {selection.columns} FROM raw{selection.where}").persist()
        self._loaded.createOrReplaceTempView(self.engine.view("loaded"))
        self._look = look(self._layout, self.engine.query(look_sql(self._layout, "loaded"))[0])
        expected = None if self._shape is None or selection.where else self._shape.records
        if self._look.bad or (expected is not None and expected != self._look.rows):
            self._locator()
            message = f"Spark reads {file.name} otherwise than the embedded engine does"
            raise InvalidInput([InputError("IN-077", message, Position(self._source.shown))])
        condition = outcomes(self._layout)
        self._view("all_rows", view_of(self._layout, "loaded"))
        self._view("rows", "SELECT * FROM all_rows" + (f" WHERE {condition}" if condition else ""))

    def _locator(self) -> DuckTable:
        """Return the same rows on the embedded engine, which finds their places, or raises what is wrong."""
        if self._local is None:
            folder = self._scratch / "local"
            folder.mkdir()
            self._local = DuckTable(self._source, self._layout, folder, threads=2)
        return self._local

    def places(self, sql: str, role: str) -> list[tuple[Position, str]]:
        """Return where the rows are whose `record` the SQL returns, and what the role's cell holds there."""
        return self._locator().places(sql, role)

    def rows(self, kind: Kind) -> Rows:
        """Return the checked rows."""
        total = self._look.rows * len(self._layout.stages)
        count = self.engine.query("SELECT COUNT(*) FROM rows")[0][0] if outcomes(self._layout) else total
        return Rows(
            self.engine,
            self,
            roles=self._layout.roles,
            count=count,
            missing=total - count,
            profiles=self._look.profiles,
            cells={role.name: role.cell for role in kind.roles},
        )

    def close(self) -> None:
        """Drop the views and the rows that the cluster keeps for them."""
        self._loaded.unpersist()
        for name in _VIEWS:
            self._session.catalog.dropTempView(self.engine.view(name))
        if self._local is not None:
            self._local.close()


def _native(type_name: str) -> Native:
    word = type_name.split("(", 1)[0].split("<", 1)[0]
    return next((native for words, native in _NATIVE if word in words), "other")


@contextmanager
def spark_rows(source: RowSource, layout: Layout, kind: Kind, scratch: Path, *, url: str) -> Iterator[Rows]:
    """Open rows on a cluster and let go of them in the end."""
    table = SparkTable(source, layout, scratch, url=url)
    try:
        yield table.rows(kind)
    finally:
        table.close()
