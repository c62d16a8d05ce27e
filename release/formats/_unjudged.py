"""What is printed where nothing has changed since a revision, so that nothing was judged.

Only JSON and Markdown say so. An empty report of code scanning, code quality or tests would tell the pipeline
that every finding is mended, so these are not written.
"""

from __future__ import annotations

import json
from typing import Any

from release.formats import markdown

MARKDOWN_SAYS = "Nothing was judged"


def rendered(name: str, body: dict[str, Any], said: str) -> str:
    """Return what a format says of nothing judged; most say nothing.

    Args:
        name: the format.
        body: the JSON document, its verdict null.
        said: the same in words.
    """
    if name == "json":
        return json.dumps(body, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if name == "markdown":
        return f"{markdown.MARKER}\n## {MARKDOWN_SAYS}\n\n{markdown.text(said)}\n"
    return ""


def gate_body(*, version: str, at: str, audience: str, plan: str, path: str, stage: str) -> dict[str, Any]:
    """Return `release-gate/1` of a plan that was not judged."""
    return {
        "schema": "release-gate/1",
        "tool": {"name": "staged-release", "version": version},
        "at": at,
        "audience": audience,
        "plan": plan,
        "path": path,
        "stage": stage,
        "verdict": None,
        "reasons": [],
        "withheld": 0,
        "artifacts": {},
    }


def check_body(*, version: str, at: str, audience: str) -> dict[str, Any]:
    """Return `release-check/1` of no plan at all."""
    counted = ("plans", "stages", "rules", "evaluations", "passed", "failed", "unknown", "waived", "withheld")
    return {
        "schema": "release-check/1",
        "tool": {"name": "staged-release", "version": version},
        "at": at,
        "audience": audience,
        "verdict": None,
        "plans": [],
        "summary": dict.fromkeys(counted, 0),
    }
