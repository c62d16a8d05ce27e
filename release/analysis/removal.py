"""A plan without some of what carries its verdict: evidence, mitigations, findings, waivers, attestations."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from release.analysis.case import Case
from release.base.dates import last_moment
from release.base.record import Record
from release.evidence.facts import Facts
from release.plan.pruning import Pruning

_SECTIONS: Final = {
    "evidence": "evidence",
    "mitigation": "mitigations",
    "attestation": "attestations",
    "waiver": "waivers",
}


class Part(Record):
    """Something that can be taken out of a plan.

    Attributes:
        kind: evidence, mitigation, finding, attestation or waiver.
        name: its id; of a waiver the rule, and the object and stage that it names.
        pointer: where it stands in the plan.
    """

    kind: str
    name: str
    pointer: str

    @property
    def object(self) -> str:
        """`kind:id`."""
        return f"{self.kind}:{self.name}"


def parts_of(data: Mapping[str, Any]) -> list[Part]:
    """Return what can be taken out of the data of a plan as of a date, in the order of the plan."""
    found = [
        Part(kind, _name(kind, node), node["$at"])
        for kind, section in _SECTIONS.items()
        for node in data.get(section, ())
    ]
    found += [
        Part("finding", finding["id"], finding["$at"])
        for partner in data.get("partners", ())
        for finding in partner.get("findings", ())
    ]
    return found


def _name(kind: str, node: Mapping[str, Any]) -> str:
    if kind != "waiver":
        return str(node["id"])
    named = [str(node[field]) for field in ("object", "stage") if field in node]
    return " ".join([str(node["rule"]), *named])


def without(data: Mapping[str, Any], parts: Collection[Part]) -> dict[str, Any]:
    """Return the data without some parts, and without the references to them."""
    gone = {part.pointer for part in parts}
    result = dict(data)
    for section in _SECTIONS.values():
        if section in result:
            result[section] = [node for node in result[section] if node["$at"] not in gone]
    if any(part.kind == "finding" for part in parts) and "partners" in result:
        result["partners"] = [_without_findings(partner, gone) for partner in result["partners"]]
    hidden: dict[str, set[str]] = {}
    for part in parts:
        if part.kind != "waiver":
            hidden.setdefault(part.kind, set()).add(part.name)
    if hidden:
        Pruning(hidden, result).run()
    return result


def _without_findings(partner: Mapping[str, Any], gone: set[str]) -> Mapping[str, Any]:
    findings = partner.get("findings")
    if not findings:
        return partner
    return {**partner, "findings": [each for each in findings if each["$at"] not in gone]}


class Remover:
    """Gives the facts of a plan without some parts.

    Taking parts out of what is seen at the date is the same as taking them out of the plan and looking then,
    but for one thing: a source dated later is seen only for as long as something visible cites it. Where the
    plan has such sources, the parts are taken out of the plan.
    """

    def __init__(self, case: Case) -> None:
        self._case = case
        self.view = case.view
        self.parts = parts_of(self.view)
        self._late = any(_is_late(case, node) for node in case.plan.data.get("sources", ()))

    def facts(self, parts: Collection[Part]) -> Facts:
        """Return the facts without some parts."""
        if self._late:
            return self._case.facts(without(self._case.plan.data, parts))
        return self._case.facts_of_view(without(self.view, parts))


def _is_late(case: Case, source: Mapping[str, Any]) -> bool:
    return "date" in source and last_moment(source["date"]) > case.at
