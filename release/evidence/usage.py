"""How an evidence item is written, checked against what its kind declares: roles, parameters, figures.

Nothing of this needs the rows, so that `release check` says it too, and at the place in the plan.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from release.base.nearest import nearest
from release.base.pointers import pointer_token
from release.base.visible import quoted
from release.evidence.kind import Kind, Param, ResultSpec, params_of

if TYPE_CHECKING:
    from fractions import Fraction

REPORTED: Final = "reported"

SHARED_KEYS: Final = ("stage", "variant", "from", "to")
"""Keys of slices that a declared figure of any kind may have: what it is of, or between what it changed."""

RANGES: Final[Mapping[str, tuple[float | None, float | None]]] = {
    "proportion": (0.0, 1.0),
    "overlap": (0.0, 1.0),
    "p": (0.0, 1.0),
    "correlation": (-1.0, 1.0),
    "agreement": (-1.0, 1.0),
    "rate": (0.0, None),
    "count": (0.0, None),
    "kl": (0.0, None),
}
"""Ends of what a figure of a unit can be, where the figure does not say its own."""


_UNTOLD: Final = ("unknown", "undisclosed")


class Fault(NamedTuple):
    """Something written wrongly.

    Attributes:
        pointer: the way from the item (or what was asked about) to it, RFC 6901 without the first slash.
        key: whether the key at the end of the way is wrong, not the value.
    """

    code: str
    message: str
    hint: str
    pointer: str
    key: bool = False

    def below(self, *steps: str) -> Fault:
        """Return the same with a way that starts further up."""
        return self._replace(pointer="/".join([*steps, *([self.pointer] if self.pointer else [])]))


def faults(kind: Kind, item: Mapping[str, Any], stages: Collection[str] = ()) -> Iterator[Fault]:
    """Yield everything that is written wrongly in an item.

    Args:
        kind: the item's kind.
        item: the plan's entry.
        stages: ids of the plan's stages; empty where they are not known.
    """
    data = item.get("data")
    columns: Mapping[str, Any] = {}
    if isinstance(data, Mapping):
        columns = _written(data.get("columns", {}))
        needed = kind.compute is not None and "columns" in data and "path" in data
        for fault in column_faults(kind, columns, stages, needed=needed):
            yield fault.below("data", "columns")
    roles = None
    if columns:
        wide = any(isinstance(each, Mapping) for each in columns.values())
        roles = {*columns, *(["stage"] if wide else [])}
    for fault in param_faults(kind, _written(item.get("params", {})), roles):
        yield fault.below("params")
    yield from _figure_faults(kind, item)


def _written(mapping: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in mapping.items() if not name.startswith("$")}


def column_faults(
    kind: Kind, columns: Mapping[str, Any], stages: Collection[str] = (), *, needed: bool = True
) -> Iterator[Fault]:
    """Yield what is wrong with a mapping from role to column.

    Args:
        kind: the kind.
        columns: role to column name, or to {stage: column name} for a wide table.
        stages: stage ids of the plan; empty where they are not known.
        needed: whether the roles that the kind needs have to be there.
    """
    names = [role.name for role in kind.roles]
    wide: dict[str, tuple[str, ...]] = {}
    meant = set(columns)
    for name, column in columns.items():
        if name not in names:
            near = nearest(name, names)
            meant |= {near} if near else set()
            hint = f"Did you mean '{near}'? " if near else ""
            listed = (
                f"{hint}Its roles: {', '.join(names)}." if names else "It reads no rows: use another kind."
            )
            message = f"the kind {kind.name} has no role {quoted(name)}"
            yield Fault("IN-065", message, listed, pointer_token(name), key=True)
        elif not isinstance(column, str):
            numeric = kind.role(name).cell in {"number", "count", "binary"}
            if "stage" not in names or not numeric:
                message = f"role '{name}' of the kind {kind.name} cannot be spread over columns by stage"
                yield Fault("IN-065", message, "Map it to one column.", pointer_token(name))
            wide[name] = tuple(_written(column))
    for gap in kind.missing_roles(meant | ({"stage"} if wide else set())) if needed else ():
        message = f"the kind {kind.name} needs a column for {gap}"
        yield Fault("IN-065", message, "Map it under `data.columns`.", "")
    yield from _wide_faults(columns, wide, stages)


def _wide_faults(
    columns: Mapping[str, Any], wide: Mapping[str, tuple[str, ...]], stages: Collection[str]
) -> Iterator[Fault]:
    if not wide:
        return
    first, spread = next(iter(wide.items()))
    if "stage" in columns:
        message = f"role '{first}' is spread over columns by stage, and 'stage' has a column too"
        yield Fault("IN-065", message, "Keep one of the two.", pointer_token(first))
    if not spread:
        message = f"role '{first}' is spread over no columns"
        yield Fault("IN-065", message, "Write {stage: column, …}.", pointer_token(first))
    for name, others in wide.items():
        if set(others) != set(spread):
            message = f"roles '{first}' and '{name}' are spread over different stages"
            yield Fault("IN-065", message, "Name the same stages for both.", pointer_token(name))
    for stage in spread if stages else ():
        if stage not in stages:
            near = nearest(stage, stages)
            hint = f"Did you mean '{near}'?" if near else f"Stages: {', '.join(list(stages)[:12])}."
            yield Fault(
                "IN-070",
                f"{quoted(stage)} is no stage of the plan",
                hint,
                f"{pointer_token(first)}/{pointer_token(stage)}",
                key=True,
            )


def param_faults(kind: Kind, written: Mapping[str, Any], roles: Collection[str] | None) -> Iterator[Fault]:
    """Yield what is wrong with the parameters of an item.

    Args:
        kind: the kind.
        written: parameters as written.
        roles: the roles that are mapped, or None where nothing is mapped that `cluster` could name.
    """
    known = {spec.name: spec for spec in params_of(kind)}
    for name, value in written.items():
        if name not in known:
            near = nearest(name, known)
            hint = f"Did you mean '{near}'? " if near else ""
            message = f"the kind {kind.name} has no parameter {quoted(name)}"
            yield Fault(
                "IN-073",
                message,
                f"{hint}Its parameters: {', '.join(sorted(known))}.",
                pointer_token(name),
                key=True,
            )
        elif complaint := _complaint(known[name], value):
            yield Fault("IN-073", f"parameter '{name}' {complaint}", known[name].text, pointer_token(name))
        elif name == "cluster":
            yield from _cluster_faults(kind, value, roles)


def _cluster_faults(kind: Kind, value: str, roles: Collection[str] | None) -> Iterator[Fault]:
    names = [role.name for role in kind.roles]
    usable = names if roles is None else [name for name in names if name in roles]
    if value != "none" and value not in usable:
        near = nearest(value, (*usable, "none"))
        hint = f"Did you mean '{near}'? " if near else ""
        message = f"parameter 'cluster' names {quoted(value)}, which is no mapped role"
        yield Fault("IN-073", message, f"{hint}One of: {', '.join(sorted(usable))}, none.", "cluster")


def _complaint(spec: Param, value: Any) -> str:  # noqa: ANN401 - any value of a plan
    """Return what is wrong with a parameter's value, or ""."""
    if spec.type == "string":
        if not isinstance(value, str):
            return "must be a word"
        if not spec.choices or value in spec.choices:
            return ""
        near = nearest(value, spec.choices)
        return f"must be one of {', '.join(spec.choices)}" + (f": did you mean '{near}'?" if near else "")
    if spec.type == "doubles":
        if not isinstance(value, (list, tuple)) or not value:
            return "must be a list of numbers"
        return next((found for found in (_number(spec, each) for each in value) if found), "")
    return _number(spec, value)


