"""What stands behind an unknown answer: fields of the plan that are not known, and what could stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from release.analysis.edits import Draft, Edit
from release.base.dates import moment
from release.base.record import Record
from release.plan.models.plan import PLAN
from release.plan.shapes import Date, Names, Number, OneOf, Text, Truth, Whole, Word
from release.plan.shapes.base import Shape
from release.plan.shapes.containers import Choice, ListOf
from release.plan.shapes.record import Record as Shapes
from release.policy.describing import without_refusal

_UNCERTAIN: Final = re.compile(r"evidence '([^']+)'\.(stages|variants)")
_RESULT: Final = re.compile(r"evidence '([^']+)'\.results\.([a-z_]+)")
_EARLY: Final = "1970-01-01"
_FEW: Final = 3
_MANY: Final = 1_000_000
_TINY: Final = 1e-9


class Lack(Record):
    """Something of which the plan does not say what it is, in one or several places of one object.

    Attributes:
        key: pointer with `*` for the items of inner lists; for figures the result and what of it is missing.
        places: (pointer of the mapping, field) of each place.
        options: values that could stand there, each as the edits that write it.
    """

    key: str
    places: tuple[tuple[str, str], ...]
    options: tuple[tuple[Edit, ...], ...]

    @property
    def object(self) -> str:
        """Pointer of the object that lacks it."""
        return "/".join(self.key.split("/")[:3])


class Scene(Record):
    """What is needed to imagine values.

    Attributes:
        draft: the plan's data.
        stage: the stage asked about.
        stages: ids of all stages.
        at: the date judged.
    """

    draft: Draft
    stage: str
    stages: tuple[str, ...]
    at: str


def lacks_behind(
    scene: Scene, pointers: Iterable[str], missing: Sequence[str], uncertain: Sequence[str]
) -> list[Lack]:
    """Return what is unknown or absent among what an evaluation read.

    Args:
        scene: the plan.
        pointers: what the evaluation read.
        missing: the names of what it lacked, for people.
        uncertain: names of facts that decide whether evidence is about the stage.
    """
    fields: dict[str, list[tuple[str, str]]] = {}
    figures: dict[tuple[str, str, str], list[str]] = {}
    wanted = {without_refusal(name).rpartition(".")[2].partition("[")[0] for name in missing}
    for pointer in sorted(set(pointers)):
        owner, _, field = pointer.rpartition("/")
        for place in _written(scene.draft, owner, field):
            if _figure(scene.draft, place[0]) is not None:
                figures.setdefault(_figure_key(scene.draft, place), []).append(place[0])
            elif scene.draft.is_unknown(*place) or (field in wanted and _absent(scene.draft, *place)):
                fields.setdefault(_pattern(*place), []).append(place)
    by_id = {each["id"]: each for each in scene.draft.data.get("evidence", ())}
    for name in missing:
        found = _RESULT.match(name)
        if found and found[1] in by_id:
            for entry in by_id[found[1]].get("declared", ()):
                if entry["result"] == found[2] and "value" not in entry:
                    key = (by_id[found[1]]["$at"], entry["result"], "value")
                    figures.setdefault(key, []).append(entry["$at"])
    for name in uncertain:
        match = _UNCERTAIN.match(name)
        if match and match[1] in by_id:
            owner = by_id[match[1]]["$at"]
            for field in ("stages", "variants"):
                if scene.draft.is_unknown(owner, field):
                    fields.setdefault(f"{owner}/{field}", []).append((owner, field))
    return [
        *(_field_lack(scene, key, tuple(dict.fromkeys(places))) for key, places in fields.items()),
        *(_figure_lack(scene, key, list(dict.fromkeys(entries))) for key, entries in figures.items()),
    ]


def _written(draft: Draft, owner: str, field: str) -> Iterator[tuple[str, str]]:
    """Yield the places of the plan that a field which was read comes from; derived ones come from others."""
    node = draft.node(owner)
    kind = owner.split("/")[1] if owner else ""
    if kind == "partners" and field in {"first_access", "stages"} and owner.count("/") == 2:
        yield from _access(draft, owner, field)
    elif kind == "monitoring" and field == "rate" and owner.count("/") == 4:
        yield owner, "count"
        yield from _exposure(draft, owner, node)
    elif kind == "stages" and field in {"parameters", "samplers", "training_methods"}:
        names = (node or {}).get("variants", ())
        for variant in draft.data.get("variants", ()):
            if variant["id"] in names:
                yield variant["$at"], field
    elif kind == "stages" and field == "weights_out":
        yield f"{owner}/access", "level"
    elif kind == "variants" and field == "parameters_computed":
        yield owner, "architecture"
    else:
        if kind == "evidence" and owner.count("/") == 2 and node is not None and field not in node:
            yield from _unknown_figures(node, field)
        yield owner, field


def _access(draft: Draft, owner: str, field: str) -> Iterator[tuple[str, str]]:
    if draft.is_unknown(owner, "access"):
        yield owner, "access"
    elif field == "first_access":
        for access in (draft.node(owner) or {}).get("access", ()):
            yield access["$at"], "from"


def _unknown_figures(evidence: Mapping[str, Any], result: str) -> Iterator[tuple[str, str]]:
    for entry in evidence.get("declared", ()):
        if entry["result"] == result and "value" not in entry:
            yield entry["$at"], "value"


def _exposure(draft: Draft, owner: str, node: Mapping[str, Any] | None) -> Iterator[tuple[str, str]]:
    own = (node or {}).get("exposure")
    if own is not None or draft.is_unknown(owner, "exposure"):
        yield (f"{owner}/exposure", "amount") if own is not None else (owner, "exposure")
        return
    signal = "/".join(owner.split("/")[:3])
    if draft.is_unknown(signal, "exposure"):
        yield signal, "exposure"
    else:
        yield f"{signal}/exposure", "amount"


def _absent(draft: Draft, owner: str, field: str) -> bool:
    node = draft.node(owner)
    return node is not None and field not in node and _shape(f"{owner}/{field}", draft) is not None


def _pattern(owner: str, field: str) -> str:
    steps = f"{owner}/{field}".split("/")
    return "/".join([*steps[:3], *("*" if step.isdecimal() else step for step in steps[3:])])


# Figures


def _figure(draft: Draft, owner: str) -> Mapping[str, Any] | None:
    """Return the declared figure at a pointer, or None where something else stands there."""
    steps = owner.split("/")
    return (
        draft.node(owner) if len(steps) == 5 and steps[1] == "evidence" and steps[3] == "declared" else None
    )


def _figure_key(draft: Draft, place: tuple[str, str]) -> tuple[str, str, str]:
    entry = _figure(draft, place[0]) or {}
    evidence = "/".join(place[0].split("/")[:3])
    return evidence, str(entry.get("result", "")), "value" if "value" not in entry else "interval"


def _figure_lack(scene: Scene, key: tuple[str, str, str], entries: list[str]) -> Lack:
    evidence, result, what = key
    nodes = [node for node in map(scene.draft.node, entries) if node is not None]
    places = tuple((node["$at"], "value" if what == "value" else "low") for node in nodes)
    siblings = (scene.draft.node(evidence) or {}).get("declared", ())
    known = [abs(each["value"]) for each in siblings if each["result"] == result and "value" in each]
    top = max(known, default=1.0)
    options: list[tuple[Edit, ...]] = []
    if what == "interval":
        options += [
            tuple(edit for node in nodes for edit in _interval(node, node["value"], width * max(top, 1.0)))
            for width in (_TINY, 1.0)
        ]
    else:
        options += [
            tuple(
                edit
                for node in nodes
                for edit in (Edit(node["$at"], "value", value), *_interval(node, value, _TINY))
            )
            for value in (2 * top, 0.0, 1.0, top / 2)
        ]
    return Lack(f"{evidence}/declared/{result}/{what}", places, tuple(options))


def _interval(node: Mapping[str, Any], value: float, width: float) -> Iterator[Edit]:
    yield Edit(node["$at"], "low", value - width)
    yield Edit(node["$at"], "high", value + width)
    if "n" not in node:
        yield Edit(node["$at"], "n", _MANY)


# Other fields


def _field_lack(scene: Scene, key: str, places: tuple[tuple[str, str], ...]) -> Lack:
    shape = _shape(f"{places[0][0]}/{places[0][1]}", scene.draft)
    if shape is None and places[0][1] == "date":
        shape = Date()  # a stage's date is derived; what is to be brought is the planned one
    values = list(_values(shape, scene, f"{places[0][0]}/{places[0][1]}")) if shape is not None else []
    options = tuple(tuple(Edit(owner, field, value) for owner, field in places) for value in values)
    return Lack(key, places, options)


def _shape(pointer: str, draft: Draft) -> Shape | None:
    """Return the shape of what may stand at a pointer."""
    shape: Shape | None = PLAN
    node: Any = draft.data
    for token in pointer.split("/")[1:]:
        step: str | int = int(token) if token.isdecimal() and isinstance(node, list) else token
        if isinstance(shape, Choice):
            shape = shape.option(node)
        if isinstance(shape, Shapes):
            field = shape.fields.get(str(step))
            shape = None if field is None else field.shape
        elif shape is not None:
            shape = shape.inside(node, step)
        if shape is None:
            return None
        if isinstance(node, list):
            node = node[step] if isinstance(step, int) and step < len(node) else None
        else:
            node = node.get(str(step)) if isinstance(node, dict) else None
    return shape


def _values(shape: Shape, scene: Scene, at: str) -> Iterator[Any]:
    """Yield a few values of a shape, those first that more often settle a question."""
    match shape:
        case Date():
            yield moment(scene.at).day.isoformat()
            yield _EARLY
        case Truth():
            yield from (True, False)
        case Word():
            allowed = shape.allowed
            yield from allowed if len(allowed) <= _FEW else (allowed[0], allowed[-1])
        case Whole() | Number():
            yield from (_MANY, 1, 0)
        case ListOf(item=Names(kind="stage")):
            yield [scene.stage]
            yield from ([name] for name in scene.stages if name != scene.stage)
        case Names(kind="stage"):
            yield scene.stage
        case ListOf(item=Shapes()):
            yield []
        case OneOf():
            for option in shape.options:
                yield from _values(option, scene, at)
        case Shapes():
            yield from _records(shape, scene, at)
        case Text() if not isinstance(shape, Names):
            yield "stated"
        case _:
            return


def _records(shape: Shapes, scene: Scene, at: str) -> Iterator[dict[str, Any]]:
    for field in shape.fields.values():
        if field.name not in {"notes", "audience"}:
            for value in list(_values(field.shape, scene, f"{at}/{field.name}"))[:2]:
                yield {"$at": at, field.name: value}
