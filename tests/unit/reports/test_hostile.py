"""Whatever stands in a plan, a page shows it as text."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.audience.project import project
from release.reports.html import SECTIONS, render_html
from release.reports.prose import plain, prose
from release.reports.safe import address, anchor, clean, contact_address

_SPEC = importlib.util.spec_from_file_location("hostile_strings", Path(__file__).with_name("hostile.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
_MODULE = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_MODULE)
HOSTILE: tuple[str, ...] = _MODULE.HOSTILE

_KEPT = {"audience", "stage", "stages", "status", "level", "sha256", "$raw", "by", "results", "agreement"}
_IDS = {
    "id",
    "of",
    "object",
    "rule",
    "actor",
    "mitigations",
    "variants",
    "actors",
    "evidence",
    "for",
    "against",
    "signals",
}


def poisoned(node: Any, text: str, name: str = "") -> Any:
    """Return a plan with `text` in every field that holds prose, titles, names, words or dates."""
    if isinstance(node, list):
        return [poisoned(each, text, name) for each in node]
    if isinstance(node, Mapping):
        return {
            key: each if key in _KEPT | {"defaults"} else poisoned(each, text, key)
            for key, each in node.items()
        }
    if isinstance(node, str) and name not in _IDS and node not in ("unknown", "undisclosed"):
        return node if name == "source" and re.fullmatch("[a-z-]+", node) else text
    return node


def assert_inert(page: str) -> None:
    tree = html5lib.parse(page, treebuilder="etree", namespaceHTMLElements=False)
    for each in tree.iter():
        if not isinstance(each.tag, str):
            continue
        tag = each.tag.rpartition("}")[2].lower()
        assert tag not in {
            "iframe",
            "object",
            "embed",
            "link",
            "base",
            "form",
            "input",
            "img",
            "math",
            "image",
            "foreignobject",
        }
        if tag == "script":
            assert each.get("type") == "application/json"
            json.loads(each.text)
        if tag == "meta":
            assert each.get("http-equiv", "Content-Security-Policy") == "Content-Security-Policy"
        for name, value in each.attrib.items():
            plain_name = name.rpartition("}")[2].lower()
            assert not plain_name.startswith("on"), (tag, name)
            assert plain_name not in {"src", "srcset", "style", "action", "formaction", "data"}, (tag, name)
            if plain_name == "href":
                assert re.match(r"(#|https?://|mailto:)", value), value
                assert tag == "a"
    styles = [each.text for each in tree.iter("style")]
    assert len(styles) == 1
    assert "zq9" not in styles[0]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_every_text_field_at_once(sample: ModuleType, number: int) -> None:
    page = render_html(project(sample.judgement(poisoned(sample.plan(), HOSTILE[number])), "internal"))
    assert_inert(page)
    assert "zq9" in page
    assert len(re.findall(r"<h2\b", page)) == len(SECTIONS) + 1


def test_there_are_fifty_kinds() -> None:
    assert len(set(HOSTILE)) >= 50


def test_ids_cannot_break_out(sample: ModuleType) -> None:
    for text in HOSTILE[:30:3]:
        plan = sample.plan()
        plan["events"][0]["id"] = text
        plan["benefits"][0]["id"] = text
        assert_inert(render_html(project(sample.judgement(plan), "public")))


class TestProse:
    @pytest.mark.parametrize("text", HOSTILE)
    def test_prose_alone_is_inert(self, text: str) -> None:
        html = prose(text)
        assert_inert(f"<!doctype html><title>t</title><style>a{{}}</style><body>{html}")
        assert not re.search(r"<(?!/?(p|br|em|strong|code|pre|ul|ol|li|blockquote|a)\b)", html)
        assert "zq9" in html

    def test_plain_markdown_works(self) -> None:
        assert prose("One **two** [three](https://x.example/?a=1&b=2)") == (
            '<p>One <strong>two</strong> <a href="https://x.example/?a=1&amp;b=2" '
            'rel="noopener noreferrer nofollow">three</a></p>'
        )
        assert prose("- a\n- b") == "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"
        assert prose(
            "First.\n\nSecond & third"
        ) == "<p>First.</p><p>Second &amp; third</p>" or "<p>Second" in prose("First.\n\nSecond & third")
        assert prose("") == ""

    def test_headings_and_images_stay_text(self) -> None:
        assert prose("# Title") == "<p># Title</p>"
        assert prose("![a](https://x.example/a.png)") == "<p>![a](https://x.example/a.png)</p>"

    @given(st.text(alphabet="[]()<>*_`#!>-+1. \n\tab\\&:/'\"{}|~=x", max_size=400))
    def test_it_always_ends_and_is_inert(self, text: str) -> None:
        assert_inert(f"<!doctype html><title>t</title><style>a{{}}</style><body>{prose(text)}")

    def test_one_line_of_it(self) -> None:
        assert plain("One **two**\n\n- three & four") == "One two three & four"
        assert plain("word " * 100, 30) == "word word word word word…"
        assert plain("no markup") == "no markup"


class TestSafe:
    @pytest.mark.parametrize(
        "text",
        ["https://example.org/a?b=c#d", "http://example.org", "mailto:a@b.example", "HTTPS://EXAMPLE.ORG/"],
    )
    def test_web_and_mail_addresses_may_be_linked(self, text: str) -> None:
        assert address(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "javascript:alert(1)",
            "//x.example",
            "/etc/passwd",
            "https:",
            "https://",
            "mailto:",
            "data:text/html,x",
            "https://x.example/a b",
            'https://x.example/"',
            "java\nscript:x",
            "",
            "file:///etc/passwd",
            "http://[",
            "ftp://x.example",
        ],
    )
    def test_others_may_not(self, text: str) -> None:
        assert address(text) == ""

    def test_contacts(self) -> None:
        assert contact_address("a.b@c.example") == "mailto:a.b@c.example"
        assert contact_address("https://c.example") == "https://c.example"
        assert contact_address("Room 3") == ""

    def test_anchors_are_one_to_one(self) -> None:
        assert anchor("risk", "a-b.c_d") == "risk:a-b.c_d"
        assert anchor("risk", "a:b") != anchor("risk", "a", "b")
        assert anchor("risk", 'a" onclick="x') == "risk:a~22~20onclick~3d~22x"

    @given(st.text())
    def test_clean_text_has_nothing_that_html_forbids(self, text: str) -> None:
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", clean(text)
        )
        assert clean(clean(text)) == clean(text)
