"""The work order: what it names, who can bring it, and that bringing exactly that turns the stage.

Source of what the last stage of GPT-2 lacked: the public record of 2019, as `templates/plans/gpt-2` keeps it.
"""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from release import api
from release.analysis.holders import maker_of
from release.analysis.missing_evidence import Missing, narrowest
from release.analysis.todo import WorkOrder, work_order
from release.formats._format import FormatOptions
from release.formats._todo import to_markdown, to_text
from tests.unit.analysis.bring import EVES, GPT2, ROOT, brought, case, copied

CASES = ROOT / "tests" / "cases" / "todo"
RISKS = ["deceptive-text", "spam-and-abuse", "extremist-propaganda", "bias", "determined-actors"]
PLAIN = FormatOptions(version="0")


@pytest.fixture(scope="module")
def last() -> WorkOrder:
    return work_order(case(ROOT / GPT2, EVES["xl"]), "xl")


def test_the_last_stage_of_gpt2_lacked_two_decisions_and_nine_facts(last: WorkOrder) -> None:
    assert [(item.only_developer, item.nature) for item in last.items] == [(True, "write")] * 2 + [
        (False, "fact")
    ] * 9
    assert [[finding.rule for finding in item.findings] for item in last.items[:2]] == [
        ["SR-106"],
        ["SR-123"],
    ]
    assert {item.what for item in last.items[2:]} == {
        "evidence ctec-probe: stages",
        "evidence cornell-november: mean (source: human) with its interval",
        "evidence cornell-august: stages",
        "evidence cornell-november: interval and n of mean (stage: xl)",
        "evidence bias-probes: change (from: large, to: xl) with its interval",
        "monitoring misuse-in-forums: exposure.amount",
        "monitoring misuse-in-forums: observations.count and threshold",
        f"risks {', '.join(RISKS[:-1])} and {RISKS[-1]}: assessments.residual and tolerance",
        "partners cornell, ctec, oregon and ut-austin: agreement.signed and access.from",
    }
    assert (last.verdict, last.after, last.left) == ("hold", "go", ())


def test_every_blocking_finding_is_cleared_by_something_and_no_other_is_named(last: WorkOrder) -> None:
    blocking = {
        (finding.rule, finding.object)
        for finding in last.judgement.at_stage("xl")
        if finding.severity == "error" and finding.status != "waived"
    }
    assert {(each.rule, each.object) for item in last.items for each in item.findings} == blocking


def test_what_is_needed_together_says_so(last: WorkOrder) -> None:
    (spread,) = [item for item in last.items if item.what.startswith("evidence cornell-november: interval")]
    assert {last.items[index].what for index in spread.together} == {
        "evidence cornell-november: mean (source: human) with its interval",
        "evidence cornell-august: stages",
    }


def test_who_can_bring_it_follows_from_who_made_it(last: WorkOrder) -> None:
    by = {item.what.partition(":")[0]: (item.holder.by, item.holder.who) for item in last.items}
    assert by["evidence ctec-probe"][0] == "partner"
    assert by["evidence bias-probes"] == ("evaluator", "OpenAI")
    assert by["partners cornell, ctec, oregon and ut-austin"][0] == "partner"
    assert by["monitoring misuse-in-forums"] == ("developer", "OpenAI")


def verdict(folder: Path) -> str:
    (judgement,) = api.check(folder, at=EVES["xl"]).judgements
    return judgement.stage("xl").verdict


