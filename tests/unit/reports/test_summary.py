"""The summary: each sentence cites what it sums up, keeps its budget, uses words worked out from figures."""

from __future__ import annotations

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from markupsafe import escape

from release.audience.project import project
from release.reports.html import render_html
from release.reports.markdown import render_markdown
from release.reports.model import build
from release.reports.rewording import ANSWER, NoAnswer, request, reworded
from release.reports.summary import BUDGET, Sentence, fitted
from release.reports.twin import report_json
from release.reports.words import languages, read_words

WORDS = read_words("en")


def overview(sample: ModuleType, plan: dict[str, Any] | None = None, audience: str = "public") -> Sentence:
    found = build(project(sample.judgement(plan or sample.plan()), audience), WORDS).overview
    assert found is not None
    return found


def named(top: Sentence, name: str) -> Sentence:
    return next(each for each in top.each() if each.id == name)


@pytest.mark.parametrize("lang", languages())
@pytest.mark.parametrize("audience", ["public", "partner:cornell", "internal"])
def test_every_sentence_cites_what_is_below_it_and_keeps_its_budget(
    sample: ModuleType, audience: str, lang: str
) -> None:
    view = project(sample.judgement(), audience)
    top = build(view, read_words(lang)).overview
    page = render_html(view, lang=lang)
    assert top is not None
    ids = [each.id for each in top.each()]
    assert len(set(ids)) == len(ids)
    for each in top.each():
        assert each.text
        assert len(each.text) <= BUDGET[each.level]
        assert escape(each.text) in page
        for name in (each.href.removeprefix("#"), *each.cites):
            assert f'id="{name}"' in page
        if each.below and each.level in {"plan", "risk", "benefit"}:
            assert tuple(one.href.removeprefix("#") for one in each.below) == each.cites
        if each.below and each.level == "stage":
            assert {one.href.removeprefix("#") for one in each.below} == set(each.cites)


def test_levels_go_down_from_plan_to_figures(sample: ModuleType) -> None:
    order = {"plan": 0, "stage": 1, "risk": 2, "benefit": 2, "claim": 3, "figures": 4}
    for each in overview(sample).each():
        for one in each.below:
            assert order[one.level] == order[each.level] + 1


def test_it_says_what_the_plan_says(sample: ModuleType) -> None:
    top = overview(sample)
    assert top.text.startswith("1558M weights, planned for 2019-11-05, is to wait as of 2019-11-04.")
    stage = named(top, "summary:stage:xl")
    assert "2 risks are assessed for it." in stage.text
    assert "The gravest: Extremist propaganda after fine-tuning (likelihood Likely (66 to 90 %)" in stage.text
    risk = named(top, "summary:risk:disinformation")
    assert "likelihood About even (33 to 66 %), severity Serious" in risk.text
    assert "What is left after mitigations: Unknown." in risk.text
    figures = [each.text for each in top.each() if each.level == "figures"]
    assert any("6.91 (interval not available; n not given)" in each for each in figures)
    assert any("0.7431 (0.7344 to 0.7516; n 10" in each for each in figures)


def test_what_others_may_not_see_is_in_no_sentence(sample: ModuleType) -> None:
    shown = json.dumps([each.text for each in overview(sample).each()])
    assert "Secret" not in shown
    assert "Secret" in json.dumps([each.text for each in overview(sample, audience="internal").each()])


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ((0.5, 0.4, 0.6), (0.8, 0.7, 0.9), "clearly higher than at large"),
        ((0.8, 0.7, 0.9), (0.5, 0.4, 0.6), "clearly lower than at large"),
        ((0.5, 0.4, 0.6), (0.58, 0.5, 0.7), "not clearly different from large: the intervals overlap"),
        ((0.5, None, None), (0.8, 0.7, 0.9), "cannot be told without intervals"),
    ],
)
def test_words_for_differences_come_from_intervals(
    sample: ModuleType, before: tuple[float, ...], now: tuple[float, ...], said: str
) -> None:
    plan = sample.plan()
    plan["evidence"][0]["declared"] = [
        {"result": "mean", "by": {"stage": stage}, "value": value}
        | ({"low": low, "high": high} if low is not None else {})
        for stage, (value, low, high) in (("large", before), ("xl", now))
    ]
    top = overview(sample, plan)
    assert said in named(top, "summary:risk:disinformation:credibility:figures").text


@pytest.mark.parametrize(
    ("supporting", "opposing", "said"),
    [
        ([], [], "No evidence is cited."),
        (
            ["credibility"],
            [],
            "Limited evidence (one item, 0 with an interval), high agreement (1 for, 0 against)",
        ),
        (["credibility"], ["forums"], "low agreement (1 for, 1 against)"),
        (["detection"], [], "Medium evidence (one item, 1 with an interval)"),
        (
            ["detection", "credibility"],
            ["forums"],
            "Robust evidence (3 items, 1 with an interval), medium agreement",
        ),
        ([], ["forums"], "high agreement (0 for, 1 against)"),
    ],
)
def test_words_for_evidence_come_from_counts(
    sample: ModuleType, supporting: list[str], opposing: list[str], said: str
) -> None:
    plan = sample.plan()
    plan["risks"][0]["assessments"][2]["evidence"] = {"for": supporting, "against": opposing}
    assert said in named(overview(sample, plan), "summary:risk:disinformation").text


