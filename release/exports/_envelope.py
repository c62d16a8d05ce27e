"""A document in a signed envelope: DSSE, version 1."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from release.base.canonical import dsse_encoding, pretty_json


def envelope(text: str, payload_type: str, sign: Callable[[bytes], Mapping[str, Any]]) -> str:
    """Return the envelope around a document.

    Args:
        text: the document.
        payload_type: its media type.
        sign: gives the key's id and the signature of bytes, in base64, as `keyid` and `value`.
    """
    payload = text.encode()
    made = sign(dsse_encoding(payload_type, payload))
    return pretty_json(
        {
            "payload": base64.b64encode(payload).decode("ascii"),
            "payloadType": payload_type,
            "signatures": [{"keyid": made["keyid"], "sig": made["value"]}],
        }
    )
