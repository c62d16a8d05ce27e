"""Files that are not whole: every mistake is named with its line, on the way in, before any figure."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.base import limits
from release.base.errors import InvalidInput
from release.evidence.kind import Kind, Role
from release.evidence.store import open_rows
from release.evidence.store_csv import plain_copy, scan_csv
from release.evidence.store_mapping import RowSource

GOOD = "item,correct\nq1,1\nq2,0\n"


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        ("item,correct\nq1,1\nq2\n", 3, "IN-068", "row 2 has 1 field, and the header has 2"),
        ("item,correct\nq1,1,5\nq2,0\n", 2, "IN-068", "row 1 has 3 fields, and the header has 2"),
        ("item,correct\nq1,1\n\nq2,0\n", 3, "IN-068", "an empty line inside the file"),
        ("item,correct\n  \nq2,0\n", 2, "IN-068", "row 1 has 1 field"),
        ('item,correct\n"q1,1\nq2,0\n', 2, "IN-068", "a quoted field that is not closed"),
        ('item,correct\nq"1,1\nq2",0\n', 2, "IN-068", "inside of a field that is not quoted"),
        ('item,correct\n"q1"x,1\n', 2, "IN-068", "inside of a field that is not quoted"),
        ("item,correct\nq1\r,1\n", 2, "IN-068", "carriage return"),
        ("item,item\nq1,1\n", 1, "IN-068", "column 'item' occurs twice"),
        ("", 1, "IN-067", "the file is empty"),
        ("item,correct\nq\0,1\n", 2, "IN-067", "a NUL byte"),
        (
            "item,correct\nq1,1\n" + '"' + "x" * (limits.FIELD_BYTES + 1) + '",1\n',
            3,
            "IN-069",
            "a field of more",
        ),
    ],
)
def test_a_broken_csv_file_is_refused_at_its_line(complaints, text, line, code, words) -> None:
    (error, *_) = complaints(text)
    assert (error.code, error.at.file, error.at.line) == (code, "evidence/rows.csv", line)
    assert words in error.message
    assert error.hint


def test_all_mistakes_of_a_file_are_named_at_once(complaints) -> None:
    errors = complaints("item,correct\nq1\nq2,1\nq3,1,1\n\nq4,0\n")
    assert [error.at.line for error in errors] == [2, 4, 5]


def test_no_more_than_the_limit_is_listed(complaints) -> None:
    assert len(complaints("item,correct\n" + "q\n" * 500)) == limits.ERRORS_LISTED


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"item,correct\nq\xe9,1\n", "bytes that are not UTF-8"),
        ("item,correct\nq1,1\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_other_encodings_are_refused(complaints, content, words) -> None:
    (error, *_) = complaints(content)
    assert error.code == "IN-067"
    assert words in error.message


def test_a_line_that_never_ends_is_refused_before_it_fills_the_memory(complaints) -> None:
    (error,) = complaints(b"item,correct\n" + b"x" * (17 * 1024 * 1024))
    assert error.code == "IN-069"


def test_too_many_columns_are_refused(complaints) -> None:
    names = ",".join(f"c{place}" for place in range(limits.COLUMNS + 1))
    (error,) = complaints(f"{names}\n", {"item": "c0", "correct": "c1"})
    assert "1001 columns; the limit is 1000" in error.message


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.rstrip("\n"),
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "item,correct\r\nq1,1\nq2,0\r\n",
        GOOD + "\n\n",
        'item,correct\n"q1","1"\n"q2",0\n',
    ],
)
def test_the_usual_ways_of_writing_csv_are_read(rows_of, text) -> None:
    with rows_of(text) as rows:
        assert sorted(rows.query('SELECT "item", "correct" FROM rows')) == [("q1", 1), ("q2", 0)]


def test_quoted_fields_may_hold_commas_marks_and_line_breaks(rows_of) -> None:
    text = 'item,correct\r\n"a,""b""\nc",1\r\n'
    with rows_of(text) as rows:
        assert rows.query('SELECT "item" FROM rows') == [('a,"b"\nc',)]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('{"item": "q1", "correct": 1}\n{"item": \n', 2, 9, "not JSON"),
        ('{"item": "q1", "correct": NaN}\n', 1, 27, "NaN is not a JSON number"),
        ('{"item": "q1", "item": "q2"}\n', 1, 16, "key 'item' occurs twice"),
        ('["q1", 1]\n', 1, 1, "not one JSON object"),
        ('{"item": "q1", "correct": 1} {}\n', 1, 30, "not one JSON object"),
        ('{"item": ["q1"], "correct": 1}\n', 1, 10, "holds a list or an object"),
        ('{"item": "q1", "correct": 1}\n\n{"item": "q2", "correct": 1}\n', 2, 1, "an empty line"),
        ('{"item": "q\\u0000", "correct": 1}\n', 1, 10, "no text"),
        (' {"é": {"a": 1, "a": 2}, "item": "q\\ud800"}\n', 1, 8, "key 'a' occurs twice"),
        ('\ufeff  {"item": "q1" "correct": 1}\n', 1, 17, "not JSON"),
        ('{"item": "q\\ud800", "correct": 1}\n', 1, 10, "no text"),
        ('{"item": ' + "[" * 100_000 + "\n", 1, 1, "nested deeper"),
    ],
)
def test_a_broken_jsonl_file_is_refused_at_its_line(complaints, text, line, column, words) -> None:
    (error, *_) = complaints(text, form="jsonl")
    assert (error.at.line, error.at.column) == (line, column)
    assert words in error.message


def test_jsonl_reads_as_csv_does(rows_of) -> None:
    text = '\ufeff{"item": 1, "correct": true}\n{"correct": 0.0, "item": "q2", "more": [1]}\n{"item": "q3"}\n'
    with rows_of(text, form="jsonl") as rows:
        assert sorted(rows.query('SELECT "item", "correct" FROM rows')) == [("1", 1), ("q2", 0)]
        assert rows.missing == 1


def test_a_missing_column_points_at_the_header_and_names_the_nearest(complaints) -> None:
    (error,) = complaints("Item,correct\nq1,1\n")
    assert error.code == "IN-066"
    assert "has no column 'item'" in error.message
    assert "Did you mean 'Item'?" in error.hint


def test_a_column_that_only_looks_the_same_is_said_to(complaints) -> None:
    (error,) = complaints("e\u0301,correct\nq1,1\n", {"item": "\u00e9", "correct": "correct"})
    assert "looks the same" in error.hint
    assert "Did you mean" not in error.hint


def test_a_file_of_carriage_returns_alone_is_not_called_empty(complaints) -> None:
    (error,) = complaints("item,correct\rq1,1\r")
    assert "carriage return" in error.message


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"itm": "item", "item": "item", "correct": "correct"}, "has no role 'itm'"),
        ({"item": "item"}, "needs a column for 'correct' or 'score'"),
        ({"item": {"small": "a"}, "correct": "correct"}, "cannot be spread over columns by stage"),
        ({"item": "item", "stage": "item", "correct": {"small": "correct"}}, "'stage' has a column too"),
        ({"item": "item", "correct": {"smal": "correct"}}, "'smal' is no stage of the plan"),
        ({"item": "item", "correct": {}}, "spread over no columns"),
        (
            {"item": "item", "correct": {"small": "correct"}, "score": {"large": "correct"}},
            "are spread over different stages",
        ),
    ],
)
def test_a_mapping_that_is_not_one_is_refused(complaints, columns, words) -> None:
    errors = complaints(GOOD, columns)
    assert any(words in error.message for error in errors)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\0" * 100 + b"PAR1", b"item,correct\nq1,1\n"])
def test_what_is_no_parquet_file_is_refused(complaints, content) -> None:
    (error,) = complaints(content, form="parquet")
    assert error.code == "IN-067"
    assert "not a whole Parquet file" in error.message


TEXTS = Kind(
    name="texts",
    version=1,
    title="Two texts",
    roles=(Role("a", "text", "A text.", "keep"), Role("b", "text", "A text.", "keep")),
    requires=(),
    results=(),
    compute=None,
)

FIELD = st.text(alphabet="ab \"1,\n\r;é\t\\'", max_size=4)


@st.composite
def csv_texts(draw: st.DrawFn) -> str:
    """Text that is CSV, or nearly so."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [
        ",".join(
            '"' + field.replace('"', '""') + '"' if draw(st.booleans()) else field
            for field in draw(st.lists(FIELD, min_size=2, max_size=2))
        )
        for _ in range(draw(st.integers(1, 4)))
    ]
    return "a,b" + end + end.join(lines) + draw(st.sampled_from(["", end]))


