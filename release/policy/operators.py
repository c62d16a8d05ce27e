"""The operators and plain functions of CEL on plain values: what they give, and when they are a fault.

Values are texts, booleans, whole numbers of 64 bits, doubles, lists, mappings, None, and for what CEL
calculates with time `datetime` in UTC and `timedelta`. Dates of a plan are texts as they were written; where
one is compared or calculated with, `instant` makes it a moment first, so that `2019-02-14` means the end of
that day, and one moment written in two zones is equal to itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from release.base.dates import last_moment
from release.policy.frame import Frame, Undetermined, fault, shown_key

Value = Any
"""A plain value, see above."""

_LEAST: Final = -(1 << 63)
_GREATEST: Final = (1 << 63) - 1


@lru_cache(maxsize=4096)
def _instant(text: str) -> datetime:
    return last_moment(text).instant


def instant(value: Value) -> datetime:
    """Return the moment that a date means.

    Raises:
        Undetermined: it is not a date.
    """
    if value.__class__ is datetime:
        return value
    if value.__class__ is str:
        try:
            return _instant(value)
        except ValueError as error:
            raise fault(f"'{value[:40]}' is not a date: {error}") from None
    raise fault(f"{kind_of(value)} is not a date")


def kind_of(value: Value) -> str:
    """Return the name of a value's type as messages show it."""
    if value is None:
        return "null"
    for kind, name in _KIND_NAMES:
        if isinstance(value, kind):
            return name
    return "value"


_KIND_NAMES: Final[tuple[tuple[type, str], ...]] = (
    (bool, "bool"),
    (int, "int"),
    (float, "double"),
    (str, "string"),
    (list, "list"),
    (dict, "map"),
    (datetime, "date"),
    (timedelta, "duration"),
)


def is_number(value: Value) -> bool:
    """Tell whether a value is an int or a double."""
    return value.__class__ is int or value.__class__ is float


def no_overload(function: str, *values: Value) -> Undetermined:
    """Return the fault of operands that do not fit."""
    shown = function.strip("_@").replace("_", " ") or function
    return fault(f"{shown} can't be applied to ({', '.join(kind_of(value) for value in values)})")


def truth(value: Value, name: str) -> bool:
    """Return a value that must be true or false.

    Raises:
        Undetermined: it is neither.
    """
    if value.__class__ is not bool:
        raise no_overload(name, value)
    return bool(value)


def equal(left: Value, right: Value, frame: Frame) -> bool:
    """Tell whether two values are equal; objects of the plan are equal when they are the same object."""
    if left is right and left.__class__ is not float:
        return True
    first, second = left.__class__, right.__class__
    if first is second and first not in (dict, list):
        return bool(left == right)
    if is_number(left) and is_number(right):
        return bool(left == right)
    if first is not second:
        return False
    if first is list:
        frame.spend(len(left))
        return len(left) == len(right) and all(equal(*pair, frame) for pair in zip(left, right, strict=True))
    if "$at" in left and "$at" in right and ("id" in left or "id" in right):
        return bool(left["$at"] == right["$at"])
    frame.spend()
    own, other = _own(left), _own(right)
    return own.keys() == other.keys() and all(equal(own[key], other[key], frame) for key in own)


def _own(value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: each for key, each in value.items() if not (key.__class__ is str and key.startswith("$"))}


def _ordered(compare: Callable[[Any, Any], bool], name: str) -> Callable[[Value, Value], bool]:
    def ordered(left: Value, right: Value) -> bool:
        if is_number(left) and is_number(right):
            return compare(left, right)
        if left.__class__ is right.__class__ and left.__class__ in (str, bool, datetime, timedelta):
            return compare(left, right)
        raise no_overload(name, left, right)

    return ordered


ORDERS: Final[Mapping[str, Callable[[Value, Value], bool]]] = {
    "_<_": _ordered(lambda left, right: left < right, "_<_"),
    "_<=_": _ordered(lambda left, right: left <= right, "_<=_"),
    "_>_": _ordered(lambda left, right: left > right, "_>_"),
    "_>=_": _ordered(lambda left, right: left >= right, "_>=_"),
}


def contains(item: Value, where: Value, frame: Frame) -> bool:
    """Tell whether a list holds an item, or a map a key; a text is in a list of objects as the id of one.

    Raises:
        Undetermined: the key of a map is written `unknown`, or `where` is neither list nor map.
    """
    if where.__class__ is list:
        for each in where:
            if each.__class__ is dict and item.__class__ is str:
                if each.get("id") == item:
                    return True
            elif equal(item, each, frame):
                return True
        return False
    if where.__class__ is dict:
        if item.__class__ is str:
            if item in where.get("$unknown", ()):
                raise frame.lacks(f"'{item}'", absent=False)
            return item in where and not item.startswith("$")
        return item in where
    raise no_overload("@in", item, where)


def _integer(value: int, what: str) -> int:
    if not _LEAST <= value <= _GREATEST:
        raise fault(f"{what} leaves the range of whole numbers of 64 bits")
    return value


def add(left: Value, right: Value, frame: Frame) -> Value:
    """Return a sum, or texts or lists one after the other.

    Whole numbers and doubles may meet where their types are not known beforehand, as in results of evidence,
    since JSON does not keep them apart; CEL would call that an error.
    """
    if is_number(left) and is_number(right):
        total = left + right
        return _integer(total, "a sum") if total.__class__ is int else total
    if left.__class__ is str and right.__class__ is str:
        frame.make_text(len(left) + len(right))
        return left + right
    if left.__class__ is list and right.__class__ is list:
        frame.make_items(len(left) + len(right))
        return left + right
    return _in_time(lambda: left + right, "_+_", left, right)


