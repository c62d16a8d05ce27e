"""`release report`: the risk and benefit report that one audience may see."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from release.base.visible import visible
from release.cli import options as common
from release.cli.output import write_error, write_result


class ReportFormat(StrEnum):
    """What the report is written as."""

    html = "html"
    md = "md"
    pdf = "pdf"
    json = "json"


def report(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A release folder or its plan file.")] = ".",
    *,
    audience: Annotated[
        str, typer.Option("--audience", metavar="A", help="public, partner:<id> or internal.")
    ],
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    output_format: Annotated[
        ReportFormat, typer.Option("--format", "-f", help="What it is written as.")
    ] = ReportFormat.html,
    lang: Annotated[
        str, typer.Option("--lang", metavar="L", help="The language of the report's own words.")
    ] = "en",
    template: Annotated[
        str | None,
        typer.Option(
            "--template", metavar="DIR", help="Use the templates of this folder in place of shipped ones."
        ),
    ] = None,
    summariser: Annotated[
        str | None,
        typer.Option(
            "--summariser",
            metavar="COMMAND",
            help="Let a command propose wording for the summary; it is not trusted.",
        ),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Write nothing, and exit 1, when a rule of reports fails as an error."),
    ] = False,
    output: common.Output = None,
) -> int:
    """Write the risk and benefit report that one audience may see.

    Exit codes: 0 written, 1 refused by `--strict`, 2 the input is wrong and nothing was written.
    """
    from release import api
    from release.cli.config import configuration

    moment, explicit = common.judged_at(at)
    read = api.load_plan(plan)
    options = configuration([read.path], policy=policy, param=param).policy_options(read.path)
    api.known_audience(read, audience)
    judgement = api.judge(read, moment, explicit=explicit, options=options)
    look = api.ReportLook(output_format.value, lang, template, _asker(summariser), strict)
    rules = api.report_rules(read, moment, explicit=explicit, options=options)
    try:
        rendered = api.render_report(judgement, audience, look, rules)
    except api.ReportRefused as refused:
        for found in refused.findings:
            write_error(f"{found.rule}: {visible(found.message)}\n   = help: {visible(found.fix)}\n")
        write_error(f"{refused}; nothing was written\n")
        return 1
    write_result(rendered.content, output)
    for each in rendered.notes:
        write_error(f"{each}\n")
    if output is not None:
        write_error(f"wrote the {audience} report to {output}\n")
    return 0


def _asker(command: str | None) -> Callable[[bytes], bytes] | None:
    """Return what asks a command for wording."""
    if command is None:
        return None
    from release.cli.asked_command import CommandFailed, answer_of, argv_of
    from release.reports.rewording import NoAnswer

    argv = argv_of("--summariser", command)

    def ask(given: bytes) -> bytes:
        try:
            return answer_of("--summariser", argv, given)
        except CommandFailed as failed:
            raise NoAnswer(str(failed)) from None

    return ask
