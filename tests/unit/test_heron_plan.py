"""The synthetic family: every kind at work, from rows to a verdict, and what happens when a cell changes."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

import release
from release.evidence.kind import kinds
from release.evidence.lock import read_lock
from release.evidence.lock_schema import forecast_schema

ROOT = Path(__file__).resolve().parents[2]
HERON = ROOT / "templates/plans/heron"
EVE = "2026-08-16"


@pytest.fixture
def heron(tmp_path):
    copy = tmp_path / "heron"
    shutil.copytree(HERON, copy)
    return copy


def test_it_has_evidence_of_every_kind():
    plan = release.load_plan(HERON)
    assert {item["kind"] for item in plan.data["evidence"]} == set(kinds())


def test_the_largest_stage_is_to_go_on_its_eve_and_says_that_it_is_synthetic():
    result = release.check(HERON, at=EVE, locked=True)
    (judgement,) = result.judgements
    assert judgement.stage("large").verdict == "go"
    assert judgement.lock_state == "fresh"
    assert "synthetic" in judgement.title
    assert all("ynthetic" in " ".join(item["limitations"]) for item in judgement.facts["evidence"])


def test_the_script_writes_the_same_rows_again(heron):
    before = {path.name: path.read_bytes() for path in (heron / "evidence").glob("*.csv")}
    for path in (heron / "evidence").glob("*.csv"):
        path.unlink()
    subprocess.run([sys.executable, str(heron / "evidence/make_rows.py")], check=True)
    assert {path.name: path.read_bytes() for path in (heron / "evidence").glob("*.csv")} == before


def test_locking_again_gives_the_same_bytes_and_computes_nothing(heron, release_command):
    committed = (heron / "release.lock").read_bytes()
    again = release_command("evidence", "lock", str(heron))
    assert "0 computed" in again.stderr
    (heron / "release.lock").unlink()
    environment = {"TZ": "Asia/Kathmandu", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    anew = release_command("evidence", "lock", str(heron), "--jobs", "2", **environment)
    assert anew.returncode == 0
    assert (heron / "release.lock").read_bytes() == committed
    assert release_command("evidence", "verify", str(heron)).returncode == 0


def test_one_changed_cell_is_found_named_and_alone_computed_again(heron, release_command):
    rows = heron / "evidence/misuse.csv"
    text = rows.read_text(encoding="utf-8")
    rows.write_text(text.removesuffix("0\n") + "1\n", encoding="utf-8")
    assert rows.read_text(encoding="utf-8") != text
    verified = release_command("evidence", "verify", str(heron))
    assert verified.returncode == 1
    assert "misuse" in verified.stdout
    assert "detection" not in verified.stdout
    checked = release_command(
        "check", str(heron), "--at", EVE, "--stage", "large", "--locked", "--format", "json"
    )
    assert checked.returncode == 1
    (plan,) = json.loads(checked.stdout)["plans"]
    stale = [finding for finding in plan["findings"] if finding["rule"] == "CO-002"]
    assert [finding["object"] for finding in stale] == ["evidence:misuse"]
    assert stale[0]["severity"] == "error"
    locked = release_command("evidence", "lock", str(heron))
    assert "1 computed, 18 unchanged" in locked.stderr


def test_a_lock_edited_by_hand_is_said_to_be(heron, release_command):
    lock = heron / "release.lock"
    entry = read_lock(lock, "release.lock").items["misuse"]["results"]["success_rate"]["value"]
    text = lock.read_text(encoding="utf-8")
    lock.write_text(text.replace(str(entry), "0.001", 1), encoding="utf-8")
    done = release_command("check", str(heron), "--at", EVE, "--format", "json")
    findings = json.loads(done.stdout)["plans"][0]["findings"]
    found = {each["object"]: each["message"] for each in findings if each["rule"] == "CO-004"}
    assert len(found) == 2
    assert found["evidence:misuse"].endswith("at evidence 'misuse': results 'success_rate'")
    verified = release_command("evidence", "verify", str(heron))
    assert verified.returncode == 1
    assert "misuse: results 'success_rate' was edited by hand" in verified.stdout


def test_rows_that_are_not_at_hand_are_said_to_be_trusted(heron, release_command):
    (heron / "evidence/misuse.csv").unlink()
    done = release_command("check", str(heron), "--at", EVE, "--format", "json")
    findings = json.loads(done.stdout)["plans"][0]["findings"]
    (found,) = (each for each in findings if each["rule"] == "CO-022")
    assert found["object"] == "evidence:misuse"
    assert "evidence/misuse.csv is not here" in found["message"]
    assert found["severity"] == "note"


def test_a_contradicted_figure_that_nothing_cites_counts_where_it_is_about(heron, release_command):
    item = """
  - id: uncited
    kind: benchmark
    stages: [large]
    claim: It answers better
    conducted: 2026-01-01
    declared: {accuracy: 0.9}
    data:
      path: evidence/benchmarks.csv
      columns: {item: item, stage: stage, correct: correct, benchmark: benchmark}
