"""SARIF 2.1.0, for code scanning: rules with their help, stable fingerprints, waivers as suppressions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from release.audience.check_view import CheckView
from release.base.findings import Finding
from release.formats._format import Format, FormatOptions

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "note": "note"}


def render(view: CheckView, options: FormatOptions) -> str:
    """Return one SARIF run."""
    findings = view.findings
    rules = _rules(findings)
    places = {rule["id"]: place for place, rule in enumerate(rules)}
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "staged-release",
                        "semanticVersion": options.version,
                        "rules": rules,
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The repository."}}},
                "automationDetails": {"id": f"staged-release/{view.at}/"},
                "properties": {"verdict": view.verdict, "at": view.at, "audience": view.audience},
                "results": [_result(finding, places) for finding in findings],
            }
        ],
    }
    return json.dumps(log, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _rules(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    by_id: dict[str, Finding] = {}
    for finding in findings:
        by_id.setdefault(finding.rule, finding)
    return [_rule(finding) for _, finding in sorted(by_id.items())]


def _rule(finding: Finding) -> dict[str, Any]:
    sources = [
        " ".join(part for part in (each.text or each.source, each.at) if part) for each in finding.references
    ]
    parts = [f"{finding.title}.", finding.fix, *(f"Source: {source}" for source in sources)]
    help_text = "\n\n".join(part for part in parts if part)
    return {
        "id": finding.rule,
        "name": finding.title,
        "shortDescription": {"text": finding.title},
        "fullDescription": {"text": finding.title},
        "help": {"text": help_text},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"tags": [finding.pack], "pack": finding.pack},
    }


def _result(finding: Finding, places: dict[str, int]) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": places[finding.rule],
        "level": _LEVELS[finding.severity],
        # What is unknown counts as well: SARIF gives any other kind the level none, which pipelines drop.
        "kind": "fail",
        "message": {"text": finding.message},
        "locations": [_location(finding)],
        "partialFingerprints": {"releaseFinding/v1": fingerprint(finding)},
        "properties": {
            "status": finding.status,
            "verdict": finding.verdict,
            "stages": list(finding.stages),
            "object": finding.object,
            "missing": list(finding.missing),
        },
    }
    if finding.waiver is not None:
        waiver = finding.waiver
        why = f"{waiver.reason} (by {waiver.approver}, {waiver.granted} to {waiver.expires})"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _location(finding: Finding) -> dict[str, Any]:
    at = finding.at
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(at.file),
            "region": {"startLine": at.line, "startColumn": at.column},
        },
        "logicalLocations": [{"fullyQualifiedName": finding.object, "kind": "object"}],
    }


def _artifact(file: str) -> dict[str, str]:
    """Return a URI relative to the repository; what was typed as an absolute path stays one."""
    path = PurePosixPath(file)
    if path.is_absolute():
        return {"uri": "file://" + quote(str(path))}
    parts = [part for part in path.parts if part != "."]
    return {"uri": quote("/".join(parts)), "uriBaseId": "SRCROOT"}


def fingerprint(finding: Finding) -> str:
    """Return what stays the same when lines elsewhere move: rule, object and stages, not places."""
    return digest_of([finding.rule, finding.object, *finding.stages])


def digest_of(parts: Sequence[str]) -> str:
    """Return a short digest of texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


FORMAT = Format("SARIF 2.1.0 for code scanning", render)
