"""`check --since REV`: only what changed is judged, and what it is judged by counts too."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from release.cli.run import run

ROOT = Path(__file__).resolve().parents[2]
PLAN = (ROOT / "templates/plans/blank/release.yaml").read_text(encoding="utf-8")


def git(folder: Path, *arguments: str) -> None:
    names = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *names, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "release.yaml").write_text(PLAN, encoding="utf-8")
    (tmp_path / "release.toml").write_text('format = "json"\n')
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "Start")
    return tmp_path


def judged(repository: Path, capfd: pytest.CaptureFixture[str], since: str = "HEAD") -> list[str]:
    code = run(["check", str(repository), "--since", since, "--exit-zero"])
    out, err = capfd.readouterr()
    assert code == 0, err
    return [Path(each["path"]).parent.name for each in json.loads(out)["plans"]] if out else []


def test_nothing_changed_judges_nothing(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(repository), "--since", "HEAD"]) == 0
    out, err = capfd.readouterr()
    assert (out, err) == ("", "no plan has changed since HEAD; nothing was judged\n")


def test_a_changed_plan_alone_is_judged(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with (repository / "two" / "release.yaml").open("a") as file:
        file.write("# more\n")
    assert judged(repository, capfd) == ["two"]
    git(repository, "commit", "-qam", "More")
    assert judged(repository, capfd) == []
    assert judged(repository, capfd, "HEAD~1") == ["two"]


def test_a_new_file_and_a_removed_one_count(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (repository / "one" / "rows.csv").write_text("a\n")
    assert judged(repository, capfd) == ["one"]
    git(repository, "add", ".")
    git(repository, "commit", "-qm", "Rows")
    (repository / "one" / "rows.csv").unlink()
    assert judged(repository, capfd) == ["one"]


def test_what_plans_are_judged_by_counts(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (repository / "release.toml").write_text('format = "json"\nquiet = true\n')
    assert judged(repository, capfd) == ["one", "two"]


@pytest.mark.parametrize(
    "revision", ["nowhere", "--output=x", "-h", "", " ", "HEAD..HEAD", "HEAD --", "$(id)"]
)
def test_what_is_no_revision_is_refused(
    repository: Path, capfd: pytest.CaptureFixture[str], revision: str
) -> None:
    assert run(["check", str(repository), f"--since={revision}", "--exit-zero"]) == 2
    assert "IN-088" in capfd.readouterr().err
    assert not (repository / "x").exists()


def test_outside_a_repository(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "release.yaml").write_text(PLAN, encoding="utf-8")
    assert run(["check", str(tmp_path), "--since", "HEAD"]) == 2
    assert "not a git repository" in capfd.readouterr().err


def test_odd_names_are_taken_literally(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    odd = repository / "*"
    odd.mkdir()
    (odd / "release.yaml").write_text(PLAN, encoding="utf-8")
    assert judged(repository, capfd) == ["*"]
