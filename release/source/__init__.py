"""Text to trees: YAML 1.2 core and JSON, in which every key and value knows its place in the file."""

from release.source.document import Document, Map, Seq, key_position_of, node_at, position_of, raw_of
from release.source.json_text import parse_json_document, read_json_document
from release.source.paths import RefusedPath, inside
from release.source.reading import parse_document, read_bytes, read_document

__all__ = [
    "Document",
    "Map",
    "RefusedPath",
    "Seq",
    "inside",
    "key_position_of",
    "node_at",
    "parse_document",
    "parse_json_document",
    "position_of",
    "raw_of",
    "read_bytes",
    "read_document",
    "read_json_document",
]
