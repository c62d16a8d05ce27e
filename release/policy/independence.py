"""How many bodies, independent of the developer and of each other, stand behind some evidence.

Evidence counts whose evaluator is said to be independent, unless something else speaks against it: the name
or kind of the developer, its money, its co-authorship, or rows signed with a key that signed the developer's
own. What counts is then put into groups: the same evaluator, the same partner, the same funder, the same
signer or the same rows make one group, so that two copies of one result count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from release.base.people import aliases, joined, person
from release.base.record import Record
from release.policy.figures import fact
from release.policy.frame import Frame, Undetermined, called
from release.policy.funding import developer_funds, partners_called, whose_money
from release.policy.operators import Value, is_number, no_overload

_NOBODY: Final = ("name", "")


class _Item(Record):
    """One item that counts, or may count.

    Attributes:
        keys: what it has in common with others of its group.
        lack: what is missing before it is known to count; None where it counts.
    """

    keys: frozenset[tuple[str, str]]
    lack: Undetermined | None = None


def independent(frame: Frame, evidence: Value, least: Value, stage: Value = None) -> bool:
    """Tell whether at least so many independent bodies stand behind evidence, or behind that of one stage.

    Raises:
        Undetermined: what is known does not decide it.
    """
    if evidence.__class__ is not list or not is_number(least):
        raise no_overload("independent", evidence, least)
    own = _signers_of_developer(frame)
    found = [item for each in evidence if (item := _item(frame, each, stage, own)) is not None]
    frame.spend(len(evidence))
    sure = [item.keys for item in found if item.lack is None]
    if _groups(sure, nobody_is_one=True) >= least:
        return True
    if _groups([item.keys for item in found], nobody_is_one=False) < least:
        return False
    lack: Undetermined | None = None
    for item in found:
        if item.lack is not None:
            lack = item.lack if lack is None else lack.joined(item.lack)
    raise lack or frame.lacks("the names of the evaluators", absent=False)


def _item(frame: Frame, evidence: Value, stage: Value, own: frozenset[str]) -> _Item | None:
    """Return what an item counts for, or None where it does not."""
    if frame.trace is not None:
        frame.trace.read(evidence)
    lack: Undetermined | None = None
    for test in (_says_so, _not_the_developers, _not_paid, _not_written_together, _signed_by_another):
        try:
            if not test(frame, evidence, own):
                return None
        except Undetermined as missing:
            lack = missing if lack is None else lack.joined(missing)
    try:
        if stage is not None and stage not in (fact(frame, evidence, "stages", needed=False) or ()):
            return None
    except Undetermined as missing:
        lack = missing if lack is None else lack.joined(missing)
    return _Item(frozenset(_keys(frame, evidence)), lack)


def _says_so(frame: Frame, evidence: Value, _own: frozenset[str]) -> bool:
    return _told(frame, evidence, "independent", needed=True) is True


def _told(frame: Frame, evidence: Value, name: str, *, needed: bool = False) -> Value:
    """Return what is said of an item's evaluator; what is missing is named with the item."""
    evaluator = fact(frame, evidence, "evaluator")
    try:
        return fact(frame, evaluator, name, needed=needed)
    except Undetermined as missing:
        what = f"{called(evidence) or 'evidence'}.evaluator.{name}"
        raise frame.lacks(what, absent=missing.absent) from None


def _not_the_developers(frame: Frame, evidence: Value, _own: frozenset[str]) -> bool:
    return not _of_developer(frame, evidence)


def _of_developer(frame: Frame, evidence: Value) -> bool:
    if _told(frame, evidence, "kind") == "developer":
        return True
    name = _told(frame, evidence, "name")
    developer = frame.plan_field("developer")
    return name is not None and developer is not None and bool(aliases(str(name)) & aliases(str(developer)))


def _not_paid(frame: Frame, evidence: Value, _own: frozenset[str]) -> bool:
    name = _told(frame, evidence, "name")
    return name is None or not developer_funds(frame, name)


def _not_written_together(frame: Frame, evidence: Value, _own: frozenset[str]) -> bool:
    return fact(frame, evidence, "coauthored_with_developer", needed=False) is not True


def _signed_by_another(frame: Frame, evidence: Value, own: frozenset[str]) -> bool:
    return not own or fact(frame, evidence, "signed_by", needed=False) not in own


def _signers_of_developer(frame: Frame) -> frozenset[str]:
    """Return whose keys signed what the developer itself is said to have made."""
    found = set()
    for each in frame.plan_field("evidence") or ():
        if "signed_by" in each:
            try:
                if _of_developer(frame, each):
                    found.add(each["signed_by"])
            except Undetermined:
                continue
    return frozenset(found)


def _keys(frame: Frame, evidence: Value) -> Iterable[tuple[str, str]]:
    """Yield what groups an item with others: whoever leaves the name out may be anybody."""
    evaluator = evidence.get("evaluator", {})
    name = evaluator.get("name") if isinstance(evaluator, dict) else None
    if name is None:
        yield _NOBODY
    else:
        for alias in aliases(str(name)):
            yield "name", alias
        for partner in partners_called(frame, name):
            yield "partner", str(partner.get("id", ""))
            if money := whose_money(partner):
                yield "funding", money
    if "signed_by" in evidence:
        yield "signed_by", person(evidence["signed_by"])
    for digest in evidence.get("$rows", ()):
        yield "rows", digest


def _groups(items: Sequence[frozenset[tuple[str, str]]], *, nobody_is_one: bool) -> int:
    """Return how many groups have nothing in common.

    Args:
        items: what each item has in common with others.
        nobody_is_one: an evaluator without a name may be any of the others, so it adds no group of its own.
    """
    counted = [keys for keys in items if nobody_is_one or _NOBODY not in keys]
    groups = joined(counted)
    if nobody_is_one and len(groups) > 1:
        groups = [group for group in groups if _NOBODY not in group]
    return len(groups) + len(items) - len(counted)
