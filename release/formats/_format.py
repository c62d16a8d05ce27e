"""What a format of findings is."""

from __future__ import annotations

from collections.abc import Callable

from release.audience.check_view import CheckView
from release.base.record import Record


class FormatOptions(Record):
    """What a format may need beside the view.

    Attributes:
        version: version of this tool.
        colour: whether escape sequences may be used.
        width: columns to stay within, where a format cuts lines.
        quiet: only the last line.
    """

    version: str
    colour: bool = False
    width: int = 80
    quiet: bool = False


class Format(Record):
    """One format of findings; `render` is a pure function."""

    title: str
    render: Callable[[CheckView, FormatOptions], str]
