"""The JSON Schema and the reader accept and refuse the same, but for what only the whole plan can tell."""

from __future__ import annotations

import copy
import functools
import json
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from release.base.errors import InvalidInput
from release.evidence.kind_results import KindResults
from release.plan.chronology import contradiction
from release.plan.models.plan import PLAN
from release.plan.read import SECTIONS, read_plan
from release.plan.schema import plan_schema
from release.plan.shapes import Notebook
from release.plan.structure import broken_places
from tests.strategies import plans
from tests.unit.plan.conftest import CASES, KINDS

SCHEMA = plan_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
VALUES: tuple[Any, ...] = (
    *(None, 5, -1, 0, 1, 2.5, True, False, "text", "unknown", "undisclosed", "", " ", "\n"),
    *("small\n", "public\n", "2019-02-14\n", "released", "withdrawn"),
    *([], {}, ["text"], ["unknown"], [5], {"key": 1}, "2019-02-29", "2020-02-29", "2019-02-03T24:00:00Z"),
)


@functools.cache
def every_field() -> dict[str, Any]:
    root = read_plan(CASES / "every-field").tree.root
    plain: dict[str, Any] = json.loads(json.dumps(root))
    return plain


def accepted(plan: Any) -> bool:
    """Tell whether the reader finds the structure of a plan right."""
    if broken_places(plan):
        return False
    notebook = Notebook()
    data = PLAN.tidy(plan, "", notebook)
    return not notebook.lacking and not any(
        contradiction(stage["status"], stage.get("dates", {}), None)[0]
        for stage in data["stages"]
        if "status" in stage and "dates" not in stage.get("$unknown", ())
    )


