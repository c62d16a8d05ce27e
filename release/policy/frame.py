"""What one evaluation carries along: names in scope, the work left, and a record of what was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from release.base.limits import EXPRESSION_ITEMS, EXPRESSION_ITERATIONS, EXPRESSION_TEXT
from release.base.sections import KIND_IN

MISSING_LISTED: Final = 20


class Undetermined(Exception):
    """The value can't be told: something is missing, or a fault stands in its way.

    Attributes:
        missing: what is missing, by name; empty unless the evaluation is traced.
        faults: what went wrong, such as a division by zero; a fault is not a missing fact.
        absent: all that is missing is absent, nothing of it written `unknown` or `undisclosed`.
    """

    def __init__(
        self, missing: tuple[str, ...] = (), faults: tuple[str, ...] = (), *, absent: bool = True
    ) -> None:
        super().__init__(missing, faults)
        self.missing = missing
        self.faults = faults
        self.absent = absent

    def joined(self, other: Undetermined | None) -> Undetermined:
        """Return one that lists what both lack."""
        if other is None or other is self:
            return self
        missing = tuple(dict.fromkeys((*self.missing, *other.missing)))[:MISSING_LISTED]
        faults = tuple(dict.fromkeys((*self.faults, *other.faults)))[:MISSING_LISTED]
        return Undetermined(missing, faults, absent=self.absent and other.absent)


def fault(text: str) -> Undetermined:
    """Return what stands for a fault."""
    return Undetermined((), (text,), absent=False)


class Exhausted(Exception):
    """The evaluation has done all the work it may."""


class Trace:
    """What an evaluation read.

    Attributes:
        pointers: what an answer tells of: every field that was read, every element that a loop visited.
        fields: what it depends on: everything that was looked at, as `pointer/name`, and `pointer/` of
            objects that were looked at as a whole. Where all of that is the same, so is the answer.
        origins: loop variable to the text of its list and the index of its element, for names of what is
            missing.
    """

    __slots__ = ("_strictness", "fields", "origins", "pointers")

    def __init__(self, strictness: Callable[[str], Any] | None = None) -> None:
        """Note what is read.

        Args:
            strictness: how few may see what is at a pointer, to compare; then loops that stop look first at
                what most may see, so that an answer rests on as little that is hidden as it can, wherever in
                a list that stands.
        """
        self._strictness = strictness
        self.pointers: set[str] = set()
        self.fields: set[str] = set()
        self.origins: dict[str, tuple[str, int]] = {}

    def look(self, owner: Mapping[str, Any], name: str) -> None:
        """Note that the answer depends on a field.

        What has no pointer is a part of the value of a field that does, and was reached through it.
        """
        pointer = owner.get("$at")
        if pointer is not None:
            self.fields.add(f"{pointer}/{name}")

    def look_at_all(self, value: Any) -> None:  # noqa: ANN401 - whatever stands in the plan
        """Note that the answer depends on a value, and on all that is below it."""
        waiting = [value]
        while waiting:
            here = waiting.pop()
            if isinstance(here, dict):
                self.look(here, "")
                waiting.extend(here.values())
            elif isinstance(here, list):
                waiting.extend(here)

    def widest_first(self, numbered: Iterable[tuple[int, Any]]) -> Iterable[tuple[int, Any]]:
        """Return elements of a list with those first that most may see."""
        if self._strictness is None:
            return numbered
        strictness = self._strictness

        def rank(each: tuple[int, Any]) -> Any:  # noqa: ANN401 - whatever compares
            pointer = each[1].get("$at") if isinstance(each[1], dict) else None
            return strictness("" if pointer is None else pointer)

        return sorted(numbered, key=rank)

    def read(self, value: Any) -> None:  # noqa: ANN401 - whatever stands in the plan
        """Note that a value was read."""
        if isinstance(value, dict):
            self._pointer(value)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, dict):
                    self._pointer(each)

    def read_field(self, owner: Mapping[str, Any], name: str) -> None:
        """Note that a field was read, and what a derived field was derived from.

        A list of the plan itself tells nothing by itself: its elements are noted when they are read.
        """
        self.look(owner, name)
        pointer = owner.get("$at")
        if pointer is not None and not (pointer == "" and isinstance(owner.get(name), list)):
            self.pointers.add(f"{pointer}/{name}")
        derived = owner.get("$from")
        if derived is not None:
            self.pointers.update(derived.get(name, ()))

    def _pointer(self, owner: Mapping[str, Any]) -> None:
        pointer = owner.get("$at")
        if pointer is not None:
            self.pointers.add(pointer)


class Frame:
    """One evaluation.

    Attributes:
        names: variable to value; loops put their elements here and take them away again.
        budget: loop iterations left.
        items: items of lists that may still be made by joining lists.
        text: characters of texts that may still be made by joining texts.
        trace: where to note what is read, or None.
    """

    __slots__ = ("budget", "items", "names", "text", "trace")

    def __init__(self, names: dict[str, Any], trace: Trace | None = None) -> None:
        self.names = names
        self.trace = trace
        self.restart()

    def restart(self) -> None:
        """Allow the work of one evaluation."""
        self.budget = EXPRESSION_ITERATIONS
        self.items = EXPRESSION_ITEMS
        self.text = EXPRESSION_TEXT

    def plan_field(self, name: str) -> Any:  # noqa: ANN401 - whatever stands in the plan
        """Return a field of the plan, or None; note that the answer depends on all of it."""
        plan = self.names.get("plan")
        if not isinstance(plan, dict):
            return None
        found = plan.get(name)
        if self.trace is not None:
            self.trace.look(plan, name)
            self.trace.look_at_all(found)
        return found

    def spend(self, work: int = 1) -> None:
        """Take work from the budget.

        Raises:
            Exhausted: none is left.
        """
        self.budget -= work
        if self.budget < 0:
            raise Exhausted

    def make_text(self, characters: int) -> None:
        """Take the length of a text that is made from what may be made.

        Raises:
            Undetermined: it would be too much.
        """
        self.text -= characters
        if self.text < 0:
            raise fault(f"more than {EXPRESSION_TEXT} characters of text would be made")

    def make_items(self, items: int) -> None:
        """Take the length of a list that is made from what may be made.

        Raises:
            Undetermined: it would be too much.
        """
        self.items -= items
        if self.items < 0:
            raise fault(f"more than {EXPRESSION_ITEMS} items of lists would be made")

    def lacks(self, name: str, *, absent: bool = True) -> Undetermined:
        """Return what stands for a missing fact."""
        return Undetermined((name,), (), absent=absent)


def called(value: Any) -> str | None:  # noqa: ANN401 - whatever a loop visits
    """Return the name of an object as in `evidence 'cornell-nov'`, or None for other values."""
    if not isinstance(value, dict) or "id" not in value:
        return None
    if value.get("$at") == "":
        return "plan"
    steps = str(value.get("$at", "")).split("/")
    collections = [step for step in steps if step in KIND_IN]
    kind = KIND_IN[collections[-1]] if collections else "item"
    return f"{kind} '{value['id']}'"


def shown_key(value: Any) -> str:  # noqa: ANN401 - a key of a map or an index
    """Return a key as written between brackets."""
    return f"'{value}'" if isinstance(value, str) else str(value)
