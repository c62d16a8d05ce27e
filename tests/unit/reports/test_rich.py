"""Everything that a plan may say has its place on the page."""

from __future__ import annotations

import re
from types import ModuleType
from typing import Any

import html5lib
import pytest

from release.audience.project import project
from release.evidence.kind import kind_called, kinds
from release.reports.html import render_html
from release.reports.markdown import render_markdown
from release.reports.model import build, bundled
from release.reports.parts import Table, plain_text, told_once
from release.reports.words import read_words


def text_at(page: str, name: str) -> str:
    tree = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    found = next(each for each in tree.iter() if each.get("id") == name)
    text = " ".join(" ".join(found.itertext()).split())
    return re.sub(r" ([,.;:)])", r"\1", text).replace("( ", "(")


def page_of(sample: ModuleType, plan: dict[str, Any], audience: str = "internal", **changes: Any) -> str:
    return render_html(project(sample.judgement(plan, **changes), audience))


@pytest.fixture
def plan(sample: ModuleType) -> dict[str, Any]:
    found: dict[str, Any] = sample.plan()
    return found


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_answers_of_a_stage_stand_with_it_as_far_as_they_may_be_seen(
    sample: ModuleType, plan: dict[str, Any], audience: str
) -> None:
    view = project(sample.judgement(plan), audience)
    page, text = render_html(view), render_markdown(view)
    xl = text_at(page, "stage:xl")
    assert "Others can train it by now, so withholding it wins little. Answers replication" in xl
    assert "Date 2019-10-01 By Policy lead Mitigations" in xl
    assert 'href="#event:replication"' in page
    assert "Learned of 2019-08-23" in text_at(page, "event:replication")
    assert "Others can train it by now" in text
    for found in (page, text):
        assert ("Secret-answer" in found) == (audience == "internal")
        assert ("Secret-response" in found) == (audience == "internal")


def test_stages_tell_of_controls_withdrawal_checkpoints_and_plans(
    sample: ModuleType, plan: dict[str, Any]
) -> None:
    plan["stages"][0]["dates"]["withdrawn"] = "2019-03-01"
    plan["stages"][0]["access"]["controls"] = ["rate-limit", {"other": "a phone call"}]
    plan["stages"][0]["leak_plan"] = {"text": "Call the lead.", "tested": "2019-01-01"}
    plan["stages"][0]["artefacts"][0]["ref"] = {"source": "report", "at": "page 1", "quote": "not shown here"}
    plan["stages"][1]["observation"] = "unknown"
    plan["stages"][1]["access"] = "unknown"
    plan["stages"][2]["observation"] = {"days": "unknown"}
    plan["stages"][3]["rationale"] = "Because *it* is time."
    plan["variants"][0]["checkpoints"] = [{"name": "model.bin", "sha256": "cd" * 32}]
    plan["variants"][1]["training"] = "undisclosed"
    plan["variants"][2]["architecture"] = {"family": "other"}
    del plan["variants"][3]["architecture"]
    plan["variants"].append({"id": "spare", "title": "Spare", "parameters": "undisclosed"})
    page = page_of(sample, plan)
    small = text_at(page, "stage:small")
    assert "Withdrawn 2019-03-01" in small
    assert "Controls rate limit, a phone call" in small
    assert "Plan for a leak Call the lead." in small
    assert (
        "Paper of small, 2019-02-14 (Release Strategies and the Social Impacts of Language Models, page 1)"
        in small
    )
    assert "not shown here" not in small
    assert f"model.bin {'cd' * 32}" in small
    medium = text_at(page, "stage:medium")
    assert "Observation window, Access Unknown" in medium
    assert "Training Undisclosed" in medium
    assert "Observation window Unknown" in text_at(page, "stage:large")
    assert "Architecture other" in text_at(page, "stage:large")
    assert "Because it is time." in text_at(page, "stage:xl")
    assert "No stage that may be seen releases it. Parameters Undisclosed" in text_at(page, "variant:spare")


def test_hidden_stages_say_so(sample: ModuleType, plan: dict[str, Any]) -> None:
    plan["stages"][2]["audience"] = "internal"
    page = page_of(sample, plan, "public")
    assert "Only the verdict of this stage may be seen" in text_at(page, "stage:large")
    assert "Details are withheld" in text_at(page, "decision")
    plan["stages"][3]["dates"]["audience"] = "internal"
    assert "Status, Planned, " in text_at(page_of(sample, plan, "public"), "stage:xl")


