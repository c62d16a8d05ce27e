"""`release init` leaves a plan that can be checked at once, and never overwrites anything unasked."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml


@pytest.mark.parametrize("name", ["blank", "gpt-2"])
def test_what_init_writes_can_be_checked(release_command, tmp_path, name):
    done = release_command("init", "family", "--from", name, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    checked = release_command("check", "family", cwd=tmp_path)
    assert checked.returncode == 1, checked.stderr
    assert checked.stdout.splitlines()[-1].startswith("HOLD")


def test_init_writes_the_schema_that_its_editor_line_names(release_command, tmp_path):
    release_command("init", str(tmp_path))
    first = (tmp_path / "release.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=./release-plan.schema.json"
    schema = json.loads((tmp_path / "release-plan.schema.json").read_text(encoding="utf-8"))
    plan = yaml.safe_load((tmp_path / "release.yaml").read_text(encoding="utf-8"))
    assert plan["schema"] == "release-plan/1"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_init_again_changes_nothing_without_force(release_command, tmp_path):
    release_command("init", str(tmp_path))
    (tmp_path / "release.yaml").write_text("mine", encoding="utf-8")
    refused = release_command("init", str(tmp_path))
    assert refused.returncode == 2
    assert (tmp_path / "release.yaml").read_text(encoding="utf-8") == "mine"
    assert release_command("init", str(tmp_path), "--force").returncode == 0
    assert (tmp_path / "release.yaml").read_text(encoding="utf-8") != "mine"
