"""What is said of a command line that is wrong, in our own words; and the date that is judged."""

from __future__ import annotations

import json

import pytest

A_DATE = "a date such as 2019-02-14, or a date-time with a zone such as 2019-02-14T17:00:00Z"
PLAN = """\
schema: release-plan/1
id: base
title: Base
stages:
  - {id: small, title: Small, dates: {released: "2019-02-14T17:00:00+02:00"}, status: released}
  - {id: large, title: Large, dates: {planned: 2019-08-01}}
"""


@pytest.mark.parametrize(
    ("arguments", "said", "hint"),
    [
        (
            ("check", "--fail-on", "erorr"),
            "--fail-on is 'erorr'; expected one of error, warning, note",
            "did you mean 'error'?",
        ),
        (
            ("init", "--ci", "x"),
            "--ci is 'x'; expected one of github, gitlab",
            "see `release init --help`",
        ),
        (
            ("evidence", "lock", "--jobs", "two"),
            "--jobs is 'two'; expected a whole number of at least 1",
            "see `release evidence lock --help`",
        ),
        (
            ("evidence", "lock", "-j", "0"),
            "--jobs is '0'; expected a whole number of at least 1",
            "see `release evidence lock --help`",
        ),
        (
            ("check", "--at", "2019"),
            f"'2019' is no date to judge at: expected {A_DATE}",
            "write a date such as 2019-11-04",
        ),
    ],
)
def test_values_that_options_do_not_take(release_command, arguments, said, hint):
    done = release_command(*arguments)
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("   = help: "))
    assert " ".join(line.strip() for line in lines[:at]) == f"error[IN-086]: {said}"
    assert lines[at] == f"   = help: {hint}"
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(
    ("written", "shown", "status"),
    [
        ("2019-02-14T17:00:00+02:00", "2019-02-14T15:00:00Z", "released"),
        ("2019-02-14t15:00z", "2019-02-14T15:00:00Z", "released"),
        ("2019-02-14 15:00:00.5+00:00", "2019-02-14T15:00:00.500000Z", "released"),
        ("2019-02-14T14:59:59Z", "2019-02-14T14:59:59Z", "planned"),
        ("2019-02-14", "2019-02-14", "released"),
        ("2019-02-13", "2019-02-13", "planned"),
    ],
)
def test_a_release_counts_from_its_very_instant(release_command, tmp_path, written, shown, status):
    (tmp_path / "release.yaml").write_text(PLAN)
    for command in (("check",), ("gate", "--stage", "large")):
        done = release_command(command[0], str(tmp_path), *command[1:], "--at", written, "--format", "json")
        assert json.loads(done.stdout)["at"] == shown
    done = release_command("status", str(tmp_path), "--at", written, "--format", "json")
    found = json.loads(done.stdout)["plans"][0]
    assert found["at"] == shown
    assert found["stages"][0]["status"] == status
    assert found["next_stage"] == ("large" if status == "released" else "small")


def test_a_written_status_is_true_today_and_not_judged_in_the_past(release_command, tmp_path):
    plan = tmp_path / "release.yaml"
    plan.write_text(PLAN)
    assert release_command("check", str(tmp_path), "--at", "2018-01-01").returncode == 1
    plan.write_text(PLAN.replace("2019-02-14T17:00:00+02:00", "9000-01-01"))
    for at in ((), ("--at", "2018-01-01"), ("--at", "8999-12-31")):
        for command in ("check", "status", "gate --stage large", "report --audience public", "replay"):
            name, *options = command.split()
            done = release_command(name, str(tmp_path), *options, *at)
            assert done.returncode == 2
            assert "IN-034" in done.stderr
            assert "release.yaml:5:" in done.stderr
    assert release_command("check", str(tmp_path), "--at", "9000-01-01").returncode == 1
