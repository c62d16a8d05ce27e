"""Rows in, figures out: what every test of an evidence kind starts from."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from release.evidence.kind import Computation, kind_called
from release.evidence.measure import measured, setting_of
from release.evidence.store import open_rows
from release.evidence.store_mapping import RowSource
from release.stats.interval import Statistic

Measure = Callable[..., Computation]


@pytest.fixture(scope="session")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Measure:
    """Compute a kind from a file, or from columns given as lists."""
    folder = tmp_path_factory.mktemp("rows")

    def run(
        kind_name: str,
        data: Path | Mapping[str, Sequence[object]],
        *,
        params: Mapping[str, Any] | None = None,
        columns: Mapping[str, Any] | None = None,
        filters: Mapping[str, Any] | None = None,
        stages: Sequence[str] = (),
        variants: Sequence[str] = (),
        archive: Mapping[str, str] | None = None,
    ) -> Computation:
        kind = kind_called(kind_name)
        path = data if isinstance(data, Path) else write(folder / f"{kind_name}.csv", data)
        mapped = columns or {name: name for name in header(path)}
        source = RowSource(
            path=path,
            shown=path.name,
            format=path.suffix[1:],
            columns=mapped,
            filters=filters or {},
            stages=tuple(stages),
            variants=tuple(variants),
        )
        with open_rows(source, kind) as rows:
            setting = setting_of(
                kind,
                params or {},
                roles=rows.roles,
                stages=tuple(stages),
                variants=tuple(variants),
                archive=archive,
            )
            return measured(kind, rows, setting)

    return run


def header(path: Path) -> list[str]:
    """Return the column names of a CSV file."""
    with path.open(encoding="utf-8", newline="") as lines:
        return next(csv.reader(lines))


def write(path: Path, data: Mapping[str, Sequence[object]]) -> Path:
    """Write columns as a CSV file; None is a blank cell."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(data)
        rows = zip(*data.values(), strict=True)
        writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return path


@pytest.fixture(scope="session")
def figure() -> Callable[..., Statistic]:
    """Pick one figure, over all rows or of the slice whose keys are given."""

    def pick(found: Computation, name: str, **by: str) -> Statistic:
        if not by:
            return found.results[name]
        wanted = {key.rstrip("_"): value for key, value in by.items()}
        (match,) = [piece.results for piece in found.slices if piece.by == wanted and name in piece.results]
        return match[name]

    return pick
