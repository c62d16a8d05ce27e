"""Whether a lock still says what is true: fresh, missing, stale, partial, or edited by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

from release.base.record import Record
from release.evidence.figures import Figure, known_figures
from release.evidence.inputs import Digests, Task, tasks_of
from release.evidence.lock import LOCK_FILE, Lock, read_lock

if TYPE_CHECKING:
    from release.plan.plan import Plan

Word = Literal["fresh", "missing", "stale", "partial", "tampered"]


class LockState(Record):
    """The state of a lock against its plan and its inputs.

    Attributes:
        word: `missing` when there should be a lock and is none; `tampered` when what it says of an item is
            not what the tool wrote; `stale` when something that an item was computed from has changed;
            `partial` when an item is not in it; else `fresh`, also when the plan has nothing to compute.
        reasons: evidence id to why its entry cannot be used, for stale and absent ones.
        unverified: paths of inputs that are not at hand, so that their digests were taken on trust.
    """

    word: Word
    reasons: Mapping[str, str]
    unverified: tuple[str, ...] = ()

    def usable(self, evidence: str) -> bool:
        """Tell whether an item's computed figures may be used."""
        return self.word not in {"missing", "tampered"} and evidence not in self.reasons


def usable_items(lock: Lock | None, state: LockState) -> dict[str, Figure]:
    """Return the computed figures that may be used, by evidence id."""
    items = {} if lock is None else lock.items
    return {name: known_figures(item) for name, item in items.items() if state.usable(name)}


def lock_of(plan: Plan) -> Lock | None:
    """Read the lock of a plan, or return None.

    Raises:
        InvalidInput: the lock cannot be read.
    """
    from release.evidence.inputs import shown_below

    return read_lock(plan.folder / LOCK_FILE, shown_below(plan, LOCK_FILE))


def lock_state(plan: Plan, lock: Lock | None) -> LockState:
    """Compare a lock with the plan and the files it was computed from; nothing is computed."""
    tasks = tasks_of(plan)
    if lock is None:
        reasons = dict.fromkeys(tasks, "it was never computed")
        return LockState("missing" if tasks else "fresh", reasons)
    if lock.tampered and not _only_lacks(lock, tasks):
        return LockState("tampered", {name: _why_tampered(lock, name) for name in tasks})
    digests = Digests(plan.folder)
    stale: dict[str, str] = {}
    absent: dict[str, str] = {}
    for name, task in tasks.items():
        if name not in lock.items:
            absent[name] = "it was never computed"
        elif reason := why_stale(task, lock.items[name], digests):
            stale[name] = reason
    for name in lock.items:
        if name not in tasks:
            stale[name] = "the plan has nothing to compute under this id any more"
    unverified = tuple(sorted(path for path, digest in digests.known.items() if digest is None))
    word: Word = "stale" if stale else "partial" if absent else "fresh"
    return LockState(word, dict(sorted({**absent, **stale}.items())), unverified)


def _only_lacks(lock: Lock, tasks: Mapping[str, Task]) -> bool:
    """Tell whether all that was done to a lock is that whole items were taken out."""
    return all(map(lock.intact, lock.items)) and not tasks.keys() <= lock.items.keys()


def _why_tampered(lock: Lock, name: str) -> str:
    if name in lock.edited:
        return f"the lock was edited by hand: {_listed(lock.edited[name])}"
    return "the lock was edited by hand"


def _listed(fields: tuple[str, ...]) -> str:
    more = f", and {len(fields) - 3} more fields" if len(fields) > 3 else ""
    return ", ".join(fields[:3]) + more


def why_stale(task: Task, entry: Mapping[str, object], digests: Digests) -> str:
    """Return why an entry does not hold any more, or ""."""
    if entry["definition"] != task.definition:
        return "its entry in the plan has changed"
    if entry["kind_version"] != task.version:
        return f"it was computed by version {entry['kind_version']} of the kind, now {task.version}"
    inputs = entry["inputs"]
    if not isinstance(inputs, Mapping) or set(inputs) != set(task.paths):
        return "it was computed from other files"
    for path in task.paths:
        now = digests.of(path)
        if now is not None and now != inputs[path]["sha256"]:
            return f"{path} has changed since"
    return ""
