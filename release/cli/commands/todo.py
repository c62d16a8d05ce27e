"""`release todo`: what is to be brought before a stage can go."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_result


class TodoFormat(StrEnum):
    """How the work order is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


def todo(
    plan: common.PlanPath = ".",
    *,
    stage: common.StageAsked = None,
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    audience: common.AudienceAsked = None,
    output_format: Annotated[
        TodoFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = TodoFormat.text,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Write the work order of a stage: what to bring, and who can.

    Exit code 0 whatever is to be brought; 2 when the input is wrong.
    """
    from release import api
    from release.analysis.todo import work_order
    from release.cli.asking import case_for, configured_options, stage_asked
    from release.formats import _todo

    read = api.load_plan(plan, at=at)
    case, config = case_for(read, at=at, policy=policy, param=param)
    seen_by = api.known_audience(read, config.audience(audience))
    sees = None if seen_by == "internal" else lambda label: label.visible_to(seen_by)
    order = work_order(case, stage_asked(case, stage), sees)
    render = {"text": _todo.to_text, "json": _todo.to_json, "markdown": _todo.to_markdown}
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    write_result(render[output_format.value](order, seen_by, settings), output)
    return 0
