"""Asking a rule of one object: the three-valued answer, and where a pack applies at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import Enum
from typing import Any, Final, TypeAlias

from release.base.dates import moment
from release.base.record import Record
from release.evidence.context import Context, FactSource
from release.policy.compiled import CompiledPack, CompiledRule
from release.policy.force import PolicySet, RuleInForce
from release.policy.frame import Exhausted, Frame, Undetermined
from release.policy.meaning import Program


class Answer(Enum):
    """What a rule says of an object."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"


class Outcome(Record):
    """The answer of one rule about one object.

    Attributes:
        stages: where it counts: the object's stages to which the pack applies.
        uncertain: facts of which the answer depends, because with and without doubtful evidence it differs.
    """

    rule: RuleInForce
    context: Context
    answer: Answer
    stages: tuple[str, ...]
    uncertain: tuple[str, ...] = ()


class Scope(Record):
    """Where one pack applies in one plan.

    Attributes:
        condition: true, false, or None when that can't be told.
        stages: ids of the stages that it applies to; None is all.
        why_not: why it applies nowhere, empty when it does.
    """

    condition: bool | None = True
    stages: frozenset[str] | None = None
    why_not: str = ""

    def narrowed(self, context: Context) -> tuple[str, ...] | None:
        """Return the stages of an object that the pack applies to; None when it does not apply to it."""
        if self.stages is None or not context.stages:
            return context.stages
        kept = tuple(stage for stage in context.stages if stage in self.stages)
        return kept or None


ALWAYS: Final = Scope()


def truth_of(asked: Program, frame: Frame) -> bool | None:
    """Return true, false, or None when it can't be told."""
    frame.restart()
    try:
        value = asked(frame)
    except (Undetermined, Exhausted):
        return None
    return value if value is True or value is False else None


def scope_of(pack: CompiledPack, facts: FactSource, values: Mapping[str, Any]) -> Scope:
    """Return where a pack applies: to stages dated from its start on, under its condition.

    A stage without a date might lie after the start, so the pack applies to it.
    """
    condition: bool | None = True
    if pack.asks_condition is not None:
        condition = truth_of(pack.asks_condition, Frame(general_names(facts, values)))
        if condition is False:
            return Scope(condition=False, why_not="its condition on the plan does not hold")
    if pack.start is None:
        return Scope(condition) if condition is not True else ALWAYS
    start = moment(pack.start).day
    stages = [stage for stage in facts.plan.get("stages", ()) if stage.get("status") != "cancelled"]
    inside = frozenset(
        stage["id"] for stage in stages if "date" not in stage or moment(stage["date"]).day >= start
    )
    why_not = "" if inside else f"no stage is dated {pack.start} or later"
    return Scope(condition, inside, why_not)


def general_names(facts: FactSource, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the names that every expression sees."""
    names = {"plan": facts.plan, "at": facts.at, "params": values}
    if "strategy" not in facts.plan.get("$unknown", ()):
        names["strategy"] = facts.plan.get("strategy", {})
    return names


Key: TypeAlias = tuple[str, str]
"""The id of a rule, and the pointer of an object."""

Told: TypeAlias = tuple[Answer, tuple[str, ...]]
"""An answer, and the facts of which it depends because with and without doubtful evidence it differs."""


_CLEAR: Final = (Answer.PASSED, Answer.NOT_APPLICABLE)


def outcomes(
    policy: PolicySet, facts: FactSource, scopes: Mapping[str, Scope], known: dict[Key, Told] | None = None
) -> Iterator[Outcome]:
    """Yield the answer of every rule about every object to which it applies.

    Args:
        policy: the rules in force.
        facts: the facts.
        scopes: where each pack applies.
        known: answers that are not asked for, and of which passes are not told; others are added.
    """
    answered = {} if known is None else known
    for kind, rules in policy.by_kind.items():
        applying = [rule for rule in rules if not scopes[rule.pack.id].why_not]
        if not applying:
            continue
        for context in facts.contexts(kind):
            yield from _about(context, applying, policy, scopes, answered)


def _about(
    context: Context,
    rules: list[RuleInForce],
    policy: PolicySet,
    scopes: Mapping[str, Scope],
    known: dict[Key, Told],
) -> Iterator[Outcome]:
    frames: dict[str, tuple[Frame, Frame | None]] = {}
    for rule in rules:
        key = (rule.rule.id, context.pointer)
        told = known.get(key)
        if told is not None and told[0] in _CLEAR:
            continue
        scope = scopes[rule.pack.id]
        stages = scope.narrowed(context)
        if stages is None or not concerns(rule.rule, context):
            continue
        if told is None:
            if rule.pack.id not in frames:
                frames[rule.pack.id] = frames_of(context, policy.values[rule.pack.id])
            frame, other = frames[rule.pack.id]
            told = ask(rule.rule, frame, scope), ()
            if other is not None:
                told = _either(told[0], ask(rule.rule, other, scope), context)
            known[key] = told
        if told[0] is not Answer.NOT_APPLICABLE:
            yield Outcome(rule, context, told[0], stages, told[1])


def frames_of(context: Context, values: Mapping[str, Any]) -> tuple[Frame, Frame | None]:
    """Return the frame of an object, and the one without doubtful evidence where there is any."""
    frame = Frame({**context.bindings, "params": values})
    if context.alternative is None:
        return frame, None
    return frame, Frame({**context.alternative, "params": values})


def concerns(rule: CompiledRule, context: Context) -> bool:
    """Tell whether a rule for evidence of some kinds is about this item."""
    if not rule.evidence_kinds:
        return True
    evidence = context.bindings.get("evidence", {})
    return evidence.get("kind") in rule.evidence_kinds


def ask(rule: CompiledRule, frame: Frame, scope: Scope = ALWAYS) -> Answer:
    """Return what a rule says: `!when || require`, and nothing where `when` is false."""
    guard = scope.condition
    if rule.asks_when is not None and guard is not False:
        when = truth_of(rule.asks_when, frame)
        guard = False if when is False else None if when is None else guard
    if guard is False:
        return Answer.NOT_APPLICABLE
    require = truth_of(rule.asks, frame)
    if require is True:
        return Answer.PASSED
    return Answer.FAILED if require is False and guard is True else Answer.UNKNOWN


def _either(answer: Answer, other: Answer, context: Context) -> Told:
    """Return the answer that holds with and without doubtful evidence: unknown where the two differ."""
    if answer is other:
        return answer, ()
    if {answer, other} == {Answer.PASSED, Answer.NOT_APPLICABLE}:
        return Answer.PASSED, ()
    return Answer.UNKNOWN, context.uncertain
