"""A plan as it was known at a date: later objects hidden, statuses derived, no reference to what is hidden.

The own date of each kind of object, and what happens when it lies later:

- evidence: `available`, else `conducted`; event: `learned`, else `date`; finding, assessment, critique,
  approval, response of a stage: `date`; observation: `to`; criterion: `written`; attestation, review of a
  stage: `on`; waiver: `granted`; mitigation: `since`: hidden.
- artefact: `date`: hidden, unless up to its stage's date; then it is what the plan proposes to ship.
- partner's access and agreement: `from`, `signed`; action taken: `on`; answer to a critique: `date`: hidden.
- source: `date`: hidden, unless something visible cites it; it then supersedes nothing.

Under an explicit date an object of the first two kinds is hidden too, and counted, where its date is unknown
or left out; only an approval that is not decided yet, a waiver and a mitigation may leave it out. The others
stay.

Dates that say what is intended (`planned`, `due`, `review_by`, `expires`, `until`, `ends`) hide nothing. A
mitigation that was removed later is still in place. `leak_plan.tested` and `eu.framework_confirmed` are left
out when later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from release.base.dates import Moment
from release.base.record import Record
from release.plan.plan import Plan
from release.plan.pruning import Names, Pruning, cited_sources
from release.plan.stage_dates import Clock, after, stage_as_of

Node: TypeAlias = Mapping[str, Any]
Tree: TypeAlias = dict[str, Any]


class PlanView(Record):
    """A plan as of a date.

    Attributes:
        plan: the whole plan; pointers in `data` are pointers into it.
        at: the date.
        explicit: whether the date was asked for; objects without a date are then hidden.
        data: the plan's data without what is hidden. Every stage has a derived `status` and `dates`, `order`
            where it is not cancelled, and `date` where it has one.
        undated_pointers: objects that are hidden because their date is not known.
    """

    plan: Plan
    at: Moment
    explicit: bool
    data: Tree
    undated_pointers: tuple[str, ...] = ()

    @property
    def undated(self) -> int:
        """How many objects are hidden because their date is not known."""
        return len(self.undated_pointers)


def as_of(plan: Plan, at: Moment, *, explicit: bool) -> PlanView:
    """Return a plan as it was known at a date.

    Args:
        plan: the plan.
        at: the date.
        explicit: whether somebody asked for this date; else it is today, and what has no date is known.
    """
    observer = _Observer(Clock(at), explicit=explicit)
    data = observer.view(plan.data)
    return PlanView(plan, at, explicit, data, tuple(observer.undated))


class _Observer:
    """Somebody who looks at a plan at a date.

    Attributes:
        undated: pointers of what can't be placed in time.
        hidden: kind to the ids that are not seen.
    """

    def __init__(self, clock: Clock, *, explicit: bool) -> None:
        self._clock = clock
        self._explicit = explicit
        self.undated: list[str] = []
        self.hidden: dict[str, set[str]] = {}

    # One object

    def _seen(self, node: Node, *keys: str, stays: bool = False) -> bool:
        """Tell whether an object is seen: its date, under the first of `keys` that is written, has come."""
        for key in keys:
            if key in node:
                return self._clock.reached(node[key])
            if key in node.get("$unknown", ()):
                stays = False
                break
        if stays or not self._explicit:
            return True
        self.undated.append(node["$at"])
        return False

    def _passed(self, node: Node | str | None, key: str) -> bool:
        """Tell whether a date has come, or is not known: here that hides nothing."""
        date = node.get(key) if isinstance(node, Mapping) else None
        return date is None or self._clock.reached(date)

    def _kept(self, nodes: Iterable[Node], test: Callable[[Node], bool], kind: str = "") -> list[Any]:
        """Return the objects that pass a test, and note the ids of the others."""
        kept = []
        for node in nodes:
            if test(node):
                kept.append(node)
            elif kind:
                self.hidden.setdefault(kind, set()).add(node["id"])
        return kept

    # The whole plan, section by section

    def view(self, data: Node) -> Tree:
        """Return what is seen of a plan."""
        view: Tree = dict(data)
        for name, look in _SECTIONS.items():
            if name in view:
                view[name] = look(self, view[name])
        if self.hidden:
            Pruning(self.hidden, view).run()
        if "critiques" in view:
            view["critiques"] = self._critiques(view["critiques"], view)
        if "waivers" in view:
            view["waivers"] = self._waivers(view["waivers"], view)
        self._number(view)
        if "sources" in view:
            view["sources"] = self._sources(view)
        return view

    def stages(self, stages: Sequence[Node]) -> list[Tree]:
        """Return stages as they stood, with what was known of each."""
        seen = []
        for stage in stages:
            view = stage_as_of(stage, self._clock, explicit=self._explicit)
            if "artefacts" in view:
                bound = view.get("date")
                view["artefacts"] = self._kept(view["artefacts"], self._proposed_or_seen(bound))
            if "criteria" in view:
                view["criteria"] = self._kept(
                    view["criteria"], lambda node: self._seen(node, "written"), "criterion"
                )
            for name in ("review", "forecast_review"):
                if name in view and not self._seen(view[name], "on"):
                    del view[name]
            if "responses" in view:
                view["responses"] = self._kept(view["responses"], lambda node: self._seen(node, "date"))
            if "leak_plan" in view:
                view["leak_plan"] = self._tested(view["leak_plan"])
            seen.append(view)
        return seen

    def _proposed_or_seen(self, bound: str | None) -> Callable[[Node], bool]:
        def test(artefact: Node) -> bool:
            date = artefact.get("date")
            if date is not None and bound is not None and not after(date, bound):
                return True
            return self._seen(artefact, "date")

        return test

    def _tested(self, leak_plan: Node) -> Node:
        tested = leak_plan.get("tested")
        if not isinstance(tested, str) or self._clock.reached(tested):
            return leak_plan
        return {key: value for key, value in leak_plan.items() if key != "tested"}

    def assessed(self, nodes: Sequence[Node]) -> list[Node]:
        """Return risks or benefits with the assessments there were."""
        return [
            {**node, "assessments": self._kept(node["assessments"], lambda each: self._seen(each, "date"))}
            if "assessments" in node
            else node
            for node in nodes
        ]

    def mitigations(self, nodes: Sequence[Node]) -> list[Node]:
        """Return what was in place or planned."""
        kept = self._kept(nodes, lambda node: self._seen(node, "since", stays=True), "mitigation")
        return [self._still_in_place(node) for node in kept]

    def _still_in_place(self, mitigation: Node) -> Node:
        if mitigation.get("status") != "removed" or self._passed(mitigation, "until"):
            return mitigation
        return {key: value for key, value in mitigation.items() if key != "until"} | {"status": "in-place"}

    def partners(self, partners: Sequence[Node]) -> list[Tree]:
        """Return partners with the findings, access and agreements there were."""
        seen = []
        for partner in partners:
            view = dict(partner)
            if "findings" in view:
                view["findings"] = self._kept(
                    view["findings"], lambda node: self._seen(node, "date"), "finding"
                )
            if "access" in view:
                view["access"] = self._kept(view["access"], lambda node: self._passed(node, "from"))
            if not self._passed(view.get("agreement"), "signed"):
                del view["agreement"]
            seen.append(view)
        return seen

    def evidence(self, nodes: Sequence[Node]) -> list[Node]:
        """Return what those who decide knew."""
        return self._kept(nodes, lambda node: self._seen(node, "available", "conducted"), "evidence")

    def monitoring(self, nodes: Sequence[Node]) -> list[Tree]:
        """Return signals with what had been counted and done."""
        seen = []
        for signal in nodes:
            view = dict(signal)
            if "observations" in view:
                view["observations"] = self._kept(view["observations"], lambda node: self._seen(node, "to"))
            if not self._passed(view.get("action_taken"), "on"):
                del view["action_taken"]
            seen.append(view)
        return seen

    def events(self, nodes: Sequence[Node]) -> list[Node]:
        """Return what had happened."""
        return self._kept(nodes, lambda node: self._seen(node, "learned", "date"), "event")

    def _critiques(self, nodes: Sequence[Node], view: Node) -> list[Node]:
        """Return the objections and answers there were, to what is seen."""
        names = Names(self.hidden, {key: value for key, value in view.items() if key != "critiques"})
        own = {node["id"] for node in nodes}

        def test(node: Node) -> bool:
            hidden = node["of"] not in own and names.hides(node["of"])
            return not hidden and self._seen(node, "date")

        kept = self._kept(nodes, test, "critique")
        about: dict[str, list[str]] = {}
        for node in kept:
            about.setdefault(node["of"], []).append(node["id"])
        gone = own - {node["id"] for node in kept}
        waiting = sorted(gone)
        while waiting:  # an objection to one that went goes too
            name = waiting.pop()
            bare = () if name in names.visible else about.get(name, ())
            following = {*bare, *about.get(f"critique:{name}", ())} - gone
            gone |= following
            waiting.extend(sorted(following))
        kept = [node for node in kept if node["id"] not in gone]
        return [
            node
            if self._passed(node.get("answer"), "date")
            else {key: value for key, value in node.items() if key != "answer"}
            for node in kept
        ]

    def approvals(self, nodes: Sequence[Node]) -> list[Node]:
        """Return decisions that were made, and requests for one."""

        def test(node: Node) -> bool:
            decided = "decision" in node or "decision" in node.get("$unknown", ())
            return self._seen(node, "date", stays=not decided)

        return self._kept(nodes, test)

    def _waivers(self, nodes: Sequence[Node], view: Node) -> list[Node]:
        """Return waivers that were granted, of what is seen: they must not come to waive anything else."""
        names = Names(self.hidden, view)
        criteria = {f"criterion:{name}" for name in self.hidden.get("criterion", ())}

        def test(node: Node) -> bool:
            hidden = node["rule"] in criteria or names.hides(node.get("object"))
            return not hidden and self._seen(node, "granted", stays=True)

        return self._kept(nodes, test)

    def attestations(self, nodes: Sequence[Node]) -> list[Node]:
        """Return what was attested."""
        return self._kept(nodes, lambda node: self._seen(node, "on"), "attestation")

    def eu(self, eu: Node) -> Node:
        """Return what was settled."""
        if self._passed(eu, "framework_confirmed"):
            return eu
        return {key: value for key, value in eu.items() if key != "framework_confirmed"}

    @staticmethod
    def _number(view: Tree) -> None:
        order = 0
        for stage in view["stages"]:
            if stage["status"] != "cancelled":
                stage["order"] = order
                order += 1

    def _sources(self, view: Tree) -> list[Node]:
        """Return the sources that were out, and later ones that something visible cites all the same."""
        later = {node["id"] for node in view["sources"] if not self._passed(node, "date")}
        if not later:
            return list(view["sources"])
        cited = cited_sources(view, later)
        kept = [node for node in view["sources"] if node["id"] not in later or node["id"] in cited]
        left = {node["id"] for node in kept}
        return [
            {key: value for key, value in node.items() if key != "supersedes"}
            if node["id"] in later or node.get("supersedes", node["id"]) not in left
            else node
            for node in kept
        ]


_SECTIONS: Final[Mapping[str, Callable[[_Observer, Any], Any]]] = {
    "evidence": _Observer.evidence,
    "mitigations": _Observer.mitigations,
    "stages": _Observer.stages,
    "risks": _Observer.assessed,
    "benefits": _Observer.assessed,
    "partners": _Observer.partners,
    "monitoring": _Observer.monitoring,
    "events": _Observer.events,
    "approvals": _Observer.approvals,
    "attestations": _Observer.attestations,
    "eu": _Observer.eu,
}
