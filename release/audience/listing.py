"""Which findings of a check are listed. What is left out still counts: the verdict and the counts stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from release.audience.check_view import CheckView
from release.base.findings import SEVERITY_RANK, Finding
from release.base.record import Record


class Listing(Record):
    """What is listed.

    Attributes:
        select: rules, or beginnings of their ids; nothing selects all.
        ignore: likewise, not listed though selected.
        least: from which severity on.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    least: str = "note"

    def shows(self, finding: Finding) -> bool:
        """Tell whether a finding is listed."""
        if self.select and not finding.rule.startswith(self.select):
            return False
        if self.ignore and finding.rule.startswith(self.ignore):
            return False
        return SEVERITY_RANK[finding.severity] >= SEVERITY_RANK[self.least]

    def strangers(self, rules: Collection[str]) -> Iterator[str]:
        """Yield what is selected or ignored and is the beginning of no rule."""
        for each in (*self.select, *self.ignore):
            if not any(rule.startswith(each) for rule in rules):
                yield each


class Statistic(Record):
    """How often a rule was found."""

    rule: str
    title: str
    failed: int
    unknown: int
    waived: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.failed + self.unknown + self.waived


def listed(view: CheckView, listing: Listing) -> CheckView:
    """Return the view with only what is listed; verdicts and counts are those of the whole."""
    if listing == Listing():
        return view
    plans = []
    for plan in view.plans:
        findings = tuple(each for each in plan.findings if listing.shows(each))
        plans.append(plan.but(findings=findings, unlisted=len(plan.findings) - len(findings)))
    return view.but(plans=tuple(plans))


def statistics_of(view: CheckView) -> list[Statistic]:
    """Return how often each rule is listed, the most frequent first."""
    counts: dict[str, dict[str, int]] = {}
    titles: dict[str, str] = {}
    for finding in view.findings:
        own = counts.setdefault(finding.rule, {"fail": 0, "unknown": 0, "waived": 0})
        own[finding.status] += 1
        titles.setdefault(finding.rule, finding.title)
    found = [
        Statistic(rule, titles[rule], own["fail"], own["unknown"], own["waived"])
        for rule, own in counts.items()
    ]
    return sorted(found, key=lambda each: (-each.total, each.rule))
