"""`--select`, `--ignore`, `--min-severity` and `--statistics` change what is listed, and nothing else."""

from __future__ import annotations

import json

import jsonschema
import pytest

PLAN = "templates/plans/gpt-2"
EVE = ("--at", "2019-11-04")


def check(release_command, *arguments):
    return release_command("check", PLAN, *EVE, *arguments)


def body(release_command, *arguments):
    return json.loads(check(release_command, *arguments, "--format", "json").stdout)


@pytest.fixture(scope="module")
def whole():
    import subprocess
    import sys
    from pathlib import Path

    command = [sys.executable, "-m", "release", "check", PLAN, *EVE, "--format", "json"]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("arguments", "kept"),
    [
        (("--select", "SR-106"), lambda each: each["rule"] == "SR-106"),
        (("--select", "SR-12"), lambda each: each["rule"].startswith("SR-12")),
        (("--select", "SR-106", "--select", "SR-125"), lambda each: each["rule"] in {"SR-106", "SR-125"}),
        (("--ignore", "SR-12"), lambda each: not each["rule"].startswith("SR-12")),
        (
            ("--select", "SR-12", "--ignore", "SR-125"),
            lambda each: each["rule"].startswith("SR-12") and each["rule"] != "SR-125",
        ),
        (("--min-severity", "error"), lambda each: each["severity"] == "error"),
        (("--min-severity", "warning"), lambda each: each["severity"] != "note"),
    ],
)
def test_only_what_is_asked_for_is_listed_and_verdict_counts_and_exit_code_stay(
    release_command, whole, arguments, kept
):
    part = body(release_command, *arguments)
    (plan,), (everything,) = part["plans"], whole["plans"]
    assert plan["findings"] == [each for each in everything["findings"] if kept(each)]
    assert plan["unlisted"] == len(everything["findings"]) - len(plan["findings"])
    assert part["summary"] == whole["summary"]
    assert part["verdict"] == whole["verdict"]
    assert plan["stages"] == everything["stages"]
    assert check(release_command, *arguments).returncode == 1


def test_text_says_how_much_is_not_listed(release_command):
    text = check(release_command, "--stage", "xl", "--select", "SR-106").stdout
    assert "17 findings are not listed; they count all the same." in text
    assert text.splitlines()[-1].startswith("HOLD: 2 failed, 16 unknown")
    lines = check(release_command, "--select", "SR-106", "--format", "concise").stdout.splitlines()
    assert len(lines) == 5


def test_what_selects_nothing_is_an_error_that_names_the_nearest(release_command):
    done = check(release_command, "--select", "SR-1066")
    assert done.returncode == 2
    assert "no rule in force begins with 'SR-1066'" in done.stderr
    assert "did you mean 'SR-106'?" in done.stderr
    assert check(release_command, "--ignore", "XX").returncode == 2
    assert check(release_command, "--ignore", "criterion:conditional").returncode == 1


def test_statistics_add_up(release_command, whole):
    counted = body(release_command, "--statistics")
    jsonschema.validate(counted, json.loads(release_command("schema", "check").stdout))
    for name in ("failed", "unknown", "waived"):
        assert sum(each[name] for each in counted["statistics"]) == whole["summary"][name]
    lines = check(release_command, "--statistics").stdout.splitlines()
    assert lines[0].split() == ["RULE", "FAILED", "UNKNOWN", "WAIVED", "TITLE"]
    assert len(lines) == len(counted["statistics"]) + 3
    assert all(len(line) <= 80 for line in lines)
    assert check(release_command, "--statistics", "--format", "sarif").returncode == 2
    assert check(release_command, "--statistics", "--select", "SR-106").stdout.count("SR-106") == 2


def test_where_all_is_left_out_the_next_step_is_to_list_it(release_command):
    done = check(release_command, "--ignore", "S", "--ignore", "C", "--ignore", "criterion")
    assert done.stdout.splitlines()[-1].endswith("; next: list all findings, without filters")
