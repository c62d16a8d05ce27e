"""Who answers for what: nobody excuses or approves the own work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from release.base.findings import Finding
from release.base.people import aliases

Node = Mapping[str, Any]

_LISTS: Final = {
    "stage": "stages",
    "risk": "risks",
    "mitigation": "mitigations",
    "monitoring": "monitoring",
    "partner": "partners",
    "benefit": "benefits",
    "evidence": "evidence",
}


def answerable(plan: Node, finding: Finding) -> frozenset[str]:
    """Return all the names of who answers for what a finding is about, as `aliases` gives them.

    The owners of its stages, of its object and of what the object is part of, and the plan's contact.
    """
    names = [name for name in _names(plan, finding) if isinstance(name, str)]
    return frozenset(alias for name in names for alias in aliases(name))


def _names(plan: Node, finding: Finding) -> Iterator[Any]:
    contact = plan.get("contact", {})
    yield from (contact.get("name"), contact.get("address"))
    for stage in plan.get("stages", ()):
        if stage["id"] in finding.stages:
            yield stage.get("owner")
    kind, _, name = finding.object.partition(":")
    for node in plan.get(_LISTS.get(kind, ""), ()):
        if node.get("id") == name:
            yield node.get("owner")
    if kind == "assessment":
        for risk in plan.get("risks", ()):
            if risk["id"] == name.partition("/")[0]:
                yield risk.get("owner")
