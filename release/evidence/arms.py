"""Arms from rows: the exact sums per group and cluster that `release.stats.arms` makes intervals of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from release.evidence.rows import Rows
from release.evidence.terms import Term
from release.stats.arms import Arm, arm_of


def arms(
    rows: Rows,
    term: Term,
    *,
    by: Sequence[str] = (),
    cluster: str | None = None,
    where: str = "",
    source: str = "rows",
) -> Mapping[tuple[str, ...], Arm]:
    """Return one arm per group, sorted by key; without `by` the key is the empty tuple.

    Args:
        rows: the rows.
        term: what is averaged; its square is summed too.
        by: roles, or SQL expressions, that make the groups.
        cluster: the role (or SQL expression) to cluster by, or None.
        where: SQL condition on the rows.
        source: `rows`, or a subquery in brackets.
    """
    if cluster is not None and not rows.repeats(cluster, where=where, source=source):
        cluster = None
    keys = (*by, cluster) if cluster is not None else tuple(by)
    terms = {"total": term, "squares": term * term}
    grouped: dict[tuple[str, ...], list[tuple[str | None, int, object, object]]] = {}
    for group in rows.sums(terms, by=keys, where=where, source=source):
        key, own = group.key[: len(by)], group.key[len(by) :]
        line = (own[0] if own else None, group.n, group.sums["total"], group.sums["squares"])
        grouped.setdefault(key, []).append(line)
    return {key: arm_of(lines, by=cluster) for key, lines in grouped.items()}  # type: ignore[arg-type]
