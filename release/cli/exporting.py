"""Writing exports: from the options of the command to a document for one audience."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release import api
from release.audience.project import project
from release.audience.view import AudienceView, StageView
from release.base.errors import InputError, InvalidInput, Position
from release.base.nearest import nearest
from release.base.record import Record
from release.base.visible import quoted
from release.cli import options as common
from release.cli.asking import no_stage
from release.cli.config import configuration
from release.cli.output import write_error, write_result
from release.exports import export_names, load_export
from release.exports._envelope import envelope
from release.exports._export import Export


class Asked(Record):
    """What the command line asks of an export."""

    export_format: str
    audience: str
    stage: str | None
    at: str | None
    policy: list[str] | None
    param: list[str] | None
    locked: bool
    key: str | None


def write_export(path: str, asked: Asked, output: str | None, *, quiet: bool) -> int:
    """Write one export.

    Returns:
        The exit code.

    Raises:
        InvalidInput: the plan or an option is wrong; then nothing is written.
    """
    made = _known_export(asked)
    moment, explicit = common.judged_at(asked.at)
    plan = api.load_plan(path, at=asked.at)
    config = configuration([plan.path], policy=asked.policy, param=asked.param, locked=asked.locked)
    seen_by = api.known_audience(plan, asked.audience)
    judged = api.judge(plan, moment, explicit=explicit, options=config.policy_options(plan.path))
    view = project(judged, seen_by)
    stage = _stage(view, asked.stage)
    text = made.render(view, stage)
    if asked.key is not None:
        key = asked.key
        text = envelope(text, made.payload_type, lambda message: _signature(message, key))
    write_result(text, output)
    if output is not None and not config.flag("quiet", given=quiet):
        write_error(f"wrote the {asked.export_format} export of stage {stage.id} for {seen_by} to {output}\n")
    return 0


def _known_export(asked: Asked) -> Export:
    names = export_names()
    if asked.export_format not in names:
        near = nearest(asked.export_format, names)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(names)}"
        message = f"there is no export {quoted(asked.export_format)}"
        raise InvalidInput([InputError("IN-086", message, None, hint)])
    made = load_export(asked.export_format)
    if asked.key is not None and not made.payload_type:
        message = f"an export as {asked.export_format} is not signed"
        raise InvalidInput([InputError("IN-086", message, None, "leave out --key")])
    return made


def _stage(view: AudienceView, asked: str | None) -> StageView:
    """Return the stage asked for, else the newest that is out, else the next one, else the last."""
    if asked is not None:
        try:
            return view.stage(asked)
        except KeyError:
            raise InvalidInput([no_stage(asked, [each.id for each in view.stages])]) from None
    out = [each for each in view.stages if each.status == "released"]
    if out:
        return max(out, key=lambda each: each.released or "")
    if view.next_stage is not None:
        return view.stage(view.next_stage)
    if view.stages:
        return view.stages[-1]
    message = f"{view.path} has no stage at {view.at}"
    raise InvalidInput([InputError("IN-088", message, None, "judge a later date with --at")])


def _signature(message: bytes, key: str) -> Mapping[str, Any]:
    """Return a plain Ed25519 signature: verifiers of DSSE do not read those of `ssh-keygen`."""
    from release.ledger.signing import ED25519, sign

    made = sign(message, key)
    if made["type"] != ED25519:
        text = f"the key {key} cannot be used: verifiers of DSSE do not read SSH signatures"
        raise InvalidInput([InputError("IN-092", text, Position(key), "give an Ed25519 key as PEM")])
    return made
