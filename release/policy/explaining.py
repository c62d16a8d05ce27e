"""From an answer to a finding: the expression is evaluated once more, and all that it reads is noted."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from release.base.dates import moment
from release.base.findings import Finding
from release.base.labels import PUBLIC, Label
from release.base.limits import ERROR_TEXT, EXPRESSION_ITERATIONS
from release.base.pointers import EVERYTHING
from release.base.record import Record
from release.evidence.context import FactSource
from release.policy.asking import Answer, Outcome, Scope, ask
from release.policy.compiled import CompiledRule
from release.policy.frame import MISSING_LISTED, Exhausted, Frame, Trace, Undetermined
from release.policy.meaning import Program
from release.policy.pointing import pointer_of
from release.policy.template import Template, shortened

_NAMED: Final = 6
_ELEMENT: Final = re.compile(r"(?P<list>[^\[\]]+)\[(?P<place>\d+)\](?P<field>[^\[\]]*)")


class Reading(Record):
    """What the evaluation of some expressions about an object read and lacked.

    Attributes:
        missing: facts that are missing, by name.
        faults: what went wrong besides.
        pointers: everything that was read.
        fields: everything that the values depend on, as `Trace.fields` has it.
    """

    missing: tuple[str, ...]
    faults: tuple[str, ...]
    pointers: frozenset[str]
    fields: frozenset[str] = frozenset()

    def label(self, facts: FactSource, own: Label) -> Label:
        """Return who may see what was read, together with the object."""
        label = own
        for pointer in sorted(self.pointers):
            label = label.meet(facts.label(pointer))
        return label

    @property
    def lacking(self) -> tuple[str, ...]:
        """Everything that stands in the way of an answer."""
        return (*self.missing, *self.faults)


def read(programs: Iterable[Program], frame: Frame) -> Reading:
    """Evaluate expressions and return what they read and lacked; the frame's trace gathers what was read."""
    lack: Undetermined | None = None
    for each in programs:
        frame.restart()
        try:
            each(frame)
        except Undetermined as found:
            lack = found if lack is None else lack.joined(found)
        except Exhausted:
            tired = Undetermined((), (f"more than {EXPRESSION_ITERATIONS} loop iterations",))
            lack = tired if lack is None else lack.joined(tired)
    pointers = frozenset(frame.trace.pointers) if frame.trace is not None else frozenset()
    fields = frozenset(frame.trace.fields) if frame.trace is not None else frozenset()
    if lack is None:
        return Reading((), (), pointers, fields)
    return Reading(lack.missing[:MISSING_LISTED], lack.faults[:MISSING_LISTED], pointers, fields)


def traced(bindings: Mapping[str, Any], values: Mapping[str, Any], facts: FactSource | None = None) -> Frame:
    """Return a frame that notes what is read; with facts, from what most may see on."""

    def strictness(pointer: str) -> tuple[int, tuple[str, ...]]:
        label = PUBLIC if facts is None else facts.label(pointer)
        return label.rank, label.words

    return Frame({**bindings, "params": values}, Trace(None if facts is None else strictness))


def programs_of(rule: CompiledRule, condition: Program | None) -> list[Program]:
    """Return the expressions that an answer rests on."""
    return [each for each in (condition, rule.asks_when, rule.asks) if each is not None]


