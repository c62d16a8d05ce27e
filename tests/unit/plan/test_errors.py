"""What is said of a plan that is wrong: code, place, what was found, what was expected, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import yaml

from release.base.codes import CODES
from release.base.errors import InputError, InvalidInput
from tests.unit.plan.conftest import BASE, CASES

Errors = Callable[..., tuple[InputError, ...]]

MISTAKES = yaml.safe_load((CASES.parent / "plan-errors" / "mistakes.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["name"])
def test_one_mistake_is_one_error(case: dict[str, str], errors: Errors) -> None:
    (error,) = errors(f"{BASE}{case['plan']}\n")
    assert str(error.at) == f"release.yaml:{case['at']}"
    assert error.code == case["code"]
    assert case["message"] in error.message
    assert case.get("hint", "") in error.hint
    assert error.code in CODES


@pytest.mark.parametrize("case", MISTAKES, ids=lambda case: case["name"])
def test_no_words_of_the_machinery(case: dict[str, str], errors: Errors) -> None:
    for error in errors(f"{BASE}{case['plan']}\n"):
        text = f"{error.message} {error.hint}"
        assert not re.search(
            r"\b(str|int|bool|dict|NoneType|None|True|False|pydantic|Input should)\b", text
        ), text


@pytest.mark.parametrize(
    ("plan", "message", "line", "column"),
    [
        ("- a\n- b\n", "a plan has to be a mapping; this is a list", 1, 1),
        ("# a\n\n  text\n", "a plan has to be a mapping; this is 'text'", 3, 3),
        ("~\n", "a plan has to be a mapping; this is empty", 1, 1),
    ],
)
def test_a_plan_is_a_mapping(plan: str, message: str, line: int, column: int, errors: Errors) -> None:
    (error,) = errors(plan)
    assert (error.code, error.message) == ("IN-020", message)
    assert error.at is not None
    assert (error.at.line, error.at.column) == (line, column)
    assert "schema: release-plan/1" in error.hint


def test_the_schema_line(errors: Errors) -> None:
    (missing,) = errors(BASE.replace("schema: release-plan/1\n", ""))
    assert (missing.code, missing.hint) == ("IN-022", "write `schema: release-plan/1` in the first line")
    (wrong,) = errors(BASE.replace("release-plan/1", "release-plan/2"))
    assert wrong.code == "IN-024"
    assert wrong.hint == "did you mean 'release-plan/1'?"


def test_a_misspelled_required_key_is_one_error(errors: Errors) -> None:
    (error,) = errors(BASE.replace("    title: First", "    titel: First"))
    assert (error.code, str(error.at)) == ("IN-021", "release.yaml:8:5")


def test_unknown_cannot_stand_for_what_has_to_be_named(errors: Errors) -> None:
    found = errors(
        BASE.replace("variants: [{id: small, title: Small, parameters: 1000}]", "variants: undisclosed")
    )
    assert [(error.code, str(error.at)) for error in found] == [("IN-029", "release.yaml:5:11")]
    (stages,) = errors(BASE[: BASE.index("stages:")] + "stages: unknown\n")
    assert stages.code == "IN-029"
    (stage,) = errors(f"{BASE}approvals: [{{stage: unknown}}]\n")
    assert stage.code == "IN-031"


def test_all_mistakes_at_once(errors: Errors) -> None:
    plan = f"""{BASE}    dates: {{released: 2019-02-30}}
    status: relesed
    access: {{level: closed, controls: [rate-limit, {{othr: a}}, filter, 5]}}
risks:
  - {{id: a, title: A, actors: [nobody], assessments: [{{stage: second}}, 5]}}
