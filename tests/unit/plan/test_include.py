"""Plans in several files: each value keeps its own file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from release.base.canonical import sha256
from release.base.errors import InputError, InvalidInput, Position
from release.base.limits import INCLUDED_FILES
from release.plan.plan import Plan
from release.plan.read import plan_of, read_plan
from release.source import parse_document
from tests.unit.plan.conftest import BASE, CASES

Errors = Callable[..., tuple[InputError, ...]]
Read = Callable[..., Plan]


@pytest.fixture(scope="module")
def included() -> Plan:
    return read_plan(CASES / "included", "here")


def test_sections_are_joined(included: Plan) -> None:
    assert [node["id"] for node in included.data["evidence"]] == ["own", "other"]
    assert included.data["strategy"]["kind"] == "single"
    assert included.data["sources"][0]["id"] == "paper"
    assert included.data["include"] == ["parts/risks.yaml", "parts/evidence.yaml"]
    assert included.objects["evidence"]["other"] is included.data["evidence"][1]


def test_every_value_keeps_its_file(included: Plan) -> None:
    assert included.position("/evidence/0/claim") == Position("here/release.yaml", 10, 61)
    assert included.position("/evidence/1/claim") == Position("here/parts/evidence.yaml", 5, 12)
    assert included.key_position("/evidence/1/claim") == Position("here/parts/evidence.yaml", 5, 5)
    assert included.position("/risks/0") == Position("here/parts/risks.yaml", 3, 5)
    assert included.position("/evidence/9/claim").file == "here/parts/evidence.yaml"
    assert included.position("") == Position("here/release.yaml", 2, 1)
    assert included.position("/evidence") == Position("here/release.yaml", 10, 11)
    assert included.object_position("/sources/0") == Position("here/parts/sources.yaml", 1, 12)
    assert included.position("/nothing/here") == Position("here/release.yaml", 2, 1)


def test_pointers_within_the_own_file(included: Plan) -> None:
    assert included.local_pointer("/evidence/1/claim") == "/evidence/0/claim"
    assert included.local_pointer("/evidence/0") == "/evidence/0"
    assert included.local_pointer("/risks/0/title") == "/risks/0/title"
    assert included.local_pointer("") == ""
    alone = read_plan(CASES / "leak")
    assert alone.digest == sha256((CASES / "leak" / "release.yaml").read_bytes())
    assert alone.local_pointer("/stages/1") == "/stages/1"


def test_texts_and_digest_are_of_all_files(included: Plan, read: Read) -> None:
    assert set(included.texts) == {
        "here/release.yaml", "here/parts/risks.yaml", "here/parts/evidence.yaml", "here/parts/sources.yaml",
    }  # fmt: skip
    first = read(f"{BASE}include: more.yaml\n", more="summary: A\n")
    second = read(f"{BASE}include: more.yaml\n", more="summary: B\n")
    assert first.digest != second.digest
    assert first.digest.startswith("sha256:")


def test_errors_are_in_their_own_file(errors: Errors) -> None:
    found = errors(
        f"{BASE}include: [more.yaml]\nrisks: [{{id: a, title: A}}]\n",
        more="risks:\n  - {id: a, title: B}\n  - {id: c, titel: C}\napprovals: [{stage: frist}]\n",
    )
    assert [(error.code, str(error.at)) for error in found] == [
        ("IN-030", "more.yaml:2:10"),
        ("IN-021", "more.yaml:3:13"),
        ("IN-031", "more.yaml:4:21"),
    ]


@pytest.mark.parametrize(
    ("include", "code", "place", "words"),
    [
        ("missing.yaml", "IN-037", "release.yaml:10:10", "names no file"),
        ("../outside.yaml", "IN-037", "release.yaml:10:10", "leads outside"),
        ("/etc/passwd", "IN-037", "release.yaml:10:10", "is absolute"),
        ("'https://example.org/a.yaml'", "IN-037", "release.yaml:10:10", "is an address"),
        ("release.yaml", "IN-038", "release.yaml:10:10", "is read already, as release.yaml"),
        ("[more.yaml, more.yaml]", "IN-038", "release.yaml:10:22", "is read already, as more.yaml"),
        ("[more.yaml, ./more.yaml]", "IN-038", "release.yaml:10:22", "is read already, as more.yaml"),
        ("circle.yaml", "IN-038", "circle.yaml:1:10", "is read already, as release.yaml"),
        ("list.yaml", "IN-020", "list.yaml:1:1", "has to be a mapping"),
        ("twice.yaml", "IN-039", "twice.yaml:1:1", "'title' is in release.yaml already"),
        ("broken.yaml", "IN-012", "broken.yaml:2:1", "written twice"),
        ("torn.yaml", "IN-001", "torn.yaml:1:9", ""),
        ("nested.yaml", "IN-023", "nested.yaml:1:10", "text or a list of texts"),
        ("[5]", "IN-023", "release.yaml:10:11", "item 1 of 'include' is '5'"),
        ("{a: b}", "IN-023", "release.yaml:10:10", "'include' is a mapping"),
    ],
)
def test_includes_that_are_refused(include: str, code: str, place: str, words: str, errors: Errors) -> None:
    (error,) = errors(
        f"{BASE}include: {include}\n",
        more="summary: A\n",
        circle="include: release.yaml\n",
        list="- a\n",
        twice="title: Other\n",
        broken="summary: A\nsummary: B\n",
        nested="include: 5\n",
        torn="events: [\n",
    )
    assert (error.code, str(error.at)) == (code, place)
    assert words in error.message


def test_an_error_shows_the_text_of_its_file(read: Read) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(f"{BASE}include: list.yaml\n", list="- a\n")
    assert set(caught.value.texts) == {"release.yaml", "list.yaml"}


def test_not_too_many_files(tmp_path: Path) -> None:
    names = [f"part{number}.yaml" for number in range(INCLUDED_FILES + 1)]
    for name in names:
        (tmp_path / name).write_text("events: []\n", encoding="utf-8")
    (tmp_path / "release.yaml").write_text(f"{BASE}include: [{', '.join(names)}]\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match=f"more than {INCLUDED_FILES} files"):
        read_plan(tmp_path, "x")
    fewer = ", ".join(names[:INCLUDED_FILES])
    (tmp_path / "release.yaml").write_text(f"{BASE}include: [{fewer}]\n", encoding="utf-8")
    assert len(read_plan(tmp_path, "x").texts) == INCLUDED_FILES + 1


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside.yaml"
    outside.write_text("summary: secret\n", encoding="utf-8")
    folder = tmp_path / "release"
    folder.mkdir()
    (folder / "link.yaml").symlink_to(outside)
    (folder / "release.yaml").write_text(f"{BASE}include: link.yaml\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="through a link") as caught:
        read_plan(folder, "x")
    assert "secret" not in repr(caught.value.texts)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_plan(tmp_path / "nothing.yaml", "nothing.yaml")
    assert [error.code for error in caught.value.errors] == ["IN-085"]


def test_a_document_that_stands_alone() -> None:
    plan = plan_of(
        parse_document(f"{BASE}evidence: [{{id: e, kind: x, data: ../a.csv}}]\n".encode(), "example")
    )
    assert plan.data["evidence"][0]["data"]["path"] == "../a.csv"
    with pytest.raises(InvalidInput, match="there is no evidence kind 'x'"):
        plan_of(
            parse_document(f"{BASE}evidence: [{{id: e, kind: x}}]\n".encode(), "example"), known={"y": ()}
        )


def test_a_word_beside_a_list_is_told_twice(errors: Errors) -> None:
    """It stands in a file beside the one that is followed, and would be wrong alone too."""
    found = errors(f"{BASE}include: words.yaml\n", words="stages: unknown\n")
    assert [(error.code, str(error.at)) for error in found] == [
        ("IN-039", "words.yaml:1:1"),
        ("IN-029", "words.yaml:1:9"),
    ]


def test_a_part_that_is_named_alone_is_told_where_it_belongs(tmp_path: Path) -> None:
    (tmp_path / "release.yaml").write_text(f"{BASE}include: evidence.yaml\n", "utf-8")
    part = tmp_path / "evidence.yaml"
    part.write_text("# ours\nevidence:\n  - {id: e1, kind: benchmark, source: {source: nowhere}}\n", "utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_plan(part, "here/evidence.yaml")
    (error,) = caught.value.errors
    assert (error.code, error.at) == ("IN-020", Position("here/evidence.yaml", 2, 1))
    assert error.hint == "it belongs to here/release.yaml; name that, or its folder"
    part.write_text("unlike: a plan\n", "utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_plan(part, "here/evidence.yaml")
    assert {error.code for error in caught.value.errors} == {"IN-021", "IN-022"}
