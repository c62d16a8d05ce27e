"""Examples of rules: merging, what counts, and what is told of an example that gives another answer."""

# ruff: noqa: E501, ISC004 - one case a line

from __future__ import annotations

from typing import Any

import pytest

from release.base.errors import InvalidInput
from release.plan.read import plan_of
from release.policy.examples import EVE, minimal_plan, set_up
from release.policy.packs import shipped_files, shipped_pack
from release.policy.testing import ExampleOutcome, test_pack
from release.source import parse_document
from tests.unit.policy.judging import pack, rule
from tests.unit.policy.packs import pack_of


def merged(fragment: str, general: str = "{}") -> Any:
    return set_up(parse_document(fragment.encode(), "x").root, parse_document(general.encode(), "x").root)


def outcomes(require: str, examples: str, *, more: str = "", **fields: Any) -> list[ExampleOutcome]:
    text = pack(rule("T-1", require, examples=examples, **fields), more=more)
    return list(test_pack(pack_of(text)).outcomes)


def messages(require: str, examples: str, **fields: Any) -> list[str]:
    return [each.message for each in outcomes(require, examples, **fields)]


def test_the_minimal_plan_is_a_plan() -> None:
    plan = plan_of(merged("{}").document("minimal_plan.yaml"))
    assert [stage["id"] for stage in plan.data["stages"]] == ["s1", "s2"]
    first = minimal_plan()
    first["title"] = "changed"
    assert minimal_plan()["title"] != "changed"


@pytest.mark.parametrize(
    ("fragment", "route", "expected"),
    [
        ("{developer: X}", ("developer",), "X"),
        ("{developer: null}", ("developer",), None),
        ("{strategy: {kind: single}}", ("strategy", "kind"), "single"),
        ("{strategy: {kind: single}}", ("strategy", "rationale"), "Each model is published after the smaller one was observed."),
        ("{strategy: null}", ("strategy",), None),
        ("{eu: {market: true}}", ("eu",), {"market": True}),
        ("{developer: {a: 1}}", ("developer",), {"a": 1}),
        ("{stages: [{id: s2, owner: X}]}", ("stages", 1, "owner"), "X"),
        ("{stages: [{id: s2, owner: X}]}", ("stages", 0, "owner"), "release lead"),
        ("{stages: [{id: s2, owner: null}]}", ("stages", 1, "owner"), None),
        ("{stages: [{id: s2, access: {level: api}}]}", ("stages", 1, "access", "recipients"), "everybody"),
        ("{stages: [{id: s3}]}", ("stages", 2, "title"), "Another stage"),
        ("{stages: [{id: s3, title: null}]}", ("stages", 2, "title"), None),
        ("{stages: []}", ("stages",), []),
        ("{stages: [{id: s2, criteria: [{id: c}]}]}", ("stages", 1, "criteria", 0, "verdict"), "hold"),
        ("{stages: [{id: s2, artefacts: [{kind: card}]}]}", ("stages", 1, "artefacts", 0, "date"), "2026-05-20"),
        ("{risks: [{id: r1, assessments: [{stage: s2, severity: severe}]}]}", ("risks", 0, "assessments", 1, "severity"),
         "severe"),
        ("{risks: [{id: r1, assessments: [{stage: s2, severity: severe}]}]}", ("risks", 0, "assessments", 1, "by"),
         "safety team"),
        ("{risks: [{id: r1, actors: [novice]}]}", ("risks", 0, "actors"), ["novice"]),
        ("{partners: [{id: p1, access: [{stage: s1}]}]}", ("partners", 0, "access", 0, "from"), "2026-03-01"),
        ("{partners: [{id: p1, access: [{stage: s1}, 3]}]}", ("partners", 0, "access", 1), 3),
        ("{monitoring: [{id: w1, observations: [{count: 3}]}]}", ("monitoring", 0, "observations", 0, "stage"), "s1"),
        ("{attestations: [A-1]}", ("attestations", 0, "answer"), "yes"),
        ("{attestations: {A-1: no}}", ("attestations", 0, "answer"), "no"),
        ("{attestations: {A-1: true, A-2: false}}", ("attestations", 1, "answer"), "no"),
        ("{attestations: [{id: A-1, by: B}]}", ("attestations", 0, "by"), "B"),
        ("{documentation: {x: 1}}", ("documentation", "x"), 1),
    ],
)  # fmt: skip
def test_merging(fragment: str, route: tuple[Any, ...], expected: Any) -> None:
    found: Any = merged(fragment).plan
    for step in route:
        found = found.get(step) if isinstance(found, dict) else found[step]
    assert found == expected


