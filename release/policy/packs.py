"""Finding and reading packs: shipped ones by id, those of a release folder by path, and files as typed."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.nearest import nearest
from release.base.record import Record
from release.base.resources import data
from release.base.visible import quoted
from release.policy.pack import Pack
from release.source import parse_document, read_bytes
from release.source.paths import MissingFile, RefusedPath, inside

PACK_ID: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}", re.ASCII)
_SUFFIXES: Final = (".yaml", ".yml")
OWN_FOLDER: Final = "policies"


class PackName(Record):
    """A pack as somebody names it.

    Attributes:
        name: an id or a path.
        at: where it is written; None for the command line.
        folder: the folder that relative paths start from; None for the folder that the tool was started in.
        shown: that folder as shown, with a `/` at its end, or nothing.
        confined: the path must stay within the folder.
    """

    name: str
    at: Position | None = None
    folder: Path | None = None
    shown: str = ""
    confined: bool = False


@lru_cache(maxsize=1)
def shipped_files() -> dict[str, Traversable]:
    """Return the shipped packs' files by the id that their name says, sorted."""
    found = {
        entry.name.removesuffix(".yaml"): entry
        for entry in data("policies").iterdir()
        if entry.name.endswith(".yaml") and not entry.name.startswith(".")
    }
    return dict(sorted(found.items()))


@lru_cache(maxsize=64)
def shipped_pack(pack_id: str) -> Pack:
    """Return a shipped pack.

    Raises:
        KeyError: none has this id.
        InvalidInput: it is wrong, which the tests of a release rule out.
    """
    from release.policy.read_pack import read_pack

    content = shipped_files()[pack_id].read_bytes()
    return read_pack(parse_document(content, f"policies/{pack_id}.yaml"), shipped=True)


@lru_cache(maxsize=256)
def _parsed(content: bytes, shown: str) -> Pack:
    from release.policy.read_pack import read_pack

    return read_pack(parse_document(content, shown))


def read_pack_file(path: Path, shown: str) -> Pack:
    """Return the pack in a file; the same bytes are parsed once.

    Raises:
        InvalidInput: the file can't be read, or is no valid pack.
    """
    return _parsed(read_bytes(path, shown), shown)


def is_path(name: str) -> bool:
    """Tell whether a name means a file rather than a shipped pack."""
    return "/" in name or os.sep in name or name.endswith(_SUFFIXES)


def find_pack(wanted: PackName) -> Pack:
    """Return the pack that a name means.

    Raises:
        InvalidInput: there is none, its path leads where it must not, or it is wrong.
    """
    name = wanted.name
    if not is_path(name):
        if name in shipped_files():
            return shipped_pack(name)
        if wanted.folder is not None and PACK_ID.fullmatch(name):
            own = f"{OWN_FOLDER}/{name}.yaml"
            if (wanted.folder / own).is_file():
                return _in_folder(PackName(own, wanted.at, wanted.folder, wanted.shown, wanted.confined))
        near = nearest(name, shipped_files())
        hint = f"did you mean '{near}'?" if near else f"shipped packs: {', '.join(shipped_files()) or 'none'}"
        hint += " A file needs its path." if near else "; a file needs its path"
        raise _refused("IN-061", f"there is no pack {quoted(name)}", wanted.at, hint)
    return _in_folder(wanted) if wanted.folder is not None else read_pack_file(Path(name), name)


def _in_folder(wanted: PackName) -> Pack:
    folder = wanted.folder or Path()
    shown = f"{wanted.shown}{wanted.name}"
    if not wanted.confined:
        return read_pack_file(folder / wanted.name, shown)
    try:
        path = inside(folder, wanted.name)
    except MissingFile as error:
        raise _refused("IN-061", f"there is no pack here: {error.reason}", wanted.at, error.hint) from None
    except RefusedPath as error:
        raise _refused("IN-061", error.reason, wanted.at, error.hint) from None
    return read_pack_file(path, shown)


def _refused(code: str, message: str, at: Position | None, hint: str) -> InvalidInput:
    return InvalidInput([InputError(code, message, at, hint)])


def packs_called(names: Sequence[str] | None) -> list[Pack]:
    """Return packs by id or file as typed; all shipped ones when none is named.

    Raises:
        InvalidInput: a name means no pack, or a pack is wrong.
    """
    errors = ErrorCollector()
    found = []
    for name in names or shipped_files():
        try:
            found.append(find_pack(PackName(name)))
        except InvalidInput as invalid:
            errors.extend(invalid)
    errors.raise_if_any()
    return found


def known_packs(names: Sequence[str] = ()) -> list[Pack]:
    """Return all shipped packs, and those named besides.

    Raises:
        InvalidInput: a name means no pack, or a pack is wrong.
    """
    packs = {pack.digest: pack for pack in packs_called(None)}
    packs |= {pack.digest: pack for pack in (packs_called(names) if names else ())}
    return list(packs.values())
