"""`release report`: the risk and benefit report that one audience may see."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated

import typer

from release.cli import options as common


class ReportFormat(StrEnum):
    """What the report is written as."""

    html = "html"
    md = "md"
    pdf = "pdf"
    json = "json"


def report(
    plans: Annotated[
        list[str] | None,
        typer.Argument(metavar="PLAN", help="Release folders, folders of them, or plan files."),
    ] = None,
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
    lang: Annotated[
        str, typer.Option("--lang", metavar="L", help="The language of the report's own words.")
    ] = "en",
    template: Annotated[
        str | None,
        typer.Option(
            "--template", metavar="DIR", help="Use the templates of this folder in place of shipped ones."
        ),
    ] = None,
    summariser: Annotated[
        str | None,
        typer.Option(
            "--summariser",
            metavar="COMMAND",
            help="Let a command propose wording for the summary; it is not trusted.",
        ),
    ] = None,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="DATE", help="Lay beside it what was known and decided on DATE."),
    ] = None,
    strict: Annotated[
        bool,
        typer.Option("--strict", help="Write nothing, and exit 1, when a rule of reports fails as an error."),
    ] = False,
    output: common.Output = None,
) -> int:
    """Write the risk and benefit report that one audience may see.

    For several plans OUTPUT is a folder: one report for each, and a page that leads to them.

    Exit codes: 0 written, 1 refused by `--strict`, 2 the input is wrong and nothing was written.
    """
    from release.cli.reporting import Asked, write_report, write_reports

    asked = Asked(
        audience=audience,
        at=at,
        compare=compare,
        policy=policy,
        param=param,
        report_format=output_format.value,
        lang=lang,
        template=template,
        summariser=_asker(summariser),
        strict=strict,
    )
    from release import api

    found = api.find_plans(plans or ["."])
    if len(found) == 1:
        return write_report(found[0][1], asked, output)
    return write_reports([shown for _, shown in found], asked, output)


def _asker(command: str | None) -> Callable[[bytes], bytes] | None:
    """Return what asks a command for wording."""
    if command is None:
        return None
    from release.cli.asked_command import CommandFailed, answer_of, argv_of
    from release.reports.rewording import NoAnswer

    argv = argv_of("--summariser", command)

    def ask(given: bytes) -> bytes:
        try:
            return answer_of("--summariser", argv, given)
        except CommandFailed as failed:
            raise NoAnswer(str(failed)) from None

    return ask
