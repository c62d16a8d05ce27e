"""Scratch folders: gone at the end, and those of killed processes with the next run; never one in use."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile

import pytest

from release.evidence import scratch


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    scratch._sweep.cache_clear()
    yield tmp_path
    scratch._sweep.cache_clear()


def test_it_is_gone_at_the_end(temporary) -> None:
    with scratch.scratch_folder() as folder:
        assert folder.parent == temporary
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_is_used_is_not(temporary) -> None:
    code = (
        "import os, signal; from release.evidence.scratch import scratch_folder\n"
        "with scratch_folder() as folder: print(folder, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    environment = {**os.environ, "TMPDIR": str(temporary)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    left = temporary / done.stdout.strip()
    assert left.is_dir()
    other = temporary / f"{scratch.PREFIX}of-another-tool"
    other.mkdir()
    with scratch.scratch_folder() as used:
        for each in (left, other, used):
            os.utime(each, (0, 0))
        scratch._sweep.cache_clear()
        with scratch.scratch_folder():
            assert not left.exists()
            assert other.is_dir()
            assert used.is_dir()


def test_a_young_folder_is_left_alone(temporary) -> None:
    young = temporary / f"{scratch.PREFIX}young"
    young.mkdir()
    (young / "held").touch()
    with scratch.scratch_folder():
        assert young.is_dir()
