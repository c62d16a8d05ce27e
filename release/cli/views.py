"""From a check to what one audience may see of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from release.api import audience_among
from release.audience.check_view import CheckView, PlanSeen, plan_seen, view_of
from release.audience.listing import Listing, listed
from release.base.errors import InputError, InvalidInput
from release.base.findings import SEVERITY_RANK
from release.base.nearest import nearest
from release.base.record import EMPTY
from release.cli.asking import no_stage
from release.formats import load_format
from release.formats._format import FormatOptions
from release.gate.judgement import Judgement, Verdict


class Gathering:
    """What a check keeps of each plan: what is printed, and what decides the exit code.

    Attributes:
        worst: the highest severity of a finding that is not waived, shown or not; -1 when there is none.
    """

    def __init__(self, audience: str, *, stage: str | None, listing: Listing, brief: bool) -> None:
        """Gather for one audience.

        Args:
            audience: who is to read it.
            stage: the stage that is asked about, or None for all.
            listing: which findings are listed.
            brief: whether only the last line is printed; then the findings of one plan are enough.
        """
        self._audience = audience
        self._stage = stage
        self._listing = listing
        self._brief = brief and listing == Listing()
        self._partners: list[set[str]] = []
        self._stages: set[str] = set()
        self._verdicts: set[Verdict] = set()
        self._at = ""
        self._rules: set[str] = set()
        self.worst = -1

    def __call__(self, judgement: Judgement) -> PlanSeen | None:
        """Return what is kept of a plan; None when it has nothing to do with the stage."""
        stages = {each.id for each in judgement.stages}
        self._stages |= stages
        self._at = judgement.at
        self._partners.append({each["id"] for each in judgement.facts.get("partners", ())})
        if self._listing != Listing():
            self._rules.update(judgement.rules)
        if self._stage is not None and self._stage not in stages:
            return None
        for finding in judgement.found:
            if finding.status != "waived" and (self._stage is None or self._stage in finding.stages):
                self.worst = max(self.worst, SEVERITY_RANK[finding.severity])
        seen = plan_seen(judgement, self._audience, stage=self._stage)
        verdict = seen.plan.verdict
        if self._brief and verdict in self._verdicts:
            # The next step is that of the first plan with the verdict of all; the others only count.
            return seen.but(plan=seen.plan.but(findings=(), texts=EMPTY))
        self._verdicts.add(verdict)
        return seen.but(plan=seen.plan.complete())

    def view(self, kept: Sequence[PlanSeen | None]) -> CheckView:
        """Return the view of all that was kept.

        Raises:
            InvalidInput: no plan has the stage, the audience is none of any plan, or something is selected or
                ignored that is the beginning of no rule in force.
        """
        audience_among(self._partners, self._audience)
        seen = [each for each in kept if each is not None]
        if not seen:
            raise InvalidInput([no_stage(self._stage or "", sorted(self._stages))])
        return _listed(view_of(seen, self._audience, at=self._at), self._listing, self._rules)


def _listed(view: CheckView, listing: Listing, rules: Collection[str]) -> CheckView:
    unknown = next(iter(listing.strangers(rules)), None)
    if unknown is not None:
        near = nearest(unknown, rules)
        hint = f"did you mean '{near}'?" if near else "see `release policy list`"
        raise InvalidInput([InputError("IN-088", f"no rule in force begins with '{unknown}'", None, hint)])
    return listed(view, listing)


def rendered(view: CheckView, options: FormatOptions, name: str, *, statistics: bool) -> str:
    """Return a view in a format of findings, or how often each rule is found.

    Raises:
        InvalidInput: the format has no statistics.
    """
    if not statistics:
        return load_format(name).render(view, options)
    from release.formats import _statistics

    if name not in _statistics.FORMATS:
        hint = f"use {', '.join(_statistics.FORMATS)}"
        raise InvalidInput([InputError("IN-086", f"--statistics has no format '{name}'", None, hint)])
    return _statistics.render(view, options, name)
