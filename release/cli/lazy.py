"""A group of commands of which only the one that is called gets imported."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# Rich would add its import time to every --help, and read input as markup.
PLAIN: dict[str, Any] = {"rich_markup_mode": None, "pretty_exceptions_enable": False, "add_completion": False}


@dataclass(frozen=True, slots=True)
class Row:
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
            return typer.main.get_command(found)
        app = typer.Typer(**PLAIN)
        app.command(name=self.name)(found)
        return typer.main.get_command(app)


class Stub(TyperCommand):
    """Stands for a command in listings, help and completion until it is called."""

    def __init__(self, row: Row) -> None:
        super().__init__(row.name, help=row.help, rich_markup_mode=None)
        self.row = row


def lazy_group(rows: Sequence[Row]) -> type[TyperGroup]:
    """Return a group class that knows the rows and imports one when it is resolved."""

    class LazyGroup(TyperGroup):
        def __init__(self, **attributes: Any) -> None:  # noqa: ANN401 - handed through to typer
            super().__init__(**attributes)
            for row in rows:
                self.add_command(Stub(row))

        def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 - typer's signature
            return [row.name for row in rows]

        def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's signature
            name, command, rest = super().resolve_command(ctx, args)
            return name, command.row.load() if isinstance(command, Stub) else command, rest

    return LazyGroup
