"""The lock: computed evidence beside the digests of what it was computed from, one JSON file per plan.

The same inputs give the same bytes on every machine, engine, locale and hash seed: keys are sorted, numbers
are rounded to 12 significant digits, and whatever holds no further nesting stands on one line so that changes
read well.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from release.base.canonical import sha256
from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.record import Record
from release.evidence.kind import Computation
from release.evidence.seals import SEALS, edited_fields, sealed
from release.source.json_text import parse_json_document
from release.source.reading import read_bytes
from release.stats.interval import Statistic

LOCK_FILE = "release.lock"
SCHEMA = "release-lock/1"
SIGNIFICANT = 12

Item = Mapping[str, Any]

_OPTIONAL = ("clusters", "reason", "unit", "tolerance")
_ITEM_TYPES: dict[str, tuple[type, ...]] = {
    "kind": (str,),
    "kind_version": (int,),
    "definition": (str,),
    "inputs": (dict,),
    "params": (dict,),
    "results": (dict,),
    "slices": (list,),
    "facts": (dict,),
    "declared": (list,),
    "agreement": (str,),
}


class Lock(Record):
    """A lock file as read.

    Attributes:
        shown: its path as people see it.
        tool: version of the tool that wrote it.
        items: evidence id to what was computed.
        digest: digest of the file's bytes.
        tampered: whether it is not what the tool wrote.
        edited: evidence id to the fields that are not what the tool wrote, as far as the seals tell.
    """

    shown: str
    tool: str
    items: Mapping[str, Item]
    digest: str
    tampered: bool
    edited: Mapping[str, tuple[str, ...]]

    def intact(self, evidence: str) -> bool:
        """Tell whether an item is there and as the tool wrote it."""
        item = self.items.get(evidence)
        return item is not None and (not self.tampered or (SEALS in item and evidence not in self.edited))


def rounded(value: Any) -> Any:  # noqa: ANN401 - any plain value
    """Return a value with every float rounded to 12 significant digits; -0.0 becomes 0.0.

    Raises:
        ValueError: a number is not finite, which no kind may return.
    """
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"{value} cannot stand in a lock")
        return float(f"{value:.{SIGNIFICANT}g}") + 0.0
    if isinstance(value, Mapping):
        return {str(key): rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(inner) for inner in value]
    if isinstance(value, Statistic):
        return statistic_json(value)
    return value


def statistic_json(figure: Statistic) -> dict[str, Any]:
    """Return a statistic as it stands in the lock and in `evidence show`."""
    shape = {
        "value": figure.value,
        "low": figure.low,
        "high": figure.high,
        "level": figure.level,
        "method": figure.method,
        "n": figure.n,
    }
    more = {name: getattr(figure, name) for name in _OPTIONAL if getattr(figure, name) not in {None, ""}}
    return {name: rounded(value) for name, value in {**shape, **more}.items()}


def computation_json(found: Computation) -> dict[str, Any]:
    """Return results, slices and facts as they stand in the lock."""
    slices = [
        {"by": dict(each.by), "results": {name: statistic_json(one) for name, one in each.results.items()}}
        for each in found.slices
    ]
    return {
        "results": {name: statistic_json(figure) for name, figure in found.results.items()},
        "slices": sorted(slices, key=lambda each: sorted(each["by"].items())),
        "facts": rounded(dict(found.facts)),
    }


def lock_bytes(plan_id: str, items: Mapping[str, Item], *, tool: str) -> bytes:
    """Return the bytes of a lock file."""
    content = {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": tool},
        "plan": plan_id,
        "items": {name: sealed(item) for name, item in items.items()},
    }
    content["digest"] = content_digest(content)
    return ("".join(_written(content, 0)) + "\n").encode()


def content_digest(content: Mapping[str, Any]) -> str:
    """Return the digest over all of a lock but its digest, by which an edit by hand shows."""
    sealed_part = {name: value for name, value in content.items() if name != "digest"}
    text = json.dumps(sealed_part, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return sha256(text.encode())


def _written(value: Any, depth: int) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    """Yield JSON in which lists and objects without further nesting stand on one line."""
    if not isinstance(value, (dict, list)) or not _nested(value):
        yield json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)
        return
    indent = "  " * (depth + 1)
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    entries = sorted(value.items()) if isinstance(value, dict) else [(None, inner) for inner in value]
    yield opening
    for place, (key, inner) in enumerate(entries):
        yield ("," if place else "") + "\n" + indent
        if key is not None:
            yield json.dumps(key, ensure_ascii=False) + ": "
        yield from _written(inner, depth + 1)
    yield "\n" + "  " * depth + closing


def _nested(value: dict[str, Any] | list[Any]) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    return any(isinstance(each, (dict, list)) and each for each in inner)


def read_lock(path: Path, shown: str) -> Lock | None:
    """Read a lock file; None when there is none.

    Raises:
        InvalidInput: it is no strict JSON, of an unknown version, or lacks what a lock has.
    """
    if not path.exists() and not path.is_symlink():
        return None
    return parse_lock(read_bytes(path, shown, limit=_limit()), shown)


def _limit() -> int:
    from release.base.limits import LOCK_BYTES

    return LOCK_BYTES


def parse_lock(content: bytes, shown: str) -> Lock:
    """Read the bytes of a lock file; see `read_lock`."""
    document = parse_json_document(content, shown)
    root = document.root
    at = Position(shown)
    hint = "Write it again with `release evidence lock`."
    if not isinstance(root, dict) or not isinstance(root.get("schema"), str):
        raise InvalidInput([InputError("IN-075", "this is no lock file", at, hint)], document.texts)
    if root["schema"] != SCHEMA:
        message = f"the lock has the schema {root['schema'][:80]!r}; this tool knows {SCHEMA}"
        raise InvalidInput([InputError("IN-076", message, at, hint)], document.texts)
    errors = ErrorCollector(texts=document.texts)
    for complaint in _complaints(root):
        errors.add("IN-075", complaint, at, hint)
    errors.raise_if_any()
    tampered = root["digest"] != content_digest(root)
    edits = ((name, edited_fields(item)) for name, item in root["items"].items()) if tampered else ()
    edited = {name: fields for name, fields in edits if fields}
    return Lock(shown, root["tool"]["version"], root["items"], document.digest, tampered, edited)


def _complaints(root: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a lock lacks."""
    tool = root.get("tool")
    if not isinstance(tool, dict) or not isinstance(tool.get("version"), str):
        yield "the lock does not say which version of the tool wrote it"
    if not isinstance(root.get("digest"), str):
        yield "the lock has no digest of its items"
    items = root.get("items")
    if not isinstance(items, dict):
        yield "the lock has no items"
        return
    for name, item in items.items():
        if not isinstance(item, dict):
            yield f"item '{name}' is not an object"
            continue
        wrong = [key for key, types in _ITEM_TYPES.items() if type(item.get(key)) not in types]
        if wrong:
            yield f"item '{name}' lacks {', '.join(wrong)}, or has them in another form"
            continue
        yield from (f"item '{name}': {fault}" for fault in _figure_faults(item))


def _figure_faults(item: Item) -> Iterator[str]:
    for name, figure in item["results"].items():
        if not _is_figure(figure):
            yield f"'{name}' is not a figure"
    for piece in item["slices"]:
        well = isinstance(piece, dict) and isinstance(piece.get("by"), dict)
        if not well or not isinstance(piece.get("results"), dict):
            yield "a slice lacks 'by' or 'results'"
        elif not all(map(_is_figure, piece["results"].values())):
            yield "a slice holds something that is not a figure"
    for path, entry in item["inputs"].items():
        if not isinstance(entry, dict) or not isinstance(entry.get("sha256"), str):
            yield f"the input '{path}' has no digest"


def _is_figure(figure: Any) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(figure, dict) or not isinstance(figure.get("method"), str):
        return False
    numbers = (figure.get(name) for name in ("value", "low", "high", "level", "n"))
    return all(number is None or type(number) in {int, float} for number in numbers)
