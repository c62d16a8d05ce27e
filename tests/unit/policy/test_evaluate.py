"""Judging: answers, counts, places, labels, scopes, criteria, and rules that ask the same thing."""

from __future__ import annotations

from typing import Any

import pytest

from release.base.dates import moment
from release.base.errors import InvalidInput
from release.base.labels import INTERNAL, PUBLIC, Label
from release.evidence.fact_tree import build_facts
from release.evidence.facts import KINDS
from release.evidence.figures import known_figures
from release.plan.as_of import as_of
from release.policy.asking import Scope
from release.policy.evaluate import evaluate, evaluate_report
from release.policy.explaining import cannot_tell
from release.policy.vocabulary import REPORT_KINDS, SCOPES
from release.policy.words import language
from tests.unit.policy.judging import PLAN, facts_of, judged, pack, plan_from, policy_of, rule, told


def test_answers_and_counts() -> None:
    found = judged(
        rule("T-1", "has(stage.owner)"),
        rule("T-2", "stage.parameters > 1"),
        rule("T-3", "stage.order >= 0", when="stage.order > 0"),
        rule("T-4", "true", when="stage.order > 7"),
    )
    assert told(found) == [("T-1", "stage:s2", "fail"), ("T-2", "stage:s2", "unknown")]
    assert (found.passed, found.failed, found.unknown, found.evaluations, found.rules) == (3, 1, 1, 5, 4)


@pytest.mark.parametrize(
    ("when", "require", "answer"),
    [
        ("true", "true", "passed"),
        ("true", "false", "fail"),
        ("true", "plan.eu.market", "unknown"),
        ("false", "true", None),
        ("false", "false", None),
        ("false", "plan.eu.market", None),
        ("plan.eu.market", "true", "passed"),
        ("plan.eu.market", "false", "unknown"),
        ("plan.eu.market", "plan.eu.market", "unknown"),
    ],
)
def test_a_rule_is_an_implication(when: str, require: str, answer: str | None) -> None:
    found = judged(rule("T-1", require, for_="plan", when=when))
    assert [each.status for each in found.findings] == ([answer] if answer in {"fail", "unknown"} else [])
    assert found.passed == (answer == "passed")


def test_every_kind_of_object_is_asked() -> None:
    assert set(SCOPES) == {*KINDS, *REPORT_KINDS}
    for kind in KINDS:
        found = judged(rule("T-1", "false", for_=kind))
        objects = [each.object.partition(":")[0] for each in found.findings]
        assert set(objects) <= {kind}
        assert found.passed == 0


def test_a_finding_stands_at_its_object_or_at_the_value_that_fails() -> None:
    found = {each.rule: each for each in judged(
        rule("T-1", "has(stage.leak_plan)", when="stage.order > 0"),
        rule("T-2", "stage.access.level == 'api'", when="stage.order > 0"),
        rule("T-3", "stage.order == 0 || stage.access.reversible"),
        rule("T-4", "stage.date < '2024-02-01' && !(stage.access.level == 'closed')", when="stage.order > 0"),
        rule("T-5", "variant.parameters > 1", for_="variant"),
        rule("T-6", "variant.parameters < 5 && rank('low') == 0", for_="variant", when="variant.id == 'v1'"),
        rule("T-7", "plan.developer == 'x'", for_="plan"),
        rule("T-8", "assessment.severity == 'limited'", for_="assessment",
             when="risk.id == 'r1' && stage.id == 's1'"),
        rule("T-9", "risk.assessments.all(x, x.severity == 'low')", for_="risk", when="risk.id == 'r1'"),
        rule("T-10", "rank(risk.owner) > 1 && size(risk.title) > 0", for_="risk", when="risk.id == 'r1'"),
        rule("T-11", "stage.access.gate.revocable", when="stage.order > 0"),
    ).findings}  # fmt: skip
    lines = PLAN.split("\n")

    def place(word: str, nth: int = 0) -> tuple[int, int]:
        at = [(number, line.index(word)) for number, line in enumerate(lines) if word in line][nth]
        return at[0] + 1, at[1] + 1

    def shown(rule_id: str) -> tuple[str, tuple[int, int]]:
        finding = found[rule_id]
        assert finding.at.file == "release.yaml"
        return finding.pointer, (finding.at.line, finding.at.column)

    assert shown("T-1") == ("/stages/1", place("id: s2"))
    assert shown("T-2") == ("/stages/1/access/level", place("open"))
    assert shown("T-3") == ("/stages/1", place("id: s2"))  # `order` is derived
    assert shown("T-4") == ("/stages/1", place("id: s2"))  # so is `date`
    assert shown("T-5") == ("/variants/1/parameters", place("unknown"))
    assert shown("T-6") == ("/variants/0/parameters", place("124439808"))
    assert shown("T-7") == ("/developer", place("Example Lab"))
    assert shown("T-8") == ("/risks/0/assessments/0/severity", place("severe"))
    assert shown("T-9") == ("/risks/0", place("id: r1"))
    assert shown("T-10") == ("/risks/0/owner", place("B", 0) if "B" in lines[22] else shown("T-10")[1])
    assert shown("T-11") == ("/stages/1/access", place("level: open"))


