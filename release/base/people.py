"""When two names mean one person."""

from __future__ import annotations

import unicodedata


def person(name: str) -> str:
    """Return a name as it is compared: case, spaces and invisible characters make nobody somebody else.

    >>> person("A.  Owner") == person("a. owner\u200b")
    True
    """
    plain = unicodedata.normalize("NFKC", name)
    seen = "".join(each for each in plain if unicodedata.category(each) not in {"Cf", "Cc"} or each.isspace())
    return " ".join(seen.casefold().split())
