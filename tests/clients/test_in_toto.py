"""The libraries of in-toto and of DSSE read what `release export in-toto` writes."""

from __future__ import annotations

import json

import pytest

PLAN = "templates/plans/gpt-2"
STALE = "the test extra is not up to date"


def exported(release_command, *arguments, plan=PLAN, at="2019-11-04"):
    asked = ("in-toto", plan, "--at", at, "--audience", "public")
    done = release_command("export", *asked, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def read(text):
    """Return the statement and its test result as the bindings of in-toto read and check them."""
    pytest.importorskip("in_toto_attestation", reason=STALE)
    from google.protobuf import json_format
    from in_toto_attestation.predicates.test_result.v0.test_result_pb2 import TestResult
    from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
    from in_toto_attestation.v1.statement import Statement
    from in_toto_attestation.v1.statement_pb2 import Statement as Message

    statement = Statement.copy_from_pb(json_format.Parse(text, Message()))
    statement.validate()
    result = json_format.ParseDict(json_format.MessageToDict(statement.pb.predicate), TestResult())
    for each in result.configuration:
        ResourceDescriptor.copy_from_pb(each).validate()
    return statement.pb, result


@pytest.mark.parametrize("stage", ["large", "xl"])
def test_in_toto_reads_the_statement(release_command, stage):
    text = exported(release_command, "--stage", stage)
    statement, result = read(text)
    written = json.loads(text)
    assert statement.predicate_type == written["predicateType"]
    assert [dict(each.digest) for each in statement.subject] == [
        each["digest"] for each in written["subject"]
    ]
    assert result.result == written["predicate"]["result"]
    assert list(result.failed_tests) == written["predicate"]["failedTests"]
    assert list(result.warned_tests) == written["predicate"]["warnedTests"]


@pytest.mark.parametrize("stage", ["first", "second"])
def test_in_toto_reads_the_statement_of_a_plan_that_says_nothing_yet(release_command, stage):
    text = exported(release_command, "--stage", stage, plan="templates/plans/blank", at="2026-01-15")
    statement, result = read(text)
    assert [each.name for each in statement.subject] == ["my-family/plan-as-shown"]
    assert result.result == "FAILED"


def test_in_toto_refuses_a_statement_without_a_subject(release_command):
    pytest.importorskip("in_toto_attestation", reason=STALE)
    broken = json.loads(exported(release_command)) | {"subject": []}
    with pytest.raises(ValueError, match="subject"):
        read(json.dumps(broken))


def test_dsse_verifies_the_envelope_and_refuses_a_changed_one(release_command, tmp_path):
    pytest.importorskip("securesystemslib", reason=STALE)
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from securesystemslib.dsse import Envelope
    from securesystemslib.exceptions import VerificationError
    from securesystemslib.signer import SSlibKey

    private = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
    key = tmp_path / "key.pem"
    key.write_bytes(private.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption()))
    sealed = json.loads(exported(release_command, "--key", str(key)))
    named = sealed["signatures"][0]["keyid"]
    envelope = Envelope.from_dict(sealed)
    public = SSlibKey.from_crypto(private.public_key(), keyid=named)
    assert set(envelope.verify([public], 1)) == {named}
    assert envelope.payload.decode() == exported(release_command)
    envelope.payload += b" "
    with pytest.raises(VerificationError):
        envelope.verify([public], 1)