def test_it_stands_in_every_format(sample: ModuleType) -> None:
    view = project(sample.judgement(), "public")
    top = overview(sample)
    assert "Summary, level by level" in render_markdown(view)
    assert report_json(build(view, WORDS))["overview"]["text"] == top.text
    assert render_html(view).index('id="overview"') > render_html(view).index('id="decision"')


def test_a_plan_without_stages_has_none(sample: ModuleType) -> None:
    view = project(sample.judgement(stages=()), "public")
    assert build(view, WORDS).overview is None
    assert "The plan has no stage to decide on." in render_markdown(view)
    assert report_json(build(view, WORDS))["overview"] is None


def test_the_budget_cuts_at_clauses() -> None:
    assert fitted(["a" * 100, "b" * 100, "c" * 200], "claim") == f"{'a' * 100} {'b' * 100}"
    assert len(fitted(["word " * 100], "claim")) <= BUDGET["claim"]
    assert fitted([], "plan") == ""


class TestRewording:
    def answer(self, *sentences: dict[str, Any], **more: Any) -> bytes:
        return json.dumps({"schema": ANSWER, "sentences": list(sentences), **more}).encode()

    def proposal(self, sample: ModuleType, change: Callable[[str], Any], **more: Any) -> Any:
        top = overview(sample)
        ours = named(top, "summary:risk:extremism")
        sentence = {"id": ours.id, "text": change(ours.text), "cites": list(ours.cites), **more}
        return reworded(top, self.answer(sentence), WORDS)

    def test_the_request_holds_what_is_needed_and_no_more(self, sample: ModuleType) -> None:
        asked = json.loads(request(overview(sample), WORDS))
        assert asked["schema"] == "release-summary-request/1"
        assert {each["level"] for each in asked["sentences"]} == {"plan", "stage", "risk", "benefit"}
        assert all(each["characters"] == BUDGET[each["level"]] for each in asked["sentences"])

    def test_other_words_for_the_same_are_taken_and_marked(self, sample: ModuleType) -> None:
        done = self.proposal(sample, lambda text: f"In short: {text}")
        assert done.taken == 1
        assert done.refused == ()
        mine = named(done.summary, "summary:risk:extremism")
        assert mine.proposed
        assert mine.text.startswith("In short: ")
        assert not done.summary.proposed

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            (lambda text: f"{text} 17 more.", "adds a figure"),
            (lambda text: f"{text} ½ of it.", "adds a figure"),
            (lambda text: f"{text} Twice as much.", "adds a figure in words"),
            (lambda text: text.replace("90", "95"), "adds a figure"),
            (lambda text: text.replace("66 to 90 %", "90 %"), "leaves out a figure"),
            (lambda text: text.replace("Likely", "Remote"), "adds a calibrated word"),
            (lambda text: text.replace("Severe", ""), "leaves out a verdict or calibrated word"),
            (lambda text: f"{text} It is safe.", "adds a calibrated word"),
            (lambda text: f"{text} Go.", "adds a calibrated word"),
            (lambda text: f"{text} That is not so.", "negation"),
            (lambda text: text.replace("No evidence", "Evidence"), "negation"),
            (lambda text: f"{text} See https://x.example", "address"),
            (lambda text: f"{text} <b>x</b>", "address or markup"),
            (lambda text: f"{text}\nmore", "signs that are not text"),
            (lambda text: f"{text} \u202ex", "signs that are not text"),
            (lambda text: text + " word" * 100, "too long"),
            (lambda _: "", "no text"),
            (lambda _: None, "no text"),
        ],
    )
    def test_what_changes_the_meaning_is_not_taken(
        self, sample: ModuleType, change: Callable[[str], Any], why: str
    ) -> None:
        done = self.proposal(sample, change)
        assert done.taken == 0
        assert why in done.refused[0][1]
        assert done.summary == overview(sample)

    @pytest.mark.parametrize("cites", [None, "evidence:forums", [], ["evidence:forums"], [1]])
    def test_it_must_cite_exactly_what_ours_cites(self, sample: ModuleType, cites: Any) -> None:
        top = overview(sample)
        ours = named(top, "summary:risk:disinformation")
        done = reworded(top, self.answer({"id": ours.id, "text": ours.text, "cites": cites}), WORDS)
        assert done.taken == 0
        assert len(done.refused) == 1

    def test_claims_and_figures_are_nobodys_to_reword(self, sample: ModuleType) -> None:
        top = overview(sample)
        for each in top.each():
            if each.level in {"claim", "figures"}:
                done = reworded(
                    top, self.answer({"id": each.id, "text": "x", "cites": list(each.cites)}), WORDS
                )
                assert done.refused == ((each.id, "there is no such sentence"),)

    @pytest.mark.parametrize(
        "answer",
        [
            b"",
            b"{",
            b"[]",
            b'{"schema": "x"}',
            b"\xff",
            b'{"schema": "release-summary/1"}',
            b'{"schema": "release-summary/1", "sentences": [1]}',
            b'{"schema": "release-summary/1", "sentences": [{"id": "a"}, {"id": "a"}]}',
            b'{"schema": "release-summary/1", "sentences": NaN}',
            b"[" * 100_000,
        ],
    )
    def test_an_answer_that_is_none_is_told(self, sample: ModuleType, answer: bytes) -> None:
        with pytest.raises(NoAnswer):
            reworded(overview(sample), answer, WORDS)
