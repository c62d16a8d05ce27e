"""Takes references to hidden objects out of a view, so that nothing visible names what is hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

Node = Mapping[str, Any]
Tree = dict[str, Any]

_WITH_ID: Final = (
    *("actors", "variants", "stages", "risks", "benefits", "mitigations", "partners", "evidence"),
    *("monitoring", "events", "sources", "critiques", "attestations", "thresholds"),
)
_NESTED: Final = (("stages", "criteria"), ("partners", "findings"))


class Pruning:
    """One view, and what is hidden from it.

    Attributes:
        hidden: kind to ids.
        view: the view; its lists and the objects in them are replaced, never changed.
    """

    def __init__(self, hidden: Mapping[str, set[str]], view: Tree) -> None:
        self._evidence = hidden.get("evidence", set())
        self._mitigations = hidden.get("mitigation", set())
        self._names = Names({"event": hidden.get("event", set())}, {"monitoring": view.get("monitoring", ())})
        self._view = view

    def run(self) -> None:
        """Take the references out."""
        view = self._view
        for name in ("risks", "benefits"):
            if name in view:
                view[name] = [self._assessed(node) for node in view[name]]
        if "mitigations" in view:
            view["mitigations"] = [_without(node, "evidence", self._evidence) for node in view["mitigations"]]
        if "partners" in view:
            view["partners"] = [self._partner(node) for node in view["partners"]]
        view["stages"] = [self._stage(node) for node in view["stages"]]
        if "thresholds" in view:
            view["thresholds"] = [self._threshold(node) for node in view["thresholds"]]

    def _assessed(self, node: Node) -> Node:
        node = _without(node, "mitigations", self._mitigations)
        if not self._evidence or "assessments" not in node:
            return node
        return {**node, "assessments": [self._assessment(each) for each in node["assessments"]]}

    def _assessment(self, node: Node) -> Node:
        sides = node.get("evidence")
        if sides is None:
            return node
        for side in ("for", "against"):
            sides = _without(sides, side, self._evidence)
        return {**node, "evidence": sides}

    def _partner(self, node: Node) -> Node:
        if not self._evidence or "findings" not in node:
            return node
        return {**node, "findings": [_without(each, "evidence", self._evidence) for each in node["findings"]]}

    def _stage(self, node: Node) -> Node:
        """Take out answers to what is hidden; an answer whose mitigation is not there yet is not complete."""
        if "responses" not in node:
            return node
        kept = [each for each in node["responses"] if not self._names.hides(each["to"])]
        return {**node, "responses": [self._response(each) for each in kept]}

    def _response(self, node: Node) -> Node:
        if not self._mitigations.intersection(node.get("mitigations", ())):
            return node
        rest = {key: value for key, value in node.items() if key != "mitigations"}
        return {**rest, "$unknown": [*node.get("$unknown", ()), "mitigations"]}

    def _threshold(self, node: Node) -> Node:
        node = _without(node, "safeguards", self._mitigations)
        if not self._evidence or "status" not in node:
            return node
        status = {
            stage: _without(each, "evidence", self._evidence) if isinstance(each, Mapping) else each
            for stage, each in node["status"].items()
            if stage != "$at"
        }
        return {**node, "status": {**node["status"], **status}}


def _without(node: Node, key: str, hidden: set[str]) -> Node:
    """Return an object without the hidden ids in one of its lists."""
    named = node.get(key)
    if not named or not hidden.intersection(named):
        return node
    return {**node, key: [name for name in named if name not in hidden]}


class Names:
    """What names of objects, ids or `kind:id`, can mean in a view.

    Attributes:
        visible: the ids of everything in the view.
    """

    def __init__(self, hidden: Mapping[str, set[str]], view: Node) -> None:
        self._hidden = hidden
        self.visible = frozenset(_ids(view))

    def hides(self, name: str | None) -> bool:
        """Tell whether a name can only mean something hidden."""
        if name is None:
            return False
        kind, colon, rest = name.partition(":")
        if colon:
            return rest in self._hidden.get(kind, ())
        return name not in self.visible and any(name in ids for ids in self._hidden.values())


def _ids(view: Node) -> Iterator[str]:
    for section in _WITH_ID:
        for node in view.get(section, ()):
            yield node["id"]
    for section, name in _NESTED:
        for node in view.get(section, ()):
            for inner in node.get(name, ()):
                yield inner["id"]


def cited_sources(view: Node, among: set[str]) -> set[str]:
    """Return which of some sources a view refers to."""
    cited: set[str] = set()
    waiting: list[Any] = [value for key, value in view.items() if key != "sources"]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            source = here.get("source")
            if isinstance(source, str) and "id" not in here:
                cited.add(source)
            waiting.extend(here.values())
        elif isinstance(here, list):
            waiting.extend(here)
    return cited & among
