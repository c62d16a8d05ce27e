"""A repository from its first commit to a decision: hook, action, signatures, and every kind of tampering."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from release.cli.run import run

ROOT = Path(__file__).resolve().parents[2]
EVES = {"small": "2019-02-13", "medium": "2019-05-02", "large": "2019-08-19", "xl": "2019-11-04"}
HOOK = f"""\
#!/bin/sh
exec {sys.executable} -m release evidence verify model
"""


class Repository:
    """The synthetic family under version control, with a hook that recomputes its evidence."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plan = folder / "model"
        self.ledger = self.plan / "decisions.jsonl"
        shutil.copytree(ROOT / "templates/plans/heron", self.plan)
        assert run(["evidence", "lock", str(self.plan)]) == 0
        self.git("init", "-q", "-b", "main")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "The plan")
        hook = folder / ".git/hooks/pre-commit"
        hook.write_text(HOOK, encoding="utf-8")
        hook.chmod(0o755)

    def git(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        who = ["-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            ["git", *who, *arguments],
            cwd=self.folder,
            env=environment,
            check=check,
            capture_output=True,
            text=True,
        )

    def change_a_figure(self) -> None:
        rows = min((self.plan / "evidence").glob("*.csv"))
        lines = rows.read_text(encoding="utf-8").split("\n")
        lines[1], lines[2] = lines[2], lines[1] + lines[1][-1:]
        rows.write_text("\n".join(lines), encoding="utf-8")

    def key(self, name: str) -> Path:
        path = self.folder.parent / name
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
        subprocess.run(command, check=True)
        return path

    def decide(self, stage: str, decision: str, key: Path, reason: str) -> None:
        command = [
            "decide",
            str(self.plan),
            f"--stage={stage}",
            f"--decision={decision}",
            "--by=lead@example.org",
        ]
        assert run([*command, f"--reason={reason}", f"--key={key}", "--at=2026-06-01"]) == 0


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "repository")


def signers(repository: Repository, *keys: Path) -> Path:
    path = repository.folder.parent / "signers"
    lines = []
    for key in keys:
        kind, blob = key.with_suffix(".pub").read_text(encoding="utf-8").split()[:2]
        lines.append(f'lead@example.org namespaces="staged-release*" {kind} {blob}\n')
    path.write_text("".join(lines), encoding="utf-8")
    return path


