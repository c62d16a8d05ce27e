"""The macros of CEL: `all`, `exists`, `exists_one`, `map` and `filter`, over lists and the keys of maps."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from release.policy.describing import describe
from release.policy.frame import Frame, Undetermined, fault
from release.policy.operators import Value, no_overload, truth
from release.policy.syntax import Loop, Node

Program: TypeAlias = Callable[[Frame], Any]
Compiler: TypeAlias = Callable[[Node], Program]
Visit: TypeAlias = Callable[[Frame, Value, int], bool]

_ABSENT: Final = object()
_STOPPING: Final = frozenset({"all", "exists"})
"""Loops that stop at the first element that decides them."""


def loop(node: Loop, program: Compiler) -> Program:
    """Return the function that evaluates a loop; `program` compiles what is below it."""
    if node.kind in {"all", "exists"}:
        return _deciding(node, program)
    if node.kind == "exists_one":
        return _exactly_one(node, program)
    return _making(node, program)


def _elements(source: Value) -> Iterable[Value]:
    if isinstance(source, list):
        return source
    if isinstance(source, dict):
        if source.get("$unknown"):
            raise fault("some keys of the map are written unknown")
        return [key for key in source if not (key.__class__ is str and key.startswith("$"))]
    raise no_overload("a loop", source)


def _each(node: Loop, source: Program, visit: Visit, frame: Frame) -> None:
    """Call `visit` for each element until it returns true, with the element under the loop's name."""
    names, trace, variable = frame.names, frame.trace, node.variable
    visited = source(frame)
    if trace is not None and isinstance(visited, dict):
        trace.look(visited, "")
    elements = _elements(visited)
    before = names.get(variable, _ABSENT)
    origin = None if trace is None else trace.origins.get(variable)
    text = "" if trace is None else describe(node.source, frame)
    try:
        numbered: Iterable[tuple[int, Value]] = enumerate(elements)
        if trace is not None and node.kind in _STOPPING:
            numbered = trace.widest_first(numbered)
        for index, element in numbered:
            frame.spend()
            names[variable] = element
            if trace is not None:
                trace.origins[variable] = (text, index)
                trace.read(element)
            if visit(frame, element, index):
                return
    finally:
        if before is _ABSENT:
            names.pop(variable, None)
        else:
            names[variable] = before
        if trace is not None:
            trace.origins.pop(variable, None)
            if origin is not None:
                trace.origins[variable] = origin


def _condition(node: Loop, program: Compiler) -> Program:
    if node.condition is None:
        return lambda _frame: True
    return program(node.condition)


def _deciding(node: Loop, program: Compiler) -> Program:
    """`all` and `exists`: as `&&` and `||` over the elements."""
    source = program(node.source)
    condition = _condition(node, program)
    decisive = node.kind == "exists"

    def run(frame: Frame) -> bool:
        lacks: list[tuple[int, Undetermined]] = []
        decided = False

        def visit(frame: Frame, _element: Value, index: int) -> bool:
            nonlocal decided
            try:
                decided = truth(condition(frame), node.kind) is decisive
            except Undetermined as found:
                lacks.append((index, found))
            return decided

        _each(node, source, visit, frame)
        if decided:
            return decisive
        if lacks:
            lacks.sort(key=lambda each: each[0])
            raise functools.reduce(lambda before, found: before.joined(found), (each for _, each in lacks))
        return not decisive

    return run


def _exactly_one(node: Loop, program: Compiler) -> Program:
    source = program(node.source)
    condition = _condition(node, program)

    def run(frame: Frame) -> bool:
        count = 0

        def visit(frame: Frame, _element: Value, _index: int) -> bool:
            nonlocal count
            count += truth(condition(frame), node.kind)
            return False

        _each(node, source, visit, frame)
        return count == 1

    return run


def _making(node: Loop, program: Compiler) -> Program:
    """`map` and `filter`: a new list, which no work is left to make too long."""
    source = program(node.source)
    condition = _condition(node, program)
    result = None if node.result is None else program(node.result)

    def run(frame: Frame) -> list[Value]:
        made: list[Value] = []

        def visit(frame: Frame, element: Value, _index: int) -> bool:
            if truth(condition(frame), node.kind):
                made.append(element if result is None else result(frame))
            return False

        _each(node, source, visit, frame)
        return made

    return run
