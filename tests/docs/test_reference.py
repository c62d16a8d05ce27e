"""The committed reference pages are those that the code gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from release.base import limits
from release.plan.models.plan import PLAN
from release.plan.shapes.record import COMMON
from release.plan.types import records

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"


def test_the_reference_pages_are_current():
    command = [sys.executable, "docs/generate.py", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == ""
    assert done.returncode == 0


def test_every_limit_and_every_field_is_on_its_page():
    for name in dir(limits):
        if name.isupper() and name not in {"KIB", "MIB", "GIB"}:
            assert f"| `{name}` |" in (REFERENCE / "limits.md").read_text("utf-8")
    page = (REFERENCE / "plan.md").read_text("utf-8")
    for record in records():
        heading = "The plan itself" if record is PLAN else record.name
        part = page.partition(f"## {heading}\n")[2].partition("\n## ")[0]
        own = [field for field in record.fields.values() if field not in COMMON]
        assert [field.name for field in own if f"| `{field.name}`" not in part] == []
    assert "`closed`, `gradual`, `hosted`, `api`, `downloadable`, `open`, or unknown" in page
    assert "| `of`\\* | the id of a object" not in page
    assert "(docs/reference/limits.md)" in (ROOT / "README.md").read_text("utf-8")
