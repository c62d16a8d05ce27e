"""The difference: the decision first, and a gate that no weakened rule passes."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest

from release import api
from release.analysis.case import Case, case_of
from release.analysis.diff import Diff, diff_of
from release.audience.diff_view import diff_view
from release.base.dates import moment
from release.formats._diff import diff_schema, to_html, to_json, to_markdown, to_text
from release.formats._format import FormatOptions
from release.gate.judge import PolicyOptions
from tests.unit.analysis.bring import EVES, GPT2, ROOT, brought, case, copied

CASES = ROOT / "tests" / "cases" / "diff"
PLAIN = FormatOptions(version="0")
PAIRS = list(itertools.combinations(EVES, 2))


def with_params(path: str | Path, at: str, **params: str) -> Case:
    named = {f"staged-release.{name}": value for name, value in params.items()}
    return case_of(api.load_plan(path), moment(at), explicit=True, options=PolicyOptions(params=named))


def edited(folder: Path, before: str, after: str, name: str = "release.yaml") -> Path:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_every_pair_of_eves(golden: Callable[[Path, str], None], first: str, second: str) -> None:
    found = diff_of(case(GPT2, EVES[first]), case(GPT2, EVES[second]))
    golden(CASES / f"gpt-2-{first}-{second}.txt", to_text(diff_view(found, "internal"), PLAIN))
    assert found.passes
    assert not found.same


@pytest.mark.parametrize("stage", EVES)
def test_a_plan_and_itself_are_the_same(stage: str) -> None:
    found = diff_of(case(GPT2, EVES[stage]), case(GPT2, EVES[stage]))
    assert found.same
    assert found.passes
    assert (found.findings, found.figures, found.changes, found.policy) == ((), (), (), ())
    assert to_text(diff_view(found, "internal"), PLAIN).splitlines()[-1] == "HOLD: the two are the same"
    for audience in ("public", "partner:cornell"):
        view = diff_view(found, audience)
        assert view.same
        assert to_text(view, PLAIN).splitlines()[-1] == "HOLD: nothing that is shown differs"


def test_findings_of_both_sides_add_up() -> None:
    old, new = case(GPT2, EVES["large"]), case(GPT2, EVES["xl"])
    found = diff_of(old, new)
    kinds = {kind: sum(each.kind == kind for each in found.findings) for kind in ("opened", "cleared")}
    count = len(new.judgement().findings) - len(old.judgement().findings)
    assert count == kinds["opened"] - kinds["cleared"]


def test_a_verdict_that_gets_worse_is_said_first_and_fails_the_gate(tmp_path: Path) -> None:
    better = copied(tmp_path)
    brought(better)
    found = diff_of(case(better, EVES["xl"]), case(GPT2, EVES["xl"]))
    assert [stage.id for stage in found.worse] == ["xl"]
    assert not found.passes
    lines = to_text(diff_view(found, "internal"), PLAIN).splitlines()
    assert lines[lines.index("Decision") + 4] == "  ! xl: GO -> HOLD"
    assert "worse: xl" in lines[-1]
    assert diff_of(case(GPT2, EVES["xl"]), case(better, EVES["xl"])).passes


@pytest.mark.parametrize(
    ("params", "direction"),
    [
        ({"min_days": "59"}, "weaker"),
        ({"min_days": "61"}, "stricter"),
        ({"cover": "0.1"}, "weaker"),
        ({"rel": "0.02"}, "weaker"),
        ({"rel": "0.001"}, "stricter"),
        ({"partners_from": "3"}, "weaker"),
        ({"term": "spam"}, "changed"),
    ],
)
def test_a_parameter_that_lets_more_pass_is_weaker(params: Mapping[str, str], direction: str) -> None:
    found = diff_of(case(GPT2, EVES["xl"]), with_params(GPT2, EVES["xl"], **params))
    assert [(each.kind, each.direction) for each in found.policy] == [("parameter", direction)]
    assert found.passes is (direction == "stricter" and not found.worse)


@pytest.mark.parametrize("at", EVES.values())
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("min_days", ["10", "60", "78", "79", "110"]),
        ("cover", ["0.1", "0.5", "0.8", "1.0"]),
        ("rel", ["0.05", "0.01", "0.0001"]),
        ("stand_alone", ["0.5", "0.9", "0.999"]),
    ],
)
def test_stricter_values_never_clear_a_finding(at: str, name: str, values: list[str]) -> None:
    """From the weakest value to the strictest, what is open only grows."""
    before: frozenset[tuple[str, str]] = frozenset()
    for value in values:
        judged = with_params(GPT2, at, **{name: value})
        now = frozenset((each.rule, each.object) for each in judged.judged(judged.facts()).findings)
        assert before <= now
        before = now


def test_what_the_old_rules_would_leave_open_is_named() -> None:
    found = diff_of(with_params(GPT2, EVES["medium"], min_days="80"), case(GPT2, EVES["medium"]))
    assert found.excused == (("SR-104", "stage:medium"),)
    text = to_text(diff_view(found, "internal"), PLAIN)
    assert "! SR-104 on stage:medium would stay open under the old rules" in text
    assert text.splitlines()[-1].endswith("rules weakened")


def pack(tmp_path: Path, name: str, **changes: str) -> str:
    text = """schema: release-pack/1
id: ours
version: 1.0.0
title: Ours
sources: []
rules:
  - id: OU-001
    title: There is an owner
    severity: error
    verdict: no-go
    for: stage
    require: has(stage.owner)
    message: none
    fix: name one
    references: []
    examples: {pass: [{}], fail: [{}]}
