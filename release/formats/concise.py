"""One line per finding, as compilers write them: editors and `grep` read it."""

from __future__ import annotations

from release.audience.check_view import CheckView
from release.base.findings import Finding
from release.base.visible import printed, visible
from release.formats._format import Format, FormatOptions
from release.formats._summary import summary_line


def render(view: CheckView, options: FormatOptions) -> str:
    """Return a line per finding and the summary line."""
    lines = [] if options.quiet else [_line(finding) for finding in view.findings]
    return printed([*lines, summary_line(view)])


def _line(finding: Finding) -> str:
    at = finding.at
    state = "" if finding.status == "fail" else f" [{finding.status}]"
    return f"{visible(at.file)}:{at.line}:{at.column}: {finding.rule}{state} {visible(finding.message)}"


FORMAT = Format("one line per finding, `file:line:column: RULE message`", render)
