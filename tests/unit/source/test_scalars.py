"""Plain scalars mean what chapter 10.3 of the YAML 1.2.2 specification says, and nothing that 1.1 said."""

from __future__ import annotations

import math

import pytest

from release.base.errors import InvalidInput
from release.source import parse_document
from release.source.scalars import BadNumber, number

CORE = [
    ("null", None), ("Null", None), ("NULL", None), ("~", None), ("", None), ("nULL", "nULL"),
    ("nul", "nul"), ("true", True), ("True", True), ("TRUE", True), ("tRUE", "tRUE"), ("false", False),
    ("False", False), ("FALSE", False), ("falsE", "falsE"), ("no", "no"), ("No", "No"), ("yes", "yes"),
    ("on", "on"), ("off", "off"), ("y", "y"), ("n", "n"), ("N", "N"), ("0", 0), ("-0", 0), ("+0", 0),
    ("1", 1), ("-19", -19), ("+12", 12), ("007", 7), ("0o7", 7), ("0o14", 12), ("0o8", "0o8"),
    ("0O7", "0O7"), ("-0o7", "-0o7"), ("0x3A", 58), ("0x1f", 31), ("0xG", "0xG"), ("0X1F", "0X1F"),
    ("-0x1F", "-0x1F"), ("0b11", "0b11"), ("1_000", "1_000"), ("1,000", "1,000"), ("1:30", "1:30"),
    ("190:20:30", "190:20:30"), ("0.", 0.0), ("-0.0", 0.0), (".5", 0.5), ("-.5", -0.5), ("+.5", 0.5),
    ("0.690", 0.69), ("+12e03", 12000.0), ("-2E+05", -200000.0), ("1e3", 1000.0), ("3.1e23", 3.1e+23),
    ("1.e1", 10.0), ("1e", "1e"), ("1e+", "1e+"), (".", "."), ("+", "+"), ("..5", "..5"),
    ("1.2.3", "1.2.3"), ("e5", "e5"), ("1.5f", "1.5f"), ("1_0.5", "1_0.5"), ("infinity", "infinity"),
    ("-inf", "-inf"), ("nan", "nan"), ("inf", "inf"), ("1e5_0", "1e5_0"), ("2019-02-14", "2019-02-14"),
    ("2019-02-14T17:00:00Z", "2019-02-14T17:00:00Z"), ("1990-1-1", "1990-1-1"), ("١٢", "١٢"), ("1٢", "1٢"),
    ("1.٢", "1.٢"), ("²", "²"), ("=", "="), ("<<", "<<"), ("1 2", "1 2"), ("1.5 ", 1.5), ("12e-1", 1.2),
    ("1-2e-3-4", "1-2e-3-4"), ("0o", "0o"), ("0x", "0x"), (".inF", ".inF"), (".e1", ".e1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "meaning"), CORE)
def test_core_schema(text: str, meaning: object) -> None:
    in_mapping = parse_document(f"key: {text}\n".encode(), "f").root["key"]
    in_sequence = parse_document(f"- {text}\n".encode(), "f").root[0]
    assert in_mapping == in_sequence == meaning
    assert type(in_mapping) is type(in_sequence) is type(meaning)


@pytest.mark.parametrize("text", ["null", "true", "12", "0.5", ".nan", "2019-02-14", "", "~"])
def test_quotes_keep_text(text: str) -> None:
    assert parse_document(f"['{text}', \"{text}\"]".encode(), "f").root == [text, text]


def test_negative_zero_keeps_its_sign() -> None:
    assert math.copysign(1, parse_document(b"a: -0.0", "f").root["a"]) == -1


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number_is_refused(text: str) -> None:
    with pytest.raises(BadNumber, match="not a number") as refused:
        number(text)
    assert refused.value.code == "IN-015"


@pytest.mark.parametrize("text", [".inf", "-.inf", "+.Inf", ".INF"])
def test_infinities_are_refused(text: str) -> None:
    with pytest.raises(BadNumber, match="infinite"):
        number(text)


@pytest.mark.parametrize("text", ["1e309", "-1e309", "1" * 60 + "e300"])
def test_beyond_the_range(text: str) -> None:
    with pytest.raises(BadNumber, match="too large"):
        number(text)


@pytest.mark.parametrize("text", ["1e-400", "-0.001e-400", ".5e-999"])
def test_what_would_vanish_is_refused(text: str) -> None:
    with pytest.raises(BadNumber, match="too small"):
        number(text)


@pytest.mark.parametrize("text", ["0e-400", "0.000", "-0e5", "0.0e1"])
def test_zero_is_not_too_small(text: str) -> None:
    assert number(text) == 0


@pytest.mark.parametrize(
    ("text", "digits"),
    [("9" * 65, 65), ("-" + "9" * 65, 65), ("0." + "1" * 64, 65), ("1e" + "0" * 65, 66),
     ("0x" + "f" * 65, 65), ("0o" + "7" * 70, 70), ("9" * 100_000, 100_000), ("+." + "1" * 70, 70)],
)  # fmt: skip
def test_too_many_digits(text: str, digits: int) -> None:
    with pytest.raises(BadNumber, match=f"has {digits} digits; the limit is 64") as refused:
        number(text)
    assert refused.value.code == "IN-016"


@pytest.mark.parametrize(
    "text",
    ["9" * 64, "-" + "9" * 64, "0." + "1" * 63, "-1." + "0" * 59 + "e-10", "0x" + "f" * 64, "0o" + "7" * 64],
)
def test_as_many_digits_as_allowed(text: str) -> None:
    assert isinstance(number(text), int | float)


def test_a_long_text_of_digits_and_letters_is_text() -> None:
    digest = "0123456789" * 10 + "z"
    assert number(digest) == digest


def test_the_digits_of_numbers_are_kept() -> None:
    root = parse_document(b"a: 0.690\nb: [1, x, 0x1F, '2', 1e3]\nc: true\nd: 2019-02-14\n", "f").root
    assert root.raw == {"a": "0.690"}
    assert root["b"].raw == {0: "1", 2: "0x1F", 4: "1e3"}


def test_a_bad_number_is_told_with_its_place_each_time() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_document(b"a: .nan\nb: [.nan]\n", "f")
    assert [(str(error.at), error.code) for error in refused.value.errors] == [
        ("f:1:4", "IN-015"),
        ("f:2:5", "IN-015"),
    ]
