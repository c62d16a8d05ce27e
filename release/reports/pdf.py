"""A report as PDF: the printed page, tagged, with its JSON twin attached, the same bytes each time.

What draws the pages is an extra, as it needs libraries of the system; it is imported only here. It could read
any file or address that a template names, so everything but `data:` is refused.
"""

from __future__ import annotations

import gc
import logging
import re
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from release.base.record import EMPTY, Record
from release.base.resources import data
from release.reports.html import Face, page_of
from release.reports.model import Report
from release.reports.palette import LIGHT
from release.reports.safe import clean
from release.reports.twin import json_of
from release.reports.words import Words

if TYPE_CHECKING:
    from pikepdf import Object, Pdf

VARIANT = "pdf/ua-1"
FONTS: Final = (
    ("Report Sans", "400", "Inter-Regular.ttf"),
    ("Report Sans", "500 900", "Inter-SemiBold.ttf"),
    ("Report Mono", "400", "JetBrainsMono-Regular.ttf"),
)
"""Fonts that ship, so that a PDF has the same bytes whatever fonts a machine has: family, weights, file."""

_STYLE = re.compile(r"(<style>)(.*?)(</style>)", re.DOTALL)
_FONT_VARIABLE = re.compile(r"--(sans|mono):([^;}]*)")
_VARIABLE = re.compile(r"var\(--([a-z-]+)\)")
TWIN = "report.json"
INSTALL = "pip install 'staged-release[pdf]'"


class PdfUnavailable(Exception):
    """What draws PDF pages is not installed; `hint` says how it is."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint


class Printed(Record):
    """A PDF.

    Attributes:
        content: its bytes.
        refused: addresses that the page asked for and did not get.
    """

    content: bytes
    refused: tuple[str, ...] = ()


def pdf_of(report: Report, words: Words, templates: Callable[[str], str | None] | None = None) -> Printed:
    """Return a report as PDF.

    Raises:
        PdfUnavailable: what draws it is not installed.
    """
    drawn = drawn_page(plainly_styled(page_of(report, words, templates, faces=_faces())))
    charts = (report.replayed, report.timeline, report.matrix, report.coverage, *report.charts.values())
    said = {
        clean(chart.title): clean(f"{chart.title}. {chart.desc}") for chart in charts if chart is not None
    }
    return Printed(finished(drawn.content, json_of(report), said), drawn.refused)


@cache
def _faces() -> tuple[Face, ...]:
    folder = data("templates") / "reports" / "fonts"
    files = {file: b64encode((folder / file).read_bytes()).decode("ascii") for _, _, file in FONTS}
    return tuple(
        Face(family, weights, f"data:font/ttf;base64,{files[file]}") for family, weights, file in FONTS
    )


def plainly_styled(page: str) -> str:
    """Return a page with the colours of the light theme, and the fonts of paper, written where they are used.

    What draws it would look each variable up for each element, which took a sixth of the time.
    """

    def plain(style: re.Match[str]) -> str:
        fonts = dict(_FONT_VARIABLE.findall(style[2])[-2:])
        values = {**LIGHT, **fonts}
        text = _VARIABLE.sub(lambda found: values.get(found[1], found[0]), style[2])
        return f"{style[1]}{text}{style[3]}"

    return _STYLE.sub(plain, page)


def drawn_page(page: str) -> Printed:
    """Draw a page, with nothing fetched.

    Raises:
        PdfUnavailable: what draws it is not installed.
    """
    refused: list[str] = []
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    logging.getLogger("fontTools").setLevel(logging.CRITICAL)
    with _without_collection(), warnings.catch_warnings(action="ignore"):
        html = _drawing_library()
        document = html(string=page, base_url="about:blank", url_fetcher=_fetcher(refused))
        content = document.write_pdf(pdf_variant=VARIANT)
    return Printed(bytes(content), tuple(dict.fromkeys(refused)))


@contextmanager
def _without_collection() -> Iterator[None]:
    """Leave garbage for a moment: there is hardly any, and looking for it takes up to a fifth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _drawing_library() -> Any:  # noqa: ANN401 - the library has no types
    try:
        import pikepdf  # noqa: F401 - so that a half-installed extra is told before a page is drawn
        from weasyprint import HTML
    except ImportError as error:
        raise PdfUnavailable(f"PDF needs {error.name or 'a part'}, which is not installed", INSTALL) from None
    except OSError as error:
        reason = f"PDF needs Pango, a library of the system, which could not be loaded: {error}"
        hint = "on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        raise PdfUnavailable(reason.partition("\n")[0], hint) from None
    return HTML


