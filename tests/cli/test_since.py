"""`check` and `gate --since REV`: only what changed is judged, and what it is judged by counts too."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import jsonschema
import pytest

from release.cli.run import run
from release.formats._check_schema import check_schema
from release.formats._gate import gate_schema

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
    assert err == "no plan has changed since HEAD; nothing was judged\n"
    body = json.loads(out)
    jsonschema.validate(body, check_schema())
    assert (body["verdict"], body["plans"]) == (None, [])
    assert run(["check", str(repository), "--since", "HEAD", "--format", "text"]) == 0
    assert capfd.readouterr().out == ""


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
    assert json.loads(capfd.readouterr().out)["errors"][0]["code"] == "IN-088"
    assert not (repository / "x").exists()


def test_outside_a_repository(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "release.yaml").write_text(PLAN, encoding="utf-8")
    assert run(["check", str(tmp_path), "--since", "HEAD"]) == 2
    assert "not a git repository" in " ".join(capfd.readouterr().err.split())


def test_odd_names_are_taken_literally(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    odd = repository / "*"
    odd.mkdir()
    (odd / "release.yaml").write_text(PLAN, encoding="utf-8")
    assert judged(repository, capfd) == ["*"]


def commit(repository: Path) -> None:
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "Step")


def test_an_included_file_counts(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    plan = repository / "one" / "release.yaml"
    plan.write_text(PLAN.replace("\nevents: []", "\ninclude: [more/events.yaml]\n#"), encoding="utf-8")
    (repository / "one" / "more").mkdir()
    included = repository / "one" / "more" / "events.yaml"
    included.write_text("events: [{id: e, date: 2020-01-01, kind: tool, text: Out.}]\n")
    commit(repository)
    assert judged(repository, capfd) == []
    included.write_text("events: [{id: e, date: 2020-01-02, kind: tool, text: Out.}]\n")
    assert judged(repository, capfd) == ["one"]
    commit(repository)
    assert judged(repository, capfd, "HEAD~1") == ["one"]


@pytest.mark.parametrize("name", ["rows.csv", "release.lock", "decisions.jsonl", "policies/own.yaml"])
def test_every_file_of_the_folder_counts(
    repository: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    path = repository / "two" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("")
    commit(repository)
    path.write_text("x\n")
    (repository / "two" / ".gitattributes").write_text("* -diff\n")
    commit(repository)
    git(repository, "config", "diff.renames", "copies")
    # What is no lock is refused, so it was read: the plan was not passed over.
    assert code_of(repository, "HEAD~1") == (2 if name == "release.lock" else 0)
    assert "1 plans have not changed since HEAD~1" in capfd.readouterr().err


def code_of(repository: Path, since: str) -> int:
    return run(["check", str(repository), "--since", since, "--exit-zero"])


def test_a_renamed_folder_counts(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    git(repository, "mv", "two", "three")
    assert judged_and_said(repository, capfd) == (["three"], True)
    commit(repository)
    assert judged(repository, capfd, "HEAD~1") == ["three"]


def test_rows_that_were_moved_away_count(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (repository / "one" / "rows.csv").write_text("a,b\n1,2\n")
    commit(repository)
    git(repository, "mv", "one/rows.csv", "rows.csv")
    commit(repository)
    assert judged(repository, capfd, "HEAD~1") == ["one"]


def judged_and_said(
    repository: Path, capfd: pytest.CaptureFixture[str], since: str = "HEAD"
) -> tuple[list[str], bool]:
    """Return the plans judged, and whether a plan was said to be gone."""
    assert code_of(repository, since) == 0
    out, err = capfd.readouterr()
    names = [Path(each["path"]).parent.name for each in json.loads(out)["plans"]] if out else []
    return names, "two/release.yaml is gone since" in err


def test_a_deleted_plan_is_named(repository: Path, capfd: pytest.CaptureFixture[str]) -> None:
    git(repository, "rm", "-rq", "two")
    assert judged_and_said(repository, capfd) == ([], True)
    commit(repository)
    assert judged_and_said(repository, capfd, "HEAD~1") == ([], True)
    assert judged_and_said(repository, capfd) == ([], False)


PACK = """\
schema: release-pack/1
id: {name}
version: "1"
title: T
{more}
rules:
  - id: {rule}
    title: R
    severity: note
    for: plan
    require: "true"
    message: M
    fix: F
    examples: {{pass: [], fail: []}}
