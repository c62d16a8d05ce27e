"""How often each interval holds the truth, where the truth is known because the rows are simulated.

`python tests/studies/coverage_of_intervals.py` prints the page of the docs; `make studies`
compares the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.random import RandomState

from release.stats.agreement import nominal_alpha, nominal_alphas, nominal_sums
from release.stats.arms import arm_of, mean, proportion
from release.stats.auc import ScoreCount, delong, rank_sums
from release.stats.bootstrap import percentile
from release.stats.bradley_terry import Comparison, Strengths, bradley_terry
from release.stats.clustered import Cluster, clustered_difference, moments_of, two_way_mean
from release.stats.correlation import pearson
from release.stats.interval import Interval, Statistic
from release.stats.logistic import Line, Outcome, logistic_line
from release.stats.means import paired, sums_of, t_mean, welch
from release.stats.poisson import garwood, garwood_upper, rate_ratio
from release.stats.powerlaw import Fit, Run, fit_loss, fit_pass_rate
from release.stats.proportion import clopper_pearson, clopper_pearson_upper, newcombe, wilson_interval
from release.stats.ratio import Joint, fieller

DRAWS = 2_000
LEVEL = 0.95
Draw = Callable[[RandomState], Interval]


@dataclass(frozen=True)
class Setting:
    """One simulated situation.

    Attributes:
        method: the interval, as it is named in results.
        rows: what the rows are like.
        truth: what the interval should hold.
        draw: new rows, and their interval.
        draws: how often.
    """

    method: str
    rows: str
    truth: float
    draw: Draw
    draws: int = DRAWS


@dataclass(frozen=True)
class Coverage:
    """What came of a setting.

    Attributes:
        held: intervals that held the truth.
        given: intervals that were given at all.
        width: their mean width; infinite where they are one-sided.
    """

    setting: Setting
    held: int
    given: int
    width: float

    @property
    def share(self) -> float:
        """Share of the intervals given that held the truth."""
        return self.held / max(1, self.given)


def simulate(setting: Setting, seed: int) -> Coverage:
    """Draw rows again and again, and count."""
    generator = RandomState(seed)
    held = given = 0
    widths = []
    for _ in range(setting.draws):
        ends = setting.draw(generator)
        if ends.low is None and ends.high is None:
            continue
        given += 1
        low = -math.inf if ends.low is None else ends.low
        high = math.inf if ends.high is None else ends.high
        held += low <= setting.truth <= high
        widths.append(high - low)
    return Coverage(setting, held, given, float(np.mean(widths)) if widths else math.nan)


def ends_of(figure: Statistic) -> Interval:
    return Interval(figure.low, figure.high)


def of_proportion(p: float, n: int) -> Draw:
    return lambda g: wilson_interval(int(g.binomial(n, p)), n)


def exact_proportion(p: float, n: int) -> Draw:
    return lambda g: ends_of(clopper_pearson(int(g.binomial(n, p)), n))


def exact_bound(p: float, n: int) -> Draw:
    return lambda g: Interval(None, clopper_pearson_upper(int(g.binomial(n, p)), n))


def of_difference(p: float, q: float, n: int) -> Draw:
    return lambda g: ends_of(newcombe(int(g.binomial(n, p)), n, int(g.binomial(n, q)), n))


def of_mean(n: int, *, skewed: bool) -> Draw:
    def draw(g: RandomState) -> Interval:
        values = g.lognormal(0, 1, n) if skewed else g.normal(size=n)
        return t_mean(sums_of(values.tolist())).interval(LEVEL)

    return draw


def of_unequal_samples(g: RandomState) -> Interval:
    one, two = g.normal(0, 3, 12), g.normal(0.5, 1, 40)
    return welch(sums_of(one.tolist()), sums_of(two.tolist())).interval(LEVEL)


def of_same_items(n: int) -> Draw:
    def draw(g: RandomState) -> Interval:
        hard = g.random_sample(n)
        before, after = (hard + g.normal(0, 0.2, n) < p for p in (0.5, 0.6))
        return paired(sums_of((after.astype(int) - before.astype(int)).tolist())).interval(LEVEL)

    return draw


def change_on_same_items() -> float:
    """The true change of `of_same_items`, by the normal integral on a fine grid."""
    grid = (np.arange(200_000) + 0.5) / 200_000
    tail = np.vectorize(lambda z: 0.5 * math.erfc(-z / math.sqrt(2)))
    coarse = grid[::200]
    shares = [float(tail((p - coarse) / 0.2).mean()) for p in (0.5, 0.6)]
    return shares[1] - shares[0]


def rated(g: RandomState, clusters: int, size: int, *, lean: float, binary: bool) -> list[tuple[Any, ...]]:
    """Rows of raters with a lean of their own, as (cluster, n, total, squares)."""
    rows = []
    for rater in range(clusters):
        own = g.normal(0, lean)
        if binary:
            p = 1 / (1 + math.exp(-own))
            wins = int(g.binomial(size, p))
            rows.append((str(rater), size, wins, wins))
        else:
            sums = sums_of((own + g.normal(size=size)).tolist())
            rows.append((str(rater), size, sums.total, sums.squares))
    return rows


def of_raters(clusters: int, size: int, *, lean: float, binary: bool, ignored: bool = False) -> Draw:
    def draw(g: RandomState) -> Interval:
        rows = rated(g, clusters, size, lean=lean, binary=binary)
        arm = arm_of(rows, by=None if ignored else "rater")
        return ends_of(proportion(arm, level=LEVEL) if binary else mean(arm, level=LEVEL))

    return draw


def of_shared_raters(clusters: int, *, shared: bool) -> Draw:
    def draw(g: RandomState) -> Interval:
        arms: list[dict[str, Cluster]] = [{}, {}]
        for rater in range(clusters):
            own = g.normal(0, 0.7)
            for place, arm in enumerate(arms):
                if not shared:
                    own = g.normal(0, 0.7)
                values = own + 0.3 * place + g.normal(0, 0.3) + g.normal(size=6)
                name = str(rater) if shared else f"{place}-{rater}"
                arm[name] = Cluster(6, sums_of(values.tolist()).total)
        return clustered_difference(*arms).interval(LEVEL)

    return draw


def of_raters_and_items(raters: int, items: int) -> Draw:
    def draw(g: RandomState) -> Interval:
        lean, easy = g.normal(0, 0.5, raters), g.normal(0, 0.5, items)
        table = lean[:, None] + easy[None, :] + g.normal(size=(raters, items))
        first = moments_of([Cluster(items, sums_of(row.tolist()).total) for row in table])
        second = moments_of([Cluster(raters, sums_of(row.tolist()).total) for row in table.T])
        cells = moments_of([Cluster(1, Fraction(float(cell))) for cell in table.ravel()])
        return two_way_mean(first, second, cells, by=("rater", "item")).interval(LEVEL)

    return draw


def of_count(expected: float) -> Draw:
    return lambda g: garwood(int(g.poisson(expected)))


def count_bound(expected: float) -> Draw:
    return lambda g: Interval(None, garwood_upper(int(g.poisson(expected))))


def of_rates(one: float, two: float) -> Draw:
    return lambda g: ends_of(rate_ratio(int(g.poisson(one)), 1, int(g.poisson(two)), 1))


def of_ratio(gap: float, n: int) -> Draw:
    """The share of a gap that is closed, from three models on the same items."""

    def draw(g: RandomState) -> Interval:
        hard = g.random_sample(n)
        weak, student, ceiling = (
            (hard + g.normal(0, 0.15, n) < p).astype(int) for p in (0.6, 0.6 + gap / 2, 0.6 + gap)
        )
        above, below = student - weak, ceiling - weak
        spread = np.cov(above, below) / n
        joint = Joint(above.mean(), below.mean(), spread[0, 0], spread[1, 1], spread[0, 1], n - 1)
        return ends_of(fieller(joint, n=n))

    return draw


def closed_gap(gap: float) -> float:
    """The true share of `of_ratio`."""
    grid = (np.arange(20_000) + 0.5) / 20_000
    tail = np.vectorize(lambda z: 0.5 * math.erfc(-z / math.sqrt(2)))
    weak, student, ceiling = (float(tail((p - grid) / 0.15).mean()) for p in (0.6, 0.6 + gap / 2, 0.6 + gap))
    return (student - weak) / (ceiling - weak)


def of_area(shift: float, n: int) -> Draw:
    def draw(g: RandomState) -> Interval:
        table = [ScoreCount(float(x), 1, 0) for x in g.normal(shift, 1, n)]
        table += [ScoreCount(float(x), 0, 1) for x in g.normal(0, 1, n)]
        return delong(rank_sums(table)).interval(LEVEL).within(0.0, 1.0)

    return draw


def area(shift: float) -> float:
    return 0.5 * math.erfc(-shift / 2)


def of_correlation(r: float, n: int) -> Draw:
    def draw(g: RandomState) -> Interval:
        x = g.normal(size=n)
        y = r * x + math.sqrt(1 - r * r) * g.normal(size=n)
        return ends_of(pearson(zip(x.tolist(), y.tolist(), strict=True)))

    return draw


def of_strength(raters: int | None) -> Draw:
    """Three models 0, -0.5, -1; with raters each has a taste of its own for the second."""

    def draw(g: RandomState) -> Interval:
        comparisons = []
        for rater in range(raters or 1):
            taste = g.normal(0, 0.4) if raters else 0.0
            strength = {"a": 0.0, "b": -0.5 + taste, "c": -1.0}
            for one, two in (("a", "b"), ("a", "c"), ("b", "c")):
                n = 12 if raters else 80
                wins = int(g.binomial(n, 1 / (1 + math.exp(strength[two] - strength[one]))))
                comparisons.append(Comparison(one, two, n, wins, str(rater)))
        found = bradley_terry(comparisons, reference="a", by="rater" if raters else None)
        assert isinstance(found, Strengths)
        return found.of["c"].interval(LEVEL)

    return draw


def of_length_control(g: RandomState) -> Interval:
    d = g.normal(0.5, 1, 150)
    won = g.random_sample(150) < 1 / (1 + np.exp(-(0.4 + 0.8 * d)))
    found = logistic_line(Outcome(float(x), 1, int(y)) for x, y in zip(d, won, strict=True))
    assert isinstance(found, Line)
    return ends_of(found.chance_at_zero(LEVEL))


def judged(g: RandomState, items: int) -> list[list[dict[Any, int]]]:
    """Three raters per item who see a common sign and err."""
    out = []
    for _ in range(items):
        sign = g.random_sample() < 0.5
        votes = [int(sign != (g.random_sample() < 0.2)) for _ in range(3)]
        out.append([{value: votes.count(value) for value in set(votes)}])
    return out


def of_alpha(items: int) -> Draw:
    def draw(g: RandomState) -> Interval:
        rows = nominal_sums(judged(g, items), [0, 1])
        return percentile(rows, nominal_alphas, seed=int(g.randint(2**31)), draws=1_000)

    return draw


def true_alpha() -> float:
    found = nominal_alpha(unit for item in judged(RandomState(1), 200_000) for unit in item)
    assert found is not None
    return found


def of_new_run(runs: int, ahead: float) -> Draw:
    """The prediction interval of a loss, less the new run: it should hold 0."""

    def draw(g: RandomState) -> Interval:
        compute = np.logspace(0, 4, runs)
        loss = compute**-0.15 + 1.2 + g.normal(0, 0.01, runs)
        found = fit_loss([Run(float(c), float(v)) for c, v in zip(compute, loss, strict=True)])
        if isinstance(found, str):
            return Interval(None, None)
        target = 1e4 * ahead
        new = target**-0.15 + 1.2 + g.normal(0, 0.01)
        ends = found.predict(target, LEVEL).interval
        assert ends.low is not None
        assert ends.high is not None
        return Interval(ends.low - new, ends.high - new)

    return draw


def of_new_rate(runs: int, ahead: float) -> Draw:
    def draw(g: RandomState) -> Interval:
        compute = np.logspace(0, 3, runs)
        y = np.log(2.0) - 0.15 * np.log(compute) + g.normal(0, 0.05, runs)
        rates = np.exp(-np.exp(y))
        found = fit_pass_rate([Run(float(c), float(v)) for c, v in zip(compute, rates, strict=True)])
        assert isinstance(found, Fit)
        target = 1e3 * ahead
        new = math.exp(-math.exp(math.log(2.0) - 0.15 * math.log(target) + g.normal(0, 0.05)))
        ends = found.predict(target, LEVEL).interval
        assert ends.low is not None
        assert ends.high is not None
        return Interval(ends.low - new, ends.high - new)

    return draw


def settings() -> Iterator[Setting]:
    """Yield every setting of the table, in its order."""
    for p, n in ((0.5, 20), (0.1, 50), (0.01, 100), (0.01, 1000)):
        yield Setting("wilson", f"{n} trials at {p}", p, of_proportion(p, n))
    yield Setting("clopper-pearson", "100 trials at 0.01", 0.01, exact_proportion(0.01, 100))
    yield Setting("clopper-pearson one-sided", "100 trials at 0.01", 0.01, exact_bound(0.01, 100))
    for p, q, n in ((0.5, 0.6, 50), (0.05, 0.1, 50), (0.7, 0.72, 500)):
        yield Setting("newcombe", f"{n} trials at {p} and {q} each", q - p, of_difference(p, q, n))
    yield Setting("t", "10 normal values", 0.0, of_mean(10, skewed=False))
    yield Setting("t", "30 log-normal values", math.exp(0.5), of_mean(30, skewed=True))
    yield Setting("welch", "12 values of sd 3, 40 of sd 1", 0.5, of_unequal_samples)
    yield Setting("paired-t", "60 items, right or wrong twice", change_on_same_items(), of_same_items(60))
    yield Setting("cr1", "10 raters x 8 scores", 0.0, of_raters(10, 8, lean=0.5, binary=False))
    yield Setting("cr1", "20 raters x 8 scores", 0.0, of_raters(20, 8, lean=0.5, binary=False))
    yield Setting("cr1", "20 raters x 20 judgements", 0.5, of_raters(20, 20, lean=0.6, binary=True))
    yield Setting("cluster-means", "3 raters x 8 scores", 0.0, of_raters(3, 8, lean=0.5, binary=False))
    yield Setting("cluster-means", "9 raters x 8 scores", 0.0, of_raters(9, 8, lean=0.5, binary=False))
    yield Setting("cluster-means", "5 raters x 20 judgements", 0.5, of_raters(5, 20, lean=0.6, binary=True))
    yield Setting(
        "wilson, raters ignored",
        "20 raters x 20 judgements",
        0.5,
        of_raters(20, 20, lean=0.6, binary=True, ignored=True),
    )
    yield Setting("cr1, difference", "15 raters in both arms", 0.3, of_shared_raters(15, shared=True))
    yield Setting("cluster-means, difference", "5 raters in both arms", 0.3, of_shared_raters(5, shared=True))
    yield Setting("cr1, difference", "12 raters in each arm", 0.3, of_shared_raters(12, shared=False))
    yield Setting("cr1 two-way", "15 raters x 20 items", 0.0, of_raters_and_items(15, 20), 1_000)
    yield Setting("cr1 two-way", "4 raters x 20 items", 0.0, of_raters_and_items(4, 20), 1_000)
    for expected in (0.5, 3.0, 20.0):
        yield Setting("garwood", f"{expected:g} events expected", expected, of_count(expected))
    yield Setting("garwood one-sided", "3 events expected", 3.0, count_bound(3.0))
    yield Setting("log-normal", "10 and 15 events expected", 1.5, of_rates(10, 15))
    for gap, n in ((0.3, 200), (0.08, 200)):
        rows = f"{n} items, a gap of {gap} half closed"
        yield Setting("fieller", rows, closed_gap(gap), of_ratio(gap, n))
    for shift, n in ((0.74, 40), (2.33, 40), (2.33, 200)):
        yield Setting("delong", f"{n} of each, area {area(shift):.2f}", area(shift), of_area(shift, n))
    yield Setting("fisher", "20 pairs, correlation 0.5", 0.5, of_correlation(0.5, 20))
    yield Setting("information", "strength, 80 comparisons a pair", -1.0, of_strength(None), 1_000)
    yield Setting("sandwich", "strength, 12 raters x 12 comparisons a pair", -1.0, of_strength(12), 1_000)
    at_zero = 1 / (1 + math.exp(-0.4))
    yield Setting("information", "length control, 150 comparisons", at_zero, of_length_control, 1_000)
    alpha = true_alpha()
    for items in (20, 100):
        yield Setting("bootstrap", f"alpha, {items} items x 3 raters", alpha, of_alpha(items), 1_000)
    for runs, ahead in ((6, 10), (8, 10), (8, 1000)):
        rows = f"loss of a new run {ahead:,}x ahead, {runs} runs"
        yield Setting("delta", rows, 0.0, of_new_run(runs, ahead), 1_000)
    yield Setting("delta", "pass rate of a new run 100x ahead, 5 runs", 0.0, of_new_rate(5, 100), 1_000)


def study() -> list[Coverage]:
    """Simulate all settings; each has a seed of its own, so that adding one changes no other."""
    return [simulate(setting, sum(map(ord, setting.method + setting.rows))) for setting in settings()]


PAGE = """# How often the intervals hold the truth

