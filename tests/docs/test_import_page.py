"""Every command of the page on importing is run, in order, on the logs that it names."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/how-to/import-evaluation-logs.md"


def test_every_command_of_the_page_works(tmp_path: Path, release_command: Callable) -> None:
    (tmp_path / "tests").symlink_to(ROOT / "tests")
    commands = re.findall(r"^\$ (release .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) == 8
    for command in commands:
        done = release_command(*shlex.split(command)[1:], cwd=tmp_path)
        assert done.returncode == 0, (command, done.stderr)
    done = release_command("evidence", "show", "demo", "addition", "--format", "json", cwd=tmp_path)
    (only,) = json.loads(done.stdout)["items"]
    assert only["agreement"] == "match"
