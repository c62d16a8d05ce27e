"""Bytes that stand for a value: the same value gives the same bytes on every machine."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def sha256(content: bytes) -> str:
    """Return `sha256:` and the hexadecimal digest of `content`."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def canonical_bytes(value: Any) -> bytes:  # noqa: ANN401 - any JSON value
    """Return the RFC 8785 canonical form (imported late: checking needs it only for digests of views)."""
    import rfc8785

    return rfc8785.dumps(value)


def dsse_encoding(payload_type: str, body: bytes) -> bytes:
    """Return what a signature over a body of some type covers: its pre-authentication encoding.

    Source: DSSE protocol, v1: `PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body`.
    """
    kind = payload_type.encode()
    return b" ".join([b"DSSEv1", str(len(kind)).encode(), kind, str(len(body)).encode(), body])


def pretty_json(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return JSON for people and diffs: sorted keys, two spaces, strict numbers, a final newline."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