def _fetcher(refused: list[str]) -> Any:  # noqa: ANN401 - the library has no types
    from weasyprint.urls import URLFetcher

    class OnlyInline(URLFetcher):  # type: ignore[misc]
        """Gives what stands in the page itself, and nothing else."""

        def fetch(self, url: str, headers: Any = None) -> Any:  # noqa: ANN401 - the library has no types
            """Return what a `data:` address holds.

            Raises:
                ValueError: it is another address; noted, then the page goes on without.
            """
            if url[:5].lower() != "data:":
                refused.append(url)
                raise ValueError(f"not fetched: {url}")
            return super().fetch(url, headers)

    return OnlyInline(allowed_protocols=("data",), allow_redirects=False)


def finished(drawn: bytes, twin: str, said: Mapping[str, str] = EMPTY) -> bytes:
    """Return a PDF whose tags say enough, with the JSON twin as its only attachment.

    Args:
        drawn: the PDF as drawn.
        twin: the report as JSON.
        said: title of a chart to what it shows in words.
    """
    from io import BytesIO

    import pikepdf

    result = BytesIO()
    with pikepdf.open(BytesIO(drawn)) as pdf:
        _retag(pdf, said)
        _attach(pdf, twin)
        pdf.save(result, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return result.getvalue()


def _attach(pdf: Pdf, twin: str) -> None:
    import pikepdf

    for name in list(pdf.attachments):
        del pdf.attachments[name]
    # The classes of the library stamp the time of writing into an attachment; these bytes must not change.
    stream = pdf.make_stream(twin.encode("utf-8"))
    stream.Type = pikepdf.Name.EmbeddedFile
    stream.Subtype = pikepdf.Name("/application/json")
    stream.Params = pikepdf.Dictionary(Size=len(twin.encode("utf-8")))
    held = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Filespec,
            F=TWIN,
            UF=TWIN,
            Desc="The same report for programs",
            AFRelationship=pikepdf.Name.Data,
            EF=pikepdf.Dictionary(F=stream, UF=stream),
        )
    )
    names = pdf.Root.get("/Names")
    if names is None:
        names = pdf.Root.Names = pikepdf.Dictionary()
    names.EmbeddedFiles = pikepdf.Dictionary(Names=pikepdf.Array([pikepdf.String(TWIN), held]))
    pdf.Root.AF = pikepdf.Array([held])


def _retag(pdf: Pdf, said: Mapping[str, str]) -> None:
    """Say of heading cells what they head, of charts what they show; marks without words are silent."""
    import pikepdf

    for element, in_head in _elements(pdf.Root.StructTreeRoot):
        kind = element.get("/S")
        if kind == pikepdf.Name.TH:
            scope = pikepdf.Name.Column if in_head else pikepdf.Name.Row
            element.A = pikepdf.Dictionary(O=pikepdf.Name.Table, Scope=scope)
        elif kind == pikepdf.Name.Figure:
            spoken = str(element.get("/Alt", ""))
            if spoken:
                element.Alt = said.get(spoken, spoken)
            else:
                element.S = pikepdf.Name.Span
                element.ActualText = ""


def _elements(root: Object) -> Iterator[tuple[Object, bool]]:
    """Yield the elements below a root, and whether each is within the head of a table."""
    import pikepdf

    waiting: list[tuple[Object, bool]] = [(root, False)]
    while waiting:
        element, in_head = waiting.pop()
        in_head = in_head or element.get("/S") == pikepdf.Name.THead
        yield element, in_head
        children = element.get("/K")
        below = children if isinstance(children, pikepdf.Array) else (children,)
        waiting += [(each, in_head) for each in below if isinstance(each, pikepdf.Dictionary)]
