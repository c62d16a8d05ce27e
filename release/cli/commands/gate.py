"""`release gate`: may this stage go?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from release.base.errors import InputError, InvalidInput, Position
from release.base.visible import visible
from release.cli import options as common
from release.cli.output import write_error, write_result, write_unjudged

EXIT = {"go": 0, "no-go": 1, "hold": 3}


def gate(
    plan: common.PlanPath = ".",
    *,
    stage: Annotated[str, typer.Option("--stage", metavar="ID", help="The stage to gate.")],
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    artifact: Annotated[
        list[str] | None,
        typer.Option("--artifact", metavar="FILE", help="A file about to be published; may be repeated."),
    ] = None,
    locked: common.Locked = False,
    fail_on: Annotated[
        common.FailOn | None,
        typer.Option("--fail-on", help="`warning`: warnings hold too [default: error]."),
    ] = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever the verdict.")] = False,
    trusted_signers: common.TrustedSigners = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since",
            metavar="REV",
            help="Judge only when files of the plan or of what it is judged by have changed since this git "
            "revision: for pull requests, not for the step that publishes.",
        ),
    ] = None,
    allowed_signers: Annotated[
        str | None,
        typer.Option(
            "--allowed-signers",
            metavar="FILE",
            help="Who may sign decisions; an unsigned line of the ledger then holds.",
        ),
    ] = None,
    checkpoint: Annotated[
        str | None,
        typer.Option(
            "--checkpoint",
            metavar="FILE",
            help="A checkpoint of the ledger kept elsewhere; a ledger that was cut off since then holds.",
        ),
    ] = None,
    audience: common.AudienceAsked = None,
    output_format: common.FindingsFormat = None,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Gate one stage: verdict, approvals, window, lock, forecast, ledger.

    Exit codes: 0 go, 1 no-go, 3 hold, 2 the input is wrong and nothing was judged, 70 an internal error. A
    pipeline must treat every code but 0 as not released. With --since, 0 also means that nothing has changed
    and nothing was judged.
    """
    from release import __version__, api
    from release.audience.gate_view import gate_view
    from release.cli.asking import configured_options
    from release.cli.config import configuration
    from release.cli.gating import check_written_stage, gate_of
    from release.cli.outside import outside_checkpoint, outside_file
    from release.cli.since import changed_since
    from release.formats import _unjudged, load_format
    from release.formats._gate import to_json, to_text
    from release.gate.gating import checkpoints_left
    from release.ledger.verifying import parse_checkpoint

    read = api.load_plan(plan, at=at)
    config = configuration(
        [read.path], policy=policy, param=param, locked=locked, trusted_signers=trusted_signers
    )
    seen_by, chosen = config.audience(audience), config.output_format(output_format)
    api.known_audience(read, seen_by)
    common.known_format(chosen)
    if since is not None:
        _refuse_publishing(artifact)
        check_written_stage(read, stage)
        judged_by = [
            *config.judged_by(read.path),
            *(Path(each) for each in (allowed_signers, checkpoint) if each),
        ]
        if not changed_since(since, read.folder, judged_by):
            said = f"{visible(read.path)} has not changed since {visible(since)}; nothing was judged"
            write_error(f"{said}\n")
            body = _unjudged.gate_body(
                version=__version__,
                at=str(api.date_of(at)),
                audience=seen_by,
                plan=str(read.data["id"]),
                path=read.path,
                stage=stage,
            )
            write_unjudged(_unjudged.rendered(chosen, body, said), output)
            return 0
    signers = None
    if allowed_signers is not None:
        signers = outside_file(read.folder, Path(allowed_signers), Position(allowed_signers))
    kept = None
    if checkpoint is not None:
        kept = parse_checkpoint(outside_checkpoint(read.folder, checkpoint).read_bytes(), checkpoint)
    gated = gate_of(
        read,
        stage,
        at=at,
        options=config.policy_options(read.path),
        artifacts=artifact,
        allowed_signers=signers,
        checkpoint=kept,
        warnings_hold=config.fail_on(fail_on) is not common.FailOn.error,
    )
    if artifact and seen_by == "internal" and not config.flag("quiet", given=quiet):
        left = ", ".join(map(visible, checkpoints_left(gated)))
        if left:
            write_error(f"note: not among the files, and not about to be published: {left}\n")
    view = gate_view(gated, seen_by)
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    if chosen == "json":
        text = to_json(view, settings)
    elif chosen == "text":
        text = to_text(view, settings)
    else:
        text = load_format(chosen).render(view.check, settings)
    write_result(text, output)
    return 0 if exit_zero else EXIT[gated.verdict]


def _refuse_publishing(artifact: list[str] | None) -> None:
    """Refuse `--since` in the step that publishes: what was not judged must not go out."""
    if artifact:
        message = "--since judges nothing when nothing has changed, and --artifact is for what is published"
        hint = "leave --since away where files are published; it is for pull requests"
        raise InvalidInput([InputError("IN-086", message, None, hint)])
