"""The figures of each kind a second time, from a table of rows with pandas, scipy, statsmodels and their kin.

Nothing here calls the code under test: every interval comes from another library, or from its definition
written out. A figure is (value, low, high), None where it is refused or has no end; `ANY` where only the
value is checked (a bootstrap's ends depend on its draws).
"""

# ruff: noqa: FBT001, PLR0912 - a table of definitions, as close to their wording as it goes

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import optimize, stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

ANY = math.nan
TINY = 1e-12

Figure = tuple[float | None, float | None, float | None]
Key = tuple[str, frozenset[tuple[str, str]]]
Figures = dict[Key, Figure]
REFUSED: Figure = (None, None, None)


class Effect(NamedTuple):
    """A difference with what tests need of it."""

    figure: Figure
    se: float | None
    df: float | None
    clustered: bool = False


def key(name: str, **by: object) -> Key:
    """Name a figure and its slice; a trailing underscore keeps `from` from being a Python keyword."""
    return name, frozenset((part.rstrip("_"), str(value)) for part, value in by.items())


def wilson(successes: float, n: int, level: float) -> Figure:
    low, high = proportion_confint(successes, n, alpha=1 - level, method="wilson")
    return successes / n, float(low), float(high)


def around(value: float, se: float, df: float | None, level: float) -> Figure:
    if se < TINY:
        return value, None, None
    half = se * (stats.norm.ppf((1 + level) / 2) if df is None else stats.t.ppf((1 + level) / 2, df))
    return value, value - half, value + half


def cut(figure: Figure) -> Figure:
    value, low, high = figure
    return value, None if low is None else max(low, 0.0), None if high is None else min(high, 1.0)


def robust_covariance(values: np.ndarray, design: np.ndarray, groups: Iterable[object]) -> np.ndarray:
    codes = pd.factorize(pd.Series(list(groups)))[0]
    size = codes.max() + 1
    fitted = sm.OLS(values, design).fit()
    plain = fitted.get_robustcov_results("cluster", groups=codes, use_correction=False)
    covariance: np.ndarray = plain.cov_params() * size / (size - 1)
    return covariance


def level_of(frame: pd.DataFrame, column: str, cluster: str | None, share: bool, level: float) -> Figure:
    """A mean or a share: Wilson or t on rows, or by cluster."""
    values = frame[column].to_numpy(float)
    n = len(values)
    if cluster and frame[cluster].duplicated().any():
        size = frame[cluster].nunique()
        if size == 1:
            return REFUSED
        if size < 10:
            se = float(stats.sem(frame.groupby(cluster)[column].mean()))
        else:
            covariance = robust_covariance(values, np.ones((n, 1)), frame[cluster])
            se = math.sqrt(max(covariance[0, 0], 0.0))
        if share and se < TINY:
            return wilson(values.sum(), n, level)
        figure = around(values.mean(), se, size - 1, level)
        return cut(figure) if share else figure
    if share:
        return wilson(values.sum(), n, level)
    if n < 2:
        return values.mean(), None, None
    return around(values.mean(), float(stats.sem(values)), n - 1, level)


def _arm_variance(frame: pd.DataFrame, column: str, cluster: str) -> tuple[float, int]:
    size = frame[cluster].nunique()
    if size < 10:
        return float(stats.sem(frame.groupby(cluster)[column].mean())) ** 2, size - 1
    values = frame[column].to_numpy(float)
    return robust_covariance(values, np.ones((len(values), 1)), frame[cluster])[0, 0], size - 1


def change_of(
    one: pd.DataFrame, two: pd.DataFrame, column: str, cluster: str | None, share: bool, level: float
) -> Effect:
    """The second arm minus the first: Newcombe or Welch on rows, or by cluster."""
    x, y = one[column].to_numpy(float), two[column].to_numpy(float)
    value = y.mean() - x.mean()
    both = pd.concat([one, two])
    if cluster and both[cluster].duplicated().any():
        common = set(one[cluster]) & set(two[cluster])
        if not common:
            if one[cluster].nunique() < 2 or two[cluster].nunique() < 2:
                return Effect(REFUSED, None, None, clustered=True)
            (v1, d1), (v2, d2) = _arm_variance(one, column, cluster), _arm_variance(two, column, cluster)
            if v1 + v2 < TINY**2:
                return Effect((value, None, None), None, None, clustered=True)
            df = (v1 + v2) ** 2 / (v1**2 / d1 + v2**2 / d2)
            return _effect(value, math.sqrt(v1 + v2), df, level, clustered=True)
        if both[cluster].nunique() < 10:
            if len(common) < 2:
                return Effect(REFUSED, None, None, clustered=True)
            means = [arm.groupby(cluster)[column].mean().loc[sorted(common)] for arm in (one, two)]
            return _effect(
                value, float(stats.sem(means[1] - means[0])), len(common) - 1, level, clustered=True
            )
        arm = np.r_[np.zeros(len(x)), np.ones(len(y))]
        covariance = robust_covariance(np.r_[x, y], np.column_stack([np.ones(len(arm)), arm]), both[cluster])
        se = math.sqrt(max(covariance[1, 1], 0.0))
        return _effect(value, se, both[cluster].nunique() - 1, level, clustered=True)
    if share:
        low, high = confint_proportions_2indep(
            y.sum(), len(y), x.sum(), len(x), method="newcomb", compare="diff", alpha=1 - level
        )
        se = math.sqrt(x.mean() * (1 - x.mean()) / len(x) + y.mean() * (1 - y.mean()) / len(y))
        return Effect((value, max(float(low), -1), min(float(high), 1)), se or None, None)
    if len(x) < 2 or len(y) < 2:
        return Effect((value, None, None), None, None)
    v1, v2 = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    if v1 + v2 < TINY**2:
        return Effect((value, None, None), None, None)
    df = (v1 + v2) ** 2 / (v1**2 / (len(x) - 1) + v2**2 / (len(y) - 1))
    return _effect(value, math.sqrt(v1 + v2), df, level)