def test_partners_tell_of_dates_and_agreements(sample: ModuleType, plan: dict[str, Any]) -> None:
    cornell = plan["partners"][0]
    cornell["agreement"] = {
        "kind": "licence",
        "signed": "2019-07-01",
        "ref": {"source": "report", "at": "annex"},
    }
    cornell["access"] = [
        {"stage": "large", "level": "downloadable", "from": "unknown", "until": "2019-12-31"}
    ]
    cornell["due"] = "2019-10-01"
    cornell["question"] = "undisclosed"
    text = text_at(page_of(sample, plan), "partner:cornell")
    assert "Undisclosed" in text
    assert (
        "licence, signed 2019-07-01 (Release Strategies and the Social Impacts of Language Models, annex)"
        in text
    )
    assert "large: Downloadable, from Unknown, until 2019-12-31" in text
    assert "Due 2019-10-01" in text
    plan["partners"][1]["agreement"] = {"kind": "handshake"}
    plan["partners"][1]["findings"] = []
    other = text_at(page_of(sample, plan), "partner:ctec")
    assert "Agreement handshake" in other
    assert "No finding is on record." in other


def test_facts_are_no_figures_and_a_digest_is_named_once(sample: ModuleType, plan: dict[str, Any]) -> None:
    item = plan["evidence"][1]
    item["data"]["sha256"] = "sha256:" + "ab" * 32
    item["results"] |= {
        "multiplicity": {"method": "none", "comparisons": 1},
        "equivalence": {"low": 0.1, "high": 0.2, "margin": 0.3, "p": 0.4},
        "regressions": {"reason": "one stage only", "n": 0, "method": "paired-t"},
    }
    page = page_of(sample, plan)
    text = text_at(page, "evidence:detection")
    assert "multiplicity" not in text
    assert "equivalence" not in text
    assert "refused: one stage only" in text
    assert "Refused" in text
    assert f"evidence/detection.csv sha256:{'ab' * 32}" in text
    assert "computed, with interval" in page


def test_evidence_tells_how_it_was_made(sample: ModuleType, plan: dict[str, Any]) -> None:
    item = plan["evidence"][1]
    item |= {"held_out": True, "pre_registered": True, "expires": "2020-01-01", "limitations": "unknown"}
    item["evaluator"] = {"name": "Somebody"}
    item["agreement"] = "mismatch"
    plan["evidence"][0]["pre_registered"] = "2019-01-01"
    plan["evidence"][2]["declared"] = []
    del plan["evidence"][2]["source"]
    page = page_of(sample, plan)
    text = text_at(page, "evidence:detection")
    assert "Declared figures contradicted" in text
    assert "Held out Yes Registered beforehand Yes" in text
    assert "Expires 2020-01-01" in text
    assert "Brought by Somebody" in text
    assert "Limitations Unknown" in text
    assert "Clusters 4" in text
    assert f"evidence/detection.csv sha256:{'ab' * 32}" in text
    assert "Registered beforehand 2019-01-01" in text_at(page, "evidence:credibility")
    forums = text_at(page, "evidence:forums")
    assert "No figure is given." in forums
    assert "Source, Brought by Not provided" in forums


def test_objections_with_and_without_answers(sample: ModuleType, plan: dict[str, Any]) -> None:
    plan["critiques"][0]["answer"] = {"text": "We asked for them.", "date": "2019-11-05", "by": "Lead"}
    plan["critiques"][1]["of"] = "finding:credible"
    plan["critiques"].append(
        {"id": "c3", "of": "criterion:partner-or-misuse", "text": "Vague.", "by": "r", "date": "2019-01-01"}
    )
    page = page_of(sample, plan)
    assert "Answer Lead, 2019-11-05 We asked for them." in text_at(page, "critique:n-missing")
    assert "Not answered." in text_at(page, "critique:of-secret")
    assert 'href="#finding:cornell:credible"' in page
    assert 'href="#criterion:xl:partner-or-misuse"' in page


