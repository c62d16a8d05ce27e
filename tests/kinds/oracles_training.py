"""The figures of the kinds about training and oversight a second time, with pandas, scipy and statsmodels.

As in `oracles.py`, nothing here calls the code under test.
"""

from __future__ import annotations

import itertools
import math
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import special, stats

from tests.kinds.oracles import (
    ANY,
    REFUSED,
    TINY,
    Figure,
    Figures,
    around,
    change_of,
    fieller,
    key,
    level_of,
    pairs_of,
    robust_covariance,
    wilson,
)

Params = Mapping[str, Any]


def _level(params: Params) -> float:
    return float(params.get("level", 0.95))


def _cluster(params: Params, frame: pd.DataFrame, default: str | None) -> str | None:
    name = params.get("cluster", default)
    return name if name in frame.columns else None


def _mean_pair(above: np.ndarray, below: np.ndarray, groups: Sequence[object] | None, level: float) -> Figure:
    """The ratio of two means over the same rows."""
    n = len(above)
    y, x = float(above.mean()), float(below.mean())
    if groups is not None and pd.Series(list(groups)).duplicated().any():
        codes = pd.Series(list(groups))
        size = codes.nunique()
        if size < 2:
            return REFUSED
        if size < 10:
            means = pd.DataFrame({"y": above, "x": below, "g": codes}).groupby("g").mean()
            spread = np.cov(means["y"], means["x"]) / size
        else:
            design = np.kron(np.eye(2), np.ones((n, 1)))
            spread = robust_covariance(np.r_[above, below], design, [*codes, *codes])
        return fieller(y, x, spread[0, 0], spread[1, 1], spread[0, 1], size - 1, level)
    if n < 2:
        return REFUSED
    spread = np.cov(above, below) / n
    return fieller(y, x, spread[0, 0], spread[1, 1], spread[0, 1], n - 1, level)


def _differences(values: pd.Series, groups: pd.Series | None, level: float) -> Figure:
    frame = pd.DataFrame({"v": values.to_numpy(float)})
    if groups is not None:
        frame["g"] = groups.to_numpy()
    if groups is not None and frame["g"].duplicated().any():
        return level_of(frame, "v", "g", False, level)
    return pairs_of(list(frame["v"]), level).figure


def reward_model(frame: pd.DataFrame, params: Params, stages: Sequence[str]) -> Figures:
    del stages
    out: Figures = {}
    if "chosen" in frame:
        _comparisons(frame, params, out)
    if "gold" in frame:
        _optimisation(frame, params, out)
    return out


def _comparisons(frame: pd.DataFrame, params: Params, out: Figures) -> None:
    level, cluster = _level(params), _cluster(params, frame, "rater")
    frame = frame.dropna(subset=[name for name in ("chosen", "rejected", "winner") if name in frame])
    decided = frame[frame["winner"] != "tie"] if "winner" in frame else frame
    margin = (decided["chosen"] - decided["rejected"]).round(9)
    if "winner" in frame:
        margin = margin.where(decided["winner"] == "chosen", -margin)
    decided = decided.assign(right=(np.sign(margin) + 1) / 2, loss=-special.log_expit(margin.astype(float)))
    if len(decided):
        out[key("accuracy")] = level_of(decided, "right", cluster, True, level)
        out[key("loss")] = level_of(decided, "loss", cluster, False, level)
    else:
        out[key("accuracy")] = out[key("loss")] = REFUSED
    if "winner" in frame and "rater" in frame:
        pairs = [
            (item, float(one == two))
            for item, own in frame.groupby("item")
            for one, two in itertools.combinations(own["winner"], 2)
        ]
        table = pd.DataFrame(pairs, columns=["item", "same"])
        out[key("human_agreement")] = level_of(table, "same", "item", True, level) if pairs else REFUSED


