"""At which stages an onlooker may know that a finding counts.

Where a finding counts follows from other objects: evidence counts where something cites it, a risk where it
is assessed. An onlooker who may not see those objects may not learn of them from a list of stages either.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from release.base.findings import CORE_PACK, Finding
from release.base.labels import Label

Node = Mapping[str, Any]
Sees = Callable[[Label], bool]

_EVERY_STAGE: Final = frozenset({"CO-007", "CO-008"})
"""Findings that count at every stage that is not cancelled, out or not."""


class Reach:
    """The stages of findings, as one onlooker may know them.

    Args:
        plan: the plan's tree that the rules saw.
        labels: from a pointer of the plan to the label of the object there.
        sees: tells whether the onlooker may see something so labelled.
    """

    def __init__(self, plan: Node, labels: Callable[[str], Label], sees: Sees) -> None:
        self._plan = plan
        self._labels = labels
        self._label_seen = sees
        self._to_come = tuple(
            stage["id"]
            for stage in plan.get("stages", ())
            if stage.get("status") in {"draft", "planned"} and self._may(f"{stage.get('$at', '')}/dates")
        )

        self._by_kind: Mapping[str, tuple[str, Callable[[Node], Iterable[str]]]] = {
            "evidence": ("evidence", self._cited),
            "risk": ("risks", self._assessed),
            "benefit": ("benefits", self._assessed),
            "mitigation": ("mitigations", self._mitigating),
            "variant": ("variants", self._using),
            "partner": ("partners", self._opened),
            "finding": ("findings", self._found),
            "monitoring": ("monitoring", self._own),
            "event": ("events", self._own),
        }

    def seen(self, finding: Finding) -> Finding:
        """Return a finding with those stages only at which the onlooker may know that it counts."""
        known = self._known(finding)
        if known is None:
            return finding
        stages = tuple(each for each in dict.fromkeys(known) if each in finding.stages)
        first = stages[0] if stages and finding.stage is not None else None
        return finding if stages == finding.stages else finding.but(stages=stages, stage=first)

    def opened(self, finding: Finding) -> Iterator[Finding]:
        """Yield a finding; where it joins answers of which the onlooker may see some, those and the rest.

        Else what is hidden in one of the answers would take the others along, or not, as it passes or fails.
        """
        if not finding.parts or self._label_seen(finding.label):
            yield finding
            return
        visible = [each for each in finding.parts if self._label_seen(each.label)]
        if len(visible) < len(finding.parts):
            yield finding
        waiver = finding.waiver
        for each in visible:
            stages = tuple(stage for stage in each.stages if stage in finding.stages)
            first = stages[0] if stages and each.stage is not None else None
            own = each.but(stages=stages, stage=first)
            yield own.waived_by(waiver) if waiver is not None and waiver.rule == each.rule else own

    def shown(self, findings: Iterable[Finding]) -> list[Finding]:
        """Return the findings that the onlooker sees: what it may not see neither places nor waives them."""
        opened = (part for each in findings for part in self.opened(each))
        seen = (self.seen(each) for each in opened if self._label_seen(each.label))
        return self.joined([self._unwaived(each) for each in seen])

    def _unwaived(self, finding: Finding) -> Finding:
        """Return a finding as it is without a waiver that the onlooker may not see."""
        if finding.waiver is None or self._may(finding.waiver.pointer):
            return finding
        return finding.but(status="unknown" if finding.missing else "fail", waiver=None)

    def joined(self, findings: Sequence[Finding]) -> list[Finding]:
        """Join findings that only a waiver which the onlooker may not see keeps apart, stage by stage."""
        kept: dict[tuple[str, ...], Finding] = {}
        rest = []
        for finding in findings:
            if finding.waiver is not None:
                rest.append(finding)
                continue
            key = (
                finding.pack,
                finding.rule,
                finding.object,
                finding.pointer,
                finding.status,
                finding.message,
            )
            other = kept.get(key)
            kept[key] = finding if other is None else self._both(other, finding)
        return [*kept.values(), *rest]

    def _both(self, one: Finding, other: Finding) -> Finding:
        together = {*one.stages, *other.stages}
        order = self._known(one) or [stage["id"] for stage in self._plan.get("stages", ())]
        stages = tuple(each for each in dict.fromkeys(order) if each in together)
        first = stages[0] if stages and (one.stage or other.stage) is not None else None
        return one.but(stages=stages, stage=first)

    def _may(self, pointer: str) -> bool:
        return self._label_seen(self._labels(pointer))

    def _sees(self, node: Node) -> bool:
        pointer = node.get("$at")
        return pointer is None or self._may(pointer)

    def _known(self, finding: Finding) -> Sequence[str] | None:
        """Return the stages that follow from what the onlooker sees; None for a stage's own findings."""
        kind, _, name = finding.object.partition(":")
        if kind in {"plan", "source"}:
            return None if finding.rule in _EVERY_STAGE else self._to_come
        if kind == "waiver":
            return [*self._waived(name), *self._to_come]
        found = self._by_kind.get(kind)
        if found is None:
            return None
        section, derive = found
        own = next((each for each in self._nodes(section) if each.get("id") == name), None)
        if own is None:
            return ()
        stages = list(derive(own))
        if kind == "evidence":
            return stages or (self._about(own) if finding.pack == CORE_PACK else ())
        return stages

    def _nodes(self, section: str) -> Iterator[Node]:
        if section == "findings":
            for partner in self._plan.get("partners", ()):
                yield from ({"$partner": partner, **each} for each in partner.get("findings", ()))
        else:
            yield from self._plan.get(section, ())

    def _waived(self, rule: str) -> Iterator[str]:
        for waiver in self._plan.get("waivers", ()):
            if waiver.get("rule") == rule and "stage" in waiver and self._sees(waiver):
                yield waiver["stage"]

    def _cited(self, item: Node) -> Iterator[str]:
        for stage, places in item.get("$citing", {}).items():
            if any(all(map(self._may, each)) for each in places):
                yield stage

    def _about(self, item: Node) -> Sequence[str]:
        """Return the stages that an item which nothing cites is about, else those to come."""
        variants = {each["id"] for each in item.get("variants", ()) if self._sees(each)}
        live = (stage for stage in self._plan.get("stages", ()) if stage.get("status") != "cancelled")
        stages = [
            stage["id"]
            for stage in live
            if stage["id"] in item.get("stages", ())
            or (self._sees(stage) and any(each["id"] in variants for each in stage.get("variants", ())))
        ]
        return stages or self._to_come

    def _assessed(self, item: Node) -> Iterator[str]:
        for each in item.get("assessments", ()):
            if "stage" in each and self._sees(each):
                yield each["stage"]

    def _mitigating(self, item: Node) -> Iterator[str]:
        for risk in self._plan.get("risks", ()):
            own = {each.get("id") for each in risk.get("mitigations", ())}
            if item["id"] in own and self._sees(risk):
                yield from self._assessed(risk)

    def _using(self, item: Node) -> Iterator[str]:
        for stage in self._plan.get("stages", ()):
            if self._sees(stage) and any(each.get("id") == item["id"] for each in stage.get("variants", ())):
                yield stage["id"]

    def _opened(self, item: Node) -> Iterator[str]:
        """Yield the stages that a partner may use, as far as its access is shown."""
        entries = [each for each in item.get("access", ()) if self._sees(each)]
        opened = {each["stage"] for each in entries if "stage" in each}
        named = {each["variant"] for each in entries if "variant" in each}
        for stage in self._plan.get("stages", ()):
            uses = {each.get("id") for each in stage.get("variants", ()) if self._sees(each)}
            if stage["id"] in opened or (self._sees(stage) and named & uses):
                yield stage["id"]
        if "stages" not in item:
            yield from self._to_come

    def _found(self, item: Node) -> Iterator[str]:
        yield from item.get("stages") or self._opened(item["$partner"])

    def _own(self, item: Node) -> Sequence[str]:
        return item.get("stages") or self._to_come
