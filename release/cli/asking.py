"""From the options of a command to a plan that can be asked about."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.cli import options as common

if TYPE_CHECKING:
    from release.analysis.case import Case
    from release.cli.config import Configuration
    from release.formats._format import FormatOptions
    from release.plan.plan import Plan


def case_for(
    plan: Plan, *, at: str | None, policy: list[str] | None, param: list[str] | None, near: str | None = None
) -> tuple[Case, Configuration]:
    """Return a plan with its packs compiled, at the date asked for, and what is configured for it.

    Args:
        plan: the plan.
        at: the date, or None for today.
        policy: further packs.
        param: parameters, as written.
        near: the path above which configuration is looked for, where it is not the plan's own.
    """
    from release.analysis.case import case_of
    from release.cli.config import configuration

    moment, explicit = common.judged_at(at)
    place = plan.path if near is None else near
    config = configuration([place], policy=policy, param=param)
    return case_of(plan, moment, explicit=explicit, options=config.policy_options(place)), config


def stage_asked(case: Case, stage: str | None) -> str:
    """Return the stage asked about, else the next one; say so where there is nothing left to decide on it.

    Raises:
        InvalidInput: there is no such stage, or none was named and all are out.
    """
    from release.cli.output import write_error

    name = known_stage(case.plan, stage, case.next_stage)
    status = next(each["status"] for each in case.view["stages"] if each["id"] == name)
    if status not in {"draft", "planned"}:
        note = f"stage {name} is {status} already: what follows is about its record, nothing is left to gate"
        write_error(f"{note}\n")
    return name


def known_stage(plan: Plan, stage: str | None, following: str | None) -> str:
    """Return the stage asked for, else the next one.

    Raises:
        InvalidInput: there is no such stage, or none was named and all are out.
    """
    names = [each["id"] for each in plan.data["stages"]]
    if stage is not None and stage in names:
        return stage
    if stage is None and following is not None:
        return following
    if stage is None:
        what = "every stage is out, so there is nothing left to gate"
        hint = f"name a stage to ask about its record: --stage {' | '.join(names)}"
        raise InvalidInput([InputError("IN-088", what, None, hint)])
    raise InvalidInput([no_stage(stage, names)])


def no_stage(stage: str, names: Collection[str]) -> InputError:
    """Return the error of a stage that is not there."""
    near = nearest(stage, names)
    hint = f"did you mean '{near}'?" if near else f"the stages are {', '.join(names)}"
    return InputError("IN-088", f"there is no stage '{stage}'", None, hint)


def format_options(
    *, color: str | None = None, no_color: bool = False, output: str | None = None, quiet: bool = False
) -> FormatOptions:
    """Return what a format may need."""
    from release import __version__
    from release.formats._format import FormatOptions

    return FormatOptions(
        version=__version__,
        colour=common.use_colour(no_color=no_color, output=output, color=color),
        width=common.width(),
        quiet=quiet,
    )


def configured_options(
    config: Configuration, *, color: str | None, no_color: bool, output: str | None, quiet: bool
) -> FormatOptions:
    """Return what a format may need, where the command line is silent as `release.toml` says."""
    return format_options(
        color=color,
        no_color=config.flag("no_color", given=no_color),
        output=output,
        quiet=config.flag("quiet", given=quiet),
    )
