"""How far a figure may move before an answer or the verdict changes.

Every number that a rule reads about the stage is moved down and up, with its interval, and judged again: in
steps that double, then by bisection between the last that changed nothing and the first that did. Only the
rules that read the figure are asked anew; what the others say does not depend on it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist
from typing import Any

from release.analysis.case import Case
from release.analysis.edits import Draft, Edit
from release.analysis.limits import Limit, Standing, Way, limits, standing_of
from release.analysis.read_figures import SINGULAR, ReadFigure, mark, shifted, statistic
from release.base.findings import Finding
from release.base.labels import Label
from release.base.record import Record
from release.gate.quick import rule_findings
from release.policy.force import PolicySet
from release.policy.remembering import readings


class Margin(Record):
    """One figure, and how far it may move.

    Attributes:
        object: `kind:id`.
        field: the result and its slice, or the way to the field.
        unit: of the figure, empty where it is not told.
        error: its standard error, from its interval; None without one, and for a bound to one side.
        down: where an answer changes first, None within the range that was tried.
        verdict_down: where the verdict does.
        tried: the range that was tried.
    """

    object: str
    field: str
    pointer: str
    value: float
    low: float | None
    high: float | None
    unit: str
    error: float | None
    down: Limit | None
    up: Limit | None
    verdict_down: Limit | None
    verdict_up: Limit | None
    tried: tuple[float, float]
    label: Label

    @property
    def nearest(self) -> float:
        """How far the nearest change of the verdict is, as a part of the range tried; 2 without one."""
        width = (self.tried[1] - self.tried[0]) or 1.0
        limits = [each for each in (self.verdict_down, self.verdict_up) if each is not None]
        return min((abs(each.value - self.value) / width for each in limits), default=2.0)


def margins_of(case: Case, stage: str) -> list[Margin]:
    """Return the margin of every figure that rules read about a stage, those nearest to a change first."""
    mover = _Mover(case, stage)
    found = [mover.margin(figure) for figure in mover.figures()]
    return sorted(found, key=lambda each: (each.nearest, each.object, each.field))


class _Mover:
    def __init__(self, case: Case, stage: str) -> None:
        self._case = case
        self._stage = stage
        self._draft = Draft(case.view)
        self._facts = case.facts_of_view(self._draft.data)
        self._findings = rule_findings(case.policy, self._facts)
        whole = case.judged(self._facts, self._findings)
        self._standing = standing_of(whole, stage)

    # Which figures are read

    def figures(self) -> Iterator[ReadFigure]:
        """Yield the numbers that rules about the stage read."""
        marked = self._case.facts_of_view(self._draft.data, copy.deepcopy(self._case.items))
        computed = dict(mark(marked))
        read_by: dict[str, set[str]] = {}
        for rule, context, reading in readings(self._case.policy, marked):
            if self._stage in context.stages:
                for pointer in reading.pointers:
                    read_by.setdefault(pointer, set()).add(rule)
        seen: set[tuple[str, ...]] = set()
        for pointer in sorted(read_by):
            figure = self._figure(pointer, computed, read_by)
            if figure is not None and figure.place not in seen:
                seen.add(figure.place)
                yield figure

    def _figure(
        self, pointer: str, computed: Mapping[str, tuple[str, ...]], read_by: Mapping[str, set[str]]
    ) -> ReadFigure | None:
        owner, _, field = pointer.rpartition("/")
        rules = frozenset(
            rule for each in ("value", "low", "high") for rule in read_by.get(f"{owner}/{each}", ())
        )
        if owner in computed:
            return self._computed(computed[owner], rules)
        node = self._draft.node(owner)
        if node is None or (field in node.get("$unknown", ())):
            return None
        steps = owner.split("/")
        if len(steps) == 5 and steps[1] == "evidence" and steps[3] == "declared":
            return self._declared(node, steps, rules) if "value" in node and field != "n" else None
        return self._plain(node, owner, field, frozenset(read_by[pointer]))

    def _computed(self, place: tuple[str, ...], rules: frozenset[str]) -> ReadFigure | None:
        name, index, result = place
        entry = self._case.items[name]
        figure = entry["results"][result] if index == "" else entry["slices"][int(index)]["results"][result]
        if not isinstance(figure, Mapping) or figure.get("value") is None:
            return None
        item = next(each for each in self._draft.data["evidence"] if each["id"] == name)
        by = {} if index == "" else entry["slices"][int(index)]["by"]
        return statistic(item, figure, result, by, place, rules)

    def _declared(self, node: Mapping[str, Any], steps: Sequence[str], rules: frozenset[str]) -> ReadFigure:
        item = self._draft.node("/".join(steps[:3])) or {}
        by = {key: value for key, value in node.get("by", {}).items() if not key.startswith("$")}
        return statistic(item, node, node["result"], by, (node["$at"], "value"), rules)

    def _plain(
        self, node: Mapping[str, Any], owner: str, field: str, rules: frozenset[str]
    ) -> ReadFigure | None:
        value = node.get(field)
        written = self._case.plan.is_written(f"{owner}/{field}")
        if isinstance(value, bool) or not isinstance(value, int | float) or not written:
            return None
        steps = owner.split("/")
        top = self._draft.node("/".join(steps[:3])) or {}
        within = ".".join([*steps[3:], field])
        within = re.sub(r"\.(\d+)(?=\.)", r"[\1]", within)
        kind = SINGULAR.get(steps[1], steps[1]) if len(steps) > 1 else "plan"
        return ReadFigure(
            object=f"{kind}:{top.get('id', self._case.plan.id)}",
            field=within,
            pointer=f"{owner}/{field}",
            value=float(value),
            low=None,
            high=None,
            level=0.95,
            unit=str(node.get("unit") or "") if field == "amount" else "",
            whole=isinstance(value, int),
            bounds=(0.0, max(abs(float(value)) * 1024, 1024.0)),
            place=(owner, field),
            rules=rules,
        )

    # How far one may move

    def margin(self, figure: ReadFigure) -> Margin:
        """Return how far a figure may move in either direction."""
        policy = self._case.policy
        asked = policy.but(
            rules=tuple(each for each in policy.rules if each.rule.id in figure.rules),
            criteria={
                at: each for at, each in policy.criteria.items() if f"criterion:{each.id}" in figure.rules
            },
        )
        rest = [each for each in self._findings if each.rule not in figure.rules]

        def at(value: float) -> Standing:
            return self._judged_at(figure, value, asked, rest)

        error = _standard_error(figure)
        down, verdict_down = limits(
            Way(figure.value, figure.bounds[0], figure.whole, error), at, self._standing
        )
        up, verdict_up = limits(Way(figure.value, figure.bounds[1], figure.whole, error), at, self._standing)
        return Margin(
            object=figure.object,
            field=figure.field,
            pointer=figure.pointer,
            value=figure.value,
            low=figure.low,
            high=figure.high,
            unit=figure.unit,
            error=error,
            down=down,
            up=up,
            verdict_down=verdict_down,
            verdict_up=verdict_up,
            tried=figure.bounds,
            label=self._case.plan.label(figure.pointer),
        )

    def _judged_at(
        self, figure: ReadFigure, value: float, asked: PolicySet, rest: Sequence[Finding]
    ) -> Standing:
        shift = value - figure.value
        if len(figure.place) == 3:
            facts = self._case.facts_of_view(self._draft.data, shifted(self._case.items, figure.place, shift))
            found = rule_findings(asked, facts)
        else:
            edits = self._edits(figure, value, shift)
            with self._draft.having(edits) as data:
                facts = self._case.facts_of_view(data)
                found = rule_findings(asked, facts)
        judged = self._case.judged(facts, [*rest, *found])
        return standing_of(judged, self._stage)

    def _edits(self, figure: ReadFigure, value: float, shift: float) -> list[Edit]:
        owner, field = figure.place
        number: float = int(value) if figure.whole else value
        edits = [Edit(owner, field, number)]
        for name, end in (("low", figure.low), ("high", figure.high)):
            if end is not None:
                edits.append(Edit(owner, name, end + shift))
        return edits


def _standard_error(figure: ReadFigure) -> float | None:
    """Return the standard error that an interval stands for; None for bounds to one side, which have none."""
    low, high, value = figure.low, figure.high, figure.value
    if low is None or high is None or not low < value < high:
        return None
    return (high - low) / (2 * NormalDist().inv_cdf((1 + figure.level) / 2))
