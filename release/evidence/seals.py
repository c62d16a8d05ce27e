"""Seals of the parts of a lock's items, by which an edit by hand is told from the rest, to the field.

A seal is no signature: who can edit a figure can make its seal anew, and then `evidence verify` tells. It is
for the honest mistake, such as a figure put right by hand or a merge gone wrong, and says which it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from release.base.canonical import sha256

SEALS = "seals"
_CHARACTERS = 12

Item = Mapping[str, Any]


def sealed(item: Item) -> dict[str, Any]:
    """Return an item with the seals of all its fields; of results, facts and slices one for each entry."""
    return {**_content(item), SEALS: seals_of(item)}


def seals_of(item: Item) -> dict[str, Any]:
    """Return the seals of an item, in the item's own shape."""
    return {name: _seals(name, value) for name, value in _content(item).items()}


def _content(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != SEALS}


def _seals(name: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if name in {"results", "facts"} and isinstance(value, Mapping):
        return {inner: _seal(each) for inner, each in value.items()}
    if name == "slices" and isinstance(value, list):
        return [_seal(each) for each in value]
    return _seal(value)


def _seal(value: Any) -> str:  # noqa: ANN401 - any JSON value
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode("utf-8", "surrogatepass")).removeprefix("sha256:")[:_CHARACTERS]


def edited_fields(item: Item) -> tuple[str, ...]:
    """Return the fields of an item that are not what was sealed; none where nothing was sealed."""
    before = item.get(SEALS)
    return tuple(_edited(item, before)) if isinstance(before, Mapping) else ()


def _edited(item: Item, before: Mapping[str, Any]) -> Iterator[str]:
    now = seals_of(item)
    for name in sorted({*now, *before}):
        old, new = before.get(name), now.get(name)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from (
                f"{name} '{inner}'" for inner in sorted({*old, *new}) if old.get(inner) != new.get(inner)
            )
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            yield from _edited_slices(item["slices"], old, new)
        else:
            yield name


def _edited_slices(slices: Sequence[Any], old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    for piece, one, other in zip(slices, old, new, strict=True):
        if one != other:
            yield f"the slice {{{slice_text(piece['by'])}}}"


def slice_text(by: Mapping[str, Any]) -> str:
    """Return what a slice is of, such as `sampling: top_k_40, stage: xl`."""
    return ", ".join(f"{key}: {value}" for key, value in sorted(by.items()))