"""


@pytest.mark.parametrize("changed", ["org/top.yaml", "org/below.yaml", "policies/named.yaml", "release.toml"])
def test_packs_by_path_by_id_and_those_that_they_extend_count(
    repository: Path, capfd: pytest.CaptureFixture[str], changed: str
) -> None:
    files = {
        "org/top.yaml": PACK.format(name="top", rule="T-1", more="extends: [below.yaml]"),
        "org/below.yaml": PACK.format(name="below", rule="B-1", more=""),
        "policies/named.yaml": PACK.format(name="named", rule="N-1", more=""),
        "release.toml": 'format = "json"\npolicy = ["org/top.yaml", "named"]\n',
    }
    for name, text in files.items():
        path = repository / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    commit(repository)
    assert judged(repository, capfd) == []
    with (repository / changed).open("a") as file:
        file.write("# changed\n")
    assert judged(repository, capfd) == ["one", "two"]


def test_configuration_that_was_taken_away_counts(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (repository / "release.toml").unlink()
    assert code_of(repository, "HEAD") == 0
    out, err = capfd.readouterr()
    assert "no plan has changed" not in err
    assert out


def gated(repository: Path, *more: str) -> int:
    return run(["gate", str(repository / "one"), "--stage", "first", "--since", "HEAD", *more])


def test_a_gate_judges_nothing_where_nothing_changed(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert gated(repository, "--format", "text") == 0
    said = f"{repository}/one/release.yaml has not changed since HEAD; nothing was judged\n"
    assert capfd.readouterr() == ("", said)
    assert gated(repository) == 0
    out, err = capfd.readouterr()
    assert err == said
    body = json.loads(out)
    jsonschema.validate(body, gate_schema())
    assert (body["verdict"], body["reasons"], body["stage"]) == (None, [], "first")
    assert gated(repository, "--format", "markdown") == 0
    assert capfd.readouterr().out.startswith("<!-- staged-release -->\n## Nothing was judged\n")


@pytest.mark.parametrize("name", ["sarif", "gitlab", "junit", "github", "concise"])
def test_a_report_of_nothing_judged_is_not_written(
    repository: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    kept = tmp_path.parent / f"{tmp_path.name}-{name}"
    kept.write_text("as it was")
    assert gated(repository, "--format", name, "--output", str(kept)) == 0
    assert kept.read_text() == "as it was"
    assert "nothing was judged" in capfd.readouterr().err


def test_a_gate_judges_what_changed_and_what_it_is_judged_by(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    whole = run(["gate", str(repository / "one"), "--stage", "first"])
    assert whole in {1, 3}
    capfd.readouterr()
    (repository / "two" / "rows.csv").write_text("a\n")
    assert gated(repository) == 0
    assert json.loads(capfd.readouterr().out)["verdict"] is None
    (repository / "one" / "decisions.jsonl").write_text("")
    assert gated(repository) == whole
    assert json.loads(capfd.readouterr().out)["verdict"] in {"hold", "no-go"}
    (repository / "one" / "decisions.jsonl").unlink()
    assert gated(repository) == 0
    (repository / "release.toml").write_text('format = "json"\nlocked = true\n')
    assert gated(repository) == whole


def test_a_gate_since_is_refused_where_it_is_wrong(
    repository: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert gated(repository, "--format", "text", "--artifact", str(repository / "release.toml")) == 2
    assert "leave --since away where files are published" in capfd.readouterr().err
    assert run(["gate", str(repository / "one"), "--stage", "firs", "--since", "HEAD"]) == 2
    assert "did you mean 'first'?" in capfd.readouterr().out
    assert run(["gate", str(repository / "one"), "--stage", "first", "--since", "nowhere"]) == 2
