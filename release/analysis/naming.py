"""Words for what is to be brought: the objects and their fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from release.analysis.edits import Draft
from release.analysis.lacks import Lack


def objects_named(objects: Sequence[str]) -> str:
    """Return for example `partners cornell, ctec and oregon` for objects of one kind."""
    names: dict[str, list[str]] = {}
    for each in dict.fromkeys(objects):
        kind, _, name = each.partition(":")
        names.setdefault(kind, []).append(name)
    plural = {"evidence": "evidence", "monitoring": "monitoring"}
    return ", ".join(
        f"{kind if len(ids) == 1 else plural.get(kind, kind + 's')} {listed(ids)}"
        for kind, ids in names.items()
    )


def listed(names: Sequence[str]) -> str:
    """Return `a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def described(draft: Draft, lacks: Sequence[Lack]) -> str:
    """Return which fields are missing, in the words of the plan."""
    return listed(list(dict.fromkeys(_fields(draft, lack) for lack in lacks)))


def _fields(draft: Draft, lack: Lack) -> str:
    steps = lack.key.split("/")
    if steps[1] == "evidence" and steps[3:4] == ["declared"]:
        about = [_about(draft.node(owner) or {}) for owner, _ in lack.places]
        name = f"{steps[4]}{listed_about(about)}"
        return f"{name} with its interval" if steps[5] == "value" else f"interval and n of {name}"
    return ".".join(step for step in steps[3:] if step != "*")


def _about(figure: Any) -> str:  # noqa: ANN401 - a declared figure
    by = {name: value for name, value in figure.get("by", {}).items() if not name.startswith("$")}
    return ", ".join(f"{name}: {value}" for name, value in by.items())


def listed_about(about: Sequence[str]) -> str:
    """Return the slices in parentheses, or nothing where there are none."""
    slices = [each for each in dict.fromkeys(about) if each]
    return f" ({'; '.join(slices)})" if slices else ""
