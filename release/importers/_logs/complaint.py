"""What can be wrong with a foreign log: one function per code, so that all importers say it in one way."""

from __future__ import annotations

from release.base.errors import InputError, InvalidInput, Position

NOT_THIS_FORMAT = "IN-078"
ARCHIVE = "IN-079"
UNFINISHED = "IN-080"
COUNTS = "IN-081"
SCORE = "IN-082"
TWICE = "IN-083"
REQUEST = "IN-084"


def wrong(code: str, message: str, file: str, hint: str = "", *, line: int = 1) -> InvalidInput:
    """Return an error about a log."""
    return InvalidInput([InputError(code, message, Position(file, line), hint)])


def misformed(message: str, file: str, *, line: int = 1) -> InvalidInput:
    """Return the error of a file that is not what its format says."""
    hint = "give the file as the tool wrote it; a log that was cut or edited is not taken"
    return wrong(NOT_THIS_FORMAT, message, file, hint, line=line)


def asked(message: str, hint: str) -> InvalidInput:
    """Return the error of a request that cannot be met."""
    return InvalidInput([InputError(REQUEST, message, None, hint)])
