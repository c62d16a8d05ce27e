"""The installed command, in a new process, as a person or a pipeline runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAN = "templates/plans/gpt-2"
EVE = ("--at", "2019-11-04")


def test_findings_exit_1_and_the_last_line_says_verdict_counts_and_next_step(release_command):
    done = release_command("check", PLAN, *EVE)
    assert done.returncode == 1
    assert re.fullmatch(
        r"HOLD: \d+ failed, \d+ unknown, \d+ passed; next: release explain SR-\d+",
        done.stdout.splitlines()[-1],
    )
    assert done.stderr == ""


@pytest.mark.parametrize("output_format", ["text", "concise"])
@pytest.mark.parametrize("more", [(), ("--stage", "large"), ("--audience", "public"), ("--select", "SR")])
def test_the_last_line_and_the_exit_code_are_the_same_alone(release_command, tmp_path, output_format, more):
    for number, plan in enumerate(("heron", "gpt-2", "blank", "gpt-2")):
        shutil.copytree(ROOT / "templates" / "plans" / plan, tmp_path / f"{number}-{plan}")
    asked = ("check", str(tmp_path), *EVE, "--format", output_format, *more)
    whole, last = release_command(*asked), release_command(*asked, "--quiet")
    assert last.stdout == whole.stdout.splitlines(keepends=True)[-1]
    assert last.returncode == whole.returncode == 1


def test_exit_zero_hides_findings_but_not_errors(release_command):
    assert release_command("check", PLAN, *EVE, "--exit-zero").returncode == 0
    assert release_command("check", "no/such/place", "--exit-zero").returncode == 2


def test_json_is_described_by_its_schema_and_counts_add_up(release_command):
    schema = json.loads(release_command("schema", "check").stdout)
    result = json.loads(release_command("check", PLAN, *EVE, "--format", "json").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(result, schema)
    summary = result["summary"]
    assert summary["evaluations"] == sum(summary[name] for name in ("passed", "failed", "unknown", "waived"))
    plan = result["plans"][0]
    assert [stage["id"] for stage in plan["stages"]] == ["small", "medium", "large", "xl"]
    assert summary["failed"] + summary["unknown"] + summary["waived"] == len(plan["findings"])
    for stage in plan["stages"]:
        assert stage["findings"] == sum(stage["id"] in finding["stages"] for finding in plan["findings"])


def test_concise_has_one_line_per_finding_at_the_place_that_json_names(release_command):
    lines = release_command("check", PLAN, *EVE, "--format", "concise").stdout.splitlines()[:-1]
    findings = json.loads(release_command("check", PLAN, *EVE, "--format", "json").stdout)["plans"][0][
        "findings"
    ]
    assert len(lines) == len(findings)
    for line, finding in zip(lines, findings, strict=True):
        assert line.startswith(f"{finding['file']}:{finding['line']}:{finding['column']}: {finding['rule']}")


def test_text_shows_the_source_line_with_a_caret_under_the_value(release_command):
    lines = release_command("check", PLAN, *EVE, "--stage", "xl").stdout.splitlines()
    place = next(index for index, line in enumerate(lines) if re.match(r"\s+--> .*:\d+:\d+$", line))
    _, number, column = lines[place].rsplit(":", 2)
    source, carets = lines[place + 2], lines[place + 3]
    assert source.split("|")[0].strip() == number
    offset = source.index("|") + 2
    assert carets.index("^") == offset + int(column) - 1


def test_a_stage_limits_findings_to_those_that_touch_it(release_command):
    result = json.loads(release_command("check", PLAN, *EVE, "--stage", "xl", "--format", "json").stdout)
    (plan,) = result["plans"]
    assert [stage["id"] for stage in plan["stages"]] == ["xl"]
    assert plan["findings"]
    assert all("xl" in finding["stages"] for finding in plan["findings"])


def test_an_unknown_stage_is_an_error_that_names_the_nearest(release_command):
    done = release_command("check", PLAN, "--stage", "medum")
    assert done.returncode == 2
    assert "did you mean 'medium'?" in done.stderr


def test_fail_on_note_counts_what_error_does_not(release_command):
    done = release_command("check", PLAN, "--at", "2019-02-13", "--stage", "small", "--format", "json")
    severities = {finding["severity"] for finding in json.loads(done.stdout)["plans"][0]["findings"]}
    assert "error" in severities
    assert release_command("check", PLAN, "--fail-on", "note", *EVE).returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "--at", "yesterday"),
        ("check", "--param", "nonsense"),
        ("check", "--format", "xml"),
        ("chekc",),
        ("report", PLAN, "--audience", "partner:nobody"),
        ("check", PLAN, "--color", "allways"),
        ("init", "--from", "gpt2"),
        ("schema", "plann"),
        ("explain", "SR-999"),
    ],
)
def test_a_wrong_command_line_exits_2_with_a_message_and_no_traceback(release_command, arguments):
    done = release_command(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("error[IN-0")
    assert "Traceback" not in done.stderr


def test_a_stage_that_is_out_has_a_record_and_nothing_to_gate(release_command):
    done = release_command("todo", PLAN, "--stage", "small", *EVE)
    assert done.returncode == 0
    assert done.stderr.startswith("stage small is released already")
    assert release_command("todo", PLAN, "--stage", "xl", *EVE).stderr == ""
    for command in ("todo", "influence"):
        done = release_command(command, PLAN, "--at", "2021-01-01")
        assert done.returncode == 2
        assert "every stage is out, so there is nothing left to gate" in done.stderr
        assert "--stage small | medium | large | xl" in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", PLAN),
        ("gate", PLAN, "--stage", "xl"),
        ("report", PLAN),
        ("todo", PLAN, "--stage", "xl"),
        ("critique", PLAN),
        ("status", PLAN),
        ("replay", PLAN),
        ("diff", PLAN, PLAN),
    ],
)
def test_an_audience_that_the_plan_has_not_is_refused_alike(release_command, arguments):
    for audience, hint in (
        ("partner:cornel", "did you mean 'partner:cornell'?"),
        ("pubic", "did you mean 'public'?"),
    ):
        done = release_command(*arguments, *EVE, "--audience", audience)
        assert (done.returncode, done.stdout) == (2, "")
        assert f"error[IN-088]: '{audience}' is no audience of this plan" in done.stderr
        assert hint in done.stderr
    done = release_command(*arguments, *EVE, "--audience", "partner:nobody")
    assert done.returncode == 2
    assert "cornell" not in done.stderr


def test_input_errors_under_json_are_release_error_1_on_stdout(release_command, tmp_path):
    (tmp_path / "release.yaml").write_text("schema: release-plan/1\nid: x\nid: y\n", encoding="utf-8")
    done = release_command("check", str(tmp_path), "--format", "json")
    assert done.returncode == 2
    body = json.loads(done.stdout)
    jsonschema.validate(body, json.loads(release_command("schema", "error").stdout))
    assert body["schema"] == "release-error/1"
    assert {"code": "IN-012", "line": 3, "column": 1}.items() <= next(
        error for error in body["errors"] if error["line"] == 3
    ).items()


def test_paths_are_printed_as_typed_from_another_folder(release_command, tmp_path):
    absolute = str(ROOT / PLAN)
    done = release_command("check", absolute, *EVE, "--format", "concise", cwd=tmp_path)
    assert done.returncode == 1
    assert all(line.startswith(f"{absolute}/") for line in done.stdout.splitlines()[:-1])
    relative = os.path.relpath(ROOT / PLAN, tmp_path)
    done = release_command("check", relative, *EVE, "--format", "concise", cwd=tmp_path)
    assert all(line.startswith(f"{relative}/") for line in done.stdout.splitlines()[:-1])


def test_several_plans_and_folders_in_one_call(release_command):
    done = release_command(
        "check", "templates/plans", "--format", "json", "--exit-zero", "--at", "2019-11-04"
    )
    paths = [plan["path"] for plan in json.loads(done.stdout)["plans"]]
    assert paths == sorted(paths)
    assert f"{PLAN}/release.yaml" in paths
    assert len(paths) > 1


def test_the_same_bytes_whatever_the_hash_seed_locale_and_time_zone(release_command):
    outputs = {
        release_command("check", PLAN, *EVE, "--format", name, **environment).stdout
        for environment in (
            {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
            {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "COLUMNS": "200"},
        )
        for name in ("json",)
    }
    assert len(outputs) == 1


def test_colour_only_where_it_is_due(release_command):
    plain = release_command("check", PLAN, *EVE)
    assert "\x1b" not in plain.stdout
    assert "\x1b" in release_command("check", PLAN, *EVE, FORCE_COLOR="1").stdout
    assert "\x1b" not in release_command("check", PLAN, *EVE, FORCE_COLOR="1", NO_COLOR="1").stdout
    assert "\x1b" not in release_command("check", PLAN, *EVE, "--no-color", FORCE_COLOR="1").stdout
    assert "\x1b" not in release_command("check", PLAN, *EVE, "--format", "json", FORCE_COLOR="1").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", PLAN, *EVE),
        ("gate", PLAN, "--stage", "xl", *EVE),
        ("status", PLAN, *EVE),
        ("todo", PLAN, "--stage", "xl", *EVE),
        ("critique", PLAN, *EVE),
        ("replay", PLAN, *EVE),
        ("diff", PLAN, PLAN, *EVE),
        ("influence", PLAN, "--stage", "xl", *EVE),
    ],
)
def test_every_command_decides_on_colour_alike(release_command, arguments):
    only = arguments[0]

    def coloured(*options, **environment):
        done = release_command(*arguments, *options, **environment)
        assert done.returncode in {0, 1, 3}, done.stderr
        return "\x1b[" in done.stdout

    assert coloured(FORCE_COLOR="1")
    assert not coloured("--color", "never", FORCE_COLOR="1")
    if only != "status":  # the options are the same for all; the fastest goes through every combination
        return
    assert not coloured()
    assert not coloured(FORCE_COLOR="1", NO_COLOR="1")
    assert coloured("--color", "always", NO_COLOR="1")
    assert not coloured("--no-color", FORCE_COLOR="1")
    assert coloured("--color", "auto", FORCE_COLOR="1")


def test_a_closed_pipe_is_quiet_and_the_verdict_s_code_stands():
    script = f"{sys.executable} -m release check {PLAN} --at 2019-11-04; echo $? >&2"
    done = subprocess.run(
        ["bash", "-c", f"({script}) | head -1"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.stderr == "1\n"


def test_a_full_device_is_an_error(release_command):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "release", "check", PLAN],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            cwd=ROOT,
        )
    assert done.returncode == 2
    assert "No space left" in done.stderr
    assert release_command("check", PLAN, "--output", "/dev/full").returncode == 2


def test_output_goes_to_a_file_whole(release_command, tmp_path):
    target = tmp_path / "check.json"
    done = release_command("check", PLAN, *EVE, "--format", "json", "--output", str(target))
    assert (done.returncode, done.stdout) == (1, "")
    assert json.loads(target.read_text(encoding="utf-8"))["verdict"] == "hold"
    assert [entry.name for entry in tmp_path.iterdir()] == ["check.json"]


def test_optimised_python_changes_nothing(release_command):
    command = [sys.executable, "-OO", "-m", "release", "check", PLAN, *EVE, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stdout == release_command("check", PLAN, *EVE, "--format", "json").stdout
