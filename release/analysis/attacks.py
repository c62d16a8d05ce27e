"""Attacks on a claim of evidence, from its own figures and from what the plan says of how they were made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from release.analysis.wording import prose, scope, words
from release.base.dates import days_between, moment

SMALL_N: Final = 30
FEW_CLUSTERS: Final = 10
OLD_DAYS: Final = 540

_DIFFERENT: Final = re.compile(
    r"\b(better|worse|more|fewer|less|higher|lower|greater|smaller|rises?|falls?|increases?|decreases?|improves?"
    r"|reduc\w+|harder|easier|outperforms?|preferred|beats?|helps?)\b",
    re.IGNORECASE,
)
_SAME: Final = re.compile(
    r"\b(no (statistically )?(significant )?(difference|change|increase)|differs? little|unchanged|equivalent"
    r"|not worse|equal to|the same)\b",
    re.IGNORECASE,
)
_PEOPLE: Final = re.compile(r"\b(people|humans?|readers' own|newspaper)\b", re.IGNORECASE)
_GROWTH: Final = re.compile(
    r"\b(sizes?|stages?|larger|grows?|rises?|falls?|increases?|decreases?|improves?)\b",
    re.IGNORECASE,
)
_BY_RUNS: Final = frozenset({"forecast"})
"""Kinds whose cases are whole training runs: there are never thirty."""

_NULL: Final = {
    "change": 0.0,
    "difference": 0.0,
    "selected_minus_random": 0.0,
    "baseline_difference": 0.0,
    "ratio": 1.0,
    "rate_ratio": 1.0,
    "win_rate": 0.5,
    "length_controlled_win_rate": 0.5,
}
"""Results that compare, and their value where there is no difference."""


def attacks_on(item: Node, grounds: Grounds) -> Iterator[Attack]:
    """Yield the weaknesses of one evidence item."""
    for attack in _ATTACKS:
        yield from attack(item, grounds)


def _figures(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    main = main_figure(item)
    if not figures_of(item):
        yield Attack("unbacked", "the claim comes with no figure at all", 0.8)
    elif main is not None and item["kind"] != "reported":
        if interval_of(main.figure) is None:
            n = "" if "n" in main.figure else ", and without the number of cases"
            yield Attack("no-interval", f"{main.shown} is given without an interval{n}", 0.6)
        clusters, cases = main.figure.get("clusters"), main.figure.get("n")
        if clusters is not None and clusters < FEW_CLUSTERS:
            yield Attack("small-n", f"{main.shown} rests on {clusters:g} clusters", 0.6)
        elif cases is not None and cases < SMALL_N and item["kind"] not in _BY_RUNS:
            yield Attack("small-n", f"{main.shown} rests on {cases:g} cases", 0.6)


def _comparisons(item: Node) -> list[Figure]:
    return [each for each in figures_of(item) if each.name in _NULL]


def _stronger(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    """A difference is claimed that the interval does not exclude, or a sameness that it does not show."""
    claim = claim_of(item)
    compared = _comparisons(item)
    if _SAME.search(claim) or item.get("claim_type") == "no_difference":
        yield from _sameness(item, compared)
    elif match := _DIFFERENT.search(claim):
        if item["kind"] == "human_credibility" and _PEOPLE.search(claim):
            yield from _against_people(item, match[0])
            return
        main = main_figure(item)
        grows = _GROWTH.search(claim) is not None
        chosen = [main] if main is not None and main.name in _NULL else compared if grows else []
        for each in chosen:
            ends = interval_of(each.figure)
            if ends is not None and ends[0] <= _NULL[each.name] <= ends[1]:
                told = f"{each.shown} is {each.figure['value']:.4g} [{ends[0]:.4g}, {ends[1]:.4g}]"
                text = f"the claim says '{match[0]}', and {told}, which holds no difference as well"
                yield Attack("stronger-than-interval", text, 0.9)
                return


def _against_people(item: Node, word: str) -> Iterator[Attack]:
    """The claim compares with people's text: the intervals of the two have to lie apart."""
    rated = [each for each in figures_of(item) if each.name in {"mean", "rate"}]
    people = [each for each in rated if str(each.by.get("source")) == "human" and len(each.by) == 1]
    for each in rated:
        ours, theirs = interval_of(each.figure), interval_of(people[0].figure) if people else None
        if str(each.by.get("source")) == "human" or not each.by or ours is None or theirs is None:
            continue
        if ours[0] <= theirs[1] and theirs[0] <= ours[1]:
            told = f"{each.shown} [{ours[0]:.4g}, {ours[1]:.4g}]"
            text = f"{told} overlaps with people's [{theirs[0]:.4g}, {theirs[1]:.4g}]"
            yield Attack("stronger-than-interval", f"the claim says '{word}', and {text}", 0.9)
            return