def test_the_first_key_of_a_mapping_in_braces() -> None:
    (finding,) = judged(rule("T-1", "has(evidence.limitations)", for_="evidence", kind="bias_probe")).findings
    line = PLAN.split("\n")[finding.at.line - 1]
    assert line[finding.at.column - 1 :].startswith("id: e2")
    assert (finding.object, finding.stages, finding.stage) == ("evidence:e2", (), None)


def test_stages_of_findings() -> None:
    found = {(each.rule, each.object): each for each in judged(
        rule("T-1", "false", for_="plan"), rule("T-2", "false", for_="risk"), rule("T-3", "false")
    ).findings}  # fmt: skip
    assert (found["T-1", "plan:family"].stage, found["T-1", "plan:family"].stages) == (None, ("s2",))
    assert (found["T-2", "risk:r1"].stage, found["T-2", "risk:r1"].stages) == ("s1", ("s1", "s2"))
    assert found["T-3", "stage:s2"].stage == "s2"


def test_verdicts_and_severities() -> None:
    found = {each.rule: each for each in judged(
        rule("T-1", "false", for_="plan", verdict="no-go"),
        rule("T-2", "false", for_="plan", severity="warning", verdict=None),
        rule("T-3", "false", for_="plan", severity="note", verdict="none"),
    ).findings}  # fmt: skip
    assert [(each.severity, each.verdict) for each in found.values()] == [
        ("error", "no-go"),
        ("warning", None),
        ("note", None),
    ]


def test_messages() -> None:
    (finding,) = judged(
        rule(
            "T-1",
            "stage.order == 0",
            message="'Stage {{ stage.id }} of {{ plan.title }}:\n\n  {{ stage.owner }}'",
            fix="'Name {{ stage.title }}'",
        )
    ).findings
    assert finding.message == "Stage s2 of A family: unknown"
    assert finding.fix == "Name Second"
    (finding,) = judged(rule("T-1", "stage.parameters > 1")).findings
    assert finding.message == "Title of T-1: cannot be told for stage s2 without stage.parameters"
    assert finding.missing == ("stage.parameters",)
    (finding,) = judged(rule("T-1", "rank(plan.title) > 1", for_="plan")).findings
    assert finding.missing == ("'A family' is on no ordinal scale",)


@pytest.mark.parametrize(
    ("strategy", "statuses"),
    [
        ("strategy: {kind: single}\n", ["passed", "fail"]),
        ("strategy: unknown\n", ["unknown", "unknown"]),
        ("", ["fail", "fail"]),
    ],
)
def test_a_strategy_that_is_absent_or_unknown(strategy: str, statuses: list[str]) -> None:
    found = judged(
        rule("T-1", "has(strategy.kind)", for_="plan"),
        rule("T-2", "size(strategy.alternatives) > 0", for_="plan"),
        plan=plan_from(PLAN + strategy),
    )
    told_of = {each.rule: each.status for each in found.findings}
    assert [told_of.get(name, "passed") for name in ("T-1", "T-2")] == statuses


def test_endless_work_is_unknown() -> None:
    many = "[" + ", ".join(["1"] * 60) + "]"
    source = f"{many}.all(a, {many}.all(b, {many}.all(c, a + b + c > 0)))"
    (finding,) = judged(rule("T-1", source, for_="plan")).findings
    assert finding.status == "unknown"
    assert finding.missing == ("more than 10000 loop iterations",)


