"""Texts of all shapes: data survive, places are right, and nothing but a document or a refusal comes out."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from release.base.errors import InvalidInput
from release.formats._input_errors import to_concise, to_json, to_text
from release.source import Map, Seq, parse_document, parse_json_document, position_of, raw_of
from release.source.decoding import LineStarts
from release.source.excerpt import line_of
from release.source.scalars import WORDS

Route = tuple[str | int, ...]

# Characters that YAML allows in a file, with those that trip readers up well represented.
CHARACTERS = st.one_of(
    st.sampled_from("abc XYZ 019 :,[]{}'\"#&*!|>-?%@`~\\/.\t_+é世\u0301😀\x85\u2028\u2029\u202e\u200d\ue000"),
    st.characters(
        min_codepoint=0x20, exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\ufffe\uffff"
    ),
)
TEXTS = st.text(CHARACTERS, max_size=12)
NUMBERS = st.one_of(
    st.integers(-(10**20), 10**20).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.decimals(-1000, 1000, places=3, allow_nan=False).map(str),
    st.integers(0, 2**70).map(hex),
    st.integers(0, 2**70).map(lambda number: f"0o{number:o}"),
)


@dataclass(frozen=True)
class Written:
    """A scalar as it is written, and what it means."""

    text: str
    meaning: Any
    raw: str | None = None


def plain_number(text: str) -> Written:
    if text.startswith(("0x", "0o")):
        return Written(text, int(text, 0), text)
    return Written(text, int(text) if text.lstrip("-").isdigit() else float(text), text)


def single(text: str) -> Written:
    return Written("'" + text.replace("'", "''") + "'", text)


def double(text: str) -> Written:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return Written(f'"{escaped}"', text)


PLAIN_TEXTS = st.from_regex(
    r"[A-Zb-eg-mo-su-z_é世][A-Za-z0-9_. /é世😀-]{0,10}[A-Za-z0-9_é世]", fullmatch=True
).filter(lambda text: text not in WORDS)
KEYS = st.one_of(PLAIN_TEXTS.map(lambda text: Written(text, text)), TEXTS.map(double), TEXTS.map(single))
SCALARS = st.one_of(
    PLAIN_TEXTS.map(lambda text: Written(text, text)),
    TEXTS.map(single),
    TEXTS.map(double),
    NUMBERS.map(plain_number),
    st.sampled_from([word for word in WORDS if word]).map(lambda word: Written(word, WORDS[word])),
    st.sampled_from(["no", "on", "1:30", "2019-02-14", "0b1", "1_0", "<<", "=", "..."[:2]]).map(
        lambda t: Written(t, t)
    ),
)
UNIQUE_KEYS = {"unique_by": lambda pair: pair[0].meaning}
TREES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(st.tuples(KEYS, inner), max_size=4, unique_by=lambda pair: pair[0].meaning).map(tuple),
    ),
    max_leaves=15,
)


@dataclass
class Writer:
    """Writes a tree in block style, flow style, or a mixture, and notes where everything stands."""

    flow_from: int
    spaces: int
    end: str
    text: str = ""
    places: dict[Route, int] = field(default_factory=dict)
    keys: dict[Route, int] = field(default_factory=dict)
    written: dict[Route, Written] = field(default_factory=dict)

    def node(self, tree: Any, route: Route, depth: int) -> Any:
        if isinstance(tree, Written):
            self.mark(route)
            self.text += tree.text
            self.written[route] = tree
            return tree.meaning
        if depth >= self.flow_from or not tree:
            return self.flow(tree, route, depth)
        return self.block(tree, route, depth)

    def mark(self, route: Route) -> None:
        self.places[route] = len(self.text)

    def flow(self, tree: Any, route: Route, depth: int) -> Any:
        self.mark(route)
        if isinstance(tree, list):
            self.text += "["
            items = []
            for index, item in enumerate(tree):
                items.append(self.node(item, (*route, index), depth + 1))
                self.text += ", "
            self.text += "]"
            return items
        self.text += "{"
        found = {}
        for key, item in tree:
            self.keys[*route, key.meaning] = len(self.text)
            self.text += f"{key.text}: "
            found[key.meaning] = self.node(item, (*route, key.meaning), depth + 1)
            self.text += " , "
        self.text += "}"
        return found

    def block(self, tree: Any, route: Route, depth: int) -> Any:
        indent = " " * (self.spaces * depth)
        if depth:
            self.text += self.end + indent
        self.mark(route)
        first = True
        items: Any = [] if isinstance(tree, list) else {}
        for index, item in enumerate(tree):
            self.text += "" if first else self.end + indent
            first = False
            if isinstance(tree, list):
                self.text += "- "
                items.append(self.node(item, (*route, index), depth + 1))
            else:
                key, value = item
                self.keys[*route, key.meaning] = len(self.text)
                self.text += f"{key.text}: "
                items[key.meaning] = self.node(value, (*route, key.meaning), depth + 1)
        return items


def same(left: Any, right: Any) -> bool:
    """Compare data with their types."""
    if isinstance(left, dict) and isinstance(right, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and bool(left == right)


@given(TREES, st.integers(0, 4), st.integers(1, 4), st.sampled_from(["\n", "\r\n", "\r"]))
def test_data_and_places_survive(tree: Any, flow_from: int, spaces: int, end: str) -> None:
    writer = Writer(flow_from, spaces, end)
    data = writer.node(tree, (), 0)
    document = parse_document((writer.text + end).encode(), "f")
    assert same(json_like(document.root), data)
    starts = LineStarts(writer.text)
    if isinstance(document.root, Map | Seq):
        for route, index in writer.places.items():
            node = document.root
            if route:
                found = position_of(document.root, route)
                assert (found.line, found.column) == starts.place(index), (writer.text, route)
        for route, index in writer.keys.items():
            node = document.root
            for step in route[:-1]:
                node = node[step]
            assert node.key_marks[route[-1]] == starts.place(index)
        for route, scalar in writer.written.items():
            assert raw_of(document.root, route) == scalar.raw
            at = position_of(document.root, route)
            line = line_of(document.text, at.line)
            assert line is not None
            assert line[at.column - 1 :].startswith(scalar.text)


def json_like(node: Any) -> Any:
    if isinstance(node, Map):
        return {key: json_like(value) for key, value in node.items()}
    if isinstance(node, Seq):
        return [json_like(value) for value in node]
    return node


ANY_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**30), 10**30),
        st.floats(allow_nan=False, allow_infinity=False),
        ANY_TEXTS,
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(ANY_TEXTS, inner, max_size=4),
    max_leaves=20,
)


@given(data=JSON, indent=st.sampled_from([None, 1, 2]), ascii_only=st.booleans())
def test_json_is_read_as_json(data: Any, indent: int | None, *, ascii_only: bool) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=ascii_only)
    assert same(parse_json_document(text.encode(), "f").root, data)


@given(JSON)
def test_what_pyyaml_writes_is_read(data: Any) -> None:
    """Its emitter follows YAML 1.1; compare what both versions agree on."""
    text = yaml.safe_dump(data, allow_unicode=True, default_style='"' if isinstance(data, str) else None)
    of_one_version = ("0o", "!!", "\ufeff", "\x85", "\u2028", "\u2029")
    if any(word in text for word in of_one_version) or "e" in re.sub("e[-+]", "", text.lower()):
        return
    try:
        found = parse_document(text.encode(), "f").root
    except InvalidInput as refused:
        codes = {error.code for error in refused.errors}
    else:
        codes = set()
        assert json_like(found) == yaml.safe_load(text)
    assert codes <= {"IN-004", "IN-013", "IN-016"}


PIECES = st.sampled_from(
    ["a", "b: ", "- ", "? ", ": ", "[", "]", "{", "}", ",", "&x ", "*x", "!t ", "!!str ", "'", '"', "|\n",
     ">\n", "\n", "\n  ", "\n    ", "#", "---\n", "...\n",
     "%YAML 1.2\n", "%TAG ! x\n", "\\", "\\x", "\t", "<<",
     "1", ".nan", "0x", "~", "\r", "\x85", "\u2028", "\ufeff", "\x00", "\x1b", "😀", "@", "`", "9" * 70,
     "null", "\\ud800", "\\U00110000"]
)  # fmt: skip


def check(content: bytes) -> None:
    """A document with places in its text, or a refusal that can be shown."""
    try:
        document = parse_document(content, "f")
    except InvalidInput as refused:
        assert refused.errors  # noqa: PT017 - a refusal is one of the two right outcomes
        for error in refused.errors:
            assert error.at is not None
            text = refused.texts.get("f")
            if text is not None:
                line = line_of(text, error.at.line)
                assert line is not None
                assert 1 <= error.at.column <= len(line) + 1
        to_text(refused).encode()
        to_concise(refused).encode()
        json.loads(to_json(refused))
        return
    json.dumps(document.root, allow_nan=False).encode()
    lines = len(LineStarts(document.text)._starts)
    waiting = [document.root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Map | Seq):
            assert all(0 <= mark.line < lines for mark in [node.start, *node.marks])
        if isinstance(node, Map):
            assert list(node.key_marks) == list(node.value_marks) == list(node)
            assert all(isinstance(key, str) for key in node)
            waiting.extend(node.values())
        elif isinstance(node, Seq):
            assert len(node.value_marks) == len(node)
            waiting.extend(node)
        elif isinstance(node, float):
            assert math.isfinite(node)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=25).map("".join))
@example("? &x\n: *x")
@example("a: &x\n*x : b")
@example("- [*x]\n- &x *x")
@example("\n? ")
@example("[? ")
@example("[a: ")
def test_any_text_is_a_document_or_a_refusal(text: str) -> None:
    check(text.encode())


@settings(max_examples=200)
@given(st.binary(max_size=60))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"a\x00b\x00")
@example(b"\x00\x00\x00a")
def test_any_bytes_are_a_document_or_a_refusal(content: bytes) -> None:
    check(content)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=25).map("".join))
def test_both_parsers_refuse_and_accept_alike(text: str) -> None:
    """Where the parser in Python accepts a text, libyaml reads the same data; tabs and NUL are left aside."""
    from release.base.errors import ErrorCollector
    from release.source.anchors import Stop
    from release.source.construct import Builder
    from release.source.fallback import PythonParser

    if any(character in text for character in "\t\x00\x1b\ufeff\x85\u2028"):
        return
    builder = Builder(text, "f", errors := ErrorCollector(), {})
    try:
        builder.run(PythonParser(text))
        builder.finish()
    except (yaml.YAMLError, Stop):
        return
    if errors.errors or builder.empty:
        return
    try:
        document = parse_document(text.encode(), "f")
    except InvalidInput:
        return
    assert same(json_like(document.root), json_like(builder.root))


JSON_PIECES = st.sampled_from(
    ["[", "]", "{", "}", ",", ":", '"a"', '"b"', '"', "\\", "1", "-", "0", ".5", "e9", "e999", "NaN", "true",
     "nul", " ", "\n", "\t", '"\\ud800"', '"\\ud83d\\ude00"', "9" * 65, "\x00", "\ufeff", "'a'", "/"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.lists(JSON_PIECES, max_size=14).map("".join))
@example('{"a":1,"a":{"b":NaN}}')
def test_any_text_is_json_or_a_refusal(text: str) -> None:
    try:
        found = parse_json_document(text.encode(), "f").root
    except InvalidInput as refused:
        for error in refused.errors:
            assert error.at is not None
            assert error.message != "this is not strict JSON"
            line = line_of(refused.texts.get("f", ""), error.at.line)
            assert line is not None
            assert 1 <= error.at.column <= len(line) + 1
    else:
        json.dumps(found, allow_nan=False).encode()
        assert same(found, json.loads(text.removeprefix("\ufeff")))
