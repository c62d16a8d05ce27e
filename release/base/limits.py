"""Every limit on input, each named once; an error about a limit states both the limit and the value found."""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

PLAN_BYTES: Final = 2 * MIB
"""One file of a plan, or one pack."""
LOCK_BYTES: Final = 16 * MIB
"""The lock file."""
LEDGER_BYTES: Final = 64 * MIB
"""The ledger."""
LEDGER_LINE_BYTES: Final = 256 * KIB
"""One line of the ledger."""
NESTING: Final = 64
"""Levels of nesting in YAML and JSON."""
NODES: Final = 200_000
"""Keys, values and collections of one file, with aliases written out."""
ALIAS_EXPANSION: Final = 10
"""How many times larger than written a file may be with its aliases written out."""
SCALAR_BYTES: Final = 64 * KIB
"""One text in YAML."""
NUMBER_DIGITS: Final = 64
"""Digits of a number."""
STAGES: Final = 1_000
"""Stages of a plan."""
ID_CHARACTERS: Final = 80
"""Characters of an id."""
INCLUDED_FILES: Final = 64
"""Files that a plan includes."""
ROWS_PER_FILE: Final = 100_000_000
"""Rows of one file of evidence; they are streamed."""
COLUMNS: Final = 1_000
"""Columns of one file of evidence."""
FIELD_BYTES: Final = MIB
"""One field of a row."""

TEMPLATE_BYTES: Final = MIB
"""One template of a report."""
SUMMARISER_BYTES: Final = MIB
"""What an outside summariser answers."""
SUMMARISER_SECONDS: Final = 60
"""Seconds that an outside summariser may take."""
CRITIC_BYTES: Final = MIB
"""What an outside critic answers."""
CRITIC_SECONDS: Final = 60
"""Seconds that an outside critic may take."""
CRITIQUES: Final = 500
"""Objections that an outside critic may raise."""

EXPRESSION_BYTES: Final = 4 * KIB
"""Source of one expression."""
EXPRESSION_NESTING: Final = 32
"""Levels of nesting in an expression."""
EXPRESSION_ITERATIONS: Final = 10_000
"""Loop iterations of one evaluation; beyond them the answer is unknown."""
EXPRESSION_TEXT: Final = 64 * KIB
"""Characters of a text that an expression makes."""
EXPRESSION_ITEMS: Final = 10_000
"""Items of a list that an expression makes."""
REGEX_BYTES: Final = KIB
"""Source of a regular expression, which takes linear time."""
RULES_PER_PACK: Final = 1_000
"""Rules of one pack."""
PACKS_IN_FORCE: Final = 50
"""Packs that judge one plan."""
MESSAGE_BYTES: Final = 4 * KIB
"""Message of a finding after its placeholders are filled."""

ERRORS_LISTED: Final = 100
"""Errors that are listed; the others are counted."""
ERROR_TEXT: Final = 2_000
"""Characters of one error or finding."""
EXCERPT_CHARACTERS: Final = 80
"""Characters of offending text that a message repeats."""

ARCHIVED_SOURCE_BYTES: Final = 64 * MIB
"""One archived source."""

ARCHIVE_MEMBERS: Final = 50_000
"""Members of an archive."""
ARCHIVE_BYTES: Final = 2 * GIB
"""An archive once unpacked; it is read as a stream."""
ARCHIVE_RATIO: Final = 200
"""How many times larger than packed an archive may be."""
ARCHIVE_RATIO_FROM: Final = 64 * MIB
"""Unpacked size from which that ratio is looked at."""
ARCHIVE_DIRECTORY_BYTES: Final = 16 * MIB
"""The list of members of an archive."""

LOG_DOCUMENT_BYTES: Final = 256 * MIB
"""One JSON document of an evaluation log."""
LOG_FILES: Final = 50_000
"""Files of one folder of logs."""
LOG_ID_CHARACTERS: Final = 300
"""Characters of an id that is taken over from a log."""

PROSE_CHARACTERS: Final = 4_000
"""Characters of a critic's objection; a longer text of a plan is shown without its Markdown."""
