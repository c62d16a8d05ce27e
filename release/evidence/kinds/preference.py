"""Which model's answers people (or a judge) prefer.

Question: how often is a model preferred to another, how strong are several models on one scale, do raters
agree beyond chance, and does the win remain when answers are of equal length?

Rows: one comparison a row: an item, two models, and the `winner` (a model's name, `model_a`, `model_b` or
`tie`) or a `weight` (the share of model_a, 0 to 1). A tie counts half.

- `win_rate` by `{model}` against all others met; over all, with two models, of the one that is not the
  `reference`
- `strength` by `{model}`: Bradley and Terry's log-strength above the `reference` (the alphabetically first,
  if none is named), which stands at 0
- `alpha` = Krippendorff's alpha, nominal, tie a value of its own, between raters of the same item and models
- `length_controlled_win_rate` = chance of winning at no difference in length, by logistic regression on the
  difference divided by its standard deviation

Win rates are clustered two ways, by rater and by item: V(rater) + V(item) - V(rater and item), t on the
smaller number of clusters less 1; one way where only one repeats; where neither does, Wilson's interval for
winners, t for weights. Strengths have a sandwich by rater, or the information matrix; alpha a bootstrap of
items; length control the same as strengths, through the log-odds.

Source: Ouyang et al. 2022; Stiennon et al. 2020 on length; Nakano et al. 2021 on ties; Bradley & Terry 1952;
Krippendorff 2011; Cameron, Gelbach & Miller 2011.

Limits: who the raters are decides what is preferred; a win over a weak or unprompted model is a weak win;
raters who also labelled the training data prefer what it taught (fact `rater_overlap`).
"""

from __future__ import annotations

from typing import Any

