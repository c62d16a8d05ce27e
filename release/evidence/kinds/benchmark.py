"""How well the model does on a benchmark, and what it lost since the stage before.

Question: what share of items does each stage get right, did that change from the stage before on the same
items, and did any single benchmark get worse (an "alignment tax") behind a mean that did not?

Rows: one item at one stage a row; `correct` is 0 or 1, `score` any number. An item stands once per stage and
benchmark. Wide tables are unfolded by `columns: {correct: {stage: column}}`. Where items were asked several
times, each repetition has an item of its own and a common `sample`, and the parameter `cluster: sample`.

- `accuracy` (of `correct`) or `mean` (of `score`) by `{stage}` and `{benchmark, stage}`; over all rows too
- `change` = the later stage minus the one before it on the items that both have, by `{from, to}` and
  `{benchmark, from, to}`; over all: the last such change. Without a common item it is the difference of two
  independent samples, and `method` says so
- `regressions` = number of benchmarks whose last change has a lower end below -`margin` (0 if none is given)

Accuracy has Wilson's interval, a mean t; a change the t interval of differences on n - 1.

Source: Ouyang et al. 2022, InstructGPT, on the alignment tax; Miller 2024 on paired differences and errors.

Limits: items may have been in the training data (fact `overlap_rate`); an empty answer that counts as right
is no ability (fact `empty_counted_correct`); a benchmark measures itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.evidence.arms import arms
from release.evidence.averages import Average
from release.evidence.changes import MARGIN, facts_of, in_order, multiplicity, neighbours
from release.evidence.gathering import Gathered
from release.evidence.kind import Computation, FactSpec, Figure, Kind, Refusal, ResultSpec, Role, Setting
from release.evidence.pairing import paired_by
from release.evidence.rows import Rows
from release.evidence.terms import text_literal
from release.stats.arms import NO_ARM, Difference, difference, paired_change
from release.stats.exact import written
from release.stats.interval import Statistic

_MEASURES = (Average("accuracy", "correct", shares=True), Average("mean", "score", shares=False))


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return levels, paired changes and regressions."""
    if rows.count == 0:
        raise Refusal("no item was answered")
    keys = [name for name in ("item", "benchmark", "stage") if rows.has(name)]
    hint = "An item stands once per stage and benchmark; map `benchmark`, or give items ids of their own."
    rows.once(keys, "the item {value} stands twice at one stage", hint=hint)
    found = Gathered()
    measures = [measure for measure in _MEASURES if rows.has(measure.role)]
    for measure in measures:
        _levels(rows, setting, measure, found)
    order = neighbours(rows.values("stage"), setting.stages)
    found.facts |= multiplicity(1 if order else 0)
    if not order:
        reason = "the rows are about one stage, so nothing changed"
        found.add("regressions", Statistic.refused(reason, method="paired-t", n=0))
    for before, after in order:
        _change(rows, setting, measures[0], (before, after), found, last=(before, after) == order[-1])
    items = [name for name in ("benchmark", "item") if rows.has(name)]
    found.facts["clusters"] = rows.distinct(setting.cluster) if setting.cluster else rows.distinct(*items)
    found.facts |= _contamination(rows)
    return found.computation()


def _levels(rows: Rows, setting: Setting, measure: Average, found: Gathered) -> None:
    value = rows.value(measure.role)
    whole = arms(rows, value, cluster=setting.cluster)[()]
    found.add(measure.result, measure.of(whole, setting.level))
    if measure.shares:
        found.facts["successes"] = int(whole.sums.total)
    stages = {key[0]: arm for key, arm in arms(rows, value, by=["stage"], cluster=setting.cluster).items()}
    for stage in in_order(stages, setting.stages):
        found.add(measure.result, measure.of(stages[stage], setting.level), {"stage": stage})
    if rows.has("benchmark"):
        for key, arm in arms(rows, value, by=["benchmark", "stage"], cluster=setting.cluster).items():
            by = {"benchmark": key[0], "stage": key[1]}
            found.add(measure.result, measure.of(arm, setting.level), by)


def _change(
    rows: Rows, setting: Setting, measure: Average, pair: tuple[str, str], found: Gathered, *, last: bool
) -> None:
    """Note the change between two stages; of the last one also the regressions and the facts."""
    ends = {"from": pair[0], "to": pair[1]}
    whole = _differences(rows, setting, measure, pair, ())[()]
    found.add("change", whole.statistic, ends)
    parts: dict[str, Difference] = {}
    if rows.has("benchmark"):
        parts = {
            key[0]: each for key, each in _differences(rows, setting, measure, pair, ("benchmark",)).items()
        }
        for name, each in parts.items():
            found.add("change", each.statistic, {"benchmark": name, **ends})
    if last:
        found.add("change", whole.statistic)
        margin = setting.params["margin"]
        found.facts |= facts_of(whole, margin, setting.level)
        found.facts["missing_items"] = _unpaired(rows, pair)
        found.facts["changes"] = [
            _listed(name, ends, each.statistic) for name, each in (parts or {"": whole}).items()
        ]
        found.add("regressions", _regressions(list((parts or {"": whole}).values()), margin, setting.level))


