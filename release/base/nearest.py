"""Names: the nearest valid one to a misspelled one, and whether a text has one."""

from __future__ import annotations

import re
from collections.abc import Iterable


def _distance(left: str, right: str, limit: int) -> int:
    """Return the optimal string alignment distance, or `limit + 1` once it is certain to exceed `limit`."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            cost = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, previous = previous, current
    return previous[-1]


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """Return the valid name most like `name`, or None when none is near enough to be meant.

    Case, `-` and `_` do not count. Ties go to the alphabetically first, so that the answer never varies.
    """
    wanted = name[:80].casefold().replace("-", "_")
    limit = max(1, len(wanted) // 3)
    best: tuple[int, str] | None = None
    for candidate in sorted(set(valid)):
        distance = _distance(wanted, candidate[:80].casefold().replace("-", "_"), limit)
        if distance <= limit and (best is None or distance < best[0]):
            best = (distance, candidate)
    return best[1] if best else None


def is_named(text: str, name: str) -> bool:
    """Tell whether a text has a name as a word of its own.

    >>> is_named("models: small-a, b", "small"), is_named("models: small-a, b", "b")
    (False, True)
    """
    return bool(name) and re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) is not None
