"""What every kind of value has in common: how it is checked, described, explained when wrong, and tidied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from release.base.nearest import nearest
from release.base.visible import quoted

UNKNOWN_WORDS = ("unknown", "undisclosed")
"""What may stand for a fact that nobody knows, or that the developer keeps."""

FieldType: TypeAlias = "str | tuple[str, Any]"
"""`string`, `int`, `double`, `bool`, `date`, `dyn`, `("list", T)`, `("map", T)` or `("object", name)`."""

CoreSchema: TypeAlias = Any
"""A schema of pydantic-core; the library is imported when a plan is first read."""

Value: TypeAlias = Any
"""A value of the tree: whatever the file holds."""

Route: TypeAlias = tuple[str | int, ...]
"""Keys and indices that lead from one value to another inside it."""

USUAL = "\0usual"
OTHER = "\0other"
"""Names of ways to write a value, in the locations that the core reports; no key of a file is like them."""

_LISTED = 12
_COMPARED = 1_000


class Mention(NamedTuple):
    """An id in the plan that names an object.

    Attributes:
        kind: kind of the object named.
        name: the id as written.
        pointer: where it is written.
        key: whether it is written as a key.
        words: whether `unknown` and `undisclosed` may stand for it.
    """

    kind: str
    name: str
    pointer: str
    key: bool = False
    words: bool = False


class Notebook:
    """What is noted while a tree is tidied.

    Attributes:
        objects: kind to id to the tidied object.
        repeated: objects whose id another object of the kind had already: kind, id and pointer.
        mentions: every reference, in the order of the file.
        paths: every path of a file, with its pointer.
        lacking: objects that have none of the keys of which they need one, with those keys.
        misspelled: keys of the author's that look like one of ours, with that one.
    """

    __slots__ = ("lacking", "mentions", "misspelled", "objects", "paths", "repeated")

    def __init__(self) -> None:
        self.objects: dict[str, dict[str, dict[str, Any]]] = {}
        self.repeated: list[Mention] = []
        self.mentions: list[Mention] = []
        self.paths: list[tuple[str, str]] = []
        self.lacking: list[tuple[str, tuple[str, ...]]] = []
        self.misspelled: list[tuple[str, str]] = []

    def enter(self, kind: str, tidied: dict[str, Any]) -> None:
        """Note an object that has an id."""
        name = tidied.get("id")
        if name is None:
            return
        known = self.objects.setdefault(kind, {})
        if name in known:
            self.repeated.append(Mention(kind, name, f"{tidied['$at']}/id"))
        else:
            known[name] = tidied


class Complaint(NamedTuple):
    """Why a value is wrong: a code, what was expected, and what to do."""

    code: str
    expected: str
    hint: str


class Shape:
    """A kind of value that a plan may hold.

    Attributes:
        words: whether `unknown` and `undisclosed` may stand for it.
    """

    words: bool = True

    @property
    def expected(self) -> str:
        """What to write, in plain words: completes "expected …"."""
        raise AssertionError  # pragma: no cover - every shape says it

    def core(self, *, words: bool) -> CoreSchema:
        """Return the schema that accepts such values, and the unknown words too where `words` says so."""
        raise AssertionError(words)  # pragma: no cover

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Return the JSON Schema of such values, without the unknown words."""
        raise AssertionError(definitions)  # pragma: no cover

    def type(self) -> FieldType:
        """Return the type that expressions see."""
        raise AssertionError  # pragma: no cover

    def complain(self, value: Value) -> Complaint:
        """Say why `value` is refused."""
        if value is None:
            return Complaint("IN-023", self.expected, "write a value, or `unknown`, or delete it")
        if isinstance(value, str) and value in UNKNOWN_WORDS:
            return Complaint("IN-029", self.expected, "only facts may be unknown; name it")
        return Complaint("IN-023", self.expected, "")

    def tidy(self, value: Value, at: str, notebook: Notebook) -> Value:  # noqa: ARG002
        """Return a valid value in its plain form; `at` is its pointer."""
        return value

    def inside(self, value: Value, step: str | int) -> Shape | None:  # noqa: ARG002
        """Return the shape of what stands under `step` in `value`, or None when nothing may."""
        return None

    def culprits(self, value: Value) -> Sequence[Route]:  # noqa: ARG002
        """Return the ways from a refused value to what is wrong in it, where it was checked as a whole."""
        return ((),)

    def parts(self) -> Iterable[Shape]:
        """Return the shapes of what may stand inside."""
        return ()


def either(*schemas: CoreSchema) -> CoreSchema:
    """Return a schema that takes the first of several that fits, and reports one error when none does."""
    from pydantic_core import core_schema

    return core_schema.union_schema(
        list(schemas), mode="left_to_right", custom_error_type="shape", custom_error_message="wrong"
    )


def or_else(schema: CoreSchema, *others: CoreSchema) -> CoreSchema:
    """Return a schema that takes what another takes too; only what the first one reports is of interest."""
    from pydantic_core import core_schema

    choices: list[Any] = [(schema, USUAL), *((other, OTHER) for other in others)]
    return core_schema.union_schema(choices, mode="left_to_right")


def words_schema() -> CoreSchema:
    """Return the schema of the unknown words."""
    from pydantic_core import core_schema

    return core_schema.literal_schema(list(UNKNOWN_WORDS))


def with_words(schema: CoreSchema, *, words: bool) -> CoreSchema:
    """Return a schema of a scalar that also takes the unknown words where they are allowed."""
    return either(schema, words_schema()) if words else schema


def found(value: Value) -> str:
    """Say what a value is, in plain words."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "'true'" if value else "'false'"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return quoted(value)


def suggestion(name: str, valid: Iterable[str], what: str) -> str:
    """Return a hint that names the nearest valid name, else the valid names."""
    names = list(valid)
    best = nearest(name, names) if len(names) <= _COMPARED else None
    if best is not None:
        return f"did you mean {quoted(best)}?"
    if not names:
        return f"there are no {what} in this plan"
    listed = ", ".join(names[:_LISTED])
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return f"{what} are: {listed}{more}"
