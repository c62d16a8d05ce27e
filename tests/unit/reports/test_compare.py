"""A report laid beside an earlier date says what is new, what changed, and what was not asked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PLAN = Path(__file__).parents[3] / "templates" / "plans" / "gpt-2"


@pytest.mark.parametrize(
    ("lang", "new", "changed", "asked"),
    [
        ("en", "Figures that are new", "Figures that changed", "not asked"),
        ("de", "Neue Zahlen", "Geänderte Zahlen", "nicht gefragt"),
    ],
)
def test_new_figures_stand_apart_and_evidence_has_its_claim(
    lang: str, new: str, changed: str, asked: str
) -> None:
    words = ["--at", "2019-11-04", "--compare", "2019-08-20", "--lang", lang, "--format", "html"]
    command = [sys.executable, "-m", "release", "report", str(PLAN), "--audience", "internal", *words]
    page = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    shown = page.partition('id="report-data">')[0]
    assert new in shown
    assert changed not in shown, "nothing that stood on record in August changed"
    assert asked in shown
    table = shown.partition(f"<caption>{new}")[2].partition("</table>")[0]
    assert ">Credibility rises with size" in table
    assert ">cornell-november<" not in table