def subtract(left: Value, right: Value) -> Value:
    """Return a difference; of two moments, the time between them."""
    if is_number(left) and is_number(right):
        difference = left - right
        return _integer(difference, "a difference") if difference.__class__ is int else difference
    return _in_time(lambda: left - right, "_-_", left, right)


def _in_time(calculate: Callable[[], Value], name: str, left: Value, right: Value) -> Value:
    if left.__class__ in (datetime, timedelta) and right.__class__ in (datetime, timedelta):
        try:
            return calculate()
        except OverflowError:
            raise fault("the calendar ends before that moment") from None
        except TypeError:
            raise no_overload(name, left, right) from None
    raise no_overload(name, left, right)


def multiply(left: Value, right: Value) -> Value:
    """Return a product."""
    if not (is_number(left) and is_number(right)):
        raise no_overload("_*_", left, right)
    product = left * right
    return _integer(product, "a product") if product.__class__ is int else product


def divide(left: Value, right: Value) -> Value:
    """Return a quotient; of two whole numbers, cut towards zero."""
    if not (is_number(left) and is_number(right)):
        raise no_overload("_/_", left, right)
    if left.__class__ is int and right.__class__ is int:
        if right == 0:
            raise fault("division by zero")
        quotient = abs(left) // abs(right)
        return _integer(quotient if (left < 0) == (right < 0) else -quotient, "a quotient")
    if right == 0:
        return (
            math.nan
            if left == 0 or math.isnan(left)
            else math.copysign(math.inf, left) * math.copysign(1.0, right)
        )
    return left / right


def remainder(left: Value, right: Value) -> Value:
    """Return what a division of whole numbers leaves, with the sign of the first."""
    if left.__class__ is not int or right.__class__ is not int:
        raise no_overload("_%_", left, right)
    if right == 0:
        raise fault("division by zero")
    rest = abs(left) % abs(right)
    return rest if left >= 0 else -rest


def negate(value: Value) -> Value:
    """Return a number with the other sign."""
    if not is_number(value):
        raise no_overload("-_", value)
    return _integer(-value, "a negation") if value.__class__ is int else -value


def size(value: Value) -> int:
    """Return how many characters, items or keys a value has."""
    if value.__class__ is dict:
        return len(_own(value))
    if value.__class__ is str or value.__class__ is list:
        return len(value)
    raise no_overload("size", value)


def item_at(container: Value, key: Value, name: Callable[[], str]) -> Value:
    """Return an element of a list or the value of a key.

    Args:
        container: a list or a map.
        key: an index or a key.
        name: gives the text of the container, for the name of what is missing.

    Raises:
        Undetermined: there is no such element, or its value is written `unknown`.
    """
    if container.__class__ is list:
        if key.__class__ is not int and not (key.__class__ is float and key.is_integer()):
            raise no_overload("_[_]", container, key)
        if 0 <= key < len(container):
            return container[int(key)]
        raise Undetermined((f"{name()}[{key}]",))
    if container.__class__ is dict:
        if not (key.__class__ is str and key.startswith("$")) and key in container:
            return container[key]
        absent = key not in container.get("$unknown", ())
        raise Undetermined((f"{name()}[{shown_key(key)}]",), absent=absent)
    raise no_overload("_[_]", container, key)


def text_test(name: str) -> Callable[[Value, Value], bool]:
    """Return `contains`, `startsWith` or `endsWith` of texts."""
    method = {"contains": str.__contains__, "startsWith": str.startswith, "endsWith": str.endswith}[name]

    def test(text: Value, part: Value) -> bool:
        if text.__class__ is not str or part.__class__ is not str:
            raise no_overload(name, text, part)
        return method(text, part)

    return test


def to_double(value: Value) -> float:
    """Return a number as a double; a text is read as one."""
    if is_number(value):
        return float(value)
    if value.__class__ is str:
        try:
            return float(value) if "_" not in value else _refuse(value)
        except ValueError:
            return _refuse(value)
    raise no_overload("double", value)


def _refuse(text: str) -> float:
    raise fault(f"'{text[:40]}' is not a number")


def to_int(value: Value) -> int:
    """Return a number, or a text as one, cut towards zero; of a moment, its seconds since 1970."""
    if value.__class__ is int:
        return int(value)
    if value.__class__ is float:
        if not math.isfinite(value) or not _LEAST < value < -float(_LEAST):
            raise fault("the number leaves the range of whole numbers of 64 bits")
        return int(value)
    if value.__class__ is str:
        plain = value.strip()
        digits = plain[1:] if plain[:1] in ("-", "+") else plain
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 20):
            raise fault(f"'{value[:40]}' is not a whole number")
        return _integer(int(value), "the number")
    if value.__class__ is datetime:
        return (value - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(seconds=1)
    raise no_overload("int", value)


def to_bool(value: Value) -> bool:
    """Return a truth value; a text is read as one."""
    if value.__class__ is bool:
        return bool(value)
    if value.__class__ is str and value in _TRUTHS:
        return _TRUTHS[value]
    raise no_overload("bool", value)


_TRUTHS: Final = {"true": True, "True": True, "TRUE": True, "t": True, "1": True} | {
    "false": False,
    "False": False,
    "FALSE": False,
    "f": False,
    "0": False,
}


def to_text(value: Value) -> str:
    """Return a value as text; how doubles are written is for the library to say."""
    if value.__class__ is str:
        return str(value)
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ is int:
        return str(value)
    if value.__class__ is datetime:
        return str(value.isoformat().replace("+00:00", "Z"))
    if value.__class__ is timedelta:
        return f"{value.total_seconds():g}s"
    raise no_overload("string", value)
