"""One page that leads to the reports on several plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.reports.html import environment_of
from release.reports.model import Report
from release.reports.palette import DARK, LIGHT
from release.reports.words import Words


@dataclass(frozen=True, slots=True)
class Entry:
    """One report and the file that it stands in."""

    report: Report
    file: str


def file_names(names: Sequence[str], ending: str) -> tuple[str, ...]:
    """Return a file name for each plan id, none twice, and none that leads anywhere else.

    >>> file_names(["a", "a", "../b"], "html")
    ('a.html', 'a-2.html', '-b.html')
    """
    taken = {"index"}
    found = []
    for name in names:
        plain = "".join(each if each.isascii() and (each.isalnum() or each in "-_") else "-" for each in name)
        plain = f"-{plain.lstrip('-')}" if plain.startswith("-") else plain or "plan"
        unique, number = plain, 1
        while unique.lower() in taken:
            number += 1
            unique = f"{plain}-{number}"
        taken.add(unique.lower())
        found.append(f"{unique}.{ending}")
    return tuple(found)


def render_index(entries: Sequence[Entry], audience: str, words: Words) -> str:
    """Return the page.

    Args:
        entries: the reports, in the order in which they are listed.
        audience: who they are for, as people read it.
        words: the words of the page.
    """
    template = environment_of(None).get_template("index.html.j2")
    context = {
        "entries": entries,
        "audience": audience,
        "t": words,
        "sections": (),
        "faces": (),
        "colours": LIGHT,
        "light": tuple(LIGHT.items()),
        "dark": tuple(DARK.items()),
    }
    return template.render(**context) + "\n"
