"""`release check`: the main job."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from release.base.findings import SEVERITY_RANK
from release.base.visible import visible
from release.cli import options as common
from release.cli.output import write_error, write_result, write_unjudged

if TYPE_CHECKING:
    from release.cli.config import Configuration


def check(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATH", help="Release folders, folders of them, or plan files [default: .]."),
    ] = None,
    *,
    at: common.At = None,
    stage: common.Stage = None,
    policy: common.Policy = None,
    param: common.Param = None,
    locked: common.Locked = False,
    fail_on: Annotated[
        common.FailOn | None,
        typer.Option("--fail-on", help="Fail from this severity on [default: error]."),
    ] = None,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="Exit 0 whatever is found; errors still exit 2.")
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="REV", help="Only plans with files changed since this git revision."),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="RULE", help="List only these rules or prefixes; may be repeated."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore", metavar="RULE", help="Do not list these rules or prefixes; may be repeated."
        ),
    ] = None,
    min_severity: Annotated[
        common.FailOn | None, typer.Option("--min-severity", help="List only from this severity on.")
    ] = None,
    statistics: Annotated[
        bool, typer.Option("--statistics", help="List how often each rule is found, not where.")
    ] = False,
    trusted_signers: common.TrustedSigners = None,
    audience: common.AudienceAsked = None,
    output_format: common.FindingsFormat = None,
    output: common.Output = None,
    quiet: common.Quiet = False,
    color: common.Color = None,
    no_color: common.NoColor = False,
) -> int:
    """Check plans against policy packs: a verdict per stage.

    Exit codes: 0 nothing at or above the fail level, 1 findings at or above it, 2 the input is wrong and
    nothing was judged, 70 an internal error.
    """
    from release import __version__, api
    from release.audience.listing import Listing
    from release.cli.asking import configured_options
    from release.cli.config import configuration
    from release.cli.views import Gathering, rendered
    from release.formats import _unjudged

    moment, explicit = common.judged_at(at)
    found = api.find_plans(paths or ["."])
    config = configuration(
        [shown for _, shown in found],
        policy=policy,
        param=param,
        locked=locked,
        trusted_signers=trusted_signers,
    )
    chosen = config.output_format(output_format)
    common.known_format(chosen)
    if since is not None:
        _name_gone(paths or ["."], since)
        found = _changed(found, since, config)
        if not found:
            said = f"no plan has changed since {visible(since)}; nothing was judged"
            write_error(f"{said}\n")
            body = _unjudged.check_body(
                version=__version__, at=str(moment), audience=config.audience(audience)
            )
            write_unjudged(_unjudged.rendered(chosen, body, said), output)
            return 0
    quiet = config.flag("quiet", given=quiet)
    listing = Listing(
        tuple(select or ()), tuple(ignore or ()), "note" if min_severity is None else min_severity
    )
    brief = quiet and chosen in {"text", "concise"} and not statistics
    gathering = Gathering(config.audience(audience), stage=stage, listing=listing, brief=brief)
    kept = api.judge_each(found, moment, explicit=explicit, options=config.policy_options, keep=gathering)
    view = gathering.view(kept)
    settings = configured_options(config, color=color, no_color=no_color, output=output, quiet=quiet)
    write_result(rendered(view, settings, chosen, statistics=statistics), output)
    failing = gathering.worst >= SEVERITY_RANK[config.fail_on(fail_on).value]
    return 1 if failing and not exit_zero else 0


def _name_gone(paths: Sequence[str], since: str) -> None:
    """Say which plans are gone: nobody can judge them, and nobody should overlook that."""
    from release.cli.since import gone_since

    for folder in (each for each in paths if Path(each).is_dir()):
        for name in gone_since(since, Path(folder)):
            where = name if folder == "." else f"{folder.rstrip('/')}/{name}"
            write_error(f"{visible(where)} is gone since {visible(since)}; it cannot be judged\n")


def _changed(found: Sequence[tuple[Path, str]], since: str, config: Configuration) -> list[tuple[Path, str]]:
    """Return the plans that changed, or that are judged by what changed; say how many were left out."""
    from release.cli.since import changed_since

    kept = [
        (path, shown)
        for path, shown in found
        if changed_since(since, path.resolve().parent, config.judged_by(shown))
    ]
    if kept and len(kept) < len(found):
        write_error(f"{len(found) - len(kept)} plans have not changed since {visible(since)}\n")
    return kept
