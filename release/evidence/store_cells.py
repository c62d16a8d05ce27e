"""Cells: how a column of the file becomes a typed role in SQL, and what to say of a cell that does not fit.

The SQL decides which cells are bad, on any engine; only for those few is the text fetched and explained here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal

from release.base.limits import FIELD_BYTES, NUMBER_DIGITS
from release.base.nearest import nearest
from release.base.record import Record
from release.base.visible import quoted
from release.evidence.kind import Role
from release.evidence.terms import text_literal

Native = Literal["text", "float", "integer", "boolean", "day", "other"]
"""What the file itself says a column holds; text for CSV and JSON Lines."""

NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_LARGEST = "1e50"
"""Numbers beyond this are refused: the squares of squares of those that are left still fit in a float."""

_WHOLE = 2**53


class Dialect(Record):
    """Where engines differ in reading a cell.

    Attributes:
        number: SQL with `{}` for a trimmed text; the number it spells, or NULL.
        day: likewise for an ISO day, as text.
        octets: likewise for its length in bytes.
    """

    number: str
    day: str
    octets: str

    def reading(self, what: Literal["number", "day", "octets"], text: str) -> str:
        """Return the SQL that reads a text."""
        template: str = getattr(self, what)
        return template.replace("{}", text)


class Cells(Record):
    """One role's SQL over the raw columns.

    Attributes:
        typed: the typed value, NULL when blank.
        bad: true when the cell is refused.
        spaced: true when a blank cell is no NULL but a text.
        clean: the typed value of columns without bad or spaced cells: cheaper to read.
        bare: the typed value of such columns without -0.0 either, which then need not be touched at all.
        text: the cell as text, for messages.
    """

    typed: str
    bad: str
    spaced: str
    clean: str
    bare: str
    text: str


def cells(role: Role, column: str, native: Native, allowed: Sequence[str], dialect: Dialect) -> Cells:
    """Return the SQL that reads one role.

    Args:
        role: the role.
        column: SQL of the raw column.
        native: what the file says it holds.
        allowed: the words allowed, for labels, stages and variants; empty means any.
        dialect: the engine's ways.
    """
    text = column if native == "text" else f"CAST({column} AS VARCHAR)"
    blank = f"({column} IS NULL OR TRIM({text}) = '')" if native == "text" else f"({column} IS NULL)"
    if native == "other":
        return Cells("NULL", "TRUE", "FALSE", "NULL", "NULL", text)
    if role.cell in {"number", "count", "binary"}:
        typed, bad = _numeric(role, column, native, dialect)
    elif role.cell == "date":
        day = dialect.reading("day", f"TRIM({text})")
        typed, bad = day, f"{day} IS NULL"
    else:
        typed = text
        bad = f"{dialect.reading('octets', text)} > {FIELD_BYTES}"
        if allowed:
            bad = f"{text} NOT IN ({', '.join(text_literal(word) for word in allowed)})"
    refused = "TRUE" if role.blank == "error" and role.cell != "text" else "FALSE"
    return Cells(
        f"CASE WHEN {blank} THEN NULL ELSE {typed} END",
        f"CASE WHEN {blank} THEN {refused} ELSE COALESCE({bad}, TRUE) END",
        f"({column} IS NOT NULL AND TRIM({text}) = '')" if native == "text" else "FALSE",
        typed,
        f"CAST({column} AS DOUBLE)" if role.cell == "number" and native in {"float", "integer"} else typed,
        text,
    )


def _numeric(role: Role, column: str, native: Native, dialect: Dialect) -> tuple[str, str]:
    if native == "boolean":
        number = f"(CASE WHEN {column} THEN 1.0 ELSE 0.0 END)"
    elif native == "text":
        number = dialect.reading("number", f"TRIM({column})")
        if role.cell == "binary":
            lower = f"LOWER(TRIM({column}))"
            number = f"(CASE {lower} WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 ELSE {number} END)"
    elif native == "day":
        number = "CAST(NULL AS DOUBLE)"  # no day is a number, and engines refuse to cast one
    else:
        number = f"CAST({column} AS DOUBLE)"
    finite = f"ABS({number}) <= {_LARGEST}"
    if role.cell == "binary":
        if native in {"boolean", "integer"}:
            return f"TRY_CAST({column} AS INTEGER)", f"NOT ({number} IN (0.0, 1.0))"
        return f"TRY_CAST({number} AS INTEGER)", f"NOT ({number} IN (0.0, 1.0))"
    if role.cell == "count":
        small = f"{finite} AND {number} >= 0.0 AND {number} <= {float(_WHOLE)!r}"
        whole = f"CASE WHEN {small} THEN FLOOR({number}) = {number} ELSE FALSE END"
        return f"TRY_CAST({number} AS BIGINT)", f"NOT ({whole})"
    conditions = [finite]
    if role.low is not None:
        conditions.append(f"{number} {'>' if role.low_open else '>='} {role.low!r}")
    if role.high is not None:
        conditions.append(f"{number} <= {role.high!r}")
    # adding 0.0 makes -0.0 the 0.0 that it equals
    return f"({number} + 0.0)", f"NOT ({' AND '.join(conditions)})"


def complaint(role: Role, text: str | None, native: Native, allowed: Sequence[str]) -> tuple[str, str]:
    """Return what is wrong with a refused cell, and what to write instead."""
    name = f"role '{role.name}'"
    if native == "other":
        return (
            f"{name} needs text, numbers or days, not nested or binary values, times or identifiers",
            "Map another column, or write this one as text.",
        )
    if text is None or not text.strip():
        return f"{name} is blank", f"Every row needs one: {role.text[0].lower()}{role.text[1:]}"
    shown = quoted(text.strip() if role.cell in {"number", "count", "binary"} else text)
    if role.cell in {"number", "count", "binary"}:
        return _about_number(role, text.strip(), name, shown)
    if role.cell == "date":
        return f"{name} holds {shown}, which is not a day of the calendar", "Write days as 2019-02-14."
    if allowed:
        near = nearest(text, allowed)
        what = {"stage": "which is no stage of the plan", "variant": "which is no variant of the plan"}.get(
            role.cell, "which is not one of its words"
        )
        words = ", ".join(allowed[:12]) + (", …" if len(allowed) > 12 else "")
        hint = f"Did you mean '{near}'? " if near and near != text else ""
        return f"{name} holds {shown}, {what}", f"{hint}Allowed: {words}."
    return f"{name} holds a text of more than {FIELD_BYTES} bytes", "Shorten it, or map another column."


def _about_number(role: Role, text: str, name: str, shown: str) -> tuple[str, str]:
    lower = text.lower().lstrip("+-")
    if lower in {"nan", "na", "n/a"}:
        return (
            f"{name} holds {shown}, which is not a number",
            "Leave a missing value blank, or repair the row.",
        )
    if lower in {"inf", "infinity"}:
        return f"{name} is infinite ({shown})", "Write a finite number."
    if len(text) > NUMBER_DIGITS:
        return f"{name} holds a number of more than {NUMBER_DIGITS} digits", "Write fewer digits."
    if role.cell == "binary":
        return f"{name} holds {shown}, which is neither 0 nor 1", "Write 0 or 1, or false or true."
    if not NUMBER.fullmatch(text):
        return f"{name} holds {shown}, which is not a number", "Write a number such as 12 or 0.5."
    value = float(text)
    if not math.isfinite(value):
        return f"{name} holds {shown}, which is too large for a number", "Write a finite number."
    if abs(value) > float(_LARGEST):
        return f"{name} holds {shown}; the largest number is {_LARGEST}", "Write it in a larger unit."
    if role.cell == "count":
        if value < 0:
            return f"{name} holds {shown}, and a count is not negative", "Write 0 or a positive whole number."
        if value > _WHOLE:
            return f"{name} holds {shown}, a count above {_WHOLE}", "Write a smaller count."
        return f"{name} holds {shown}, and a count has no fraction", "Write a whole number."
    return f"{name} holds {shown}, which {_out_of_range(role)}", "Repair the row."


def _out_of_range(role: Role) -> str:
    if role.high is None:
        return f"is not above {role.low:g}" if role.low_open else f"is below {role.low:g}"
    if role.low is None:
        return f"is above {role.high:g}"
    return f"does not lie between {role.low:g} and {role.high:g}"
