"""Mistakes in the input as text for people, one per line, and as JSON."""

from __future__ import annotations

import json

import pytest

from release.base.errors import InputError, InvalidInput, Position
from release.formats._input_errors import concise_line, to_concise, to_json, to_text
from release.source import parse_document


@pytest.fixture
def invalid() -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        parse_document(b"id: gpt-2\nid: gpt-3\nx: {\xe4\xb8\x96: .nan, y: !t z}\n", "gpt-2/release.yaml")
    return refused.value


def test_text(invalid: InvalidInput) -> None:
    assert (
        to_text(invalid, width=78)
        == """\
error[IN-012]: the key 'id' is written twice; first in line 1
  --> gpt-2/release.yaml:2:1
  |
2 | id: gpt-3
  | ^^
   = help: keep one of the two

error[IN-015]: '.nan' is not a number
  --> gpt-2/release.yaml:3:8
  |
3 | x: {世: .nan, y: !t z}
  |         ^^^^
   = help: write a number, `unknown`, or leave the key out

error[IN-011]: the tag '!t' is not allowed
  --> gpt-2/release.yaml:3:17
  |
3 | x: {世: .nan, y: !t z}
  |                  ^^
   = help: remove it: a value's type follows from how it is written; quotes
           keep it text

3 errors; nothing was judged
"""
    )


def test_concise(invalid: InvalidInput) -> None:
    assert to_concise(invalid).splitlines() == [
        "gpt-2/release.yaml:2:1: IN-012 the key 'id' is written twice; first in line 1",
        "gpt-2/release.yaml:3:8: IN-015 '.nan' is not a number",
        "gpt-2/release.yaml:3:17: IN-011 the tag '!t' is not allowed",
    ]


def test_json(invalid: InvalidInput) -> None:
    found = json.loads(to_json(invalid))
    assert found["schema"] == "release-error/1"
    assert list(found) == ["errors", "schema"]
    assert found["errors"][0] == {
        "file": "gpt-2/release.yaml",
        "line": 2,
        "column": 1,
        "code": "IN-012",
        "message": "the key 'id' is written twice; first in line 1",
        "hint": "keep one of the two",
    }


def test_errors_without_a_place() -> None:
    invalid = InvalidInput([InputError("IN-086", "no such option: --hlep", None, "see `release --help`")])
    assert to_text(invalid).splitlines() == [
        "error[IN-086]: no such option: --hlep",
        "   = help: see `release --help`",
        "",
        "1 error; nothing was judged",
    ]
    assert to_concise(invalid) == "IN-086 no such option: --hlep\n"
    assert json.loads(to_json(invalid))["errors"] == [
        {"file": None, "line": None, "column": None, "code": "IN-086", "message": "no such option: --hlep",
         "hint": "see `release --help`"}
    ]  # fmt: skip


def test_files_whose_text_is_not_known_have_no_excerpt() -> None:
    invalid = InvalidInput([InputError("IN-085", "there is no such file", Position("x.yaml"))])
    assert to_text(invalid) == (
        "error[IN-085]: there is no such file\n  --> x.yaml:1:1\n\n1 error; nothing was judged\n"
    )


def test_more_errors_than_are_shown() -> None:
    invalid = InvalidInput(InputError("IN-001", f"no {n}", Position("f", n)) for n in range(1, 131))
    assert to_text(invalid).endswith("130 errors, of which the first 100 are shown; nothing was judged\n")
    assert to_concise(invalid).splitlines()[-1] == "and 30 more"
    found = json.loads(to_json(invalid))
    assert (len(found["errors"]), found["more"]) == (100, 30)


@pytest.mark.parametrize("hostile", ["\x1b[31m", "a\nb: error", "\u202e", "\x9b", "\r", "\udc80"])
def test_hostile_texts_do_nothing(hostile: str) -> None:
    error = InputError("IN-001", f"x{hostile}y", Position(f"dir{hostile}/f", 1, 1), f"h{hostile}")
    invalid = InvalidInput([error], {f"dir{hostile}/f": f"k{hostile}: v\n"})
    for text in (to_text(invalid), to_concise(invalid), to_json(invalid)):
        text.encode("utf-8")
    for shown in (to_text(invalid), to_concise(invalid), concise_line(error)):
        assert hostile not in shown
    assert len(to_concise(invalid).splitlines()) == 1


def test_an_empty_message_is_still_a_line() -> None:
    assert to_text(InvalidInput([InputError("IN-001", "")])).startswith("error[IN-001]:\n")
