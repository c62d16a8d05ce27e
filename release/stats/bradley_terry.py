"""Strengths of models from who was preferred to whom: Bradley and Terry's model by Newton's method."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from release.stats.clustered import NO_CLUSTER_SPREAD, one_cluster
from release.stats.estimate import Estimate
from release.stats.exact import Exact, exact
from release.stats.interval import StatisticsError
from release.stats.logit import Logit
from release.stats.sandwich import cluster_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Comparison(NamedTuple):
    """How two models did against each other, of one rater.

    Attributes:
        first: one model.
        second: the other.
        n: number of comparisons.
        wins: how many `first` won; a tie counts half, a share counts as such.
        cluster: the rater, or None where raters are not told apart.
    """

    first: str
    second: str
    n: int
    wins: Exact
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Strengths:
    """Fitted strengths.

    Attributes:
        of: model to its log-strength above the reference, which stands at 0.
        log_likelihood: of all comparisons.
    """

    of: Mapping[str, Estimate]
    log_likelihood: float


def bradley_terry(
    comparisons: Iterable[Comparison], *, reference: str, by: str | None = None
) -> Strengths | str:
    """Return the log-strength of every model, or the reason why the comparisons do not determine them.

    Without `by` the standard errors come from the information matrix, normal. With it they are the
    sandwich with one score per cluster, G/(G-1), t on G - 1. The strengths exist when no group of models
    always beats the rest.

    Source: Bradley & Terry 1952, Biometrika 39, 324-345; Ford 1957 for existence; Hunter 2004 for the fit.
    Oracle: choix.opt_pairwise, and papers' figures: A-B 70/30, A-C 85/15, B-C 65/35.

    Raises:
        StatisticsError: the reference was never compared.
    """
    held = [row for row in comparisons if row.n > 0]
    names = sorted({name for row in held for name in (row.first, row.second)})
    if reference not in names:
        raise StatisticsError(f"the reference {reference!r} was never compared")
    table = _pair_totals(held)
    unbeaten = _undetermined(names, table)
    if unbeaten:
        return unbeaten
    import numpy as np

    design = _Design(names, reference)
    model = Logit(
        np.array([design.row(one, two) for one, two in table]),
        np.array([float(n) for n, _ in table.values()]),
        np.array([float(wins) for _, wins in table.values()]),
    )
    theta = model.fit()
    spread = _spread(held, design, theta, np.linalg.inv(model.information(theta)), by)
    n = sum(row.n for row in held)
    zero = Estimate(0.0, None, spread.df, spread.method, n, spread.clusters, "the reference stands at 0")
    estimates = {reference: zero}
    for place, name in enumerate(design.free):
        se = spread.errors[place]
        reason = spread.reason if spread.refused else None if se else NO_CLUSTER_SPREAD
        value = None if spread.refused else float(theta[place])
        estimates[name] = Estimate(value, se, spread.df, spread.method, n, spread.clusters, reason)
    return Strengths(estimates, model.log_likelihood(theta))


def _pair_totals(rows: Iterable[Comparison]) -> dict[tuple[str, str], tuple[int, Fraction]]:
    table: dict[tuple[str, str], tuple[int, Fraction]] = {}
    for row in rows:
        wins = exact(row.wins)
        if row.first == row.second or not 0 <= wins <= row.n:
            raise StatisticsError("a comparison is between two models, and its wins fit in its number")
        ordered = row.first < row.second
        pair = (row.first, row.second) if ordered else (row.second, row.first)
        n, total = table.get(pair, (0, Fraction(0)))
        table[pair] = (n + row.n, total + (wins if ordered else row.n - wins))
    return dict(sorted(table.items()))


def _undetermined(names: Sequence[str], table: Mapping[tuple[str, str], tuple[int, Fraction]]) -> str:
    """Return why strengths do not exist, or nothing: everybody must be reachable by wins and by losses."""
    beats: dict[str, set[str]] = {name: set() for name in names}
    beaten: dict[str, set[str]] = {name: set() for name in names}
    for (one, two), (n, wins) in table.items():
        for winner, loser, won in ((one, two, wins), (two, one, n - wins)):
            if won > 0:
                beats[winner].add(loser)
                beaten[loser].add(winner)
    for step in (beats, beaten):
        reached, front = {names[0]}, [names[0]]
        while front:
            for other in step[front.pop()] - reached:
                reached.add(other)
                front.append(other)
        if len(reached) < len(names):
            apart = ", ".join(sorted(set(names) - reached)[:5])
            return (
                f"strengths are not determined: no chain of wins leads from some models to others ({apart})"
            )
    return ""


class _Design:
    """Which model stands in which column; the reference has none."""

    def __init__(self, names: Sequence[str], reference: str) -> None:
        self.free = [name for name in names if name != reference]
        self._place = {name: place for place, name in enumerate(self.free)}

    def row(self, first: str, second: str) -> NDArray[Any]:
        """Return +1 for the first model and -1 for the second."""
        import numpy as np

        row = np.zeros(len(self.free))
        for name, sign in ((first, 1.0), (second, -1.0)):
            if name in self._place:
                row[self._place[name]] = sign
        return row


@dataclass(frozen=True, slots=True)
class _Spread:
    """Standard errors of the free strengths and what they are."""

    errors: Sequence[float | None]
    df: float | None
    clusters: int | None
    method: str
    refused: bool = False
    reason: str | None = None


def _spread(
    rows: Sequence[Comparison],
    design: _Design,
    theta: NDArray[Any],
    inverse: NDArray[Any],
    by: str | None,
) -> _Spread:
    import numpy as np
    from scipy import special

    if by is None:
        return _Spread([float(error) for error in np.sqrt(np.diag(inverse))], None, None, "information")
    scores: dict[str, NDArray[Any]] = {}
    for row in sorted(rows, key=lambda row: (str(row.cluster), row.first, row.second, exact(row.wins))):
        direction = design.row(row.first, row.second)
        surprise = float(exact(row.wins)) - row.n * float(special.expit(direction @ theta))
        key = str(row.cluster)
        scores[key] = scores.get(key, np.zeros(len(design.free))) + surprise * direction
    size = len(scores)
    method = f"sandwich clustered by {by}"
    if size < 2:
        return _Spread([None] * len(design.free), None, size, method, refused=True, reason=one_cluster(by))
    errors = cluster_errors(inverse, scores)
    return _Spread(errors, size - 1, size, method)
