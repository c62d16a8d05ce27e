"""Opens the rows of one evidence item: structure checked, columns mapped to roles, cells typed, sums exact.

The embedded engine reads Parquet where it lies, and CSV once into a scratch database on disk, so that memory
is bounded by groups and not by rows. A row that cannot be read is an error at its line; there is never a
figure from half a file.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.evidence.kind import Kind
from release.evidence.rows import Rows
from release.evidence.store_mapping import RowSource, layout_of


@contextmanager
def open_rows(source: RowSource, kind: Kind, *, threads: int = 2) -> Iterator[Rows]:
    """Open the rows of an item on the embedded engine.

    Raises:
        InvalidInput: the mapping or the rows are wrong; all errors, with file, line and column.
    """
    from release.evidence.store_duckdb import DuckTable

    layout = layout_of(source, kind)
    with tempfile.TemporaryDirectory(prefix="staged-release-") as folder:
        table = DuckTable(source, layout, Path(folder), threads=threads)
        try:
            yield table.rows(kind)
        finally:
            table.close()
