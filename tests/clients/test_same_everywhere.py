"""Every format of `check` and `gate` tells of the same findings at the same places, for every audience."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import junitparser
import pytest
from markdown_it import MarkdownIt

from release.cli.run import run
from tests.unit.gate.hidden import plan_with_secrets

Told = Counter[tuple[str, str, int, int]]
"""How often each (rule, file, line, column) is told of."""

FORMATS = ("text", "concise", "sarif", "junit", "github", "gitlab", "markdown")
COMMANDS = {
    "check": ["check", "--at=2026-05-01"],
    "gate": ["gate", "--at=2026-05-01", "--stage=second"],
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    plan_with_secrets(tmp_path / "plan", "one")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def written(command: str, name: str, audience: str) -> str:
    first, *rest = COMMANDS[command]
    told = [first, "plan", *rest, f"--format={name}", f"--audience={audience}"]
    assert run([*told, "--exit-zero", "--output=out"]) == 0
    return Path("out").read_text(encoding="utf-8")


def place(found: re.Match[str]) -> tuple[str, str, int, int]:
    return found["rule"], found["file"], int(found["line"]), int(found["column"])


def of_json(command: str, text: str) -> Told:
    body = json.loads(text)
    if command == "check":
        listed = body["plans"][0]["findings"]
    else:
        listed = [each["finding"] for each in body["reasons"] if each["finding"]]
    return Counter((each["rule"], each["file"], each["line"], each["column"]) for each in listed)


def of_text(command: str, text: str) -> Told:
    head = r"^rule (?P<rule>\S+)(?: on \S+ \S+)? ->"
    if command == "check":
        head = r"^(?:error|warning|note)\[(?P<rule>[^\]]+)\]"
    found = re.compile(
        rf"{head}(?:(?!^(?:error|warning|note)\[|^\S)[\s\S])*?"
        r"^\s*--> (?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+)",
        re.MULTILINE,
    )
    return Counter(place(each) for each in found.finditer(text))


def of_concise(text: str) -> Told:
    found = re.compile(r"^(?P<file>[^:\n]+):(?P<line>\d+):(?P<column>\d+): (?P<rule>\S+) ", re.MULTILINE)
    return Counter(place(each) for each in found.finditer(text))


def of_sarif(text: str) -> Told:
    told: Told = Counter()
    for result in json.loads(text)["runs"][0]["results"]:
        where = result["locations"][0]["physicalLocation"]
        region = where["region"]
        told[
            result["ruleId"], where["artifactLocation"]["uri"], region["startLine"], region["startColumn"]
        ] += 1
    return told


def of_github(text: str) -> Told:
    found = re.compile(
        r"^::(?:error|warning|notice) file=(?P<file>[^,]+),line=(?P<line>\d+),col=(?P<column>\d+),"
        r"title=(?P<rule>[A-Z]+-\d+|gate%3A[a-z]+|criterion%3A\S+?)(?=%3A| )",
        re.MULTILINE,
    )
    return Counter(place(each) for each in found.finditer(text))


def rules(told: Told) -> Counter[str]:
    return sum((Counter({rule: count}) for (rule, *_), count in told.items()), Counter())


@pytest.mark.parametrize("audience", ["internal", "public", "partner:p1"])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.usefixtures("here")
def test_the_same_findings_everywhere(command: str, audience: str) -> None:
    text = {name: written(command, name, audience) for name in ("json", *FORMATS)}
    reference = of_concise(text["concise"])
    assert reference
    asked = of_json(command, text["json"])
    if command == "check":
        assert asked == reference
    else:  # what does not block is no reason; other reasons stand as findings of the gate in other formats
        listed = Counter(
            {each: count for each, count in reference.items() if not each[0].startswith("gate:")}
        )
        assert asked <= listed
        others = [each for each in json.loads(text["json"])["reasons"] if not each["finding"]]
        assert sum(count for (rule, *_), count in reference.items() if rule.startswith("gate:")) == len(
            others
        )
    assert of_text(command, text["text"]) == asked
    assert of_sarif(text["sarif"]) == reference
    assert {rule.replace("%3A", ":") for rule in rules(of_github(text["github"]))} == set(rules(reference))
    assert sum(of_github(text["github"]).values()) == sum(reference.values())
    issues = json.loads(text["gitlab"])
    lines = Counter(
        (each["check_name"], each["location"]["path"], each["location"]["lines"]["begin"]) for each in issues
    )
    assert lines == sum((Counter({key[:3]: count}) for key, count in reference.items()), Counter())
    suites = junitparser.JUnitXml.fromstring(text["junit"].encode())
    assert sum(1 for suite in suites for _ in suite) == sum(reference.values())
    rows = MarkdownIt("gfm-like", {"linkify": False}).enable("table").parse(text["markdown"])
    bodies = [index for index, each in enumerate(rows) if each.type == "tbody_open"]
    after = [each.type for each in rows[bodies[-1] :]]
    assert after.count("tr_open") == sum(reference.values())


@pytest.mark.parametrize("name", ["json", *FORMATS])
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("audience", ["public", "partner:p1"])
def test_what_is_hidden_changes_no_byte(here: Path, command: str, name: str, audience: str) -> None:
    before = written(command, name, audience)
    plan_with_secrets(here / "plan", "another-much-longer-one")
    assert written(command, name, audience) == before
    assert "another" not in before
    assert "secret" not in before.casefold()
