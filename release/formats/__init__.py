"""Findings as bytes: one file per format, pure functions of what an audience may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release.base.registry import Registry

if TYPE_CHECKING:
    from release.formats._format import Format

FORMATS = Registry("release.formats", "FORMAT")


def load_format(name: str) -> Format:
    """Return the format called `name`.

    Raises:
        UnknownName: no file of this folder and no extension is called so.
    """
    found: Format = FORMATS.load(name)
    return found
