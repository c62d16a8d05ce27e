"""Judging facts by the rules in force: findings, and the count of every answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from release.base.errors import Position
from release.base.findings import CRITERIA_PACK, SEVERITY_RANK, Finding
from release.base.labels import PUBLIC, Label
from release.base.record import EMPTY, Record
from release.evidence.context import Context, FactSource
from release.policy.asking import Answer, Key, Outcome, Told, ask, concerns, general_names, outcomes, scope_of
from release.policy.compiled import CompiledPack, CompiledRule
from release.policy.explaining import cannot_tell, finding_of, label_of, placed, read, told, traced
from release.policy.force import PolicySet, RuleInForce
from release.policy.frame import Frame
from release.policy.organisation import VERDICT_RANK
from release.policy.template import Template, shortened

_NOWHERE: Final = Position("")
_CRITERION_FIX: Final = (
    "Bring what the criterion asks for; one that was wrong is changed in the open, with a new date."
)


class Evaluation(Record):
    """All answers of the rules in force, and of the plan's criteria.

    Attributes:
        found: what failed or is unknown, in no particular order.
        passed: how many answers were passes.
        not_applicable: pack to why none of its rules applies.
        rules: how many rules are in force, criteria not counted.
        passes: the answers that were passes.
    """

    found: tuple[Finding, ...]
    passed: int
    rules: int
    not_applicable: Mapping[str, str] = EMPTY
    passes: tuple[Outcome, ...] = ()
    policy: PolicySet = PolicySet()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What failed or is unknown, in the order of listings."""
        return tuple(sorted(self.found, key=lambda finding: finding.sort_key))

    @property
    def failed(self) -> int:
        """How many answers were failures."""
        return sum(finding.status == "fail" for finding in self.found)

    @property
    def unknown(self) -> int:
        """How many answers could not be told."""
        return sum(finding.status == "unknown" for finding in self.found)

    @property
    def evaluations(self) -> int:
        """How many answers there are; what does not apply is none."""
        return self.passed + len(self.found)

    def passed_about(self) -> tuple[Label, ...]:
        """Return who may see the object of each pass."""
        return tuple(outcome.context.label for outcome in self.passes)

    def passed_answers(self) -> tuple[tuple[str, str], ...]:
        """Return rule and object of each pass."""
        return tuple((outcome.rule.rule.id, outcome.context.object) for outcome in self.passes)

    def passed_labels(self, facts: FactSource) -> tuple[Label, ...]:
        """Return who may see each pass: the object, and what the rule read. Calculated when asked."""
        return tuple(
            label_of(outcome, facts, self.policy.values.get(outcome.rule.pack.id, {}))
            for outcome in self.passes
        )


def evaluate(policy: PolicySet, facts: FactSource) -> Evaluation:
    """Judge the facts of one plan at one date.

    Rules that are judged with a report are left out; `evaluate_report` asks them.
    """
    scopes = {pack.id: scope_of(pack, facts, policy.values[pack.id]) for pack in policy.packs}
    passes: list[Outcome] = []
    found: list[Finding] = []
    for outcome in outcomes(policy, facts, scopes):
        if outcome.answer is Answer.PASSED:
            passes.append(outcome)
        else:
            pack = outcome.rule.pack.id
            found.append(finding_of(outcome, facts, scopes[pack], policy.values[pack]))
    for outcome, finding in _criteria(policy, facts):
        if finding is None:
            passes.append(outcome)
        else:
            found.append(finding)
    return Evaluation(
        found=tuple(merged(found, policy)),
        passed=len(passes),
        rules=sum(len(rules) for rules in policy.by_kind.values()),
        not_applicable={name: scope.why_not for name, scope in scopes.items() if scope.why_not},
        passes=tuple(passes),
        policy=policy,
    )


