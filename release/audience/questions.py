"""What one audience may see of the answers to questions about a judgement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from release.base.errors import Position
from release.base.labels import Label


class Labelled(Protocol):
    """Something with a label."""

    @property
    def label(self) -> Label:
        """Who may see it."""


L = TypeVar("L", bound=Labelled)


def seen(things: Iterable[L], audience: str) -> tuple[tuple[L, ...], int]:
    """Return what an audience may see, and how much there is besides."""
    everything = tuple(things)
    shown = tuple(each for each in everything if each.label.visible_to(audience))
    return shown, len(everything) - len(shown)


def place(at: Position, pointer: str, path: str, audience: str) -> tuple[Position, str]:
    """Return a place as an audience may see it: lines and indices tell of what stands before them."""
    return (at, pointer) if audience == "internal" else (Position(path), "")
