"""The lock: same bytes everywhere, only what changed anew, and every way in which it stops being true."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from release.base.errors import InvalidInput
from release.evidence.kind import kinds, result_names
from release.evidence.lock import LOCK_FILE, SCHEMA, content_digest, lock_bytes, parse_lock, rounded
from release.evidence.lock_schema import evidence_schema, lock_schema
from release.evidence.lock_state import lock_of, lock_state
from release.evidence.locking import Options, lock_plan
from release.evidence.show import evidence_json, evidence_text
from release.evidence.verifying import verify
from release.plan.plan import Plan
from release.plan.read import read_plan

PLAN = """\
schema: release-plan/1
id: mini
title: Mini
developer: Somebody
policies: {use: []}
strategy: {kind: staged, rationale: Learn first}
variants: [{id: v1, title: V, parameters: 1000}]
stages:
  - &stage
    id: small
    title: Small
    variants: [v1]
    access: {level: open, recipients: all, reversible: false}
    dates: {planned: 2027-01-01}
    status: planned
    owner: X
  - {id: large, title: Large, variants: [v1], access: {level: open, recipients: all, reversible: false},
     dates: {planned: 2027-06-01}, status: planned, owner: X}
sources:
  - {id: post, title: The post, archived: evidence/post.html}
evidence:
  - id: refs
    kind: reference_check
    stages: [small]
    claim: 75% of the claims are supported, and 83% looked it up
    conducted: 2026-01-01
    declared: {unsupported_rate: 0.25, precision: 0.90}
    data:
      path: evidence/refs.csv
      columns: {answer: answer, claim: claim, supported: supported, quote: quote}
  - id: bench
    kind: benchmark
    stages: [small, large]
    claim: It answers better
    conducted: 2026-01-01
    declared: [{result: accuracy, by: {stage: large}, value: 0.75}]
    params: {margin: 0.1}
    data:
      path: evidence/bench.csv
      columns: {item: item, correct: {small: c_small, large: c_large}}
      filters: {task: qa}
  - id: said
    kind: reported
    stages: [small]
    claim: 72.5% of people believed it, 83% before
    conducted: 2026-01-01
    declared: [{result: believed, value: 0.725, unit: proportion}]
    source: {source: post, quote: "they found \u201c72.5%\u201d of people"}
  - {id: bare, kind: reported, stages: [small], claim: Nothing to compute, conducted: 2026-01-01}
