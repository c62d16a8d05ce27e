"""The shipped GPT-2 plan: its answers on the eve of each of its four releases, and its tables.

Sources: Solaiman et al. 2019 (arXiv 1908.09203), OpenAI's posts of 20 August and 5 November 2019, the model
card, and the repositories openai/gpt-2 and openai/gpt-2-output-dataset.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import pytest

from release import api
from release.base.dates import days_between, moment
from release.gate.judge import facts_of, lock_state, policy_set
from release.plan.plan import Plan
from release.policy.evaluate import evaluate

PLANS = Path(__file__).resolve().parents[2] / "templates" / "plans"
GPT2 = PLANS / "gpt-2"

EVES = {"small": "2019-02-13", "medium": "2019-05-02", "large": "2019-08-19", "xl": "2019-11-04"}
OLD_NAMES = {
    "gpt2-124m": (124_439_808, 117_000_000),
    "gpt2-355m": (354_823_168, 345_000_000),
    "gpt2-774m": (774_030_080, 762_000_000),
    "gpt2-1558m": (1_557_611_200, 1_542_000_000),
}


class Answers(NamedTuple):
    """Rules by their answer at one stage; where a rule is asked of several objects, the worst."""

    passed: frozenset[str]
    failed: frozenset[str]
    unknown: frozenset[str]


def rules(numbers: str) -> frozenset[str]:
    return frozenset(f"SR-{number}" for number in numbers.split())


EXPECTED = {
    "small": Answers(
        rules("103 107 126 130"), rules("105 106 111 112 113 114 117 119 122 123 129"), rules("124 125")
    ),
    "medium": Answers(
        rules("101 103 104 114 126 129 130"),
        rules("105 106 111 112 113 115 117 119 122 123"),
        rules("107 120 121 124 125"),
    ),
    "large": Answers(
        rules("101 103 104 107 111 114 122 126 129 130"),
        rules("105 106 112 113 115 117 119 123"),
        rules("108 109 118 120 121 124 125"),
    ),
    "xl": Answers(
        rules("101 103 104 105 107 108 111 114 115 122 124 126 129 130"),
        rules("106 123"),
        rules("109 112 113 117 118 119 120 121 125"),
    ),
}
"""What the pack's 30 rules answer with the facts of the day before; SR-115 is a warning and SR-129 a note."""

FAILING_ERRORS = {"small": 10, "medium": 9, "large": 7, "xl": 2}
NOT_APPLICABLE = {"small": 13, "medium": 8, "large": 5, "xl": 5}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return api.load_plan(GPT2)


def answers(plan: Plan, stage: str, at: str) -> Answers:
    policy = policy_set(plan, (), {})
    facts = facts_of(plan, moment(at), policy, None, lock_state(plan, None), explicit=True)
    evaluation = evaluate(policy, facts)
    found: dict[str, set[str]] = {"pass": set(), "fail": set(), "unknown": set()}
    for outcome in evaluation.passes:
        if stage in outcome.stages and outcome.rule.rule.id.startswith("SR-"):
            found["pass"].add(outcome.rule.rule.id)
    for finding in evaluation.findings:
        if stage in finding.stages:
            found[finding.status].add(finding.rule)
    unknown = found["unknown"] - found["fail"]
    passed = found["pass"] - found["fail"] - unknown
    return Answers(frozenset(passed), frozenset(found["fail"]), frozenset(unknown))


@pytest.mark.parametrize("stage", EVES)
def test_each_eve_gets_exactly_the_answers_that_the_record_gives(plan: Plan, stage: str) -> None:
    found = answers(plan, stage, EVES[stage])
    assert found == EXPECTED[stage]
    asked = sum(len(part) for part in found)
    assert asked + NOT_APPLICABLE[stage] == 30


@pytest.mark.parametrize("stage", EVES)
def test_each_eve_is_a_hold(stage: str) -> None:
    (judgement,) = api.check(GPT2, at=EVES[stage]).judgements
    assert judgement.verdict == "hold"
    assert judgement.next_stage == stage
    assert judgement.stage(stage).verdict == "hold"
    assert judgement.undated == 0
    errors = {
        finding.rule
        for finding in judgement.at_stage(stage)
        if finding.status == "fail" and finding.severity == "error"
    }
    assert len(errors) == FAILING_ERRORS[stage]
    assert not [
        finding for finding in judgement.findings if finding.verdict == "no-go" and finding.status == "fail"
    ]


