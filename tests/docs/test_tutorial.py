"""Every command of the tutorials is run, in order; in what they show, `...` stands for any lines."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = [*sorted((DOCS / "tutorial").glob("*.md")), DOCS / "how-to" / "question-a-verdict.md"]

_BLOCK = re.compile(
    r'(?:<!-- (?P<file>\S+), after "(?P<after>[^"\n]+)" -->\n)?```(?P<kind>console|yaml)\n(?P<body>.*?)```\n',
    re.DOTALL,
)


class Step(NamedTuple):
    """A command with the output that the page shows, or text to insert into a file."""

    command: str = ""
    output: str = ""
    file: str = ""
    after: str = ""
    text: str = ""


def steps(page: str) -> Iterator[Step]:
    for block in _BLOCK.finditer(page):
        if block["kind"] == "yaml":
            assert block["file"], "a YAML sample says where it is inserted"
            yield Step(file=block["file"], after=block["after"], text=block["body"])
            continue
        for piece in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
            command, _, output = piece.partition("\n")
            yield Step(command=command, output=output)


def matches(shown: str, output: str) -> bool:
    """Tell whether output is as shown: line by line, `...` for any number of lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "..." else re.escape(line.rstrip()) + r" *\n" for line in shown.splitlines()
    )
    return re.fullmatch(pattern, output) is not None


def run(command: str, folder: Path) -> str:
    words = shlex.split(command)
    assert words[0] == "release"
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-m", "release", *words[1:]],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode in {0, 1, 3}, done.stdout
    return done.stdout


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_page_shows_what_happens(page: Path, tmp_path: Path) -> None:
    taken = 0
    for step in steps(page.read_text(encoding="utf-8")):
        taken += 1
        if step.file:
            target = tmp_path / step.file
            text = target.read_text(encoding="utf-8")
            assert text.count(step.after + "\n") == 1
            target.write_text(text.replace(step.after + "\n", f"{step.after}\n{step.text}"), encoding="utf-8")
            continue
        output = run(step.command, tmp_path)
        assert matches(step.output, output), f"{step.command}\nshown:\n{step.output}\nis:\n{output}"
    assert taken > 0


def test_the_readme_shows_what_happens(tmp_path: Path) -> None:
    (tmp_path / "templates").symlink_to(DOCS.parent / "templates")
    text = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    (shown,) = list(steps(text))
    assert matches(shown.output, run(shown.command, tmp_path))
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("release "):
                run(line.partition("#")[0], tmp_path)
    (program,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert f"print(result.verdict)  # {done.stdout.strip()}" in program


def test_what_the_tutorial_tells_readers_to_look_for_is_in_one_report_alone(tmp_path: Path) -> None:
    text = (DOCS / "tutorial" / "gpt-2.md").read_text(encoding="utf-8")
    (words,) = re.findall(r'Search both files for "([^"]+)", and find it in `cornell.html` alone', text)
    for step in steps(text):
        if step.command.startswith(("release init", "release report")):
            run(step.command, tmp_path)
    assert words in (tmp_path / "cornell.html").read_text("utf-8")
    assert words not in (tmp_path / "public.html").read_text("utf-8")


def test_there_is_a_tutorial() -> None:
    assert "gpt-2" in {page.stem for page in PAGES}


def test_a_page_that_shows_something_else_would_be_found() -> None:
    assert matches("a\n...\nd\n", "a\nb\nc\nd\n")
    assert matches("a\n...\n", "a\n")
    assert not matches("a\nd\n", "a\nb\nd\n")
    assert not matches("a\n", "b\n")
