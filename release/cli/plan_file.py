"""Adding an item to a plan's file: kept only if the plan reads as before with exactly that item more."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from release.base.atomic_write import replacing, waiting_at
from release.base.errors import InputError, InvalidInput
from release.cli.output import OutputFailed

if TYPE_CHECKING:
    from release.plan.plan import Plan


def add_item(plan: Plan, section: str, item: str, wanted: Mapping[str, Any], *, hint: str) -> None:
    """Add an item to a section of the plan's own file, whole or not at all.

    Args:
        plan: the plan as read.
        section: a top-level key that holds a list of objects.
        item: the item as YAML, indented by `release.plan.editing.indent_of`.
        wanted: fields by which the item is known again.
        hint: what to do where the file cannot be edited safely.

    Raises:
        InvalidInput: something else in the plan would change, or the plan would be wrong.
        OutputFailed: the file changed meanwhile, or cannot be written.
    """
    from release.evidence.inputs import plain
    from release.evidence.kind_results import KindResults
    from release.plan.editing import with_item
    from release.plan.read import PLAN_FILE, read_plan

    file = plan.folder / Path(plan.path).name if Path(plan.path).suffix else plan.folder / PLAN_FILE
    before = file.read_bytes()
    mark = codecs.BOM_UTF8 if before.startswith(codecs.BOM_UTF8) else b""
    content = mark + with_item(plan, section, item).encode("utf-8")
    if before != mark + plan.tree.documents[0].text.encode("utf-8"):
        raise OutputFailed(f"{plan.path} changed meanwhile; nothing was changed")
    try:
        with replacing(file) as out:
            out.write(content)
            out.flush()
            after = _read_back(lambda: read_plan(waiting_at(file), shown=plan.path, known=KindResults()))
            if not _only_added(plain(plan.data), plain(after.data), section, wanted):
                message = f"the item cannot be added to {plan.path} without changing something else"
                raise InvalidInput([InputError("IN-084", f"{message}; nothing was changed", None, hint)])
    except OSError as error:
        raise OutputFailed(f"{plan.path} could not be written: {error.strerror or error}") from None


def _read_back(read: Callable[[], Plan]) -> Plan:
    """Return the plan with the item; its mistakes have no place, as the text with them is not kept."""
    try:
        return read()
    except InvalidInput as invalid:
        errors = [InputError(each.code, each.message, None, each.hint) for each in invalid.errors]
        raise InvalidInput(errors, more=invalid.more) from None


def _only_added(
    before: Mapping[str, Any], after: Mapping[str, Any], section: str, wanted: Mapping[str, Any]
) -> bool:
    """Tell whether the section has exactly one item more, the one wanted, and nothing else differs."""
    old, new = list(before.get(section, ())), list(after.get(section, ()))
    added = [place for place, each in enumerate(new) if wanted.items() <= each.items()]
    if len(new) != len(old) + 1 or not added:
        return False
    rest = [each for place, each in enumerate(new) if place != added[-1]]
    return {**after, section: rest} == {**before, section: old}
