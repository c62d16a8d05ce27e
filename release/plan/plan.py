"""The plan: plain normalised data, in which every object knows its place and who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from release.base.errors import Position
from release.base.labels import INTERNAL, PUBLIC, Label, label_of
from release.base.pointers import EVERYTHING, pointer_key
from release.base.record import Record
from release.plan.shapes.base import Value
from release.plan.tree import Tree


class Plan(Record):
    """A valid plan.

    Attributes:
        path: the plan's file as shown to people.
        folder: the release folder.
        data: the plan as plain dictionaries, lists, texts and numbers. Every mapping carries its pointer
            under `$at`, the names of its fields that are written `unknown` or `undisclosed` under `$unknown`,
            and which of the words was written under `$words`; such a field is not itself in the mapping.
        objects: kind to id to the mapping in `data`.
        tree: the plan as written.
        signers: evidence id to who signed its rows, where somebody verified that; None for an item whose rows
            are not at hand. None as a whole where no trusted signers were given, so that nothing is known.
    """

    path: str
    folder: Path
    data: Mapping[str, Any]
    objects: Mapping[str, Mapping[str, Mapping[str, Any]]]
    tree: Tree
    signers: Mapping[str, str | None] | None = None

    @cached_property
    def _labels(self) -> dict[str, Label]:
        """Labels that were asked for, by pointer."""
        return {}

    @cached_property
    def _ways(self) -> dict[str, tuple[Value, Label, bool]]:
        """What is at the pointers on the way to what was asked for."""
        return {}

    @property
    def id(self) -> str:
        """The plan's id."""
        return str(self.data["id"])

    @property
    def title(self) -> str:
        """The plan's title; where it is not known, the word that says so."""
        return str(self.data.get("title") or self.data.get("$words", {}).get("title", ""))

    @property
    def digest(self) -> str:
        """Digest of the plan's bytes, included files among them."""
        return self.tree.digest

    @property
    def texts(self) -> Mapping[str, str]:
        """File name to text, for excerpts."""
        return self.tree.texts

    def position(self, pointer: str) -> Position:
        """Return where a value stands, or the nearest thing that is written on the way to it."""
        return self.tree.position(self.tree.route(pointer))

    def key_position(self, pointer: str) -> Position:
        """Return where a key stands; for an item of a list, the item."""
        return self.tree.key_position(self.tree.route(pointer))

    def object_position(self, pointer: str) -> Position:
        """Return where an object is reported: its first key; for other values, the value."""
        return self.tree.object_position(self.tree.route(pointer))

    def is_written(self, pointer: str) -> bool:
        """Tell whether something stands at a pointer in the plan's files."""
        node: Value = self.tree.root
        for step in self.tree.route(pointer):
            if not isinstance(node, Mapping | list) or step not in (
                node if isinstance(node, Mapping) else range(len(node))
            ):
                return False
            node = _inside(node, step)
        return True

    def local_pointer(self, pointer: str) -> str:
        """Return the pointer within the file that holds the value; the same where no files are included."""
        return self.tree.local_pointer(pointer)

    def label(self, pointer: str) -> Label:
        """Return who may see what stands at a pointer.

        An unlabelled top-level object has the plan's default, an unlabelled nested one its nearest labelled
        ancestor's label, and a nested label only narrows. Id and title of the plan and ids of stages are
        public; notes are internal. `EVERYTHING` is seen only by who may see all of the plan.
        """
        known = self._labels.get(pointer)
        if known is None:
            known = self._labels[pointer] = self._label(pointer)
        return known

    def _label(self, pointer: str) -> Label:
        if pointer == EVERYTHING:
            return self._strictest()
        route = pointer.split("/")[1:]
        if "notes" in route:
            return INTERNAL
        if route in (["id"], ["title"]) or (len(route) == 3 and route[0] == "stages" and route[2] == "id"):
            return PUBLIC
        own = _written(self.tree.root)
        return self._way(pointer)[1].meet(PUBLIC if own is None else own)

    def _strictest(self) -> Label:
        """Return the meet of every label in the plan; nothing of it is hidden from those whom that leaves."""
        label = self._way("")[1]
        waiting: list[Value] = [self.tree.root]
        while waiting:
            node = waiting.pop()
            if isinstance(node, Mapping):
                written = INTERNAL if "notes" in node else _written(node)
                label = label if written is None else label.meet(written)
                waiting.extend(node.values())
            elif isinstance(node, list):
                waiting.extend(node)
        return label

    def _way(self, pointer: str) -> tuple[Value, Label, bool]:
        """Return a value, its label but for the plan's own, and whether none is written on the way to it."""
        known = self._ways.get(pointer)
        if known is None:
            above, slash, token = pointer.rpartition("/")
            if slash:
                node, label, top = self._way(above)
                key = pointer_key(token)
                node = _inside(node, int(key) if isinstance(node, list) and key.isdecimal() else key)
                written = _written(node)
                if written is not None:
                    label = written if top else label.meet(written)
                known = (node, label, top and written is None and isinstance(node, list))
            else:
                root = self.tree.root
                label = _written(root.get("defaults")) or _written(root) or INTERNAL
                known = (root, label, True)
            self._ways[pointer] = known
        return known


def _written(node: Value) -> Label | None:
    """Return the label written in an object; where a value of the author's own form has none, it hides."""
    written = node.get("audience") if isinstance(node, Mapping) else None
    if written is None:
        return None
    words = written if isinstance(written, list) else [written]
    return label_of(words) if all(isinstance(word, str) for word in words) else INTERNAL


def _inside(node: Value, step: str | int) -> Value:
    if isinstance(node, Mapping):
        return node.get(str(step))
    if isinstance(node, list) and isinstance(step, int) and step < len(node):
        return node[step]
    return None