def _effect(value: float, se: float, df: float, level: float, *, clustered: bool = False) -> Effect:
    if se < TINY:
        return Effect((value, None, None), None, None, clustered)
    return Effect(around(value, se, df, level), se, df, clustered)


def pairs_of(differences: Sequence[float], level: float) -> Effect:
    """The mean of differences on the same items."""
    values = np.asarray(differences, dtype=float)
    if len(values) < 2:
        return Effect((values.mean(), None, None), None, None)
    return _effect(values.mean(), float(stats.sem(values)), len(values) - 1, level)


def equivalence(effect: Effect, margin: float) -> Figure:
    """Two one-sided tests, one after the other."""
    value = effect.figure[0]
    if value is None or effect.se is None:
        return REFUSED
    tail: Any = stats.norm if effect.df is None else stats.t(effect.df)
    return max(tail.sf((value + margin) / effect.se), tail.cdf((value - margin) / effect.se)), None, None


def p_of(effect: Effect, *, normal: bool = False) -> float | None:
    value = effect.figure[0]
    if value is None or effect.se is None:
        return None
    z = abs(value) / effect.se
    return float(2 * (stats.norm.sf(z) if normal or effect.df is None else stats.t.sf(z, effect.df)))


def fieller(y: float, x: float, vy: float, vx: float, cov: float, df: float | None, level: float) -> Figure:
    """The roots of (y - r x)^2 = t^2 (vy - 2 r cov + r^2 vx)."""
    if x == 0:
        return REFUSED
    t2 = (stats.norm.ppf((1 + level) / 2) if df is None else stats.t.ppf((1 + level) / 2, df)) ** 2
    square = x * x - t2 * vx
    if square <= 0 or (vx == 0 and vy == 0):
        return y / x, None, None
    middle, constant = x * y - t2 * cov, y * y - t2 * vy
    root = math.sqrt(max(middle * middle - square * constant, 0.0))
    return y / x, (middle - root) / square, (middle + root) / square


def neighbours(present: Iterable[str], stages: Sequence[str]) -> list[tuple[str, str]]:
    held = set(present)
    order = [stage for stage in stages if stage in held] if stages else sorted(held)
    return list(itertools.pairwise(order))


def _level(params: Mapping[str, Any]) -> float:
    return float(params.get("level", 0.95))


def _cluster(params: Mapping[str, Any], frame: pd.DataFrame, default: str | None) -> str | None:
    name = params.get("cluster", default)
    return name if name in frame.columns else None


# --- the kinds ---------------------------------------------------------------------------------------------


