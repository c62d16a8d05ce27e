"""Means of rows that come in clusters (raters, prompts, testers …), from each cluster's exact sum.

Rows of one cluster resemble each other, so they say less than as many independent rows. With ten clusters
and more the variance is the cluster-robust one (CR1 of an intercept-only regression); with two to nine
that is too small, and the spread of the clusters' own means is used instead; one cluster says nothing
about others and is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from release.base.record import Record
from release.stats.distributions import two_sided_quantile
from release.stats.estimate import Estimate
from release.stats.exact import Exact, common_scale, exact, square_root
from release.stats.interval import StatisticsError
from release.stats.means import Sums, satterthwaite

ENOUGH_CLUSTERS = 10
"""Fewer than this many get the spread of their means. Esarey & Menger 2015 on why few clusters mislead."""

NO_CLUSTER_SPREAD = "the clusters do not differ, so nothing tells how far the figure could be off"


class Cluster(NamedTuple):
    """The rows of one cluster.

    Attributes:
        n: number of rows.
        total: exact sum of their values.
    """

    n: int
    total: Exact


Clusters = Mapping[str, Cluster]


class Covariance(Record):
    """Exact variances and covariance of the means of two arms.

    Attributes:
        first: variance of the first arm's mean.
        second: variance of the second arm's mean.
        cross: their covariance; 0 when the arms have no cluster in common.
        df: degrees of freedom of a ratio of the two.
        df_difference: degrees of freedom of their difference.
        clusters: number of clusters that carry it.
        method: how it was computed.
    """

    first: Fraction
    second: Fraction
    cross: Fraction
    df: float
    df_difference: float
    clusters: int
    method: str

    @property
    def of_difference(self) -> Fraction:
        """The variance of the second mean minus the first."""
        return self.first + self.second - 2 * self.cross


def repeats(*arms: Clusters) -> bool:
    """Tell whether any cluster holds two rows over all the arms together; else rows are independent."""
    if any(cluster.n >= 2 for arm in arms for cluster in arm.values()):
        return True
    return len({key for arm in arms for key in arm}) < sum(len(arm) for arm in arms)


def one_cluster(by: str) -> str:
    """Return the reason for refusing what rests on one cluster."""
    return f"all rows come from one {by}: nothing tells how another would differ"


def clustered_mean(clusters: Collection[Cluster], *, by: str = "cluster") -> Estimate:
    """Return the pooled mean of all rows with an interval that takes clusters into account.

    G >= 10: V = G/(G-1) x sum of (cluster sum of deviations)^2 / N^2, t on G - 1. G of 2 to 9: sd of the
    cluster means / sqrt(G), t on G - 1. G = 1: refused.

    Source: Liang & Zeger 1986, Biometrika 73, 13-22; Ibragimov & Müller 2010, J. Bus. Econ. Stat. 28,
    453-468.
    Oracle: statsmodels OLS(...).fit(cov_type="cluster"), without its factor (N-1)/(N-1) of one regressor.
    """
    held = [cluster for cluster in clusters if cluster.n > 0]
    n = sum(cluster.n for cluster in held)
    size = len(held)
    if size < 2:
        method = f"cluster-means by {by}"
        return Estimate(None, None, None, method, n, size, one_cluster(by) if size else "no rows")
    mean = _pooled_mean(held)
    if size < ENOUGH_CLUSTERS:
        variance, method = _means_variance(held), f"cluster-means by {by}"
    else:
        variance, method = cluster_robust_variance(held), f"cr1 clustered by {by}"
    if variance == 0:
        return Estimate(float(mean), None, None, method, n, size, NO_CLUSTER_SPREAD)
    return Estimate(float(mean), square_root(variance), size - 1, method, n, size)


def cluster_robust_variance(clusters: Collection[Cluster]) -> Fraction:
    """Return G/(G-1) x sum of squared cluster deviations / N^2, exact, for at least two clusters."""
    size = len(clusters)
    if size < 2:
        raise StatisticsError("a variance between clusters needs two of them")
    deviations, scale = _deviations(clusters)
    return Fraction(size, size - 1) * sum(number * number for number in deviations) / scale**2


def _deviations(clusters: Collection[Cluster]) -> tuple[list[int], int]:
    """Return each cluster's sum of deviations from the pooled mean over N, as integers and their scale."""
    totals, scale = common_scale(cluster.total for cluster in clusters)
    n = sum(cluster.n for cluster in clusters)
    whole = sum(totals)
    numbers = [own * n - cluster.n * whole for own, cluster in zip(totals, clusters, strict=True)]
    return numbers, scale * n * n


