"""All that rules may ask about one plan at one date: its tree with derived facts, one context per object."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from release.base.errors import Position
from release.base.labels import Label
from release.base.record import Record
from release.evidence.context import Context
from release.evidence.derived import (
    Tree,
    is_unknown,
)
from release.evidence.stage_evidence import StageEvidence
from release.plan.as_of import PlanView


class Facts(Record):
    """The facts of one plan at one date; satisfies `release.evidence.context.FactSource`.

    Attributes:
        view: the plan as it was known at the date.
        plan: the tree that expressions see: references resolved, derived facts added, acyclic.
        stage_evidence: per stage, the evidence about it (certain and uncertain).
    """

    view: PlanView
    plan: Tree
    stage_evidence: Mapping[str, StageEvidence]

    @property
    def at(self) -> str:
        """The date judged, ISO."""
        return str(self.plan["$date"])

    def position(self, pointer: str) -> Position:
        """Return where the value at `pointer` stands."""
        return self.view.plan.position(pointer)

    def object_position(self, pointer: str) -> Position:
        """Return where an object is reported: its first key; for other values, the value."""
        return self.view.plan.object_position(pointer)

    def is_written(self, pointer: str) -> bool:
        """Tell whether something stands at a pointer in the plan's files."""
        return self.view.plan.is_written(pointer)

    def local_pointer(self, pointer: str) -> str:
        """Return the pointer within the file that holds the value."""
        return self.view.plan.local_pointer(pointer)

    def label(self, pointer: str) -> Label:
        """Return the label of the object at `pointer`."""
        return self.view.plan.label(pointer)

    def contexts(self, kind: str) -> Iterator[Context]:
        """Yield the objects of one kind in plan order, as named by a rule's `for`."""
        for bindings, name, node, stages in _OBJECTS[kind](self):
            yield self._context(bindings, f"{kind}:{name}", node, stages)

    def _context(self, own: Tree, name: str, node: Tree, stages: Sequence[str]) -> Context:
        general = {"plan": self.plan, "at": self.at}
        if not is_unknown(self.plan, "strategy"):
            general["strategy"] = self.plan.get("strategy", {})
        bindings = {**general, **own}
        alternative = None
        uncertain: tuple[str, ...] = ()
        stage = own.get("stage")
        if stage is not None and (doubtful := self.stage_evidence[stage["id"]].uncertain):
            uncertain = tuple(f"evidence '{item['id']}'.stages" for item in doubtful)
            alternative = bindings
            bindings = {**bindings, "stage": {**stage, "evidence": [*stage["evidence"], *doubtful]}}
        pointer = node.get("$at", "")
        return Context.put_off(
            lambda: {"label": self.label(pointer)},
            bindings=bindings,
            object=name,
            pointer=pointer,
            stages=tuple(stages),
            alternative=alternative,
            uncertain=uncertain,
        )

    @property
    def stages(self) -> Sequence[Tree]:
        """Every stage, cancelled ones included, in plan order."""
        stages: Sequence[Tree] = self.plan["stages"]
        return stages

    @property
    def unreleased(self) -> tuple[str, ...]:
        """Ids of the stages that are still to come: what a finding on the whole plan counts at."""
        return tuple(stage["id"] for stage in self.stages if stage["status"] in {"draft", "planned"})

    def neighbours(self, stage: Tree) -> Tree:
        """Return the bindings of one stage: itself, and the one before and after that are not cancelled."""
        found = {"stage": stage}
        if "order" in stage:
            ordered = [each for each in self.stages if "order" in each]
            place = stage["order"]
            if place > 0:
                found["previous"] = ordered[place - 1]
            if place + 1 < len(ordered):
                found["next"] = ordered[place + 1]
        return found


_Row = tuple[Tree, str, Tree, Sequence[str]]


def _plan_row(facts: Facts) -> Iterator[_Row]:
    yield {}, facts.plan["id"], facts.plan, facts.unreleased


def _stage_rows(facts: Facts) -> Iterator[_Row]:
    for stage in facts.stages:
        if stage["status"] != "cancelled":
            yield facts.neighbours(stage), stage["id"], stage, (stage["id"],)


def _variant_rows(facts: Facts) -> Iterator[_Row]:
    for variant in facts.plan.get("variants", ()):
        stages = [
            stage["id"]
            for stage in facts.stages
            if variant["id"] in {own["id"] for own in stage["variants"]} and stage["status"] != "cancelled"
        ]
        yield {"variant": variant}, variant["id"], variant, stages


