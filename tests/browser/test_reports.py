"""Reports in a real browser: accessible, whole on a small screen, silent, readable without scripts."""

from __future__ import annotations

import base64
import dataclasses
import importlib.util
import io
import json
import shutil
import subprocess
import sys
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from release import api
from release.analysis.replay import Decision
from release.audience.history import Day, History, StageOn
from release.audience.project import project
from release.base.findings import Status
from release.gate.judgement import Verdict
from release.reports.html import page_of, render_html
from release.reports.model import build, with_history
from release.reports.words import read_words

pytestmark = pytest.mark.browser

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
VIEWS = ("light", "dark", "narrow", "forced")
GOOD = ("made-up", "gpt-2")
LEAST = 0.25
"""Share of the drawn pixels in which two marks that mean different things must differ, without colour."""

BAD = """<!doctype html><html><head><title>Bad</title></head><body><h1>Bad</h1>
<p style="color:#ccc">faint</p><img src="https://example.invalid/x.png"><div style="width:3000px">wide</div>
<p id="late"></p><script>document.getElementById("late").textContent = "only with scripts"</script>
</body></html>"""


def _sample() -> Any:
    spec = importlib.util.spec_from_file_location("made_up_plan", ROOT / "tests/unit/audience/sample.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["made_up_plan"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return project(module.judgement(), "public")


def _every_state() -> str:
    """Return a page with each verdict, each status of findings, and days with each kind of decision."""
    view, words = _sample(), read_words("en")
    verdicts: tuple[Verdict, ...] = ("go", "hold", "no-go", "hold")
    stages = tuple(
        dataclasses.replace(each, verdict=verdict)
        for each, verdict in zip(view.stages, verdicts, strict=True)
    )
    statuses: tuple[Status, ...] = ("fail", "unknown", "waived")
    findings = tuple(
        view.findings[0].but(status=status, rule=f"{view.findings[0].rule}-{status}", severity="error")
        for status in statuses
    )
    view = dataclasses.replace(view, stages=stages, findings=(*findings, *view.findings), verdict="no-go")
    taken = [
        Decision("2019-02-14", each.id, decision, verdict, "", "", "dates", against)
        for each, (decision, verdict, against) in zip(
            stages,
            (("released", "go", False), ("released", "hold", True), ("hold", "go", False)),
            strict=False,
        )
    ]
    days = tuple(
        Day(
            f"2019-03-{1 + at:02}",
            f"2019-03-{1 + at:02}",
            tuple(StageOn(each.id, each.verdict, bool(at), at, 1, flipped=at == 1) for each in stages),
            (),
            tuple(taken) if not at else (),
        )
        for at in range(20)
    )
    report = with_history(build(view, words), History(days, tuple(taken)), words)
    return page_of(report, words)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("pages")
    pages = {
        "made-up": render_html(_sample()),
        "states": _every_state(),
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


def mask(png: str) -> tuple[frozenset[int], tuple[int, int]]:
    """Return which pixels of a grey picture are drawn on, and its size."""
    from PIL import Image

    picture = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    red, green, blue = (picture.getchannel(each).tobytes() for each in "RGB")
    same = all(max(each) - min(each) <= 2 for each in zip(red, green, blue, strict=True))
    assert same, "a picture that was to be grey has colour"
    ground = max(set(red), key=red.count)
    return frozenset(at for at, each in enumerate(red) if abs(each - ground) > 50), picture.size


def unlike(one: str, other: str) -> float:
    """Return which share of the pixels drawn on in either of two grey pictures differs."""
    (left, size), (right, another) = mask(one), mask(other)
    if size != another:
        return 1.0
    return len(left ^ right) / max(1, len(left | right))


class TestWithoutColour:
    def test_every_mark_is_told_apart_by_its_shape(self, seen: dict[str, Any]) -> None:
        groups: dict[str, dict[str, str]] = {}
        for page in ("states", "gpt-2"):
            for each in seen[page]["grey"]["pictures"]:
                groups.setdefault(f"{page} {each['group']}", {})[each["name"]] = each["png"]
        assert {"go", "hold", "no-go", "fail", "unknown", "waived"} <= set(groups["states state"])
        assert len(groups["states replay"]) >= 7
        assert len(groups["gpt-2 timeline"]) >= 4
        same = {("fail", "no-go")}  # the cross means no in both, and the word beside it says which
        alike = [
            (group, one, other)
            for group, pictures in groups.items()
            for one, other in combinations(sorted(pictures), 2)
            if (one, other) not in same and unlike(pictures[one], pictures[other]) < LEAST
        ]
        assert alike == []

    def test_every_badge_has_a_word_and_verdicts_have_edges_of_their_own(self, seen: dict[str, Any]) -> None:
        badges = seen["states"]["grey"]["edges"]
        assert all(text for _, _, text in badges)
        edges = {
            name: {edge for css, edge, _ in badges if f"is-{name}" in css.split()}
            for name in ("go", "hold", "no-go")
        }
        assert edges == {"go": {"solid"}, "hold": {"dashed"}, "no-go": {"double"}}

    def test_alike_shapes_would_be_noticed(self, seen: dict[str, Any]) -> None:
        pictures = {each["name"]: each["png"] for each in seen["states"]["grey"]["pictures"]}
        assert unlike(pictures["go"], pictures["go"]) == 0
        assert mask(pictures["go"])[0]


NOT_FAULTS = (
    "Property “paint-order” doesn't exist.",  # of SVG 2, and drawn by browsers; the checker knows SVG 1.1
    "Inline script violates Content Security Policy",  # the data of the page: JSON, which no browser runs
)


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return what the Nu HTML checker says of each page, errors and warnings."""
    folder = tmp_path_factory.mktemp("checked")
    plans = [ROOT / "templates/plans/gpt-2", ROOT / "templates/plans/heron"]
    pages = {each.name: str(api.report(each, audience="public", at="2026-08-20")) for each in plans}
    pages |= {"made-up": render_html(_sample(), lang="de"), "states": _every_state(), "bad": BAD}
    for name, page in pages.items():
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    jar = HERE / "node_modules/vnu-jar/build/dist/vnu.jar"
    command = ["java", "-jar", str(jar), "--format", "json", "--stdout", "--exit-zero-always"]
    files = [str(folder / f"{name}.html") for name in pages]
    result = subprocess.run([*command, *files], capture_output=True, check=False, timeout=300)
    assert result.returncode == 0, result.stderr.decode()
    found: dict[str, list[str]] = {name: [] for name in pages}
    for each in json.loads(result.stdout)["messages"]:
        known = any(part in each["message"] for part in NOT_FAULTS)
        if not known and (each["type"] == "error" or each.get("subType") == "warning"):
            found[Path(each["url"]).stem].append(each["message"])
    return found


class TestNuHtmlChecker:
    @pytest.mark.parametrize("page", ["gpt-2", "heron", "made-up", "states"])
    def test_has_nothing_against_a_report(self, checked: dict[str, list[str]], page: str) -> None:
        assert checked[page] == []

    def test_would_notice(self, checked: dict[str, list[str]]) -> None:
        assert any("“alt”" in each or "“lang”" in each for each in checked["bad"])


def test_the_checks_would_notice(seen: dict[str, Any]) -> None:
    bad = seen["bad"]
    faults = {each["id"] for each in bad["views"]["light"]["violations"]}
    assert {"color-contrast", "html-has-lang", "image-alt"} <= faults
    assert bad["views"]["narrow"]["overflow"] > 0
    assert len(bad["views"]["light"]["requests"]) > 1
    assert bad["text"] < bad["views"]["light"]["text"]
    assert bad["invalid"]
