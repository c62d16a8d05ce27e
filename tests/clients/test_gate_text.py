"""Reasons of the gate that no rule makes carry text of the plan and the ledger into every format as text."""

from __future__ import annotations

import json
import re
from pathlib import Path

import junitparser
import pytest

from release.cli.run import run
from tests.clients.samples import HOSTILE
from tests.clients.test_formats import ENGINES, OWN_TAGS, command_of

FORMATS = ("text", "concise", "sarif", "junit", "github", "gitlab", "markdown", "json")
CONTROLS = "\x1b]0;x\x07\x1b[31m\x9b"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "plan"
    folder.mkdir()
    plan = {
        "schema": "release-plan/1",
        "id": "hostile",
        "title": HOSTILE[0],
        "policies": {"use": ["staged-release"]},
        "defaults": {"audience": "public"},
        "stages": [{"id": "one", "title": HOSTILE[4], "dates": {"planned": "2026-03-01"}}],
        "approvals": [
            {"stage": "one", "role": each, "by": f"{each} {index}", "decision": "hold", "date": "2026-01-01"}
            for index, each in enumerate(HOSTILE)
        ],
    }
    (folder / "release.yaml").write_text(json.dumps(plan), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for reason in (*HOSTILE, CONTROLS):
        told = [
            "decide",
            "plan",
            "--stage=one",
            "--decision=no-go",
            f"--reason={reason}",
            "--by=::warning::x",
        ]
        assert run(told) == 0
    return tmp_path


def written(name: str) -> str:
    told = ["gate", "plan", "--stage=one", "--at=2026-02-01", f"--format={name}", "--output=out"]
    assert run([*told, "--exit-zero"]) == 0
    return Path("out").read_text(encoding="utf-8")


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", FORMATS)
def test_no_control_character_and_no_command(name: str) -> None:
    text = written(name)
    assert not set(text) & {chr(code) for code in (*range(10), *range(11, 32))}
    if name in {
        "text",
        "concise",
        "github",
        "markdown",
    }:  # people read these; the others are read by programs
        assert not set(text) & {"\u202e", "\u200b", "\u2028", *(chr(code) for code in range(127, 160))}
    for line in text.splitlines():
        command = command_of(line)
        assert command is None or (name == "github" and "file" in command[1])


@pytest.mark.usefixtures("here")
def test_clients_read_as_many_reasons_as_there_are() -> None:
    reasons = json.loads(written("json"))["reasons"]
    approvals = [each for each in reasons if each["kind"] == "approval"]
    assert len(approvals) == len(HOSTILE)
    assert [each["kind"] for each in reasons].count("ledger") == 1
    suites = junitparser.JUnitXml.fromstring(written("junit").encode())
    assert sum(1 for suite in suites for _ in suite) >= len(reasons)
    results = json.loads(written("sarif"))["runs"][0]["results"]
    assert [each["ruleId"] for each in results].count("gate:approval") == len(HOSTILE)
    prints = [each["fingerprint"] for each in json.loads(written("gitlab"))]
    assert len(prints) == len(set(prints))
    page = ENGINES["github-like"](written("markdown")).replace("<!-- staged-release -->", "", 1)
    assert "<!--" not in page
    assert set(re.findall(r"<([a-z0-9]+)", page)) <= OWN_TAGS
