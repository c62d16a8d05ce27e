"""`release report`: the risk and benefit report that one audience may see."""

from __future__ import annotations

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
    output: common.Output = None,
) -> int:
    """Write the risk and benefit report that one audience may see.

    Exit codes: 0 written, 2 the input is wrong and nothing was written.
    """
    from release import api
    from release.cli.config import configuration

    moment, explicit = common.judged_at(at)
    read = api.load_plan(plan)
    options = configuration([read.path], policy=policy, param=param).policy_options(read.path)
    api.known_audience(read, audience)
    judgement = api.judge(read, moment, explicit=explicit, options=options)
    look = api.ReportLook(output_format.value, lang, template)
    rendered = api.render_report(judgement, audience, look)
    write_result(rendered.content, output)
    for each in rendered.refused:
        write_error(f"not fetched: {visible(each)}; a report holds all it needs\n")
    if output is not None:
        write_error(f"wrote the {audience} report to {output}\n")
    return 0
