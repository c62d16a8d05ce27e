"""JUnit XML, for pipelines that show tests: a suite per plan, a case per finding, waived ones skipped."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from release.audience.check_view import CheckView, PlanCheck
from release.base.findings import Finding
from release.formats._format import Format, FormatOptions

# Characters that XML 1.0 does not have; they cannot be escaped, so they are replaced.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(view: CheckView, options: FormatOptions) -> str:
    """Return the suites; errors that fail or are unknown are failures, warnings and notes pass."""
    del options
    suites = [line for plan in view.plans for line in _suite(plan, view)]
    totals = _totals([finding for plan in view.plans for finding in plan.findings])
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites name="staged-release" {totals}>',
        *suites,
    ]
    return "\n".join([*lines, "</testsuites>"]) + "\n"


def _suite(plan: PlanCheck, view: CheckView) -> list[str]:
    cases = [line for finding in plan.findings for line in _case(finding)]
    properties = [
        f"    <property name={_attribute(name)} value={_attribute(value)}/>"
        for name, value in (("verdict", plan.verdict), ("at", view.at), ("digest", plan.digest))
    ]
    name = _attribute(f"{plan.id} ({plan.path})")
    head = f"  <testsuite name={name} {_totals(list(plan.findings))}>"
    return [
        head,
        "    <properties>",
        *(f"  {line}" for line in properties),
        "    </properties>",
        *cases,
        "  </testsuite>",
    ]


def _totals(findings: list[Finding]) -> str:
    failures = sum(_fails(finding) for finding in findings)
    skipped = sum(finding.status == "waived" for finding in findings)
    return f'tests="{len(findings)}" failures="{failures}" errors="0" skipped="{skipped}"'


def _fails(finding: Finding) -> bool:
    return finding.severity == "error" and finding.status != "waived"


def _case(finding: Finding) -> list[str]:
    at = finding.at
    name = _attribute(f"{finding.rule} {finding.object}")
    head = (
        f"    <testcase classname={_attribute(finding.pack)} name={name} "
        f'file={_attribute(at.file)} line="{at.line}">'
    )
    text = _text(f"{at.file}:{at.line}:{at.column}: {finding.rule} {finding.message}\n{finding.fix}".strip())
    if finding.waiver is not None:
        waiver = finding.waiver
        why = f"waived by {waiver.approver} until {waiver.expires}: {waiver.reason}"
        body = f"      <skipped message={_attribute(why)}/>"
    elif _fails(finding):
        kind = finding.status if finding.status == "unknown" else finding.verdict or "fail"
        body = (
            f"      <failure type={_attribute(kind)} message={_attribute(finding.message)}>{text}</failure>"
        )
    else:
        body = f"      <system-out>{text}</system-out>"
    return [head, body, "    </testcase>"]


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


def _text(text: str) -> str:
    return escape(_clean(text))


def _attribute(text: str) -> str:
    return quoteattr(" ".join(_clean(text).split()))


FORMAT = Format("JUnit XML", render)