"""
    plan = heron / "evidence.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.rstrip("\n") + "\n" + item.lstrip("\n"), encoding="utf-8")
    assert release_command("evidence", "lock", str(heron)).returncode == 0
    done = release_command("check", str(heron), "--at", EVE, "--format", "json")
    (read,) = json.loads(done.stdout)["plans"]
    (found,) = (each for each in read["findings"] if each["rule"] == "CO-005")
    assert (found["object"], found["stage"]) == ("evidence:uncited", "large")
    assert {each["id"]: each["verdict"] for each in read["stages"]}["large"] == "hold"


def test_rows_that_chose_the_model_are_refused_as_evidence(heron, release_command):
    plan = heron / "evidence.yaml"
    split = "    kind: red_team\n    split: {name: valid1, used_for_selection: true}\n"
    plan.write_text(
        plan.read_text(encoding="utf-8").replace("    kind: red_team\n", split, 1), encoding="utf-8"
    )
    locked = release_command("evidence", "lock", str(heron))
    assert locked.returncode == 0
    assert "1 computed" in locked.stderr
    figure = read_lock(heron / "release.lock", "release.lock").items["red-team"]["results"]["success_rate"]
    assert figure["value"] is None
    assert "used to choose the model" in figure["reason"]


def test_a_lock_that_cannot_be_read_is_replaced(heron, release_command):
    lock = heron / "release.lock"
    whole = lock.read_bytes()
    lock.write_bytes(whole[:3000])
    assert release_command("check", str(heron)).returncode == 2
    done = release_command("evidence", "lock", str(heron))
    assert done.returncode == 0
    assert "is replaced" in done.stderr
    assert lock.read_bytes() == whole


def test_a_declared_figure_that_the_rows_contradict_is_found_at_its_line(heron, release_command):
    plan = heron / "evidence.yaml"
    text = plan.read_text(encoding="utf-8").replace(
        "    headline: success_rate\n",
        "    headline: success_rate\n    declared:\n      - result: success_rate\n        value: 0.5\n",
        1,
    )
    plan.write_text(text, encoding="utf-8")
    assert release_command("evidence", "lock", str(heron)).returncode == 0
    done = release_command("check", str(heron), "--at", EVE, "--format", "json")
    (finding,) = [
        each for each in json.loads(done.stdout)["plans"][0]["findings"] if each["rule"] == "CO-005"
    ]
    line = text.splitlines()[finding["line"] - 1]
    assert line.strip() == "value: 0.5"
    assert line[finding["column"] - 1 :] == "0.5"


def test_the_next_loss_is_forecast_and_the_last_forecast_graded(release_command):
    body = json.loads(
        release_command(
            *("forecast", str(HERON), "--metric", "loss-forecast", "--to", "large", "--format", "json")
        ).stdout
    )
    assert body["schema"] == "release-forecast/1"
    assert body["prediction"]["low"] < body["prediction"]["value"] < body["prediction"]["high"]
    assert body["extrapolation"] == pytest.approx(4.0)
    assert "actual" not in body
    graded = json.loads(
        release_command(
            *(
                "forecast",
                str(HERON),
                "--metric",
                "loss-forecast-medium",
                "--to",
                "medium",
                "--format",
                "json",
            )
        ).stdout
    )
    assert graded["actual"] == pytest.approx(2.7027)
    assert graded["grade"] == "inside"
    starts = graded["later_starts"]
    assert starts["low"] <= graded["prediction"]["low"]
    assert starts["high"] >= graded["prediction"]["high"]
    assert starts["grade"] == "inside"
    for each in (body, graded):
        jsonschema.Draft202012Validator(forecast_schema()).validate(each)


def test_evidence_is_shown_and_verified_within_eighty_columns(heron, release_command):
    shown = release_command("evidence", "show", str(heron)).stdout
    assert max(map(len, shown.splitlines())) <= 80
    assert "(a) cr1 clustered by tester" in shown
    rows = heron / "evidence/misuse.csv"
    rows.write_text(rows.read_text(encoding="utf-8").removesuffix("0\n") + "1\n", encoding="utf-8")
    told = release_command("evidence", "verify", str(heron)).stdout
    assert max(map(len, told.splitlines())) <= 80
    assert "next: find out why" in told


def test_a_forecast_fits_into_eighty_columns(release_command):
    for metric, stage in (("loss-forecast", "large"), ("loss-forecast-medium", "medium")):
        text = release_command("forecast", str(HERON), "--metric", metric, "--to", stage).stdout
        assert "later starts" in text
        assert max(map(len, text.splitlines())) <= 80