def test_bringing_exactly_that_turns_the_stage(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    assert verdict(folder) == "hold"
    brought(folder)
    assert verdict(folder) == "go"
    order = work_order(case(folder, EVES["xl"]), "xl")
    assert (order.items, order.verdict) == ((), "go")


@pytest.mark.parametrize(
    "thing",
    [
        "criterion",
        "plans",
        "residual levels",
        "agreement dates",
        "forums times days",
        "threshold",
        "sizes probed",
        "size of the first study",
        "n and spread",
        "human score",
        "bias table",
    ],
)
def test_without_any_one_of_them_it_holds_and_the_order_names_that_one(tmp_path: Path, thing: str) -> None:
    folder = copied(tmp_path)
    brought(folder, without=thing)
    assert verdict(folder) == "hold"
    order = work_order(case(folder, EVES["xl"]), "xl")
    assert len(order.items) == 1
    assert order.items[0].findings


def test_every_place_is_written_unknown_and_has_a_value_that_was_tried(last: WorkOrder) -> None:
    places = [place for item in last.items for place in item.places]
    assert places
    assert all(place.now == "unknown" and place.example is not None for place in places)


def test_one_missing_study_is_one_thing_however_many_rules_ask_for_it() -> None:
    order = work_order(case(GPT2, EVES["small"]), "small")
    (probe,) = [item for item in order.items if "misuse_probe" in item.what]
    assert [finding.rule for finding in probe.findings] == ["SR-112", "SR-113"]
    assert (probe.holder.by, probe.nature, probe.only_developer) == ("evaluator", "write", False)


def test_a_fact_that_the_developer_keeps_can_come_from_nobody_else(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    plan = folder / "release.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("amount: unknown", "amount: undisclosed"), encoding="utf-8")
    order = work_order(case(folder, EVES["xl"]), "xl")
    (exposure,) = [item for item in order.items if item.what.endswith("exposure.amount")]
    assert exposure.only_developer
    assert [place.now for place in exposure.places] == ["undisclosed"]


@pytest.mark.parametrize(("stage", "at"), EVES.items())
def test_the_text_of_each_eve(golden: Callable[[Path, str], None], stage: str, at: str) -> None:
    order = work_order(case(GPT2, at), stage)
    text = to_text(order, "internal", PLAIN)
    golden(CASES / f"gpt-2-{stage}.txt", text)
    assert all(len(line) <= 80 for line in text.splitlines()[:-1])


def test_the_checklist(golden: Callable[[Path, str], None], last: WorkOrder) -> None:
    text = to_markdown(work_order(case(GPT2, EVES["xl"]), "xl"), "internal", PLAIN)
    golden(CASES / "gpt-2-xl.md", text)
    assert len(re.findall(r"^- \[ \] ", text, re.MULTILINE)) == len(last.items)


def test_others_see_what_they_may_and_how_much_is_withheld(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    plan = folder / "release.yaml"
    text = plan.read_text(encoding="utf-8")
    label = "  - id: misuse-in-forums\n    audience: internal\n"
    plan.write_text(text.replace("  - id: misuse-in-forums\n", label), encoding="utf-8")
    order = work_order(case(folder, EVES["xl"]), "xl")
    public = to_text(order, "public", PLAIN)
    assert "misuse-in-forums" in to_text(order, "internal", PLAIN)
    assert "misuse-in-forums" not in public
    assert "2 items are withheld from public." in public
    assert "release.yaml:" not in public


def test_a_cancelled_stage_never_goes_whatever_is_brought(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    path = folder / "release.yaml"
    text = path.read_text(encoding="utf-8")
    head, stage = text.split("  - id: xl\n", 1)
    stage = stage.replace("    status: released\n", "    status: cancelled\n", 1)
    stage = stage.replace("    dates: {released: 2019-11-05}\n", "", 1)
    path.write_text(f"{head}  - id: xl\n{stage}", encoding="utf-8")
    order = work_order(case(folder, EVES["xl"]), "xl")
    assert (order.verdict, order.after) == ("hold", None)
    last = to_text(order, "internal", PLAIN).splitlines()[-1]
    assert last.endswith("the stage is cancelled, and cannot go")
    assert "cancelled" not in to_text(order, "public", PLAIN)


def test_a_criterion_that_asks_for_missing_evidence_is_the_same_cause() -> None:
    order = work_order(case("templates/plans/heron", "2026-11-24"), "small")
    cleared = {item.what: {finding.rule for finding in item.findings} for item in order.items}
    detection = "evidence of kind automated_detection about stage small"
    assert cleared[detection] == {"SR-114", "criterion:small-detectable"}
    assert len(order.items) == 4


def test_evidence_that_is_asked_for_anyway_serves_where_one_of_several_kinds_would_do() -> None:
    either, one = Missing(("misuse_probe", "red_team")), Missing(("misuse_probe",))
    assert narrowest(either, [either, one]) == one
    assert narrowest(one, [either, one]) == one
    assert narrowest(either.but(any_of=False), [one]) == either.but(any_of=False)


def test_what_fails_at_partners_names_them(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    brought(folder)
    plan = folder / "release.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("signed: 2019-07-01", "signed: 2019-08-01"), encoding="utf-8")
    (agreements,) = work_order(case(folder, EVES["xl"]), "xl").items
    assert (agreements.holder.by, agreements.holder.who) == ("partner", "")
    assert agreements.what.endswith("(partners cornell, ctec, oregon and ut-austin)")


def test_who_made_the_evidence_that_fails_can_mend_it() -> None:
    gpt2 = case(GPT2, EVES["xl"])

    def made(*objects: str) -> tuple[str, str]:
        holder = maker_of(gpt2, objects)
        return holder.by, holder.who

    assert made("evidence:ctec-probe") == (
        "partner",
        "Middlebury Institute, Center on Terrorism, Extremism, and Counterterrorism",
    )
    assert made("evidence:ctec-probe", "evidence:bias-probes") == ("evaluator", "")
    assert made("partner:oregon") == ("partner", "University of Oregon")
    assert made("event:gltr") == ("anybody", "")
    assert made("stage:xl") == ("developer", "OpenAI")


def test_an_evaluator_is_named_to_those_alone_who_may_know(tmp_path: Path) -> None:
    texts = []
    for name, kind in (("SECRET-LAB", "partner"), ("OTHER", "independent")):
        folder = copied(tmp_path / name)
        evidence = folder / "evidence.yaml"
        text = evidence.read_text(encoding="utf-8")
        lab = "Middlebury Institute, Center on Terrorism, Extremism, and Counterterrorism"
        lab = f'{{name: "{lab}", kind: partner'
        assert lab in text
        hidden = f"{{name: {name}, audience: internal, kind: {kind}"
        evidence.write_text(text.replace(lab, hidden), encoding="utf-8")
        order = work_order(case(folder, EVES["xl"]), "xl")
        assert name in to_text(order, "internal", PLAIN)
        texts.append([to_text(order, "public", PLAIN), to_markdown(order, "public", PLAIN)])
    assert texts[0] == texts[1]
    assert "SECRET" not in "".join(texts[0])


def test_a_stage_that_is_out_does_not_go_once_more() -> None:
    order = work_order(case("templates/plans/heron", "2026-11-24"), "small")
    assert to_text(order, "internal", PLAIN).endswith("; then complete\n")


def test_an_unanswered_incident_and_signal_are_named(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "templates/plans/heron", tmp_path / "heron")
    path = folder / "release.yaml"
    text = path.read_text(encoding="utf-8")
    event = "events:\n  - {id: wave, date: 2026-05-20, kind: incident, text: Spam., stages: [medium]}"
    path.write_text(text.replace("events:", event, 1), encoding="utf-8")
    order = work_order(case(folder, "2026-08-16"), "large")
    for shown in (to_text(order, "internal", PLAIN), to_markdown(order, "internal", PLAIN)):
        (found,) = re.findall(r"found: (.*?)(?:- )?how:", " ".join(html.unescape(shown).split()))
        assert found.startswith("Something went wrong on a stage before large")
        assert "Incidents and leaks on record: wave; signals" in found


def test_a_criterion_is_told_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "release.yaml").write_text(
        """schema: release-plan/1
id: small
title: Small
stages: [{id: one, title: One, status: planned, dates: {planned: 2020-01-01}, criteria: [
  {id: watched, text: Somebody watches., written: 2019-01-01, verdict: hold,
   require: 'size(plan.mitigations) > 0'}]}]
""",
        encoding="utf-8",
    )
    order = work_order(case(tmp_path, "2019-06-01"), "one")
    assert "found: Somebody watches: not met" in to_text(order, "internal", PLAIN)
