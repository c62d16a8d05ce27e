"""`--since REV`: which plans have files that differ from a revision."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from release.base.errors import InputError, InvalidInput
from release.base.visible import quoted, visible
from release.cli.config_file import CONFIG_FILE
from release.plan.read import PLAN_FILE

_SECONDS: Final = 60
_DIFF: Final = ("diff", "--name-only", "--no-renames", "--no-ext-diff", "-z")
_GIT: Final = ("git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


def changed_since(revision: str, folder: Path, judged_by: Iterable[Path]) -> bool:
    """Tell whether a release folder, or a file that its plan is judged by, differs from a revision.

    Files that git does not know yet count as changed; a file outside the repository is not compared.

    Args:
        revision: a commit, as git names them.
        folder: the release folder.
        judged_by: packs and configuration from elsewhere.

    Raises:
        InvalidInput: there is no such revision, or the folder is in no repository.
    """
    commit = _commit(folder, revision)
    top = Path(os.fsdecode(_git(folder, revision, "rev-parse", "--show-toplevel").rstrip(b"\n"))).resolve()
    above = [each / CONFIG_FILE for each in folder.resolve().parents if each.is_relative_to(top)]
    inside = [folder.resolve(), *above]
    for each in judged_by:  # a link may be led elsewhere, and what it leads to may change
        inside += [each.parent.resolve() / each.name, each.resolve()]
    paths = [f":(literal){each}" for each in dict.fromkeys(inside) if each.is_relative_to(top)]
    known = [*_DIFF, commit, "--", *paths]
    if _git(top, revision, *known):
        return True
    return bool(_git(top, revision, "ls-files", "-z", "--others", "--exclude-standard", "--", *paths))


def gone_since(revision: str, folder: Path) -> list[str]:
    """Return the plans at or below a folder that a revision has and the work tree has not, relative to it.

    Raises:
        InvalidInput: there is no such revision, or the folder is in no repository.
    """
    gone = [*_DIFF, "--relative", "--diff-filter=D", _commit(folder, revision), "--", "."]
    names = os.fsdecode(_git(folder, revision, *gone)).split("\0")
    return sorted(name for name in names if name.rpartition("/")[2] == PLAN_FILE)


def _commit(folder: Path, revision: str) -> str:
    """Return the commit that a revision names."""
    if not revision.strip() or revision.startswith("-"):
        raise _refused(revision, "is no revision")
    named = f"{revision}^{{commit}}"
    found = _git(folder, revision, "rev-parse", "--verify", "--end-of-options", named)
    return found.strip().decode("ascii")


def _git(folder: Path, revision: str, *arguments: str) -> bytes:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [*_GIT, *arguments],
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env=environment,
            cwd=folder,
        )
    except FileNotFoundError:
        raise _refused(revision, "cannot be compared with: git is not installed") from None
    except subprocess.TimeoutExpired:
        raise _refused(revision, f"was not compared with within {_SECONDS} seconds") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _refused(revision, f"cannot be compared with: {visible(said[-1]) if said else 'git refused'}")
    return done.stdout


def _refused(revision: str, what: str) -> InvalidInput:
    hint = (
        "name a commit of the repository that the plan is in; a pipeline needs its history (fetch-depth: 0)"
    )
    return InvalidInput([InputError("IN-088", f"--since {quoted(revision)} {what}", None, hint)])
