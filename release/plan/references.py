"""Whether everything that a plan names exists: objects, kinds of evidence, results, files."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from release.base.errors import ErrorCollector
from release.base.limits import ERRORS_LISTED
from release.base.nearest import nearest
from release.base.visible import quoted
from release.plan.shapes.base import UNKNOWN_WORDS, Mention, Notebook, suggestion
from release.plan.shapes.containers import TYPE_OF_KIND
from release.plan.shapes.scalars import EITHER
from release.plan.tree import Tree
from release.source.paths import RefusedPath, check_path

Kinds = Mapping[str, Sequence[str]]
"""Names of the evidence kinds, each with the names of its results; none where any name will do."""


class KindNames(NamedTuple):
    """What items of one kind can use.

    Attributes:
        roles: roles of columns.
        params: parameter to the JSON Schema of its values.
        slices: keys of slices.
        figures: result to the JSON Schema of its declared numbers, where something limits them.
    """

    roles: Sequence[str]
    params: Mapping[str, Mapping[str, Any]]
    slices: Sequence[str]
    figures: Mapping[str, Mapping[str, Any]]


class KnownKinds(Mapping[str, Sequence[str]]):
    """Names of kinds and results that also tell whether an item is written as its kind wants it."""

    @abstractmethod
    def check(
        self, item: Mapping[str, Any], stages: Collection[str], tree: Tree, errors: ErrorCollector
    ) -> None:
        """Note what is wrong with roles, parameters and figures of an item whose kind is known.

        Args:
            item: the item.
            stages: ids of the plan's stages; empty where they are not known.
            tree: tells the places.
            errors: takes what is found.
        """

    @abstractmethod
    def names(self, kind: str) -> KindNames:
        """Return the names that items of a kind can use besides those of its results."""


Objects = Mapping[str, Mapping[str, Any]]
"""Kind to id to object."""

REPORTED: Final = "reported"
_WITHOUT_ID: Final = frozenset(
    {"plan", "assessment", "approval", "waiver", "observation", "artefact", "report", "claim"}
)


def check_references(
    notebook: Notebook, tree: Tree, errors: ErrorCollector, *, lost: Collection[str] = frozenset()
) -> None:
    """Note every id that is used twice, and every reference that leads nowhere.

    Args:
        notebook: what was noted while the tree was tidied.
        tree: tells the places.
        errors: takes what is found.
        lost: kinds of which an id may have got lost with something broken; references to them are not judged.
    """
    for repeated in notebook.repeated:
        first = notebook.objects[repeated.kind][repeated.name]["$at"]
        line = tree.position(tree.route(f"{first}/id"))
        errors.add(
            "IN-030",
            f"the {repeated.kind} id {quoted(repeated.name)} is used twice; first at {line}",
            tree.position(tree.route(repeated.pointer)),
            "give one of them another id",
        )
    for mention in notebook.mentions:
        if mention.kind == "object":
            if not lost:
                _check_object(mention, notebook.objects, tree, errors)
        elif EITHER in mention.kind:
            if not lost:
                _check_either(mention, notebook.objects, tree, errors)
        elif mention.kind not in lost:
            _check_id(mention, mention.kind, mention.name, notebook.objects, tree, errors)
    for pointer, meant in notebook.misspelled:
        route = tree.route(pointer)
        message = f"{quoted(str(route[-1]))} looks like a misspelled {quoted(meant)}"
        errors.add("IN-021", message, tree.key_position(route), f"did you mean {quoted(meant)}?")
    for pointer, names in notebook.lacking:
        either = " or ".join(quoted(name) for name in names)
        place = tree.object_position(tree.route(pointer))
        errors.add("IN-022", f"one of the keys {either} is needed here", place, f"add {either}")


def _check_object(mention: Mention, objects: Objects, tree: Tree, errors: ErrorCollector) -> None:
    """Check a reference to an object of any kind, written as its id or as `kind:id`."""
    kind, colon, name = mention.name.partition(":")
    if colon and kind in TYPE_OF_KIND:
        _check_id(mention, kind, name, objects, tree, errors)
    elif colon and kind not in _WITHOUT_ID:
        hint = suggest(errors, kind, (*TYPE_OF_KIND, *_WITHOUT_ID), "kinds")
        _dangling(mention, f"there is no object {quoted(mention.name)}", tree, errors, hint)
    elif not colon and not any(mention.name in known for known in objects.values()):
        every = (name for known in objects.values() for name in known)
        hint = suggest(errors, mention.name, every, "ids")
        _dangling(mention, f"there is no object {quoted(mention.name)}", tree, errors, hint)


def _check_either(mention: Mention, objects: Objects, tree: Tree, errors: ErrorCollector) -> None:
    """Check a reference to an object of one of a few kinds, written as its id or as `kind:id`."""
    kinds = mention.kind.split(EITHER)
    kind, colon, name = mention.name.partition(":")
    if colon and kind in kinds:
        _check_id(mention, kind, name, objects, tree, errors)
        return
    known = [each for kind in kinds for each in objects.get(kind, ())]
    if mention.name not in known:
        hint = suggest(errors, mention.name, known, f"ids of kind {mention.kind}")
        _dangling(mention, f"there is no {mention.kind} {quoted(mention.name)}", tree, errors, hint)


def _check_id(
    mention: Mention, kind: str, name: str, objects: Objects, tree: Tree, errors: ErrorCollector
) -> None:
    known = objects.get(kind, {})
    if name not in known:
        hint = suggest(errors, name, known, f"ids of kind {kind}")
        meant = nearest(name, UNKNOWN_WORDS) if mention.words else None
        if meant is not None and not hint.startswith("did you mean"):
            hint = f"did you mean {quoted(meant)}?"
        _dangling(mention, f"there is no {kind} {quoted(name)}", tree, errors, hint)


def _dangling(mention: Mention, message: str, tree: Tree, errors: ErrorCollector, hint: str) -> None:
    route = tree.route(mention.pointer)
    place = tree.key_position(route) if mention.key else tree.position(route)
    errors.add("IN-031", message, place, hint)


def suggest(errors: ErrorCollector, name: str, valid: Iterable[str], what: str) -> str:
    """Return a hint that names what may be meant; nothing once there are more errors than are ever shown."""
    return suggestion(name, valid, what) if len(errors.errors) < ERRORS_LISTED else ""


def check_kinds(
    evidence: Iterable[Mapping[str, Any]],
    known: Kinds,
    tree: Tree,
    errors: ErrorCollector,
    *,
    stages: Collection[str] = (),
) -> None:
    """Note evidence of a kind that nobody knows, and what an item has and its kind does not.

    Args:
        evidence: the items.
        known: the kinds.
        tree: tells the places.
        errors: takes what is found.
        stages: ids of the plan's stages; empty where some may have got lost.
    """
    for item in evidence:
        kind = item.get("kind")
        if kind is None:
            continue
        if kind not in known:
            place = tree.position(tree.route(f"{item['$at']}/kind"))
            hint = suggest(errors, kind, sorted(known), "kinds")
            errors.add("IN-032", f"there is no evidence kind {quoted(kind)}", place, hint)
            continue
        results = known[kind]
        if kind != REPORTED and results:
            _check_results(item, kind, results, tree, errors)
        if isinstance(known, KnownKinds):
            known.check(item, stages, tree, errors)


def _check_results(
    item: Mapping[str, Any], kind: str, results: Sequence[str], tree: Tree, errors: ErrorCollector
) -> None:
    named = [(entry["result"], entry["$at"]) for entry in item.get("declared", ()) if "result" in entry]
    if "result" in item.get("headline", {}):
        named.append((item["headline"]["result"], f"{item['$at']}/headline"))
    for name, pointer in named:
        if name not in results:
            route = tree.route(pointer)
            as_key = route[-1] == name
            place = tree.key_position(route) if as_key else tree.position([*route, "result"])
            hint = suggest(errors, name, results, f"results of {kind}")
            joint = " F" if hint.endswith("?") else "; f"
            hint += f"{joint}igures that fit no kind go under `reported`"
            errors.add("IN-033", f"the kind {kind} has no result {quoted(name)}", place, hint)


def check_paths(notebook: Notebook, folder: Path, tree: Tree, errors: ErrorCollector) -> None:
    """Note every path that leads out of the release folder or names no file. A file may still be missing."""
    for path, pointer in notebook.paths:
        if pointer.startswith("/include"):
            continue
        try:
            check_path(folder, path)
        except RefusedPath as refused:
            errors.add("IN-037", refused.reason, tree.position(tree.route(pointer)), refused.hint)
