"""Files replaced whole or not at all: the old file stays until the new one is safely on the disk."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def atomic_write(path: Path, content: bytes) -> None:
    """Write `content` to `path` through a temporary file beside it; see `replacing`.

    Raises:
        OSError: the folder does not exist, the disk is full, permission is denied, …
    """
    with replacing(path) as stream:
        stream.write(content)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a stream whose bytes become the file at `path` once the block ends well, and only then.

    The temporary file has one fixed name per target, so that a kill leaves at most one behind, and is removed
    on any failure or signal. A link is followed, so that the file it names is replaced and the link stays.

    Raises:
        OSError: the folder does not exist, the disk is full, permission is denied, …
    """
    target = path.resolve() if path.is_symlink() else path
    temporary = waiting_at(path)
    temporary.unlink(missing_ok=True)
    try:
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
        with open(descriptor, "w+b") as stream:  # noqa: PTH123 - the descriptor was opened exclusively
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        if target.exists():
            temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def waiting_at(path: Path) -> Path:
    """Return where the bytes for `path` wait until they are whole."""
    target = path.resolve() if path.is_symlink() else path
    return target.with_name(f".{target.name}.writing")


def sync_folder(folder: Path) -> None:
    """Make a rename or a new file in `folder` durable, where the system allows a folder to be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
