"""Rows as a kind sees them: one view, exact sums, and errors that name file, line and column.

An engine returns counts and exact sums only; whatever has a root, a logarithm or a division is Python over
groups. Numbers are summed as integers at a decimal scale of their column (see `Profile`), so that neither the
order of the rows nor the number of threads nor the engine can change a digit.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.limits import ERRORS_LISTED
from release.base.record import Record
from release.base.visible import quoted
from release.evidence.terms import EXACT_REALS, Profile, Term, settles


class Group(NamedTuple):
    """Sums of the rows that share `key`."""

    key: tuple[str, ...]
    n: int
    sums: Mapping[str, Fraction]


class Engine(Protocol):
    """What runs the SQL."""

    name: str

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run DuckDB's dialect over the view `rows` and return all of the answer."""

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run SQL and yield its answer without holding it all."""

    def total(self, term: Term) -> str:
        """Return SQL for the exact sum of a term."""

    def fingerprint(self, text: str) -> str:
        """Return SQL for the order-free digest of an SQL text expression: an exact sum of hashes."""


class Locator(Protocol):
    """Finds the places of rows for error messages: slow, and only used when there are any."""

    def places(self, sql: str, role: str) -> list[tuple[Position, str]]:
        """Return where the rows are whose `record` the SQL over `rows_at` returns, and what stands there."""


class RowCheck(Record):
    """Something that no row may be.

    Attributes:
        where: SQL over `rows` that is true for a bad row.
        role: the role to point at.
        message: what is wrong; `{value}` stands for what the cell holds.
        hint: what to do.
    """

    where: str
    role: str
    message: str
    hint: str = ""


class Rows:
    """The typed rows of one evidence item.

    Attributes:
        roles: the roles that are mapped to columns.
        count: rows in the view `rows`, blank outcomes left out.
        missing: rows left out because an outcome is blank.
        profiles: what is known of each number column.
    """

    def __init__(
        self,
        engine: Engine,
        locator: Locator,
        *,
        roles: Collection[str],
        count: int,
        missing: int,
        profiles: Mapping[str, Profile],
        cells: Mapping[str, str],
    ) -> None:
        self.engine = engine
        self.roles = frozenset(roles)
        self.count = count
        self.missing = missing
        self.profiles = dict(profiles)
        self._cells = dict(cells)
        self._locator = locator

    def has(self, *roles: str) -> bool:
        """Tell whether all these roles are mapped."""
        return self.roles.issuperset(roles)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Run SQL in DuckDB's dialect over `rows`, or `all_rows` with blank outcomes. Never sum floats."""
        return self.engine.query(sql)

    def stream(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """Run SQL like `query` for an answer that may have as many rows as the file."""
        return self.engine.stream(sql)

    def name(self, role: str) -> str:
        """Return a role as a quoted column name; any other SQL as it is."""
        return f'"{role}"' if role in self.roles else role

    def value(self, role: str) -> Term:
        """Return the number of a role as an exact term."""
        name = f'"{role}"'
        if role not in self.profiles:
            return Term(f"CAST({name} AS BIGINT)", 0, 1 if self._cells[role] == "binary" else 2**53)
        profile = self.profiles[role]
        if profile.decimals >= 0:
            scaled = f"{name} * 1e{profile.decimals}"
        else:
            scaled = f"{name} / 1e{-profile.decimals}"
        whole = f"FLOOR({scaled} + 0.5)"
        column = name if profile.exact and profile.decimals >= 0 else ""
        return Term(f"CAST({whole} AS BIGINT)", profile.decimals, profile.bound, whole, column)

    def flag(self, condition: str) -> Term:
        """Return 1 where the SQL condition holds, else 0."""
        return Term(f"(CASE WHEN {condition} THEN 1 ELSE 0 END)")

    def sums(
        self,
        terms: Mapping[str, Term],
        *,
        by: Sequence[str] = (),
        where: str = "",
        source: str = "rows",
    ) -> list[Group]:
        """Return count and exact sums per group, sorted by key; without `by` exactly one group.

        Args:
            terms: name to what is summed.
            by: roles, or SQL expressions, that make the groups.
            where: SQL condition on the rows.
            source: `rows`, or a subquery in brackets whose columns the terms name.
        """
        rough = {
            name
            for name, term in terms.items()
            if source == "rows" and term.column and settles(term, self.count // 2 if by else self.count)
        }
        totals = (
            f"SUM({term.column})" if name in rough else self.sum_of(term, source)
            for name, term in terms.items()
        )
        columns = [*(self.name(part) for part in by), "COUNT(*)", *totals]
        sql = f"SELECT {', '.join(columns)} FROM {source} AS t"
        if where:
            sql += f" WHERE {where}"
        if by:
            sql += f" GROUP BY {', '.join(str(place) for place in range(1, len(by) + 1))}"
        width = len(by)
        answer = self.query(sql)
        if any(not settles(terms[name], max((row[width] for row in answer), default=0)) for name in rough):
            blunt = {name: term.but(column="") for name, term in terms.items()}
            return self.sums(blunt, by=by, where=where, source=source)
        read = [
            (name, term.settled if name in rough else term.exact, place)
            for place, (name, term) in enumerate(terms.items(), width + 1)
        ]
        groups = [
            Group(
                tuple(map(str, row[:width])),
                int(row[width]),
                {name: exact(row[place] or 0) for name, exact, place in read},
            )
            for row in answer
        ]
        groups.sort(key=itemgetter(0))
        return groups

    def sum_of(self, term: Term, source: str = "rows") -> str:
        """Return SQL for the exact sum of a term over rows, or over a part of them.

        Whole numbers whose sum stays below 2^53 are summed as floating-point ones without any rounding.
        """
        if source == "rows" and term.real and term.bound * max(1, self.count) < EXACT_REALS:
            return f"CAST(SUM({term.real}) AS BIGINT)"
        return self.engine.total(term)

    def values(self, role: str, *, where: str = "") -> list[str]:
        """Return the different words in a role, sorted by code point."""
        condition = f" WHERE {where}" if where else ""
        return sorted(str(row[0]) for row in self.query(f'SELECT DISTINCT "{role}" FROM rows{condition}'))

    def distinct(self, *roles: str, where: str = "") -> int:
        """Return how many different keys the rows have in some roles."""
        condition = f" WHERE {where}" if where else ""
        listed = ", ".join(self.name(role) for role in roles)
        return int(self.query(f"SELECT COUNT(*) FROM (SELECT DISTINCT {listed} FROM rows{condition})")[0][0])

    def units(self, cluster: str | None, *, where: str = "") -> int:
        """Return how many units are drawn independently: clusters, or rows where there are none."""
        if cluster:
            return self.distinct(cluster, where=where)
        return self.total(where) if where else self.count

    def repeats(self, role: str, *, where: str = "", source: str = "rows") -> bool:
        """Tell whether any two rows share a value of a role (or SQL expression); holds none in memory."""
        condition = f" WHERE {where}" if where else ""
        inner = f"SELECT {self.name(role)} AS c FROM {source} AS t{condition}"
        return bool(self.query(f"SELECT 1 FROM ({inner}) AS u GROUP BY c HAVING COUNT(*) > 1 LIMIT 1"))

    def total(self, where: str) -> int:
        """Return how many rows meet an SQL condition."""
        return int(self.query(f"SELECT COUNT(*) FROM rows WHERE {where}")[0][0])

    def reject(self, *checks: RowCheck) -> None:
        """Refuse the file when any row fails a check, naming each such row.

        Raises:
            InvalidInput: with code IN-070 at the cells.
        """
        bad = [check for check in checks if self.total(check.where)]
        collector = ErrorCollector()
        for check in bad:
            sql = f"SELECT record FROM rows_at WHERE {check.where} ORDER BY record LIMIT {ERRORS_LISTED}"
            for at, value in self._locator.places(sql, check.role):
                collector.add("IN-070", check.message.replace("{value}", quoted(value)), at, check.hint)
        collector.raise_if_any()

    def once(self, keys: Sequence[str], message: str, *, where: str = "", hint: str = "") -> None:
        """Refuse rows whose `keys` repeat those of an earlier row.

        Raises:
            InvalidInput: with code IN-071 at each repetition.
        """
        listed = ", ".join(self.name(key) for key in keys)
        condition = f" WHERE {where}" if where else ""
        if not self.query(
            f"SELECT {listed} FROM rows{condition} GROUP BY {listed} HAVING COUNT(*) > 1 LIMIT 1"
        ):
            return
        inner = (
            f"SELECT record, ROW_NUMBER() OVER (PARTITION BY {listed} ORDER BY record) AS repetition"
            f" FROM rows_at{condition}"
        )
        sql = f"SELECT record FROM ({inner}) WHERE repetition > 1 ORDER BY record LIMIT {ERRORS_LISTED}"
        places = self._locator.places(sql, keys[0])
        raise InvalidInput(
            InputError("IN-071", message.replace("{value}", quoted(value)), at, hint) for at, value in places
        )

    def refuse(self, sql: str, role: str, message: str, *, code: str = "IN-070", hint: str = "") -> None:
        """Refuse the rows whose `record` the SQL over `rows_at` returns; for what a kind found out by itself.

        Raises:
            InvalidInput: always.
        """
        raise InvalidInput(
            InputError(code, message.replace("{value}", quoted(value)), at, hint)
            for at, value in self._locator.places(sql, role)
        )

    def digest(self) -> str:
        """Return a digest of the typed rows that neither order nor file format nor engine changes."""
        total = self.query(f"SELECT {self.engine.fingerprint(self._row_text())} FROM rows")[0][0]
        return f"{self.count}:{int(total or 0)}"

    def seed(self, params: Mapping[str, Any]) -> int:
        """Return the seed of random draws: it follows from rows and written parameters alone."""
        told = {name: value for name, value in params.items() if value is not None}
        text = self.digest() + json.dumps(told, sort_keys=True, ensure_ascii=False)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")

    def _row_text(self) -> str:
        parts = []
        for role in sorted(self.roles):
            sql = self.value(role).sql if self._cells[role] in {"number", "count", "binary"} else f'"{role}"'
            parts.append(f"COALESCE(CAST({sql} AS VARCHAR), '')")
        return " || CHR(31) || ".join(parts)
