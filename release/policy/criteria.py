"""The plan's own criteria: the same expressions as in packs, written where a stage is planned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from release.base.errors import ErrorCollector
from release.base.record import Record
from release.policy.frame import Exhausted, Frame, Undetermined
from release.policy.meaning import program
from release.policy.pack import Written
from release.policy.syntax import Call, Constant, Field, Logic, Loop, Node, Variable, route_of, walk
from release.policy.words import language

if TYPE_CHECKING:
    from release.policy.expression import Dialect

_EVIDENCE_LISTS: Final = frozenset({"evidence", "cited", "evidence_all"})
_STATIC_FIELDS: Final = frozenset({"id", "kind", "condition", "scopes"})


class CompiledCriterion(Record):
    """A criterion, ready to be asked."""

    id: str
    node: Node


@cache
def _dialect() -> Dialect:
    return language().dialect()


def compile_criteria(plan: Any) -> dict[str, CompiledCriterion]:  # noqa: ANN401
    """Compile every criterion of a plan (`release.plan.plan.Plan`), by pointer.

    Raises:
        InvalidInput: with every expression that is wrong, at its place in the plan.
    """
    written = list(_written(plan.data))
    if not written:
        return {}
    from release.policy.compile_pack import Checking

    errors = ErrorCollector(texts=dict(plan.texts))
    dialect = _dialect()
    found = {}
    for criterion in written:
        pointer = criterion["$at"]
        at = plan.position(f"{pointer}/require")
        checking = Checking(dialect, plan.texts.get(at.file, ""), errors)
        what = f"the criterion {criterion['id']}"
        node = checking.truth(Written(criterion["require"], at), "criterion", what=what)
        found[pointer] = CompiledCriterion(criterion["id"], node)
    errors.raise_if_any()
    return found


def _written(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the criteria; of a plan that is refused, those of which enough was read."""
    for stage in data.get("stages", ()):
        for criterion in stage.get("criteria", ()):
            if "id" in criterion and "require" in criterion:
                yield criterion


def evidence_read(node: Node, criterion: Mapping[str, Any], plan: Mapping[str, Any]) -> Sequence[str]:
    """Return the ids of the evidence that a criterion reads, in plan order.

    A loop over evidence reads the items that its plain conditions on id, kind, condition and scopes leave in;
    over `stage.evidence` only those about the criterion's stage. An id that is written in the expression
    counts too.
    """
    items = [each for each in plan.get("evidence", ()) if isinstance(each, Mapping)]
    known = {item["id"] for item in items}
    found: set[str] = {
        each.value for each in walk(node) if isinstance(each, Constant) and each.value in known
    }
    stage = _stage_of(criterion, plan)
    for each in walk(node):
        if isinstance(each, Loop) and (route := route_of(each.source)) and route[-1] in _EVIDENCE_LISTS:
            about = [item for item in items if route[0] != "stage" or _is_about(item, stage)]
            found |= {item["id"] for item in about if _left_in(each, item)}
    return [item["id"] for item in items if item["id"] in found]


def _stage_of(criterion: Mapping[str, Any], plan: Mapping[str, Any]) -> Mapping[str, Any]:
    pointer = str(criterion.get("$at", ""))
    stages = plan.get("stages", ())
    return next((stage for stage in stages if pointer.startswith(f"{stage.get('$at')}/")), {})


def _is_about(item: Mapping[str, Any], stage: Mapping[str, Any]) -> bool:
    variants = {each.get("id") if isinstance(each, Mapping) else each for each in stage.get("variants", ())}
    tested = {each.get("id") if isinstance(each, Mapping) else each for each in item.get("variants", ())}
    return stage.get("id") in item.get("stages", ()) or bool(variants & tested)


def _left_in(loop: Loop, item: Mapping[str, Any]) -> bool:
    """Tell whether a loop's plain conditions alone do not settle an item."""
    if loop.condition is None:
        return True
    settled = (
        loop.kind == "all"
    )  # `all` is settled for an item by what is true of it, the others by what is false
    wanted = "or" if settled else "and"
    condition = loop.condition
    parts = condition.operands if isinstance(condition, Logic) and condition.kind == wanted else (condition,)
    for part in parts:
        if _is_static(part, loop.variable):
            try:
                if program(part)(Frame({loop.variable: dict(item)})) is settled:
                    return False
            except (Undetermined, Exhausted):
                continue
    return True


def _is_static(node: Node, variable: str) -> bool:
    """Tell whether a condition asks only for what an item is, not for its figures."""
    for each in walk(node):
        if isinstance(each, Variable) and each.name != variable:
            return False
        if isinstance(each, Field) and each.name not in _STATIC_FIELDS:
            return False
        if isinstance(each, Loop) or (isinstance(each, Call) and each.function[0].isalpha()):
            return False
    return True