An interval at 95 % is a promise: in 95 of 100 such studies it holds the true value. This page tests the
promise where the truth is known, because the rows are simulated. `make studies` makes it again.

{table}

*held*: share of the intervals given that held the truth (its own standard error is about half a point at
2,000 draws and 0.7 at 1,000). *given*: share of the draws in which there was an interval at all. *width*:
mean width; one-sided bounds have none.

## What it says

- Where the rows are what the formula assumes, intervals hold what they promise, within a point or two.
- **Clusters.** {ignored}
- **Few raters.** The spread of three raters' own means keeps the promise, and pays for it with intervals
  several times as wide as those of ten raters. Two-way intervals with four raters keep it too, on average
  over items and raters like these.
- **Rare events.** Where one success is expected in 100 trials, Wilson's interval falls short by some points;
  the exact ones never do, and are wider. That is why bounds are exact here and displayed rates Wilson's.
- **Skew.** A t interval of 30 strongly skewed values falls short. A larger sample mends it, a formula does
  not.
- **Ratios.** Where the gap in the denominator is small, Fieller's interval is often not given, because the
  data do not bound the ratio. That is the honest answer; those that are given hold what they promise.
- **Areas near 1.** DeLong's interval is too short for small samples of a very good detector.
- **Bootstrap.** With 20 items the percentile interval of alpha falls short by some points, with 100 it does
  not.
- **Forecasts.** The delta method holds when the law does: the runs here were made by it. Real runs are
  another matter, see [how forecasts did](forecast-coverage.md).
"""


def page(found: list[Coverage]) -> str:
    """Return the page for the docs."""
    lines = ["| interval | rows | truth | held | given | width |", "|---|---|---|---|---|---|"]
    for each in found:
        width = "" if math.isinf(each.width) else f"{each.width:.3g}"
        lines.append(
            f"| {each.setting.method} | {each.setting.rows} | {each.setting.truth:.4g} | {each.share:.1%} "
            f"| {each.given / each.setting.draws:.0%} | {width} |"
        )
    by_method = {each.setting.method: each for each in found}
    careless = by_method["wilson, raters ignored"]
    careful = next(
        each for each in found if each.setting.method == "cr1" and each.setting.rows == careless.setting.rows
    )
    ignored = (
        f"The same 400 judgements of 20 raters: an interval that knows of the raters holds the truth\n  in "
        f"{careful.share:.0%} of the studies, one that counts 400 independent rows in {careless.share:.0%}."
    )
    return PAGE.format(table="\n".join(lines), ignored=ignored)


if __name__ == "__main__":
    print(page(study()), end="")
