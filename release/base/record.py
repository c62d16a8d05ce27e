"""Immutable values that cost nothing to define.

A frozen dataclass takes 0.7 ms to define, as its methods are written and compiled anew for each class; with a
hundred of them that is a third of what `release check` may take. A `Record` has the same look, and methods
that all share.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self, dataclass_transform


class _Fields:
    """The fields as `dataclasses` knows them: its `fields` and `replace` take a record too."""

    def __init__(self) -> None:
        self._known: dict[type, dict[str, Any]] = {}

    def __get__(self, value: object, owner: type[Record]) -> dict[str, Any]:
        if owner not in self._known:
            self._known[owner] = _fields_of(owner)
        return self._known[owner]


def _fields_of(owner: type[Record]) -> dict[str, Any]:
    from dataclasses import field, fields, make_dataclass

    names = owner.__match_args__
    given = owner._defaults  # noqa: SLF001 - a part of the record
    free = [(name, Any) for name in names if name not in given]
    rest = [(name, Any, field(default_factory=lambda: None)) for name in names if name in given]
    found = {each.name: each for each in fields(make_dataclass(owner.__name__, [*free, *rest]))}
    return {name: found[name] for name in names}


EMPTY: Final[Mapping[str, Any]] = MappingProxyType({})
"""The mapping without keys, for defaults."""


@dataclass_transform(frozen_default=True)
class Record:
    """A value with named fields: made by position or by name, equal by class and fields, never changed.

    Fields are the annotated names of the class and of its bases, in order; a value given in the class is the
    default, and is shared, so it must not be one that changes. The names can be matched by position in
    `case`.

    >>> class Point(Record):
    ...     x: int
    ...     y: int = 0
    >>> Point(1) == Point(x=1, y=0), Point(1).but(y=2)
    (True, Point(x=1, y=2))
    """

    __match_args__: ClassVar[tuple[str, ...]] = ()
    _known: ClassVar[frozenset[str]] = frozenset()
    _defaults: ClassVar[dict[str, Any]] = {}
    __dataclass_fields__: ClassVar[Any] = _Fields()

    def __init_subclass__(cls) -> None:
        """Note the fields."""
        own = cls.__dict__.get("__annotations__")  # noqa: RUF063 - without what bases have; inspect is slow
        if own is None and sys.version_info >= (3, 14):
            own = cls.__annotations__
        names = [name for name, kind in (own or {}).items() if not str(kind).startswith("ClassVar")]
        fields = tuple(dict.fromkeys((*cls.__match_args__, *names)))
        type.__setattr__(cls, "__match_args__", fields)
        type.__setattr__(cls, "_known", frozenset(fields))
        given = {name: cls.__dict__[name] for name in names if name in cls.__dict__}
        type.__setattr__(cls, "_defaults", {**cls._defaults, **given})
        for name in given:  # so that a value has only what it was given, and the rest can be put off
            type.__delattr__(cls, name)

    def __init__(self, *values: Any, **named: Any) -> None:  # noqa: ANN401 - as the class says
        fields = self.__match_args__
        state = self.__dict__
        if len(values) != len(fields):
            state.update(self._defaults)
        state.update(zip(fields, values, strict=False))
        if named:
            if not named.keys().isdisjoint(fields[: len(values)]) or not self._known.issuperset(named):
                self._refuse(len(values), named)
            state.update(named)
        if len(state) != len(fields) or len(values) > len(fields):
            self._refuse(len(values), named)

    @classmethod
    def put_off(cls, later: Callable[[], Mapping[str, Any]], **known: Any) -> Self:  # noqa: ANN401 - as the class says
        """Return a value of which some fields are calculated only when one of them is asked for.

        Args:
            later: gives the fields that are not in `known`; called once at most.
            known: the other fields.
        """
        made = cls.__new__(cls)
        made.__dict__.update(known)
        made.__dict__["_later"] = later
        return made

    def _complete(self) -> dict[str, Any]:
        """Return all fields; what was put off is calculated now."""
        state = self.__dict__
        later = state.get("_later")
        if later is not None:
            for name, value in later().items():
                state.setdefault(name, value)
            state.pop("_later", None)  # last, for whoever asks at the same time
        return state

    def complete(self) -> Self:
        """Return this value after calculating what was put off, so that it holds nothing else."""
        self._complete()
        return self

    if not TYPE_CHECKING:  # a checker would take it for leave to ask for any name

        def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as the class says
            """Return a field that was put off."""
            if name in self._known and "_later" in self.__dict__:
                return self._complete()[name]
            raise AttributeError(f"{type(self).__name__} has no {name}")

    def _refuse(self, given: int, named: dict[str, Any]) -> NoReturn:
        """Say which values fit no field, or which field has none."""
        fields = self.__match_args__
        name = type(self).__name__
        twice = [each for each in named if each not in fields or each in fields[:given]]
        if given > len(fields) or twice:
            raise TypeError(f"{name} has no further field {', '.join(twice) or f'number {given}'}")
        raise TypeError(f"{name} needs {', '.join(each for each in fields if each not in self.__dict__)}")

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse any change."""
        raise AttributeError(f"{type(self).__name__}.{name} can't be changed")

    def __delattr__(self, name: str) -> None:
        """Refuse any change."""
        raise AttributeError(f"{type(self).__name__}.{name} can't be changed")

    def _values(self) -> tuple[Any, ...]:
        state = self._complete()
        return tuple([state[name] for name in self.__match_args__])

    def __eq__(self, other: object) -> bool:
        """Tell whether class and fields are equal."""
        if self is other:
            return True
        return type(self) is type(other) and self._values() == other._values()

    def __hash__(self) -> int:
        """Return a hash of class and fields."""
        return hash((type(self), self._values()))

    def __repr__(self) -> str:
        """Return the value as it would be made."""
        state = self._complete()
        shown = ", ".join(f"{name}={state[name]!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({shown})"

    def but(self, **changes: Any) -> Self:  # noqa: ANN401 - as the class says
        """Return a copy with some fields changed; what is put off stays so."""
        if "_later" in self.__dict__:
            if not self._known.issuperset(changes):
                self._refuse(0, changes)
            known = {name: value for name, value in self.__dict__.items() if name in self._known} | changes
            return (
                type(self)(**known)
                if len(known) == len(self._known)
                else self.put_off(self._complete, **known)
            )
        state = {name: self.__dict__[name] for name in self.__match_args__}
        return type(self)(**(state | changes))
