"""Every folder of tests/cases/broken is a plan with mistakes: all are told, each at its place, and no others.

A new case is a new folder: `release.yaml`, the files that it names, and `expected.json`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from release.base.codes import CODES
from release.base.dates import moment
from release.base.errors import InvalidInput
from release.base.limits import PLAN_BYTES
from release.evidence.kind_results import KindResults
from release.formats._input_errors import to_concise, to_json, to_text
from release.plan.read import read_plan
from release.policy.force import policy_set

CASES = Path(__file__).resolve().parents[1] / "cases" / "broken"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


def refusal(folder: Path) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        read_plan(
            folder / "release.yaml",
            "release.yaml",
            known=KindResults(),
            latest=moment("2026-01-01"),
            further=policy_set,
        )
    return refused.value


def test_there_are_cases_of_both_layers() -> None:
    assert sum(name.startswith("text-") for name in NAMES) >= 25
    assert sum(name.startswith("plan-") for name in NAMES) >= 25


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_at_its_place(name: str) -> None:
    expected = json.loads((CASES / name / "expected.json").read_text(encoding="utf-8"))
    found = [
        {"code": error.code, "file": error.at.file, "line": error.at.line, "column": error.at.column}
        for error in refusal(CASES / name).errors
        if error.at
    ]
    assert found == expected["errors"]
    assert expected["about"]


@pytest.mark.parametrize("name", NAMES)
def test_every_mistake_is_explained(name: str) -> None:
    refused = refusal(CASES / name)
    for error in refused.errors:
        assert error.code in CODES
        assert error.hint or "expected" in error.message
        assert not re.search(
            r"(?<![!:])\b(str|int|dict|list\[|NoneType|None|pydantic|scalar|node|token|Traceback)\b",
            error.message,
        ), error.message
        assert str(CASES) not in error.message + error.hint
    shown = to_text(refused)
    assert shown.count("error[IN-") == len(refused.errors) == len(to_concise(refused).splitlines())
    assert len(json.loads(to_json(refused))["errors"]) == len(refused.errors)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202e\ufeff]", shown)


@pytest.mark.parametrize("name", [name for name in NAMES if not re.search("utf-16|latin", name)])
def test_every_mistake_is_shown_with_its_line(name: str) -> None:
    refused = refusal(CASES / name)
    assert {error.at.file for error in refused.errors if error.at} <= set(refused.texts)
    assert to_text(refused).count("^") >= len(refused.errors)


def test_a_plan_that_is_too_large(tmp_path: Path) -> None:
    """The one case without a folder: the file would weigh two megabytes."""
    (tmp_path / "release.yaml").write_bytes(b"# " + b"x" * (PLAN_BYTES - 1))
    (error,) = refusal(tmp_path).errors
    assert (error.code, str(error.at)) == ("IN-005", "release.yaml:1:1")
