"""A report as rules see it: `report`, and one `claim` for every evidence item that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from release.audience.items_evidence import Evidence, Figure, Partner
from release.base.findings import Finding
from release.reports.model import Limit, Report
from release.reports.words import Words

_KINDS = {"public": "public", "internal": "internal"}
_VERIFIED = frozenset({"fresh", "not-needed"})


def report_facts(
    report: Report, words: Words, items: Sequence[dict[str, Any]], digest: str
) -> dict[str, Any]:
    """Return what expressions see as `report`.

    Args:
        report: the report.
        words: the words of the report.
        items: the objects of the plan that stand in it, with who may see them.
        digest: of the plan that it was made from.
    """
    view, content = report.view, report.view.content
    kind, _, partner = view.audience.partition(":")
    focus = report.focus.id if report.focus else ""
    own = next((each for each in content.partners if each.id == partner), None)
    facts: dict[str, Any] = {
        "audience": _KINDS.get(kind, "partner"),
        "partner": partner,
        "on": view.at[:10],
        "items": list(items),
        "risks": [each.id for each in content.risks],
        "benefits": [each.id for each in content.benefits],
        "limits": [each.text for each in report.limits],
        "reasons_fail_when": [
            text for stage in content.stages if stage.id == focus for text in stage.reasons_fail_when
        ],
        "contact": _contact(report),
        "withheld": view.withheld,
        "plan_digest": digest,
        "lock_verified": _verified(report),
        "shows_verdict": True,
        "shows_unknown": True,
        "shows_waivers": True,
        "partner_findings": [{"id": each.id, "verbatim": True} for each in (own.findings if own else ())],
    }
    if view.withheld:
        facts["withheld_notice"] = words.many("limits.withheld", view.withheld)
    if own is not None and own.agreement is not None:
        facts["partner_agreement"] = _agreement(own)
    return facts


def _contact(report: Report) -> dict[str, str]:
    contact = report.view.content.contact
    if contact is None:
        return {}
    named = {"name": contact.name, "address": contact.address}
    return {name: text for name, text in named.items() if text}


def _agreement(partner: Partner) -> dict[str, str]:
    agreement = partner.agreement
    named = {"signed": agreement.signed, "ends": agreement.ends} if agreement else {}
    return {name: text for name, text in named.items() if text}


def _verified(report: Report) -> bool:
    """Tell whether the figures that are shown were verified; outsiders are told of those only."""
    view = report.view
    if view.insider:
        return view.lock_state in _VERIFIED
    return all(item.provenance == "computed" for item in view.content.evidence if item.data)


def claims(report: Report) -> list[dict[str, Any]]:
    """Return what expressions see as `claim`, one after the other."""
    return [_claim(item) for item in report.view.content.evidence]


def _claim(item: Evidence) -> dict[str, Any]:
    reference: dict[str, Any] = {"id": item.id, "limitations": list(item.limitations)}
    if item.source:
        source = {"title": item.source.source.title, "at": item.source.at}
        reference["source"] = {name: text for name, text in source.items() if text}
    else:
        reference["source"] = {}
    data = {"path": item.data.path, "digest": item.data.sha256} if item.data else {}
    reference["data"] = {name: text for name, text in data.items() if text}
    claim: dict[str, Any] = {"id": item.id, "text": item.claim or item.id, "references": [reference]}
    figures = [*item.figures, *item.declared]
    if figures:
        claim["figure"] = _figure(next((each for each in figures if each.low is None), figures[0]))
    return claim


def _figure(figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = {"value": figure.raw or str(figure.value)}
    bounds = {"low": figure.low, "high": figure.high}
    found |= {name: float(value) for name, value in bounds.items() if value is not None}
    if figure.low is None and figure.high is None:
        found["uncertainty"] = "not available"
    return found


def limits_of(findings: Sequence[Finding], audience: str, words: Words) -> tuple[Limit, ...]:
    """Return the rules of reports that fail, as limits of the report: one for each rule."""
    failing: dict[str, list[Finding]] = {}
    for each in findings:
        if each.status == "fail" and each.label.visible_to(audience):
            failing.setdefault(each.rule, []).append(each)
    found = []
    for rule, group in sorted(failing.items()):
        more = f" {words.many('limits.likewise', len(group) - 1)}" if len(group) > 1 else ""
        found.append(Limit(f"{rule}: {group[0].message}{more}"))
    return tuple(found)