def test_the_one_criterion_was_met_on_the_last_eve(plan: Plan) -> None:
    policy = policy_set(plan, (), {})
    facts = facts_of(plan, moment("2019-11-04"), policy, None, lock_state(plan, None), explicit=True)
    passes = [outcome for outcome in evaluate(policy, facts).passes if outcome.stages == ("xl",)]
    assert any(outcome.context.object == "criterion:conditional-plan" for outcome in passes)


def test_an_incident_with_the_large_model_would_have_held_the_last_stage(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / "release.yaml").read_text(encoding="utf-8")
    none_seen = "to: 2019-11-04, stage: large, kind: incident, count: 0"
    assert none_seen in text
    (folder / "release.yaml").write_text(
        text.replace(none_seen, none_seen.replace("count: 0", "count: 1")), encoding="utf-8"
    )
    (judgement,) = api.check(folder, at="2019-11-04").judgements
    (finding,) = [each for each in judgement.findings if each.rule == "criterion:conditional-plan"]
    assert (finding.status, finding.verdict, finding.stages) == ("fail", "hold", ("xl",))


@pytest.mark.parametrize(
    ("stage", "days", "holds"),
    [
        ("medium", 78, False),
        ("medium", 79, True),
        ("large", 109, False),
        ("large", 110, True),
        ("xl", 77, False),
        ("xl", 78, True),
        ("medium", 110, True),
        ("xl", 110, True),
    ],
)
def test_intervals_between_stages_decide_the_waiting_rule(stage: str, days: int, *, holds: bool) -> None:
    checked = api.check(GPT2, at=EVES[stage], params={"staged-release.min_days": str(days)})
    found = [
        finding
        for finding in checked.judgements[0].at_stage(stage)
        if finding.rule == "SR-104" and finding.status == "fail"
    ]
    assert bool(found) is holds