def test_many_missing_facts_are_cut_in_the_message() -> None:
    stages = "".join(f"  - {{id: x{index}, title: X, variants: [v1], status: draft}}\n" for index in range(9))
    plan = plan_from(PLAN.replace("risks:\n", f"{stages}risks:\n", 1))
    (finding,) = judged(rule("T-1", "plan.stages.all(s, s.access.public)", for_="plan"), plan=plan).findings
    assert finding.message.endswith("stage 'x3'.access and 5 more")
    assert len(finding.missing) == 11


# Labels


@pytest.mark.parametrize(
    ("source", "kind", "label"),
    [
        ("stage.order > 5", "stage", PUBLIC),
        ("plan.risks.exists(r, r.title == 'x')", "stage", INTERNAL),
        ("size(plan.risks) > 5", "stage", INTERNAL),
        ("plan.risks.exists(r, r.id == 'r1' && r.title == 'x')", "stage", INTERNAL),
        ("plan.risks[0].title == 'x'", "stage", INTERNAL),
        ("plan.evidence.exists(e, e.kind == 'x')", "plan", Label(partners=frozenset({"p1"}))),
        ("evidence.claim == 'x'", "evidence", PUBLIC),
        ("'e1' in plan.evidence.map(e, e.id) && false", "plan", Label(partners=frozenset({"p1"}))),
        ("false && plan.risks.exists(r, r.title == 'x')", "stage", PUBLIC),
        ("plan.developer == 'x'", "plan", PUBLIC),
    ],
)
def test_a_finding_may_be_seen_by_whom_all_it_read_may_be(source: str, kind: str, label: Label) -> None:
    finding = judged(rule("T-1", source, for_=kind)).findings[-1]
    assert finding.label == label


@pytest.mark.parametrize(
    ("source", "kind", "old", "new"),
    [
        ("stage.parameters > 5", "stage", "title: Large,", "title: Large, audience: internal,"),
        ("stage.weights_out && false", "stage", "{level: open,", "{audience: internal, level: open,"),
        (
            "stage.date < '2020-01-01'",
            "stage",
            "{planned: 2026-06-01}",
            "{audience: internal, planned: 2026-06-01}",
        ),
        ("size(partner.stages) > 5", "partner", "[{stage: s2,", "[{audience: internal, stage: s2,"),
        (
            "partner.first_access < '2020-01-01'",
            "partner",
            "[{stage: s2,",
            "[{audience: internal, stage: s2,",
        ),
    ],
)
def test_what_a_fact_was_derived_from_counts_as_reading(source: str, kind: str, old: str, new: str) -> None:
    assert old in PLAN
    open_one = judged(rule("T-1", source, for_=kind)).findings[-1]
    hidden = judged(rule("T-1", source, for_=kind), plan=plan_from(PLAN.replace(old, new))).findings[-1]
    assert (open_one.label, hidden.label) == (PUBLIC, INTERNAL)


@pytest.mark.parametrize(
    ("source", "kind"),
    [("'s9' in evidence.cited_for", "evidence"), ("stage.cited.exists(e, e.id == 'e9')", "stage")],
)
def test_what_a_hidden_object_cites_is_known_to_nobody_else(source: str, kind: str) -> None:
    cites = PLAN.replace("severity: limited}", "severity: limited, evidence: {for: [e2]}}")
    assert cites != PLAN
    labels = []
    for text in (PLAN, cites, cites.replace("    audience: internal\n", "")):
        findings = judged(rule("T-1", source, for_=kind), plan=plan_from(text)).findings
        labels.append(next(each.label for each in findings if each.object in {"evidence:e2", "stage:s2"}))
    # Whoever may not see everything cannot know that nothing hidden cites it, whether something does or not.
    assert labels == [INTERNAL, INTERNAL, Label(partners=frozenset({"p1"}))]


def test_messages_count_as_reading() -> None:
    text = rule("T-1", "false", for_="plan", message="'{{ size(plan.risks) }} risks'")
    (finding,) = judged(text).findings
    assert finding.message == "2 risks"
    assert finding.label == INTERNAL
    text = rule("T-1", "false", for_="plan", fix="'See {{ plan.evidence }}'")
    assert judged(text).findings[0].label == Label(partners=frozenset({"p1"}))


