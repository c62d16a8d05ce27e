"""From a judgement to what one audience may see of it.

Two things cross on purpose: each stage's verdict, and one total of the items that were withheld.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from release.audience.copying import Node, Scope, take
from release.audience.items_evidence import Content, waiver_shown
from release.audience.view import WITHHELD, AudienceView, Counts, Pack, Parameter, StageView, digest_of
from release.base.errors import Position
from release.base.findings import Finding, Status
from release.base.labels import PUBLIC
from release.base.version import __version__
from release.gate.judgement import Judgement, StageVerdict
from release.gate.reach import Reach

_TO_COME = frozenset({"draft", "planned"})


def project(judgement: Judgement, audience: str) -> AudienceView:
    """Return what `audience` may see of a judgement.

    Args:
        judgement: one plan judged at one date.
        audience: `public`, `partner:<id>` or `internal`. Any other name sees what is public only.
    """
    scope = Scope(judgement.facts, judgement.labels, audience)
    content = take(scope, Content, judgement.facts)
    findings = _findings(judgement, scope)
    packs = _packs(judgement, findings, scope)
    stages = tuple(_stage(stage, judgement.facts, findings, scope) for stage in judgement.stages)
    view = AudienceView(
        audience=audience,
        path=judgement.path,
        plan_id=judgement.plan_id,
        title=judgement.title,
        developer=judgement.developer if scope.may_see("/developer") else "",
        digest=judgement.digest,
        at=judgement.at,
        undated=judgement.undated if scope.insider else judgement.undated_visible_to(audience),
        verdict=judgement.verdict,
        next_stage=next((stage.id for stage in stages if stage.status in _TO_COME), None),
        stages=stages,
        findings=findings,
        summary=_counts(judgement, findings, packs, scope),
        withheld=scope.withheld,
        content=content,
        packs=packs,
        params=_params(judgement, findings, scope),
        tool=__version__,
        lock_state=judgement.lock_state if scope.insider else "",
        lock_digest=(judgement.lock_digest or "") if scope.insider else "",
        texts=judgement.texts if scope.insider else {},
    )
    return view if scope.insider else replace(view, digest=digest_of(view))


def _findings(judgement: Judgement, scope: Scope) -> tuple[Finding, ...]:
    if scope.insider:
        return judgement.findings
    seen: list[Finding] = []
    waivers = frozenset(
        node.get("$at", "") for node in scope.facts.get("waivers", ()) if waiver_shown(scope, node)
    )
    reach = Reach(judgement.facts, judgement.labels, lambda label: label.visible_to(scope.audience))
    for finding in (part for each in judgement.findings for part in reach.opened(each)):
        if finding.label.visible_to(scope.audience):
            seen.append(_without_places(reach.seen(finding), judgement.path, waivers))
        else:
            scope.withheld += 1
    scope.withheld += judgement.passed_beside(scope.audience)
    shown = reach.joined(seen)
    return tuple(sorted(shown, key=lambda each: (each.rule, each.object, each.stage or "", each.message)))


def _without_places(finding: Finding, path: str, waivers: frozenset[str]) -> Finding:
    """Return a finding as outsiders see it: what they may not see neither moves it nor waives it."""
    waiver = finding.waiver
    status: Status = finding.status
    if waiver is not None and waiver.pointer not in waivers:
        status = "unknown" if finding.missing else "fail"
        waiver = None
    elif waiver is not None:
        waiver = waiver.but(pointer="")
    return finding.but(at=Position(path), pointer="", label=PUBLIC, status=status, waiver=waiver)


def _stage(stage: StageVerdict, facts: Node, findings: Iterable[Finding], scope: Scope) -> StageView:
    count = sum(stage.id in finding.stages for finding in findings)
    node: Node = next((each for each in facts.get("stages", ()) if each.get("id") == stage.id), {})
    if not scope.sees(node):
        return StageView(stage.id, stage.id, stage.verdict, WITHHELD, count)
    dates = node.get("dates", {})
    if not scope.sees(dates):
        return StageView(stage.id, stage.title, stage.verdict, WITHHELD, count)
    return StageView(
        stage.id,
        stage.title,
        stage.verdict,
        stage.status,
        count,
        planned=dates.get("planned"),
        released=dates.get("released"),
    )


def _counts(
    judgement: Judgement, findings: tuple[Finding, ...], packs: tuple[Pack, ...], scope: Scope
) -> Counts:
    whole = judgement.summary
    if scope.insider:
        return Counts(whole.rules, whole.evaluations, whole.passed, whole.failed, whole.unknown, whole.waived)
    failed, unknown, waived = (
        sum(finding.status == status for finding in findings) for status in ("fail", "unknown", "waived")
    )
    passed = judgement.passed_visible_to(scope.audience)
    rules = sum(pack.rules for pack in packs)
    return Counts(rules, passed + failed + unknown + waived, passed, failed, unknown, waived)


def _packs(judgement: Judgement, findings: tuple[Finding, ...], scope: Scope) -> tuple[Pack, ...]:
    """Return the packs in force; for outsiders those with a finding that they see.

    Hidden evidence can bring a pack into force, so a list of all of them would tell of it.
    """
    named = {finding.pack for finding in findings}
    return tuple(
        Pack(pack.id, pack.version, pack.title, pack.rules, pack.not_applicable if scope.insider else "")
        for pack in judgement.packs
        if scope.insider or pack.id in named
    )


def _params(judgement: Judgement, findings: tuple[Finding, ...], scope: Scope) -> tuple[Parameter, ...]:
    """Return the parameters as used; for outsiders those of packs that they see."""
    named = {finding.pack for finding in findings}
    origins = {"default"} | ({"plan"} if scope.may_see("/policies") else set())
    return tuple(
        Parameter(each.name, str(each.value), each.origin, each.why, each.locked)
        for each in judgement.params
        if scope.insider or (each.name.partition(".")[0] in named and each.origin in origins)
    )
