"""What an audience may see, and that nothing else can change a byte of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import fields, replace
from itertools import pairwise
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.audience import items, items_evidence
from release.audience.check_view import check_view
from release.audience.copying import Item
from release.audience.project import project
from release.audience.scales import LIKELIHOODS, likelihood
from release.audience.view import AudienceView, plain
from release.base.labels import INTERNAL, label_of
from release.formats._format import FormatOptions
from release.formats.json import render as render_json
from release.formats.text import render as render_text

AUDIENCES = ("public", "partner:cornell", "partner:ctec", "partner:nobody")


def seen(view: AudienceView) -> str:
    return json.dumps(plain(view), sort_keys=True, ensure_ascii=False)


def every_output(judgement: Any, audience: str) -> str:
    checked = check_view([judgement], audience)
    options = FormatOptions(version="1")
    return "\n".join(
        (seen(project(judgement, audience)), render_json(checked, options), render_text(checked, options))
    )


class TestWhatIsShown:
    def test_insiders_see_everything_and_nothing_is_withheld(self, sample: ModuleType) -> None:
        judgement = sample.judgement()
        view = project(judgement, "internal")
        assert view.withheld == 0
        assert view.findings == judgement.findings
        assert view.digest == judgement.digest
        assert view.summary.evaluations == 40
        assert view.undated == 1
        assert {each.id for each in view.content.risks} == {"disinformation", "extremism", "state-actor"}
        assert view.content.notes == "Secret-note-plan"
        assert view.content.stages[3].criteria[0].require == "size(stage.evidence) > 0"

    def test_the_public_sees_what_is_labelled_public(self, sample: ModuleType) -> None:
        view = project(sample.judgement(), "public")
        assert {each.id for each in view.content.risks} == {"disinformation", "extremism"}
        assert {each.id for each in view.content.evidence} == {"credibility", "detection", "forums"}
        assert [each.id for each in view.content.partners[0].findings] == ["credible"]
        assert view.content.stages[3].criteria[0].require == ""
        assert view.texts == {}
        assert view.undated == 0

    def test_a_partner_sees_what_names_it_and_not_what_names_another(self, sample: ModuleType) -> None:
        cornell = project(sample.judgement(), "partner:cornell")
        assert [each.id for each in cornell.content.partners[0].findings] == ["credible", "draft-note"]
        assert [each.id for each in cornell.content.mitigations] == ["staged", "detector", "secret-watch"]
        assert "CTEC-only" not in seen(cornell)
        ctec = project(sample.judgement(), "partner:ctec")
        assert "CTEC-only" in seen(ctec)
        assert "Cornell-only" not in seen(ctec)

    def test_references_to_hidden_objects_vanish(self, sample: ModuleType) -> None:
        risk = project(sample.judgement(), "public").content.risks[0]
        assert [each.id for each in risk.actors] == ["low-skilled"]
        assessment = risk.assessments[-1]
        assert assessment.evidence is not None
        assert [each.id for each in assessment.evidence.supporting] == ["credibility"]
        internal = project(sample.judgement(), "internal").content.risks[0].assessments[-1]
        assert internal.evidence is not None
        assert [each.id for each in internal.evidence.supporting] == ["credibility", "internal-probe"]

    def test_critiques_and_waivers_of_hidden_objects_are_withheld_whole(self, sample: ModuleType) -> None:
        view = project(sample.judgement(), "public")
        assert [each.id for each in view.content.critiques] == ["n-missing"]
        assert [each.rule for each in view.content.waivers] == ["SR-106"]
        assert "Secret-approver" not in seen(view)

    def test_a_hidden_waiver_leaves_the_finding_as_it_was(self, sample: ModuleType) -> None:
        view = project(sample.judgement(), "public")
        status = {each.rule: (each.status, each.waiver is not None) for each in view.findings}
        assert status["SR-106"] == ("waived", True)
        assert status["SR-123"] == ("unknown", False)

    def test_a_source_that_is_hidden_takes_its_quotation_along(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["sources"][1]["audience"] = "internal"
        view = project(sample.judgement(plan), "public")
        assert view.content.evidence[0].source is None
        assert "Humans find" not in seen(view)

    def test_a_label_on_a_reference_hides_its_place_and_quotation(self, sample: ModuleType) -> None:
        plan = sample.plan()
        shown = project(sample.judgement(), "public")
        node = next(each for each in plan["evidence"] if each["id"] == shown.content.evidence[0].id)
        node["source"] = {**node["source"], "quote": "Secret-quote", "audience": "internal"}
        view = project(sample.judgement(plan), "public")
        assert view.content.evidence[0].source is None
        assert "Secret-quote" not in seen(view)
        assert view.withheld > shown.withheld

    def test_findings_of_outsiders_have_no_places(self, sample: ModuleType) -> None:
        view = project(sample.judgement(), "public")
        assert view.findings
        for finding in view.findings:
            assert (finding.at.line, finding.at.column, finding.pointer) == (1, 1, "")
            assert finding.at.file == "gpt-2"

    def test_counts_are_those_of_what_is_seen(self, sample: ModuleType) -> None:
        counts = project(sample.judgement(), "public").summary
        assert (counts.passed, counts.failed, counts.unknown, counts.waived) == (20, 2, 2, 1)
        assert counts.evaluations == counts.passed + counts.failed + counts.unknown + counts.waived

    def test_a_hidden_stage_keeps_id_and_verdict_only(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["stages"][2]["audience"] = "internal"
        view = project(sample.judgement(plan), "public")
        stage = view.stage("large")
        assert (stage.title, stage.verdict, stage.status, stage.date, stage.shown) == (
            "large",
            "hold",
            "withheld",
            None,
            False,
        )
        assert "774M weights" not in seen(view)
        assert view.next_stage == "xl"

    def test_hidden_dates_hide_the_status(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["stages"][3]["dates"]["audience"] = "internal"
        view = project(sample.judgement(plan), "public")
        assert view.stage("xl").status == "withheld"
        assert "2019-11-05" not in json.dumps(plain(view.stages))

    def test_packs_and_parameters_of_hidden_evidence_are_not_listed(self, sample: ModuleType) -> None:
        view = project(sample.judgement(), "public")
        assert [each.id for each in view.packs] == ["staged-release"]
        assert [each.name for each in view.params] == ["staged-release.min_days"]
        assert len(project(sample.judgement(), "internal").packs) == 2

    def test_an_unlabelled_plan_shows_others_only_ids_and_verdicts(self, sample: ModuleType) -> None:
        plan = sample.plan()
        del plan["defaults"]
        view = project(sample.judgement(plan), "public")
        assert view.developer == ""
        assert view.content.summary == ""
        assert view.content.risks == ()
        assert [stage.id for stage in view.stages] == ["small", "medium", "large", "xl"]
        assert view.withheld > 30

    def test_unknown_words_are_kept_apart_from_what_is_absent(self, sample: ModuleType) -> None:
        view = project(sample.judgement(), "public")
        assert view.content.stages[3].word("leak_plan") == "unknown"
        assert view.content.stages[3].word("withdrawal_plan") == ""
        assert view.content.variants[0].training is not None
        assert view.content.variants[0].training.word("compute_flop") == "undisclosed"


class TestFigures:
    def test_slices_of_hidden_variants_are_withheld(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["variants"][3]["audience"] = "internal"
        plan["evidence"][0]["declared"] += [
            {"result": "mean", "by": {"variant": "1558M"}, "value": 1.5},
            {"result": "mean", "by": {"detector": "1542M"}, "value": 2.5},
            {"result": "mean", "by": {"variant": "774M"}, "value": 3.5},
        ]
        view = project(sample.judgement(plan), "public")
        values = [each.value for each in view.content.evidence[0].declared]
        assert values == [6.07, 6.72, 6.91, 3.5]
        assert [each.id for each in view.content.stages[3].variants] == []
        assert [
            each.value for each in project(sample.judgement(plan), "internal").content.evidence[0].declared
        ][3:] == [1.5, 2.5, 3.5]

    def test_a_reason_that_names_a_hidden_variant_is_withheld(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["variants"][3]["audience"] = "internal"
        plan["evidence"][1]["results"] |= {
            "tpr": {"reason": "the reference '1558M' has no rows", "n": 0},
            "fpr": {"reason": "no `fpr` is given", "n": 0},
        }
        found = {
            audience: {
                each.result: (each.reason, each.refused)
                for each in project(sample.judgement(plan), audience).content.evidence[1].figures
                if not each.by
            }
            for audience in ("public", "internal")
        }
        assert found["internal"]["tpr"] == ("the reference '1558M' has no rows", True)
        assert found["public"]["tpr"] == ("", False)
        assert found["public"]["fpr"] == ("no `fpr` is given", True)

    def test_an_alias_of_a_visible_variant_can_be_named(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["evidence"][0]["declared"].append({"result": "mean", "by": {"variant": "117M"}, "value": 1.5})
        assert len(project(sample.judgement(plan), "public").content.evidence[0].declared) == 4

    def test_computed_figures_rest_on_their_data(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["evidence"][1]["data"]["audience"] = "internal"
        item = project(sample.judgement(plan), "public").content.evidence[1]
        assert item.figures == ()
        assert item.agreement == ""
        assert item.counts == ()
        assert item.data is None
        assert len(item.declared) == 2
        assert len(project(sample.judgement(plan), "internal").content.evidence[1].figures) == 9

    def test_hidden_declared_figures_are_counted(self, sample: ModuleType) -> None:
        plan = sample.plan()
        before = project(sample.judgement(plan), "public").withheld
        plan["evidence"][0]["declared"][2]["audience"] = "internal"
        view = project(sample.judgement(plan), "public")
        assert len(view.content.evidence[0].declared) == 2
        assert view.withheld == before + 1


class TestAllowList:
    def test_a_field_that_nobody_declared_is_not_taken(self, sample: ModuleType) -> None:
        judgement = sample.judgement()
        tree = copy.deepcopy(dict(judgement.facts))
        for section in ("risks", "stages", "evidence", "partners", "events"):
            for node in tree[section]:
                node["brand_new_field"] = "canary-of-a-new-field"
        tree["brand_new_section"] = [{"$at": "/brand_new_section/0", "id": "canary-of-a-new-field"}]
        for audience in (*AUDIENCES, "internal"):
            assert "canary-of-a-new-field" not in seen(project(replace(judgement, facts=tree), audience))

    def test_every_class_declares_how_each_field_is_taken(self) -> None:
        classes = [
            cls
            for module in (items, items_evidence)
            for cls in vars(module).values()
            if isinstance(cls, type) and issubclass(cls, Item) and cls is not Item
        ]
        assert len(classes) > 30
        for cls in classes:
            own = [each for each in fields(cls) if each.name not in {"words", "notes"}]
            assert all("copy" in each.metadata or "make" in each.metadata for each in own), cls


def _is_hidden(node: Any, audience: str) -> bool:
    return (
        isinstance(node, Mapping)
        and "audience" in node
        and not label_of(node["audience"]).visible_to(audience)
    )


def _changed(plan: dict[str, Any], audience: str, change: Any) -> dict[str, Any]:
    def walk(node: Any, *, hidden: bool) -> Any:
        if isinstance(node, list):
            return [walk(each, hidden=hidden or _is_hidden(each, audience)) for each in node]
        if isinstance(node, Mapping):
            under = hidden or _is_hidden(node, audience)
            return {
                name: each
                if name in {"audience", "stage", "kind", "source"}
                else walk(each, hidden=under or name == "notes")
                for name, each in node.items()
            }
        return change(node) if hidden else node

    found: dict[str, Any] = walk(plan, hidden=False)
    return found


def _hidden_ids(plan: dict[str, Any], audience: str) -> dict[str, str]:
    found = {}
    for section, nodes in plan.items():
        for node in nodes if isinstance(nodes, list) else ():
            if _is_hidden(node, audience) and "id" in node and section != "stages":
                found[node["id"]] = f"renamed-{section}-{len(found)}"
    return found


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, list):
        return [_renamed(each, names) for each in node]
    if isinstance(node, Mapping):
        return {name: _renamed(each, names) for name, each in node.items()}
    if isinstance(node, str):
        kind, colon, identity = node.partition(":")
        if colon and identity in names:
            return f"{kind}:{names[identity]}"
        return names.get(node, node)
    return node


class TestNonInterference:
    @pytest.mark.parametrize("audience", AUDIENCES)
    @given(data=st.data())
    def test_text_and_figures_that_are_hidden_change_nothing(
        self, data: st.DataObject, audience: str
    ) -> None:
        sample = _sample()
        words = st.text(min_size=0, max_size=30)

        def change(value: Any) -> Any:
            if isinstance(value, bool) or value in ("unknown", "undisclosed"):
                return value
            if isinstance(value, int | float):
                return data.draw(st.floats(allow_nan=False, allow_infinity=False))
            drawn = data.draw(words)
            return f"x{drawn}"

        written = sample.plan()
        ids = _hidden_ids(written, audience)
        other = _renamed(
            _changed(_renamed(written, {}), audience, lambda each: each if each in ids else change(each)), ids
        )
        assert other != written
        assert every_output(sample.judgement(written), audience) == every_output(
            _like(sample, other, ids), audience
        )

    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_hidden_strings_do_not_occur(self, audience: str) -> None:
        sample = _sample()
        written = sample.plan()
        marks: list[str] = []

        def change(value: Any) -> Any:
            if isinstance(value, str) and value not in ("unknown", "undisclosed"):
                marks.append(f"canary-{len(marks)}-canary")
                return marks[-1]
            return value

        ids = _hidden_ids(written, audience)
        canaries = {name: f"canary-id-{name}" for name in ids}
        other = _renamed(
            _changed(written, audience, lambda each: each if each in ids else change(each)), canaries
        )
        found = every_output(_like(sample, other, canaries), audience)
        assert len(marks) > 20
        assert "canary" not in found
        internal = every_output(_like(sample, other, canaries), "internal")
        assert sum(mark in internal for mark in marks) > len(marks) / 2


def _sample() -> ModuleType:
    import sys

    return sys.modules["staged_release_sample"]


def _like(sample: ModuleType, written: dict[str, Any], ids: Mapping[str, str]) -> Any:
    """Return the judgement of a changed plan, with the findings of hidden objects changed alike."""
    judgement = sample.judgement(written)
    found = tuple(
        replace(
            each,
            message=f"changed {each.message}",
            object=_renamed(each.object, ids),
            at=replace(each.at, line=each.at.line + 40),
        )
        if each.label == INTERNAL
        else replace(each, at=replace(each.at, line=each.at.line + 7), pointer=each.pointer + "/moved")
        for each in judgement.findings
    )
    return replace(
        judgement, found=found, lock_state="stale", lock_digest="other", texts={}, digest="sha256:9"
    )


@pytest.fixture(autouse=True)
def _loaded(sample: ModuleType) -> None:
    assert sample.__name__ == "staged_release_sample"


class TestDigest:
    def test_the_digest_is_that_of_what_is_seen(self, sample: ModuleType) -> None:
        first = project(sample.judgement(), "public")
        elsewhere = project(sample.judgement(path="somewhere/else"), "public")
        assert first.digest == elsewhere.digest
        plan = sample.plan()
        plan["title"] = "Another title"
        assert project(sample.judgement(plan), "public").digest != first.digest
        assert project(sample.judgement(), "partner:cornell").digest != first.digest

    def test_large_whole_numbers_have_a_digest(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["variants"][0]["parameters"] = 2**60
        assert project(sample.judgement(plan), "public").digest.startswith("sha256:")


class TestCheckView:
    def test_outsiders_get_the_view_and_one_total(self, sample: ModuleType) -> None:
        judgement = sample.judgement()
        found = check_view([judgement], "public")
        view = project(judgement, "public")
        assert found.plans[0].withheld == view.withheld
        assert found.plans[0].digest == view.digest
        assert found.plans[0].texts == {}
        narrowed = check_view([judgement], "public", stage="large")
        assert narrowed.plans[0].withheld == view.withheld
        assert [each.id for each in narrowed.plans[0].stages] == ["large"]
        assert {each.rule for each in narrowed.findings} == {"SR-115"}

    def test_insiders_get_all_without_copying(self, sample: ModuleType) -> None:
        judgement = sample.judgement()
        found = check_view([judgement], "internal")
        assert found.plans[0].findings is judgement.findings
        assert found.counts.rules == 30
        assert found.plans[0].texts == judgement.texts
        assert found.plans[0].digest == judgement.digest


class TestScales:
    def test_likelihood_words_cover_every_probability_once(self) -> None:
        assert LIKELIHOODS[0].low == 0
        assert LIKELIHOODS[-1].high == 100
        for before, after in pairwise(LIKELIHOODS):
            assert before.high == after.low
        assert likelihood("even") is LIKELIHOODS[2]
        assert likelihood("certain") is None


class TestOddShapes:
    def test_values_of_other_shapes_are_not_copied(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["monitoring"][0]["source"] = [
            {"source": "report", "at": "4.2"},
            "searches",
            {"source": "secret-memo"},
        ]
        plan["risks"][0]["owner"] = {"not": "a text"}
        plan["risks"][0]["review_by"] = True
        plan["stages"][0]["access"]["terms"] = 7
        judgement = sample.judgement(plan)
        content = project(judgement, "public").content
        cited, searches = content.monitoring[0].source
        assert not isinstance(cited, str)
        assert (cited.source.id, cited.at, searches) == ("report", "4.2", "searches")
        assert content.risks[0].owner == ""
        assert content.risks[0].review_by == "true"
        assert content.stages[0].access is not None
        assert content.stages[0].access.terms == ("7",)
        assert len(content.events) == 2

    def test_results_that_are_no_statistics_are_counts_or_nothing(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["evidence"][1]["results"] |= {"seeds": 3, "form": "loss", "ok": True, "$at": "/evidence/1"}
        item = project(sample.judgement(plan), "public").content.evidence[1]
        assert item.counts == (("clusters", 4), ("seeds", 3))
        assert {each.result for each in item.figures} == {"accuracy"}

    def test_computed_slices_of_hidden_variants_are_withheld(self, sample: ModuleType) -> None:
        plan = sample.plan()
        plan["variants"][3]["audience"] = "internal"
        plan["evidence"][1]["slices"].append(
            {"by": {"variant": "1558M"}, "results": {"accuracy": {"value": 0.5}}}
        )
        assert len(project(sample.judgement(plan), "public").content.evidence[1].figures) == 9
        assert len(project(sample.judgement(plan), "internal").content.evidence[1].figures) == 10

    def test_a_stage_that_does_not_exist(self, sample: ModuleType) -> None:
        with pytest.raises(KeyError, match="xxl"):
            project(sample.judgement(), "public").stage("xxl")