"""

FILES = {
    "release.yaml": PLAN.replace("&stage\n    ", ""),
    "evidence/post.html": '<p>they   found "72.5%"\n of <b>people</b></p>',
    "evidence/refs.csv": "answer,claim,supported,quote\n"
    + "".join(
        f"a{n},c{n},{'no' if n % 4 == 0 else 'yes'},{'they found' if n % 2 else ''}\n" for n in range(20)
    ),
    "evidence/bench.csv": "task,item,c_small,c_large\n"
    + "".join(f"qa,q{n},{int(n % 2 == 0)},{int(n % 4 != 0)}\n" for n in range(20))
    + "other,q1,nonsense,1\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "mini"
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def plan_in(folder: Path) -> Plan:
    return read_plan(folder, "mini")


def locked(folder: Path) -> bytes:
    plan = plan_in(folder)
    content = lock_bytes(plan.id, lock_plan(plan, None).items, tool="1.0")
    (folder / LOCK_FILE).write_bytes(content)
    return content


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_what_is_computed_and_what_is_quoted_is_locked(folder) -> None:
    items = json.loads(locked(folder))["items"]
    assert sorted(items) == ["bench", "refs", "said"]
    assert items["refs"]["agreement"] == "mismatch"
    assert items["refs"]["facts"]["mismatches"] == ["precision: declared 0.9, computed 1"]
    assert items["refs"]["facts"]["prose_mismatches"] == ["83%"]
    assert items["bench"]["agreement"] == "match"
    assert items["bench"]["params"]["margin"] == 0.1
    assert items["said"]["facts"] == {"quotation_found": True, "figures_not_in_source": ["83%"]}
    assert items["refs"]["inputs"]["evidence/refs.csv"]["rows"] == 20
    assert items["bench"]["inputs"]["evidence/bench.csv"]["rows"] == 40


def test_a_lock_is_laid_out_for_diffs(folder) -> None:
    text = locked(folder).decode()
    assert text.endswith("}\n")
    assert '      "inputs": {\n        "evidence/bench.csv": {"rows": 40, "sha256": "sha256:' in text
    keys = [line.split('"')[1] for line in text.splitlines() if line.startswith('  "')]
    assert keys == sorted(keys)


def test_a_fresh_lock_is_fresh_and_holds(folder) -> None:
    locked(folder)
    plan = plan_in(folder)
    lock = lock_of(plan)
    assert lock is not None
    state = lock_state(plan, lock)
    assert (state.word, state.reasons, state.unverified) == ("fresh", {}, ())
    assert state.usable("refs")
    assert verify(plan, lock) == []
    again = lock_plan(plan, lock)
    assert (again.computed, again.reused) == ((), ("bench", "refs", "said"))
    assert lock_bytes(plan.id, again.items, tool="1.0") == (folder / LOCK_FILE).read_bytes()


def test_no_lock_is_missing(folder) -> None:
    plan = plan_in(folder)
    state = lock_state(plan, lock_of(plan))
    assert state.word == "missing"
    assert set(state.reasons) == {"bench", "refs", "said"}
    assert not state.usable("refs")


@pytest.mark.parametrize(
    ("name", "old", "new", "item", "reason"),
    [
        ("evidence/refs.csv", "a1,c1,yes", "a1,c1,no", "refs", "evidence/refs.csv has changed since"),
        ("evidence/post.html", "people", "persons", "said", "evidence/post.html has changed since"),
        ("release.yaml", "margin: 0.1", "margin: 0.2", "bench", "its entry in the plan has changed"),
        ("release.yaml", "precision: 0.90", "precision: 0.9", "refs", "its entry in the plan has changed"),
        ("release.yaml", "task: qa", "task: other", "bench", "its entry in the plan has changed"),
        ("release.yaml", "id: large,", "id: big,", "bench", "its entry in the plan has changed"),
        ("release.yaml", "id: refs", "id: refs2", "refs", "nothing to compute under this id"),
    ],
)
def test_whatever_an_item_was_computed_from_makes_it_stale(folder, name, old, new, item, reason) -> None:
    locked(folder)
    edit(folder / name, old, new)
    if new == "id: big,":
        edit(folder / "release.yaml", "stages: [small, large]", "stages: [small, big]")
        edit(folder / "release.yaml", "large: c_large", "big: c_large")
    plan = plan_in(folder)
    state = lock_state(plan, lock_of(plan))
    assert state.word == "stale"
    assert reason in state.reasons[item]
    assert not state.usable(item)


def test_text_that_figures_do_not_depend_on_changes_nothing(folder) -> None:
    locked(folder)
    edit(folder / "release.yaml", "title: Mini", "title: Maxi")
    edit(folder / "release.yaml", "Learn first", "Learn slowly")
    plan = plan_in(folder)
    assert lock_state(plan, lock_of(plan)).word == "fresh"


def test_only_what_changed_is_computed_again(folder) -> None:
    locked(folder)
    edit(folder / "evidence/refs.csv", "a1,c1,yes", "a1,c1,no")
    plan = plan_in(folder)
    events: list[tuple[str, str]] = []
    found = lock_plan(plan, lock_of(plan), Options(jobs=2, progress=lambda *event: events.append(event)))
    assert (found.computed, found.reused) == (("refs",), ("bench", "said"))
    assert ("refs", "computed") in events


def test_an_item_that_was_never_computed_makes_the_lock_partial(folder) -> None:
    content = json.loads(locked(folder))
    plan = plan_in(folder)
    del content["items"]["said"]
    (folder / LOCK_FILE).write_bytes(lock_bytes("mini", content["items"], tool="1.0"))
    state = lock_state(plan, lock_of(plan))
    assert (state.word, dict(state.reasons)) == ("partial", {"said": "it was never computed"})
    assert state.usable("refs")


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (("bench", "results", "accuracy", "value"), "results 'accuracy'"),
        (("bench", "facts", "missing"), "facts 'missing'"),
        (("bench", "slices", 1, "results", "accuracy", "high"), "the slice {benchmark: arith, stage: small}"),
        (("refs", "inputs", "evidence/refs.csv", "sha256"), "inputs"),
        (("refs", "definition"), "definition"),
        (("refs", "agreement"), "agreement"),
    ],
    ids=lambda each: each if isinstance(each, str) else "-".join(map(str, each)),
)
def test_a_lock_edited_by_hand_is_told_to_the_field(folder, path, field) -> None:
    content = json.loads(locked(folder))
    *way, last = path
    inner = content["items"]
    for step in way:
        inner = inner[step]
    inner[last] = "sha256:" + "0" * 64 if isinstance(inner[last], str) else 0.123
    if field.startswith("the slice"):
        by = content["items"]["bench"]["slices"][1]["by"]
        field = f"the slice {{{', '.join(f'{key}: {value}' for key, value in sorted(by.items()))}}}"
    (folder / LOCK_FILE).write_text(json.dumps(content), encoding="utf-8")
    plan = plan_in(folder)
    lock = lock_of(plan)
    assert lock is not None
    assert dict(lock.edited) == {path[0]: (field,)}
    state = lock_state(plan, lock)
    assert state.word == "tampered"
    assert state.reasons[path[0]] == f"the lock was edited by hand: {field}"
    assert not any(map(state.usable, lock.items))
    assert verify(plan, lock)[0].message == f"{path[0]}: {field} was edited by hand"
    again = lock_plan(plan, lock)
    assert again.computed == (path[0],)
    assert lock_bytes("mini", again.items, tool="1.0") == locked_bytes(folder)


def locked_bytes(folder: Path) -> bytes:
    return lock_bytes("mini", lock_plan(plan_in(folder), None).items, tool="1.0")


def test_taking_an_item_out_leaves_the_rest_to_be_used(folder) -> None:
    content = json.loads(locked(folder))
    del content["items"]["said"]
    (folder / LOCK_FILE).write_text(json.dumps(content), encoding="utf-8")
    plan = plan_in(folder)
    lock = lock_of(plan)
    state = lock_state(plan, lock)
    assert (state.word, dict(state.reasons)) == ("partial", {"said": "it was never computed"})
    assert lock is not None
    assert [each.what for each in verify(plan, lock)] == ["definition", "missing"]


def test_a_lock_with_another_digest_or_one_item_too_many_is_edited_too(folder) -> None:
    content = json.loads(locked(folder))
    more = {**content, "items": {**content["items"], "more": content["items"]["bench"]}}
    other = {**content, "plan": "other"}
    newer = {**content, "tool": {**content["tool"], "version": "9.9"}}
    for wrong in ({**content, "digest": "sha256:" + "0" * 64}, more, other, newer):
        (folder / LOCK_FILE).write_text(json.dumps(wrong), encoding="utf-8")
        plan = plan_in(folder)
        lock = lock_of(plan)
        assert lock is not None
        assert lock_state(plan, lock).word == "tampered"
        assert "edited by hand" in verify(plan, lock)[0].message


def test_a_lock_without_seals_is_used_and_an_edit_of_it_told_as_a_whole(folder) -> None:
    content = json.loads(locked(folder))
    for item in content["items"].values():
        del item["seals"]
    content["digest"] = content_digest(content)
    (folder / LOCK_FILE).write_text(json.dumps(content), encoding="utf-8")
    assert lock_state(plan_in(folder), lock_of(plan_in(folder))).word == "fresh"
    content["items"]["bench"]["facts"]["missing"] = 7
    (folder / LOCK_FILE).write_text(json.dumps(content), encoding="utf-8")
    lock = lock_of(plan_in(folder))
    assert lock is not None
    assert lock_state(plan_in(folder), lock).word == "tampered"
    assert not lock.edited
    assert "edited by hand" in verify(plan_in(folder), lock)[0].message


def test_a_forged_digest_does_not_pass_recomputation(folder) -> None:
    content = json.loads(locked(folder))
    content["items"]["bench"]["results"]["accuracy"]["value"] = 0.99
    (folder / LOCK_FILE).write_bytes(lock_bytes("mini", content["items"], tool="1.0"))
    plan = plan_in(folder)
    lock = lock_of(plan)
    assert lock is not None
    assert lock_state(plan, lock).word == "fresh"
    (difference,) = verify(plan, lock)
    assert (difference.evidence, difference.what) == ("bench", "figure")
    assert "results 'accuracy': the lock has 0.99" in difference.message


def test_verify_says_which_input_changed(folder) -> None:
    locked(folder)
    lock = lock_of(plan_in(folder))
    edit(folder / "evidence/refs.csv", "a1,c1,yes", "a1,c1,no")
    edit(folder / "release.yaml", "id: bare", "id: refs-2")
    assert lock is not None
    found = verify(plan_in(folder), lock)
    assert "refs: evidence/refs.csv has changed" in next(
        each.message for each in found if each.what == "input"
    )
    assert {each.evidence for each in found} == {"refs"}


def test_data_that_are_not_at_hand_are_trusted_and_named(folder) -> None:
    locked(folder)
    plan = plan_in(folder)
    (folder / "evidence/refs.csv").unlink()
    state = lock_state(plan, lock_of(plan))
    assert (state.word, state.unverified) == ("fresh", ("evidence/refs.csv",))


def test_a_promised_digest_is_checked(folder) -> None:
    edit(
        folder / "release.yaml",
        "path: evidence/refs.csv",
        f"path: evidence/refs.csv\n      sha256: {'a' * 64}",
    )
    with pytest.raises(InvalidInput) as raised:
        lock_plan(plan_in(folder), None)
    (error,) = raised.value.errors
    assert error.code == "IN-074"
    assert error.at is not None
    assert error.at.file == "mini/release.yaml"


def test_the_mistakes_of_all_items_are_told_together(folder) -> None:
    edit(folder / "evidence/refs.csv", "a1,c1,yes", "a1,c1,maybe")
    edit(folder / "release.yaml", "margin: 0.1", "margn: 0.1")
    with pytest.raises(InvalidInput) as raised:
        lock_plan(plan_in(folder), None, Options(jobs=2))
    found = {(error.code, error.at.file) for error in raised.value.errors if error.at}
    assert found == {("IN-070", "mini/evidence/refs.csv"), ("IN-073", "mini/release.yaml")}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ("margin: -1", "must be above 0"),
        ("margin: many", "must be a finite number"),
        ("level: 1", "must be below 1"),
        ("level: 0.9999999999999999", "must be below 1"),
        ("level: 0.2", "must be above 0.2"),
        ("cluster: rater", "names 'rater', which is no mapped role"),
        ("cluster: 5", "must be a word"),
        ("wrong: 1", "has no parameter 'wrong'"),
    ],
)
def test_parameters_are_checked(folder, params, words) -> None:
    edit(folder / "release.yaml", "margin: 0.1", params)
    with pytest.raises(InvalidInput) as raised:
        lock_plan(plan_in(folder), None)
    assert words in raised.value.errors[0].message


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("[]", "IN-075"),
        ("{}", "IN-075"),
        ('{"schema": "release-lock/9"}', "IN-076"),
        (json.dumps({"schema": SCHEMA}), "IN-075"),
        (
            json.dumps({"schema": SCHEMA, "tool": {"version": "1"}, "digest": "x", "items": {"a": {}}}),
            "IN-075",
        ),
        (
            json.dumps({"schema": SCHEMA, "tool": {"version": "1"}, "digest": "x", "items": {"a": 1}}),
            "IN-075",
        ),
        ("{", "IN-018"),
        ('{"schema": "a", "schema": "b"}', "IN-012"),
    ],
)
def test_what_is_no_lock_is_refused(content, code) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_lock(content.encode(), "mini/release.lock")
    assert raised.value.errors[0].code == code


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("results", {"accuracy": 0.5}, "'accuracy' is not a figure"),
        ("results", {"accuracy": {"value": "high", "method": "t"}}, "'accuracy' is not a figure"),
        ("slices", [{"by": {}}], "a slice lacks"),
        ("slices", [{"by": {}, "results": {"x": {}}}], "not a figure"),
        ("inputs", {"x": {}}, "has no digest"),
        ("facts", [], "lacks facts"),
    ],
)
def test_entries_of_another_form_are_refused(folder, key, value, words) -> None:
    content = json.loads(locked(folder))
    content["items"]["bench"][key] = value
    with pytest.raises(InvalidInput) as raised:
        parse_lock(lock_bytes("mini", content["items"], tool="1"), "mini/release.lock")
    assert words in raised.value.errors[0].message


def test_numbers_are_rounded_to_twelve_digits() -> None:
    assert rounded({"a": 1 / 3, "b": [-0.0, 7], "c": True}) == {"a": 0.333333333333, "b": [0.0, 7], "c": True}
    assert str(rounded(-0.0)) == "0.0"
    with pytest.raises(ValueError, match="cannot stand in a lock"):
        rounded(float("nan"))


SCRIPT = """
import sys
from pathlib import Path
from release.evidence.lock import lock_bytes
from release.evidence.locking import Options, lock_plan
from release.evidence.store import EngineChoice
from release.plan.read import read_plan
plan = read_plan(Path(sys.argv[1]), "mini")
options = Options(jobs=int(sys.argv[2]), engine=EngineChoice(threads=int(sys.argv[3])))
sys.stdout.buffer.write(lock_bytes(plan.id, lock_plan(plan, None, options).items, tool="1.0"))
"""


def test_the_bytes_depend_on_the_inputs_alone(folder, tmp_path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    bench = (moved / "evidence/bench.csv").read_text(encoding="utf-8").splitlines()
    assert len(bench) == 22
    settings = [
        (folder, "1", "1", {"PYTHONHASHSEED": "1", "TZ": "UTC", "LC_ALL": "C"}),
        (folder, "2", "2", {"PYTHONHASHSEED": "77", "TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"}),
        (moved, "2", "2", {"PYTHONHASHSEED": "0", "COLUMNS": "20", "PYTHONOPTIMIZE": "2"}),
    ]
    answers = {
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(where), jobs, threads],
            capture_output=True,
            check=True,
            env={**os.environ, **environment},
        ).stdout
        for where, jobs, threads, environment in settings
    }
    assert answers == {locked(folder)}


def test_show_tells_provenance_and_agreement(folder) -> None:
    locked(folder)
    plan = plan_in(folder)
    lock = lock_of(plan)
    shown = evidence_json(plan.data["evidence"], lock, lock_state(plan, lock))
    by_id = {item["id"]: item for item in shown["items"]}
    assert shown["schema"] == "release-evidence/1"
    assert [by_id[name]["provenance"] for name in ("refs", "bench", "said", "bare")] == [
        "computed",
        "computed",
        "declared",
        "declared",
    ]
    assert by_id["said"]["results"]["believed"]["value"] == 0.725
    assert by_id["said"]["facts"]["quotation_found"] is True
    assert by_id["said"]["agreement"] == "not-computed"
    assert by_id["bare"]["agreement"] == "not-declared"
    assert by_id["bench"]["declared_slices"] == [
        {"by": {"stage": "large"}, "results": {"accuracy": {"value": 0.75}}}
    ]
    text = evidence_text(shown)
    assert "refs (reference_check, computed, CONTRADICTS what is declared)" in text
    assert any(line.split()[:4] == ["accuracy", "stage", "large", "0.75"] for line in text.splitlines())
    assert evidence_text({"items": []}) == "no evidence\n"


def test_stale_items_are_shown_as_declared_with_the_reason(folder) -> None:
    locked(folder)
    edit(folder / "evidence/refs.csv", "a1,c1,yes", "a1,c1,no")
    plan = plan_in(folder)
    lock = lock_of(plan)
    shown = evidence_json(plan.data["evidence"], lock, lock_state(plan, lock))
    (refs,) = [item for item in shown["items"] if item["id"] == "refs"]
    assert refs["provenance"] == "declared"
    assert refs["lock"] == "evidence/refs.csv has changed since"
    assert "lock: evidence/refs.csv has changed since" in evidence_text(shown)


def test_every_kind_names_its_results_without_heavy_imports() -> None:
    script = (
        "import sys\nfrom release.evidence.kind import all_result_types, kinds, result_names\n"
        "assert all_result_types()['accuracy'] == ('object', 'Statistic')\n"
        "print(sorted(name for name in ('numpy', 'scipy', 'duckdb', 'pyspark') if name in sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"
    assert "win_rate" in result_names("preference")
    assert len(kinds()) == 17


def test_a_format_that_nothing_tells_is_asked_for(folder) -> None:
    (folder / "evidence/refs.csv").rename(folder / "evidence/refs.dat")
    edit(folder / "release.yaml", "evidence/refs.csv", "evidence/refs.dat")
    with pytest.raises(InvalidInput) as raised:
        lock_plan(plan_in(folder), None)
    (error,) = raised.value.errors
    assert "does not tell its format" in error.message
    assert error.hint == "Write `format`: csv, jsonl, parquet."
    edit(folder / "release.yaml", "path: evidence/refs.dat", "path: evidence/refs.dat\n      format: csv")
    assert "refs" in lock_plan(plan_in(folder), None).items


def test_rows_that_are_missing_are_an_error_where_the_plan_names_them(folder) -> None:
    plan = plan_in(folder)
    (folder / "evidence/refs.csv").unlink()
    with pytest.raises(InvalidInput) as raised:
        lock_plan(plan, None)
    (error,) = raised.value.errors
    assert error.code == "IN-074"
    assert error.at is not None
    assert error.at.file == "mini/release.yaml"


def test_rows_behind_a_link_out_of_the_folder_are_not_read(folder, tmp_path) -> None:
    plan = plan_in(folder)
    path = folder / "evidence/refs.csv"
    path.rename(tmp_path / "outside.csv")
    path.symlink_to(tmp_path / "outside.csv")
    with pytest.raises(InvalidInput) as raised:
        lock_plan(plan, None)
    assert "leads outside the release folder" in raised.value.errors[0].message


def test_a_file_that_changes_while_it_is_read_is_not_locked(folder, monkeypatch) -> None:
    from release.evidence import locking

    path = folder / "evidence/refs.csv"

    def meddling(kind, rows, setting):
        path.write_text(path.read_text(encoding="utf-8") + "z,z,yes,\n", encoding="utf-8")
        return measured(kind, rows, setting)

    measured = locking.measured
    monkeypatch.setattr(locking, "measured", meddling)
    with pytest.raises(InvalidInput) as raised:
        lock_plan(plan_in(folder), None)
    assert any(error.message == "the file changed while it was read" for error in raised.value.errors)


def test_verify_tells_what_is_missing_and_what_is_too_much(folder) -> None:
    content = json.loads(locked(folder))
    content["items"]["more"] = content["items"].pop("said")
    (folder / LOCK_FILE).write_bytes(lock_bytes("mini", content["items"], tool="1.0"))
    plan = plan_in(folder)
    lock = lock_of(plan)
    assert lock is not None
    assert {(each.evidence, each.what) for each in verify(plan, lock)} == {
        ("said", "missing"),
        ("more", "extra"),
    }


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("slices", [], "slices: the rows give something else"),
        ("agreement", "mismatch", "agreement: the rows give something else"),
        ("kind_version", 99, "kind_version has changed"),
        ("facts", {"missing": 5}, "facts '"),
    ],
)
def test_verify_tells_what_differs(folder, key, value, words) -> None:
    content = json.loads(locked(folder))
    content["items"]["bench"][key] = value
    (folder / LOCK_FILE).write_bytes(lock_bytes("mini", content["items"], tool="1.0"))
    plan = plan_in(folder)
    lock = lock_of(plan)
    assert lock is not None
    assert any(words in each.message for each in verify(plan, lock))


def test_a_slice_that_differs_is_named(folder) -> None:
    content = json.loads(locked(folder))
    content["items"]["bench"]["slices"][0]["results"] = {}
    (folder / LOCK_FILE).write_bytes(lock_bytes("mini", content["items"], tool="1.0"))
    plan = plan_in(folder)
    lock = lock_of(plan)
    assert lock is not None
    assert any("slice {" in each.message for each in verify(plan, lock))


def test_rows_about_a_cancelled_stage_are_read_and_no_neighbours(folder) -> None:
    edit(
        folder / "release.yaml",
        "dates: {planned: 2027-06-01}, status: planned",
        "dates: {}, status: cancelled",
    )
    entry = lock_plan(plan_in(folder), None).items["bench"]
    assert {"stage": "large"} in [piece["by"] for piece in entry["slices"]]
    assert not [piece for piece in entry["slices"] if "from" in piece["by"]]


def test_a_seed_changes_the_draws_and_is_written_down(folder) -> None:
    edit(folder / "release.yaml", "params: {margin: 0.1}", "params: {margin: 0.1, seed: 7}")
    assert lock_plan(plan_in(folder), None).items["bench"]["params"]["seed"] == 7


def test_the_schemas_describe_what_is_written(folder) -> None:
    content = json.loads(locked(folder))
    validator = jsonschema.Draft202012Validator(lock_schema())
    validator.check_schema(lock_schema())
    validator.validate(content)
    content["items"]["refs"]["results"]["precision"]["more"] = 1
    assert not validator.is_valid(content)
    plan = plan_in(folder)
    lock = lock_of(plan)
    shown = evidence_json(plan.data["evidence"], lock, lock_state(plan, lock))
    jsonschema.Draft202012Validator(evidence_schema()).validate(json.loads(json.dumps(shown)))
