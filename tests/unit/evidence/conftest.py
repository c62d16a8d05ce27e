"""A small kind and rows for it, so that the store is tested apart from any real kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from release.base.errors import InputError, InvalidInput
from release.evidence.kind import Kind, Role
from release.evidence.rows import Rows
from release.evidence.store import EngineChoice, open_rows
from release.evidence.store_mapping import RowSource

STAGES = ("small", "medium", "large")

KIND = Kind(
    name="sample",
    version=1,
    title="A kind for tests",
    roles=(
        Role("item", "key", "The item."),
        Role("stage", "stage", "The stage."),
        Role("variant", "variant", "The variant."),
        Role("correct", "binary", "Whether it is right.", "drop"),
        Role("score", "number", "A number.", "drop"),
        Role("level", "number", "A number from 1 to 7.", "keep", low=1.0, high=7.0),
        Role("weight", "number", "A number above 0.", "keep", low=0.0, low_open=True),
        Role("count", "count", "A count.", "keep"),
        Role("date", "date", "A day.", "keep"),
        Role("kind", "label", "A word.", "keep", ("plan", "incident")),
        Role("note", "text", "Anything.", "keep"),
    ),
    requires=((("item",),), (("correct",), ("score",))),
    results=(),
    compute=None,
)

Opened = AbstractContextManager[Rows]
Open = Callable[..., Opened]


@pytest.fixture
def rows_of(tmp_path: Path) -> Open:
    """Open text (or a file) as rows of the small kind; columns are named like their roles unless told."""

    @contextmanager
    def opened(
        data: str | bytes | Path,
        columns: str | Mapping[str, Any] = "item,correct",
        *,
        form: str = "csv",
        filters: Mapping[str, Any] | None = None,
        stages: tuple[str, ...] = STAGES,
        variants: tuple[str, ...] = ("v1", "v2"),
        choice: EngineChoice | None = None,
    ) -> Iterator[Rows]:
        if isinstance(data, Path):
            path = data
        else:
            path = tmp_path / f"rows.{form}"
            path.write_bytes(data.encode() if isinstance(data, str) else data)
        mapped = {name: name for name in columns.split(",")} if isinstance(columns, str) else columns
        source = RowSource(path, f"evidence/{path.name}", form, mapped, filters or {}, stages, variants)
        with open_rows(source, KIND, choice=choice) as rows:
            yield rows

    return opened


Complaints = Callable[..., tuple[InputError, ...]]


@pytest.fixture
def complaints(rows_of: Open) -> Complaints:
    """Return the errors that opening some rows raises."""

    def collected(*args: Any, **kwargs: Any) -> tuple[InputError, ...]:
        with pytest.raises(InvalidInput) as raised, rows_of(*args, **kwargs):
            pass
        return raised.value.errors

    return collected
