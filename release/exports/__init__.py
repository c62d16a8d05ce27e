"""A release in the documents of others: one file per export, pure functions of what an audience may see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from release.base.registry import Registry

if TYPE_CHECKING:
    from release.exports._export import Export

EXPORTS = Registry("release.exports", "EXPORT")


def export_names() -> tuple[str, ...]:
    """Return the names as they are typed, sorted."""
    return tuple(name.replace("_", "-") for name in EXPORTS.names())


def load_export(name: str) -> Export:
    """Return the export called `name`, as it is typed.

    Raises:
        UnknownName: no file of this folder and no extension is called so.
    """
    found: Export = EXPORTS.load(name.replace("-", "_"))
    return found
