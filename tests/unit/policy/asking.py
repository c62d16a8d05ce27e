"""Ask one expression of small plain data, as rules are asked."""

from __future__ import annotations

from typing import Any

from release.policy.explaining import Reading, read
from release.policy.frame import Exhausted, Frame, Trace, Undetermined
from release.policy.meaning import program
from tests.unit.policy.tables import language, placed

UNKNOWN = "unknown"


def names_of(data: dict[str, Any], scope: str = "stage", **more: Any) -> dict[str, Any]:
    """Return the names that an expression sees of a plan: the plan, its last stage, and the one before."""
    plan = placed(data)
    names: dict[str, Any] = {"plan": plan, "at": "2020-01-01", "params": {}}
    if "strategy" in plan:
        names["strategy"] = plan["strategy"]
    stages = plan.get("stages", [])
    if stages:
        names["stage"] = stages[-1]
    if len(stages) > 1:
        names["previous"] = stages[-2]
    del scope
    return names | more


def answer(source: str, names: dict[str, Any], scope: str = "stage") -> Any:
    """Return what an expression gives, or `UNKNOWN`."""
    node = language().dialect().check(source, scope).node
    try:
        return program(node)(Frame(dict(names)))
    except (Undetermined, Exhausted):
        return UNKNOWN


def reading(source: str, names: dict[str, Any], scope: str = "stage") -> Reading:
    """Return what an expression reads and lacks."""
    node = language().dialect().check(source, scope).node
    return read([program(node)], Frame(dict(names), Trace()))
