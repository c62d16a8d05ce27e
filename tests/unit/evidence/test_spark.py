"""Spark gives the embedded engine's figures, to the last digit, and names the same bad rows."""

from __future__ import annotations

import json
import re
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from release.base.errors import InvalidInput
from release.evidence.kind import kind_called
from release.evidence.lock import computation_json
from release.evidence.measure import measured, setting_of
from release.evidence.spark_session import first_line, session_at
from release.evidence.store import EngineChoice, interrupt_all, open_rows
from release.evidence.store_mapping import RowSource
from release.evidence.store_spark import SparkEngine

CASES = Path(__file__).resolve().parents[2] / "cases" / "kinds"
ALWAYS = {"benchmark", "bias_probe", "data_selection", "preference", "reward_model", "summary_tree"}
FOLDERS = [
    pytest.param(
        min(kind.iterdir()),
        id=kind.name,
        marks=() if kind.name in ALWAYS else (pytest.mark.slow,),
    )
    for kind in sorted(CASES.iterdir())
]
SPARK = EngineChoice("spark", "local[2]")

pytestmark = [pytest.mark.java, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module", autouse=True)
def session() -> Iterator[None]:
    """Stop the session in the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = session_at(SPARK.url)
        yield
        running.stop()


def outcome(kind_name: str, source: RowSource, item: dict, choice: EngineChoice) -> object:
    """Return figures as the lock has them, with the digest of the rows, or the errors."""
    kind = kind_called(kind_name)
    told = {"stages": source.stages, "variants": source.variants, "archive": item.get("archive")}
    try:
        with open_rows(source, kind, choice=choice) as rows:
            setting = setting_of(kind, item.get("params", {}), roles=rows.roles, **told)
            return computation_json(measured(kind, rows, setting)), rows.digest(), rows.missing
    except InvalidInput as invalid:
        return [(error.code, error.message, error.at) for error in invalid.errors]


def source_of(path: Path, item: dict, form: str | None = None) -> RowSource:
    header = path.read_text(encoding="utf-8-sig").splitlines()[0].split(",") if path.suffix == ".csv" else []
    return RowSource(
        path,
        f"evidence/{path.name}",
        form or path.suffix[1:],
        item.get("columns") or {name: name for name in header},
        item.get("filters", {}),
        tuple(item.get("stages", ())),
        tuple(item.get("variants", ())),
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_kind_gives_the_same(folder: Path) -> None:
    item = json.loads((folder / "item.json").read_text(encoding="utf-8"))
    (path,) = folder.glob("rows.*")
    source = source_of(path, item)
    assert outcome(folder.parent.name, source, item, SPARK) == outcome(
        folder.parent.name, source, item, EngineChoice()
    )


HEADER = "item,stage,correct"
MANY = "".join(f"q{n},{'small' if n % 2 else 'large'},{n % 3 // 2}\n" for n in range(40))
QUOTED = '"a, ""b""\nc",small,1\r\n\u00e9,small,true\r\n q3 ,small,\r\nq1,large,0\r\nq2,large,1.0\r\n'
LINES = '{"item": "q1", "stage": "small", "correct": true}\n{"item": 2, "stage": "large", "correct": 0}\n'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("plain.csv", f"{HEADER}\n{MANY}"),
        ("quoted.csv", f"{HEADER}\r\n{QUOTED}"),
        ("rows.jsonl", LINES),
        ("bad.csv", f"{HEADER}\nq1,small,2\n,large,1\nq3,medium,nan\n"),
        ("ragged.csv", f"{HEADER}\nq1,small\n"),
        ("twice.csv", f"{HEADER}\nq1,small,1\nq1,small,0\n"),
        ("spellings.csv", f"{HEADER}\nq1,small,1d\nq2,small,0x1\nq3,small,+1\n"),
    ],
    ids=lambda value: value if value.endswith(("csv", "jsonl")) else "",
)
def test_files_are_read_alike(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode())
    columns = {"item": "item", "stage": "stage", "correct": "correct"}
    source = RowSource(path, name, path.suffix[1:], columns, stages=("small", "large"))
    assert outcome("benchmark", source, {}, SPARK) == outcome("benchmark", source, {}, EngineChoice())


@pytest.mark.parametrize("bad", [False, True])
def test_parquet_and_wide_tables_are_read_alike(tmp_path: Path, bad: bool) -> None:  # noqa: FBT001
    path = tmp_path / "rows.parquet"
    third = "'nan'::DOUBLE" if bad else "NULL"
    second = f"CASE WHEN i = 3 THEN {third} ELSE i / 7 END AS l"
    task = "CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END AS task"
    select = f'SELECT i AS item, i * 0.37 AS "odd ""name", {second}, {task} FROM range(50) t(i)'
    duckdb.sql(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    columns = {"item": "item", "score": {"small": 'odd "name', "large": "l"}}
    source = RowSource(path, "rows.parquet", "parquet", columns, {"task": ["a", "b"]}, ("small", "large"))
    found = outcome("benchmark", source, {}, SPARK)
    assert found == outcome("benchmark", source, {}, EngineChoice())
    assert isinstance(found, list) is bad


def test_a_broken_parquet_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    path.write_bytes(b"PAR1 no")
    source = RowSource(path, "rows.parquet", "parquet", {"item": "item", "stage": "s", "correct": "c"})
    (error,) = outcome("benchmark", source, {}, SPARK)
    assert error[0] == "IN-067"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("nonsense://nowhere", "is no address of Spark"),
        ("", "is no address of Spark"),
        ("sc://", "is no address of Spark"),
        ("spark://localhost", "is no address of Spark"),
        ("spark://127.0.0.1:1", "Spark does not answer at 127.0.0.1:1: Connection refused"),
        ("spark://127.0.0.1:1,127.0.0.1:2", "127.0.0.1:2: Connection refused"),
        ("spark://127.0.0.1:70000", "Spark does not answer at 127.0.0.1:70000"),
        ("sc://127.0.0.1:1/;user_id=x", "Spark does not answer at 127.0.0.1:1"),
    ],
)
def test_a_cluster_that_is_not_there_is_named(url: str, told: str) -> None:
    for _ in range(2):
        with pytest.raises(InvalidInput, match=re.escape(told)) as caught:
            session_at(url)
        (error,) = caught.value.errors
        assert error.code == "IN-077"
        assert error.hint is not None
        assert ("`spark-connect`" in error.hint) == url.startswith("sc://")


def test_what_java_says_is_told_in_its_own_words() -> None:
    text = "An error occurred while calling None.Context.\n: java.lang.Exception: no master\n\tat x.Y(z)\n"
    assert first_line(RuntimeError(text)) == "java.lang.Exception: no master"
    assert first_line(RuntimeError()) == "RuntimeError"


def test_a_running_query_is_stopped_on_a_signal() -> None:
    """Where a cluster computes for hours, nobody waits for it to end."""
    session = session_at(SPARK.url)
    engine = SparkEngine(session, "x", "rows.csv")
    stopping = threading.Event()

    def stop() -> None:
        while not stopping.wait(0.05):
            interrupt_all()

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        endless = "SELECT COUNT(*) FROM RANGE(1000000000000000)"  # days of work, and nothing to hold
        with pytest.raises(InvalidInput, match="Spark could not compute"):
            list(engine.stream(endless))
    finally:
        stopping.set()
        thread.join()
