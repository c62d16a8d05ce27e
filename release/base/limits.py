"""Every limit on input, each named once; an error about a limit states both the limit and the value found."""

from __future__ import annotations

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

PLAN_BYTES: Final = 2 * MIB
LOCK_BYTES: Final = 16 * MIB
LEDGER_BYTES: Final = 64 * MIB
LEDGER_LINE_BYTES: Final = 256 * KIB
NESTING: Final = 64
NODES: Final = 200_000
ALIAS_EXPANSION: Final = 10
SCALAR_BYTES: Final = 64 * KIB
NUMBER_DIGITS: Final = 64
STAGES: Final = 1_000
ID_CHARACTERS: Final = 80
INCLUDED_FILES: Final = 64
ROWS_PER_FILE: Final = 100_000_000
COLUMNS: Final = 1_000
FIELD_BYTES: Final = MIB

EXPRESSION_BYTES: Final = 4 * KIB
EXPRESSION_NESTING: Final = 32
EXPRESSION_ITERATIONS: Final = 10_000
EXPRESSION_TEXT: Final = 64 * KIB
EXPRESSION_ITEMS: Final = 10_000
REGEX_BYTES: Final = KIB
RULES_PER_PACK: Final = 1_000
PACKS_IN_FORCE: Final = 50
MESSAGE_BYTES: Final = 4 * KIB

ERRORS_LISTED: Final = 100
ERROR_TEXT: Final = 2_000
EXCERPT_CHARACTERS: Final = 80

ARCHIVED_SOURCE_BYTES: Final = 64 * MIB

ARCHIVE_MEMBERS: Final = 50_000
ARCHIVE_BYTES: Final = 2 * GIB
ARCHIVE_RATIO: Final = 200
ARCHIVE_RATIO_FROM: Final = 64 * MIB

PROSE_CHARACTERS: Final = 4_000
