"""The kinds of values: what they accept, how they explain themselves, what they become."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic_core import SchemaValidator, ValidationError

from release.base.dates import moment
from release.base.pointers import pointer_token
from release.plan.architecture import parameters_computed
from release.plan.models.plan import PLAN
from release.plan.shapes import (
    Digest,
    Free,
    ListOf,
    LooseText,
    Names,
    Notebook,
    Number,
    Text,
    Truth,
    Whole,
    Word,
)
from release.plan.shapes.base import found, suggestion
from release.plan.shapes.free import free_copy
from release.plan.shapes.record import Record, may
from release.plan.shapes.scalars import DATE_PATTERN, Date
from release.plan.structure import kinds_below
from release.plan.types import object_types, records, resolved_fields


def accepts(shape: Any, value: Any, *, words: bool = False) -> bool:
    try:
        SchemaValidator(shape.core(words=words)).validate_python(value)
    except ValidationError:
        return False
    return True


def is_moment(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


DIGITS = st.text("0123456789", min_size=1, max_size=4)
NEAR_DATES = st.one_of(
    st.dates().map(str),
    st.builds("{:04}-{:02}-{:02}".format, st.integers(0, 9999), st.integers(0, 13), st.integers(0, 32)),
    st.builds(
        "{:04}-{:02}-{:02}{}{:02}:{:02}{}{}".format,
        st.integers(1000, 8999), st.integers(1, 12), st.integers(1, 31), st.sampled_from("Tt _"),
        st.integers(0, 25), st.integers(0, 61),
        st.sampled_from(["", ":00", ":59.123456", ":60", ":00.1234567", ":0"]),
        st.sampled_from(["Z", "z", "+02:00", "-0530", "+23:59", "+24:00", "", "+2"]),
    ),
    st.builds("{}-{}-{}".format, DIGITS, DIGITS, DIGITS),
)  # fmt: skip


@given(NEAR_DATES)
@example("1900-02-29")
@example("2000-02-29")
@example("2019-02-03\n")
@example("२०१९-०२-०३")
def test_dates_are_what_moments_read(text: str) -> None:
    assert accepts(Date(), text) == is_moment(text)
    assert bool(re.compile(DATE_PATTERN, re.ASCII).fullmatch(text)) == is_moment(text)


def test_moments_at_the_ends_of_the_calendar_are_refused() -> None:
    assert not accepts(Date(), "9999-12-31T23:59-23:59")
    assert not accepts(Date(), "0001-01-01T00:00+23:59")
    assert accepts(Date(), "9999-12-31")


def test_numbers() -> None:
    assert accepts(Number(), 5)
    assert accepts(Number(), -2.5)
    assert not accepts(Number(), math.inf)
    assert not accepts(Number(), math.nan)
    assert not accepts(Number(), True)
    assert not accepts(Number(0), -1)
    assert Number(0).expected == "a number of at least 0"
    assert Number().expected == "a number"
    assert Number().schema({}) == {"type": "number"}
    assert accepts(Whole(), 2.0)
    assert not accepts(Whole(), 2.5)
    assert not accepts(Whole(1), 0)
    assert not accepts(Whole(), 2**53)
    assert Whole().tidy(2.0, "", Notebook()) == 2
    assert not accepts(Whole(), "unknown")
    assert accepts(Whole(), "unknown", words=True)


def test_words_that_stand_for_others() -> None:
    word = Word("yes", "no", also={True: "yes", "perhaps": "no"})
    assert accepts(word, True)
    assert not accepts(word, 1)
    assert accepts(word, "perhaps")
    assert word.tidy("perhaps", "", Notebook()) == "no"
    assert word.tidy("yes", "", Notebook()) == "yes"
    assert word.complain("yess").hint == "did you mean 'yes'?"
    assert word.complain("elsewhere").hint == ""


def test_loose_text_and_digests() -> None:
    assert LooseText().tidy(4.2, "", Notebook()) == "4.2"
    assert not accepts(LooseText(), True)
    digest = "AB" * 32
    assert Digest().tidy(f"sha256:{digest}", "", Notebook()) == Digest().tidy(digest, "", Notebook())


def test_truth_values() -> None:
    assert Truth().complain("Yes").hint == "write true"
    assert Truth().complain("No").hint == "write false"
    assert Truth().complain(5).hint == ""


def test_free_values() -> None:
    value = {"a/b": [1, {"c": 2.5}], "d": {"e~f": True}}
    assert accepts(Free(), value)
    assert Free().culprits(value) == []
    assert set(Free().culprits({"a": [1, {"b": None}], "c": None})) == {("a", 1, "b"), ("c",)}
    assert Free().culprits([math.nan]) == [(0,)]
    assert not accepts(Free(), [None])
    assert free_copy(value, "/x") == {
        "$at": "/x",
        "a/b": [1, {"$at": "/x/a~1b/1", "c": 2.5}],
        "d": {"$at": "/x/d", "e~f": True},
    }


def test_free_values_as_deep_as_they_may_be() -> None:
    deep: Any = 1
    for _ in range(5_000):
        deep = [deep]
    assert accepts(Free(), deep)
    assert isinstance(free_copy(deep, ""), list)


def test_lists() -> None:
    texts = ListOf(Text(), single=True, least=1, most=2)
    assert accepts(texts, "one")
    assert accepts(texts, ["one", "two"])
    assert not accepts(texts, [])
    assert not accepts(texts, ["one", "two", "three"])
    assert texts.tidy("", "", Notebook()) == []
    assert ListOf(Text(), least=1).complain([]).expected == "a list of at least 1 items"
    assert texts.schema({})["anyOf"][1] == {
        "type": "array",
        "items": {"$ref": "#/$defs/Text"},
        "minItems": 1,
        "maxItems": 2,
    }
    assert ListOf(Names("stage")).type() == ("list", "string")


def test_words_of_messages() -> None:
    assert [found(value) for value in (None, True, False, {}, [], 5, "a")] == [
        "empty", "'true'", "'false'", "a mapping", "a list", "'5'", "'a'",
    ]  # fmt: skip
    assert suggestion("a", [], "things") == "there are no things in this plan"
    assert suggestion("zzzz", ["a", "b"], "things") == "things are: a, b"
    assert pointer_token("a/b~c") == "a~1b~0c"


def test_types_for_expressions() -> None:
    types = object_types()
    assert types["Plan"]["stages"] == ("list", ("object", "Stage"))
    assert types["Risk"]["mitigations"] == ("list", ("object", "Mitigation"))
    assert types["EvidenceSides"]["for"] == ("list", ("object", "Evidence"))
    assert types["Assessment"]["stage"] == "string"
    assert types["Evidence"]["declared"] == ("list", ("object", "DeclaredFigure"))
    assert types["Evidence"]["conducted"] == "date"
    assert types["DeclaredFigure"]["by"] == ("map", "string")
    assert types["Plan"]["documentation"] == ("map", "dyn")
    assert types["Access"]["controls"] == ("list", "string")
    assert types["CapabilityThreshold"]["status"] == ("map", ("object", "ThresholdStatus"))
    assert types["Variant"]["parameters"] == "int"
    assert types["Training"]["compute_flop"] == "double"
    assert "Documentation" not in types


def test_every_object_that_is_named_has_a_type() -> None:
    types = object_types()

    def named(kind: Any) -> set[str]:
        return set() if isinstance(kind, str) else {kind[1]} if kind[0] == "object" else named(kind[1])

    for fields in types.values():
        for kind in fields.values():
            assert named(kind) <= set(types)
    assert len({record.name for record in records()}) == len(list(records()))


def test_lists_of_ids_that_are_resolved() -> None:
    assert resolved_fields()["Stage"] == {"variants": "variant"}
    assert resolved_fields()["Risk"] == {"actors": "actor", "mitigations": "mitigation"}


def test_kinds_of_ids() -> None:
    assert kinds_below(PLAN) == {
        "stage", "variant", "risk", "benefit", "mitigation", "partner", "finding", "evidence", "monitoring",
        "event", "source", "actor", "criterion", "critique", "attestation", "threshold",
    }  # fmt: skip


def test_every_key_is_described() -> None:
    for record in records():
        assert isinstance(record, Record)
        assert record.description.endswith(".")
        for field in record.fields.values():
            assert field.description.endswith((".", "…")), (record.name, field.name)


@pytest.mark.parametrize(
    ("architecture", "expected"),
    [
        ({"family": "gpt2", "layers": 12, "width": 768, "vocabulary": 50257, "context": 1024}, 124_439_808),
        ({"family": "gpt2", "layers": 24, "width": 1024, "vocabulary": 50257, "context": 1024}, 354_823_168),
        ({"family": "gpt2", "layers": 36, "width": 1280, "vocabulary": 50257, "context": 1024}, 774_030_080),
        (
            {"family": "gpt2", "layers": 48, "width": 1600, "vocabulary": 50257, "context": 1024},
            1_557_611_200,
        ),
        ({"family": "opt", "layers": 12, "width": 768, "vocabulary": 50272, "context": 2048}, 125_239_296),
        (
            {
                "family": "opt",
                "layers": 24,
                "width": 1024,
                "vocabulary": 50272,
                "context": 2048,
                "embedding_width": 512,
            },
            331_196_416,
        ),
        ({"family": "llama", "layers": 32, "width": 4096, "vocabulary": 32000}, 6_738_415_616),
        ({"family": "llama", "layers": 40, "width": 5120, "vocabulary": 32000}, 13_015_864_320),
        (
            {
                "family": "llama",
                "layers": 80,
                "width": 8192,
                "vocabulary": 32000,
                "heads": 64,
                "kv_heads": 8,
                "feed_forward": 28672,
            },
            68_976_648_192,
        ),
        (
            {
                "family": "llama",
                "layers": 80,
                "width": 8192,
                "vocabulary": 32000,
                "head_width": 128,
                "kv_heads": 8,
                "feed_forward": 28672,
            },
            68_976_648_192,
        ),
        (
            {
                "family": "llama",
                "layers": 1,
                "width": 8,
                "vocabulary": 10,
                "feed_forward": 4,
                "tied_embeddings": True,
            },
            80 + 256 + 96 + 16 + 8,
        ),
        ({"family": "llama", "layers": 1, "width": 8, "vocabulary": 10, "kv_heads": 1}, None),
        ({"family": "gpt2", "layers": 12, "width": 768}, None),
        ({"family": "grover", "layers": 48, "width": 1536, "vocabulary": 50270, "context": 1024}, None),
        ({"family": "other"}, None),
        ({"layers": 12}, None),
    ],
)
def test_parameters_follow_from_the_architecture(architecture: dict[str, Any], expected: int | None) -> None:
    assert parameters_computed(architecture) == expected


def test_importing_the_plan_layer_loads_no_heavy_library() -> None:
    """Everything that reads no plan stays fast: pydantic's core is loaded with the first plan."""
    heavy = {"pydantic", "pydantic_core", "yaml", "typer"}
    code = f"import sys, release.plan; print(sorted({heavy} & set(sys.modules)))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


