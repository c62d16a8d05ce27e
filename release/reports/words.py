"""The words of a report in one language: every phrase of ours stands in `templates/reports/words`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from release.audience.scales import Likelihood, likelihood
from release.base.resources import data

NOTHING = "\N{EN DASH}"
"""Stands in a table where there is nothing to say."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class UnknownLanguage(LookupError):
    """No words are shipped for a language; `known` lists those that are."""

    def __init__(self, lang: str, known: tuple[str, ...]) -> None:
        super().__init__(lang)
        self.lang = lang
        self.known = known


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of one language.

    Attributes:
        lang: a BCP 47 tag, for the page's `lang`.
        table: key to phrase; `{name}` in a phrase is filled in.
    """

    lang: str
    table: Mapping[str, str] = field(repr=False)

    def __call__(self, key: str, **values: object) -> str:
        """Return the phrase of a key.

        Raises:
            KeyError: the language lacks it.
        """
        return self.table[key].format_map(values) if values else self.table[key]

    def many(self, key: str, count: int, **values: object) -> str:
        """Return the phrase for one or for several."""
        return self(f"{key}.one" if count == 1 else f"{key}.other", count=count, **values)

    def term(self, group: str, word: str) -> str:
        """Return a word of a closed list, as people read it; a word that is on no list is shown as it is."""
        return self.table.get(f"{group}.{word}") or word.replace("_", " ")

    def span(self, scale: Likelihood) -> str:
        """Return the range that a likelihood word stands for, such as `10 to 33 %`."""
        end = "below" if scale.low == 0 else "above" if scale.high == 100 else "between"
        return self(f"likelihood_range.{end}", low=scale.low, high=scale.high)

    def graded(self, word: str) -> str:
        """Return a likelihood word with its range; a word that is not on the scale as it is."""
        scale = likelihood(word)
        shown = self.term("likelihood", word)
        return f"{shown} ({self.span(scale)})" if scale else shown


def languages() -> tuple[str, ...]:
    """Return the languages that words are shipped for."""
    files = (data("templates") / "reports" / "words").iterdir()
    return tuple(sorted(each.name.removesuffix(".json") for each in files if each.name.endswith(".json")))


def read_words(lang: str) -> Words:
    """Return the words of a language.

    Raises:
        UnknownLanguage: none are shipped.
    """
    if not _LANGUAGE.fullmatch(lang) or lang not in languages():
        raise UnknownLanguage(lang, languages())
    text = (data("templates") / "reports" / "words" / f"{lang}.json").read_text(encoding="utf-8")
    return Words(lang, _flat(json.loads(text)))


def _flat(tree: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, each in tree.items():
        if isinstance(each, Mapping):
            flat |= _flat(each, f"{prefix}{name}.")
        else:
            flat[f"{prefix}{name}"] = str(each)
    return flat
