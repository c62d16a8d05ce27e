"""Cross-checks on random inputs against scipy, statsmodels, scikit-learn, krippendorff and choix."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from release.stats.agreement import cohen_kappa, interval_alpha, nominal_alpha
from release.stats.auc import ScoreCount, delong, delong_clustered, rank_sums
from release.stats.bradley_terry import Comparison, Strengths, bradley_terry
from release.stats.clustered import Cluster, clustered_difference, clustered_mean, moments_of, two_way_mean
from release.stats.correlation import pearson, ranks, spearman
from release.stats.estimate import equivalence
from release.stats.logistic import Line, Outcome, logistic_line
from release.stats.means import paired, sums_of, t_mean, welch
from release.stats.multiplicity import benjamini_hochberg, bonferroni, holm
from release.stats.poisson import garwood, garwood_upper, rate
from release.stats.power import minimal_detectable, power_of, samples_per_arm
from release.stats.powerlaw import Fit, Run, fit_loss, fit_pass_rate
from release.stats.proportion import (
    clopper_pearson,
    clopper_pearson_upper,
    mcnemar_p,
    newcombe,
    paired_difference,
    two_proportion_p,
    wilson,
)
from release.stats.ratio import Joint, fieller

LEVELS = st.sampled_from([0.8, 0.9, 0.95, 0.99])
SEEDS = st.integers(0, 2**32 - 1)


@st.composite
def counts(draw: Any, least: int = 1, most: int = 400) -> tuple[int, int]:
    n = draw(st.integers(least, most))
    return draw(st.integers(0, n)), n


NUMBERS = st.lists(st.integers(-1000, 1000).map(lambda k: k / 8), min_size=3, max_size=40)


@given(counts(), LEVELS)
def test_wilson_and_clopper_pearson(count: tuple[int, int], level: float) -> None:
    from statsmodels.stats.proportion import proportion_confint

    for ours, method in ((wilson, "wilson"), (clopper_pearson, "beta")):
        found = ours(*count, level=level)
        low, high = proportion_confint(*count, alpha=1 - level, method=method)
        assert found.low == pytest.approx(low, abs=1e-12)
        assert found.high == pytest.approx(high, abs=1e-12)


@given(counts(), LEVELS)
def test_one_sided_clopper_pearson(count: tuple[int, int], level: float) -> None:
    from scipy import stats

    expected = stats.binomtest(*count, alternative="less").proportion_ci(level, "exact").high
    assert clopper_pearson_upper(*count, level=level) == pytest.approx(expected, rel=1e-7)


@given(counts(), counts(), LEVELS)
def test_newcombe(one: tuple[int, int], two: tuple[int, int], level: float) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep

    low, high = confint_proportions_2indep(*two, *one, method="newcomb", compare="diff", alpha=1 - level)
    found = newcombe(*one, *two, level=level)
    assert found.low == pytest.approx(max(low, -1), abs=1e-9)
    assert found.high == pytest.approx(min(high, 1), abs=1e-9)


@given(counts(), counts())
def test_two_proportion_z(one: tuple[int, int], two: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import proportions_ztest

    assume(0 < one[0] + two[0] < one[1] + two[1])
    _, p = proportions_ztest([one[0], two[0]], [one[1], two[1]])
    assert two_proportion_p(*one, *two) == pytest.approx(p, abs=1e-12)


@given(st.integers(0, 60), st.integers(0, 60))
def test_mcnemar(first: int, second: int) -> None:
    from statsmodels.stats.contingency_tables import mcnemar

    expected = mcnemar([[0, first], [second, 0]], exact=True).pvalue if first + second else 1.0
    assert mcnemar_p(first, second) == pytest.approx(expected, rel=1e-9)


@given(st.tuples(*[st.integers(0, 30)] * 4), LEVELS)
def test_paired_proportions(table: tuple[int, int, int, int], level: float) -> None:
    from scipy import stats

    both, only_first, only_second, neither = table
    differences = [0] * (both + neither) + [-1] * only_first + [1] * only_second
    assume(len(set(differences)) > 1)
    found = paired_difference(
        both=both, only_first=only_first, only_second=only_second, neither=neither
    ).interval(level)
    expected = stats.ttest_1samp(differences, 0).confidence_interval(level)
    assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert found.high == pytest.approx(expected.high, abs=1e-12)


@given(NUMBERS, LEVELS)
def test_mean(values: list[float], level: float) -> None:
    from scipy import stats

    assume(len(set(values)) > 1)
    found = t_mean(sums_of(values)).interval(level)
    expected = stats.ttest_1samp(values, 0).confidence_interval(level)
    assert found.low == pytest.approx(expected.low, abs=1e-9)
    assert found.high == pytest.approx(expected.high, abs=1e-9)


@given(NUMBERS, NUMBERS, LEVELS)
def test_welch(one: list[float], two: list[float], level: float) -> None:
    from scipy import stats

    assume(len(set(one)) > 1 or len(set(two)) > 1)
    found = welch(sums_of(one), sums_of(two))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        expected = stats.ttest_ind(two, one, equal_var=False)
    ends, wanted = found.interval(level), expected.confidence_interval(level)
    assert found.df == pytest.approx(expected.df)
    assert found.p_value() == pytest.approx(expected.pvalue, abs=1e-12)
    assert ends.low == pytest.approx(wanted.low, abs=1e-9)
    assert ends.high == pytest.approx(wanted.high, abs=1e-9)


@given(NUMBERS, st.integers(1, 50))
def test_equivalence_of_pairs(values: list[float], margin: int) -> None:
    from statsmodels.stats.weightstats import ttost_paired

    others = [value + (place % 5) for place, value in enumerate(values)]
    assume(len({b - a for a, b in zip(values, others, strict=True)}) > 1)
    estimate = paired(sums_of([b - a for a, b in zip(values, others, strict=True)]))
    found = equivalence(estimate, margin)
    expected = ttost_paired(np.array(others), np.array(values), -margin, margin)[0]
    assert found is not None
    assert found.p == pytest.approx(expected, abs=1e-12)
    assert (found.p < 0.05) == (-margin < found.low and found.high < margin)


@st.composite
def clustered_rows(draw: Any, least: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    size = draw(st.integers(least, most))
    generator = np.random.default_rng(draw(SEEDS))
    labels = np.concatenate([np.arange(size), generator.integers(0, size, size=3 * size)])
    values = np.round(generator.normal(size=len(labels)) + generator.normal(size=size)[labels], 4)
    return labels, values


def clusters_of(labels: np.ndarray, values: np.ndarray) -> dict[str, Cluster]:
    held: dict[str, Cluster] = {}
    for key in sorted(set(labels.tolist())):
        own = values[labels == key]
        held[str(key)] = Cluster(len(own), sums_of(own.tolist()).total)
    return held


def robust(design: np.ndarray, values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Standard errors with statsmodels' cluster covariance and G/(G-1) only."""
    import statsmodels.api as sm

    fitted = sm.OLS(values, design).fit()
    size = len(np.unique(groups))
    plain = fitted.get_robustcov_results("cluster", groups=groups, use_correction=False)
    covariance: np.ndarray = plain.cov_params() * size / (size - 1)
    return covariance


