"""What differs between what expressions may see of two states of one plan.

Two objects with the same pointer are the same object; what differs between them is told field by field. All
else is told with the field that holds it: texts and numbers, lists, and mappings without a pointer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from release.base.record import Record
from release.evidence.context import Bindings, Context

_ABSENT: Final = object()
_ORIGIN: Final = frozenset(("$from", "$citing"))
"""Where derived values come from: that decides who may see an answer, and no answer."""


class Difference(Record):
    """What differs.

    Attributes:
        fields: as `Trace.fields` notes what is looked at: `pointer/name` of each field that differs, and
            `pointer/` of the object that has it.
        moved: pointers of the objects for which a name stands for something else, or for nothing any more.
    """

    fields: frozenset[str]
    moved: frozenset[str]


def difference(before: Mapping[str, Context], after: Mapping[str, Context]) -> Difference:
    """Compare all that can be reached from the names that expressions see.

    Args:
        before: pointer to what is seen of each object that is asked about.
        after: the same of the other state; objects that only one of the two has are left out.
    """
    comparison = _Comparison()
    moved = {
        pointer
        for pointer, context in after.items()
        if pointer in before and not comparison.same_names(before[pointer], context)
    }
    comparison.run()
    return Difference(frozenset(comparison.fields), frozenset(moved))


class _Comparison:
    def __init__(self) -> None:
        self.fields: set[str] = set()
        self._met: set[tuple[int, int]] = set()
        self._waiting: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []

    def same_names(self, before: Context, after: Context) -> bool:
        """Tell whether every name stands for the same thing."""
        own = self._same_bindings(before.bindings, after.bindings)
        if before.alternative is None or after.alternative is None:
            return own and before.alternative is after.alternative
        others = self._same_bindings(before.alternative, after.alternative)
        return own and others and before.uncertain == after.uncertain

    def _same_bindings(self, before: Bindings, after: Bindings) -> bool:
        same = [self._same(value, after.get(name, _ABSENT)) for name, value in before.items()]
        return len(before) == len(after) and all(same)

    def run(self) -> None:
        """Compare the objects that were met, and those met on the way."""
        while self._waiting:
            self._compare(*self._waiting.pop())

    def _compare(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        names = self._differing(before, after)
        if names or before.keys() != after.keys():
            unknown = set(before.get("$unknown", ())) ^ set(after.get("$unknown", ()))
            pointer = before["$at"]
            differing = {"", *names, *unknown, *(before.keys() ^ after.keys())}
            self.fields.update(f"{pointer}/{name}" for name in differing)

    def _differing(self, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
        """Return the keys of the first whose values are not the same in the other."""
        return [
            name
            for name, value in before.items()
            if (other := after.get(name, _ABSENT)) is not value
            and name not in _ORIGIN
            and not self._same(value, other)
        ]

    def _same(self, before: Any, after: Any) -> bool:  # noqa: ANN401 - any plain value
        """Tell whether two values are the same; of objects that are, the fields are compared later."""
        kind = before.__class__
        if before is after or kind is not after.__class__:
            return before is after
        if kind is list:
            return self._same_lists(before, after)
        if kind is not dict:
            return bool(before == after)
        pointer = before.get("$at")
        if pointer is None or pointer != after.get("$at"):
            return not self._differing(before, after) and pointer is None and len(before) == len(after)
        if (id(before), id(after)) not in self._met:
            self._met.add((id(before), id(after)))
            self._waiting.append((before, after))
        return True

    def _same_lists(self, before: list[Any], after: list[Any]) -> bool:
        if len(before) != len(after):
            return False
        same = [one is other or self._same(one, other) for one, other in zip(before, after, strict=True)]
        return all(same)  # after all of them were met
