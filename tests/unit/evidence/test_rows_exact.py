"""Sums are exact: whatever the order, the number of threads, the format or the engine."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.evidence.arms import arms
from release.evidence.store import EngineChoice, open_rows
from release.evidence.store_mapping import RowSource
from release.evidence.terms import Overflow, Profile, Term
from tests.unit.evidence.conftest import KIND

DECIMALS = st.decimals(-1000, 1000, places=3, allow_nan=False)
FLOATS = st.floats(-1e50, 1e50).map(lambda value: value if abs(value) > 1e-50 else 0.0)


def write(path: Path, values: list[str]) -> Path:
    lines = [f"q{number},{value}" for number, value in enumerate(values)]
    path.write_text("item,score\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def source(path: Path, columns: dict[str, str] | None = None) -> RowSource:
    return RowSource(path, path.name, path.suffix[1:], columns or {"item": "item", "score": "score"})


@given(st.lists(DECIMALS, min_size=1, max_size=30))
def test_decimals_are_summed_without_rounding(tmp_path_factory, values) -> None:
    path = write(tmp_path_factory.getbasetemp() / "exact.csv", [str(value) for value in values])
    with open_rows(source(path), KIND) as rows:
        term = rows.value("score")
        (group,) = rows.sums({"s": term, "ss": term * term, "d": term - term})
    exact = [Fraction(value) for value in values]
    assert group.sums == {"s": sum(exact), "ss": sum(each * each for each in exact), "d": 0}


@given(st.lists(FLOATS, min_size=1, max_size=20))
def test_any_numbers_keep_fifteen_digits_of_the_greatest(tmp_path_factory, values) -> None:
    path = write(tmp_path_factory.getbasetemp() / "floats.csv", [repr(value) for value in values])
    with open_rows(source(path), KIND) as rows:
        term = rows.value("score")
        (group,) = rows.sums({"s": term, "ss": term * term})
    largest = max(abs(value) for value in values)
    wanted = sum(map(Fraction, values))
    assert abs(group.sums["s"] - wanted) <= Fraction(largest) * len(values) * Fraction(1, 10**13)
    assert group.sums["ss"] * group.n >= group.sums["s"] ** 2


def test_a_hundred_million_rows_of_the_largest_numbers_fit() -> None:
    profile = Profile(-9.99e200, 9.99e200, -186)
    term = Term("x", profile.decimals, profile.bound)
    assert (term * term).bound * 10**8 < 10**38


def test_a_product_that_could_overflow_is_a_fault_of_the_kind() -> None:
    large = Term("x", 0, 10**15)
    with pytest.raises(Overflow):
        _ = large * large * large


def test_terms_of_different_scales_are_aligned(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("item,score,level\na,0.125,1\nb,-3.5,2\n", encoding="utf-8")
    columns = {"item": "item", "score": "score", "level": "level"}
    with open_rows(source(path, columns), KIND) as rows:
        (group,) = rows.sums({"d": rows.value("score") - rows.value("level")})
    assert group.sums["d"] == Fraction("-6.375")


def test_terms_of_very_different_sizes_keep_the_digits_of_the_greater(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    ones = [10 / 3 + number for number in range(40)]
    others = [1e-5 / (number + 3) for number in range(40)]
    lines = [f"q{n},{one!r},{other!r}" for n, (one, other) in enumerate(zip(ones, others, strict=True))]
    path.write_text("item,score,weight\n" + "\n".join(lines) + "\n", encoding="utf-8")
    columns = {"item": "item", "score": "score", "weight": "weight"}
    with open_rows(source(path, columns), KIND) as rows:
        for term, sign in (
            (rows.value("score") - rows.value("weight"), 1),
            (rows.value("weight") - rows.value("score"), -1),
        ):
            (group,) = rows.sums({"d": term, "dd": term * term})
            wanted = [sign * (Fraction(one) - Fraction(two)) for one, two in zip(ones, others, strict=True)]
            assert float(group.sums["d"]) == pytest.approx(float(sum(wanted)), rel=1e-13)
            assert float(group.sums["dd"]) == pytest.approx(float(sum(d * d for d in wanted)), rel=1e-13)


@pytest.mark.parametrize("sizes", [(1e50, 1e-50), (1e-50, 1e50), (1e30, 1.0), (3.0, 1e-20)])
def test_numbers_of_any_size_can_be_subtracted_and_squared(tmp_path, sizes) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f"item,score,weight\na,{sizes[0]},{sizes[1]}\n", encoding="utf-8")
    columns = {"item": "item", "score": "score", "weight": "weight"}
    with open_rows(source(path, columns), KIND) as rows:
        term = rows.value("score") - rows.value("weight")
        (group,) = rows.sums({"d": term, "dd": term * term})
    assert float(group.sums["d"]) == pytest.approx(sizes[0] - sizes[1], rel=1e-13)
    assert group.sums["dd"] == group.sums["d"] ** 2


def test_groups_come_sorted_and_without_rows_there_is_one_empty_one(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("item,score\nb,2\na,1\nb,3\n", encoding="utf-8")
    with open_rows(source(path), KIND) as rows:
        term = rows.value("score")
        found = rows.sums({"s": term}, by=["item"])
        nothing = rows.sums({"s": term}, where="FALSE")
    assert [(group.key, group.n, group.sums["s"]) for group in found] == [(("a",), 1, 1), (("b",), 2, 5)]
    assert [(group.n, group.sums["s"]) for group in nothing] == [(0, 0)]


def test_clusters_that_never_repeat_are_not_held(tmp_path) -> None:
    path = write(tmp_path / "rows.csv", ["1", "2", "3"])
    with open_rows(source(path), KIND) as rows:
        assert arms(rows, rows.value("score"), cluster="item")[()].clusters == {}


NOISE = [repr(random.Random(5).gauss(3, 2) * 10 ** (number % 5)) for number in range(3000)]


def test_neither_order_nor_threads_nor_format_changes_a_digit(tmp_path) -> None:
    generator = random.Random(1)
    shuffled = sorted(enumerate(NOISE), key=lambda _: generator.random())
    lines = "".join(f"q{number},{value}\n" for number, value in shuffled)
    (tmp_path / "shuffled.csv").write_text("item,score\n" + lines, encoding="utf-8")
    plain = write(tmp_path / "plain.csv", NOISE)
    duckdb.sql(
        f"COPY (SELECT item, CAST(score AS DOUBLE) AS score FROM read_csv('{plain}', all_varchar=true)) "
        f"TO '{tmp_path}/rows.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
    )
    quoted = "".join(f'{{"item": "q{number}", "score": {value}}}\n' for number, value in enumerate(NOISE))
    (tmp_path / "rows.jsonl").write_text(quoted, encoding="utf-8")
    answers = set()
    for name in ("plain.csv", "shuffled.csv", "rows.parquet", "rows.jsonl"):
        for threads in (1, 2):
            with open_rows(source(tmp_path / name), KIND, choice=EngineChoice(threads=threads)) as rows:
                term = rows.value("score")
                (group,) = rows.sums({"s": term, "ss": term * term})
                answers.add((group.n, group.sums["s"], group.sums["ss"], rows.seed({"level": 0.95})))
    assert len(answers) == 1


def test_the_digest_of_rows_knows_every_cell(tmp_path) -> None:
    digests = set()
    for number, values in enumerate((["1", "2"], ["2", "1"], ["1", "2", "2"], ["1.0", "2.00"])):
        with open_rows(source(write(tmp_path / f"{number}.csv", values)), KIND) as rows:
            digests.add(rows.digest())
            assert rows.seed({"level": 0.9}) != rows.seed({"level": 0.95})
    assert len(digests) == 3


def test_the_engine_is_locked_to_its_file(tmp_path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    with open_rows(source(write(tmp_path / "rows.csv", ["1"])), KIND) as rows:
        for sql in (
            f"SELECT * FROM read_csv('{other}')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.csv'",
            "SELECT * FROM read_csv('https://example.org/x.csv')",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
            f"ATTACH '{tmp_path}/x.db'",
        ):
            with pytest.raises(duckdb.Error):
                rows.query(sql)
    assert not (tmp_path / "out.csv").exists()


def test_nothing_is_left_behind(tmp_path, monkeypatch) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    with open_rows(source(write(tmp_path / "rows.csv", ["1"])), KIND):
        assert list(scratch.iterdir())
    assert not list(scratch.iterdir())


@pytest.mark.parametrize(
    ("high", "decimals", "share", "queries"),
    [
        (10, 1, 0.5, ["rough"]),
        (1_000_000, 3, 0.97, ["rough", "real"]),
        (10_000_000, 4, 0.5, ["real"]),
        (100_000_000, 6, 0.5, ["whole"]),
    ],
)
def test_each_way_of_summing_gives_the_exact_sum(tmp_path, high, decimals, share, queries) -> None:
    draws = random.Random(decimals)
    values = [f"{draws.uniform(-high, high):.{decimals}f}" for _ in range(3000)]
    groups = ["small" if draws.random() < share else "large" for _ in values]
    wanted: dict[str, Fraction] = {}
    for group, value in zip(groups, values, strict=True):
        wanted[group] = wanted.get(group, Fraction(0)) + Fraction(value)
    table = [(f"q{n}", *pair) for n, pair in enumerate(zip(groups, values, strict=True))]
    for order in (table, table[::-1]):
        path = tmp_path / "rows.csv"
        lines = "\n".join(",".join(row) for row in order)
        path.write_text(f"item,stage,score\n{lines}\n", encoding="utf-8")
        columns = {"item": "item", "stage": "stage", "score": "score"}
        chosen = RowSource(path, path.name, "csv", columns, stages=("small", "large"))
        with open_rows(chosen, KIND) as rows:
            asked = []
            query = rows.engine.query
            rows.engine.query = lambda sql, ask=query, seen=asked: seen.append(sql) or ask(sql)  # type: ignore[method-assign] # a spy
            found = rows.sums({"s": rows.value("score")}, by=["stage"])
        assert {group.key[0]: group.sums["s"] for group in found} == wanted
        ways = [
            "whole" if "SUM(CAST(FLOOR" in sql else "real" if "FLOOR" in sql else "rough" for sql in asked
        ]
        assert ways == queries


def test_a_negative_zero_in_parquet_is_zero(tmp_path) -> None:
    path = tmp_path / "rows.parquet"
    for values, expected in (
        ("'0', '-0.0', '1.5'", {"0.0": 2, "1.5": 1}),
        ("'0', '1.5'", {"0.0": 1, "1.5": 1}),
    ):
        duckdb.sql(
            f"COPY (SELECT 'q' || row_number() OVER () AS item, s::DOUBLE AS score "
            f"FROM unnest([{values}]::DOUBLE[]) AS t(s)) TO '{path}'"
        )
        with open_rows(source(path), KIND) as rows:
            found = {group.key[0]: group.n for group in rows.sums({}, by=["score"])}
        assert found == expected
