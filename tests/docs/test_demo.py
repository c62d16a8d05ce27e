"""`make demo` fits a screen: the stages, what stands against the next one, and a report to open."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_demonstration_fits_a_screen_and_ends_with_the_report(tmp_path: Path) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("pyproject.toml", "constraints.txt", "templates"):
        (tmp_path / name).symlink_to(ROOT / name)
    tool = tmp_path / ".venv/bin/release"
    tool.parent.mkdir(parents=True)
    tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m release "$@"\n')
    tool.chmod(0o755)
    for made in ("made", "run"):  # as if everything were installed, and later than what asks for it
        (tmp_path / ".venv" / made).touch()
    done = subprocess.run(
        ["make", "-s", "demo"],
        cwd=tmp_path,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = done.stdout.splitlines()
    assert len(lines) <= 50
    assert any(line.startswith("> xl") for line in lines)
    assert "HOLD: 2 failed, 16 unknown, 35 passed; next: release explain SR-106" in lines
    assert lines[-1] == str(tmp_path / "demo" / "gpt-2-public.html")
    assert sorted(each.name for each in (tmp_path / "demo").iterdir()) == [
        "gpt-2-internal.html",
        "gpt-2-partner-cornell.html",
        "gpt-2-public.html",
        "gpt-2-public.json",
        "gpt-2-public.md",
    ]
