"""A declared figure holds to its own last digit, or to the tolerance that the plan gives it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.evidence.agreement import compare, figure_at, mismatches, within, worst


@pytest.mark.parametrize(
    ("digits", "computed", "tolerance", "agrees"),
    [
        ("0.69", 0.6949, None, True),
        ("0.690", 0.6949, None, False),
        ("0.69", 0.695, None, True),
        ("0.69", 0.6951, None, False),
        ("95", 94.5, None, True),
        ("95", 94.4, None, False),
        ("1e3", 1400, None, True),
        ("0.5", 0.62, 0.12, True),
        ("0.5", 0.6201, 0.12, False),
        ("-0.10", -0.104, None, True),
        ("0.30", 0.1 + 0.2, None, True),
    ],
)
def test_half_a_unit_of_the_last_digit_as_written(digits, computed, tolerance, agrees) -> None:
    assert within(digits, computed, tolerance) is agrees


@given(st.floats(-1e6, 1e6), st.integers(0, 6))
def test_what_is_rounded_from_the_computed_figure_agrees(computed, places) -> None:
    assert within(f"{computed:.{places}f}", computed)


RESULTS = {"accuracy": {"value": 0.8}, "auc": {"value": None, "reason": "no scores"}}
SLICES = [
    {"by": {"stage": "xl", "sampling": "k40"}, "results": {"accuracy": {"value": 0.7}}},
    {"by": {"stage": "xl"}, "results": {"accuracy": {"value": 0.75}}},
    {"by": {"length": "500"}, "results": {"accuracy": {"value": 0.6}}},
]


def entry(value, result="accuracy", **by):
    return {"result": result, "by": {"$at": "/x", **by}, "value": value, "$raw": {"value": str(value)}}


@pytest.mark.parametrize(
    ("declared", "agreement"),
    [
        ([], "not-declared"),
        ([entry(0.8)], "match"),
        ([entry(0.9)], "mismatch"),
        ([entry(0.75, stage="xl")], "match"),
        ([entry(0.7, stage="xl", sampling="k40")], "match"),
        ([entry(0.7, sampling="k40")], "match"),
        ([entry(0.6, length=500)], "match"),
        ([entry(0.6, stage="small")], "not-computed"),
        ([entry(0.9, "auc")], "not-computed"),
        ([entry(0.9, "tpr")], "not-computed"),
        ([entry(0.8), entry(0.6, stage="small")], "not-computed"),
        ([entry(0.8), entry(0.6, stage="small"), entry(0.1, stage="xl")], "mismatch"),
        ([{"result": "accuracy", "by": {}, "n": 10}], "not-declared"),
    ],
)
def test_an_item_is_as_good_as_its_worst_figure(declared, agreement) -> None:
    assert worst(compare(declared, RESULTS, SLICES)) == agreement


def test_contradictions_are_told_in_words() -> None:
    found = compare([entry(0.95, stage="xl"), entry(0.8)], RESULTS, SLICES)
    assert mismatches(found) == ["accuracy {stage: xl}: declared 0.95, computed 0.75"]


def test_ends_and_n_are_compared_too() -> None:
    results = {"accuracy": {"value": 0.8, "low": 0.7444, "high": 0.8486, "level": 0.95, "n": 200}}
    numbers = {"value": 0.8, "low": 0.74, "high": 0.86, "n": 201}
    raw = {name: str(number) for name, number in numbers.items() if name != "n"}
    declared = {"result": "accuracy", "by": {}, "$at": "/x", "$raw": raw, **numbers}
    found = {each.part: each.agreement for each in compare([declared], results, [])}
    assert found == {"value": "match", "low": "match", "high": "mismatch", "n": "mismatch"}
    assert mismatches(compare([declared], results, [])) == [
        "upper end of accuracy: declared 0.86, computed 0.8486",
        "n of accuracy: declared 201, computed 200",
    ]
    at_another_level = compare([{**declared, "level": 0.9}], results, [])
    assert [each.part for each in at_another_level] == ["value", "n"]


def test_numbers_that_differ_are_shown_with_the_digits_that_differ() -> None:
    (found,) = compare([entry(0.1234567)], {"accuracy": {"value": 0.1234571}}, [])
    assert found.digits == ("0.1234567", "0.1234571")


def test_the_slice_with_the_fewest_keys_answers() -> None:
    assert figure_at("accuracy", {"stage": "xl"}, RESULTS, SLICES) == {"value": 0.75}