@given(text=csv_texts())
def test_what_the_scan_accepts_is_what_a_strict_reader_reads(tmp_path_factory, text: str) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "fuzz.csv"
    path.write_bytes(text.encode())
    try:
        shape = scan_csv(path, "fuzz.csv")
    except InvalidInput:
        return
    expected = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row][1:]
    assert shape.records == len(expected)
    copy = path.with_name("copy.csv")
    plain_copy(path, "fuzz.csv", copy)
    with copy.open(encoding="utf-8", newline="") as lines:
        assert [row for row in csv.reader(lines, strict=True) if row][1:] == expected


@given(text=csv_texts())
def test_the_engine_reads_what_a_strict_reader_reads(tmp_path_factory, text: str) -> None:
    path: Path = tmp_path_factory.getbasetemp() / "engine.csv"
    path.write_bytes(text.encode())
    found = None
    try:
        with open_rows(RowSource(path, "f.csv", "csv", {"a": "a", "b": "b"}), TEXTS) as rows:
            found = rows.query("SELECT COALESCE(\"a\", ''), COALESCE(\"b\", '') FROM rows")
    except InvalidInput as invalid:
        refused_by_engine = [error for error in invalid.errors if "The reader says" in error.hint]
    else:
        refused_by_engine = []
    assert not refused_by_engine
    if found is None:
        return
    expected = [row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row][1:]
    assert sorted(found) == sorted(tuple(cell if cell.strip(" ") else "" for cell in row) for row in expected)


def test_long_fields_are_read_up_to_the_limit(rows_of) -> None:
    long = "x" * limits.FIELD_BYTES
    fields = ",".join([long] * 6)
    with rows_of(
        f"item,correct,a,b,c,d,e,f\nq1,1,{fields}\n", {"item": "item", "correct": "correct", "note": "f"}
    ) as rows:
        assert rows.query('SELECT LENGTH("note") FROM rows') == [(limits.FIELD_BYTES,)]
