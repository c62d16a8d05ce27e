"""The shipped GPT-2 plan, judged and reported: what is hidden in it reaches nobody else in any layer."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from release import api
from release.audience.check_view import check_view
from release.audience.project import project
from release.formats._format import FormatOptions
from release.formats.json import render as render_json
from release.formats.text import render as render_text
from release.reports.html import render_html
from release.source.reading import read_document

ROOT = Path(__file__).resolve().parents[3]
PLAN = ROOT / "templates/plans/gpt-2"
AT = "2019-11-04"
HIDDEN = {
    "risks": ("bias", "internal"),
    "evidence": ("ctec-probe", "internal"),
    "partners": ("ctec", "partner:ctec"),
    "mitigations": ("withholding", "internal"),
    "events": ("grover", "partner:oregon"),
    "sources": ("zellers-2019", "internal"),
    "benefits": ("writing", "internal"),
}
_TEXT = {
    "title",
    "description",
    "rationale",
    "claim",
    "text",
    "limitations",
    "owner",
    "notes",
    "funding",
    "question",
}


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {str(name): _plain(each) for name, each in node.items()}
    return [_plain(each) for each in node] if isinstance(node, list) else node


def _written() -> dict[str, Any]:
    whole: dict[str, Any] = {}
    for name in ("release.yaml", "evidence.yaml", "sources.yaml"):
        whole |= _plain(read_document(PLAN / name, name).root)
    del whole["include"]
    for section, (identity, label) in HIDDEN.items():
        node = next(each for each in whole[section] if each["id"] == identity)
        node["audience"] = label
    return whole


def _changed(node: Any, *, hidden: bool, name: str = "") -> Any:
    """Return the plan with every text below a hidden object, and every note, longer and different."""
    if isinstance(node, Mapping):
        below = hidden or node.get("audience", "public") != "public"
        return {key: _changed(each, hidden=below or key == "notes", name=key) for key, each in node.items()}
    if isinstance(node, list):
        return [_changed(each, hidden=hidden, name=name) for each in node]
    if hidden and name in _TEXT and isinstance(node, str) and node not in ("unknown", "undisclosed"):
        return f"canary {len(node)}\nand one more line\n{node[::-1]}"
    return node


def _renamed(node: Any, names: Mapping[str, str]) -> Any:
    if isinstance(node, Mapping):
        return {key: _renamed(each, names) for key, each in node.items()}
    if isinstance(node, list):
        return [_renamed(each, names) for each in node]
    if isinstance(node, str):
        kind, colon, identity = node.partition(":")
        return f"{kind}:{names[identity]}" if colon and identity in names else names.get(node, node)
    return node


def _judged(folder: Path, plan: Mapping[str, Any]) -> Any:
    folder.mkdir(parents=True)
    text = yaml.safe_dump(plan, sort_keys=False, allow_unicode=True)
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    return api.check(folder, at=AT).judgements[0]


@pytest.fixture(scope="module")
def judgements(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Any]:
    written = _written()
    partners = {"ctec"}
    names = {name: f"canary-{name}" for name, _ in HIDDEN.values() if name not in partners}
    other = _renamed(_changed(written, hidden=False), names)
    folder = tmp_path_factory.mktemp("plans")
    return _judged(folder / "one", written), _judged(folder / "two" / "deeper", other)


@pytest.mark.parametrize("audience", ["public", "partner:cornell"])
def test_what_is_hidden_changes_no_byte_in_any_format(judgements: tuple[Any, Any], audience: str) -> None:
    one, other = judgements
    assert one.digest != other.digest
    assert [stage.verdict for stage in one.stages] == [stage.verdict for stage in other.stages]
    pages = [render_html(project(each, audience)) for each in judgements]
    assert pages[0] == pages[1]
    assert "canary" not in pages[1]
    for render in (render_json, render_text):
        texts = [
            render(check_view([each], audience), FormatOptions(version="1")).replace(each.path, "PLAN")
            for each in judgements
        ]
        assert texts[0] == texts[1]


def test_insiders_and_the_partner_named_do_see_it(judgements: tuple[Any, Any]) -> None:
    assert "canary" in render_html(project(judgements[1], "internal"))
    assert "canary" in render_html(project(judgements[1], "partner:ctec"))


def test_the_report_of_the_shipped_plan_tells_the_known_story() -> None:
    page = api.report(PLAN, audience="public", at=AT)
    twin = json.loads(page.partition('id="report-data">')[2].partition("</script>")[0])
    assert twin["verdict"] == "hold"
    assert [stage["verdict"] for stage in twin["stages"]] == ["hold"] * 4
    figures = {each["id"]: each for each in twin["figures"]}
    assert figures["figure:cornell-november:declared:mean:stage~3dxl"]["value"] == 6.91
    assert "6.07" in page
    assert "interval not available" in page


def test_rendering_it_keeps_its_budget() -> None:
    view = project(api.check(PLAN, at=AT).judgements[0], "internal")
    render_html(view)
    start = time.process_time()
    render_html(view)
    assert time.process_time() - start < 1
