"""Worked figures: inputs that papers print, or synthetic ones where they print none, with results computed
once with numpy, scipy and statsmodels by another hand. Each names the paper whose question it answers."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import pytest

from release.stats.agreement import cohen_kappa
from release.stats.bootstrap import percentile
from release.stats.bradley_terry import Comparison, Strengths, bradley_terry
from release.stats.correlation import pearson
from release.stats.estimate import equivalence
from release.stats.means import Sums, welch
from release.stats.multiplicity import benjamini_hochberg, holm
from release.stats.poisson import garwood, garwood_upper, rate_ratio
from release.stats.power import samples_per_arm, trials_without_error
from release.stats.powerlaw import Fit, Run, fit_loss, fit_pass_rate
from release.stats.proportion import (
    clopper_pearson,
    clopper_pearson_upper,
    mcnemar_p,
    newcombe,
    predictive_value,
    unpooled_difference,
    wilson,
    wilson_interval,
)
from release.stats.ratio import Joint, fieller, fieller_g


def near(value: float | None, expected: float, within: float = 1e-6) -> bool:
    """Agree to the digits that the figures are printed with."""
    assert value is not None
    return math.isclose(value, expected, rel_tol=0, abs_tol=within)


def of_mean(mean: str, *, sd: int = 2, n: int = 200) -> Sums:
    """Sums of a sample of which only mean, standard deviation and size are known."""
    exact = Fraction(mean)
    return Sums(n, exact * n, (n - 1) * sd**2 + n * exact**2)


SCORES = {"355M": of_mean("6.07"), "774M": of_mean("6.72"), "1.5B": of_mean("6.91")}
"""Credibility scores of the GPT-2 sizes, OpenAI, 5 November 2019; SD 2 and n 200 are synthetic."""


@pytest.mark.parametrize(
    ("before", "after", "t", "p", "low", "high"),
    [
        ("774M", "1.5B", 0.95, 0.342689, -0.203188, 0.583188),
        ("355M", "774M", 3.25, 0.00125219, 0.256812, 1.043188),
    ],
)
def test_credibility_between_neighbouring_sizes(
    before: str, after: str, t: float, p: float, low: float, high: float
) -> None:
    change = welch(SCORES[before], SCORES[after])
    ends = change.interval(0.95)
    assert change.value is not None
    assert near(change.se, 0.2)
    assert change.df == 398
    assert near(change.value / 0.2, t)
    assert near(change.p_value(), p)
    assert near(ends.low, low)
    assert near(ends.high, high)


def test_credibility_across_two_sizes() -> None:
    change = welch(SCORES["355M"], SCORES["1.5B"])
    assert near(change.p_value(), 3.29657e-05, 1e-10)


def test_a_small_rise_is_not_shown_to_be_none() -> None:
    change = welch(SCORES["774M"], SCORES["1.5B"])
    half = equivalence(change, 0.5)
    third = equivalence(change, 0.3)
    assert half is not None
    assert third is not None
    assert near(half.p, 0.060968)
    assert near(half.low, -0.139738)
    assert near(half.high, 0.519738)
    assert near(third.p, 0.291314)


@pytest.mark.parametrize(("effect", "n"), [(0.095, 1740.32), (0.325, 149.584)])
def test_sample_sizes_that_a_credibility_study_would_need(effect: float, n: float) -> None:
    assert near(samples_per_arm(effect), n, 5e-3)


@pytest.mark.parametrize(
    ("model", "paper", "n", "low", "high"),
    [
        (72, 83, 100, -0.006126, 0.222832),
        (180, 208, 250, 0.038957, 0.183710),
        (360, 415, 500, 0.058376, 0.160963),
    ],
)
def test_newspaper_against_model_credibility(model: int, paper: int, n: int, low: float, high: float) -> None:
    """72 % against 83 %, OpenAI, 20 August 2019; n is not in the post."""
    found = newcombe(model, n, paper, n)
    assert near(found.value, paper / n - model / n)
    assert near(found.low, low)
    assert near(found.high, high)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        pytest.param(72, 100, 0.625120, 0.798603, id="credible articles, OpenAI 2019"),
        pytest.param(9930, 10_000, 0.991166, 0.994455, id="detection of 124M by itself, OpenAI 2019"),
        pytest.param(7930, 10_000, 0.784947, 0.800828, id="124M detector on 1.5B, OpenAI 2019"),
        pytest.param(9600, 10_000, 0.955979, 0.963667, id="1.5B detector on 1.5B, OpenAI 2019"),
        pytest.param(170, 200, 0.793944, 0.892864, id="preferred to GPT-3, Ouyang 2022"),
        pytest.param(142, 200, 0.643625, 0.768460, id="preferred to few-shot GPT-3, Ouyang 2022"),
        pytest.param(20, 30, 0.487801, 0.807695, id="AIME 2024, 30 items"),
        pytest.param(16, 30, 0.361423, 0.697676, id="AIME 2025, 30 items"),
        pytest.param(112, 200, 0.490717, 0.627022, id="against demonstrators, Nakano 2021"),
        pytest.param(138, 200, 0.622828, 0.750011, id="against top answers, Nakano 2021"),
        pytest.param(613, 817, 0.719501, 0.778768, id="TruthfulQA true, Nakano 2021"),
        pytest.param(441, 817, 0.505497, 0.573691, id="TruthfulQA true and informative, Nakano 2021"),
        pytest.param(83, 100, 0.744520, 0.891064, id="citation precision, synthetic"),
        pytest.param(71, 90, 0.693652, 0.860474, id="citation recall, synthetic"),
        pytest.param(2, 40, 0.013821, 0.165039, id="summaries rated 6 of 7, Wu 2021"),
        pytest.param(5, 100, 0.021544, 0.111750, id="five of a hundred, Wu 2021"),
        pytest.param(560, 1000, 0.529063, 0.590478, id="56 % of 1,000"),
    ],
)
def test_score_intervals(successes: int, n: int, low: float, high: float) -> None:
    found = wilson(successes, n)
    assert near(found.value, successes / n)
    assert near(found.low, low)
    assert near(found.high, high)


@pytest.mark.parametrize(
    ("one", "n_one", "two", "n_two", "low", "high"),
    [
        pytest.param(7020, 10_000, 9269, 10_000, 0.214571, 0.235202, id="fine-tuning, OpenAI 2019"),
        pytest.param(124, 200, 148, 200, 0.028558, 0.208726, id="D - G, Saunders 2022"),
        pytest.param(313, 500, 382, 500, 0.081097, 0.193690, id="shorter edits, Stiennon 2020"),
    ],
)
def test_differences_of_proportions(
    one: int, n_one: int, two: int, n_two: int, low: float, high: float
) -> None:
    found = newcombe(one, n_one, two, n_two)
    assert near(found.low, low)
    assert near(found.high, high)


@pytest.mark.parametrize(
    ("tpr", "fpr", "base_rate", "precision", "false_per_true"),
    [
        (0.95, 0.05, 0.01, 0.161016949, 5.210526),
        (0.999, 0.001, 0.01, 0.909836066, 0.0990991),
        (0.9999, 0.0001, 0.01, 0.990196078, 0.00990099),
        (0.96, 0.04, 0.001, 0.023460411, 41.625),
    ],
)
def test_what_a_detector_flags(
    tpr: float, fpr: float, base_rate: float, precision: float, false_per_true: float
) -> None:
    found = predictive_value(tpr, fpr, base_rate)
    assert found is not None
    assert near(found, precision, 1e-9)
    assert near((1 - found) / found, false_per_true)


def test_how_many_must_be_detected_to_show_a_requirement() -> None:
    """99.9 % to 99.99 %: what OpenAI, 20 August 2019, says stand-alone detection would need."""
    assert trials_without_error(0.999) == 2_995
    assert trials_without_error(0.9999) == 29_956


def test_nothing_found_still_has_bounds() -> None:
    assert near(garwood_upper(0), 2.995732)
    assert near(garwood(3).low, 0.618672)
    assert near(garwood(3).high, 8.767273)
    assert near(wilson_interval(0, 50).high, 0.071348)
    assert near(clopper_pearson(0, 50).high, 0.071122)
    assert near(clopper_pearson_upper(0, 50), 0.058155)


def test_accuracy_falls_with_size() -> None:
    """Each size's own detector, OpenAI, 5 November 2019, against the logarithm of its size."""
    sizes = [math.log10(size) for size in (124e6, 355e6, 774e6, 1558e6)]
    found = pearson(zip(sizes, (0.993, 0.985, 0.979, 0.960), strict=True))
    assert near(found.value, -0.94186592, 1e-8)


