"""A plan to import into, and one call that does what the command does, but for the plan's own file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from release.api import load_plan
from release.evidence.kind import Computation
from release.importers._logs.importing import Imported, Wanted, computed, import_logs

ROOT = Path(__file__).resolve().parents[3]
CASES = ROOT / "tests/cases/importers"


class Done(NamedTuple):
    imported: Imported
    found: Computation
    rows: str


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    target = tmp_path / "release"
    shutil.copytree(ROOT / "templates/plans/blank", target)
    return target


@pytest.fixture
def imports(folder: Path) -> Callable[..., Done]:
    plan = load_plan(folder)

    def run(log_format: str, *sources: Path, stage: str = "first", **options) -> Done:
        wanted = Wanted(log_format, tuple(map(str, sources)), "item", stage=stage, **options)
        target = folder / "rows.csv"
        with target.open("wb") as out:
            imported = import_logs(plan, wanted, out)
        return Done(imported, computed(imported, target, "rows.csv"), target.read_text(encoding="utf-8"))

    return run
