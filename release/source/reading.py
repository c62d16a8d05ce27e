"""Files to documents."""

from __future__ import annotations

import contextlib
import os
import stat
from pathlib import Path
from typing import Any, Final

from release.base import limits
from release.base.canonical import sha256
from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.source.anchors import Stop
from release.source.construct import Builder
from release.source.decoding import decode, without_forbidden
from release.source.document import Document
from release.source.syntax import is_about_nesting, syntax_error

# Characters that end a line in YAML 1.1, whose rules the scanner follows, and are ordinary text in YAML 1.2.
_OLD_LINE_ENDS: Final = "\x85\u2028\u2029"

# Mistakes that leave a tree of bounded size and depth behind; IN-001 is among them for a %YAML line.
_HARMLESS: Final = frozenset(f"IN-{number:03}" for number in (1, 4, 9, 10, 11, 12, 13, 14, 15, 16, 17))


def read_bytes(path: Path, shown: str, *, limit: int = limits.PLAN_BYTES) -> bytes:
    """Return the content of a regular file, refusing a larger one before it is read.

    Args:
        path: the file.
        shown: its path as shown to people.
        limit: most bytes that are allowed.

    Raises:
        InvalidInput: it is missing, unreadable, not a regular file, or too large.
    """
    try:
        # Opening a pipe must not wait for somebody to write into it.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise _refused("IN-087", "this is not a regular file", shown, "give the path of a file")
            if status.st_size > limit:
                raise too_large(status.st_size, limit, shown)
            content = file.read(limit + 1)
    except FileNotFoundError:
        raise _refused("IN-085", "there is no such file", shown, "check the path") from None
    except IsADirectoryError:
        raise _refused("IN-087", "this is a folder, not a file", shown, "give the path of a file") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "the path is not valid"
        raise _refused(
            "IN-087", f"the file cannot be read: {reason}", shown, "check the path and its permissions"
        ) from None
    if len(content) > limit:
        raise too_large(len(content), limit, shown)
    return content


def _refused(code: str, message: str, shown: str, hint: str) -> InvalidInput:
    return InvalidInput([InputError(code, message, Position(shown), hint)])


def too_large(size: int, limit: int, shown: str) -> InvalidInput:
    """Return the error of a file of `size` bytes where at most `limit` are allowed."""
    return _refused(
        "IN-005",
        f"the file has {size} bytes or more; the limit is {limit}",
        shown,
        "split it, or move rows of data into CSV files",
    )


def read_document(
    path: Path, shown: str, *, limit: int = limits.PLAN_BYTES, errors: ErrorCollector | None = None
) -> Document:
    """Read one YAML file.

    Args:
        path: the file.
        shown: its path as shown to people.
        limit: most bytes that are allowed.
        errors: takes the mistakes in spite of which there is a tree, so that the caller can find others;
            of a key written twice the tree has the first, of a tagged value the value. Else they are raised.

    Raises:
        InvalidInput: with everything that is wrong with the file.
    """
    return parse_document(read_bytes(path, shown, limit=limit), shown, limit=limit, errors=errors)


def parse_document(
    content: bytes, shown: str, *, limit: int = limits.PLAN_BYTES, errors: ErrorCollector | None = None
) -> Document:
    """Read the bytes of one YAML file; see `read_document`."""
    if len(content) > limit:
        raise too_large(len(content), limit, shown)
    found = ErrorCollector()
    text = decode(content, shown, found)
    if text is None:
        raise InvalidInput(found.errors, found.texts)
    builder = _build(without_forbidden(text, shown, found), shown, found)
    if found.errors:
        usable = builder.whole and all(error.code in _HARMLESS for error in found.errors)
        if errors is None or not usable:
            raise InvalidInput(found.errors, found.texts)
        errors.errors += found.errors
        errors.texts |= found.texts
    at = builder.at
    return Document(shown, builder.root, text, len(content), sha256(content), at.line + 1, at.column + 1)


def _build(text: str, shown: str, errors: ErrorCollector) -> Builder:
    import yaml

    text, restore = _without_old_line_ends(text)
    builder = Builder(text, shown, errors, restore)
    try:
        builder.run(_parser(text))
    except yaml.MarkedYAMLError as problem:
        if problem.problem_mark is not None and is_about_nesting(problem):
            # Without what is too deep for the parser too, it tells where our own limit is passed.
            return _build(text[: problem.problem_mark.index - 1], shown, errors)
        errors.errors.append(syntax_error(problem, text, shown, builder.bracket))
    except Stop:
        pass
    with contextlib.suppress(Stop):
        builder.finish()
    if builder.empty and not errors.errors:
        errors.add("IN-002", "the file holds nothing", Position(shown), "write the plan or pack into it")
    return builder


def _parser(text: str) -> Any:  # noqa: ANN401 - PyYAML's classes have no types
    """Return a parser of events: the C one, or the slower one in Python where PyYAML was built without it."""
    try:
        from yaml.cyaml import CParser  # type: ignore[attr-defined] # the stubs leave it out
    except ImportError:
        from release.source.fallback import PythonParser

        return PythonParser(text)
    return CParser(text)


def _without_old_line_ends(text: str) -> tuple[str, dict[int, str]]:
    """Replace what only YAML 1.1 takes for line ends by characters that the text does not use.

    Returns:
        The text, and the table that turns the replacements back.
    """
    if text.isascii():
        return text, {}
    present = [character for character in _OLD_LINE_ENDS if character in text]
    if not present:
        return text, {}
    used = set(text)
    free = (code for code in range(0xE000, 0xF900) if chr(code) not in used)
    table = {ord(character): next(free) for character in present}
    return text.translate(table), {code: chr(old) for old, code in table.items()}
