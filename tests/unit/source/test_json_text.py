"""JSON that the tool wrote, and what others did to it."""

from __future__ import annotations

import json

import pytest

from release.base.errors import InvalidInput
from release.source import parse_json_document


def places(text: str | bytes) -> list[str]:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InvalidInput) as refused:
        parse_json_document(content, "f")
    assert all(error.at is not None and error.hint for error in refused.value.errors)
    return [f"{error.at.line}:{error.at.column} {error.code}" for error in refused.value.errors if error.at]


def test_data_is_read() -> None:
    data = {"a": [1, -2.5, 1e23, True, False, None, "x\n\u0000", "世"], "b": {"": {}}, "c": []}
    document = parse_json_document(json.dumps(data, indent=1, ensure_ascii=False).encode(), "release.lock")
    assert document.root == data
    assert document.file == "release.lock"
    assert document.digest.startswith("sha256:")


@pytest.mark.parametrize(
    "text", ["1", '"x"', "null", "[]", " {} \r\n\t", "\ufeff[]", '["\\ud83d\\ude00"]', '"\x7f\x9f"']
)
def test_json_that_is_right(text: str) -> None:
    assert parse_json_document(text.encode(), "f").root == json.loads(text.removeprefix("\ufeff"))


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("", "1:1", "the end of the file stands where a value is expected"),
        ("\n\n", "3:1", "the end of the file"),
        ("[1 2]", "1:4", "'2' stands where ',' or ']' is expected"),
        ("[1,]", "1:4", "']' stands where a value is expected"),
        ("[,1]", "1:2", "',' stands where a value or ']' is expected"),
        ("[1}", "1:3", "'}' stands where ',' or ']' is expected"),
        ("[}", "1:2", "'}' stands where a value or ']' is expected"),
        ("{]", "1:2", "']' stands where a key or '}' is expected"),
        ('{"a":1,}', "1:8", "'}' stands where a key is expected"),
        ('{"a" 1}', "1:6", "'1' stands where ':' is expected"),
        ('{"a":}', "1:6", "'}' stands where a value is expected"),
        ('{"a":1 "b":2}', "1:8", "'\"b\"' stands where ',' or '}' is expected"),
        ("{a: 1}", "1:2", "'a' stands where a key or '}' is expected"),
        ("{1: 1}", "1:2", "'1' stands where a key or '}' is expected"),
        ("{'a': 1}", "1:2", "''a'' stands where a key or '}' is expected"),
        ("[1]\n[2]", "2:1", "'[' stands where the end of the file is expected"),
        ("[01]", "1:2", "'01' stands where"),
        ("[+1]", "1:2", "'+1' stands where"),
        ("[1.]", "1:2", "'1.' stands where"),
        ("[.5]", "1:2", "'.5' stands where"),
        ("[0x1F]", "1:2", "'0x1F' stands where"),
        ("[True]", "1:2", "'True' stands where"),
        ("[truer]", "1:2", "'truer' stands where"),
        ('["a\nb"]', "1:2", "'\"a' stands where"),
        ('["a\\q"]', "1:2", "stands where a value or ']' is expected"),
        ('["a\\u12"]', "1:2", "stands where a value or ']' is expected"),
        ('["a', "1:2", "stands where a value or ']' is expected"),
        ("[1] // note", "1:5", "'//' stands where the end of the file"),
        ("[1,\n  2\n", "3:1", "the end of the file stands where ',' or ']' is expected"),
        ('{"a": [], "b": [true, false], "c": {}, "d": null,}', "1:50", "'}' stands where a key is expected"),
        ('{"a": [{"b": 1}, {"b": 2', "1:25", "',' or '}' is expected"),
    ],
)
def test_what_is_not_json(text: str, place: str, words: str) -> None:
    assert places(text) == [f"{place} IN-018"]
    with pytest.raises(InvalidInput) as refused:
        parse_json_document(text.encode(), "f")
    assert words in refused.value.errors[0].message


def test_keys_written_twice() -> None:
    assert places('{"a": 1,\n "a": 2, "b": {"c": 1, "\\u0063": 2, "a": 3}}') == ["2:2 IN-012", "2:24 IN-012"]


def test_numbers() -> None:
    assert places("[NaN]") == ["1:2 IN-015"]
    assert places('{"a": -Infinity}') == ["1:7 IN-015"]
    assert places("[1e999, -1e999, " + "1" * 65 + ", 0." + "1" * 64 + ", Infinity") == [
        "1:2 IN-015", "1:9 IN-015", "1:17 IN-016", "1:84 IN-016", "1:152 IN-015",
    ]  # fmt: skip
    assert parse_json_document(("[" + "1" * 64 + ", -0." + "1" * 63 + "]").encode(), "f").root[0] == int(
        "1" * 64
    )


def test_depth() -> None:
    assert parse_json_document(("[" * 64 + "]" * 64).encode(), "f").root != []
    assert places("[" * 65 + "]" * 65) == ["1:65 IN-006"]
    assert places('{"a":' * 65 + "1" + "}" * 65) == [f"1:{5 * 64 + 1} IN-006"]
    assert places("[" * 100_000) == ["1:65 IN-006"]


def test_halves_of_characters() -> None:
    assert places('["\\ud800", {"\\uDFFF": 1}, "\\udc00\\ud800"]') == [
        "1:2 IN-004",
        "1:13 IN-004",
        "1:27 IN-004",
    ]


def test_bytes_that_are_no_text() -> None:
    assert places(b'["\xff"]') == ["1:3 IN-003"]
    assert places("[]".encode("utf-16")) == ["1:1 IN-003"]


def test_the_limit_on_size() -> None:
    with pytest.raises(InvalidInput, match="IN-005"):
        parse_json_document(b"[1, 2]", "f", limit=5)


def test_many_errors_end_the_reading() -> None:
    text = "[" + "NaN" + "]"
    assert places(text) == ["1:2 IN-015"]
    assert len(places("{" + '"a": 1,' * 5_000 + '"b": 1}')) == 100
