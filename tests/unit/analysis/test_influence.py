"""Influence against brute force: parts taken out of the file, figures moved in the file, and read anew."""

from __future__ import annotations

import itertools
import json
import re
import tempfile
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from release import api
from release.analysis.case import Case, case_of
from release.analysis.date_margins import _bounds, _moved
from release.analysis.flipping import errors_at, flips_of
from release.analysis.influence import Influence, influence_of
from release.analysis.margins import margins_of
from release.analysis.removal import Part, Remover
from release.base.dates import moment
from release.base.errors import InvalidInput
from release.formats._format import FormatOptions
from release.formats._influence import influence_schema, to_json, to_text
from release.gate.judge import PolicyOptions
from tests.strategies import plans, yaml_text
from tests.unit.analysis.bring import EVES, GPT2, ROOT, brought, case, copied

PLAIN = FormatOptions(version="0")
RULES = """schema: release-pack/1
id: random-rules
version: 1.0.0
title: Rules that small plans can meet
sources: []
rules:
  - id: RR-101
    title: Something is known, or somebody found something
    severity: error
    verdict: hold
    for: stage
    require: size(stage.evidence) >= 1 || plan.partners.exists(p, size(p.findings) > 0)
    message: nothing
    fix: bring something
    references: []
    examples: {pass: [{}], fail: [{}]}
  - id: RR-102
    title: No mitigation was removed, unless somebody attests
    severity: error
    verdict: no-go
    for: plan
    require: plan.mitigations.all(m, m.status != "removed") || plan.attestations.exists(a, a.id == "X0")
    message: removed
    fix: put it back
    references: []
    examples: {pass: [{}], fail: [{}]}
  - id: RR-103
    title: Evidence is cited
    severity: error
    verdict: hold
    for: evidence
    require: size(evidence.cited_for) > 0 || size(plan.mitigations) > 1
    message: uncited
    fix: cite it
    references: []
    examples: {pass: [{}], fail: [{}]}
"""


