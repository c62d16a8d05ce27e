"""Whether a reward model ranks as people do, and where optimising against it stops helping.

Question: how often does the reward model prefer what people preferred? And: as a policy moves away from where
it started, when does the true (gold) reward fall although the proxy still rises?

Rows, comparisons: one row per comparison (and rater) with the rewards of the two answers, `chosen` and
`rejected`; `winner` says which of them people preferred (`chosen` where it is not mapped).

- `accuracy` = share of comparisons where the winner has the higher reward; tied rewards count half; people's
  ties are left out
- `loss` = mean of -log sigmoid(winner's reward - the other's), people's ties left out
- `human_agreement` = share of pairs of raters of the same comparison who agree, ties their own answer

Rows, optimisation: `proxy` and `gold` reward at a `kl` distance, or at `n` of best-of-n, whose distance is at
most log n - (n - 1)/n.

- `peak_kl` = the distance at which a parabola of gold in sqrt(kl) peaks, within the range observed
- `gold_drop` = largest observed gold - gold at the largest distance, means by distance

Source: Stiennon et al. 2020, Learning to summarize from human feedback; Gao et al. 2023, Scaling laws for
reward model overoptimization, for the shape in sqrt(kl). The interval of the peak is Fieller's (1954),
squared.

Limits: best-of-n's distance is an upper bound (equal where no two samples are the same); raters who trained
the reward model agree with it more than others; the largest of several noisy golds is too large.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from release.evidence.arms import arms
from release.evidence.changes import multiplicity
from release.evidence.kind import (
    Computation,
    FactSpec,
    Figure,
    Kind,
    Param,
    Refusal,
    ResultSpec,
    Role,
    Setting,
)
from release.evidence.pairing import paired_by
from release.evidence.rows import RowCheck, Rows
from release.evidence.terms import Term
from release.stats.arms import (
    Arm,
    arm_of,
    difference,
    paired_change,
    proportion,
    proportion_or_wilson,
)
from release.stats.arms import mean as arm_mean
from release.stats.clustered import ENOUGH_CLUSTERS
from release.stats.estimate import Estimate
from release.stats.exact import square_root
from release.stats.interval import Interval, Statistic
from release.stats.proportion import wilson
from release.stats.quadratic import Heap, fit_parabola, squared

COMPARISON = ("item", "chosen", "rejected")
LOSS_DIGITS = 15
NOTHING = arm_of([])


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return the figures of the kinds of rows that are mapped."""
    if rows.count == 0:
        raise Refusal("no row has all of its numbers")
    results: dict[str, Statistic] = {}
    facts: dict[str, Any] = {"missing": rows.missing}
    if rows.has(*COMPARISON):
        _comparisons(rows, setting, results, facts)
    if rows.has("proxy", "gold"):
        _optimisation(rows, setting, results, facts)
    return Computation(results, facts={**facts, **multiplicity(0)})


def _comparisons(rows: Rows, setting: Setting, results: dict[str, Statistic], facts: dict[str, Any]) -> None:
    keys = ["item", "rater"] if rows.has("rater") else ["item"]
    hint = "Give every comparison a name of its own, and map `rater` if several people judged it."
    rows.once(keys, "comparison {value} occurs twice", hint=hint)
    decided = "\"winner\" <> 'tie'" if rows.has("winner") else "TRUE"
    margin = rows.value("chosen") - rows.value("rejected")
    if rows.has("winner"):
        flipped = f"(CASE WHEN \"winner\" = 'rejected' THEN -1 ELSE 1 END * {margin.sql})"
        margin = Term(flipped, margin.decimals, margin.bound)  # without parts that are not turned
    half = Term(f"(CASE WHEN {margin.sql} > 0 THEN 10 WHEN {margin.sql} = 0 THEN 5 ELSE 0 END)", 1, 10)
    right = arms(rows, half, cluster=setting.cluster, where=decided).get((), NOTHING)
    results["accuracy"] = proportion(right, level=setting.level)
    results["loss"] = arm_mean(_loss_arm(rows, margin, decided, setting), level=setting.level)
    if rows.has("winner", "rater"):
        results["human_agreement"] = _agreement(rows, setting.level)
    facts["clusters"] = rows.distinct(setting.cluster or "item")