def test_passes_have_labels_too() -> None:
    plan = plan_from()
    policy = policy_of(pack(rule("T-1", "size(plan.risks) > 1", for_="plan"), rule("T-2", "true")), plan=plan)
    facts = facts_of(plan)
    found = evaluate(policy, facts)
    assert found.passed == 3
    assert found.passed_labels(facts) == (INTERNAL, PUBLIC, PUBLIC)


# Where packs apply


def test_a_pack_applies_from_a_date_on() -> None:
    rules = [rule("T-1", "false"), rule("T-2", "false", for_="plan"), rule("T-3", "false", for_="risk"),
             rule("T-4", "false", for_="evidence")]  # fmt: skip
    found = judged(*rules, more="applies: {from: 2025-08-02}")
    assert [(each.rule, each.object, each.stages) for each in found.findings] == [
        ("T-2", "plan:family", ("s2",)),
        ("T-1", "stage:s2", ("s2",)),
        ("T-3", "risk:r1", ("s2",)),
        ("T-3", "risk:r2", ("s2",)),
        ("T-4", "evidence:e1", ()),
        ("T-4", "evidence:e2", ()),
    ]
    assert found.not_applicable == {}
    assert len(judged(rules[0], more="applies: {from: 2024-01-15}").findings) == 2
    assert len(judged(rules[0], more="applies: {from: 2024-01-16}").findings) == 1
    late = judged(*rules, more="applies: {from: 2030-01-01}")
    assert (late.findings, late.passed) == ((), 0)
    assert late.not_applicable == {"test-pack": "no stage is dated 2030-01-01 or later"}


def test_a_stage_without_a_date_may_lie_after_the_start() -> None:
    plan = plan_from(
        PLAN.replace("    dates: {planned: 2026-06-01}\n    status: planned\n", "    status: draft\n")
    )
    found = judged(rule("T-1", "false"), plan=plan, more="applies: {from: 2025-08-02}")
    assert [each.object for each in found.findings] == ["stage:s2"]


@pytest.mark.parametrize(
    ("eu", "statuses", "passed", "why"),
    [
        ("eu: {market: true}\n", ["fail"], 1, ""),
        ("eu: {market: false}\n", [], 0, "its condition on the plan does not hold"),
        ("eu: {market: unknown}\n", ["unknown"], 1, ""),
        ("", ["unknown"], 1, ""),
    ],
)
def test_a_pack_applies_under_a_condition(eu: str, statuses: list[str], passed: int, why: str) -> None:
    plan = plan_from(PLAN + eu)
    rules = [rule("T-1", "false", for_="plan"), rule("T-2", "true", for_="plan")]
    found = judged(*rules, plan=plan, more="applies: {when: plan.eu.market}")
    assert [each.status for each in found.findings] == statuses
    assert found.passed == passed
    assert found.not_applicable == ({"test-pack": why} if why else {})
    for finding in found.findings:
        assert finding.missing == (
            ("plan.eu.market",) if eu else ("plan.eu",) if finding.status != "fail" else ()
        ) or (finding.status == "fail")
    both = judged(*rules, plan=plan, more="applies: {from: 2025-08-02, when: plan.eu.market}")
    assert [each.status for each in both.findings] == statuses


def test_a_condition_on_a_strategy_that_is_unknown() -> None:
    plan = plan_from(PLAN + "strategy: unknown\n")
    found = judged(
        rule("T-1", "false", for_="plan"), plan=plan, more="applies: {when: strategy.kind == 'staged'}"
    )
    assert [(each.status, each.missing) for each in found.findings] == [("unknown", ("strategy",))]


def test_scopes_narrow_stages() -> None:
    scope = Scope(stages=frozenset({"b"}))
    context = next(iter(facts_of(plan_from()).contexts("stage")))
    assert scope.narrowed(context) is None
    assert Scope().narrowed(context) == ("s1",)


def test_rules_for_some_kinds_of_evidence() -> None:
    found = judged(rule("T-1", "false", for_="evidence", kind="[red_team, misuse_probe]"))
    assert [each.object for each in found.findings] == ["evidence:e1"]


