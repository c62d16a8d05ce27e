"""Who can bring what a work order names: the developer, a partner, an evaluator, anybody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from release.analysis.case import Case
from release.analysis.edits import Draft
from release.analysis.lacks import Lack
from release.base.labels import PUBLIC, Label, strictest
from release.base.record import Record

By = Literal["developer", "partner", "evaluator", "anybody"]

_BY_SECTION: Final[Mapping[str, By]] = {"partners": "partner", "sources": "anybody", "events": "anybody"}
_BY_KIND: Final[Mapping[str, By]] = {
    "partner": "partner",
    "finding": "partner",
    "evidence": "evaluator",
    "source": "anybody",
    "event": "anybody",
}


class Holder(Record):
    """Who can bring a thing.

    Attributes:
        who: their name; empty where the plan gives none, or several.
        label: who may know; an evaluator may be named to fewer than the evidence is shown to.
    """

    by: By
    who: str
    label: Label = PUBLIC

    def seen_by(self, audience: str) -> Holder:
        """Return what an audience may know of it."""
        return self if self.label.visible_to(audience) else Holder("evaluator", "")


def maker_of(case: Case, objects: Sequence[str]) -> Holder:
    """Return who can put objects of one kind right, and the name where the plan gives one for all of them."""
    makers: set[Holder] = set()
    for each in objects:
        kind, _, name = each.partition(":")
        by = _BY_KIND.get(kind, "developer")
        if by == "developer":
            makers.add(Holder(by, developer_of(case)))
        elif kind == "evidence":
            makers.add(_evaluator(case, _named(case.view.get("evidence", ()), name)))
        elif kind == "partner":
            makers.add(Holder(by, str(_named(case.view.get("partners", ()), name).get("name", ""))))
        else:
            makers.add(Holder(by, ""))
    if len(makers) == 1:
        return makers.pop()
    return Holder(min(each.by for each in makers), "", strictest(each.label for each in makers))


def _named(nodes: Sequence[Mapping[str, Any]], name: str) -> Mapping[str, Any]:
    return next((each for each in nodes if each["id"] == name), {})


def holder_of(case: Case, draft: Draft, lack: Lack) -> Holder:
    """Return who can bring a fact, and the name where the plan gives one."""
    section = lack.key.split("/")[1]
    node = draft.node(lack.object) or {}
    if section == "evidence":
        return _evaluator(case, node)
    if section == "partners":
        return Holder("partner", "")
    by = _BY_SECTION.get(section, "developer")
    return Holder(by, developer_of(case) if by == "developer" else "")


def _evaluator(case: Case, item: Mapping[str, Any]) -> Holder:
    evaluator = item.get("evaluator", {})
    by: By = "partner" if evaluator.get("kind") == "partner" else "evaluator"
    label = case.plan.label(evaluator.get("$at", item.get("$at", "")))
    return Holder(by, str(evaluator.get("name", "")), label)


def developer_of(case: Case) -> str:
    """Return the name of the developer, empty where the plan does not give it."""
    return str(case.plan.data.get("developer", ""))
