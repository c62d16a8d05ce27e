"""Files that a gate is given from outside the release folder, where the author of the release writes."""

from __future__ import annotations

from pathlib import Path

from release.base.errors import InputError, InvalidInput, Position


def outside_file(folder: Path, signers: Path, named: Position) -> Path:
    """Return a file of signers.

    Raises:
        InvalidInput: there is no such file, or it stands in the release folder, where its author writes.
    """
    _refuse_inside(folder, signers, named, "file of signers", "name one as `ssh-keygen -Y verify` reads it")
    return signers


def outside_checkpoint(folder: Path, name: str) -> Path:
    """Return a checkpoint of a ledger that was kept elsewhere.

    Raises:
        InvalidInput: there is no such file, or it stands in the release folder, where its author writes.
    """
    hint = "give the file that `release ledger checkpoint` wrote"
    _refuse_inside(folder, Path(name), Position(name), "checkpoint", hint)
    return Path(name)


def _refuse_inside(folder: Path, path: Path, named: Position, what: str, hint: str) -> None:
    if not path.is_file():
        raise InvalidInput([InputError("IN-085", f"there is no such {what}", named, hint)])
    if inside(folder, path):
        message = f"the {what} stands in the release folder, whose author it is to judge"
        hint = "keep it outside of the release folder"
        raise InvalidInput([InputError("IN-086", message, named, hint)])


def inside(folder: Path, path: Path) -> bool:
    """Tell whether a file, or the link that leads to it, stands in a release folder."""
    top = folder.resolve()
    return path.resolve().is_relative_to(top) or path.parent.resolve().is_relative_to(top)


def inside_notice(folder: Path, name: str) -> str | None:
    """Return what to say of a file that was typed and that the author of the release may have written."""
    if not inside(folder, Path(name)):
        return None
    return f"{name} stands in the release folder, whose author it is to judge; keep and give a copy elsewhere"
