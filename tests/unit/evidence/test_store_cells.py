"""Cells: what each role allows, and what is said of a cell that does not fit; from CSV and from Parquet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from release.base.errors import InvalidInput
from release.evidence.rows import RowCheck

GOOD = {"date": "2019-02-14", "kind": "plan", "stage": "small", "variant": "v1"}


@pytest.mark.parametrize(
    ("role", "cell", "words"),
    [
        ("item", "", "role 'item' is blank"),
        ("item", "  ", "role 'item' is blank"),
        ("correct", "2", "neither 0 nor 1"),
        ("correct", "yes", "neither 0 nor 1"),
        ("correct", "0.5", "neither 0 nor 1"),
        ("correct", "1e30", "neither 0 nor 1"),
        ("score", "nan", "which is not a number"),
        ("score", "NaN", "which is not a number"),
        ("score", "inf", "is infinite"),
        ("score", "-Infinity", "is infinite"),
        ("score", "1e999", "too large"),
        ("score", "1e51", "the largest number is 1e50"),
        ("score", "-1e300", "the largest number is 1e50"),
        ("score", "1_000", "which is not a number"),
        ("score", "'=1+1'", "which is not a number"),
        ("score", "1" * 65, "more than 64 digits"),
        ("score", "0x10", "which is not a number"),
        ("level", "7.5", "does not lie between 1 and 7"),
        ("level", "-1", "does not lie between"),
        ("weight", "0", "is not above 0"),
        ("count", "1.5", "a count has no fraction"),
        ("count", "-1", "a count is not negative"),
        ("count", "1e17", "a count above"),
        ("count", "nan", "which is not a number"),
        ("date", "2019-02-30", "not a day of the calendar"),
        ("date", "14.2.2019", "not a day of the calendar"),
        ("date", "2019-2-14", "not a day of the calendar"),
        ("kind", "Plan", "not one of its words"),
        ("stage", "smal", "no stage of the plan"),
        ("variant", "v3", "no variant of the plan"),
    ],
)
def test_a_cell_that_does_not_fit_is_refused_with_its_place(complaints, role, cell, words) -> None:
    columns = {"item": "name", "score": "one", "correct": "one", role: "x"}
    (error,) = complaints(f"name,one,x\nq1,1,{GOOD.get(role, '1')}\nq2,1,{cell}\n", columns)
    assert error.code == "IN-070"
    assert error.at.line == 3
    assert words in error.message
    assert error.hint


def test_a_column_of_the_tiniest_numbers_is_refused_where_the_plan_maps_it(complaints) -> None:
    (error,) = complaints("item,score,correct\nq1,1e-51,1\nq2,0,1\n", "item,score,correct")
    assert error.code == "IN-070"
    assert "no number above 1e-51" in error.message
    assert error.hint == "Write it in a smaller unit."


def test_a_misspelled_word_gets_the_nearest(complaints) -> None:
    (error,) = complaints("item,correct,stage\nq1,1,smal\n", "item,correct,stage")
    assert (error.at.line, error.at.column) == (2, 6)
    assert error.hint == "Did you mean 'small'? Allowed: small, medium, large."


def test_columns_are_counted_in_characters(complaints) -> None:
    (error,) = complaints('item,correct\n"é,é",x\n')
    assert error.at.column == 7


def test_a_cell_after_a_line_break_in_quotes_is_placed(complaints) -> None:
    (error,) = complaints('item,correct\n"a\nbc",x\n')
    assert (error.at.line, error.at.column) == (3, 5)


def test_all_bad_cells_are_named_at_once(complaints) -> None:
    errors = complaints("item,correct,score\nq1,x,1\n,1,y\nq3,1,1\n", "item,correct,score")
    assert [(error.at.line, error.at.column) for error in errors] == [(2, 4), (3, 1), (3, 4)]


def test_what_is_not_mapped_is_not_checked(rows_of) -> None:
    with rows_of("item,correct,score\nq1,1,nonsense\n") as rows:
        assert rows.count == 1


@pytest.mark.parametrize(
    ("role", "cell", "value"),
    [
        ("correct", "true", 1),
        ("correct", " FALSE ", 0),
        ("correct", "1.0", 1),
        ("score", " -.5e-1 ", -0.05),
        ("score", "+3.", 3.0),
        ("count", "3.0", 3),
        ("date", "2019-02-14", "2019-02-14"),
        ("note", "=1+1", "=1+1"),
    ],
)
def test_the_ways_of_writing_a_value(rows_of, role, cell, value) -> None:
    columns = {"item": "item", "correct": "one", "score": "one", role: "x"}
    with rows_of(f"item,one,x\nq1,1,{cell}\n", columns) as rows:
        assert rows.query(f'SELECT "{role}" FROM rows') == [(value,)]


def test_blank_outcomes_are_left_out_and_counted(rows_of) -> None:
    with rows_of("item,correct\nq1,1\nq2,\nq3, \nq4,0\n") as rows:
        assert (rows.count, rows.missing) == (2, 2)
        assert rows.query("SELECT COUNT(*) FROM all_rows") == [(4,)]


def test_a_wide_table_becomes_a_row_per_stage(rows_of) -> None:
    text = "q,c_s,c_m\nq1,1,0\nq2,,1\n"
    columns = {"item": "q", "correct": {"small": "c_s", "medium": "c_m"}}
    with rows_of(text, columns) as rows:
        assert sorted(rows.query('SELECT "item", "stage", "correct" FROM rows')) == [
            ("q1", "medium", 0),
            ("q1", "small", 1),
            ("q2", "medium", 1),
        ]
        assert rows.missing == 1
        assert rows.roles == {"item", "stage", "correct"}


def test_a_bad_cell_of_a_wide_table_is_placed_in_its_column(complaints) -> None:
    columns = {"item": "q", "correct": {"small": "c_s", "medium": "c_m"}}
    (error,) = complaints("q,c_s,c_m\nq1,1,0\nq2,1,x\n", columns)
    assert (error.at.line, error.at.column) == (3, 6)
    assert "column 'c_m'" in error.message


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"task": "a"}, ["q1", "q2"]),
        ({"task": ["a", "b"]}, ["q1", "q2", "q3"]),
        ({"shots": 0}, ["q1", "q3"]),
        ({"shots": 5.0}, ["q2"]),
        ({"task": "a", "shots": 0}, ["q1"]),
        ({"flag": True}, ["q1"]),
        ({"flag": None}, ["q3"]),
        ({"task": "zzz"}, []),
    ],
)
def test_filters_keep_what_they_name(rows_of, filters, kept) -> None:
    text = "item,correct,task,shots,flag\nq1,1,a,0,TRUE\nq2,0,a,5,false\nq3,1,b,0.0,\n"
    with rows_of(text, filters=filters) as rows:
        assert sorted(row[0] for row in rows.query('SELECT "item" FROM rows')) == kept


def test_rows_that_a_filter_leaves_out_are_not_checked(rows_of) -> None:
    with rows_of("item,correct,task\nq1,x,other\nq2,1,a\n", filters={"task": "a"}) as rows:
        assert rows.count == 1


def test_a_filter_on_a_missing_column_is_refused(complaints) -> None:
    (error,) = complaints("item,correct\nq1,1\n", filters={"tsk": "a"})
    assert "has no column 'tsk'" in error.message


def test_repetitions_are_refused_where_they_stand(rows_of) -> None:
    text = "item,correct\nq1,1\nq2,1\nq1,0\nq1,1\n"
    with rows_of(text) as rows, pytest.raises(InvalidInput) as raised:
        rows.once(["item"], "item {value} occurs twice")
    assert [(error.code, error.at.line) for error in raised.value.errors] == [("IN-071", 4), ("IN-071", 5)]
    assert raised.value.errors[0].message == "item 'q1' occurs twice"


def test_checks_of_a_kind_are_made_together(rows_of) -> None:
    with rows_of("item,correct,score\nq1,1,-1\nq2,1,5\n", "item,correct,score") as rows:
        with pytest.raises(InvalidInput) as raised:
            rows.reject(
                RowCheck('"score" < 0', "score", "{value} is negative"),
                RowCheck('"score" > 4', "score", "{value} is large"),
            )
        rows.reject(RowCheck('"score" > 9', "score", "never"))
    assert [error.message for error in raised.value.errors] == ["'-1' is negative", "'5' is large"]


def parquet(path: Path, sql: str) -> Path:
    duckdb.sql(f"COPY ({sql}) TO '{path}' (FORMAT parquet)")
    return path


def test_parquet_columns_of_every_type_are_read(rows_of, tmp_path) -> None:
    sql = (
        "SELECT 7 AS item, true AS correct, CAST(0.5 AS DECIMAL(4,2)) AS score, DATE '2019-02-14' AS date, "
        "3::UTINYINT AS count, 'small' AS stage, 'plan'::ENUM('plan', 'incident') AS kind"
    )
    path = parquet(tmp_path / "rows.parquet", sql)
    with rows_of(path, "item,correct,score,date,count,stage,kind", form="parquet") as rows:
        assert rows.query('SELECT "item", "correct", "score", "date", "count" FROM rows') == [
            ("7", 1, 0.5, "2019-02-14", 3)
        ]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("'NaN'::DOUBLE", "which is not a number"),
        ("'inf'::DOUBLE", "is infinite"),
        ("[1.5]", "nested or binary values"),
        ("'x'::BLOB", "nested or binary values"),
        ("TIMESTAMP '2019-02-14 12:00:00'", "times or identifiers"),
        ("DATE '2019-02-14'", "holds '2019-02-14', which is not a number"),
        ("'many'", "which is not a number"),
    ],
)
def test_a_bad_parquet_cell_names_its_row(complaints, tmp_path, column, words) -> None:
    sql = f"SELECT 'q' || i AS item, CASE WHEN i = 2 THEN {column} ELSE NULL END AS score FROM range(4) t(i)"
    path = parquet(tmp_path / "rows.parquet", sql)
    error, *_ = complaints(path, "item,score", form="parquet")
    assert words in error.message
    assert error.at.line in {1, 3}


def test_a_cut_parquet_file_is_refused(complaints, tmp_path) -> None:
    path = parquet(tmp_path / "rows.parquet", "SELECT 'q' || i AS item, 1 AS correct FROM range(9999) t(i)")
    path.write_bytes(path.read_bytes()[:-100])
    (error,) = complaints(path, form="parquet")
    assert error.code == "IN-067"


def test_days_are_days(rows_of, tmp_path) -> None:
    path = parquet(
        tmp_path / "rows.parquet", f"SELECT 'q' AS item, 1 AS correct, DATE '{date(2020, 2, 29)}' AS date"
    )
    with rows_of(path, "item,correct,date", form="parquet") as rows:
        assert rows.values("date") == ["2020-02-29"]