def test_reading_a_plan_builds_no_pydantic_class() -> None:
    code = (
        "import sys; from pathlib import Path; from release.plan import read_plan;"
        "read_plan(Path('tests/cases/plans/leak')); print('pydantic' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "False"


BLANKS = ["\t", " ", "  \n", "\u00a0", "\u200b \u3000", "\n"]


@pytest.mark.parametrize("blank", BLANKS)
def test_text_of_blanks_alone_is_none_and_empty_text_stays(blank: str) -> None:
    single = ListOf(Text(), single=True)
    for shape, form in ((Text(), str), (LooseText(), str), (single, str), (single, lambda text: [text])):
        definitions: dict[str, Any] = {}
        described = {**shape.schema(definitions), "$defs": definitions}
        schema = Draft202012Validator(described)
        assert [accepts(shape, form(each)) for each in (blank, "", f"{blank}a{blank}")] == [False, True, True]
        assert [schema.is_valid(form(each)) for each in (blank, "", f"{blank}a")] == [False, True, True]
    assert Text().complain(blank).code == "IN-028"
    assert "only blanks" in single.complain(blank).hint


def test_a_blank_in_place_of_a_mapping_is_told_as_text() -> None:
    assert (
        "only blanks"
        in Record("Note", "A note.", may("text", Text(), "It."), short="text").complain(" ").hint
    )
