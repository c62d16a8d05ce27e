"""`release report` as it is run: formats, languages, templates, and what it says when they are wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAN = "templates/plans/gpt-2"


def release(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "release", *arguments],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        check=False,
    )


def report(*arguments: str, audience: str = "public") -> subprocess.CompletedProcess[bytes]:
    return release("report", PLAN, "--at", "2019-11-04", "--audience", audience, *arguments)


def test_the_json_twin_is_what_its_schema_says() -> None:
    done = report("--format", "json")
    assert done.returncode == 0, done.stderr
    schema = release("schema", "report")
    assert schema.returncode == 0
    value = json.loads(done.stdout)
    jsonschema.validate(value, json.loads(schema.stdout))
    assert value["verdict"] == "hold"
    assert value["audience"] == "public"


def test_another_language(tmp_path: Path) -> None:
    target = tmp_path / "bericht.html"
    done = report("--lang", "de", "--output", str(target))
    assert done.returncode == 0
    assert done.stdout == b""
    assert b"wrote the public report to" in done.stderr
    assert '<html lang="de">' in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lang", "xx"], "error[IN-088]: no report is written in 'xx'"),
        (["--lang", "../de"], "error[IN-088]"),
        (["--format", "docx"], "error[IN-086]"),
        (["--template", "docs"], "error[IN-098]: nothing in docs replaces a template"),
        (["--template", "nowhere"], "error[IN-098]: --template nowhere is no folder"),
    ],
)
def test_what_does_not_exist_is_said_and_nothing_written(arguments: list[str], said: str) -> None:
    done = report(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_own_templates_stand_in_for_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "limits.html.j2").write_text("<p class=ours>{{ view.title }}: our limits</p>", "utf-8")
    done = report("--template", str(tmp_path))
    assert done.returncode == 0, done.stderr
    page = done.stdout.decode()
    assert "our limits</p>" in page
    assert '<section id="evidence"' in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% if %}", "limits.html.j2:1:1"),
        ("\n\n{{ nothing.at.all }}", "'nothing' is undefined"),
        ("{{ view.__class__.__mro__ }}", "unsafe"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include '../secret.txt' %}", "secret.txt"),
        ("{% include '/etc/passwd' %}", "/etc/passwd"),
    ],
)
def test_a_template_that_fails_is_told_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "secret.txt").write_text("SECRET", encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "limits.html.j2").write_text(text, encoding="utf-8")
    done = report("--template", str(own))
    assert done.returncode == 2
    assert done.stdout == b""
    assert "error[IN-098]" in done.stderr.decode()
    assert said in done.stderr.decode()
    assert b"SECRET" not in done.stderr