def answers(policy: PolicySet, facts: FactSource, known: dict[Key, Told] | None = None) -> Iterator[Outcome]:
    """Yield every answer of rules and of criteria about the objects to which they apply.

    Args:
        policy: the rules in force.
        facts: the facts.
        known: answers that are not asked for, and of which passes are not told; others are added.
    """
    scopes = {pack.id: scope_of(pack, facts, policy.values[pack.id]) for pack in policy.packs}
    yield from outcomes(policy, facts, scopes, known)
    yield from criteria_outcomes(policy, facts, known)


# The plan's criteria


def _criteria(policy: PolicySet, facts: FactSource) -> Iterator[tuple[Outcome, Finding | None]]:
    for outcome in criteria_outcomes(policy, facts):
        yield outcome, None if outcome.answer is Answer.PASSED else _criterion_finding(outcome, facts)


def criteria_outcomes(
    policy: PolicySet, facts: FactSource, known: dict[Key, Told] | None = None
) -> Iterator[Outcome]:
    """Yield the answer of each of the plan's own criteria that is asked at the date; `known` is as above."""
    if not policy.criteria:
        return
    for context in facts.contexts("criterion"):
        compiled = policy.criteria.get(context.pointer)
        criterion = context.bindings["criterion"]
        if compiled is None or _comes_later(criterion, context):
            continue
        rule = _criterion_rule(compiled.id, compiled.node, criterion)
        key = (rule.rule.id, context.pointer)
        told = None if known is None else known.get(key)
        if told is None:
            told = _asked(rule, context)
            if known is not None:
                known[key] = told
        yield Outcome(rule, context, told[0], context.stages, told[1])


def _comes_later(criterion: Mapping[str, Any], context: Context) -> bool:
    """Tell whether a criterion asks about what happens after a release that has not been."""
    status = context.bindings.get("stage", {}).get("status")
    return criterion.get("after_release") is True and status not in {"released", "withdrawn"}


def _criterion_rule(name: str, node: Any, criterion: Mapping[str, Any]) -> RuleInForce:  # noqa: ANN401 - a node
    verdict = criterion.get("verdict", "hold")
    rule = CompiledRule(
        id=f"criterion:{name}",
        title=f"Criterion {name}",
        severity="error",
        verdict=verdict,
        kind="criterion",
        evidence_kinds=(),
        same_as=(),
        references=(),
        for_report=False,
        at=_NOWHERE,
        when=None,
        require=node,
        message=Template(()),
        fix=Template(()),
    )
    pack = CompiledPack(CRITERIA_PACK, "", "The plan's own criteria", "", "", _NOWHERE, False, (), (rule,))
    return RuleInForce(pack, rule, "error", verdict)


def _asked(rule: RuleInForce, context: Context) -> Told:
    answer = ask(rule.rule, Frame(dict(context.bindings)))
    if context.alternative is not None and ask(rule.rule, Frame(dict(context.alternative))) is not answer:
        return Answer.UNKNOWN, context.uncertain
    return answer, ()


def _criterion_finding(outcome: Outcome, facts: FactSource) -> Finding:
    return told(outcome, lambda: _criterion_words(outcome, facts))


def _criterion_words(outcome: Outcome, facts: FactSource) -> Mapping[str, Any]:
    context = outcome.context
    frame = traced(context.bindings, {}, facts)
    reading = read([outcome.rule.rule.asks], frame)
    unknown = outcome.answer is Answer.UNKNOWN
    missing = tuple(dict.fromkeys((*outcome.uncertain, *reading.lacking))) if unknown else ()
    text = str(context.bindings["criterion"].get("text", "")).strip().rstrip(".")
    says = cannot_tell(missing, reading.faults) if unknown else "not met"
    return {
        **placed(outcome, facts, frame),
        "message": shortened(f"{text or 'the criterion'}: {says}"),
        "fix": _CRITERION_FIX,
        "missing": missing,
        "label": reading.label(facts, context.label),
    }


# One failure that several rules ask about