def test_four_bias_probes_judged_together() -> None:
    adjusted = holm([0.003, 0.02, 0.04, 0.30])
    assert all(map(near, adjusted, (0.012, 0.06, 0.08, 0.30)))
    adjusted = benjamini_hochberg([0.003, 0.02, 0.04, 0.30])
    assert all(map(near, adjusted, (0.012, 0.04, 0.053333, 0.30)))


def test_no_difference_between_probes_is_not_shown() -> None:
    found = unpooled_difference(199, 500, 206, 500)
    shown = equivalence(found, 0.05)
    assert near(found.se, 0.031044)
    assert shown is not None
    assert near(shown.p, 0.123094)


COMPUTE = [10.0**power for power in range(-10, -3)]


def loss_fit(values: list[float]) -> Fit:
    found = fit_loss([Run(compute, value) for compute, value in zip(COMPUTE, values, strict=True)])
    assert isinstance(found, Fit)
    return found


def test_an_exact_law_is_recovered() -> None:
    """a C^b + c with compute relative to the target, as GPT-4's report section 3.1 fits it."""
    found = loss_fit([0.30 * compute**-0.09 + 0.80 for compute in COMPUTE])
    assert found.c is not None
    assert near(found.a.value, 0.30)
    assert near(found.b.value, -0.09)
    assert near(found.c.value, 0.80)
    prediction = found.predict(1.0, 0.95)
    assert near(prediction.value, 1.1)
    assert prediction.interval.low is None
    assert prediction.reason is not None


