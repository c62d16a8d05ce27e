"""Outside critics: a command is told the claims, and answers with critiques. Nothing it says is trusted."""

from __future__ import annotations

import json
import os
import re
import selectors
import shlex
import signal
import subprocess
import tempfile
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final, NoReturn

from release.base.errors import InputError, InvalidInput
from release.base.limits import CRITIC_BYTES, CRITIC_SECONDS, CRITIQUES, PROSE_CHARACTERS
from release.base.visible import quoted, visible
from release.formats._critic_schemas import RESPONSE

WEAKNESS: Final[Mapping[str, float]] = {
    "negligible": 0.1,
    "limited": 0.3,
    "serious": 0.6,
    "severe": 0.8,
    "critical": 1.0,
}
_CHUNK: Final = 65_536
_POLL_SECONDS: Final = 0.05
_INTERPRETER: Final = re.compile(r"(python|pypy|node|ruby|perl|bash|sh)[0-9.]*")


def ask(command: str, request: bytes, claims: Collection[str]) -> tuple[str, list[tuple[str, str, float]]]:
    """Run a critic and return its name and what it says.

    Args:
        command: program and arguments, split as a shell would; no shell runs.
        request: what it is told.
        claims: ids that it may speak of.

    Raises:
        InvalidInput: the command cannot be run, fails, takes too long, or says something that is no answer.
    """
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        _refuse(command, f"cannot be split into words: {error}")
    if not arguments:
        _refuse(command, "names no program")
    answer = _run(command, arguments, request)
    return _name(arguments), _critiques(command, answer, claims)


def _name(arguments: Sequence[str]) -> str:
    """Return what a critic is called: its program, or the script of an interpreter; never `release`."""
    names = [PurePath(each).name for each in arguments[:2]]
    script = len(names) > 1 and _INTERPRETER.fullmatch(names[0]) and not names[1].startswith("-")
    name = visible(names[1] if script else names[0])
    return f"critic {name}" if name == "release" else name


def _run(command: str, arguments: Sequence[str], request: bytes) -> bytes:
    with tempfile.TemporaryFile() as told:
        told.write(request)
        told.seek(0)
        try:
            process = subprocess.Popen(
                list(arguments),
                stdin=told,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            _refuse(command, f"cannot be run: {error.strerror or error}")
        try:
            return _answer(command, process, time.monotonic() + CRITIC_SECONDS)
        finally:
            _end(process)


def _answer(command: str, process: subprocess.Popen[bytes], deadline: float) -> bytes:
    """Return what the critic says until it ends; whoever it leaves behind with the pipe is not heard."""
    answer = bytearray()
    stream = process.stdout
    if stream is None:  # pragma: no cover - it was asked for
        return b""
    os.set_blocking(stream.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        while True:
            ended = process.poll() is not None
            ready = selector.select(0 if ended else _POLL_SECONDS)
            chunk = os.read(stream.fileno(), _CHUNK) if ready else b""
            answer += chunk
            if len(answer) > CRITIC_BYTES:
                _refuse(command, f"says more than {CRITIC_BYTES} bytes")
            if not chunk and (ready or ended):
                break
            if time.monotonic() > deadline:
                _refuse(command, f"did not answer within {CRITIC_SECONDS} seconds")
    try:
        code = process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        _refuse(command, f"did not end within {CRITIC_SECONDS} seconds")
    if code < 0:
        _refuse(command, f"was ended by signal {-code}")
    if code != 0:
        _refuse(command, f"ended with exit code {code}")
    return bytes(answer)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the critic and whatever it started."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _critiques(command: str, answer: bytes, claims: Collection[str]) -> list[tuple[str, str, float]]:
    try:
        text = answer.decode("utf-8")
        body = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_key_twice)
    except (UnicodeDecodeError, ValueError, RecursionError):
        _refuse(command, "answers with something that is no JSON in UTF-8, or has a key twice")
    if not isinstance(body, dict) or body.get("schema") != RESPONSE or set(body) != {"schema", "critiques"}:
        _refuse(command, f"must answer with an object of schema {RESPONSE} and critiques, and nothing else")
    listed = body["critiques"]
    if not isinstance(listed, list) or len(listed) > CRITIQUES:
        _refuse(command, f"must give a list of at most {CRITIQUES} critiques")
    return [_critique(command, each, claims) for each in listed]


def _critique(command: str, each: Any, claims: Collection[str]) -> tuple[str, str, float]:  # noqa: ANN401 - whatever was said
    if not isinstance(each, dict) or set(each) != {"of", "text", "severity"}:
        _refuse(command, "must give every critique as of, text and severity, and nothing else")
    of, text, severity = each["of"], each["text"], each["severity"]
    if not isinstance(of, str) or of not in claims:
        _refuse(command, f"speaks of {quoted(of)}, which is no claim that it was told")
    if not isinstance(text, str) or not _is_prose(text):
        _refuse(command, f"must give a text of 1 to {PROSE_CHARACTERS} characters")
    if not isinstance(severity, str) or severity not in WEAKNESS:
        _refuse(command, f"gives the severity {quoted(severity)}; the words are {', '.join(WEAKNESS)}")
    return of, " ".join(text.split()), WEAKNESS[severity]


def _is_prose(text: str) -> bool:
    """Tell whether a text says something, is not too long, and can be written as UTF-8."""
    said = any(character.isalnum() for character in text)
    return said and len(text) <= PROSE_CHARACTERS and not any("\ud800" <= each <= "\udfff" for each in text)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _refuse(command: str, what: str) -> NoReturn:
    hint = "see docs/how-to/question-a-verdict.md for what a critic is told and what it may answer"
    raise InvalidInput([InputError("IN-100", f"the critic {quoted(command)} {what}", None, hint)])