def test_sources_tell_where_they_lie(sample: ModuleType, plan: dict[str, Any]) -> None:
    plan["sources"][0] |= {"archived": "evidence/report.pdf", "sha256": "ef" * 32, "supersedes": "nov-post"}
    text = text_at(page_of(sample, plan), "source:report")
    assert f"archived as evidence/report.pdf, sha256:{'ef' * 32}, supersedes GPT-2: 1.5B release" in text


def test_monitoring_thresholds_and_sources(sample: ModuleType, plan: dict[str, Any]) -> None:
    signal = plan["monitoring"][0]
    signal["threshold"] = {"rate": 0.5, "verdict": "no-go"}
    signal["source"] = [{"source": "report", "at": "4.2", "quote": "seen in forums"}, "own searches"]
    signal["observations"][0]["ref"] = {"source": "nov-post"}
    text = text_at(page_of(sample, plan), "monitoring:misuse")
    assert "from a rate of 0.5 on: No-go" in text
    assert "seen in forums; own searches" in text
    signal |= {"threshold": "unknown", "exposure": "unknown", "observations": []}
    other = text_at(page_of(sample, plan), "monitoring:misuse")
    assert "How much was looked at, Threshold Unknown" in other
    assert "No observation is on record." in other


def test_attestations_approvals_and_waivers(sample: ModuleType, plan: dict[str, Any]) -> None:
    plan["attestations"] = [
        {
            "id": "a1",
            "statement": "We read it.",
            "answer": "yes",
            "by": "Ada",
            "role": "reviewer",
            "on": "2019-10-01",
        },
        {"id": "a2", "answer": "unknown", "by": "Bob"},
    ]
    plan["waivers"][0]["approver"] = "unknown"
    text = text_at(page_of(sample, plan), "findings")
    assert "We read it.: yes, Ada, reviewer, 2019-10-01" in text
    assert "a2: Unknown, Bob" in text
    assert "Waived by Unknown from 2019-11-01" in text


def test_changes_of_levels_access_and_benefits(sample: ModuleType, plan: dict[str, Any]) -> None:
    plan["stages"][2]["access"]["level"] = "gradual"
    plan["benefits"][0]["assessments"].insert(
        0, {"stage": "large", "date": "2019-08-19", "magnitude": "high", "confidence": "low"}
    )
    plan["risks"][0]["assessments"][1]["likelihood"] = "remote"
    plan["risks"][1]["assessments"].insert(
        0, dict(plan["risks"][1]["assessments"][0], stage="large", severity="critical")
    )
    text = text_at(page_of(sample, plan), "changes")
    assert "Access 1558M weights Gradual Downloadable" in text
    assert "Magnitude Research on large language models High Moderate \u2193 lower" in text
    assert (
        "Likelihood Cheap disinformation at scale Remote (below 10 %) About even (33 to 66 %) \u2191 higher"
        in text
    )
    assert "Severity Extremist propaganda after fine-tuning Critical Severe \u2193 lower" in text
    page = page_of(sample, plan)
    assert "Remote (below 10 %); Serious" in text_at(page, "risks")


def test_limits_name_the_lock_and_the_reports_own_rules(sample: ModuleType, plan: dict[str, Any]) -> None:
    from dataclasses import replace

    judgement = sample.judgement(plan, lock_state="stale")
    finding = replace(
        judgement.found[2], rule="RP-1112", pack="partner-report", message="No benefit is named."
    )
    page = render_html(project(replace(judgement, found=(*judgement.found, finding, finding)), "internal"))
    text = text_at(page, "limits")
    assert "out of date" in text
    assert "No benefit is named. RP-1112" in text
    assert 'id="rule:RP-1112:evidence:credibility:2"' in page


@pytest.mark.parametrize("verdict", ["go", "hold", "no-go"])
@pytest.mark.parametrize("at_end", [False, True])
def test_every_verdict_has_its_sentence(
    sample: ModuleType, plan: dict[str, Any], verdict: str, *, at_end: bool
) -> None:
    from dataclasses import replace

    judgement = sample.judgement(plan)
    stages = tuple(
        replace(each, verdict=verdict, status="released" if at_end else each.status)
        for each in judgement.stages
    )
    page = render_html(project(replace(judgement, stages=stages, found=(), verdict=verdict), "public"))
    text = text_at(page, "decision")
    start = "1558M weights, the latest stage," if at_end else "1558M weights, planned for 2019-11-05,"
    assert start in text
    assert {"go": "Go", "hold": "Hold", "no-go": "No-go"}[verdict] in text
    assert ("The reasons are not shown to this audience." in text) == (verdict != "go")


