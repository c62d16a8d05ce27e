"""The page: self-contained, readable, cited, the same every time, and inert whatever stands in a plan."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import html5lib
import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release.audience.project import project
from release.audience.view import AudienceView
from release.reports.html import SECTIONS, embedded_json, render_html
from release.reports.model import build
from release.reports.twin import render_json, report_json, report_schema
from release.reports.words import UnknownLanguage, Words, languages, read_words

ROOT = Path(__file__).resolve().parents[3]
AUDIENCES = ("public", "partner:cornell", "internal")


@cache
def parsed(page: str) -> Any:
    tree = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    for each in tree.iter():
        if isinstance(each.tag, str):
            each.tag = each.tag.rpartition("}")[2]
    return tree


def elements(page: str) -> Iterator[Any]:
    return (each for each in parsed(page).iter() if isinstance(each.tag, str))


def text_of(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


@pytest.fixture(scope="module")
def views(sample: ModuleType) -> dict[str, AudienceView]:
    return {audience: project(sample.judgement(), audience) for audience in AUDIENCES}


@pytest.fixture(scope="module")
def pages(views: Mapping[str, AudienceView]) -> dict[str, str]:
    return {audience: render_html(view) for audience, view in views.items()}


def one(page: str, wanted: str) -> Any:
    found = [each for each in elements(page) if each.get("id") == wanted]
    assert len(found) == 1, wanted
    return found[0]


class TestPage:
    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_every_section_is_there_and_in_the_contents(
        self, pages: Mapping[str, str], audience: str
    ) -> None:
        ids = [each.get("id") for each in elements(pages[audience]) if each.tag == "section"]
        assert tuple(ids) == SECTIONS
        nav = next(each for each in elements(pages[audience]) if each.tag == "nav")
        assert [each.get("href") for each in nav.iter("a")] == [f"#{name}" for name in SECTIONS]

    def test_the_first_section_tells_the_decision_and_why(self, pages: Mapping[str, str]) -> None:
        text = text_of(one(pages["public"], "decision"))
        assert "Hold 1558M weights, planned for 2019-11-05, is to wait as of 2019-11-04." in text
        assert "SR-117 Fails" in text
        assert "2 findings fail 2 answers are unknown 1 finding is waived" in text
        assert re.search(r"\d+ facts are not provided", text)

    def test_the_head_names_plan_audience_and_date(self, pages: Mapping[str, str]) -> None:
        header = text_of(next(each for each in elements(pages["partner:cornell"]) if each.tag == "header"))
        assert "GPT-2, released by size" in header
        assert "Written for partner Cornell University" in header
        assert "As of 2019-11-04" in header

    def test_likelihood_words_stand_beside_their_ranges(self, pages: Mapping[str, str]) -> None:
        text = text_of(one(pages["public"], "risk:disinformation"))
        assert "Unlikely 10 to 33 %" in text
        assert "About even 33 to 66 %" in text

    def test_unknown_and_not_provided_are_told_apart(self, pages: Mapping[str, str]) -> None:
        stage = text_of(one(pages["public"], "stage:xl"))
        assert "Plan for a leak Unknown" in stage
        assert "Plan for a withdrawal Not provided" in stage
        assert "Training compute (FLOP) Undisclosed" in stage

    def test_figures_show_interval_n_and_provenance_or_that_they_lack_them(
        self, pages: Mapping[str, str]
    ) -> None:
        declared = text_of(one(pages["public"], "evidence:credibility"))
        assert "Declared" in declared
        same = "The same in every row: Result: Mean score; Interval: not available; n: not given; "
        assert f"{same}Method: as declared." in declared
        assert re.search(r"stage xl 6\.91 (stage|from|source|Source)", declared), declared
        computed = text_of(one(pages["public"], "evidence:detection"))
        assert "Computed Declared figures confirmed" in computed
        assert "0.7431 0.7344 to 0.7516 10 000" in computed
        assert "Result: Accuracy; Method: Wilson." in computed

    def test_evidence_links_to_its_source_and_to_where_it_is_used(self, pages: Mapping[str, str]) -> None:
        item = one(pages["public"], "evidence:credibility")
        hrefs = {each.get("href") for each in item.iter("a")}
        assert {"#source:nov-post", "#risk:disinformation", "#finding:cornell:credible"} <= hrefs
        assert "Humans find GPT-2 outputs convincing" in text_of(item)

    def test_a_waiver_stands_at_its_rule(self, pages: Mapping[str, str]) -> None:
        text = text_of(one(pages["public"], "rule:SR-106:stage:xl"))
        assert "Waived by Release board from 2019-11-01 until 2019-12-31" in text
        assert "The record is historical." in text

    def test_limits_say_what_is_withheld_but_not_to_insiders(self, pages: Mapping[str, str]) -> None:
        assert "items are withheld from this audience" in text_of(one(pages["public"], "limits"))
        assert "withheld" not in text_of(one(pages["internal"], "limits"))
        assert "object without a known date was left out" in text_of(one(pages["internal"], "limits"))

    def test_insiders_alone_see_places_and_notes(self, pages: Mapping[str, str]) -> None:
        assert "release.yaml:" in pages["internal"]
        assert "Secret-note-plan" in pages["internal"]
        assert "release.yaml" not in pages["public"]
        assert "Secret" not in pages["public"]

    def test_links_that_are_not_web_addresses_stay_text(self, pages: Mapping[str, str]) -> None:
        item = one(pages["public"], "source:dataset")
        assert "javascript:alert(1)" in text_of(item)
        assert [each.get("href") for each in item.iter("a")] == ["#source:dataset"]

    def test_an_empty_plan_still_has_every_section_and_limits(self, sample: ModuleType) -> None:
        plan = {"id": "p", "title": "Empty", "stages": [], "defaults": {"audience": "public"}}
        page = render_html(project(sample.judgement(plan, next_stage=None), "public"))
        assert "The plan has no stage to decide on." in page
        assert text_of(one(page, "limits"))
        assert "There is no earlier stage to compare with." in page


class TestSelfContained:
    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_nothing_is_fetched_and_no_script_runs(self, pages: Mapping[str, str], audience: str) -> None:
        page = pages[audience]
        for each in elements(page):
            assert each.tag not in {"link", "img", "iframe", "object", "embed", "base", "form", "input"}
            assert not any(
                name.startswith("on") or name in {"src", "srcset", "style"} for name in each.attrib
            )
            if each.tag == "script":
                assert each.get("type") == "application/json"
        assert "url(" not in page
        assert "@import" not in page
        policy = next(each for each in elements(page) if each.get("http-equiv") == "Content-Security-Policy")
        assert policy.get("content").startswith(
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        )

    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_links_lead_somewhere_and_no_place_is_left_unlinked(
        self, pages: Mapping[str, str], audience: str
    ) -> None:
        ids = Counter(each.get("id") for each in elements(pages[audience]) if each.get("id"))
        assert [name for name, count in ids.items() if count > 1] == []
        targets = set()
        for each in elements(pages[audience]):
            href = each.get("href")
            if href is not None:
                assert each.tag == "a"
                assert href.startswith(("#", "https://", "mailto:")), href
                targets.add(href.removeprefix("#")) if href.startswith("#") else None
            targets.update((each.get("aria-labelledby") or "").split())
        assert targets - set(ids) == set(), "dead links"
        own = {name for name in ids if not name.startswith(("chart:", "findings:"))}
        assert own - targets - {"report-data", "timeline", "coverage", "risk-matrix"} == set(), "orphans"

    def test_headings_go_down_one_level_at_a_time(self, pages: Mapping[str, str]) -> None:
        levels = [
            int(each.tag[1]) for each in elements(pages["internal"]) if re.fullmatch(r"h[1-6]", each.tag)
        ]
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))

    def test_tables_have_captions_and_header_cells(self, pages: Mapping[str, str]) -> None:
        tables = [each for each in elements(pages["internal"]) if each.tag == "table"]
        assert len(tables) > 8
        for table in tables:
            assert text_of(table.find("caption"))
            assert all(each.get("scope") == "col" for each in table.find("thead").iter("th"))
            for row in table.find("tbody").iter("tr"):
                assert len([each for each in row if each.tag == "th" and each.get("scope") == "row"]) == 1

    def test_the_template_of_nothing_marks_input_as_safe(self) -> None:
        folder = ROOT / "templates/reports/html"
        for file in sorted(folder.iterdir()):
            text = file.read_text(encoding="utf-8")
            assert not re.search(r"\|\s*safe|autoescape|Markup", text), file.name

    def test_anchors_do_not_move_when_something_unrelated_is_added(
        self, sample: ModuleType, pages: Mapping[str, str]
    ) -> None:
        plan = sample.plan()
        plan["events"].insert(0, {"id": "new", "date": "2019-01-01", "kind": "tool", "text": "New."})
        plan["benefits"].insert(0, {"id": "new", "title": "New", "assessments": []})
        other = render_html(project(sample.judgement(plan), "public"))
        before = {each.get("id") for each in elements(pages["public"])}
        after = {each.get("id") for each in elements(other)}
        assert before - after == set()
        assert {"event:new", "benefit:new"} <= after - before


class TestTwin:
    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_the_page_holds_the_same_for_programs(
        self, pages: Mapping[str, str], views: Mapping[str, AudienceView], audience: str
    ) -> None:
        block = one(pages[audience], "report-data")
        twin = json.loads(block.text)
        assert twin == report_json(build(views[audience], read_words("en")))
        assert twin == json.loads(render_json(views[audience]))
        jsonschema.Draft202012Validator.check_schema(report_schema())
        jsonschema.validate(twin, report_schema())

    def test_figures_carry_what_the_tables_print(self, pages: Mapping[str, str]) -> None:
        twin = json.loads(one(pages["public"], "report-data").text)
        found = [
            each for each in twin["figures"] if each["by"] == {"stage": "xl", "sampling": "temperature_1"}
        ]
        assert [(each["value"], each.get("low"), each["provenance"]) for each in found] == [
            (0.7431, 0.7344, "computed"),
            (0.7431, None, "declared"),
        ]
        assert len({each["id"] for each in twin["figures"]}) == len(twin["figures"])

    def test_nothing_in_it_closes_the_script(self) -> None:
        text = str(embedded_json({"a": "</script><!--&\u2028"}))
        assert not set("<>&\u2028") & set(text)
        assert json.loads(text) == {"a": "</script><!--&\u2028"}

    def test_the_schema_refuses_what_a_view_does_not_have(self, views: Mapping[str, AudienceView]) -> None:
        twin = report_json(build(views["public"], read_words("en")))
        twin["content"]["risks"][0]["secret"] = "x"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(twin, report_schema())


class TestCharts:
    def test_each_chart_says_what_it_shows_and_has_its_table(self, pages: Mapping[str, str]) -> None:
        figures = [each for each in elements(pages["public"]) if each.tag == "figure"]
        assert {each.get("id") for each in figures} == {
            *("timeline", "risk-matrix", "coverage", "chart:credibility", "chart:detection")
        }
        for figure in figures:
            svg = next(each for each in figure.iter("svg") if each.get("role") == "img")
            assert text_of(svg.find("title"))
            assert text_of(svg.find("desc"))
            assert len(list(svg)) > 8

    def test_descriptions_tell_the_finding(self, pages: Mapping[str, str]) -> None:
        desc = text_of(one(pages["public"], "chart:credibility:desc"))
        assert desc == "Mean score by stage. medium 6.07, large 6.72, xl 6.91."
        assert "2 of 2 risks have both levels" in text_of(one(pages["public"], "risk-matrix:desc"))

    def test_intervals_are_drawn_and_their_absence_too(self, pages: Mapping[str, str]) -> None:
        lines = [
            each
            for each in one(pages["public"], "chart:detection").iter("line")
            if each.get("stroke-width") == "2"
        ]
        assert len(lines) == 3 * 8 + 1
        hollow = [
            each
            for each in one(pages["public"], "chart:credibility").iter("circle")
            if each.get("fill") == "#ffffff"
        ]
        assert len(hollow) == 4

    def test_no_risk_is_placed_on_a_matrix_without_levels(self, sample: ModuleType) -> None:
        plan = sample.plan()
        for risk in plan["risks"]:
            for assessment in risk["assessments"]:
                assessment["likelihood"] = "unknown"
        page = render_html(project(sample.judgement(plan), "public"))
        assert "none can be placed on the matrix" in page
        assert 'id="risk-matrix"' not in page


class TestSameEveryTime:
    def test_hash_seed_time_zone_and_folder_change_nothing(self, tmp_path: Path) -> None:
        sample = ROOT / "tests/unit/audience/sample.py"
        script = "\n".join(
            (
                "import importlib.util, sys",
                f"spec = importlib.util.spec_from_file_location('s', {str(sample)!r})",
                "sample = sys.modules['s'] = importlib.util.module_from_spec(spec)",
                "spec.loader.exec_module(sample)",
                "from release.audience.project import project",
                "from release.reports.html import render_html",
                "page = render_html(project(sample.judgement(path=sys.argv[1]), 'public'))",
                "sys.stdout.buffer.write(page.encode())",
            )
        )
        outputs = set()
        for seed, zone, path in (("1", "UTC", "a"), ("2", "Asia/Tokyo", "b/c")):
            environment = {
                **os.environ,
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "PYTHONPATH": str(ROOT),
                "LC_ALL": "C",
            }
            result = subprocess.run(
                [sys.executable, "-c", script, path],
                capture_output=True,
                check=True,
                env=environment,
                cwd=tmp_path,
            )
            outputs.add(result.stdout)
        assert len(outputs) == 1
        assert next(iter(outputs)).startswith(b"<!doctype html>")

    def test_insiders_places_do_not_tell_where_the_plan_lies(self, sample: ModuleType) -> None:
        def moved(folder: str) -> str:
            judgement = sample.judgement(path=folder)
            findings = tuple(
                replace(each, at=replace(each.at, file=f"{folder}/release.yaml"))
                for each in judgement.findings
            )
            return render_html(project(replace(judgement, found=findings), "internal"))

        assert moved("a/gpt-2") == moved("/somewhere/else")

    def test_it_is_quick(self, views: Mapping[str, AudienceView]) -> None:
        render_html(views["internal"])
        start = time.perf_counter()
        render_html(views["internal"])
        assert time.perf_counter() - start < 3

    @given(st.integers(0, 2**31))
    @settings(max_examples=15)
    def test_what_is_hidden_changes_no_byte(self, number: int) -> None:
        sample = sys.modules["staged_release_sample"]
        plan = sample.plan()
        risk, item, event = plan["risks"][2], plan["evidence"][3], plan["events"][2]
        risk["title"] = risk["description"] = risk["owner"] = f"risk {number}" * (number % 7)
        item["claim"] = item["limitations"] = f"claim {number}"
        item["declared"][0]["value"] = float(number)
        event["text"], event["date"] = f"event {number}", f"{1950 + number % 60}-01-01"
        plan["notes"] = f"note {number}"
        page = render_html(project(sample.judgement(plan), "public"))
        assert page == render_html(project(sample.judgement(), "public"))


class TestLanguages:
    def test_every_key_is_used_and_every_used_key_exists(self) -> None:
        table = read_words("en").table
        sources = [*(ROOT / "templates/reports/html").iterdir(), *(ROOT / "release/reports").rglob("*.py")]
        code = "\n".join(each.read_text(encoding="utf-8") for each in sources if each.is_file())
        used = set(re.findall(r"""["']([a-z_-]+(?:\.[a-z_-]+)*)""", code))
        for key in table:
            parts = key.split(".")
            assert any(".".join(parts[:most]) in used for most in range(1, len(parts) + 1)), key

    def test_other_languages_have_the_same_keys_and_blanks(self) -> None:
        english = read_words("en").table
        for name in languages():
            other = read_words(name).table
            assert set(other) == set(english), name
            for key, text in english.items():
                assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", other[key])), (
                    name,
                    key,
                )

    def test_no_phrase_of_ours_is_outside_the_words(
        self, sample: ModuleType, views: Mapping[str, AudienceView]
    ) -> None:
        english = read_words("en")
        strange = Words(
            "en-XA",
            {
                key: re.sub(r"(?<![{\w])([A-Za-z])(?![^{]*\})", r"⟦\1", text)
                for key, text in english.table.items()
            },
        )
        page = render_html(views["internal"], words=strange)
        assert parsed(page).get("lang") == "en-XA"
        own = {" ".join(each.split()) for each in sample.strings(sample.plan())}
        heads = [
            text_of(each)
            for each in elements(page)
            if each.tag in {"h2", "th", "dt", "caption", "summary", "label"}
        ]
        assert len(heads) > 100
        for text in heads:
            assert (
                "⟦" in text
                or not re.search("[A-Za-z]", text)
                or any(text in each or each in text for each in own)
            ), text

    def test_an_unknown_language_is_refused_with_those_there_are(
        self, views: Mapping[str, AudienceView]
    ) -> None:
        for lang in ("tlh", "../en", "en/../en", ""):
            with pytest.raises(UnknownLanguage) as caught:
                render_html(views["public"], lang=lang)
            assert "en" in caught.value.known


class TestTemplatesOfOthers:
    def test_a_template_can_be_replaced(self, views: Mapping[str, AudienceView]) -> None:
        own = {"limits.html.j2": "<p>Own: {{ view.title }} {{ report.limits|length }}</p>"}
        page = render_html(views["public"], templates=own.get)
        assert "Own: GPT-2, released by size" in text_of(one(page, "limits"))

    def test_it_cannot_leave_the_sandbox_and_its_values_are_escaped(
        self, views: Mapping[str, AudienceView]
    ) -> None:
        from jinja2 import UndefinedError
        from jinja2.exceptions import SecurityError

        with pytest.raises((SecurityError, UndefinedError)):
            render_html(views["public"], templates={"limits.html.j2": "{{ view.__class__.__mro__ }}"}.get)
        with pytest.raises(UndefinedError):
            render_html(views["public"], templates={"limits.html.j2": "{{ nothing_such }}"}.get)
        page = render_html(views["public"], templates={"limits.html.j2": "{{ '<b>' ~ '</b>' }}"}.get)
        assert "&lt;b&gt;&lt;/b&gt;" in page
