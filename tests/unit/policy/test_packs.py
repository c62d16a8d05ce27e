"""Which packs a name means, and what is refused when several are in force."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.policy import library
from release.policy.compiled import CompiledPack
from release.policy.packs import PackName, find_pack, is_path, known_packs, packs_called, shipped_files

AT = Position("release.yaml", 3, 7)
RULE = """\
  - {{id: {rule}, title: A, severity: note, for: plan, require: has(plan.developer), message: m}}
"""


def pack_text(pack_id: str, *rules: str, more: str = "") -> str:
    body = "".join(RULE.format(rule=rule) for rule in rules)
    return (
        f"schema: release-pack/1\nid: {pack_id}\n{more}rules:\n{body}"
        if rules
        else (f"schema: release-pack/1\nid: {pack_id}\n{more}")
    )


def load_packs(names: list[PackName]) -> tuple[CompiledPack, ...]:
    wrong = ErrorCollector()
    found = library.load_packs(names, wrong)
    wrong.raise_if_any()
    return found


def errors(names: list[PackName]) -> list[InputError]:
    with pytest.raises(InvalidInput) as caught:
        load_packs(names)
    return list(caught.value.errors)


def inside(folder: Path, name: str) -> PackName:
    return PackName(name, AT, folder, "gpt-2/", confined=True)


@pytest.mark.parametrize(
    ("name", "path"),
    [("staged-release", False), ("a.b", False), ("x.yaml", True), ("a/b", True), ("x.yml", True)],
)
def test_names_and_paths(name: str, path: bool) -> None:  # noqa: FBT001
    assert is_path(name) is path


def test_shipped_packs_are_found_by_id() -> None:
    assert "staged-release" in shipped_files()
    pack = find_pack(PackName("staged-release"))
    assert (pack.id, pack.shipped, pack.file) == ("staged-release", True, "policies/staged-release.yaml")
    assert [each.id for each in packs_called(["staged-release"])] == ["staged-release"]
    assert [each.id for each in packs_called(None)] == list(shipped_files())


def test_every_shipped_pack_is_called_like_its_file() -> None:
    assert {name: find_pack(PackName(name)).id for name in shipped_files()} == {
        name: name for name in shipped_files()
    }


def test_packs_of_the_release_folder(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/own.yaml").write_text(pack_text("own", "O-1"))
    assert find_pack(inside(tmp_path, "policies/own.yaml")).file == "gpt-2/policies/own.yaml"
    assert find_pack(inside(tmp_path, "own")).id == "own"


def test_a_shipped_id_is_never_shadowed(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/staged-release.yaml").write_text(pack_text("staged-release", "O-1"))
    assert find_pack(inside(tmp_path, "staged-release")).shipped
    found = errors([inside(tmp_path, "staged-release"), inside(tmp_path, "policies/staged-release.yaml")])
    assert [(each.code, str(each.at)) for each in found] == [
        ("IN-062", "gpt-2/policies/staged-release.yaml:2:5")
    ]
    assert "release.yaml:3:7" in found[0].hint


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("staged-releese", "there is no pack 'staged-releese'", "did you mean 'staged-release'?"),
        ("zzzzzzzzzzzzzz", "there is no pack 'zzzzzzzzzzzzzz'", "shipped packs: "),
        ("Not An Id", "there is no pack 'Not An Id'", "shipped packs: "),
        ("nothing.yaml", "there is no pack here", ""),
        ("../outside.yaml", "the path '../outside.yaml'", ""),
        ("/etc/passwd.yaml", "the path '/etc/passwd.yaml'", ""),
        ("https://example.org/x.yaml", "the path 'https://example.org/x.yaml'", ""),
        ("link.yaml", "the path 'link.yaml' leads outside", ""),
        ("folder.yaml", "the path 'folder.yaml' names a folder", ""),
    ],
)
def test_packs_that_are_not_there(tmp_path: Path, name: str, message: str, hint: str) -> None:
    folder = tmp_path / "gpt-2"
    folder.mkdir()
    (tmp_path / "outside.yaml").write_text(pack_text("outside", "O-1"))
    (folder / "link.yaml").symlink_to(tmp_path / "outside.yaml")
    (folder / "folder.yaml").mkdir()
    (found,) = errors([inside(folder, name)])
    assert (found.code, found.at) == ("IN-061", AT)
    assert found.message.startswith(message)
    assert found.hint.startswith(hint)


def test_files_typed_by_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "org.yaml").write_text(pack_text("org", "O-1"))
    monkeypatch.chdir(tmp_path)
    assert find_pack(PackName("org.yaml")).file == "org.yaml"
    assert find_pack(PackName("./org.yaml")).file == "./org.yaml"
    assert [pack.id for pack in known_packs(["org.yaml"])] == [*shipped_files(), "org"]
    assert len(known_packs()) == len(shipped_files())
    with pytest.raises(InvalidInput) as caught:
        packs_called(["nope.yaml", "nope", "org.yaml"])
    assert [each.code for each in caught.value.errors] == ["IN-061", "IN-085"]


def test_a_pack_named_twice_is_there_once(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(pack_text("own", "O-1"))
    names = [PackName("staged-release"), inside(tmp_path, "own.yaml"), PackName("staged-release")]
    assert [pack.id for pack in load_packs([*names, inside(tmp_path, "own.yaml")])] == [
        "staged-release",
        "own",
    ]


def test_a_rule_in_two_packs(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(pack_text("own", "O-1", "SR-104"))
    (found,) = errors([PackName("staged-release"), inside(tmp_path, "own.yaml")])
    assert (found.code, str(found.at)) == ("IN-062", "gpt-2/own.yaml:5:10")
    assert found.message == "the rule 'SR-104' is already in force, from pack staged-release"


def test_extended_packs_come_along(tmp_path: Path) -> None:
    (tmp_path / "org/rules").mkdir(parents=True)
    more = "extends: [sourcing, rules/a.yaml]\n"
    (tmp_path / "org/org.yaml").write_text(pack_text("org", more=more))
    (tmp_path / "org/rules/a.yaml").write_text(pack_text("a", "A-1", more="extends: b.yaml\n"))
    (tmp_path / "org/rules/b.yaml").write_text(pack_text("b", "B-1", more="extends: [a.yaml]\n"))
    typed = PackName(str(tmp_path / "org/org.yaml"))
    assert [pack.id for pack in load_packs([typed])] == ["org", "sourcing", "a", "b"]
    assert [pack.id for pack in load_packs([inside(tmp_path, "org/org.yaml")])] == [
        "org",
        "sourcing",
        "a",
        "b",
    ]
    (tmp_path / "org/rules/b.yaml").write_text(pack_text("b", "B-1", more="extends: ../../../x.yaml\n"))
    (found,) = errors([inside(tmp_path, "org/org.yaml")])
    assert (found.code, str(found.at)) == ("IN-061", "gpt-2/org/rules/b.yaml:3:10")


def test_mistakes_of_several_packs_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        pack_text("a", "A-1").replace("has(plan.developer)", "has(plan.develper)")
    )
    (tmp_path / "b.yaml").write_text(pack_text("b", "B-1").replace("for: plan", "for: plant"))
    found = errors([inside(tmp_path, "a.yaml"), inside(tmp_path, "b.yaml"), inside(tmp_path, "c.yaml")])
    assert [(each.code, str(each.at)) for each in found] == [
        ("IN-056", f"gpt-2/a.yaml:4:{RULE.index('developer') - 3}"),
        ("IN-053", f"gpt-2/b.yaml:4:{RULE.index('plan') - 3}"),
        ("IN-061", "release.yaml:3:7"),
    ]


def test_too_many_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release.policy.library.PACKS_IN_FORCE", 2)
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(pack_text(name, f"{name.upper()}-1"))
    (found,) = errors([inside(tmp_path, f"{name}.yaml") for name in "abc"])
    assert (found.code, found.message) == ("IN-057", "more than 2 packs are in force; the limit is 2")


def test_compiled_packs_are_kept_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("release.policy.library._KEPT", 1)
    monkeypatch.setattr("release.policy.library._compiled", {})
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(pack_text(name, f"{name.upper()}-1"))
        load_packs([inside(tmp_path, f"{name}.yaml")])
    assert len(library._compiled) == 1


def test_a_shipped_pack_that_was_changed_is_compiled_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from release.policy import packs

    (tmp_path / "staged-release.yaml").write_text(pack_text("staged-release", "SR-101"))
    (tmp_path / "new.yaml").write_text(pack_text("new", "N-1"))
    (tmp_path / "compiled").mkdir()
    stored = Path("policies/compiled/staged-release.json").resolve().read_text()
    (tmp_path / "compiled/staged-release.json").write_text(stored)
    for module in (library, packs):
        monkeypatch.setattr(module, "data", lambda _area: tmp_path)
    for cached in (packs.shipped_files, packs.shipped_pack, library.shipped_compiled):
        cached.cache_clear()
    try:
        found = load_packs([PackName("staged-release"), PackName("new")])
        assert [(pack.id, len(pack.rules)) for pack in found] == [("staged-release", 1), ("new", 1)]
    finally:
        for cached in (packs.shipped_files, packs.shipped_pack, library.shipped_compiled):
            cached.cache_clear()


def test_positions_in_expressions_and_messages(tmp_path: Path) -> None:
    text = dedent(
        """\
        schema: release-pack/1
        id: own
        applies: {when: plan.eu.markt}
        rules:
          - id: O-1
            title: A rule
            severity: note
            for: stage
            when: "stage.id == \\"é\\" && stage.ordr > 0"
            require: >-
              stage.order > 0 &&
              stage.titel == "x"
            message: |
              Stage {{ stage.id }}
              is {{ stage.tittel }}
            fix: '{{ it''s }}'
          - {id: O-2, title: A, severity: note, for: plan, require: plan.title, message: "a {{ plan.title"}
          - id: O-3
            title: A
            severity: note
            for: evidence
            require: evidence.results.acuracy.low > 1
            message: m
          - id: O-4
            title: A
            severity: note
            for: evidence
            kind: reported
            require: evidence.results.own.low > 1
            message: m
          - id: O-5
            title: A
            severity: note
            for: evidence
            require: evidence.results.zzzzz == 1
            message: m
        """
    )
    (tmp_path / "own.yaml").write_text(text)
    found = errors([inside(tmp_path, "own.yaml")])
    lines = text.split("\n")
    wanted = [
        "markt",
        "ordr",
        "titel",
        "tittel",
        "it''s",
        "plan.title,",
        '{{ plan.title"',
        "acuracy",
        "zzzzz",
    ]
    places = [(line + 1, lines[line].index(word) + 1) for word in wanted
              for line in range(len(lines)) if word in lines[line]]  # fmt: skip
    places[4] = (places[4][0], places[4][1] + 2)  # the quote in the middle opens a text that does not end
    assert [(each.at.line, each.at.column) for each in found if each.at] == places
    assert [each.code for each in found] == ["IN-056"] * 4 + [
        "IN-058",
        "IN-056",
        "IN-058",
        "IN-056",
        "IN-056",
    ]
    assert found[5].message == "`require` must be true or false, and this is of type string"
    assert found[7].hint == "did you mean 'accuracy'?"
    assert "result(e" in found[8].hint
