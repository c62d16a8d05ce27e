"""What a YAML parser complains about, in plain words and at the place where a person would look."""

from __future__ import annotations

from typing import Any, Final

from release.base.errors import InputError, Position
from release.base.record import Record
from release.base.visible import quoted
from release.source.decoding import LineStarts
from release.source.document import Mark


class _Wording(Record):
    """How one complaint is told.

    Attributes:
        message: what was found and what was expected; `{found}` is the text at the place.
        hint: what to write.
        opening: whether the place is that where the construct began, rather than where the parser gave up.
        escape: whether the place is the backslash.
        code: error code.
    """

    message: str
    hint: str = ""
    opening: bool = False
    escape: bool = False
    code: str = "IN-001"


_QUOTES: Final = "close it; a quote inside it is written '' in single quotes, and \\\" in double ones"
_QUOTE_IT: Final = "put the text in quotes"
_INDENT: Final = "indent with spaces"
_ALIKE: Final = "indent all keys of one mapping alike, and all items of one list"
_NO_TAGS: Final = "a tag is not allowed here"
_TAB: Final = _Wording("a tab stands where only spaces may", _INDENT)
_ODD_START: Final = {
    "\t": _TAB,
    "@": _Wording("a text cannot start with '@'", _QUOTE_IT),
    "`": _Wording("a text cannot start with '`'", _QUOTE_IT),
    "%": _Wording("a text cannot start with '%'", _QUOTE_IT),
}
_DIGITS: Final = _Wording(
    "{found} stands where the hexadecimal digits of an escape are expected",
    "write \\x and 2 digits, \\u and 4, or \\U and 8",
)
_NO_ITEM: Final = _Wording(
    "a list item '-' stands where none is expected", "start the list on a line of its own, below its key"
)
# Part of a parser's complaint to its wording; the first that fits is used. Some are those of libyaml, some
# those of the parser in Python that stands in for it.
_WORDINGS: Final = (
    ("tag handle", _Wording(_NO_TAGS, "remove the tag", code="IN-011")),
    ("a tag", _Wording(_NO_TAGS, "remove the tag", opening=True, code="IN-011")),
    ("unexpected end of stream", _Wording("this quoted text is never closed", _QUOTES, opening=True)),
    (
        "unexpected document",
        _Wording("this quoted text is not closed before the line '---' or '...'", _QUOTES, opening=True),
    ),
    (
        "unknown escape",
        _Wording(
            "{escape} is no escape that YAML knows",
            "write two backslashes for one, or use single quotes, where a backslash means itself",
            escape=True,
        ),
    ),
    ("hexdecimal", _DIGITS),
    ("hexadecimal", _DIGITS),
    ("Unicode character escape", _Wording("this escape names no character", "write the character itself")),
    (
        "mapping values",
        _Wording(
            "a colon stands where no key is expected",
            "put text that contains ': ' in quotes, and check that the lines above are indented alike",
        ),
    ),
    ("mapping keys", _Wording("a key stands where none is expected", "start it on a line of its own")),
    ("sequence entries", _NO_ITEM),
    (
        "expected ':'",
        _Wording(
            "this key has no colon after it, or is too long",
            "write 'key: value'; a key has at most 1024 characters, on one line",
            opening=True,
        ),
    ),
    ("',' or ']'", _Wording("{found} stands where ',' or ']' is expected", "close the list with ']'")),
    ("',' or '}'", _Wording("{found} stands where ',' or '}' is expected", "close the mapping with '}'")),
    ("expected key", _Wording("{found} stands where a key of the mapping above is expected", _ALIKE)),
    (
        "expected '-' indicator",
        _Wording("{found} stands where the next '-' of the list above is expected", _ALIKE),
    ),
    ("expected <block end>", _Wording("{found} does not fit the lines above", _ALIKE)),
    ("node content", _Wording("{found} stands where a value is expected", f"write a value, or {_QUOTE_IT}")),
    (
        "alphabetic or numeric",
        _Wording(
            "{found} stands where the name of an anchor or alias is expected",
            "put text that starts with '&' or '*' in quotes",
        ),
    ),
    (
        "indentation indicator",
        _Wording("the indentation after '|' or '>' must be 1 to 9", "leave the number out"),
    ),
    ("indentation space", _TAB),
    ("violates indentation", _TAB),
    ("a comment or a line break", _Wording("{found} stands where the line should end", "start a new line")),
    ("comment or line break", _Wording("{found} stands where the line should end", "start a new line")),
    (
        "document start",
        _Wording("{found} stands after the end of the value", "indent all lines of one value alike"),
    ),
    (
        "incompatible YAML document",
        _Wording("the file asks for a YAML that is not read here", "remove the %YAML line; 1.2 is read"),
    ),
    (
        "directive",
        _Wording("a line that starts with '%' is not understood here", "remove the line", opening=True),
    ),
)
_IN_BRACKETS: Final = (
    "expected ','",
    "node content",
    "sequence entries",
    "document indicator",
    "mapping values",
)
_UNCLOSED: Final = {
    "[": _Wording("this list is not closed with ']'", "close it with ']'"),
    "{": _Wording("this mapping is not closed with '}'", "close it with '}'"),
}
_GENERAL: Final = _Wording("{found} does not fit here", "check indentation, quotes and brackets around it")


