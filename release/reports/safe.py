"""Text from input made fit for a page: what acts on the reader's eye or browser is shown or dropped."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_REPLACED = "\N{REPLACEMENT CHARACTER}"
_CONTROLS = dict.fromkeys({*range(32), *range(0x7F, 0xA0)} - {9, 10}, _REPLACED)
_NOT_CHARACTERS = dict.fromkeys((*range(0xD800, 0xE000), 0xFFFE, 0xFFFF), _REPLACED)
_DIRECTIONS = {code: f"\\u{{{code:x}}}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}
_SEPARATORS = {0x2028: "\n", 0x2029: "\n"}
_TABLE = _CONTROLS | _DIRECTIONS | _NOT_CHARACTERS | _SEPARATORS
_NEEDS_WORK = re.compile("[" + "".join(f"\\U{code:08x}" for code in sorted(_TABLE)) + "]")
_SCHEMES = frozenset({"http", "https", "mailto"})
_ADDRESS = re.compile(r"[^\s<>\"'\\\x00-\x20\x7f-\xa0]+")


def clean(text: str) -> str:
    r"""Replace what HTML forbids, and write out characters that turn the direction of reading.

    >>> clean("a\x00b\u202ec")
    'a\ufffdb\\u{202e}c'
    """
    return text.translate(_TABLE) if _NEEDS_WORK.search(text) else text


def address(text: str) -> str:
    """Return an address that may stand behind a link: http, https or mailto; else an empty text."""
    if not _ADDRESS.fullmatch(text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme.lower() not in _SCHEMES:
        return ""
    return text if parts.netloc or (parts.scheme.lower() == "mailto" and "@" in parts.path) else ""


def contact_address(text: str) -> str:
    """Return the link for a contact's address: a web address as it is, a mail address as mailto."""
    if re.fullmatch(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", text):
        return f"mailto:{text}"
    return address(text)


def anchor(*parts: str) -> str:
    """Return an id of our own on the page, made of a kind and ids, with a colon, which no id has, between.

    >>> anchor("risk", "disinformation")
    'risk:disinformation'
    >>> anchor("risk", "a b")
    'risk:a~20b'
    """
    return ":".join(re.sub(r"[^A-Za-z0-9._-]", lambda found: f"~{ord(found[0]):x}", part) for part in parts)