from release.evidence.changes import multiplicity
from release.evidence.comparisons import A, B, Sides, is_tie, not_a_winner, pair_sums, sides, units_by_item
from release.evidence.gathering import Gathered
from release.evidence.kind import (
    STATISTIC,
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
from release.evidence.rows import RowCheck, Rows
from release.stats.agreement import nominal_alpha, nominal_alphas, nominal_sums
from release.stats.arms import Arm, mean, proportion, proportion_or_wilson
from release.stats.bootstrap import percentile
from release.stats.bradley_terry import bradley_terry
from release.stats.clustered import two_way_mean
from release.stats.interval import NO_INTERVAL, Statistic
from release.stats.logistic import logistic_line
from release.stats.proportion import wilson_interval


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return win rates, strengths, agreement and length control."""
    _check(rows)
    if rows.count == 0:
        raise Refusal("nothing was compared")
    both = sides(rows, setting.cluster)
    models = sorted({*rows.values(A), *rows.values(B)})
    reference = setting.params["reference"] or models[0]
    if reference not in models:
        raise Refusal(f"the reference '{reference}' has no rows; models: {', '.join(models)}")
    found = Gathered()
    rater = _rater(rows, setting)
    for model in models if len(models) > 2 else [name for name in models if name != reference]:
        figures = {"win_rate": _win_rate(both, model, setting)}
        controlled = _length_controlled(both, model, rater, setting)
        if controlled is not None:
            figures["length_controlled_win_rate"] = controlled
        for name, figure in figures.items():
            found.add(name, figure, {"model": model})
            if len(models) == 2:
                found.add(name, figure)
                found.add(name, _of_the_other(figure), {"model": reference})
    _strengths(rows, models, reference, rater, setting, found)
    found.add("alpha", _alpha(rows, setting))
    found.facts |= _facts(rows, setting)
    return found.computation()


def _of_the_other(figure: Statistic) -> Statistic:
    """Return the share of the other of two models: what one wins the other loses."""
    value, low, high = (None if end is None else 1 - end for end in (figure.value, figure.high, figure.low))
    return figure.but(value=value, low=low, high=high)


def _check(rows: Rows) -> None:
    same = RowCheck(f'"{A}" = "{B}"', B, "{value} is compared with itself", "Compare two different models.")
    hint = "Write the name of one of the two, model_a, model_b or tie."
    winner = RowCheck(not_a_winner(), "winner", "{value} is neither of the two models, nor a tie", hint)
    rows.reject(same, *([winner] if rows.has("winner") else []))
    if rows.has("rater"):
        hint = "Keep one row per item, rater and pair; of both orders, write the mean as weight."
        pair = [f'LEAST("{A}", "{B}")', f'GREATEST("{A}", "{B}")']
        rows.once(
            ["item", "rater", *pair], "a rater judges the same two models twice on item {value}", hint=hint
        )


def _ways(setting: Setting, rows: Rows) -> tuple[str, ...]:
    """Return the roles to cluster by: raters and items, or the one that the param names."""
    if setting.params["cluster"] is not None:
        return (setting.cluster,) if setting.cluster else ()
    return tuple(role for role in ("rater", "item") if rows.has(role))


def _rater(rows: Rows, setting: Setting) -> str | None:
    """Return `rater` where strengths and length control are clustered by it: where somebody judged twice."""
    wanted = "rater" in _ways(setting, rows)
    return "rater" if wanted and rows.repeats("rater") else None


def _win_rate(both: Sides, model: str, setting: Setting) -> Statistic:
    ways = [role for role in _ways(setting, both.rows) if both.repeats(model, role)]
    level = setting.level
    if not ways:
        arm = Arm(both.sums(model))
        if both.rows.has("winner"):
            return proportion(arm, level=level)
        return mean(arm, level=level, floor=0.0, ceiling=1.0)
    if len(ways) == 1:
        estimate = both.moments(model, ways).one_way(ways[0])
    else:
        first, second = (both.moments(model, [way]) for way in ways)
        estimate = two_way_mean(first, second, both.moments(model, ways), by=(ways[0], ways[1]), level=level)
    if both.rows.has("winner"):
        return proportion_or_wilson(estimate, both.sums(model).total, level=level)
    return estimate.statistic(level, floor=0.0, ceiling=1.0)


def _length_controlled(both: Sides, model: str, rater: str | None, setting: Setting) -> Statistic | None:
    """Return the chance of winning at equal length, or None where lengths are not told."""
    if not both.rows.has("length_a", "length_b"):
        return None
    outcomes = both.outcomes(model, rater)
    line = logistic_line(outcomes, by=rater)
    if isinstance(line, str):
        method = f"sandwich clustered by {rater}" if rater else "information"
        return Statistic.refused(line, method=method, n=sum(outcome.n for outcome in outcomes))
    return line.chance_at_zero(setting.level)


def _strengths(
    rows: Rows, models: list[str], reference: str, rater: str | None, setting: Setting, found: Gathered
) -> None:
    fitted = bradley_terry(pair_sums(rows, rater), reference=reference, by=rater)
    method = f"sandwich clustered by {rater}" if rater else "information"
    for model in models:
        figure = (
            Statistic.refused(fitted, method=method, n=rows.count)
            if isinstance(fitted, str)
            else fitted.of[model].statistic(setting.level)
        )
        found.add("strength", figure, {"model": model})
        if len(models) == 2 and model != reference:
            found.add("strength", figure)


def _alpha(rows: Rows, setting: Setting) -> Statistic:
    if not rows.has("rater"):
        return Statistic.refused("the rows do not tell raters apart", method="bootstrap", n=rows.count)
    items = units_by_item(rows)
    units = [unit for item in items for unit in item]
    n = sum(sum(unit.values()) for unit in units)
    value = nominal_alpha(units)
    if value is None:
        nothing = "no item was judged twice, or every judgement is the same"
        return Statistic.refused(nothing, method="bootstrap", n=n)
    sums = nominal_sums(items, sorted({name for unit in units for name in unit}, key=str))
    ends = percentile(sums, nominal_alphas, seed=rows.seed(setting.params), level=setting.level)
    reason = "too few items were judged twice" if ends.low is None else None
    if ends.low is not None and ends.low == ends.high:
        ends, reason = (
            NO_INTERVAL,
            "every draw of items gives the same, so nothing tells how far it could be off",
        )
    return Statistic(
        value, ends.low, ends.high, setting.level, "bootstrap clustered by item", n, len(items), reason
    )


def _facts(rows: Rows, setting: Setting) -> dict[str, Any]:
    facts: dict[str, Any] = {"ties_counted_as": "half", **multiplicity(1)}
    ways = _ways(setting, rows)
    facts["clusters"] = min((rows.distinct(way) for way in ways), default=rows.count)
    facts["ties"] = rows.total(is_tie() if rows.has("winner") else '"weight" = 0.5')
    if rows.has("rater", "rater_trained"):
        raters = rows.distinct("rater")
        trained = rows.distinct("rater", where='"rater_trained" = 1')
        facts["rater_overlap"] = trained / raters
        if trained < raters:
            facts["held_out_raters"] = raters - trained
    if rows.has("item_trained"):
        items = rows.distinct("item")
        shared = rows.distinct("item", where='"item_trained" = 1')
        ends = wilson_interval(shared, items, level=setting.level)
        facts["prompt_overlap"] = {
            "value": shared / items,
            "low": ends.low,
            "high": ends.high,
            "level": setting.level,
            "method": "wilson",
            "n": items,
        }
    return facts


_BY = (("model",),)

KIND = Kind(
    name="preference",
    version=3,
    title="Which answers are preferred",
    roles=(
        Role("item", "key", "The prompt that both models answered."),
        Role(A, "key", "One model."),
        Role(B, "key", "The other model."),
        Role("winner", "text", "The model preferred, model_a, model_b or tie.", "drop"),
        Role("weight", "number", "How much model_a is preferred, from 0 to 1.", "drop", low=0.0, high=1.0),
        Role("rater", "key", "Who judged."),
        Role("length_a", "number", "Length of the first answer.", "keep", low=0.0),
        Role("length_b", "number", "Length of the second answer.", "keep", low=0.0),
        Role("rater_trained", "binary", "Whether the rater also labelled the training data.", "keep"),
        Role("item_trained", "binary", "Whether the prompt is in the training data.", "keep"),
    ),
    requires=((("item",),), ((A,),), ((B,),), (("winner",), ("weight",))),
    results=(
        ResultSpec("win_rate", "proportion", "Share of comparisons won, ties half.", by=_BY),
        ResultSpec("strength", "log-odds", "Log-strength above the reference.", by=_BY),
        ResultSpec("alpha", "agreement", "Krippendorff's alpha between raters."),
        ResultSpec(
            "length_controlled_win_rate",
            "proportion",
            "Chance of winning at equal length.",
            (("length_a", "length_b"),),
            by=_BY,
        ),
    ),
    params=(Param("reference", "string", None, "Model compared with; the alphabetically first by default."),),
    facts=(
        FactSpec("ties_counted_as", "string", "What a tie is worth."),
        FactSpec("ties", "int", "Comparisons without a winner."),
        FactSpec("rater_overlap", "double", "Share of raters who labelled the training data."),
        FactSpec("held_out_raters", "int", "Raters who did not."),
        FactSpec("prompt_overlap", STATISTIC, "Share of prompts that are in the training data."),
    ),
    cluster="rater",
    figure=Figure("Win rate", "win_rate", ("model",), reference=0.5),
    compute=compute,
)