def judged(text: str, at: str, *packs: str) -> Case:
    """Read a plan from text, with the rules above and those of other packs."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "release.yaml").write_text(text, encoding="utf-8")
        (Path(folder) / "rules.yaml").write_text(RULES, encoding="utf-8")
        plan = api.load_plan(folder, shown="plan")
        options = PolicyOptions((str(Path(folder) / "rules.yaml"), *packs))
        return case_of(plan, moment(at), explicit=True, options=options)


def taken_out(plan: Mapping[str, Any], parts: Collection[Part]) -> dict[str, Any]:
    """Take parts, and what refers to them, out of a plan as a person would edit the file."""
    gone: dict[str, set[str]] = {}
    for part in parts:
        gone.setdefault(part.kind, set()).add(part.name)
    indices = {part.pointer for part in parts}
    evidence, mitigations = gone.get("evidence", set()), gone.get("mitigation", set())
    names = {f"{kind}:{name}" for kind, ids in gone.items() for name in ids}
    names |= {name for kind, ids in gone.items() if kind != "waiver" for name in ids}

    def kept(section: str) -> list[Any]:
        return [
            each for index, each in enumerate(plan.get(section, ())) if f"/{section}/{index}" not in indices
        ]

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            result = {}
            for key, each in value.items():
                if (
                    key == "evidence" and isinstance(each, list) and all(isinstance(one, str) for one in each)
                ) or key in {"for", "against"}:
                    result[key] = [one for one in each if one not in evidence]
                elif key == "safeguards" or (
                    key == "mitigations" and all(isinstance(one, str) for one in each)
                ):
                    result[key] = [one for one in each if one not in mitigations]
                else:
                    result[key] = cleaned(each)
            return result
        return [cleaned(each) for each in value] if isinstance(value, list) else value

    result = dict(plan)
    for section in ("evidence", "mitigations", "attestations", "waivers"):
        if section in result:
            result[section] = kept(section)
    result["partners"] = [
        {
            **partner,
            "findings": [
                each
                for place, each in enumerate(partner["findings"])
                if f"/partners/{index}/findings/{place}" not in indices
            ],
        }
        for index, partner in enumerate(plan["partners"])
    ]
    result = cleaned(result)
    if "critiques" in result:
        result["critiques"] = [each for each in result["critiques"] if each["of"] not in names]
    if "waivers" in result:
        result["waivers"] = [each for each in result["waivers"] if each.get("object") not in names]
    return result


@settings(max_examples=40, deadline=None)
@given(plans(), st.integers(0, 400), st.data())
def test_taking_parts_out_of_memory_is_taking_them_out_of_the_file(
    plan: dict[str, Any], offset: int, data: st.DataObject
) -> None:
    at = (moment("2019-01-01").day.fromordinal(moment("2019-01-01").day.toordinal() + offset)).isoformat()
    whole = judged(yaml_text(plan), at)
    remover = Remover(whole)
    parts = data.draw(st.lists(st.sampled_from(remover.parts), unique=True) if remover.parts else st.just([]))
    inside = whole.judged(remover.facts(parts))
    read = judged(yaml_text(taken_out(plan, parts)), at)
    fresh = read.judgement()
    for stage in fresh.stages:
        assert inside.verdict(stage.id) == stage.verdict
        assert errors_at(inside, stage.id) == {
            (each.rule, each.object, each.status)
            for each in fresh.at_stage(stage.id)
            if each.status != "waived" and each.severity == "error"
        }


@settings(max_examples=25, deadline=None)
@given(plans(), st.integers(100, 400))
def test_the_smallest_sets_are_those_of_brute_force(plan: dict[str, Any], offset: int) -> None:
    at = (moment("2019-01-01").day.fromordinal(moment("2019-01-01").day.toordinal() + offset)).isoformat()
    whole = judged(yaml_text(plan), at)
    parts = Remover(whole).parts
    assume(1 <= len(parts) <= 5)
    stage = plan["stages"][0]["id"]
    found = flips_of(whole, stage)
    assert found.exhaustive
    turning: list[frozenset[str]] = []
    for size in range(1, len(parts) + 1):
        for subset in itertools.combinations(parts, size):
            names = frozenset(part.pointer for part in subset)
            if any(each <= names for each in turning):
                continue
            read = judged(yaml_text(taken_out(plan, subset)), at)
            if read.judgement().stage(stage).verdict != found.verdict:
                turning.append(names)
    assert {frozenset(part.pointer for part in each.parts) for each in found.sets} == set(turning)


# The GPT-2 plan, brought to go


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = copied(tmp_path_factory.mktemp("influence"))
    brought(made)
    return made


@pytest.fixture(scope="module")
def found(folder: Path) -> Influence:
    return influence_of(case(folder, EVES["xl"]), "xl")


def verdict_with(folder: Path, tmp_path: Path, *pairs: tuple[str, str], name: str = "evidence.yaml") -> str:
    import shutil

    other = tmp_path / "moved"
    shutil.copytree(folder, other)
    text = (other / name).read_text(encoding="utf-8")
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    (other / name).write_text(text, encoding="utf-8")
    (judgement,) = api.check(other, at=EVES["xl"]).judgements
    return judgement.stage("xl").verdict


def test_what_carries_go_and_what_does_not(found: Influence) -> None:
    assert found.verdict == "go"
    assert found.order is None
    roles = {each.alone.part.object: each.role for each in found.ranking}
    assert [name for name, role in roles.items() if role == "carries"] == [
        each.alone.part.object for each in found.ranking[:7]
    ]
    assert roles["evidence:ctec-probe"] == "carries"
    assert roles["finding:cornell-scores"] == "carries"
    assert roles["mitigation:withholding"] == "idle"
    assert {tuple(part.object for part in each.parts) for each in found.flips.sets} >= {
        ("evidence:bias-probes",),
        ("mitigation:output-detector",),
    }
    assert not found.flips.exhaustive
    assert found.flips.complete_to >= 3


def test_margins_end_where_the_verdict_turns_when_the_file_is_edited(
    found: Influence, folder: Path, tmp_path: Path
) -> None:
    (margin,) = [each for each in found.margins if each.field == "mean (stage: xl)"]
    limit = margin.verdict_up
    assert margin.verdict_down is None
    assert limit is not None
    assert limit.value == pytest.approx(7.21, abs=1e-6)
    assert margin.error == pytest.approx(0.4 / (2 * 1.959964), rel=1e-6)
    assert limit.errors == pytest.approx((7.21 - 6.91) / margin.error, rel=1e-4)
    written = "value: 6.91, low: 6.7, high: 7.1"
    for shift, verdict in ((0.299, "go"), (0.301, "hold")):
        moved = f"value: {6.91 + shift}, low: {6.7 + shift}, high: {7.1 + shift}"
        assert verdict_with(folder, tmp_path / verdict, (written, moved)) == verdict


@pytest.mark.parametrize(("count", "verdict"), [(20, "go"), (21, "no-go")])
def test_a_count_may_grow_to_its_threshold(
    found: Influence, folder: Path, tmp_path: Path, count: int, verdict: str
) -> None:
    (margin,) = [each for each in found.margins if each.field == "observations[1].count"]
    limit = margin.verdict_up
    assert limit is not None
    assert (limit.last, limit.value, limit.verdict) == (20.0, 21.0, "no-go")
    before = "kind: discussion, count: 3,"
    after = f"kind: discussion, count: {count},"
    assert verdict_with(folder, tmp_path, (before, after), name="release.yaml") == verdict


def test_a_computed_figure_is_moved_in_the_lock() -> None:
    text = """schema: release-plan/1
