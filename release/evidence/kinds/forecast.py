"""What a larger run will do, told from smaller ones before it is released.

Question: what value does the law through the smaller runs give for the next stage, within what interval, how
far is that from the runs, and was such a forecast right before?

Rows: one run a row: what it cost (`compute` in FLOP, or `parameters`; where both are mapped, compute) and the
`value` that it reached. `metric` tells several apart; each is then fitted by itself.

- `form: loss` (the default): value = a C^b + c by least squares; `form: pass-rate`: -log(value) = a C^b, a
  straight line in logarithms
- runs at `target` and above it are left out of the fit; those at it are the actual value
- `prediction` at `target` with the interval of one new run (delta method, residual variance, t on n - p)
- `prediction_wide`: the same value with the widest ends of the intervals of all fits that leave out none,
  one, two … of the smallest runs, down to two runs more than the law has parameters; its n is how many fits
  these are; it widens where the law bends, which scatter alone does not show
- `extrapolation` = target / largest fitted
- `holdout_error` = actual - predicted for the largest fitted run, from a fit without it; its interval holds 0
  where the run fell inside of its prediction interval
- for a loss the fact `without_constant` is the forecast of a straight line in logarithms, and
  `constant_matters` says whether that lies outside of the prediction interval
- `error` = actual - predicted at `target`, once it is known; the facts `grade` and `grade_wide` say whether
  it fell `inside` or `outside` of the one interval and of the other

Refused with fewer runs than free parameters + 2 (five for a loss, four for a pass rate).

Source: OpenAI 2023, GPT-4 Technical Report, sections 3.1 and 3.2; `prediction_wide` is our own.

Limits: the interval holds if the law goes on and all runs were made alike; it knows nothing of a bend, and
on real runs it held less often than its level says (70 % of one accuracy, 85 % of a loss). `prediction_wide`
held 96 to 100 % of them, and has no exact level: let a rule or criterion use it where being wrong about a
capability costs more than waiting. A pass rate is of items that every run solved at least once, which leaves
out the hard ones. How far is too far is for a rule to judge.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from release.evidence.changes import multiplicity
from release.evidence.gathering import Gathered
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
from release.evidence.rows import RowCheck, Rows
from release.stats.exact import total
from release.stats.interval import Interval, Statistic
from release.stats.later_starts import LaterStarts, over_later_starts
from release.stats.powerlaw import (
    LOSS_PARAMETERS,
    PASS_RATE_PARAMETERS,
    Fit,
    Prediction,
    Run,
    fit_loss,
    fit_pass_rate,
)

NO_TARGET = "no `target` is given, so there is nothing to forecast"
NO_LATER = "no run can be left out, so this is the interval of all runs"
UNKNOWN = "no run at the target is known yet"


@dataclass(frozen=True, slots=True)
class _Law:
    """One of the two forms."""

    pass_rate: bool

    @property
    def parameters(self) -> int:
        """Free parameters."""
        return PASS_RATE_PARAMETERS if self.pass_rate else LOSS_PARAMETERS

    @property
    def name(self) -> str:
        """The form as rules call it."""
        return "pass_rate_power_law" if self.pass_rate else "power_law_plus_constant"

    def fit(self, runs: Sequence[Run]) -> Fit | str:
        """Return the fit, or why there is none."""
        return fit_pass_rate(runs) if self.pass_rate else fit_loss(runs)


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return fit, prediction, errors and facts, by metric where there are several."""
    law = _Law(setting.params["form"] == "pass-rate")
    size = "compute" if rows.has("compute") else "parameters"
    _check_values(rows, law)
    keys = [name for name in ("run", "metric") if rows.has(name)]
    hint = "Give each run one row, its last; checkpoints of one run are no runs of their own."
    rows.once(keys, "the run {value} stands twice", hint=hint)
    by_metric = _runs(rows, size)
    if not by_metric:
        raise Refusal("there are no runs")
    found = Gathered()
    found.facts |= {"form": law.name, "free_parameters": law.parameters, **multiplicity(0)}
    if rows.has("method"):
        found.facts["one_method"] = len(rows.values("method")) == 1
    found.facts["clusters"] = rows.distinct("run")
    _dropped(rows, setting, found)
    if len(by_metric) > 1:
        _several(by_metric, law, setting, found)
        return found.computation()
    (runs,) = by_metric.values()
    figures, facts = _forecast(runs, law, setting)
    found.results |= figures
    found.facts |= facts
    return found.computation()


