"""Scores of foreign logs: what their values mean as numbers, and whether the tool's own mean is confirmed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

from release.base.nearest import nearest
from release.base.visible import quoted
from release.importers._logs.complaint import COUNTS, asked, wrong

TOLERANCE: Final = Fraction(1, 10**6)


@dataclass(slots=True)
class Means:
    """Sums of the values of samples, a sample's repetitions together.

    Attributes:
        items: sample to (sum, repetitions).
    """

    items: dict[str, tuple[Fraction, int]] = field(default_factory=dict)

    def add(self, item: str, value: float | None) -> None:
        """Take a value; a blank one is left out."""
        if value is not None:
            total, n = self.items.get(item, (Fraction(0), 0))
            self.items[item] = (total + Fraction(value), n + 1)

    @property
    def of_items(self) -> Fraction | None:
        """The mean of the samples' own means."""
        means = [total / n for total, n in self.items.values()]
        return sum(means, Fraction(0)) / len(means) if means else None

    @property
    def of_rows(self) -> Fraction | None:
        """The mean over all rows."""
        n = sum(each for _, each in self.items.values())
        return sum((total for total, _ in self.items.values()), Fraction(0)) / n if n else None


def confirm(stated: float, found: Fraction | None, what: str, file: str) -> None:
    """Hold a figure that the tool states against that of its samples.

    Raises:
        InvalidInput: they differ by more than `TOLERANCE`.
    """
    if found is None or abs(Fraction(stated) - found) > TOLERANCE * (1 + abs(found)):
        computed = "none" if found is None else f"{float(found):.6g}"
        message = f"{what}: the log states {stated:.6g}, and its samples give {computed}"
        hint = "the log was cut or edited after the run; make it again"
        raise wrong(COUNTS, message, file, hint)


def confirm_count(stated: int, found: int, what: str, file: str) -> None:
    """Hold a count that the tool states against that of its samples.

    Raises:
        InvalidInput: they differ.
    """
    if stated != found:
        message = f"{what}: the log states {stated}, and {found} are found"
        raise wrong(COUNTS, message, file, "the log was cut or edited after the run; make it again")


def choose(wanted: str, present: Collection[str], file: str, *, preferred: Iterable[str] = ()) -> str:
    """Return the one score to take.

    Args:
        wanted: what was asked for, or "".
        present: names of the scores of the log.
        file: the log as people see it.
        preferred: names to take without being asked, the first that is there.

    Raises:
        InvalidInput: there is no such score, or several and none was asked for.
    """
    names = sorted(present)
    if wanted:
        if wanted in names:
            return wanted
        near = nearest(wanted, names)
        hint = f"did you mean '{near}'?" if near else f"its scores: {', '.join(names[:12]) or 'none'}"
        raise asked(f"{file} has no score {quoted(wanted)}", hint)
    for name in preferred:
        if name in names:
            return name
    if len(names) == 1:
        return names[0]
    if not names:
        raise wrong(COUNTS, "no sample has a score", file, "score the log first")
    raise asked(f"{file} has {len(names)} scores", f"choose one with --metric: {', '.join(names[:12])}")


def known_words(value: str) -> float | None:
    """Return what a word of a score stands for, None when it stands for no number."""
    return _WORDS.get(value.strip().lower())


_WORDS: Final[Mapping[str, float]] = {
    "c": 1,
    "i": 0,
    "p": 0.5,
    "n": 0,
    "yes": 1,
    "no": 0,
    "true": 1,
    "false": 0,
}