def test_a_figure_changed_on_a_branch_is_stopped_by_the_hook_and_by_the_action(
    repository: Repository,
) -> None:
    repository.git("commit", "-q", "--allow-empty", "-m", "The hook lets what holds pass")
    repository.git("checkout", "-q", "-b", "better-figures")
    repository.change_a_figure()
    repository.git("add", ".")
    stopped = repository.git("commit", "-q", "-m", "Better figures", check=False)
    assert stopped.returncode == 1
    repository.git("commit", "-q", "--no-verify", "-m", "Better figures, past the hook")
    outputs = repository.folder.parent / "outputs"
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RELEASE_BIN": str(Path(sys.executable).parent / "release"),
        "RELEASE_COMMAND": "gate",
        "RELEASE_PLAN": "model",
        "RELEASE_STAGE": "medium",
        "RELEASE_AT": "2026-06-01",
        "RELEASE_LOCKED": "true",
        "RELEASE_AUDIENCE": "internal",
        "GITHUB_OUTPUT": str(outputs),
    }
    done = subprocess.run(
        [str(ROOT / ".ci/action.sh")],
        cwd=repository.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert outputs.read_text(encoding="utf-8") == "exit-code=3\nverdict=hold\n"
    assert "gate%3Alock" in done.stdout


def _edited(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return [lines[0].replace(b"Held", b"Hold"), *lines[1:]]


def _reordered(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return [lines[1], lines[0], *lines[2:]]


def _replayed(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return [*lines, lines[-1]]


def _spaced(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return [lines[0].replace(b",", b", ", 1), *lines[1:]]


def _dropped(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return [lines[0], *lines[2:]]


def _torn(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return [*lines[:-1], lines[-1][:40]]


def _blank(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return [*lines, b"\n"]


def _truncated(lines: list[bytes], _repository: Repository) -> list[bytes]:
    return lines[:-1]


def _replaced_key(_lines: list[bytes], repository: Repository) -> list[bytes]:
    repository.ledger.unlink()
    other = repository.key("other")
    for stage, decision, reason in DECISIONS:
        repository.decide(stage, decision, other, reason)
    return repository.ledger.read_bytes().splitlines(keepends=True)


DECISIONS = [
    ("small", "go", "Held against the criteria"),
    ("medium", "hold", "Held until the partner has answered"),
    ("medium", "go", "The partner has answered"),
]
TAMPERING: list[Callable[[list[bytes], Repository], list[bytes]]] = [
    _edited,
    _reordered,
    _replayed,
    _spaced,
    _dropped,
    _torn,
    _blank,
    _truncated,
    _replaced_key,
]


@pytest.mark.ssh
def test_every_way_of_tampering_with_decisions_is_found(
    repository: Repository, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    key = repository.key("lead")
    for stage, decision, reason in DECISIONS:
        repository.decide(stage, decision, key, reason)
    checkpoint = tmp_path / "checkpoint.json"
    command = ["ledger", "checkpoint", str(repository.plan), "--by=lead@example.org", f"--key={key}"]
    assert run([*command, "--output", str(checkpoint)]) == 0
    verify = [
        *("ledger", "verify", str(repository.plan), "--allowed-signers", str(signers(repository, key))),
        *("--checkpoint", str(checkpoint), "--format", "json"),
    ]
    repository.git("add", ".")
    repository.git("commit", "-q", "-m", "Decisions")
    capfd.readouterr()
    code = run(verify)
    assert code == 0, capfd.readouterr().out
    whole = repository.ledger.read_bytes()
    for tamper in TAMPERING:
        changed = b"".join(tamper(whole.splitlines(keepends=True), repository))
        assert changed != whole
        repository.ledger.write_bytes(changed)
        capfd.readouterr()
        assert run(verify) == 1, tamper.__name__
        assert json.loads(capfd.readouterr().out)["faults"], tamper.__name__
        if tamper is not _truncated and tamper is not _replaced_key:
            gate = ["gate", str(repository.plan), "--stage=medium", "--at=2026-06-01", "--format=json"]
            run(gate)
            kinds = {each["kind"] for each in json.loads(capfd.readouterr().out)["reasons"]}
            assert "ledger" in kinds, tamper.__name__
        repository.ledger.write_bytes(whole)
    assert run(verify) == 0
    capfd.readouterr()
    with (repository.plan / "release.lock").open("a", encoding="utf-8") as file:
        file.write("\n")
    assert run(verify) == 0
    swapped = "line 3, the newest, was decided on another release.lock than the one at hand"
    assert swapped in json.loads(capfd.readouterr().out)["notices"]


@pytest.mark.ssh
def test_a_decision_is_not_against_the_verdict_for_replacing_another(
    repository: Repository, capfd: pytest.CaptureFixture[str]
) -> None:
    decide = ["decide", str(repository.plan), "--stage=large", "--by=lead@example.org", "--at=2026-08-16"]
    assert run([*decide, "--decision=hold", "--reason=The audit is not in"]) == 0
    gate = ["gate", str(repository.plan), "--stage=large", "--at=2026-08-16", "--quiet"]
    assert run(gate) == 3
    capfd.readouterr()
    assert run([*decide, "--decision=go", "--reason=The audit is in"]) == 0
    out, err = capfd.readouterr()
    assert (json.loads(out)["judged"]["verdict"], err) == ("go", "")
    assert run(gate) == 0


@pytest.mark.parametrize("stage", EVES)
def test_gpt_2_on_the_eve_of_each_stage(
    stage: str,
    capfd: pytest.CaptureFixture[str],
    golden: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    code = run(["gate", "templates/plans/gpt-2", "--stage", stage, "--at", EVES[stage], "--no-color"])
    text = capfd.readouterr().out
    assert code == {"GO": 0, "NO-GO": 1, "HOLD": 3}[text.splitlines()[-1].partition(":")[0]]
    assert max(len(line) for line in text.splitlines()) <= 80
    reasons = text.count(" -> hold\n") + text.count(" -> no-go\n")
    assert text.splitlines()[-1] == f"HOLD: {reasons} reasons"
    assert text.count("\n  clears it: ") == reasons
    golden(ROOT / "tests/cases/gate" / f"gpt-2-{stage}.txt", text)


def test_signers_and_checkpoints_kept_in_the_folder_are_named(
    repository: Repository, capfd: pytest.CaptureFixture[str]
) -> None:
    key = repository.key("lead")
    repository.decide("small", "hold", key, "Held.")
    own = repository.plan / "signers"
    own.write_bytes(signers(repository, key).read_bytes())
    outside = repository.folder.parent / "link"
    outside.symlink_to(own)
    capfd.readouterr()
    for file in (own, outside):
        assert run(["ledger", "verify", str(repository.plan), f"--allowed-signers={file}"]) == 0
        assert f"notice: {file} stands in the release folder" in capfd.readouterr().out
        run(["evidence", "verify", str(repository.plan), f"--trusted-signers={file}"])
        assert f"warning: {file} stands in the release folder" in capfd.readouterr().err
    assert (
        run(["ledger", "verify", str(repository.plan), f"--allowed-signers={signers(repository, key)}"]) == 0
    )
    assert "stands in" not in capfd.readouterr().out
