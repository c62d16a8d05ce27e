"""One record per rule and object that did not pass."""

from __future__ import annotations

from typing import Final, Literal

from release.base.errors import Position
from release.base.labels import PUBLIC, Label
from release.base.record import Record

Severity = Literal["error", "warning", "note"]
Status = Literal["fail", "unknown", "waived"]
Blocking = Literal["hold", "no-go"]

CORE_PACK: Final = "core"
"""The pack of findings that the tool itself makes."""
CRITERIA_PACK: Final = "plan"
"""The pack of findings of a plan's own criteria."""

SEVERITY_RANK: dict[str, int] = {"note": 0, "warning": 1, "error": 2}


class Reference(Record):
    """Where a rule comes from.

    Attributes:
        source: source key of the pack, such as `solaiman-2019`.
        at: locator in it.
        status: `verified`, `second-hand` or `own`.
        text: the source's title or quoted clause, for people.
    """

    source: str
    at: str = ""
    status: str = ""
    text: str = ""


class WaiverInfo(Record):
    """The waiver that covers a finding."""

    rule: str
    reason: str
    approver: str
    granted: str
    expires: str
    pointer: str


class Finding(Record):
    """A rule that failed, or could not be answered, on one object.

    Attributes:
        rule: rule id, `criterion:<id>` for a criterion of the plan.
        pack: pack id; `core` for what the tool itself checks; `plan` for criteria.
        status: `unknown` names what is missing in `missing`.
        verdict: what an unwaived failing error means; None for warnings and notes.
        stage: first stage that it touches, or None when it concerns the plan.
        stages: every stage at which it counts.
        object: `kind:id`.
        pointer: RFC 6901 pointer within `at.file`.
        label: the strictest of the object's label and of what the expression read.
        parts: the findings that were joined into this one, the one whose rule it has first; who may not see
            all of them may see some.
    """

    rule: str
    pack: str
    title: str
    severity: Severity
    status: Status
    verdict: Blocking | None
    stage: str | None
    stages: tuple[str, ...]
    object: str
    pointer: str
    at: Position
    message: str
    fix: str
    references: tuple[Reference, ...] = ()
    missing: tuple[str, ...] = ()
    waiver: WaiverInfo | None = None
    label: Label = PUBLIC
    parts: tuple[Finding, ...] = ()

    def waived_by(self, waiver: WaiverInfo) -> Finding:
        """Return this finding as covered by `waiver`."""
        return self.but(status="waived", waiver=waiver)

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Order of listings: by place, then rule and object."""
        return (self.at.file, self.at.line, self.at.column, self.rule, self.object)
