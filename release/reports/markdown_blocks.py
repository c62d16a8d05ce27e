"""Blocks of Markdown that every engine reads alike: headings, lists, pipe tables, quotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from release.audience.copying import Item
from release.reports.charts.drawing import Chart
from release.reports.markdown_text import code, inert, link
from release.reports.parts import Part, Parts, Row, Table
from release.reports.prose import plain
from release.reports.words import NOTHING, Words

_LONGEST = 1_000_000


class Blocks:
    """Writes pieces of a report as Markdown.

    Attributes:
        addresses: source id to its address on the web, for links that lead there.
    """

    def __init__(self, words: Words, addresses: Mapping[str, str]) -> None:
        self.words = words
        self.addresses = addresses

    def parts(self, found: Parts, *, short: bool = False) -> str:
        """Return parts on one line; `short` leaves out the ids of objects."""
        return "".join(self._part(each, short=short) for each in found)

    def _part(self, part: Part, *, short: bool) -> str:
        if part.kind == "code":
            return code(part.text)
        if part.kind == "missing":
            return f"*{inert(part.text)}*"
        if part.kind in {"strong", "alert"}:
            return f"**{inert(part.text)}**"
        if part.kind == "quote":
            return f" (“{inert(part.text)}”)"
        if part.kind == "link":
            return self._link(part, short=short)
        lead = " " if part.text.startswith(" ") else ""
        tail = " " if part.text.endswith(" ") and part.text.strip() else ""
        return f"{lead}{inert(part.text)}{tail}"

    def _link(self, part: Part, *, short: bool) -> str:
        if not part.href.startswith("#"):
            return link(part.text, part.href)
        name = part.href.removeprefix("#")
        kind, _, identity = name.partition(":")
        if kind == "source" and identity in self.addresses:
            return link(part.text, self.addresses[identity])
        if short or identity == part.text or kind not in _NAMED:
            return inert(part.text)
        return f"{inert(part.text)} ({code(name)})"

    def rows(self, rows: Iterable[Row]) -> Iterator[str]:
        """Yield labels and values as a list."""
        found = [f"- **{inert(row.label)}**: {self.parts(row.parts) or NOTHING}" for row in rows]
        if found:
            yield from (*found, "")

    def table(self, table: Table) -> Iterator[str]:
        """Yield a table, whole, under its caption."""
        yield from (f"**{inert(table.caption)}**", "")
        if table.note:
            yield from (self.parts(table.note, short=True).strip(), "")
        yield self._cells([inert(each) for each in table.head])
        yield self._cells(["---:" if at in table.numeric else "---" for at in range(len(table.head))])
        for row in table.rows:
            yield self._cells([self.parts(cell, short=True).strip() for cell in row])
        yield ""

    @staticmethod
    def _cells(cells: Iterable[str]) -> str:
        return f"| {' | '.join(each or NOTHING for each in cells)} |"

    def chart(self, chart: Chart) -> Iterator[str]:
        """Yield what a chart shows: the finding in words, then its figures."""
        yield from (inert(chart.desc), "")
        yield from self.table(chart.table)

    def said(self, text: str, word: str = "") -> Iterator[str]:
        """Yield prose, one paragraph after the other, or that there is none."""
        if not text:
            yield from (f"*{inert(self.words.term('missing', word))}*", "")
        for each in re.split(r"\n\s*\n", text):
            if each.strip():
                yield from (inert(plain(each, _LONGEST)), "")

    def quoted(self, text: str, word: str = "") -> Iterator[str]:
        """Yield what somebody wrote, as it was written."""
        if not text:
            yield from (f"*{inert(self.words.term('missing', word))}*", "")
        for each in re.split(r"\n\s*\n", text):
            if each.strip():
                yield from (f"> {inert(each)}", "")

    def notes(self, item: Item) -> Iterator[str]:
        """Yield the notes of insiders."""
        if item.notes:
            yield from (f"**{inert(self.words('notes'))}**", "")
            yield from self.said(item.notes)

    def head(self, name: str, title: str, *tags: str, level: int = 3) -> Iterator[str]:
        """Yield the heading of an object, its id, and what kind of thing it is."""
        yield from self.heading(title or name.rpartition(":")[2], level)
        shown = " · ".join(inert(each) for each in tags if each)
        yield from (f"{code(name)} · {shown}" if shown else code(name), "")

    @staticmethod
    def heading(text: str, level: int) -> Iterator[str]:
        """Yield a heading."""
        yield from (f"{'#' * level} {inert(text) or NOTHING}", "")

    def empty(self, section: str) -> Iterator[str]:
        """Yield that a section has nothing."""
        yield from (inert(self.words(f"empty.{section}")), "")

    def items(self, found: Iterable[str]) -> Iterator[str]:
        """Yield a list of lines that are Markdown already."""
        lines = [f"- {each}" for each in found]
        if lines:
            yield from (*lines, "")


_NAMED = frozenset(
    {"risk", "benefit", "mitigation", "partner", "finding", "evidence", "monitoring", "variant"}
)
