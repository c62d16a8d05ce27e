"""What is in force: parameters and who gave them, locks, and what organisations demand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from release.base.errors import InputError, InvalidInput, Position
from release.plan.read import read_plan
from release.policy.evaluate import evaluate
from release.policy.force import PolicySet, policy_set
from release.policy.organisation import stricter
from release.policy.pack import Override
from release.policy.parameters import Given
from tests.unit.policy.judging import PLAN, facts_of, pack, plan_from, policy_of, rule

BASE = pack(
    rule("T-1", "days(previous.date, stage.date) >= params.min_days", when="stage.order > 0"),
    rule("T-2", "false", for_="plan", severity="warning", verdict=None),
    pack_id="base",
    more="""\
    params:
      - {name: min_days, type: int, default: 60, why: Own choice.}
      - {name: rate, type: double, default: 0.5, min: 0, max: 1}
      - {name: words, type: list, default: [a]}
    """,
)


def org(text: str, pack_id: str = "org") -> str:
    return pack(pack_id=pack_id, more=text)


def errors(*texts: str, given: Given | None = None) -> list[InputError]:
    with pytest.raises(InvalidInput) as caught:
        policy_of(*texts, given=given)
    return list(caught.value.errors)


def params(policy: PolicySet) -> dict[str, tuple[Any, str, bool]]:
    return {param.name: (param.value, param.origin, param.locked) for param in policy.params}


def test_defaults() -> None:
    policy = policy_of(BASE)
    assert params(policy) == {
        "base.min_days": (60, "default", False),
        "base.rate": (0.5, "default", False),
        "base.words": (["a"], "default", False),
    }
    assert policy.values == {"base": {"min_days": 60, "rate": 0.5, "words": ["a"]}}
    assert policy.params[0].why == "Own choice."
    assert (policy.no_waivers, policy.max_waiver_days, policy.conflicts) == (frozenset(), None, ())
    assert policy.rule("T-1") is not None
    assert policy.rule("T-9") is None


@pytest.mark.parametrize(
    ("setting", "plan", "command", "expected"),
    [
        (None, {"base.min_days": 90}, {}, (90, "plan", False)),
        (None, {"base.min_days": 90}, {"base.min_days": "30"}, (30, "command", False)),
        ("{value: 70}", {}, {}, (70, "organisation", False)),
        ("70", {}, {}, (70, "organisation", False)),
        ("{value: 70}", {"base.min_days": 90}, {}, (90, "plan", False)),
        ("{value: 70, locked: true}", {}, {}, (70, "organisation", True)),
        (
            "{value: 70, locked: true}",
            {"base.min_days": 70},
            {"base.min_days": "70"},
            (70, "organisation", True),
        ),
    ],
)
def test_who_gives_a_parameter(
    setting: str | None, plan: dict[str, Any], command: dict[str, str], expected: tuple[Any, str, bool]
) -> None:
    texts = [BASE] if setting is None else [BASE, org(f"params: {{base.min_days: {setting}}}")]
    policy = policy_of(*texts, given=Given(plan, command))
    assert params(policy)["base.min_days"] == expected
    assert policy.conflicts == ()


def test_a_locked_parameter_stays_and_the_conflict_names_both_places() -> None:
    here = Position("release.yaml", 9, 9)
    given = Given({"base.min_days": 1}, {"base.min_days": "2"}, lambda _name: here)
    policy = policy_of(BASE, org("params: {base.min_days: {value: 70, locked: true}}"), given=given)
    assert params(policy)["base.min_days"] == (70, "organisation", True)
    assert [
        (each.origin, each.value, each.locked, each.at, str(each.locked_at)) for each in policy.conflicts
    ] == [
        ("plan", 1, 70, here, "pack1.yaml:3:33"),
        ("command", 2, 70, None, "pack1.yaml:3:33"),
    ]
    plan = plan_from(PLAN.replace("2026-06-01", "2024-03-20"))
    assert [each.rule for each in evaluate(policy, facts_of(plan, "2024-02-01")).findings] == ["T-2", "T-1"]


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        (
            Given({"base.min_day": 3}),
            "no pack in force has the parameter 'base.min_day'",
            "did you mean 'base.min_days'?",
        ),
        (
            Given({"zzz": 3}),
            "no pack in force has the parameter 'zzz'",
            "parameters of packs in force are written",
        ),
        (
            Given({"sourcing.unsupported": 3}),
            "no pack in force has the parameter",
            "the pack sourcing is not in force",
        ),
        (
            Given({"base.rate": 1.5}, {}, lambda _name: None, lambda _name: Position("plan.yaml", 3, 9)),
            "'base.rate' must be at most 1.0, not 1.5",
            "",
        ),
        (
            Given({}, {"base.rate": "-1"}),
            "'base.rate' must be at least 0.0, not -1.0",
            "mend --param base.rate=-1",
        ),
        (Given({"base.min_days": 1.5}), "'base.min_days' must be of type int, not a number", ""),
        (
            Given({}, {"base.min_days": "many"}),
            "'base.min_days' must be of type int, not a text",
            "mend --param",
        ),
        (
            Given({}, {"base.rat": "1"}),
            "no pack in force has the parameter 'base.rat'",
            "did you mean 'base.rate'?",
        ),
    ],
)
def test_parameters_that_do_not_fit(given: Given, message: str, hint: str) -> None:
    (found,) = errors(BASE, given=given)
    assert found.code == "IN-063"
    assert given.value_position("base.rate") == found.at
    assert found.message.startswith(message)
    assert found.hint.startswith(hint)


def test_settings_of_organisations_that_do_not_fit() -> None:
    assert [(each.code, each.message) for each in errors(BASE, org("params: {base.min_day: 3}"))] == [
        ("IN-063", "no pack in force has the parameter 'base.min_day'")
    ]
    assert [(each.code, each.message) for each in errors(BASE, org("params: {base.min_days: x}"))] == [
        ("IN-063", "'base.min_days' must be of type int, not a text")
    ]
    (beyond,) = errors(BASE, org("params: {base.rate: {value: 2, locked: true}}"))
    assert (beyond.message, str(beyond.at)) == ("'base.rate' must be at most 1.0, not 2.0", "pack1.yaml:3:29")
    other = policy_of(BASE, org("params: {staged-release.min_days: {value: 90, locked: true}}"))
    assert params(other)["base.min_days"] == (60, "default", False)


def test_two_organisations() -> None:
    one = org("params: {base.min_days: {value: 70, locked: true}}", "one")
    two = org("params: {base.min_days: {value: 80, locked: true}}", "two")
    (found,) = errors(BASE, one, two)
    assert (found.code, found.hint) == ("IN-064", "the other is at pack1.yaml:3:33")
    soft = org("params: {base.min_days: 80}", "soft")
    assert params(policy_of(BASE, soft, one))["base.min_days"] == (70, "organisation", True)
    assert params(policy_of(BASE, one, soft))["base.min_days"] == (70, "organisation", True)
    assert params(policy_of(BASE, one, one.replace("id: one", "id: same")))["base.min_days"][0] == 70


def test_rules_become_stricter_and_never_less_strict() -> None:
    text = "overrides: [{rule: T-1, verdict: no-go}, {rule: T-2, severity: error}]"
    policy = policy_of(BASE, org(text))
    assert {each.rule.id: (each.severity, each.verdict) for each in policy.rules} == {
        "T-1": ("error", "no-go"),
        "T-2": ("error", "hold"),
    }
    both = policy_of(
        BASE, org(text), org("overrides: [{rule: T-2, severity: error, verdict: no-go}]", "more")
    )
    assert both.rule("T-2") is not None
    assert {each.rule.id: each.verdict for each in both.rules}["T-2"] == "no-go"


@pytest.mark.parametrize(
    ("override", "message"),
    [
        ("{rule: T-1, severity: note}", "T-1 is of severity error; an override can't make it note"),
        ("{rule: T-1, severity: warning}", "T-1 is of severity error; an override can't make it warning"),
        ("{rule: T-2, verdict: hold}", "T-2 is a warning, which has no verdict"),
        ("{rule: T-9, severity: error}", "there is no rule 'T-9'"),
        ("{rule: zzzzzzz, severity: error}", "there is no rule 'zzzzzzz'"),
    ],
)
def test_overrides_that_weaken_or_miss(override: str, message: str) -> None:
    found = errors(BASE, org(f"overrides: [{override}]"))
    assert [(each.code, each.message) for each in found] == [("IN-064", message)]
    assert str(found[0].at) == "pack1.yaml:3:20"


def test_a_verdict_is_never_lowered() -> None:
    strict = BASE.replace("verdict: hold", "verdict: no-go", 1)
    found = errors(strict, org("overrides: [{rule: T-1, verdict: hold}]"))
    assert found[0].message == "a failing T-1 means no-go; an override can't make it hold"


def test_demands_about_rules_that_are_not_in_force_wait_for_them() -> None:
    policy = policy_of(
        BASE,
        org("overrides: [{rule: SR-104, verdict: no-go}]\nno_waivers: [SR-104, CO-005, T-1, criterion:x]"),
    )
    assert policy.no_waivers == {"SR-104", "CO-005", "T-1", "criterion:x"}
    found = errors(BASE, org("no_waivers: [T-3, zzzzzz]"))
    assert [(each.message, each.hint) for each in found] == [
        ("there is no rule 'T-3'", "did you mean 'T-1'?"),
        ("there is no rule 'zzzzzz'", "see `release policy list`"),
    ]


def test_demands_of_several_organisations_add_up() -> None:
    one = org("approvals: {roles: [board], min: 1}\nmax_waiver_days: 30\nno_waivers: T-1", "one")
    two = org("approvals: {roles: [safety, board], min: 3}\nmax_waiver_days: 60\nno_waivers: [T-2]", "two")
    demands = policy_of(BASE, one, two).demands
    assert demands.roles == ("board", "safety")
    assert demands.approvals == 3
    assert demands.max_waiver_days == 30
    assert demands.no_waivers == {"T-1", "T-2"}


def test_stricter() -> None:
    at = Position("x")
    assert stricter("error", None, [Override("T", None, None, at)]) == ("error", "hold")
    assert stricter("error", "no-go", [Override("T", "error", "hold", at)]) == ("error", "no-go")
    assert stricter("note", None, [Override("T", "warning", None, at)]) == ("warning", None)
    assert stricter("note", None, []) == ("note", None)


def test_rules_of_reports_get_no_verdict() -> None:
    text = pack(
        rule("T-1", "report.withheld == 0", for_="report", severity="warning", verdict=None), pack_id="base"
    )
    policy = policy_of(text, org("overrides: [{rule: T-1, severity: error}]"))
    assert [(each.severity, each.verdict) for each in policy.rules] == [("error", None)]


def test_the_digest_changes_with_packs_and_parameters() -> None:
    digests = {
        policy_of(BASE).digest,
        policy_of(BASE, given=Given({"base.min_days": 61})).digest,
        policy_of(BASE, org("max_waiver_days: 3")).digest,
    }
    assert len(digests) == 3
    assert policy_of(BASE).digest == policy_of(BASE).digest
    assert policy_of(BASE).digest.startswith("sha256:")


# From a plan on disk


def written(folder: Path, policies: str, **files: str) -> Any:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    (folder / "release.yaml").write_text(PLAN + f"policies: {policies}\n")
    return read_plan(folder, shown="here")


def test_a_plan_chooses_packs_and_parameters(tmp_path: Path) -> None:
    plan = written(tmp_path, "{use: [sourcing, base.yaml], params: {base.min_days: 90}}", base=BASE)
    policy = policy_set(plan)
    assert [pack.id for pack in policy.packs] == ["sourcing", "base"]
    assert policy.packs[1].file == "here/base.yaml"
    assert params(policy)["base.min_days"] == (90, "plan", False)
    assert policy.criteria == {}
    assert policy_set(plan, ["predictability"], {"base.min_days": "30"}).values["base"]["min_days"] == 30


def test_a_plan_without_packs(tmp_path: Path) -> None:
    (tmp_path / "release.yaml").write_text(PLAN)
    policy = policy_set(read_plan(tmp_path, shown="here"))
    assert (policy.packs, policy.rules) == ((), ())


def test_all_mistakes_of_packs_parameters_and_criteria_are_told(tmp_path: Path) -> None:
    plan = written(tmp_path, "{use: [sourcin, base.yaml], params: {base.min_days: x, base.y: 1}}", base=BASE)
    with pytest.raises(InvalidInput) as caught:
        policy_set(plan)
    lines = (tmp_path / "release.yaml").read_text().split("\n")
    found = caught.value.errors[0]
    assert found.at is not None
    assert (found.code, found.hint) == ("IN-061", "did you mean 'sourcing'? A file needs its path.")
    assert lines[found.at.line - 1][found.at.column - 1 :].startswith("sourcin,")
    assert "here/release.yaml" in caught.value.texts
    assert [each.code for each in caught.value.errors] == ["IN-061", "IN-063", "IN-063"]
    plan = written(tmp_path, "{use: [base.yaml], params: {base.min_days: x, base.y: 1}}", base=BASE)
    with pytest.raises(InvalidInput) as caught:
        policy_set(plan)
    places = [each.at for each in caught.value.errors if each.at is not None]
    assert [lines_at(tmp_path, at) for at in places] == ["x, base.y", "base.y"]


def lines_at(folder: Path, at: Position) -> str:
    line = (folder / "release.yaml").read_text().split("\n")[at.line - 1]
    return line[at.column - 1 :].partition(":")[0]


def test_an_organisation_from_the_command_line_wins(tmp_path: Path) -> None:
    text = "extends: base.yaml\nparams: {base.min_days: {value: 70, locked: true}}"
    plan = written(tmp_path, "{use: [base.yaml], params: {base.min_days: 1}}", base=BASE, org=org(text))
    policy = policy_set(plan, [str(tmp_path / "org.yaml")])
    assert params(policy)["base.min_days"] == (70, "organisation", True)
    (conflict,) = policy.conflicts
    assert conflict.at is not None
    assert (conflict.name, conflict.value, conflict.at.file) == ("base.min_days", 1, "here/release.yaml")
