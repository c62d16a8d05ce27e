"""The codes of input errors: what each means and how to put it right.

Ranges: 001-019 text, 020-049 plan, 050-064 packs, 065-084 evidence, 085-099 command line, files and ledger.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """One code.

    Attributes:
        title: the mistake in a few words.
        why: why the tool insists.
        fix: what to do.
        bad: an example that has the mistake.
        good: the same, put right.
    """

    title: str
    why: str
    fix: str
    bad: str = ""
    good: str = ""


CODES: dict[str, Code] = {
    "IN-085": Code(
        "No such file or folder",
        "A check that finds no plan has judged nothing, so it must not pass.",
        "Give the path of a release folder or of its release.yaml.",
        "release check modells/",
        "release check models/",
    ),
    "IN-086": Code(
        "The command line is wrong",
        "An option that is not understood could change what is judged.",
        "See `release COMMAND --help`.",
        "release check --at yesterday",
        "release check --at 2019-11-04",
    ),
    "IN-087": Code(
        "A file could not be read or written",
        "Half-read or half-written files must never be taken for whole ones.",
        "Check that the file exists, is a regular file, and that its permissions allow this.",
    ),
    "IN-088": Code(
        "An option names something that does not exist",
        "A misspelled stage, rule or partner would silently select nothing.",
        "Use one of the names that the message lists.",
        "release check --stage xxl",
        "release check --stage xl",
    ),
}
