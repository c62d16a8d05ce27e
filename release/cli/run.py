"""Run the command line: from arguments to an exit code, with every failure said in the right place."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from release.base.errors import InputError, InvalidInput
from release.cli.output import OutputFailed, silence_stdout, write_error, write_result

USAGE = 2
_CONFIGURED = frozenset({"check", "gate"})
INTERNAL = 70
INTERRUPTED = 130
TERMINATED = 143


_UNWRITABLE = frozenset({errno.ENOSPC, errno.EBADF, errno.EIO})


class Terminated(BaseException):
    """SIGTERM arrived; raised so that temporary files are removed on the way out."""


def _terminate(_number: int, _frame: FrameType | None) -> None:
    raise Terminated


def run(arguments: Sequence[str]) -> int:
    """Run one command and return the exit code of design: 0, 1, 2, 3, 70, 130 or 143."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)
    if sys.stdout is None:
        write_error("error[IN-087]: standard output could not be written: it is closed\n")
        return USAGE
    try:
        try:
            return _invoke(arguments)
        except InvalidInput as invalid:
            return _say_invalid(invalid, arguments)
    except OutputFailed as failed:
        write_error(f"error[IN-087]: {failed}\n")
        return USAGE
    except OSError as error:
        if error.errno not in _UNWRITABLE:
            return _say_internal(error)
        # What typer prints itself (help, the version) does not go through the one writer.
        silence_stdout()
        write_error(f"error[IN-087]: standard output could not be written: {error.strerror}\n")
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    except Exception as error:  # noqa: BLE001 - the one place: whatever else escapes is a fault of ours
        return _say_internal(error)


def _invoke(arguments: Sequence[str]) -> int:
    from typer.exceptions import Abort, TyperException

    from release.cli.app import app

    try:
        code: Any = app(args=list(arguments), prog_name="release", standalone_mode=False)
    except Abort:
        return INTERRUPTED
    except TyperException as error:
        show = getattr(error, "format_message", None)
        if show is None:
            raise
        if type(error).__name__ == "NoArgsIsHelpError":
            write_error(f"{show()}\n")
            return USAGE
        context = getattr(error, "ctx", None)
        command = context.command_path if context is not None else "release"
        raise InvalidInput([InputError("IN-086", str(show()), None, f"see `{command} --help`")]) from None
    return int(code) if isinstance(code, int) else 0


def _say_invalid(invalid: InvalidInput, arguments: Sequence[str]) -> int:
    from release.formats import _input_errors as input_errors

    asked = _asked_format(arguments)
    if asked == "json":
        write_result(input_errors.to_json(invalid), None)
    elif asked == "concise":
        write_error(input_errors.to_concise(invalid))
    else:
        exporting = bool(arguments) and arguments[0] == "export"
        outcome = "nothing was written" if exporting else "nothing was judged"
        write_error(input_errors.to_text(invalid, outcome=outcome))
    return USAGE


def _asked_format(arguments: Sequence[str]) -> str:
    """Find the format in raw arguments, since an error may come before they are parsed."""
    for place, argument in enumerate(arguments):
        if argument in {"--format", "-f"} and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith("--format="):
            return argument.removeprefix("--format=")
    return _configured_format(arguments)


def _configured_format(arguments: Sequence[str]) -> str:
    """Return what `release.toml` above the plan says; where it is itself wrong, text."""
    from release.api import PLAN_FILE
    from release.cli.config import configuration

    if not arguments or arguments[0] not in _CONFIGURED:
        return "text"
    paths = [each for each in arguments[1:] if not each.startswith("-") and Path(each).exists()]
    plans = [path / PLAN_FILE if path.is_dir() else path for path in map(Path, paths or ["."])]
    try:
        return configuration(plans).output_format(None)
    except InvalidInput:
        return "text"


def _say_internal(error: Exception) -> int:
    from release import __version__

    details = "".join(traceback.format_exception(error))
    if os.environ.get("RELEASE_DEBUG"):
        write_error(details)
    name = hashlib.sha256(details.encode("utf-8", "replace")).hexdigest()[:12]
    where = Path(tempfile.gettempdir()) / f"release-error-{name}.txt"
    try:
        where.write_text(f"release {__version__}, Python {sys.version}\n\n{details}", encoding="utf-8")
        saved = f"details are in {where}; please report them with the command that you ran"
    except OSError:
        saved = "set RELEASE_DEBUG=1 to see the details, and please report them"
    what = f"release {__version__} failed ({type(error).__name__})"
    write_error(f"internal error: {what}; nothing was judged; {saved}\n")
    return INTERNAL
