"""Signatures over ledger lines: SSH keys through `ssh-keygen -Y`, or an Ed25519 key in a PEM file."""

from __future__ import annotations

import base64
import hashlib
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from release.base.errors import InputError, InvalidInput, Position
from release.ledger.entry import PAYLOAD_TYPE

SSH: Final = "ssh"
ED25519: Final = "ed25519"
_PEM: Final = b"-----BEGIN PRIVATE KEY-----"
_SECONDS: Final = 60


class NotVerified(Exception):
    """A signature does not hold; the message says why."""


def sign(message: bytes, key: str, *, namespace: str = PAYLOAD_TYPE) -> dict[str, str]:
    """Return the signature of a message: `{type, value}` and for Ed25519 the `keyid`.

    Args:
        message: what is signed.
        key: an OpenSSH private key, the `.pub` file of a key that an agent holds, or an Ed25519 key as PEM.
        namespace: of an SSH signature: the kind of statement that is signed.

    Raises:
        InvalidInput: the key cannot be used.
    """
    path = Path(key)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise _unusable(key, error.strerror or "it cannot be read") from None
    if content.lstrip().startswith(_PEM):
        return _sign_ed25519(message, content, key)
    return _sign_ssh(message, path, key, namespace)


def _sign_ssh(message: bytes, path: Path, key: str, namespace: str) -> dict[str, str]:
    command = [_ssh_keygen(key), "-Y", "sign", "-q", "-n", namespace, "-f", str(path)]
    try:
        done = subprocess.run(command, input=message, capture_output=True, check=False, timeout=_SECONDS)
    except subprocess.TimeoutExpired:
        raise _unusable(key, f"ssh-keygen gave no signature within {_SECONDS} s") from None
    if done.returncode != 0 or not done.stdout.startswith(b"-----BEGIN SSH SIGNATURE-----"):
        raise _unusable(key, done.stderr.decode("utf-8", "replace").strip() or "ssh-keygen gave no signature")
    return {"type": SSH, "value": done.stdout.decode("ascii").strip()}


def _sign_ed25519(message: bytes, content: bytes, key: str) -> dict[str, str]:
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise _unusable(key, "it needs the [sign] extra: pip install 'staged-release[sign]'") from None
    try:
        private = load_pem_private_key(content, password=None)
    except (ValueError, TypeError) as error:
        raise _unusable(key, str(error)) from None
    if not isinstance(private, Ed25519PrivateKey):
        raise _unusable(key, "it is no Ed25519 key")
    public = private.public_key().public_bytes_raw()
    value = base64.b64encode(private.sign(message)).decode("ascii")
    return {"type": ED25519, "keyid": hashlib.sha256(public).hexdigest(), "value": value}


def verify(
    message: bytes,
    signature: Mapping[str, Any],
    principal: str,
    allowed_signers: Path,
    *,
    namespace: str = PAYLOAD_TYPE,
) -> None:
    """Verify a signature of `principal` against an OpenSSH allowed-signers file.

    Raises:
        NotVerified: it is of another key, another principal or another message, or no signature at all.
    """
    kind, value = signature.get("type"), signature.get("value")
    if not isinstance(value, str):
        raise NotVerified("the signature has no value")
    if not principal.strip() or not principal.isprintable():
        raise NotVerified(f"{principal!r} is the name of nobody")
    if kind == SSH:
        _verify_ssh(message, value, [principal, namespace], allowed_signers)
    elif kind == ED25519:
        _verify_ed25519(message, value, [principal, namespace], allowed_signers)
    else:
        raise NotVerified(f"signatures of type {kind!r} are not known")


def _verify_ssh(message: bytes, value: str, who: list[str], allowed: Path) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise NotVerified("ssh-keygen is not installed, so the signature cannot be verified")
    with tempfile.NamedTemporaryFile("w", encoding="ascii", errors="replace", suffix=".sig") as file:
        file.write(value + "\n")
        file.flush()
        principal, namespace = who
        whom = ["-f", str(allowed), "-I", principal, "-n", namespace]
        command = [program, "-Y", "verify", *whom, "-s", file.name]
        try:
            done = subprocess.run(command, input=message, capture_output=True, check=False, timeout=_SECONDS)
        except subprocess.TimeoutExpired:
            raise NotVerified(f"ssh-keygen gave no answer within {_SECONDS} s") from None
    if done.returncode != 0:
        said = (done.stderr or done.stdout).decode("utf-8", "replace").strip().splitlines()
        raise NotVerified(said[-1] if said else "ssh-keygen does not accept the signature")


def _verify_ed25519(message: bytes, value: str, who: list[str], allowed: Path) -> None:
    principal, namespace = who
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise NotVerified("the [sign] extra is not installed, so the signature cannot be verified") from None
    try:
        raw = base64.b64decode(value, validate=True)
    except ValueError:
        raise NotVerified("the signature is no base64") from None
    keys = ed25519_keys(allowed, principal, namespace)
    if not keys:
        raise NotVerified(f"no Ed25519 key of {principal} is among the allowed signers")
    for key in keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(raw, message)
        except InvalidSignature:
            continue
        return
    raise NotVerified(f"it was not made with a key of {principal}, or over another text")


def ed25519_keys(allowed: Path, principal: str, namespace: str = PAYLOAD_TYPE) -> list[bytes]:
    """Return the raw Ed25519 keys of a principal in an allowed-signers file.

    Only plain lines count: principals (separated by commas), an optional `namespaces="…"` that has ours, the
    key type and the key. Lines with other options are for `ssh-keygen` alone.
    """
    found = []
    for line in allowed.read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.split()
        if len(words) < 3 or line.lstrip().startswith("#") or principal not in words[0].split(","):
            continue
        rest = words[1:]
        if rest[0].startswith("namespaces="):
            names = rest[0].removeprefix("namespaces=").strip('"').split(",")
            if namespace not in names:
                continue
            rest = rest[1:]
        if len(rest) >= 2 and rest[0] == "ssh-ed25519":
            found += _raw_key(rest[1])
    return found


def _raw_key(encoded: str) -> list[bytes]:
    """Return the 32 bytes of a key in OpenSSH's wire form: two strings, each behind its length."""
    try:
        blob = base64.b64decode(encoded, validate=True)
    except ValueError:
        return []
    head = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00 "
    return [blob[len(head) :]] if blob.startswith(head) and len(blob) == len(head) + 32 else []


def _ssh_keygen(key: str) -> str:
    program = shutil.which("ssh-keygen")
    if program is None:
        raise _unusable(key, "ssh-keygen is not installed; an Ed25519 key as PEM works without it")
    return program


def _unusable(key: str, why: str) -> InvalidInput:
    hint = "give an OpenSSH private key, the .pub file of a key in the agent, or an Ed25519 key as PEM"
    return InvalidInput([InputError("IN-092", f"the key {key} cannot be used: {why}", Position(key), hint)])
