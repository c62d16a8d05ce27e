"""Ten million rows: what exact sums, strict reading and whole kinds cost beside the engine's bare scan.

`python benchmarks/rows.py [ROWS]` writes its rows to a temporary folder and prints two tables. Each job runs
in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

RUNS = 5

TABLES = {
    "human_credibility": """
        SELECT 'i' || (i // 1200) AS item, 'r' || ((i // 3) % 400) AS rater,
            ['small', 'medium', 'large'][1 + i % 3] AS stage, round(random() * 10, 1) AS score""",
    "automated_detection": """
        SELECT 'x' || i AS sample, CASE WHEN i % 2 = 0 THEN 'human' ELSE 'model' END AS source,
            ['small', 'medium', 'large'][1 + (i // 2) % 3] AS stage,
            round(random() + (i % 2) * 0.4, 4) AS score""",
    "benchmark": """
        SELECT 'i' || (i // 2) AS item, CASE WHEN i % 2 = 0 THEN 'small' ELSE 'large' END AS stage,
            (random() < 0.6)::INTEGER AS correct""",
    "reward_model": """
        SELECT 'i' || i AS item, round(random() * 4, 2) AS chosen,
            round(random() * 4 - 0.5, 2) AS rejected""",
    "preference": """
        SELECT 'i' || (i // 3 % 500) AS item, 'r' || (i // 1500) AS rater, 'm' || (i % 3) AS model_a,
            'm' || ((i + 1) % 3) AS model_b,
            ['model_a', 'model_b', 'tie'][1 + (hash(i + 7) % 3)::INTEGER] AS winner""",
}
PARAMS: dict[str, dict[str, Any]] = {"automated_detection": {"score_threshold": 0.7}}
STAGES = ("small", "medium", "large")

NUMBERS = {"score"}


def make(folder: Path, rows: int) -> None:
    """Write one Parquet file per table, and one CSV file."""
    import duckdb

    for name, select in TABLES.items():
        path = folder / f"{name}.parquet"
        duckdb.sql("SELECT setseed(0.5)").fetchall()
        duckdb.sql(f"COPY ({select} FROM range({rows}) t(i)) TO '{path}' (FORMAT parquet)")
    csv = folder / "human_credibility.csv"
    duckdb.sql(f"COPY (SELECT * FROM '{folder}/human_credibility.parquet') TO '{csv}' (HEADER)")


def opened(path: Path) -> Any:  # noqa: ANN401 - a context manager of Rows
    """Open a table as the lock would."""
    from release.evidence.kind import kind_called
    from release.evidence.store import open_rows
    from release.evidence.store_mapping import RowSource

    kind = kind_called(path.stem)
    roles = TABLES[path.stem]
    columns = {role.name: role.name for role in kind.roles if f"AS {role.name}" in roles}
    return kind, open_rows(RowSource(path, path.name, path.suffix[1:], columns, stages=STAGES), kind)


def best(job: Callable[[], object]) -> float:
    """Return the least CPU seconds, over all threads, of some runs: other work on the machine is left out."""
    seconds = []
    for _ in range(RUNS):
        start = time.process_time()
        job()
        seconds.append(time.process_time() - start)
    return min(seconds)


class Aggregation(NamedTuple):
    """One aggregation: its columns, our exact way, and the way of the engine alone, not reproducible."""

    name: str
    columns: tuple[str, ...]
    exact: Callable[[], object]
    plain: str


def aggregations(path: Path) -> dict[str, tuple[float, float, float]]:
    """Return the seconds of each aggregation of open rows, of the engine's own, and of a bare scan."""
    _, rows_of = opened(path)
    with rows_of as rows:
        found = {}
        for name, columns, exact, plain in jobs(path.stem, rows):
            summed = ", ".join(
                f"SUM({column})" if column in NUMBERS else f"SUM(STRLEN({column}))" for column in columns
            )
            scan = f"SELECT {summed} FROM read_parquet('{path}')"
            found[name] = tuple(
                best(job)
                for job in (exact, lambda sql=plain: rows.query(sql), lambda sql=scan: rows.query(sql))
            )
    return found


def jobs(table: str, rows: Any) -> list[Aggregation]:  # noqa: ANN401
    """Return the aggregations of one table."""
    if table == "human_credibility":
        score = rows.value("score")
        total, both = {"t": score}, {"t": score, "squares": score * score}
        plain = "COUNT(*), SUM(score) FROM rows"
        squares = "COUNT(*), SUM(score), SUM(score * score) FROM rows"
        return [
            Aggregation("sum", ("score",), lambda: rows.sums(total), f"SELECT {plain}"),
            Aggregation(
                "sum by stage",
                ("stage", "score"),
                lambda: rows.sums(total, by=["stage"]),
                f"SELECT stage, {plain} GROUP BY 1",
            ),
            Aggregation(
                "sum and squares by stage",
                ("stage", "score"),
                lambda: rows.sums(both, by=["stage"]),
                f"SELECT stage, {squares} GROUP BY 1",
            ),
            Aggregation(
                "sum by stage and rater",
                ("stage", "rater", "score"),
                lambda: rows.sums(total, by=["stage", "rater"]),
                f"SELECT stage, rater, {plain} GROUP BY 1, 2",
            ),
        ]
    if table == "preference":
        won = "winner = 'model_a'"
        return [
            Aggregation(
                "win matrix",
                ("model_a", "model_b", "winner"),
                lambda: rows.sums({"w": rows.flag(won)}, by=["model_a", "model_b"]),
                f"SELECT model_a, model_b, COUNT(*), COUNT(*) FILTER ({won}) FROM rows GROUP BY 1, 2",
            )
        ]
    human = "source = 'human'"
    return [
        Aggregation(
            "counts by score, for ranks",
            ("source", "score"),
            lambda: rows.sums({"h": rows.flag(human)}, by=["score"]),
            f"SELECT score, COUNT(*), COUNT(*) FILTER ({human}) FROM rows GROUP BY 1",
        )
    ]


def whole(path: Path) -> dict[str, float]:
    """Return seconds to open, to check and to compute a whole kind."""
    from release.evidence.measure import measured, setting_of

    start = time.perf_counter()
    kind, rows_of = opened(path)
    with rows_of as rows:
        ready = time.perf_counter()
        setting = setting_of(kind, PARAMS.get(kind.name, {}), roles=rows.roles, stages=STAGES)
        measured(kind, rows, setting)
        done = time.perf_counter()
    return {"open and check": ready - start, "compute": done - ready}


def in_process(job: str, path: Path) -> dict[str, Any]:
    """Run one job in a new process and return what it measured, with its peak of memory."""
    command = [sys.executable, __file__, "--job", job, str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def main(rows: int) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, rows)
        print(
            f"| one aggregation over {rows:,} rows | CPU ms | engine's own | bare scan | to own | to scan |"
        )
        print("|---|---|---|---|---|---|")
        for table in ("human_credibility", "preference", "automated_detection"):
            found = in_process("aggregations", folder / f"{table}.parquet")["seconds"]
            for job, times in found.items():
                exact, plain, floor = times
                shown = " | ".join(f"{1000 * each:.0f}" for each in times)
                print(f"| {job} | {shown} | {exact / plain:.1f} | {exact / floor:.1f} |")
        print(f"\n| a whole kind, {rows:,} rows | open and check, s | compute, s | peak, MB |")
        print("|---|---|---|---|")
        paths = [folder / f"{table}.parquet" for table in TABLES] + [folder / "human_credibility.csv"]
        for path in paths:
            answer = in_process("whole", path)
            seconds = answer["seconds"]
            row = f"{seconds['open and check']:.1f} | {seconds['compute']:.1f} | {answer['peak']:.0f}"
            print(f"| {path.stem}, {path.suffix[1:]} | {row} |")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--job"]:
        measured_seconds = {"aggregations": aggregations, "whole": whole}[sys.argv[2]](Path(sys.argv[3]))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": measured_seconds, "peak": peak}))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000)
