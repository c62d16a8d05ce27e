"""`release status`: the stages of a plan in time, at a glance."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from release.base.visible import visible
from release.cli import options as common
from release.cli.output import write_result

if TYPE_CHECKING:
    from release.analysis.status import StageStatus, Status


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
    output_format: Annotated[
        StatusFormat, typer.Option("--format", "-f", help="How it is written.")
    ] = StatusFormat.text,
    output: common.Output = None,
) -> int:
    """Show the stages of a plan in time, at a glance."""
    from release import api
    from release.analysis.status import status_of
    from release.cli.config import configuration

    moment, explicit = common.judged_at(at)
    plans = api.find_plans([plan])
    config = configuration([shown for _, shown in plans], policy=policy, param=param)
    result = api.judge_all(plans, moment, explicit=explicit, options=config.policy_options)
    found = [status_of(judgement) for judgement in result.judgements]
    if output_format is StatusFormat.json:
        body = {"schema": "release-status/1", "plans": [dataclasses.asdict(each) for each in found]}
        write_result(json.dumps(body, indent=2, ensure_ascii=False) + "\n", output)
    else:
        lines = [line for each in found for line in _lines(each)]
        write_result("".join(f"{line}\n" for line in lines), output)
    return 0


def _lines(found: Status) -> Iterator[str]:
    yield f"{visible(found.title)}, as of {found.at}: {found.verdict.upper()}"
    yield ""
    yield f"  {'STAGE':<14} {'STATUS':<10} {'DATE':<10} {'AFTER':>6}  {'ACCESS':<13}{'VERDICT':<7}  OPEN"
    for stage in found.stages:
        yield _row(stage, mark=">" if stage.id == found.next_stage else " ")
    yield ""
    if not found.due:
        yield "Nothing is due."
        return
    yield "Due"
    for each in found.due:
        late = "  (overdue)" if each.overdue else ""
        line = f"  {each.date[:10]}  {visible(each.what)}{late}"
        yield from textwrap.wrap(line, 80, subsequent_indent=" " * 14)


def _row(stage: StageStatus, *, mark: str) -> str:
    after = f"{stage.days_since_previous} d" if stage.days_since_previous is not None else "-"
    date = stage.date[:10] if stage.date else "unknown"
    name = visible(stage.id)
    name = name if len(name) <= 14 else name[:13] + "…"
    waived = f", {stage.waived} waived" if stage.waived else ""
    counts = f"{stage.failed} failed, {stage.unknown} unknown{waived}"
    head = f"{mark} {name:<14} {stage.status:<10} {date:<10} {after:>6}"
    return f"{head}  {stage.access or 'unknown':<13}{stage.verdict:<7}  {counts}"