def test_sizes_as_first_published_fail_by_their_error(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    text = (folder / "release.yaml").read_text(encoding="utf-8")
    for exact, old in OLD_NAMES.values():
        assert f"parameters: {exact}" in text
        text = text.replace(f"parameters: {exact}", f"parameters: {old}")
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    (judgement,) = api.check(folder, at="2019-08-19").judgements
    found = [finding for finding in judgement.findings if finding.rule == "SR-126"]
    assert [finding.object for finding in found] == [f"variant:{name}" for name in OLD_NAMES]
    assert {finding.status for finding in found} == {"fail"}
    off = [round(100 * (1 - old / exact), 2) for exact, old in OLD_NAMES.values()]
    assert off == [5.98, 2.77, 1.55, 1.0]
    assert all(str(exact) in each.message for each, (exact, _) in zip(found, OLD_NAMES.values(), strict=True))


@pytest.mark.parametrize("tolerance", ["0.0101", "0.0156", "0.0278", "0.0598"])
def test_a_wider_tolerance_lets_one_more_of_the_old_sizes_pass(tmp_path: Path, tolerance: str) -> None:
    folder = copied(tmp_path)
    text = (folder / "release.yaml").read_text(encoding="utf-8")
    for exact, old in OLD_NAMES.values():
        text = text.replace(f"parameters: {exact}", f"parameters: {old}")
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    checked = api.check(folder, at="2019-08-19", params={"staged-release.rel": tolerance})
    failing = [finding for finding in checked.judgements[0].findings if finding.rule == "SR-126"]
    assert len(failing) == {"0.0101": 3, "0.0156": 2, "0.0278": 1, "0.0598": 0}[tolerance]


def test_the_days_between_stages(plan: Plan) -> None:
    released = [stage["dates"]["released"] for stage in plan.data["stages"]]
    between = [days_between(a, b) for a, b in pairwise(released)]
    assert between == [78, 109, 77]
    assert sum(between) == 264


def test_parameters_are_those_of_the_architecture(plan: Plan) -> None:
    for variant in plan.data["variants"]:
        shape = variant["architecture"]
        layers, width = shape["layers"], shape["width"]
        blocks = layers * (12 * width**2 + 13 * width)
        assert variant["parameters"] == (shape["vocabulary"] + shape["context"]) * width + blocks + 2 * width
        assert variant["parameters"] == OLD_NAMES[variant["id"]][0]


def declared(plan: Plan, name: str, result: str) -> dict[tuple[str, ...], float]:
    (item,) = [each for each in plan.data["evidence"] if each["id"] == name]
    found = {}
    for each in item["declared"]:
        if each["result"] == result and "value" in each:
            by = {key: value for key, value in each["by"].items() if not key.startswith("$")}
            found[tuple(by[key] for key in sorted(by))] = each["value"]
    return found


def test_top_k_samples_are_easier_to_detect_by_the_published_differences(plan: Plan) -> None:
    accuracy = declared(plan, "simple-baseline", "accuracy")  # by (sampling, stage)
    gaps = [
        round(100 * (accuracy["top_k_40", stage] - accuracy["temperature_1", stage]), 2) for stage in EVES
    ]
    assert gaps == [8.5, 6.28, 17.27, 18.38]


def test_zero_shot_detection_has_the_published_means(plan: Plan) -> None:
    cells: dict[str, list[float]] = defaultdict(list)
    for (_, sampling, _), value in declared(plan, "zero-shot", "accuracy").items():
        cells[sampling].append(value)
    assert {name: len(values) for name, values in cells.items()} == {"temperature_1": 16, "top_k_40": 16}
    assert fmean(cells["temperature_1"]) == pytest.approx(0.8579, abs=5e-5)
    assert fmean(cells["top_k_40"]) == pytest.approx(0.7631, abs=5e-5)


def test_fine_tuning_costs_zero_shot_detection_what_the_source_says(plan: Plan) -> None:
    base, tuned = declared(plan, "zero-shot", "accuracy"), declared(plan, "zero-shot-fine-tuned", "accuracy")
    drops = {key[1]: round(100 * (base[key] - value), 1) for key, value in tuned.items()}
    assert drops == {"temperature_1": 13.0, "top_k_40": 5.6}


def test_transfer_prefers_one_detector_by_mean_and_another_by_worst_case(plan: Plan) -> None:
    rows: dict[str, list[float]] = defaultdict(list)
    for (_, trained_on), value in declared(plan, "roberta-transfer", "transfer").items():
        rows[trained_on].append(100 * value)
    means = {name: round(fmean(values), 3) for name, values in rows.items()}
    worst = {name: round(min(values), 1) for name, values in rows.items()}
    assert list(means.values()) == [91.525, 96.55, 97.475, 96.55]
    assert list(worst.values()) == [79.3, 91.8, 95.7, 96.0]
    assert max(means, key=means.__getitem__) == "gpt2-774m"
    assert max(worst, key=worst.__getitem__) == "gpt2-1558m"


def test_credibility_changes_are_the_differences_of_the_published_means(plan: Plan) -> None:
    mean = declared(plan, "cornell-november", "mean")
    change = declared(plan, "cornell-november", "change")
    for (before, after), value in change.items():
        assert round(mean[after,] - mean[before,], 2) == value


def test_everything_is_public_but_notes_and_two_questions(plan: Plan) -> None:
    hidden = {
        f"{kind}:{name}": plan.label(node["$at"]).words
        for kind, objects in plan.objects.items()
        for name, node in objects.items()
        if not plan.label(node["$at"]).public
    }
    assert hidden == {
        "critique:no-spread": ("partner:cornell",),
        "critique:read-off-a-figure": ("internal",),
    }
    noted = [variant for variant in plan.data["variants"] if "notes" in variant]
    assert noted
    assert all(plan.label(f"{each['$at']}/notes").words == ("internal",) for each in noted)


def test_facts_say_where_they_come_from(plan: Plan) -> None:
    assert all(item["source"]["at"] for item in plan.data["evidence"])
    assert all(event["references"] for event in plan.data["events"])
    text = "".join(plan.texts.values())
    uncited = [each["id"] for each in plan.data["sources"] if f"source: {each['id']}" not in text]
    superseded = {each.get("supersedes") for each in plan.data["sources"]}
    assert set(uncited) <= superseded


def test_what_was_published_with_a_stage_was_known_the_day_before(plan: Plan) -> None:
    released = {stage["dates"]["released"] for stage in plan.data["stages"]}
    dates = {item["available"] for item in plan.data["evidence"]}
    assert not released & dates
    assert dates == {"2019-05-02", "2019-08-02", "2019-08-19", "2019-11-04"}


def test_the_blank_plan_can_be_judged_and_holds(tmp_path: Path) -> None:
    shutil.copytree(PLANS / "blank", tmp_path / "mine")
    (judgement,) = api.check(tmp_path / "mine").judgements
    assert judgement.verdict == "hold"
    assert [stage.id for stage in judgement.stages] == ["first", "second"]
    assert {finding.status for finding in judgement.findings} == {"fail", "unknown"}


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "gpt-2"
    shutil.copytree(GPT2, folder)
    return folder
