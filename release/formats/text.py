"""Findings for people on a terminal: grouped by stage, the blocking ones first, each with its source line."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from release.audience.check_view import CheckView, PlanCheck
from release.base.findings import Finding
from release.base.visible import printed, visible
from release.formats._colour import Palette, palette
from release.formats._format import Format, FormatOptions
from release.formats._summary import WORDS, blocking_order, summary_line
from release.gate.judgement import StageVerdict
from release.source.excerpt import excerpt


def render(view: CheckView, options: FormatOptions) -> str:
    """Return the findings of every plan and, as the last line, the verdict, the counts and the next step."""
    colours = palette(enabled=options.colour)
    lines: list[str] = []
    if not options.quiet:
        for plan in view.plans:
            lines += _plan_lines(plan, view, options.width, colours)
    lines.append(colours.verdict(view.verdict, summary_line(view)))
    return printed(lines)


def _plan_lines(plan: PlanCheck, view: CheckView, width: int, colours: Palette) -> Iterator[str]:
    yield colours.strong(f"{visible(plan.title)}, as of {view.at}") + f"  ({visible(plan.path)})"
    if plan.undated:
        yield f"{plan.undated} objects without a known date were left out."
    yield ""
    general = [finding for finding in plan.findings if finding.stage is None]
    if general:
        yield colours.strong("The plan as a whole")
        yield ""
        yield from _finding_list(general, plan, width, colours)
    for stage in plan.stages:
        yield _stage_heading(stage, colours)
        yield ""
        own = [finding for finding in plan.findings if _listed_at(finding, plan) == stage.id]
        yield from _finding_list(own, plan, width, colours)
    if plan.unlisted:
        yield f"{plan.unlisted} findings are not listed; they count all the same."
        yield ""
    if plan.withheld:
        yield f"{plan.withheld} items are withheld from {view.audience}; the verdicts may rest on them."
        yield ""


def _listed_at(finding: Finding, plan: PlanCheck) -> str | None:
    """Return the stage under which a finding stands: the first of its stages that is shown."""
    if finding.stage is None:
        return None
    shown = [stage.id for stage in plan.stages]
    return next((stage for stage in finding.stages if stage in shown), None)


def _stage_heading(stage: StageVerdict, colours: Palette) -> str:
    when = f"{stage.status} {stage.date}" if stage.date else stage.status
    name = visible(stage.title) if stage.title == stage.id else f"{visible(stage.title)} ({stage.id})"
    return (
        f"{colours.strong(f'Stage {name}')}, {when}: {colours.verdict(stage.verdict, WORDS[stage.verdict])}"
    )


def _finding_list(findings: list[Finding], plan: PlanCheck, width: int, colours: Palette) -> Iterator[str]:
    for finding in sorted(findings, key=blocking_order):
        yield from _finding_lines(finding, plan, width, colours)
        yield ""


def _finding_lines(finding: Finding, plan: PlanCheck, width: int, colours: Palette) -> Iterator[str]:
    state = {"fail": finding.severity, "unknown": "unknown", "waived": "waived"}[finding.status]
    consequence = f" -> {finding.verdict}" if finding.verdict and finding.severity == "error" else ""
    head = f"{state}[{finding.rule}]{consequence}: "
    wrapped = textwrap.wrap(
        visible(finding.message),
        width,
        initial_indent=" " * len(head),
        subsequent_indent="    ",
        break_on_hyphens=False,
    )
    first = wrapped[0].strip() if wrapped else ""
    yield colours.severity(state, head.rstrip()) + f" {first}"
    yield from wrapped[1:]
    yield f"  --> {visible(str(finding.at))}"
    text = plan.texts.get(finding.at.file)
    if text is not None:
        yield from excerpt(text, finding.at, width=width)
    if len(finding.stages) > 1:
        yield from _note(
            "also at", ", ".join(each for each in finding.stages if each != finding.stage), width
        )
    if finding.missing:
        yield from _note("missing", ", ".join(finding.missing), width)
    if finding.waiver is not None:
        waiver = finding.waiver
        text = f"by {waiver.approver} from {waiver.granted} until {waiver.expires}: {waiver.reason}"
        yield from _note("waived", text, width)
    elif finding.fix:
        yield from _note("help", finding.fix, width)


def _note(word: str, text: str, width: int) -> list[str]:
    lead = f"   = {word}: "
    hang = " " * len(lead)
    return textwrap.wrap(
        visible(text), width, initial_indent=lead, subsequent_indent=hang, break_on_hyphens=False
    )


FORMAT = Format("for people, grouped by stage, with source lines", render)