@given(clustered_rows(10, 20))
def test_clustered_mean(rows: tuple[np.ndarray, np.ndarray]) -> None:
    labels, values = rows
    found = clustered_mean(clusters_of(labels, values).values(), by="rater")
    assert found.value == pytest.approx(values.mean())
    assert found.se == pytest.approx(math.sqrt(robust(np.ones((len(values), 1)), values, labels)[0, 0]))
    assert found.df == len(set(labels)) - 1
    assert found.method == "cr1 clustered by rater"
    assert moments_of(clusters_of(labels, values).values()).one_way("rater") == found


@given(clustered_rows(2, 9), LEVELS)
def test_few_clusters(rows: tuple[np.ndarray, np.ndarray], level: float) -> None:
    from scipy import stats

    labels, values = rows
    found = clustered_mean(clusters_of(labels, values).values())
    means = [values[labels == key].mean() for key in set(labels)]
    wanted = stats.ttest_1samp(means, 0).confidence_interval(level)
    ends = found.interval(level)
    assert found.value == pytest.approx(values.mean())
    assert ends.low is not None
    assert ends.high is not None
    assert ends.high - ends.low == pytest.approx(wanted.high - wanted.low)


@given(clustered_rows(10, 20), SEEDS)
def test_clustered_difference(rows: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    labels, values = rows
    arm = np.random.default_rng(seed).integers(0, 2, size=len(values))
    first, second = (
        clusters_of(labels[arm == 0], values[arm == 0]),
        clusters_of(labels[arm == 1], values[arm == 1]),
    )
    assume(first.keys() & second.keys())
    found = clustered_difference(first, second)
    covariance = robust(np.column_stack([np.ones(len(arm)), arm]), values, labels)
    assert found.value == pytest.approx(values[arm == 1].mean() - values[arm == 0].mean())
    assert found.se == pytest.approx(math.sqrt(covariance[1, 1]))


@given(clustered_rows(10, 14), SEEDS)
def test_two_way_clusters(rows: tuple[np.ndarray, np.ndarray], seed: int) -> None:
    labels, values = rows
    items = np.random.default_rng(seed).integers(0, 12, size=len(values))
    cells: dict[tuple[str, str], list[float]] = {}
    for rater, item, value in zip(labels, items, values, strict=True):
        cells.setdefault((str(rater), str(item)), []).append(float(value))
    found = two_way_mean(
        moments_of(clusters_of(labels, values).values()),
        moments_of(clusters_of(items, values).values()),
        moments_of([Cluster(len(own), sums_of(own).total) for own in cells.values()]),
        by=("rater", "item"),
    )
    ones = np.ones((len(values), 1))
    both = np.array([f"{rater} {item}" for rater, item in zip(labels, items, strict=True)])
    one, two, cross = (
        robust(ones, values, np.unique(groups, return_inverse=True)[1])[0, 0]
        for groups in (labels, items, both)
    )
    if one + two - cross > 1e-12:
        assert found.se == pytest.approx(math.sqrt(one + two - cross), rel=1e-6)
        assert found.df == min(len(set(labels)), len(set(items))) - 1
    else:
        assert found.se == pytest.approx(math.sqrt(max(one, two)), rel=0.2)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_adjusted_p_values(p_values: list[float]) -> None:
    from statsmodels.stats.multitest import multipletests

    for ours, method in ((holm, "holm"), (benjamini_hochberg, "fdr_bh"), (bonferroni, "bonferroni")):
        assert ours(p_values) == pytest.approx(multipletests(p_values, method=method)[1], abs=1e-12)


@given(st.integers(0, 3000), LEVELS)
def test_garwood(count: int, level: float) -> None:
    from scipy import stats

    tail = (1 - level) / 2
    found = garwood(count, level=level)
    assert found.low == pytest.approx(stats.chi2.ppf(tail, 2 * count) / 2 if count else 0.0)
    assert found.high == pytest.approx(stats.chi2.ppf(1 - tail, 2 * count + 2) / 2)
    assert garwood_upper(count, level=level) == pytest.approx(stats.chi2.ppf(level, 2 * count + 2) / 2)
    per_eight = rate(count, 8, level=level)
    assert per_eight.high == pytest.approx((found.high or 0) / 8)


@given(SEEDS, st.integers(2, 60), st.integers(2, 60), st.integers(2, 8))
def test_area_under_the_curve(seed: int, m: int, k: int, grades: int) -> None:
    from sklearn.metrics import roc_auc_score

    generator = np.random.default_rng(seed)
    positive, negative = generator.integers(1, grades + 1, m), generator.integers(0, grades, k)
    table = [ScoreCount(int(score), 1, 0) for score in positive]
    table += [ScoreCount(int(score), 0, 1) for score in negative]
    found = delong(rank_sums(table))
    labels = [1] * m + [0] * k
    assert found.value == pytest.approx(roc_auc_score(labels, [*positive, *negative]))
    kernel = (positive[:, None] > negative[None, :]) + 0.5 * (positive[:, None] == negative[None, :])
    variance = kernel.mean(axis=1).var(ddof=1) / m + kernel.mean(axis=0).var(ddof=1) / k
    assert (found.se or 0.0) == pytest.approx(math.sqrt(variance), abs=1e-9)
    by_group: dict[str, list[ScoreCount]] = {}
    for place, row in enumerate(table):
        by_group.setdefault(str(place % 7), []).append(row)
    if len(by_group) > 1:
        clustered = delong_clustered(by_group, by="sample")
        deviations = np.zeros(7)
        for place in range(m):
            deviations[place % 7] += (kernel[place].mean() - kernel.mean()) / m
        for place in range(k):
            deviations[(m + place) % 7] += (kernel[:, place].mean() - kernel.mean()) / k
        size = len(by_group)
        expected = math.sqrt(size / (size - 1) * float(deviations @ deviations))
        assert (clustered.se or 0.0) == pytest.approx(expected, abs=1e-9)


@given(NUMBERS, SEEDS)
def test_correlations(values: list[float], seed: int) -> None:
    from scipy import stats

    others = np.random.default_rng(seed).integers(-3, 4, len(values)) + np.round(values) / 100
    assume(len(values) > 3 and len(set(values)) > 1 and len(set(others)) > 1)
    found = pearson(zip(values, others.tolist(), strict=True))
    wanted = stats.pearsonr(values, others)
    assert found.value == pytest.approx(wanted.statistic, abs=1e-9)
    if found.low is not None and abs(wanted.statistic) < 0.999999:
        ends = wanted.confidence_interval(0.95)
        assert found.low == pytest.approx(ends.low, abs=1e-6)
        assert found.high == pytest.approx(ends.high, abs=1e-6)
    assert [float(rank) for rank in ranks(values)] == pytest.approx(stats.rankdata(values))
    ranked = spearman(zip(values, others.tolist(), strict=True))
    assert ranked.value == pytest.approx(stats.spearmanr(values, others).statistic, abs=1e-9)


@given(SEEDS, st.integers(2, 30), st.integers(2, 6), st.integers(2, 4))
def test_krippendorff(seed: int, units: int, raters: int, values: int) -> None:
    import krippendorff

    generator = np.random.default_rng(seed)
    table = generator.integers(0, values, size=(raters, units)).astype(float)
    table[generator.random(table.shape) < 0.2] = np.nan
    columns = [[int(value) for value in column if not np.isnan(value)] for column in table.T]
    pairable = {value for column in columns if len(column) > 1 for value in column}
    nominal = nominal_alpha({value: column.count(value) for value in set(column)} for column in columns)
    interval = interval_alpha(columns)
    if len(pairable) < 2:
        assert nominal is None
        assert interval is None
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        assert nominal == pytest.approx(
            krippendorff.alpha(reliability_data=table, level_of_measurement="nominal")
        )
        assert interval == pytest.approx(
            krippendorff.alpha(reliability_data=table, level_of_measurement="interval")
        )


@given(st.lists(st.integers(0, 20), min_size=9, max_size=9))
def test_kappa(cells: list[int]) -> None:
    from statsmodels.stats.inter_rater import cohens_kappa

    table = [cells[:3], cells[3:6], cells[6:]]
    found = cohen_kappa(table)
    assume(found.se is not None)
    wanted = cohens_kappa(np.array(table))
    assert found.value == pytest.approx(wanted.kappa)
    assert found.se == pytest.approx(wanted.std_kappa, abs=1e-9)


@settings(max_examples=25)
@given(SEEDS, st.integers(3, 6))
def test_bradley_terry(seed: int, models: int) -> None:
    import choix

    generator = np.random.default_rng(seed)
    data, comparisons = [], []
    for one in range(models):
        for two in range(one + 1, models):
            wins = int(generator.integers(1, 10))
            data += [(one, two)] * wins + [(two, one)] * (10 - wins)
            comparisons.append(Comparison(f"m{one}", f"m{two}", 10, wins))
    found = bradley_terry(comparisons, reference="m0")
    wanted = choix.opt_pairwise(models, data, method="Newton-CG", tol=1e-10)
    assert isinstance(found, Strengths)
    for place in range(models):
        value = found.of[f"m{place}"].value
        assert value == pytest.approx(wanted[place] - wanted[0], abs=1e-5)


@settings(max_examples=25)
@given(SEEDS)
def test_bradley_terry_sandwich(seed: int) -> None:
    import statsmodels.api as sm

    generator = np.random.default_rng(seed)
    rows, outcomes, groups = [], [], []
    comparisons = []
    for rater in range(8):
        for one, two in ((0, 1), (0, 2), (1, 2)) * 4:
            won = float(generator.choice([0.0, 0.5, 1.0]))
            row = np.zeros(3)
            row[one], row[two] = 1.0, -1.0
            rows.append(row[1:])
            outcomes.append(won)
            groups.append(rater)
            comparisons.append(Comparison(f"m{one}", f"m{two}", 1, won, str(rater)))
    found = bradley_terry(comparisons, reference="m0", by="rater")
    assume(isinstance(found, Strengths))
    assert isinstance(found, Strengths)
    model = sm.GLM(np.array(outcomes), np.array(rows), family=sm.families.Binomial())
    plain = model.fit(tol=1e-12)
    fitted = model.fit(
        tol=1e-12, cov_type="cluster", cov_kwds={"groups": np.array(groups), "use_correction": False}
    )
    information = bradley_terry(comparisons, reference="m0")
    assert isinstance(information, Strengths)
    for place, name in enumerate(("m1", "m2")):
        assert found.of[name].value == pytest.approx(fitted.params[place], abs=1e-6)
        assert found.of[name].se == pytest.approx(fitted.bse[place] * math.sqrt(8 / 7), rel=1e-5)
        assert information.of[name].se == pytest.approx(plain.bse[place], rel=1e-5)
    assert found.of["m1"].df == 7


@settings(max_examples=25)
@given(SEEDS)
def test_logistic_line(seed: int) -> None:
    import statsmodels.api as sm

    generator = np.random.default_rng(seed)
    x = generator.integers(-200, 900, size=80)
    chance = 1 / (1 + np.exp(-(0.3 + x / 400)))
    y = np.where(generator.random(80) < 0.1, 0.5, (generator.random(80) < chance).astype(float))
    raters = generator.integers(0, 6, size=80)
    outcomes = [
        Outcome(int(value), 1, float(won), str(rater)) for value, won, rater in zip(x, y, raters, strict=True)
    ]
    design = sm.add_constant(x / x.std(ddof=1))
    model = sm.GLM(y, design, family=sm.families.Binomial())
    plain = model.fit(tol=1e-12)
    found = logistic_line(outcomes)
    assert isinstance(found, Line)
    assert found.intercept.value == pytest.approx(plain.params[0], abs=1e-7)
    assert found.slope.value == pytest.approx(plain.params[1], abs=1e-7)
    assert found.intercept.se == pytest.approx(plain.bse[0], rel=1e-6)
    size = len(set(raters.tolist()))
    robustly = model.fit(tol=1e-12, cov_type="cluster", cov_kwds={"groups": raters, "use_correction": False})
    clustered = logistic_line(outcomes, by="rater")
    assert isinstance(clustered, Line)
    assert clustered.intercept.se == pytest.approx(robustly.bse[0] * math.sqrt(size / (size - 1)), rel=1e-6)
    chance_at_zero = found.chance_at_zero(0.95)
    ends = 1 / (1 + np.exp(-plain.conf_int()[0]))
    assert chance_at_zero.low == pytest.approx(ends[0], abs=1e-7)
    assert chance_at_zero.high == pytest.approx(ends[1], abs=1e-7)


@settings(max_examples=30)
@given(SEEDS, st.floats(0.05, 0.5), st.floats(0.5, 3.0), st.integers(5, 12))
def test_power_law_with_a_constant(seed: int, exponent: float, constant: float, n: int) -> None:
    from scipy import optimize

    generator = np.random.default_rng(seed)
    compute = np.logspace(18, 22, n)
    relative = compute / 1e20
    values = relative**-exponent + constant + generator.normal(scale=1e-3, size=n)
    found = fit_loss([Run(float(c), float(v)) for c, v in zip(compute, values, strict=True)])
    assert isinstance(found, Fit)
    assert found.c is not None
    wanted, covariance = optimize.curve_fit(
        lambda c, a, b, k: a * c**b + k, relative, values, p0=[1, -exponent, constant], xtol=1e-14, ftol=1e-14
    )
    assert found.b.value == pytest.approx(wanted[1], rel=1e-4)
    assert found.c.value == pytest.approx(wanted[2], rel=1e-4)
    assert found.a.value == pytest.approx(wanted[0] * 1e20 ** -wanted[1], rel=1e-3)
    assert found.b.se == pytest.approx(math.sqrt(covariance[1, 1]), rel=1e-3)
    assert found.c.se == pytest.approx(math.sqrt(covariance[2, 2]), rel=1e-3)
    a, b, k = wanted
    gradient = np.array([1000.0**b, a * 1000.0**b * math.log(1000.0), 1.0])
    prediction = found.predict(1e23, 0.95)
    assert prediction.value == pytest.approx(a * 1000.0**b + k, rel=1e-5)
    assert prediction.mean_se == pytest.approx(math.sqrt(gradient @ covariance @ gradient), rel=1e-3)


@given(SEEDS, st.integers(4, 12), LEVELS)
def test_pass_rate_law(seed: int, n: int, level: float) -> None:
    import statsmodels.api as sm

    generator = np.random.default_rng(seed)
    compute = np.logspace(-6, -2, n)
    rates = np.exp(-0.4 * compute**-0.15 * np.exp(generator.normal(scale=0.05, size=n)))
    found = fit_pass_rate([Run(float(c), float(r)) for c, r in zip(compute, rates, strict=True)])
    fitted = sm.OLS(np.log(-np.log(rates)), sm.add_constant(np.log(compute))).fit()
    wanted = fitted.get_prediction([[1.0, 0.0]]).conf_int(obs=True, alpha=1 - level)[0]
    assert isinstance(found, Fit)
    prediction = found.predict(1.0, level)
    assert found.b.value == pytest.approx(fitted.params[1])
    assert found.b.se == pytest.approx(fitted.bse[1])
    assert prediction.interval.high == pytest.approx(math.exp(-math.exp(wanted[0])))
    assert prediction.interval.low == pytest.approx(math.exp(-math.exp(wanted[1])))


@given(
    st.floats(-5, 5),
    st.floats(0.5, 5),
    st.floats(0.01, 1),
    st.floats(0.01, 1),
    st.floats(-0.9, 0.9),
    st.none() | st.integers(3, 60),
)
def test_fieller_solves_its_quadratic(
    above: float, below: float, se_above: float, se_below: float, r: float, df: int | None
) -> None:
    from scipy import stats

    joint = Joint(above, below, se_above**2, se_below**2, r * se_above * se_below, df)
    found = fieller(joint, n=10)
    t = stats.norm.ppf(0.975) if df is None else stats.t.ppf(0.975, df)
    quadratic = [
        below**2 - t**2 * se_below**2,
        -2 * (above * below - t**2 * joint.covariance),
        above**2 - t**2 * se_above**2,
    ]
    assume(abs(quadratic[0]) > 1e-6)
    if quadratic[0] > 0:
        roots = sorted(np.roots(quadratic).real)
        assert found.low == pytest.approx(roots[0], abs=1e-6)
        assert found.high == pytest.approx(roots[1], abs=1e-6)
    else:
        assert found.low is None
        assert found.method == "fieller-unbounded"


@settings(max_examples=20)
@given(st.floats(0.1, 1.0), st.integers(3, 60), LEVELS)
def test_power(effect: float, n: int, level: float) -> None:
    from statsmodels.stats.power import NormalIndPower, TTestIndPower

    wanted = TTestIndPower().power(effect, n, 1 - level)
    assert power_of(effect * math.sqrt(n / 2), 2 * n - 2, level=level) == pytest.approx(wanted, abs=1e-7)
    normal = NormalIndPower().power(effect, n, 1 - level)
    assert power_of(effect * math.sqrt(n / 2), None, level=level) == pytest.approx(normal, abs=1e-9)
    detectable = minimal_detectable(math.sqrt(2 / n), 2 * n - 2, level=level)
    assert TTestIndPower().power(detectable, n, 1 - level) == pytest.approx(0.8, abs=1e-6)


@pytest.mark.parametrize("effect", [0.1, 0.3, 0.5, 1.0])
def test_sample_sizes(effect: float) -> None:
    from statsmodels.stats.power import TTestIndPower

    assert samples_per_arm(effect) == pytest.approx(
        TTestIndPower().solve_power(effect, power=0.8, alpha=0.05), rel=1e-6
    )
