"""Running the examples of a pack's rules: each must give the answer under which it is listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from release.base.dates import moment
from release.base.errors import InvalidInput, Position
from release.evidence.context import Context
from release.evidence.fact_tree import build_facts
from release.evidence.facts import Facts
from release.plan.as_of import as_of
from release.plan.read import plan_of
from release.policy.asking import Answer, ask, concerns, outcomes, scope_of
from release.policy.compiled import CompiledPack, CompiledRule
from release.policy.criteria import compile_criteria
from release.policy.evaluate import report_contexts
from release.policy.examples import Setup, set_up
from release.policy.explaining import read, traced
from release.policy.force import PolicySet, RuleInForce, compile_packs
from release.policy.frame import Frame
from release.policy.library import compiled_packs
from release.policy.pack import Example, Pack, Rule
from release.policy.parameters import Given

_WANTED: Final = {"pass": Answer.PASSED, "fail": Answer.FAILED, "unknown": Answer.UNKNOWN}


@dataclass(frozen=True, slots=True)
class ExampleOutcome:
    """What became of one example, or of a rule that lacks one.

    Attributes:
        rule: the rule's id.
        expected: `pass`, `fail` or `unknown`.
        at: where the example stands.
        as_expected: it gave the answer that it should.
        message: what happened instead, empty when nothing did.
    """

    rule: str
    expected: str
    at: Position
    as_expected: bool
    message: str = ""


@dataclass(frozen=True, slots=True)
class PackReport:
    """What became of all examples of a pack."""

    pack: str
    outcomes: tuple[ExampleOutcome, ...]

    @property
    def passed(self) -> bool:
        """Whether every example gave the answer that it should, and no rule lacks one."""
        return all(outcome.as_expected for outcome in self.outcomes)


def test_pack(pack: Pack) -> PackReport:
    """Run the examples of every rule of a pack.

    Raises:
        InvalidInput: an expression of the pack is wrong.
    """
    (compiled,) = compiled_packs([pack])
    found: list[ExampleOutcome] = []
    for rule, ready in zip(pack.rules, compiled.rules, strict=True):
        found += _test_rule(pack, rule, compiled, ready)
    return PackReport(pack.id, tuple(found))


test_pack.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's, whatever its name


def _test_rule(
    pack: Pack, rule: Rule, compiled: CompiledPack, ready: CompiledRule
) -> Iterator[ExampleOutcome]:
    groups: Sequence[tuple[str, tuple[Example, ...]]] = (
        ("pass", rule.examples.passing),
        ("fail", rule.examples.failing),
        ("unknown", rule.examples.unknown),
    )
    for expected, examples in groups:
        if not examples and expected != "unknown":
            message = f"has no example under {expected}"
            yield ExampleOutcome(rule.id, expected, rule.at, as_expected=False, message=message)
        for example in examples:
            message = _run(pack, compiled, ready, example, expected)
            yield ExampleOutcome(rule.id, expected, example.at, not message, message)


def _run(pack: Pack, compiled: CompiledPack, rule: CompiledRule, example: Example, expected: str) -> str:
    """Return what is wrong with an example, empty when nothing is."""
    try:
        setup = set_up(example.fragment, pack.example_plan)
        facts, policy = _facts(setup, compiled, example.at.file)
        answers = list(_answers(policy, facts, rule, setup))
    except InvalidInput as invalid:
        first = invalid.errors[0]
        return f"the example under {expected} makes no valid plan: {first.message}" + (
            f" ({first.hint})" if first.hint else ""
        )
    except ValueError as error:
        return f"the example under {expected} can't be judged: {error}"
    counted = _counted(answers, setup)
    if not counted:
        where = f"on {setup.on}" if setup.on else "to anything"
        return f"the example under {expected} does not apply {where}"
    wanted = _WANTED[expected]
    for context, answer, lacking in counted:
        if answer is not wanted and (wanted is Answer.PASSED or answer is Answer.FAILED):
            return _differs(expected, context, answer, lacking)
    if not any(answer is wanted for _, answer, _ in counted):
        return _differs(expected, *counted[0])
    return ""


def _differs(expected: str, context: Context, answer: Answer, lacking: str) -> str:
    why = f": {lacking}" if lacking else ""
    return f"the example under {expected} is {answer.value} for {context.object}{why}"


def _facts(setup: Setup, compiled: CompiledPack, shown: str) -> tuple[Facts, PolicySet]:
    plan = plan_of(setup.document(shown)).but(signers=setup.signers)
    written = plan.data.get("policies", {}).get("params", {})
    given = Given({name: value for name, value in written.items() if not name.startswith("$")})
    policy = compile_packs([compiled], given).but(criteria=compile_criteria(plan))
    view = as_of(plan, moment(setup.at), explicit=setup.explicit)
    facts = build_facts(
        view, setup.computed, lock_digest=setup.lock_digest, criterion_reads=policy.criterion_reads
    )
    return facts, policy


_Answered = tuple[Context, Answer, str]


def _answers(policy: PolicySet, facts: Facts, rule: CompiledRule, setup: Setup) -> Iterator[_Answered]:
    own = tuple(each for each in policy.rules if each.rule.id == rule.id)
    (pack,) = policy.packs
    values = policy.values[pack.id]
    scope = scope_of(pack, facts, values)
    if not rule.for_report:
        for outcome in outcomes(policy.but(rules=own), facts, {pack.id: scope}):
            yield outcome.context, outcome.answer, _lacking(own[0], outcome.context, values)
        return
    claims = () if setup.claim is None else (setup.claim,)
    for found in report_contexts(rule.kind, facts, setup.report, claims):
        plan = {**facts.plan, **setup.facts}
        context = found.but(bindings={**found.bindings, "plan": plan})
        if not scope.why_not and concerns(rule, context):
            answer = ask(rule, Frame({**context.bindings, "params": values}), scope)
            if answer is not Answer.NOT_APPLICABLE:
                yield context, answer, _lacking(own[0], context, values)


def _lacking(rule: RuleInForce, context: Context, values: object) -> str:
    reading = read([rule.rule.asks], traced(context.bindings, values))  # type: ignore[arg-type]  # a mapping
    return ", ".join(reading.lacking[:3])


def _counted(answers: list[_Answered], setup: Setup) -> list[_Answered]:
    """Return the answers that count: of the object named, else of those the fragment wrote to, else all."""
    if setup.on:
        return [each for each in answers if each[0].object == setup.on]
    touched = [each for each in answers if each[0].pointer in setup.touched]
    return touched or answers
