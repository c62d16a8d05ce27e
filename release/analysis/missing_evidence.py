"""Which evidence a failing rule or criterion asks for, where a stage has none of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from release.analysis.case import Case
from release.base.findings import Finding
from release.base.record import Record
from release.evidence.kind import kinds
from release.policy.syntax import Constant, Logic, Loop, Node, route_of, walk


class Missing(Record):
    """Evidence that is not there.

    Attributes:
        kinds: sorted names of kinds; none where the cause is another one.
        any_of: whether one of them is enough.
    """

    kinds: tuple[str, ...]
    any_of: bool = True

    def told(self, stage: str) -> str:
        """Say what to bring."""
        return f"evidence of kind {(' or ' if self.any_of else ' and ').join(self.kinds)} about stage {stage}"


def missing_evidence(case: Case, stage: Mapping[str, Any], finding: Finding) -> Missing:
    """Return the evidence that a failing finding asks of the stage, where the stage has none of its kinds."""
    asked = _asked(case, stage, finding)
    if asked is None:
        return Missing(())
    wanted = _kinds_in(asked)
    if any(item["kind"] in wanted for item in stage["evidence"]):
        return Missing(())
    return Missing(tuple(sorted(wanted)), _one_is_enough(asked))


def narrowest(wanted: Missing, others: Iterable[Missing]) -> Missing:
    """Return what of the others is asked for anyway and would do for this too, else this itself."""
    if not wanted.any_of:
        return wanted
    own = set(wanted.kinds)
    enough = [each for each in others if each.kinds and set(each.kinds) < own]
    return min(enough, key=lambda each: (len(each.kinds), each.kinds), default=wanted)


def _asked(case: Case, stage: Mapping[str, Any], finding: Finding) -> Node | None:
    """Return the expression that asks something of the evidence about the stage, if the finding is of one."""
    if finding.object == f"stage:{stage['id']}":
        rule = case.policy.rule(finding.rule)
        return None if rule is None else rule.rule.require
    for criterion in stage.get("criteria", ()):
        compiled = case.policy.criteria.get(criterion["$at"])
        if finding.rule == f"criterion:{criterion['id']}" and compiled is not None:
            loops = [each for each in walk(compiled.node) if isinstance(each, Loop)]
            own = any(route_of(each.source) == ("stage", "evidence") for each in loops)
            return compiled.node if own else None
    return None


def _kinds_in(node: Node) -> frozenset[str]:
    known = set(kinds())
    return frozenset(
        each.value
        for each in walk(node)
        if isinstance(each, Constant) and isinstance(each.value, str) and each.value in known
    )


def _one_is_enough(node: Node) -> bool:
    """Tell whether no conjunction asks for different kinds in its parts."""
    for each in walk(node):
        if isinstance(each, Logic) and each.kind == "and":
            asked = {found for part in each.operands if (found := _kinds_in(part))}
            if len(asked) > 1:
                return False
    return True
