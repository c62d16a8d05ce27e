"""Ranks of scores in the engine: the whole-number sums that an area under the curve is made from."""

from __future__ import annotations

from release.evidence.rows import Rows
from release.evidence.terms import Term, real_literal
from release.stats.auc import RankSums, ScoreCount, delong, delong_clustered
from release.stats.interval import Statistic

POSITIVE = "CASE WHEN \"source\" = 'model' THEN 1 ELSE 0 END"


def _per_score(where: str) -> str:
    """Return a subquery with the positives p and the negatives q of each score."""
    condition = f" WHERE {where}" if where else ""
    counts = f"CAST(SUM({POSITIVE}) AS BIGINT) AS p, COUNT(*) - CAST(SUM({POSITIVE}) AS BIGINT) AS q"
    return f'(SELECT "score" AS s, {counts} FROM rows{condition} GROUP BY "score")'


def _cumulated(where: str) -> str:
    """Return a subquery with, for each score, also the negatives below and the positives above it."""
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    below = f"CAST(SUM(q) OVER (ORDER BY s {frame}) AS BIGINT) - q"
    above = f"CAST(SUM(p) OVER (ORDER BY s DESC {frame}) AS BIGINT) - p"
    return f"(SELECT p, q, {below} AS below, {above} AS above FROM {_per_score(where)} AS c)"


def rank_sums_of(rows: Rows, where: str) -> RankSums:
    """Return the sums over ranks of `score`, rows of source `model` against the others."""
    n = max(1, rows.count)
    p, q = Term("p", 0, n), Term("q", 0, n)
    w, v = Term("(2 * below + q)", 0, 2 * n), Term("(2 * above + p)", 0, 2 * n)
    terms = {"p": p, "q": q, "pw": p * w, "pww": p * w * w, "qvv": q * v * v}
    sums = rows.sums(terms, source=_cumulated(where))[0].sums
    return RankSums(*(int(sums[name]) for name in terms))


def area(rows: Rows, where: str, *, cluster: str | None, level: float) -> Statistic:
    """Return the area under the curve of the rows that meet a condition, clustered if they repeat."""
    if cluster is None or not rows.repeats(cluster, where=where):
        estimate = delong(rank_sums_of(rows, where))
    else:
        condition = f" WHERE {where}" if where else ""
        counts = f"SUM({POSITIVE}), SUM(1 - {POSITIVE})"
        tables: dict[str, list[ScoreCount]] = {}
        for key, score, positives, negatives in rows.query(
            f'SELECT {rows.name(cluster)}, "score", {counts} FROM rows{condition} GROUP BY 1, 2'
        ):
            tables.setdefault(str(key), []).append(ScoreCount(score, int(positives), int(negatives)))
        estimate = delong_clustered(tables, by=cluster)
    return estimate.statistic(level, floor=0.0, ceiling=1.0)


def caught_at(rows: Rows, allowed: int) -> str:
    """Return the SQL condition of the lowest threshold that flags at most `allowed` negatives."""
    frame = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    flagged = f"s, SUM(q) OVER (ORDER BY s DESC {frame}) AS q"
    sql = f"SELECT MIN(s) FROM (SELECT {flagged} FROM {_per_score('')} AS c) AS t WHERE q <= {allowed}"
    threshold = rows.query(sql)[0][0]
    return "FALSE" if threshold is None else f'"score" >= {real_literal(threshold)}'
