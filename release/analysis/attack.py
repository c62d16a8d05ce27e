"""What an attack on a claim is, and what attacks look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.base.record import Record

Node = Mapping[str, Any]


class Attack(Record):
    """One weakness of a claim.

    Attributes:
        check: name of the attack.
        text: what is wrong, with the figures.
        weakness: from 0 to 1.
        also: pointers of what else was looked at.
    """

    check: str
    text: str
    weakness: float
    also: tuple[str, ...] = ()


class Figure(Record):
    """One figure of an item, and what it is about."""

    name: str
    by: Node
    figure: Node

    @property
    def shown(self) -> str:
        """The name with its slice."""
        about = ", ".join(f"{key}: {value}" for key, value in self.by.items() if not key.startswith("$"))
        return f"{self.name} ({about})" if about else self.name


class Grounds(Record):
    """What attacks may look at besides the item.

    Attributes:
        at: the date judged.
        superseded: source to the one that replaces it.
        stages: stage id to stage.
    """

    at: str
    superseded: Mapping[str, Node]
    stages: Mapping[str, Node]


def figures_of(item: Node) -> list[Figure]:
    """Return every figure of an evidence item, the whole before its slices."""
    found = [
        Figure(name, {}, figure)
        for name, figure in item.get("results", {}).items()
        if isinstance(figure, Mapping) and "value" in figure
    ]
    for piece in item.get("slices", ()):
        found += [
            Figure(name, piece["by"], figure)
            for name, figure in piece["results"].items()
            if isinstance(figure, Mapping) and "value" in figure
        ]
    return found


def claim_of(item: Node) -> str:
    """Return the claim of an evidence item."""
    return str(item.get("claim", ""))


def interval_of(figure: Node) -> tuple[float, float] | None:
    """Return the interval of a figure, or None."""
    low, high = figure.get("low"), figure.get("high")
    return None if low is None or high is None else (float(low), float(high))


def main_figure(item: Node) -> Figure | None:
    """Return the figure that the claim rests on."""
    figures = figures_of(item)
    headline = item.get("headline")
    if isinstance(headline, Mapping):
        return next((each for each in figures if each.figure is headline or each.figure == headline), None)
    return figures[0] if figures else None
