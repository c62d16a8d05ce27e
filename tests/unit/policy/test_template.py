"""Messages: plain text with placeholders, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.base.limits import MESSAGE_BYTES
from release.policy.frame import Frame, Trace
from release.policy.syntax import Node
from release.policy.template import Hole, Template, Unbalanced, shortened, show, split
from tests.unit.policy.asking import names_of
from tests.unit.policy.tables import language


def template(text: str) -> Template:
    dialect = language().dialect({"min_days": "int", "rate": "double"})
    parts: list[str | Node] = [
        part if isinstance(part, str) else dialect.check(part.source, "stage").node for part in split(text)
    ]
    return Template(parts)


def rendered(text: str, data: dict[str, Any], **more: Any) -> str:
    return template(text).render(Frame(names_of(data, **more)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("plain { text } with } braces {", ["plain { text } with } braces {"]),
        ("{{ a }}", [Hole("a", 3)]),
        ("a {{b}} c {{  d.e }}", ["a ", Hole("b", 4), " c ", Hole("d.e", 14)]),
        ("{{ {'a': {'b': 1}} }}", [Hole("{'a': {'b': 1}}", 3)]),
        ("{{ {'a': {'b': 1}}}}", [Hole("{'a': {'b': 1}}", 3)]),
        ('{{ "}}" }} x', [Hole('"}}"', 3), " x"]),
        ("{{ '}}\\'}}' }}", [Hole("'}}\\'}}'", 3)]),
        ('{{ r"\\" }}', [Hole('r"\\"', 3)]),
        ('{{ """a"}}b""" }}', [Hole('"""a"}}b"""', 3)]),
        ("{{\n a\n}}", [Hole("a", 4)]),
    ],
)
def test_split(text: str, parts: list[str | Hole]) -> None:
    assert split(text) == parts


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("a {{ b", "{{ is not closed by }}", 2),
        ("a {{ b }", "{{ is not closed by }}", 2),
        ("a }} b", "}} without {{ before it", 2),
        ("{{ a }} }}", "}} without {{ before it", 8),
        ("x {{ }}", "an empty placeholder", 2),
        ("x {{ 'a }}", "a text in a placeholder is not closed", 5),
        ("x {{ '''a' }}", "a text in a placeholder is not closed", 5),
    ],
)
def test_braces_that_do_not_match(text: str, message: str, offset: int) -> None:
    with pytest.raises(Unbalanced) as caught:
        split(text)
    assert (caught.value.message, caught.value.offset) == (message, offset)


@given(st.text(st.sampled_from("a{} \"'\\rR\n"), max_size=40))
def test_splitting_loses_nothing(text: str) -> None:
    try:
        parts = split(text)
    except Unbalanced as error:
        place = error.offset
        parts = [Hole(text[place:], place)] if 0 <= place < len(text) else []
        assert parts
        return
    plain = "".join(part for part in parts if isinstance(part, str))
    assert "{{" not in plain
    for part in parts:
        if isinstance(part, Hole):
            assert text[part.offset :].startswith(part.source)
            assert part.source == part.source.strip() != ""


