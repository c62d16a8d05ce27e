"""The same items in two groups of rows, joined by the engine: exact sums of both and of differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from release.base.record import Record
from release.evidence.rows import Rows
from release.evidence.terms import Term
from release.stats.arms import Arm, Pairs, arm_of
from release.stats.means import Sums


class Paired(Record):
    """Items that are in both groups.

    Attributes:
        pairs: sums of both values and of their products.
        differences: second minus first, by cluster where there is one.
    """

    pairs: Pairs
    differences: Arm


def paired_by(
    rows: Rows,
    term: Term,
    *,
    on: Sequence[str],
    first: str,
    second: str,
    by: Sequence[str] = (),
    cluster: str | None = None,
) -> Mapping[tuple[str, ...], Paired]:
    """Return the pairs per group.

    Args:
        rows: the rows; `on` must not repeat within `first` nor within `second`.
        term: the value.
        on: roles that make two rows a pair.
        first: SQL condition of the rows before.
        second: SQL condition of the rows after.
        by: some of `on`, to group by; without it the key is the empty tuple.
        cluster: one of `on`, to cluster differences by, or None.
    """
    keys = ", ".join(rows.name(role) for role in on)
    one, two = (
        f"(SELECT {keys}, {term.sql} AS {name} FROM rows WHERE {where})"
        for name, where in (("x", first), ("y", second))
    )
    source = f"(SELECT {keys}, x, y FROM {one} AS a JOIN {two} AS b USING ({keys}))"
    before, after = (Term(name, term.decimals, term.bound) for name in ("x", "y"))
    change = after - before
    terms = {
        "x": before,
        "y": after,
        "xx": before * before,
        "yy": after * after,
        "xy": before * after,
    }
    found = {}
    differences = _differences(rows, change, source, by, cluster)
    for group in rows.sums(terms, by=by, source=source):
        if group.n:
            total = group.sums
            pairs = Pairs(
                Sums(group.n, total["x"], total["xx"]), Sums(group.n, total["y"], total["yy"]), total["xy"]
            )
            found[group.key] = Paired(pairs, differences.get(group.key, Arm(pairs.differences)))
    return found


def _differences(
    rows: Rows, change: Term, source: str, by: Sequence[str], cluster: str | None
) -> dict[tuple[str, ...], Arm]:
    if cluster is None or not rows.repeats(cluster, source=source):
        return {}
    lines: dict[tuple[str, ...], list[tuple[str | None, int, object, object]]] = {}
    terms = {"d": change, "dd": change * change}
    for group in rows.sums(terms, by=[*by, cluster], source=source):
        lines.setdefault(group.key[:-1], []).append(
            (group.key[-1], group.n, group.sums["d"], group.sums["dd"])
        )
    return {key: arm_of(own, by=cluster) for key, own in lines.items()}  # type: ignore[arg-type]
