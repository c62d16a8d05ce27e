"""`release-check/1`: the stable, versioned form that programs read."""

from __future__ import annotations

import json
from typing import Any

from release.audience.check_view import CheckView, PlanCheck
from release.base.findings import Finding
from release.formats._format import Format, FormatOptions

SCHEMA = "release-check/1"


def render(view: CheckView, options: FormatOptions) -> str:
    """Return the check as JSON with a final newline."""
    result = structure(view, version=options.version)
    return json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def structure(view: CheckView, *, version: str) -> dict[str, Any]:
    """Return the check as plain values, in the order in which people read them."""
    counts = view.counts
    return {
        "schema": SCHEMA,
        "tool": {"name": "staged-release", "version": version},
        "at": view.at,
        "audience": view.audience,
        "verdict": view.verdict,
        "plans": [_plan(plan) for plan in view.plans],
        "summary": {
            "plans": counts.plans,
            "stages": counts.stages,
            "rules": counts.rules,
            "evaluations": counts.evaluations,
            "passed": counts.passed,
            "failed": counts.failed,
            "unknown": counts.unknown,
            "waived": counts.waived,
            "withheld": sum(plan.withheld for plan in view.plans),
        },
    }


def _plan(plan: PlanCheck) -> dict[str, Any]:
    return {
        "path": plan.path,
        "id": plan.id,
        "title": plan.title,
        "digest": plan.digest,
        "verdict": plan.verdict,
        "next_stage": plan.next_stage,
        "undated": plan.undated,
        "withheld": plan.withheld,
        "unlisted": plan.unlisted,
        "stages": [
            {
                "id": stage.id,
                "verdict": stage.verdict,
                "status": stage.status,
                "date": stage.date,
                "findings": stage.findings,
            }
            for stage in plan.stages
        ],
        "findings": [finding_structure(finding) for finding in plan.findings],
    }


def finding_structure(finding: Finding) -> dict[str, Any]:
    """Return one finding as plain values."""
    waiver = finding.waiver
    return {
        "rule": finding.rule,
        "pack": finding.pack,
        "title": finding.title,
        "severity": finding.severity,
        "status": finding.status,
        "verdict": finding.verdict if finding.severity == "error" else None,
        "stage": finding.stage,
        "stages": list(finding.stages),
        "object": finding.object,
        "pointer": finding.pointer,
        "file": finding.at.file,
        "line": finding.at.line,
        "column": finding.at.column,
        "message": finding.message,
        "missing": list(finding.missing),
        "fix": finding.fix,
        "references": [
            {"source": each.source, "at": each.at, "status": each.status, "text": each.text}
            for each in finding.references
        ],
        "waiver": None
        if waiver is None
        else {
            "rule": waiver.rule,
            "reason": waiver.reason,
            "approver": waiver.approver,
            "granted": waiver.granted,
            "expires": waiver.expires,
        },
    }


FORMAT = Format("JSON for programs, described by `release schema check`", render)
