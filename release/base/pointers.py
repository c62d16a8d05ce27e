"""Keys as steps of a JSON pointer (RFC 6901)."""

from __future__ import annotations

from typing import Final

EVERYTHING: Final = "*"
"""Stands for all that a plan holds, where something rests on what may be anywhere in it."""


def pointer_token(key: str) -> str:
    """Return a key as it stands in a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1") if "/" in key or "~" in key else key


def pointer_key(token: str) -> str:
    """Return the key that a step of a JSON pointer means.

    >>> pointer_key(pointer_token("a/b~1"))
    'a/b~1'
    """
    return token.replace("~1", "/").replace("~0", "~")
