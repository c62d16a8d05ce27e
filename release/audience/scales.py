"""The ordinal scales of a plan: their words in order, and the range that each likelihood word stands for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Likelihood:
    """A likelihood word.

    Attributes:
        word: as plans write it.
        low: smallest probability that it stands for, in percent.
        high: largest, in percent.
    """

    word: str
    low: int
    high: int


LIKELIHOODS: tuple[Likelihood, ...] = (
    Likelihood("remote", 0, 10),
    Likelihood("unlikely", 10, 33),
    Likelihood("even", 33, 66),
    Likelihood("likely", 66, 90),
    Likelihood("almost-certain", 90, 100),
)
"""The five words that plans may use.

The bounds are those of the calibrated language of the Intergovernmental Panel on Climate Change (very
unlikely < 10 %, unlikely < 33 %, about as likely as not 33 to 66 %, likely > 66 %, very likely > 90 %), made
disjoint so that a word always stands for one range. A bound belongs to the word nearer to even.
"""

LIKELIHOOD_WORDS: tuple[str, ...] = tuple(each.word for each in LIKELIHOODS)
SEVERITIES: tuple[str, ...] = ("negligible", "limited", "serious", "severe", "critical")
LEVELS: tuple[str, ...] = ("low", "moderate", "high")

_BY_WORD = {each.word: each for each in LIKELIHOODS}


def likelihood(word: str) -> Likelihood | None:
    """Return the scale's entry for a word, or None when it is no word of the scale."""
    return _BY_WORD.get(word)
