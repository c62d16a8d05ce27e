"""What each command imports, and that the table of commands says what the commands say of themselves."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

import release.cli.commands
from release.cli.app import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"jinja2", "markdown", "nh3", "weasyprint", "rich", "scipy", "numpy", "duckdb", "cryptography"}
PROBE = (
    "import sys\n"
    "sys.argv = ['release', *sys.argv[1:]]\n"
    "from release.__main__ import main\n"
    "try:\n"
    "    main()\n"
    "except SystemExit:\n"
    "    pass\n"
    "sys.stderr.write('\\n'.join(sorted({name.partition('.')[0] for name in sys.modules})))\n"
)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--version",),
        ("--help",),
        ("check", "--help"),
        ("check", "templates/plans/gpt-2", "--at", "2019-11-04"),
        ("status", "templates/plans/gpt-2", "--at", "2019-11-04"),
        ("explain", "SR-104"),
        ("schema", "plan"),
    ],
)
def test_nothing_heavy_is_imported(arguments):
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *arguments], capture_output=True, text=True, check=False, cwd=ROOT
    )
    loaded = set(done.stderr.split())
    assert "release" in loaded
    assert not loaded & HEAVY
    if arguments[0] in {"--help", "check"}:
        assert "pydantic" not in loaded  # typer would convert text to text with it
    if arguments == ("--version",):
        assert not loaded & {"typer", "pydantic", "yaml"}


def test_the_table_of_commands_is_the_folder():
    files = {module.name for module in pkgutil.iter_modules(release.cli.commands.__path__)}
    assert {row.target.partition(":")[0].rpartition(".")[2] for row in COMMANDS} == files


@pytest.mark.parametrize("row", COMMANDS, ids=lambda row: row.name)
def test_the_help_in_the_table_is_the_command_s_own(row):
    module, _, attribute = row.target.partition(":")
    found = getattr(importlib.import_module(module), attribute)
    own = found.info.help if isinstance(found, typer.Typer) else found.__doc__.splitlines()[0]
    assert row.help == own


def test_version_is_the_package_s(release_command):
    done = release_command("--version")
    assert (done.returncode, done.stdout) == (0, f"release {release.__version__}\n")
    assert release_command("-V").stdout == done.stdout