def _differences(
    rows: Rows, setting: Setting, measure: Average, pair: tuple[str, str], by: tuple[str, ...]
) -> dict[tuple[str, ...], Difference]:
    """Return the changes by benchmark, or over all: on common items, else between independent samples."""
    value = rows.value(measure.role)
    where = [f'"stage" = {text_literal(stage)}' for stage in pair]
    items = [name for name in ("benchmark", "sample", "item") if rows.has(name)]
    cluster = setting.cluster if setting.cluster in items else None
    paired = paired_by(rows, value, on=items, first=where[0], second=where[1], by=by, cluster=cluster)
    result = {key: paired_change(each.differences, level=setting.level) for key, each in paired.items()}
    either = " OR ".join(where)
    groups = arms(rows, value, by=["stage", *by], cluster=setting.cluster, where=either)
    for key in {key[1:] for key in groups} - result.keys():
        first, second = (groups.get((stage, *key), NO_ARM) for stage in pair)
        if first.n and second.n:
            apart = difference(first, second, level=setting.level, shares=measure.shares)
            result[key] = _said(apart)
    return dict(sorted(result.items()))


def _said(apart: Difference) -> Difference:
    method = f"{apart.statistic.method}, no common items"
    return Difference(apart.statistic.but(method=method), apart.estimate)


def _regressions(changes: list[Difference], margin: float | None, level: float) -> Statistic:
    """Return how many changes may be losses of more than the margin; one without ends goes by its value."""
    limit = -float(written(margin or 0.0))
    worse = 0
    for change in changes:
        shown = change.statistic
        end = shown.value if shown.low is None else shown.low
        worse += end is not None and end < limit
    return Statistic(worse, level=level, method=changes[0].statistic.method, n=len(changes))


def _listed(name: str, ends: Mapping[str, str], figure: Statistic) -> dict[str, Any]:
    numbers = {"value": figure.value, "low": figure.low, "high": figure.high, "n": figure.n}
    listed = {**ends, **{key: number for key, number in numbers.items() if number is not None}}
    return {"benchmark": name, **listed} if name else listed


def _unpaired(rows: Rows, pair: tuple[str, str]) -> int:
    """Return how many items only one of the two stages has."""
    items = ", ".join(rows.name(name) for name in ("benchmark", "item") if rows.has(name))
    stages = ", ".join(text_literal(stage) for stage in pair)
    inner = f'SELECT {items} FROM rows WHERE "stage" IN ({stages}) GROUP BY {items} HAVING COUNT(*) = 1'
    return int(rows.query(f"SELECT COUNT(*) FROM ({inner}) AS t")[0][0])


def _contamination(rows: Rows) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    items = [name for name in ("benchmark", "item") if rows.has(name)]
    if rows.has("overlap"):
        shared = rows.distinct(*items, where='"overlap" = 1')
        facts["overlap_rate"] = shared / rows.distinct(*items)
    if rows.has("empty", "correct"):
        facts["empty_counted_correct"] = rows.total('"empty" = 1 AND "correct" = 1')
    return facts


_LEVELS = (("stage",), ("benchmark", "stage"))

KIND = Kind(
    name="benchmark",
    version=2,
    title="Benchmark results",
    roles=(
        Role("item", "key", "The item."),
        Role("stage", "stage", "The stage whose model answered."),
        Role("correct", "binary", "Whether the answer is right.", "drop"),
        Role("score", "number", "What the answer scores.", "drop"),
        Role("benchmark", "key", "The benchmark that the item belongs to."),
        Role("sample", "key", "What repetitions of an item have in common, for `cluster: sample`."),
        Role("overlap", "binary", "Whether the item was found in the training data.", "keep"),
        Role("empty", "binary", "Whether the answer is empty or a refusal.", "keep"),
    ),
    requires=((("item",),), (("stage",),), (("correct",), ("score",))),
    results=(
        ResultSpec("accuracy", "proportion", "Share of items right.", (("correct",),), by=_LEVELS),
        ResultSpec("mean", "mean", "Mean score.", (("score",),), by=_LEVELS),
        ResultSpec(
            "change",
            "difference",
            "Later stage minus the one before, on common items.",
            by=(("from", "to"), ("benchmark", "from", "to")),
        ),
        ResultSpec("regressions", "count", "Benchmarks that may have lost more than the margin."),
    ),
    params=(MARGIN,),
    facts=(
        FactSpec("missing_items", "int", "Items that only one of the two stages of the last change has."),
        FactSpec("changes", ("list", ("object", "Change")), "The last change, by benchmark."),
        FactSpec("overlap_rate", "double", "Share of items found in the training data."),
        FactSpec("empty_counted_correct", "int", "Empty answers that count as right."),
    ),
    figure=Figure("Accuracy by stage", "accuracy", ("stage",)),
    compute=compute,
)
