"""`release waive`: the plan's file keeps its line ends, marks, layout and comments."""

from __future__ import annotations

import codecs
import shutil
from pathlib import Path

import pytest

from release.cli.run import run

GPT2 = Path(__file__).parents[2] / "templates/plans/gpt-2"
SAID = ("--reason", "A reason.", "--until", "2099-12-30", "--approver", "B. Board", "--granted", "2019-11-01")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(GPT2, tmp_path / "gpt-2")
    monkeypatch.chdir(tmp_path / "gpt-2")
    return tmp_path / "gpt-2"


def waive(*options: str, rule: str = "SR-104") -> int:
    return run(["waive", rule, ".", *SAID, *options])


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("closed", ["  # the last word\n", ""])
def test_everything_else_is_kept_to_the_byte(folder: Path, mark: bytes, end: str, closed: str) -> None:
    plan = folder / "release.yaml"
    text = plan.read_text("utf-8").rstrip("\n") + f"\n{closed}"
    before = mark + text.replace("\n", end).encode()
    plan.write_bytes(before)
    assert waive("--stage", "xl") == 0
    assert waive("--object", "stage:large", rule="SR-121") == 0
    after = plan.read_bytes()
    assert after.startswith(before)
    added = after[len(before) :].decode()
    assert added.count("\n") == added.count(end)
    lines = [each for each in added.split(end) if each]
    assert lines[:3] == ["waivers:", '  - rule: "SR-104"', '    stage: "xl"']
    assert added.count("- rule:") == 2


def test_lines_that_do_not_end_alike_are_the_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = folder / "release.yaml"
    plan.write_bytes(plan.read_bytes().replace(b"\n", b"\r\n", 3))
    before = plan.read_bytes()
    assert waive() == 2
    assert "do not all end alike" in capsys.readouterr().err
    assert plan.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message", "hint"),
    [
        (("--stage", "larg"), "there is no stage 'larg'", "did you mean 'large'?"),
        (("--stage", "nosuch"), "there is no stage 'nosuch'", "the stages are small, medium, large, xl"),
        (("--object", "stage:larg"), "the plan has no object 'stage:larg'", "did you mean 'stage:large'?"),
        (("--object", "larg"), "the plan has no object 'larg'", ""),
        (("--object", "stge:large"), "there is no object 'stge:large'", ""),
        (
            ("--granted", "2099-12-31"),
            "the waiver would end on 2099-12-30, before it was granted",
            "give a later day",
        ),
    ],
)
def test_what_does_not_exist_is_named_without_a_false_place(
    folder: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], message: str, hint: str
) -> None:
    before = (folder / "release.yaml").read_bytes()
    assert waive(*options) == 2
    said = capsys.readouterr().err
    assert message in said
    assert hint in said
    assert "-->" not in said
    assert (folder / "release.yaml").read_bytes() == before
