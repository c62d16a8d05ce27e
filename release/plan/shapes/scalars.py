"""Values without parts: text, words, numbers, dates, ids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from release.base.dates import last_moment
from release.base.limits import ID_CHARACTERS
from release.plan.shapes.base import (
    UNKNOWN_WORDS,
    Complaint,
    CoreSchema,
    FieldType,
    Mention,
    Notebook,
    Shape,
    Value,
    either,
    suggestion,
    with_words,
    words_schema,
)

ID_PATTERN: Final = rf"^[a-z0-9][a-z0-9._-]{{0,{ID_CHARACTERS - 1}}}$"

_LAST_TWO_LEAP: Final = r"(?:0[48]|[2468][048]|[13579][26])"


def _day(year: str, leap_year: str) -> str:
    return (
        rf"(?:{year}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)"
        rf"|02-(?:0[1-9]|1\d|2[0-8]))|{leap_year}-02-29)"
    )


_ANY_DAY: Final = _day(
    r"(?:\d{3}[1-9]|\d{2}[1-9]\d|\d[1-9]\d{2}|[1-9]\d{3})",
    rf"(?:\d{{2}}{_LAST_TWO_LEAP}|{_LAST_TWO_LEAP}00)",
)
# Days far from both ends of the calendar, so that no zone leads out of it.
_USUAL_DAY: Final = _day(r"[1-8]\d{3}", rf"(?:[1-8]\d{_LAST_TWO_LEAP}|(?:[2468][048]|[1357][26])00)")
_CLOCK: Final = r"[Tt ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
_ZONE: Final = r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):?[0-5]\d)"
DATE_PATTERN: Final = f"^(?:{_ANY_DAY}|{_USUAL_DAY}{_CLOCK}{_ZONE})$".replace(r"\d", "[0-9]")
"""The texts that `release.base.dates.moment` reads: days of the calendar, alone or with a time and a zone."""


def to_the_end(pattern: str) -> str:
    """Return a pattern that ends in `$` so that no reader of it allows a line break after the end."""
    return rf"{pattern[:-1]}(?!\n)$"


_FIRST_YEAR: Final = 1000
_LAST_YEAR: Final = 9999
_PART: Final = "[1-9][0-9]{3}(?:-(?:0[1-9]|1[0-2]))?"


_LETTER: Final = (
    r"[^\t\n\v\f\r \u0085\u00a0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]"
)
SAID_PATTERN: Final = f"^$|{_LETTER}"
"""The texts that say something, or plainly nothing: blanks alone look filled in, and are not."""
TEXT_REFERENCE: Final = {"$ref": "#/$defs/Text"}


def is_blank(value: Value) -> bool:
    """Tell whether a value is text of blanks alone.

    >>> [is_blank(each) for each in (" \u200b", "", "a ", 0)]
    [True, False, False, False]
    """
    return isinstance(value, str) and bool(value) and re.search(_LETTER, value) is None


class Text(Shape):
    """Any text, the empty one too, but none of blanks alone."""

    def __init__(self, expected: str = "text") -> None:
        self._expected = expected

    @property
    def expected(self) -> str:
        """What to write."""
        return self._expected

    def core(self, *, words: bool) -> CoreSchema:  # noqa: ARG002 - the words are text
        """Accept text."""
        from pydantic_core import core_schema

        return core_schema.str_schema(strict=True, pattern=SAID_PATTERN)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe text, once for all."""
        definitions["Text"] = {
            "description": "Text; not of blanks alone.",
            "type": "string",
            "pattern": rf"^$(?!\n)|{_LETTER}",
        }
        return dict(TEXT_REFERENCE)

    def type(self) -> FieldType:
        """Text."""
        return "string"

    def complain(self, value: Value) -> Complaint:
        """Tell people to quote what looks like a number or a truth value."""
        if isinstance(value, int | float):
            return Complaint("IN-023", self.expected, "put it in quotes")
        if is_blank(value):
            return Complaint("IN-028", self.expected, "only blanks stand there; write it, or leave it out")
        return super().complain(value)


