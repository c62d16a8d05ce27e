"""PDF: tagged, silent, the same each time, with the JSON twin as its only attachment, and drawn in colour."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pikepdf
import pytest

from release import api
from release.audience.project import project
from release.base.errors import InvalidInput
from release.reports.model import build
from release.reports.palette import LIGHT
from release.reports.pdf import PdfUnavailable, Printed, drawn_page, finished, pdf_of
from release.reports.twin import json_of
from release.reports.words import read_words

pytestmark = [pytest.mark.pango, pytest.mark.filterwarnings("default")]
PLAN = "templates/plans/gpt-2"


@pytest.fixture(scope="module")
def report(sample: ModuleType) -> Any:
    return build(project(sample.judgement(), "public"), read_words("en"))


@pytest.fixture(scope="module")
def printed(report: Any) -> Printed:
    return pdf_of(report, read_words("en"))


@pytest.fixture(scope="module")
def pdf(printed: Printed) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed.content)) as opened:
        yield opened


def elements(pdf: pikepdf.Pdf) -> list[Any]:
    return [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary) and "/S" in each]


def kinds(pdf: pikepdf.Pdf) -> list[str]:
    return [str(each.S) for each in elements(pdf)]


class TestStructure:
    def test_it_is_tagged_and_says_its_language_and_title(self, pdf: pikepdf.Pdf) -> None:
        root = pdf.Root
        assert root.StructTreeRoot.Type == pikepdf.Name.StructTreeRoot
        assert bool(root.MarkInfo.Marked) is True
        assert str(root.Lang) == "en"
        assert bool(root.ViewerPreferences.DisplayDocTitle) is True
        assert str(pdf.docinfo.Title) == "GPT-2, released by size: Hold as of 2019-11-04"
        assert b"pdfuaid" in bytes(root.Metadata.read_bytes())

    def test_one_first_heading_and_an_outline(self, pdf: pikepdf.Pdf) -> None:
        assert kinds(pdf).count("/H1") == 1
        with pdf.open_outline() as outline:
            (top,) = outline.root
            assert top.title == "GPT-2, released by size"
            assert "Limits of this report" in [each.title for each in top.children]

    def test_every_picture_has_words(self, pdf: pikepdf.Pdf, report: Any) -> None:
        figures = [each for each in elements(pdf) if str(each.S) == "/Figure"]
        spoken = [str(each.get("/Alt", "")) for each in figures]
        assert all(spoken)
        assert any(report.timeline.desc in each for each in spoken)
        assert len(figures) == len(report.charts) + 3

    def test_every_heading_cell_says_what_it_heads(self, pdf: pikepdf.Pdf) -> None:
        cells = [each for each in elements(pdf) if str(each.S) == "/TH"]
        scopes = {str(each.A.Scope) for each in cells}
        assert scopes == {"/Column", "/Row"}

    def test_no_scripts_forms_or_strange_addresses(self, pdf: pikepdf.Pdf) -> None:
        for each in pdf.objects:
            if not isinstance(each, pikepdf.Dictionary):
                continue
            assert "/JS" not in each
            assert "/AA" not in each
            assert str(each.get("/S", "")) not in {"/JavaScript", "/Launch", "/SubmitForm", "/GoToR"}
            if "/URI" in each:
                assert re.match(r"(https?://|mailto:)", str(each.URI))
        assert "/AcroForm" not in pdf.Root

    def test_all_fonts_are_embedded(self, pdf: pikepdf.Pdf) -> None:
        found = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
        described = [each for each in found if str(each.get("/Type", "")) == "/FontDescriptor"]
        assert described
        for each in described:
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(each.keys())

    def test_all_of_them_ship_with_the_tool(self, pdf: pikepdf.Pdf) -> None:
        found = [each for each in pdf.objects if isinstance(each, pikepdf.Dictionary)]
        names = {str(each.FontName).partition("+")[2] for each in found if "/FontName" in each}
        assert names <= {"Report-Sans", "Report-Sans-Semi-Bold", "Report-Mono"}
        assert len(names) == 3

    def test_the_json_twin_is_the_only_attachment(self, pdf: pikepdf.Pdf, report: Any) -> None:
        assert list(pdf.attachments) == ["report.json"]
        assert pdf.attachments["report.json"].get_file().read_bytes().decode() == json_of(report)


def test_it_is_the_same_each_time(report: Any, printed: Printed) -> None:
    assert pdf_of(report, read_words("en")).content == printed.content


NO_FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><cachedir>{}</cachedir></fontconfig>"""


