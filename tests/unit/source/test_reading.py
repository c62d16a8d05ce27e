"""Files: what is opened, and what is refused before it is read."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

import pytest

from release.base.errors import ErrorCollector, InputError, InvalidInput
from release.base.limits import PLAN_BYTES
from release.source import parse_document, read_bytes, read_document, read_json_document


def refusal(path: Path, shown: str = "shown.yaml") -> InputError:
    with pytest.raises(InvalidInput) as refused:
        read_document(path, shown)
    (error,) = refused.value.errors
    assert error.at is not None
    assert str(error.at) == f"{shown}:1:1"
    assert str(path) not in error.message
    return error


def test_a_document_knows_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / "release.yaml"
    path.write_bytes(b"\xef\xbb\xbfid: x\r\n")
    document = read_document(path, "plan/release.yaml")
    assert document.root == {"id": "x"}
    assert document.root.file == document.file == "plan/release.yaml"
    assert document.digest == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
    assert (document.size, document.texts) == (10, {"plan/release.yaml": "id: x\r\n"})


def test_a_missing_file(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.yaml").code == "IN-085"
    assert refusal(tmp_path / "no" / "absent.yaml").code == "IN-085"


def test_a_folder(tmp_path: Path) -> None:
    assert refusal(tmp_path).code == "IN-087"


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a: 1", encoding="utf-8")
    assert refusal(tmp_path / "file" / "release.yaml").code == "IN-087"


def test_a_path_that_cannot_be(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a\0b").message == "the file cannot be read: the path is not valid"
    assert refusal(tmp_path / ("x" * 5000)).code == "IN-087"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    started = time.monotonic()
    assert refusal(tmp_path / "pipe").message == "this is not a regular file"
    assert time.monotonic() - started < 5


@pytest.mark.skipif(sys.platform == "win32", reason="needs device files")
def test_a_device() -> None:
    assert refusal(Path("/dev/zero")).code == "IN-087"


def test_an_unreadable_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "release.yaml"
    path.write_text("a: 1", encoding="utf-8")
    path.chmod(0)
    if os.geteuid() == 0:  # nothing is unreadable for root, so the system's answer is given by hand

        def denied(*_arguments: object, **_named: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("builtins.open", denied)
        monkeypatch.setattr("io.open", denied)
        monkeypatch.setattr(os, "open", denied)
    error = refusal(path)
    monkeypatch.undo()
    assert error.code == "IN-087"


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "release.yaml"
    with path.open("wb") as file:
        file.truncate(100 * PLAN_BYTES)  # mostly a hole; reading it would find NUL characters
    error = refusal(path)
    assert error.code == "IN-005"
    assert f"{100 * PLAN_BYTES} bytes" in error.message
    assert f"the limit is {PLAN_BYTES}" in error.message


def test_a_file_of_the_largest_size(tmp_path: Path) -> None:
    path = tmp_path / "release.yaml"
    text = "a: 1\n# "
    path.write_text(text + "x" * (PLAN_BYTES - len(text)), encoding="utf-8")
    assert read_document(path, "f").root == {"a": 1}
    with path.open("a", encoding="utf-8") as file:
        file.write("x")
    assert refusal(path).code == "IN-005"


def test_a_file_that_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"x" * 100)
    status = path.stat()
    before = os.stat_result((*status[:6], 10, *status[7:]))
    monkeypatch.setattr(os, "fstat", lambda _: before)
    with pytest.raises(InvalidInput, match="IN-005"):
        read_bytes(path, "log", limit=50)


def test_limits_hold_for_bytes_too() -> None:
    with pytest.raises(InvalidInput, match="11 bytes or more; the limit is 10"):
        parse_document(b"a: 1234567 ", "f", limit=10)
    assert parse_document(b"a: 1234567", "f", limit=10).root == {"a": 1234567}


def test_json_files(tmp_path: Path) -> None:
    (tmp_path / "release.lock").write_text('{"schema": "release-lock/1", "items": []}', encoding="utf-8")
    assert read_json_document(tmp_path / "release.lock", "release.lock").root["items"] == []
    with pytest.raises(InvalidInput, match="IN-085"):
        read_json_document(tmp_path / "absent.lock", "absent.lock")


def test_mistakes_that_leave_a_tree_can_be_collected() -> None:
    errors = ErrorCollector()
    text = b"a: !t 1\na: 2\n? [x]\n: y\nb: .nan\nc: *d\n1.50: 2.50\n---\nother: 1\n"
    document = parse_document(text, "f", errors=errors)
    assert document.root == {"a": 1, "b": ".nan", "c": "", "1.50": 2.5}
    assert document.root.value_marks == {"a": (1, 4), "b": (5, 4), "c": (6, 4), "1.50": (7, 7)}
    assert document.root.raw == {"a": "1", "1.50": "2.50"}
    codes = sorted(error.code for error in errors.errors)
    assert codes == ["IN-010", "IN-011", "IN-012", "IN-013", "IN-014", "IN-015"]
    assert errors.texts == {"f": text.decode()}


@pytest.mark.parametrize("text", ["a: 1\na: [", "a: \xff", "- " * 65 + "x", "a: !t 1\n" * 1200])
def test_what_leaves_no_tree_is_raised(text: str) -> None:
    errors = ErrorCollector()
    with pytest.raises(InvalidInput):
        parse_document(text.encode("latin-1"), "f", errors=errors)
    assert not errors.errors


def test_a_right_file_leaves_the_collector_alone() -> None:
    errors = ErrorCollector()
    assert parse_document(b"a: 1", "f", errors=errors).root == {"a": 1}
    assert not errors.errors
    assert not errors.texts
