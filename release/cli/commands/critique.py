"""`release critique`: every claim attacked, before a partner does."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_result


class CritiqueFormat(StrEnum):
    """How the critique is written."""

    text = "text"
    json = "json"
    markdown = "markdown"


def critique(
    plan: common.PlanPath = ".",
    *,
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage", metavar="ID", help="Weigh claims by the verdict of this stage [default: the next one]."
        ),
    ] = None,
    critic: Annotated[
        list[str] | None,
        typer.Option("--critic", metavar="COMMAND", help="Ask an outside critic too; may be repeated."),
    ] = None,
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    audience: common.AudienceAsked = None,
    output_format: Annotated[
        CritiqueFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = CritiqueFormat.text,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Attack every claim from its evidence, and show the weakest.

    A critic is a command: it reads the claims that the audience may see, as JSON, and writes critiques.

    Exit code 0 whatever is found; 2 when the input is wrong or a critic fails.
    """
    from release import api
    from release.analysis.critique import critique_of, with_critic
    from release.audience.questions import seen
    from release.cli.asking import case_for, configured_options, known_stage
    from release.formats import _critique

    read = api.load_plan(plan, at=at)
    case, config = case_for(read, at=at, policy=policy, param=param)
    seen_by = api.known_audience(read, config.audience(audience))
    following = case.next_stage
    asked = None if stage is None and following is None else known_stage(read, stage, following)
    found = critique_of(case, asked)
    if critic:
        from release.cli.critics import ask

        claims, _ = seen(found.claims, seen_by)
        request = _critique.critic_request(found, seen_by)
        for command in critic:
            name, said = ask(command, request, {each.object for each in claims})
            found = with_critic(case, found, name, said)
    render = {"text": _critique.to_text, "json": _critique.to_json, "markdown": _critique.to_markdown}
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    write_result(render[output_format.value](found, seen_by, settings), output)
    return 0