def test_a_machine_without_fonts_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text(NO_FONTS.format(tmp_path / "cache"), encoding="utf-8")
    own = {name: each for name, each in os.environ.items() if not name.startswith("FONTCONFIG")}
    bare = {**own, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    files = []
    for number, environment in enumerate((own, bare)):
        target = tmp_path / f"{number}.pdf"
        command = (
            "report",
            PLAN,
            "--at",
            "2019-11-04",
            "--audience",
            "public",
            "-f",
            "pdf",
            "-o",
            str(target),
        )
        done = subprocess.run(
            [sys.executable, "-m", "release", *command], capture_output=True, env=environment, check=False
        )
        assert done.returncode == 0, done.stderr
        assert b"ugly" not in done.stderr
        files.append(target.read_bytes())
    assert files[0] == files[1]


def test_the_fonts_have_every_sign_of_our_own_words() -> None:
    from fontTools.ttLib import TTFont

    folder = Path("templates/reports")
    known = set(TTFont(folder / "fonts/Inter-Regular.ttf").getBestCmap())
    assert known == set(TTFont(folder / "fonts/Inter-SemiBold.ttf").getBestCmap())
    for lang in ("en", "de"):
        signs = {ord(sign) for text in read_words(lang).table.values() for sign in text}
        assert signs <= known
    for sign in "→←↑↓≤≥≈≠±×÷−∞√∑µαβγΣΩ“”„‚…–—✓✗◆▲●Жй":
        assert ord(sign) in known, sign


class Asked(BaseHTTPRequestHandler):
    paths: list[str] = []  # noqa: RUF012 - one list for the one server of this module

    def do_GET(self) -> None:
        self.paths.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"SECRET")

    def log_message(self, *_: object) -> None:
        return


def test_nothing_is_fetched_and_the_run_says_so(tmp_path: Path) -> None:
    server = HTTPServer(("127.0.0.1", 0), Asked)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    near = f"http://127.0.0.1:{server.server_port}"
    (tmp_path / "beside.css").write_text("body{color:red}", encoding="utf-8")
    page = f"""<!doctype html><html lang=en><title>t</title>
    <link rel=attachment href=file:///etc/passwd><link rel=stylesheet href=beside.css>
    <link rel=stylesheet href=file://{tmp_path}/beside.css>
    <style>@import url({near}/import.css);@font-face{{font-family:x;src:url({near}/font.woff2)}}
    body{{font-family:x;background:url({near}/ground.png)}}</style>
    <img src="{near}/pixel.png" alt="p"><img src="/etc/passwd" alt="q"><img src=ftp://127.0.0.1/x alt="r">
    <object data="{near}/object.svg"></object><a rel=attachment href=file:///etc/passwd>x</a>
    <img alt=ok src="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/%3E">
    <h1>Text</h1>"""
    drawn = drawn_page(page)
    server.shutdown()
    server.server_close()
    assert Asked.paths == []
    asked = set(drawn.refused)
    assert "file:///etc/passwd" in asked
    assert f"{near}/pixel.png" in asked
    assert f"{near}/import.css" in asked
    assert not any(each.startswith("data:") for each in asked)
    with pikepdf.open(io.BytesIO(drawn.content)) as opened:
        assert list(opened.attachments) == []
    with pikepdf.open(io.BytesIO(finished(drawn.content, "{}"))) as opened:
        assert list(opened.attachments) == ["report.json"]
        for each in opened.objects:
            if isinstance(each, pikepdf.Stream):
                assert b"root:" not in each.read_bytes()


