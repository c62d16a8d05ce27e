"""Signatures: of the right key, principal and message, through ssh-keygen and through Ed25519 as PEM."""

from __future__ import annotations

import base64
import json
import subprocess

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from release.base.errors import InvalidInput
from release.ledger.chain import read_chain
from release.ledger.deciding import decide
from release.ledger.entry import PAYLOAD_TYPE, signed_bytes
from release.ledger.signing import NotVerified, sign, verify
from release.ledger.verifying import checkpoint_of, parse_checkpoint, verify_chain
from tests.unit.ledger.test_chain import decision

LEAD = "lead@example.org"
NAMESPACES = f'namespaces="{PAYLOAD_TYPE},{PAYLOAD_TYPE}-checkpoint"'


def ssh_key(folder, name):
    path = folder / name
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path, path.with_suffix(".pub").read_text(encoding="ascii").split()[:2]


def pem_key(folder, name):
    private = Ed25519PrivateKey.generate()
    path = folder / name
    path.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public = private.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode().split()
    return path, public


@pytest.fixture(params=[pytest.param("ssh", marks=pytest.mark.ssh), "pem"])
def keys(request, tmp_path):
    make = ssh_key if request.param == "ssh" else pem_key
    folder = tmp_path / "keys"
    folder.mkdir()
    own, public = make(folder, "own")
    other, _ = make(folder, "other")
    allowed = folder / "allowed_signers"
    allowed.write_text(f"{LEAD} {NAMESPACES} {public[0]} {public[1]}\n", encoding="ascii")
    return own, other, allowed


def test_a_signed_ledger_verifies_and_an_unsigned_one_does_not(keys, tmp_path):
    own, _, allowed = keys
    decide(tmp_path, "decisions.jsonl", decision(), str(own))
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    assert verify_chain(chain, allowed_signers=allowed).faults == ()
    assert verify_chain(chain).faults == ()
    decide(tmp_path, "decisions.jsonl", decision(), None)
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    assert verify_chain(chain, allowed_signers=allowed).faults == ("line 2 is not signed",)


def test_a_replaced_key_is_found(keys, tmp_path):
    _, other, allowed = keys
    decide(tmp_path, "decisions.jsonl", decision(), str(other))
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    assert "does not hold" in verify_chain(chain, allowed_signers=allowed).faults[0]


def test_a_signature_of_one_person_is_none_of_another(keys, tmp_path):
    own, _, allowed = keys
    decide(tmp_path, "decisions.jsonl", decision(by="somebody@example.org"), str(own))
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    assert verify_chain(chain, allowed_signers=allowed).faults


def test_a_signature_over_another_statement_does_not_pass(keys):
    own, _, allowed = keys
    message = b"DSSEv1 14 staged-release 2 {}"
    signature = sign(message, str(own))
    verify(message, signature, LEAD, allowed)
    with pytest.raises(NotVerified):
        verify(message + b" ", signature, LEAD, allowed)


def test_a_signed_checkpoint_verifies_and_a_changed_one_does_not(keys, tmp_path):
    own, _, allowed = keys
    decide(tmp_path, "decisions.jsonl", decision(), str(own))
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    checkpoint = checkpoint_of(chain, by=LEAD, key=str(own))
    assert verify_chain(chain, allowed_signers=allowed, checkpoint=checkpoint).faults == ()
    forged = {**checkpoint, "by": "somebody@example.org"}
    assert (
        "checkpoint does not hold"
        in verify_chain(chain, allowed_signers=allowed, checkpoint=forged).faults[0]
    )


def test_ed25519_signatures_are_those_that_another_library_verifies(tmp_path):
    own, public = pem_key(tmp_path, "own")
    made = decide(tmp_path, "decisions.jsonl", decision(), str(own))
    blob = base64.b64decode(public[1])
    raw = blob[-32:]
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    signature = base64.b64decode(made.entry["signature"]["value"])
    Ed25519PublicKey.from_public_bytes(raw).verify(signature, signed_bytes(made.entry))


@pytest.mark.ssh
def test_the_namespace_of_ssh_signatures_is_checked(tmp_path):
    own, public = ssh_key(tmp_path, "own")
    allowed = tmp_path / "allowed"
    allowed.write_text(f"{LEAD} {public[0]} {public[1]}\n", encoding="ascii")
    signature = sign(b"text", str(own), namespace="file")
    with pytest.raises(NotVerified):
        verify(b"text", signature, LEAD, allowed)


@pytest.mark.parametrize(
    "content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\nx\n-----END PRIVATE KEY-----\n"]
)
def test_a_key_that_is_none_is_refused_and_nothing_is_appended(tmp_path, content):
    key = tmp_path / "key"
    key.write_bytes(content)
    key.chmod(0o600)
    with pytest.raises(InvalidInput) as caught:
        decide(tmp_path, "decisions.jsonl", decision(), str(key))
    assert caught.value.errors[0].code == "IN-092"
    assert not (tmp_path / "decisions.jsonl").exists()


@pytest.mark.parametrize(
    "signature", [{}, {"type": "ssh"}, {"type": "rot13", "value": "x"}, {"type": "ed25519", "value": "!"}]
)
def test_a_signature_that_is_none_does_not_verify(tmp_path, signature):
    allowed = tmp_path / "allowed"
    allowed.write_text("", encoding="ascii")
    with pytest.raises(NotVerified):
        verify(b"text", signature, LEAD, allowed)


@pytest.mark.parametrize(
    "changed",
    [
        {"by": "a\x00b"},
        {"by": "\ud800"},
        {"by": ""},
        {"by": ["a"]},
        {"extra": 2**60},
        {"extra": float("nan")},
        {"count": 10**30},
        {"head": "\ud800"},
        {"signature": "x"},
        {"signature": ["x"]},
        {"signature": {"type": ["x"], "value": "e"}},
        {"signature": {"type": "ssh", "value": "\ud800"}},
    ],
)
def test_a_hostile_checkpoint_never_passes_and_breaks_nothing(keys, tmp_path, changed):
    own, _, allowed = keys
    decide(tmp_path, "decisions.jsonl", decision(), str(own))
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    content = json.dumps({**checkpoint_of(chain, by=LEAD, key=str(own)), **changed}).encode()
    try:
        checkpoint = parse_checkpoint(content, "checkpoint.json")
    except InvalidInput:
        return
    assert verify_chain(chain, allowed_signers=allowed, checkpoint=checkpoint).faults


def test_an_unsigned_checkpoint_is_said_to_be_unsigned(keys, tmp_path):
    own, _, allowed = keys
    decide(tmp_path, "decisions.jsonl", decision(), str(own))
    chain = read_chain(tmp_path / "decisions.jsonl", "decisions.jsonl")
    found = verify_chain(chain, allowed_signers=allowed, checkpoint=checkpoint_of(chain))
    assert (found.faults, len(found.notices)) == ((), 1)
    assert "not signed" in found.notices[0]


@pytest.mark.parametrize("by", ["a\x00b", " ", "lead@example.org\n"])
def test_a_name_that_is_none_signs_nothing(keys, by):
    own, _, allowed = keys
    signature = sign(b"x", str(own))
    with pytest.raises(NotVerified, match="name of nobody"):
        verify(b"x", signature, by, allowed)
