"""Reports in a real browser: accessible, whole on a small screen, silent, readable without scripts."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from release import api
from release.audience.project import project
from release.reports.html import render_html

pytestmark = pytest.mark.browser

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VIEWS = ("light", "dark", "narrow", "forced")
GOOD = ("made-up", "gpt-2")
BAD = """<!doctype html><html><head><title>Bad</title></head><body><h1>Bad</h1>
<p style="color:#ccc">faint</p><img src="https://example.invalid/x.png"><div style="width:3000px">wide</div>
<p id="late"></p><script>document.getElementById("late").textContent = "only with scripts"</script>
</body></html>"""


def _made_up() -> str:
    spec = importlib.util.spec_from_file_location("made_up_plan", ROOT / "tests/unit/audience/sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["made_up_plan"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return render_html(project(module.judgement(), "public"))


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("pages")
    pages = {
        "made-up": _made_up(),
        "gpt-2": api.report(ROOT / "templates/plans/gpt-2", audience="internal", at="2019-11-04"),
        "bad": BAD,
    }
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    files = [str(folder / f"{name}.html") for name in pages]
    result = subprocess.run(
        ["node", "look.mjs", browser, *files], capture_output=True, cwd=HERE, check=False, timeout=600
    )
    assert result.returncode == 0, result.stderr.decode()
    found = json.loads(result.stdout)
    return {name: found[str(folder / f"{name}.html")] for name in pages}


@pytest.mark.parametrize("page", GOOD)
class TestReport:
    @pytest.mark.parametrize("view", VIEWS)
    def test_axe_finds_no_fault(self, seen: dict[str, Any], page: str, view: str) -> None:
        result = seen[page]["views"][view]
        assert result["violations"] == []
        assert result["passes"] > 30

    @pytest.mark.parametrize("view", VIEWS)
    def test_nothing_is_wider_than_the_screen(self, seen: dict[str, Any], page: str, view: str) -> None:
        assert seen[page]["views"][view]["overflow"] <= 0

    def test_the_file_itself_is_all_that_is_asked_for(self, seen: dict[str, Any], page: str) -> None:
        for view in VIEWS:
            assert len(seen[page]["views"][view]["requests"]) == 1
            assert seen[page]["views"][view]["problems"] == []

    def test_all_text_is_there_without_scripts(self, seen: dict[str, Any], page: str) -> None:
        assert seen[page]["text"] == seen[page]["views"]["light"]["text"] > 5000

    def test_the_decision_is_on_the_first_screen(self, seen: dict[str, Any], page: str) -> None:
        places = {each["name"]: each for each in seen[page]["views"]["light"]["first"]}
        assert {"H1", "facts", "verdict is-hold", "tiles", "cards"} <= set(places)
        assert max(each["bottom"] for each in places.values()) <= 900

    def test_paper_is_white_and_shows_every_table(self, seen: dict[str, Any], page: str) -> None:
        paper = seen[page]["print"]
        assert paper["ground"] == "rgb(255, 255, 255)"
        assert paper["tables"] >= 3
        assert paper["closed"] == 0
        assert paper["contents"] is True

    def test_the_markup_is_valid(self, seen: dict[str, Any], page: str) -> None:
        assert seen[page]["invalid"] == []


def test_the_checks_would_notice(seen: dict[str, Any]) -> None:
    bad = seen["bad"]
    faults = {each["id"] for each in bad["views"]["light"]["violations"]}
    assert {"color-contrast", "html-has-lang", "image-alt"} <= faults
    assert bad["views"]["narrow"]["overflow"] > 0
    assert len(bad["views"]["light"]["requests"]) > 1
    assert bad["text"] < bad["views"]["light"]["text"]
    assert bad["invalid"]
