"""Make the fixtures of MLflow: a file and an SQLite store, with a table, a sweep and a failed run.

Run with the Python of an environment that has `mlflow` and `pandas`; see README.md.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from pathlib import Path

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.chdir("/")  # outside of any work tree, whose commit would be logged

import mlflow  # noqa: E402 - it reads its settings when it is imported
import pandas as pd  # noqa: E402

OUT = Path(sys.argv[1]).resolve()
ROWS = pd.DataFrame(
    {
        "question": [f"{n} + {n}" for n in range(1, 9)],
        "prediction": ["2", "4", "6", "9", "10", "12", "13", "16"],
        "right": [True, True, True, False, True, True, False, True],
    }
)


def fill() -> None:
    mlflow.set_experiment("sweep")
    for size, loss in ((10, 3.5), (100, 2.75), (1000, 2.25), (10000, 1.9375), (100000, 1.75)):
        with mlflow.start_run(run_name=f"size-{size}"):
            mlflow.log_param("parameters", size)
            mlflow.log_metric("loss", loss + 1, step=1)
            mlflow.log_metric("loss", loss, step=2)
    mlflow.set_experiment("answers")
    with mlflow.start_run(run_name="small"):
        mlflow.log_param("model", "small-1")
        mlflow.log_metric("right/mean", float(ROWS["right"].mean()))
        mlflow.log_table(ROWS, artifact_file="eval_results_table.json")


def failed() -> None:
    mlflow.set_experiment("broken")
    try:
        with mlflow.start_run(run_name="killed"):
            mlflow.log_param("parameters", 7)
            mlflow.log_metric("loss", 9.0)
            raise KeyboardInterrupt  # noqa: TRY301 - as when somebody stops it
    except KeyboardInterrupt:
        return


for case, address in (
    ("files", f"file://{OUT}/files/mlruns"),
    ("sqlite", f"sqlite:///{OUT}/sqlite/mlflow.db"),
):
    (OUT / case).mkdir(parents=True, exist_ok=True)
    os.chdir(OUT / case)
    mlflow.set_tracking_uri(address)
    fill()
    failed()


def cleaned() -> None:
    """Leave out what tells of this machine, and the empty tables that make a megabyte of a store."""
    for tags in (OUT / "files" / "mlruns").rglob("tags"):
        shutil.rmtree(tags)
    for empty in ("0", ".trash", "models"):
        shutil.rmtree(OUT / "files" / "mlruns" / empty, ignore_errors=True)
    store = OUT / "sqlite" / "mlflow.db"
    small = OUT / "sqlite" / "small.db"
    with sqlite3.connect(small) as target:
        target.execute("ATTACH ? AS whole", (str(store),))
        for table in ("experiments", "runs", "latest_metrics", "params"):
            target.execute(f"CREATE TABLE {table} AS SELECT * FROM whole.{table}")
        target.execute("UPDATE runs SET user_id = 'somebody', artifact_uri = '/scrubbed/' || run_uuid")
        target.execute("UPDATE experiments SET artifact_location = '/scrubbed'")
        target.commit()
        target.execute("DETACH whole")
        target.execute("PRAGMA page_size = 1024")
        target.execute("VACUUM")
    small.replace(store)


cleaned()
