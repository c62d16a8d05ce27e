"""Attacks on the words of a claim: too strong, about more than was looked at, or with other figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from release.analysis.attack import (
    Attack,
    Figure,
    Grounds,
    Node,
    claim_of,
    figures_of,
    interval_of,
    main_figure,
)
from release.evidence.prose import ProseFigure, figures_in, not_borne_out, numbers_of, shares_in

_ABSOLUTE: Final = re.compile(
    r"\b(proves?|proven|certainly|always|never|impossible|guarantees?|completely|without exception"
    r"|eliminates?|no risk|cannot be|nobody|no \w+ (was|were|is|are|has|have) ever)\b",
    re.IGNORECASE,
)
_JUDGED_ABSOLUTE: Final = re.compile(
    r"\b(proves?|proven|impossible|guarantees?|without exception|eliminates?|no risk|nobody"
    r"|no \w+ (was|were|is|are|has|have) ever)\b",
    re.IGNORECASE,
)
"""In a judgement some of the words above are caution: "never enough", "cannot be taken back"."""

_QUANTITIES: Final = (
    (
        re.compile(r"\bnearly all\b|\balmost all\b|\bvirtually all\b", re.IGNORECASE),
        0.9,
        1.0,
    ),
    (re.compile(r"\bmost\b|\bthe majority\b", re.IGNORECASE), 0.5, 1.0),
    (re.compile(r"\babout half\b|\bhalf of\b", re.IGNORECASE), 0.35, 0.65),
    (re.compile(r"\brare(ly)?\b|\balmost no(ne)?\b|\bhardly any\b", re.IGNORECASE), 0.0, 0.1),
    (re.compile(r"\bfew of\b|\bseldom\b", re.IGNORECASE), 0.0, 0.25),
)
_EVERY: Final = re.compile(r"\b(?:in|for|across|on) (?:every|all|any|each) (?!of\b)([a-z]+)", re.IGNORECASE)
_SAME_THING: Final = {
    "size": ("stage", "variant", "model"),
    "model": ("stage", "variant"),
    "stage": ("variant", "model"),
    "variant": ("stage", "model"),
    "sampler": ("sampling",),
    "test": ("benchmark",),
    "task": ("benchmark",),
    "case": ("category",),
}
"""A thing that a claim may name, and slices that are about it."""

_EXPERTS: Final = re.compile(
    r"\b(experts?|specialists?|professionals?|physicians?|doctors|lawyers?|teachers?|scientists?)\b",
    re.IGNORECASE,
)
_BY_RATERS: Final = frozenset(
    {"human_credibility", "preference", "summary_tree", "critique", "reference_check", "reward_model"}
)


def words(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    """Yield words of a claim that are stronger than its figure."""
    claim = claim_of(item)
    if match := _ABSOLUTE.search(claim):
        yield Attack("uncalibrated", f"'{match[0]}' is more than any sample can show", 0.8)
    main = main_figure(item)
    if main is None or main.figure.get("unit") not in {"proportion", None}:
        return
    ends = interval_of(main.figure) or (main.figure["value"], main.figure["value"])
    if not 0 <= main.figure["value"] <= 1:
        return
    for pattern, low, high in _QUANTITIES:
        match = pattern.search(claim)
        if match is not None and (ends[0] < low or ends[1] > high):
            told = f"{main.shown} is {main.figure['value']:.4g} [{ends[0]:.4g}, {ends[1]:.4g}]"
            yield Attack("uncalibrated", f"'{match[0]}' is said, and {told}", 0.7)
            return


def judged_words(text: str) -> Iterator[Attack]:
    """Yield words of a judgement, or of a partner's finding, that nothing can show."""
    if match := _JUDGED_ABSOLUTE.search(text):
        yield Attack("uncalibrated", f"'{match[0]}' is more than any evidence can show", 0.7)


def prose(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    """Yield figures of a claim that its rows do not bear out, or bear out for a part of them alone."""
    figures = figures_of(item)
    numbers = numbers_of(each.figure for each in figures)
    if not numbers:
        return
    claim = claim_of(item)
    said = [*figures_in(claim), *shares_in(claim)]
    wrong = not_borne_out(said, numbers)
    if wrong:
        yield Attack("prose", f"the claim says {', '.join(wrong)}, and no figure of the item does", 0.9)
    yield from _part_for_whole(claim, said, figures)


def _part_for_whole(claim: str, said: Sequence[ProseFigure], figures: Sequence[Figure]) -> Iterator[Attack]:
    """A share that is true of one slice only, of which the claim says nothing."""
    whole = [each for each in figures if not each.by]
    names = {each.name for each in whole}
    for figure in said:
        if not figure.percent or not not_borne_out([figure], numbers_of(each.figure for each in whole)):
            continue
        slices = [
            each for each in figures if each.by and not not_borne_out([figure], numbers_of([each.figure]))
        ]
        if slices and all(each.name in names and not _is_named(claim, each.by) for each in slices):
            own = next(each for each in whole if each.name == slices[0].name)
            told = f"that is {slices[0].shown}; of all it is {own.figure['value']:.4g}"
            yield Attack("prose", f"the claim says {figure.text}, and {told}", 0.8)


def _is_named(claim: str, by: Mapping[str, object]) -> bool:
    folded = claim.casefold()
    return any(str(value).casefold().replace("_", " ") in folded for value in by.values())


def scope(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    """Yield sorts of things and of people of which a claim speaks, and about which the item has nothing."""
    claim = claim_of(item)
    slices = {key for each in figures_of(item) for key in each.by if not key.startswith("$")}
    for match in _EVERY.finditer(claim):
        thing = match[1].lower()
        thing = thing.removesuffix("s")
        if slices.isdisjoint({thing, *_SAME_THING.get(thing, ())}):
            yield Attack("scope", f"it says '{match[0]}', and no figure of the item is by {thing}", 0.6)
    people = _EXPERTS.search(claim) if item["kind"] in _BY_RATERS else None
    if people is not None:
        told = f"{item.get('raters', {})} {item.get('evaluator', {}).get('name', '')}".casefold()
        if people[0].casefold().removesuffix("s") not in told:
            yield Attack("scope", f"it speaks of {people[0]}, and nothing says that the raters are", 0.6)
