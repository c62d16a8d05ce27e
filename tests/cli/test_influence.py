"""`release influence`, in a new process."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parents[2]
PLAN = "templates/plans/gpt-2"
EVE = ("--at", "2019-11-04", "--evaluations", "1")


def test_text_and_json(release_command):
    done = release_command("influence", PLAN, *EVE)
    assert (done.returncode, done.stderr) == (0, "")
    last = "HOLD: 0 of 17 carry it alone, 0 sets turn it, 0 of 5 figures can"
    assert done.stdout.splitlines()[-1] == last
    schema = json.loads(release_command("schema", "influence").stdout)
    body = json.loads(release_command("influence", PLAN, *EVE, "--format", "json").stdout)
    jsonschema.validate(body, schema)
    assert len(body["bring"]) == 11


def test_a_wrong_stage_is_an_input_error(release_command):
    assert release_command("influence", PLAN, "--stage", "huge").returncode == 2


def test_what_is_configured_holds_here_too(release_command, tmp_path):
    plan = shutil.copytree(ROOT / PLAN, tmp_path / "gpt-2")
    (tmp_path / "release.toml").write_text("quiet = true\nno_color = true\n")
    done = release_command("influence", str(plan), *EVE, FORCE_COLOR="1")
    assert done.stdout == "HOLD: 0 of 17 carry it alone, 0 sets turn it, 0 of 5 figures can\n"
