"""The bytes that describe the object types are what the protobuf library makes of the same types."""

from __future__ import annotations

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, struct_pb2, timestamp_pb2

from release.policy.messages import Pool, described
from release.policy.words import language

TYPES = {
    "Plan": {
        "id": "string",
        "size": "int",
        "share": "double",
        "open": "bool",
        "date": "date",
        "any": "dyn",
        "stages": ("list", ("object", "Stage")),
        "names": ("list", "string"),
        "rows": ("list", ("list", "int")),
        "per_stage": ("map", ("object", "Stage")),
        "counts": ("map", "int"),
        "nested": ("map", ("list", "string")),
        "foreign": ("object", "Nowhere"),
    },
    "Stage": {f"field_{number}": "string" for number in range(200)},
}


def test_says_each_field_as_protobuf_reads_it() -> None:
    pool = descriptor_pool.DescriptorPool()
    for known in (timestamp_pb2.DESCRIPTOR, struct_pb2.DESCRIPTOR):
        pool.AddSerializedFile(known.serialized_pb)
    pool.AddSerializedFile(described(TYPES))
    plan = pool.FindMessageTypeByName("release.Plan").fields_by_name
    assert list(plan) == list(TYPES["Plan"])
    plain = {name: plan[name].type for name in ("id", "size", "share", "open")}
    assert plain == {"id": 9, "size": 3, "share": 1, "open": 8}
    messages = {name: field.message_type.full_name for name, field in plan.items() if field.message_type}
    assert messages == {
        "date": "google.protobuf.Timestamp",
        "any": "google.protobuf.Value",
        "stages": "release.Stage",
        "rows": "google.protobuf.Value",
        "per_stage": "release.Plan.PerStageEntry",
        "counts": "release.Plan.CountsEntry",
        "nested": "google.protobuf.Value",
        "foreign": "google.protobuf.Value",
    }
    assert {name for name, field in plan.items() if field.is_repeated} == {
        "stages",
        "names",
        "per_stage",
        "counts",
    }
    entry = plan["per_stage"].message_type
    assert entry.GetOptions().map_entry
    assert entry.fields_by_name["value"].message_type.full_name == "release.Stage"
    assert pool.FindMessageTypeByName("release.Stage").fields[199].number == 200


@pytest.mark.parametrize("types", [TYPES, language().words.types], ids=["made up", "of plans"])
def test_is_written_as_protobuf_writes_it(types: object) -> None:
    written = described(types)  # type: ignore[arg-type]
    assert descriptor_pb2.FileDescriptorProto.FromString(written).SerializeToString() == written


def test_knows_its_own_messages_only() -> None:
    pool = Pool(TYPES)
    assert pool.FindFileByName("release.proto") is pool.FindFileContainingSymbol("release.Stage")
    with pytest.raises(KeyError):
        pool.FindFileByName("google/protobuf/struct.proto")
    with pytest.raises(KeyError):
        pool.FindFileContainingSymbol("google.protobuf.FileOptions")