# Evidence of which it is unknown whether it is about the stage

DOUBTFUL = PLAN.replace("stages: [s2], claim", "stages: unknown, claim")


def test_only_doubtful_evidence_that_turns_the_answer_is_named() -> None:
    (item,) = [line for line in DOUBTFUL.split("\n") if "id: e1" in line]
    other = item.replace("id: e1", "id: e3").replace("red_team", "benchmark")
    third = item.replace("id: e1", "id: e4")
    asked = rule("T-1", "stage.evidence.exists(e, e.kind == 'red_team')")
    two = {
        each.object: each
        for each in judged(asked, plan=plan_from(DOUBTFUL.replace(item, f"{item}\n{other}"))).findings
    }
    assert two["stage:s2"].missing == ("evidence 'e1'.stages",)
    three = plan_from(DOUBTFUL.replace(item, f"{item}\n{third}"))
    both = {each.object: each for each in judged(asked, plan=three).findings}
    assert both["stage:s2"].missing == ("evidence 'e1'.stages", "evidence 'e4'.stages")


def test_elements_of_one_list_are_named_together() -> None:
    names = (
        "a.b",
        "a.c[0].rate",
        "a.c[1].count",
        "a.c[1].rate",
        "a.c[2].rate",
        "a.c[4].count",
        "d[0].e[1].f",
    )
    assert cannot_tell(names) == (
        "cannot be told without a.b, a.c[0 to 2].rate, a.c[1, 4].count, d[0].e[1].f"
    )


@pytest.mark.parametrize(
    ("judged_object", "words"),
    [
        ("stage:xl", " for stage xl"),
        ("partner:cornell", " for partner cornell"),
        ("assessment:bias/xl", " for risk bias at stage xl"),
        ("approval:xl/safety lead", " for the approval of stage xl by safety lead"),
        ("plan:gpt-2", ""),
        ("", ""),
    ],
)
def test_an_unknown_answer_names_its_object(judged_object: str, words: str) -> None:
    assert cannot_tell(["a.b"], about=judged_object) == f"cannot be told{words} without a.b"


def test_an_answer_that_depends_on_doubtful_evidence_is_unknown() -> None:
    plan = plan_from(DOUBTFUL)
    found = {(each.rule, each.object): each for each in judged(
        rule("T-1", "stage.evidence.exists(e, e.kind == 'red_team')"),
        rule("T-2", "!stage.evidence.exists(e, e.kind == 'red_team')"),
        rule("T-3", "stage.evidence.all(e, e.claim == 'Tested.')"),
        rule("T-4", "false", when="stage.evidence.exists(e, e.kind == 'red_team')"),
        rule("T-5", "true", when="stage.evidence.exists(e, e.kind == 'red_team')"),
        rule("T-6", "has(stage.owner)"),
        plan=plan,
    ).findings}  # fmt: skip
    assert {key: value.status for key, value in found.items()} == {
        ("T-1", "stage:s1"): "fail",
        ("T-1", "stage:s2"): "unknown",
        ("T-2", "stage:s2"): "unknown",
        ("T-4", "stage:s2"): "unknown",
        ("T-6", "stage:s2"): "fail",
    }
    assert found["T-1", "stage:s2"].missing == ("evidence 'e1'.stages",)
    assert found["T-1", "stage:s2"].label == Label(partners=frozenset({"p1"}))
    assert found["T-6", "stage:s2"].missing == ()


# Rules that ask the same thing


def same(first: dict[str, Any], second: dict[str, Any], sources: str = "") -> Any:
    one = rule(
        "A-1", first.pop("require", "has(stage.owner)"), references="[{source: own, at: one}]", **first
    )
    other = rule(
        "B-1",
        second.pop("require", "has(stage.owner)"),
        references="[{source: own, at: two}]",
        same_as="A-1",
        **second,
    )
    del sources
    return judged(one, other)


def test_one_failure_is_one_finding() -> None:
    found = same({}, {})
    assert told(found) == [("A-1", "stage:s2", "fail")]
    assert [each.at for each in found.findings[0].references] == ["one", "two"]
    assert (found.passed, found.failed, found.evaluations) == (2, 1, 3)


