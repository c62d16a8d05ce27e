"""Scratch folders for rows: gone at the end, or with the next run where a process was killed before."""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

PREFIX: Final = "staged-release-"
_HELD: Final = "held"
_YOUNG: Final = 60.0
"""Seconds for which a folder is left alone: it may be of a process that is just starting."""


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give a folder of its own; a lock on a file in it tells others that its process lives."""
    _sweep(tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix=PREFIX) as name:
        folder = Path(name)
        with (folder / _HELD).open("wb") as file:
            _hold(file)
            yield folder


def _hold(file: BinaryIO) -> bool:
    """Lock a file for as long as it is open, and tell whether nobody else held it."""
    try:
        import fcntl
    except ImportError:  # not a POSIX system: then nothing is swept
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@functools.cache
def _sweep(parent: str) -> None:
    """Remove scratch folders of processes that are no more, once in a process."""
    for folder in Path(parent).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            seen = folder.lstat()
            if folder.is_symlink() or not _ours(seen) or time.time() - seen.st_mtime < _YOUNG:
                continue
            with (folder / _HELD).open("rb") as file:
                if _hold(file):
                    shutil.rmtree(folder, ignore_errors=True)


def _ours(seen: os.stat_result) -> bool:
    return not hasattr(os, "getuid") or seen.st_uid == os.getuid()