id: small
title: Small
stages: [{id: one, title: One, status: planned, dates: {planned: 2020-01-01}, criteria: [
  {id: good, text: good, written: 2019-01-01, verdict: hold,
   require: 'plan.evidence.exists(e, e.results.accuracy.low >= 0.6)'}]}]
evidence: [{id: bench, kind: benchmark, stages: [one], available: 2019-01-01}]
mitigations: [{id: m1, status: in-place}, {id: m2, status: in-place}]
"""
    entry = {
        "results": {"accuracy": {"value": 0.8, "low": 0.7, "high": 0.9, "level": 0.95, "n": 100}},
        "slices": [],
        "facts": {},
        "agreement": "not-declared",
    }
    whole = replace(judged(text, "2019-06-01"), items={"bench": entry})
    (margin,) = margins_of(whole, "one")
    assert (margin.object, margin.field, margin.value) == ("evidence:bench", "accuracy", 0.8)
    limit = margin.verdict_down
    assert limit is not None
    assert limit.value == pytest.approx(0.7, abs=1e-6)
    assert limit.verdict == "hold"
    assert margin.verdict_up is None
    assert limit.errors == pytest.approx(0.1 / (0.2 / (2 * 1.959964)), rel=1e-3)
    for low, verdict in ((0.599, "hold"), (0.601, "go")):
        moved = {**entry, "results": {"accuracy": {**entry["results"]["accuracy"], "low": low}}}  # type: ignore[dict-item]
        again = replace(whole, items={"bench": moved})
        assert again.judged(again.facts()).verdict("one") == verdict


def test_a_hold_says_what_would_turn_it_and_that_it_rests_on_the_unknown() -> None:
    held = influence_of(case(GPT2, EVES["xl"]), "xl", evaluations=1)
    assert (held.failed, held.unknown, held.rests_on_unknown) == (2, 16, False)
    assert held.order is not None
    assert len(held.order.items) == 11
    assert held.flips.complete_to == 1
    text = to_text(held, PLAIN)
    assert "9. risks deceptive-text" in text


def test_only_what_is_unknown_holds(folder: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(folder, tmp_path / "unknown")
    path = tmp_path / "unknown" / "release.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("amount: 3000", "amount: unknown"), encoding="utf-8"
    )
    held = influence_of(case(tmp_path / "unknown", EVES["xl"]), "xl", evaluations=1)
    assert held.rests_on_unknown
    assert "what is not known holds it" in " ".join(to_text(held, PLAIN).split())


def test_json_is_described_by_its_schema(found: Influence) -> None:
    jsonschema.Draft202012Validator.check_schema(influence_schema())
    body = json.loads(to_json(found, PLAIN))
    jsonschema.validate(body, influence_schema())
    assert [each["rank"] for each in body["ranking"]] == list(range(1, len(body["ranking"]) + 1))
    text = to_text(found, PLAIN)
    assert all(len(line) <= 80 for line in text.splitlines())


# Dates and parameters: each limit is tried in the file, or on the command line, on either side

HERON = "templates/plans/heron"
HERON_EVE = "2026-08-16"


@pytest.fixture(scope="module")
def heron() -> Influence:
    return influence_of(case(ROOT / HERON, HERON_EVE), "large", evaluations=1)


def heron_with(tmp_path: Path, name: str, before: str, after: str) -> str:
    import shutil

    folder = tmp_path / name
    shutil.copytree(ROOT / HERON, folder)
    path = folder / "release.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")
    (judgement,) = api.check(folder, at=HERON_EVE).judgements
    return judgement.stage("large").verdict


@pytest.mark.parametrize("stage", ["small", "medium", "large"])
def test_a_date_may_move_to_its_limit_and_no_further(heron: Influence, tmp_path: Path, stage: str) -> None:
    told = [each for each in heron.dates if each.object == f"stage:{stage}"]
    limits = [
        (each, limit) for each in told for limit in (each.verdict_down, each.verdict_up) if limit is not None
    ]
    assert limits
    for margin, limit in limits:
        assert limit.verdict != heron.verdict
        field = margin.field.removeprefix("dates.")
        before = next(
            line
            for line in (ROOT / HERON / "release.yaml").read_text(encoding="utf-8").splitlines()
            if f"{field}: {margin.value}" in line and "dates:" in line
        )
        for date, verdict in ((limit.last, heron.verdict), (limit.value, limit.verdict)):
            moved = before.replace(f"{field}: {margin.value}", f"{field}: {date}")
            assert heron_with(tmp_path, f"{field}-{date}", before, moved) == verdict


def test_a_parameter_may_move_to_its_limit_and_no_further(heron: Influence) -> None:
    limits = {
        each.name: (each.value, limit)
        for each in heron.parameters
        for limit in (each.verdict_down, each.verdict_up)
        if limit is not None
    }
    assert "staged-release.min_days" in limits
    tried = {each.name: each.tried for each in heron.parameters}
    assert tried["evaluation-rigour.min_clusters"][0] == 1  # the pack allows no less
    for name, (value, limit) in limits.items():
        kind = int if isinstance(value, int) else float
        for moved, verdict in ((limit.last, heron.verdict), (limit.value, limit.verdict)):
            params = {name: str(kind(moved))}
            (judgement,) = api.check(ROOT / HERON, at=HERON_EVE, params=params).judgements
            assert judgement.stage("large").verdict == verdict, (name, moved)


def test_the_interval_between_two_stages_is_told_in_days_and_as_a_parameter() -> None:
    eve = influence_of(case(GPT2, EVES["large"]), "large", evaluations=1)
    (interval,) = [each for each in eve.parameters if each.name == "staged-release.min_days"]
    assert interval.up is not None
    assert (interval.value, interval.up.last, interval.up.value) == (60, 109.0, 110.0)
    assert ("SR-104", "stage:large") in interval.up.rules
    assert interval.verdict_up is None
    (planned,) = [each for each in eve.dates if each.object == "stage:medium"]
    assert planned.tried[1] == EVES["large"]


def test_dates_at_the_ends_of_the_calendar_do_not_break() -> None:
    text = """schema: release-plan/1
