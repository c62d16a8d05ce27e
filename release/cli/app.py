"""The table of commands."""

from __future__ import annotations

from typing import Annotated

import typer

from release.cli.lazy import PLAIN, Row, lazy_group

_AT = "release.cli.commands."

COMMANDS: tuple[Row, ...] = (
    Row("init", _AT + "init:init", "Write a plan to start from."),
    Row("check", _AT + "check:check", "Check plans against policy packs: a verdict per stage."),
    Row("gate", _AT + "gate:gate", "Gate one stage: verdict, approvals, window, lock, forecast, ledger."),
    Row("decide", _AT + "decide:decide", "Put a decision on a stage on record, signed and for ever."),
    Row("ledger", _AT + "ledger:app", "Verify, show and checkpoint decisions."),
    Row(
        "status",
        _AT + "status:status",
        "Show the stages of a plan in time: verdicts, windows, and what is due next.",
    ),
    Row("replay", _AT + "replay:replay", "Replay the verdict of each stage, day by day."),
    Row("todo", _AT + "todo:todo", "Write the work order of a stage: what to bring, and who can."),
    Row(
        "diff", _AT + "diff:diff", "Compare two plans: the decision first, then findings, figures, the plan."
    ),
    Row(
        "influence",
        _AT + "influence:influence",
        "Show what carries a verdict, and what would flip it.",
    ),
    Row("critique", _AT + "critique:critique", "Attack every claim from its evidence, and show the weakest."),
    Row("report", _AT + "report:report", "Write the risk and benefit report that one audience may see."),
    Row(
        "export",
        _AT + "export:export",
        "Write a release as a document that others read, with what one audience may see.",
    ),
    Row("evidence", _AT + "evidence:app", "Compute, verify and show evidence."),
    Row("forecast", _AT + "forecast:forecast", "Forecast a metric of a stage from smaller models."),
    Row("policy", _AT + "policy:app", "Begin, list, show, test and lint policy packs."),
    Row("waive", _AT + "waive:waive", "Write a waiver into a plan, with comments and layout kept."),
    Row("explain", _AT + "explain:explain", "Explain a rule or an error code, with examples and sources."),
    Row("schema", _AT + "schema:schema", "Print the JSON Schema of a file that the tool reads or writes."),
)


def _version(*, asked: bool) -> None:
    if asked:
        from release import __version__

        typer.echo(f"release {__version__}")
        raise typer.Exit


app = typer.Typer(
    name="release",
    cls=lazy_group(COMMANDS),
    context_settings={"help_option_names": ["-h", "--help"]},
    **PLAIN,
)


@app.callback()
def _root(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            "-V",
            help="Print the version.",
            is_eager=True,
            callback=lambda value: _version(asked=value),
        ),
    ] = False,
) -> None:
    """Check the staged release of a model family: evidence, policy, verdict, report."""
    del version