def _deciding(outcome: Outcome, scope: Scope, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which of the doubtful facts the answer turns on: alone, or as the only one left out."""
    context, rule = outcome.context, outcome.rule.rule
    if context.alternative is None:
        return outcome.uncertain
    everything = context.bindings["stage"]["evidence"]
    sure = list(context.alternative["stage"]["evidence"])
    doubtful = everything[len(sure) :]

    def answer(evidence: list[Any]) -> Answer:
        stage = {**context.bindings["stage"], "evidence": evidence}
        return ask(rule, Frame({**context.bindings, "stage": stage, "params": values}), scope)

    with_none, with_all = answer(sure), answer(everything)
    turning = tuple(
        name
        for name, item in zip(outcome.uncertain, doubtful, strict=True)
        if answer([*sure, item]) is not with_none
        or answer([each for each in everything if each is not item]) is not with_all
    )
    return turning or outcome.uncertain


def label_of(outcome: Outcome, facts: FactSource, values: Mapping[str, Any]) -> Label:
    """Return who may know of an answer: whoever may see the object and all that the rule read."""
    frame = traced(outcome.context.bindings, values, facts)
    condition = outcome.rule.pack.asks_condition
    programs = programs_of(outcome.rule.rule, condition)
    pointers = read(programs, frame).pointers
    if outcome.context.alternative is not None:
        pointers |= read(programs, traced(outcome.context.alternative, values, facts)).pointers
    reading = Reading((), (), pointers | asked_because(outcome, facts))
    return reading.label(facts, outcome.context.label)


_PLACED: Final = frozenset({"plan", "stage", "criterion", "assessment", "approval"})
"""Kinds of objects whose stages follow from the stages alone; what else stands where others put it."""


def asked_because(outcome: Outcome, facts: FactSource) -> frozenset[str]:
    """Return the pointers of what tells that a pack with a start asks about an object at all.

    It asks where the object counts at a stage from the start on. Where some stages lie before it, objects
    that are cited, assessed or used may be asked about because of what does so, anywhere and hidden.
    """
    start = outcome.rule.pack.start
    if start is None:
        return frozenset()
    stages = [stage for stage in facts.plan.get("stages", ()) if stage.get("status") != "cancelled"]
    pointers = {f"{stage['$at']}/dates" for stage in stages}
    first = moment(start).day
    before = any("date" in stage and moment(stage["date"]).day < first for stage in stages)
    if before and outcome.context.object.partition(":")[0] not in _PLACED:
        pointers.add(EVERYTHING)
    return frozenset(pointers)


def finding_of(outcome: Outcome, facts: FactSource, scope: Scope, values: Mapping[str, Any]) -> Finding:
    """Return the finding of an answer that is no pass."""
    return told(outcome, lambda: _words(outcome, facts, scope, values))


def told(outcome: Outcome, words: Callable[[], Mapping[str, Any]]) -> Finding:
    """Return a finding whose words and place are calculated only when somebody reads them.

    A verdict needs neither, and they take longer than the answer.
    """
    rule, severity = outcome.rule.rule, outcome.rule.severity
    kind = outcome.context.object.partition(":")[0]
    return Finding.put_off(
        words,
        rule=rule.id,
        pack=outcome.rule.pack.id,
        title=rule.title,
        severity=severity,
        status="unknown" if outcome.answer is Answer.UNKNOWN else "fail",
        verdict=outcome.rule.verdict if severity == "error" else None,
        stage=outcome.stages[0] if outcome.stages and kind != "plan" else None,
        stages=outcome.stages,
        object=outcome.context.object,
        references=rule.references,
        waiver=None,
        parts=(),
    )


def _words(outcome: Outcome, facts: FactSource, scope: Scope, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what is said of an answer, where it stands, and who may see it."""
    rule, context = outcome.rule.rule, outcome.context
    frame = traced(context.bindings, values, facts)
    condition = outcome.rule.pack.asks_condition
    reading = read(programs_of(rule, condition), frame)
    if context.alternative is not None:
        other = read(programs_of(rule, condition), traced(context.alternative, values, facts))
        reading = Reading(
            tuple(dict.fromkeys((*reading.missing, *other.missing))),
            tuple(dict.fromkeys((*reading.faults, *other.faults))),
            reading.pointers | other.pointers,
        )
    unknown = outcome.answer is Answer.UNKNOWN
    doubtful = _deciding(outcome, scope, values) if outcome.uncertain else ()
    missing = tuple(dict.fromkeys((*doubtful, *reading.lacking)))[:MISSING_LISTED] if unknown else ()
    message = (
        f"{rule.title}: {cannot_tell(missing, reading.faults, about=context.object)}"
        if unknown
        else _rendered(rule.message, frame)
    )
    fix = _rendered(rule.fix, frame)
    pointers = _pointers(frame, reading) | asked_because(outcome, facts)
    reading = Reading(reading.missing, reading.faults, pointers)
    return {
        **placed(outcome, facts, frame),
        "message": message,
        "fix": fix,
        "missing": missing,
        "label": reading.label(facts, context.label),
    }


def _pointers(frame: Frame, reading: Reading) -> frozenset[str]:
    return reading.pointers | (frame.trace.pointers if frame.trace is not None else frozenset())


def _rendered(template: Template, frame: Frame) -> str:
    frame.restart()
    return " ".join(template.render(frame).split())


def cannot_tell(missing: Sequence[str], faults: Collection[str] = (), *, about: str = "") -> str:
    """Return the message of an unknown rule: what has to be brought for an answer, and what went wrong.

    Args:
        missing: everything that stood in the way.
        faults: those of it that are no facts that can be brought, such as a division by zero.
        about: the object asked about, as `kind:id`; the names of what is missing start from its kind alone,
            and the same fact may be missing of several objects.
    """
    facts = _gathered([each for each in missing if each not in faults])
    wrong = [each for each in missing if each in faults]
    named = ", ".join(facts[:_NAMED]) or ("" if wrong else "something that it needs")
    rest = f" and {len(facts) - _NAMED} more" if len(facts) > _NAMED else ""
    without = f" without {named}{rest}" if named else ""
    return shortened(": ".join([f"cannot be told{_about(about)}{without}", *wrong[:1]]), ERROR_TEXT)


def _about(judged: str) -> str:
    """Return which object an answer is about, in words; nothing for the plan, of which there is one."""
    kind, _, name = judged.partition(":")
    within, _, inner = name.rpartition("/")
    match kind:
        case "" | "plan" | "report":
            return ""
        case "assessment":
            return f" for risk {within} at stage {inner}"
        case "approval":
            return f" for the approval of stage {name.replace('/', ' by ', 1)}"
        case _:
            return f" for {kind} {name}"


def _gathered(names: Sequence[str]) -> list[str]:
    """Return names with those joined that differ in the place of one element of a list alone."""
    found: dict[tuple[str, str], list[str]] = {}
    for name in names:
        element = _ELEMENT.fullmatch(name)
        key = (name, "") if element is None else (element["list"], element["field"])
        found.setdefault(key, []).append("" if element is None else element["place"])
    return [
        before if places == [""] else f"{before}[{_listed(places)}]{behind}"
        for (before, behind), places in found.items()
    ]


def _listed(places: Sequence[str]) -> str:
    first, last = int(places[0]), int(places[-1])
    if len(places) > 2 and [int(each) for each in places] == list(range(first, last + 1)):
        return f"{first} to {last}"
    return ", ".join(places)


def placed(outcome: Outcome, facts: FactSource, frame: Frame) -> Mapping[str, Any]:
    """Return where an answer stands: at the value that fails, else at the object's first key."""
    context = outcome.context
    pointer = pointer_of(outcome.rule.rule.require, context, frame, facts)
    return {
        "pointer": facts.local_pointer(context.pointer if pointer is None else pointer),
        "at": facts.object_position(context.pointer if pointer is None else pointer),
    }