def _criterion_rows(facts: Facts) -> Iterator[_Row]:
    for stage in facts.stages:
        if stage["status"] != "cancelled":
            for criterion in stage.get("criteria", ()):
                bindings = {**facts.neighbours(stage), "criterion": criterion}
                yield bindings, criterion["id"], criterion, (stage["id"],)


def _assessed_rows(section: str, name: str) -> Callable[[Facts], Iterator[_Row]]:
    def rows(facts: Facts) -> Iterator[_Row]:
        for each in facts.plan.get(section, ()):
            yield {name: each}, each["id"], each, _assessed_stages(each)

    return rows


def _assessed_stages(node: Tree) -> list[str]:
    return list(dict.fromkeys(each["stage"] for each in node.get("assessments", ()) if "stage" in each))


def _assessment_rows(facts: Facts) -> Iterator[_Row]:
    by_id = {stage["id"]: stage for stage in facts.stages}
    for risk in facts.plan.get("risks", ()):
        for assessment in risk.get("assessments", ()):
            stage = by_id.get(assessment.get("stage", ""))
            if stage is not None and stage["status"] != "cancelled":
                bindings = {**facts.neighbours(stage), "risk": risk, "assessment": assessment}
                yield bindings, f"{risk['id']}/{stage['id']}", assessment, (stage["id"],)


def _mitigation_rows(facts: Facts) -> Iterator[_Row]:
    for mitigation in facts.plan.get("mitigations", ()):
        stages = [
            stage
            for risk in facts.plan.get("risks", ())
            if mitigation["id"] in {own["id"] for own in risk.get("mitigations", ())}
            for stage in _assessed_stages(risk)
        ]
        yield {"mitigation": mitigation}, mitigation["id"], mitigation, list(dict.fromkeys(stages))


def _partner_rows(facts: Facts) -> Iterator[_Row]:
    for partner in facts.plan.get("partners", ()):
        yield {"partner": partner}, partner["id"], partner, partner.get("stages", facts.unreleased)


def _finding_rows(facts: Facts) -> Iterator[_Row]:
    for partner in facts.plan.get("partners", ()):
        for finding in partner.get("findings", ()):
            stages = finding.get("stages") or partner.get("stages", facts.unreleased)
            yield {"partner": partner, "finding": finding}, finding["id"], finding, stages


def _evidence_rows(facts: Facts) -> Iterator[_Row]:
    for evidence in facts.plan.get("evidence", ()):
        yield {"evidence": evidence}, evidence["id"], evidence, evidence["cited_for"]


def _whole_plan_rows(section: str, name: str) -> Callable[[Facts], Iterator[_Row]]:
    def rows(facts: Facts) -> Iterator[_Row]:
        for each in facts.plan.get(section, ()):
            yield {name: each}, each["id"], each, each.get("stages") or facts.unreleased

    return rows


def _approval_rows(facts: Facts) -> Iterator[_Row]:
    by_id = {stage["id"]: stage for stage in facts.stages}
    for approval in facts.plan.get("approvals", ()):
        stage = by_id.get(approval.get("stage", ""))
        if stage is not None:
            bindings = {**facts.neighbours(stage), "approval": approval}
            yield bindings, f"{stage['id']}/{approval.get('role', '')}", approval, (stage["id"],)


def _waiver_rows(facts: Facts) -> Iterator[_Row]:
    for waiver in facts.plan.get("waivers", ()):
        stages = (waiver["stage"],) if "stage" in waiver else facts.unreleased
        yield {"waiver": waiver}, waiver.get("rule", ""), waiver, stages


_OBJECTS: dict[str, Callable[[Facts], Iterator[_Row]]] = {
    "plan": _plan_row,
    "stage": _stage_rows,
    "variant": _variant_rows,
    "criterion": _criterion_rows,
    "risk": _assessed_rows("risks", "risk"),
    "assessment": _assessment_rows,
    "benefit": _assessed_rows("benefits", "benefit"),
    "mitigation": _mitigation_rows,
    "partner": _partner_rows,
    "finding": _finding_rows,
    "evidence": _evidence_rows,
    "monitoring": _whole_plan_rows("monitoring", "monitoring"),
    "event": _whole_plan_rows("events", "event"),
    "source": _whole_plan_rows("sources", "source"),
    "approval": _approval_rows,
    "waiver": _waiver_rows,
}

KINDS = tuple(_OBJECTS)
