"""Changes from one stage to the next: which stages are neighbours, and what is said of a change."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from release.evidence.kind import Param
from release.stats.arms import Difference
from release.stats.estimate import Equivalence, equivalence
from release.stats.interval import Statistic
from release.stats.power import minimal_detectable

MARGIN = Param(
    "margin",
    "double",
    None,
    "Largest difference that would not matter, for the test that nothing changed.",
    low=0.0,
)

USUAL_LEVEL = 0.95


def in_order(present: Collection[str], known: Sequence[str]) -> list[str]:
    """Return the stages (or variants) that have rows, in plan order; others follow by name."""
    return [name for name in known if name in present] + sorted(set(present) - set(known))


def neighbours(present: Collection[str], known: Sequence[str]) -> list[tuple[str, str]]:
    """Return each stage with rows and the one before it, in plan order, cancelled stages left out."""
    order = [name for name in in_order(present, known) if not known or name in known]
    return list(itertools.pairwise(order))


def tested(
    difference: Difference, margin: float | None, level: float
) -> tuple[Statistic, Equivalence] | None:
    """Return the p of the two one-sided tests and their interval; None without margin or standard error."""
    if margin is None:
        return None
    found = equivalence(difference.estimate, margin, level=level if has_ends(level) else USUAL_LEVEL)
    if found is None:
        return None
    shown = difference.statistic
    figure = Statistic(found.p, None, None, level, f"{shown.method}, tost", shown.n, shown.clusters)
    return figure, found


def has_ends(level: float) -> bool:
    """Tell whether the interval of the two one-sided tests, which holds 2 x level - 1, has a width."""
    return level > 0.5


def equivalence_figure(difference: Difference, margin: float, level: float) -> Statistic:
    """Return the p of the two one-sided tests, refused where the difference has no standard error."""
    found = tested(difference, margin, level)
    if found is not None:
        return found[0]
    shown = difference.statistic
    reason = shown.reason or difference.estimate.reason or ""
    return Statistic.refused(reason, method=shown.method, n=shown.n, clusters=shown.clusters)


def facts_of(difference: Difference, margin: float | None, level: float) -> dict[str, Any]:
    """Return the facts `equivalence` and `minimal_detectable` of the change that a claim rests on."""
    facts: dict[str, Any] = {}
    found = tested(difference, margin, level)
    if found is not None and has_ends(level):
        facts["equivalence"] = equivalence_fact(found[1])
    detectable = detectable_by(difference, level)
    if detectable is not None:
        facts["minimal_detectable"] = detectable
    return facts


def equivalence_fact(found: Equivalence) -> Mapping[str, float]:
    """Return the ends, the margin and the p as a fact."""
    return {"low": found.low, "high": found.high, "margin": found.margin, "p": found.p}


def detectable_by(difference: Difference, level: float) -> float | None:
    """Return the true difference that these rows find four times out of five."""
    estimate = difference.estimate
    if estimate.value is None or estimate.se is None:
        return None
    return minimal_detectable(estimate.se, estimate.df, level=level)


def multiplicity(comparisons: int, method: str = "none") -> dict[str, Any]:
    """Return the facts about how many comparisons are made at once and what was done about it."""
    return {
        "comparisons": comparisons,
        "multiplicity": {"method": method, "comparisons": comparisons},
    }
