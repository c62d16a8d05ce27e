"""Clustered means from sums over clusters that the engine forms: memory does not grow with their number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from release.evidence.rows import Group, Rows
from release.evidence.terms import Overflow, Term
from release.stats.arms import Arm
from release.stats.clustered import ENOUGH_CLUSTERS, Cluster, Moments, moments_of
from release.stats.means import Sums


def levels(
    rows: Rows,
    term: Term,
    *,
    by: Sequence[str] = (),
    cluster: Sequence[str] = (),
    where: str = "",
    source: str = "rows",
) -> Mapping[tuple[str, ...], Arm]:
    """Return one arm per group for figures of that group alone; differences need `release.evidence.arms`.

    Args:
        rows: the rows.
        term: what is averaged.
        by: roles, or SQL expressions, that make the groups; without any the key is the empty tuple.
        cluster: roles that make the clusters together; none for independent rows.
        where: SQL condition on the rows.
        source: `rows`, or a subquery in brackets.
    """
    sums = {
        group.key: Sums(group.n, group.sums["t"], group.sums["tt"])
        for group in rows.sums({"t": term, "tt": term * term}, by=by, where=where, source=source)
    }
    if not cluster:
        return {key: Arm(own) for key, own in sums.items()}
    found = moments(rows, term, by=by, cluster=cluster, where=where, source=source)
    name = " and ".join(cluster)
    return {key: Arm(own, by=name, moments=found.get(key)) for key, own in sums.items()}


def moments(
    rows: Rows,
    term: Term,
    *,
    by: Sequence[str] = (),
    cluster: Sequence[str],
    where: str = "",
    source: str = "rows",
) -> Mapping[tuple[str, ...], Moments]:
    """Return the sums over clusters per group, with the clusters themselves where there are few."""
    inner = _per_cluster(rows, term, [*by, *cluster], where, source)
    keys = [f"k{place}" for place in range(len(by))]
    n = Term("n", 0, max(1, rows.count))
    t = Term("t", term.decimals, term.bound * n.bound)
    try:
        terms = {"n": n, "t": t, "tt": t * t, "nt": n * t, "nn": n * n}
    except Overflow:
        return _counted_here(rows.sums({"n": n, "t": t}, by=_all_keys(by, cluster), source=inner), len(by))
    groups = rows.sums(terms, by=keys, source=inner)
    few = _few(rows, n, t, keys, inner) if any(0 < group.n < ENOUGH_CLUSTERS for group in groups) else {}
    return {
        group.key: Moments(
            group.n,
            int(group.sums["n"]),
            group.sums["t"],
            group.sums["tt"],
            group.sums["nt"],
            int(group.sums["nn"]),
            few.get(group.key, ()),
        )
        for group in groups
        if group.n
    }


def _all_keys(by: Sequence[str], cluster: Sequence[str]) -> list[str]:
    return [f"k{place}" for place in range(len(by) + len(cluster))]


def _per_cluster(rows: Rows, term: Term, keys: Sequence[str], where: str, source: str) -> str:
    """Return a subquery with the keys as k0, k1, … and each cluster's number of rows n and sum t."""
    listed = ", ".join(f"{rows.name(key)} AS k{place}" for place, key in enumerate(keys))
    condition = f" WHERE {where}" if where else ""
    places = ", ".join(str(place) for place in range(1, len(keys) + 1))
    total = rows.sum_of(term, source)
    return f"(SELECT {listed}, COUNT(*) AS n, {total} AS t FROM {source} AS s{condition} GROUP BY {places})"


def _few(
    rows: Rows, n: Term, t: Term, keys: Sequence[str], inner: str
) -> dict[tuple[str, ...], tuple[Cluster, ...]]:
    """Return the clusters of the groups that have fewer than ten."""
    partition = f"PARTITION BY {', '.join(keys)}" if keys else ""
    counted = f"(SELECT *, COUNT(*) OVER ({partition}) AS g FROM {inner} AS c)"
    listed = ", ".join([*keys, "n", "t"])
    found: dict[tuple[str, ...], list[Cluster]] = {}
    for row in rows.query(f"SELECT {listed} FROM {counted} AS d WHERE g < {ENOUGH_CLUSTERS}"):
        key = tuple(str(part) for part in row[: len(keys)])
        found.setdefault(key, []).append(Cluster(int(n.exact(row[-2])), t.exact(row[-1])))
    return {key: tuple(sorted(clusters)) for key, clusters in found.items()}


def _counted_here(groups: Sequence[Group], width: int) -> dict[tuple[str, ...], Moments]:
    """Return the same from every cluster, where squares of sums could leave the engine's 38 digits."""
    found: dict[tuple[str, ...], list[Cluster]] = {}
    for group in groups:
        own = found.setdefault(group.key[:width], [])
        own.append(Cluster(int(group.sums["n"]), group.sums["t"]))
    return {key: moments_of(sorted(clusters)) for key, clusters in found.items()}
