"""Who pays for the work of partners, as far as the plan says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from release.base.people import aliases, person
from release.policy.figures import fact
from release.policy.frame import Frame
from release.policy.operators import Value

_OWN: Final = frozenset({"none", "own", "self", "independent", "own funding", "no", "self-funded", "public"})
_NOT: Final = ("no ", "none ", "own ", "its own", "without")


_YES: Final = frozenset({"yes", "true", "paid", "full", "fully", "partial", "partly", "in part", "some"})


def plan_list(frame: Frame, name: str) -> Sequence[Mapping[str, Value]]:
    """Return a list of the plan's objects.

    Raises:
        Undetermined: it is written `unknown`.
    """
    found: Sequence[Mapping[str, Value]] = fact(frame, frame.names.get("plan"), name, needed=False) or ()
    return found


def partners_called(frame: Frame, name: Value) -> Iterator[Mapping[str, Value]]:
    """Yield the partners of a name or id, as `aliases` gives names."""
    wanted = aliases(str(name))
    for partner in plan_list(frame, "partners"):
        if frame.trace is not None:
            frame.trace.look_at_all(partner)
        known = aliases(str(partner.get("name", ""))) | aliases(str(partner.get("id", "")))
        if not wanted.isdisjoint(known):
            yield partner


def developer_funds(frame: Frame, name: Value) -> bool:
    """Tell whether a partner of that name has funding from the developer."""
    for partner in partners_called(frame, name):
        funding = fact(frame, partner, "funding", needed=False)
        if funding is not None and _from_developer(frame, funding):
            return True
    return False


def whose_money(partner: Mapping[str, Value]) -> str:
    """Return who else pays for a partner's work, as names are compared; nothing for its own money."""
    funding = partner.get("funding")
    if isinstance(funding, dict):
        funding = funding.get("by", funding.get("source"))
    return "" if not isinstance(funding, str) or _own(funding) else person(funding.strip().rstrip("."))


def _own(funding: str) -> bool:
    text = funding.strip().rstrip(".").casefold()
    return text in _OWN or text.startswith(_NOT)


def _from_developer(frame: Frame, funding: Value) -> bool:
    """Read what `funding` says; nothing, own money and that of others are not the developer's."""
    if funding.__class__ is bool:
        return bool(funding)
    if funding.__class__ is dict:
        source = fact(frame, funding, "by" if "by" in funding else "source")
        return bool(source in ("developer", fact(frame, frame.names.get("plan"), "developer")))
    text = str(funding)
    if _own(text):
        return False
    said = person(text).rstrip(".")
    if said in _YES or "developer" in said:
        return True
    developer = fact(frame, frame.names.get("plan"), "developer", needed=False)
    return developer is None or person(str(developer)) in said
