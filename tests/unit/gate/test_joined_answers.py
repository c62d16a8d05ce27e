"""Answers of rules that are one finding: a hidden one neither takes a visible one along nor moves it."""

from __future__ import annotations

from release.base.errors import Position
from release.base.findings import Finding, WaiverInfo
from release.base.labels import INTERNAL, PUBLIC, Label
from release.gate.reach import Reach

WAIVER = WaiverInfo("T-1", "reason", "somebody", "2026-01-01", "2026-12-31", "/waivers/0")


def finding(rule: str, label: Label, parts: tuple[Finding, ...] = ()) -> Finding:
    return Finding(
        rule=rule,
        pack="test",
        title=rule,
        severity="error",
        status="fail",
        verdict="hold",
        stage="s1",
        stages=("s1",),
        object="stage:s1",
        pointer="/stages/0",
        at=Position("plan"),
        message=rule,
        fix="",
        label=label,
        parts=parts,
    )


def shown(*labels: Label, waiver: WaiverInfo | None = None) -> list[tuple[str, str]]:
    parts = tuple(finding(f"T-{number}", label) for number, label in enumerate(labels, 1))
    together = INTERNAL if INTERNAL in labels else PUBLIC
    joined = finding("T-1", together, parts)
    reach = Reach({"stages": [{"id": "s1"}]}, lambda _: PUBLIC, lambda label: label == PUBLIC)
    found = reach.shown([joined if waiver is None else joined.waived_by(waiver)])
    return [(each.rule, each.status) for each in found]


def test_what_may_be_seen_whole_stays_joined() -> None:
    assert shown(PUBLIC, PUBLIC) == [("T-1", "fail")]


def test_a_hidden_answer_takes_no_visible_one_along() -> None:
    assert shown(PUBLIC, INTERNAL) == [("T-1", "fail")]
    assert shown(INTERNAL, PUBLIC) == [("T-2", "fail")]
    assert shown(INTERNAL, INTERNAL) == []


def test_a_waiver_goes_with_its_own_rule() -> None:
    assert shown(PUBLIC, INTERNAL, waiver=WAIVER) == [("T-1", "waived")]
    assert shown(INTERNAL, PUBLIC, waiver=WAIVER) == [("T-2", "fail")]
