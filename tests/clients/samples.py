"""A plan whose text wants to be markup, commands and secrets, with a finding of every severity and status."""

from __future__ import annotations

from pathlib import Path

from release.api import judge_all
from release.audience.check_view import CheckView, check_view
from release.base.dates import moment
from release.formats import load_format
from release.formats._format import FormatOptions
from release.gate.judge import PolicyOptions

HOSTILE = (
    "::error::forged",
    "%0A::error::forged",
    "##[add-mask]forged",
    "a, b: c; file=x,line=1",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- staged-release --> -->",
    "[click](javascript:alert(1))",
    "![pixel](http://evil.example/p.png)",
    "**bold** `code` ~~gone~~ _it_",
    "| a | b |",
    "# heading",
    "@everyone #1 http://evil.example www.evil.example evil@example.org",
    "]]> &amp; <!DOCTYPE x>",
    "\\u202Egnp.exe \\u200B \\u2028",
    "{{ 1 + 1 }} ${{ github.token }} $(id) `id`",
    "{: .cls onclick=alert(1) }",
)
CANARY = "xyzzycanary"

PACK = """\
schema: release-pack/1
id: own
version: "1.0"
title: Own
rules:
  - id: OW-1
    title: Fails and holds
    severity: error
    verdict: hold
    for: risk
    require: "false"
    message: "{{ risk.title }}"
    fix: "Mend <b>it</b>, and ::error::read %0A the rule."
    references: [{source: own-source, at: "section <1>"}]
  - id: OW-2
    title: Fails and stops
    severity: error
    verdict: no-go
    for: plan
    require: "false"
    message: "{{ plan.title }}"
    fix: Stop.
  - id: OW-3
    title: Warns
    severity: warning
    for: stage
    require: "false"
    message: "{{ stage.title }}"
    fix: Look.
  - id: OW-4
    title: Notes
    severity: note
    for: stage
    require: "false"
    message: "{{ stage.title }}"
    fix: Nothing.
  - id: OW-5
    title: Is not known
    severity: error
    verdict: hold
    for: stage
    require: stage.owner == "x"
    message: "{{ stage.id }}"
    fix: Say it.
sources:
  - {id: own-source, title: "A <b>source</b> | with, marks", date: "2020-01-01"}
"""

HEAD = """\
schema: release-plan/1
id: hostile
title: "::error::forged <script>alert(1)</script> | # @everyone"
defaults: {audience: public}
policies: {use: [own.yaml]}
variants:
  - {id: tiny, title: Tiny, parameters: 1}
stages:
  - id: first
    title: "<b>First</b> | ::warning::x"
    owner: unknown
    variants: [tiny]
    dates: {planned: 2025-02-01}
waivers:
  - {rule: OW-1, object: 'risk:r0', reason: "Because <i>so</i> ::error::x | y", approver: "B. <b>Board</b>",
     granted: 2025-01-01, expires: 2025-06-01}
"""


def write(folder: Path, *, lines: int = 0, secret: bool = False) -> Path:
    """Write the plan and its pack; `lines` puts so many comments on top."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "own.yaml").write_text(PACK, encoding="utf-8")
    risks = "".join(f"  - {{id: r{number}, title: {_quoted(text)}}}\n" for number, text in enumerate(HOSTILE))
    if secret:
        risks += (
            f"  - {{id: {CANARY}-id, title: {CANARY} title, description: {CANARY} text, "
            f"owner: {CANARY} owner, audience: internal}}\n"
        )
    text = "# a line\n" * lines + HEAD + "risks:\n" + risks
    if secret:
        note = (
            f"  - {{rule: OW-3, reason: {CANARY} reason, approver: {CANARY} approver, audience: internal,\n"
        )
        dates = "     granted: 2025-01-01, expires: 2025-06-01}\n"
        text = text.replace("waivers:\n", f"waivers:\n{note}{dates}")
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    return folder / "release.yaml"


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def view_of(plan: Path, shown: str = "models/hostile/release.yaml", audience: str = "internal") -> CheckView:
    """Judge the plan, and return what an audience may see."""
    options = PolicyOptions()
    found = judge_all([(plan, shown)], moment("2025-01-20"), explicit=True, options=options)
    return check_view(found.judgements, audience)


def rendered(view: CheckView, name: str) -> str:
    """Return the view in one format."""
    settings = FormatOptions(version="1.2.3", colour=False, width=80, quiet=False)
    return load_format(name).render(view, settings)