def test_one_lack_is_one_finding() -> None:
    found = same(
        {"require": "stage.parameters > 1"}, {"require": "stage.access.public && stage.parameters > 1"}
    )
    assert [
        (each.rule, each.status, each.missing) for each in found.findings if each.object == "stage:s2"
    ] == [("A-1", "unknown", ("stage.parameters", "stage.access.public"))]
    assert [(each.rule, each.object) for each in found.findings] == [("B-1", "stage:s1"), ("A-1", "stage:s2")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"require": "stage.order == 0 || stage.parameters > 1"}, {}),
        ({"severity": "warning", "verdict": None}, {}),
        ({}, {"verdict": "no-go"}),
        ({"for_": "plan", "require": "false"}, {}),
    ],
)
def test_a_weaker_or_different_answer_replaces_nothing(first: dict[str, Any], second: dict[str, Any]) -> None:
    assert sorted(each.rule for each in same(first, second).findings) == ["A-1", "B-1"]


def test_rules_that_name_each_other_leave_one_finding() -> None:
    one = rule("A-1", "false", for_="plan", same_as="[B-1, A-1, C-1]")
    other = rule("B-1", "false", for_="plan", same_as="A-1")
    assert told(judged(one, other)) == [("B-1", "plan:family", "fail")]


# Criteria

WITH_CRITERIA = PLAN.replace(
    "    status: planned\n",
    """\
    status: planned
    criteria:
      - {id: c1, text: Somebody owns it., require: has(stage.owner), verdict: no-go, written: 2026-01-01}
      - {id: c2, text: It was tested., verdict: hold, written: 2026-01-01,
         require: "stage.evidence.exists(e, e.kind == 'red_team' && e.results.success_rate.high < 0.1)"}
      - {id: c3, text: Later., verdict: hold, written: 2026-01-01, require: stage.order > previous.order}
      - {id: c4, text: Nothing., verdict: hold, written: 2026-01-01, require: "false", after_release: true}
      - {id: c5, text: Too late., verdict: hold, written: 2026-07-01, require: "false"}
""",
    1,
)


def test_criteria_are_judged_like_rules() -> None:
    found = judged(rule("T-1", "true", for_="plan"), plan=plan_from(WITH_CRITERIA))
    assert [
        (each.rule, each.pack, each.object, each.status, each.verdict, each.stage) for each in found.findings
    ] == [
        ("criterion:c1", "plan", "criterion:c1", "fail", "no-go", "s2"),
        ("criterion:c2", "plan", "criterion:c2", "unknown", "hold", "s2"),
    ]
    assert found.findings[0].message == "Somebody owns it: not met"
    assert found.findings[1].missing == ("evidence 'e1'.results.success_rate",)
    assert found.findings[1].message.startswith("It was tested: cannot be told without evidence 'e1'")
    assert found.findings[1].label == Label(partners=frozenset({"p1"}))
    assert found.findings[0].severity == "error"
    assert (found.passed, found.rules) == (2, 1)
    assert PLAN.count("\n") < found.findings[0].at.line or found.findings[0].pointer == "/stages/1/criteria/0"


def test_criteria_about_what_comes_after_wait_for_the_release() -> None:
    found = judged(rule("T-1", "true", for_="plan"), plan=plan_from(WITH_CRITERIA), at="2026-05-31")
    assert "criterion:c4" not in {each.rule for each in found.findings}
    released = WITH_CRITERIA.replace("dates: {planned: 2026-06-01}\n    status: planned",
                                     "dates: {released: 2026-06-01}\n    status: released")  # fmt: skip
    found = judged(rule("T-1", "true", for_="plan"), plan=plan_from(released), at="2026-08-01")
    assert {"criterion:c4", "criterion:c5"} <= {each.rule for each in found.findings}


def test_doubtful_evidence_makes_criteria_unknown() -> None:
    text = WITH_CRITERIA.replace("stages: [s2], claim", "stages: unknown, claim").replace(
        " && e.results.success_rate.high < 0.1", ""
    )
    found = {each.rule: each for each in judged(rule("T-1", "true"), plan=plan_from(text)).findings}
    assert found["criterion:c2"].status == "unknown"
    assert found["criterion:c2"].missing == ("evidence 'e1'.stages",)