class LooseText(Text):
    """Text, or a number that means its digits: `at: 4.2`, `cutoff: 2017`."""

    def core(self, *, words: bool) -> CoreSchema:
        """Accept text and numbers."""
        from pydantic_core import core_schema

        return either(
            super().core(words=words),
            core_schema.int_schema(strict=True),
            core_schema.float_schema(strict=True, allow_inf_nan=False),
        )

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe text and numbers."""
        return {"anyOf": [super().schema(definitions), {"type": "number"}]}

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:  # noqa: ARG002
        """Return the text."""
        return str(value)


class Form(Text):
    """Text of a certain form.

    Attributes:
        pattern: the form, in the common part of the pattern languages.
    """

    def __init__(self, expected: str, pattern: str) -> None:
        super().__init__(expected)
        self.pattern = pattern

    def core(self, *, words: bool) -> CoreSchema:
        """Accept text of the form."""
        from pydantic_core import core_schema

        return with_words(core_schema.str_schema(strict=True, pattern=self.pattern), words=words)

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Describe the form."""
        return {"type": "string", "pattern": to_the_end(self.pattern)}

    def complain(self, value: Value) -> Complaint:
        """Name the form."""
        if isinstance(value, str) and value not in UNKNOWN_WORDS:
            return Complaint("IN-028", self.expected, "")
        return super().complain(value)


class Digest(Form):
    """A SHA-256, with or without `sha256:` before it; tidied to the form with it."""

    def __init__(self) -> None:
        super().__init__("a SHA-256 of 64 hexadecimal digits", "^(?:sha256:)?[0-9A-Fa-f]{64}$")

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:  # noqa: ARG002
        """Return the full form."""
        return full_digest(value)


class DigestOrName(Text):
    """The name of a checkpoint, or its SHA-256 in the form that digests are tidied to."""

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:  # noqa: ARG002
        """Return the name, or the full form."""
        return full_digest(value)


_DIGEST: Final = re.compile("(?:sha256:)?([0-9A-Fa-f]{64})")


def full_digest(text: str) -> str:
    """Return a SHA-256 as `sha256:` and 64 lower-case digits, and any other text as it is."""
    match = _DIGEST.fullmatch(text)
    return f"sha256:{match[1].lower()}" if match else text