DATA = {
    "stages": [
        {"id": "s1", "order": 0, "date": "2019-02-14"},
        {
            "id": "s2",
            "order": 1,
            "date": "2019-05-03T17:00:00+02:00",
            "criteria": [{"id": "c1"}, {"id": "c2"}],
        },
    ],
    "variants": [{"id": "v", "share": 0.15000000000000002}, {"id": "w", "share": 3.0}],
    "evidence": [{"id": "e", "headline": {"value": 0.9512, "low": 0.9}, "results": {"any": 1.5e25}}],
    "eu": {"market": True},
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("{{ stage.id }} after {{ previous.id }}", "s2 after s1"),
        ("{{ stage.date }}", "2019-05-03T17:00:00+02:00"),
        ("{{ previous.date }}", "2019-02-14"),
        ("{{ timestamp(previous.date) }}", "2019-02-14"),
        ("{{ timestamp(stage.date) }}", "2019-05-03T15:00:00Z"),
        ("{{ stage.date - previous.date >= duration('1h') ? 'later' : 'sooner' }}", "later"),
        ("{{ duration('36h') }}", "1.5 days"),
        ("{{ days(previous.date, stage.date) }} days", "78 days"),
        ("{{ plan.variants[0].share }}, {{ plan.variants[1].share }}", "0.15, 3"),
        ("{{ plan.evidence[0].results.any }}", "1.5e+25"),
        ("{{ plan.evidence[0].headline }}", "0.9512"),
        ("{{ plan.eu.market }}/{{ !plan.eu.market }}", "true/false"),
        ("{{ plan.eu }}", "market: true"),
        ("{{ stage }}", "s2"),
        ("{{ stage.criteria }}", "c1, c2"),
        ("{{ stage.criteria.map(c, c.id) }}", "c1, c2"),
        ("{{ previous.criteria }}", "none"),
        ("{{ {} }}", "none"),
        ("{{ stage.access.level }}", "unknown"),
        ("{{ 1 / 0 }}", "unknown"),
        ("{{ next.id }} and {{ stage.id }}", "unknown and s2"),
        ("{{ null }}", "none"),
        ("{{ params.min_days }} of {{ params.rate }}", "60 of 0.8"),
        ('{{ "{{" }}', "{{"),
        ("{{ [1, 2.5, 'a'] }}", "1, 2.5, a"),
        ("{{ -0.0 }} {{ 1e-7 }} {{ 123456.789 }}", "0 1e-07 123457"),
    ],
)
def test_render(text: str, shown: str) -> None:
    assert rendered(text, DATA, params={"min_days": 60, "rate": 0.8}) == shown


def test_what_plans_hold_stays_text() -> None:
    hostile = "{{ plan }} {% x %} ${x} <b>`$(rm)` \x1b[31m"
    assert rendered("{{ stage.title }}", {"stages": [{"id": "a", "title": hostile}]}) == hostile


def test_a_message_is_bounded() -> None:
    data = {"stages": [{"id": "a", "title": "é" * 60_000}]}
    shown = rendered("{{ stage.title }}{{ stage.title }}", data)
    assert len(shown.encode()) <= MESSAGE_BYTES
    assert shown.endswith("é…")
    many = {"stages": [{"id": f"s{index}"} for index in range(100)]}
    assert rendered("{{ plan.stages }}", many).endswith("s19, and 80 more")


def test_endless_work_shows_as_unknown() -> None:
    data = {"stages": [{"id": str(index)} for index in range(200)]}
    text = "{{ plan.stages.map(a, plan.stages.map(b, plan.stages.map(c, c.id))) }}"
    assert rendered(text, data) == "unknown"


def test_rendering_notes_what_is_shown() -> None:
    trace = Trace()
    names = names_of({"stages": [{"id": "a", "criteria": [{"id": "c"}]}]})
    template("{{ stage.criteria }}").render(Frame(names, trace))
    assert trace.pointers == {"/stages/0/criteria", "/stages/0/criteria/0"}


def test_plain_form_gives_the_same_message() -> None:
    made = template("{{ stage.id }} is {{ stage.order }}")
    again = Template(plain=made.plain)
    assert again.render(Frame(names_of(DATA))) == made.render(Frame(names_of(DATA))) == "s2 is 1"
    assert made.nodes == again.nodes
    assert len(made.nodes) == 2


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("inf"), "inf"),
        (1e20, "1e+20"),
        (1234567890123456.7, "1.235e+15"),
        (datetime(2019, 2, 14, 23, 59, 59, 999999, UTC), "2019-02-14"),
        (timedelta(hours=12), "0.5 days"),
        ({"$at": "/x", "a": 1, "b": [1, 2]}, "a: 1, b: 1, 2"),
        ({"$at": "/x"}, "none"),
        (list(range(30)), ", ".join(map(str, range(20))) + ", and 10 more"),
    ],
)
def test_show(value: Any, shown: str) -> None:
    assert show(value) == shown


@given(st.text(), st.integers(3, 50))
def test_shortened_text_fits(text: str, limit: int) -> None:
    found = shortened(text, limit)
    assert len(found.encode()) <= limit
    assert found == text or (found.endswith("…") and text.startswith(found[:-1]))
