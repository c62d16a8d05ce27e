"""Colour on a terminal: always in addition to words, never instead of them."""

from __future__ import annotations

from release.base.record import Record

_RESET = "\x1b[0m"
_BOLD = "\x1b[1m"
_VERDICTS = {"go": "\x1b[1;32m", "hold": "\x1b[1;33m", "no-go": "\x1b[1;31m"}
_STATES = {
    "error": "\x1b[1;31m",
    "unknown": "\x1b[1;33m",
    "warning": "\x1b[1;33m",
    "note": "\x1b[1;36m",
    "waived": "\x1b[1;34m",
}


class Palette(Record):
    """Wraps text in escape sequences, or leaves it as it is."""

    enabled: bool

    def _wrap(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self.enabled else text

    def strong(self, text: str) -> str:
        """Return a heading."""
        return self._wrap(_BOLD, text)

    def verdict(self, verdict: str, text: str) -> str:
        """Return text in the colour of a verdict."""
        return self._wrap(_VERDICTS[verdict], text)

    def severity(self, state: str, text: str) -> str:
        """Return text in the colour of a severity or status."""
        return self._wrap(_STATES[state], text)


def palette(*, enabled: bool) -> Palette:
    """Return the palette for a stream that takes colour, or one that adds nothing."""
    return Palette(enabled)
