"""From a check to what one audience may see of it."""

from __future__ import annotations

from release.api import Check, audience_of
from release.audience.check_view import CheckView, check_view
from release.audience.listing import Listing, listed
from release.base.errors import InputError, InvalidInput
from release.base.findings import Finding
from release.base.nearest import nearest
from release.formats import load_format
from release.formats._format import FormatOptions


def check_view_of(result: Check, *, audience: str, stage: str | None) -> tuple[CheckView, list[Finding]]:
    """Return the view of `audience`, and every finding that decides the exit code, shown or not.

    Raises:
        InvalidInput: no plan has the stage, or the audience is none.
    """
    judgements = result.judgements
    if stage is not None:
        judgements = tuple(each for each in judgements if any(own.id == stage for own in each.stages))
        if not judgements:
            names = sorted({own.id for each in result.judgements for own in each.stages})
            raise InvalidInput([_no_stage(stage, names)])
    audience_of([each.facts for each in result.judgements], audience)
    view = check_view(judgements, audience, stage=stage)
    every = [finding for each in judgements for finding in each.findings]
    concerned = [finding for finding in every if stage is None or stage in finding.stages]
    return view, concerned


def listed_view(view: CheckView, listing: Listing, rules: list[str]) -> CheckView:
    """Return the view with only what is listed.

    Raises:
        InvalidInput: something is selected or ignored that is the beginning of no rule in force.
    """
    unknown = next(iter(listing.strangers(rules)), None)
    if unknown is not None:
        near = nearest(unknown, rules)
        hint = f"did you mean '{near}'?" if near else "see `release policy list`"
        raise InvalidInput([InputError("IN-088", f"no rule in force begins with '{unknown}'", None, hint)])
    return listed(view, listing)


def rendered(view: CheckView, options: FormatOptions, name: str, *, statistics: bool) -> str:
    """Return a view in a format of findings, or how often each rule is found.

    Raises:
        InvalidInput: the format has no statistics.
    """
    if not statistics:
        return load_format(name).render(view, options)
    from release.formats import _statistics

    if name not in _statistics.FORMATS:
        hint = f"use {', '.join(_statistics.FORMATS)}"
        raise InvalidInput([InputError("IN-086", f"--statistics has no format '{name}'", None, hint)])
    return _statistics.render(view, options, name)


def _no_stage(stage: str, names: list[str]) -> InputError:
    near = nearest(stage, names)
    hint = f"did you mean '{near}'?" if near else f"the stages are {', '.join(names)}"
    return InputError("IN-088", f"there is no stage '{stage}'", None, hint)