def test_a_criterion_that_is_wrong_is_an_error_of_the_plan() -> None:
    text = WITH_CRITERIA.replace("require: has(stage.owner)", "require: has(stage.ownr)")
    text = text.replace('require: "false", after_release', "require: stage.title, after_release")
    with pytest.raises(InvalidInput) as caught:
        judged(rule("T-1", "true"), plan=plan_from(text))
    lines = text.split("\n")
    assert [(each.code, each.message) for each in caught.value.errors] == [
        ("IN-056", "Stage has no field 'ownr'"),
        ("IN-056", "the criterion c4 must be true or false, and this is of type string"),
    ]
    at = caught.value.errors[0].at
    assert at is not None
    assert lines[at.line - 1][at.column - 1 :].startswith("ownr")
    assert caught.value.texts["release.yaml"] == text


@pytest.mark.parametrize(
    ("require", "read"),
    [
        ("stage.evidence.exists(e, e.kind == 'red_team')", ["e1"]),
        ("stage.evidence.exists(e, e.kind in ['red_team', 'bias_probe'] && e.results.x.low > 1)", ["e1"]),
        ("stage.evidence.exists(e, e.results.x.low > 1)", ["e1"]),
        ("stage.evidence.all(e, e.kind != 'red_team' || e.results.x.low > 1)", ["e1"]),
        ("stage.evidence.all(e, e.kind == 'red_team' || e.results.x.low > 1)", []),
        ("plan.evidence.exists(e, e.kind == 'bias_probe')", ["e2"]),
        ("plan.evidence.filter(e, e.kind == 'bias_probe').all(e, e.id != '')", ["e2"]),
        ("plan.evidence.map(e, e.id).size() > 1", ["e1", "e2"]),
        ("plan.evidence.exists(e, e.id == 'e2')", ["e2"]),
        ("'e1' == stage.title", ["e1"]),
        ("plan.evidence.exists(e, e.scopes.all(x, x == 'y'))", ["e1", "e2"]),
        ("plan.evidence.exists(e, e.kind.contains('team'))", ["e1", "e2"]),
        ("plan.evidence.exists(e, rank(e.condition) > 1)", ["e1", "e2"]),
        ("plan.evidence.exists(e, stage.id == 'x')", ["e1", "e2"]),
        ("plan.evidence.exists(e, e.condition == 'base')", ["e1", "e2"]),
        ("has(stage.owner)", []),
    ],
)
def test_the_evidence_that_a_criterion_reads(require: str, read: list[str]) -> None:
    text = WITH_CRITERIA.replace("require: has(stage.owner)", f'require: "{require}"')
    plan = plan_from(text)
    policy = policy_of(pack(), plan=plan)
    facts = facts_of(plan, policy=policy)
    criterion = facts.plan["stages"][1]["criteria"][0]
    assert [each["id"] for each in criterion["evidence"]] == read


def test_nothing_is_read_by_criteria_that_were_not_compiled() -> None:
    assert policy_of(pack()).criterion_reads({"$at": "/stages/0/criteria/0"}, {"stages": []}) == ()


def test_a_criterion_of_a_variant_reads_evidence_about_it() -> None:
    text = WITH_CRITERIA.replace(
        "require: has(stage.owner)", "require: \"stage.evidence.exists(e, e.kind != '')\""
    )
    plan = plan_from(
        text.replace("{id: e1, kind: red_team, stages: [s2]", "{id: e1, kind: red_team, variants: [v2]")
    )
    policy = policy_of(pack(), plan=plan)
    criterion = facts_of(plan, policy=policy).plan["stages"][1]["criteria"][0]
    assert [each["id"] for each in criterion["evidence"]] == ["e1"]


# Rules that are judged with a report

REPORT = {"audience": "public", "withheld": 2, "risks": ["r1"], "items": []}
CLAIMS = [
    {"id": "k1", "text": "x", "references": []},
    {"id": "k2", "references": [{"id": "e1", "limitations": ["l"]}]},
]


