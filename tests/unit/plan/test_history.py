"""What the history of releases holds can be written down without new keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from release.base.dates import moment
from release.base.labels import PARTNERS, PUBLIC
from release.plan.architecture import parameters_computed
from release.plan.as_of import as_of
from release.plan.models.plan import PLAN
from release.plan.plan import Plan
from release.plan.read import read_plan
from release.plan.shapes import Choice, Shape
from release.plan.shapes.record import Record
from release.source import Map
from tests.unit.plan.conftest import CASES


def case(name: str) -> Plan:
    return read_plan(CASES / name, name)


def statuses(plan: Plan, at: str) -> list[str]:
    return [stage["status"] for stage in as_of(plan, moment(at), explicit=True).data["stages"]]


def test_a_family_released_by_size() -> None:
    plan = case("family-by-size")
    sizes = [variant["parameters"] for variant in plan.data["variants"]]
    assert sizes == sorted(sizes)
    assert [parameters_computed(variant["architecture"]) for variant in plan.data["variants"]] == sizes
    assert statuses(plan, "2019-05-02") == ["released", "planned", "planned", "planned"]
    assert statuses(plan, "2019-11-05") == ["released"] * 4
    eve = as_of(plan, moment("2019-08-19"), explicit=True).data["stages"][2]
    assert [artefact["kind"] for artefact in eve["artefacts"]] == ["card", "report"]
    assert plan.data["stages"][1]["access"]["level"] == "downloadable"


def test_one_size_by_growing_access() -> None:
    plan = case("growing-access")
    assert [stage["variants"] for stage in plan.data["stages"]] == [["model"]] * 3
    assert [stage["access"]["public"] for stage in plan.data["stages"]] == [False, False, True]
    assert statuses(plan, "2021-11-17") == ["released", "released", "planned"]
    before = as_of(plan, moment("2021-02-01"), explicit=True).data["stages"][1]
    assert before["dates"]["planned"] == before["date"] == "2021-01-01"
    assert "released" not in before["dates"]


def test_all_sizes_on_one_day_to_applicants() -> None:
    plan = case("one-day-to-applicants")
    (stage,) = plan.data["stages"]
    assert len(stage["variants"]) == 4
    assert stage["access"]["gate"] == {
        "$at": "/stages/0/access/gate",
        "review": "case by case",
        "revocable": False,
    }


def test_a_demo_withdrawn_after_days() -> None:
    plan = case("demo-withdrawn")
    assert statuses(plan, "2022-11-14") == ["planned", "planned"]
    assert statuses(plan, "2022-11-17") == ["released", "planned"]
    assert statuses(plan, "2022-11-18") == ["withdrawn", "planned"]
    before = as_of(plan, moment("2022-12-19"), explicit=True)
    assert "review" not in before.data["stages"][0]
    assert as_of(plan, moment("2022-12-20"), explicit=True).data["stages"][0]["review"]["on"] == "2022-12-20"


def test_a_leak() -> None:
    plan = case("leak")
    assert as_of(plan, moment("2023-03-02"), explicit=True).data["events"] == []
    view = as_of(plan, moment("2023-03-12"), explicit=True).data
    assert view["events"][0]["kind"] == "leak"
    assert view["monitoring"][0]["observations"][0]["count"] == 12
    assert "action_taken" not in view["monitoring"][0]


def test_undisclosed_sizes() -> None:
    plan = case("undisclosed-sizes")
    base, chat = plan.data["variants"]
    assert base["$words"] == dict.fromkeys(["parameters", "architecture", "training"], "undisclosed")
    assert chat["training"]["$unknown"] == ["compute_flop", "tokens", "data", "cost"]
    later = as_of(plan, moment("2024-01-01"), explicit=True).data["stages"][1]
    assert later["status"] == "planned"
    assert "date" in later["$unknown"]
    assert "variants" in later["$unknown"]
    assert "status" not in later["$unknown"]


def test_sizes_first_published_wrong() -> None:
    plan = case("sizes-published-wrong")
    for variant in plan.data["variants"]:
        assert parameters_computed(variant["architecture"]) == variant["parameters"]
        assert variant["aliases"]


def test_a_larger_model_before_a_smaller_one() -> None:
    plan = case("larger-first")
    view = as_of(plan, moment("2020-01-01"), explicit=True).data["stages"]
    assert [stage["status"] for stage in view] == ["released", "planned", "cancelled", "draft"]
    assert [stage.get("order") for stage in view] == [0, 1, None, 2]
    today = as_of(plan, moment("2020-01-01"), explicit=False).data["stages"]
    assert [stage["status"] for stage in today] == ["released", "released", "cancelled", "draft"]
    assert "date" not in today[1]


@pytest.mark.parametrize("folder", sorted(each.name for each in CASES.iterdir()))
def test_every_case_is_accepted(folder: str) -> None:
    plan = case(folder)
    assert plan.id == folder
    assert plan.path == f"{folder}/release.yaml"


def test_every_key_of_every_object_is_used_in_one_case() -> None:
    plan = case("every-field")
    used: dict[str, set[str]] = {}
    _collect(PLAN, plan.tree.root, used)
    for record in _records(PLAN):
        expected = set(record.fields) - {"notes", "audience", "include"}
        assert expected <= used.get(record.name, set()), record.name


def _records(shape: Shape) -> list[Record]:
    found: dict[str, Record] = {}
    waiting = [shape]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Record) and here.name not in found:
            found[here.name] = here
        elif isinstance(here, Record):
            continue
        waiting.extend(here.parts())
    return list(found.values())


def _collect(shape: Shape | None, value: Any, used: dict[str, set[str]]) -> None:
    if isinstance(shape, Choice):
        shape = shape.option(value)
    if shape is None:
        return
    if isinstance(shape, Record) and isinstance(value, Map):
        used.setdefault(shape.name, set()).update(value)
    for step, part in (
        value.items() if isinstance(value, Map) else enumerate(value) if isinstance(value, list) else ()
    ):
        _collect(shape.inside(value, step), part, used)


def test_short_forms_are_written_out() -> None:
    plan = case("every-field")
    first, second, _ = plan.data["stages"]
    assert second["leak_plan"] == {"$at": "/stages/1/leak_plan", "text": "Tell everybody."}
    assert second["licence"] == {"$at": "/stages/1/licence", "id": "MIT"}
    assert second["contact"]["report"] == "desk@example.org"
    assert first["components"][2]["name"] == "samples"
    assert plan.data["strategy"]["references"][1] == {"$at": "/strategy/references/1", "source": "post"}
    assert plan.data["strategy"]["alternatives"][0]["title"] == "Everything at once"
    assert plan.data["variants"][2]["training"]["cost"]["text"] == "Not said"
    assert plan.data["monitoring"][0]["observations"][1]["exposure"]["amount"] == 30.0
    assert plan.data["evidence"][1]["headline"]["result"] == "upper_bound"
    assert plan.data["evidence"][1]["evaluator"]["name"] == "Two people"
    assert plan.data["critiques"][1]["answer"]["text"] == "What papers print."
    assert plan.data["documentation_contact"]["address"] == "docs@example.org"


def test_values_have_one_form() -> None:
    plan = case("every-field")
    small = plan.data["variants"][0]
    assert small["training"]["compute_flop"] == 3.0
    assert isinstance(small["training"]["compute_flop"], float)
    assert small["training"]["tokens"] == 15_000_000_000
    assert isinstance(small["training"]["tokens"], int)
    assert small["training_methods"] == ["rlhf"]
    assert small["checkpoints"][0]["sha256"] == "sha256:" + "0" * 62 + "aa"
    assert plan.data["evidence"][0]["checkpoint"] == "sha256:" + "0" * 62 + "aa"
    assert plan.data["variants"][2]["training"]["data"]["at"] == "4.2"
    assert plan.data["stages"][0]["access"]["controls"] == ["usage-policy", "other: a note in the card"]
    assert plan.data["approvals"][0]["decision"] == "go"
    assert plan.data["attestations"][0]["answer"] == "yes"
    assert plan.data["policies"]["params"]["own.deep"] == {
        "$at": "/policies/params/own.deep",
        "a": {"$at": "/policies/params/own.deep/a", "b": [1, 2.5, True, "text"]},
    }


def test_declared_figures_are_a_list_with_their_digits() -> None:
    plan = case("every-field")
    mean, change, p = plan.data["evidence"][0]["declared"]
    assert mean["result"] == "mean"
    assert mean["$raw"] == {"value": "6.910", "low": "6.7", "high": "7.1"}
    assert mean["by"] == {"$at": "/evidence/0/declared/mean"}
    assert change["$unknown"] == ["value"]
    assert change["$words"] == {"value": "unknown"}
    assert (p["value"], p["$raw"]) == (0.061, {"value": "0.061"})
    rate, bound = plan.data["evidence"][1]["declared"]
    assert rate["by"] == {
        "$at": "/evidence/1/declared/0/by",
        "category": "1.50",
        "held_out": "true",
        "actor": "trolls",
    }
    assert rate["$raw"] == {"value": "0", "low": "0.0", "high": "0.012"}
    assert bound["$unknown"] == ["value"]


def test_labels_of_the_case() -> None:
    plan = case("every-field")
    assert plan.label("/contact") == PUBLIC
    assert plan.label("/risks/0") == PARTNERS
    assert plan.label("/partners/0/findings/0").partners == {"university"}


def test_a_folder_and_its_file_are_the_same_plan(tmp_path: Path) -> None:
    del tmp_path
    folder = CASES / "leak"
    assert read_plan(folder, "x/leak/").data == read_plan(folder / "release.yaml", "y.yaml").data
    assert read_plan(folder, "x/leak/").path == "x/leak/release.yaml"
    assert read_plan(folder).path == str(folder / "release.yaml")