evidence: [{{id: b, kind: red_team, declared: [{{value: x}}], data: {{path: /etc/passwd}}}}]
nothing: 1
"""
    assert [(error.code, str(error.at).removeprefix("release.yaml:")) for error in errors(plan)] == [
        ("IN-025", "10:23"),
        ("IN-024", "11:13"),
        ("IN-021", "12:53"),
        ("IN-024", "12:63"),
        ("IN-024", "12:71"),
        ("IN-031", "14:32"),
        ("IN-031", "14:63"),
        ("IN-023", "14:72"),
        ("IN-022", "15:48"),
        ("IN-023", "15:55"),
        ("IN-037", "15:73"),
        ("IN-021", "16:1"),
    ]


def test_what_is_broken_causes_no_further_errors(errors: Errors) -> None:
    """Ids that got lost with something broken are not said to be missing."""
    broken_id = errors(
        BASE.replace("id: first", "id: First") + "approvals: [{stage: first}, {stage: First}]\n"
    )
    assert [error.code for error in broken_id] == ["IN-026"]
    broken_item = errors(f"{BASE}  - second\napprovals: [{{stage: second}}]\n")
    assert [error.code for error in broken_item] == ["IN-023"]
    broken_section = errors(f"{BASE}actors: 5\nrisks: [{{id: a, title: A, actors: [b]}}]\n")
    assert [error.code for error in broken_section] == ["IN-023"]
    misspelled_section = errors(f"{BASE}actrs: [{{id: b}}]\nrisks: [{{id: a, title: A, actors: [b]}}]\n")
    assert [error.code for error in misspelled_section] == ["IN-021"]
    missing_id = errors(f"{BASE}actors: [{{title: B}}]\nrisks: [{{id: a, title: A, actors: [b]}}]\n")
    assert [error.code for error in missing_id] == ["IN-022"]
    objects = errors(f"{BASE}actors: 5\ncritiques: [{{id: c, of: b}}]\n")
    assert [error.code for error in objects] == ["IN-023"]
    other_kind = errors(f"{BASE}actors: 5\napprovals: [{{stage: zzz}}]\n")
    assert [error.code for error in other_kind] == ["IN-023", "IN-031"]


def test_declared_figures_that_are_broken(errors: Errors) -> None:
    found = errors(
        f"{BASE}evidence:\n"
        "  - {id: a, kind: red_team, declared: {success_rate: {valu: 1}, upper_bound: [1]}}\n"
        "  - {id: b, kind: red_team, declared: 5}\n"
        "  - {id: c, kind: red_team, declared: [5, {result: success_rate, by: {a: [1]}}]}\n"
        "  - {id: d, kind: [red_team]}\n"
    )
    assert [(error.code, str(error.at).removeprefix("release.yaml:")) for error in found] == [
        ("IN-021", "11:55"),
        ("IN-023", "11:78"),
        ("IN-023", "12:39"),
        ("IN-023", "13:40"),
        ("IN-023", "13:74"),
        ("IN-023", "14:19"),
    ]


def test_a_misspelled_unknown_is_named_where_it_may_stand(errors: Errors) -> None:
    plan = BASE.replace("parameters: 1000", "parameters: undisclosd, training: unkown")
    found = errors(
        f"{plan}    status: Unknown\n    dates: {{planned: unknwon}}\n"
        "    access: {reversible: undisclosed., controls: [unkown]}\n"
        "partners: [{id: p, access: [{stage: unknwn}], independent: 5}]\n"
    )
    assert [(error.code, error.hint) for error in found] == [
        ("IN-023", "did you mean 'undisclosed'?"),
        ("IN-023", "did you mean 'unknown'?"),
        ("IN-024", "did you mean 'unknown'?"),
        ("IN-025", "did you mean 'unknown'?"),
        ("IN-023", "did you mean 'undisclosed'?"),
        ("IN-024", ""),
        ("IN-031", "did you mean 'unknown'?"),
        ("IN-023", ""),
    ]


def test_an_id_that_is_too_long_states_its_length(errors: Errors) -> None:
    (error,) = errors(f"{BASE}actors: [{{id: {'a' * 81}}}]\n")
    assert "an id of up to 80" in error.message
    assert error.hint == f"it has 81 characters; write {'a' * 80}"


def test_hostile_text_is_shown_as_text(errors: Errors) -> None:
    (error,) = errors(f'{BASE}"\\e[31mred": 1\n')
    assert "\x1b" not in error.message
    assert r"\u{1b}" in error.message


def test_a_thousand_stages_and_one_more(errors: Errors, read: Callable[..., object]) -> None:
    stages = "".join(f"  - {{id: s{number}, title: S}}\n" for number in range(999))
    read(BASE + stages)
    (error,) = errors(f"{BASE}{stages}  - {{id: one-more, title: S}}\n")
    assert (error.code, str(error.at)) == ("IN-027", "release.yaml:7:3")
    assert "at most 1000 items" in error.message


def test_an_architecture_may_have_further_numbers_but_no_misspelled_ones(
    errors: Errors, read: Callable[..., object]
) -> None:
    variant = (
        "parameters: 1000, architecture: {family: llama, layers: 2, rope-base/theta: 10000, gated: true}"
    )
    plan = read(BASE.replace("parameters: 1000", variant))
    assert plan.data["variants"][0]["architecture"]["rope-base/theta"] == 10000.0
    found = errors(BASE.replace("parameters: 1000", variant.replace("layers: 2", "layer: 2, gated2: [1]")))
    assert [(error.code, error.message[:7]) for error in found] == [
        ("IN-021", "'layer'"),
        ("IN-023", "'gated2"),
    ]


def test_more_mistakes_than_are_listed(read: Callable[..., object]) -> None:
    """The first hundred are explained, the others counted; what they hide is not said to be missing."""
    events = "".join(f"  - {{id: e{number}, txt: A}}\n" for number in range(150))
    with pytest.raises(InvalidInput) as caught:
        read(f"{BASE}events:\n{events}approvals: [{{stage: nowhere}}]\n")
    assert len(caught.value.errors) == 100
    assert caught.value.more == 50
    assert {error.hint for error in caught.value.errors} == {"did you mean 'text'?"}
    dangling = "".join(f"  - {{stage: s{number}}}\n" for number in range(150))
    with pytest.raises(InvalidInput) as caught:
        read(f"{BASE}approvals:\n{dangling}")
    assert all(error.hint for error in caught.value.errors)
    assert caught.value.more == 50


def test_many_ids_are_not_compared_one_by_one(errors: Errors) -> None:
    events = "".join(f"  - {{id: e{number}}}\n" for number in range(2000))
    (error,) = errors(f"{BASE}events:\n{events}critiques: [{{id: c, of: evnt}}]\n")
    assert error.hint.startswith("ids are: ")
