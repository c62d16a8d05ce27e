"""Options that several commands share, each written once."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.base.visible import quoted

if TYPE_CHECKING:
    from release.base.dates import Moment


class FailOn(StrEnum):
    """From which severity on a finding fails the command."""

    error = "error"
    warning = "warning"
    note = "note"


At = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="DATE",
        help="Judge with nothing that was known only after DATE: a day, or a date-time with a zone "
        "[default: today].",
    ),
]
Stage = Annotated[str | None, typer.Option("--stage", metavar="ID", help="Only what touches this stage.")]
StageAsked = Annotated[
    str | None, typer.Option("--stage", metavar="ID", help="The stage [default: the next one].")
]
Policy = Annotated[
    list[str] | None,
    typer.Option("--policy", metavar="PACK|FILE", help="Add a pack, by id or file; may be repeated."),
]
Param = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="PACK.NAME=VALUE", help="Set a pack parameter; may be repeated."),
]
TrustedSigners = Annotated[
    str | None,
    typer.Option(
        "--trusted-signers",
        metavar="FILE",
        help="Whose signatures on evidence count: a file as `ssh-keygen -Y verify` reads it.",
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write to FILE instead of standard output."),
]
Audience = Annotated[
    str,
    typer.Option("--audience", metavar="A", help="public, partner:<id> or internal: show what A may see."),
]
AudienceAsked = Annotated[
    str | None,
    typer.Option(
        "--audience",
        metavar="A",
        help="public, partner:<id> or internal: show what A may see [default: internal].",
    ),
]
_WHEN = ("auto", "always", "never")


def _known_when(value: str | None) -> str | None:
    if value is not None and value not in _WHEN:
        near = nearest(value, _WHEN)
        hint = f"did you mean '{near}'?" if near else f"write {', '.join(_WHEN)}"
        raise InvalidInput([InputError("IN-086", f"--color can't be {quoted(value)}", None, hint)])
    return value


NoColor = Annotated[bool, typer.Option("--no-color", help="No colour: the same as --color never.")]
Color = Annotated[
    str | None,
    typer.Option(
        "--color",
        metavar="WHEN",
        help="auto, always or never; before NO_COLOR and FORCE_COLOR [default: auto].",
        callback=_known_when,
    ),
]
Locked = Annotated[bool, typer.Option("--locked", help="A stale or missing lock is an error finding.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Only the last line: verdict, counts, next step.")]


def judged_at(text: str | None) -> tuple[Moment, bool]:
    """Return the date to judge and whether it was given."""
    from release import api

    return api.date_of(text), text is not None


def parameters(written: list[str] | None) -> dict[str, str]:
    """Return `--param` options as a mapping from `pack.name` to the text of the value."""
    result: dict[str, str] = {}
    for each in written or ():
        name, separator, value = each.partition("=")
        if not separator or "." not in name:
            hint = "write it as PACK.NAME=VALUE, such as staged-release.min_days=78"
            raise InvalidInput([InputError("IN-086", f"--param {each} does not set a parameter", None, hint)])
        result[name] = value
    return result


def pairs(option: str, written: list[str] | None) -> dict[str, str]:
    """Return the values of an option of the form NAME=VALUE, split at the last `=`.

    Raises:
        InvalidInput: one has not that form, or a name is given twice.
    """
    result: dict[str, str] = {}
    for each in written or ():
        name, separator, value = each.rpartition("=")
        if not separator or not name or not value:
            message = f"{option} {quoted(each)} has not the form NAME=VALUE"
            raise InvalidInput([InputError("IN-086", message, None, "write the name, '=' and the value")])
        if name in result:
            message = f"{option} is given twice for {quoted(name)}"
            raise InvalidInput([InputError("IN-086", message, None, "keep one of them")])
        result[name] = value
    return result


def use_colour(*, no_color: bool, output: str | None, color: str | None = None) -> bool:
    """Decide on colour: the options, then NO_COLOR, then FORCE_COLOR, then whether stdout is a terminal."""
    import os

    if color in {"always", "never"}:
        return color == "always"
    if no_color or output is not None or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Return the columns of the terminal, at most 100 so that lines stay readable; 80 where there is none."""
    import shutil

    return min(100, max(40, shutil.get_terminal_size((80, 24)).columns)) if sys.stdout.isatty() else 80


Key = Annotated[
    str | None,
    typer.Option(
        "--key", metavar="FILE", help="Sign with an SSH key (file, or .pub of an agent's) or Ed25519 PEM."
    ),
]
PlanPath = Annotated[str, typer.Argument(metavar="PLAN", help="A release folder or its plan file.")]

FindingsFormat = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="text, concise, json, or another that there is [default: text].",
    ),
]


def known_format(name: str) -> None:
    """Refuse a format of findings that there is not."""
    from release.formats import FORMATS

    if name not in FORMATS.shipped and name not in FORMATS.names():
        near = nearest(name, FORMATS.names())
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(FORMATS.names())}"
        raise InvalidInput([InputError("IN-086", f"there is no format '{name}'", None, hint)])