NOISY = [3.1869847042, 2.7339626871, 2.3764223807, 2.0777385564, 1.8412105514, 1.6445148794, 1.4877602958]


def test_a_noisy_law_is_extrapolated() -> None:
    found = loss_fit(NOISY)
    assert found.c is not None
    assert near(found.a.value, 0.29295775)
    assert near(found.b.value, -0.09087320)
    assert near(found.c.value, 0.81139591)
    assert near(found.residual, 0.00252108)
    prediction = found.predict(1.0, 0.95)
    assert near(prediction.value, 1.104353665)
    assert near(prediction.mean_se, 0.005939206)
    assert near(prediction.interval.low, 1.086439676)
    assert near(prediction.interval.high, 1.122267653)


def test_a_law_without_its_constant_misses() -> None:
    """A straight line in logarithms; the truth is 1.10."""
    found = fit_pass_rate(
        [Run(compute, math.exp(-value)) for compute, value in zip(COMPUTE, NOISY, strict=True)]
    )
    assert isinstance(found, Fit)
    prediction = found.predict(1.0, 0.95)
    assert near(-math.log(prediction.value), 0.872063701)
    assert prediction.interval.low is not None
    assert -math.log(prediction.interval.low) < 1.10


def test_a_pass_rate_is_extrapolated() -> None:
    """-log(pass rate) = a C^b, as GPT-4's report section 3.2 fits it."""
    ys = [4.10, 2.75, 1.90, 1.28]
    runs = [Run(10.0**power, math.exp(-y)) for power, y in zip(range(-6, -2), ys, strict=True)]
    found = fit_pass_rate(runs)
    assert isinstance(found, Fit)
    assert near(found.b.value, -0.167730075)
    assert near(found.a.value, 0.402471091)
    assert near(found.residual, 0.008816054)
    prediction = found.predict(1.0, 0.95)
    assert near(prediction.value, 0.668665669)
    assert prediction.interval.low is not None
    assert prediction.interval.high is not None
    assert near(-math.log(prediction.interval.high), 0.368815)
    assert near(-math.log(prediction.interval.low), 0.439198)
    logs = [math.log(y) for y in ys]
    spread = sum((log - sum(logs) / 4) ** 2 for log in logs)
    assert near(1 - 2 * found.residual**2 / spread, 0.999791616)


