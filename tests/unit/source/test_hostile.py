"""Texts written to cost much: each is refused soon, wherever it would have hurt."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from release.base.errors import InvalidInput
from release.base.limits import LOCK_BYTES, PLAN_BYTES
from release.source import parse_document, parse_json_document

SECONDS = 4  # of a budget of five on a busy machine; each takes a fraction of a second on an idle one
BYTES = 200 * 1024 * 1024


def levels(depth: int) -> str:
    return "".join(f"- &a{n} [*a{n - 1}, *a{n - 1}, *a{n - 1}]\n" for n in range(1, depth))


HOSTILE = {
    "flow 20,000 deep": "[" * 20_000,
    "flow mappings 20,000 deep": "{a: " * 20_000,
    "closed flow 500 deep": "a: " + "[" * 500 + "]" * 500,
    "sequences 20,000 deep": "- " * 20_000 + "x",
    "block 1,000 deep": "".join(" " * n + "a:\n" for n in range(1_000)),
    "keys in keys": "? " * 20_000,
    "a million brackets": "[" * 1_000_000,
    "a million items": "[" + "a," * 1_000_000 + "]",
    "a million empty lists": "[" + "[]," * 600_000 + "]",
    "a bomb of ten": "- &a0 [x,x,x]\n" + levels(60),
    "aliases of aliases": "- &a x\n" + "- *a\n" * 300_000,
    "one long text": "a: " + "x" * 2_000_000,
    "one long quoted text": 'a: "' + r"\x41" * 500_000 + '"',
    "one long key": "x" * 2_000_000 + ": 1",
    "one long number": "a: " + "9" * 2_000_000,
    "many long numbers": "a: [" + ("9" * 65_000 + ",") * 30 + "]",
    "one long tag": "a: !" + "x" * 2_000_000 + " 1",
    "one long anchor": "a: &" + "x" * 2_000_000 + " 1\nb: *y",
    "many anchors": "".join(f"- &a{n} x\n" for n in range(150_000)) + "- *b",
    "many duplicate keys": "a: 1\n" * 190_000,
    "many keys and one twice": "a: 1\n" + "".join(f"k{n}: {n}\n" for n in range(95_000)) + "a: 2\n",
    "many tags": "- !t x\n" * 190_000,
    "many wrong numbers": "- .nan\n" * 190_000,
    "many unknown aliases": "- *x\n" * 190_000,
    "many control characters": "\x01" * 2_000_000,
    "many spaces": "a: 1\n" + " " * 2_000_000 + "b: c",
    "many line ends": "\n" * 2_000_000 + "]",
    "a long comment and a tag": "a: &x" + " # c\n" * 300_000 + " !t 1",
    "an unclosed quote": "a: '" + "x\n" * 900_000,
    "many documents": "---\n" * 500_000,
    "many directives": "%TAG !a! b\n" * 100_000,
    "old line ends": "a: " + "\u2028" * 600_000 + " b: c",
    "colons": ": " * 900_000,
    "questions": "? a\n" * 400_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_refused_soon(name: str) -> None:
    content = HOSTILE[name].encode()
    assert len(content) <= PLAN_BYTES
    started = time.process_time()
    with pytest.raises(InvalidInput) as refused:
        parse_document(content, "f")
    assert time.process_time() - started < SECONDS
    assert 1 <= len(refused.value.errors) <= 100


@pytest.mark.parametrize("name", ["a million items", "many tags"])
def test_refused_in_bounded_memory(name: str) -> None:
    content = HOSTILE[name].encode()
    tracemalloc.start()
    try:
        with pytest.raises(InvalidInput):
            parse_document(content, "f")
        assert tracemalloc.get_traced_memory()[1] < BYTES
    finally:
        tracemalloc.stop()


HOSTILE_JSON = {
    "deep": "[" * 1_000_000,
    "closed 500 deep": "[" * 500 + "]" * 500,
    "objects": '{"a":' * 500_000,
    "one long number": "9" * 3_000_000,
    "one open text": '"' + "x" * 3_000_000,
    "many backslashes": '"' + "\\" * 3_000_001 + '"',
    "duplicates": "{" + '"a":1,' * 300_000 + '"b":1}',
    "spaces": " " * 3_000_000 + "]",
    "a late comma": "[" + "1," * 300_000 + "]",
}


@pytest.mark.parametrize("name", HOSTILE_JSON)
def test_json_refused_soon(name: str) -> None:
    content = HOSTILE_JSON[name].encode()
    assert len(content) <= LOCK_BYTES
    started = time.process_time()
    with pytest.raises(InvalidInput):
        parse_json_document(content, "f")
    assert time.process_time() - started < SECONDS
