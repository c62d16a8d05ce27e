"""Pieces of text that formats write in their own way: words, links, dates, numbers, and what is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from release.audience.copying import Citation, Item, Link
from release.audience.scales import likelihood
from release.reports.numbers import number
from release.reports.safe import anchor
from release.reports.words import Words

Kind = Literal["text", "missing", "date", "data", "link", "code", "quote", "range", "strong", "alert"]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece.

    Attributes:
        href: where a link leads.
        value: a number or date for machines.
    """

    text: str
    kind: Kind = "text"
    href: str = ""
    value: str = ""


Parts = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A label and what belongs to it."""

    label: str
    parts: Parts
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first cell of each row is its heading.

    Attributes:
        numeric: which columns hold numbers.
        note: what holds for every row, and has no column therefore.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Parts, ...], ...]
    numeric: tuple[int, ...] = ()
    note: Parts = ()


def told_once(words: Words, table: Table, fixed: Iterable[int] = (0,)) -> Table:
    """Return a table that says in a note what a column says alike of every row.

    Args:
        words: the words of the report.
        table: any table; one of a single row stays as it is.
        fixed: columns that stay whatever they say.
    """
    kept = set(fixed)
    first = table.rows[0] if len(table.rows) > 1 else ()
    same = [
        at for at in range(len(first)) if at not in kept and all(row[at] == first[at] for row in table.rows)
    ]
    if not same:
        return table
    left = [at for at in range(len(table.head)) if at not in same]
    told = joined(
        ((Part(f"{table.head[at]}: "), *(first[at] or plain_text(words("none")))) for at in same), "; "
    )
    return Table(
        table.caption,
        tuple(table.head[at] for at in left),
        tuple(tuple(row[at] for at in left) for row in table.rows),
        tuple(left.index(at) for at in table.numeric if at in left),
        (Part(f"{words('same')} "), *told, Part(".")),
    )


def together(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows, and last in one row each those of which nothing is known in the same way."""
    unknown: dict[Parts, list[str]] = defaultdict(list)
    rows = list(rows)
    for row in rows:
        if len(row.parts) == 1 and row.parts[0].kind == "missing":
            unknown[row.parts].append(row.label)
    yield from (row for row in rows if len(unknown.get(row.parts, ())) < 2)
    for parts, labels in unknown.items():
        if len(labels) > 1:
            yield Row(", ".join(labels), parts, wide=True)


def plain_text(text: str) -> Parts:
    """Return text as it is; nothing for an empty one."""
    return (Part(text),) if text else ()


def missing(words: Words, word: str) -> Parts:
    """Return that something is unknown, undisclosed or, for an empty word, not provided."""
    return (Part(words.term("missing", word), "missing"),)


def field(words: Words, item: Item, name: str) -> Parts:
    """Return a text of an object, or the word that the plan has for it."""
    return plain_text(getattr(item, name)) or missing(words, item.word(name))


def term(words: Words, item: Item, name: str, group: str) -> Parts:
    """Return a word of a closed list."""
    word = getattr(item, name)
    return (Part(words.term(group, word)),) if word else missing(words, item.word(name))


def day(text: str) -> Part:
    """Return a date."""
    return Part(text, "date", value=text[:10])


def dated(words: Words, item: Item, name: str) -> Parts:
    """Return a date of an object."""
    text = getattr(item, name)
    return (day(text),) if text else missing(words, item.word(name))


def yes_no(words: Words, item: Item, name: str) -> Parts:
    """Return yes or no."""
    answer = getattr(item, name)
    return missing(words, item.word(name)) if answer is None else (Part(words("yes" if answer else "no")),)


def count(words: Words, item: Item, name: str) -> Parts:
    """Return a number."""
    value = getattr(item, name)
    return missing(words, item.word(name)) if value is None else (data(value),)


def digest_part(sha256: str) -> Part:
    """Return a SHA-256, which plans write with or without its name, with it."""
    return Part(f"sha256:{sha256.removeprefix('sha256:')}", "code")


def data(value: float) -> Part:
    """Return a number with its value for machines."""
    return Part(number(value), "data", value=str(value))


def chance(words: Words, item: Item) -> Parts:
    """Return a likelihood with the range that its word stands for."""
    found = term(words, item, "likelihood", "likelihood")
    scale = likelihood(item.likelihood)  # type: ignore[attr-defined]  # asked of assessments only
    return (*found, Part(" "), Part(words.span(scale), "range")) if scale else found


def joined(groups: Iterable[Parts], separator: str = ", ") -> Parts:
    """Return groups of parts with a separator between them."""
    found: list[Part] = []
    for group in groups:
        if found and group:
            found.append(Part(separator))
        found += group
    return tuple(found)


def links(found: Sequence[Link]) -> Parts:
    """Return links to objects by their titles."""
    return joined((Part(each.title or each.id, "link", f"#{anchor(each.kind, each.id)}"),) for each in found)


def linked(words: Words, item: Item, name: str) -> Parts:
    """Return the objects that a field names."""
    return links(getattr(item, name)) or missing(words, item.word(name))


def stages(names: Iterable[str]) -> Parts:
    """Return links to stages by their ids."""
    return joined((Part(name, "link", f"#{anchor('stage', name)}"),) for name in names)


def staged(words: Words, item: Item, name: str) -> Parts:
    """Return the stages that a field names."""
    written = getattr(item, name)
    found = stages([written] if isinstance(written, str) and written else written)
    return found or missing(words, item.word(name))


def citation(cited: Citation, *, quote: bool = True) -> Parts:
    """Return a link to a source with the place in it and, unless told otherwise, the words quoted."""
    source = cited.source
    found = [Part(source.title or source.id, "link", f"#{anchor('source', source.id)}")]
    if cited.at:
        found.append(Part(f", {cited.at}"))
    if quote and cited.quote:
        found.append(Part(cited.quote, "quote"))
    return tuple(found)


def source_of(words: Words, item: Item, name: str) -> Parts:
    """Return the source that a field cites."""
    cited = getattr(item, name)
    return citation(cited) if cited else missing(words, item.word(name))


def mixed(words: Words, item: Item, name: str) -> Parts:
    """Return texts and sources."""
    found = (plain_text(each) if isinstance(each, str) else citation(each) for each in getattr(item, name))
    return joined(found, "; ") or missing(words, item.word(name))
