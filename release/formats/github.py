"""GitHub workflow commands: an annotation per finding at its line."""

from __future__ import annotations

from release.audience.check_view import CheckView
from release.base.findings import Finding
from release.base.visible import printed, visible
from release.formats._format import Format, FormatOptions
from release.formats._summary import summary_line

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(view: CheckView, options: FormatOptions) -> str:
    """Return one workflow command a line; waived findings are notices. The last line is plain text."""
    del options
    lines = [_command(finding) for finding in view.findings]
    return "".join(f"{line}\n" for line in lines) + printed([summary_line(view)])


def _command(finding: Finding) -> str:
    command = "notice" if finding.status == "waived" else _COMMANDS[finding.severity]
    at = finding.at
    state = "" if finding.status == "fail" else f" ({finding.status})"
    properties = {
        "file": at.file,
        "line": str(at.line),
        "col": str(at.column),
        "title": f"{finding.rule}{state}: {finding.title}",
    }
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    message = f"{finding.message} {finding.fix}".strip()
    return f"::{command} {written}::{_data(message)}"


def _data(text: str) -> str:
    """Escape what the runner reads in data: no text from input starts a line or a command."""
    return visible(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMAT = Format("GitHub annotations", render)
