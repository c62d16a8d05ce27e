"""Prose fields: Markdown with raw HTML off, then an allow-list; beyond the limits plain paragraphs."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from release.base.limits import PROSE_CHARACTERS
from release.reports.safe import address, clean

if TYPE_CHECKING:
    from markdown import Markdown

BRACKETS = 200
MARKS = 200
NESTING = 20

_TAGS = {"p", "br", "em", "strong", "code", "pre", "ul", "ol", "li", "blockquote", "a"}
_MARKUP = re.compile(
    r"[*_`\[\]<>\\#&|~]|^\s*(?:[-+*]|\d+[.)])\s|^\s{4,}\S|^[=-]+\s*$|https?:|  $", re.MULTILINE
)
_OPENING = re.compile(r">|[-+*][ \t]|\d{1,9}[.)][ \t]")
_OPENINGS = re.compile(rf"^(?:[ \t]+|{_OPENING.pattern})+", re.MULTILINE)


def prose(text: str) -> str:
    """Return HTML that is safe to put on a page as it is.

    Links keep an address only when it is http, https or mailto; images, headings, tables, ids, styles and raw
    HTML do not survive as such. Text beyond the limits, on which a parser may work without end, becomes
    paragraphs.
    """
    text = clean(text)
    if not _MARKUP.search(text) or not _within_limits(text):
        return _paragraphs(text)
    import nh3

    html = _parser().reset().convert(text)
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href"}},
        attribute_filter=_only_addresses,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def plain(text: str, limit: int = 240) -> str:
    """Return prose as one line without markup, cut at a word to `limit` characters."""
    import html

    import nh3

    marked = _MARKUP.search(text) is not None
    bare = html.unescape(nh3.clean(prose(text), tags=set())) if marked else clean(text)
    line = " ".join(bare.split())
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0].rstrip(",;:. ") + "…"


def _within_limits(text: str) -> bool:
    brackets = text.count("[") + text.count("(") + text.count("<")
    marks = text.count("*") + text.count("_") + text.count("`")
    if len(text) > PROSE_CHARACTERS or brackets > BRACKETS or marks > MARKS:
        return False
    openings = (found[0] for found in _OPENINGS.finditer(text))
    return all(len(_OPENING.findall(one)) + len(one.expandtabs(4)) // 4 <= NESTING for one in openings)


def _only_addresses(tag: str, name: str, value: str) -> str | None:
    return (address(value) or None) if (tag, name) == ("a", "href") else value


def _paragraphs(text: str) -> str:
    from markupsafe import escape

    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return "".join(f"<p>{escape(part)}</p>" for part in parts if part)


@cache
def _parser() -> Markdown:
    from markdown import Markdown

    parser = Markdown(output_format="html")
    parser.preprocessors.deregister("html_block")
    for name in ("html", "image_link", "image_reference", "short_image_ref"):
        parser.inlinePatterns.deregister(name)
    for name in ("hashheader", "setextheader", "hr", "reference"):
        parser.parser.blockprocessors.deregister(name)
    return parser
