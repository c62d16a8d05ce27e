"""Logs that the tools themselves wrote: rows and item as kept, and the tools' own figures out of the rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from release.base.errors import InvalidInput
from release.evidence.agreement import figure_at
from release.evidence.lock import computation_json
from release.importers._logs.importer import IMPORTERS, Importer, importer_called
from release.source import parse_document

CASES = Path(__file__).resolve().parents[2] / "cases/importers"
NAMES = sorted(path.parent.relative_to(CASES).as_posix() for path in CASES.glob("*/*/case.json"))
OPTIONS = ("kind", "metric", "columns", "models", "partial")


def imported(imports: Callable, name: str):
    case = json.loads((CASES / name / "case.json").read_text(encoding="utf-8"))
    options = {key: case[key] for key in OPTIONS if key in case}
    return case, imports(case["format"], CASES / name / "log", **options)


@pytest.mark.parametrize("name", NAMES)
def test_rows_and_item_are_as_kept(name: str, imports: Callable, golden: Callable) -> None:
    _, done = imported(imports, name)
    golden(CASES / name / "rows.csv", done.rows)
    golden(CASES / name / "item.yaml", done.imported.yaml())


@pytest.mark.parametrize("name", NAMES)
def test_the_rows_give_the_figures_that_the_tool_states(name: str, imports: Callable) -> None:
    case, done = imported(imports, name)
    computed = computation_json(done.found)
    for figure in case["figures"]:
        found = figure_at(figure["result"], figure["by"], computed["results"], computed["slices"])
        assert found is not None, figure
        assert found["value"] == pytest.approx(figure["value"], abs=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_every_row_is_counted(name: str, imports: Callable) -> None:
    _, done = imported(imports, name)
    assert done.imported.rows == len(done.rows.splitlines()) - 1
    assert all(len(log.sha256) == len("sha256:") + 64 for log in done.imported.logs)
    blank = sum(log.errors + log.unscored for log in done.imported.logs)
    if done.imported.kind in {"benchmark", "red_team"}:
        assert done.found.facts["missing"] == blank


@pytest.mark.parametrize("name", NAMES)
def test_the_format_is_told_from_the_log(name: str, imports: Callable) -> None:
    case, done = imported(imports, name)
    if case["format"] == "table":
        with pytest.raises(InvalidInput) as raised:
            imports("auto", CASES / name / "log")
        assert raised.value.errors[0].code == "IN-078"
        return
    options = {key: case[key] for key in OPTIONS if key in case}
    assert imports("auto", CASES / name / "log", **options).rows == done.rows


@pytest.mark.parametrize("name", NAMES)
def test_the_item_is_yaml_and_keeps_its_texts(name: str, imports: Callable) -> None:
    _, done = imported(imports, name)
    root = parse_document(("evidence:\n" + done.imported.yaml()).encode(), "plan").root
    (item,) = root["evidence"]
    assert item["id"] == "item"
    assert item["limitations"] == done.imported.item["limitations"]
    assert item["data"]["columns"] == dict(done.imported.columns)


@pytest.mark.parametrize(("name", "samples"), [("inspect/epochs", 2), ("helm/two-trials", 6)])
def test_repetitions_are_clustered_by_their_sample(name: str, samples: int, imports: Callable) -> None:
    _, done = imported(imports, name)
    assert done.imported.item["params"] == {"cluster": "sample"}
    assert done.found.results["accuracy"].clusters == samples
    assert done.found.results["accuracy"].method.startswith("cluster-means")


def test_each_format_has_a_case_and_offers_an_importer() -> None:
    assert set(IMPORTERS.shipped) == {name.split("/")[0] for name in NAMES}
    for name in IMPORTERS.shipped:
        importer = importer_called(name)
        assert isinstance(importer, Importer)
        assert importer.name == name
    assert importer_called("lm-eval").name == "lm_eval"
