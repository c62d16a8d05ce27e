"""The parameters as used: a pack's default, an organisation's value, the plan's, the command line's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from release.base.errors import ErrorCollector, Position
from release.base.nearest import nearest
from release.base.record import EMPTY, Record
from release.base.visible import quoted
from release.policy.compiled import CompiledPack
from release.policy.pack import Param, Setting
from release.policy.packs import shipped_files, shipped_pack
from release.policy.parameter_values import param_value, parsed

Origin = Literal["default", "organisation", "plan", "command"]


class Given(Record):
    """Values that are given to parameters, by `pack.name`.

    Attributes:
        plan: what the plan says under `policies.params`.
        command: texts from the command line.
        position: gives the place of a parameter's name in the plan.
        value_position: gives the place of its value.
    """

    plan: Mapping[str, Any] = EMPTY
    command: Mapping[str, str] = EMPTY
    position: Callable[[str], Position | None] = lambda _name: None
    value_position: Callable[[str], Position | None] = lambda _name: None


class ParameterInForce(Record):
    """A parameter as used.

    Attributes:
        name: `pack.name`.
        origin: who gave the value.
        locked: an organisation lets nobody change it.
    """

    name: str
    value: Any
    origin: Origin
    why: str
    locked: bool


class Conflict(Record):
    """A value given to a parameter that an organisation has locked at another; the locked one is used.

    Attributes:
        name: `pack.name`.
        value: the value that is not used.
        locked: the value that is.
        origin: who gave the value that is not used.
        at: where, or None for the command line.
        locked_at: where the locked value stands.
    """

    name: str
    value: Any
    locked: Any
    origin: Origin
    at: Position | None
    locked_at: Position


def resolve(
    packs: Sequence[CompiledPack], given: Given, errors: ErrorCollector
) -> tuple[tuple[ParameterInForce, ...], tuple[Conflict, ...]]:
    """Return every parameter as used, and the values that locked ones overrule. Mistakes go to `errors`."""
    defined = {f"{pack.id}.{param.name}": param for pack in packs for param in pack.params}
    settings = _settings(packs, defined, errors)
    plan = _values(given.plan, defined, errors, given=given)
    command = _values(given.command, defined, errors, given=None)
    params: list[ParameterInForce] = []
    conflicts: list[Conflict] = []
    for name, param in defined.items():
        value, origin = param.default, "default"
        setting = settings.get(name)
        locked = setting is not None and setting.locked
        if setting is not None:
            value, origin = setting.value, "organisation"
        for source, values in (("plan", plan), ("command", command)):
            if name not in values:
                continue
            if setting is None or not setting.locked:
                value, origin = values[name], source
            elif values[name] != setting.value:
                at = given.position(name) if source == "plan" else None
                conflict = Conflict(name, values[name], setting.value, source, at, setting.at)  # type: ignore[arg-type]  # a word of Origin
                conflicts.append(conflict)
        params.append(ParameterInForce(name, value, origin, param.why, locked))  # type: ignore[arg-type]  # likewise
    return tuple(params), tuple(conflicts)


def check_given(packs: Sequence[CompiledPack], given: Given, errors: ErrorCollector) -> None:
    """Note what is wrong with values given to parameters of these packs; other packs could not be read."""
    defined = {f"{pack.id}.{param.name}": param for pack in packs for param in pack.params}
    own = {pack.id for pack in packs}
    plan, command = (
        {name: value for name, value in values.items() if name.rpartition(".")[0] in own}
        for values in (given.plan, given.command)
    )
    _values(plan, defined, errors, given=given)
    _values(command, defined, errors, given=None)


def _settings(
    packs: Sequence[CompiledPack], defined: Mapping[str, Param], errors: ErrorCollector
) -> dict[str, Setting]:
    found: dict[str, Setting] = {}
    for pack in packs:
        for setting in pack.organisation.settings:
            param = defined.get(setting.name)
            if param is None:
                if not _exists(setting.name):
                    _unknown(setting.name, defined, setting.at, errors)
                continue
            value, fault = value_for(param, setting.value)
            if fault:
                errors.add("IN-063", f"{quoted(setting.name)} {fault}", setting.at)
                continue
            own = Setting(setting.name, value, setting.locked, setting.at)
            known = found.get(setting.name)
            if known is not None and known.locked and setting.locked and known.value != value:
                message = f"{quoted(setting.name)} is locked at another value too"
                errors.add("IN-064", message, setting.at, f"the other is at {known.at}")
            if known is None or (setting.locked and not known.locked):
                found[setting.name] = own
    return found


def _exists(name: str) -> bool:
    """Tell whether a shipped pack that is not in force has the parameter."""
    pack, _, param = name.rpartition(".")
    return pack in shipped_files() and any(each.name == param for each in shipped_pack(pack).params)


def _unknown(name: str, defined: Mapping[str, Param], at: Position | None, errors: ErrorCollector) -> None:
    near = nearest(name, defined)
    hint = f"did you mean '{near}'?" if near else "parameters of packs in force are written pack.name"
    if not near and _exists(name):
        hint = f"the pack {name.rpartition('.')[0]} is not in force"
    errors.add("IN-063", f"no pack in force has the parameter {quoted(name)}", at, hint)


def _values(
    values: Mapping[str, Any],
    defined: Mapping[str, Param],
    errors: ErrorCollector,
    *,
    given: Given | None,
) -> dict[str, Any]:
    """Return the values that fit; `given` tells where they stand in the plan, None is the command line."""
    found = {}
    for name, written in values.items():
        param = defined.get(name)
        if param is None:
            _unknown(name, defined, given.position(name) if given else None, errors)
            continue
        value, fault = value_for(param, written if given else parsed(param.type, written))
        if fault:
            at, hint = (given.value_position(name), "") if given else (None, f"mend --param {name}={written}")
            errors.add("IN-063", f"{quoted(name)} {fault}", at, hint)
        else:
            found[name] = value
    return found


def value_for(param: Param, written: Any) -> tuple[Any, str]:  # noqa: ANN401 - any node
    """Return a value as its parameter wants it, and what is wrong with it (empty when nothing is)."""
    value, fault = param_value(param.type, written)
    return value, fault or param.bounds.fault(value)
