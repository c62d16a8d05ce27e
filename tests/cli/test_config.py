"""`release.toml`: found upward, checked strictly, adding and never taking back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from release.base.errors import InvalidInput
from release.cli.config import configuration
from release.cli.options import FailOn
from release.cli.run import run
from release.policy.packs import PackName

ROOT = Path(__file__).resolve().parents[2]
PLAN = (ROOT / "templates/plans/blank/release.yaml").read_text(encoding="utf-8")


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "models" / "one"
    folder.mkdir(parents=True)
    (folder / "release.yaml").write_text(PLAN, encoding="utf-8")
    return folder / "release.yaml"


def wrong(plan: Path) -> tuple[str, int, int, str, str]:
    with pytest.raises(InvalidInput) as caught:
        configuration([plan])
    (error,) = caught.value.errors
    assert error.at is not None
    return error.code, error.at.line, error.at.column, error.message, error.hint


def test_without_a_file_the_defaults_stand(plan: Path) -> None:
    made = configuration([plan])
    assert made.policy_options(plan).policies == ()
    assert (made.output_format(None), made.audience(None), made.fail_on(None)) == (
        "text",
        "internal",
        "error",
    )


def test_every_file_upward_counts_the_organisation_s_first(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "release.toml").write_text(
        'policy = ["sourcing", "org/a.yaml"]\nparam = ["a.x=1", "a.y=1"]\n'
    )
    (plan.parent / "release.toml").write_text('policy = ["b.yaml"]\nparam = ["a.w=2", "a.x=1"]\n')
    options = configuration([plan], policy=["c.yaml"], param=["a.z=3"]).policy_options(plan)
    names = [each.name if isinstance(each, PackName) else each for each in options.policies]
    assert names == ["sourcing", "org/a.yaml", "b.yaml", "c.yaml"]
    folders = [each.folder for each in options.policies if isinstance(each, PackName)]
    assert folders == [tmp_path, tmp_path, plan.parent]
    assert options.params == {"a.w": "2", "a.x": "1", "a.y": "1", "a.z": "3"}


def test_a_nearer_file_sets_no_parameter_anew(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "release.toml").write_text('param = ["a.x=90"]\n')
    (plan.parent / "release.toml").write_text('quiet = true\nparam = ["a.x=0"]\n')
    code, line, column, message, _ = wrong(plan)
    assert (code, line, column) == ("IN-097", 2, 1)
    assert "takes back" in message
    assert "a.x=90" in message


def test_options_of_the_command_line_come_first(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "release.toml").write_text(
        'format = "json"\nfail_on = "warning"\naudience = "public"\nlocked = true\nquiet = true\n'
    )
    made = configuration([plan])
    assert (made.output_format(None), made.audience(None), made.fail_on(None)) == (
        "json",
        "public",
        "warning",
    )
    assert made.policy_options(plan).locked
    assert made.flag("quiet", given=False)
    assert made.output_format("text") == "text"
    assert made.audience("internal") == "internal"
    assert made.fail_on(FailOn.error) is FailOn.error


def test_a_nearer_file_may_be_stricter(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "release.toml").write_text('fail_on = "error"\naudience = "internal"\n')
    (plan.parent / "release.toml").write_text('fail_on = "note"\naudience = "public"\nlocked = true\n')
    made = configuration([plan])
    assert (made.fail_on(None), made.audience(None)) == ("note", "public")


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "said"),
    [
        ('policy = ["a.yaml"\n', "IN-095", 2, 1, "not TOML"),
        ("\n\nfail_on = error\n", "IN-095", 3, 11, "not TOML"),
        ('\n policies = ["a.yaml"]\n', "IN-096", 2, 2, "'policies'"),
        ("exit_zero = true\n", "IN-096", 1, 1, "'exit_zero'"),
        ("[policy]\na = 1\n", "IN-097", 1, 2, "list of texts"),
        ('policy = "a.yaml"\n', "IN-097", 1, 1, "list of texts"),
        ('fail_on = "never"\n', "IN-097", 1, 1, "error, warning or note"),
        ('audience = "everybody"\n', "IN-097", 1, 1, "partner:<id>"),
        ('format = "jsn"\n', "IN-097", 1, 1, "did you mean 'json'"),
        ("locked = 1\n", "IN-097", 1, 1, "true or false"),
        ('param = ["min_days"]\n', "IN-097", 1, 1, "PACK.NAME=VALUE"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(
    plan: Path, tmp_path: Path, text: str, code: str, line: int, column: int, said: str
) -> None:
    (tmp_path / "release.toml").write_text(text)
    found = wrong(plan)
    assert found[:3] == (code, line, column)
    assert said in found[3]


def test_the_nearest_key_is_named(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "release.toml").write_text('fail-on = "warning"\n')
    assert wrong(plan)[4] == "did you mean 'fail_on'?"


def test_a_file_that_is_none_is_refused(plan: Path, tmp_path: Path) -> None:
    (tmp_path / "release.toml").mkdir()
    assert wrong(plan)[0] == "IN-087"
    (tmp_path / "release.toml").rmdir()
    (tmp_path / "release.toml").write_bytes(b'format = "\xff"\n')
    assert wrong(plan)[0] == "IN-095"
    (tmp_path / "release.toml").unlink()
    (tmp_path / "release.toml").symlink_to("nowhere.toml")
    assert wrong(plan)[0] == "IN-085"


@pytest.mark.parametrize("command", ["check", "gate", "status", "report", "decide", "todo", "replay"])
def test_every_command_that_judges_reads_it(
    plan: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "release.toml").write_text('policy = ["no-such-pack.yaml"]\n')
    more = {
        "gate": ["--stage", "small"],
        "report": ["--audience", "public"],
        "decide": ["--stage", "small", "--decision", "go", "--reason", "r", "--by", "b"],
    }
    assert run([command, str(plan), *more.get(command, [])]) == 2
    assert "no-such-pack.yaml" in capfd.readouterr().err
    assert not (plan.parent / "decisions.jsonl").exists()


@pytest.mark.usefixtures("plan")
def test_plans_of_one_run_have_their_own_packs(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    other = tmp_path / "models" / "two"
    other.mkdir()
    (other / "release.yaml").write_text(PLAN, encoding="utf-8")
    (other / "release.toml").write_text('policy = ["own.yaml"]\n')
    (other / "own.yaml").write_text(
        'schema: release-pack/1\nid: own\nversion: "1"\ntitle: Own\nrules:\n'
        "  - {id: OW-1, title: Never, severity: error, verdict: hold, for: plan, require: 'false', "
        "message: Never, fix: None}\n"
    )
    assert run(["check", str(tmp_path), "--format", "json"]) == 1
    body = json.loads(capfd.readouterr().out)
    packs = [{each["pack"] for each in one["findings"]} for one in body["plans"]]
    assert "own" not in packs[0]
    assert "own" in packs[1]


def test_plans_for_different_audiences_are_not_mixed(plan: Path, tmp_path: Path) -> None:
    other = tmp_path / "models" / "two"
    other.mkdir()
    (other / "release.yaml").write_text(PLAN, encoding="utf-8")
    (other / "release.toml").write_text('audience = "public"\n')
    (plan.parent / "release.toml").write_text('audience = "partner:lab"\n')
    with pytest.raises(InvalidInput) as caught:
        configuration([plan, other / "release.yaml"])
    assert [each.code for each in caught.value.errors] == ["IN-097"]
