"""Numbers on a page: digits that the figure bears, the same on every machine."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.audience.items_evidence import Figure
from release.reports.numbers import (
    bounds_of,
    common_decimals,
    decimals_for,
    grouped,
    number,
    percent,
    value_of,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (0.0, "0"),
        (-0.0, "0"),
        (1234, "1234"),
        (12345, "12\u202f345"),
        (1557611200, "1\u202f557\u202f611\u202f200"),
        (0.9269, "0.9269"),
        (6.9, "6.9"),
        (0.05, "0.05"),
        (100.0, "100"),
        (12345.678, "12\u202f346"),
        (3.1e23, "3.1 × 10^23"),
        (-1e-9, "\u22121 × 10^\u22129"),
        (math.inf, "∞"),
        (-math.inf, "\u2212∞"),
        (math.nan, "not a number"),
        (10**20, "1 × 10^20"),
        (-42, "\u221242"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


def test_decimals_follow_the_interval() -> None:
    assert decimals_for(0.7344, 0.7516) == 3
    assert decimals_for(6.0, 6.0) is None
    assert decimals_for(None, 1.0) is None
    assert decimals_for(0.0, math.inf) is None
    assert decimals_for(0.0, 1000.0) == 0
    assert number(-0.0004, 2) == "0.00"


def test_a_figure_is_shown_as_written_or_with_the_digits_it_bears() -> None:
    assert value_of(Figure(result="x", value=0.69, raw="0.690")) == "0.690"
    assert value_of(Figure(result="x", value=1234567.0, raw="1234567")) == "1\u202f234\u202f567"
    assert value_of(Figure(result="x", value=1e-3, raw="1e-3")) == "1e-3"
    assert value_of(Figure(result="x", value=0.74312, low=0.7344, high=0.7516)) == "0.743"
    assert value_of(Figure(result="x", value=0.74312, low=0.7344, high=0.7516), 4) == "0.7431"
    assert value_of(Figure(result="x")) == ""


def test_bounds() -> None:
    assert bounds_of(Figure(result="x", low=0.7344, high=0.7516)) == ("0.734", "0.752")
    assert bounds_of(Figure(result="x", high=3.0)) == ("\u2212∞", "3")
    assert bounds_of(Figure(result="x", low=3.0)) == ("3", "∞")
    assert bounds_of(Figure(result="x", value=3.0)) is None


def test_figures_of_one_result_share_their_decimals() -> None:
    wide, narrow = Figure(result="x", low=0.7, high=0.75), Figure(result="x", low=0.7, high=0.705)
    assert common_decimals([wide, narrow]) == 4
    assert common_decimals([Figure(result="x", raw="1.0", low=0, high=1)]) is None


def test_levels() -> None:
    assert percent(0.95) == "95\u202f%"
    assert percent(0.999) == "99.9\u202f%"
    assert percent(None) == ""


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 6))
def test_no_number_shows_a_minus_zero_or_a_locale(value: float, decimals: int) -> None:
    for text in (number(value), number(value, decimals)):
        assert not text.startswith("\u22120.0") or any(each in text for each in "123456789")
        assert "," not in text
        assert "e" not in text


@given(st.integers(-(10**14), 10**14))
def test_grouping_keeps_the_digits(value: int) -> None:
    assert int(grouped(str(value)).replace("\u202f", "").replace("\u2212", "-")) == value
