"""`release report`: the risk and benefit report that one audience may see."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_result


class ReportFormat(StrEnum):
    """What the report is written as."""

    html = "html"


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
    output: common.Output = None,
) -> int:
    """Write the risk and benefit report that one audience may see.

    Exit codes: 0 written, 2 the input is wrong and nothing was written.
    """
    from release import api

    moment, explicit = common.judged_at(at)
    options = api.PolicyOptions(tuple(policy or ()), common.parameters(param))
    read = api.load_plan(plan)
    api.known_audience(read, audience)
    judgement = api.judge(read, moment, explicit=explicit, options=options)
    write_result(api.render_report(judgement, audience, output_format.value), output)
    if output is not None:
        from release.cli.output import write_error

        write_error(f"wrote the {audience} report to {output}\n")
    return 0