class Date(Form):
    """A day, or a moment with a zone."""

    def __init__(self) -> None:
        super().__init__(
            "a date such as 2019-02-14, or a date-time with a zone such as 2019-02-14T17:00:00Z", DATE_PATTERN
        )

    def type(self) -> FieldType:
        """Expressions compare dates as moments, not as texts."""
        return "date"

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe the form, once for all."""
        definitions["Date"] = {
            "description": "A day such as 2019-02-14, or a moment with a zone such as 2019-02-14T17:00:00Z.",
            **super().schema(definitions),
        }
        return {"$ref": "#/$defs/Date"}

    def complain(self, value: Value) -> Complaint:
        """Tell a day that does not exist from what is no date at all."""
        if isinstance(value, bool) or not isinstance(value, str | int) or value in UNKNOWN_WORDS:
            return super().complain(value)
        try:
            last_moment(str(value))
            hint = "write the day; only a source may be dated by its month or year"
        except ValueError as error:
            hint = "that day does not exist" if str(error).startswith(f"{value} ") else ""
        return Complaint("IN-025", self.expected, hint)


class PartialDate(Date):
    """A day or moment, or only a month or year where no more is known: kept as written."""

    def __init__(self) -> None:
        super().__init__()
        self._expected = "a date such as 2019-02-14, or a month or year such as 2019-02 or 2019"
        self.pattern = f"^(?:{DATE_PATTERN[1:-1]}|{_PART})$"

    def core(self, *, words: bool) -> CoreSchema:
        """Accept such texts, and a year, which is a number."""
        from pydantic_core import core_schema

        year = core_schema.int_schema(strict=True, ge=_FIRST_YEAR, le=_LAST_YEAR)
        text = core_schema.str_schema(strict=True, pattern=self.pattern)
        return either(text, year, *([words_schema()] if words else []))

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:
        """Describe them, once for all."""
        definitions["PartialDate"] = {
            "description": "A day or moment, or a month such as 2019-02, or a year such as 2019.",
            "anyOf": [
                Date().schema(definitions),
                {"type": "string", "pattern": to_the_end(f"^{_PART}$")},
                {"type": "integer", "minimum": _FIRST_YEAR, "maximum": _LAST_YEAR},
            ],
        }
        return {"$ref": "#/$defs/PartialDate"}

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:  # noqa: ARG002
        """Return the text."""
        return str(value)


class Word(Shape):
    """One of a few words.

    Attributes:
        allowed: the words, in their order.
        also: other values that are read as one of the words.
    """

    def __init__(self, *allowed: str, also: Mapping[Any, str] | None = None) -> None:
        self.allowed = allowed
        self.also = dict(also or {})

    @property
    def expected(self) -> str:
        """List the words."""
        return "one of " + ", ".join(self.allowed)

    def core(self, *, words: bool) -> CoreSchema:
        """Accept the words."""
        from pydantic_core import core_schema

        texts = [each for each in (*self.allowed, *self.also) if isinstance(each, str)]
        schema = core_schema.literal_schema([*texts, *(UNKNOWN_WORDS if words else ())])
        if True not in self.also:
            return schema
        # As a literal, true would stand for 1 too.
        return either(schema, core_schema.bool_schema(strict=True))

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """List the words."""
        return {"enum": [*self.allowed, *self.also]}

    def type(self) -> FieldType:
        """Text."""
        return "string"

    def complain(self, value: Value) -> Complaint:
        """Name the nearest word."""
        if isinstance(value, str) and value not in UNKNOWN_WORDS:
            return Complaint("IN-024", self.expected, _nearest_word(value, self.allowed))
        if isinstance(value, int | float):
            return Complaint("IN-024", self.expected, "")
        return super().complain(value)

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:  # noqa: ARG002
        """Return the word."""
        return str(self.also.get(value, value))


def _nearest_word(value: str, allowed: tuple[str, ...]) -> str:
    hint = suggestion(value, allowed, "words")
    return hint if hint.startswith("did") else ""


class Identifier(Form):
    """The id that an object gives itself."""

    words = False

    def __init__(self) -> None:
        super().__init__(
            f"an id of up to {ID_CHARACTERS} of a-z, 0-9, '.', '_' and '-', the first a letter or digit",
            ID_PATTERN,
        )

    def core(self, *, words: bool) -> CoreSchema:  # noqa: ARG002
        """Accept ids; `unknown` would be one like any other, and is refused when ids are checked."""
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(
            _not_a_word, core_schema.str_schema(strict=True, pattern=self.pattern)
        )

    def schema(self, definitions: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """Describe the form."""
        return {"type": "string", "pattern": to_the_end(self.pattern), "not": {"enum": list(UNKNOWN_WORDS)}}

    def complain(self, value: Value) -> Complaint:
        """Suggest the id that the text could become."""
        if isinstance(value, str) and value not in UNKNOWN_WORDS:
            better = re.sub("[^a-z0-9._-]+", "-", value.casefold()).strip("-._")[:ID_CHARACTERS]
            length = f"it has {len(value)} characters; " if len(value) > ID_CHARACTERS else ""
            return Complaint("IN-026", self.expected, f"{length}write {better}" if better else "")
        return super().complain(value)


def _not_a_word(value: str) -> str:
    if value in UNKNOWN_WORDS:
        raise ValueError
    return value


class Names(Text):
    """The id of another object; whether there is such an object is checked when the whole plan is known.

    Attributes:
        kind: kind of the object named.
    """

    def __init__(self, kind: str, *, words: bool = False) -> None:
        article = "an" if kind[0] in "aeiou" else "a"
        super().__init__("the id of any object" if kind == "object" else f"the id of {article} {kind}")
        self.kind = kind
        self.words = words

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:
        """Note the reference."""
        notebook.mentions.append(Mention(self.kind, value, at, words=self.words))
        return str(value)


EITHER: Final = " or "


class NamesEither(Names):
    """The id of an object of one of a few kinds, or `kind:id` where two of them share the id."""

    def __init__(self, *kinds: str) -> None:
        super().__init__(EITHER.join(kinds))


class FilePath(Text):
    """The path of a file in the release folder."""

    words = False

    def __init__(self) -> None:
        super().__init__("the relative path of a file in the release folder")

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:
        """Note the path, which is checked against the folder when the whole plan is known."""
        notebook.paths.append((value, at))
        return str(value)
