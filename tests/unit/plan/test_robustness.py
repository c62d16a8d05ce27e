"""Whatever a file holds, reading it ends in a plan or in errors that each have a place."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from release.base.codes import CODES
from release.base.errors import InvalidInput
from release.plan.read import read_plan
from tests.strategies import plans, yaml_text
from tests.unit.plan.conftest import CASES, KINDS
from tests.unit.plan.test_schema import every_field, routes

ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(10**20), 10**20),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=9),
        st.sampled_from(["unknown", "undisclosed", "a", "first", "2019-02-30"]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "title", "stage", "declared", "$at", "map", "plain", "a/b~c"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("release") / "release.yaml"


def check(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    try:
        plan = read_plan(file, "release.yaml", known=KINDS)
    except InvalidInput as invalid:
        lines = text.split("\n")
        for error in invalid.errors:
            assert error.code in CODES
            assert error.at is not None
            assert error.at.line <= len(lines)
            assert error.message
    else:
        assert plan.data["$at"] == ""


@given(data=st.data())
def test_any_value_anywhere(file: Path, data: st.DataObject) -> None:
    plan = data.draw(
        st.one_of(plans(), st.just(every_field())).map(lambda each: yaml.safe_load(yaml.safe_dump(each)))
    )
    for _ in range(data.draw(st.integers(1, 3))):
        way = data.draw(st.sampled_from([way for way in routes(plan) if way]))
        parent = functools.reduce(lambda node, step: node[step], way[:-1], plan)
        parent[way[-1]] = data.draw(ANYTHING)
    check(file, yaml_text(plan))


@given(root=ANYTHING)
def test_any_root(file: Path, root: Any) -> None:
    check(file, yaml_text(root))


@given(
    cut=st.integers(0, 20_000),
    glue=st.sampled_from(["", ": ", "- ", "&a ", "*a", "!!x ", "\t", '"', "{", "["]),
)
def test_any_damage(file: Path, cut: int, glue: str) -> None:
    text = (CASES / "every-field" / "release.yaml").read_text(encoding="utf-8")
    place = cut % len(text)
    check(file, text[:place] + glue + text[place + 3 :])


def test_a_key_that_cannot_be_read(file: Path) -> None:
    check(file, "schema: release-plan/1\n*a: b\nid: a\ntitle: A\nstages: []\n")
    check(file, "schema: release-plan/1\n'': b\nid: a\ntitle: A\nstages: []\n")


def test_aliases_in_what_is_broken(file: Path) -> None:
    """Parts that are taken out of a tree may be shared by several places."""
    stages = "stages: [&s {id: b, titl: B}, *s, *s]\nrisks: [*s, &t [*s]]\nevidence: *t\n"
    check(file, f"schema: release-plan/1\nid: a\ntitle: A\n{stages}")
