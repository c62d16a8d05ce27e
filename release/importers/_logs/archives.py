"""Zip archives read member by member as a stream: nothing is unpacked, and names of members are no paths."""

from __future__ import annotations

import copy
import re
import stat
import struct
import sys
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

from release.base.errors import InvalidInput
from release.base.limits import (
    ARCHIVE_BYTES,
    ARCHIVE_DIRECTORY_BYTES,
    ARCHIVE_MEMBERS,
    ARCHIVE_RATIO,
    ARCHIVE_RATIO_FROM,
    LOG_DOCUMENT_BYTES,
)
from release.base.visible import quoted
from release.importers._logs.complaint import ARCHIVE, wrong
from release.importers._logs.documents import parse
from release.importers._logs.fields import Fields
from release.importers._logs.importer import Source

_CHUNK: Final = 1024 * 1024
_END: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_COMMENT_BYTES: Final = 65_535
_UNSAFE: Final = re.compile(r"^[/~]|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)|\\|[\x00-\x1f\x7f]")
_ZSTANDARD: Final = 93
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, _ZSTANDARD)
_ENCRYPTED: Final = 0x1


class Unpacking(Protocol):
    """Unpacks a stream piece by piece, as the decompressors of the standard library do."""

    @property
    def eof(self) -> bool:
        """Whether the end of the stream was reached."""

    @property
    def needs_input(self) -> bool:
        """Whether more packed bytes are needed."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Return at most `max_length` bytes."""


@dataclass(frozen=True, slots=True)
class _Named:
    """Unpacks, and says of damage what the other methods say."""

    inner: Unpacking
    error: type[Exception]

    @property
    def eof(self) -> bool:
        return self.inner.eof

    @property
    def needs_input(self) -> bool:
        return self.inner.needs_input

    def decompress(self, data: bytes, max_length: int) -> bytes:
        try:
            return self.inner.decompress(data, max_length)
        except self.error as error:
            raise EOFError(str(error)) from None


def _zstandard() -> Any:  # noqa: ANN401 - a module
    """Return the module that unpacks zstandard, None where there is none."""
    if sys.version_info >= (3, 14):
        from compression import zstd
    else:
        try:
            from backports import zstd
        except ImportError:
            return None
    return zstd


