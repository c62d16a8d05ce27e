"""What carries a verdict: each part taken out alone, and the smallest sets without which it turns."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from math import comb
from typing import Final

from release.analysis.case import Case
from release.analysis.removal import Part, Remover
from release.base.record import Record
from release.gate.judgement import Verdict
from release.gate.quick import Bare
from release.policy.remembering import Remembered

EVALUATIONS: Final = 400
"""How many sets are tried at most; after that whole sizes are left out, and said so."""

Open = frozenset[tuple[str, str, str]]


class Alone(Record):
    """What happens when one part is taken out.

    Attributes:
        verdict: that of the stage without it.
        opened: (rule, object, status) of errors that are open then, and were not.
        closed: of those that no longer are.
    """

    part: Part
    verdict: Verdict
    opened: tuple[tuple[str, str, str], ...]
    closed: tuple[tuple[str, str, str], ...]


class FlipSet(Record):
    """A smallest set: without it the verdict is another, without any part of it alone it stays."""

    parts: tuple[Part, ...]
    verdict: Verdict


class Flips(Record):
    """All that was found.

    Attributes:
        complete_to: sets up to this size were all tried, those that hold a smaller flipping set aside.
        exhaustive: so were all sets there are.
        example: a set beyond that size, from which nothing can be left out, or None where none was found.
        without_all: the verdict without all parts at once.
    """

    verdict: Verdict
    alone: tuple[Alone, ...]
    sets: tuple[FlipSet, ...]
    complete_to: int
    exhaustive: bool
    example: FlipSet | None
    without_all: Verdict


def flips_of(case: Case, stage: str, *, evaluations: int = EVALUATIONS) -> Flips:
    """Return what turns the verdict of a stage when it is taken out."""
    return _Search(case, stage).run(evaluations)


class _Search:
    def __init__(self, case: Case, stage: str) -> None:
        self._case = case
        self._stage = stage
        self._remover = Remover(case)
        self.parts: Sequence[Part] = self._remover.parts
        self._known: dict[frozenset[str], Verdict] = {}
        self._remembered = Remembered(case.policy, self._remover.facts(()))
        self._whole = self._judged(())

    def _judged(self, parts: Collection[Part]) -> Bare:
        return self._case.judged_again(self._remembered, self._remover.facts(parts))

    def _verdict(self, parts: Collection[Part]) -> Verdict:
        key = frozenset(part.pointer for part in parts)
        if key not in self._known:
            self._known[key] = self._judged(parts).verdict(self._stage)
        return self._known[key]

    def run(self, evaluations: int) -> Flips:
        verdict = self._whole.verdict(self._stage)
        alone = tuple(self._alone(part) for part in self.parts)
        found = [FlipSet((each.part,), each.verdict) for each in alone if each.verdict != verdict]
        # What turns the verdict alone is in no larger smallest set.
        rest = [each.part for each in alone if each.verdict == verdict]
        size, spent = min(1, len(self.parts)), 0
        while size < len(rest):
            spent += comb(len(rest), size + 1)
            if spent > evaluations:
                break
            size += 1
            found += self._of_size(size, rest, verdict, found)
        exhaustive = size >= len(rest)
        example = None if exhaustive or found else self._example(verdict)
        nothing = self._verdict(self.parts)
        return Flips(verdict, alone, tuple(found), size, exhaustive, example, nothing)

    def _alone(self, part: Part) -> Alone:
        judged = self._judged([part])
        before, after = errors_at(self._whole, self._stage), errors_at(judged, self._stage)
        verdict = judged.verdict(self._stage)
        self._known[frozenset([part.pointer])] = verdict
        return Alone(part, verdict, tuple(sorted(after - before)), tuple(sorted(before - after)))

    def _of_size(
        self, size: int, rest: Sequence[Part], verdict: Verdict, smaller: Sequence[FlipSet]
    ) -> Iterator[FlipSet]:
        known = [frozenset(part.pointer for part in each.parts) for each in smaller]
        for parts in itertools.combinations(rest, size):
            pointers = frozenset(part.pointer for part in parts)
            if any(each <= pointers for each in known):
                continue
            then = self._verdict(parts)
            if then != verdict:
                yield FlipSet(parts, then)

    def _example(self, verdict: Verdict) -> FlipSet | None:
        """Return a set from which nothing can be left out; None where the verdict stands without all."""
        kept = list(self.parts)
        if self._verdict(kept) == verdict:
            return None
        for part in self.parts:
            fewer = [each for each in kept if each is not part]
            if self._verdict(fewer) != verdict:
                kept = fewer
        return FlipSet(tuple(kept), self._verdict(kept))


def errors_at(judged: Bare, stage: str) -> Open:
    """Return (rule, object, status) of the errors that are open at a stage."""
    return frozenset(
        (each.rule, each.object, each.status)
        for each in judged.findings
        if stage in each.stages and each.status != "waived" and each.severity == "error"
    )