def _check_values(rows: Rows, law: _Law) -> None:
    if law.pass_rate:
        message = "role 'value' holds {value}, which is no pass rate that has a logarithm"
        hint = "Pass rates lie above 0 and up to 1."
        rows.reject(RowCheck('"value" <= 0 OR "value" > 1', "value", message, hint))
    else:
        message = "role 'value' holds {value}, and a loss is not negative"
        rows.reject(
            RowCheck('"value" < 0', "value", message, "Write losses from 0, or set `form: pass-rate`.")
        )


def _runs(rows: Rows, size: str) -> dict[str, list[Run]]:
    metric = '"metric"' if rows.has("metric") else "''"
    found: dict[str, list[Run]] = {}
    for name, cost, value in sorted(rows.query(f'SELECT {metric}, "{size}", "value" FROM rows')):
        found.setdefault(str(name), []).append(Run(float(cost), float(value)))
    return found


def _dropped(rows: Rows, setting: Setting, found: Gathered) -> None:
    """Note the share of the test's items that the runs leave out, where both numbers are told."""
    items = setting.params["items"]
    if items is not None and rows.has("n"):
        fewest = rows.query('SELECT MIN("n") FROM rows')[0][0]
        if fewest is not None:
            found.facts["dropped_share"] = max(0.0, 1 - int(fewest) / items)


def _several(by_metric: dict[str, list[Run]], law: _Law, setting: Setting, found: Gathered) -> None:
    """Forecast each metric by itself; over all there is nothing to say but which does worst."""
    worst: tuple[float, str] | None = None
    fitted, turns = [], []
    grades: dict[str, list[Any]] = {"grade": [], "grade_wide": []}
    for metric, runs in by_metric.items():
        figures, facts = _forecast(runs, law, setting)
        for name, figure in figures.items():
            found.add(name, figure, {"metric": metric})
        fitted.append(facts["runs"])
        turns.append(facts["sign_changes"])
        for name, own in grades.items():
            own.append(facts.get(name))
        known = figures["error"] if figures["error"].value is not None else figures["holdout_error"]
        if known.value is not None and (worst is None or abs(known.value) > worst[0]):
            worst = (abs(known.value), metric)
    reason = (
        f"the rows hold {len(by_metric)} metrics, each with a forecast of its own: {', '.join(by_metric)}"
    )
    for spec in RESULTS:
        found.add(spec.name, Statistic.refused(reason, method="delta", n=sum(map(len, by_metric.values()))))
    found.facts |= {"runs": min(fitted), "sign_changes": max(turns)}
    if worst:
        found.facts["worst_bucket"] = worst[1]
    for name, own in grades.items():
        if None not in own:
            found.facts[name] = "outside" if "outside" in own else "inside"


def _forecast(runs: list[Run], law: _Law, setting: Setting) -> tuple[dict[str, Statistic], dict[str, Any]]:
    """Return the figures and facts of one metric."""
    target, level = setting.params["target"], setting.level
    fitted = [run for run in runs if target is None or run.compute < target]
    at_target = [run for run in runs if run.compute == target]
    facts: dict[str, Any] = {"runs": len(fitted), "sign_changes": _turns(fitted + at_target)}
    fit = _fit(fitted, law)
    if isinstance(fit, str):
        refused = Statistic.refused(fit, method="delta", n=len(fitted))
        return {spec.name: refused for spec in RESULTS}, facts
    figures = {
        "a": fit.a.statistic(level),
        "b": fit.b.statistic(level),
        "c": _constant(fit, level),
        "holdout_error": _holdout(fitted, law, level),
    }
    nothing = Statistic.refused(NO_TARGET, method="delta", n=len(fitted))
    figures |= dict.fromkeys(("prediction", "prediction_wide", "extrapolation", "error"), nothing)
    if target is not None:
        prediction = fit.predict(target, level)
        largest = max(run.compute for run in fitted)
        figures["prediction"] = _predicted(prediction, level, len(fitted))
        figures["extrapolation"] = Statistic(target / largest, method="delta", n=len(fitted))
        figures["error"] = _error(at_target, prediction, level)
        wide = over_later_starts(fitted, law.fit, law.parameters, target, level)
        figures["prediction_wide"] = _widened(prediction, wide, level)
        facts |= _grades(at_target, prediction.interval, wide)
        if not law.pass_rate:
            facts |= _without_constant(fitted, target, prediction)
    return figures, facts


