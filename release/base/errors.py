"""What a person can put right: a place, what is wrong there, and what to write instead."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from release.base.limits import ERROR_TEXT, ERRORS_LISTED
from release.base.record import Record

T = TypeVar("T")


class Position(Record):
    """A place in a file as people count it.

    Attributes:
        file: path as the person typed it, plus the way below it.
        line: 1-based.
        column: 1-based, in code points.
    """

    file: str
    line: int = 1
    column: int = 1

    def __lt__(self, other: Position) -> bool:
        """Tell whether this place comes first, by file, line and column."""
        return (self.file, self.line, self.column) < (other.file, other.line, other.column)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class InputError(Record):
    """One mistake in what was given to the tool.

    Attributes:
        code: stable code `IN-0xx`, explained in `release.base.codes`.
        message: what is wrong, in the words of the file.
        at: where, or None when no file is to blame (a misspelled option, say).
        hint: what to write or do instead.
        length: code points that the mistake takes from there on; None where it is the whole value.
    """

    code: str
    message: str
    at: Position | None = None
    hint: str = ""
    length: int | None = None

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order by file, line, column, then code and text, so that listings never vary."""
        where = self.at or Position("", 0, 0)
        return (where.file, where.line, where.column, self.code, self.message)


def _shortened(error: InputError) -> InputError:
    if len(error.message) <= ERROR_TEXT and len(error.hint) <= ERROR_TEXT:
        return error
    return InputError(error.code, error.message[:ERROR_TEXT], error.at, error.hint[:ERROR_TEXT], error.length)


class InvalidInput(Exception):
    """Everything that was found wrong with an input, sorted by position; at most `ERRORS_LISTED` are kept.

    Attributes:
        errors: the errors, sorted, without repetitions.
        more: how many further ones were found and not kept.
        texts: file name to text, for excerpts; may lack files that could not be read.
    """

    def __init__(
        self, errors: Iterable[InputError], texts: Mapping[str, str] | None = None, *, more: int = 0
    ) -> None:
        unique = sorted(set(errors), key=lambda error: error.sort_key)
        self.errors: tuple[InputError, ...] = tuple(_shortened(error) for error in unique[:ERRORS_LISTED])
        self.more: int = more + max(0, len(unique) - ERRORS_LISTED)
        self.texts: dict[str, str] = dict(texts or {})
        super().__init__("; ".join(f"{error.code} {error.message}" for error in self.errors[:3]))


class ErrorCollector:
    """Gathers errors while a reader goes on, and raises them all at once.

    >>> collector = ErrorCollector()
    >>> collector.add("IN-001", "broken", Position("plan.yaml", 3, 7), "mend it")
    >>> len(collector.errors)
    1
    """

    __slots__ = ("errors", "more", "texts")

    def __init__(self, texts: dict[str, str] | None = None) -> None:
        self.errors: list[InputError] = []
        self.more = 0
        self.texts: dict[str, str] = {} if texts is None else texts

    def add(
        self,
        code: str,
        message: str,
        at: Position | None = None,
        hint: str = "",
        length: int | None = None,
    ) -> None:
        """Note one error and go on."""
        self.errors.append(InputError(code, message, at, hint, length))

    def extend(self, other: InvalidInput) -> None:
        """Take over what another reader found."""
        self.errors.extend(other.errors)
        self.more += other.more
        self.texts.update(other.texts)

    def raise_if_any(self) -> None:
        """Raise `InvalidInput` with all that was gathered, if anything was."""
        if self.errors:
            raise InvalidInput(self.errors, self.texts, more=self.more)

    def attempt(self, read: Callable[[], T]) -> T | None:
        """Return what `read` gives, or None after noting what it found wrong."""
        try:
            return read()
        except InvalidInput as invalid:
            self.extend(invalid)
            return None
