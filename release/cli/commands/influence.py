"""`release influence`: what carries a verdict, and what would flip it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_result


class InfluenceFormat(StrEnum):
    """How it is written."""

    text = "text"
    json = "json"


def influence(
    plan: common.PlanPath = ".",
    *,
    stage: common.StageAsked = None,
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    evaluations: Annotated[
        int,
        typer.Option("--evaluations", min=1, help="How many sets to try before larger ones are left out."),
    ] = 400,
    output_format: Annotated[
        InfluenceFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = InfluenceFormat.text,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Show what carries a verdict, and what would flip it.

    Also how far each figure, date of a stage and parameter of a pack may move before the verdict changes. It
    rests on the whole plan, and is for insiders only.

    Exit code 0 whatever is found; 2 when the input is wrong.
    """
    from release import api
    from release.analysis.influence import influence_of
    from release.cli.asking import case_for, configured_options, stage_asked
    from release.formats import _influence

    read = api.load_plan(plan, at=at)
    case, config = case_for(read, at=at, policy=policy, param=param)
    found = influence_of(case, stage_asked(case, stage), evaluations=evaluations)
    render = {"text": _influence.to_text, "json": _influence.to_json}
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    write_result(render[output_format.value](found, settings), output)
    return 0