def _sameness(item: Node, compared: Sequence[Figure]) -> Iterator[Attack]:
    margin = item.get("params", {}).get("margin")
    if not compared:
        yield Attack("absence", "no difference is claimed, and no difference is given with its interval", 0.9)
        return
    if margin is None:
        yield Attack("absence", "no difference is claimed without a margin of what would count as one", 0.8)
        return
    for each in compared:
        ends = interval_of(each.figure)
        null = _NULL[each.name]
        if ends is not None and max(abs(ends[0] - null), abs(ends[1] - null)) > margin:
            told = f"{each.shown} may be anything in [{ends[0]:.4g}, {ends[1]:.4g}]"
            yield Attack("absence", f"{told}, beyond the margin of {margin:g}", 0.7)
            return


def _evaluator(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    evaluator = item.get("evaluator", {})
    kind, free = evaluator.get("kind"), evaluator.get("independent")
    also = (evaluator["$at"],) if "$at" in evaluator else ()
    tied = item.get("coauthored_with_developer") is True
    if free is True and (kind == "developer" or tied):
        why = "is the developer" if kind == "developer" else "wrote it together with the developer"
        yield Attack("dependent", f"the evaluator is said to be independent, and {why}", 0.8, also)
    elif kind in {"partner", "independent"} and (tied or free is False):
        yield Attack("dependent", "the evaluator from outside depends on the developer", 0.5, also)
    if item.get("critic") is not None and item.get("critic") == item.get("author"):
        yield Attack("dependent", "the critic is the model that wrote what is criticised", 0.7)


def _baseline(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    if item["kind"] == "human_credibility" and not any(
        str(each.by.get("source")) == "human" for each in figures_of(item)
    ):
        yield Attack("no-baseline", "the model's text was rated, and no text by people beside it", 0.7)
    elif item["kind"] == "preference" and (
        "baseline" not in item or item["baseline"].get("prompted") is False
    ):
        yield Attack("no-baseline", "it is not said that the other side was prompted as well", 0.6)
    elif _DIFFERENT.search(claim_of(item)) and not _comparisons(item) and len(figures_of(item)) == 1:
        yield Attack("no-baseline", "the claim compares, and there is one figure and nothing beside it", 0.7)


def _selection(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    if item.get("held_out") is False or item.get("split", {}).get("used_for_selection") is True:
        yield Attack("not-held-out", "the data served to train or to choose what is tested", 0.8)
    if item.get("contamination", {}).get("checked") is False:
        yield Attack("not-held-out", "nobody checked whether test items were in the training data", 0.6)
    if item.get("tuned_on_ground_truth") is True:
        yield Attack("not-held-out", "something was tuned on the true labels", 0.7)


def _time(item: Node, grounds: Grounds) -> Iterator[Attack]:
    if "expires" in item and moment(item["expires"]) < moment(grounds.at):
        yield Attack("stale", f"it was not to be relied on after {item['expires']}", 0.8)
    conducted = item.get("conducted")
    dates = [
        grounds.stages[name]["date"] for name in item.get("cited_for", ()) if "date" in grounds.stages[name]
    ]
    latest = max(dates, key=moment, default=None)
    if conducted is not None and latest is not None and days_between(conducted, latest) > OLD_DAYS:
        text = (
            f"it is from {conducted}, {days_between(conducted, latest)} days before the stage it speaks for"
        )
        yield Attack("stale", text, 0.6)
    for early, late, what in (
        ("registered_on", "target_known_on", "the forecast was registered"),
        ("margin_set_on", "conducted", "the margin was set"),
    ):
        first, second = item.get(early), item.get(late)
        if first is not None and second is not None and moment(first) >= moment(second):
            yield Attack("late", f"{what} on {first}, not before {second}", 0.8)


def _source(item: Node, grounds: Grounds) -> Iterator[Attack]:
    source = item.get("source", {}).get("source")
    name = source.get("id") if isinstance(source, Mapping) else source
    newer = grounds.superseded.get(str(name))
    if newer is not None:
        yield Attack("superseded", f"its source {name} is superseded by {newer['id']}", 0.6, (newer["$at"],))


def _checkpoint(item: Node, grounds: Grounds) -> Iterator[Attack]:
    tested = str(item.get("checkpoint", "")).removeprefix("sha256:")
    stages = [grounds.stages[name] for name in item.get("stages", ()) if name in grounds.stages]
    known = {
        str(each.get(field, "")).removeprefix("sha256:")
        for stage in stages
        for variant in stage.get("variants", ())
        for each in variant.get("checkpoints", ())
        for field in ("name", "sha256")
    }
    if tested and known and tested not in known:
        yield Attack("other-stage", "the checkpoint that was tested is none of those of its stages", 0.9)


def _contradicted(item: Node, _grounds: Grounds) -> Iterator[Attack]:
    if item.get("agreement") == "mismatch":
        yield Attack("contradicted", "its own rows give another figure than the one declared", 1.0)


_ATTACKS: Final[tuple[Callable[[Node, Grounds], Iterator[Attack]], ...]] = (
    _figures,
    _stronger,
    words,
    prose,
    scope,
    _evaluator,
    _baseline,
    _selection,
    _time,
    _source,
    _checkpoint,
    _contradicted,
)
