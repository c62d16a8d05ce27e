"""The style of packs: what is allowed, and still makes a pack worse for those who have to live with it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from release.base.errors import Position
from release.base.record import Record
from release.base.visible import quoted
from release.policy.pack import Pack, Rule
from release.policy.template import Hole, split

_ID: Final = re.compile(r"[A-Z]{2,}-\d{2,5}")
_LONGEST_TITLE: Final = 100
_QUESTION: Final = ("?", "!", ".")
_PARAM: Final = re.compile(r"(?<![\w.])params\s*\.\s*([a-z][a-z0-9_]*)")


class Remark(Record):
    """One remark on a pack, and where it is about."""

    at: Position
    message: str


def lint_pack(pack: Pack) -> list[Remark]:
    """Return remarks on the style of a pack, in the order of its file."""
    found = [*_about_pack(pack), *(remark for rule in pack.rules for remark in _about_rule(rule))]
    return sorted(found, key=lambda remark: (remark.at, remark.message))


def _about_pack(pack: Pack) -> Iterator[Remark]:
    for name, value in (("version", pack.version), ("description", pack.description)):
        if not value and pack.rules:
            yield Remark(pack.at, f"the pack has no {name}")
    used = {name for text in _texts(pack) for name in _PARAM.findall(text)}
    for param in pack.params:
        at = param.at or pack.at
        if param.name not in used:
            yield Remark(at, f"the parameter {quoted(param.name)} is used by no rule")
        if not param.why:
            yield Remark(at, f"the parameter {quoted(param.name)} does not say why its default is what it is")
    cited = {reference.source for rule in pack.rules for reference in rule.references}
    for source in pack.sources:
        if source.id not in cited:
            yield Remark(pack.at, f"the source {quoted(source.id)} is cited by no rule")
    prefixes = {rule.id.partition("-")[0] for rule in pack.rules if _ID.fullmatch(rule.id)}
    if len(prefixes) > 1:
        yield Remark(pack.at, f"rule ids have several prefixes: {', '.join(sorted(prefixes))}")


def _texts(pack: Pack) -> Iterator[str]:
    if pack.applies.when is not None:
        yield pack.applies.when.text
    for rule in pack.rules:
        for each in (rule.when, rule.require, rule.message, rule.fix):
            if each is not None:
                yield each.text


def _about_rule(rule: Rule) -> Iterator[Remark]:
    if not _ID.fullmatch(rule.id):
        yield Remark(rule.at, f"the id {quoted(rule.id)} is not of the form AB-123")
    title = rule.title.strip()
    if title.endswith(_QUESTION):
        yield Remark(
            rule.at, f"the title of {rule.id} ends in {quoted(title[-1])}: write it as a plain claim"
        )
    if title[:1].islower():
        yield Remark(rule.at, f"the title of {rule.id} starts in lower case")
    if len(title) > _LONGEST_TITLE:
        text = f"the title of {rule.id} has {len(title)} characters; {_LONGEST_TITLE} are enough"
        yield Remark(rule.at, text)
    yield from _about_sources(rule)
    yield from _about_examples(rule)
    yield from _about_message(rule)


def _about_sources(rule: Rule) -> Iterator[Remark]:
    if rule.fix is None or not rule.fix.text.strip():
        yield Remark(rule.at, f"{rule.id} does not say what to do (fix)")
    if not rule.why.strip():
        yield Remark(rule.at, f"{rule.id} does not say why it exists")
    if not rule.references:
        yield Remark(rule.at, f"{rule.id} has no reference; write source: own for a choice of your own")
    for reference in rule.references:
        if not reference.status:
            yield Remark(rule.at, f"a reference of {rule.id} to {quoted(reference.source)} has no status")
        if not reference.at:
            yield Remark(
                rule.at, f"a reference of {rule.id} to {quoted(reference.source)} says not where in it"
            )


def _about_examples(rule: Rule) -> Iterator[Remark]:
    for kind, examples in (("passing", rule.examples.passing), ("failing", rule.examples.failing)):
        if not examples:
            yield Remark(rule.at, f"{rule.id} has no {kind} example")
    for other in rule.same_as:
        if other == rule.id:
            yield Remark(rule.at, f"{rule.id} is said to be the same as itself")


def _about_message(rule: Rule) -> Iterator[Remark]:
    general = rule.kind in {"plan", "report", "claim"}
    if not general and not any(isinstance(part, Hole) for part in split(rule.message.text)):
        yield Remark(rule.message.at, f"the message of {rule.id} names nothing of the {rule.kind} that fails")
    if rule.message.text.strip() == rule.title.strip():
        yield Remark(rule.message.at, f"the message of {rule.id} repeats its title: say what is wrong")
