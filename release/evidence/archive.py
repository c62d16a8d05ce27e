"""Archived sources as text: what a quotation is looked up in."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from release.base.limits import ARCHIVED_SOURCE_BYTES

_TEXT = (".txt", ".md", ".text", ".markdown")
_PAGE = (".html", ".htm", ".xhtml")
_SILENT = frozenset({"script", "style", "template", "noscript"})
_INLINE = frozenset(
    ["a", "abbr", "b", "cite", "code", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup"]
)


def archived_text(path: Path) -> str | None:
    """Return the readable text of an archived source; None for one that cannot be read as text (PDF)."""
    ending = path.suffix.lower()
    if ending not in (*_TEXT, *_PAGE) or path.stat().st_size > ARCHIVED_SOURCE_BYTES:
        return None
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    return page_text(text) if ending in _PAGE else text


def page_text(page: str) -> str:
    """Return the text of an HTML page, a space where a block begins or ends, without scripts and styles."""
    reader = _Page()
    reader.feed(page)
    reader.close()
    return "".join(reader.parts)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SILENT:
            self._silent += 1
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
