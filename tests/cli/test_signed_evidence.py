"""A rule asks for a signature: only a trusted one over the rows that were computed counts."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from release.cli.run import run
from tests.unit.ledger.test_producers import pem_key

PLAN = """\
schema: release-plan/1
id: model
title: A model
stages:
  - {id: first, title: First, dates: {planned: 2026-03-01}}
risks:
  - {id: r, title: R, assessments: [{stage: first, date: 2026-01-20, evidence: {for: [ours]}}]}
evidence:
  - id: ours
    kind: benchmark
    data: {path: ours.csv, columns: {item: item, stage: stage, correct: correct}}
    stages: [first]
    conducted: 2026-01-10
    signature: ours.sig
"""
ROWS = "item,stage,correct\na,first,1\nb,first,0\nc,first,1\nd,first,1\n"
PACK = """\
schema: release-pack/1
id: signed
version: "1"
title: Signed
rules:
  - id: OWN-1
    title: The laboratory signed
    severity: error
    verdict: hold
    for: evidence
    require: has(evidence.signed_by) && evidence.signed_by == "lab@example.org"
    message: "{{ evidence.id }} is not signed by the laboratory"
    fix: Have it signed.
    examples:
      pass: [{evidence: [{id: e1, kind: benchmark}], signed: {e1: lab@example.org}, on: "evidence:e1"}]
      fail:
        - {evidence: [{id: e1, kind: benchmark}], on: "evidence:e1"}
        - {evidence: [{id: e1, kind: benchmark}], signed: {e1: other@example.org}, on: "evidence:e1"}
        - evidence: [{id: e1, kind: benchmark, signature: e1.sig}]
          results: {e1: {accuracy: 0.9}}
          signed: {}
          on: "evidence:e1"
      unknown: [{evidence: [{id: e1, kind: benchmark, signature: e1.sig}], on: "evidence:e1"}]
"""
WHO = "lab@example.org"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "models" / "one"
    folder.mkdir(parents=True)
    (folder / "release.yaml").write_text(PLAN)
    (folder / "ours.csv").write_text(ROWS)
    (tmp_path / "org.yaml").write_text(PACK)
    (tmp_path / "trusted").mkdir()
    (tmp_path / "other").mkdir()
    for name in ("trusted", "other"):
        _, public = pem_key(tmp_path / name)
        (tmp_path / name / "signers").write_text(f'{WHO} namespaces="staged-release-evidence" {public}\n')
    sign(folder, tmp_path / "trusted" / "key.pem")
    assert run(["evidence", "lock", str(folder), "--quiet"]) == 0
    return folder


def sign(folder: Path, key: Path) -> None:
    command = ["evidence", "sign", str(folder), "ours", f"--by={WHO}", f"--key={key}"]
    assert run([*command, "--output", str(folder / "ours.sig")]) == 0


def found(folder: Path, *options: str) -> str:
    """Return what is said of the signature: pass, fail or unknown."""
    said = folder.parents[1] / "said.json"
    command = ["check", str(folder), "--at=2026-02-01", "--policy", str(folder.parents[1] / "org.yaml")]
    assert run([*command, "--format=json", f"--output={said}", *options]) in {0, 1}
    plan = json.loads(said.read_bytes())["plans"][0]
    return next((each["status"] for each in plan["findings"] if each["rule"] == "OWN-1"), "pass")


def trusted(folder: Path, who: str = "trusted") -> str:
    return f"--trusted-signers={folder.parents[1] / who / 'signers'}"


def test_without_trusted_signers_nobody_knows(folder: Path) -> None:
    assert found(folder) == "unknown"


def test_with_them_it_counts_and_another_key_does_not(folder: Path) -> None:
    assert found(folder, trusted(folder)) == "pass"
    assert found(folder, trusted(folder, "other")) == "fail"
    sign(folder, folder.parents[1] / "other" / "key.pem")
    assert found(folder, trusted(folder)) == "fail"


def test_no_signature_is_none_whoever_is_trusted(folder: Path) -> None:
    (folder / "release.yaml").write_text(PLAN.replace("    signature: ours.sig\n", ""))
    assert found(folder) == "fail"
    assert found(folder, trusted(folder)) == "fail"


@pytest.mark.parametrize("content", ["", "{}", "[1]", "x" * 1_000_000])
def test_a_forged_envelope_never_counts(folder: Path, content: str) -> None:
    (folder / "ours.sig").write_text(content)
    assert found(folder, trusted(folder)) == "fail"


def test_a_signature_of_other_rows_never_counts(folder: Path) -> None:
    body = json.loads((folder / "ours.sig").read_text())
    statement = json.loads(base64.b64decode(body["payload"])) | {"sha256": "sha256:" + "0" * 64}
    text = json.dumps(statement, sort_keys=True, separators=(",", ":"))
    (folder / "ours.sig").write_text(json.dumps(body | {"payload": base64.b64encode(text.encode()).decode()}))
    assert found(folder, trusted(folder)) == "fail"


def test_changed_rows_are_not_the_signed_ones(folder: Path) -> None:
    (folder / "ours.csv").write_text(ROWS.replace("b,first,0", "b,first,1"))
    assert found(folder, trusted(folder)) == "unknown"  # nothing was computed from them either
    assert run(["evidence", "lock", str(folder), "--quiet"]) == 0
    assert found(folder, trusted(folder)) == "fail"


def test_declared_figures_are_signed_by_nobody(folder: Path) -> None:
    (folder / "release.lock").unlink()
    assert found(folder, trusted(folder)) == "unknown"


def test_rows_that_are_not_at_hand(folder: Path) -> None:
    (folder / "ours.csv").unlink()
    assert found(folder, trusted(folder)) == "unknown"


def test_release_toml_names_them_above_the_plan(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder.parents[1] / "release.toml").write_text('trusted_signers = "trusted/signers"\n')
    assert found(folder) == "pass"
    (folder.parent / "release.toml").write_text('trusted_signers = "../other/signers"\n')
    assert run(["check", str(folder)]) == 2
    assert "takes back what" in capsys.readouterr().err


@pytest.mark.parametrize("place", ["release folder", "link"])
def test_the_plan_s_folder_does_not_say_whom_to_trust(
    folder: Path, capsys: pytest.CaptureFixture[str], place: str
) -> None:
    own = (folder.parents[1] / "trusted" / "signers").read_text()
    (folder / "signers").write_text(own)
    if place == "link":
        named = folder.parents[1] / "linked"
        named.symlink_to(folder / "signers")
    else:
        named = folder / "signers"
    assert run(["check", str(folder), f"--trusted-signers={named}"]) == 2
    assert "stands in the release folder" in capsys.readouterr().err
    (folder / "release.toml").write_text('trusted_signers = "../../trusted/signers"\n')
    assert run(["check", str(folder)]) == 2
    assert "does not say whose signatures it trusts" in capsys.readouterr().err


def test_a_file_that_is_not_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gate", str(folder), "--stage=first", "--trusted-signers=nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_the_examples_of_a_rule_can_say_who_signed(folder: Path) -> None:
    assert run(["policy", "test", str(folder.parents[1] / "org.yaml")]) == 0


def test_the_same_bytes_whatever_the_hash_seed(folder: Path) -> None:
    command = [sys.executable, "-m", "release", "check", str(folder), "--at=2026-02-01", "--format=json"]
    command += [trusted(folder), "--policy", str(folder.parents[1] / "org.yaml")]
    outputs = set()
    for seed in ("0", "1"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(command, capture_output=True, check=False, env=environment)
        outputs.add(done.stdout)
    assert len(outputs) == 1
    assert b'"release-check/1"' in outputs.pop()