def _optimisation(frame: pd.DataFrame, params: Params, out: Figures) -> None:
    level = _level(params)
    frame = frame.dropna(subset=["proxy", "gold"])
    kl = frame["kl"] if "kl" in frame else np.log(frame["n"].astype(float)) - 1 + 1 / frame["n"]
    frame = frame.assign(kl=kl.astype(float))
    out[key("peak_kl")] = _peak(frame, level)
    means = frame.groupby("kl")["gold"].mean()
    best, last = means.round(12).idxmax(), means.index.max()
    one, two = frame[frame["kl"] == last], frame[frame["kl"] == best]
    if best == last:
        out[key("gold_drop")] = 0.0, None, None
    elif "item" in frame and not (joined := one.merge(two, on="item")).empty:
        out[key("gold_drop")] = pairs_of(list(joined["gold_y"] - joined["gold_x"]), level).figure
    else:
        out[key("gold_drop")] = change_of(one, two, "gold", None, False, level).figure


def _peak(frame: pd.DataFrame, level: float) -> Figure:
    d = np.sqrt(frame["kl"].to_numpy(float))
    if len(np.unique(d)) < 3:
        return REFUSED
    fit = sm.OLS(frame["gold"].to_numpy(float), np.column_stack([np.ones_like(d), d, d * d])).fit()
    _, c1, c2 = fit.params
    if c2 >= 0:
        return REFUSED
    peak = -c1 / (2 * c2)
    if not d.min() <= peak <= d.max():
        return REFUSED
    if fit.df_resid < 1 or fit.ssr < TINY:
        return peak**2, None, None
    spread = fit.cov_params()
    figure = fieller(-c1, 2 * c2, spread[1, 1], 4 * spread[2, 2], -2 * spread[1, 2], fit.df_resid, level)
    value, low, high = figure
    return (
        peak**2 if value is not None else None,
        None if low is None else max(low, 0.0) ** 2,
        None if high is None else max(high, 0.0) ** 2,
    )


def critique(frame: pd.DataFrame, params: Params, stages: Sequence[str]) -> Figures:
    del stages
    level = _level(params)
    out: Figures = {}
    if "flaws" in frame:
        cluster = _cluster(params, frame, "rater")
        frame = frame.dropna(subset=["flaws"])
        without, with_help = (frame[frame["assisted"] == arm] for arm in (0, 1))
        for name, own in (("flaws_assisted", with_help), ("flaws_unassisted", without)):
            out[key(name)] = level_of(own, "flaws", cluster, False, level) if len(own) else REFUSED
        out[key("rate_ratio")] = _rate_ratio(without, with_help, cluster, level)
    else:
        frame = frame.dropna(subset=["g", "d", "c"])
        cluster = _cluster(params, frame, "item")
        for name, role in (("generation", "g"), ("discrimination", "d"), ("critique", "c")):
            out[key(name)] = level_of(frame, role, cluster, True, level)
        for name, one, two in (("gd_gap", "g", "d"), ("gc_gap", "g", "c"), ("cd_gap", "d", "c")):
            gaps = frame.assign(gap=frame[two] - frame[one])
            out[key(name)] = level_of(gaps, "gap", cluster, False, level)
    return out


def _rate_ratio(without: pd.DataFrame, with_help: pd.DataFrame, cluster: str | None, level: float) -> Figure:
    if without.empty or with_help.empty:
        return REFUSED
    both = pd.concat([without, with_help])
    y, x = with_help["flaws"].mean(), without["flaws"].mean()
    if cluster and both[cluster].duplicated().any():
        common = sorted(set(without[cluster]) & set(with_help[cluster]))
        size = both[cluster].nunique()
        if common and size >= 10:
            arm = both["assisted"].to_numpy(float)
            spread = robust_covariance(
                both["flaws"].to_numpy(float), np.column_stack([1 - arm, arm]), both[cluster]
            )
            return fieller(y, x, spread[1, 1], spread[0, 0], spread[0, 1], size - 1, level)
        if common:
            if len(common) < 2:
                return REFUSED
            ones = without.groupby(cluster)["flaws"].mean()[common]
            twos = with_help.groupby(cluster)["flaws"].mean()[common]
            spread = np.cov(twos, ones) / len(common)
            return fieller(y, x, spread[0, 0], spread[1, 1], spread[0, 1], len(common) - 1, level)
        return _apart(without, with_help, cluster, level)
    if without["flaws"].sum() == 0 or with_help["flaws"].sum() == 0:
        return (0.0 if x else None), ANY, ANY
    se = math.sqrt(1 / with_help["flaws"].sum() + 1 / without["flaws"].sum())
    half = stats.norm.ppf((1 + level) / 2) * se
    return y / x, y / x * math.exp(-half), y / x * math.exp(half)


