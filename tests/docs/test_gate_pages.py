"""Every command of the pages on gating is run, in order, one folder per page; codes shown are those given."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs/how-to"
PAGES = ["gate-in-ci.md", "write-a-pack.md", "write-an-organisation-policy.md", "keep-a-decision-ledger.md"]


def commands(page: str) -> list[tuple[str, list[str]]]:
    """Return each command with the lines that it is shown to print."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            elif line.startswith("> "):
                found[-1] = (f"{found[-1][0]}\n{line[2:]}", [])
            else:
                found[-1][1].append(line)
    return found


@pytest.mark.ssh
@pytest.mark.parametrize("page", PAGES)
def test_the_commands_work(tmp_path: Path, page: str) -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment["GIT_CEILING_DIRECTORIES"] = str(tmp_path.parent)
    shown = commands(page)
    assert len(shown) >= 5
    for command, lines in shown:
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == 0, (command, done.stdout)
        printed = done.stdout.splitlines()
        fixed = [line for line in lines if line != "..."]
        assert printed[len(printed) - len(fixed) :] == fixed, (command, done.stdout)
