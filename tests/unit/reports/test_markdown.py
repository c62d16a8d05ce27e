"""Markdown: front matter that parses, whole tables, and text that three ways of reading leave inert."""

from __future__ import annotations

import importlib.util
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import html5lib
import markdown
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from release import api
from release.audience.project import project
from release.reports.html import SECTIONS
from release.reports.markdown import render_markdown
from release.reports.markdown_text import code, inert, link, quoted
from release.reports.safe import address, clean
from release.reports.words import languages, read_words

AUDIENCES = ("public", "partner:cornell", "internal")


def _beside(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"markdown_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HOSTILE: tuple[str, ...] = _beside("hostile").HOSTILE
poisoned: Callable[[Any, str], Any] = _beside("test_hostile").poisoned


def _python_markdown(text: str) -> str:
    extensions = ["tables", "footnotes", "attr_list", "def_list", "abbr", "fenced_code", "sane_lists", "toc"]
    return markdown.markdown(text, extensions=extensions)


ENGINES: dict[str, Callable[[str], str]] = {
    "markdown": _python_markdown,
    "commonmark": MarkdownIt("commonmark").enable("table").render,
    "github": MarkdownIt(
        "gfm-like", {"html": True, "linkify": importlib.util.find_spec("linkify_it") is not None}
    ).render
    if importlib.util.find_spec("linkify_it")
    else MarkdownIt("js-default", {"html": True}).render,
}


def tree_of(html: str) -> Any:
    return html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)


@cache
def shape(html: str) -> Counter[str]:
    return Counter(each.tag for each in tree_of(html).iter() if isinstance(each.tag, str))


def body_of(text: str) -> str:
    assert text.startswith("---\n")
    return text.split("\n---\n", 1)[1]


def front_matter(text: str) -> dict[str, Any]:
    found = yaml.safe_load(text.split("\n---\n", 1)[0])
    assert isinstance(found, dict)
    return found