def _loss_arm(rows: Rows, margin: Term, where: str, setting: Setting) -> Arm:
    """Return the losses as an arm: one logarithm for each margin that occurs, summed in whole units."""
    cluster = setting.cluster if setting.cluster and rows.repeats(setting.cluster, where=where) else None
    key = f'"{cluster}"' if cluster else "NULL"
    sql = f"SELECT {key}, {margin.sql}, COUNT(*) FROM rows WHERE {where} GROUP BY 1, 2"
    totals: dict[str, list[int]] = {}
    scale = 10**LOSS_DIGITS
    for own, number, count in rows.stream(sql):
        units = round(_log_loss(float(margin.exact(number))) * scale)
        held = totals.setdefault(str(own), [0, 0, 0])
        held[0] += count
        held[1] += count * units
        held[2] += count * units * units
    lines = [
        (own, n, Fraction(total, scale), Fraction(squares, scale * scale))
        for own, (n, total, squares) in sorted(totals.items())
    ]
    return arm_of(lines, by=cluster)


def _log_loss(margin: float) -> float:
    """Return -log sigmoid(margin) without overflow."""
    return math.log1p(math.exp(-margin)) if margin >= 0 else math.log1p(math.exp(margin)) - margin


def _agreement(rows: Rows, level: float) -> Statistic:
    """Return the share of agreeing pairs of raters, by comparison where one has several pairs.

    Comparisons with equal counts are taken together, so that cost does not grow with their number.
    """
    votes = 'SELECT "item", "winner", COUNT(*) AS votes FROM rows GROUP BY 1, 2'
    per_item = (
        "SELECT SUM(votes * (votes - 1)) AS agreeing, SUM(votes) * (SUM(votes) - 1) AS pairs"
        f' FROM ({votes}) AS v GROUP BY "item"'
    )
    counted = f"SELECT agreeing, pairs, COUNT(*) FROM ({per_item}) AS t WHERE pairs > 0 GROUP BY 1, 2"
    lines = [
        (int(twice_a) // 2, int(twice_p) // 2, int(count)) for twice_a, twice_p, count in rows.query(counted)
    ]
    items = sum(count for _, _, count in lines)
    pairs = sum(own * count for _, own, count in lines)
    agreeing = sum(own * count for own, _, count in lines)
    if not lines:
        return Statistic.refused("no comparison was judged by two raters", method="wilson", n=0)
    if all(own == 1 for _, own, _ in lines):
        return wilson(agreeing, pairs, level=level)
    if items < ENOUGH_CLUSTERS:
        flat = [line[:2] for line in sorted(lines) for _ in range(line[2])]
        arm = arm_of(((str(place), own, a, a) for place, (a, own) in enumerate(flat)), by="item")
        return proportion(arm, level=level)
    share = Fraction(agreeing, pairs)
    spread = sum((count * (a - share * own) ** 2 for a, own, count in lines), Fraction(0))
    variance = spread * Fraction(items, items - 1) / pairs**2
    se = square_root(variance) if variance else None
    found = Estimate(float(share), se, items - 1, "cr1 clustered by item", pairs, items)
    return proportion_or_wilson(found, agreeing, level=level)


@dataclass(frozen=True, slots=True)
class _Point:
    kl: float
    key: str
    arm: Arm
    proxy: float


def _optimisation(rows: Rows, setting: Setting, results: dict[str, Statistic], facts: dict[str, Any]) -> None:
    place = "kl" if rows.has("kl") else "n"
    if place == "n":
        rows.reject(RowCheck('"n" < 1', "n", "role 'n' holds {value}: best of none", "Write 1 or more."))
    if rows.has("item"):
        rows.once(["item", place], "item {value} occurs twice at one distance", hint="Keep one of the rows.")
    if not rows.has(*COMPARISON):
        facts["clusters"] = rows.units("item" if rows.has("item") else None)
    points = _points(rows, place)
    gold = [float(point.arm.sums.mean) for point in points]
    results["peak_kl"] = _peak(points, setting.level)
    results["gold_drop"] = _drop(rows, place, points, setting.level)
    facts["gold_points"] = [
        {"kl": point.kl, "gold": value, "proxy": point.proxy}
        for point, value in zip(points, gold, strict=True)
    ]
    rising = next((n for n in range(1, len(gold)) if gold[n] <= gold[n - 1]), len(gold))
    facts["gold_rising_to"] = points[rising - 1].kl
    if setting.params["operating_point"] is not None:
        facts["operating_point"] = float(setting.params["operating_point"])


def _points(rows: Rows, place: str) -> list[_Point]:
    number = rows.value(place)
    golds = arms(rows, rows.value("gold"), by=[number.sql])
    proxies: Mapping[tuple[str, ...], Arm] = arms(rows, rows.value("proxy"), by=[number.sql])
    points = []
    for key, arm in golds.items():
        at = float(number.exact(int(key[0])))
        kl = at if place == "kl" else best_of_n_kl(at)
        points.append(_Point(kl, key[0], arm, float(proxies[key].sums.mean)))
    return sorted(points, key=lambda point: point.kl)


def best_of_n_kl(n: float) -> float:
    """Return the distance of best-of-n from the policy that it samples: an upper bound."""
    return math.log(n) - (n - 1) / n


def _peak(points: list[_Point], level: float) -> Statistic:
    n = sum(point.arm.n for point in points)
    heaps = [
        Heap(
            math.sqrt(point.kl),
            point.arm.n,
            float(point.arm.sums.mean),
            float(point.arm.sums.variance * (point.arm.n - 1)) if point.arm.n > 1 else 0.0,
        )
        for point in points
    ]
    fit = fit_parabola(heaps)
    if isinstance(fit, str):
        return Statistic.refused(f"{fit}; there are {len(points)}", method="fieller", n=n)
    peak = fit.peak(level)
    if peak.value is None:
        return peak
    if not heaps[0].x <= peak.value <= heaps[-1].x:
        reason = "the fitted peak lies outside of the distances observed"
        return Statistic.refused(reason, method="fieller", n=n)
    ends = squared(Interval(peak.low, peak.high))
    return peak.but(value=peak.value**2, low=ends.low, high=ends.high)


def _drop(rows: Rows, place: str, points: list[_Point], level: float) -> Statistic:
    """Return the fall of gold from its largest mean, the first of equal ones, to the largest distance."""
    best = max(points, key=lambda point: (point.arm.sums.mean, -point.kl))
    last = points[-1]
    n = best.arm.n + last.arm.n
    if best is last:
        reason = "gold is largest at the largest distance"
        return Statistic(0.0, level=level, method="welch", n=last.arm.n, reason=reason)
    if rows.has("item"):
        sql = rows.value(place).sql
        first, second = (f"{sql} = {point.key}" for point in (last, best))
        found = paired_by(rows, rows.value("gold"), on=["item"], first=first, second=second)
        if () in found:
            return paired_change(found[()].differences, level=level).statistic
    figure = difference(last.arm, best.arm, level=level, shares=False).statistic
    return figure.but(n=n)


_COMPARISONS = (COMPARISON,)
_OPTIMISATION = (("proxy", "gold"),)

KIND = Kind(
    name="reward_model",
    version=2,
    title="Reward model against people",
    roles=(
        Role("item", "key", "The comparison, or the prompt that was sampled for."),
        Role("chosen", "number", "Reward of the answer called chosen.", "drop"),
        Role("rejected", "number", "Reward of the other answer.", "drop"),
        Role("winner", "label", "Which of the two people preferred.", "drop", ("chosen", "rejected", "tie")),
        Role("rater", "key", "Who preferred it."),
        Role("n", "count", "Samples of which the best by proxy was taken."),
        Role("kl", "number", "Distance from the starting policy.", low=0.0),
        Role("proxy", "number", "The reward that was optimised.", "drop"),
        Role("gold", "number", "The reward that was meant.", "drop"),
    ),
    requires=((COMPARISON, ("proxy", "gold", "n"), ("proxy", "gold", "kl")),),
    results=(
        ResultSpec("accuracy", "proportion", "Comparisons ranked as people did.", _COMPARISONS),
        ResultSpec("loss", "mean", "Mean log loss of the preferences.", _COMPARISONS, range=(0.0, None)),
        ResultSpec(
            "human_agreement", "proportion", "Pairs of raters who agree.", ((*COMPARISON, "winner", "rater"),)
        ),
        ResultSpec("peak_kl", "kl", "Distance at which gold peaks.", _OPTIMISATION),
        ResultSpec("gold_drop", "difference", "Fall of gold to the largest distance.", _OPTIMISATION),
    ),
    params=(
        Param(
            "operating_point", "double", None, "Distance (kl) of the policy that is to be released.", -1e-9
        ),
    ),
    facts=(
        FactSpec("operating_point", "double", "Distance of the policy that is to be released."),
        FactSpec("gold_rising_to", "double", "Distance up to which gold rises from point to point."),
        FactSpec("gold_points", ("list", ("object", "GoldPoint")), "Mean gold and proxy by distance."),
    ),
    cluster="rater",
    figure=Figure("Comparisons ranked as people did", "accuracy", reference=0.5),
    compute=compute,
)
