"""Attacks on claims: each weakness is found where it is, and not where it is not."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from release.analysis.attack import Grounds
from release.analysis.attacks import attacks_on
from release.analysis.critique import Critique, critique_of, with_critic
from release.formats._critique import critic_request, critique_schema, to_json, to_markdown, to_text
from release.formats._format import FormatOptions
from tests.unit.analysis.bring import EVES, GPT2, ROOT, brought, case, copied

CASES = ROOT / "tests" / "cases" / "critique"
PLAIN = FormatOptions(version="0")
GROUNDS = Grounds(
    at="2020-01-01",
    superseded={"old": {"id": "new", "$at": "/sources/1"}},
    stages={
        "one": {"id": "one", "date": "2020-06-01", "variants": [{"checkpoints": [{"name": "a.bin"}]}]},
        "two": {"id": "two", "variants": []},
    },
)


def figure(value: float, low: float, high: float, **more: Any) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "n": 500, "unit": "proportion", **more}


SOUND: dict[str, Any] = {
    "id": "sound",
    "kind": "benchmark",
    "claim": "Accuracy rises by 10% from stage to stage; about half of the answers are right.",
    "stages": ["one"],
    "cited_for": ["one"],
    "checkpoint": "a.bin",
    "conducted": "2020-01-01",
    "evaluator": {"kind": "independent", "independent": True},
    "source": {"source": {"id": "new"}},
    "provenance": "computed",
    "agreement": "match",
    "results": {"accuracy": figure(0.5, 0.45, 0.55), "change": figure(0.1, 0.05, 0.15)},
    "headline": figure(0.5, 0.45, 0.55),
    "slices": [],
}


def found(**changes: Any) -> set[str]:
    item = {**copy.deepcopy(SOUND), **changes}
    return {attack.check for attack in attacks_on({k: v for k, v in item.items() if v is not None}, GROUNDS)}


def test_a_sound_claim_is_left_alone() -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("check", "changes"),
    [
        ("stronger-than-interval", {"results": {"change": figure(0.1, -0.05, 0.25)}, "headline": None}),
        (
            "stronger-than-interval",
            {"claim": "B beats A.", "results": {"win_rate": figure(0.55, 0.48, 0.62)}, "headline": None},
        ),
        ("absence", {"claim": "No difference was found.", "results": {"accuracy": figure(0.5, 0.4, 0.6)}}),
        ("absence", {"claim": "No difference was found.", "params": {"margin": 0.05}}),
        ("absence", {"claim": "No difference was found."}),
        ("absence", {"claim_type": "no_difference", "params": {"margin": 0.1}}),
        ("no-interval", {"results": {"accuracy": {"value": 0.5}}, "headline": {"value": 0.5}}),
        (
            "small-n",
            {
                "headline": figure(0.5, 0.45, 0.55, n=12),
                "results": {"accuracy": figure(0.5, 0.45, 0.55, n=12)},
            },
        ),
        ("small-n", {"results": {"accuracy": figure(0.5, 0.45, 0.55, clusters=4)}, "headline": None}),
        ("unbacked", {"results": {}, "headline": None}),
        ("uncalibrated", {"claim": "The detector always works."}),
        ("uncalibrated", {"claim": "Nearly all answers are right."}),
        ("uncalibrated", {"claim": "Wrong answers are rare."}),
        ("prose", {"claim": "Accuracy rises with size to 61%."}),
        ("dependent", {"evaluator": {"kind": "developer", "independent": True}}),
        ("dependent", {"coauthored_with_developer": True}),
        ("dependent", {"evaluator": {"kind": "partner", "independent": False}}),
        ("dependent", {"critic": "m", "author": "m"}),
        ("no-baseline", {"kind": "human_credibility"}),
        ("no-baseline", {"kind": "preference", "baseline": {"prompted": False}}),
        ("no-baseline", {"kind": "preference"}),
        ("no-baseline", {"results": {"accuracy": figure(0.5, 0.45, 0.55)}}),
        ("not-held-out", {"held_out": False}),
        ("not-held-out", {"split": {"used_for_selection": True}}),
        ("not-held-out", {"contamination": {"checked": False}}),
        ("not-held-out", {"tuned_on_ground_truth": True}),
        ("stale", {"expires": "2019-12-31"}),
        ("stale", {"conducted": "2018-01-01"}),
        ("late", {"registered_on": "2020-02-01", "target_known_on": "2020-02-01"}),
        ("late", {"margin_set_on": "2020-01-02"}),
        ("superseded", {"source": {"source": {"id": "old"}}}),
        ("other-stage", {"checkpoint": "b.bin"}),
        ("contradicted", {"agreement": "mismatch"}),
    ],
)
def test_each_weakness_is_found(check: str, changes: dict[str, Any]) -> None:
    assert check in found(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"claim": "No difference was found.", "params": {"margin": 0.2}, "claim_type": "no_difference"},
        {
            "claim": "Most answers are right.",
            "results": {"accuracy": figure(0.8, 0.7, 0.9)},
            "headline": None,
        },
        {"claim": "B is preferred.", "results": {"win_rate": figure(0.6, 0.55, 0.65)}, "headline": None},
        {"claim": "Accuracy is 50%.", "contamination": {"checked": True}, "held_out": True},
        {"expires": "2021-01-01", "registered_on": "2019-01-01", "target_known_on": "2019-06-01"},
        {"checkpoint": None, "conducted": None, "source": None},
    ],
)
def test_what_is_borne_out_is_left_alone(changes: dict[str, Any]) -> None:
    assert found(**changes) == set()


def test_readers_are_compared_with_people() -> None:
    def rated(low: float, high: float) -> set[str]:
        slices = [
            {"by": {"source": "human"}, "results": {"mean": figure(7.0, 6.5, 7.5)}},
            {"by": {"stage": "one"}, "results": {"mean": figure((low + high) / 2, low, high)}},
        ]
        claim = "Readers find its text less credible than people's."
        return found(kind="human_credibility", claim=claim, results={}, slices=slices, headline=None)

    assert rated(5.0, 6.0) == set()
    assert rated(6.0, 6.6) == {"stronger-than-interval"}


# A whole plan


@pytest.fixture(scope="module")
def critique() -> Critique:
    return critique_of(case(ROOT / GPT2, "2026-11-24"), "xl")


def checks(critique: Critique, name: str) -> set[str]:
    return {flaw.check for flaw in critique.flaws if flaw.claim.object == name}


def test_the_weak_claims_of_the_gpt2_record_are_found(critique: Critique) -> None:
    assert {"absence", "unbacked"} <= checks(critique, "evidence:bias-probes")
    assert {"no-baseline", "no-interval", "dependent"} <= checks(critique, "evidence:cornell-november")
    assert "unbacked" in checks(critique, "evidence:ctec-probe")
    assert "no-baseline" in checks(critique, "monitoring:misuse-in-forums")
    assert "one-sided" in checks(critique, "assessment:deceptive-text/xl")
    assert "one-sided" not in checks(critique, "assessment:deceptive-text/small")
    assert "prose" not in checks(critique, "assessment:deceptive-text/large")  # it says what would be needed


def test_critiques_on_record_are_open_or_answered(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    plan = folder / "release.yaml"
    text = plan.read_text(encoding="utf-8")
    answer = "    answer: {text: Asked for., date: 2026-11-24, by: us}\n    text: >-\n      Could you"
    plan.write_text(text.replace("    text: >-\n      Could you", answer), encoding="utf-8")
    recorded = critique_of(case(folder, "2026-11-24"), "xl").recorded
    assert [(each.id, each.answer) for each in recorded] == [
        ("prose-against-table", ""),
        ("read-off-a-figure", ""),
        ("no-spread", "Asked for."),
    ]


def test_what_the_verdict_rests_on_weighs_most(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    brought(folder)
    found = critique_of(case(folder, EVES["xl"]), "xl")
    weights = {claim.object: claim.weight for claim in found.claims}
    assert weights["evidence:bias-probes"] == 1.0
    assert weights["evidence:zero-shot"] < weights["evidence:roberta-transfer"] < 1.0
    scores = [flaw.score for flaw in found.flaws]
    assert scores == sorted(scores, reverse=True)


def test_positions_lead_to_the_claim(critique: Critique) -> None:
    for flaw in critique.flaws:
        lines = (ROOT / GPT2 / Path(flaw.at.file).name).read_text(encoding="utf-8").splitlines()
        assert lines[flaw.at.line - 1][flaw.at.column - 1 :].strip()


@pytest.mark.parametrize("audience", ["internal", "public", "partner:cornell"])
def test_json_is_described_by_its_schema(critique: Critique, audience: str) -> None:
    jsonschema.Draft202012Validator.check_schema(critique_schema())
    body = json.loads(to_json(critique, audience, PLAIN))
    jsonschema.validate(body, critique_schema())
    shown = {each["id"] for each in body["recorded"]}
    assert ("read-off-a-figure" in shown) is (audience == "internal")
    assert ("no-spread" in shown) is (audience != "public")
    assert all((each["weight"] is None) is (audience != "internal") for each in body["flaws"])


def test_text_and_markdown(golden: Callable[[Path, str], None]) -> None:
    found = critique_of(case(GPT2, EVES["xl"]), "xl")
    golden(CASES / "gpt-2-xl.txt", to_text(found, "internal", PLAIN))
    assert "| 0.63 | evidence&#58;bias-probes | absence |" in to_markdown(found, "internal", PLAIN)


def test_a_critic_is_told_what_the_audience_may_see(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    evidence = folder / "evidence.yaml"
    text = evidence.read_text(encoding="utf-8")
    evidence.write_text(
        text.replace("  - id: ctec-probe\n", "  - id: ctec-probe\n    audience: internal\n"), encoding="utf-8"
    )
    found = critique_of(case(folder, EVES["xl"]), "xl")
    told = {audience: critic_request(found, audience).decode() for audience in ("internal", "public")}
    assert "ctec-probe" in told["internal"]
    assert "ctec-probe" not in told["public"]
    body = json.loads(told["public"])
    assert body["schema"] == "release-critic-request/1"
    (claim,) = [each for each in body["claims"] if each["id"] == "evidence:cornell-november"]
    assert {"result": "mean", "by": {"stage": "xl"}, "value": 6.91, "unit": "mean"} in claim["figures"]


def test_what_a_critic_says_is_ranked_with_the_rest_and_escaped(critique: Critique) -> None:
    said = [("evidence:bias-probes", "<script>\x1b[31m | x", 1.0)]
    found = with_critic(case(GPT2, "2026-11-24"), critique, "critic.py", said)
    assert found.flaws[0].by == "critic.py"
    assert "\x1b" not in to_text(found, "internal", PLAIN)
    assert "<script>" not in to_markdown(found, "internal", PLAIN)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("About thirty attempts in a hundred succeed.", ["prose"]),
        ("About two attempts in a hundred succeed.", []),
        ("About 9% of the attempts succeed.", ["prose"]),
        ("About 9% of the attempts by novices succeed.", []),
        ("Two in a hundred attempts succeed in every language.", ["scope"]),
        ("Two in a hundred attempts succeed for every model.", []),
        ("No attempt was ever seen to succeed.", ["uncalibrated"]),
    ],
)
def test_the_words_of_a_claim_are_held_against_its_rows(claim: str, said: list[str]) -> None:
    from release.analysis.wording import prose, scope, words

    item = {
        "id": "probe",
        "kind": "red_team",
        "claim": claim,
        "results": {"success_rate": {"value": 0.02, "low": 0.01, "high": 0.03, "unit": "proportion"}},
        "slices": [
            {"by": {"actor": "novice"}, "results": {"success_rate": {"value": 0.09}}},
            {"by": {"stage": "xl"}, "results": {"success_rate": {"value": 0.02}}},
        ],
    }
    grounds = Grounds("2020-01-01", {}, {})
    found = [each.check for attack in (words, prose, scope) for each in attack(item, grounds)]
    assert found == said


@pytest.mark.parametrize(("raters", "found"), [({}, 1), ({"recruited": "experts in the field"}, 0)])
def test_experts_have_to_be_experts(raters: dict[str, str], found: int) -> None:
    from release.analysis.wording import scope

    item = {"id": "p", "kind": "preference", "claim": "Experts prefer it.", "raters": raters, "results": {}}
    assert len(list(scope(item, Grounds("2020-01-01", {}, {})))) == found


def test_the_judgement_of_a_benefit_is_a_claim_too(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "release.yaml"
    before = "{stage: xl, date: 2019-11-04, magnitude: unknown"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(before, before.replace("unknown", "high"), 1), encoding="utf-8")
    found = critique_of(case(folder, EVES["xl"]), "xl")
    assert ("benefit:writing/xl", "unbacked") in {(each.claim.object, each.check) for each in found.flaws}
    assert "benefit:writing/xl" not in {
        each.claim.object for each in critique_of(case(GPT2, EVES["xl"]), "xl").flaws
    }


def test_what_would_be_needed_is_no_result() -> None:
    found = critique_of(case(GPT2, EVES["large"]), "large")
    assert "prose" not in {each.check for each in found.flaws if each.claim.object.startswith("assessment:")}


@pytest.mark.parametrize(
    ("written", "labelled", "told"),
    [
        (
            '{name: "Middlebury Institute, Center on Terrorism, Extremism, and Counterterrorism",',
            "{name: somebody, audience: internal,",
            ("evidence:ctec-probe", "dependent"),
        ),
        (
            "{result: mean, by: {stage: medium},",
            "{result: mean, audience: internal, by: {stage: medium},",
            ("evidence:cornell-november", "no-interval"),
        ),
    ],
)
def test_an_attack_is_seen_by_those_who_may_see_what_it_rests_on(
    tmp_path: Path, written: str, labelled: str, told: tuple[str, str]
) -> None:
    def shown(audience: str) -> set[tuple[str, str]]:
        flaws = json.loads(to_json(critique_of(case(folder, EVES["xl"]), "xl"), audience, PLAIN))["flaws"]
        return {(each["object"], each["check"]) for each in flaws}

    folder = copied(tmp_path)
    assert told in shown("public")
    evidence = folder / "evidence.yaml"
    text = evidence.read_text(encoding="utf-8")
    assert written in text
    evidence.write_text(text.replace(written, labelled), encoding="utf-8")
    assert told not in shown("public")
    assert told in shown("internal")


def test_what_is_said_of_numbers_in_words_is_for_those_who_may_see_all_figures(tmp_path: Path) -> None:
    def shown(audience: str) -> set[tuple[str, str]]:
        flaws = json.loads(to_json(critique_of(case(folder, EVES["xl"]), "xl"), audience, PLAIN))["flaws"]
        return {(each["object"], each["check"]) for each in flaws}

    folder = copied(tmp_path)
    evidence = folder / "evidence.yaml"
    text = evidence.read_text(encoding="utf-8")
    told = ("evidence:cornell-november", "prose")
    assert told not in shown("internal")
    claim = "claim: Credibility rises with size, and little between the two largest models."
    assert claim in text
    wrong = text.replace(claim, "claim: The mean score of the largest is 8.31.")
    evidence.write_text(wrong, encoding="utf-8")
    assert told in shown("public")
    hidden = wrong.replace(
        "{result: mean, by: {stage: medium},", "{result: mean, audience: internal, by: {stage: medium},"
    )
    assert hidden != wrong
    evidence.write_text(hidden, encoding="utf-8")
    assert told not in shown("public")
    assert told in shown("internal")
