"""Judge one plan at one date: facts, packs, findings, waivers, verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from release.base.dates import Moment
from release.base.findings import Finding
from release.base.nearest import nearest
from release.base.pointers import pointer_token
from release.base.record import EMPTY, Record
from release.evidence.fact_tree import build_facts
from release.evidence.facts import Facts
from release.evidence.lock import Lock
from release.evidence.lock_state import LockState, lock_of, lock_state, usable_items
from release.gate.answering import answerable
from release.gate.core_findings import Place, core_finding, lock_findings, waiver_finding
from release.gate.core_rules import LOCK_RULES, NEVER_WAIVED, rules_known
from release.gate.judgement import Judgement, PackInForce, Parameter, Summary
from release.gate.verdict import next_stage, plan_verdict, stage_verdicts
from release.gate.waivers import Standing, WaiverPolicy, apply_waivers
from release.plan.as_of import as_of
from release.plan.plan import Plan
from release.policy.evaluate import Evaluation, evaluate
from release.policy.force import PolicySet, policy_set
from release.policy.library import pack_of_rule
from release.policy.packs import OWN_FOLDER, PackName, shipped_files


class PolicyOptions(Record):
    """What the command line or the caller adds to the plan's own choice of packs.

    Attributes:
        policies: further packs, by id or file; a `PackName` says where it is written too.
        params: `pack.name` to the text of a value.
        locked: a stale or missing lock is an error.
        signed: gives a plan that knows who signed its evidence.
    """

    policies: tuple[str | PackName, ...] = ()
    params: Mapping[str, str] = EMPTY
    locked: bool = False
    signed: Callable[[Plan], Plan] = lambda plan: plan


def judge(plan: Plan, at: Moment, *, explicit: bool, options: PolicyOptions) -> Judgement:
    """Judge a plan with nothing that was known only after `at`.

    Args:
        plan: the plan as read.
        at: the date judged.
        explicit: whether the date was given; then objects without a known date are left out and counted.
        options: further packs and parameters.

    Raises:
        InvalidInput: a pack, a parameter, a criterion's expression or the lock is wrong.
    """
    policy = policy_set(plan, options.policies, options.params)
    lock = lock_of(plan)
    return judge_with(options.signed(plan), at, policy, lock, explicit=explicit, locked=options.locked)


def judge_with(
    plan: Plan,
    at: Moment,
    policy: PolicySet,
    lock: Lock | None,
    *,
    explicit: bool,
    locked: bool,
    state: LockState | None = None,
) -> Judgement:
    """Judge a plan with packs that are compiled already: for questions that judge one plan many times."""
    state = lock_state(plan, lock) if state is None else state
    facts = facts_of(plan, at, policy, lock, state, explicit=explicit)
    evaluation = evaluate(policy, facts)
    findings = completed(facts, policy, evaluation.found, lock, state, locked=locked)
    return _judgement(facts, policy, evaluation, findings, _LockRead(lock, state))


def completed(
    facts: Facts,
    policy: PolicySet,
    findings: Sequence[Finding],
    lock: Lock | None,
    state: LockState,
    *,
    locked: bool,
) -> list[Finding]:
    """Return findings of rules with those of the tool itself, and with the waivers applied."""
    core = [
        *_emptiness(facts, policy),
        *lock_findings(facts, state, lock, locked=locked),
        *_conflicts(facts, policy),
        *_shadows(facts),
    ]
    forbidden = policy.no_waivers | NEVER_WAIVED | (LOCK_RULES if locked else frozenset())
    outcome = apply_waivers(
        [*findings, *core],
        facts.plan.get("waivers", ()),
        at=facts.at,
        policy=WaiverPolicy(
            forbidden,
            policy.max_waiver_days,
            lambda finding: answerable(facts.plan, finding),
            lambda rule: _standing(rule, policy),
        ),
    )
    return [*outcome.findings, *(waiver_finding(facts, *fault) for fault in outcome.faults)]


def _standing(rule: str, policy: PolicySet) -> Standing:
    """Return what there is to know of a rule that a waiver names and that found nothing."""
    known = rules_known(policy)
    if rule in known:
        return Standing()
    pack = pack_of_rule(rule)
    if pack is not None:
        return Standing(pack=pack)
    # A criterion may be hidden: it is not offered for what does not even say that it means one.
    offered = [each for each in known if each.startswith("criterion:") == rule.startswith("criterion:")]
    return Standing(known=False, near=nearest(rule, offered) or "")


def facts_of(
    plan: Plan, at: Moment, policy: PolicySet, lock: Lock | None, state: LockState, *, explicit: bool
) -> Facts:
    """Return the facts of a plan at a date, with the computed figures that may be used."""
    return build_facts(
        as_of(plan, at, explicit=explicit),
        usable_items(lock, state),
        lock_digest=None if lock is None else lock.digest,
        criterion_reads=policy.criterion_reads,
    )


class _LockRead(Record):
    lock: Lock | None
    state: LockState


def _emptiness(facts: Facts, policy: PolicySet) -> Iterator[Finding]:
    """Yield that nothing is asked, or that there is nothing to ask about: neither may pass for a go."""
    live = tuple(stage["id"] for stage in facts.stages if stage["status"] != "cancelled")
    place = Place(f"plan:{facts.plan['id']}", "", live)
    if not live:
        yield core_finding(facts, "CO-008", place, "the plan has no stage, or only cancelled ones")
    elif not policy.by_kind and not policy.criteria:
        yield core_finding(facts, "CO-007", place, "no policy pack is in force and no criterion is written")


def _conflicts(facts: Facts, policy: PolicySet) -> Iterator[Finding]:
    for each in policy.conflicts:
        if each.origin == "plan":
            pointer = f"/policies/params/{pointer_token(each.name)}"
            message = f"{each.name} is locked at {each.locked}; the plan's {each.value} is not used"
        else:
            pointer = ""
            message = f"{each.name} is locked at {each.locked}; {each.value} from --param is not used"
        place = Place(f"plan:{facts.plan['id']}", pointer, facts.unreleased)
        yield core_finding(facts, "CO-020", place, message)


def _shadows(facts: Facts) -> Iterator[Finding]:
    """Yield packs of the plan's folder that stand where a shipped one of the same name is in force."""
    plan = facts.view.plan
    used = plan.data.get("policies", {}).get("use", ())
    for index, name in enumerate(used):
        own = f"{OWN_FOLDER}/{name}.yaml"
        if name in shipped_files() and (plan.folder / own).exists():
            place = Place(
                f"plan:{facts.plan['id']}", f"/policies/use/{index}", facts.unreleased, on_value=True
            )
            yield core_finding(facts, "CO-021", place, f"{name} is the shipped pack; {own} is not used")


