"""Rows that need more memory than there is are told so, and are no fault of the tool."""

from __future__ import annotations

from typing import Any, NoReturn

import duckdb
import pytest

from release.base.errors import InvalidInput
from release.evidence.store_duckdb import DuckEngine


class Full:
    """A connection of a machine without memory."""

    def execute(self, sql: str) -> NoReturn:
        raise duckdb.OutOfMemoryException(sql)

    def cursor(self) -> Full:
        return self

    def close(self) -> None:
        pass


@pytest.mark.parametrize("ask", [DuckEngine.query, lambda engine, sql: list(engine.stream(sql))])
def test_memory_that_does_not_suffice_is_told_at_the_file(ask: Any) -> None:
    connection: Any = Full()
    with pytest.raises(InvalidInput) as told:
        ask(DuckEngine(connection, "rows.csv"), "SELECT 1")
    (error,) = told.value.errors
    assert (error.code, error.at.file) == ("IN-069", "rows.csv")
    assert "memory" in error.message