"""
    for before, after in changes.items():
        line = next(each for each in text.splitlines() if each.strip().startswith(f"{before}:"))
        text = text.replace(line, f"{line.partition(':')[0]}: {after}" if after else "")
    path = tmp_path / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("changes", "direction"),
    [
        ({"severity": "warning", "verdict": ""}, "weaker"),
        ({"verdict": "hold"}, "weaker"),
        ({"require": "true || has(stage.owner)"}, "changed"),
        ({"require": "has(stage.owner) && has(stage.rationale)"}, "changed"),
    ],
)
def test_a_rule_that_became_milder_fails_the_gate(
    tmp_path: Path, changes: Mapping[str, str], direction: str
) -> None:
    plan = api.load_plan(GPT2)

    def ruled(name: str, **own: str) -> Case:
        options = PolicyOptions((pack(tmp_path, name, **own),))
        return case_of(plan, moment(EVES["xl"]), explicit=True, options=options)

    found = diff_of(ruled("old"), ruled("new", **changes))
    assert {each.direction for each in found.policy} == {direction}
    assert {each.id for each in found.policy} == {"OU-001"}
    assert not found.passes
    gone = diff_of(ruled("old"), case(GPT2, EVES["xl"]))
    assert [(each.kind, each.id, each.direction) for each in gone.policy] == [("pack", "ours", "weaker")]
    assert diff_of(case(GPT2, EVES["xl"]), ruled("old")).policy[0].direction == "stricter"


def test_a_criterion_that_is_gone_or_milder_fails_the_gate(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    brought(folder)
    whole = case(folder, EVES["xl"])
    text = (folder / "release.yaml").read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if "id: stop" in each)
    without = edited(folder, f"{line}\n", "")
    found = diff_of(whole, case(without, EVES["xl"]))
    assert [(each.kind, each.id, each.direction) for each in found.policy] == [
        ("criterion", "stop", "weaker")
    ]
    assert not found.passes


def test_figures_that_moved_are_shown_with_their_intervals(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    brought(folder)
    before = case(folder, EVES["xl"])
    moved = edited(
        folder, "value: 6.91, low: 6.7, high: 7.1", "value: 7.51, low: 7.3, high: 7.7", "evidence.yaml"
    )
    after = case(moved, EVES["xl"])
    (figure,) = diff_of(before, after).figures
    assert (figure.evidence, figure.name) == ("cornell-november", "mean (stage: xl)")
    assert figure.outside
    text = to_text(diff_view(diff_of(before, after), "internal"), PLAIN)
    assert "mean (stage: xl): 6.91 [6.7, 7.1] -> 7.51 [7.3, 7.7]" in text


def json_of(found: Diff, audience: str) -> str:
    return to_json(diff_view(found, audience), PLAIN)


def test_others_see_no_more_of_a_difference_than_of_the_plans(tmp_path: Path) -> None:
    first, second, third = (copied(tmp_path / name) for name in ("a", "b", "c"))
    label = "  - id: misuse-in-forums\n    audience: internal\n"
    for folder in (first, second, third):
        edited(folder, "  - id: misuse-in-forums\n", label)
    edited(second, "The plan for the largest model could change.", "SECRET-ONE is done.")
    edited(third, "The plan for the largest model could change.", "SECRET-TWO and more is done.")

    def shown(folder: Path) -> Case:
        plan = api.load_plan(folder, shown="plan")
        return case_of(plan, moment(EVES["xl"]), explicit=True, options=PolicyOptions())

    outputs = []
    for folder in (first, second, third):
        found = diff_of(shown(first), shown(folder))
        assert ("SECRET" in json_of(found, "internal")) is (folder != first)
        view = diff_view(found, "public")
        outputs.append([write(view, PLAIN) for write in (to_text, to_json, to_markdown, to_html)])
    assert outputs[0] == outputs[1] == outputs[2]
    assert "SECRET" not in "".join(outputs[0])


class Reader(HTMLParser):
    """Notes tags that were opened, and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert all(not name.startswith("on") for name, _ in attrs)
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_hostile_text_stays_text_in_every_format(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    hostile = "<script>alert(1)</script><img src=x onerror=y>"
    edited(folder, "Largest model, 1.5B", f'"{hostile} [x](http://y) \\e[31m"')
    found = diff_of(case(GPT2, EVES["xl"]), case(folder, EVES["xl"]))
    view = diff_view(found, "internal")
    page = to_html(view, PLAIN)
    reader = Reader()
    reader.feed(page)
    assert not reader.open
    assert {"script", "img"}.isdisjoint(reader.tags)
    assert "\x1b" not in to_text(view, PLAIN) + to_markdown(view, PLAIN) + page
    assert "<script" not in to_markdown(view, PLAIN)


@pytest.mark.parametrize("audience", ["internal", "public", "partner:cornell"])
@pytest.mark.parametrize(("first", "second"), [("small", "xl"), ("large", "xl")])
def test_json_is_described_by_its_schema(first: str, second: str, audience: str) -> None:
    jsonschema.Draft202012Validator.check_schema(diff_schema())
    found = diff_of(case(GPT2, EVES[first]), with_params(GPT2, EVES[second], min_days="50"))
    body = json.loads(json_of(found, audience))
    jsonschema.validate(body, diff_schema())
    assert body["passes"] is False
    assert [each["direction"] for each in body["policy"]] == ["weaker"]


def test_long_texts_are_shown_from_where_they_part(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    before = case(folder, EVES["xl"])
    after = case(edited(folder, "|| o.count == 0))", "|| o.count <= 7))"), EVES["xl"])
    text = to_text(diff_view(diff_of(before, after), "internal"), PLAIN)
    assert "o.count == 0))" in " ".join(text.split())
    assert "o.count <= 7))" in " ".join(text.split())
