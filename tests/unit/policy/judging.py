"""Judge small plans by small packs, through the real plan reader and facts."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from release.base.dates import moment
from release.evidence.fact_tree import build_facts
from release.evidence.facts import Facts
from release.plan.as_of import as_of
from release.plan.plan import Plan
from release.plan.read import plan_of
from release.policy.criteria import compile_criteria
from release.policy.evaluate import Evaluation, evaluate
from release.policy.force import PolicySet, compile_packs
from release.policy.library import compiled_packs
from release.policy.parameters import Given
from release.source import parse_document
from tests.unit.policy.packs import pack_of

PLAN = """\
schema: release-plan/1
id: family
title: A family
developer: Example Lab
defaults: {audience: public}
variants:
  - {id: v1, title: Small, parameters: 124439808}
  - {id: v2, title: Large, parameters: unknown}
stages:
  - id: s1
    title: First
    variants: [v1]
    access: {level: api, reversible: true}
    dates: {planned: 2024-01-10, released: 2024-01-15}
    status: released
    owner: A
  - id: s2
    title: Second
    variants: [v2]
    access: {level: open, reversible: false}
    dates: {planned: 2026-06-01}
    status: planned
risks:
  - id: r1
    title: A risk
    owner: B
    assessments: [{stage: s1, date: 2024-01-05, severity: severe}, {stage: s2, date: 2026-05-01}]
  - id: r2
    title: A hidden risk
    audience: internal
    assessments: [{stage: s2, date: 2026-05-02, severity: limited}]
evidence:
  - {id: e1, kind: red_team, stages: [s2], claim: Tested., conducted: 2026-05-01, audience: "partner:p1"}
  - {id: e2, kind: bias_probe, stages: [s1], claim: Tested., conducted: 2024-01-02}
partners:
  - {id: p1, name: University, access: [{stage: s2, from: 2026-03-01}]}
"""


def plan_from(text: str = PLAN, **replaced: str) -> Plan:
    for old, new in replaced.items():
        text = text.replace(old, new)
    return plan_of(parse_document(dedent(text).encode(), "release.yaml"))


def facts_of(plan: Plan, at: str = "2026-05-31", policy: PolicySet | None = None) -> Facts:
    reads = None if policy is None else policy.criterion_reads
    return build_facts(as_of(plan, moment(at), explicit=True), {}, criterion_reads=reads)


def policy_of(*texts: str, given: Given | None = None, plan: Plan | None = None) -> PolicySet:
    packs = [pack_of(text, f"pack{index}.yaml") for index, text in enumerate(texts)]
    policy = compile_packs(compiled_packs(packs), given)
    return policy if plan is None else policy.but(criteria=compile_criteria(plan))


def rule(rule_id: str, require: str, **more: Any) -> str:
    fields: dict[str, Any] = {
        "title": f"Title of {rule_id}",
        "severity": "error",
        "verdict": "hold",
        "for": "stage",
        "message": f"message of {rule_id}",
    }
    fields |= {key.rstrip("_"): value for key, value in more.items()}
    lines = [f"  - id: {rule_id}", f"    require: {require!r}"]
    lines += [f"    {key}: {value}" for key, value in fields.items() if value is not None]
    return "\n".join(lines) + "\n"


def pack(*rules: str, pack_id: str = "test-pack", more: str = "") -> str:
    body = f"rules:\n{''.join(rules)}" if rules else ""
    return f"schema: release-pack/1\nid: {pack_id}\n{dedent(more)}\n{body}"


def judged(*rules: str, plan: Plan | None = None, at: str = "2026-05-31", more: str = "") -> Evaluation:
    plan = plan or plan_from()
    policy = policy_of(pack(*rules, more=more), plan=plan)
    return evaluate(policy, facts_of(plan, at, policy))


def told(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Return rule, object and status of every finding."""
    return [(each.rule, each.object, each.status) for each in evaluation.findings]
