"""A plan in which everything that a gate may name hides something from outsiders."""

from __future__ import annotations

from pathlib import Path

PLAN = """\
schema: release-plan/1
id: family
title: A family
developer: Example Lab
policies: {use: [staged-release]}
defaults: {audience: public}
partners:
  - {id: p1, name: A University, audience: [public]}
sources:
SOURCES
variants:
  - {id: v1, title: Small, parameters: 1000, checkpoints: [{name: a, sha256: "DIGEST"}], audience: internal}
  - {id: v2, title: Large, parameters: 2000}
stages:
  - id: first
    title: First
    variants: [v1]
    access: {level: api, reversible: true}
    dates: {released: 2026-01-15}
    status: released
    observation: {days: DAYS, audience: internal}
  - id: second
    title: Second
    variants: [v1, v2]
    access: {level: open, reversible: false}
    dates: {planned: 2026-06-01}
evidence:
  - id: forecast-secret
    kind: forecast
    stages: [second]
    claim: SECRET
    conducted: 2026-02-01
    audience: internal
    registered_on: 2026-07-01
approvals:
  - {stage: second, role: SECRET, by: SECRET, decision: hold, date: 2026-03-01, audience: internal}
attestations:
  - id: A-secret
    statement: SECRET
    by: SECRET
    answer: "yes"
    on: 2026-01-01
    until: 2026-02-01
    audience: internal
"""


def plan_with_secrets(folder: Path, secret: str) -> Path:
    """Write a plan; what only insiders may see follows from the secret, how long it is too."""
    folder.mkdir(exist_ok=True)
    notes = "\n".join(f"      - {secret}" for _ in secret)
    sources = f"  - id: s\n    title: T\n    audience: internal\n    notes:\n{notes}"
    text = PLAN.replace("SECRET", f"secret-{secret}").replace("SOURCES", sources)
    text = text.replace("DIGEST", f"{len(secret):064x}").replace("DAYS", str(500 + len(secret)))
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    return folder
