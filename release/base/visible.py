"""Text from input made safe to show on a terminal: nothing in it acts, everything in it shows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from release.base.limits import EXCERPT_CHARACTERS

_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"})


def visible(text: str) -> str:
    r"""Write control, bidi, zero-width and separator characters as `\u{…}`; a tab becomes a space.

    >>> visible("a\x1b[31mb")
    'a\\u{1b}[31mb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        " "
        if character == "\t"
        else f"\\u{{{ord(character):x}}}"
        if unicodedata.category(character) in _HIDDEN_CATEGORIES
        else character
        for character in text
    )


def quoted(value: object, limit: int = EXCERPT_CHARACTERS) -> str:
    """Return `value` as shown in messages: escaped, cut to `limit` characters, in single quotes."""
    text = value if isinstance(value, str) else repr(value)
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return f"'{visible(cut)}'"


def printed(lines: Iterable[str]) -> str:
    r"""Return lines as text that a pipeline's log takes for nothing but text.

    Runners read workflow commands from all that is printed: `::name::` at the start of a line, `##[name]`
    anywhere. Both are broken up, visibly.

    >>> printed(["  ::error::x", "##[group]"])
    '  \\u{3a}:error::x\n#\\u{23}[group]\n'
    """
    return "".join(f"{_inert(line)}\n" for line in lines)


def _inert(line: str) -> str:
    start = len(line) - len(line.lstrip())
    if line.startswith("::", start):
        line = line[:start] + "\\u{3a}" + line[start + 1 :]
    return line.replace("##[", "#\\u{23}[")
