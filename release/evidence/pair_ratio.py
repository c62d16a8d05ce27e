"""The ratio of two numbers that every row has, such as two gaps between three models on the same item."""

from __future__ import annotations

from dataclasses import dataclass

from release.evidence.rows import Rows
from release.evidence.terms import Term
from release.stats.arms import Arm, Pairs, arm_of, paired_joint
from release.stats.clustered import clustered_covariance, one_cluster
from release.stats.interval import Statistic
from release.stats.means import Sums
from release.stats.ratio import Joint, fieller


@dataclass(frozen=True, slots=True)
class RowPairs:
    """Exact sums of two numbers of each row.

    Attributes:
        above: the numerator's arm.
        below: the denominator's arm.
        products: sum of numerator x denominator.
    """

    above: Arm
    below: Arm
    products: Pairs

    def ratio(self, level: float) -> Statistic:
        """Return mean of the numerator / mean of the denominator by Fieller, with their covariance.

        t on n - 1 over rows; by cluster where clusters repeat.
        """
        n = self.above.n
        if not self.above.clustered:
            joint = paired_joint(self.products)
            if joint is None:
                return Statistic.refused("one row has no spread", method="fieller", n=n)
            return fieller(joint, n=n, level=level)
        by = self.above.by
        spread = clustered_covariance(self.below.clusters, self.above.clusters, by=by)
        if isinstance(spread, str):
            return Statistic.refused(one_cluster(by), method="fieller", n=n, clusters=1)
        joint = Joint(
            float(self.above.sums.mean),
            float(self.below.sums.mean),
            float(spread.second),
            float(spread.first),
            float(spread.cross),
            spread.df,
        )
        found = fieller(joint, n=n, level=level, clusters=spread.clusters)
        return found.but(method=f"{found.method} clustered by {by}")


def row_pairs(
    rows: Rows,
    above: Term,
    below: Term,
    *,
    cluster: str | None = None,
    where: str = "",
    source: str = "rows",
) -> RowPairs | None:
    """Return the sums of two terms over the rows, by cluster; None when there are no rows."""
    if cluster is not None and not rows.repeats(cluster, where=where, source=source):
        cluster = None
    terms = {"a": above, "b": below, "aa": above * above, "bb": below * below, "ab": above * below}
    groups = rows.sums(terms, by=[cluster] if cluster else [], where=where, source=source)
    arms = {
        name: arm_of(
            (
                (group.key[0] if cluster else None, group.n, group.sums[name], group.sums[2 * name])
                for group in groups
            ),
            by=cluster,
        )
        for name in ("a", "b")
    }
    if arms["a"].n == 0:
        return None
    product = sum((group.sums["ab"] for group in groups), start=groups[0].sums["ab"] * 0)
    pairs = Pairs(_sums(arms["b"]), _sums(arms["a"]), product)
    return RowPairs(arms["a"], arms["b"], pairs)


def _sums(arm: Arm) -> Sums:
    return arm.sums
