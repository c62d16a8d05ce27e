"""What each evidence item is computed from: its definition in the plan, and the files that it reads."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from release.base.canonical import sha256
from release.base.errors import InputError, InvalidInput, Position
from release.base.record import Record
from release.base.registry import UnknownName
from release.evidence.kind import Kind, kind_called
from release.source.paths import RefusedPath, inside

if TYPE_CHECKING:
    from release.plan.plan import Plan

_DEFINING = ("kind", "claim", "tolerance", "declared", "data", "params", "source", "split")


class Task(Record):
    """One item that belongs into the lock.

    Attributes:
        id: id of the evidence.
        item: the plan's entry.
        kind: its kind, or None where only its quotation is looked up.
        data: path of the rows, relative to the release folder, or "".
        archives: source id to path of the archived text, for the sources it quotes.
        definition: digest of everything in the plan that its figures depend on.
    """

    id: str
    item: Mapping[str, Any]
    kind: Kind | None
    data: str
    archives: Mapping[str, str]
    definition: str

    @property
    def version(self) -> int:
        """Version of the kind; 0 where none computes."""
        return self.kind.version if self.kind is not None else 0

    @property
    def paths(self) -> tuple[str, ...]:
        """All files that it reads, sorted."""
        return tuple(sorted({*self.archives.values(), *([self.data] if self.data else [])}))


def tasks_of(plan: Plan) -> dict[str, Task]:
    """Return what belongs into a plan's lock: items with rows, and items that quote an archived source."""
    archived = {
        source["id"]: source["archived"] for source in plan.data.get("sources", ()) if "archived" in source
    }
    stages = stage_order(plan)
    variants = [variant["id"] for variant in plan.data.get("variants", ())]
    tasks = {}
    for item in plan.data.get("evidence", ()):
        kind = _kind(item["kind"])
        data = item.get("data", {}).get("path", "") if kind is not None else ""
        archives = _archives(item, kind if data else None, archived)
        if not data and not archives:
            continue
        used = kind if data else None
        context = [stages, variants] if used and _knows_stages(used, item) else []
        digest = sha256(_text([plain(item, _DEFINING), context, sorted(archives.items())]).encode())
        tasks[item["id"]] = Task(item["id"], item, used, data, archives, digest)
    return tasks


def _kind(name: str) -> Kind | None:
    try:
        kind = kind_called(name)
    except UnknownName:
        return None
    return kind if kind.compute is not None else None


def _archives(item: Mapping[str, Any], kind: Kind | None, archived: Mapping[str, str]) -> dict[str, str]:
    """Return the archived sources that an item quotes; a kind that checks quotations has all of them."""
    if kind is not None and any(role.name == "quote" for role in kind.roles):
        return dict(archived)
    source = item.get("source", {})
    name = source.get("source") if isinstance(source, Mapping) else None
    if isinstance(name, str) and source.get("quote") and name in archived:
        return {name: archived[name]}
    return {}


def _knows_stages(kind: Kind, item: Mapping[str, Any]) -> bool:
    columns = item.get("data", {}).get("columns", {})
    if any(isinstance(column, Mapping) for column in columns.values()):
        return True
    return any(role.cell in {"stage", "variant"} and role.name in columns for role in kind.roles)


def stage_order(plan: Plan) -> list[str]:
    """Return the ids of the plan's stages in order, without cancelled ones."""
    return [stage["id"] for stage in plan.data.get("stages", ()) if stage.get("status") != "cancelled"]


def plain(value: Any, keys: tuple[str, ...] | None = None) -> Any:  # noqa: ANN401 - any part of a plan
    """Return a part of a plan without what only says where it stands; digits as written are kept."""
    if isinstance(value, Mapping):
        return {
            name: plain(inner)
            for name, inner in value.items()
            if (not name.startswith("$") or name == "$raw") and (keys is None or name in keys)
        }
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def _text(value: Any) -> str:  # noqa: ANN401 - any plain value
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def shown_below(plan: Plan, relative: str) -> str:
    """Return the path of a file of the release folder as people see it."""
    folder = PurePosixPath(plan.path)
    if folder.suffix in {".yaml", ".yml"}:
        folder = folder.parent
    return str(folder / relative)


def file_of(plan: Plan, relative: str, pointer: str) -> Path:
    """Return the file that a path of the plan names.

    Raises:
        InvalidInput: it leads outside, or there is no such regular file; the error stands at the path in the
            plan.
    """
    try:
        return inside(plan.folder, relative)
    except RefusedPath as refused:
        at = plan.position(pointer)
        raise InvalidInput([InputError("IN-074", refused.reason, at, refused.hint)], plan.texts) from None


def digest_of(path: Path) -> str:
    """Return the digest of a file's bytes, read as a stream."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


class Digests:
    """Digests of files of a release folder, each read once; None for one that is not there or not allowed."""

    __slots__ = ("folder", "known")

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.known: dict[str, str | None] = {}

    def of(self, relative: str) -> str | None:
        """Return the digest of a file."""
        if relative not in self.known:
            try:
                self.known[relative] = digest_of(inside(self.folder, relative))
            except (RefusedPath, OSError):
                self.known[relative] = None
        return self.known[relative]


def format_of(data: Mapping[str, Any], at: Position) -> str:
    """Return the format of an item's rows, from `format` or from the file's ending.

    Raises:
        InvalidInput: neither tells.
    """
    from release.evidence.store_mapping import FORMATS

    ending = PurePosixPath(data["path"]).suffix.lower()
    guessed = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
    found = data.get("format", guessed.get(ending))
    if found not in FORMATS:
        message = f"the ending of '{data['path']}' does not tell its format"
        raise InvalidInput([InputError("IN-067", message, at, f"Write `format`: {', '.join(FORMATS)}.")])
    return str(found)