def _pooled_mean(clusters: Iterable[Cluster]) -> Fraction:
    held = list(clusters)
    totals, scale = common_scale(cluster.total for cluster in held)
    return Fraction(sum(totals), scale * sum(cluster.n for cluster in held))


def _means_variance(clusters: Collection[Cluster]) -> Fraction:
    """Return the variance of the mean of the clusters' means."""
    means = [exact(cluster.total) / cluster.n for cluster in clusters]
    return _sums(means).variance / len(means)


def _sums(numbers: Collection[Fraction]) -> Sums:
    return Sums(len(numbers), sum(numbers, Fraction(0)), sum((each * each for each in numbers), Fraction(0)))


def clustered_covariance(first: Clusters, second: Clusters, *, by: str = "cluster") -> Covariance | str:
    """Return the variances and covariance of two arms' means, or the reason for refusing them.

    Arms that share clusters: u_g = second arm's deviations / n_2 and first arm's / n_1 of the same
    cluster, with G/(G-1) over all clusters, t on G - 1; with 2 to 9 clusters the clusters' means in both
    arms. Arms without a common cluster: each arm's own variance; their difference has Welch and
    Satterthwaite's degrees of freedom.
    """
    first = {key: cluster for key, cluster in first.items() if cluster.n > 0}
    second = {key: cluster for key, cluster in second.items() if cluster.n > 0}
    if not first or not second:
        return "no rows in one of the two arms"
    if not first.keys() & second.keys():
        return _separate(first, second, by)
    if len(first.keys() | second.keys()) < ENOUGH_CLUSTERS:
        return _shared_few(first, second, by)
    return _shared(first, second, by)


def _separate(first: Clusters, second: Clusters, by: str) -> Covariance | str:
    if len(first) < 2 or len(second) < 2:
        return f"one arm's rows all come from one {by}: nothing tells how another would differ"
    variances = []
    for arm in (first, second):
        enough = len(arm) >= ENOUGH_CLUSTERS
        variances.append(cluster_robust_variance(arm.values()) if enough else _means_variance(arm.values()))
    df_1, df_2 = len(first) - 1, len(second) - 1
    few = min(len(first), len(second)) < ENOUGH_CLUSTERS
    method = f"cluster-means by {by}" if few else f"cr1 clustered by {by}"
    welch = satterthwaite(variances[0], df_1, variances[1], df_2) if any(variances) else min(df_1, df_2)
    clusters = len(first) + len(second)
    return Covariance(
        variances[0],
        variances[1],
        Fraction(0),
        min(df_1, df_2),
        welch,
        clusters,
        f"{method}, none in both arms",
    )


def _shared_few(first: Clusters, second: Clusters, by: str) -> Covariance | str:
    common = sorted(first.keys() & second.keys())
    size = len(common)
    if size < 2:
        return f"only one {by} is in both arms: nothing tells how another would differ"
    ones = [exact(first[key].total) / first[key].n for key in common]
    twos = [exact(second[key].total) / second[key].n for key in common]
    products = sum((one * two for one, two in zip(ones, twos, strict=True)), Fraction(0))
    cross = (products - sum(ones, Fraction(0)) * sum(twos, Fraction(0)) / size) / (size - 1)
    df = size - 1
    return Covariance(
        _sums(ones).variance / size,
        _sums(twos).variance / size,
        cross / size,
        df,
        df,
        size,
        f"cluster-means by {by}",
    )


def _shared(first: Clusters, second: Clusters, by: str) -> Covariance:
    size = len(first.keys() | second.keys())
    numbers_1, scale_1 = _deviations(first.values())
    numbers_2, scale_2 = _deviations(second.values())
    in_first = dict(zip(first, numbers_1, strict=True))
    products = sum(
        in_first[key] * number for key, number in zip(second, numbers_2, strict=True) if key in in_first
    )
    factor = Fraction(size, size - 1)
    return Covariance(
        factor * sum(number * number for number in numbers_1) / scale_1**2,
        factor * sum(number * number for number in numbers_2) / scale_2**2,
        factor * products / (scale_1 * scale_2),
        size - 1,
        size - 1,
        size,
        f"cr1 clustered by {by}",
    )


