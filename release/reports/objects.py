"""Where the objects of a plan stand on the page."""

from __future__ import annotations

from collections.abc import Callable

from release.audience.history import SECTIONS
from release.audience.view import AudienceView
from release.reports import safe

_PLACES = {"stage": "stages", "variant": "variants", **SECTIONS}


def object_href(view: AudienceView) -> Callable[[str], str]:
    """Return a function from `kind:id` to the place on the page, or to an empty text where it has none."""
    content = view.content
    known = {(kind, each.id) for kind, name in _PLACES.items() for each in getattr(content, name)}
    known |= {("stage", stage.id) for stage in view.stages}
    findings = {each.id: partner.id for partner in content.partners for each in partner.findings}
    criteria = {each.id: stage.id for stage in content.stages for each in stage.criteria}

    def href(name: str) -> str:
        kind, _, identity = name.partition(":")
        if kind == "finding" and identity in findings:
            return f"#{safe.anchor('finding', findings[identity], identity)}"
        if kind == "criterion" and identity in criteria:
            return f"#{safe.anchor('criterion', criteria[identity], identity)}"
        if kind == "assessment":
            kind, identity = "risk", identity.partition("/")[0]
        return f"#{safe.anchor(kind, identity)}" if (kind, identity) in known else ""

    return href
