"""The interval that fits an arm's rows: one place decides between independent and clustered rows.

An arm is a group of rows that one figure is computed from: a stage, a group of people, a model. Its
clusters are given where the kind clusters at all; whether they matter is decided here, on the rows of the
figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from release.base.record import EMPTY, Record
from release.stats.clustered import (
    Cluster,
    Clusters,
    Moments,
    clustered_covariance,
    clustered_difference,
    clustered_mean,
    repeats,
)
from release.stats.estimate import Estimate
from release.stats.exact import Exact, exact, total
from release.stats.interval import Statistic
from release.stats.means import NO_VALUES, ONE_VALUE, Sums, paired, t_mean, welch
from release.stats.proportion import newcombe, unpooled_difference, wilson
from release.stats.ratio import Joint, fieller


class Arm(Record):
    """Exact sums of a group of rows.

    Attributes:
        sums: over all rows; for 0/1 values the squares equal the total.
        clusters: the same by cluster; empty where rows are taken as independent.
        by: what the clusters are, for the method's name.
        moments: sums over the clusters instead of the clusters, for an arm that is compared with no other.
    """

    sums: Sums
    clusters: Clusters = EMPTY
    by: str = ""
    moments: Moments | None = None

    @property
    def n(self) -> int:
        """Number of rows."""
        return self.sums.n

    @property
    def clustered(self) -> bool:
        """Whether some cluster holds two rows."""
        if self.moments is not None:
            return self.moments.sizes > self.moments.n
        return repeats(self.clusters)


NO_ARM = Arm(Sums(0, 0, 0))
"""No rows at all."""


def arm_of(rows: Iterable[tuple[str | None, int, Exact, Exact]], *, by: str | None = None) -> Arm:
    """Build an arm from (cluster, n, total, squares), one per cluster; clusters count only with `by`."""
    held = [row for row in rows if row[1] > 0]
    clusters: dict[str, Cluster] = {}
    for key, count, own, _ in held if by is not None else ():
        name = str(key)
        seen = clusters.get(name)
        clusters[name] = Cluster(count, own) if seen is None else _joined(seen, Cluster(count, own))
    sums = Sums(
        sum(count for _, count, _, _ in held),
        total([own for _, _, own, _ in held]),
        total([squares for _, _, _, squares in held]),
    )
    return Arm(sums, clusters, by or "")


def _joined(one: Cluster, two: Cluster) -> Cluster:
    return Cluster(one.n + two.n, exact(one.total) + exact(two.total))


def proportion(arm: Arm, *, level: float) -> Statistic:
    """Return a share of 0/1 rows (ties may count half): Wilson, or by cluster cut at 0 and 1.

    When the clusters do not differ at all, Wilson on the rows stands in, and the method says so.
    """
    if arm.n == 0:
        return Statistic.refused(NO_VALUES, method="wilson", n=0)
    if not arm.clustered:
        return wilson(arm.sums.total, arm.n, level=level)
    return proportion_or_wilson(mean_estimate(arm), arm.sums.total, level=level)


def proportion_or_wilson(estimate: Estimate, successes: Exact, *, level: float) -> Statistic:
    """Return a clustered share cut at 0 and 1; where its clusters have no variance, Wilson on the rows."""
    if estimate.value is not None and estimate.se is None:
        plain = wilson(successes, estimate.n, level=level)
        method = f"wilson on rows: no variance ({estimate.method})"
        return plain.but(method=method, clusters=estimate.clusters)
    return estimate.statistic(level, floor=0.0, ceiling=1.0)


def mean_estimate(arm: Arm) -> Estimate:
    """Return the mean of an arm: t on n - 1, or by cluster."""
    if not arm.clustered:
        return t_mean(arm.sums)
    if arm.moments is not None:
        return arm.moments.one_way(arm.by)
    return clustered_mean(arm.clusters.values(), by=arm.by)


def mean(arm: Arm, *, level: float, floor: float | None = None, ceiling: float | None = None) -> Statistic:
    """Return the mean with its interval."""
    return mean_estimate(arm).statistic(level, floor=floor, ceiling=ceiling)


class Difference(Record):
    """The second arm minus the first.

    Attributes:
        statistic: the difference with its interval.
        estimate: what equivalence tests and detectable differences are computed from.
    """

    statistic: Statistic
    estimate: Estimate


def difference(first: Arm, second: Arm, *, level: float, shares: bool) -> Difference:
    """Return the second arm's mean minus the first's: Newcombe for shares, Welch for means, or by cluster.

    Args:
        first: the arm before, or the reference.
        second: the arm after.
        level: confidence level.
        shares: whether rows are 0/1.
    """
    if first.n == 0 or second.n == 0:
        method = "newcombe" if shares else "welch"
        nothing = Estimate(None, None, None, method, first.n + second.n, reason=NO_VALUES)
        return Difference(nothing.statistic(level), nothing)
    if _clustered(first, second):
        estimate = clustered_difference(first.clusters, second.clusters, by=first.by)
        return Difference(estimate.statistic(level), estimate)
    if shares:
        counts = (first.sums.total, first.n, second.sums.total, second.n)
        return Difference(newcombe(*counts, level=level), unpooled_difference(*counts))
    estimate = welch(first.sums, second.sums)
    return Difference(estimate.statistic(level), estimate)


def _clustered(first: Arm, second: Arm) -> bool:
    return bool(first.clusters) and bool(second.clusters) and repeats(first.clusters, second.clusters)


def paired_change(pairs: Arm, *, level: float) -> Difference:
    """Return the mean of differences on the same items, whose sums `pairs` holds: paired t, or by cluster."""
    if pairs.clustered:
        found = clustered_mean(pairs.clusters.values(), by=pairs.by)
        estimate = found.but(method=f"{found.method}, paired")
    else:
        estimate = paired(pairs.sums)
    return Difference(estimate.statistic(level), estimate)


def ratio(first: Arm, second: Arm, *, level: float, shares: bool) -> Statistic:
    """Return the second arm's mean over the first's by Fieller: z on counts, t by cluster.

    Independent arms have the variance p(1-p)/n (shares) or s^2/n and no covariance.
    """
    n = first.n + second.n
    if first.n == 0 or second.n == 0:
        return Statistic.refused(NO_VALUES, method="fieller", n=n)
    above, below = float(second.sums.mean), float(first.sums.mean)
    if _clustered(first, second):
        spread = clustered_covariance(first.clusters, second.clusters, by=first.by)
        if isinstance(spread, str):
            return Statistic.refused(spread, method="fieller", n=n, clusters=1)
        joint = Joint(above, below, float(spread.second), float(spread.first), float(spread.cross), spread.df)
        found = fieller(joint, n=n, level=level, clusters=spread.clusters)
        return found.but(method=f"{found.method} clustered by {first.by}")
    variances = [_variance_of_mean(arm.sums, shares=shares) for arm in (first, second)]
    if variances[0] is None or variances[1] is None:
        return Statistic(above / below if below else None, method="fieller", n=n, reason=ONE_VALUE)
    return fieller(Joint(above, below, float(variances[1]), float(variances[0])), n=n, level=level)


def _variance_of_mean(sums: Sums, *, shares: bool) -> Fraction | None:
    if shares:
        return sums.mean * (1 - sums.mean) / sums.n
    return sums.variance / sums.n if sums.n > 1 else None


class Pairs(Record):
    """Exact sums of pairs of values on the same items.

    Attributes:
        first: sums of the first values.
        second: sums of the second values.
        products: sum of first x second.
    """

    first: Sums
    second: Sums
    products: Exact

    @property
    def differences(self) -> Sums:
        """The sums of second minus first."""
        squares = exact(self.first.squares) + exact(self.second.squares) - 2 * exact(self.products)
        return Sums(self.first.n, exact(self.second.total) - exact(self.first.total), squares)

    @property
    def covariance(self) -> Fraction:
        """The sample covariance, with n - 1."""
        n = self.first.n
        cross = exact(self.products) - exact(self.first.total) * exact(self.second.total) / n
        return cross / (n - 1)


def paired_joint(pairs: Pairs) -> Joint | None:
    """Return the means of second and first values with variances and covariance, t on n - 1, or None."""
    n = pairs.first.n
    if n < 2:
        return None
    return Joint(
        float(pairs.second.mean),
        float(pairs.first.mean),
        float(pairs.second.variance / n),
        float(pairs.first.variance / n),
        float(pairs.covariance / n),
        n - 1,
    )


def paired_ratio(pairs: Pairs, *, level: float) -> Statistic:
    """Return the second mean over the first on the same items, by Fieller with their covariance."""
    n = pairs.first.n
    joint = paired_joint(pairs)
    if joint is None:
        return Statistic.refused(ONE_VALUE, method="fieller paired", n=n)
    found = fieller(joint, n=n, level=level)
    return found.but(method=f"{found.method} paired")


def clusters_of(*arms: Arm) -> int:
    """Return how many different clusters the rows of some arms fall into."""
    return len({key for arm in arms for key in arm.clusters})


def merged(arms: Iterable[Arm]) -> Arm:
    """Return one arm of the rows of several."""
    rows: list[Arm] = list(arms)
    clusters: dict[str, Cluster] = {}
    for each in rows:
        for key, cluster in each.clusters.items():
            clusters[key] = _joined(clusters[key], cluster) if key in clusters else cluster
    sums = Sums(
        sum(each.n for each in rows),
        total([each.sums.total for each in rows]),
        total([each.sums.squares for each in rows]),
    )
    return Arm(sums, clusters, rows[0].by if rows else "")
