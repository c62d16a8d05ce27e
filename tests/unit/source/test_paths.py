"""Paths in plans lead to regular files of the release folder, or nowhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from release.source import RefusedPath, inside
from release.source.paths import MissingFile, check_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "gpt-2"
    (root / "evidence").mkdir(parents=True)
    (root / "evidence" / "rows.csv").write_text("a\n1\n", encoding="utf-8")
    (root / "evidence" / "Größe 1.csv").write_text("a\n", encoding="utf-8")
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "gpt-2-other").mkdir()
    (tmp_path / "gpt-2-other" / "rows.csv").write_text("x", encoding="utf-8")
    return root


@pytest.mark.parametrize(
    "path",
    ["evidence/rows.csv", "./evidence/rows.csv", "evidence/./rows.csv", "evidence//rows.csv",
     "evidence/../evidence/rows.csv", "evidence/Größe 1.csv"],
)  # fmt: skip
def test_files_of_the_folder(folder: Path, path: str) -> None:
    found = inside(folder, path)
    assert found.is_absolute()
    assert found.is_file()
    assert found.is_relative_to(folder.resolve())


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("/etc/passwd", "is absolute"),
        ("//server/share", "is absolute"),
        ("~/x", "home folder"),
        ("~root/x", "home folder"),
        ("https://example.org/rows.csv", "is an address"),
        ("file:///etc/passwd", "is an address"),
        ("data:text/csv,a", "is an address"),
        ("C:/rows.csv", "names a drive"),
        ("c:rows.csv", "names a drive"),
        ("evidence\\rows.csv", "holds a backslash"),
        ("$HOME/rows.csv", "holds a variable"),
        ("${DATA}/rows.csv", "holds a variable"),
        ("%USERPROFILE%/rows.csv", "holds a variable"),
        ("evidence/*.csv", "holds a pattern"),
        ("evidence/row?.csv", "holds a pattern"),
        ("evidence/[ab].csv", "holds a pattern"),
        ("evidence/{a,b}.csv", "holds a pattern"),
        ("..", "leads outside"),
        ("../secret.txt", "leads outside"),
        ("../gpt-2-other/rows.csv", "leads outside"),
        ("../gpt-2/evidence/rows.csv", "leads outside"),
        ("evidence/../../secret.txt", "leads outside"),
        ("./../secret.txt", "leads outside"),
        ("evidence//../../secret.txt", "leads outside"),
        ("evidence", "names a folder"),
        (".", "names a folder"),
        ("evidence/rows.csv/x", "through a file"),
        ("evidence/rows.csv\0", "control character"),
        ("evidence/rows\n.csv", "control character"),
        ("evidence/rows\u2028.csv", "control character"),
        ("x" * 5000, "cannot be followed"),
    ],
)
def test_refused(folder: Path, path: str, reason: str) -> None:
    with pytest.raises(RefusedPath) as refused:
        inside(folder, path)
    assert reason in refused.value.reason
    assert refused.value.hint
    assert str(folder.parent) not in refused.value.reason


def test_a_missing_file_is_told_apart(folder: Path) -> None:
    with pytest.raises(MissingFile, match="names no file"):
        inside(folder, "evidence/row.csv")
    with pytest.raises(MissingFile):
        inside(folder / "absent", "evidence/rows.csv")


def test_links(folder: Path) -> None:
    (folder / "inner").symlink_to(folder / "evidence" / "rows.csv")
    (folder / "relative").symlink_to("evidence/rows.csv")
    (folder / "outer").symlink_to(folder.parent / "secret.txt")
    (folder / "door").symlink_to(folder.parent)
    (folder / "loop").symlink_to(folder / "loop")
    (folder / "dangling").symlink_to(folder / "nothing")
    assert (
        inside(folder, "inner") == inside(folder, "relative") == (folder / "evidence" / "rows.csv").resolve()
    )
    for path in ("outer", "door/secret.txt", "door/gpt-2-other/rows.csv"):
        with pytest.raises(RefusedPath, match="leads outside the release folder through a link"):
            inside(folder, path)
    with pytest.raises(RefusedPath, match="cannot be followed"):
        inside(folder, "loop")
    with pytest.raises(MissingFile):
        inside(folder, "dangling")


def test_what_lies_behind_a_link_to_the_outside_is_not_told(folder: Path) -> None:
    (folder / "door").symlink_to(folder.parent)
    reasons = set()
    for path in ("door/secret.txt", "door/gpt-2-other", "door/nothing", "door/secret.txt/x"):
        with pytest.raises(RefusedPath) as refused:
            inside(folder, path)
        reasons.add(refused.value.reason.replace(path, ""))
    assert len(reasons) == 1


def test_the_folder_itself_may_be_reached_by_a_link(folder: Path) -> None:
    (folder.parent / "link").symlink_to(folder)
    assert inside(folder.parent / "link", "evidence/rows.csv") == (folder / "evidence" / "rows.csv").resolve()


def test_checking_agrees_with_following(folder: Path) -> None:
    (folder / "inner").symlink_to("evidence/rows.csv")
    (folder / "outer").symlink_to(folder.parent / "secret.txt")
    (folder / "door").symlink_to(folder.parent)
    (folder / "dangling").symlink_to(folder / "nothing")
    (folder / "loop").symlink_to(folder / "loop")
    good = ["evidence/rows.csv", "./evidence//rows.csv", "evidence/../evidence/rows.csv", "inner", "dangling",
            "evidence/row.csv", "absent/rows.csv"]  # fmt: skip
    bad = ["", "..", "../secret.txt", "/etc/passwd", "~/x", "evidence", ".", "evidence/rows.csv/x", "outer",
           "loop", "door/secret.txt", "door/nothing", "x" * 5000]  # fmt: skip
    for path in good:
        check_path(folder, path)
    for path in bad:
        with pytest.raises(RefusedPath) as followed:
            inside(folder, path)
        with pytest.raises(RefusedPath) as checked:
            check_path(folder, path)
        assert checked.value.reason == followed.value.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipes(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    with pytest.raises(RefusedPath, match="names no regular file"):
        inside(folder, "pipe")