def _judgement(
    facts: Facts, policy: PolicySet, evaluation: Evaluation, findings: Sequence[Finding], read: _LockRead
) -> Judgement:
    plan = facts.view.plan
    stages = stage_verdicts(facts.stages, findings)
    following = next_stage(stages)
    return Judgement.put_off(
        lambda: _inventory(facts, policy, evaluation),
        path=plan.path,
        plan_id=plan.id,
        title=plan.title,
        developer=_text(facts.plan, "developer"),
        digest=plan.digest,
        at=facts.at,
        undated=facts.view.undated,
        verdict=plan_verdict(stages),
        next_stage=following.id if following else None,
        stages=stages,
        found=tuple(findings),
        summary=_summary(evaluation, findings),
        facts=facts.plan,
        labels=plan.label,
        texts=plan.texts,
        lock_state=read.state.word,
        lock_digest=None if read.lock is None else read.lock.digest,
        passed_labels=lambda: evaluation.passed_labels(facts),
        passed_about=evaluation.passed_about,
        passed_answers=evaluation.passed_answers,
        required_roles=policy.demands.roles,
        required_approvals=policy.demands.approvals,
        place=plan.key_position,
    )


def _inventory(facts: Facts, policy: PolicySet, evaluation: Evaluation) -> Mapping[str, Any]:
    """Return what a plan was judged by; a bare verdict does not name it."""
    return {
        "packs": tuple(
            PackInForce(
                pack.id, pack.version, pack.title, len(pack.rules), evaluation.not_applicable.get(pack.id, "")
            )
            for pack in policy.packs
        ),
        "params": tuple(
            Parameter(param.name, param.value, param.origin, param.why, param.locked)
            for param in policy.params
        ),
        "packs_digest": policy.digest,
        "rules": rules_known(policy),
        "undated_labels": tuple(facts.label(pointer) for pointer in facts.view.undated_pointers),
    }


def _summary(evaluation: Evaluation, findings: Sequence[Finding]) -> Summary:
    counts = {
        status: sum(each.status == status for each in findings) for status in ("fail", "unknown", "waived")
    }
    total = evaluation.passed + sum(counts.values())
    return Summary(
        rules=evaluation.rules,
        evaluations=total,
        passed=evaluation.passed,
        failed=counts["fail"],
        unknown=counts["unknown"],
        waived=counts["waived"],
    )


def _text(node: Mapping[str, Any], name: str) -> str:
    return str(node.get(name) or node.get("$words", {}).get(name, ""))
