"""Whether a plan or lock of some digest is at hand: in the release folder, or in its history in git."""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Final

from release.base.canonical import sha256
from release.base.errors import InvalidInput
from release.evidence.lock import LOCK_FILE
from release.plan.plan import Plan
from release.plan.read import read_plan

REVISIONS: Final = 200
"""How far back the history is searched."""

_SECONDS: Final = 60


class PlanHistory:
    """The digests that the plan and the lock of a release folder have and had.

    Attributes:
        lock: digest of the lock at hand, or None.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self.lock = _digest_of(plan.folder / LOCK_FILE)

    def has_lock(self, digest: str) -> bool:
        """Tell whether the lock has this digest now, or had it in a revision."""
        return digest == self.lock or digest in self._past_locks

    def has(self, digest: str) -> bool:
        """Tell whether the plan has this digest now, or had it in a revision."""
        return digest == self._plan.digest or digest in self._past

    @cached_property
    def _past(self) -> frozenset[str]:
        git = shutil.which("git")
        if git is None:
            return frozenset()
        name = Path(self._plan.path).name
        found = (self._digest(git, revision, name) for revision in self._revisions(git, "."))
        return frozenset(digest for digest in found if digest)

    @cached_property
    def _past_locks(self) -> frozenset[str]:
        git = shutil.which("git")
        if git is None:
            return frozenset()
        revisions = self._revisions(git, LOCK_FILE)
        kept = (self._git(git, "show", f"{revision}:./{LOCK_FILE}") for revision in revisions)
        return frozenset(sha256(content) for content in kept if content)

    def _revisions(self, git: str, path: str) -> list[str]:
        """Return the commits that touched a path, the newest first."""
        listed = self._git(git, "log", f"--max-count={REVISIONS}", "--format=%H", "--", path)
        return listed.decode("ascii", "replace").split()

    def _digest(self, git: str, revision: str, name: str) -> str:
        """Return the plan's digest in one revision, or nothing where it was no valid plan."""
        archive = self._git(git, "archive", "--format=tar", revision, ".")
        if not archive:
            return ""
        with tempfile.TemporaryDirectory() as folder:
            try:
                with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                    tar.extractall(folder, filter="data")
                return read_plan(Path(folder) / name, shown=name).digest
            except (tarfile.TarError, InvalidInput, OSError):
                return ""

    def _git(self, git: str, *arguments: str) -> bytes:
        try:
            done = subprocess.run(
                [git, "-C", str(self._plan.folder), *arguments],
                capture_output=True,
                check=False,
                timeout=_SECONDS,
                stdin=subprocess.DEVNULL,
            )
        except (OSError, subprocess.TimeoutExpired):
            return b""
        return done.stdout if done.returncode == 0 else b""


def _digest_of(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes())
    except OSError:
        return None
