"""One plan to be asked about: read once, its packs compiled once, judged as often as a question needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from release.base.dates import Moment
from release.base.findings import Finding
from release.evidence.fact_tree import CriterionReads, FiguresOf, build_facts
from release.evidence.facts import Facts
from release.evidence.figures import figures_of
from release.evidence.lock import Lock
from release.evidence.lock_state import LockState, lock_of, lock_state, usable_items
from release.gate.judge import PolicyOptions, judge_with
from release.gate.judgement import Judgement
from release.gate.quick import Bare, quick, rule_findings
from release.plan.as_of import PlanView, as_of
from release.plan.plan import Plan
from release.policy.force import PolicySet, policy_set
from release.policy.remembering import Remembered

Items = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Case:
    """A plan, and all that it is judged by.

    Attributes:
        items: the computed figures that may be used, by evidence id.
        reads: tells which evidence a criterion reads; None asks the policy.
        figures: tells the figures that rules see for an item.
    """

    plan: Plan
    policy: PolicySet
    lock: Lock | None
    state: LockState
    at: Moment
    explicit: bool
    locked: bool
    items: Items
    reads: CriterionReads | None = None
    figures: FiguresOf = figures_of

    def judgement(self) -> Judgement:
        """Return the judgement, with all its words."""
        return judge_with(
            self.plan,
            self.at,
            self.policy,
            self.lock,
            explicit=self.explicit,
            locked=self.locked,
            state=self.state,
        )

    def facts(self, data: Mapping[str, Any] | None = None, items: Items | None = None) -> Facts:
        """Return the facts, of other data or other computed figures where these are given."""
        plan = self.plan if data is None else self.plan.but(data=data)
        return build_facts(
            as_of(plan, self.at, explicit=self.explicit),
            self.items if items is None else items,
            lock_digest=None if self.lock is None else self.lock.digest,
            criterion_reads=self.reads or self.policy.criterion_reads,
            figures=self.figures,
        )

    def facts_of_view(self, data: Mapping[str, Any], items: Items | None = None) -> Facts:
        """Return the facts of a view's data, in which values were changed that hide or date nothing."""
        return build_facts(
            PlanView(self.plan, self.at, self.explicit, dict(data)),
            self.items if items is None else items,
            lock_digest=None if self.lock is None else self.lock.digest,
            criterion_reads=self.reads or self.policy.criterion_reads,
            figures=self.figures,
        )

    def judged(self, facts: Facts, known: Sequence[Finding] | None = None) -> Bare:
        """Return what decides the verdicts; `known` is what the rules say, where that is known already."""
        return quick(facts, self.policy, self.lock, self.state, locked=self.locked, known=known)

    def judged_again(self, remembered: Remembered, facts: Facts) -> Bare:
        """Return what decides the verdicts; only rules that looked at what differs from before are asked."""
        return self.judged(facts, rule_findings(self.policy, facts, remembered.standing(facts)))

    @property
    def view(self) -> dict[str, Any]:
        """The plan's data as of the date."""
        return as_of(self.plan, self.at, explicit=self.explicit).data

    @property
    def next_stage(self) -> str | None:
        """The first stage that is not out yet as of the date, or None."""
        stages = self.view["stages"]
        return next(
            (each["id"] for each in stages if "order" in each and each["status"] in {"draft", "planned"}),
            None,
        )

    def on(self, at: Moment) -> Case:
        """Return the same case at another date."""
        return replace(self, at=at, explicit=True, reads=None)

    def remembering(self) -> Case:
        """Return the same case, that works out once only which evidence a criterion reads.

        That holds for as long as evidence keeps its kind, condition and scope: for figures that move, and for
        objects that are taken out.
        """
        view = self.view
        known = {
            criterion["$at"]: tuple(self.policy.criterion_reads(criterion, view))
            for stage in view["stages"]
            for criterion in stage.get("criteria", ())
        }

        def reads(criterion: Mapping[str, Any], plan: Mapping[str, Any]) -> Sequence[str]:
            found = known.get(criterion["$at"])
            return self.policy.criterion_reads(criterion, plan) if found is None else found

        return replace(self, reads=reads)


def case_of(plan: Plan, at: Moment, *, explicit: bool, options: PolicyOptions) -> Case:
    """Prepare a plan for questions.

    Raises:
        InvalidInput: a pack, a parameter, a criterion's expression or the lock is wrong.
    """
    policy = policy_set(plan, options.policies, options.params)
    lock = lock_of(plan)
    state = lock_state(plan, lock)
    items = usable_items(lock, state)
    return Case(options.signed(plan), policy, lock, state, at, explicit, options.locked, items)
