"""`release critique` and outside critics, of which some are hostile."""

from __future__ import annotations

import json
import shlex
import sys
import time
from pathlib import Path

import jsonschema
import pytest

PLAN = "templates/plans/gpt-2"
EVE = ("--at", "2019-11-04")


def critic(tmp_path: Path, body: str) -> str:
    path = tmp_path / "critic.py"
    path.write_text(f"import json, sys\nrequest = json.load(sys.stdin)\n{body}\n", encoding="utf-8")
    return f"{shlex.quote(sys.executable)} {shlex.quote(str(path))}"


def answering(critiques: str) -> str:
    return f"print(json.dumps({{'schema': 'release-critic-response/1', 'critiques': {critiques}}}))"


def test_the_weakest_claims_and_the_count(release_command):
    done = release_command("critique", PLAN, *EVE)
    assert (done.returncode, done.stderr) == (0, "")
    assert "the weakest: evidence:bias-probes" in done.stdout.splitlines()[-1]
    schema = json.loads(release_command("schema", "critique").stdout)
    body = json.loads(release_command("critique", PLAN, *EVE, "--format", "json").stdout)
    jsonschema.validate(body, schema)


def test_every_stage_out_weighs_by_none(release_command):
    body = json.loads(release_command("critique", PLAN, "--at", "2026-11-24", "--format", "json").stdout)
    assert body["stage"] is None
    assert body["flaws"]


def test_a_critic_reads_claims_and_writes_critiques(release_command, tmp_path):
    command = critic(
        tmp_path,
        answering(
            "[{'of': each['id'], 'text': 'How many? ' + request['plan'], 'severity': 'critical'}"
            " for each in request['claims'][:1]]"
        ),
    )
    done = release_command("critique", PLAN, *EVE, "--critic", command, "--format", "json")
    body = json.loads(done.stdout)
    (flaw,) = [each for each in body["flaws"] if each["check"] == "critic"]
    assert (flaw["object"], flaw["text"], flaw["weakness"]) == (
        "evidence:simple-baseline",
        "How many? gpt-2",
        1.0,
    )
    assert flaw["by"] == "critic.py"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("print('hello')", "no JSON"),
        ("print('NaN')", "no JSON"),
        ("print('[' * 100000)", "no JSON"),
        ("print('{}')", "must answer with an object"),
        ('print(\'{"critiques": [], "critiques": []}\')', "has a key twice"),
        ("sys.exit(3)", "exit code 3"),
        ("import os\nos.kill(os.getpid(), 9)", "was ended by signal 9"),
        ("sys.stdout.buffer.write(b'\\xff\\xfe{}')", "no JSON in UTF-8"),
        ("while True: sys.stdout.write('y' * 65536)", "says more than"),
        ("print('{\"schema\": ' + '9' * 100000 + '}')", "no JSON"),
        (
            answering("[{'of': 'evidence:zero-shot', 'text': 'a\\ud800', 'severity': 'limited'}]"),
            "a text of 1",
        ),
        (
            answering("[{'of': 'evidence:zero-shot', 'text': '\\u200b', 'severity': 'limited'}]"),
            "a text of 1",
        ),
        ("sys.stdout.write('x' * 3000000)", "says more than"),
        (answering("[{'of': 'evidence:nothing', 'text': 'x', 'severity': 'limited'}]"), "which is no claim"),
        (answering("[{'of': 'evidence:zero-shot', 'text': ' ', 'severity': 'limited'}]"), "a text of 1 to"),
        (
            answering("[{'of': 'evidence:zero-shot', 'text': 'x' * 5000, 'severity': 'limited'}]"),
            "a text of 1",
        ),
        (answering("[{'of': 'evidence:zero-shot', 'text': 'x', 'severity': 'huge'}]"), "gives the severity"),
        (answering("[{'of': 'evidence:zero-shot', 'text': 'x', 'severity': []}]"), "gives the severity"),
        (answering("[{'of': 'evidence:zero-shot', 'text': 'x'}]"), "of, text and severity"),
        (answering("[1]"), "of, text and severity"),
        (answering("[{}] * 501"), "at most 500"),
        (answering("'x'"), "a list of at most"),
    ],
)
def test_what_is_no_answer_is_refused_whole(release_command, tmp_path, body, said):
    done = release_command("critique", PLAN, *EVE, "--critic", critic(tmp_path, body))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("error[IN-100]")
    assert said in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


