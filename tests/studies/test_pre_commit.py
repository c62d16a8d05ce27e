"""The hook, installed and run by pre-commit itself from a clone of this repository; needs an index."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent


def run(*command: str, cwd: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(home),
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        **{
            f"GIT_{who}_{what}": f"{what}@example.org"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_a_commit_that_breaks_a_plan_is_stopped(tmp_path: Path) -> None:
    home, hooks, work = tmp_path / "home", tmp_path / "hooks", tmp_path / "work"
    assert run("git", "clone", "-q", str(ROOT), str(hooks), cwd=tmp_path, home=home).returncode == 0
    commit = run("git", "rev-parse", "HEAD", cwd=hooks, home=home).stdout.strip()
    work.mkdir()
    assert run("git", "init", "-q", cwd=work, home=home).returncode == 0
    config = f"repos:\n  - repo: {hooks}\n    rev: {commit}\n    hooks: [{{id: release-check}}]\n"
    (work / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    installed = run("pre-commit", "install", "--install-hooks", cwd=work, home=home)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    (work / "notes.txt").write_text("Nothing to judge.\n", encoding="utf-8")
    run("git", "add", ".pre-commit-config.yaml", "notes.txt", cwd=work, home=home)
    (work / "release.yaml").write_text("schema: release-plan/1\nid: x\ntitel: X\n", encoding="utf-8")
    run("git", "add", "release.yaml", cwd=work, home=home)
    stopped = run("git", "commit", "-q", "-m", "A plan", cwd=work, home=home)
    assert stopped.returncode == 1
    assert "IN-021" in stopped.stdout + stopped.stderr
    assert run("git", "rev-parse", "--verify", "HEAD", cwd=work, home=home).returncode != 0
    run("git", "rm", "-q", "--cached", "release.yaml", cwd=work, home=home)
    (work / "release.yaml").unlink()
    allowed = run("git", "commit", "-q", "-m", "Notes", cwd=work, home=home)
    assert allowed.returncode == 0, allowed.stdout + allowed.stderr
