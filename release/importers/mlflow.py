"""MLflow: runs of a file store (`mlruns`), of an SQLite store (`mlflow.db`), and tables of `log_table`.

- `forecast`: one row per run: the last value of the metric that `--metric` names, and the parameter
  `parameters` or `compute` of the run; `--column compute=flops` names another parameter
- `benchmark`: one row per row of the table `eval_results_table.json` (or another `*.json` table) among the
  run's artifacts; `--column item=question --column correct=right` names its columns, `score=` instead of
  `correct=`

Runs that did not finish are refused; deleted ones are left out. Artifacts are read below the run's own
folder only: addresses in the store are not followed, so of an SQLite store only `forecast` is read.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from release.base.canonical import sha256
from release.base.errors import InvalidInput
from release.base.visible import quoted
from release.evidence.inputs import digest_of
from release.importers._logs.complaint import asked, misformed
from release.importers._logs.documents import content_of, files_below, first_bytes, read_document
from release.importers._logs.fields import Fields, day_of, label
from release.importers._logs.importer import Importer, Provenance, Reading, Reported, Request, Row, Source
from release.importers._logs.scores import Means, choose, confirm, known_words
from release.source.reading import read_document as read_yaml

_SQLITE: Final = b"SQLite format 3\0"
_TABLE: Final = re.compile(rb'\A\s*\{\s*"columns":\s*\[')
_NAMES: Final = re.compile(r"[^/\\\x00]{1,200}")
_STATES: Final = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}
_SIZES: Final = ("parameters", "compute")
_STEPS: Final = 2_000_000
_SMALL: Final = 64 * 1024


def logs(source: Source) -> list[Source]:
    """Return the folders of runs, the stores and the tables at or below a source."""
    found: dict[Path, Source] = {}
    for each in files_below(source):
        name = each.path.name
        if name == "meta.yaml" and (each.path.parent / "metrics").is_dir():
            found[each.path.parent] = Source(each.path.parent, each.shown[: -len("/meta.yaml")] or ".")
        elif _is_store(each) or (source.path == each.path and _TABLE.match(first_bytes(each))):
            found[each.path] = each
    return list(found.values())


def _is_store(source: Source) -> bool:
    return source.path.suffix in {".db", ".sqlite"} and first_bytes(source).startswith(_SQLITE)


def read(log: Source, request: Request) -> Reading:
    """Read one run, one store, or one table."""
    if log.path.is_dir():
        run = _run_of_files(log)
        if request.kind == "forecast":
            rows = list(_forecast([run], log, request))
            yield from rows
            return _provenance(log, sha256(run.digests.encode()), [run], len(rows), request.metric)
        return (yield from _table(_table_of(log), run, request))
    if first_bytes(log).startswith(_SQLITE):
        if request.kind != "forecast":
            hint = "give the table itself: mlruns/…/artifacts/eval_results_table.json"
            raise asked(f"{log.shown} holds no rows of samples, only where they are", hint)
        runs = _runs_of_store(log, request.metric)
        rows = list(_forecast(runs, log, request))
        yield from rows
        return _provenance(log, digest_of(log.path), runs, len(rows), request.metric)
    return (yield from _table(log, _Run(log.shown), request))


class _Run:
    """One run: its metrics (last values) and parameters."""

    def __init__(self, shown: str) -> None:
        self.shown = shown
        self.id = self.name = ""
        self.experiment = ""
        self.status = "not stated"
        self.started: Any = None
        self.metrics: dict[str, float] = {}
        self.params: dict[str, str] = {}
        self.deleted = False
        self.digests = ""


def _run_of_files(log: Source) -> _Run:
    run = _Run(log.shown)
    meta = _yaml(log, "meta.yaml")
    run.id = meta.key("run_id" if meta.has("run_id") else "run_uuid")
    run.name = meta.key("run_name") if meta.has("run_name") else run.id
    status = meta.raw("status")
    run.status = _STATES.get(status, str(status)) if isinstance(status, int) else label(status)
    run.started = meta.raw("start_time")
    run.deleted = meta.raw("lifecycle_stage") == "deleted"
    if (log.path.parent / "meta.yaml").is_file():
        above = Source(log.path.parent, f"{log.shown}/..")
        experiment = _yaml(above, "meta.yaml")
        run.experiment = experiment.key("name") if experiment.has("name") else ""
    parts = []
    for folder, take in (("metrics", _take_metric), ("params", _take_param)):
        if not (log.path / folder).is_dir():
            continue
        for file in files_below(Source(log.path / folder, f"{log.shown}/{folder}")):
            name = file.path.relative_to(log.path / folder).as_posix()
            take(run, name, file)
            parts.append(f"{folder}/{name} {digest_of(file.path)}")
    run.digests = "\n".join([digest_of(log.path / "meta.yaml"), *parts])
    return run


def _yaml(log: Source, name: str) -> Fields:
    shown = f"{log.shown}/{name}"
    try:
        root = read_yaml(log.path / name, shown).root
    except InvalidInput as invalid:
        first = invalid.errors[0]
        raise misformed(first.message, shown, line=first.at.line if first.at else 1) from None
    if not isinstance(root, dict):
        raise misformed("not the description of a run", shown)
    return Fields(dict(root), shown, "run")


def _take_metric(run: _Run, name: str, file: Source) -> None:
    best: tuple[int, int, float] | None = None
    text = content_of(file).decode("utf-8", "replace")
    for number, line in enumerate(text.splitlines(), 1):
        parts = line.split()
        if not parts:
            continue
        try:
            moment, value, step = int(parts[0]), float(parts[1]), int(parts[2]) if len(parts) > 2 else 0
        except (IndexError, ValueError):
            message = f"{quoted(line)} is not 'time value step'"
            raise misformed(message, file.shown, line=number) from None
        if best is None or (step, moment) >= best[:2]:
            best = (step, moment, value)
    if best is None:
        raise misformed("the metric has no value", file.shown)
    run.metrics[name] = best[2]


def _take_param(run: _Run, name: str, file: Source) -> None:
    content = content_of(file)
    if len(content) <= _SMALL:
        run.params[name] = content.decode("utf-8", "replace").strip()


def _runs_of_store(log: Source, metric: str) -> list[_Run]:
    """Return the runs of an SQLite store that have a metric; read only, and within a bound of steps."""
    import sqlite3

    runs: dict[str, _Run] = {}
    try:
        address = f"{log.path.resolve().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as store:
            steps = iter(range(_STEPS))
            store.set_progress_handler(lambda: next(steps, None) is None, 1000)
            store.execute("PRAGMA trusted_schema = OFF")
            tables = store.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            if not {("runs",), ("latest_metrics",), ("params",), ("experiments",)} <= set(tables):
                raise misformed("the store has not the tables of MLflow", log.shown)
            found = store.execute(
                "SELECT r.run_uuid, r.name, r.status, r.start_time, r.lifecycle_stage, e.name, "
                "m.key, m.value, m.is_nan FROM latest_metrics m JOIN runs r ON r.run_uuid = m.run_uuid "
                "JOIN experiments e ON e.experiment_id = r.experiment_id ORDER BY r.start_time, r.run_uuid"
            )
            for key, name, status, started, stage, experiment, what, value, nan in found:
                run = runs.setdefault(str(key), _Run(log.shown))
                run.id, run.name, run.status, run.started = str(key), str(name or key), str(status), started
                run.experiment, run.deleted = str(experiment), stage == "deleted"
                run.metrics[str(what)] = math.nan if nan else value
            for key, name, value in store.execute("SELECT run_uuid, key, value FROM params"):
                if str(key) in runs:
                    runs[str(key)].params[str(name)] = str(value)
    except (sqlite3.Error, UnicodeError, OSError) as error:
        raise misformed(f"not a whole SQLite store: {str(error)[:80]}", log.shown) from None
    wanted = choose(metric, {name for run in runs.values() for name in run.metrics}, log.shown)
    return [run for run in runs.values() if wanted in run.metrics]


def _forecast(runs: list[_Run], log: Source, request: Request) -> Iterator[Row]:
    for run in runs:
        if run.deleted:
            continue
        metric = choose(request.metric, run.metrics, log.shown)
        fields = Fields(dict(run.metrics), run.shown, f"run '{label(run.name)}'")
        value = fields.number(metric)
        row: Row = {"run": f"{label(run.name)} {run.id[:8]}", "value": value, "metric": metric}
        for role in _SIZES:
            name = request.columns.get(role, role)
            if name in run.params:
                row[role] = _size(run.params[name], name, fields)
            elif role in request.columns:
                choose(name, run.params, log.shown)
        if not any(role in row for role in _SIZES):
            hint = (
                f"add --column compute=NAME or parameters=NAME; it has {', '.join(sorted(run.params)[:12])}"
            )
            raise asked(f"{fields.what} has no parameter 'parameters' or 'compute'", hint)
        yield row


def _size(text: str, name: str, fields: Fields) -> float:
    try:
        value = float(text) if len(text) <= 64 else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise fields.unusable(f"the parameter {quoted(name)} is {quoted(text)}, not a number")
    return value


def _table_of(log: Source) -> Source:
    folder = Source(log.path / "artifacts", f"{log.shown}/artifacts")
    tables = (
        [
            each
            for each in files_below(folder)
            if each.path.suffix == ".json" and _TABLE.match(first_bytes(each))
        ]
        if folder.path.is_dir()
        else []
    )
    usual = [each for each in tables if each.path.name == "eval_results_table.json"]
    for found in (usual, tables):
        if len(found) == 1:
            return found[0]
    if not tables:
        hint = "log the rows with mlflow.log_table; for metrics of runs use --kind forecast"
        raise asked(f"{log.shown} has no table among its artifacts", hint)
    raise asked(f"{log.shown} has {len(tables)} tables", "give the file of one of them")


def _table(log: Source, run: _Run, request: Request) -> Reading:
    table = read_document(log)
    names = [table.as_key(each, "columns") for each in table.list("columns")]
    roles = [role for role in ("item", "correct", "score") if role in request.columns]
    if "item" not in roles or len(roles) != 2:
        known = ", ".join(names[:12])
        hint = f"add --column item=NAME and --column correct=NAME or score=NAME; columns: {known}"
        raise asked("a table does not say which of its columns are which", hint)
    for role in roles:
        choose(request.columns[role], names, log.shown)
    places = {role: names.index(request.columns[role]) for role in roles}
    task = run.experiment or label(Path(log.path.name).stem)
    model = label(run.params.get("model", "")) or label(run.name) or "unknown"
    means = Means()
    present = unscored = 0
    for number, cells in enumerate(table.list("data"), 1):
        line = Fields({}, log.shown, f"row {number}")
        if not isinstance(cells, list) or len(cells) != len(names):
            raise line.wrong(f"it has not the {len(names)} cells of its columns")
        item = line.as_key(cells[places["item"]], request.columns["item"])
        value = _outcome(cells[places[roles[1]]], request.columns[roles[1]], line)
        present += 1
        unscored += value is None
        means.add(item, value)
        row: Row = {"item": item, "sample": item, "epoch": 1, "benchmark": task, "model": model}
        yield {**row, "stage": None, "value": value, "error": 0, "metric": request.columns[roles[1]]}
    outcome = request.columns[roles[1]]
    found = _provenance(log, digest_of(log.path), [run], present, outcome)
    reported = []
    if f"{outcome}/mean" in run.metrics and not unscored:
        stated = Fields(dict(run.metrics), run.shown, "run").number(f"{outcome}/mean")
        confirm(stated, means.of_rows, f"the metric '{label(outcome)}/mean'", run.shown)
        reported.append(Reported("mean", stated, model, {"benchmark": task}))
    return replace(found, task=task, models=(model,), unscored=unscored, reported=tuple(reported))


def _outcome(value: Any, name: str, line: Fields) -> float | None:  # noqa: ANN401 - any JSON value
    if value is None:
        return None
    if isinstance(value, str):
        number = known_words(value)
        if number is None:
            raise line.unusable(f"{quoted(name)} is {quoted(value)}, neither a number nor true or false")
        return number
    return line.finite(value, name)


def _provenance(log: Source, digest: str, runs: list[_Run], present: int, metric: str) -> Provenance:
    alive = [run for run in runs if not run.deleted]
    states = sorted({run.status for run in alive})
    unfinished = [
        f"run '{label(run.name)}' has the status {run.status}"
        for run in alive
        if run.status not in {"FINISHED", "not stated"}
    ]
    deleted = len(runs) - len(alive)
    days = sorted(day for run in alive if (day := day_of(run.started)))
    return Provenance(
        file=log.shown,
        sha256=digest,
        tool="mlflow",
        version="",
        task=", ".join(sorted({label(run.experiment) for run in alive if run.experiment})),
        models=tuple(sorted({label(run.name) for run in alive})),
        date=days[-1] if days else "",
        status=", ".join(states),
        present=present,
        metric=metric,
        incomplete=tuple(unfinished),
        notes=(f"{deleted} deleted runs were left out",) if deleted else (),
    )


IMPORTER = Importer("mlflow", "MLflow: runs and tables", ("forecast", "benchmark"), logs, read)