PLACES = (
    "{}",
    "- {}",
    "- **Label**: {}",
    "| a | b |\n| --- | --- |\n| {} | x |",
    "### {}",
    "> {}",
    "**{}**",
    "1 {} 2",
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", HOSTILE)
def test_text_changes_no_structure(engine: str, place: str, text: str) -> None:
    render = ENGINES[engine]
    expected, found = shape(render(place.format("word"))), shape(render(place.format(inert(text))))
    found.pop("code", None)
    assert found == expected
    shown = "".join(tree_of(render(place.format(inert(text)))).itertext())
    assert " ".join(shown.split()) == " ".join(
        "".join(tree_of(render(place.format("zq9zq9"))).itertext()).split()
    ).replace("zq9zq9", " ".join(clean(text).split()))


@given(st.text(alphabet="[]()<>*_`#!>-+1.:; \n\tab\\&/'\"{}|~=x@w^$%é\u202e", max_size=80))
def test_any_text_is_shown_as_it_is(text: str) -> None:
    for render in ENGINES.values():
        html = render(f"a {inert(text)} b")
        found = shape(html)
        found.pop("code", None)
        assert found == Counter(html=1, head=1, body=1, p=1)
        shown = " ".join("".join(tree_of(html).itertext()).split())
        assert shown == f"a {clean(text)} b".replace("\n", " ").strip() or shown == " ".join(
            f"a {clean(text)} b".split()
        )


@cache
def _rendered(engine: str, text: str) -> Counter[str]:
    return shape(ENGINES[engine](text))


_HARMLESS: list[str] = []


def _harmless(written: Callable[[str], str]) -> str:
    if not _HARMLESS:
        _HARMLESS.append(written("zq9"))
    return _HARMLESS[0]


@pytest.mark.parametrize("number", range(0, 50, 5))
def test_a_hostile_plan_looks_like_a_harmless_one(sample: ModuleType, number: int) -> None:
    def written(text: str) -> str:
        return render_markdown(project(sample.judgement(poisoned(sample.plan(), text)), "internal"))

    hostile, harmless = written(HOSTILE[number]), _harmless(written)
    assert front_matter(hostile)["verdict"] == "hold"
    for engine in ENGINES:
        found, expected = _rendered(engine, body_of(hostile)), _rendered(engine, body_of(harmless))
        for tag in ("h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td", "th", "hr", "li"):
            assert abs(found[tag] - expected[tag]) <= (2 if tag == "li" else 0), tag
        for tag in ("script", "img", "iframe", "style", "a", "svg", "form", "pre"):
            assert found[tag] <= expected[tag], tag


class TestReport:
    @pytest.mark.parametrize("audience", AUDIENCES)
    def test_front_matter_carries_schema_decision_and_digest(self, sample: ModuleType, audience: str) -> None:
        view = project(sample.judgement(), audience)
        values = front_matter(render_markdown(view))
        assert values["schema"] == "release-report/1"
        assert values["verdict"] == view.verdict
        assert values["decision"] == "hold"
        assert values["stage"] == "xl"
        assert values["digest"] == view.digest
        assert values["audience"] == audience
        assert values["withheld"] == view.withheld
        assert values["at"] == "2019-11-04"

    @pytest.mark.parametrize("engine", ENGINES)
    def test_every_section_and_table_is_there(self, sample: ModuleType, engine: str) -> None:
        view = project(sample.judgement(), "internal")
        text = render_markdown(view)
        tree = tree_of(ENGINES[engine](body_of(text)))
        words = read_words("en")
        assert [each.text for each in tree.iter("h2")] == [words(f"sections.{name}") for name in SECTIONS]
        shown = "".join(tree.itertext())
        assert "|" not in shown
        for table in tree.iter("table"):
            widths = {len(list(row)) for row in table.iter("tr")}
            assert len(widths) == 1
        for item in view.content.evidence:
            assert f"evidence:{item.id}" in shown
        assert "0.7431" in shown
        assert "Unlikely 10 to 33 %" in " ".join(shown.split())

    def test_sources_are_linked_to_their_addresses(self, sample: ModuleType) -> None:
        view = project(sample.judgement(), "public")
        text = body_of(render_markdown(view))
        wanted = {each.url for each in view.content.sources if address(each.url)}
        for render in ENGINES.values():
            found = {each.get("href") for each in tree_of(render(text)).iter("a")}
            assert wanted <= found
            assert all(re.match(r"(https?://|mailto:)", href) for href in found)

    @pytest.mark.parametrize("lang", languages())
    def test_it_speaks_each_language(self, sample: ModuleType, lang: str) -> None:
        text = render_markdown(project(sample.judgement(), "public"), lang=lang)
        assert front_matter(text)["lang"] == lang
        assert f"## {inert(read_words(lang)('sections.limits'))}" in text

    def test_it_is_the_same_each_time(self, sample: ModuleType) -> None:
        written = {render_markdown(project(sample.judgement(), "internal")) for _ in range(2)}
        assert len(written) == 1

    def test_no_raw_markup_of_ours(self, sample: ModuleType) -> None:
        text = body_of(render_markdown(project(sample.judgement(), "internal")))
        assert not re.search(r"<(?!https?://|mailto:)", text)


class TestPieces:
    def test_scalars_of_front_matter_come_back_as_they_were(self) -> None:
        for text in (*HOSTILE, "null", "1.0", "on", "2019-11-04", "", "a: b # c", "é 漢 😀"):
            assert yaml.safe_load(quoted(text)) == " ".join(clean(text).split())

    def test_words_that_hosts_act_on_become_code(self) -> None:
        assert inert("ask @someone about #12") == "ask `@someone` about `#12`"
        assert inert("a@b.example") == "a&#64;b&#46;example"

    def test_code_that_could_end_its_span_is_text(self) -> None:
        assert code("sha256:ab") == "`sha256:ab`"
        assert code("a`b|c") == "a&#96;b&#124;c"
        assert code("") == ""

    def test_links_go_where_they_say(self) -> None:
        to = "https://x.example/a_(b)*c?d=1&copy=2#e"
        for render in ENGINES.values():
            (found,) = tree_of(render(link("a [b](c)", to))).iter("a")
            assert found.text == "a [b](c)"
            href = found.get("href")
            assert href.replace("%28", "(").replace("%29", ")").replace("%2A", "*") == to


def test_engines_agree_on_a_whole_report() -> None:
    text = body_of(str(api.report("templates/plans/gpt-2", at="2019-11-04", look=api.ReportLook("md"))))
    trees = {engine: render(text) for engine, render in ENGINES.items()}
    shapes = {engine: shape(html) for engine, html in trees.items()}
    first = next(iter(shapes.values()))
    named = {
        name: first[name] for name in ("h1", "h2", "h3", "h4", "table", "tr", "li", "a", "blockquote", "hr")
    }
    for found in shapes.values():
        assert {name: found[name] for name in named} == named
        assert not set(found) & {"img", "script", "style", "pre", "iframe", "input"}
    words = {" ".join(" ".join(tree_of(html).itertext()).split()) for html in trees.values()}
    assert len(words) == 1
    assert named["h1"] == named["hr"] == 1
    assert named["h2"] == len(SECTIONS)