id: small
title: Small
stages:
  - {id: one, title: One, dates: {released: 0001-01-01}}
  - {id: two, title: Two, dates: {planned: 9999-12-31}}
"""
    found = influence_of(judged(text, "2019-06-01"), "two", evaluations=1)
    assert len(found.dates) == 2


def test_a_bound_to_one_side_has_no_standard_error(heron: Influence) -> None:
    (bound,) = [each for each in heron.margins if each.field == "upper_bound (stage: large)"]
    assert bound.error is None
    assert bound.verdict_up is not None
    assert bound.verdict_up.errors is None


def test_when_nothing_turns_it_the_text_says_what_is_left_without_everything() -> None:
    held = influence_of(case(GPT2, EVES["xl"]), "xl", evaluations=1)
    assert (held.flips.sets, held.flips.example, held.flips.without_all) == ((), None, "hold")
    text = " ".join(to_text(held, PLAIN).split())
    assert "All sets of up to 1 were tried, none turns it; larger ones were not." in text
    assert "Without all 17 at once it is HOLD as well." in text


@settings(max_examples=25, deadline=None)
@given(plans(), st.integers(0, 400), st.integers(-40, 40), st.data())
def test_a_date_moved_in_memory_is_the_date_moved_in_the_file(
    plan: dict[str, Any], offset: int, days: int, data: st.DataObject
) -> None:
    at = (moment("2019-01-01").day.fromordinal(moment("2019-01-01").day.toordinal() + offset)).isoformat()
    places = [
        (index, field)
        for index, stage in enumerate(plan["stages"])
        for field in ("planned", "released")
        if isinstance(stage.get("dates"), dict) and "withdrawn" not in stage["dates"]
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", str(stage["dates"].get(field)))
    ]
    assume(places)
    index, field = data.draw(st.sampled_from(places))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "release.yaml"
        path.write_text(yaml_text(plan), encoding="utf-8")
        whole = case(folder, at)
        low, high = _bounds(whole.plan.data["stages"][index]["dates"], field, whole)
        days = max(low, min(high, days))
        inside = whole.judged(whole.facts(_moved(whole.plan.data, index, field, days)))
        stage = plan["stages"][index]
        old = stage["dates"][field]
        new = (moment(old).day + timedelta(days=days)).isoformat()
        stage["dates"][field] = new
        for artefact in stage.get("artefacts", ()):
            if str(artefact.get("date", ""))[:10] == old:
                artefact["date"] = new + artefact["date"][10:]
        path.write_text(yaml_text(plan), encoding="utf-8")
        try:
            fresh = case(folder, at).judgement()
        except InvalidInput:
            assume(False)  # the written status contradicts the dates now
    for each in fresh.stages:
        assert inside.verdict(each.id) == each.verdict
        assert errors_at(inside, each.id) == {
            (found.rule, found.object, found.status)
            for found in fresh.at_stage(each.id)
            if found.status != "waived" and found.severity == "error"
        }