def test_assisted_raters_find_half_as_many_flaws_again() -> None:
    """Saunders et al. 2022: about 50 % more; the counts are synthetic."""
    found = rate_ratio(120, 100, 180, 100)
    assert near(found.value, 1.5)
    assert near(found.low, 1.190628)
    assert near(found.high, 1.889758)


def test_discordant_pairs() -> None:
    assert near(mcnemar_p(25, 10), 0.016673848)
    assert near(mcnemar_p(112, 88), 0.103639)


def recovered(weak: float, student: float, ceiling: float, n: int) -> Joint:
    """Performance gap recovered, Burns et al. 2023, from three independent accuracies."""
    of = {share: share * (1 - share) / n for share in (weak, student, ceiling)}
    return Joint(
        student - weak, ceiling - weak, of[student] + of[weak], of[ceiling] + of[weak], of[weak], None
    )


def test_performance_gap_recovered() -> None:
    joint = recovered(0.60, 0.75, 0.90, 1_000)
    found = fieller(joint, n=3_000)
    assert near(found.value, 0.5)
    assert near(fieller_g(joint), 0.014085)
    assert near(found.low, 0.388589)
    assert near(found.high, 0.604918)


def test_performance_gap_recovered_without_a_gap() -> None:
    joint = recovered(0.70, 0.72, 0.73, 1_000)
    found = fieller(joint, n=3_000)
    assert near(found.value, 2 / 3)
    assert near(fieller_g(joint), 1.737620)
    assert (found.low, found.high, found.method) == (None, None, "fieller-unbounded")


def test_kappa_of_two_raters() -> None:
    found = cohen_kappa([[40, 10], [15, 35]])
    ends = found.interval(0.95)
    assert near(found.value, 0.5)
    assert near(ends.low, 0.331113)
    assert near(ends.high, 0.668887)


def test_strengths_of_three_models() -> None:
    found = bradley_terry(
        [Comparison("A", "B", 100, 70), Comparison("A", "C", 100, 85), Comparison("B", "C", 100, 65)],
        reference="A",
    )
    assert isinstance(found, Strengths)
    assert near(found.of["B"].value, -0.924526)
    assert near(found.of["B"].se, 0.186117)
    assert near(found.of["C"].value, -1.614510)
    assert near(found.of["C"].se, 0.202171)
    assert near(-found.log_likelihood, 168.315352)
    assert near(1 / (1 + math.exp(found.of["B"].value or 0)), 0.715963)
    assert near(1 / (1 + math.exp(found.of["C"].value or 0)), 0.834037)


def test_few_raters_make_a_bootstrap_too_narrow() -> None:
    """Four raters, all 256 resamples: narrower than Wilson's interval on rows that ignores the raters."""
    raters = [(30.0, 50.0), (22.0, 40.0), (35.0, 60.0), (25.0, 50.0)]
    values = sorted(
        sum(wins for wins, _ in draw) / sum(n for _, n in draw)
        for draw in itertools.product(raters, repeat=4)
    )
    deviation = math.sqrt(sum((value - sum(values) / 256) ** 2 for value in values) / 256)
    assert near(deviation, 0.019462)
    found = percentile(raters, lambda totals: totals[:, 0] / totals[:, 1], seed=1)
    assert near(found.low, 0.522222, 2e-3)
    assert near(found.high, 0.590909, 2e-3)
    on_rows = wilson_interval(112, 200)
    assert found.low is not None
    assert found.high is not None
    assert on_rows.low is not None
    assert on_rows.high is not None
    assert found.high - found.low < on_rows.high - on_rows.low