def _number(spec: Param, value: Any) -> str:  # noqa: ANN401 - any value of a plan
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return "must be a finite number"
    if spec.type == "int" and value != int(value):
        return "must be a whole number"
    if spec.low is not None and value <= spec.low:
        return f"must be above {spec.low:g}" if spec.low >= 0 else "must be 0 or more"
    if spec.high is not None and value >= spec.high:
        return f"must be below {spec.high:g}"
    return ""


def _figure_faults(kind: Kind, item: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield what is wrong with the slices and numbers of declared figures, and with the headline's slice."""
    specs = {spec.name: spec for spec in kind.results}
    keys = slice_keys(kind)
    start = f"{item['$at']}/"
    for entry in item.get("declared", ()):
        at = entry["$at"].removeprefix(start)
        if kind.name != REPORTED:
            yield from _slice_faults(kind, entry.get("by", {}), keys, f"{at}/by")
        if "result" not in entry:  # refused already, and nothing more can be said of a figure without a name
            continue
        unnamed_unit = "unit" not in entry and "unit" not in entry.get("$unknown", ())
        if kind.name == REPORTED and "value" in entry and unnamed_unit:
            message = f"the reported figure {quoted(entry['result'])} has no unit"
            hint = "Write it as {value: …, unit: …}: its name belongs to no kind that would tell the unit."
            yield Fault("IN-022", message, hint, at)
        yield from _number_faults(specs.get(entry["result"]), entry, at)
    headline = item.get("headline")
    if isinstance(headline, Mapping) and kind.name != REPORTED:
        yield from _slice_faults(kind, headline.get("by", {}), keys, "headline/by")


def slice_keys(kind: Kind) -> tuple[str, ...]:
    """Return the keys that name slices of a kind: those of its results, its roles, and the shared ones."""
    own = [key for spec in kind.results for by in spec.by for key in by]
    return tuple(dict.fromkeys([*own, *SHARED_KEYS, *(role.name for role in kind.roles)]))


def _slice_faults(kind: Kind, by: Mapping[str, Any], keys: Sequence[str], at: str) -> Iterator[Fault]:
    for name in _written(by):
        if name not in keys:
            near = nearest(name, keys)
            hint = f"Did you mean '{near}'? " if near else ""
            message = f"the kind {kind.name} has no slices by {quoted(name)}"
            yield Fault(
                "IN-033",
                message,
                f"{hint}Its keys: {', '.join(keys)}.",
                f"{at}/{pointer_token(name)}",
                key=True,
            )


def _number_faults(spec: ResultSpec | None, entry: Mapping[str, Any], at: str) -> Iterator[Fault]:
    """Yield what cannot be true of one declared figure, whatever the rows say."""
    numbers = {name: entry[name] for name in ("value", "low", "high") if is_number(entry.get(name))}
    value, low, high = (numbers.get(name) for name in ("value", "low", "high"))
    own_unit = entry.get("unit")
    if spec is not None and own_unit in {None, spec.unit}:
        yield from _range_faults(spec, numbers, at)
    if low is not None and high is not None and low > high:
        message = f"the interval of {quoted(entry['result'])} ends at {high:g}, below its start at {low:g}"
        yield Fault(
            "IN-101", message, "Write the lower end under `low` and the upper end under `high`.", f"{at}/low"
        )
    elif value is not None:
        for name, end, outside in (
            ("low", low, low is not None and value < low),
            ("high", high, high is not None and value > high),
        ):
            if outside:
                side = "below" if name == "low" else "above"
                interval = f"its own interval ({name} {end:g})"
                message = f"the value {value:g} of {quoted(entry['result'])} lies {side} {interval}"
                yield Fault("IN-101", message, "Correct the value or the interval.", f"{at}/value")
    level = entry.get("level", 0.5)
    if is_number(level) and not 0 < level < 1:
        hint = "Write 0.95 for 95 %."
        yield Fault("IN-101", f"the level {level:g} does not lie between 0 and 1", hint, f"{at}/level")


def _range_faults(spec: ResultSpec, numbers: Mapping[str, float], at: str) -> Iterator[Fault]:
    low, high = range_of(spec)
    for name, number in numbers.items():
        if (low is None or number >= low) and (high is None or number <= high):
            continue
        if spec.range is not None and name != "value":
            continue  # t intervals of means are not cut at what a mean can be
        if low is not None and high is not None:
            limits = f"lies between {low:g} and {high:g}"
        else:
            limits = f"is not below {low:g}" if low is not None else f"is not above {high:g}"
        hint = "Correct it, or write under `unit` what it is in, where that is not its usual unit."
        if (low, high) == (0.0, 1.0) and 2 <= number <= 100:
            hint = f"Write {number / 100:g} for {number:g} %."
        elif name != "value":
            hint = "An end that the figure cannot reach is cut at what it can."
        what = quoted(spec.name) if name == "value" else f"the end `{name}` of {quoted(spec.name)}"
        yield Fault("IN-101", f"{what} {limits}, and here is {number:g}", hint, f"{at}/{name}")


def range_of(spec: ResultSpec) -> tuple[float | None, float | None]:
    """Return the least and the greatest that a figure can be, None where nothing limits it."""
    return RANGES.get(spec.unit, (None, None)) if spec.range is None else spec.range


def figure_schema(spec: ResultSpec) -> Mapping[str, Any]:
    """Return the JSON Schema of one declared figure, short or long; empty where nothing limits it."""
    low, high = range_of(spec)
    limits = {word: end for word, end in (("minimum", low), ("maximum", high)) if end is not None}
    if not limits:
        return {}
    ends = ("value",) if spec.range is not None else ("value", "low", "high")
    return {
        **limits,
        "if": {"properties": {"unit": {"enum": [spec.unit, *_UNTOLD]}}},
        "then": {"properties": dict.fromkeys(ends, limits)},
    }


def param_schema(spec: Param) -> Mapping[str, Any]:
    """Return the JSON Schema of the values of a parameter."""
    if spec.type == "string":
        return {"enum": [*spec.choices, *_UNTOLD]} if spec.choices else {"type": "string"}
    number: dict[str, Any] = {"type": "integer" if spec.type == "int" else "number"}
    if spec.low is not None:
        number["exclusiveMinimum"] = spec.low
    if spec.high is not None:
        number["exclusiveMaximum"] = spec.high
    if spec.type == "doubles":
        number = {"type": "array", "minItems": 1, "items": number}
    return {"anyOf": [number, {"enum": [*_UNTOLD]}]}


def half_unit(digits: str) -> Fraction:
    """Return half a unit of the last digit of a number as written.

    >>> half_unit("0.690"), half_unit("95")
    (Fraction(1, 2000), Fraction(1, 2))
    """
    from decimal import Decimal
    from fractions import Fraction

    exponent = Decimal(digits).as_tuple().exponent
    return Fraction(10) ** exponent / 2 if isinstance(exponent, int) else Fraction(0)


def is_number(value: Any) -> bool:  # noqa: ANN401 - any value of a plan
    """Tell whether a value is a number; true and false are none."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
