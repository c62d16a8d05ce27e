"""What the formats write, read back by clients that are not ours."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import junitparser
import markdown
import pytest
from markdown_it import MarkdownIt

from release.audience.check_view import CheckView
from release.base.visible import visible
from release.formats import FORMATS
from tests.clients.samples import CANARY, HOSTILE, rendered, view_of, write

NODE = Path(__file__).parent / "node" / "node_modules"


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("plan"))


@pytest.fixture(scope="module")
def view(plan: Path) -> CheckView:
    return view_of(plan)


def sarif(view: CheckView) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(rendered(view, "sarif"))
    return found


def test_the_sample_has_every_severity_and_status(view: CheckView) -> None:
    assert {each.severity for each in view.findings} == {"error", "warning", "note"}
    assert {each.status for each in view.findings} == {"fail", "unknown", "waived"}
    assert view.verdict == "no-go"
    assert len([each for each in view.findings if each.rule == "OW-1"]) == len(HOSTILE)


# SARIF


@pytest.mark.node
def test_sarif_is_valid_by_the_official_schema(view: CheckView) -> None:
    schema = json.loads(
        (NODE / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json").read_text("utf-8")
    )
    jsonschema.Draft7Validator(schema).validate(sarif(view))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft7Validator(schema).validate(sarif(view) | {"version": "9"})


def test_sarif_says_what_the_findings_say(view: CheckView) -> None:
    (run,) = sarif(view)["runs"]
    assert len(run["results"]) == len(view.findings)
    rules = run["tool"]["driver"]["rules"]
    for result, finding in zip(run["results"], view.findings, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == finding.rule
        region = result["locations"][0]["physicalLocation"]["region"]
        assert (region["startLine"], region["startColumn"]) == (finding.at.line, finding.at.column)
        assert bool(result.get("suppressions")) == (finding.status == "waived")
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "models/hostile/release.yaml"
        assert rules[result["ruleIndex"]]["help"]["text"]


def test_fingerprints_stay_when_lines_are_added_elsewhere(view: CheckView, tmp_path: Path) -> None:
    moved = view_of(write(tmp_path, lines=7))
    assert [each.at.line - 7 for each in moved.findings] == [each.at.line for each in view.findings]
    for name, key in (("sarif", "partialFingerprints"), ("gitlab", "fingerprint")):
        texts = [rendered(each, name) for each in (view, moved)]
        before, after = [re.findall(rf'"{key}": (\{{[^}}]*\}}|"[^"]*")', text) for text in texts]
        assert len(before) == len(view.findings)
        assert before == after


# JUnit


def test_junit_is_read_by_junitparser(view: CheckView) -> None:
    text = rendered(view, "junit")
    assert "<!DOCTYPE" not in text
    suites = junitparser.JUnitXml.fromstring(text.encode("utf-8"))
    cases = [case for suite in suites for case in suite]
    assert len(cases) == suites.tests == len(view.findings)
    failures = [case for case in cases if case.result and isinstance(case.result[0], junitparser.Failure)]
    skipped = [case for case in cases if case.result and isinstance(case.result[0], junitparser.Skipped)]
    errors = [each for each in view.findings if each.severity == "error" and each.status != "waived"]
    assert len(failures) == suites.failures == len(errors)
    assert len(skipped) == suites.skipped == sum(each.status == "waived" for each in view.findings)
    said = {case.result[0].message for case in failures}
    assert HOSTILE[4] in said


# GitLab


def test_gitlab_has_the_documented_fields(view: CheckView) -> None:
    issues = json.loads(rendered(view, "gitlab"))
    assert len(issues) == len(view.findings)
    assert len({each["fingerprint"] for each in issues}) == len(issues)
    for issue, finding in zip(issues, view.findings, strict=True):
        assert {"description", "check_name", "fingerprint", "severity", "location"} == issue.keys()
        assert issue["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not issue["location"]["path"].startswith(("/", "./"))
        assert issue["location"]["lines"]["begin"] == finding.at.line
        assert "\n" not in issue["description"]


# GitHub: the runner's own way of reading, written anew after its documentation


def command_of(line: str) -> tuple[str, dict[str, str], str] | None:
    """Read one line as a runner does: `::name key=value,…::data`, after leading spaces."""
    line = line.lstrip()
    if not line.startswith("::"):
        return None
    end = line.find("::", 2)
    if end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    properties = {}
    for part in rest.split(","):
        key, separator, value = part.strip().partition("=")
        if separator:
            properties[key] = unescaped(value, ["%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ","])
    return name, properties, unescaped(line[end + 2 :], ["%0D", "\r", "%0A", "\n"])


def unescaped(text: str, pairs: list[str]) -> str:
    for written, meant in zip(pairs[::2], pairs[1::2], strict=True):
        text = text.replace(written, meant)
    return text.replace("%25", "%")


def test_github_commands_are_read_back(view: CheckView) -> None:
    lines = rendered(view, "github").splitlines()
    commands = [command_of(line) for line in lines]
    assert commands[-1] is None
    assert "##[" not in lines[-1]
    assert len(commands) - 1 == len(view.findings)
    for command, finding in zip(commands, view.findings, strict=False):
        assert command is not None
        name, properties, data = command
        assert properties.keys() == {"file", "line", "col", "title"}
        assert (properties["file"], properties["line"], properties["col"]) == (
            finding.at.file,
            str(finding.at.line),
            str(finding.at.column),
        )
        assert properties["title"].startswith(finding.rule)
        level = {"error": "error", "warning": "warning", "note": "notice"}[finding.severity]
        assert name == ("notice" if finding.status == "waived" else level)
        assert data == f"{visible(finding.message)} {visible(finding.fix)}".strip()


@pytest.mark.parametrize("name", ["text", "concise", "github"])
def test_no_line_that_a_pipeline_prints_starts_with_text_from_the_plan(view: CheckView, name: str) -> None:
    for line in rendered(view, name).splitlines():
        command = command_of(line)
        assert command is None or (name == "github" and "file" in command[1])
        assert command is not None or "##[" not in line


# Markdown

ENGINES = {
    "commonmark": lambda text: MarkdownIt("commonmark", {"html": True}).render(text),
    "github-like": lambda text: (
        MarkdownIt("gfm-like", {"html": True, "linkify": False})
        .enable(["table", "strikethrough"])
        .render(text)
    ),
    "python-markdown": lambda text: markdown.markdown(
        text, extensions=["tables", "fenced_code", "attr_list"]
    ),
}
OWN_TAGS = frozenset({"h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td"})


@pytest.mark.parametrize("engine", ENGINES)
def test_markdown_stays_text(view: CheckView, engine: str) -> None:
    page = ENGINES[engine](rendered(view, "markdown"))
    without_marker = page.replace("<!-- staged-release -->", "", 1)
    assert "<!--" not in without_marker
    assert set(re.findall(r"<([a-z0-9]+)", without_marker)) <= OWN_TAGS
    assert not re.search(r"<[a-z0-9]+[^>]*\s(href|src|on\w+|class|id)=", without_marker)
    assert page.count("<h2>") == 1
    assert page.count("<h3>") == 1


def test_markdown_has_a_row_per_finding(view: CheckView) -> None:
    tables = ENGINES["github-like"](rendered(view, "markdown"))
    rows = re.findall(r"<tr>", tables.rpartition("<table>")[2])
    assert len(rows) - 1 == len(view.findings)
    cells = [len(re.findall("<td>", row)) for row in tables.rpartition("<table>")[2].split("<tr>")[2:]]
    assert set(cells) == {4}


def test_markdown_is_found_again_by_its_marker(view: CheckView) -> None:
    text = rendered(view, "markdown")
    assert text.startswith("<!-- staged-release -->\n")
    assert text.count("<!-- staged-release -->") == 1


# All of them


def test_the_same_findings_are_counted_in_each(view: CheckView) -> None:
    number = len(view.findings)
    body = json.loads(rendered(view, "json"))
    summary = body["summary"]
    assert len(body["plans"][0]["findings"]) == number
    assert summary["failed"] + summary["unknown"] + summary["waived"] == number
    assert len(rendered(view, "concise").splitlines()) == number + 1
    assert len(re.findall(r"--> models/hostile/release.yaml:\d+:\d+", rendered(view, "text"))) == number


def test_a_public_view_says_nothing_of_what_is_internal(tmp_path: Path) -> None:
    plain, secret = write(tmp_path / "plain"), write(tmp_path / "secret", secret=True)
    inside = view_of(secret)
    outside = view_of(secret, audience="public")
    assert any(CANARY in each.object for each in inside.findings)
    names = FORMATS.names()
    assert set(names) >= {"text", "concise", "json", "sarif", "junit", "github", "gitlab", "markdown"}
    for name in names:
        assert CANARY in rendered(inside, name)
        assert CANARY not in rendered(outside, name)
    assert outside.verdict == view_of(plain, audience="public").verdict


def test_xml_without_forbidden_characters(view: CheckView) -> None:
    import xml.etree.ElementTree as ET

    root = ET.parse(io.BytesIO(rendered(view, "junit").encode("utf-8"))).getroot()  # noqa: S314 - likewise
    assert root.tag == "testsuites"
