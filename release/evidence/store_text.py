"""A file of rows as the engines load it: Parquet as it lies, text as plain CSV."""

from __future__ import annotations

from pathlib import Path

from release.evidence.store_csv import TextShape, plain_copy, scan_csv
from release.evidence.store_jsonl import jsonl_to_csv
from release.evidence.store_mapping import Layout, RowSource


def text_file(
    source: RowSource, layout: Layout, scratch: Path
) -> tuple[Path, TextShape | None, frozenset[str]]:
    """Return the file to load, and of text its shape and the names of its columns.

    Args:
        source: the file.
        layout: the columns that are mapped; of JSON Lines no others are written.
        scratch: where text that is no plain CSV is written as such.

    Raises:
        InvalidInput: the text is no such file.
    """
    file = source.path.resolve()
    plain = scratch / "rows.csv"
    if source.format == "jsonl":
        wanted = [*(part.column for part in layout.parts), *source.filters]
        shape, header = jsonl_to_csv(source.path, source.shown, wanted, plain)
        return plain, shape, header
    if source.format != "csv":
        return file, None, frozenset()
    shape = scan_csv(file, source.shown)
    if shape.plain:
        return file, shape, frozenset(shape.columns)
    plain_copy(source.path, source.shown, plain)
    return plain, shape, frozenset(shape.columns)
