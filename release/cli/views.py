"""From a check to what one audience may see of it."""

from __future__ import annotations

from release.api import Check
from release.audience.check_view import CheckView, check_view
from release.base.errors import InputError, InvalidInput
from release.base.findings import Finding
from release.base.nearest import nearest


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
    known_audience_word(audience)
    view = check_view(judgements, audience, stage=stage)
    every = [finding for each in judgements for finding in each.findings]
    concerned = [finding for finding in every if stage is None or stage in finding.stages]
    return view, concerned


def known_audience_word(audience: str) -> None:
    """Refuse what is no audience at all; whether a partner exists is not said: the asker may be another."""
    if audience not in {"public", "internal"} and not audience.startswith("partner:"):
        hint = "write public, internal, or partner: and the id of a partner"
        raise InvalidInput([InputError("IN-088", f"'{audience}' is no audience", None, hint)])


def _no_stage(stage: str, names: list[str]) -> InputError:
    near = nearest(stage, names)
    hint = f"did you mean '{near}'?" if near else f"the stages are {', '.join(names)}"
    return InputError("IN-088", f"there is no stage '{stage}'", None, hint)