def test_the_pack_can_start_from_more() -> None:
    setup = merged("{eu: {gpai: true}}", "{eu: {market: true}}")
    assert setup.plan["eu"] == {"market": True, "gpai": True}
    assert setup.touched == {"", "/eu"}


def test_what_a_fragment_touches() -> None:
    setup = merged("{stages: [{id: s2, access: {level: api}}], risks: [{id: r9}], 'a/b': {c: 1}}")
    assert setup.touched == {"", "/stages/1", "/stages/1/access", "/risks/1", "/a~1b"}


def test_what_steers_an_example() -> None:
    setup = merged(
        "{at: 2026-01-01, on: 'stage:s1', lock_digest: 'sha256:1', report: {a: unknown, b: [{c: 1}]}}"
    )
    assert (setup.at, setup.explicit, setup.on, setup.lock_digest) == (
        "2026-01-01",
        True,
        "stage:s1",
        "sha256:1",
    )
    assert setup.report == {"b": [{"c": 1}], "$unknown": ["a"]}
    assert setup.claim is None
    plain = merged("{claim: {id: k}}")
    assert (plain.at, plain.explicit, plain.claim, plain.report) == (EVE, False, {"id": "k"}, {})


def test_results_are_figures_or_facts_as_the_kind_says() -> None:
    setup = merged(
        """
        evidence: [{id: e1, kind: red_team}]
        results:
          e1:
            success_rate: 0.1
            upper_bound: {value: 0.2, high: 0.3}
            successes: 3
            slices: [{by: {category: 4}, results: {success_rate: 0.5}}]
          e2: {anything: 1, success_rate: 0.3}
        """
    )
    assert setup.computed["e1"] == {
        "results": {"success_rate": {"value": 0.1}, "upper_bound": {"value": 0.2, "high": 0.3}},
        "facts": {"successes": 3},
        "slices": [{"by": {"category": "4"}, "results": {"success_rate": {"value": 0.5}}}],
        "agreement": "not-declared",
    }
    assert setup.computed["e2"]["facts"] == {"anything": 1}
    reported = merged("{evidence: [{id: e1}], results: {e1: {success_rate: 0.1, own: 2}}}")
    assert reported.computed["e1"]["results"] == {}
    assert reported.computed["e1"]["facts"] == {"success_rate": {"value": 0.1}, "own": 2}


def test_good_examples() -> None:
    found = outcomes(
        "has(stage.leak_plan)",
        "{pass: [{stages: [{id: s2, leak_plan: {text: x}}]}], fail: [{stages: [{id: s2, owner: x}]}, {on: 'stage:s2'}],"
        " unknown: [{stages: [{id: s2, leak_plan: unknown}]}]}",
    )
    assert [(each.expected, each.as_expected, each.message) for each in found] == [
        ("pass", True, ""),
        ("fail", True, ""),
        ("fail", True, ""),
        ("unknown", True, ""),
    ]
    assert {each.rule for each in found} == {"T-1"}


@pytest.mark.parametrize(
    ("require", "examples", "expected"),
    [
        ("true", "{}", ["has no example under pass", "has no example under fail"]),
        ("true", "{pass: [{}]}", ["", "has no example under fail"]),
        ("false", "{pass: [{}], fail: [{}]}", ["the example under pass is failed for stage:s1", ""]),
        ("true", "{pass: [{}], fail: [{}]}", ["", "the example under fail is passed for stage:s1"]),
        (
            "has(stage.leak_plan)",
            "{pass: [{on: 'stage:s9'}], fail: [{on: 'plan:minimal'}]}",
            ["the example under pass does not apply on stage:s9", "the example under fail does not apply on plan:minimal"],
        ),
        ("stage.leak_plan.text == 'x'", "{pass: [{}], fail: [{}]}", [
            "the example under pass is unknown for stage:s1: stage.leak_plan",
            "the example under fail is unknown for stage:s1: stage.leak_plan",
        ]),
        ("stage.id == 's1'", "{pass: [{}], fail: [{}]}", ["the example under pass is failed for stage:s2", ""]),
        ("stage.id == 's1'", "{pass: [{on: 'stage:s1'}], fail: [{}], unknown: [{}]}",
         ["", "", "the example under unknown is failed for stage:s2"]),
        ("true", "{pass: [{stages: [{id: s2, ownerr: x}]}], fail: [{}]}", [
            "the example under pass makes no valid plan: 'ownerr' is not a key of a stage",
            "the example under fail is passed for stage:s1",
        ]),
        ("true", "{pass: [{}], fail: [{at: soon}]}",
         ["", "the example under fail can't be judged: expected a date such as 2019-02-14, or a date-time with a zone"
              " such as 2019-02-14T17:00:00Z"]),
        ("true", "{pass: [{stages: [{id: s2, criteria: [{id: c, require: has(stage.x)}]}]}], fail: [{}]}", [
            "the example under pass makes no valid plan: Stage has no field 'x'",
            "the example under fail is passed for stage:s1",
        ]),
    ],
)  # fmt: skip
def test_what_is_told_of_bad_examples(require: str, examples: str, expected: list[str]) -> None:
    found = messages(require, examples)
    assert [
        one[: len(other)] if other else one for one, other in zip(found, expected, strict=True)
    ] == expected


