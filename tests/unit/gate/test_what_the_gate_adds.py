"""What the gate asks beside the rules, on copies of the synthetic family."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from release.cli.run import run

ROOT = Path(__file__).resolve().parents[3]
HERON = ROOT / "templates/plans/heron"
DAY = "2026-08-16"


class Copy:
    """A copy of the synthetic family, which may go on the eve of its last stage."""

    def __init__(self, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.folder = folder / "heron"
        self.capfd = capfd
        shutil.copytree(HERON, self.folder)

    def edit(self, before: str, after: str, name: str = "release.yaml") -> None:
        path = self.folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")

    def lock(self) -> str:
        return hashlib.sha256((self.folder / "release.lock").read_bytes()).hexdigest()

    def gate(self, *more: str) -> tuple[int, list[tuple[str, str]]]:
        self.capfd.readouterr()
        command = ["gate", str(self.folder), "--stage=large", f"--at={DAY}", "--format=json", *more]
        code = run(command)
        reasons = json.loads(self.capfd.readouterr().out)["reasons"]
        return code, [(each["kind"], each["message"]) for each in reasons if each["kind"] != "rule"]

    def decide(self, decision: str) -> None:
        command = ["decide", str(self.folder), "--stage=large", f"--decision={decision}", f"--at={DAY}"]
        assert run([*command, "--by=lead@example.org", "--reason=So decided"]) == 0


@pytest.fixture
def heron(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Copy:
    return Copy(tmp_path, capfd)


def test_it_may_go_as_it_is(heron: Copy) -> None:
    assert heron.gate() == (0, [])


def test_an_open_window_holds_however_far_the_planned_date_is(heron: Copy) -> None:
    heron.edit("observation: {days: 60,", "observation: {days: 200,")
    said = ("window", "the observation of stage medium runs until 2026-11-06")
    assert heron.gate() == (3, [said])
    heron.edit("dates: {planned: 2026-08-17}", "dates: {planned: 2027-08-17}")
    assert heron.gate() == (3, [said])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("observation: {days: 60,", "observation: {days: unknown,"),
        ("observation: {days: 60, signals: [misuse-in-forums]}", "observation: unknown"),
    ],
)
def test_a_window_of_unknown_length_is_open(heron: Copy, before: str, after: str) -> None:
    heron.edit(before, after)
    assert heron.gate() == (3, [("window", "the observation of stage medium has no known length")])


def test_a_window_that_has_not_begun_is_open(heron: Copy) -> None:
    heron.edit("planned: 2026-04-20, released: 2026-04-20", "planned: 2026-08-17")
    heron.edit(
        "owner: Release lead\n    status: released\n    dates: {planned: 2026-08-17}",
        "owner: Release lead\n    status: planned\n    dates: {planned: 2026-08-17}",
    )
    code, reasons = heron.gate()
    assert code == 3
    assert ("window", "the observation of stage medium has not begun: that stage is not released") in reasons


def test_a_forecast_that_will_be_registered_is_not_registered(heron: Copy) -> None:
    heron.edit("registered_on: 2026-05-04", "registered_on: 2026-08-17", "evidence.yaml")
    said = "forecast 'loss-forecast' is registered only on 2026-08-17, after 2026-08-16"
    assert heron.gate() == (3, [("forecast", said)])


@pytest.mark.parametrize(("date", "code"), [("2026-08-15", 0), ("2026-01-01", 3)])
def test_an_approval_older_than_the_evidence_did_not_see_it(heron: Copy, date: str, code: int) -> None:
    with (heron.folder / "release.yaml").open("a", encoding="utf-8") as file:
        given = f"by: Ann Safe, decision: go, date: {date}, lock_digest: {heron.lock()}"
        file.write(f"approvals:\n  - {{stage: large, role: safety lead, {given}}}\n")
    found, reasons = heron.gate()
    assert (found, len(reasons)) == (code, 1 if code else 0)
    assert not reasons or "before some of the evidence in its lock was there" in reasons[0][1]


def test_a_go_covers_the_files_of_the_plan_that_was_decided_on(heron: Copy, tmp_path: Path) -> None:
    weights, other = tmp_path / "weights.bin", tmp_path / "other.bin"
    weights.write_bytes(b"weights")
    other.write_bytes(b"other")
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (weights, other)]
    published = "77079bc032b34c68e6b055fd7684f72df1a007747c19451ddde5f7c62afcc38f"
    for name in ("release.yaml", "evidence.yaml"):
        heron.edit(published, digests[0], name)
    assert heron.gate("--artifact", str(weights)) == (0, [])
    heron.decide("go")
    assert heron.gate("--artifact", str(weights)) == (0, [])
    code, reasons = heron.gate("--artifact", str(weights), "--artifact", str(other))
    assert (code, [kind for kind, _ in reasons]) == (3, ["artifact"])
    for name in ("release.yaml", "evidence.yaml"):
        heron.edit(digests[0], digests[1], name)
    code, reasons = heron.gate("--artifact", str(other))
    assert (code, [kind for kind, _ in reasons]) == (3, ["ledger"])
    assert "decided on another plan than judged here" in reasons[0][1]
    heron.decide("go")
    assert heron.gate("--artifact", str(other)) == (0, [])


def test_some_all_more_other_and_repeated_files_of_a_stage(heron: Copy, tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.bin" for name in ("one", "two", "other")}
    for name, path in files.items():
        path.write_bytes(name.encode())
    first, second = (hashlib.sha256(name.encode()).hexdigest() for name in ("one", "two"))
    published = "77079bc032b34c68e6b055fd7684f72df1a007747c19451ddde5f7c62afcc38f"
    heron.edit(published, first, "evidence.yaml")
    heron.edit(
        f"sha256: {published}}}", f"sha256: {first}}}\n      - {{name: large-2.bin, sha256: {second}}}"
    )

    def gate(*names: str, more: tuple[str, ...] = ()) -> tuple[int, list[str], str]:
        heron.capfd.readouterr()
        given = [part for name in names for part in ("--artifact", str(files[name]))]
        command = ["gate", str(heron.folder), "--stage=large", f"--at={DAY}", "--format=json", *given, *more]
        code = run(command)
        out, err = heron.capfd.readouterr()
        return code, [each["id"] for each in json.loads(out)["reasons"]], err

    note = "note: not among the files, and not about to be published: {}\n".format
    assert gate() == (0, [], "")
    assert gate("one") == (0, [], note("large-2.bin"))
    assert gate("two") == (0, [], note("heron-large.bin"))
    assert gate("one", "one") == (0, [], note("large-2.bin"))
    assert gate("one", more=("--quiet",)) == gate("one", more=("--audience=public",)) == (0, [], "")
    assert gate("one", "two") == (0, [], "")
    assert gate("one", "two", "other") == (3, [str(files["other"])], "")
    assert gate("other") == (3, [str(files["other"])], note("heron-large.bin, large-2.bin"))
    assert gate("other", "other")[:2] == (3, [str(files["other"])])
    (tmp_path / "again.bin").write_bytes(b"one")
    files["again"] = tmp_path / "again.bin"
    assert gate("one", "again") == (0, [], note("large-2.bin"))


def test_a_decision_that_was_cut_off_holds_where_a_checkpoint_saw_it(heron: Copy, tmp_path: Path) -> None:
    ledger, kept = heron.folder / "decisions.jsonl", tmp_path / "checkpoint.json"
    before = ledger.read_bytes() if ledger.exists() else b""
    heron.decide("go")
    gone = ledger.read_bytes()
    heron.decide("hold")
    assert run(["ledger", "checkpoint", str(heron.folder), "--output", str(kept)]) == 0
    heron.decide("go")
    assert heron.gate("--checkpoint", str(kept)) == (0, [])
    for cut in (gone, before):
        ledger.write_bytes(cut)
        assert heron.gate() == (0, [])
        code, reasons = heron.gate("--checkpoint", str(kept))
        assert (code, [kind for kind, _ in reasons]) == (3, ["ledger"])
        assert reasons[0][1].startswith("decisions.jsonl cannot be believed: ")
        assert reasons[0][1].endswith("its end was cut off")
    ledger.unlink()
    assert heron.gate("--checkpoint", str(kept))[0] == 3
    heron.decide("go")
    heron.decide("go")
    assert "rewritten" in heron.gate("--checkpoint", str(kept))[1][0][1]


def test_a_checkpoint_is_from_elsewhere_and_is_one(heron: Copy, tmp_path: Path) -> None:
    def codes(path: Path) -> list[str]:
        heron.capfd.readouterr()
        command = ["gate", str(heron.folder), "--stage=large", f"--at={DAY}", "--format=json"]
        assert run([*command, "--checkpoint", str(path)]) == 2
        return [each["code"] for each in json.loads(heron.capfd.readouterr().out)["errors"]]

    inside = heron.folder / "checkpoint.json"
    assert codes(inside) == ["IN-085"]
    assert run(["ledger", "checkpoint", str(heron.folder), "--output", str(inside)]) == 0
    assert codes(inside) == ["IN-086"]
    (tmp_path / "link.json").symlink_to(inside)
    assert codes(tmp_path / "link.json") == ["IN-086"]
    (tmp_path / "other.json").write_text("{}")
    assert codes(tmp_path / "other.json") == ["IN-093"]
