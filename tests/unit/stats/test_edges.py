"""What a formula is not defined for, and what rows cannot tell: refused by name, never guessed."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.stats import arms, distributions, power, proportion
from release.stats.agreement import cohen_kappa, interval_alpha, nominal_alpha, nominal_alphas, nominal_sums
from release.stats.auc import ScoreCount, delong, delong_clustered, rank_sums
from release.stats.bootstrap import percentile
from release.stats.bradley_terry import Comparison, Strengths, bradley_terry
from release.stats.clustered import (
    Cluster,
    cluster_robust_variance,
    clustered_covariance,
    clustered_difference,
    clustered_mean,
    moments_of,
    repeats,
    two_way_mean,
)
from release.stats.correlation import pearson
from release.stats.estimate import Estimate, equivalence
from release.stats.exact import common_scale, exact, square_root, total, written
from release.stats.interval import METHODS, Interval, Statistic, StatisticsError
from release.stats.logistic import Line, Outcome, logistic_line
from release.stats.means import Sums, paired, sums_of, t_mean, welch
from release.stats.multiplicity import holm
from release.stats.poisson import garwood, garwood_upper, rate, rate_ratio, rate_upper
from release.stats.powerlaw import Fit, Run, fit_loss, fit_pass_rate
from release.stats.ratio import Joint, fieller, fieller_g

OUT_OF_RANGE: list[Callable[[], object]] = [
    lambda: proportion.wilson(3, 2),
    lambda: proportion.wilson(-1, 2),
    lambda: proportion.wilson(0, 0),
    lambda: proportion.wilson(1, 2, level=1.0),
    lambda: proportion.clopper_pearson(1, 2, level=math.nan),
    lambda: proportion.clopper_pearson_upper(3, 2),
    lambda: proportion.mcnemar_p(-1, 2),
    lambda: proportion.predictive_value(1.2, 0, 0),
    lambda: distributions.normal_quantile(1.0),
    lambda: distributions.t_quantile(0.0, 3),
    lambda: distributions.t_tail(1.0, -2),
    lambda: distributions.t_quantile(0.5, math.inf),
    lambda: exact(math.inf),
    lambda: exact(math.nan),
    lambda: written(math.inf),
    lambda: square_root(Fraction(-1)),
    lambda: Sums(-1, 0, 0),
    lambda: Sums(0, 0, 0).mean,
    lambda: Sums(1, 1, 1).variance,
    lambda: Sums(2, 4, 1).variance,
    lambda: garwood(-1),
    lambda: garwood_upper(-1),
    lambda: rate(1, 0),
    lambda: rate_upper(1, -3),
    lambda: rate_ratio(1, 0, 1, 1),
    lambda: rate_ratio(-1, 1, 1, 1),
    lambda: holm([0.5, 1.5]),
    lambda: equivalence(Estimate(0.0, 1.0, None, "t", 3), 0),
    lambda: equivalence(Estimate(0.0, 1.0, None, "t", 3), 1, level=0.4),
    lambda: fieller(Joint(1, 1, 0.1, 0.1, 0.2), n=3),
    lambda: fieller(Joint(1, 1, -0.1, 0.1), n=3),
    lambda: cluster_robust_variance([Cluster(2, 1)]),
    lambda: rank_sums([ScoreCount(1, -1, 0)]),
    lambda: cohen_kappa([[1, 2]]),
    lambda: cohen_kappa([[1, -2], [0, 0]]),
    lambda: percentile([[1.0], [2.0]], lambda totals: totals[:, 0], seed=1, draws=0),
    lambda: bradley_terry([Comparison("a", "b", 2, 1)], reference="c"),
    lambda: bradley_terry([Comparison("a", "a", 2, 1)], reference="a"),
    lambda: bradley_terry([Comparison("a", "b", 2, 3)], reference="a"),
    lambda: logistic_line([Outcome(x, 1, 2) for x in range(4)]),
    lambda: fit_loss([Run(-1.0, 1.0)] * 5),
    lambda: fit_pass_rate([Run(float(x), 1.5) for x in range(1, 6)]),
    lambda: power.minimal_detectable(0, 3),
    lambda: power.minimal_detectable(1, 3, power=0.01),
    lambda: power.samples_per_arm(0),
    lambda: power.trials_without_error(1.0),
]


@pytest.mark.parametrize("call", OUT_OF_RANGE)
def test_out_of_range_is_a_fault_of_the_caller(call: Callable[[], object]) -> None:
    with pytest.raises(StatisticsError):
        call()


def test_a_figure_may_be_refused() -> None:
    refused = Statistic.refused("one rater", method="cluster-means", n=4, clusters=1)
    assert (refused.value, refused.low, refused.high) == (None, None, None)
    assert (refused.reason, refused.n, refused.clusters) == ("one rater", 4, 1)
    assert len(set(METHODS)) == 19


def test_intervals_are_cut_at_what_can_be() -> None:
    assert Interval(-0.2, 1.2).within(0.0, 1.0) == Interval(0.0, 1.0)
    assert Interval(None, None).within(0.0, 1.0) == Interval(None, None)
    assert Interval(-2.0, 2.0).within(None, None) == Interval(-2.0, 2.0)


def test_exact_numbers() -> None:
    assert common_scale([Fraction(1, 3), Decimal("0.5")]) == ([2, 3], 6)
    assert common_scale([]) == ([], 1)
    assert total([Decimal("0.1")] * 10) == 1
    assert written(0.05) * 100 == 5
    assert exact(0.05) * 100 != 5


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=30), st.randoms())
def test_sums_do_not_depend_on_order(values: list[int], random: object) -> None:
    shuffled = [value / 8 for value in values]
    getattr(random, "shuffle")(shuffled)  # noqa: B009 - hypothesis types its Random as object here
    assert sums_of(shuffled) == sums_of([value / 8 for value in values])


@pytest.mark.parametrize(
    ("estimate", "reason"),
    [
        (t_mean(Sums(0, 0, 0)), "no values"),
        (t_mean(sums_of([3])), "one value"),
        (t_mean(sums_of([3, 3])), "all values are equal"),
        (paired(sums_of([0, 0, 0])), "all values are equal"),
        (welch(sums_of([1, 2]), Sums(0, 0, 0)), "no values"),
        (welch(sums_of([1, 2]), sums_of([1])), "one value"),
        (welch(sums_of([1, 1]), sums_of([2, 2])), "all values are equal"),
        (proportion.unpooled_difference(0, 3, 4, 4), "0 or 1"),
    ],
)
def test_means_without_spread_have_no_ends(estimate: Estimate, reason: str) -> None:
    assert reason in str(estimate.reason)
    assert estimate.se is None
    assert estimate.p_value() is None
    assert estimate.interval(0.95) == Interval(None, None)
    assert equivalence(estimate, 1) is None


def test_proportions_at_the_ends() -> None:
    assert proportion.clopper_pearson(0, 4).low == 0
    assert proportion.clopper_pearson(4, 4).high == 1
    assert proportion.clopper_pearson_upper(4, 4) == 1
    assert proportion.wilson(0, 4).low == 0
    assert proportion.wilson(4, 4).high == 1
    assert proportion.two_proportion_p(0, 3, 0, 9) == 1
    assert proportion.two_proportion_p(3, 3, 9, 9) == 1
    assert proportion.mcnemar_p(0, 0) == 1
    assert proportion.predictive_value(0, 0, 0.3) is None


def test_wilson_counts_ties_half() -> None:
    half = proportion.wilson(Fraction(5, 2), 5)
    assert half.value == 0.5
    assert half.low == pytest.approx(1 - (half.high or 0))


def test_rates_are_per_exposure() -> None:
    bound = rate_upper(0, 10)
    assert bound.value == pytest.approx(2.995732273553991 / 10)
    assert (bound.low, bound.high, bound.n) == (0.0, bound.value, 0)


def test_rate_ratio_without_events() -> None:
    assert rate_ratio(0, 1, 4, 1).value is None
    none_after = rate_ratio(4, 1, 0, 1)
    assert (none_after.value, none_after.low, none_after.high) == (0, None, None)
    assert "no event" in str(none_after.reason)


def test_fieller_says_when_it_is_unbounded() -> None:
    assert fieller(Joint(1, 0, 0.1, 0.1), n=3).value is None
    assert fieller_g(Joint(1, 0, 0.1, 0.1)) == math.inf
    wide = fieller(Joint(1, 0.1, 0.1, 0.1), n=3)
    assert (wide.value, wide.low, wide.method) == (10, None, "fieller-unbounded")
    fixed = fieller(Joint(1, 2, 0, 0), n=3)
    assert (fixed.value, fixed.low, fixed.method) == (0.5, None, "fieller")
    sure_below = fieller(Joint(1, 2, 0.01, 0), n=3)
    assert sure_below.low == pytest.approx(0.5 - 1.959964 * 0.1 / 2, abs=1e-6)


SHARED = {str(key): Cluster(2, key) for key in range(12)}


def test_clusters_that_tell_nothing() -> None:
    assert clustered_mean([]).reason == "no rows"
    assert "one cluster" in str(clustered_mean([Cluster(5, 3)]).reason)
    assert clustered_mean([Cluster(5, 3)]).value is None
    same = clustered_mean([Cluster(2, 1)] * 12)
    assert (same.value, same.se) == (0.5, None)
    assert not repeats({"a": Cluster(1, 1), "b": Cluster(1, 0)})
    assert repeats({"a": Cluster(1, 1)}, {"a": Cluster(1, 1)})


def test_two_arms_of_clusters() -> None:
    other = {f"x{key}": cluster for key, cluster in SHARED.items()}
    apart = clustered_difference(SHARED, other)
    assert apart.df == pytest.approx(22)
    assert apart.method.endswith("none in both arms")
    one = {"a": Cluster(3, 1)}
    assert "no rows" in str(clustered_difference(SHARED, {"a": Cluster(0, 0)}).reason)
    assert "one arm's rows" in str(clustered_difference(one, SHARED).reason)
    assert "only one" in str(clustered_covariance(one, {**one, "b": Cluster(1, 1)}))
    flat = {key: Cluster(2, 1) for key in "abcdefghijkl"}
    assert clustered_difference(flat, flat).se is None
    few = {key: Cluster(1, value) for key, value in zip("abc", (1, 2, 4), strict=True)}
    more = {key: Cluster(1, value) for key, value in zip("abd", (2, 5, 4), strict=True)}
    change = clustered_difference(few, more)
    assert change.clusters == 2
    assert change.df == 1
    assert change.se == pytest.approx(np.std([1, 3], ddof=1) / math.sqrt(2))
    separate = clustered_covariance(few, {"x": Cluster(1, 1), "y": Cluster(1, 1)})
    assert not isinstance(separate, str)
    assert separate.second == 0
    still = clustered_difference(
        {"a": Cluster(1, 1), "b": Cluster(1, 1)}, {"x": Cluster(1, 1), "y": Cluster(1, 1)}
    )
    assert (still.value, still.se) == (0, None)


def two_ways(cells: dict[tuple[str, str], Cluster]) -> Estimate:
    """The two-way mean of cells by rater and item."""
    ways: list[dict[str, Cluster]] = [{}, {}]
    for key, cluster in cells.items():
        for way, name in zip(ways, key, strict=True):
            seen = way.get(name, Cluster(0, 0))
            way[name] = Cluster(seen.n + cluster.n, exact(seen.total) + exact(cluster.total))
    first, second = (moments_of(way.values()) for way in ways)
    return two_way_mean(first, second, moments_of(cells.values()), by=("rater", "item"))


def test_two_ways_of_clustering() -> None:
    cells = {(str(one), str(two)): Cluster(1, (one + two) % 2) for one in range(3) for two in range(4)}
    found = two_ways(cells)
    assert two_ways({**cells, ("x", "y"): Cluster(0, 0)}) == found
    assert (found.method, found.clusters) == ("cluster-means by item", 4)
    one = two_ways({("a", "x"): Cluster(1, 1), ("a", "y"): Cluster(1, 0)})
    assert one.value is None
    assert "one rater" in str(one.reason)
    skewed = {(str(one), str(two)): Cluster(1, int(one == 0)) for one in range(3) for two in range(4)}
    assert two_ways(skewed).method == "cr1 two-way clustered by rater and item"
    flat = moments_of([Cluster(2, 1)] * 12)
    assert (flat.one_way("rater").value, flat.one_way("rater").se) == (0.5, None)


def test_ranks_that_tell_nothing() -> None:
    assert delong(rank_sums([ScoreCount(1, 3, 0)])).value is None
    assert "one row" in str(delong(rank_sums([ScoreCount(1, 1, 2)])).reason)
    perfect = delong(rank_sums([ScoreCount(2, 4, 0), ScoreCount(1, 0, 4)]))
    assert (perfect.value, perfect.se) == (1, None)
    assert delong_clustered({"a": [ScoreCount(1, 3, 0)]}, by="sample").value is None
    assert delong_clustered({"a": [ScoreCount(1, 3, 1)]}, by="sample").value is None
    even = [ScoreCount(1, 1, 1)]
    flat = delong_clustered({"a": even, "b": even}, by="sample")
    assert (flat.value, flat.se) == (0.5, None)


def test_correlations_that_tell_nothing() -> None:
    assert pearson([(1, 2)]).value is None
    assert pearson([(1, 2), (1, 3)]).value is None
    three = pearson([(1, 2), (2, 3), (3, 7)])
    assert three.low is None
    line = pearson([(x, 2 * x) for x in range(6)])
    assert (line.value, line.low) == (1, None)


def test_agreement_that_tells_nothing() -> None:
    assert nominal_alpha([{"a": 1}]) is None
    assert nominal_alpha([{"a": 3}]) is None
    assert interval_alpha([[1], [2]]) is None
    assert cohen_kappa([[0, 0], [0, 0]]).value is None
    assert cohen_kappa([[4, 0], [0, 0]]).value is None
    assert cohen_kappa([[4, 0], [0, 4]]).se is None


def test_alpha_from_sums_is_alpha() -> None:
    units = [[{"a": 2, "b": 1}], [{"b": 2}, {"a": 2}], [{"a": 1}]]
    sums = np.array(nominal_sums(units, ["a", "b"]))
    assert nominal_alphas(sums.sum(axis=0, keepdims=True))[0] == pytest.approx(
        nominal_alpha(unit for item in units for unit in item)
    )
    assert math.isnan(nominal_alphas(np.array([[0.0, 0.0, 0.0, 0.0]]))[0])


def test_the_bootstrap_knows_neither_order_nor_luck() -> None:
    groups = [[float(key % 5), 1.0] for key in range(40)]

    def share(totals: np.ndarray) -> np.ndarray:
        return totals[:, 0] / totals[:, 1]

    found = percentile(groups, share, seed=7)
    assert percentile(list(reversed(groups)), share, seed=7) == found
    assert percentile(groups, share, seed=8) != found
    assert percentile(groups[:1], share, seed=7) == Interval(None, None)
    assert percentile(groups, lambda totals: totals[:, 0] * math.nan, seed=7) == Interval(None, None)
    assert found.low == pytest.approx(2 - 1.96 * math.sqrt(2 / 40), abs=0.05)


def test_strengths_that_are_not_determined() -> None:
    beaten = bradley_terry([Comparison("a", "b", 3, 3)], reference="a")
    assert "not determined" in str(beaten)
    apart = bradley_terry([Comparison("a", "b", 2, 1), Comparison("c", "d", 2, 1)], reference="a")
    assert "c, d" in str(apart)
    one = bradley_terry([Comparison("a", "b", 4, 1, "r")], reference="a", by="rater")
    assert isinstance(one, Strengths)
    assert one.of["b"].value is None
    assert "one rater" in str(one.of["b"].reason)
    same = [Comparison("a", "b", 4, 1, "r"), Comparison("b", "a", 4, 3, "s")]
    still = bradley_terry(same, reference="a", by="rater")
    assert isinstance(still, Strengths)
    assert still.of["b"].value == pytest.approx(math.log(3))
    assert still.of["b"].se is None
    assert still.of["a"].value == 0


def test_length_that_tells_nothing() -> None:
    assert "three rows" in str(logistic_line([Outcome(1, 2, 1)]))
    assert "same in all rows" in str(logistic_line([Outcome(1, 9, 4)]))
    assert "separated" in str(logistic_line([Outcome(x, 3, 3 * (x > 0)) for x in (-2, -1, 1, 2)]))
    assert "separated" in str(logistic_line([Outcome(x, 3, 3) for x in (-2, -1, 1, 2)]))
    overshoot = [(-1.1, 9_900), (0.5, 10), (3.6, 100), (-2.8, 5)]
    counts = (10_000, 10, 100, 10)
    bold = logistic_line([Outcome(x, n, wins) for (x, wins), n in zip(overshoot, counts, strict=True)])
    assert isinstance(bold, Line)
    one = logistic_line([Outcome(x, 4, 2 + x % 2, "r") for x in range(5)], by="rater")
    assert isinstance(one, Line)
    assert one.chance_at_zero(0.95).value is None
    rows = [Outcome(x, 4, 2, key) for x in (-1, 1) for key in "rs"]
    flat = logistic_line(rows, by="rater")
    assert isinstance(flat, Line)
    still = flat.chance_at_zero(0.95)
    assert (still.value, still.low) == (0.5, None)
    assert still.reason is not None
    steep = logistic_line([Outcome(x, 40, 40 * x // 10) for x in range(1, 10)])
    assert isinstance(steep, Line)
    assert (steep.chance_at_zero(0.95).value or 1) < 0.1


def test_laws_that_are_not_determined() -> None:
    runs = [Run(10.0**x, 3.0 - x / 10) for x in range(6)]
    assert "cannot fit" in str(fit_loss(runs[:3]))
    assert "cannot fit" in str(fit_pass_rate(runs[:2]))
    assert "different sizes" in str(fit_loss([Run(float(x % 2 + 1), 1.0 + x) for x in range(6)]))
    assert isinstance(fit_loss(runs), str)
    step = [Run(10.0**x, 3.0 if x < 5 else 2.0) for x in range(6)]
    assert "bends" in str(fit_loss(step))
    flat = fit_loss([Run(10.0**x, 2.0) for x in range(6)])
    assert isinstance(flat, str)
    assert fit_pass_rate([Run(10.0**x, 1.0) for x in range(6)]) == (
        "a pass rate of 1 has no power law: its logarithm is 0"
    )
    exact_law = fit_pass_rate([Run(10.0**x, math.exp(-(10.0 ** (-x / 5)))) for x in range(1, 7)])
    assert isinstance(exact_law, Fit)
    assert exact_law.predict(1e8, 0.95).interval == Interval(None, None)
    with pytest.raises(StatisticsError):
        exact_law.predict(0, 0.95)


def test_large_effects_need_the_smallest_arms() -> None:
    assert power.samples_per_arm(400.0) == 2


def rows(*values: tuple[str, int]) -> arms.Arm:
    """An arm of 0/1 rows with their raters."""
    return arms.arm_of([(key, 1, value, value) for key, value in values], by="rater")


def test_an_arm_chooses_its_interval() -> None:
    independent = rows(("a", 1), ("b", 0), ("c", 1))
    assert arms.proportion(independent, level=0.95).method == "wilson"
    assert arms.mean(independent, level=0.95).method == "t"
    few = rows(("a", 1), ("a", 0), ("b", 1))
    assert arms.proportion(few, level=0.95).method == "cluster-means by rater"
    assert arms.mean(few, level=0.95).method == "cluster-means by rater"
    many = rows(*[(str(key % 12), key % 3 // 2) for key in range(30)])
    found = arms.proportion(many, level=0.95)
    assert found.method == "cr1 clustered by rater"
    assert (found.clusters, found.n) == (12, 30)
    assert arms.clusters_of(many, few) == 14
    flat = arms.proportion(rows(("a", 1), ("a", 0), ("b", 1), ("b", 0)), level=0.95)
    assert flat.method.startswith("wilson on rows")
    assert (flat.value, flat.clusters) == (0.5, 2)
    one = arms.proportion(rows(("a", 1), ("a", 0)), level=0.95)
    assert one.value is None
    assert "one rater" in str(one.reason)
    assert arms.proportion(rows(), level=0.95).value is None
    ignored = arms.arm_of([("a", 2, 1, 1), ("a", 1, 1, 1)])
    assert arms.proportion(ignored, level=0.95).method == "wilson"
    cut = arms.proportion(rows(("a", 1), ("a", 1), ("b", 0)), level=0.95)
    assert (cut.low, cut.high) == (0.0, 1.0)


def test_two_arms_choose_their_interval() -> None:
    one, two = rows(("a", 1), ("b", 0), ("c", 1)), rows(("d", 1), ("e", 0), ("f", 0))
    assert arms.difference(one, two, level=0.95, shares=True).statistic.method == "newcombe"
    assert arms.difference(one, two, level=0.95, shares=False).statistic.method == "welch"
    assert arms.difference(one, rows(), level=0.95, shares=True).statistic.value is None
    assert arms.difference(one, rows(), level=0.95, shares=False).statistic.method == "welch"
    shared = arms.difference(one, rows(("a", 0), ("b", 0), ("c", 1)), level=0.95, shares=True)
    assert shared.statistic.method == "cluster-means by rater"
    assert shared.estimate.value == pytest.approx(-1 / 3)


def test_pairs_choose_their_interval() -> None:
    independent = arms.arm_of([("a", 1, 1, 1), ("b", 1, 0, 0), ("c", 1, -1, 1)], by="rater")
    assert arms.paired_change(independent, level=0.95).statistic.method == "paired-t"
    clustered = arms.arm_of([("a", 2, 1, 1), ("b", 1, 0, 0), ("c", 1, -1, 1)], by="rater")
    assert arms.paired_change(clustered, level=0.95).statistic.method == "cluster-means by rater, paired"


def test_ratios_choose_their_interval() -> None:
    one = arms.Arm(Sums(100, 40, 40))
    two = arms.Arm(Sums(100, 60, 60))
    found = arms.ratio(one, two, level=0.95, shares=True)
    assert found.value == pytest.approx(1.5)
    assert found.method == "fieller"
    t = 1.959963984540054
    quadratic = [0.4**2 - t * t * 0.0024, -2 * 0.24, 0.6**2 - t * t * 0.0024]
    assert [found.low, found.high] == pytest.approx(sorted(np.roots(quadratic)))
    means = arms.ratio(one, two, level=0.95, shares=False)
    assert means.low is not None
    assert found.low is not None
    assert means.low < found.low
    single = arms.Arm(Sums(1, 2, 4))
    assert arms.ratio(single, two, level=0.95, shares=False).low is None
    assert arms.ratio(arms.Arm(Sums(1, 0, 0)), two, level=0.95, shares=False).value is None
    assert arms.ratio(one, arms.Arm(Sums(0, 0, 0)), level=0.95, shares=True).value is None
    clustered = arms.ratio(
        arms.arm_of([(str(key), 2, key % 3, key % 3) for key in range(12)], by="rater"),
        arms.arm_of([(str(key), 2, 1 + key % 2, 1 + key % 2) for key in range(12)], by="rater"),
        level=0.95,
        shares=True,
    )
    assert clustered.method == "fieller clustered by rater"
    assert clustered.clusters == 12
    refused = arms.ratio(
        arms.arm_of([("a", 2, 1, 1)], by="rater"),
        arms.arm_of([("a", 2, 1, 1)], by="rater"),
        level=0.95,
        shares=True,
    )
    assert refused.value is None


def test_a_ratio_on_the_same_items() -> None:
    pairs = arms.Pairs(sums_of([1, 2, 4, 3]), sums_of([2, 2, 5, 5]), 2 + 4 + 20 + 15)
    found = arms.paired_ratio(pairs, level=0.95)
    assert (found.value, found.method) == (1.4, "fieller paired")
    assert arms.paired_ratio(arms.Pairs(sums_of([1]), sums_of([2]), 2), level=0.95).value is None


def test_pairs_know_their_covariance() -> None:
    first, second = [1, 2, 4, 3], [2, 2, 5, 5]
    pairs = arms.Pairs(
        sums_of(first), sums_of(second), sum(a * b for a, b in zip(first, second, strict=True))
    )
    assert pairs.differences == sums_of([b - a for a, b in zip(first, second, strict=True)])
    joint = arms.paired_joint(pairs)
    assert joint is not None
    expected = np.cov(second, first) / 4
    assert joint.variance_numerator == pytest.approx(expected[0, 0])
    assert joint.variance_denominator == pytest.approx(expected[1, 1])
    assert joint.covariance == pytest.approx(expected[0, 1])
    assert joint.df == 3
    assert arms.paired_joint(arms.Pairs(sums_of([1]), sums_of([2]), 2)) is None


def test_arms_can_be_merged() -> None:
    one, two = rows(("a", 1), ("b", 0)), rows(("a", 1), ("c", 1))
    both = arms.merged([one, two])
    assert both.sums == Sums(4, 3, 3)
    assert both.clusters["a"] == Cluster(2, 2)
    assert arms.merged([]).n == 0
