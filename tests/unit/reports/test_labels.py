"""Labels of charts: none lies over another, over a mark, or outside the drawing."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release import api
from release.reports.charts.labels import Box, Wanted, label_box, place

PLANS = Path(__file__).resolve().parents[3] / "templates/plans"
GROUND = Box(60, 2, 718, 264)
_TEXT = re.compile(r'<text x="([^"]+)" y="([^"]+)"([^>]*)>([^<]*)</text>')


def wanted(x: float, y: float, reach: float, text: str = "0.123") -> Wanted:
    return Wanted(text, x, y, y - max(6.0, reach), y + max(6.0, reach))


def marks(each: Wanted) -> list[Box]:
    return [
        Box(each.x - 7, each.y - 7, each.x + 7, each.y + 7),
        Box(each.x - 2, each.top, each.x + 2, each.bottom),
    ]


def test_a_label_alone_stands_above_its_mark() -> None:
    only = wanted(300, 100, 20)
    (found,) = place([only], marks(only), GROUND)
    assert found is not None
    assert (found.x, found.led) == (300, False)
    assert found.box.bottom < only.top


def test_points_in_nearly_one_place_get_places_of_their_own_and_lines_where_they_are_far() -> None:
    points = [wanted(300 + shift, 100 + shift, 40) for shift in range(0, 18, 3)]
    found = place(points, [box for each in points for box in marks(each)], GROUND)
    assert all(found)
    boxes = [each.box for each in found if each]
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert any(each.led for each in found if each)


@given(st.lists(st.tuples(st.floats(60, 718), st.floats(10, 260), st.floats(0, 200)), max_size=15))
def test_no_label_meets_anything_whatever_is_drawn(points: list[tuple[float, float, float]]) -> None:
    asked = [wanted(*each) for each in points]
    taken = [box for each in asked for box in marks(each)]
    boxes = [each.box for each in place(asked, taken, GROUND) if each]
    assert all(GROUND.holds(box) for box in boxes)
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    assert not any(box.meets(mark) for box in boxes for mark in taken)


def test_a_label_without_room_is_left_to_the_table() -> None:
    assert place([wanted(100, 50, 5)], [GROUND], GROUND) == [None]


def _boxes(svg: str) -> list[tuple[str, Box]]:
    found = []
    for x, y, rest, text in _TEXT.findall(svg):
        size = float((re.search(r'font-size="([^"]+)"', rest) or ["", "12"])[1])
        anchor = (re.search(r'text-anchor="([^"]+)"', rest) or ["", "start"])[1]
        width = len(text) * 6.0 * size / 12
        left = float(x) - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
        top = float(y) - 0.72 * size
        found.append((text, Box(left, top, left + width, float(y) + 1)))
    return found


@pytest.mark.parametrize(("plan", "at"), [("heron", "2026-08-16"), ("gpt-2", "2019-11-04")])
def test_no_texts_of_any_shipped_chart_overlap(plan: str, at: str) -> None:
    page = str(api.report(PLANS / plan, audience="internal", at=at, look=api.ReportLook("html")))
    charts = re.findall(r'<svg[^>]*role="img".*?</svg>', page, re.DOTALL)
    assert len(charts) > 5
    for chart in charts:
        for (one, box), (other, beside) in combinations(_boxes(chart), 2):
            assert not box.meets(beside), (one, other)


def test_the_box_of_a_label_is_as_wide_as_its_text() -> None:
    assert label_box("12", 100, 50).right - label_box("12", 100, 50).left < 20
