"""Answers that hold for other facts of the same plan too, so that only the others are asked for again.

An answer follows from what its expressions looked at, and an evaluation that is traced notes all of that.
Where nothing of it differs, the answer is the same: there is nothing to guess.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from release.evidence.context import Context, FactSource
from release.policy.asking import Key, Told, concerns
from release.policy.differing import difference
from release.policy.evaluate import answers, criteria_outcomes
from release.policy.explaining import Reading, programs_of, read, traced
from release.policy.force import PolicySet


class Remembered:
    """What rules and criteria said of one state of a plan, and what each answer looked at."""

    def __init__(self, policy: PolicySet, facts: FactSource) -> None:
        self._policy = policy
        self._contexts = self._seen(facts)
        self._known: dict[Key, Told] = {}
        for _ in answers(policy, facts, self._known):
            pass
        self._lookers: dict[str, set[Key]] = {}
        for rule, context, reading in readings(policy, facts):
            for field in reading.fields:
                self._lookers.setdefault(field, set()).add((rule, context.pointer))

    def standing(self, facts: FactSource) -> dict[Key, Told]:
        """Return the answers that hold for other facts too; nothing may have been changed in place."""
        found = difference(self._contexts, self._seen(facts))
        again = {key for field in found.fields for key in self._lookers.get(field, ())}
        return {
            key: told for key, told in self._known.items() if key not in again and key[1] not in found.moved
        }

    def _seen(self, facts: FactSource) -> Mapping[str, Context]:
        kinds = [*self._policy.by_kind, *(["criterion"] if self._policy.criteria else [])]
        return {context.pointer: context for kind in kinds for context in facts.contexts(kind)}


def readings(policy: PolicySet, facts: FactSource) -> Iterator[tuple[str, Context, Reading]]:
    """Yield (rule, object, what it read), where the rule applies to the object and where it does not.

    Where it is not certain what evidence is about, there is one reading with it and one without.
    """
    for kind, rules in policy.by_kind.items():
        for context in facts.contexts(kind):
            for rule in rules:
                if concerns(rule.rule, context):
                    programs = programs_of(rule.rule, rule.pack.asks_condition)
                    for bindings in _both(context):
                        frame = traced(bindings, policy.values[rule.pack.id])
                        yield rule.rule.id, context, read(programs, frame)
    for outcome in criteria_outcomes(policy, facts):
        for bindings in _both(outcome.context):
            reading = read([outcome.rule.rule.asks], traced(bindings, {}))
            yield outcome.rule.rule.id, outcome.context, reading


def _both(context: Context) -> Iterator[Mapping[str, object]]:
    yield context.bindings
    if context.alternative is not None:
        yield context.alternative
