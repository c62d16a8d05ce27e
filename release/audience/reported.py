"""What stands in a report, looked up once more in the plan, independently of how the view was built."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from release.audience.copying import SECTIONS
from release.audience.view import AudienceView
from release.gate.judgement import Judgement

_RANKS = ("public", "partner", "internal")


def reported_items(judgement: Judgement, view: AudienceView) -> list[dict[str, Any]]:
    """Return every object of the plan that stands in a view, with who may see it."""
    return list(_items(judgement, view))


def _items(judgement: Judgement, view: AudienceView) -> Iterator[dict[str, Any]]:
    for section, kind in SECTIONS.items():
        shown = {each.id for each in getattr(view.content, section)}
        for node in judgement.facts.get(section, ()):
            if node.get("id") in shown:
                label = judgement.labels(node.get("$at", ""))
                named = () if view.insider else tuple(sorted(label.partners))
                yield {"id": f"{kind}:{node['id']}", "audience": _RANKS[label.rank], "partners": list(named)}
