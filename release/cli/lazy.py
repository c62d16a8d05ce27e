"""A group of commands of which only the one that is called gets imported."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from enum import Enum
from typing import Any, Self

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.base.record import Record
from release.base.visible import quoted

# Rich would add its import time to every --help, and read input as markup.
PLAIN: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "add_completion": False}


class Row(Record):
    """One row of the table of commands.

    Attributes:
        target: `module:attribute`; the attribute is a function or a `typer.Typer` with commands of its own.
        help: the first line of the command's docstring.
    """

    name: str
    target: str
    help: str

    def load(self) -> Any:  # noqa: ANN401 - typer's command types are private
        """Import the command and return what typer makes of it."""
        module, _, attribute = self.target.partition(":")
        found = getattr(importlib.import_module(module), attribute)
        if isinstance(found, typer.Typer):
            return _light(typer.main.get_command(found))
        app = typer.Typer(**PLAIN)
        app.command(name=self.name)(found)
        return _light(typer.main.get_command(app))


class _AsTyped:
    """Takes text as it was typed, and leaves any other conversion to typer.

    Typer converts every value through pydantic, also one that is text already or was not given; importing it
    costs more than judging a plan. A release of typer that does not ask for `get_runtime_param` converts as
    it ever did.
    """

    def __init__(self, parameter: Any) -> None:  # noqa: ANN401 - typer's parameter types are private
        self._typer_s = parameter.get_runtime_param
        self._kind = parameter.type_descriptor.annotation
        self._many = parameter.multiple or parameter.nargs == -1

    def itself(self) -> Self:
        return self

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - typer's signature
        if value is None:
            return () if self._many else None
        if self._kind is str and isinstance(value, str) and not self._many:
            return value
        if self._kind == list[str] and isinstance(value, list | tuple):
            return [str(each) for each in value]
        try:
            return self._typer_s().coerce(value, param=param, ctx=ctx)
        except TyperException as error:
            told = self._refused(value, param, ctx)
            if told is None:
                raise
            raise told from error

    def _refused(self, value: Any, param: Any, ctx: Any) -> InvalidInput | None:  # noqa: ANN401
        """Say in our words what a value may be, where it is one of a few words or a whole number."""
        single = self._kind if isinstance(self._kind, type) else None
        if single is not None and issubclass(single, Enum):
            allowed = [str(each.value) for each in single]
            expected = f"one of {', '.join(allowed)}"
            near = nearest(str(value), allowed)
        elif single is int:
            expected, near = "a whole number of at least 1", None
        else:
            return None
        name = param.opts[0] if param.opts and param.opts[0].startswith("-") else str(param.name).upper()
        hint = f"did you mean {quoted(near)}?" if near else f"see `{ctx.command_path} --help`"
        message = f"{name} is {quoted(value)}; expected {expected}"
        return InvalidInput([InputError("IN-086", message, None, hint)])


def _untold(*, ctx: Any) -> str:  # noqa: ANN401, ARG001 - typer's signature
    """Return no type: `<list[str]>` is a word of Python, and tells nobody what an argument may be."""
    return ""


def _first_paragraph(text: str | None) -> str:
    """Return what a list of commands says of one: whole, where click would end in three dots."""
    return " ".join((text or "").partition("\n\n")[0].split())


def _light(command: Any) -> Any:  # noqa: ANN401 - typer's command types are private
    """Return a command, or a group with its commands, whose text is not sent through pydantic."""
    of_typer = command.get_params

    def get_params(context: Any) -> Any:  # noqa: ANN401 - typer's signature
        # Asked for each time, as typer adds --help to the list only then.
        found = of_typer(context)
        for parameter in found:
            known = hasattr(parameter, "get_runtime_param") and hasattr(parameter, "type_descriptor")
            if known and "get_runtime_param" not in vars(parameter):
                parameter.get_runtime_param = _AsTyped(parameter).itself
            if parameter.param_type_name == "argument":
                parameter.display_type_rich = _untold
        return found

    command.get_params = get_params
    command.short_help = command.short_help or _first_paragraph(command.help)
    for below in getattr(command, "commands", {}).values():
        _light(below)
    return command


class Stub(TyperCommand):
    """Stands for a command in listings, help and completion until it is called."""

    def __init__(self, row: Row) -> None:
        super().__init__(row.name, help=row.help, short_help=row.help, rich_markup_mode=None)
        self.row = row


def lazy_group(rows: Sequence[Row]) -> type[TyperGroup]:
    """Return a group class that knows the rows and imports one when it is resolved."""

    class LazyGroup(TyperGroup):
        def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - handed through to typer
            super().__init__(**attributes)
            for row in rows:
                self.add_command(Stub(row))
            _light(self)

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer's signature
            return [row.name for row in rows]

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's signature
            name, command, rest = super().resolve_command(ctx, args)
            return name, command.row.load() if isinstance(command, Stub) else command, rest

    return LazyGroup