def _fit(runs: Sequence[Run], law: _Law) -> Fit | str:
    if len(runs) < law.parameters + 2:
        return (
            f"{_told(len(runs))} below the target: a law with {law.parameters} free parameters needs "
            f"{law.parameters + 2}"
        )
    return law.fit(runs)


def _told(runs: int) -> str:
    return "1 run" if runs == 1 else f"{runs} runs"


def _constant(fit: Fit, level: float) -> Statistic:
    if fit.c is None:
        return Statistic.refused("a pass-rate law has no constant", method="delta", n=fit.a.n)
    return fit.c.statistic(level)


def _mean(runs: Sequence[Run]) -> float:
    return float(total([run.value for run in runs]) / len(runs))


def _turns(runs: Sequence[Run]) -> int:
    """Return how often the values, averaged at each size, turn from falling to rising or back."""
    values: dict[float, list[float]] = {}
    for run in sorted(runs):
        values.setdefault(run.compute, []).append(run.value)
    means = [total(own) / len(own) for own in values.values()]
    rises = [after > before for before, after in itertools.pairwise(means) if after != before]
    return sum(one != two for one, two in itertools.pairwise(rises))


def _predicted(prediction: Prediction, level: float, n: int) -> Statistic:
    ends = prediction.interval
    return Statistic(prediction.value, ends.low, ends.high, level, "delta", n, reason=prediction.reason)


def _widened(prediction: Prediction, wide: LaterStarts | None, level: float) -> Statistic:
    figure = Statistic(prediction.value, level=level, method="bounds of later starts")
    if wide is None:
        return figure.but(reason=prediction.reason)
    figure = figure.but(low=wide.low, high=wide.high, n=wide.starts)
    return figure if wide.starts > 1 else figure.but(reason=NO_LATER)


def _error(actual: Sequence[Run], prediction: Prediction, level: float) -> Statistic:
    """Return actual - predicted, with the interval in which 0 lies if the prediction interval held."""
    if not actual:
        return Statistic.refused(UNKNOWN, method="delta", n=0)
    value = _mean(actual)
    low, high = prediction.interval.low, prediction.interval.high
    figure = Statistic(value - prediction.value, level=level, method="delta", n=len(actual))
    if low is None or high is None:
        return figure.but(reason=prediction.reason)
    within = (prediction.value - low) if value < prediction.value else (high - prediction.value)
    return figure.but(low=value - high, high=value - low, tolerance=within)


def _grades(actual: Sequence[Run], interval: Interval, wide: LaterStarts | None) -> dict[str, Any]:
    """Return whether the actual value, once it is known, fell into the one interval and the other."""
    if not actual:
        return {}
    ends = {"grade": (interval.low, interval.high)}
    if wide is not None:
        ends["grade_wide"] = (wide.low, wide.high)
    value = _mean(actual)
    return {
        name: "inside" if low <= value <= high else "outside"
        for name, (low, high) in ends.items()
        if low is not None and high is not None
    }


