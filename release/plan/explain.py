"""What is wrong with a plan's structure, in plain words: what was found, what was expected, what to do."""

from __future__ import annotations

from collections.abc import Sequence

from release.base.errors import ErrorCollector, Position
from release.base.limits import ERRORS_LISTED
from release.base.nearest import nearest
from release.base.visible import quoted
from release.plan.models.plan import SCHEMA_NAME
from release.plan.shapes.base import UNKNOWN_WORDS, Route, found, suggestion
from release.plan.shapes.free import Free
from release.plan.structure import Broken, that_fit
from release.plan.tree import Tree


def explain_all(broken: Sequence[Broken], tree: Tree, errors: ErrorCollector) -> None:
    """Note everything that is wrong, each thing at its place and once.

    A key that is missing because it is misspelled is not reported a second time. Only what can come to be
    shown is explained: what stands behind more errors than are ever listed is counted.
    """
    placed = [(_place(each, tree), each) for each in broken]
    placed.sort(key=lambda pair: pair[0])
    shown = placed[:ERRORS_LISTED]
    meant = {
        (*each.route, nearest(each.name, each.owner.fields)) for _, each in shown if each.kind == "extra"
    }
    unknown = _meant_unknown([each for _, each in shown], tree)
    for place, each in shown:
        if each.kind == "extra":
            _unknown_key(each, place, errors)
        elif each.kind == "value":
            _wrong_value(each, place, errors, unknown.get(each.route, ""))
        elif each.place not in meant:
            _missing_key(each, place, errors)
    for place, each in placed[ERRORS_LISTED:]:
        errors.add("IN-023", f"this is wrong too: {each.kind} {each.name}", place)


def _meant_unknown(broken: Sequence[Broken], tree: Tree) -> dict[Route, str]:
    """Return where a misspelled `unknown` or `undisclosed` stands that would be right, each with the word."""
    words = {
        each.route: word
        for each in broken
        if each.kind == "value" and each.route and isinstance(each.value, str)
        if (word := nearest(each.value, UNKNOWN_WORDS)) is not None and word != each.value
    }
    right = that_fit(tree.root, words)
    return {route: word for route, word in words.items() if route in right}


def _place(broken: Broken, tree: Tree) -> Position:
    if broken.kind == "missing":
        return tree.object_position(broken.route)
    if broken.kind == "extra":
        return tree.key_position(broken.place)
    return tree.position(broken.route) if broken.route else tree.documents[0].position


def _unknown_key(broken: Broken, place: Position, errors: ErrorCollector) -> None:
    unused = [name for name in broken.owner.fields if name not in broken.value]
    hint = suggestion(broken.name, unused, "keys that can stand here")
    if broken.name == "<<":
        hint = "merge keys are not read; write the keys out"
    elif hint.startswith("did you mean"):
        hint += _look_alike(broken.name)
    message = f"{quoted(broken.name)} is not a key of {_holder(broken)}"
    errors.add("IN-021", message, place, hint)


def _look_alike(name: str) -> str:
    """Name the first letter that is none of those that keys have: it may look just like one of them."""
    strange = next((letter for letter in name if not letter.isascii()), None)
    if strange is None:
        return ""
    from unicodedata import name as name_of

    return (
        f" There is a U+{ord(strange):04X} in it ({name_of(strange, 'a character without a name').lower()})."
    )


def _missing_key(broken: Broken, place: Position, errors: ErrorCollector) -> None:
    hint = f"add `{broken.name}`: {broken.owner.fields[broken.name].description}"
    if broken.name == "schema":
        hint = f"write `schema: {SCHEMA_NAME}` in the first line"
    message = f"{_holder(broken)} needs the key {quoted(broken.name)}"
    errors.add("IN-022", message, place, hint)


def _wrong_value(broken: Broken, place: Position, errors: ErrorCollector, unknown: str) -> None:
    if not broken.route:
        message = f"a plan has to be a mapping; this is {found(broken.value)}"
        errors.add("IN-020", message, place, f"start with `schema: {SCHEMA_NAME}`")
        return
    complaint = (broken.shape or Free()).complain(broken.value)
    message = f"{_label(broken.route)} is {found(broken.value)}; expected {complaint.expected}"
    hint = complaint.hint
    if unknown and not hint.startswith("did you mean"):
        hint = f"did you mean {quoted(unknown)}?"
    errors.add(complaint.code, message, place, hint)


def _label(route: Route) -> str:
    """Name what stands at a route: the key, or the item of a list."""
    last = route[-1]
    if isinstance(last, str):
        return quoted(last)
    keys = [step for step in route if isinstance(step, str)]
    return f"item {last + 1} of {quoted(keys[-1])}"


def _holder(broken: Broken) -> str:
    """Name the mapping that has or lacks a key: by its own key, else by what it is: "a partner access"."""
    if broken.route and isinstance(broken.route[-1], str):
        return quoted(broken.route[-1])
    name = broken.owner.name
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
