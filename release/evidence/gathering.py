"""Gathers the figures of a kind, over all rows and by slice, in the order in which they are found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.evidence.kind import Computation, Slice
from release.stats.interval import Statistic


class Gathered:
    """Figures and facts while a kind computes them.

    Attributes:
        results: figures over all rows.
        facts: plain facts.
    """

    def __init__(self) -> None:
        self.results: dict[str, Statistic] = {}
        self.facts: dict[str, Any] = {}
        self._slices: dict[tuple[tuple[str, str], ...], dict[str, Statistic]] = {}

    def add(self, name: str, figure: Statistic, by: Mapping[str, str] | None = None) -> None:
        """Note a figure, over all rows or of the slice `by`."""
        if by:
            self._slices.setdefault(tuple(sorted(by.items())), {})[name] = figure
        else:
            self.results[name] = figure

    def sliced(self, name: str) -> dict[tuple[tuple[str, str], ...], Statistic]:
        """Return what was noted under a name, by slice."""
        return {by: figures[name] for by, figures in self._slices.items() if name in figures}

    def computation(self) -> Computation:
        """Return all that was gathered."""
        slices = tuple(Slice(dict(by), figures) for by, figures in self._slices.items())
        return Computation(self.results, slices, self.facts)
