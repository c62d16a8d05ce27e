"""Findings that no pack makes: the state of the lock, waivers, and attempts to weaken what is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from release.base.findings import Blocking, Severity
from release.base.record import Record

if TYPE_CHECKING:
    from release.policy.force import PolicySet


class CoreRule(Record):
    """A rule of the tool itself.

    Attributes:
        why: why it exists, for `release explain`.
        fix: what to do about a finding.
    """

    id: str
    title: str
    severity: Severity
    verdict: Blocking | None
    why: str
    fix: str


_RULES: Final = (
    CoreRule(
        "CO-001",
        "Evidence with rows has a lock",
        "note",
        None,
        "Without a lock nothing was recomputed from the rows: declared figures are used and said to be so.",
        "Run `release evidence lock` and commit release.lock.",
    ),
    CoreRule(
        "CO-002",
        "The lock is fresh",
        "warning",
        None,
        "A lock whose inputs changed says what was true of other rows; they are not used.",
        "Run `release evidence lock` again and commit release.lock.",
    ),
    CoreRule(
        "CO-003",
        "The lock is complete",
        "warning",
        None,
        "An item that was never computed rests on its declared figures alone.",
        "Run `release evidence lock` again and commit release.lock.",
    ),
    CoreRule(
        "CO-004",
        "The lock is as the tool wrote it",
        "error",
        "hold",
        "A lock edited by hand no longer says what was computed.",
        "Run `release evidence lock` again; find out who edited release.lock and why.",
    ),
    CoreRule(
        "CO-005",
        "Declared figures agree with computed ones",
        "error",
        "hold",
        "A declared figure is a claim; where the rows say otherwise, readers of the plan are misled.",
        "Correct the declared value, or say which rows it was computed from.",
    ),
    CoreRule(
        "CO-006",
        "Locked evidence is demanded and there",
        "error",
        "hold",
        "With --locked nothing may rest on figures that were not recomputed from the rows at hand.",
        "Run `release evidence lock` and commit release.lock.",
    ),
    CoreRule(
        "CO-007",
        "A plan is judged by at least one rule",
        "error",
        "hold",
        "A plan without packs and criteria was asked nothing, and nothing asked is nothing passed.",
        "Name packs under policies.use, such as staged-release.",
    ),
    CoreRule(
        "CO-008",
        "A plan has a stage that can be released",
        "error",
        "hold",
        "Without a stage, or with cancelled ones only, there is nothing on which to decide.",
        "Write the stages of the release under stages.",
    ),
    CoreRule(
        "CO-010",
        "Waivers have not expired",
        "warning",
        None,
        "A waiver holds until its last day; after that the finding counts again.",
        "Put right what was waived, or have the waiver renewed with a new reason.",
    ),
    CoreRule(
        "CO-011",
        "Waivers are used",
        "note",
        None,
        "A waiver that covers nothing hides a later failure from those who read the plan.",
        "Remove the waiver.",
    ),
    CoreRule(
        "CO-012",
        "Waivers name who approved them",
        "warning",
        None,
        "A waiver is somebody's decision; without a name, a reason and an end it waives nothing.",
        "Name the approver, the reason and the day on which the waiver expires.",
    ),
    CoreRule(
        "CO-013",
        "Only what may be waived is waived",
        "error",
        "hold",
        "The organisation demands this rule without exception.",
        "Remove the waiver and satisfy the rule.",
    ),
    CoreRule(
        "CO-014",
        "Waivers are as short as the organisation asks",
        "error",
        "hold",
        "A long waiver is a changed rule in disguise.",
        "Shorten the waiver.",
    ),
    CoreRule(
        "CO-015",
        "Waivers name what they are about",
        "warning",
        None,
        "A waiver without object and stage covers whatever the rule finds, today's findings and later ones.",
        "Name the object, and write one waiver for each; `release waive --object` does so.",
    ),
    CoreRule(
        "CO-016",
        "Nobody waives the own work",
        "warning",
        None,
        "Who answers for a stage, for a risk or for the plan cannot be the one who excuses it.",
        "Have somebody else decide on the waiver; until then it waives nothing.",
    ),
    CoreRule(
        "CO-017",
        "Waivers name rules that there are",
        "warning",
        None,
        "A waiver of a rule that no pack in force, no shipped pack and no criterion has waives nothing.",
        "Correct the rule's id, or remove the waiver; a rule of a pack of your own needs that pack in force.",
    ),
    CoreRule(
        "CO-020",
        "Locked parameters are left alone",
        "error",
        "hold",
        "The organisation has locked this parameter; what the plan or --param says is not used.",
        "Remove the parameter from the plan, or --param from the command.",
    ),
    CoreRule(
        "CO-021",
        "No file takes the place of a shipped pack",
        "warning",
        None,
        "The plan names a shipped pack and its folder holds another one of that name, which is not used.",
        "Give the pack in the folder an id of its own, and name it by its path.",
    ),
    CoreRule(
        "CO-022",
        "What evidence was computed from is at hand",
        "note",
        None,
        "Rows may be private or too many to carry along; then their digest in the lock is taken on trust.",
        "Bring the file back, or let who holds it run `release evidence verify`.",
    ),
)

NEVER_WAIVED: Final = frozenset(
    (
        "CO-004",
        "CO-006",
        "CO-007",
        "CO-008",
        "CO-010",
        "CO-011",
        "CO-012",
        "CO-013",
        "CO-014",
        "CO-015",
        "CO-016",
        "CO-017",
        "CO-020",
        "CO-021",
    )
)
"""A plan can't excuse its own attempts to weaken what stands above it, nor a lock edited by hand."""

LOCK_RULES: Final = frozenset({"CO-001", "CO-002", "CO-003"})
"""Not waived either where a lock is demanded."""

CORE_RULES: Final[dict[str, CoreRule]] = {rule.id: rule for rule in _RULES}


def rules_known(policy: PolicySet) -> tuple[str, ...]:
    """Return the id of every rule that can find something: those in force, the tool's own, and criteria."""
    own = (f"criterion:{each.id}" for each in policy.criteria.values())
    return (*(each.rule.id for each in policy.rules), *CORE_RULES, *own)
