"""One item added to a list of a plan's text, everything else kept to the byte.

Only what is plainly safe is done: a block list is made one longer, an empty or absent one is begun. Anything
else is left to people, who get the item to paste.
"""

from __future__ import annotations

import re

from release.base.errors import InputError, InvalidInput, Position
from release.plan.plan import Plan
from release.source import Map, Seq


def indent_of(plan: Plan, section: str) -> str:
    """Return what stands before the dashes of a section; two spaces where there is none yet."""
    root = plan.tree.documents[0].root
    items = root.get(section) if isinstance(root, Map) else None
    if isinstance(items, Seq) and items and not items.flow:
        line = plan.tree.documents[0].text.split("\n")[items.value_marks[0][0] - 1]
        return line[: len(line) - len(line.lstrip(" "))]
    return "  "


def with_item(plan: Plan, section: str, item: str) -> str:
    """Return the text of the plan's own file with one more item in a section.

    Args:
        plan: the plan as read.
        section: a top-level key that holds a list.
        item: the item as YAML, indented by `indent_of`.

    Raises:
        InvalidInput: the list is written in a way that is left to people.
    """
    document = plan.tree.documents[0]
    root = document.root
    end = "\r\n" if "\r\n" in document.text else "\n"
    text = document.text.replace("\r\n", "\n") if end == "\r\n" else document.text
    if "\r" in text or (end == "\r\n" and text.count("\n") != document.text.count(end)):
        raise _unsteady(plan)
    lines = text.split("\n")
    if not isinstance(root, Map) or root.flow or "..." in lines:
        raise _refused(plan, section)
    return _longer(plan, section, root, lines, item.rstrip("\n").split("\n")).replace("\n", end)


def _longer(plan: Plan, section: str, root: Map, lines: list[str], new: list[str]) -> str:
    """Return the text with the lines of a new item, its lines ended by line feeds."""
    if section not in root:
        while lines and not lines[-1].strip():
            lines.pop()
        return "\n".join([*lines, "", f"{section}:", *new, ""])
    at = root.key_marks[section][0] - 1
    items = root[section]
    empty = re.compile(re.escape(section) + r":[ \t]*\[[ \t]*\][ \t]*(?:#.*)?")
    if isinstance(items, Seq) and not items and empty.fullmatch(lines[at]):
        comment = lines[at].partition("#")
        kept = f"  #{comment[2]}" if comment[1] else ""
        return "\n".join([*lines[:at], f"{section}:{kept}", *new, *lines[at + 1 :]])
    if not isinstance(items, Seq) or not items or items.flow:
        raise _refused(plan, section)
    after = [place[0] - 1 for place in root.key_marks.values() if place[0] - 1 > at]
    end = min(after, default=len(lines))
    dash = len(indent_of(plan, section))
    while end > at and _is_between(lines[end - 1], dash):
        end -= 1
    return "\n".join([*lines[:end], *new, *lines[end:]])


def _is_between(line: str, dash: int) -> bool:
    """Tell whether a line stands between two sections rather than in the last item of one."""
    return not line.strip() or (line.lstrip().startswith("#") and len(line) - len(line.lstrip()) <= dash)


def _unsteady(plan: Plan) -> InvalidInput:
    message = f"the lines of {plan.path} do not all end alike, so it is not edited"
    hint = "save the file with one kind of line end, or write the item into the plan by hand"
    return InvalidInput([InputError("IN-084", message, Position(plan.path), hint)], plan.texts)


def _refused(plan: Plan, section: str) -> InvalidInput:
    message = (
        f"the list `{section}` of this plan is not written one item after the other, so it is not edited"
    )
    at = plan.key_position(f"/{section}") if section in plan.tree.root else None
    return InvalidInput(
        [InputError("IN-084", message, at, "write the item into the plan by hand")], plan.texts
    )