def clustered_difference(first: Clusters, second: Clusters, *, by: str = "cluster") -> Estimate:
    """Return the mean of `second` minus that of `first`, with clusters that may have rows in both arms.

    Oracle: statsmodels OLS on an arm dummy with cov_type="cluster" (without its small-sample factor).
    """
    n = sum(cluster.n for arm in (first, second) for cluster in arm.values())
    spread = clustered_covariance(first, second, by=by)
    if isinstance(spread, str):
        return Estimate(None, None, None, f"cluster-means by {by}", n, 1, spread)
    value = float(_pooled_mean(second.values()) - _pooled_mean(first.values()))
    if spread.of_difference == 0:
        return Estimate(value, None, None, spread.method, n, spread.clusters, NO_CLUSTER_SPREAD)
    se = square_root(spread.of_difference)
    return Estimate(value, se, spread.df_difference, spread.method, n, spread.clusters)


class Moments(Record):
    """Exact sums over clusters, however many, that give the pooled mean and its cluster-robust variance.

    With n rows and total t in a cluster, the squared deviations add up to t^2 - 2 m n t + m^2 n^2.

    Attributes:
        groups: number of clusters.
        n: sum of n, the rows.
        total: sum of t.
        squares: sum of t^2.
        products: sum of n t.
        sizes: sum of n^2.
        few: the clusters themselves where there are fewer than ten, else empty.
    """

    groups: int
    n: int
    total: Exact
    squares: Exact
    products: Exact
    sizes: int
    few: tuple[Cluster, ...] = ()

    @property
    def mean(self) -> Fraction:
        """The pooled mean."""
        return exact(self.total) / self.n

    @property
    def variance(self) -> Fraction:
        """G/(G-1) x sum of squared cluster deviations / N^2."""
        mean = self.mean
        deviations = exact(self.squares) - 2 * mean * exact(self.products) + mean * mean * self.sizes
        return Fraction(self.groups, self.groups - 1) * deviations / self.n**2

    def one_way(self, by: str) -> Estimate:
        """Return the pooled mean clustered this way alone, as `clustered_mean` does."""
        if self.groups < ENOUGH_CLUSTERS:
            return clustered_mean(self.few, by=by)
        method, value = f"cr1 clustered by {by}", float(self.mean)
        if self.variance == 0:
            return Estimate(value, None, None, method, self.n, self.groups, NO_CLUSTER_SPREAD)
        return Estimate(value, square_root(self.variance), self.groups - 1, method, self.n, self.groups)


def moments_of(clusters: Collection[Cluster]) -> Moments:
    """Return the sums over some clusters."""
    held = [cluster for cluster in clusters if cluster.n > 0]
    totals, scale = common_scale(cluster.total for cluster in held)
    sizes = [cluster.n for cluster in held]
    return Moments(
        len(held),
        sum(sizes),
        Fraction(sum(totals), scale),
        Fraction(sum(total * total for total in totals), scale * scale),
        Fraction(sum(n * total for n, total in zip(sizes, totals, strict=True)), scale),
        sum(n * n for n in sizes),
        tuple(held) if len(held) < ENOUGH_CLUSTERS else (),
    )


def two_way_mean(
    first: Moments, second: Moments, both: Moments, *, by: tuple[str, str], level: float = 0.95
) -> Estimate:
    """Return the pooled mean of rows that share clusters in two ways, such as raters and items.

    V = V(first way) + V(second way) - V(both), each with its G/(G-1), t on the smaller G - 1. That can be 0
    or negative; then the wider of the two one-way intervals stands.

    Args:
        first: clusters of the first way.
        second: clusters of the second way.
        both: clusters of rows that share both.
        by: what the two ways are.
        level: confidence level at which the wider is chosen.

    Source: Cameron, Gelbach & Miller 2011, J. Bus. Econ. Stat. 29, 238-249.
    Oracle: three statsmodels OLS fits with cov_type="cluster".
    """
    for way, name in zip((first, second), by, strict=True):
        if way.groups < 2:
            return Estimate(None, None, None, "cr1 two-way", way.n, way.groups, one_cluster(name))
    variance = first.variance + second.variance - both.variance
    if variance > 0:
        clusters = min(first.groups, second.groups)
        method = f"cr1 two-way clustered by {by[0]} and {by[1]}"
        return Estimate(float(first.mean), square_root(variance), clusters - 1, method, first.n, clusters)
    one_ways = [first.one_way(by[0]), second.one_way(by[1])]
    return max(one_ways, key=lambda estimate: _half_width(estimate, level))


def _half_width(estimate: Estimate, level: float) -> float:
    return 0.0 if estimate.se is None else estimate.se * two_sided_quantile(level, estimate.df)
