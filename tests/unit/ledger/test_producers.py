"""Evidence signed by who produced it: these rows, this item, this person, this kind of statement."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from release.api import load_plan
from release.cli.run import run
from release.ledger.producers import signatures

PLAN = """\
schema: release-plan/1
id: model
title: A model
stages:
  - {id: first, title: First}
evidence:
  - {id: ours, kind: benchmark, data: ours.csv, signature: ours.sig}
  - {id: copy, kind: benchmark, data: copy.csv, signature: copy.sig}
  - {id: plain, kind: benchmark, data: copy.csv}
"""
WHO = "lab@example.org"


def ssh_key(folder: Path) -> tuple[Path, str]:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("needs ssh-keygen")
    path = folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True)
    return path, " ".join(path.with_suffix(".pub").read_text().split()[:2])


def pem_key(folder: Path) -> tuple[Path, str]:
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate()
    path = folder / "key.pem"
    path.write_bytes(private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    public = private.public_key().public_bytes(form.Encoding.OpenSSH, form.PublicFormat.OpenSSH)
    return path, public.decode()


@pytest.fixture(params=[ssh_key, pem_key])
def signed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    make: Callable[[Path], tuple[Path, str]] = request.param
    folder = tmp_path / "plan"
    folder.mkdir()
    (folder / "release.yaml").write_text(PLAN)
    (folder / "ours.csv").write_text("item,correct\na,1\n")
    (folder / "copy.csv").write_text("item,correct\na,0\n")
    path, public = make(tmp_path)
    (tmp_path / "signers").write_text(f'{WHO} namespaces="staged-release-evidence" {public}\n')
    for name in ("ours", "copy"):
        command = ["evidence", "sign", str(folder), name, f"--by={WHO}", f"--key={path}"]
        assert run([*command, "--output", str(folder / f"{name}.sig")]) == 0
    return folder


def said(folder: Path, who: str = "signers") -> dict[str, str]:
    found = signatures(load_plan(folder), folder.parent / who)
    return {each.evidence: each.fault or each.by for each in found}


def test_what_holds(signed: Path) -> None:
    assert said(signed) == {"ours": WHO, "copy": WHO, "plain": ""}


def test_the_envelope_is_dsse(signed: Path) -> None:
    body = json.loads((signed / "ours.sig").read_bytes())
    assert body["payloadType"] == "staged-release-evidence"
    assert json.loads(base64.b64decode(body["payload"])).keys() == {"by", "evidence", "sha256"}
    assert [each["keyid"] for each in body["signatures"]] == [WHO]


def test_one_changed_row(signed: Path) -> None:
    (signed / "ours.csv").write_text("item,correct\na,0\n")
    assert "signed other rows" in said(signed)["ours"]


def test_the_signature_of_another_item_with_the_same_rows(signed: Path) -> None:
    (signed / "ours.csv").write_bytes((signed / "copy.csv").read_bytes())
    (signed / "ours.sig").write_bytes((signed / "copy.sig").read_bytes())
    assert "signature of evidence 'copy'" in said(signed)["ours"]


def changed(folder: Path, change: Callable[[dict], object]) -> str:
    body = json.loads((folder / "ours.sig").read_bytes())
    change(body)
    (folder / "ours.sig").write_text(json.dumps(body))
    return said(folder)["ours"]


def payload(**values: str) -> Callable[[dict], object]:
    def change(body: dict) -> None:
        statement = json.loads(base64.b64decode(body["payload"])) | values
        text = json.dumps(statement, sort_keys=True, separators=(",", ":"))
        body["payload"] = base64.b64encode(text.encode()).decode()

    return change


@pytest.mark.parametrize(
    "change",
    [
        payload(sha256="sha256:" + "0" * 64),
        payload(by="other@example.org"),
        payload(extra="x"),
        lambda body: body.update(payloadType="staged-release"),
        lambda body: body.update(signatures=[]),
        lambda body: body.update(signatures=body["signatures"] * 2),
        lambda body: body.update(payload="%"),
        lambda body: body.update(payload=base64.b64encode(b"[]").decode()),
        lambda body: body["signatures"][0].update(sig=base64.b64encode(b"x" * 64).decode()),
        lambda body: body["signatures"][0].update(keyid="other@example.org"),
        lambda body: body["signatures"][0].update(sig=None),
        lambda body: body.update(payload=base64.b64encode(b" " + base64.b64decode(body["payload"])).decode()),
    ],
)
def test_a_changed_envelope(signed: Path, change: Callable[[dict], object]) -> None:
    assert changed(signed, change) not in {"", WHO}


@pytest.mark.parametrize("content", [b"", b"x", b"[]", b"[" * 100_000, b"\xff", b'{"payloadType": 1}'])
def test_what_is_no_envelope(signed: Path, content: bytes) -> None:
    (signed / "ours.sig").write_bytes(content)
    assert said(signed)["ours"] not in {"", WHO}


def test_a_signer_who_is_not_trusted(signed: Path, tmp_path: Path) -> None:
    (tmp_path / "nobody").write_text("")
    assert said(signed, "nobody")["ours"] not in {"", WHO}
    text = (tmp_path / "signers").read_text()
    (tmp_path / "decisions").write_text(text.replace("staged-release-evidence", "staged-release"))
    assert said(signed, "decisions")["ours"] not in {"", WHO}


def test_the_command_line(signed: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (signed / "copy.sig").unlink()
    (signed / "copy.sig").write_text("{}")
    verify = ["evidence", "verify", str(signed), "--trusted-signers", str(signed.parent / "signers")]
    assert run([*verify, "--format", "json"]) == 1
    body = json.loads(capfd.readouterr().out)
    assert [each["evidence"] for each in body["differences"] if each["what"] == "signature"] == ["copy"]
    assert {"evidence": "ours", "by": WHO} in body["signatures"]
    assert run(verify) == 1
    assert "notice: the rows of plain are not signed" in capfd.readouterr().out
    assert run(["evidence", "verify", str(signed), "--trusted-signers", "nowhere"]) == 2
    assert run(["evidence", "sign", str(signed), "nothing", "--by", WHO, "--key", "k"]) == 2
