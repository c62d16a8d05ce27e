"""Which column of a file plays which role, checked against the kind and against the file's header."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from unicodedata import normalize

from release.base.errors import ErrorCollector, Position
from release.base.nearest import nearest
from release.base.pointers import pointer_key
from release.base.record import EMPTY, Record
from release.base.visible import quoted
from release.evidence.kind import Kind, Role
from release.evidence.store_cells import Cells, Dialect, Native, cells
from release.evidence.terms import text_literal
from release.evidence.usage import column_faults, is_number

FORMATS = ("csv", "jsonl", "parquet")


class RowSource(Record):
    """Where the rows of an item are and how its columns are meant.

    Attributes:
        path: the file; already checked to be a regular file inside of the release folder.
        shown: its path as people see it.
        format: one of `FORMATS`.
        columns: role to column name, or to {stage: column name} for a wide table.
        filters: column to the value, or list of values, that a row must hold.
        stages: stage ids of the plan; empty when there is none.
        variants: variant ids of the plan.
        places: where in the plan `columns`, `columns/<role>` and `filters/<column>` stand.
    """

    path: Path
    shown: str
    format: str
    columns: Mapping[str, str | Mapping[str, str]]
    filters: Mapping[str, Any] = EMPTY
    stages: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    places: Mapping[str, Position] = EMPTY

    def place(self, *keys: str) -> Position:
        """Return the nearest known position for something about the mapping."""
        for key in (*keys, "columns"):
            if key in self.places:
                return self.places[key]
        return Position(self.shown)


class Part(Record):
    """One column that is read: a role, or a role at one stage of a wide table.

    Attributes:
        role: the role it plays.
        column: its name in the file.
        stage: the stage it belongs to, for a wide table.
        allowed: the words that it may hold; empty means any.
    """

    role: Role
    column: str
    stage: str | None
    allowed: tuple[str, ...]


class Layout(Record):
    """All columns that are read.

    Attributes:
        parts: in the order of the kind's roles.
        stages: the stages of a wide table, else one None.
    """

    parts: tuple[Part, ...]
    stages: tuple[str | None, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """Names of the roles that the view has."""
        names = dict.fromkeys(part.role.name for part in self.parts)
        return (*names, "stage") if self.stages != (None,) else tuple(names)

    def part(self, role: str, stage: str | None) -> int:
        """Return the place of the part that shows a role at a stage; a wide one for `stage` itself."""
        fallback = 0
        for place, part in enumerate(self.parts):
            if part.role.name == role and part.stage in {None, stage}:
                return place
            if part.stage is not None and part.stage == stage and not fallback:
                fallback = place
        return fallback


def layout_of(source: RowSource, kind: Kind) -> Layout:
    """Check the mapping against the kind.

    Raises:
        InvalidInput: a role is unknown or missing, or a wide table is not one.
    """
    errors = ErrorCollector()
    for fault in column_faults(kind, source.columns, source.stages):
        role = pointer_key(fault.pointer.partition("/")[0])
        at = source.place(f"columns/{role}") if role else source.place("columns")
        errors.add(fault.code, fault.message, at, fault.hint)
    errors.raise_if_any()
    wide = (tuple(column) for column in source.columns.values() if not isinstance(column, str))
    return Layout(tuple(_parts(source, kind)), next(wide, (None,)))


def _parts(source: RowSource, kind: Kind) -> list[Part]:
    parts = []
    for role in kind.roles:
        column = source.columns.get(role.name)
        if column is None:
            continue
        allowed = {"stage": source.stages, "variant": source.variants}.get(role.cell, role.labels)
        if isinstance(column, str):
            parts.append(Part(role, column, None, tuple(allowed)))
        else:
            parts.extend(Part(role, name, stage, ()) for stage, name in column.items())
    return parts


def check_columns(source: RowSource, layout: Layout, header: Collection[str]) -> None:
    """Check that every mapped and filtered column is in the file.

    Raises:
        InvalidInput: one is not; the error stands where the plan names the column.
    """
    errors = ErrorCollector()
    wanted = [(f"columns/{part.role.name}", part.column) for part in layout.parts]
    wanted += [(f"filters/{column}", column) for column in source.filters]
    for key, column in wanted:
        if column not in header:
            near = nearest(column, header)
            hint = f"Did you mean {quoted(near)}? " if near else ""
            if normalize("NFC", column) in {normalize("NFC", name) for name in header}:
                hint = "One looks the same and is made of other characters: copy its name from the file. "
            known = ", ".join(quoted(name) for name in sorted(header)[:12]) or "none"
            errors.add(
                "IN-066",
                f"{source.shown} has no column {quoted(column)}",
                source.place(key),
                f"{hint}Its columns: {known}.",
            )
    errors.raise_if_any()


class Selection(Record):
    """SQL that reads the parts of a layout from raw columns; the same on every engine but for its dialect.

    Attributes:
        cells: one per part.
        condition: what the filters keep, or "".
    """

    cells: tuple[Cells, ...]
    condition: str

    @property
    def columns(self) -> str:
        """Typed columns p0, p1, …; `bad`, 0 or the first bad part from 1; `spaced`, 1 for blank texts."""
        typed = [f"{cell.typed} AS p{place}" for place, cell in enumerate(self.cells)]
        bad = " ".join(f"WHEN {cell.bad} THEN {place}" for place, cell in enumerate(self.cells, 1))
        spaced = " OR ".join(dict.fromkeys(cell.spaced for cell in self.cells))
        return ", ".join(
            [*typed, f"CASE {bad} ELSE 0 END AS bad", f"CASE WHEN {spaced} THEN 1 ELSE 0 END AS spaced"]
        )

    @property
    def touched(self) -> tuple[str, ...]:
        """The bare values that are read otherwise only for the sake of -0.0."""
        return tuple(dict.fromkeys(cell.bare for cell in self.cells if cell.bare != cell.clean))

    def clean_columns(self, *, bare: bool) -> str:
        """The same for rows of which none is bad and every blank cell is NULL: cheaper to read.

        Args:
            bare: no number is -0.0 either.
        """
        typed = [f"{cell.bare if bare else cell.clean} AS p{place}" for place, cell in enumerate(self.cells)]
        return ", ".join([*typed, "0 AS bad", "0 AS spaced"])

    @property
    def where(self) -> str:
        """The filters as a WHERE clause, or ""."""
        return f" WHERE {self.condition}" if self.condition else ""


def selection_of(
    source: RowSource,
    layout: Layout,
    raw: Mapping[str, tuple[str, Native]],
    dialect: Dialect,
) -> Selection:
    """Return the SQL of a layout over raw columns, given by name as (SQL, what the file says it holds)."""
    read = tuple(cells(part.role, *raw[part.column], part.allowed, dialect) for part in layout.parts)
    conditions = [
        _filter(*raw[column], wanted if isinstance(wanted, (list, tuple)) else [wanted], dialect)
        for column, wanted in source.filters.items()
    ]
    return Selection(read, " AND ".join(conditions))


def _filter(column: str, native: Native, wanted: Sequence[Any], dialect: Dialect) -> str:
    """Return the condition that a column holds one of some values, as text, and numbers as numbers."""
    text = column if native == "text" else f"CAST({column} AS VARCHAR)"
    ways = []
    words = [text_literal(_word(value)) for value in wanted if value is not None]
    if words:
        ways.append(f"{text} IN ({', '.join(words)})")
    numbers = [repr(float(value)) for value in wanted if is_number(value)]
    if numbers and native in {"text", "float", "integer"}:
        trimmed = dialect.reading("number", f"TRIM({column})")
        number = trimmed if native == "text" else f"CAST({column} AS DOUBLE)"
        ways.append(f"{number} IN ({', '.join(numbers)})")
    if any(isinstance(value, bool) for value in wanted) and native == "text":
        ways.append(f"LOWER({column}) IN ({', '.join(words)})")
    if None in wanted:
        ways.append(f"{column} IS NULL" + (f" OR {column} = ''" if native == "text" else ""))
    return "COALESCE(" + (" OR ".join(f"({way})" for way in ways) or "FALSE") + ", FALSE)"


def _word(value: Any) -> str:  # noqa: ANN401 - any scalar of a plan
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def view_of(layout: Layout, source: str, *, record: str = "") -> str:
    """Return SQL for the view with one column per role; a wide table is unfolded, one row per stage."""
    branches = []
    for number, stage in enumerate(layout.stages):
        columns = []
        for place, part in enumerate(layout.parts):
            if part.stage is None or part.stage == stage:
                columns.append(f'p{place} AS "{part.role.name}"')
        if stage is not None:
            columns.append(f'{text_literal(stage)} AS "stage"')
        if record:
            columns.append(f"{record} * {len(layout.stages)} + {number} AS record")
        branches.append(f"SELECT {', '.join(columns)} FROM {source}")
    return " UNION ALL ".join(branches)


def outcomes(layout: Layout) -> str:
    """Return the SQL condition that no outcome is blank, or ""."""
    names = dict.fromkeys(part.role.name for part in layout.parts if part.role.blank == "drop")
    return " AND ".join(f'"{name}" IS NOT NULL' for name in names)
