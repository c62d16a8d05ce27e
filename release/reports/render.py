"""A report in any of its formats."""

from __future__ import annotations

from collections.abc import Callable

from release.base.record import Record
from release.base.visible import visible
from release.reports.model import Report
from release.reports.words import Words

Templates = Callable[[str], str | None]


class Rendered(Record):
    """A report as it is written.

    Attributes:
        content: text, or the bytes of a PDF.
        notes: what the person who asked for it should know, line by line.
        report: what it says.
    """

    content: str | bytes
    notes: tuple[str, ...] = ()
    report: Report | None = None


def render(report: Report, words: Words, report_format: str, templates: Templates | None = None) -> Rendered:
    """Return a report in one format.

    Args:
        report: the report.
        words: the words of its language.
        report_format: `md`, `pdf`, `json`, or else a page.
        templates: from a template's name to a text that stands in for the shipped one, or None; Markdown and
            JSON have no templates.

    Raises:
        PdfUnavailable: a PDF is asked for and what draws it is not installed.
    """
    if report_format == "json":
        from release.reports.twin import json_of

        return Rendered(json_of(report))
    if report_format == "md":
        from release.reports.markdown import markdown_of

        return Rendered(markdown_of(report, words))
    if report_format == "pdf":
        from release.reports.pdf import pdf_of

        printed = pdf_of(report, words, templates)
        refused = (f"not fetched: {visible(each)}; a report holds all it needs" for each in printed.refused)
        return Rendered(printed.content, tuple(refused))
    from release.reports.html import page_of

    return Rendered(page_of(report, words, templates))
