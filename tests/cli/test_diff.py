"""`release diff`, in a new process, with folders and with git revisions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

PLAN = "templates/plans/gpt-2"
EVE = ("--at", "2019-11-04")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the plan in two commits, of which the second criterion-less, and a dirty tree."""
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / PLAN, folder / "models" / "gpt-2")
    (folder / "models" / "gpt-2" / "link.txt").symlink_to("/etc/hostname")

    def git(*arguments: str) -> None:
        names = {
            f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
        }
        environment = {
            **os.environ,
            **names,
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_CONFIG_SYSTEM": "/dev/null",
        }
        subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, env=environment)

    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    plan = folder / "models" / "gpt-2" / "release.yaml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("days, 77", "days, 78"), encoding="utf-8")
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("id: conditional-plan", "id: other-plan"), encoding="utf-8")
    git("commit", "-q", "-a", "-m", "second")
    plan.write_text("schema: broken\n", encoding="utf-8")
    return folder


def test_a_plan_with_itself_says_so_and_exits_0(release_command):
    done = release_command("diff", PLAN, PLAN, "--gate", *EVE)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "HOLD: the two are the same"


def test_revisions_are_read_without_touching_the_work_tree(release_command, repository):
    done = release_command(
        "diff", "HEAD~1:models/gpt-2", "HEAD:models/gpt-2/release.yaml", *EVE, "--gate", cwd=repository
    )
    assert done.returncode == 1
    assert "criterion conditional-plan: removed" in done.stdout
    assert "HEAD~1:models/gpt-2/release.yaml, as of 2019-11-04" in done.stdout
    dirty = (repository / "models/gpt-2/release.yaml").read_text(encoding="utf-8")
    assert dirty == "schema: broken\n"


def test_a_path_below_the_present_folder(release_command, repository):
    inside = repository / "models"
    done = release_command("diff", "HEAD:./gpt-2", "HEAD:./gpt-2", *EVE, "--quiet", cwd=inside)
    assert (done.returncode, done.stdout) == (0, "HOLD: the two are the same\n")


@pytest.mark.parametrize(
    "name",
    [
        "HEAD:../outside",
        "HEAD:/etc",
        "HEAD:models/nothing",
        "--upload-pack=x:models/gpt-2",
        "nothing:models/gpt-2",
        "HEAD:models/gpt-2/link.txt",
    ],
)
def test_what_is_no_plan_of_a_revision_is_an_input_error(release_command, repository, name):
    done = release_command("diff", "--", name, "HEAD:models/gpt-2", cwd=repository)
    assert done.returncode == 2
    assert done.stderr.startswith("error[IN-0")
    assert "Traceback" not in done.stderr


def test_errors_in_a_revision_name_the_revision(release_command, repository):
    done = release_command("diff", "HEAD:models/gpt-2", "models/gpt-2", cwd=repository)
    assert done.returncode == 2
    assert "models/gpt-2/release.yaml" in done.stderr


def test_formats(release_command):
    arguments = ("diff", PLAN, PLAN, "--old-at", "2019-08-19", *EVE)
    schema = json.loads(release_command("schema", "diff").stdout)
    jsonschema.validate(json.loads(release_command(*arguments, "--format", "json").stdout), schema)
    assert release_command(*arguments, "--format", "html").stdout.startswith("<!doctype html>")
    assert release_command(*arguments, "--format", "markdown").stdout.startswith("## HOLD")


def test_a_weaker_parameter_fails_only_with_gate(release_command, tmp_path):
    shutil.copytree(ROOT / PLAN, tmp_path / "new")
    plan = tmp_path / "new" / "release.yaml"
    weaker = "policies: {use: [staged-release], params: {staged-release.min_days: 30}}"
    text = plan.read_text(encoding="utf-8").replace("policies: {use: [staged-release]}", weaker)
    plan.write_text(text, encoding="utf-8")
    arguments = ("diff", PLAN, str(tmp_path / "new"), *EVE)
    assert release_command(*arguments).returncode == 0
    done = release_command(*arguments, "--gate")
    assert done.returncode == 1
    assert "! parameter staged-release.min_days: 60 -> 30" in done.stdout
