"""Text from input made inert for Markdown: whatever engine reads it, it is shown and does nothing."""

from __future__ import annotations

import re
from urllib.parse import quote

from release.reports.safe import clean

_PLAIN = re.compile(
    r"""
      [^\x00-\x7f]                      # letters and signs of other alphabets mean nothing to Markdown
    | [A-Za-z0-9 ]
    | (?<=[A-Za-z)%])[.,;:?](?=[ ]|$)   # the end of a sentence or clause
    | (?<=[0-9])[,;:](?=[ ]|$)
    | (?<=-[0-9][0-9])\.(?=[ ]|$)        # the end of a date
    | ^[,;](?=[ ]|$)
    | (?<=[0-9])\.(?=[0-9])             # a number, not the start of a list
    | (?<=[A-Za-z0-9])[-'](?=[A-Za-z0-9])
    | \((?=[A-Za-z0-9]) | (?<=[A-Za-z])\)
    | (?<=[0-9 ])%
    """,
    re.VERBOSE,
)
_SPEAKING = re.compile(r"(?<![A-Za-z0-9_])[@#][A-Za-z0-9_][A-Za-z0-9_/-]*")
_CODE = re.compile(r"[A-Za-z0-9_.,:/@#=+~ -]*[A-Za-z0-9_.,:/@#=+~-]")
_IN_ADDRESS = "%/:?#=&@+,;~.-"


def inert(text: str) -> str:
    """Return text with every sign that Markdown might act on written as a numeric entity.

    Runs of white space become one space. A word that starts with `@` or `#` becomes code, as some hosts turn
    such words into links and messages after the Markdown has been read.

    >>> inert("a *b* c. 1. d-e")
    'a &#42;b&#42; c. 1&#46; d-e'
    """
    line = " ".join(clean(text).split())
    found: list[str] = []
    at = 0
    for each in _SPEAKING.finditer(line):
        found += [_entities(line, at, each.start()), f"`{each[0]}`"]
        at = each.end()
    return "".join((*found, _entities(line, at, len(line))))


def _entities(line: str, start: int, end: int) -> str:
    written = []
    for place in range(start, end):
        kept = _PLAIN.match(line, place)
        written.append(line[place] if kept else f"&#{ord(line[place])};")
    return "".join(written)


def code(text: str) -> str:
    """Return an id, digest or path as code, where it has nothing that could end the code; else as text."""
    return f"`{text}`" if _CODE.fullmatch(text) and not text.startswith(" ") else inert(text)


def link(text: str, href: str) -> str:
    """Return a link to an address that `safe.address` has passed."""
    address = quote(href, safe=_IN_ADDRESS).replace("&", "&amp;")
    return f"[{inert(text) or code(href)}](<{address}>)"


def quoted(text: str) -> str:
    r"""Return text as a YAML scalar on one line that is inert as Markdown too.

    >>> quoted("GPT-2: a <b>")
    '"GPT-2\\u003a a \\u003cb\\u003e"'
    """
    signs = (
        each if each.isalnum() or each in " -,." else f"\\u{ord(each):04x}" if ord(each) < 65536 else each
        for each in " ".join(clean(text).split())
    )
    return f'"{"".join(signs)}"'
