"""When two names mean one person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from typing import Final, TypeVar

T = TypeVar("T")

# Letters of other scripts that look like Latin ones, after case folding.
_LOOKALIKES: Final = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u051b\u051d"
    "\u043a\u043c\u0442\u0432\u043d\u03b1\u03bf\u03b9\u03c1\u03c5\u03ba\u03bd\u03c4\u03b5",
    "aeopcyxijsdhqwkmtbhaoipukvte",
)
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:@]+@[^\s<>()\[\],;:@]+")
_WORD: Final = re.compile(r"[^\W_]+")


def person(name: str) -> str:
    """Return a name as it is compared: case, spaces and invisible characters make nobody somebody else.

    >>> person("A.  Owner") == person("a. owner\u200b")
    True
    """
    plain = unicodedata.normalize("NFKC", name)
    seen = "".join(each for each in plain if unicodedata.category(each) not in {"Cf", "Cc"} or each.isspace())
    return " ".join(seen.casefold().split())


def aliases(name: str) -> frozenset[str]:
    """Return all that a name is known by; two names with one of them in common mean one person.

    A name with an address is known by either; accents, punctuation, the order of words, letters that only
    look Latin and what follows `+` in an address make nobody somebody else. An address whose first part has
    several words is known by these words too.

    >>> bool(aliases("Ann Owner <ao@example.org>") & aliases("AO+ci@example.org"))
    True
    >>> bool(aliases("owner, ánn") & aliases("ann.owner@example.org"))
    True
    >>> bool(aliases("lead@one.example") & aliases("lead@two.example"))
    False
    """
    text = person(name)
    found: set[str] = {text} if text else set()
    for address in _ADDRESS.findall(text):
        local, _, domain = address.rpartition("@")
        local = local.partition("+")[0]
        found.add(f"{local}@{domain}")
        if len(_WORD.findall(local)) > 1:
            found.add(_words(local))
    found.add(_words(_ADDRESS.sub(" ", text)))
    return frozenset(each for each in found if each)


def _words(text: str) -> str:
    """Return the words of a name in alphabetical order, in plain letters."""
    plain = unicodedata.normalize("NFKD", text.translate(_LOOKALIKES))
    bare = "".join(each for each in plain if not unicodedata.combining(each)).translate(_LOOKALIKES)
    return " ".join(sorted(_WORD.findall(bare)))


def different_people(names: Iterable[Collection[str]]) -> int:
    """Return how many people are meant by names, each given by its aliases."""
    return len(joined(names))


def joined(sets: Iterable[Collection[T]]) -> list[set[T]]:
    """Return sets with those joined that have something in common, directly or through others.

    >>> joined([{1}, {2}, {1, 3}])
    [{2}, {1, 3}]
    """
    groups: list[set[T]] = []
    for each in sets:
        touching = [group for group in groups if not group.isdisjoint(each)]
        groups = [group for group in groups if group.isdisjoint(each)]
        groups.append(set(each).union(*touching))
    return groups