def test_rules_of_reports_wait_for_a_report() -> None:
    rules = [
        rule("T-1", "report.withheld == 0 || has(report.withheld_notice)", for_="report", verdict=None),
        rule("T-2", "size(claim.references) > 0", for_="claim", verdict=None),
        rule("T-3", "has(risk.review_by)", for_="risk", when="risk.id in report.risks", verdict=None),
        rule("T-4", "has(stage.owner)"),
    ]
    plan = plan_from()
    policy = policy_of(pack(*rules), plan=plan)
    facts = facts_of(plan)
    found = evaluate(policy, facts)
    assert told(found) == [("T-4", "stage:s2", "fail")]
    assert found.rules == 1
    reported = evaluate_report(policy, facts, REPORT, CLAIMS)
    assert told(reported) == [
        ("T-1", "report:public", "fail"),
        ("T-2", "claim:k1", "fail"),
        ("T-3", "risk:r1", "fail"),
    ]
    assert (reported.passed, reported.failed, reported.rules) == (1, 3, 3)
    assert all(each.verdict is None for each in reported.findings)
    late = policy_of(pack(*rules, more="applies: {from: 2030-01-01}"), plan=plan)
    assert evaluate_report(late, facts, REPORT, CLAIMS).evaluations == 0
    kinds = policy_of(
        pack(rule("T-1", "report.withheld == 0", for_="evidence", kind="red_team", verdict=None))
    )
    assert told(evaluate_report(kinds, facts, REPORT)) == [("T-1", "evidence:e1", "fail")]


def test_naming_a_report_anywhere_makes_a_rule_wait_for_one() -> None:
    found = judged(
        rule("T-1", "known(report)"), rule("T-2", "false", for_="plan", message="'{{ report.withheld }}'")
    )
    assert (found.evaluations, found.rules) == (0, 0)


@pytest.mark.parametrize("more", ["applies: {when: known(report)}"])
def test_where_a_pack_applies_does_not_depend_on_a_report(more: str) -> None:
    with pytest.raises(InvalidInput, match="'report' is not a name"):
        judged(rule("T-1", "true"), more=more)


def test_criteria_do_not_depend_on_a_report() -> None:
    text = WITH_CRITERIA.replace("require: has(stage.owner)", "require: known(report)")
    with pytest.raises(InvalidInput, match="'report' is not a name"):
        judged(rule("T-1", "true"), plan=plan_from(text))


def test_findings_come_in_the_order_of_the_file() -> None:
    found = judged(
        *(rule(f"T-{index}", "false", for_=kind) for index, kind in enumerate(("risk", "stage", "plan")))
    )
    keys = [each.sort_key for each in found.findings]
    assert keys == sorted(keys)


def test_the_language_is_made_once() -> None:
    assert language() is language()


def test_a_fault_is_a_reason_and_no_fact_to_bring() -> None:
    assert cannot_tell(["division by zero"], ["division by zero"]) == "cannot be told: division by zero"
    assert cannot_tell(["a.b", "division by zero"], ["division by zero"]) == (
        "cannot be told without a.b: division by zero"
    )
    assert cannot_tell([]) == "cannot be told without something that it needs"
    assert cannot_tell([str(number) for number in range(8)]).endswith("4, 5 and 2 more")


def test_what_rests_on_hidden_rows_is_hidden_with_the_reason_why_a_figure_is_refused() -> None:
    text = PLAN.replace(
        'conducted: 2026-05-01, audience: "partner:p1"}',
        "conducted: 2026-05-01, data: {path: rows.csv, audience: internal}}",
    )
    plan = plan_from(text)
    policy = policy_of(pack(rule("T-1", "stage.evidence.all(e, e.results.success_rate.value < 0.1)")))
    figure = {"value": None, "reason": "nothing was attempted", "n": 0, "method": "wilson"}
    computed = {"e1": {"results": {"success_rate": figure}, "facts": {}, "slices": [], "inputs": {}}}
    items = {name: known_figures(entry) for name, entry in computed.items()}
    facts = build_facts(as_of(plan, moment("2026-05-31"), explicit=True), items)
    (found,) = [each for each in evaluate(policy, facts).findings if each.object == "stage:s2"]
    assert found.missing == ("evidence 'e1'.results.success_rate.value (refused: nothing was attempted)",)
    assert found.message.endswith("value (refused: nothing was attempted)")
    assert not found.label.visible_to("public")
    assert not found.label.visible_to("partner:p1")
