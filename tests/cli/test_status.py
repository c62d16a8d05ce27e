"""`release status`, in a new process."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
GPT2 = "templates/plans/gpt-2"
HERON = "templates/plans/heron"


def test_the_eve_of_the_last_stage_at_80_columns(release_command):
    done = release_command("status", GPT2, "--at", "2019-11-04")
    assert (done.returncode, done.stderr) == (0, "")
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "\x1b" not in done.stdout
    (row,) = [line for line in done.stdout.splitlines() if line.startswith("> ")]
    assert " ".join(row.split()) == "> xl planned 2019-11-05 77 - downloadable HOLD 2+16"
    assert done.stdout.splitlines()[-1] == "HOLD: next is xl, planned for 2019-11-05"


def test_windows_are_drawn_and_told(release_command):
    lines = release_command("status", HERON, "--at", "2026-05-01").stdout.splitlines()
    (row,) = [line for line in lines if line.startswith("> large")]
    assert "2026-06-19" in row
    drawn = [line for line in lines if line.startswith("  medium ") and "=" in line]
    assert len(drawn) == 1
    assert drawn[0].split()[1].startswith("x==")
    assert "  2026-06-19  the observation of stage medium ends" in lines
    assert lines[-1] == ("HOLD: next is large, planned for 2026-08-17, the window before it ends 2026-06-19")


def test_json_is_described_by_its_schema(release_command):
    schema = json.loads(release_command("schema", "status").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    for plan in (GPT2, HERON, "templates/plans/blank"):
        body = json.loads(release_command("status", plan, "--format", "json").stdout)
        jsonschema.validate(body, schema)
    assert body["plans"][0]["next_stage"] == "first"


def test_a_date_that_an_audience_may_not_see_is_withheld(release_command, tmp_path):
    told = []
    for date in ("2026-08-17", "2026-08-24"):
        folder = tmp_path / date
        shutil.copytree(ROOT / HERON, folder / "heron")
        path = folder / "heron" / "release.yaml"
        text = path.read_text(encoding="utf-8")
        before = "    dates: {planned: 2026-08-17}\n"
        assert before in text
        after = f"    dates: {{planned: {date}}}\n    audience: internal\n"
        path.write_text(text.replace(before, after), encoding="utf-8")
        told.append(release_command("status", "heron", "--audience", "public", cwd=folder).stdout)
    assert told[0] == told[1]
    assert "2026-08-" not in told[0].split("\n", 1)[1]
    assert "withheld" in told[0]


def test_an_unknown_audience_is_refused(release_command):
    done = release_command("status", HERON, "--audience", "partner:nobody")
    assert (done.returncode, done.stdout) == (2, "")
    assert "IN-088" in done.stderr