class Archive:
    """An archive that was checked before anything of it was unpacked."""

    def __init__(self, source: Source, opened: zipfile.ZipFile) -> None:
        self.source = source
        self._zip = opened
        self._members = {member.filename: member for member in opened.infolist()}
        self._unpacked = 0
        self._check(opened.infolist())

    @property
    def names(self) -> list[str]:
        """Names of the members, sorted."""
        return sorted(self._members)

    def document(self, name: str) -> Fields:
        """Return the JSON object in a member."""
        return parse(self.content(name), self.source.shown, what=f"member {quoted(name)}")

    def content(self, name: str) -> bytes:
        """Return the bytes of a member, counting what comes out rather than trusting what was announced.

        Raises:
            InvalidInput: the member is damaged, or the limits are exceeded.
        """
        member = self._members[name]
        shown = f"member {quoted(name)}"
        parts = []
        size = checksum = 0
        try:
            for chunk in self._chunks(member):
                size += len(chunk)
                self._unpacked += len(chunk)
                self._check_size(size, LOG_DOCUMENT_BYTES, shown)
                self._check_size(self._unpacked, ARCHIVE_BYTES, "the archive")
                checksum = zlib.crc32(chunk, checksum)
                parts.append(chunk)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
            raise self._refused(f"{shown} is damaged: {str(error)[:80]}") from None
        if size != member.file_size or checksum != member.CRC:
            raise self._refused(f"{shown} is damaged: size or checksum is not the one announced")
        return b"".join(parts)

    def _chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield what a member unpacks to in pieces of bounded size."""
        if member.compress_type != _ZSTANDARD:
            with self._zip.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    yield chunk
            return
        packed = copy.copy(member)
        packed.compress_type, packed.file_size = zipfile.ZIP_STORED, member.compress_size
        packed.CRC = None  # type: ignore[assignment] # the checksum is of what comes out, and is held there
        unpacking = self._unpacking()
        with self._zip.open(packed) as stream:
            while not unpacking.eof:
                more = stream.read(_CHUNK) if unpacking.needs_input else b""
                if unpacking.needs_input and not more:
                    raise EOFError("it ends too early")
                yield unpacking.decompress(more, _CHUNK)

    def _unpacking(self) -> Unpacking:
        module = _zstandard()
        if module is None:
            message = "its members are packed by zstandard, which this installation cannot read"
            hint = 'install the extra: pip install "staged-release[logs]"'
            raise wrong(ARCHIVE, message, self.source.shown, hint)
        unpacking: Unpacking = module.ZstdDecompressor()
        return _Named(unpacking, module.ZstdError)

    def _check(self, members: list[zipfile.ZipInfo]) -> None:
        if len(members) > ARCHIVE_MEMBERS:
            raise self._refused(f"{len(members)} members; the limit is {ARCHIVE_MEMBERS}")
        if len(self._members) != len(members):
            raise self._refused("two members have the same name")
        for member in members:
            self._check_member(member)
        size = sum(member.file_size for member in members)
        self._check_size(size, ARCHIVE_BYTES, "the archive")
        packed = max(1, self.source.path.stat().st_size)
        if size > ARCHIVE_RATIO_FROM and size > ARCHIVE_RATIO * packed:
            found = f"{size} bytes out of {packed}"
            raise self._refused(f"{found}; the limit is {ARCHIVE_RATIO} to 1")

    def _check_member(self, member: zipfile.ZipInfo) -> None:
        shown = f"member {quoted(member.orig_filename)}"
        if _UNSAFE.search(member.orig_filename):
            raise self._refused(f"{shown} has a name that could lead out of a folder")
        if stat.S_ISLNK(member.external_attr >> 16):
            raise self._refused(f"{shown} is a link")
        if member.flag_bits & _ENCRYPTED:
            raise self._refused(f"{shown} is encrypted")
        if member.compress_type not in _METHODS:
            raise self._refused(f"{shown} is packed by method {member.compress_type}, which is not read")
        self._check_size(member.file_size, LOG_DOCUMENT_BYTES, shown)
        if member.file_size > ARCHIVE_RATIO_FROM and member.file_size > ARCHIVE_RATIO * member.compress_size:
            found = f"{member.file_size} bytes out of {member.compress_size}"
            raise self._refused(f"{shown} unpacks to {found}; the limit is {ARCHIVE_RATIO} to 1")

    def _check_size(self, size: int, limit: int, what: str) -> None:
        if size > limit:
            raise self._refused(f"{what} unpacks to {size} bytes or more; the limit is {limit}")

    def _refused(self, message: str) -> InvalidInput:
        hint = "give the archive as the tool wrote it"
        return wrong(ARCHIVE, message, self.source.shown, hint)


@contextmanager
def opened(source: Source) -> Iterator[Archive]:
    """Open an archive.

    Raises:
        InvalidInput: it is none, it is damaged, it exceeds a limit, or a member is not to be trusted.
    """
    _check_directory(source)
    found = _opened(source)
    with found:
        yield Archive(source, found)


def _opened(source: Source) -> zipfile.ZipFile:
    hint = "give the archive as the tool wrote it"
    try:
        return zipfile.ZipFile(source.path)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, struct.error, UnicodeError) as error:
        message = f"not a whole archive: {str(error)[:80]}"
        raise wrong(ARCHIVE, message, source.shown, hint) from None
    except (OSError, ValueError, NotImplementedError, OverflowError):
        raise wrong(ARCHIVE, "not a whole archive: it cannot be read", source.shown, hint) from None


def _check_directory(source: Source) -> None:
    """Refuse an archive whose list of members alone is too large, before the list is read."""
    try:
        size = source.path.stat().st_size
        if size > ARCHIVE_BYTES:
            raise wrong(ARCHIVE, f"{size} bytes; the limit is {ARCHIVE_BYTES}", source.shown)
        with source.path.open("rb") as file:
            file.seek(max(0, size - _END_BYTES - _COMMENT_BYTES))
            tail = file.read()
    except OSError as error:
        reason = error.strerror or "it is no file"
        raise wrong("IN-087", f"the file cannot be read: {reason}", source.shown) from None
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_BYTES:
        hint = "the end is missing: was the file copied whole, or the run killed?"
        raise wrong(ARCHIVE, "not a whole archive: its list of members is missing", source.shown, hint)
    members, listed = struct.unpack("<HI", tail[at + 10 : at + 16])
    if members != 0xFFFF and members > ARCHIVE_MEMBERS:
        raise wrong(ARCHIVE, f"{members} members; the limit is {ARCHIVE_MEMBERS}", source.shown)
    if listed == 0xFFFFFFFF or listed > ARCHIVE_DIRECTORY_BYTES:
        message = f"its list of members is longer than {ARCHIVE_DIRECTORY_BYTES} bytes, the limit"
        raise wrong(ARCHIVE, message, source.shown)
