"""The area under the ROC curve from counts per score, ties counting half, with DeLong's variance."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from release.base.record import Record
from release.stats.clustered import NO_CLUSTER_SPREAD, one_cluster
from release.stats.estimate import Estimate
from release.stats.exact import Exact, exact, square_root
from release.stats.interval import StatisticsError

PERFECT = "every positive ranks above every negative or none does, so the ranks have no spread"


class ScoreCount(NamedTuple):
    """How many rows of each class have one score.

    Attributes:
        score: the score, compared exactly.
        positives: rows of the class that should score high.
        negatives: rows of the other class.
    """

    score: Exact
    positives: int
    negatives: int


class RankSums(Record):
    """Whole-number sums over ranks: all that area and variance need, and all that an engine has to return.

    For a positive row, w = 2 x negatives below it + negatives tied with it; for a negative row, v likewise
    with the positives above it.

    Attributes:
        positives: number of positive rows.
        negatives: number of negative rows.
        wins: sum of w over positives (it equals the sum of v over negatives).
        positive_squares: sum of w^2 over positives.
        negative_squares: sum of v^2 over negatives.
    """

    positives: int
    negatives: int
    wins: int
    positive_squares: int
    negative_squares: int


class _Placed(NamedTuple):
    """A score with its placements: w of its positives, v of its negatives."""

    rows: ScoreCount
    of_positive: int
    of_negative: int


def _placed(table: Iterable[ScoreCount]) -> list[_Placed]:
    joined: dict[Fraction, list[int]] = {}
    for row in table:
        if row.positives < 0 or row.negatives < 0:
            raise StatisticsError("counts of rows are not negative")
        counts = joined.setdefault(exact(row.score), [0, 0])
        counts[0] += row.positives
        counts[1] += row.negatives
    placed = []
    above = sum(positives for positives, _ in joined.values())
    below = 0
    for score in sorted(joined):
        positives, negatives = joined[score]
        above -= positives
        placed.append(
            _Placed(ScoreCount(score, positives, negatives), 2 * below + negatives, 2 * above + positives)
        )
        below += negatives
    return placed


def rank_sums(table: Iterable[ScoreCount]) -> RankSums:
    """Return the sums over ranks of a table of counts per score, in any order."""
    placed = _placed(table)
    return RankSums(
        sum(row.rows.positives for row in placed),
        sum(row.rows.negatives for row in placed),
        sum(row.rows.positives * row.of_positive for row in placed),
        sum(row.rows.positives * row.of_positive**2 for row in placed),
        sum(row.rows.negatives * row.of_negative**2 for row in placed),
    )


def _no_class(positives: int, negatives: int) -> Estimate | None:
    if positives and negatives:
        return None
    return Estimate(
        None, None, None, "delong", positives + negatives, reason="rows of one class only: nothing to rank"
    )


def delong(sums: RankSums) -> Estimate:
    """Return the area under the curve with its standard error, normal.

    Source: DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44, 837-845; Sun & Xu 2014 for the rank form.
    Oracle: sklearn roc_auc_score for the area; placements written out, in the tests, for the variance.
    """
    m, k = sums.positives, sums.negatives
    nothing = _no_class(m, k)
    if nothing is not None:
        return nothing
    n = m + k
    area = Fraction(sums.wins, 2 * m * k)
    if m < 2 or k < 2:
        return Estimate(float(area), None, None, "delong", n, reason="one row of a class has no spread")
    spread_positives = Fraction(sums.positive_squares, 4 * k * k) - m * area**2
    spread_negatives = Fraction(sums.negative_squares, 4 * m * m) - k * area**2
    variance = spread_positives / (m * (m - 1)) + spread_negatives / (k * (k - 1))
    if variance == 0:
        return Estimate(float(area), None, None, "delong", n, reason=PERFECT)
    return Estimate(float(area), square_root(variance), None, "delong", n)


def delong_clustered(tables: dict[str, list[ScoreCount]], *, by: str) -> Estimate:
    """Return the area under the curve with a variance between clusters of its linearised form, t on G - 1.

    u_g = sum of (w / 2k - area) / m over the cluster's positives + (v / 2m - area) / k over its negatives.

    Source: Obuchowski 1997, Biometrics 53, 567-578, with the factor G/(G-1). Oracle: written out, in the
    tests.
    """
    placed = {exact(row.rows.score): row for row in _placed(row for rows in tables.values() for row in rows)}
    m = sum(row.rows.positives for row in placed.values())
    k = sum(row.rows.negatives for row in placed.values())
    nothing = _no_class(m, k)
    if nothing is not None:
        return nothing
    size = len(tables)
    method = f"delong clustered by {by}"
    if size < 2:
        return Estimate(None, None, None, method, m + k, size, one_cluster(by))
    area = Fraction(sum(row.rows.positives * row.of_positive for row in placed.values()), 2 * m * k)
    variance = Fraction(0)
    for rows in tables.values():
        deviation = Fraction(0)
        for row in rows:
            place = placed[exact(row.score)]
            deviation += row.positives * (Fraction(place.of_positive, 2 * k) - area) / m
            deviation += row.negatives * (Fraction(place.of_negative, 2 * m) - area) / k
        variance += deviation**2
    if variance == 0:
        return Estimate(float(area), None, None, method, m + k, size, NO_CLUSTER_SPREAD)
    return Estimate(
        float(area), square_root(variance * Fraction(size, size - 1)), size - 1, method, m + k, size
    )
