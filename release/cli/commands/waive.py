"""`release waive`: write a waiver into a plan, with comments and layout kept."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from release.base.dates import moment
from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.cli import options as common
from release.cli.asking import known_stage
from release.cli.output import write_error

if TYPE_CHECKING:
    from release.plan.plan import Plan


def waive(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The rule, or criterion:<id>.")],
    plan: common.PlanPath = ".",
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why the rule may be broken.")],
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="Last day of the waiver.")],
    approver: Annotated[str, typer.Option("--approver", metavar="NAME", help="Who answers for it.")],
    object_id: Annotated[
        str | None, typer.Option("--object", metavar="KIND:ID", help="Only on this object.")
    ] = None,
    stage: Annotated[str | None, typer.Option("--stage", metavar="ID", help="Only at this stage.")] = None,
    granted: Annotated[
        str | None,
        typer.Option("--granted", metavar="DATE", help="Day on which it was granted [default: today]."),
    ] = None,
) -> int:
    """Write a waiver into a plan, with comments and layout kept.

    Exit codes: 0 written, 2 refused and nothing was changed.
    """
    from release import api

    for name, text in (("--reason", reason), ("--approver", approver)):
        if not text.strip():
            hint = "a waiver is somebody's decision: say whose and why"
            raise InvalidInput([InputError("IN-086", f"{name} is empty", None, hint)])
    start = granted or datetime.now(UTC).date().isoformat()
    _check_dates(start, until)
    read = api.load_plan(plan)
    _check_rule(rule, read)
    if stage is not None:
        known_stage(read, stage, None)
    if object_id is not None:
        _check_object(object_id, read)
    fields = {
        "rule": rule,
        "object": object_id,
        "stage": stage,
        "reason": reason,
        "approver": approver,
        "granted": start,
        "expires": until,
    }
    _write(read, {name: value for name, value in fields.items() if value is not None})
    write_error(f"{rule} is waived until {until} in {read.path}; next: release check {plan}\n")
    return 0


def _check_dates(start: str, until: str) -> None:
    for name, text in (("--granted", start), ("--until", until)):
        try:
            moment(text)
        except ValueError as error:
            raise InvalidInput([InputError("IN-086", f"{name}: {error}", None, "write a day")]) from None
    if moment(until) < moment(start):
        message = f"the waiver would end on {until}, before it was granted on {start}"
        raise InvalidInput([InputError("IN-086", message, None, "give a later day under --until")])


def _check_rule(rule: str, plan: Plan) -> None:
    from release.cli.config import configuration
    from release.gate.core_rules import rules_known
    from release.policy.force import policy_set

    policy = policy_set(plan, configuration([plan.path]).policy_options(plan.path).policies)
    known = rules_known(policy)
    if rule not in known:
        near = nearest(rule, known)
        hint = f"did you mean '{near}'?" if near else "see `release check` for the rules that fail"
        raise InvalidInput([InputError("IN-088", f"no rule in force is called '{rule}'", None, hint)])


def _check_object(name: str, plan: Plan) -> None:
    kind, _, identity = name.rpartition(":")
    known = [f"{own}:{each}" for own, objects in plan.objects.items() for each in objects]
    named = any(identity in objects for own, objects in plan.objects.items() if kind in {"", own})
    if named or (kind and kind not in plan.objects):  # objects without an id of their own are not known here
        return
    near = nearest(name, known)
    hint = f"did you mean '{near}'?" if near else "write it as kind:id, as `release check` names it"
    raise InvalidInput([InputError("IN-088", f"the plan has no object '{name}'", None, hint)])


def _write(plan: Plan, fields: dict[str, str]) -> None:
    from release.cli.plan_file import add_item
    from release.plan.editing import indent_of

    lead = indent_of(plan, "waivers")
    written = [f"{name}: {_quoted(value)}" for name, value in fields.items()]
    item = "\n".join([f"{lead}- {written[0]}", *(f"{lead}  {line}" for line in written[1:])])
    add_item(plan, "waivers", item, fields, hint="write the waiver into the plan by hand")


def _quoted(text: str) -> str:
    """Return text as a double-quoted YAML scalar, which JSON's strings are."""
    import json

    return json.dumps(text, ensure_ascii=False)
