"""A signal ends a computation at once, with its own name, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

SCRIPT = """
import signal, sys, tempfile
from pathlib import Path
from release.evidence import locking
from release.evidence.inputs import Task
from release.evidence.kind import kind_called
from release.evidence.store import open_rows
from release.evidence.store_mapping import RowSource

class Terminated(BaseException):
    pass

def terminate(*_):
    raise Terminated

signal.signal(signal.SIGTERM, terminate)
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background is started without it
# Whoever runs the tests in the background has them ignore SIGINT, and so this process too.
signal.signal(signal.SIGINT, signal.default_int_handler)
rows, tempfile.tempdir = Path(sys.argv[1]), sys.argv[2]
columns = {"item": "item", "stage": "stage", "correct": "correct"}

def endless(task):
    with open_rows(RowSource(rows, "rows.csv", "csv", columns), kind_called("benchmark")) as opened:
        print("running", flush=True)
        pairs = 'rows AS a JOIN rows AS b ON a."item" < b."item" JOIN rows AS c ON b."item" < c."item"'
        while True:
            opened.query(f"SELECT COUNT(*) FROM {pairs}")

try:
    locking._at_once(endless, [None], int(sys.argv[3]))
except BaseException as error:
    print(type(error).__name__, flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_signal_stops_running_queries(tmp_path: Path, number: signal.Signals, jobs: str) -> None:
    rows = tmp_path / "rows.csv"
    lines = "".join(f"q{n},s{n % 2},1\n" for n in range(20_000))
    rows.write_text("item,stage,correct\n" + lines, encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    command = [sys.executable, "-c", SCRIPT, str(rows), str(scratch), jobs]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stdout is not None
        guard = threading.Timer(120, process.kill)  # one that goes on would go on for ever
        guard.start()
        assert process.stdout.readline() == "running\n"
        time.sleep(0.3)
        process.send_signal(number)
        assert process.stdout.readline().strip() in {"KeyboardInterrupt", "Terminated"}
        assert process.wait() == 0
        guard.cancel()
    assert not list(scratch.iterdir())
