"""A report in any of its formats."""

from __future__ import annotations

from collections.abc import Callable

from release.reports.model import Report
from release.reports.words import Words

FORMATS: tuple[str, ...] = ("html", "md", "pdf", "json")
Templates = Callable[[str], str | None]


def render(
    report: Report, words: Words, report_format: str, templates: Templates | None = None
) -> str | bytes:
    """Return a report written as one of `FORMATS`.

    Args:
        report: the report.
        words: the words of its language.
        report_format: one of `FORMATS`; anything else is taken for `html`.
        templates: from a template's name to a text that stands in for the shipped one, or None; Markdown and
            JSON have no templates.

    Raises:
        PdfUnavailable: a PDF is asked for and what draws it is not installed.
    """
    if report_format == "json":
        from release.reports.twin import json_of

        return json_of(report)
    if report_format == "md":
        from release.reports.markdown import markdown_of

        return markdown_of(report, words)
    from release.reports.html import page_of

    return page_of(report, words, templates)
