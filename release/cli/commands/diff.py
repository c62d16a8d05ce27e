"""`release diff`: what changed, and what that does to the decision."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from release.cli import options as common
from release.cli.output import write_result


class DiffFormat(StrEnum):
    """How the difference is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A release folder, its plan file, or REV:PATH.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same [default: the present folder].")] = ".",
    *,
    at: common.At = None,
    old_at: Annotated[
        str | None,
        typer.Option("--old-at", metavar="DATE", help="Judge OLD at another date [default: --at]."),
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit 1 when a verdict got worse or a rule was weakened.")
    ] = False,
    policy: common.Policy = None,
    param: common.Param = None,
    audience: common.AudienceAsked = None,
    output_format: Annotated[
        DiffFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = DiffFormat.text,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Compare two plans: the decision first, then findings, figures, the plan.

    REV:PATH is read from the git repository of the present folder, PATH from its root as in `git show`.

    Exit codes: 0 compared, 1 with --gate when a verdict got worse or a rule, pack or parameter was weakened
    or changed so that it cannot be told, 2 the input is wrong.
    """
    from contextlib import ExitStack

    from release import api
    from release.analysis.diff import diff_of
    from release.audience.diff_view import diff_view
    from release.cli.asking import case_for, configured_options
    from release.cli.revisions import folder_of
    from release.formats import _diff

    with ExitStack() as stack:
        places = [stack.enter_context(folder_of(each)) for each in (old, new)]
        plans = [api.load_plan(path, shown=shown, at=at) for path, shown in places]
        dates = (at if old_at is None else old_at, at)
        near = [None if Path(name).exists() else "release.yaml" for name in (old, new)]
        (before, _), (after, config) = (
            case_for(read, at=date, policy=policy, param=param, near=place)
            for read, date, place in zip(plans, dates, near, strict=True)
        )
        found = diff_of(before, after)
        view = diff_view(found, api.known_audience(plans[1], config.audience(audience)))
    render = {
        "text": _diff.to_text,
        "json": _diff.to_json,
        "markdown": _diff.to_markdown,
        "html": _diff.to_html,
    }
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    write_result(render[output_format.value](view, settings), output)
    return 1 if gate and not found.passes else 0
