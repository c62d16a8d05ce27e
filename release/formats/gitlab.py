"""GitLab code quality: a JSON list that merge requests show beside the lines."""

from __future__ import annotations

import json
from typing import Any

from release.audience.check_view import CheckView
from release.base.findings import Finding
from release.formats._format import Format, FormatOptions
from release.formats.sarif import digest_of

_SEVERITIES = {"error": "critical", "warning": "minor", "note": "info"}


def render(view: CheckView, options: FormatOptions) -> str:
    """Return the report; a no-go is a blocker, a waived finding is for information."""
    del options
    seen: dict[str, int] = {}
    return json.dumps([_issue(each, seen) for each in view.findings], indent=2, ensure_ascii=False) + "\n"


def _issue(finding: Finding, seen: dict[str, int]) -> dict[str, Any]:
    severity = _SEVERITIES[finding.severity]
    if finding.verdict == "no-go" and finding.status == "fail":
        severity = "blocker"
    if finding.status == "waived":
        severity = "info"
    print_of = digest_of([finding.rule, finding.object, finding.at.file, *finding.stages])
    # Fingerprints must differ, also for two findings of one rule on one object.
    count = seen[print_of] = seen.get(print_of, 0) + 1
    return {
        "description": f"{finding.rule}: {finding.message}",
        "check_name": finding.rule,
        "fingerprint": print_of if count == 1 else f"{print_of}-{count}",
        "severity": severity,
        "location": {
            "path": finding.at.file.removeprefix("./"),
            "positions": {"begin": {"line": finding.at.line, "column": finding.at.column}},
            "lines": {"begin": finding.at.line},
        },
    }


FORMAT = Format("GitLab code quality", render)
