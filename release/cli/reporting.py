"""Writing reports: one to a file or to standard output, several to a folder with an index page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from release import api
from release.analysis.case import case_of
from release.analysis.report_rules import report_rules
from release.base.errors import InputError, InvalidInput
from release.base.record import Record
from release.base.visible import visible
from release.cli import options as common
from release.cli.config import configuration
from release.cli.output import OutputFailed, write_error, write_result
from release.reports.render import Rendered


class Asked(Record):
    """What the command line asks of each report."""

    audience: str
    at: str | None
    compare: str | None
    policy: list[str] | None
    param: list[str] | None
    report_format: str
    lang: str
    template: str | None
    summariser: Callable[[bytes], bytes] | None
    strict: bool


def write_report(path: str, asked: Asked, output: str | None) -> int:
    """Write one report.

    Returns:
        The exit code.
    """
    rendered = _rendered(path, asked)
    if rendered is None:
        write_error("nothing was written\n")
        return 1
    write_result(rendered.content, output)
    _tell(rendered)
    if output is not None:
        write_error(f"wrote the {asked.audience} report to {output}\n")
    return 0


def write_reports(paths: Sequence[str], asked: Asked, output: str | None) -> int:
    """Write one report for each plan and a page that leads to them, when all can be written.

    Returns:
        The exit code.

    Raises:
        InvalidInput: no folder is given for them.
    """
    if output is None or output == "-":
        hint = "give --output DIR"
        raise InvalidInput([InputError("IN-086", f"{len(paths)} reports need a folder", None, hint)])
    from release.reports.index import file_names

    made = [_rendered(path, asked) for path in paths]
    reports = [each for each in made if each is not None and each.report is not None]
    if len(reports) < len(made):
        write_error("nothing was written\n")
        return 1
    names = file_names([each.report.view.plan_id for each in reports if each.report], asked.report_format)
    index = api.render_report_index(list(zip(reports, names, strict=True)), asked.lang)
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed(f"{output} could not be made: {error.strerror or error}") from None
    for each, name in zip(reports, names, strict=True):
        write_result(each.content, str(folder / name))
        _tell(each)
    write_result(index, str(folder / "index.html"))
    write_error(f"wrote {len(reports)} {asked.audience} reports and index.html to {output}\n")
    return 0


def _rendered(path: str, asked: Asked) -> Rendered | None:
    """Return one report, or None where it is refused, which is told."""
    moment, explicit = common.judged_at(asked.at)
    plan = api.load_plan(path, at=asked.at)
    options = configuration([plan.path], policy=asked.policy, param=asked.param).policy_options(plan.path)
    api.known_audience(plan, asked.audience)
    case = case_of(plan, moment, explicit=explicit, options=options)
    earlier = None
    if asked.compare is not None:
        then, _ = common.judged_at(asked.compare)
        earlier = case.on(then).judgement()
    look = api.ReportLook(asked.report_format, asked.lang, asked.template, asked.summariser, asked.strict)
    rules = report_rules(case, options)
    try:
        return api.render_report(
            case.judgement(), asked.audience, look, rules, earlier=earlier, past=api.report_past(case)
        )
    except api.ReportRefused as refused:
        for found in refused.findings:
            write_error(f"{found.rule}: {visible(found.message)}\n   = help: {visible(found.fix)}\n")
        write_error(f"{refused}; ")
        return None


def _tell(rendered: Rendered) -> None:
    for each in rendered.notes:
        write_error(f"{each}\n")