def test_a_long_table_of_figures_is_folded(sample: ModuleType, plan: dict[str, Any]) -> None:
    plan["evidence"][0]["declared"] = [
        {
            "result": "mean",
            "by": {"stage": stage, "rater": f"r{number}"},
            "value": float(number),
            "low": float(number),
            "high": None if number == 1 else number + 0.5,
        }
        for stage in ("large", "xl")
        for number in range(7)
    ]
    page = page_of(sample, plan, "public")
    text = text_at(page, "evidence:credibility")
    assert "Declared by the source: 14 figures" in text
    assert "2 more series are in the table" in text
    assert "1.00 to ∞" in text


def test_charts_of_variants_events_in_bulk_and_odd_dates(sample: ModuleType, plan: dict[str, Any]) -> None:
    plan["evidence"][0]["declared"] = [
        {"result": "mean", "by": {"variant": name}, "value": value, "low": low, "high": 9.0}
        for name, value, low in (("355M", 6.0, None), ("774M", 6.0, 6.0), ("nobody", 1.0, 1.0))
    ]
    plan["events"] = [
        {
            "id": f"e{number}",
            "date": f"20{10 + number}-0{1 + number % 9}-01",
            "kind": "tool",
            "text": "*One* more.",
        }
        for number in range(9)
    ] + [{"id": "undated", "kind": "tool", "text": "When?"}]
    plan["evidence"][2]["stages"] = "unknown"
    plan["evidence"][3]["declared"] = []
    page = page_of(sample, plan)
    assert "9 events are marked by number" in text_at(page, "timeline")
    assert "Mean score by stage. medium 6.0, large 6.0." in text_at(page, "chart:credibility")
    assert "One more." in text_at(page, "changes") or "One more." in text_at(page, "stages")
    coverage = text_at(page, "evidence")
    assert "stages unknown" in coverage
    assert "no figure" in coverage


def test_nothing_to_draw_draws_nothing(sample: ModuleType, plan: dict[str, Any]) -> None:
    for stage in plan["stages"]:
        stage["dates"] = {}
    plan["evidence"] = []
    plan["risks"] = []
    page = page_of(sample, plan, "public", stages=())
    assert 'id="timeline"' not in page
    assert 'id="coverage"' not in page
    assert "The plan has no stage to decide on." in page


def test_every_figure_has_a_name_for_people_in_both_languages() -> None:
    for language in ("en", "de"):
        words = read_words(language)
        nameless = [
            f"{kind}: {spec.name}"
            for kind in kinds()
            for spec in kind_called(kind).results
            if f"result.{spec.name}" not in words.table
        ]
        assert nameless == []


def test_what_every_row_says_alike_is_said_once_and_nothing_else_is_left_out() -> None:
    words = read_words("en")
    rows = tuple((plain_text(a), plain_text(b), plain_text(c)) for a, b, c in ("1xp", "2xq", "3xq"))
    table = told_once(words, Table("t", ("A", "B", "C"), rows, numeric=(2,)))
    assert table.head == ("A", "C")
    assert table.numeric == (1,)
    assert [[cell[0].text for cell in row] for row in table.rows] == [["1", "p"], ["2", "q"], ["3", "q"]]
    assert "".join(part.text for part in table.note) == "The same in every row: B: x."
    assert told_once(words, Table("t", ("A", "B", "C"), rows[:1])).note == ()
    assert told_once(words, Table("t", ("A", "B", "C"), rows), fixed=(0, 1)).note == ()


def test_findings_of_one_rule_and_one_reason_stand_together(sample: ModuleType, plan: dict[str, Any]) -> None:
    report = build(project(sample.judgement(plan), "internal"), read_words("en"))
    for _, entries in report.findings:
        bundles = bundled(entries)
        assert sorted(each.anchor for one in bundles for each in one) == sorted(e.anchor for e in entries)
        for one in bundles:
            assert len({(each.finding.rule, each.finding.status, each.finding.fix) for each in one}) == 1
