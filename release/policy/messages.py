"""Object types as protobuf messages, in the bytes that describe a protobuf file.

The bytes are written here and not with the protobuf library, as importing what it needs for that takes longer
than writing them. The layout is that of `google/protobuf/descriptor.proto`: a number with a wire type, then
the value, one field after another.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from release.policy.vocabulary import FieldType, object_name

PACKAGE: Final = "release"
TIME: Final = "google.protobuf.Timestamp"

_FILE: Final = "release.proto"
_NEEDED: Final = ("google/protobuf/timestamp.proto", "google/protobuf/struct.proto")
_FIELD_TYPES: Final = {"double": 1, "int": 3, "bool": 8, "string": 9}
_MESSAGE: Final = 11
_ONE: Final = 1
_REPEATED: Final = 3


class _File:
    """A described file, as a pool gives it."""

    def __init__(self, serialized: bytes) -> None:
        self.serialized_pb = serialized


class Pool:
    """The object types, where the CEL library looks for messages that it does not know itself."""

    def __init__(self, types: Mapping[str, Mapping[str, FieldType]]) -> None:
        self._file = _File(described(types))
        self._names = frozenset(f"{PACKAGE}.{name}" for name in types)

    def FindFileByName(self, name: str) -> _File:  # noqa: N802 - as in the protobuf library
        """Return the file of that name, which is asked for when messages name one another."""
        if name != _FILE:
            raise KeyError(name)
        return self._file

    def FindFileContainingSymbol(self, name: str) -> _File:  # noqa: N802 - as in the protobuf library
        """Return the file with a message."""
        if name not in self._names:
            raise KeyError(name)
        return self._file


def described(types: Mapping[str, Mapping[str, FieldType]]) -> bytes:
    """Return the description of a protobuf file with one message for each object type."""
    return b"".join(
        [
            _text(1, _FILE),
            _text(2, PACKAGE),
            *(_text(3, each) for each in _NEEDED),
            *(_part(4, _message(name, fields, types)) for name, fields in types.items()),
            _text(12, "proto3"),
        ]
    )


def _message(name: str, fields: Mapping[str, FieldType], types: Mapping[str, object]) -> bytes:
    parts = [_text(1, name)]
    nested = []
    for number, (key, kind) in enumerate(fields.items(), 1):
        container, inner = kind if isinstance(kind, tuple) and kind[0] in {"list", "map"} else ("", kind)
        if container and not _is_flat(inner):
            parts.append(_part(2, _field(key, number, "dyn", types)))
        elif container == "map":
            entry = "".join(part.capitalize() for part in key.split("_")) + "Entry"
            nested.append(_part(3, _map_entry(entry, inner, types)))
            parts.append(_part(2, _reference(key, number, _REPEATED, f".{PACKAGE}.{name}.{entry}")))
        else:
            label = _REPEATED if container else _ONE
            parts.append(_part(2, _field(key, number, inner, types, label)))
    return b"".join(parts + nested)


def _is_flat(kind: FieldType) -> bool:
    return isinstance(kind, str) or kind[0] == "object"


def _map_entry(name: str, kind: FieldType, types: Mapping[str, object]) -> bytes:
    key = _part(2, _field("key", 1, "string", types))
    value = _part(2, _field("value", 2, kind, types))
    is_entry = _part(7, _number(7, 1))
    return _text(1, name) + key + value + is_entry


def _field(name: str, number: int, kind: FieldType, types: Mapping[str, object], label: int = _ONE) -> bytes:
    if isinstance(kind, str) and kind in _FIELD_TYPES:
        return _text(1, name) + _number(3, number) + _number(4, label) + _number(5, _FIELD_TYPES[kind])
    named = object_name(kind)
    if named is not None and named in types:
        return _reference(name, number, label, f".{PACKAGE}.{named}")
    return _reference(name, number, label, f".{TIME}" if kind == "date" else ".google.protobuf.Value")


def _reference(name: str, number: int, label: int, message: str) -> bytes:
    described_as = _number(3, number) + _number(4, label) + _number(5, _MESSAGE)
    return _text(1, name) + described_as + _text(6, message)


# The wire format


def _text(field: int, text: str) -> bytes:
    return _part(field, text.encode())


def _part(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    if value < 0x80:
        return bytes((value,))
    digits = bytearray()
    while value >= 0x80:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    digits.append(value)
    return bytes(digits)
