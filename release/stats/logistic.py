"""A small logistic regression: the chance of winning when one thing, such as length, is held equal."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from release.stats.clustered import NO_CLUSTER_SPREAD, one_cluster
from release.stats.distributions import two_sided_quantile
from release.stats.estimate import Estimate
from release.stats.exact import Exact, common_scale
from release.stats.interval import Statistic, StatisticsError
from release.stats.logit import Logit
from release.stats.sandwich import cluster_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEPARATED = "the outcomes are separated by the difference, so no chance at 0 can be fitted"


class Outcome(NamedTuple):
    """Rows that share a value of the covariate.

    Attributes:
        x: the covariate.
        n: number of rows.
        wins: sum of their outcomes, each 0 to 1.
        cluster: the cluster of the rows, or None where they are taken as independent.
    """

    x: Exact
    n: int
    wins: Exact
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted log-odds line.

    Attributes:
        intercept: log-odds where the covariate is 0.
        slope: change of the log-odds per standard deviation of the covariate.
    """

    intercept: Estimate
    slope: Estimate

    def chance_at_zero(self, level: float) -> Statistic:
        """Return the chance where the covariate is 0, its interval through the log-odds."""
        found = self.intercept
        if found.value is None:
            return Statistic.refused(
                found.reason or "", method=found.method, n=found.n, clusters=found.clusters
            )
        value = _chance(found.value)
        if found.se is None:
            return Statistic(
                value,
                level=level,
                method=found.method,
                n=found.n,
                clusters=found.clusters,
                reason=found.reason,
            )
        half = two_sided_quantile(level, found.df) * found.se
        low, high = _chance(found.value - half), _chance(found.value + half)
        return Statistic(value, low, high, level, found.method, found.n, found.clusters)


def _chance(log_odds: float) -> float:
    return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else 1 - 1 / (1 + math.exp(log_odds))


def logistic_line(outcomes: Iterable[Outcome], *, by: str | None = None) -> Line | str:
    """Return the log-odds of winning along one covariate, or the reason why it cannot be fitted.

    The covariate is divided by its standard deviation and not centred, so that the intercept is the
    log-odds where it is 0. Without `by` standard errors come from the information matrix, normal; with it
    from the sandwich with one score per cluster, G/(G-1), t on G - 1. Outcomes between 0 and 1 (ties,
    shares) are fractional responses.

    Source: McCullagh & Nelder 1989, Generalized Linear Models, chapter 4; Papke & Wooldridge 1996 for
    fractions.
    Oracle: statsmodels GLM(family=Binomial()).fit(), cov_type="cluster".
    """
    held = sorted(
        (row for row in outcomes if row.n > 0), key=lambda row: (str(row.cluster), row.x, row.wins, row.n)
    )
    n = sum(row.n for row in held)
    if n < 3:
        return "a line through log-odds needs three rows"
    integers, _ = common_scale(row.x for row in held)
    won, whole_win = common_scale(row.wins for row in held)
    if any(not 0 <= own <= row.n * whole_win for row, own in zip(held, won, strict=True)):
        raise StatisticsError("outcomes lie between 0 and 1")
    whole = sum(row.n * x for row, x in zip(held, integers, strict=True))
    spread = n * sum(row.n * x * x for row, x in zip(held, integers, strict=True)) - whole * whole
    if spread == 0:
        return "the difference is the same in all rows, so its effect cannot be told apart"
    wins = [x for x, own in zip(integers, won, strict=True) if own > 0]
    losses = [x for x, row, own in zip(integers, held, won, strict=True) if own < row.n * whole_win]
    if not wins or not losses or max(wins) <= min(losses) or max(losses) <= min(wins):
        return SEPARATED
    import numpy as np

    deviation = math.sqrt(Fraction(spread, n * (n - 1)))
    xs = np.array([x / deviation for x in integers])
    counts = np.array([float(row.n) for row in held])
    model = Logit(np.column_stack([np.ones(len(xs)), xs]), counts, np.array([own / whole_win for own in won]))
    beta = model.fit()
    if by is None:
        errors = np.sqrt(np.diag(np.linalg.inv(model.information(beta))))
        intercept, slope = (
            Estimate(float(b), float(e), None, "information", n) for b, e in zip(beta, errors, strict=True)
        )
        return Line(intercept, slope)
    return _clustered_line(model, beta, [str(row.cluster) for row in held], by)


def _clustered_line(model: Logit, beta: NDArray[Any], clusters: list[str], by: str) -> Line:
    import numpy as np

    n = int(model.counts.sum())
    scores: dict[str, NDArray[Any]] = {}
    parts = model.design * (model.wins - model.counts * model.chances(beta))[:, None]
    for key, part in zip(clusters, parts, strict=True):
        scores[key] = scores.get(key, np.zeros(2)) + part
    size = len(scores)
    method = f"sandwich clustered by {by}"
    if size < 2:
        refused = Estimate(None, None, None, method, n, size, one_cluster(by))
        return Line(refused, refused)
    errors = cluster_errors(np.linalg.inv(model.information(beta)), scores)
    intercept, slope = (
        Estimate(float(value), se, size - 1, method, n, size, None if se else NO_CLUSTER_SPREAD)
        for value, se in zip(beta, errors, strict=True)
    )
    return Line(intercept, slope)
