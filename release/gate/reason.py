"""Why a stage is not to go, and who may be told."""

from __future__ import annotations

from typing import Literal

from release.base.findings import Finding
from release.base.labels import PUBLIC, Label
from release.base.record import Record
from release.gate.judgement import Judgement

ReasonKind = Literal[
    "rule", "criterion", "approval", "window", "lock", "forecast", "artifact", "attestation", "ledger"
]


class Reason(Record):
    """One reason why a stage is not to go.

    Attributes:
        id: the rule, criterion, role, evidence or file that it is about.
        clears: what would clear it.
        finding: the finding, where a rule or criterion is the reason.
        label: who may see it.
    """

    kind: ReasonKind
    id: str
    message: str
    clears: str
    verdict: Literal["hold", "no-go"] = "hold"
    finding: Finding | None = None
    label: Label = PUBLIC


def label_of(judgement: Judgement, *pointers: str) -> Label:
    """Return who may see all of what a reason was drawn from."""
    label = PUBLIC
    for pointer in pointers:
        label = label.meet(judgement.labels(pointer))
    return label
