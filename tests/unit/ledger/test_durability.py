"""Killed writers and many writers: nothing acknowledged is lost, and the chain stays whole."""

from __future__ import annotations

import json
import os
import random
import signal
import time

import pytest

from release.ledger.chain import read_chain
from release.ledger.deciding import decide
from tests.unit.ledger.test_chain import decision

KILLS = 200
WRITERS = 8
EACH = 12


def _write_for_ever(folder, pipe):
    """Append and acknowledge until killed."""
    number = 0
    while True:
        made = decide(folder, "decisions.jsonl", decision(reason=f"{os.getpid()} {number}"), None)
        os.write(pipe, f"{made.entry['seq']} {made.entry['reason']}\n".encode())
        number += 1


def test_two_hundred_kills_lose_nothing_that_was_acknowledged(tmp_path):
    rng = random.Random(20190214)
    acknowledged = []
    for _ in range(KILLS):
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            try:
                _write_for_ever(tmp_path, writer)
            finally:
                os._exit(1)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            said = [stream.readline() for _ in range(rng.randrange(4))]
            time.sleep(rng.uniform(0.0, 0.004))
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            said += stream.read().splitlines(keepends=True)
        # The last acknowledgement may itself be cut off by the kill.
        acknowledged += [line.decode().rstrip("\n") for line in said if line.endswith(b"\n")]
    decide(tmp_path, "decisions.jsonl", decision(reason="after all kills"), None)
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    assert chain.faults == ()
    present = {f"{entry['seq']} {entry['reason']}" for entry in chain.entries}
    assert set(acknowledged) <= present
    assert len(acknowledged) > KILLS
    names = {path.name for path in tmp_path.iterdir() if not path.name.startswith("decisions.torn-")}
    assert names == {"decisions.jsonl"}


def test_eight_writers_at_once_take_turns(tmp_path):
    children = []
    for writer in range(WRITERS):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                for number in range(EACH):
                    decide(tmp_path, "decisions.jsonl", decision(reason=f"{writer} {number}"), None)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert codes == [0] * WRITERS
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    assert chain.faults == ()
    assert len(chain.entries) == WRITERS * EACH
    for writer in range(WRITERS):
        own = [entry["reason"] for entry in chain.entries if entry["reason"].startswith(f"{writer} ")]
        assert own == [f"{writer} {number}" for number in range(EACH)]


def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path, monkeypatch):
    from release.base.errors import InvalidInput

    decide(tmp_path, "decisions.jsonl", decision(), None)
    before = (tmp_path / "decisions.jsonl").read_bytes()
    real = os.write

    def short(descriptor, content):
        return real(descriptor, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", short)
    with pytest.raises(InvalidInput) as caught:
        decide(tmp_path, "decisions.jsonl", decision(), None)
    monkeypatch.undo()
    assert "took only a part" in caught.value.errors[0].message
    assert (tmp_path / "decisions.jsonl").read_bytes() == before


def test_a_failed_sync_is_said_and_never_called_good(tmp_path, monkeypatch):
    from release.base.errors import InvalidInput

    def failing(_descriptor):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(InvalidInput) as caught:
        decide(tmp_path, "decisions.jsonl", decision(), None)
    assert "may not be durable" in caught.value.errors[0].message


def test_each_line_is_json_that_anybody_can_read(tmp_path):
    decide(tmp_path, "decisions.jsonl", decision(reason="Grüße, 你好 \u2028"), None)
    (line,) = (tmp_path / "decisions.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    assert json.loads(line)["reason"] == "Grüße, 你好 \u2028"
