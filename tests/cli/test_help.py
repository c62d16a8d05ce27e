"""`--help` as people read it: in a terminal of 80 columns, or piped."""

from __future__ import annotations

import pytest

GROUPS = [(), ("evidence",), ("ledger",), ("policy",)]
COMMANDS = [
    *GROUPS,
    ("check",),
    ("evidence", "show"),
    ("evidence", "import"),
    ("policy", "test"),
    ("report",),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_fits_80_columns_and_needs_no_python(release_command, command: tuple[str, ...]) -> None:
    done = release_command(*command, "--help", COLUMNS="80", FORCE_COLOR="1")
    assert done.returncode == 0
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "\x1b" not in done.stdout
    assert "<str>" not in done.stdout
    assert "<list" not in done.stdout
    assert "[[" not in done.stdout


@pytest.mark.parametrize("group", GROUPS, ids=" ".join)
def test_a_list_of_commands_says_its_lines_to_the_end(release_command, group: tuple[str, ...]) -> None:
    listed = release_command(*group, "--help", COLUMNS="80").stdout.partition("Commands:")[2]
    assert listed
    assert "..." not in listed