def _apart(without: pd.DataFrame, with_help: pd.DataFrame, cluster: str, level: float) -> Figure:
    sizes = [own[cluster].nunique() for own in (without, with_help)]
    if min(sizes) < 2:
        return REFUSED
    spreads = []
    for own, size in zip((without, with_help), sizes, strict=True):
        values = own["flaws"].to_numpy(float)
        if size < 10:
            spreads.append(float(stats.sem(own.groupby(cluster)["flaws"].mean())) ** 2)
        else:
            spreads.append(robust_covariance(values, np.ones((len(values), 1)), own[cluster])[0, 0])
    y, x = with_help["flaws"].mean(), without["flaws"].mean()
    return fieller(y, x, spreads[1], spreads[0], 0.0, min(sizes) - 1, level)


def weak_to_strong(frame: pd.DataFrame, params: Params, stages: Sequence[str]) -> Figures:
    del stages
    level = _level(params)
    roles = ["weak", "student", "ceiling"]
    frame = frame.dropna(subset=[*roles, *(["truth"] if "truth" in frame else [])])
    right = pd.DataFrame(
        {
            role: (frame[role] == frame["truth"]) if "truth" in frame else frame[role].astype(str).isin(["1"])
            for role in roles
        }
    ).astype(float)
    cluster = _cluster(params, frame, "seed")
    if cluster == "seed" and len(set(frame["seed"])) == 1:
        cluster = None
    groups = frame[cluster] if cluster else None
    out: Figures = {}
    for role in roles:
        own = right[[role]].assign(g=groups if groups is not None else range(len(right)))
        out[key(role)] = level_of(own, role, "g" if cluster else None, True, level)
    above, below = (right[name] - right["weak"] for name in ("student", "ceiling"))
    held = None if groups is None else list(groups)
    figure = _mean_pair(above.to_numpy(float), below.to_numpy(float), held, level)
    varies = np.ptp(above) > 0 or np.ptp(below) > 0
    refused = figure[1] is None and (varies or figure[0] is None)
    if figure[1] is None and figure[0] is not None and held is not None:
        means = pd.DataFrame({"a": above, "b": below, "g": held}).groupby("g").mean()
        refused = bool(means["b"].std() > TINY or below.mean() == 0)
    out[key("performance_gap_recovered")] = REFUSED if refused else figure
    return out


def summary_tree(frame: pd.DataFrame, params: Params, stages: Sequence[str]) -> Figures:
    del stages
    level, cluster = _level(params), _cluster(params, frame, "document")
    rated = frame.dropna(subset=["rating"])
    out: Figures = {key("rating"): level_of(rated, "rating", cluster, False, level)}
    for height, own in rated.groupby("height"):
        out[key("rating", height=int(height))] = level_of(own, "rating", cluster, False, level)
    out[key("height_slope")] = _slope(rated, level)
    root, leaf = _ends(frame, rated)
    nodes = rated[root].groupby(["document", "node"])["rating"].mean().reset_index()
    good = nodes.assign(good=(nodes["rating"].round(9) >= params.get("good", 6)).astype(float))
    out[key("share_good")] = level_of(good, "good", cluster, True, level) if len(good) else REFUSED
    if "read_whole" in frame:
        whole = _by_document(rated[root & (rated["read_whole"] == 1)])
        parts = _by_document(rated[leaf])
        common = sorted(set(whole.index) & set(parts.index))
        out[key("whole_part_agreement")] = _rank_correlation(whole[common], parts[common], level)
    return out


