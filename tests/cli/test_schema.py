"""Every JSON format that a command prints has a published schema, and what is printed fits it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
from pathlib import Path

import jsonschema
import pytest

from release.cli.commands.schema import SCHEMAS
from release.cli.run import run

ROOT = Path(__file__).parents[2]
EVE = ("--at", "2019-11-04")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(ROOT / "templates/plans/gpt-2", tmp_path / "gpt-2")
    monkeypatch.chdir(tmp_path / "gpt-2")
    decided = [
        "decide",
        ".",
        "--stage",
        "xl",
        "--decision",
        "hold",
        "--reason",
        "Not yet.",
        "--by",
        "a@b.example",
    ]
    assert run([*decided, *EVE]) == 0
    return tmp_path / "gpt-2"


def schema_of(name: str, capfd: pytest.CaptureFixture[str]) -> dict:
    capfd.readouterr()
    assert run(["schema", name]) == 0
    found = json.loads(capfd.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.mark.parametrize(
    ("name", "command"),
    [
        ("ledger", ("ledger", "show", ".")),
        ("ledger-verify", ("ledger", "verify", ".")),
        ("checkpoint", ("ledger", "checkpoint", ".", "--by", "somebody")),
        ("evidence-verify", ("evidence", "verify", ".")),
        ("explain", ("explain", "SR-104")),
        ("explain", ("explain", "IN-003")),
        ("policy-list", ("policy", "list")),
        ("policy-show", ("policy", "show", "eu-gpai-code")),
        ("policy-show", ("policy", "show", "staged-release")),
        ("policy-test", ("policy", "test", "sourcing")),
        ("policy-lint", ("policy", "lint", "sourcing")),
        ("status", ("status", ".", *EVE)),
        ("check", ("check", ".", *EVE, "--exit-zero")),
        ("gate", ("gate", ".", "--stage", "xl", *EVE, "--exit-zero")),
        ("error", ("check", "nowhere")),
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_is_printed_fits_its_schema(
    name: str, command: tuple[str, ...], capfd: pytest.CaptureFixture[str]
) -> None:
    schema = schema_of(name, capfd)
    run([*command, *(() if name == "checkpoint" else ("--format", "json"))])
    body = json.loads(capfd.readouterr().out)
    jsonschema.validate(body, schema)
    assert body["schema"] == f"release-{name}/1"


def test_every_format_that_is_written_has_a_schema(capfd: pytest.CaptureFixture[str]) -> None:
    written = set()
    for path in (ROOT / "release").rglob("*.py"):
        written |= set(re.findall(r'"release-([a-z-]+)/1"', path.read_text("utf-8")))
    assert written == set(SCHEMAS)
    for name in SCHEMAS:
        assert schema_of(name, capfd)["title"]


CRITIC = """import json, sys
asked = json.load(sys.stdin)
answer = {"schema": "release-critic-response/1", "critiques": [
    {"of": each["id"], "text": "How many raters?", "severity": "serious"} for each in asked["claims"]
]}
json.dump([asked, answer], open(sys.argv[1], "w"))
print(json.dumps(answer))
"""
SUMMARISER = """import json, sys
asked = json.load(sys.stdin)
answer = {"schema": "release-summary/1", "sentences": [
    {"id": each["id"], "text": each["text"], "cites": each["cites"]} for each in asked["sentences"]
]}
json.dump([asked, answer], open(sys.argv[1], "w"))
print(json.dumps(answer))
"""


@pytest.mark.parametrize("plan", sorted(each.name for each in (ROOT / "templates/plans").iterdir()))
@pytest.mark.parametrize(
    ("program", "names", "command"),
    [
        (CRITIC, ("critic-request", "critic-response"), ("critique", "--audience", "internal", "--critic")),
        (
            SUMMARISER,
            ("summary-request", "summary"),
            ("report", "--audience", "internal", "--format", "md", "--summariser"),
        ),
    ],
    ids=["critic", "summariser"],
)
def test_what_other_programs_are_told_and_answer_fits_its_schema(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    plan: str,
    program: str,
    names: tuple[str, str],
    command: tuple[str, ...],
) -> None:
    (tmp_path / "asked.py").write_text(program, "utf-8")
    told = tmp_path / "told.json"
    asking = shlex.join([sys.executable, str(tmp_path / "asked.py"), str(told)])
    assert run([command[0], str(ROOT / "templates/plans" / plan), *command[1:], asking]) == 0
    for name, body in zip(names, json.loads(told.read_text("utf-8")), strict=True):
        assert body["schema"] == f"release-{name}/1"
        jsonschema.validate(body, schema_of(name, capfd))


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("critic-response", {"critiques": [{"of": "evidence:a", "text": "x", "severity": "bad"}]}),
        ("critic-response", {"critiques": [{"of": "evidence:a", "text": "", "severity": "serious"}]}),
        ("critic-response", {"critiques": [], "verdict": "go"}),
        ("summary", {"sentences": [{"id": "summary:plan:a", "text": "x"}]}),
        ("summary", {"sentences": [{"id": "summary:plan:a", "text": "x" * 400, "cites": []}]}),
    ],
)
def test_an_answer_that_would_be_refused_does_not_fit_its_schema(
    name: str, body: dict, capfd: pytest.CaptureFixture[str]
) -> None:
    schema = schema_of(name, capfd)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"schema": f"release-{name}/1", **body}, schema)


def test_the_format_of_the_configuration_holds_for_errors_too(
    folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (folder / "release.toml").write_text('format = "json"\n')
    plan = folder / "release.yaml"
    plan.write_text(plan.read_text().replace("title:", "titel:", 1))
    for command in (["check"], ["check", "."], ["check", "release.yaml"], ["gate", ".", "--stage", "xl"]):
        capfd.readouterr()
        assert run(command) == 2
        said = capfd.readouterr()
        assert json.loads(said.out)["schema"] == "release-error/1"
        assert said.err == ""
    assert run(["check", "--format", "text"]) == 2
    assert capfd.readouterr().out == ""
    assert run(["status"]) == 2
    assert capfd.readouterr().out == ""
    (folder / "release.toml").write_text('format = "jsn"\n')
    assert run(["check"]) == 2
    assert "did you mean 'json'?" in capfd.readouterr().err
