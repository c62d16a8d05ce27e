"""`release replay`, in a new process."""

from __future__ import annotations

import json

import jsonschema

PLAN = "templates/plans/gpt-2"
END = ("--at", "2019-11-30")


def test_the_last_line_counts_decisions_against_the_verdict(release_command):
    done = release_command("replay", PLAN, *END)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == (
        "HOLD: 12 rows, 0 verdicts changed, 4 decisions, 4 against the verdict"
    )


def test_json_is_described_by_its_schema_for_every_audience(release_command):
    schema = json.loads(release_command("schema", "replay").stdout)
    for audience in ("internal", "public", "partner:oregon"):
        done = release_command("replay", PLAN, *END, "--format", "json", "--audience", audience)
        jsonschema.validate(json.loads(done.stdout), schema)


def test_since_is_a_date(release_command):
    done = release_command("replay", PLAN, *END, "--since", "2019-11-04")
    assert "2019-08-20  " not in done.stdout
    assert release_command("replay", PLAN, "--since", "soon").returncode == 2