def test_what_a_template_adds_is_no_attachment(report: Any) -> None:
    text = '<link rel=attachment href="data:text/plain,hidden" title=x><p>limits</p>'
    done = pdf_of(report, read_words("en"), {"limits.html.j2": text}.get)
    with pikepdf.open(io.BytesIO(done.content)) as opened:
        assert list(opened.attachments) == ["report.json"]


@pytest.mark.parametrize(
    ("fault", "said"), [("import", "pip install 'staged-release[pdf]'"), ("library", "libpango")]
)
def test_without_the_extra_the_way_to_it_is_said(
    monkeypatch: pytest.MonkeyPatch, report: Any, fault: str, said: str
) -> None:
    if fault == "import":
        monkeypatch.setitem(sys.modules, "weasyprint", None)
    else:

        class Broken:
            def __getattr__(self, name: str) -> Any:
                raise OSError("cannot load library 'libgobject-2.0-0'")

        monkeypatch.setitem(sys.modules, "weasyprint", Broken())
    with pytest.raises(PdfUnavailable) as told:
        pdf_of(report, read_words("en"))
    assert said in told.value.hint


def test_the_command_says_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    look = api.ReportLook("pdf")
    with pytest.raises(InvalidInput) as told:
        api.report(PLAN, audience="public", at="2019-11-04", look=look)
    (error,) = told.value.errors
    assert error.code == "IN-099"
    assert error.hint == "pip install 'staged-release[pdf]'"


@pytest.fixture(scope="module")
def pictures(printed: Printed, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, int, bytes]]:
    """Pages as width, height and RGB bytes."""
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed")
    folder = tmp_path_factory.mktemp("pages")
    (folder / "report.pdf").write_bytes(printed.content)
    subprocess.run(["pdftoppm", "-r", "60", "report.pdf", "page"], cwd=folder, check=True)
    found = []
    for path in sorted(folder.glob("page-*.ppm")):
        head, size, _, body = path.read_bytes().split(b"\n", 3)
        assert head == b"P6"
        width, height = map(int, size.split())
        found.append((width, height, body))
    return found


def test_no_page_is_nearly_empty(pictures: list[tuple[int, int, bytes]]) -> None:
    for width, height, body in pictures[:-1]:
        rows = [body[at * width * 3 : (at + 1) * width * 3] for at in range(height)]
        inked = [at for at, row in enumerate(rows) if row.strip(b"\xff")]
        # The header and the footer stand in the margins; between them a page is used at least to a third.
        inner = [at for at in inked if height * 0.07 < at < height * 0.92]
        assert inner
        assert (inner[-1] - inner[0]) / height > 0.33


def test_marks_keep_their_colours_and_dashes(pictures: list[tuple[int, int, bytes]]) -> None:
    """The colour of the line at the date judged, of interval marks, and of the badge occurs on the pages."""

    def count(colour: str) -> int:
        wanted = bytes.fromhex(LIGHT[colour].lstrip("#"))
        return sum(
            body[at : at + 3] == wanted for _, _, body in pictures for at in range(0, len(body) - 2, 3)
        )

    assert count("accent") > 50
    assert count("hold") > 20
    assert count("no-go") > 5


def test_each_page_says_plan_audience_and_its_number(printed: Printed, tmp_path: Path) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed")
    path = tmp_path / "report.pdf"
    path.write_bytes(printed.content)
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True)
    pages = done.stdout.decode().rstrip("\f").split("\f")
    for number, page in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in page
        assert "the public" in page
        assert "GPT-2, released by size" in page
        assert "2019-11-04" in page
