"""The smallest set of facts that would settle an unknown rule, found by trying values."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from release.analysis.case import Case
from release.analysis.edits import Draft, Edit
from release.analysis.lacks import Lack, Scene, lacks_behind
from release.base.findings import Finding
from release.base.record import Record
from release.policy.asking import Answer, Outcome
from release.policy.evaluate import answers
from release.policy.explaining import programs_of, read, traced
from release.policy.force import PolicySet

_TRIALS: Final = 240
_LISTED: Final = 20_000
_ROUNDS: Final = 5
_SETTLED: Final = (Answer.PASSED, None)


class Settled(Record):
    """What would settle one finding.

    Attributes:
        ways: the smallest sets of facts with which it is cleared; where none was found, all that it lacks.
        values: for each fact, by its key, values with which the finding is cleared.
        checked: whether they were found by trying.
    """

    ways: tuple[tuple[Lack, ...], ...]
    values: Mapping[str, tuple[Edit, ...]]
    checked: bool


class Settler:
    """Tries values in the places that a plan leaves open."""

    def __init__(self, case: Case, stage: str) -> None:
        self.case = case
        self.draft = Draft(case.view)
        stages = tuple(each["id"] for each in case.plan.data["stages"])
        self._scene = Scene(self.draft, stage, stages, str(case.at))
        self._worked: dict[tuple[str, ...], tuple[int, ...]] = {}

    def settle(self, finding: Finding) -> Settled:
        """Return the smallest sets of facts with which a finding is cleared."""
        policy = _alone(self.case.policy, finding)
        lacks: list[Lack] = self._lacks(policy, finding, ())
        for _ in range(_ROUNDS):
            usable = [lack for lack in lacks if lack.options]
            chosen, first = self._assignment(policy, finding, usable)
            if chosen is not None:
                return self._smallest(policy, finding, chosen)
            known = {lack.key for lack in lacks}
            new = [lack for lack in self._lacks(policy, finding, first) if lack.key not in known]
            if not new:
                break
            lacks += new
        return Settled((tuple(lacks),), {}, checked=False)

    def errors(self, edits: Sequence[Edit], stage: str) -> frozenset[tuple[str, str, str]]:
        """Return (rule, object, status) of the errors open at a stage when all of some values are there."""
        with self.draft.having(edits) as data:
            found = self.case.judged(self.case.facts_of_view(data)).findings
        return frozenset(
            (each.rule, each.object, each.status)
            for each in found
            if stage in each.stages and each.status != "waived" and each.severity == "error"
        )

    def _outcome(self, policy: PolicySet, finding: Finding, edits: Sequence[Edit]) -> Outcome | None:
        """Return the answer of the finding's rule about its object; None when the rule does not apply."""
        with self.draft.having(edits) as data:
            facts = self.case.facts_of_view(data)
            return next(
                (each for each in answers(policy, facts) if each.context.object == finding.object), None
            )

    def _answer(self, policy: PolicySet, finding: Finding, edits: Sequence[Edit]) -> Answer | None:
        outcome = self._outcome(policy, finding, edits)
        return None if outcome is None else outcome.answer

    def _lacks(self, policy: PolicySet, finding: Finding, edits: Sequence[Edit]) -> list[Lack]:
        outcome = self._outcome(policy, finding, edits)
        if outcome is None:
            return []
        values = policy.values.get(outcome.rule.pack.id, {})
        pointers: set[str] = set()
        missing: list[str] = []
        for bindings in (outcome.context.bindings, outcome.context.alternative):
            if bindings is not None:
                frame = traced(bindings, values)
                reading = read(programs_of(outcome.rule.rule, outcome.rule.pack.asks_condition), frame)
                pointers |= reading.pointers
                missing += reading.missing
        with self.draft.having(edits):
            return lacks_behind(self._scene, pointers, missing, outcome.context.uncertain)

    def _assignment(
        self, policy: PolicySet, finding: Finding, lacks: Sequence[Lack]
    ) -> tuple[list[tuple[Lack, tuple[Edit, ...]]] | None, tuple[Edit, ...]]:
        """Return values that clear the finding, or None and the values tried first."""
        if not lacks:
            return None, ()
        signature = (finding.rule, *(_relative(lack) for lack in lacks))
        first = _edits(lacks, [0] * len(lacks))
        for picks in itertools.islice(self._picks(signature, lacks), _TRIALS):
            if self._answer(policy, finding, _edits(lacks, picks)) in _SETTLED:
                self._worked[signature] = tuple(picks)
                chosen = [(lack, lack.options[pick]) for lack, pick in zip(lacks, picks, strict=True)]
                return chosen, first
        return None, first

    def _picks(self, signature: tuple[str, ...], lacks: Sequence[Lack]) -> Iterator[Sequence[int]]:
        """Yield which option to take of each, what worked for a like finding first."""
        worked = self._worked.get(signature)
        if worked is not None and all(
            pick < len(lack.options) for pick, lack in zip(worked, lacks, strict=True)
        ):
            yield worked
        # The first options together, then with one or two of them changed, then whatever is left.
        yield from sorted(
            itertools.islice(itertools.product(*(range(len(lack.options)) for lack in lacks)), _LISTED),
            key=lambda picks: sum(pick > 0 for pick in picks),
        )

    def _smallest(
        self, policy: PolicySet, finding: Finding, chosen: Sequence[tuple[Lack, tuple[Edit, ...]]]
    ) -> Settled:
        """Return all smallest subsets of an assignment that clear the finding as well."""
        values = {lack.key: edits for lack, edits in chosen}
        for size in range(1, len(chosen)):
            ways = [
                tuple(lack for lack, _ in subset)
                for subset in itertools.combinations(chosen, size)
                if self._answer(policy, finding, [edit for _, edits in subset for edit in edits]) in _SETTLED
            ]
            if ways:
                return Settled(tuple(ways), values, checked=True)
        return Settled((tuple(lack for lack, _ in chosen),), values, checked=True)


def _edits(lacks: Sequence[Lack], picks: Sequence[int]) -> tuple[Edit, ...]:
    return tuple(edit for lack, pick in zip(lacks, picks, strict=True) for edit in lack.options[pick])


def _relative(lack: Lack) -> str:
    steps = lack.key.split("/")
    return "/".join([steps[1], *steps[3:]])


def _alone(policy: PolicySet, finding: Finding) -> PolicySet:
    """Return the policy with no rule or criterion but that of a finding."""
    if finding.rule.startswith("criterion:"):
        name = finding.rule.removeprefix("criterion:")
        criteria = {at: each for at, each in policy.criteria.items() if each.id == name}
        return policy.but(rules=(), criteria=criteria)
    rules = tuple(each for each in policy.rules if each.rule.id == finding.rule)
    return policy.but(rules=rules, criteria={})


def plain(value: Any) -> Any:  # noqa: ANN401 - any plain value
    """Return a value without the marks of the plan."""
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items() if not name.startswith("$")}
    return [plain(each) for each in value] if isinstance(value, list) else value