def human_credibility(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    level, cluster = _level(params), _cluster(params, frame, "rater")
    part = "stage" if "stage" in frame else "variant"
    frame = frame.assign(
        source=frame["source"].fillna("model") if "source" in frame else "model",
    )
    measures = [
        measure for measure in (("score", "mean", False), ("judged", "rate", True)) if measure[0] in frame
    ]
    frame = frame.dropna(subset=[column for column, _, _ in measures])
    model = frame[frame["source"] == "model"]
    out: Figures = {}
    for column, name, share in measures:
        out[key(name)] = level_of(model, column, cluster, share, level)
        for stage, own in model.groupby(part):
            out[key(name, **{part: stage})] = level_of(own, column, cluster, share, level)
        for source, own in frame.groupby("source"):
            out[key(name, source=source)] = level_of(own, column, cluster, share, level)
    column, _, share = measures[0]
    pairs = neighbours(model[part].unique(), stages)
    for before, after in pairs:
        one, two = model[model[part] == before], model[model[part] == after]
        effect = change_of(one, two, column, cluster, share, level)
        for by in ({"from_": before, "to": after}, *([{}] if (before, after) == pairs[-1] else [])):
            out[key("change", **by)] = effect.figure
            if "margin" in params:
                out[key("equivalence_p", **by)] = equivalence(effect, params["margin"])
    return out


def attempts(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    del stages
    level, cluster = _level(params), _cluster(params, frame, "tester")
    frame = frame.dropna(subset=["success"])
    out: Figures = {}
    groups: list[tuple[dict[str, object], pd.DataFrame]] = [({}, frame)]
    for part in ("stage", "category", "actor"):
        if part in frame:
            groups += [({part: value}, own) for value, own in frame.groupby(part)]
    for by, own in groups:
        out[key("success_rate", **by)] = level_of(own, "success", cluster, True, level)
        test = stats.binomtest(int(own["success"].sum()), len(own), alternative="less")
        bound = float(test.proportion_ci(level, "exact").high)
        out[key("upper_bound", **by)] = (bound, 0.0, bound)
    return out


def monitoring_count(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    del stages
    level = _level(params)
    frame = frame.dropna(subset=["count"])
    triple = [part for part in ("date", "source", "stage") if part in frame]
    exposure = frame.drop_duplicates(triple)
    out: Figures = {}

    def note(own: pd.DataFrame, watched: float, by: dict[str, object]) -> None:
        count = int(own["count"].sum())
        low = stats.chi2.ppf((1 - level) / 2, 2 * count) / 2 if count else 0.0
        high = stats.chi2.ppf((1 + level) / 2, 2 * count + 2) / 2
        bound = stats.chi2.ppf(level, 2 * count + 2) / 2
        refused = watched == 0
        out[key("rate", **by)] = REFUSED if refused else (count / watched, low / watched, high / watched)
        out[key("upper_bound", **by)] = REFUSED if refused else (bound / watched, 0.0, bound / watched)

    for kind, own in frame.groupby("kind"):
        note(own, exposure["exposure"].sum(), {"kind": kind})
        if len(set(frame["kind"])) == 1:
            note(own, exposure["exposure"].sum(), {})
        if "stage" in frame:
            for stage, part in own.groupby("stage"):
                watched = exposure[exposure["stage"] == stage]["exposure"].sum()
                note(part, watched, {"kind": kind, "stage": stage})
    return out


def benchmark(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    level, cluster = _level(params), _cluster(params, frame, None)
    column, name, share = ("correct", "accuracy", True) if "correct" in frame else ("score", "mean", False)
    frame = frame.dropna(subset=[column])
    if "benchmark" not in frame:
        frame = frame.assign(benchmark="")
    out: Figures = {key(name): level_of(frame, column, cluster, share, level)}
    for stage, own in frame.groupby("stage"):
        out[key(name, stage=stage)] = level_of(own, column, cluster, share, level)
        for bench, part in own.groupby("benchmark"):
            if bench:
                out[key(name, stage=stage, benchmark=bench)] = level_of(part, column, cluster, share, level)
    pairs = neighbours(frame["stage"].unique(), stages)
    if not pairs:
        out[key("regressions")] = REFUSED
    for before, after in pairs:
        one, two = frame[frame["stage"] == before], frame[frame["stage"] == after]
        whole = _same_items(one, two, column, cluster, share, level)
        out[key("change", from_=before, to=after)] = whole.figure
        parts = {}
        for bench in sorted(set(one["benchmark"]) & set(two["benchmark"])):
            arms = (arm[arm["benchmark"] == bench] for arm in (one, two))
            parts[bench] = _same_items(*arms, column, cluster, share, level)
            if bench:
                out[key("change", benchmark=bench, from_=before, to=after)] = parts[bench].figure
        if (before, after) == pairs[-1]:
            out[key("change")] = whole.figure
            ends = [each.figure[0] if each.figure[1] is None else each.figure[1] for each in parts.values()]
            worse = sum(end is not None and end < -params.get("margin", 0.0) for end in ends)
            out[key("regressions")] = (worse, None, None)
    return out


def _same_items(
    one: pd.DataFrame, two: pd.DataFrame, column: str, cluster: str | None, share: bool, level: float
) -> Effect:
    joined = one.merge(two, on=[part for part in ("benchmark", "sample", "item") if part in one])
    if joined.empty:
        return change_of(one, two, column, cluster, share, level)
    if cluster and cluster in joined and joined[cluster].duplicated().any():
        gain = joined.assign(gain=joined[f"{column}_y"] - joined[f"{column}_x"])
        return Effect(level_of(gain, "gain", cluster, False, level), None, None)
    return pairs_of(joined[f"{column}_y"] - joined[f"{column}_x"], level)


def bias_probe(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    level = _level(params)
    prompts = params.get("cluster", "prompt") == "prompt"
    cluster = "prompt" if prompts else None
    frame = frame.dropna(subset=["outcome"])
    share = bool(frame["outcome"].isin([0, 1]).all())
    if "stage" not in frame:
        frame = frame.assign(stage="")
    reference = params.get("reference", min(frame["group"]))
    out: Figures = {key("rate"): level_of(frame, "outcome", cluster, share, level)}
    raw: dict[tuple[Hashable, ...], float | None] = {}
    for (group, stage), own in frame.groupby(["group", "stage"]):
        by = {"group": group, **({"stage": stage} if stage else {})}
        out[key("rate", **by)] = level_of(own, "outcome", cluster, share, level)
        base = frame[(frame["group"] == reference) & (frame["stage"] == stage)]
        if group != reference:
            effect, quotient, p = Effect(REFUSED, None, None), REFUSED, None
            if not base.empty:
                effect, quotient, p = _probed(base, own, cluster, share, level)
            out[key("difference", **by)], out[key("ratio", **by)] = effect.figure, quotient
            raw[group, stage] = p
    family = [1.0 if p is None else p for p in raw.values()]
    for name, method in (("p_holm", "holm"), ("p_bh", "fdr_bh")):
        adjusted = multipletests(family, method=method)[1] if family else []
        for (group, stage), p, value in zip(raw, raw.values(), adjusted, strict=True):
            by = {"group": group, **({"stage": stage} if stage else {})}
            out[key(name, **by)] = REFUSED if p is None else (float(value), None, None)
    if len(raw) == 1:
        for (name, by), figure in list(out.items()):
            if name in {"difference", "ratio", "p_holm", "p_bh"} and by:
                out[key(name)] = figure
    _bias_changes(frame, params, stages, cluster, share, out)
    return out


def _bias_changes(
    frame: pd.DataFrame,
    params: Mapping[str, Any],
    stages: Sequence[str],
    cluster: str | None,
    share: bool,
    out: Figures,
) -> None:
    last: list[tuple[Figure, Figure]] = []
    for before, after in neighbours([stage for stage in frame["stage"].unique() if stage], stages):
        last = []
        for group, own in frame.groupby("group"):
            one, two = own[own["stage"] == before], own[own["stage"] == after]
            if one.empty or two.empty:
                continue
            effect, _, _ = _probed(one, two, cluster, share, _level(params))
            by = {"group": group, "from_": before, "to": after}
            out[key("change", **by)] = effect.figure
            same = equivalence(effect, params["margin"]) if "margin" in params else REFUSED
            if "margin" in params:
                out[key("equivalence_p", **by)] = same
            last.append((effect.figure, same))
    if last:
        out[key("change")] = max((figure for figure, _ in last), key=lambda figure: abs(figure[0] or 0.0))
        if "margin" in params:
            values = [same[0] for _, same in last]
            known = [value for value in values if value is not None]
            out[key("equivalence_p")] = REFUSED if None in values else (max(known), None, None)


def _probed(
    one: pd.DataFrame, two: pd.DataFrame, cluster: str | None, share: bool, level: float
) -> tuple[Effect, Figure, float | None]:
    """Two cells of a bias probe: pairs, clusters of prompts, or independent rows."""
    x, y = one["outcome"].to_numpy(float), two["outcome"].to_numpy(float)
    once = not (one["prompt"].duplicated().any() or two["prompt"].duplicated().any())
    joined = one.merge(two, on="prompt")
    if cluster and once and not joined.empty:
        before, after = joined["outcome_x"].to_numpy(float), joined["outcome_y"].to_numpy(float)
        effect = pairs_of(after - before, level)
        n = len(before)
        if n < 2:
            return effect, REFUSED, None
        spread = np.cov(after, before) / n
        ratio = fieller(after.mean(), before.mean(), spread[0, 0], spread[1, 1], spread[0, 1], n - 1, level)
        return effect, ratio, p_of(effect)
    effect = change_of(one, two, "outcome", cluster, share, level)
    if effect.clustered:
        return effect, _clustered_ratio(one, two, str(cluster), level), p_of(effect, normal=True)
    if share:
        vx, vy = x.mean() * (1 - x.mean()) / len(x), y.mean() * (1 - y.mean()) / len(y)
        all_same = (x.sum() + y.sum()) in {0, len(x) + len(y)}
        p = 1.0 if all_same else proportions_ztest([x.sum(), y.sum()], [len(x), len(y)])[1]
        return effect, fieller(y.mean(), x.mean(), vy, vx, 0.0, None, level), float(p)
    if len(x) < 2 or len(y) < 2:
        ratio = REFUSED if x.mean() == 0 else (y.mean() / x.mean(), None, None)
        return effect, ratio, None
    vx, vy = x.var(ddof=1) / len(x), y.var(ddof=1) / len(y)
    return effect, fieller(y.mean(), x.mean(), vy, vx, 0.0, None, level), p_of(effect)


def _clustered_ratio(one: pd.DataFrame, two: pd.DataFrame, cluster: str, level: float) -> Figure:
    x, y = one["outcome"].mean(), two["outcome"].mean()
    common = sorted(set(one[cluster]) & set(two[cluster]))
    size = len(set(one[cluster]) | set(two[cluster]))
    if common and size >= 10:
        arm = np.r_[np.zeros(len(one)), np.ones(len(two))]
        values = np.r_[one["outcome"], two["outcome"]].astype(float)
        spread = robust_covariance(
            values, np.column_stack([1 - arm, arm]), pd.concat([one[cluster], two[cluster]])
        )
        return fieller(y, x, spread[1, 1], spread[0, 0], spread[0, 1], size - 1, level)
    if common:
        if len(common) < 2:
            return REFUSED
        means = [arm.groupby(cluster)["outcome"].mean().loc[common] for arm in (one, two)]
        spread = np.cov(means[1], means[0]) / len(common)
        return fieller(y, x, spread[0, 0], spread[1, 1], spread[0, 1], len(common) - 1, level)
    if one[cluster].nunique() < 2 or two[cluster].nunique() < 2:
        return REFUSED
    (v1, d1), (v2, d2) = _arm_variance(one, "outcome", cluster), _arm_variance(two, "outcome", cluster)
    return fieller(y, x, v2, v1, 0.0, min(d1, d2), level)


def automated_detection(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    del stages
    level, cluster = _level(params), _cluster(params, frame, None)
    frame = frame.dropna(subset=[name for name in ("flag", "score") if name in frame])
    frame = frame.assign(model=(frame["source"] == "model").astype(int))
    threshold = params.get("score_threshold")
    flagged = None
    if "flag" in frame:
        flagged = frame["flag"]
    elif threshold is not None:
        flagged = (frame["score"] >= threshold).astype(int)
    if flagged is not None:
        frame = frame.assign(flagged=flagged, right=(flagged == frame["model"]).astype(int))
    out: Figures = {}
    least: list[tuple[list[float], Figure]] = []
    for by, own in [({}, frame), *_detection_slices(frame, params)]:
        models, humans = own[own["model"] == 1], own[own["model"] == 0]
        if flagged is not None:
            accuracy = level_of(own, "right", cluster, True, level)
            out[key("accuracy", **by)] = accuracy
            for name, part in (("tpr", models), ("fpr", humans)):
                known = not part.empty
                out[key(name, **by)] = level_of(part, "flagged", cluster, True, level) if known else REFUSED
            if "trained_on" in by:
                out[key("transfer", **by)] = accuracy
            if by and accuracy[0] is not None:
                least.append(([round(end or 0.0, 12) for end in accuracy], accuracy))
        if "score" in frame:
            out[key("auc", **by)] = _area(models, humans, cluster, level)
    if flagged is not None:
        out[key("worst_case_accuracy")] = min(least)[1] if least else out[key("accuracy")]
    else:
        for name in ("accuracy", "tpr", "fpr", "worst_case_accuracy"):
            out[key(name)] = REFUSED
    if "score" in frame:
        out[key("tpr_at_fpr")] = _best_tpr(frame, params, level)
    out[key("precision_at_prevalence")] = _precision(out, params)
    return out


def _detection_slices(
    frame: pd.DataFrame, params: Mapping[str, Any]
) -> list[tuple[dict[str, str], pd.DataFrame]]:
    found = []
    for part in ("stage", "sampling", "detector"):
        if part in frame:
            found += [
                ({part: value}, frame[(frame[part] == value) | frame[part].isna()])
                for value in sorted(set(frame[part].dropna()))
            ]
    bounds = sorted(params.get("length_buckets", ()))
    if "length" in frame and bounds:
        names = pd.cut(
            frame["length"], [-math.inf, *bounds, math.inf], labels=[f"{b:g}" for b in bounds] + ["over"]
        )
        found += [({"length": str(name)}, own) for name, own in frame.groupby(names, observed=True)]
    if {"trained_on", "stage"} <= set(frame):
        for trained_on, own in frame.groupby("trained_on"):
            for stage in sorted(set(own["stage"].dropna())):
                cell = own[(own["stage"] == stage) | own["stage"].isna()]
                found.append(({"trained_on": trained_on, "stage": stage}, cell))
    return found


def _area(models: pd.DataFrame, humans: pd.DataFrame, cluster: str | None, level: float) -> Figure:
    if models.empty or humans.empty:
        return REFUSED
    x, y = models["score"].to_numpy(float), humans["score"].to_numpy(float)
    kernel = (x[:, None] > y[None, :]) + 0.5 * (x[:, None] == y[None, :])
    value = float(kernel.mean())
    if cluster and pd.concat([models, humans])[cluster].duplicated().any():
        parts = pd.concat(
            [
                pd.Series((kernel.mean(axis=1) - value) / len(x), index=models[cluster]),
                pd.Series((kernel.mean(axis=0) - value) / len(y), index=humans[cluster]),
            ]
        )
        deviations = parts.groupby(level=0).sum()
        size = len(deviations)
        if size < 2:
            return REFUSED
        se = math.sqrt(size / (size - 1) * float((deviations**2).sum()))
        return cut(around(value, se, size - 1, level))
    if len(x) < 2 or len(y) < 2:
        return value, None, None
    variance = kernel.mean(axis=1).var(ddof=1) / len(x) + kernel.mean(axis=0).var(ddof=1) / len(y)
    return cut(around(value, math.sqrt(variance), None, level))


def _best_tpr(frame: pd.DataFrame, params: Mapping[str, Any], level: float) -> Figure:
    models, humans = frame[frame["model"] == 1]["score"], frame[frame["model"] == 0]["score"]
    if "fpr" not in params or models.empty or humans.empty:
        return REFUSED
    limit = params["fpr"] * len(humans) + 1e-9
    kept = [each for each in set(frame["score"]) if (humans >= each).sum() <= limit]
    caught = (frame["score"] >= min(kept, default=math.inf)).astype(int)
    own = frame.assign(caught=caught)[frame["model"] == 1]
    return level_of(own, "caught", _cluster(params, frame, None), True, level)


def _precision(out: Figures, params: Mapping[str, Any]) -> Figure:
    tpr, fpr = out[key("tpr")], out[key("fpr")]
    rate = params.get("base_rate")
    if rate is None or tpr[0] is None or fpr[0] is None:
        return REFUSED

    def of(t: float, f: float) -> float | None:
        return t * rate / (t * rate + f * (1 - rate)) if t or f else None

    value = of(tpr[0], fpr[0])
    if value is None:
        return REFUSED
    assert tpr[1] is not None
    assert tpr[2] is not None
    assert fpr[1] is not None
    assert fpr[2] is not None
    return value, of(tpr[1], fpr[2]), of(tpr[2], fpr[1])


def preference(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    del stages
    level = _level(params)
    frame = frame.dropna(subset=[name for name in ("winner", "weight") if name in frame])
    winners = "winner" in frame
    if winners:
        won = [
            1.0 if w in (a, "model_a") else 0.5 if w == "tie" else 0.0
            for a, w in zip(frame["model_a"], frame["winner"], strict=True)
        ]
        frame = frame.assign(v=won)
    else:
        frame = frame.assign(v=frame["weight"].astype(float))
    models = sorted({*frame["model_a"], *frame["model_b"]})
    reference = params.get("reference", models[0])
    if "cluster" in params:
        ways = [params["cluster"]] if params["cluster"] in frame else []
    else:
        ways = [way for way in ("rater", "item") if way in frame]
    rater = "rater" if "rater" in ways and frame["rater"].duplicated().any() else None
    out: Figures = {}
    strengths = _strengths(frame, models, reference, rater, level)
    for model in models:
        side = pd.concat(
            [
                frame[frame["model_a"] == model],
                frame[frame["model_b"] == model].assign(v=lambda own: 1 - own["v"]),
            ]
        )
        figures = {"win_rate": _win_rate(side, ways, winners, level), "strength": strengths[model]}
        if "length_a" in frame:
            first = side["model_a"] == model
            d = np.where(first, 1.0, -1.0) * (side["length_a"] - side["length_b"])
            figures["length_controlled_win_rate"] = _at_equal_length(side.assign(d=d), rater, level)
        for name, figure in figures.items():
            out[key(name, model=model)] = figure
            if len(models) == 2 and model != reference:
                out[key(name)] = figure
    out[key("alpha")] = _alpha(frame)
    return out


def _win_rate(side: pd.DataFrame, ways: Sequence[str], winners: bool, level: float) -> Figure:
    repeated = [way for way in ways if side[way].duplicated().any()]
    n = len(side)
    if len(repeated) < 2:
        figure = level_of(side, "v", repeated[0] if repeated else None, winners, level)
        return figure if winners else cut(figure)
    sizes = [side[way].nunique() for way in repeated]
    if min(sizes) < 2:
        return REFUSED
    values = side["v"].to_numpy(float)
    both = side[repeated[0]].astype(str) + "\0" + side[repeated[1]].astype(str)
    variances = [
        robust_covariance(values, np.ones((n, 1)), groups)[0, 0]
        for groups in (side[repeated[0]], side[repeated[1]], both)
    ]
    variance = variances[0] + variances[1] - variances[2]
    if variance > TINY**1.5:
        return cut(around(values.mean(), math.sqrt(variance), min(sizes) - 1, level))
    one_ways = [level_of(side, "v", way, False, level) for way in repeated]
    best = max(one_ways, key=lambda figure: 0.0 if figure[1] is None else (figure[0] or 0.0) - figure[1])
    if best[1] is None and winners:
        return wilson(values.sum(), n, level)
    return cut(best)


def _binomial(y: np.ndarray, design: np.ndarray, groups: pd.Series | None) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients of a logistic regression; their information matrix, or sandwich with G/(G-1), by hand."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = sm.GLM(y, design, family=sm.families.Binomial())
        beta = model.fit(tol=1e-14, maxiter=500).params
    chance = 1 / (1 + np.exp(-design @ beta))
    inverse = np.linalg.inv((design.T * (chance * (1 - chance))) @ design)
    if groups is None:
        return beta, np.sqrt(np.diag(inverse))
    scores = pd.DataFrame(design * (y - chance)[:, None]).groupby(pd.factorize(groups)[0]).sum().to_numpy()
    size = len(scores)
    meat = scores.T @ scores * size / max(size - 1, 1)
    return beta, np.sqrt(np.diag(inverse @ meat @ inverse))


def _strengths(
    frame: pd.DataFrame, models: Sequence[str], reference: str, rater: str | None, level: float
) -> dict[str, Figure]:
    free = [model for model in models if model != reference]
    if not _connected(frame, models):
        return dict.fromkeys(models, REFUSED)
    design = np.column_stack(
        [
            (frame["model_a"] == model).astype(float) - (frame["model_b"] == model).astype(float)
            for model in free
        ]
    )
    groups = None if rater is None else frame[rater]
    found: dict[str, Figure] = {reference: (0.0, None, None)}
    if groups is not None and len(set(groups)) == 1:
        return found | dict.fromkeys(free, REFUSED)
    values, errors = _binomial(frame["v"].to_numpy(float), design, groups)
    df = None if groups is None else groups.nunique() - 1
    for model, value, error in zip(free, values, errors, strict=True):
        found[model] = (value, None, None) if error < 1e-8 else around(value, error, df, level)
    return found


def _connected(frame: pd.DataFrame, models: Sequence[str]) -> bool:
    """Tell whether a chain of (half) wins leads from every model to every other."""
    wins = {(a, b) for a, b, v in zip(frame["model_a"], frame["model_b"], frame["v"], strict=True) if v > 0}
    wins |= {(b, a) for a, b, v in zip(frame["model_a"], frame["model_b"], frame["v"], strict=True) if v < 1}
    place = {model: number for number, model in enumerate(models)}
    matrix = np.zeros((len(models), len(models)), dtype=int)
    for one, two in wins:
        matrix[place[one], place[two]] = 1
    reach = np.linalg.matrix_power(matrix + np.eye(len(models), dtype=int), len(models)) > 0
    return bool(reach.all())


def _at_equal_length(side: pd.DataFrame, rater: str | None, level: float) -> Figure:
    side = side.dropna(subset=["d"])
    d, v = side["d"].to_numpy(float), side["v"].to_numpy(float)
    winners, losers = d[v > 0], d[v < 1]
    if len(d) < 3 or len(set(d)) < 2 or not len(winners) or not len(losers):
        return REFUSED
    if winners.max() <= losers.min() or losers.max() <= winners.min():
        return REFUSED
    groups = None if rater is None else side[rater]
    if groups is not None and len(set(groups)) == 1:
        return REFUSED
    values, errors = _binomial(v, sm.add_constant(d / d.std(ddof=1)), groups)
    df = None if groups is None else groups.nunique() - 1
    chance: Callable[[float], float] = lambda odds: 1 / (1 + math.exp(-odds))  # noqa: E731
    if errors[0] < 1e-8:
        return chance(values[0]), None, None
    _, low, high = around(values[0], errors[0], df, level)
    assert low is not None
    assert high is not None
    return chance(values[0]), chance(low), chance(high)


def _alpha(frame: pd.DataFrame) -> Figure:
    import krippendorff

    if "rater" not in frame:
        return REFUSED
    said = []
    for a, b, v in zip(frame["model_a"], frame["model_b"], frame["v"], strict=True):
        said.append("tie" if v == 0.5 else f"m:{a if v > 0.5 else b}")
    pair = ["|".join(sorted(two)) for two in zip(frame["model_a"], frame["model_b"], strict=True)]
    frame = frame.assign(said=said, unit=frame["item"].astype(str) + "|" + pd.Series(pair, index=frame.index))
    words = sorted(set(said))
    counts = pd.crosstab(frame["unit"], frame["said"]).reindex(columns=words, fill_value=0).to_numpy()
    counts = counts[counts.sum(axis=1) > 1]
    if len(counts) == 0 or (counts.sum(axis=0) > 0).sum() < 2:
        return REFUSED
    value = krippendorff.alpha(value_counts=counts, level_of_measurement="nominal")
    return float(value), ANY, ANY


def forecast(frame: pd.DataFrame, params: Mapping[str, Any], stages: Sequence[str]) -> Figures:
    del stages
    frame = frame.dropna(subset=["value"])
    if "metric" not in frame or len(set(frame["metric"])) == 1:
        return {key(name): figure for name, figure in _law(frame, params).items()}
    out: Figures = {key(name): REFUSED for name in _law(frame, params)}
    for metric, own in frame.groupby("metric"):
        out |= {key(name, metric=metric): figure for name, figure in _law(own, params).items()}
    return out


LAW = ("a", "b", "c", "prediction", "prediction_wide", "extrapolation", "holdout_error", "error")


def _law(frame: pd.DataFrame, params: Mapping[str, Any]) -> dict[str, Figure]:
    size = "compute" if "compute" in frame else "parameters"
    level, target = _level(params), params.get("target")
    pass_rate = params.get("form") == "pass-rate"
    free = 2 if pass_rate else 3
    fitted = frame if target is None else frame[frame[size] < target]
    if len(fitted) < free + 2 or fitted[size].nunique() < free:
        return dict.fromkeys(LAW, REFUSED)
    fit = _pass_fit if pass_rate else _loss_fit
    x, y = fitted[size].to_numpy(float), fitted["value"].to_numpy(float)
    figures, predict = fit(x, y, level)
    out: dict[str, Figure] = dict.fromkeys(LAW, REFUSED) | figures
    largest = x.max()
    kept = x < largest
    enough = kept.sum() >= free + 1 and len(set(x[kept])) >= free
    if enough and not (fit is _loss_fit and _straight(x[kept], y[kept])):
        _, without = fit(x[kept], y[kept], level)
        out["holdout_error"] = _minus(y[~kept].mean(), without(largest))
    if target is not None:
        out["prediction"] = predict(target)
        out["prediction_wide"] = _wide(
            x, y, free, lambda x, y: fit(x, y, level)[1](target), out["prediction"]
        )
        out["extrapolation"] = (target / largest, None, None)
        actual = frame[frame[size] == target]["value"]
        if len(actual):
            out["error"] = _minus(actual.mean(), out["prediction"])
    return out


def _wide(x: np.ndarray, y: np.ndarray, free: int, predict: Callable[..., Figure], whole: Figure) -> Figure:
    """Widen an interval to the ends of those without the smallest sizes, one more at a time."""
    ends = [whole]
    for start in np.unique(x)[1:]:
        own, values = x[x >= start], y[x >= start]
        fits = len(own) >= free + 2 and len(set(own)) >= free
        if fits and not (free == 3 and _straight(own, values)):
            ends.append(predict(own, values))
    lows, highs = ([end[place] for end in ends if end[place] is not None] for place in (1, 2))
    return whole[0], min(lows, default=None), max(highs, default=None)


def _straight(x: np.ndarray, y: np.ndarray) -> bool:
    """Tell whether values lie on a line in log compute, which a power law nears as its exponent nears 0."""
    line = np.polyfit(np.log(x), y, 1)
    return bool(np.abs(np.polyval(line, np.log(x)) - y).max() < 1e-9)


def _minus(actual: float, predicted: Figure) -> Figure:
    value, low, high = predicted
    assert value is not None
    if low is None or high is None:
        return actual - value, None, None
    return actual - value, actual - high, actual - low


Predict = Callable[[float], Figure]


def _loss_fit(x: np.ndarray, y: np.ndarray, level: float) -> tuple[dict[str, Figure], Predict]:
    """Fit a (x / middle)^b + c from many starts with scipy, and the delta method written out."""
    middle = math.exp(np.log(x).mean())
    r = x / middle

    def law(r: Any, a: float, b: float, c: float) -> Any:
        return a * r**b + c

    def slopes(r: Any, a: float, b: float, c: float) -> Any:
        del c
        return np.column_stack([r**b, a * r**b * np.log(r), np.ones(len(r))])

    best, least = None, math.inf
    for b in (-1.0, -0.5, -0.2, -0.05, 0.1, 0.5):
        design = np.column_stack([r**b, np.ones(len(r))])
        a, c = np.linalg.lstsq(design, y, rcond=None)[0]
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found, _ = optimize.curve_fit(
                    law, r, y, p0=[a, b, c], jac=slopes, xtol=1e-15, ftol=1e-15, gtol=1e-15, maxfev=20_000
                )
        except RuntimeError:
            continue
        squares = float(((law(r, *found) - y) ** 2).sum())
        if squares < least * (1 - 1e-9):
            best, least = found, squares
    assert best is not None
    a, b, c = best
    n = len(y)
    jacobian = slopes(r, a, b, c)
    s2 = least / (n - 3)
    covariance = s2 * np.linalg.inv(jacobian.T @ jacobian)
    exact = math.sqrt(s2) < 1e-11 * np.abs(y).max()

    def of(value: float, gradient: Sequence[float], own: float = 0.0) -> Figure:
        g = np.array(gradient)
        se = math.sqrt(own + g @ covariance @ g)
        return (value, None, None) if exact else around(value, se, n - 3, level)

    def predict(size: float) -> Figure:
        t = size / middle
        return of(law(t, *best), [t**b, a * t**b * math.log(t), 1.0], s2)

    raw = a * middle**-b
    figures = {
        "a": of(raw, [raw / a, -raw * math.log(middle), 0.0]),
        "b": of(b, [0.0, 1.0, 0.0]),
        "c": of(c, [0.0, 0.0, 1.0]),
    }
    return figures, predict


def _pass_fit(x: np.ndarray, y: np.ndarray, level: float) -> tuple[dict[str, Figure], Predict]:
    logs = np.log(-np.log(y))
    fitted = sm.OLS(logs, sm.add_constant(np.log(x))).fit()
    (height, slope), errors = fitted.params, fitted.bse
    a = math.exp(height)

    def predict(size: float) -> Figure:
        found = fitted.get_prediction([[1.0, math.log(size)]])
        low, high = found.conf_int(obs=True, alpha=1 - level)[0]
        return (
            math.exp(-math.exp(found.predicted_mean[0])),
            math.exp(-math.exp(high)),
            math.exp(-math.exp(low)),
        )

    df = len(y) - 2
    return {"a": around(a, a * errors[0], df, level), "b": around(slope, errors[1], df, level)}, predict


ORACLES: dict[str, Callable[[pd.DataFrame, Mapping[str, Any], Sequence[str]], Figures]] = {
    "human_credibility": human_credibility,
    "misuse_probe": attempts,
    "red_team": attempts,
    "monitoring_count": monitoring_count,
    "benchmark": benchmark,
    "bias_probe": bias_probe,
    "automated_detection": automated_detection,
    "preference": preference,
    "forecast": forecast,
}
