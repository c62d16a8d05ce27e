"""Opens the rows of one evidence item: structure checked, columns mapped to roles, cells typed, sums exact.

The embedded engine reads Parquet where it lies, and CSV once into a scratch database on disk, so that memory
is bounded by groups and not by rows. A row that cannot be read is an error at its line; there is never a
figure from half a file.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from release.base.errors import ErrorCollector
from release.evidence.kind import Kind
from release.evidence.rows import Rows
from release.evidence.scratch import scratch_folder
from release.evidence.store_mapping import RowSource, layout_of

SMALLEST = 1e-50
"""A column of numbers whose largest is below this is refused; one of noughts is not."""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """The engine that rows are computed with; every engine gives the same figures.

    Attributes:
        name: `duckdb`, embedded, or `spark`.
        url: address of the cluster for Spark, such as `spark://host:7077`, `sc://host` or `local[2]`.
        threads: threads per item of the embedded engine.
    """

    name: Literal["duckdb", "spark"] = "duckdb"
    url: str = "local[*]"
    threads: int = 2


def interrupt_all() -> None:
    """Stop every query that runs in this process, on whichever engine."""
    for name in ("store_duckdb", "spark_session"):
        module = sys.modules.get(f"release.evidence.{name}")
        if module is not None:
            module.interrupt_all()


@contextmanager
def open_rows(source: RowSource, kind: Kind, *, choice: EngineChoice | None = None) -> Iterator[Rows]:
    """Open the rows of an item.

    Raises:
        InvalidInput: the mapping or the rows are wrong; all errors, with file, line and column.
    """
    chosen = choice or EngineChoice()
    layout = layout_of(source, kind)
    with scratch_folder() as folder:
        if chosen.name == "spark":
            from release.evidence.store_spark import spark_rows

            with spark_rows(source, layout, kind, folder, url=chosen.url) as rows:
                _check_sizes(source, rows)
                yield rows
            return
        from release.evidence.store_duckdb import DuckTable

        table = DuckTable(source, layout, folder, threads=chosen.threads)
        try:
            rows = table.rows(kind)
            _check_sizes(source, rows)
            yield rows
        finally:
            table.close()


def _check_sizes(source: RowSource, rows: Rows) -> None:
    """Refuse columns of numbers so small that their squares are 0 in a float.

    Raises:
        InvalidInput: with code IN-070, where the plan maps the column.
    """
    errors = ErrorCollector()
    for role, profile in sorted(rows.profiles.items()):
        largest = max(abs(profile.low), abs(profile.high))
        if 0 < largest < SMALLEST:
            message = f"role '{role}' holds no number above {largest:g}, and it needs one of {SMALLEST:g}"
            errors.add("IN-070", message, source.place(f"columns/{role}"), "Write it in a smaller unit.")
    errors.raise_if_any()
