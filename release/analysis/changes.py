"""What changed in the data of a plan: objects by their ids, fields by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from release.base.record import Record

_ABSENT: Final = object()
_KEYS: Final = ("id", "stage", "rule", "result", "role", "name", "title")


class Difference(Record):
    """One value that differs.

    Attributes:
        path: the way to it, objects of lists by their ids: `risks[bias].assessments[xl].residual`.
        kind: `added`, `removed` or `changed`.
        old: as it was, None where it was not there.
        new: as it is.
    """

    path: str
    kind: str
    old: Any
    new: Any


def differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """Return every difference between the data of two plans, in the order of the new one."""
    return list(_mappings("", old, new))


def _mappings(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    was, now = _fields(old), _fields(new)
    for name in [*now, *(each for each in was if each not in now)]:
        inner = f"{path}.{name}" if path else name
        before, after = was.get(name, _ABSENT), now.get(name, _ABSENT)
        yield from _values(inner, before, after)


def _values(path: str, old: Any, new: Any) -> Iterator[Difference]:  # noqa: ANN401 - plain
    if old is _ABSENT or new is _ABSENT:
        kind = "added" if old is _ABSENT else "removed"
        yield Difference(path, kind, _told(old), _told(new))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        yield from _mappings(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _lists(path, old, new)
    elif old != new:
        yield Difference(path, "changed", _told(old), _told(new))


def _lists(path: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    was, now = _named(old), _named(new)
    if was is None or now is None:
        if [_told(each) for each in old] != [_told(each) for each in new]:
            yield Difference(path, "changed", _told(list(old)), _told(list(new)))
        return
    for name in [*now, *(each for each in was if each not in now)]:
        before, after = was.get(name, _ABSENT), now.get(name, _ABSENT)
        yield from _values(f"{path}[{name}]", before, after)


def _named(items: Sequence[Any]) -> dict[str, Any] | None:
    """Return the objects of a list by what names them; None for a list of plain values."""
    if not all(isinstance(each, Mapping) for each in items):
        return None
    found: dict[str, Any] = {}
    for each in items:
        name = next((str(each[key]) for key in _KEYS if isinstance(each.get(key), str)), "")
        by = each.get("by")
        if isinstance(by, Mapping):
            inner = ", ".join(f"{key}: {value}" for key, value in by.items() if not key.startswith("$"))
            name = f"{name} {inner}".strip()
        key, number = name, 2
        while key in found or not key:
            key, number = f"{name} #{number}".strip(), number + 1
        found[key] = each
    return found


def _fields(node: Mapping[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in node.items() if not name.startswith("$")}
    return fields | dict(node.get("$words", {}))


def _told(value: Any) -> Any:  # noqa: ANN401 - plain
    if value is _ABSENT:
        return None
    if isinstance(value, Mapping):
        return {name: _told(each) for name, each in _fields(value).items()}
    return [_told(each) for each in value] if isinstance(value, list) else value