def is_about_nesting(problem: Any) -> bool:  # noqa: ANN401 - PyYAML's exceptions are untyped
    """Tell whether the parser gave up because of the depth, which it does before it has told all it read."""
    return "nesting" in (problem.problem or "")


def syntax_error(problem: Any, text: str, shown: str, bracket: Mark | None) -> InputError:  # noqa: ANN401 - untyped
    """Return what is told about a parser's complaint.

    Args:
        problem: a `yaml.MarkedYAMLError`.
        text: the text that was parsed.
        shown: path of the file as shown to people.
        bracket: where the innermost list or mapping in brackets starts that is still open, if any.
    """
    complaint = problem.problem or ""
    told = f"{complaint} {problem.context or ''}"
    mark = problem.problem_mark or problem.context_mark
    if "cannot start any token" in complaint:
        wording = _ODD_START.get(text[mark.index : mark.index + 1], _GENERAL)
    elif (
        bracket is not None and any(part in told for part in _IN_BRACKETS) and _is_beyond(mark, bracket, text)
    ):
        wording, mark = _UNCLOSED[text[bracket.index]], bracket
    else:
        wording = next((wording for part, wording in _WORDINGS if part in told), _GENERAL)
    if wording.opening and problem.context_mark:
        mark = problem.context_mark
    # libyaml stops at the backslash, the parser in Python behind it.
    back = int(wording.escape and text[mark.index : mark.index + 1] != "\\")
    message = wording.message.replace("{escape}", quoted(text[mark.index - back : mark.index - back + 2]))
    message = message.replace("{found}", _found(text, mark.index))
    # At the end of the file libyaml counts a line that is not there.
    line, column = LineStarts(text).place(min(mark.index - back, len(text)))
    return InputError(wording.code, message, Position(shown, line, column), wording.hint)


def _is_beyond(mark: Mark, bracket: Mark, text: str) -> bool:
    """Tell whether a bracket should have been closed before this place: it is the end, or not indented."""
    if not text[mark.index :].strip():
        return True
    return mark.line > bracket.line and _indent(text, mark) <= _indent(text, bracket)


def _indent(text: str, mark: Mark) -> int:
    line = text[mark.index - mark.column : mark.index + 1]
    return len(line) - len(line.lstrip(" "))


def _found(text: str, index: int) -> str:
    """Return the word at `index` as shown in a message."""
    rest = text[index : index + 200]
    if not rest.strip():
        return "the end of the file"
    line = rest.splitlines()[0]
    word = line.split(maxsplit=1)[0] if line.strip() else ""
    return quoted(word, 40) if word else "the end of the line"