def routes(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield way
    for step, part in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from routes(part, (*way, step))


def mutants(plan: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a plan with one key gone, renamed or added, or one value replaced, for every place in it."""
    for way in list(routes(plan))[1:]:
        for name, change in _changes():
            mutant = copy.deepcopy(plan)
            parent = functools.reduce(lambda node, step: node[step], way[:-1], mutant)
            change(parent, way[-1])
            yield f"{'/'.join(map(str, way))}: {name}", mutant


def _changes() -> Iterator[tuple[str, Any]]:
    yield "gone", lambda parent, key: parent.pop(key)
    yield (
        "renamed",
        lambda parent, key: isinstance(parent, dict) and parent.update({f"{key}x": parent.pop(key)}),
    )
    yield "added", lambda parent, _: isinstance(parent, dict) and parent.update({"addition": 1})
    for value in VALUES:
        yield f"= {value!r}", functools.partial(_replace, value=value)


def _replace(parent: Any, key: Any, value: Any) -> None:
    parent[key] = value


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"].endswith("2020-12/schema")
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


@pytest.mark.parametrize("folder", sorted(each.name for each in CASES.iterdir()))
def test_it_accepts_the_cases(folder: str) -> None:
    root = json.loads(json.dumps(read_plan(CASES / folder).tree.root))
    assert list(VALIDATOR.iter_errors(root)) == []


@given(plans())
def test_it_accepts_random_plans(plan: dict[str, Any]) -> None:
    assert accepted(plan)
    assert VALIDATOR.is_valid(plan)


@pytest.mark.parametrize("section", sorted({*every_field()} - {"stages"} | {"stages/0", "stages/1"}))
def test_it_refuses_what_the_reader_refuses(section: str) -> None:
    """Every mutant of every object, each in a plan of its own."""
    whole = every_field()
    name, _, index = section.partition("/")
    value = whole[name][int(index)] if index else whole[name]
    minimal = {"schema": "release-plan/1", "id": "a", "title": "A", "stages": []}
    plan = minimal | {name: [value] if index else value}
    disagreements = []
    for mutation, mutant in mutants({name: plan[name]}):
        rest = {key: part for key, part in minimal.items() if key != name}
        mutated = rest | mutant
        if accepted(mutated) != VALIDATOR.is_valid(mutated):
            disagreements.append(mutation)
    assert disagreements == []


@given(plans(), st.data())
def test_they_agree_on_mutants_of_whole_plans(plan: dict[str, Any], data: st.DataObject) -> None:
    way = data.draw(st.sampled_from([way for way in routes(plan) if way]))
    _, change = data.draw(st.sampled_from(list(_changes())))
    parent = functools.reduce(lambda node, step: node[step], way[:-1], plan)
    change(parent, way[-1])
    assert accepted(plan) == VALIDATOR.is_valid(plan)


def test_a_description_on_everything() -> None:
    missing = [way for way, node in _properties(SCHEMA) if not node.get("description")]
    assert missing == []
    assert all(definition.get("description") for definition in SCHEMA["$defs"].values())


def _properties(node: Any, way: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(node, dict):
        for name, value in node.get("properties", {}).items():
            yield f"{way}/{name}", value
        for key, value in node.items():
            yield from _properties(value, f"{way}/{key}")


def test_no_further_keys() -> None:
    for name, definition in SCHEMA["$defs"].items():
        if definition.get("type") == "object" and name not in {"Documentation", "Architecture"}:
            assert definition["additionalProperties"] is False, name
    assert SCHEMA["additionalProperties"] is False


def test_kinds_and_results_are_named() -> None:
    validator = Draft202012Validator(plan_schema(KINDS))

    def valid(**evidence: Any) -> bool:
        item = {"id": "a", **evidence}
        return validator.is_valid(
            {"schema": "release-plan/1", "id": "a", "title": "A", "stages": [], "evidence": [item]}
        )

    assert valid(kind="red_team", declared={"success_rate": 0.5})
    assert valid(kind="red_team", declared=[{"result": "upper_bound", "value": 0.5}])
    assert valid(kind="reported", declared={"anything": {"value": 1, "unit": "USD"}})
    assert valid(kind="red_team", declared="unknown")
    assert not valid(kind="redteam")
    assert not valid(kind="red_team", declared={"mean": 0.5})
    assert not valid(kind="red_team", declared=[{"result": "mean", "value": 0.5}])


@pytest.mark.parametrize("kind", ["benchmark", "automated_detection"])
def test_what_items_of_a_kind_can_name(kind: str) -> None:
    validator = Draft202012Validator(plan_schema(KindResults()))

    def valid(**evidence: Any) -> bool:
        item = {"id": "a", "kind": kind, **evidence}
        return validator.is_valid(
            {"schema": "release-plan/1", "id": "a", "title": "A", "stages": [], "evidence": [item]}
        )

    assert valid(params={"level": 0.9}, data={"path": "a.csv", "columns": {"stage": "s"}})
    assert valid(params="unknown", declared=[{"result": "accuracy", "by": {"stage": "s"}, "value": 0.5}])
    assert not valid(params={"levle": 0.9})
    assert not valid(data={"path": "a.csv", "columns": {"stgae": "s"}})
    assert not valid(declared=[{"result": "accuracy", "by": {"stgae": "s"}, "value": 0.5}])
    assert not valid(headline={"result": "acuracy"})


@pytest.mark.parametrize(
    ("kind", "evidence", "right"),
    [
        ("benchmark", {"declared": [{"result": "accuracy", "value": 0.5, "low": 0.4, "high": 0.6}]}, True),
        ("benchmark", {"declared": {"accuracy": 0.5}}, True),
        ("benchmark", {"declared": {"accuracy": "unknown"}}, True),
        ("benchmark", {"declared": {"accuracy": 50}}, False),
        ("benchmark", {"declared": {"accuracy": {"value": 50}}}, False),
        ("benchmark", {"declared": {"accuracy": {"value": 50, "unit": "unknown"}}}, False),
        ("benchmark", {"declared": {"accuracy": {"value": 50, "unit": "percent"}}}, True),
        ("benchmark", {"declared": [{"result": "accuracy", "value": 50}]}, False),
        ("benchmark", {"declared": [{"result": "accuracy", "value": 0.5, "low": -0.1}]}, False),
        ("benchmark", {"declared": {"accuracy": {"value": 0.5, "level": 0.9}}}, True),
        ("benchmark", {"declared": {"accuracy": {"value": 0.5, "level": 95}}}, False),
        ("benchmark", {"declared": [{"result": "accuracy", "value": 0.5, "level": 1}]}, False),
        ("monitoring_count", {"declared": {"rate": -1}}, False),
        ("reported", {"declared": {"cost": 50}}, False),
        ("reported", {"declared": {"cost": {"value": 50}}}, False),
        ("reported", {"declared": {"cost": {"value": 50, "unit": "USD"}}}, True),
        ("reported", {"declared": {"cost": {"value": 50, "unit": "unknown"}}}, True),
        ("reported", {"declared": [{"result": "cost", "value": 50}]}, False),
        ("reported", {"declared": [{"result": "cost", "value": "unknown"}]}, True),
        ("benchmark", {"params": {"level": 0.9, "margin": 0.1}}, True),
        ("benchmark", {"params": {"level": "unknown"}}, True),
        ("benchmark", {"params": {"level": 1.5}}, False),
        ("benchmark", {"params": {"level": "high"}}, False),
        ("benchmark", {"params": {"level": True}}, False),
        ("forecast", {"params": {"form": "loss"}}, True),
        ("forecast", {"params": {"form": "lost"}}, False),
        ("automated_detection", {"params": {"length_buckets": [10, 20]}}, True),
        ("automated_detection", {"params": {"length_buckets": 10}}, False),
    ],
)
def test_the_numbers_that_a_kind_can_have(
    tmp_path: Path, kind: str, evidence: dict[str, Any], *, right: bool
) -> None:
    item = {"id": "a", "kind": kind, "claim": "A.", "stages": [], "conducted": "2019-02-14", **evidence}
    plan = {"schema": "release-plan/1", "id": "a", "title": "A", "stages": [], "evidence": [item]}
    assert Draft202012Validator(plan_schema(KindResults())).is_valid(plan) is right
    (tmp_path / "release.yaml").write_text(json.dumps(plan), encoding="utf-8")
    with nullcontext() if right else pytest.raises(InvalidInput):
        read_plan(tmp_path / "release.yaml", shown="release.yaml", known=KindResults())


def test_dates_of_the_calendar_only() -> None:
    validator = Draft202012Validator(SCHEMA["$defs"]["Date"])
    for text in (
        "2000-02-29",
        "2400-02-29",
        "0001-01-01",
        "9999-12-31",
        "2019-02-14t17:00z",
        "2019-02-14 17:00+0530",
    ):
        assert validator.is_valid(text), text
    for text in (
        "1900-02-29",
        "2019-04-31",
        "0000-01-01",
        "2019-2-1",
        "2019-02-14T17:00",
        "2019-02-14T24:00Z",
        "",
    ):
        assert not validator.is_valid(text), text


def test_the_sections_that_files_share() -> None:
    assert {"stages", "risks", "evidence", "sources"} <= SECTIONS
    assert not {"policies", "include", "modalities", "eu"} & SECTIONS


@pytest.mark.parametrize(
    ("stage", "valid"),
    [
        ({"status": "released"}, False),
        ({"status": "released", "dates": {"planned": "2019-02-14"}}, False),
        ({"status": "released", "dates": {"released": "2019-02-14"}}, True),
        ({"status": "released", "dates": {"released": "unknown"}}, True),
        ({"status": "released", "dates": "unknown"}, True),
        ({"status": "withdrawn", "dates": {"withdrawn": "2019-02-14"}}, False),
        ({"status": "withdrawn", "dates": {"released": "2019-02-14"}}, False),
        ({"status": "withdrawn", "dates": {"released": "2019-02-14", "withdrawn": "2019-03-14"}}, True),
        ({"status": "planned"}, True),
    ],
)
def test_a_status_needs_its_dates(stage: dict[str, Any], *, valid: bool) -> None:
    item = {"id": "a", "title": "A", **stage}
    plan = {"schema": "release-plan/1", "id": "a", "title": "A", "stages": [item]}
    assert VALIDATOR.is_valid(plan) is accepted(plan) is valid


def test_no_line_break_after_the_end() -> None:
    for value in ("small\n", "small\r", "small\u2028"):
        plan = {"schema": "release-plan/1", "id": value, "title": "A", "stages": []}
        assert not VALIDATOR.is_valid(plan)
        assert not accepted(plan)