def test_rules_that_do_not_apply_have_no_answer() -> None:
    assert messages("true", "{pass: [{}], fail: [{}]}", when="stage.order > 7") == [
        "the example under pass does not apply to anything",
        "the example under fail does not apply to anything",
    ]


def test_parameters_and_dates_of_examples() -> None:
    more = "params: [{name: least, type: int, default: 60}]"
    examples = (
        "{pass: [{policies: {params: {test-pack.least: 10}}}], fail: [{on: 'stage:s2'},"
        " {stages: [{id: s2, dates: {planned: 2026-01-20}}], policies: {params: {test-pack.least: 10}}}]}"
    )
    assert messages(
        "days(previous.date, stage.date) >= params.least", examples, when="stage.order > 0", more=more
    ) == [
        "",
        "the example under fail is passed for stage:s2",
        "",
    ]
    dated = "{pass: [{at: 2026-01-01}], fail: [{}]}"
    assert messages("at < '2026-02-01'", dated, for_="plan") == ["", ""]


def test_examples_of_rules_of_reports() -> None:
    fields: dict[str, Any] = {"verdict": None, "for_": "report"}
    examples = "{pass: [{report: {withheld: 0}}], fail: [{report: {withheld: 3}}], unknown: [{report: {withheld: unknown}}]}"
    assert messages("report.withheld == 0", examples, **fields) == ["", "", ""]
    examples = "{pass: [{plan: {digest: a}, report: {plan_digest: a}}], fail: [{report: {plan_digest: a}}]}"
    assert messages("report.plan_digest == plan.digest", examples, **fields) == ["", ""]
    fields["for_"] = "claim"
    examples = "{pass: [{claim: {references: [{id: e}]}}], fail: [{claim: {references: []}}, {}]}"
    assert messages("size(claim.references) > 0", examples, **fields) == [
        "",
        "",
        "the example under fail does not apply to anything",
    ]
    fields = {"verdict": None, "for_": "risk", "when": "risk.id in report.risks"}
    examples = (
        "{pass: [{report: {risks: [r1]}}], fail: [{report: {risks: [r1]}, risks: [{id: r1, owner: null}]}]}"
    )
    assert messages("has(risk.owner)", examples, **fields) == ["", ""]
    assert messages("has(risk.owner)", "{pass: [{report: {risks: []}}], fail: []}", **fields)[0].endswith(
        "to anything"
    )
    fields |= {"for_": "evidence", "kind": "red_team", "when": "report.withheld == 0"}
    examples = "{pass: [{report: {withheld: 0}}], fail: [{report: {withheld: 0}, evidence: [{id: e1, kind: red_team}]}]}"
    assert messages("evidence.id != 'e1'", examples, **fields) == [
        "the example under pass does not apply to anything",
        "",
    ]


def test_a_pack_that_does_not_apply_has_no_answers() -> None:
    more = "applies: {from: 2030-01-01}"
    fields: dict[str, Any] = {"verdict": None, "for_": "report"}
    assert "does not apply" in messages("true", "{pass: [{}], fail: [{}]}", more=more)[0]
    assert (
        "does not apply"
        in messages("report.withheld == 0", "{pass: [{}], fail: [{}]}", more=more, **fields)[0]
    )


def test_a_pack_with_a_wrong_expression_is_not_tested() -> None:
    with pytest.raises(InvalidInput):
        test_pack(pack_of(pack(rule("T-1", "stage.x == 1"))))


@pytest.mark.parametrize("pack_id", shipped_files())
def test_shipped_examples_give_their_answers(pack_id: str) -> None:
    report = test_pack(shipped_pack(pack_id))
    assert [
        f"{each.at}: {each.rule} {each.message}" for each in report.outcomes if not each.as_expected
    ] == []
    assert report.passed
    assert report.pack == pack_id
