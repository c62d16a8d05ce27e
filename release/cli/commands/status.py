"""`release status`: the stages of a plan in time, at a glance."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_result


class StatusFormat(StrEnum):
    """How the status is written."""

    text = "text"
    json = "json"


def status(
    plan: Annotated[str, typer.Argument(metavar="PLAN", help="A release folder or its plan file.")] = ".",
    *,
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    audience: common.AudienceAsked = None,
    output_format: Annotated[
        StatusFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = StatusFormat.text,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Show the stages of a plan in time: verdicts, windows, and what is due next.

    Exit code 0 whatever the verdicts are; 2 when the input is wrong.
    """
    from release import api
    from release.analysis.status import status_of
    from release.cli.asking import configured_options
    from release.cli.config import configuration
    from release.formats import _status

    moment, explicit = common.judged_at(at)
    plans = api.find_plans([plan])
    config = configuration([shown for _, shown in plans], policy=policy, param=param)
    seen_by = config.audience(audience)
    result = api.judge_all(plans, moment, explicit=explicit, options=config.policy_options)
    partners = [{own["id"] for own in each.facts.get("partners", ())} for each in result.judgements]
    api.audience_among(partners, seen_by)
    found = [status_of(judgement, lambda label: label.visible_to(seen_by)) for judgement in result.judgements]
    render = {"text": _status.to_text, "json": _status.to_json}
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    write_result(render[output_format.value](found, seen_by, settings), output)
    return 0