def merged(findings: Sequence[Finding], policy: PolicySet) -> list[Finding]:
    """Return findings with those joined whose rules ask the same thing of the same object.

    The rule that says `same_as` gives way to its target, which takes over its references, when both failed or
    both are unknown and the target is at least as strict. What gave way is no answer of its own.
    """
    same_as = {each.rule.id: each.rule.same_as for each in policy.rules if each.rule.same_as}
    if not same_as:
        return list(findings)
    kept = {(finding.object, finding.rule): finding for finding in findings}
    for finding in findings:
        here = (finding.object, finding.rule)
        for target in same_as.get(finding.rule, ()):
            there = (finding.object, target)
            if (finding.rule in policy.no_waivers) != (target in policy.no_waivers):
                continue  # what must not be waived must not vanish behind what may be
            if there in kept and here in kept and there != here and _covers(kept[there], kept[here]):
                kept[there] = _joined(kept[there], kept.pop(here))
    return list(kept.values())


def _covers(target: Finding, other: Finding) -> bool:
    return (
        target.status == other.status
        and SEVERITY_RANK[target.severity] >= SEVERITY_RANK[other.severity]
        and VERDICT_RANK[target.verdict] >= VERDICT_RANK[other.verdict]
        and set(other.stages) <= set(target.stages)
    )


def _joined(target: Finding, other: Finding) -> Finding:
    """Return the target with what the other one adds; words are still put off."""
    return target.put_off(
        lambda: {
            "pointer": target.pointer,
            "at": target.at,
            "message": target.message,
            "fix": target.fix,
            "missing": tuple(dict.fromkeys((*target.missing, *other.missing))),
            "label": target.label.meet(other.label),
        },
        rule=target.rule,
        pack=target.pack,
        title=target.title,
        severity=target.severity,
        status=target.status,
        verdict=target.verdict,
        stage=target.stage,
        stages=target.stages,
        object=target.object,
        references=tuple(dict.fromkeys((*target.references, *other.references))),
        waiver=target.waiver,
        parts=(*(target.parts or (target,)), other),
    )


# Rules that are judged with a report


def evaluate_report(
    policy: PolicySet,
    facts: FactSource,
    report: Mapping[str, Any],
    claims: Sequence[Mapping[str, Any]] = (),
) -> Evaluation:
    """Judge a report, its claims, and the objects in it, by the rules that name them.

    Args:
        policy: the rules in force.
        facts: the facts of the plan that is reported.
        report: what expressions see as `report`.
        claims: what they see as `claim`, one after the other.
    """
    passes: list[Outcome] = []
    found: list[Finding] = []
    count = 0
    for rule in policy.rules:
        if not rule.rule.for_report:
            continue
        count += 1
        values = policy.values[rule.pack.id]
        scope = scope_of(rule.pack, facts, values)
        for context in report_contexts(rule.rule.kind, facts, report, claims):
            if scope.why_not or not concerns(rule.rule, context):
                continue
            answer = ask(rule.rule, Frame({**context.bindings, "params": values}), scope)
            outcome = Outcome(rule, context, answer, context.stages)
            if answer is Answer.PASSED:
                passes.append(outcome)
            elif answer is not Answer.NOT_APPLICABLE:
                found.append(finding_of(outcome, facts, scope, values))
    return Evaluation(tuple(found), len(passes), count, {}, tuple(passes), policy)


def report_contexts(
    kind: str, facts: FactSource, report: Mapping[str, Any], claims: Sequence[Mapping[str, Any]]
) -> Iterator[Context]:
    """Yield the objects that a rule of reports is asked about.

    A report and its claims are made for their readers, who may know all that is said of them alone; what a
    rule reads of the plan besides narrows that.
    """
    general = {**general_names(facts, {}), "report": report}
    if kind == "report":
        yield Context(general, f"report:{report.get('audience', 'internal')}", "", (), PUBLIC)
    elif kind == "claim":
        for claim in claims:
            yield Context({**general, "claim": claim}, f"claim:{claim.get('id', '')}", "", (), PUBLIC)
    else:
        for context in facts.contexts(kind):
            yield context.but(bindings={**context.bindings, "report": report}, alternative=None)
