"""The files that `release evidence import` writes: rows, and the plan; both whole, or nothing is changed."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from release.base.atomic_write import atomic_write, replacing, waiting_at
from release.base.errors import InputError, InvalidInput
from release.base.limits import ID_CHARACTERS
from release.base.visible import quoted, visible
from release.cli.output import OutputFailed, write_error, write_result

if TYPE_CHECKING:
    from release.evidence.kind import Computation
    from release.importers._logs.importer import Provenance
    from release.importers._logs.importing import Imported, Wanted
    from release.plan.plan import Plan

_SHOWN: Final = 10
"""Logs listed by name; the item in the plan lists more."""

_ID: Final = re.compile(f"[a-z0-9][a-z0-9._-]{{0,{ID_CHARACTERS - 1}}}", re.ASCII)


def import_into(plan: Plan, wanted: Wanted, *, force: bool, write: bool) -> None:
    """Write the rows below the release folder, print the item, and with `write` add it to the plan.

    Raises:
        InvalidInput: a log, or what was asked for, is wrong.
        OutputFailed: the rows or the plan could not be written.
    """
    from release.evidence.inputs import shown_below
    from release.importers._logs.importing import computed, import_logs, path_of_rows
    from release.plan.editing import indent_of

    _check_id(plan, wanted.evidence, write=write)
    target = plan.folder / path_of_rows(wanted.evidence)
    shown = shown_below(plan, path_of_rows(wanted.evidence))
    _check_target(plan.folder, target, shown, force=force)
    before = target.read_bytes() if write and target.is_file() else None
    try:
        with _folder(target.parent), replacing(target) as out:
            imported = import_logs(plan, wanted, out)
            out.flush()
            found = computed(imported, waiting_at(target), shown)
    except OSError as error:
        raise OutputFailed(f"{shown} could not be written: {error.strerror or error}") from None
    if write:
        try:
            _add_to_plan(plan, imported)
        except BaseException:
            _restore(target, before)
            raise
    write_error(_summary(imported, found, shown, written=write))
    write_result(imported.yaml(indent_of(plan, "evidence")), None)


@contextlib.contextmanager
def _folder(path: Path) -> Iterator[None]:
    """Make a folder that is not there, and take it away again where nothing comes into it."""
    present = path.exists()
    path.mkdir(exist_ok=True)
    try:
        yield
    finally:
        if not present:
            with contextlib.suppress(OSError):
                path.rmdir()


def _check_id(plan: Plan, name: str, *, write: bool) -> None:
    if not _ID.fullmatch(name) or name in {"unknown", "undisclosed"}:
        hint = f"up to {ID_CHARACTERS} of a-z, 0-9, '.', '_' and '-', the first a letter or digit"
        raise InvalidInput([InputError("IN-086", f"--id {quoted(name)} is no id", None, hint)])
    if write and name in plan.objects.get("evidence", {}):
        item = plan.objects["evidence"][name]
        message = f"the plan has evidence {quoted(name)} already"
        hint = "choose another id, or leave out --write and change the item by hand"
        at = plan.object_position(item["$at"])
        raise InvalidInput([InputError("IN-084", message, at, hint)], plan.texts)


def _check_target(folder: Path, target: Path, shown: str, *, force: bool) -> None:
    inside = target.parent.resolve().is_relative_to(folder.resolve())
    if not inside or (target.parent.exists() and not target.parent.is_dir()):
        message = f"{shown} would not lie in the release folder"
        raise InvalidInput([InputError("IN-087", message, None, "make `evidence` a folder of the release")])
    if target.is_symlink() or (target.exists() and not target.is_file()):
        message = f"{shown} is a link or no regular file"
        raise InvalidInput([InputError("IN-087", message, None, "remove it, or choose another id")])
    if target.exists() and not force:
        hint = "choose another id, or add --force to replace it"
        raise InvalidInput([InputError("IN-087", f"{shown} is there already", None, hint)])


def _add_to_plan(plan: Plan, imported: Imported) -> None:
    """Add the item to the plan's file, once it is certain that nothing else in the plan changes."""
    from release.cli.plan_file import add_item
    from release.plan.editing import indent_of

    item = imported.yaml(indent_of(plan, "evidence"))
    hint = "leave out --write and paste the item that is printed"
    add_item(plan, "evidence", item, {"id": imported.item["id"]}, hint=hint)


def _restore(target: Path, before: bytes | None) -> None:
    if before is None:
        target.unlink(missing_ok=True)
    else:
        atomic_write(target, before)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _counts(log: Provenance) -> str:
    """Return how many samples a log holds, of how many, and how many say nothing."""
    of = f"{log.present} of {log.expected}" if log.expected not in {None, log.present} else f"{log.present}"
    parts = [f"{of} sample{'' if of == '1' else 's'}"]
    parts += [f"{_counted(log.errors, 'error')}"] if log.errors else []
    parts += [f"{log.unscored} without a score"] if log.unscored else []
    return ", ".join([*parts, *log.incomplete])


def _summary(imported: Imported, found: Computation, shown: str, *, written: bool) -> str:
    """Return what was done, in a few lines for people."""
    lines = [f"{shown}: {_counted(imported.rows, 'row')} of {_counted(len(imported.logs), 'log')}"]
    for log in imported.logs[:_SHOWN]:
        lines += [f"  {log.file}: {_counts(log)}", *(f"    {note}" for note in log.notes)]
    if len(imported.logs) > _SHOWN:
        lines.append(f"  and {_counted(len(imported.logs) - _SHOWN, 'further log')}")
    for name, figure in found.results.items():
        if figure.value is not None and figure.low is not None and figure.high is not None:
            lines.append(f"  {name} {figure.value:.4g} [{figure.low:.4g}, {figure.high:.4g}], n {figure.n}")
        elif figure.reason:
            lines.append(f"  {name}: {figure.reason}")
    if written:
        lines.append("the item below was added to the plan; next: release evidence lock")
    else:
        lines.append("next: paste the item below into the plan under `evidence:`, then release evidence lock")
    return "".join(f"{visible(line)}\n" for line in lines)