def test_hostile_text_cannot_act(release_command, tmp_path):
    text = "\\x1b[2J<script>alert(1)</script>\\u202e"
    hostile = answering(f"[{{'of': 'evidence:zero-shot', 'text': '{text}', 'severity': 'critical'}}]")
    for name in ("text", "markdown"):
        done = release_command(
            "critique", PLAN, *EVE, "--critic", critic(tmp_path, hostile), "--format", name
        )
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout
        assert name == "text" or "<script>" not in done.stdout


@pytest.mark.parametrize("command", ["", "'open quote", "/no/such/program", "."])
def test_a_command_that_cannot_run(release_command, command):
    done = release_command("critique", PLAN, *EVE, "--critic", command)
    assert done.returncode == 2
    assert done.stderr.startswith("error[IN-100]")


def test_no_shell_runs(release_command, tmp_path):
    marker = tmp_path / "marker"
    done = release_command("critique", PLAN, *EVE, "--critic", f"cat /dev/null; touch {marker}")
    assert done.returncode == 2
    assert not marker.exists()


def test_a_critic_that_hangs_is_ended_with_all_it_started(tmp_path, monkeypatch):
    from release.base.errors import InvalidInput
    from release.cli import critics

    monkeypatch.setattr(critics, "CRITIC_SECONDS", 1)
    marker = tmp_path / "late"
    child = f"import time, pathlib; time.sleep(3); pathlib.Path({str(marker)!r}).touch()"
    body = f"import subprocess, time\nsubprocess.Popen([sys.executable, '-c', {child!r}])\ntime.sleep(60)"
    started = time.monotonic()
    with pytest.raises(InvalidInput, match="did not answer within 1 seconds"):
        critics.ask(critic(tmp_path, body), b"{}", {"a"})
    assert time.monotonic() - started < 10
    time.sleep(3.5)
    assert not marker.exists()


def test_who_is_left_behind_with_the_pipe_keeps_nobody_waiting(tmp_path):
    from release.cli import critics

    child = "import time; time.sleep(20)"
    body = (
        "import subprocess\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)\n{answering('[]')}"
    )
    started = time.monotonic()
    assert critics.ask(critic(tmp_path, body), b"{}", {"a"}) == ("critic.py", [])
    assert time.monotonic() - started < 10


def test_no_critic_speaks_in_the_name_of_the_tool(tmp_path):
    from release.cli import critics

    program = tmp_path / "release"
    program.write_text(f"#!{sys.executable}\nimport json\n{answering('[]')}\n", encoding="utf-8")
    program.chmod(0o755)
    assert critics.ask(str(program), b"{}", {"a"})[0] == "critic release"


def test_a_flood_of_critiques_hides_no_weakness_that_the_tool_found(release_command, tmp_path):
    flood = answering("[{'of': 'evidence:zero-shot', 'text': 'bad', 'severity': 'critical'}] * 500")
    plain = release_command("critique", PLAN, *EVE).stdout
    done = release_command("critique", PLAN, *EVE, "--critic", critic(tmp_path, flood)).stdout
    for line in plain.splitlines():
        if ". evidence:" in line:
            assert line.split(". ", 1)[1] in done
    last = " ".join(done.split("\n\n")[-1].split())
    assert last.startswith("21 weaknesses in 33 claims, 500 by outside critics; the weakest: evidence:bias-")
    assert all(len(line) <= 80 for line in done.splitlines())
