"""The evidence item as YAML, ready to stand in a plan."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from release.base.visible import visible

_PLAIN: Final = re.compile(r"[a-z][a-z0-9_./-]*", re.ASCII)
_NOT_PLAIN: Final = frozenset({"true", "false", "null", "y", "n", "yes", "no", "on", "off"})

Value = str | int | float | Sequence["Value"] | Mapping[str, "Value"]


def scalar(value: str | float) -> str:
    """Return a text or number as YAML 1.2 that reads back as the same.

    >>> scalar("accuracy"), scalar("a: b"), scalar(0.25)
    ('accuracy', '"a: b"', '0.25')
    """
    if not isinstance(value, str):
        return repr(value)
    text = visible(value)
    if _PLAIN.fullmatch(text) and text not in _NOT_PLAIN:
        return text
    return json.dumps(text, ensure_ascii=False)


def flow(value: Value) -> str:
    """Return a value on one line."""
    if isinstance(value, (str, int, float)):
        return scalar(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(key)}: {flow(inner)}" for key, inner in value.items()) + "}"
    return "[" + ", ".join(flow(inner) for inner in value) + "]"


def item_yaml(item: Mapping[str, Value], indent: str = "  ") -> str:
    """Return an evidence item as an entry of a list; long lists have one entry a line.

    Args:
        item: key to value, in the order to be written.
        indent: what stands before the dash.
    """
    lines = []
    for key, value in item.items():
        if isinstance(value, Mapping):
            lines.append(f"{key}:")
            lines += [f"  {scalar(name)}: {flow(inner)}" for name, inner in value.items()]
        elif not isinstance(value, (str, int, float)) and key in {"limitations", "declared"}:
            lines.append(f"{key}:")
            lines += [f"  - {flow(inner)}" for inner in value]
        else:
            lines.append(f"{key}: {flow(value)}")
    first, *rest = lines
    return "".join(f"{line}\n" for line in [f"{indent}- {first}", *(f"{indent}  {line}" for line in rest)])
