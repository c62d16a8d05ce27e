"""The CEL library's complaints about an expression, said in the words of the person who wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from release.base.limits import EXPRESSION_NESTING
from release.base.nearest import nearest
from release.base.visible import quoted
from release.policy.checked import Complaint
from release.policy.functions import FUNCTIONS, FUNCTIONS_OF_CEL
from release.policy.vocabulary import FieldType, Vocabulary

_TOO_DEEP: Final = Complaint(
    f"the expression is nested too deep; the limit is {EXPRESSION_NESTING}", 0, "split the rule", limit=True
)
"""The library's own limit."""

_ENTRY: Final = re.compile(r"^(?:[A-Z_]+: )?ERROR: <input>:(-?\d+):(-?\d+): (.*)$", re.MULTILINE)
_FIELD: Final = re.compile(r"undefined field '(.*)' not found in struct '(?:[\w.]*\.)?(\w+)'")
_REFERENCE: Final = re.compile(r"undeclared reference to '(.*)' \(in container")
_OVERLOAD: Final = re.compile(r"found no matching overload for '(.*)' applied to '(.*)'")
_SYNTAX: Final = re.compile(r"Syntax error: (.*)")
_SECONDARY: Final = ("expression of type '*error*'", "<<nil>> parsetree")


def complaints_of(
    text: str, source: str, words: Vocabulary, scope: Sequence[str], params: Mapping[str, FieldType]
) -> list[Complaint]:
    """Return what a failed compilation says, at least one complaint.

    Args:
        text: the library's message.
        source: the expression.
        words: the vocabulary that it was checked against.
        scope: the variables that it may use.
        params: the pack's parameters.
    """
    found: dict[tuple[int, str], Complaint] = {}
    starts = [0]
    for row in source.split("\n"):
        starts.append(starts[-1] + len(row) + 1)
    for match in _ENTRY.finditer(text):
        message = match[3]
        if message.startswith(_SECONDARY):
            continue
        line, column = int(match[1]), int(match[2])
        offset = starts[line - 1] + column - 1 if 1 <= line < len(starts) and column >= 1 else 0
        complaint = _one(message, source, offset, words, scope, params)
        found.setdefault((complaint.offset, complaint.message), complaint)
    if found:
        return list(found.values())
    if "recursion" in text:
        return [_TOO_DEEP]
    first = text.splitlines()[0] if text.strip() else "not an expression"
    return [Complaint(f"not an expression: {first[:200]}", 0)]


def _one(
    message: str,
    source: str,
    offset: int,
    words: Vocabulary,
    scope: Sequence[str],
    params: Mapping[str, FieldType],
) -> Complaint:
    if match := _FIELD.match(message):
        return _field(match[1], match[2], source, offset, words, params)
    if match := _REFERENCE.match(message):
        return _reference(match[1], source, offset, scope)
    if match := _OVERLOAD.match(message):
        return _overload(match[1], match[2], offset)
    if "recursion" in message:
        return _TOO_DEEP
    if match := _SYNTAX.match(message):
        if "mismatched input '<EOF>'" in match[1]:
            return Complaint("not an expression: it ends too early", len(source), "write what is missing")
        return Complaint(f"not an expression: {_shortened(match[1])}", min(offset, len(source)))
    return Complaint(_renamed(message), offset)


def _shortened(message: str) -> str:
    return (
        message.partition(" expecting {")[0]
        .replace("'<EOF>'", "end of the expression")
        .replace("<EOF>", "its end")
    )


def _field(
    name: str, owner: str, source: str, offset: int, words: Vocabulary, params: Mapping[str, FieldType]
) -> Complaint:
    named = re.compile(rf"(?<![\w]){re.escape(name)}(?![\w])").search(source, offset)
    offset = offset if named is None else named.start()
    if owner == "Params":
        near = nearest(name, params)
        hint = _meant(near, params, "parameters of this pack")
        return Complaint(f"the pack has no parameter {quoted(name)}", offset, hint)
    fields = words.types.get(owner, {})
    near = nearest(name, fields)
    hint = f"did you mean '{near}'?" if near else f"fields of {owner}: {', '.join(sorted(fields))}"
    return Complaint(f"{owner} has no field {quoted(name)}", offset, hint)


def _meant(near: str | None, names: Iterable[str], what: str) -> str:
    return f"did you mean '{near}'?" if near else f"{what}: {', '.join(sorted(names)) or 'none'}"


def _reference(name: str, source: str, offset: int, scope: Sequence[str]) -> Complaint:
    if source[offset : offset + 1] == "(":
        start = max(0, source.rfind(name, 0, offset))
        known = FUNCTIONS.get(name)
        if known is not None:
            return Complaint(f"{name} is not called so", start, f"write {known.signature}")
        near = nearest(name, (*FUNCTIONS, *FUNCTIONS_OF_CEL))
        hint = f"did you mean '{near}'?" if near else f"functions: {', '.join(sorted(FUNCTIONS))}"
        return Complaint(f"there is no function {quoted(name)}", start, hint)
    before = len(name) - len(name.rpartition(".")[2]) - 1 if "." in name else 0
    start = max(0, offset - before) if "." in name else offset
    return misnamed_variable(name.partition(".")[0], start, scope, "")


def misnamed_variable(name: str, offset: int, scope: Sequence[str], kind: str) -> Complaint:
    """Return the complaint about a variable that is not in scope."""
    where = f" for: {kind}" if kind else ""
    near = nearest(name, scope)
    hint = f"did you mean '{near}'?" if near else f"names{where}: {', '.join(sorted(set(scope)))}"
    return Complaint(f"{quoted(name)} is not a name that expressions{where} know", offset, hint)


def _overload(function: str, types: str, offset: int) -> Complaint:
    shown = function.strip("_@")
    kinds = _renamed(types)
    operator = not function[0].isalpha()
    what = f"{'?:' if shown == '?_:' else shown} can't be applied to {kinds}"
    known = FUNCTIONS.get(function)
    hint = ""
    if known is not None:
        hint = f"write {known.signature}"
    elif operator and "int" in kinds and "double" in kinds:
        hint = "write 1.0 for 1, or double(x) for x"
    elif operator and "string" in kinds and function == "_+_":
        hint = "write string(x) for x"
    return Complaint(what, offset, hint)


def _renamed(text: str) -> str:
    renamed = text.replace("google.protobuf.Timestamp", "date").replace(
        "google.protobuf.Duration", "duration"
    )
    return renamed.replace("release.", "")
