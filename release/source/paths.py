"""Paths that stand in plans: relative, inside the release folder, and of regular files."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from pathlib import Path
from typing import Final

from release.base.visible import quoted

_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_GLOB: Final = re.compile(r"[*?\[\]{}]")
_VARIABLE: Final = re.compile(r"\$|%[A-Za-z_]\w*%")
_HINT: Final = "write the path of a file of this folder, relative to it, with '/' between its parts"


class RefusedPath(ValueError):
    """A path that is not followed.

    Attributes:
        reason: what is wrong, with the path as written.
        hint: what to write instead.
    """

    def __init__(self, path: str, reason: str, hint: str = _HINT) -> None:
        super().__init__(f"the path {quoted(path)} {reason}")
        self.reason = str(self)
        self.hint = hint


class MissingFile(RefusedPath):
    """A path at which there is nothing, and that is else as it should be."""


def inside(folder: Path, relative: str) -> Path:
    """Return the file that a path in a plan means, with all links resolved.

    Args:
        folder: the release folder; nothing outside it can be reached.
        relative: the path as written.

    Raises:
        RefusedPath: the path is not relative, is an address, holds a variable or a pattern, leads outside
            the folder (as written, or through a link), or names no regular file.
        MissingFile: there is nothing at the path.
    """
    _check_text(relative)
    try:
        root = folder.resolve(strict=True)
        target = (
            root / relative
        ).resolve()  # where nothing exists too, so that nothing is told of other folders
        if not target.is_relative_to(root):
            raise RefusedPath(relative, "leads outside the release folder through a link")
        mode = target.stat().st_mode
    except FileNotFoundError:
        hint = "check the spelling; add the file if it is missing"
        raise MissingFile(relative, "names no file", hint) from None
    except NotADirectoryError:
        raise RefusedPath(relative, "goes through a file as if it were a folder") from None
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError up to Python 3.12
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its links form a loop"
        raise RefusedPath(relative, f"cannot be followed: {reason}") from None
    if stat.S_ISDIR(mode):
        raise RefusedPath(relative, "names a folder, not a file")
    if not stat.S_ISREG(mode):
        raise RefusedPath(relative, "names no regular file")
    return target


def check_path(folder: Path, relative: str) -> None:
    """Check a path as `inside` does, but let there be nothing yet; much faster where no link is on the way.

    Args:
        folder: the release folder.
        relative: the path as written.

    Raises:
        RefusedPath: the path is not to be followed.
    """
    _check_text(relative)
    here = os.fspath(folder)
    mode = 0
    try:
        for part in relative.split("/"):
            here = f"{here}/{part}"
            mode = os.lstat(here).st_mode
            if stat.S_ISLNK(mode):
                break
    except FileNotFoundError:
        return
    except OSError:
        mode = 0
    if not stat.S_ISREG(mode):
        with contextlib.suppress(MissingFile):
            inside(folder, relative)


def _check_text(relative: str) -> None:
    """Refuse what can be refused without looking at the disk."""
    if not relative.strip():
        raise RefusedPath(relative, "is empty")
    if _CONTROL.search(relative):
        raise RefusedPath(relative, "holds a control character")
    if "\\" in relative:
        raise RefusedPath(relative, "holds a backslash")
    if relative.startswith("/"):
        raise RefusedPath(relative, "is absolute")
    if relative.startswith("~"):
        raise RefusedPath(relative, "starts in somebody's home folder")
    if _ADDRESS.match(relative):
        raise RefusedPath(relative, "is an address or names a drive")
    if _VARIABLE.search(relative):
        raise RefusedPath(relative, "holds a variable")
    if _GLOB.search(relative):
        raise RefusedPath(relative, "holds a pattern")
    depth = 0
    for part in relative.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            raise RefusedPath(relative, "leads outside the release folder")
