"""Plans of git revisions: `REV:PATH` is read from the object store, without touching the work tree."""

from __future__ import annotations

import os
import posixpath
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from release.base.errors import InputError, InvalidInput
from release.base.visible import visible

_SECONDS: Final = 60
_FILES: Final = 5_000
_BYTES: Final = 64 * 1024 * 1024
_TOTAL: Final = 512 * 1024 * 1024
_GIT: Final = ("git", "--no-pager", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")
_REGULAR: Final = frozenset({"100644", "100755"})


@contextmanager
def folder_of(name: str) -> Iterator[tuple[Path, str]]:
    """Hold (path, path as shown) of a plan named by a path, or by `REV:PATH` of the repository around.

    A path that exists is that path, whatever its name looks like.

    Raises:
        InvalidInput: git has no such revision or path.
    """
    revision, colon, path = name.partition(":")
    if name and Path(name).exists():
        yield Path(name), name
        return
    if not colon or not revision:
        raise _refused(name or "an empty path", "does not exist")
    with tempfile.TemporaryDirectory(prefix="release-diff-") as scratch:
        inside = _extracted(name, revision, path, Path(scratch))
        yield inside, name


def _extracted(name: str, revision: str, path: str, scratch: Path) -> Path:
    """Write the files of a folder of a revision below a scratch folder, and return the plan's place there."""
    tree = _git(name, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}").strip()
    if path.startswith("./"):
        path = _git(name, "rev-parse", "--show-prefix").decode("utf-8", "replace").strip() + path[2:]
    wanted = posixpath.normpath(path) if path else "."
    if wanted.startswith(("../", "/")) or wanted == "..":
        raise _refused(name, "leads out of the repository")
    is_file = wanted.endswith((".yaml", ".yml"))
    folder = posixpath.dirname(wanted) if is_file else wanted
    below = [] if folder in {"", "."} else [folder]
    listing = _git(
        name,
        "ls-tree",
        "-r",
        "-z",
        "-l",
        "--full-tree",
        tree.decode(),
        "--",
        *(f":(literal){each}" for each in below),
    )
    total = 0
    count = 0
    for entry in listing.split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        parts = head.decode("ascii", "replace").split()
        if len(parts) != 4 or parts[0] not in _REGULAR or int(parts[3]) > _BYTES:
            continue
        count, total = count + 1, total + int(parts[3])
        if count > _FILES or total > _TOTAL:
            raise _refused(name, f"holds more than {_FILES} files or {_TOTAL} bytes")
        _write(scratch, os.fsdecode(raw), _git(name, "cat-file", "blob", parts[2]))
    place = scratch / wanted
    if not place.exists():
        raise _refused(name, "does not exist in that revision")
    return place


def _write(scratch: Path, name: str, content: bytes) -> None:
    parts = name.split("/")
    if any(part in {"", ".", "..", ".git"} for part in parts):
        return
    target = scratch.joinpath(*parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)


def _git(name: str, *arguments: str) -> bytes:
    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            [*_GIT, *arguments], capture_output=True, check=False, timeout=_SECONDS, env=environment
        )
    except FileNotFoundError:
        raise _refused(name, "cannot be read: git is not installed") from None
    except subprocess.TimeoutExpired:
        raise _refused(name, f"was not read within {_SECONDS} seconds") from None
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _refused(
            name, f"is not there: {visible(said[-1])}" if said else "is no revision of a repository here"
        )
    return done.stdout


def _refused(name: str, what: str) -> InvalidInput:
    hint = "give a release folder, its release.yaml, or REV:PATH with a path from the root of the repository"
    return InvalidInput([InputError("IN-085", f"{visible(name)} {what}", None, hint)])
