"""What an audience may not see moves no byte of what it gets, in no command and no format.

Each pair of plans differs in something hidden; the totals of withheld items are made equal by hidden notes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from release.cli.run import run
from tests.properties.interference import AT, CHANGES, PADS, Change, Plan, at, plan, several

Output = tuple[int, str, str]
Outputs = dict[str, Output]
Call = Callable[[Sequence[str]], Output]
AUDIENCES = ("public", "partner:uni")
NOTES = 12


def _commands(*, whole: bool) -> dict[str, tuple[str, ...]]:
    """Every command that takes an audience: in one format that says all, or in every format."""
    formats = {
        "check": ("json", "text", "sarif", "junit", "github", "gitlab", "markdown", "concise"),
        "report": ("json", "html", "md"),
        "gate --stage second": ("json", "text"),
        "status": ("json", "text"),
        "replay": ("json", "text"),
        "todo --stage second": ("json", "text", "markdown"),
        "critique --stage second": ("json", "text", "markdown"),
    }
    found: dict[str, tuple[str, ...]] = {}
    for command, names in formats.items():
        name, *more = command.split()
        for each in names if whole else names[:1]:
            found[f"{command} {each}"] = (name, "plan", *more, "--format", each)
    if whole:
        found["check --statistics"] = ("check", "plan", "--statistics")
        found["check --stage"] = ("check", "plan", "--stage", "first", "--format", "json")
        found["report --compare"] = ("report", "plan", "--format", "md", "--compare", "2026-03-12")
        found["diff"] = ("diff", "plan", "plan", "--old-at", "2026-03-12")
    return found


@pytest.fixture
def call(capfdbinary: pytest.CaptureFixture[bytes]) -> Call:
    def called(arguments: Sequence[str]) -> Output:
        code = run(arguments)
        told = capfdbinary.readouterr()
        return code, told.out.decode(), told.err.decode()

    return called


def _written(folder: Path, change: Change | None, notes: int) -> Path:
    made: Plan = plan()
    if change is not None:
        change(made)
    for number in range(notes):
        at(made, "sources", f"pad-{number}")["notes"] = f"Dark note {number}"
    (folder / "plan").mkdir(parents=True)
    (folder / "plan" / "release.yaml").write_text(json.dumps(made, indent=1), encoding="utf-8")
    return folder


def _outputs(
    call: Call, folder: Path, audience: str, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> Outputs:
    monkeypatch.chdir(folder)
    asked = ("--at", AT, "--audience", audience)
    return {name: call((*arguments, *asked)) for name, arguments in _commands(whole=whole).items()}


def _checked(
    call: Call, folder: Path, audience: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, dict[str, str]]:
    """Return the total of withheld items, and each stage's verdict."""
    monkeypatch.chdir(folder)
    code, out, err = call(("check", "plan", "--at", AT, "--audience", audience, "--format", "json"))
    assert code in {0, 1}, (out, err)
    body = json.loads(out)
    verdicts = {stage["id"]: stage["verdict"] for stage in body["plans"][0]["stages"]}
    return body["summary"]["withheld"], verdicts


def _comparable(command: str, output: Output) -> Output:
    """Take out totals of commands that have their own: they may differ where that of `check` agrees."""
    if command.split(maxsplit=1)[0] in {"check", "report"}:
        return output
    code, out, err = output
    told = re.sub(r"\b(\d+|no) items? (is|are) withheld", "N items are withheld", out)
    told = re.sub(r'"withheld": \d+', '"withheld": 0', told)
    if command == "diff":  # the digest of the old view counts what was withheld then
        told = re.sub(r"sha256:[0-9a-f]+", "sha256:", told)
    return code, told, err


_kept: dict[tuple[str, bool], Outputs] = {}
_totals: dict[str, tuple[int, dict[str, str]]] = {}


def _differing(
    call: Call, tmp_path: Path, audience: str, change: Change, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> list[str]:
    base = _written(tmp_path / "base", None, NOTES)
    if audience not in _totals:
        _totals[audience] = _checked(call, base, audience, monkeypatch)
    if (audience, whole) not in _kept:
        _kept[audience, whole] = _outputs(call, base, audience, monkeypatch, whole=whole)
    total, verdicts = _totals[audience]
    other = _checked(call, _written(tmp_path / "first", change, NOTES), audience, monkeypatch)
    notes = NOTES + total - other[0]
    assert 0 <= notes <= PADS, "no room to make the totals equal"
    assert other[1] == verdicts, "the verdicts differ, so the bytes may"
    found = _outputs(call, _written(tmp_path / "other", change, notes), audience, monkeypatch, whole=whole)
    first = _kept[audience, whole]
    return [name for name in first if _comparable(name, first[name]) != _comparable(name, found[name])]


@pytest.mark.parametrize("name", CHANGES)
def test_nothing_hidden_moves_a_byte(
    name: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _differing(call, tmp_path, "public", CHANGES[name], monkeypatch, whole=False) == []


@cache
def _together(words: tuple[str, ...]) -> Change:
    """Return all changes whose names begin so, one after another."""
    return several(*(change for name, change in CHANGES.items() if name.startswith(words)))


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(
    "words",
    [
        ("finding cites an old", "hidden risk cites", "hidden mitigation cites", "hidden benefit cites"),
        ("hidden texts", "hidden claim", "hidden figure and", "hidden parameters", "hidden likelihood"),
        (
            "hidden event on",
            "hidden finding dated",
            "hidden critique",
            "hidden answer",
            "hidden waiver of no",
        ),
        ("hidden evidence first", "hidden risk first", "hidden source first", "one more"),
        ("dark-", "A-dark"),
    ],
    ids=["citations", "words and figures", "dates and answers", "places and more", "ids"],
)
def test_nothing_hidden_moves_a_byte_in_any_format(
    words: tuple[str, ...], audience: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _differing(call, tmp_path, audience, _together(words), monkeypatch, whole=True) == []


def test_insiders_are_told(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = _outputs(call, _written(tmp_path, None, NOTES), "internal", monkeypatch, whole=False)
    assert "Dark" in outputs["report json"][1]
    assert "dark-a" in outputs["check json"][1]


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_hidden_word_is_told(
    audience: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = _outputs(call, _written(tmp_path, None, NOTES), audience, monkeypatch, whole=True)
    for command, (_, out, err) in outputs.items():
        assert re.search("Dark|dark-[a-z]|A-dark", out + err) is None, command


@pytest.mark.parametrize("audience", [*AUDIENCES, "internal"])
def test_the_counts_add_up(
    audience: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outputs = _outputs(call, _written(tmp_path, None, NOTES), audience, monkeypatch, whole=False)
    counts = json.loads(outputs["check json"][1])["summary"]
    assert counts["evaluations"] == sum(counts[each] for each in ("passed", "failed", "unknown", "waived"))
    assert counts["evaluations"] > 0


def test_a_label_on_one_control_hides_it(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def labelled(made: Plan) -> None:
        controls = at(made, "stages", "first", "access")["controls"]
        controls += [{"other": "Dark control", "audience": "internal"}, {"other": "Open control"}]

    monkeypatch.chdir(_written(tmp_path, labelled, 0))
    told = {
        audience: call(("report", "plan", "--at", AT, "--audience", audience, "--format", "json"))[1]
        for audience in ("public", "internal")
    }
    assert "Open control" in told["public"]
    assert "Dark control" not in told["public"]
    assert "Dark control" in told["internal"]
