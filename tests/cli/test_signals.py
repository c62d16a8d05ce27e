"""SIGINT and SIGTERM end a run at any moment with the exit code that people know, and without a word."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STRUCK = """
import os, signal, sys

signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started without it
number, module = int(sys.argv[1]), sys.argv[2]
sys.argv[1:] = ["check", "templates/plans/gpt-2", "--at", "2019-11-04"]

class Striking:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            os.kill(os.getpid(), number)

sys.meta_path.insert(0, Striking())
from release.__main__ import main

sys.exit(main())
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    "module", ["release.cli", "release.cli.run", "typer", "release.cli.app", "release.api", "pydantic_core"]
)
def test_while_modules_are_imported(module: str, number: int, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", STRUCK, str(int(number)), module],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (code, "", "")
