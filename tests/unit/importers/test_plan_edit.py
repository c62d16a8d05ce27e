"""The command: rows and item written whole or not at all, and the plan's text kept but for the item."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from release.api import load_plan
from release.plan.editing import indent_of, with_item

CASES = Path(__file__).resolve().parents[2] / "cases/importers"
LOG = CASES / "inspect/accuracy/log/run.eval"
ITEM = "- id: new\n  kind: benchmark\n  stages: [a]\n"
HEAD = """schema: release-plan/1
id: tiny
title: Tiny
stages:
  - id: a
    title: A
"""


def item(indent: str) -> str:
    return "".join(f"{indent}{line}\n" for line in ITEM.splitlines())


def edit(folder: Path, text: str) -> str:
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    plan = load_plan(folder)
    return with_item(plan, "evidence", item(indent_of(plan, "evidence")))


OLD = "  - id: old\n    kind: benchmark\n    stages: [a]\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (HEAD, HEAD + "\nevidence:\n" + item("  ")),
        (HEAD + "\n\n", HEAD + "\nevidence:\n" + item("  ")),
        (
            HEAD + "evidence: []   # none yet\nevents: []\n",
            HEAD + "evidence:  # none yet\n" + item("  ") + "events: []\n",
        ),
        (HEAD + "evidence:\n" + OLD, HEAD + "evidence:\n" + OLD + item("  ")),
        (
            HEAD + "evidence:\n" + OLD + "    # about old\n\n# about events\nevents: []\n",
            HEAD + "evidence:\n" + OLD + "    # about old\n" + item("  ") + "\n# about events\nevents: []\n",
        ),
        (
            HEAD + "evidence:\n- id: old\n  kind: benchmark\nsources: []\n",
            HEAD + "evidence:\n- id: old\n  kind: benchmark\n" + item("") + "sources: []\n",
        ),
    ],
)
def test_an_item_is_added_and_all_else_kept(text: str, expected: str, tmp_path: Path) -> None:
    assert edit(tmp_path, text) == expected
    (tmp_path / "release.yaml").write_text(expected, encoding="utf-8")
    assert load_plan(tmp_path).data["evidence"][-1]["id"] == "new"


def arguments(folder: Path, *more: str, log: Path = LOG) -> list[str]:
    return [
        "evidence",
        "import",
        "inspect",
        str(log),
        "--into",
        str(folder),
        "--id",
        "sums",
        "--stage",
        "first",
        *more,
    ]


def test_the_item_is_printed_and_the_rows_are_there(folder: Path, release_command: Callable) -> None:
    done = release_command(*arguments(folder, "--claim", "It adds: up"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(
        '  - id: sums\n    kind: benchmark\n    stages: [first]\n    claim: "It adds: up"\n'
    )
    kept = (CASES / "inspect/accuracy/rows.csv").read_text(encoding="utf-8")
    assert (folder / "evidence/sums.csv").read_text(encoding="utf-8") == kept
    assert "accuracy 0.75" in done.stderr


def test_with_write_the_figure_can_be_locked_and_agrees(folder: Path, release_command: Callable) -> None:
    before = (folder / "release.yaml").read_text(encoding="utf-8")
    done = release_command(*arguments(folder, "--write"))
    assert done.returncode == 0, done.stderr
    after = (folder / "release.yaml").read_text(encoding="utf-8")
    assert after.replace(done.stdout, "") == before
    assert release_command("evidence", "lock", str(folder)).returncode == 0
    shown = release_command("evidence", "show", str(folder), "sums", "--format", "json")
    (only,) = json.loads(shown.stdout)["items"]
    assert (only["provenance"], only["agreement"]) == ("computed", "match")
    assert only["results"]["accuracy"]["value"] == 0.75


def test_nothing_is_overwritten_unless_told(folder: Path, release_command: Callable) -> None:
    rows = folder / "evidence/sums.csv"
    rows.parent.mkdir()
    rows.write_text("mine", encoding="utf-8")
    done = release_command(*arguments(folder))
    assert (done.returncode, rows.read_text(encoding="utf-8")) == (2, "mine")
    assert "IN-087" in done.stderr
    assert release_command(*arguments(folder, "--force")).returncode == 0
    assert rows.read_text(encoding="utf-8").startswith("item,")


def test_what_is_refused_leaves_nothing_behind(folder: Path, release_command: Callable) -> None:
    done = release_command(*arguments(folder, log=CASES / "inspect/failed/log/run.eval"))
    assert done.returncode == 2
    assert "IN-080" in done.stderr
    assert done.stdout == ""
    assert not (folder / "evidence").exists()


@pytest.mark.parametrize("force", [False, True])
def test_a_plan_that_is_not_edited_gets_no_rows_either(
    *, force: bool, folder: Path, release_command: Callable
) -> None:
    plan = folder / "release.yaml"
    text = HEAD.replace("id: a", "id: first") + "evidence: [{id: old, kind: benchmark, stages: [first]}]\n"
    plan.write_text(text, encoding="utf-8")
    rows = folder / "evidence/sums.csv"
    if force:
        rows.parent.mkdir()
        rows.write_text("mine", encoding="utf-8")
    done = release_command(*arguments(folder, "--write", *(["--force"] if force else [])))
    assert done.returncode == 2
    assert "IN-084" in done.stderr
    assert plan.read_text(encoding="utf-8") == text
    assert rows.exists() == force
    assert not force or rows.read_text(encoding="utf-8") == "mine"


def test_an_id_of_the_plan_is_not_taken_again(folder: Path, release_command: Callable) -> None:
    assert release_command(*arguments(folder, "--write")).returncode == 0
    done = release_command(*arguments(folder, "--write", "--force"))
    assert done.returncode == 2
    assert "the plan has evidence 'sums' already" in done.stderr


@pytest.mark.parametrize("name", ["../x", "A", "unknown", "a/b", ""])
def test_ids_that_are_none(name: str, folder: Path, release_command: Callable) -> None:
    command = arguments(folder)
    command[command.index("sums")] = name
    done = release_command(*command)
    assert done.returncode == 2
    assert "IN-086" in done.stderr


def test_links_are_not_followed(folder: Path, tmp_path: Path, release_command: Callable) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "evidence").symlink_to(outside)
    done = release_command(*arguments(folder, "--force"))
    assert done.returncode == 2
    assert not list(outside.iterdir())


def test_pipes_are_not_waited_for(folder: Path, tmp_path: Path, release_command: Callable) -> None:
    pipe = tmp_path / "run.eval"
    os.mkfifo(pipe)
    done = release_command(*arguments(folder, log=pipe))
    assert done.returncode == 2
    assert "neither a regular file nor a folder" in " ".join(done.stderr.split())


def test_it_needs_no_network_and_no_heavy_import_for_help(release_command: Callable) -> None:
    done: subprocess.CompletedProcess[str] = release_command("evidence", "import", "--help")
    assert done.returncode == 0
    assert "--model-map" in done.stdout
