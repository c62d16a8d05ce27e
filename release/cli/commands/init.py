"""`release init`: a plan to start from."""

from __future__ import annotations

import os
from enum import StrEnum
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

GITHUB_FILE = ".github/workflows/release-plans.yml"
GITLAB_FILE = ".gitlab-ci.yml"
GITLAB_PART = "release-plans.gitlab-ci.yml"


class Pipeline(StrEnum):
    """For which pipelines a job can be written."""

    github = "github"
    gitlab = "gitlab"


def init(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="Where to write it.")] = ".",
    *,
    template: Annotated[
        str, typer.Option("--from", metavar="NAME", help="Start from this plan: blank, gpt-2, ….")
    ] = "blank",
    ci: Annotated[
        Pipeline | None,
        typer.Option("--ci", help="Write the job of a pipeline too, beside a plan that is there already."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files that are there.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing (nothing is asked so far).")] = False,
) -> int:
    """Write a plan to start from."""
    del yes
    target = Path(folder)
    if ci is None or force or not (target / "release.yaml").exists():
        _write_plan(target, folder, template, force=force)
    if ci is not None:
        _write_job(target, ci, force=force)
    return 0


def _write_plan(target: Path, folder: str, template: str, *, force: bool) -> None:
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


def _write_job(target: Path, ci: Pipeline, *, force: bool) -> None:
    """Write the job into the repository that the folder is in, else into the folder."""
    from release import __version__

    start = target.resolve()
    root = next((each for each in (start, *start.parents) if (each / ".git").exists()), None)
    root, shown = (target, target) if root is None else (root, Path(os.path.relpath(root)))
    text = (data("templates") / "ci" / f"{ci.value}.yml").read_text("utf-8").replace("@VERSION@", __version__)
    name, hint = GITHUB_FILE, ""
    if ci is Pipeline.gitlab:
        name = GITLAB_FILE
        present = root / name
        if present.exists() and present.read_bytes() != text.encode("utf-8"):
            name, hint = GITLAB_PART, f"; add `include: {{local: {GITLAB_PART}}}` to {GITLAB_FILE}"
    path = root / name
    if path.exists() and path.read_bytes() != text.encode("utf-8") and not force:
        hint = "--force replaces it"
        raise InvalidInput([InputError("IN-087", f"{shown / name} is there already", None, hint)])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_result(text, str(path))
    write_error(f"wrote {shown / name}{hint}\n")


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