def _without_constant(fitted: Sequence[Run], target: float, prediction: Prediction) -> dict[str, Any]:
    """Return what a straight line in logarithms, a law without the irreducible term, says of the target.

    Where that lies outside of the prediction interval, leaving the term out would change the answer.
    """
    if any(run.value <= 0 for run in fitted):
        return {}
    xs = [math.log(run.compute) for run in sorted(fitted)]
    ys = [math.log(run.value) for run in sorted(fitted)]
    middle, height = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    spread = math.fsum((x - middle) ** 2 for x in xs)
    if not spread:
        return {}
    slope = math.fsum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / spread
    value = math.exp(height + slope * (math.log(target) - middle))
    low, high = prediction.interval.low, prediction.interval.high
    matters = low is None or high is None or not low <= value <= high
    return {"without_constant": value, "constant_matters": matters}


def _holdout(fitted: Sequence[Run], law: _Law, level: float) -> Statistic:
    """Return the error at the largest size of a fit without it; several runs of that size go together."""
    largest = max(run.compute for run in fitted)
    kept = [run for run in fitted if run.compute < largest]
    left_out = [run for run in fitted if run.compute == largest]
    if len(kept) < law.parameters + 1:
        reason = f"{_told(len(kept))} below the largest, and a fit without it needs {law.parameters + 1}"
        return Statistic.refused(reason, method="delta", n=len(kept))
    fit = law.fit(kept)
    if isinstance(fit, str):
        return Statistic.refused(fit, method="delta", n=len(kept))
    return _error(left_out, fit.predict(largest, level), level)


_BY = (("metric",),)

RESULTS = (
    ResultSpec("a", "value", "Factor of the law.", by=_BY),
    ResultSpec("b", "exponent", "Exponent of the law.", by=_BY),
    ResultSpec("c", "value", "Constant that more compute does not remove.", by=_BY),
    ResultSpec("prediction", "value", "The law at the target.", by=_BY),
    ResultSpec("prediction_wide", "value", "The same, as wide as later starts of the law make it.", by=_BY),
    ResultSpec("extrapolation", "ratio", "Target over the largest run fitted.", by=_BY, range=(0.0, None)),
    ResultSpec("holdout_error", "difference", "Largest run minus its prediction.", by=_BY),
    ResultSpec("error", "difference", "Actual value minus its prediction.", by=_BY),
)

KIND = Kind(
    name="forecast",
    version=4,
    title="Forecast from smaller runs",
    roles=(
        Role("run", "key", "The run."),
        Role("compute", "number", "Its training compute in FLOP.", low=0.0, low_open=True),
        Role("parameters", "number", "Its number of parameters.", low=0.0, low_open=True),
        Role("value", "number", "The loss or pass rate that it reached.", "drop"),
        Role("metric", "key", "What was measured, where rows hold several metrics."),
        Role("n", "count", "Items that the value is an average of.", "keep"),
        Role("method", "key", "How the run was trained, to tell whether all were trained alike."),
    ),
    requires=((("run",),), (("compute",), ("parameters",)), (("value",),)),
    results=RESULTS,
    params=(
        Param("target", "double", None, "Compute or parameters of the stage that is forecast.", low=0.0),
        Param("form", "string", "loss", "The law.", choices=("loss", "pass-rate")),
        Param("items", "int", None, "Items of the whole test, to tell what share was left out.", low=0.0),
    ),
    facts=(
        FactSpec("form", "string", "The law that was fitted."),
        FactSpec("free_parameters", "int", "Free parameters of the law."),
        FactSpec("runs", "int", "Runs that were fitted."),
        FactSpec("one_method", "bool", "All runs were trained alike."),
        FactSpec("grade", "string", "Whether the actual value fell inside of the interval."),
        FactSpec("grade_wide", "string", "Whether it fell inside of the wider interval of later starts."),
        FactSpec("sign_changes", "int", "How often the trend turns."),
        FactSpec("dropped_share", "double", "Share of the test's items that the runs leave out."),
        FactSpec("without_constant", "double", "What a law without the irreducible term says at the target."),
        FactSpec("constant_matters", "bool", "That value lies outside of the prediction interval."),
        FactSpec("worst_bucket", "string", "The metric whose forecast errs most."),
    ),
    figure=Figure("Forecast", "prediction", ("metric",)),
    compute=compute,
)