def _ends(frame: pd.DataFrame, rated: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Which rows rate a root, and which a leaf."""
    if "parent" not in frame:
        heights = frame.groupby("document")["height"]
        highest, lowest = (rated["document"].map(each) for each in (heights.max(), heights.min()))
        return rated["height"] == highest, (rated["height"] == lowest) & (rated["height"] < highest)
    parents = {(row["document"], row["parent"]) for _, row in frame.iterrows() if row["parent"] is not None}
    root = rated["parent"].isna()
    pairs = zip(rated["document"], rated["node"], strict=True)
    return root, ~root & pd.Series([pair not in parents for pair in pairs], index=rated.index)


def _slope(rated: pd.DataFrame, level: float) -> Figure:
    size = rated["document"].nunique()
    if np.ptp(rated["height"]) == 0 or size < 2:
        return REFUSED
    design = np.column_stack([np.ones(len(rated)), rated["height"].to_numpy(float)])
    values = rated["rating"].to_numpy(float)
    spread = robust_covariance(values, design, rated["document"])
    slope = float(np.linalg.lstsq(design, values, rcond=None)[0][1])
    return around(slope, math.sqrt(max(spread[1, 1], 0.0)), size - 1, level)


def _by_document(rated: pd.DataFrame) -> pd.Series:
    return rated.groupby(["document", "node"])["rating"].mean().groupby("document").mean().round(9)


def _rank_correlation(one: pd.Series, two: pd.Series, level: float) -> Figure:
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return REFUSED
    r = float(stats.spearmanr(one, two).statistic)
    if len(one) < 4 or abs(r) > 1 - TINY:
        return r, None, None
    half = stats.norm.ppf((1 + level) / 2) / math.sqrt(len(one) - 3)
    return r, math.tanh(math.atanh(r) - half), math.tanh(math.atanh(r) + half)


def reference_check(frame: pd.DataFrame, params: Params, stages: Sequence[str]) -> Figures:
    del stages
    level, cluster = _level(params), _cluster(params, frame, "answer")
    frame = frame.dropna(subset=["supported"])
    yes = (frame["supported"] == "yes").astype(float)
    frame = frame.assign(without=1 - yes)
    out: Figures = {key("unsupported_rate"): level_of(frame, "without", cluster, True, level)}
    if "quote" not in frame:
        return out
    quoted = frame["quote"].notna()
    frame = frame.assign(backed=yes * quoted)
    out[key("recall")] = level_of(frame, "backed", cluster, True, level)
    own = frame[quoted]
    out[key("precision")] = level_of(own, "backed", cluster, True, level) if len(own) else REFUSED
    archive = params.get("$archive", {})
    if not archive or own.empty:
        out[key("quotes_found")] = REFUSED
        return out
    texts = {name: _folded(text) for name, text in archive.items()}
    found = [
        float(any(_folded(row["quote"]) in text for name, text in texts.items()
                  if "source" not in frame or row["source"] in {None, name}))
        for _, row in own.iterrows()
    ]  # fmt: skip
    out[key("quotes_found")] = level_of(own.assign(found=found), "found", cluster, True, level)
    return out


def _folded(text: str) -> str:
    for marks, plain in (("\u201c\u201d\u201e", '"'), ("\u2018\u2019", "'")):
        for mark in marks:
            text = text.replace(mark, plain)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def interpretability(frame: pd.DataFrame, params: Params, stages: Sequence[str]) -> Figures:
    del stages
    level, cluster = _level(params), _cluster(params, frame, "prompt")
    if "held_out" in frame:
        frame = frame[frame["held_out"] == 1]
    random = frame[frame["draw"].notna()] if "draw" in frame else frame.iloc[:0]
    own = frame[frame["draw"].isna()] if "draw" in frame else frame
    own = own.dropna(subset=["full", "circuit", "corrupt"])
    out: Figures = {}
    ps = []
    several = len(set(own["claim"])) > 1
    for claim, rows in own.groupby("claim"):
        by = {"claim": claim} if several else {}
        if "draw" in frame:
            means = (
                random[random["claim"] == claim].dropna(subset=["circuit"]).groupby("draw")["circuit"].mean()
            )
            reached = int((means.round(9) >= round(rows["circuit"].mean(), 9)).sum())
            ps.append((1 + reached) / (1 + len(means)) if len(means) else None)
            if several:
                out[key("permutation_p", **by)] = ps[-1], None, None
        if several:
            _circuit(rows, cluster, level, by, out)
    _circuit(own, cluster, level, {}, out)
    if "draw" in frame:
        out[key("permutation_p")] = None if None in ps else max(ps), None, None
    return out


def _circuit(
    rows: pd.DataFrame, cluster: str | None, level: float, by: dict[str, object], out: Figures
) -> None:
    held = list(rows[cluster]) if cluster else None
    above, below = (rows[name].sub(rows["corrupt"]).round(9) for name in ("circuit", "full"))
    out[key("faithfulness", **by)] = _mean_pair(above.to_numpy(float), below.to_numpy(float), held, level)
    for name, one, two in (
        ("completeness", "full", "ablated"),
        ("baseline_difference", "circuit", "baseline"),
    ):
        if two in rows and rows[two].notna().any():
            known = rows.dropna(subset=[two])
            groups = known[cluster] if cluster else None
            out[key(name, **by)] = _differences(known[one].sub(known[two]).round(9), groups, level)


def data_selection(frame: pd.DataFrame, params: Params, stages: Sequence[str]) -> Figures:
    del stages
    level = _level(params)
    lost = frame.dropna(subset=["loss_base", "loss_reference"])
    score = _influence(lost.groupby("sample"))
    out: Figures = {key("influence"): pairs_of(list(score), level).figure if len(score) else REFUSED}
    for name, value in score.items():
        out[key("influence", sample=name)] = value, None, None
    if "source" in frame:
        for name, own in score.groupby(lost.groupby("sample")["source"].min()):
            out[key("influence", source=name)] = pairs_of(list(own), level).figure
    if "selected" in frame:
        out[key("reselection_jaccard")] = _jaccard(score, lost.groupby("sample")["selected"].max())
    if "selected" in frame and "overlaps" in frame:
        own = frame[frame["selected"] == 1].dropna(subset=["overlaps"]).groupby("sample")["overlaps"].max()
        out[key("contamination")] = wilson(own.sum(), len(own), level) if len(own) else REFUSED
    if "seed" in frame:
        out[key("rank_stability")] = _stability(lost, level)
    if "arm" in frame and "correct" in frame:
        keys = [name for name in ("arm", "sample", "seed") if name in frame]
        outcomes = frame.dropna(subset=["arm", "correct"]).drop_duplicates(keys)
        one, two = (outcomes[outcomes["arm"] == arm] for arm in ("random", "selected"))
        out[key("selected_minus_random")] = (
            change_of(one, two, "correct", None, True, level).figure if len(one) and len(two) else REFUSED
        )
    return out


def _influence(groups: Any) -> pd.Series:
    base, reference = groups["loss_base"].sum(), groups["loss_reference"].sum()
    return ((reference - base) / base).round(12)


def _jaccard(score: pd.Series, selected: pd.Series) -> Figure:
    chosen = {name for name, mark in selected.items() if mark == 1}
    if not chosen:
        return REFUSED
    ranked = sorted(score.index, key=lambda name: (-score[name], name not in chosen))
    highest = set(ranked[: len(chosen)])
    value = len(chosen & highest) / len(chosen | highest)
    return (value, None, None) if highest == chosen or not highest & chosen else (value, ANY, ANY)


def _stability(lost: pd.DataFrame, level: float) -> Figure:
    scores = {seed: _influence(own.groupby("sample")) for seed, own in lost.groupby("seed")}
    pairs = []
    for one, two in itertools.combinations(sorted(scores), 2):
        common = sorted(set(scores[one].index) & set(scores[two].index))
        pairs.append(_rank_correlation(scores[one][common], scores[two][common], level))
    if not pairs or any(pair[0] is None for pair in pairs):
        return REFUSED
    if len(pairs) == 1:
        return pairs[0]
    return float(np.mean([pair[0] for pair in pairs])), None, None


ORACLES: dict[str, Callable[[pd.DataFrame, Mapping[str, Any], Sequence[str]], Figures]] = {
    "reward_model": reward_model,
    "critique": critique,
    "weak_to_strong": weak_to_strong,
    "summary_tree": summary_tree,
    "reference_check": reference_check,
    "interpretability": interpretability,
    "data_selection": data_selection,
}
