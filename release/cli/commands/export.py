"""`release export`: a release in a document that others read."""

from __future__ import annotations

from typing import Annotated

import typer

from release.cli import options as common
from release.exports import export_names


def export(
    export_format: Annotated[
        str, typer.Argument(metavar="FORMAT", help=f"One of: {', '.join(export_names())}.")
    ],
    plan: common.PlanPath = ".",
    *,
    audience: Annotated[
        str, typer.Option("--audience", metavar="A", help="public, partner:<id> or internal: who it is for.")
    ],
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage", metavar="ID", help="The stage [default: the newest that is out, else the next one]."
        ),
    ] = None,
    at: common.At = None,
    policy: common.Policy = None,
    param: common.Param = None,
    locked: common.Locked = False,
    key: Annotated[
        str | None,
        typer.Option("--key", metavar="FILE", help="Sign it as a DSSE envelope with an Ed25519 key (PEM)."),
    ] = None,
    output: common.Output = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not say what was written.")] = False,
) -> int:
    """Write a release as a document that others read, with what one audience may see.

    Exit codes: 0 written, whatever the verdict; 2 the input is wrong and nothing was written.
    """
    from release.cli.exporting import Asked, write_export

    asked = Asked(
        export_format=export_format,
        audience=audience,
        stage=stage,
        at=at,
        policy=policy,
        param=param,
        locked=locked,
        key=key,
    )
    return write_export(plan, asked, output, quiet=quiet)
