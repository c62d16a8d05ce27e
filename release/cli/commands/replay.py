"""`release replay`: the verdict of each stage as evidence arrived."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_result


class ReplayFormat(StrEnum):
    """How the replay is written."""

    text = "text"
    json = "json"


def replay(
    plan: common.PlanPath = ".",
    *,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="First day [default: the first known].")
    ] = None,
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    audience: common.AudienceAsked = None,
    output_format: Annotated[
        ReplayFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = ReplayFormat.text,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Replay the verdict of each stage, day by day.

    Every day on which something became known, came into force or ran out is judged with what was known then.
    Exit code 0 whatever the verdicts were; 2 when the input is wrong.
    """
    from release import api
    from release.analysis.replay import replay as replayed
    from release.cli.asking import case_for, configured_options
    from release.cli.gating import ledger_of
    from release.formats import _replay

    read = api.load_plan(plan, at=at)
    case, config = case_for(read, at=at, policy=policy, param=param)
    seen_by = api.known_audience(read, config.audience(audience))
    chain, _ = ledger_of(read)
    found = replayed(
        case,
        since=None if since is None else common.judged_at(since)[0],
        sees=lambda label: label.visible_to(seen_by),
        ledger=chain.entries if seen_by == "internal" else (),
    )
    render = {"text": _replay.to_text, "json": _replay.to_json}
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    write_result(render[output_format.value](found, seen_by, settings), output)
    return 0
