"""Computes everything in a lock again, and says where the lock says something else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from release.evidence.inputs import tasks_of
from release.evidence.lock import Item, Lock
from release.evidence.locking import Options, compute_all
from release.evidence.seals import slice_text

if TYPE_CHECKING:
    from release.plan.plan import Plan


@dataclass(frozen=True, slots=True)
class Difference:
    """One way in which a lock and its recomputation differ.

    Attributes:
        evidence: id of the item.
        what: `edit`, `input`, `definition`, `figure`, `missing` or `extra`.
        message: what differs, for people.
    """

    evidence: str
    what: str
    message: str


def verify(plan: Plan, lock: Lock, options: Options | None = None) -> list[Difference]:
    """Compute every item of a plan again and return where the lock says something else; empty when it holds.

    Raises:
        InvalidInput: an input is not at hand or cannot be read.
    """
    tasks = tasks_of(plan)
    now = compute_all(plan, list(tasks.values()), options or Options())
    found = []
    for name in sorted({*now, *lock.items}):
        if name not in lock.items:
            found.append(Difference(name, "missing", f"{name}: not in the lock"))
        elif name not in now:
            found.append(
                Difference(name, "extra", f"{name}: in the lock, and the plan has nothing to compute for it")
            )
        else:
            found += _differences(name, lock.items[name], now[name])
    return [*_edits(lock), *found]


def _edits(lock: Lock) -> Iterator[Difference]:
    if lock.tampered and not lock.edited:
        message = f"{lock.shown}: it is not what its digest was made of"
        yield Difference(
            "",
            "definition",
            f"{message}; an item was added or taken out, or the plan or the version edited by hand",
        )
    for name, fields in sorted(lock.edited.items()):
        yield from (Difference(name, "edit", f"{name}: {field} was edited by hand") for field in fields)


def _differences(name: str, before: Item, now: Item) -> list[Difference]:
    paths = sorted({*before["inputs"], *now["inputs"]})
    digests = [
        (path, *(each["inputs"].get(path, {}).get("sha256") for each in (before, now))) for path in paths
    ]
    found = [
        Difference(
            name, "input", f"{name}: {path} has changed ({_brief(old)} in the lock, {_brief(new)} now)"
        )
        for path, old, new in digests
        if old != new
    ]
    found += [
        Difference(name, "definition", f"{name}: {key} has changed")
        for key in ("kind", "kind_version", "definition", "params")
        if before[key] != now[key]
    ]
    found += [
        Difference(name, "figure", f"{name}: {_first_change(key, before[key], now[key])}")
        for key in ("results", "slices", "facts", "declared", "agreement")
        if before[key] != now[key]
    ]
    return found


def _first_change(key: str, before: Any, now: Any) -> str:  # noqa: ANN401 - any JSON value
    if key in {"results", "facts"}:
        for one in sorted({*before, *now}):
            if before.get(one) != now.get(one):
                old, new = _short(before.get(one)), _short(now.get(one))
                return f"{key} '{one}': the lock has {old}, the rows give {new}"
    if key == "slices":
        for old, new in zip(before, now, strict=False):
            if old != new:
                return _first_slice(old, new)
    return f"{key}: the rows give something else"


def _first_slice(old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    inside = slice_text(old["by"])
    if old["by"] != new["by"]:
        return f"slice {{{inside}}}: the rows give other slices"
    return f"slice {{{inside}}}, {_first_change('results', old['results'], new['results'])}"


def _brief(digest: str | None) -> str:
    """Return enough of a digest to tell it from others, or that there is none."""
    return "none" if digest is None else digest.removeprefix("sha256:")[:12]


def _short(value: Any) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(value, Mapping) and "value" in value:
        return f"{value['value']} [{value.get('low')}, {value.get('high')}]"
    return repr(value)[:80]
