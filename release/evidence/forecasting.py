"""Forecasting a metric of one stage from the runs that a plan's evidence holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.evidence.inputs import Task, tasks_of
from release.evidence.lock import computation_json
from release.evidence.locking import Options, compute_task

if TYPE_CHECKING:
    from release.plan.plan import Plan

SCHEMA: Final = "release-forecast/1"
_PARAMETERS_OF_FIT: Final = ("a", "b", "c")


def forecast(plan: Plan, metric: str, stage: str, options: Options | None = None) -> dict[str, Any]:
    """Return `release-forecast/1`: the law through the smaller runs, and what it says of a stage.

    Args:
        plan: the plan, with evidence of the kind `forecast` that has rows.
        metric: a value of the rows' `metric` column, the `metric_type` or the id of an evidence item.
        stage: id of the stage forecast; its compute or parameters are the target.
        options: how to compute.

    Raises:
        InvalidInput: there is no such stage or metric, the stage's size is unknown, or rows are wrong.
    """
    target_stage = _stage(plan, stage)
    known: set[str] = set()
    # An item about the stage itself comes before one about another: both may speak of a loss.
    for task in sorted(_forecasts(plan), key=lambda each: stage not in each.item.get("stages", ())):
        target = _target(plan, task, target_stage)
        known.add(task.id)
        computed = computation_json(compute_task(plan, _aimed(task, target), options or Options()))
        metrics = {piece["by"]["metric"]: piece["results"] for piece in computed["slices"]}
        known |= set(metrics)
        if metric in metrics:
            return _structure(task, metric, stage, target, metrics[metric], computed["facts"])
        if metric in {task.id, task.item.get("metric_type")} and not metrics:
            return _structure(task, metric, stage, target, computed["results"], computed["facts"])
    near = nearest(metric, known)
    hint = f"did you mean '{near}'?" if near else f"there are {', '.join(sorted(known)) or 'none'}"
    message = f"no evidence of the kind forecast has rows about '{metric}'"
    raise InvalidInput([InputError("IN-088", message, None, hint)])


def _stage(plan: Plan, name: str) -> Mapping[str, Any]:
    stages = plan.objects.get("stage", {})
    if name in stages:
        return stages[name]
    near = nearest(name, stages)
    hint = f"did you mean '{near}'?" if near else f"the stages are {', '.join(stages)}"
    raise InvalidInput([InputError("IN-088", f"there is no stage '{name}'", None, hint)])


def _forecasts(plan: Plan) -> Iterator[Task]:
    for task in tasks_of(plan).values():
        if task.kind is not None and task.kind.name == "forecast":
            yield task


def _target(plan: Plan, task: Task, stage: Mapping[str, Any]) -> float:
    """Return the size of the stage in the unit of the rows: training compute, else parameters."""
    columns = task.item["data"].get("columns", {})
    by_compute = "compute" in columns
    variants = [plan.objects["variant"][name] for name in stage.get("variants", ())]
    sizes = [
        variant.get("training", {}).get("compute_flop") if by_compute else variant.get("parameters")
        for variant in variants
    ]
    known = [float(size) for size in sizes if size is not None]
    if known:
        return max(known)
    written = task.item.get("params", {}).get("target")
    if written is not None and stage["id"] in task.item.get("stages", ()):
        return float(written)
    what = "training compute" if by_compute else "parameters"
    message = f"the {what} of stage '{stage['id']}' are not known, so there is nothing to forecast for"
    hint = "write training.compute_flop of its variant" if by_compute else "write parameters of its variant"
    raise InvalidInput([InputError("IN-088", message, plan.object_position(stage["$at"]), hint)])


def _aimed(task: Task, target: float) -> Task:
    params = {**task.item.get("params", {}), "target": target}
    return task.but(item={**task.item, "params": params})


def _structure(
    task: Task,
    metric: str,
    stage: str,
    target: float,
    results: Mapping[str, Mapping[str, Any]],
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    prediction = results["prediction"]
    body: dict[str, Any] = {
        "schema": SCHEMA,
        "metric": metric,
        "target": {"stage": stage, "size": target},
        "evidence": task.id,
        "fit": {
            "form": facts["form"],
            "runs": facts["runs"],
            **{name: results[name] for name in _PARAMETERS_OF_FIT},
            "holdout_error": results["holdout_error"],
        },
        "prediction": {
            name: prediction.get(name) for name in ("value", "low", "high", "level", "method", "n")
        },
        "extrapolation": results["extrapolation"].get("value"),
    }
    wide = results["prediction_wide"]
    if wide.get("low") is not None:
        body["later_starts"] = {
            **{name: wide[name] for name in ("low", "high", "level")},
            "starts": wide["n"],
        }
    reason = prediction.get("reason")
    if reason:
        body["prediction"]["reason"] = reason
    for name in ("without_constant", "constant_matters"):
        if name in facts:
            body["fit"][name] = facts[name]
    error = results["error"].get("value")
    if error is not None and prediction.get("value") is not None:
        # Both are rounded to twelve digits: their sum holds eleven.
        body["actual"] = float(f"{prediction['value'] + error:.11g}")
        low, high = prediction.get("low"), prediction.get("high")
        if low is not None and high is not None:
            body["grade"] = "inside" if low <= body["actual"] <= high else "outside"
        if "later_starts" in body:
            held = body["later_starts"]["low"] <= body["actual"] <= body["later_starts"]["high"]
            body["later_starts"]["grade"] = "inside" if held else "outside"
    return body
