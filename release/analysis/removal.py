"""A plan without some of what carries its verdict: evidence, mitigations, findings, waivers, attestations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from release.analysis.case import Case
from release.base.dates import last_moment
from release.base.record import Record
from release.base.sections import KIND_IN
from release.evidence.facts import Facts
from release.evidence.figures import figures_of
from release.plan.pruning import Pruning, cited_sources

_SECTIONS: Final = {KIND_IN[each]: each for each in ("evidence", "mitigations", "attestations", "waivers")}


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
    return [Part(kind, _name(kind, node), node["$at"]) for kind, node in _removable(data)]


def _removable(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for kind, section in _SECTIONS.items():
        for node in data.get(section, ()):
            yield kind, node
    for partner in data.get("partners", ()):
        for finding in partner.get("findings", ()):
            yield "finding", finding


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
    but for one thing: a source dated later is seen only for as long as something visible cites it.
    """

    def __init__(self, case: Case) -> None:
        self.view = case.view
        # No item that is left changes, so neither do its figures.
        figures = {
            each["id"]: figures_of(each, case.items.get(each["id"])) for each in self.view.get("evidence", ())
        }
        self._case = replace(case, figures=lambda item, _: figures[item["id"]])
        self.parts = parts_of(self.view)
        late = {node["id"] for node in self.view.get("sources", ()) if _is_late(case, node)}
        rest = without(self.view, self.parts)
        self._late = late - cited_sources(rest, late)
        self._citing = {
            node["$at"]: cited_sources({"part": node}, self._late) for _, node in _removable(self.view)
        }

    def facts(self, parts: Collection[Part]) -> Facts:
        """Return the facts without some parts."""
        data = without(self.view, parts)
        if self._late:
            gone = {part.pointer for part in parts}
            cited = {name for at, names in self._citing.items() if at not in gone for name in names}
            data["sources"] = list(_left(data["sources"], self._late - cited))
        return self._case.facts_of_view(data)


def _is_late(case: Case, source: Mapping[str, Any]) -> bool:
    return "date" in source and last_moment(source["date"]) > case.at


def _left(sources: Iterable[Mapping[str, Any]], gone: set[str]) -> Iterator[Mapping[str, Any]]:
    """Yield the sources that are still seen; none of them supersedes one that is not."""
    for node in sources:
        if node["id"] not in gone:
            hides = node.get("supersedes") in gone
            yield {key: each for key, each in node.items() if key != "supersedes"} if hides else node
