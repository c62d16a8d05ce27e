"""`release report` as it is run: formats, languages, templates, and what it says when they are wrong."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).resolve().parents[2]
PLAN = "templates/plans/gpt-2"


def release(*arguments: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "release", *arguments],
        capture_output=True,
        cwd=cwd,
        env={**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT)},
        check=False,
    )


def report(*arguments: str, audience: str = "public") -> subprocess.CompletedProcess[bytes]:
    return release("report", PLAN, "--at", "2019-11-04", "--audience", audience, *arguments)


def test_the_json_twin_is_what_its_schema_says() -> None:
    done = report("--format", "json")
    assert done.returncode == 0, done.stderr
    schema = release("schema", "report")
    assert schema.returncode == 0
    value = json.loads(done.stdout)
    jsonschema.validate(value, json.loads(schema.stdout))
    assert value["verdict"] == "hold"
    assert value["audience"] == "public"


def test_another_language(tmp_path: Path) -> None:
    target = tmp_path / "bericht.html"
    done = report("--lang", "de", "--output", str(target))
    assert done.returncode == 0
    assert done.stdout == b""
    assert b"wrote the public report to" in done.stderr
    assert '<html lang="de">' in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lang", "xx"], "error[IN-088]: no report is written in 'xx'"),
        (["--lang", "../de"], "error[IN-088]"),
        (["--format", "docx"], "error[IN-086]"),
        (["--template", "docs"], "error[IN-098]: nothing in docs replaces a template"),
        (["--template", "nowhere"], "error[IN-098]: --template nowhere is no folder"),
    ],
)
def test_what_does_not_exist_is_said_and_nothing_written(arguments: list[str], said: str) -> None:
    done = report(*arguments)
    assert done.returncode == 2
    assert done.stdout == b""
    assert said in done.stderr.decode()
    assert b"Traceback" not in done.stderr


def test_own_templates_stand_in_for_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "limits.html.j2").write_text("<p class=ours>{{ view.title }}: our limits</p>", "utf-8")
    done = report("--template", str(tmp_path))
    assert done.returncode == 0, done.stderr
    page = done.stdout.decode()
    assert "our limits</p>" in page
    assert '<section id="evidence"' in page


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% if %}", "limits.html.j2:1:1"),
        ("\n\n{{ nothing.at.all }}", "'nothing' is undefined"),
        ("{{ view.__class__.__mro__ }}", "unsafe"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{% include '../secret.txt' %}", "secret.txt"),
        ("{% include '/etc/passwd' %}", "/etc/passwd"),
    ],
)
def test_a_template_that_fails_is_told_by_its_place(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "secret.txt").write_text("SECRET", encoding="utf-8")
    own = tmp_path / "own"
    own.mkdir()
    (own / "limits.html.j2").write_text(text, encoding="utf-8")
    done = report("--template", str(own))
    assert done.returncode == 2
    assert done.stdout == b""
    told = " ".join(done.stderr.decode().split())  # lines are wrapped where the folder's name lets them
    assert "error[IN-098]" in told
    assert said in told
    assert b"SECRET" not in done.stderr


SUMMARISER = """import json, sys
asked = json.load(sys.stdin)
sentences = [
    {"id": each["id"], "text": "In short: " + each["text"][:300], "cites": each["cites"]}
    for each in asked["sentences"] if each["level"] == "plan"
]
sentences.append({"id": "summary:plan:none", "text": "x", "cites": []})
print(json.dumps({"schema": "release-summary/1", "sentences": sentences}))
"""


def test_a_summariser_proposes_and_what_it_says_is_checked(tmp_path: Path) -> None:
    (tmp_path / "short.py").write_text(SUMMARISER, encoding="utf-8")
    done = report("--format", "json", "--summariser", f"{sys.executable} '{tmp_path / 'short.py'}'")
    assert done.returncode == 0, done.stderr
    overview = json.loads(done.stdout)["overview"]
    assert overview["text"].startswith("In short: Largest model")
    assert overview["proposed"] is True
    assert b"summary:plan:none is not taken: there is no such sentence" in done.stderr
    assert b"1 sentences are taken" in done.stderr


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("raise SystemExit(3)", "ended with exit code 3"),
        ("print('x')", "no JSON"),
        ("import sys; sys.stdout.write('x' * 2_000_000)", "wrote more than"),
    ],
)
def test_where_it_fails_the_tools_own_summary_stands(code: str, said: str) -> None:
    done = report("--format", "json", "--summariser", f'{sys.executable} -c "{code}"')
    assert done.returncode == 0, done.stderr
    assert said in done.stderr.decode()
    assert json.loads(done.stdout)["overview"]["text"].startswith("Largest model")


@pytest.mark.parametrize("command", ["", "'", "/no/such/command", "x; touch /tmp/staged-release-shell"])
def test_a_summariser_that_is_none_is_an_error(command: str) -> None:
    done = report("--summariser", command)
    assert done.returncode == 2
    assert b"error[IN-086]: --summariser" in done.stderr
    assert not Path("/tmp/staged-release-shell").exists()


def test_a_command_that_does_not_end_is_ended() -> None:
    from release.cli.asked_command import CommandFailed, answer_of

    with pytest.raises(CommandFailed, match="took more than"):
        answer_of("--summariser", [sys.executable, "-c", "import time; time.sleep(60)"], b"", seconds=0.3)


@pytest.mark.parametrize("audience", ["public", "partner:cornell", "internal"])
def test_rules_of_reports_that_fail_are_among_the_limits(audience: str) -> None:
    done = report("--format", "json", audience=audience)
    limits = json.loads(done.stdout)["limits"]
    assert any(each.startswith("RP-1105: The report names no contact") for each in limits)
    assert any(each.startswith("RP-1106: ") and "The same holds for 4 more." in each for each in limits)


def test_a_strict_report_that_fails_is_not_written(tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    done = report("--strict", "--output", str(target))
    assert done.returncode == 1
    assert done.stdout == b""
    assert not target.exists()
    said = done.stderr.decode()
    assert "RP-1105: The report names no contact with both a name and an address." in said
    assert "nothing was written" in said


def test_a_strict_report_that_passes_is_written(tmp_path: Path) -> None:
    plan = (ROOT / PLAN / "release.yaml").read_text(encoding="utf-8")
    plan = plan.replace("developer:", "contact: {name: Lead, address: lead@example.org}\ndeveloper:", 1)
    lines = plan.splitlines()
    risks = lines.index("risks:")
    ends = next(at for at in range(risks + 1, len(lines)) if lines[at][:1].strip() and lines[at][0] != "#")
    for at in range(ends - 1, risks, -1):
        if lines[at].startswith("    title:"):
            lines.insert(at + 1, "    review_by: 2020-01-01")
    folder = tmp_path / "gpt-2"
    folder.mkdir()
    (folder / "release.yaml").write_text("\n".join(lines), encoding="utf-8")
    done = release(
        "report", str(folder), "--at", "2019-11-04", "--audience", "public", "--strict", "-f", "json"
    )
    limits = [] if done.returncode else json.loads(done.stdout)["limits"]
    assert "RP-1105" not in done.stderr.decode()
    assert "RP-1106" not in done.stderr.decode()
    assert not any(each.startswith("RP-") for each in limits)


def test_two_dates_side_by_side() -> None:
    done = report("--compare", "2019-08-19", "-f", "json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)["compared"]
    assert found["since"] == "2019-08-19"
    assert found["sentence"] == "The verdict is Hold, as it was on 2019-08-19."
    stages, figures, findings = found["tables"]
    assert ["Large model, 774M", "Hold (Planned)", "Hold (Released)"] in stages["rows"]
    assert figures["caption"] == "Figures that are new"
    claim = "Credibility rises with size"
    assert any(row[0].startswith(claim) and row[2] == "6.91" for row in figures["rows"])
    assert any(row[0].startswith("SR-105") and row[2:] == ["Fails", "not asked"] for row in findings["rows"])
    same = json.loads(report("--compare", "2019-11-04", "-f", "json").stdout)["compared"]
    assert len(same["tables"]) == 1


def test_the_decision_stands_before_figures_and_findings() -> None:
    page = report("--compare", "2019-08-19").stdout.decode()
    places = [
        page.index(each)
        for each in ("The verdict is Hold, as", "Figures that are new", "Findings that differ")
    ]
    assert places == sorted(places)


def test_several_plans_make_an_index(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = release(
        "report", "templates/plans/gpt-2", "templates/plans/heron", "--at", "2026-06-01",
        "--audience", "public", "--output", str(folder),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(each.name for each in folder.iterdir()) == ["gpt-2.html", "heron.html", "index.html"]
    index = (folder / "index.html").read_text(encoding="utf-8")
    assert 'href="gpt-2.html"' in index
    assert 'href="heron.html"' in index
    assert "for the public" in index or "the public" in index
    again = release("report", "templates/plans/gpt-2", "templates/plans/heron", "--audience", "public")
    assert again.returncode == 2
    assert b"2 reports need a folder" in again.stderr


def test_a_decision_on_the_ledger_stands_in_the_report_of_insiders(tmp_path: Path) -> None:
    folder = tmp_path / "gpt-2"
    shutil.copytree(ROOT / PLAN, folder)
    before = release("report", str(folder), "--audience", "public").stdout
    decided = release(
        "decide", str(folder), "--stage", "xl", "--decision", "go", "--by", "lead@example.org",
        "--reason", "The plan was followed to its end.",
    )  # fmt: skip
    assert decided.returncode == 0, decided.stderr
    done = release("report", str(folder), "--audience", "internal", "-f", "json")
    (found,) = [each for each in json.loads(done.stdout)["history"]["taken"] if each["source"] == "ledger"]
    assert (found["stage"], found["decision"], found["verdict"], found["against"]) == (
        "xl",
        "go",
        "hold",
        True,
    )
    assert found["reason"] == "The plan was followed to its end."
    page = release("report", str(folder), "--audience", "internal").stdout.decode()
    assert "lead@example.org" in page.partition("<h3>What was decided</h3>")[2]
    assert release("report", str(folder), "--audience", "public").stdout == before
