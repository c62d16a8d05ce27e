"""One `release.toml`: read, and the values of its keys checked."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.nearest import nearest
from release.base.record import Record
from release.base.visible import quoted
from release.cli import options as common
from release.source import read_bytes

CONFIG_FILE: Final = "release.toml"
_WHERE: Final = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_PER_RUN: Final = frozenset(
    {"at", "stage", "output", "exit_zero", "since", "select", "ignore", "artifact", "checkpoint"}
)


class Written(Record):
    """One `release.toml`, its values checked.

    Attributes:
        shown: its path as shown.
        folder: the folder that it stands in; paths are relative to it.
    """

    shown: str
    folder: Path
    values: Mapping[str, Any]
    text: str


def read_config(path: Path) -> Written:
    """Read one file.

    Raises:
        InvalidInput: it is no TOML in UTF-8, or has a key or a value that it must not have.
    """
    import tomllib

    shown = os.path.relpath(path)
    content = read_bytes(path, shown)
    errors = ErrorCollector()
    try:
        text = content.decode("utf-8")
        values = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        errors.add("IN-095", "this is not UTF-8", Position(shown, line), "save the file as UTF-8")
        errors.raise_if_any()
        raise
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        at = _WHERE.search(str(error))
        end = content.decode("utf-8", "replace").count("\n") + 1
        line, column = (int(at[1]), int(at[2])) if at and at[1] else (end, 1)
        said = _WHERE.sub("", str(error)).strip()
        hint = "see https://toml.io for how TOML is written"
        raise InvalidInput(
            [InputError("IN-095", f"this is not TOML: {said}", Position(shown, line, column), hint)],
            {shown: content.decode("utf-8", "replace")},
        ) from None
    errors.texts[shown] = text
    written = Written(shown, path.parent, values, text)
    for key, value in values.items():
        _check(written, key, value, errors)
    errors.raise_if_any()
    return written


def _check(written: Written, key: str, value: Any, errors: ErrorCollector) -> None:  # noqa: ANN401 - TOML
    """Note a key that there is not, and a value that its key cannot have."""
    at = key_position(written, key)
    if key not in _KEYS:
        near = nearest(key, _KEYS)
        hint = f"did you mean '{near}'?" if near else f"the keys are {', '.join(_KEYS)}"
        if key in _PER_RUN:
            hint = "this is said for each run, on the command line"
        errors.add("IN-096", f"{quoted(key)} is no key of {CONFIG_FILE}", at, hint)
        return
    fault = _KEYS[key](value)
    if fault:
        errors.add("IN-097", f"{key} {fault}", at, f"see the documentation of {CONFIG_FILE}")


def key_position(written: Written, key: str) -> Position:
    """Return where a key stands; the TOML reader of the standard library does not keep it."""
    name = re.escape(key)
    wanted = re.compile(rf"^[ \t]*(\[?[ \t]*)[\"']?{name}[\"']?[ \t]*[.=\]]")
    for number, line in enumerate(written.text.split("\n"), 1):
        found = wanted.match(line)
        if found:
            return Position(written.shown, number, line.index(key) + 1)
    return Position(written.shown)


def _texts(value: Any) -> str:  # noqa: ANN401 - TOML
    if isinstance(value, list) and all(isinstance(each, str) and each.strip() for each in value):
        return ""
    return "must be a list of texts"


def _params(value: Any) -> str:  # noqa: ANN401 - TOML
    fault = _texts(value)
    if not fault:
        try:
            common.parameters(value)
        except InvalidInput:
            fault = "must be a list of PACK.NAME=VALUE"
    return fault


def _truth(value: Any) -> str:  # noqa: ANN401 - TOML
    return "" if isinstance(value, bool) else "must be true or false"


def _severity(value: Any) -> str:  # noqa: ANN401 - TOML
    return "" if value in list(common.FailOn) else "must be error, warning or note"


def _audience(value: Any) -> str:  # noqa: ANN401 - TOML
    if isinstance(value, str) and (value in {"public", "internal"} or value.startswith("partner:")):
        return ""
    return "must be public, internal or partner:<id>"


def _format(value: Any) -> str:  # noqa: ANN401 - TOML
    if not isinstance(value, str):
        return "must be the name of a format"
    try:
        common.known_format(value)
    except InvalidInput as invalid:
        return f"names no format: {invalid.errors[0].hint}"
    return ""


def _path(value: Any) -> str:  # noqa: ANN401 - TOML
    return "" if isinstance(value, str) and value.strip() else "must be the path of a file"


_KEYS: Final[Mapping[str, Callable[[Any], str]]] = {
    "audience": _audience,
    "fail_on": _severity,
    "format": _format,
    "locked": _truth,
    "no_color": _truth,
    "param": _params,
    "policy": _texts,
    "quiet": _truth,
    "trusted_signers": _path,
}
"""Each key, and what says why a value cannot stand there: nothing where it can."""
