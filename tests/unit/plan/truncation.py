"""A second way to the past: take everything that is later out of a plan's data, and read what is left.

Written apart from `release.plan.as_of`, on the plan as written, so that the two can be compared.
"""

from __future__ import annotations

import copy
from typing import Any

from release.base.dates import Moment, moment
from tests.strategies import WORDS

Node = dict[str, Any]


def known(date: Any) -> bool:
    return isinstance(date, str) and date not in WORDS


def later(date: Any, at: Moment) -> bool:
    return known(date) and moment(date) > at


def truncated(plan: Node, at: Moment) -> Node:  # noqa: PLR0912 - one branch per kind of object
    """Return what somebody would have written at `at`, where that is known to have been written then."""
    plan = copy.deepcopy(plan)
    removed: set[str] = set()

    def keep(nodes: list[Node], date: str, prefix: str = "") -> list[Node]:
        kept = [node for node in nodes if not later(node.get(date), at)]
        removed.update(prefix + node["id"] for node in nodes if "id" in node and node not in kept)
        return kept

    for node in plan["evidence"]:
        node["_date"] = node["available"] if "available" in node else node.get("conducted")
    plan["evidence"] = keep(plan["evidence"], "_date")
    for node in plan["evidence"]:
        del node["_date"]
    plan["mitigations"] = keep(plan["mitigations"], "since")
    for node in plan["mitigations"]:
        if node["status"] == "removed" and later(node.get("until"), at):
            node["status"] = "in-place"
            del node["until"]
    for stage in plan["stages"]:
        truncate_stage(stage, at)
        stage["criteria"] = keep(stage["criteria"], "written", "criterion:")
    for node in [*plan["risks"], *plan["benefits"]]:
        node["assessments"] = keep(node["assessments"], "date")
    for partner in plan["partners"]:
        partner["findings"] = keep(partner["findings"], "date")
        partner["access"] = keep(partner["access"], "from")
        if later(partner.get("agreement", {}).get("signed"), at):
            del partner["agreement"]
    for signal in plan["monitoring"]:
        signal["observations"] = keep(signal["observations"], "to")
        if later(signal.get("action_taken", {}).get("on"), at):
            del signal["action_taken"]
    for section, date in (("events", "date"), ("approvals", "date"), ("attestations", "on")):
        plan[section] = keep(plan[section], date)
    if later(plan["eu"].get("framework_confirmed"), at):
        del plan["eu"]["framework_confirmed"]
    drop_references(plan, removed)
    if "critiques" in plan:
        plan["critiques"] = [
            node for node in keep(plan["critiques"], "date") if named(node["of"]) not in removed
        ]
        for node in plan["critiques"]:
            if later(node.get("answer", {}).get("date"), at):
                del node["answer"]
        plan["waivers"] = [
            node
            for node in keep(plan["waivers"], "granted")
            if named(node.get("object", "")) not in removed and node["rule"] not in removed
        ]
    truncate_sources(plan, at)
    return plan


def named(name: str) -> str:
    return name.removeprefix("evidence:")


def truncate_stage(stage: Node, at: Moment) -> None:
    for name in ("review", "leak_plan"):
        key = "on" if name == "review" else "tested"
        if name in stage and later(stage[name].get(key), at):
            if name == "review":
                del stage["review"]
            else:
                del stage["leak_plan"]["tested"]
    dates = stage.get("dates")
    if isinstance(dates, dict):
        if later(dates.get("withdrawn"), at):
            del dates["withdrawn"]
            stage["status"] = "released"
        if later(dates.get("released"), at):
            dates.setdefault("planned", dates["released"])
            del dates["released"]
            stage["status"] = "planned"
    bound = dates.get("released", dates.get("planned")) if isinstance(dates, dict) else None
    stage["artefacts"] = [
        node
        for node in stage["artefacts"]
        if not later(node.get("date"), at) or (known(bound) and moment(node["date"]) <= moment(bound))
    ]


def drop_references(plan: Node, removed: set[str]) -> None:
    def without(node: Any, key: str) -> None:
        if key in node:
            node[key] = [name for name in node[key] if name not in removed]

    for node in [*plan["risks"], *plan["benefits"]]:
        without(node, "mitigations")
        for assessment in node["assessments"]:
            without(assessment["evidence"], "for")
            without(assessment["evidence"], "against")
    for node in plan["mitigations"]:
        without(node, "evidence")
    for partner in plan["partners"]:
        for finding in partner["findings"]:
            without(finding, "evidence")
    for node in plan["thresholds"]:
        without(node, "safeguards")
        for status in node["status"].values():
            without(status, "evidence")


def truncate_sources(plan: Node, at: Moment) -> None:
    """Leave out later sources that nothing cites; those that are cited all the same replace nothing."""
    cited = {node["source"]["source"] for node in plan["evidence"] if "source" in node}
    late = {node["id"] for node in plan["sources"] if later(node.get("date"), at)}
    plan["sources"] = [node for node in plan["sources"] if node["id"] not in late or node["id"] in cited]
    left = {node["id"] for node in plan["sources"]}
    for node in plan["sources"]:
        if node["id"] in late or node.get("supersedes", node["id"]) not in left:
            node.pop("supersedes", None)
