"""The work order of one stage: the smallest set of things to bring, who can, and what each would clear.

Findings are put down to their causes. An unknown finding rests on facts that the plan does not tell: values
are tried in their places until the smallest sets are found with which it is cleared. Facts that the same
rules ask about the same sort of object are one thing to bring. A failing finding asks for something that is
not there: what its rule says to do, or, where several rules miss evidence of the same kinds, that evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from release.analysis.case import Case
from release.analysis.edits import Draft, Edit
from release.analysis.holders import Holder, developer_of, holder_of, maker_of
from release.analysis.lacks import Lack
from release.analysis.missing_evidence import Missing, missing_evidence, narrowest
from release.analysis.naming import described, objects_named
from release.analysis.settling import Settled, Settler, plain
from release.base.errors import Position
from release.base.findings import Finding
from release.base.labels import Label, strictest
from release.base.record import Record
from release.base.sections import KIND_IN
from release.gate.approvals import Required
from release.gate.gating import GateInput, gate_stage
from release.gate.judgement import Judgement, Verdict
from release.gate.reach import Reach, Sees
from release.gate.reason import Reason

Nature = Literal["write", "fact"]

_WHOLE: Final = frozenset({"stage", "plan", "criterion"})
"""Objects that go without saying: the title tells enough."""


class Place(Record):
    """Where something is to be written.

    Attributes:
        object: `kind:id`.
        field: path below the object, `*` for every item of a list.
        now: `unknown`, `undisclosed` or `absent`.
        example: a value with which the findings are cleared, where one was found.
    """

    object: str
    field: str
    now: str
    pointer: str
    at: Position
    example: Any = None


class Item(Record):
    """One thing to bring.

    Attributes:
        nature: `fact` is so, and is not in the plan; `write` is to be decided or made.
        only_developer: whether nobody else can bring it.
        checked: whether it was tried: with some value of it, the findings are cleared.
        places: where it is to be written; nothing for what does not exist yet.
        findings: those that it clears, alone or together with the items named in `together`.
        together: positions in the order of other items that its findings need too.
        fix: what else the rules say would clear them.
        label: who may see it.
    """

    what: str
    nature: Nature
    holder: Holder
    only_developer: bool
    checked: bool
    places: tuple[Place, ...]
    findings: tuple[Finding, ...]
    together: tuple[int, ...]
    fix: tuple[str, ...]
    label: Label


class WorkOrder(Record):
    """All that has to be brought before a stage can go.

    Attributes:
        status: that of the stage at the date.
        after: the verdict when all of it is there, as far as is known now; None where that could not be told.
        left: (rule, object) of what would stand against the stage with the example values.
        also: what else the gate waits for: approvals, a window, the lock.
        unseen: how many findings stand against the stage of which the onlooker may not know.
    """

    judgement: Judgement
    stage: str
    verdict: Verdict
    status: str
    after: Verdict | None
    left: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    also: tuple[Reason, ...]
    unseen: int = 0


def work_order(case: Case, stage: str, sees: Sees | None = None) -> WorkOrder:
    """Return the work order of a stage.

    Args:
        case: the plan.
        stage: the stage.
        sees: tells whether the onlooker may see something so labelled; the order is then made from the
            findings that it may know of, where it may know that they count. Insiders see everything.

    Raises:
        KeyError: the plan has no such stage at the date.
    """
    judgement = case.judgement()
    verdict = judgement.stage(stage).verdict
    known = list(judgement.findings)
    if sees is not None:
        known = Reach(judgement.facts, judgement.labels, sees).shown(judgement.findings)
    blocking = [finding for finding in known if _blocks(finding, stage)]
    shown = {_key(finding) for finding in blocking}
    settler = Settler(case, stage)
    unknown = [finding for finding in blocking if finding.status == "unknown"]
    settled = [(finding, settler.settle(finding)) for finding in unknown]
    drafts = [*_failing(case, judgement, stage, blocking), *_facts(case, settler, settled)]
    order = [draft.item(drafts) for draft in drafts]
    left = _left(settler, stage, settled, blocking)
    cancelled = judgement.stage(stage).status == "cancelled"  # such a stage never goes
    told = all(found.checked for _, found in settled) and not left and not cancelled
    return WorkOrder(
        judgement=judgement,
        stage=stage,
        verdict=verdict,
        status=judgement.stage(stage).status,
        after="go" if told else None,
        left=left,
        items=tuple(order),
        unseen=len({_key(each) for each in judgement.findings if _blocks(each, stage)} - shown),
        also=_also(judgement, stage),
    )


def _blocks(finding: Finding, stage: str) -> bool:
    return stage in finding.stages and finding.severity == "error" and finding.status != "waived"


def _also(judgement: Judgement, stage: str) -> tuple[Reason, ...]:
    told = GateInput(required=Required(judgement.required_roles, judgement.required_approvals))
    return tuple(
        reason
        for reason in gate_stage(judgement, stage, told).reasons
        if reason.kind not in {"rule", "criterion"}
    )


def _left(
    settler: Settler, stage: str, settled: Sequence[tuple[Finding, Settled]], blocking: Sequence[Finding]
) -> tuple[tuple[str, str], ...]:
    """Return what stands against the stage with all values there, and what fails now taken as done."""
    values: dict[str, tuple[Edit, ...]] = {}
    done = {_key(finding) for finding in blocking if finding.status == "fail"}
    for (finding, found), way in zip(settled, chosen_ways([each for _, each in settled]), strict=True):
        if not found.checked:
            done.add(_key(finding))
        for lack in way:
            values.setdefault(lack.key, found.values.get(lack.key, ()))
    open_then = settler.errors([edit for edits in values.values() for edit in edits], stage)
    return tuple(sorted({(rule, name) for rule, name, _ in open_then} - done))


# What fails: something is to be made or decided


class _Draft(Record):
    """An item before the order is complete, with the findings by which others refer to it."""

    what: str
    nature: Nature
    holder: Holder
    only_developer: bool
    checked: bool
    places: tuple[Place, ...]
    findings: tuple[Finding, ...]
    label: Label

    def item(self, drafts: Sequence[_Draft]) -> Item:
        """Return the item, with what else its findings need."""
        own = {_key(finding) for finding in self.findings}
        together = tuple(
            index
            for index, other in enumerate(drafts)
            if other is not self and own & {_key(finding) for finding in other.findings}
        )
        fixes = dict.fromkeys(finding.fix for finding in self.findings if finding.fix)
        return Item(
            what=self.what,
            nature=self.nature,
            holder=self.holder,
            only_developer=self.only_developer,
            checked=self.checked,
            places=self.places,
            findings=self.findings,
            together=together,
            fix=tuple(fixes),
            label=self.label,
        )


def _key(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.object


def _failing(case: Case, judgement: Judgement, stage: str, blocking: Sequence[Finding]) -> Iterator[_Draft]:
    failing = [finding for finding in blocking if finding.status == "fail"]
    node = next((each for each in judgement.facts["stages"] if each["id"] == stage), None)
    asked = [missing_evidence(case, node, finding) if node else Missing(()) for finding in failing]
    rules: dict[str, list[Finding]] = {}
    evidence: dict[Missing, list[Finding]] = {}
    for finding, wanted in zip(failing, asked, strict=True):
        if wanted.kinds:
            evidence.setdefault(narrowest(wanted, asked), []).append(finding)
        else:
            rules.setdefault(finding.rule, []).append(finding)
    for findings in sorted(rules.values(), key=_first):
        yield _rule_draft(case, findings)
    for wanted, findings in sorted(evidence.items(), key=lambda each: _first(each[1])):
        yield _Draft(
            what=wanted.told(stage),
            nature="write",
            holder=Holder("evaluator", ""),
            only_developer=False,
            checked=False,
            places=(),
            findings=tuple(findings),
            label=strictest(finding.label for finding in findings),
        )


def _rule_draft(case: Case, findings: Sequence[Finding]) -> _Draft:
    objects = list(dict.fromkeys(finding.object for finding in findings))
    kind = objects[0].partition(":")[0]
    holder = maker_of(case, objects)
    about = "" if kind in _WHOLE else f" ({objects_named(objects)})"
    return _Draft(
        what=f"{findings[0].title}{about}",
        nature="write",
        holder=holder,
        only_developer=holder.by == "developer" and kind != "criterion",
        checked=False,
        places=(),
        findings=tuple(findings),
        label=strictest(finding.label for finding in findings),
    )


def _first(findings: Sequence[Finding]) -> tuple[Any, ...]:
    return (not any(finding.verdict == "no-go" for finding in findings), findings[0].sort_key)


# What is unknown: something is so, and the plan does not tell


def chosen_ways(settled: Sequence[Settled]) -> list[tuple[Lack, ...]]:
    """Return one way for each finding, so that together they need few facts."""
    needed = {lack.key for each in settled if len(each.ways) == 1 for lack in each.ways[0]}
    chosen = []
    for each in settled:
        way = min(
            each.ways,
            key=lambda way: (len({lack.key for lack in way} - needed), sum(len(lack.places) for lack in way)),
        )
        needed |= {lack.key for lack in way}
        chosen.append(way)
    return chosen


def _facts(case: Case, settler: Settler, settled: Sequence[tuple[Finding, Settled]]) -> Iterator[_Draft]:
    clears: dict[str, list[Finding]] = {}
    lacks: dict[str, Lack] = {}
    values: dict[str, tuple[Edit, ...]] = {}
    checked: dict[str, bool] = {}
    for (finding, found), way in zip(settled, chosen_ways([each for _, each in settled]), strict=True):
        if not way:
            yield _whole_finding(case, finding)
        for lack in way:
            known = lacks.get(lack.key)
            places = tuple(dict.fromkeys((*(known.places if known else ()), *lack.places)))
            lacks[lack.key] = lack.but(places=places)
            clears.setdefault(lack.key, []).append(finding)
            values.setdefault(lack.key, found.values.get(lack.key, ()))
            checked[lack.key] = checked.get(lack.key, True) and found.checked
    groups: dict[tuple[Any, ...], list[str]] = {}
    for key in lacks:
        rules = tuple(sorted({finding.rule for finding in clears[key]}))
        steps = key.split("/")
        one = steps[2] if steps[1] == "evidence" else ""
        groups.setdefault((rules, steps[1], one), []).append(key)
    for keys in groups.values():
        members = [lacks[key] for key in keys]
        findings = {_key(finding): finding for key in keys for finding in clears[key]}
        yield _fact_item(case, settler.draft, members, values, tuple(findings.values())).but(
            checked=all(checked[key] for key in keys)
        )


def _whole_finding(case: Case, finding: Finding) -> _Draft:
    """Return the item of an unknown finding that rests on no fact which could be named."""
    return _Draft(
        what=finding.message,
        nature="fact",
        holder=Holder("developer", developer_of(case)),
        only_developer=False,
        checked=False,
        places=(),
        findings=(finding,),
        label=finding.label,
    )


def _fact_item(
    case: Case,
    draft: Draft,
    lacks: Sequence[Lack],
    values: Mapping[str, tuple[Edit, ...]],
    findings: tuple[Finding, ...],
) -> _Draft:
    places = tuple(place for lack in lacks for place in _places(case, draft, lack, values[lack.key]))
    holder = holder_of(case, draft, lacks[0])
    labels = [case.plan.label(f"{owner}/{field}") for lack in lacks for owner, field in lack.places]
    return _Draft(
        what=f"{objects_named([place.object for place in places])}: {described(draft, lacks)}",
        nature="fact",
        holder=holder,
        only_developer=holder.by == "developer" and any(place.now == "undisclosed" for place in places),
        checked=True,
        places=places,
        findings=findings,
        label=strictest([*labels, *(finding.label for finding in findings)]),
    )


def _places(case: Case, draft: Draft, lack: Lack, edits: Sequence[Edit]) -> Iterator[Place]:
    examples = {(edit.owner, edit.field): edit.value for edit in edits}
    for owner, field in lack.places:
        pointer = f"{owner}/{field}"
        written = case.plan.is_written(pointer)
        yield Place(
            object=_object(draft, owner),
            field=".".join("*" if step.isdecimal() else step for step in pointer.split("/")[3:]),
            now=draft.word(owner, field),
            pointer=case.plan.local_pointer(pointer),
            at=case.plan.position(pointer) if written else case.plan.object_position(owner),
            example=plain(examples.get((owner, field))),
        )


def _object(draft: Draft, owner: str) -> str:
    steps = owner.split("/")
    node = draft.node("/".join(steps[:3])) or {}
    kind = KIND_IN.get(steps[1], "plan") if len(steps) > 1 else "plan"
    return f"{kind}:{node.get('id', draft.data['id'])}"
