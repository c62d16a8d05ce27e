"""The types of a plan's objects as expressions see them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from release.plan.models.plan import PLAN
from release.plan.shapes.base import FieldType, Shape
from release.plan.shapes.containers import ListOf
from release.plan.shapes.record import Record
from release.plan.shapes.scalars import Names


def object_types() -> dict[str, dict[str, FieldType]]:
    """Return type name to field name to type, for every object that a plan can hold.

    Lists of ids that expressions see as objects have the type of those objects. What is derived is not here.
    """
    return {
        record.name: {field.name: field.shape.type() for field in record.fields.values()}
        for record in records()
        if record.is_object or record.extra is None
    }


def resolved_fields() -> dict[str, dict[str, str]]:
    """Return type name to field name to kind of id, for the lists of ids that expressions see as objects."""
    table: dict[str, dict[str, str]] = {}
    for record in records():
        for field in record.fields.values():
            shape = field.shape
            if isinstance(shape, ListOf) and shape.resolved and isinstance(shape.item, Names):
                table.setdefault(record.name, {})[field.name] = shape.item.kind
    return table


@cache
def is_declared(kind: str, fields: tuple[str, ...]) -> bool:
    """Tell whether fields, each in the one before, can be written in an object: the others are derived."""
    here = _records_by_kind().get(kind)
    for name in fields:
        if here is None or name not in here.fields:
            return False
        shape = here.fields[name].shape
        here = shape if isinstance(shape, Record) else None
    return True


@cache
def _records_by_kind() -> dict[str, Record]:
    return {record.name.lower(): record for record in records()}


def records() -> Iterator[Record]:
    """Yield the plan's record and every record in it, each once."""
    seen: set[str] = set()
    waiting: list[Shape] = [PLAN]
    while waiting:
        shape = waiting.pop(0)
        if isinstance(shape, Record):
            if shape.name in seen:
                continue
            seen.add(shape.name)
            yield shape
        waiting.extend(shape.parts())
