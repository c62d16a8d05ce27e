"""Comparisons of two models as SQL: one row per model and comparison, and sums by rater, item and pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from release.evidence.moments import moments
from release.evidence.rows import Rows
from release.evidence.terms import Term, text_literal
from release.stats.agreement import Unit
from release.stats.bradley_terry import Comparison
from release.stats.clustered import Moments
from release.stats.logistic import Outcome
from release.stats.means import Sums

A, B, TIE = "model_a", "model_b", "tie"


def wins_of_a(rows: Rows) -> Term:
    """Return what the first model won in a row: 1, 0, one half for a tie, or its weight."""
    if not rows.has("winner"):
        return rows.value("weight")
    won = f'"winner" = "{A}" OR ("winner" = \'{A}\' AND "winner" <> "{B}")'
    return Term(f"(CASE WHEN {won} THEN 10 WHEN {is_tie()} THEN 5 ELSE 0 END)", 1, 10)


def is_tie() -> str:
    """Return the SQL condition of a tie; a model of that name wins over the word."""
    return f"\"winner\" = '{TIE}' AND \"{A}\" <> '{TIE}' AND \"{B}\" <> '{TIE}'"


def not_a_winner() -> str:
    """Return the SQL condition of a winner that is none of the words or models it may be."""
    return f"\"winner\" NOT IN (\"{A}\", \"{B}\", '{A}', '{B}', '{TIE}')"


@dataclass(frozen=True, slots=True)
class Sides:
    """Both sides of every comparison.

    Attributes:
        rows: the rows.
        term: what the side won, over `source`.
        source: a subquery with the columns model, other, v and, where they are mapped, item, rater and d (the
            side's length minus the other's).
    """

    rows: Rows
    term: Term
    source: str

    def where(self, model: str) -> str:
        """Return the SQL condition of one model's side."""
        return f"model = {text_literal(model)}"

    def sums(self, model: str) -> Sums:
        """Return the sums of one model's side."""
        terms = {"v": self.term, "vv": self.term * self.term}
        line = self.rows.sums(terms, where=self.where(model), source=self.source)[0]
        return Sums(line.n, line.sums["v"], line.sums["vv"])

    def repeats(self, model: str, role: str) -> bool:
        """Tell whether two rows of one model share a rater or an item."""
        return self.rows.repeats(role, where=self.where(model), source=self.source)

    def moments(self, model: str, roles: Sequence[str]) -> Moments:
        """Return the sums over clusters of one model's side, clusters of all of `roles` together."""
        where = self.where(model)
        return moments(self.rows, self.term, cluster=roles, where=where, source=self.source)[()]

    def outcomes(self, model: str, by: str | None) -> list[Outcome]:
        """Return wins by difference in length (and cluster), for length control."""
        difference = length_difference(self.rows)
        keys = ["d", by] if by else ["d"]
        lines = self.rows.sums(
            {"v": self.term}, by=keys, where=f"{self.where(model)} AND d IS NOT NULL", source=self.source
        )
        return [
            Outcome(difference.exact(int(line.key[0])), line.n, line.sums["v"], line.key[1] if by else None)
            for line in lines
        ]


def length_difference(rows: Rows) -> Term:
    """Return the length of the first model's text minus that of the second's."""
    return rows.value("length_a") - rows.value("length_b")


def sides(rows: Rows, cluster: str | None = None) -> Sides:
    """Return both sides of every comparison, with item, rater and what else they are clustered by."""
    won = wins_of_a(rows)
    one = Term("1", 0, 1).at_scale(won.decimals)
    kept = [name for name in dict.fromkeys(("item", "rater", cluster)) if name and rows.has(name)]
    listed = "".join(f', "{name}"' for name in kept)
    lengths = ("", "")
    if rows.has("length_a", "length_b"):
        d = length_difference(rows).sql
        lengths = (f", {d} AS d", f", -{d} AS d")
    first = f'SELECT "{A}" AS model, "{B}" AS other, {won.sql} AS v{listed}{lengths[0]} FROM rows'
    second = (
        f'SELECT "{B}" AS model, "{A}" AS other, {one.sql} - {won.sql} AS v{listed}{lengths[1]} FROM rows'
    )
    return Sides(rows, Term("v", won.decimals, won.bound), f"({first} UNION ALL {second})")


def pair_sums(rows: Rows, by: str | None) -> list[Comparison]:
    """Return how often and how well the models did against each other, by rater where one is named."""
    keys = [A, B, by] if by else [A, B]
    return [
        Comparison(group.key[0], group.key[1], group.n, group.sums["v"], group.key[2] if by else None)
        for group in rows.sums({"v": wins_of_a(rows)}, by=keys)
    ]


def units_by_item(rows: Rows) -> list[list[Unit]]:
    """Return what raters said of each pair of models on each item: how often each model, or a tie, was named.

    Only pairs with two judgements or more say anything about agreement.
    """
    won = wins_of_a(rows)
    half = f"({Term('1', 0, 1).at_scale(won.decimals).sql})"
    a_first = f'"{A}" <= "{B}"'
    flipped = f"(CASE WHEN {a_first} THEN {won.sql} ELSE {half} - {won.sql} END)"
    names = f'LEAST("{A}", "{B}") AS one, GREATEST("{A}", "{B}") AS two'
    inner = f'(SELECT "item", {names}, {flipped} * 2 - {half} AS lead FROM rows)'
    counted = ", ".join(
        f"CAST(SUM(CASE WHEN lead {sign} 0 THEN 1 ELSE 0 END) AS BIGINT)" for sign in (">", "<", "=")
    )
    sql = (
        f'SELECT "item", one, two, {counted} FROM {inner} AS t GROUP BY "item", one, two HAVING COUNT(*) > 1'
    )
    items: dict[str, list[Unit]] = {}
    for item, one, two, first, second, ties in rows.query(sql):
        counts = {(one,): int(first), (two,): int(second), (): int(ties)}
        items.setdefault(str(item), []).append({value: n for value, n in counts.items() if n})
    return [items[item] for item in sorted(items)]
