"""What changed between two plans, or one plan at two dates, and what that does to the decision.

All of it is for insiders; what others may see is compared anew from what each of the two shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from release.analysis.case import Case
from release.analysis.changes import Difference, differences
from release.analysis.strictness import PolicyChange, policy_changes
from release.base.findings import CORE_PACK, Finding
from release.base.record import Record
from release.gate.judgement import VERDICT_RANK, Judgement, Verdict
from release.plan.as_of import as_of


class StageChange(Record):
    """One stage before and after; None where it is not in the plan."""

    id: str
    old: Verdict | None
    new: Verdict | None
    old_status: str
    new_status: str

    @property
    def worse(self) -> bool:
        """Whether the verdict got worse."""
        if self.old is None or self.new is None:
            return False
        return VERDICT_RANK[self.new] > VERDICT_RANK[self.old]


class FindingChange(Record):
    """A finding that opened, was cleared, or has another status.

    Attributes:
        kind: `opened`, `cleared` or `changed`.
        finding: as it is now, or as it was where it is cleared.
        before: its status before, empty where it is new.
    """

    kind: str
    finding: Finding
    before: str


class FigureChange(Record):
    """A figure of an evidence item that came, went or moved.

    Attributes:
        name: the result and its slice.
        outside: the new value lies outside the old interval.
    """

    evidence: str
    name: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None
    outside: bool


class Diff(Record):
    """Everything that differs.

    Attributes:
        same: the same bytes, rules and date.
        excused: findings that the old rules would leave open on the new plan and the new rules do not.
    """

    old: Judgement
    new: Judgement
    same: bool
    stages: tuple[StageChange, ...]
    policy: tuple[PolicyChange, ...]
    excused: tuple[tuple[str, str], ...]
    findings: tuple[FindingChange, ...]
    figures: tuple[FigureChange, ...]
    changes: tuple[Difference, ...]

    @property
    def worse(self) -> tuple[StageChange, ...]:
        """The stages whose verdict got worse."""
        return tuple(stage for stage in self.stages if stage.worse)

    @property
    def weakened(self) -> tuple[PolicyChange, ...]:
        """What became weaker, or changed so that it cannot be told whether it did."""
        return tuple(each for each in self.policy if each.direction != "stricter")

    @property
    def passes(self) -> bool:
        """Whether no verdict got worse and no rule was weakened."""
        return not (self.worse or self.weakened or self.excused)


def diff_of(old: Case, new: Case) -> Diff:
    """Compare two cases."""
    before, after = old.judgement(), new.judgement()
    data = tuple(as_of(each.plan, each.at, explicit=each.explicit).data for each in (old, new))
    figures = tuple(_figures(before, after))
    changes = tuple(
        each
        for each in differences(data[0], data[1])
        if not each.path.startswith("evidence[") or ".declared" not in each.path
    )
    policy = tuple(policy_changes(old.policy, new.policy))
    return Diff(
        old=before,
        new=after,
        same=(old.plan.digest, before.at, old.policy.digest, before.lock_digest)
        == (new.plan.digest, after.at, new.policy.digest, after.lock_digest),
        stages=tuple(_stages(before, after)),
        policy=policy,
        excused=_excused(old, new) if policy else (),
        findings=tuple(finding_changes(before.findings, after.findings)),
        figures=figures,
        changes=changes,
    )


def _excused(old: Case, new: Case) -> tuple[tuple[str, str], ...]:
    """Return (rule, object) of what the old rules find in the new plan and the new rules let pass."""
    kept = {(each.rule, each.object) for each in new.judged(new.facts()).findings}
    strict = replace(new, policy=old.policy.but(criteria=new.policy.criteria))
    found = strict.judged(strict.facts()).findings
    open_then = {
        (each.rule, each.object)
        for each in found
        if each.severity == "error" and each.status != "waived" and each.pack != CORE_PACK
    }
    return tuple(sorted(open_then - kept))


def _stages(old: Judgement, new: Judgement) -> Iterator[StageChange]:
    before = {stage.id: stage for stage in old.stages}
    after = {stage.id: stage for stage in new.stages}
    for name in [*after, *(each for each in before if each not in after)]:
        was, now = before.get(name), after.get(name)
        yield StageChange(
            id=name,
            old=None if was is None else was.verdict,
            new=None if now is None else now.verdict,
            old_status="" if was is None else was.status,
            new_status="" if now is None else now.status,
        )


def finding_changes(old: Iterable[Finding], new: Iterable[Finding]) -> Iterator[FindingChange]:
    """Yield what opened and what has another status, then what was cleared."""
    before = {(each.rule, each.object): each for each in old}
    after = {(each.rule, each.object): each for each in new}
    for key, finding in after.items():
        was = before.get(key)
        if was is None:
            yield FindingChange("opened", finding, "")
        elif was.status != finding.status:
            yield FindingChange("changed", finding, was.status)
    for key, finding in before.items():
        if key not in after:
            yield FindingChange("cleared", finding, finding.status)


def _figures(old: Judgement, new: Judgement) -> Iterator[FigureChange]:
    before, after = _all_figures(old), _all_figures(new)
    for key in [*after, *(each for each in before if each not in after)]:
        was, now = before.get(key), after.get(key)
        if was != now:
            yield FigureChange(key[0], key[1], was, now, _outside(was, now))


def _all_figures(judgement: Judgement) -> dict[tuple[str, str], Mapping[str, Any]]:
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for item in judgement.facts.get("evidence", ()):
        parts = [("", item["results"])]
        for piece in item["slices"]:
            by = ", ".join(f"{name}: {value}" for name, value in piece["by"].items())
            parts.append((f" ({by})", piece["results"]))
        for about, results in parts:
            for name, figure in results.items():
                if isinstance(figure, Mapping) and "value" in figure:
                    told = {key: figure[key] for key in ("value", "low", "high", "n") if key in figure}
                    found[item["id"], f"{name}{about}"] = told
    return found


def _outside(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> bool:
    if old is None or new is None or "low" not in old or "high" not in old:
        return False
    return not old["low"] <= new["value"] <= old["high"]
