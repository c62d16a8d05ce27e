"""`release export`, in a new process."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil

import pytest

PLAN = "templates/plans/gpt-2"
EVE = ("--at", "2019-11-04")


def statement(release_command, *arguments, audience="public"):
    done = release_command("export", "in-toto", PLAN, *EVE, "--audience", audience, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def test_the_newest_stage_that_is_out_is_the_default(release_command):
    annotations = statement(release_command)["predicate"]["configuration"][0]["annotations"]
    assert (annotations["stage"], annotations["at"]) == ("large", "2019-11-04")


@pytest.mark.parametrize("audience", ["public", "partner:cornell", "internal"])
def test_a_statement_says_what_check_says_to_the_same_audience(release_command, audience):
    made = statement(release_command, "--stage", "xl", audience=audience)
    shown = ("--format", "json", "--exit-zero", "--audience", audience, "--stage", "xl")
    checked = json.loads(release_command("check", PLAN, *EVE, *shown).stdout)
    errors = {
        f"{each['rule']} {each['object']}"
        for plan in checked["plans"]
        for each in plan["findings"]
        if "xl" in each["stages"] and each["severity"] == "error" and each["status"] != "waived"
    }
    assert errors
    assert set(made["predicate"]["failedTests"]) == errors
    assert made["predicate"]["result"] == "FAILED"


def test_what_was_judged_by_is_there_whole_and_by_digest(release_command):
    configuration = statement(release_command)["predicate"]["configuration"][0]
    content = base64.b64decode(configuration["content"], validate=True)
    assert hashlib.sha256(content).hexdigest() == configuration["digest"]["sha256"]
    assert json.loads(content)["packs"][0]["id"] == "staged-release"


def test_a_signature_is_plain_ed25519_over_what_dsse_signs(release_command, tmp_path):
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key, out = tmp_path / "key.pem", tmp_path / "out.json"
    key.write_bytes(private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    asked = (*EVE, "--audience", "public", "--key", str(key), "--output", str(out))
    done = release_command("export", "in-toto", PLAN, *asked)
    assert done.returncode == 0
    assert done.stderr == f"wrote the in-toto export of stage large for public to {out}\n"
    sealed = json.loads(out.read_text())
    payload = base64.b64decode(sealed["payload"])
    assert json.loads(payload) == statement(release_command)
    assert sealed["payloadType"] == "application/vnd.in-toto+json"
    signed = b"DSSEv1 28 application/vnd.in-toto+json %d %b" % (len(payload), payload)
    private.public_key().verify(base64.b64decode(sealed["signatures"][0]["sig"]), signed)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("intoto", PLAN, "--audience", "public"), "did you mean 'in-toto'?"),
        (("in-toto", PLAN, "--audience", "public", "--stage", "larg"), "did you mean 'large'?"),
        (("in-toto", PLAN, "--audience", "partner:nobody"), "IN-"),
        (("in-toto", PLAN, "--audience", "public", "--key", "no-such-key"), "IN-092"),
        (("in-toto", "no-such-plan", "--audience", "public"), "error[IN-"),
    ],
)
def test_a_wrong_input_writes_nothing(release_command, arguments, told):
    done = release_command("export", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.endswith("; nothing was written\n")


def test_quiet_of_release_toml_is_heeded(release_command, tmp_path):
    shutil.copytree(PLAN, tmp_path / "plan")
    out = tmp_path / "out.json"
    asked = ("in-toto", str(tmp_path / "plan"), *EVE, "--audience", "public", "--output", str(out))
    assert release_command("export", *asked).stderr.startswith("wrote ")
    out.unlink()
    (tmp_path / "release.toml").write_text("quiet = true\n")
    done = release_command("export", *asked)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(out.read_text())["_type"] == "https://in-toto.io/Statement/v1"
