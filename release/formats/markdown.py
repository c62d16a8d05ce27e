"""Markdown for a merge-request comment or a job summary; a hidden marker lets a bot update it in place."""

from __future__ import annotations

from collections.abc import Iterator

from release.audience.check_view import CheckView, PlanCheck
from release.base.findings import Finding
from release.base.visible import visible
from release.formats._format import Format, FormatOptions
from release.formats._summary import WORDS, blocking_order, summary_line

MARKER = "<!-- staged-release -->"
_ICONS = {"go": "✅", "hold": "⏸️", "no-go": "⛔"}
_PLAIN = frozenset(" .,()/-")


def render(view: CheckView, options: FormatOptions) -> str:
    """Return a heading, a table of stages and a table of findings for every plan."""
    del options
    lines = [MARKER, f"## {_ICONS[view.verdict]} {WORDS[view.verdict]}", ""]
    for plan in view.plans:
        lines += _plan(plan, view)
    return "\n".join([*lines, text(summary_line(view)), ""])


def _plan(plan: PlanCheck, view: CheckView) -> Iterator[str]:
    yield f"### {text(plan.title)}, as of {text(view.at)}"
    yield ""
    yield "| stage | status | date | verdict | findings |"
    yield "|---|---|---|---|---|"
    for stage in plan.stages:
        verdict = f"{_ICONS[stage.verdict]} {WORDS[stage.verdict]}"
        date = text(stage.date or "unknown")
        yield f"| {text(stage.title)} | {stage.status} | {date} | {verdict} | {stage.findings} |"
    yield ""
    if plan.findings:
        yield "| | rule | where | what |"
        yield "|---|---|---|---|"
        yield from (_row(finding) for finding in sorted(plan.findings, key=blocking_order))
        yield ""
    if plan.withheld:
        yield f"{plan.withheld} items are withheld from {text(view.audience)}; the verdicts may rest on them."
        yield ""


def _row(finding: Finding) -> str:
    state = finding.severity if finding.status == "fail" else finding.status
    where = f"{finding.at.file}:{finding.at.line}"
    said = finding.message
    waiver = finding.waiver
    if waiver is not None:
        said = f"{said} Waived by {waiver.approver} until {waiver.expires}: {waiver.reason}"
    return f"| {state} | {text(finding.rule)} | {text(where)} | {text(said)} |"


def text(value: str) -> str:
    """Return text in which nothing is markup: every character that could be is a numeric entity.

    Plain punctuation stays where it stands between letters or digits, so that the source can be read too.
    """
    shown = " ".join(visible(value).split())
    return "".join(
        each if each.isalnum() or _harmless(shown, place) else f"&#{ord(each)};"
        for place, each in enumerate(shown)
    ).replace("www&#46;", "www&#8203;&#46;")


def _harmless(shown: str, place: int) -> bool:
    if shown[place] not in _PLAIN:
        return False
    if shown[place] == " ":
        return True
    inside = 0 < place < len(shown) - 1
    return inside and shown[place - 1].isalnum() and (shown[place + 1].isalnum() or shown[place + 1] == " ")


FORMAT = Format("Markdown for a comment or a job summary", render)
