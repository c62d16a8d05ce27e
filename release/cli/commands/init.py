"""`release init`: a plan to start from."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from release.base.errors import InputError, InvalidInput
from release.base.nearest import nearest
from release.base.resources import data
from release.cli.output import write_error, write_result

SCHEMA_FILE = "release-plan.schema.json"
SCHEMA_LINE = b"# yaml-language-server: $schema=./" + SCHEMA_FILE.encode() + b"\n"


def init(
    folder: Annotated[str, typer.Argument(metavar="[DIR]", help="Where to write it.")] = ".",
    *,
    template: Annotated[
        str, typer.Option("--from", metavar="NAME", help="Start from this plan: blank, gpt-2, ….")
    ] = "blank",
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing (nothing is asked so far).")] = False,
) -> int:
    """Write a plan to start from."""
    del yes
    target = Path(folder)
    files = dict(_files(_template(template), ""))
    content = {name: source.read_bytes() for name, source in files.items()}
    present = [name for name in content if (target / name).exists()]
    if present and not force:
        hint = "give another folder, or --force to replace them"
        names = ", ".join(sorted(present)[:5])
        raise InvalidInput([InputError("IN-087", f"{folder} already holds {names}", None, hint)])
    from release.api import plan_schema_text

    content["release.yaml"] = _with_schema_line(content["release.yaml"])
    content[SCHEMA_FILE] = plan_schema_text().encode("utf-8")
    for name, body in sorted(content.items()):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        write_result(body, str(target / name))
    write_error(f"wrote {len(content)} files to {folder}; next: release check {folder}\n")
    return 0


def _with_schema_line(plan: bytes) -> bytes:
    """Put the line on top that makes editors complete and check the plan."""
    return plan if plan.startswith(SCHEMA_LINE) else SCHEMA_LINE + plan


def _template(name: str) -> Traversable:
    plans = data("templates").joinpath("plans")
    names = sorted(entry.name for entry in plans.iterdir() if entry.is_dir())
    if name not in names:
        near = nearest(name, names)
        hint = f"did you mean '{near}'?" if near else f"there are {', '.join(names)}"
        raise InvalidInput([InputError("IN-088", f"there is no plan template '{name}'", None, hint)])
    return plans.joinpath(name)


def _files(folder: Traversable, prefix: str) -> list[tuple[str, Traversable]]:
    found: list[tuple[str, Traversable]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name.startswith((".", "__")):
            continue
        if entry.is_dir():
            found += _files(entry, f"{prefix}{entry.name}/")
        else:
            found.append((prefix + entry.name, entry))
    return found
