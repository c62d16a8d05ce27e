"""Packs for tests, written as people write them."""

from __future__ import annotations

from textwrap import dedent

from release.base.errors import InvalidInput
from release.policy.pack import Pack
from release.policy.read_pack import read_pack
from release.source import parse_document

HEAD = """\
schema: release-pack/1
id: test-pack
version: "1"
title: A pack for tests
description: For tests.
"""


def pack_of(text: str, shown: str = "pack.yaml") -> Pack:
    """Read a pack; text without a schema gets a head."""
    plain = dedent(text)
    content = plain if "schema:" in plain else HEAD + plain
    return read_pack(parse_document(content.encode(), shown))


def errors_of(text: str) -> list[tuple[str, int, int, str, str]]:
    """Return code, line, column, message and hint of everything that is wrong with a pack."""
    try:
        pack_of(text)
    except InvalidInput as invalid:
        return [
            (error.code, error.at.line, error.at.column, error.message, error.hint)
            for error in invalid.errors
            if error.at is not None
        ]
    return []
