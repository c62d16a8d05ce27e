"""A new pack is right from the start: it is read, passes its examples and has no remark."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from release.base.errors import InvalidInput
from release.base.resources import data
from release.cli.run import run
from release.plan.read import read_plan
from release.policy.force import policy_set
from release.policy.lint import lint_pack
from release.policy.pack_schema import pack_schema
from release.policy.packs import read_pack_file
from release.policy.scaffold import new_pack_text
from release.policy.testing import test_pack as run_examples
from release.source import parse_document


@pytest.mark.parametrize(
    ("pack_id", "prefix"),
    [
        ("acme", "AC"),
        ("acme-labs", "AL"),
        ("safe-release", "SA"),  # SR is taken
        ("co", "XCO"),  # of the tool
        ("9", "OWN"),
        ("1.2", "OWN"),
        ("null", "NU"),
        ("x" * 80, "XX"),
    ],
)
def test_a_new_pack_is_right_from_the_start(tmp_path: Path, pack_id: str, prefix: str) -> None:
    text = new_pack_text(pack_id, title='Our "own": rules # all')
    file = tmp_path / "new.yaml"
    file.write_text(text, encoding="utf-8")
    pack = read_pack_file(file, "new.yaml")
    assert (pack.id, pack.title, pack.rules[0].id) == (pack_id, 'Our "own": rules # all', f"{prefix}-101")
    report = run_examples(pack)
    assert report.passed
    assert {outcome.expected for outcome in report.outcomes} == {"pass", "fail"}
    assert lint_pack(pack) == []
    jsonschema.validate(parse_document(text.encode(), "new.yaml").root, pack_schema())
    assert "@" not in text


def test_a_new_pack_can_be_put_in_force_beside_the_shipped_ones(tmp_path: Path) -> None:
    file = tmp_path / "acme.yaml"
    file.write_text(new_pack_text("acme"), encoding="utf-8")
    folder = Path(str(data("templates") / "plans" / "gpt-2"))
    plan = read_plan(folder, shown="gpt-2")
    assert policy_set(plan, [str(file)]).rule("AC-101") is not None


@pytest.mark.parametrize(
    ("pack_id", "prefix", "message"),
    [
        ("Acme", None, "'Acme' is not the id of a pack"),
        ("../x", None, "is not the id of a pack"),
        ("core", None, "there is already a pack 'core'"),
        ("sourcing", None, "there is already a pack 'sourcing'"),
        ("acme", "a", "--prefix 'a' is not 2 to 6 capital letters"),
        ("acme", "SR", "rules of another pack begin with SR"),
    ],
)
def test_ids_that_cannot_be(pack_id: str, prefix: str | None, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        new_pack_text(pack_id, prefix=prefix)
    assert message in caught.value.errors[0].message


def test_the_command_writes_and_never_overwrites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["policy", "new", "acme"]) == 0
    assert "next: release policy test acme.yaml" in capfd.readouterr().err
    assert run(["policy", "test", "acme.yaml"]) == 0
    assert run(["policy", "lint", "acme.yaml"]) == 0
    before = (tmp_path / "acme.yaml").read_bytes()
    assert run(["policy", "new", "acme", "--title", "Other"]) == 2
    assert "acme.yaml is there already" in capfd.readouterr().err
    assert (tmp_path / "acme.yaml").read_bytes() == before
    assert run(["policy", "new", "acme", "--title", "Other", "--force"]) == 0
    assert b"Other" in (tmp_path / "acme.yaml").read_bytes()
    capfd.readouterr()
    assert run(["policy", "new", "other", "-o", "-"]) == 0
    assert "id: other\n" in capfd.readouterr().out
    assert not (tmp_path / "other.yaml").exists()
