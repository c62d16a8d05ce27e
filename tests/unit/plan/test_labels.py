"""Who may see what: defaults, inheritance, narrowing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from release.base.labels import INTERNAL, PARTNERS, PUBLIC, Label
from release.plan.plan import Plan
from tests.unit.plan.conftest import BASE

Read = Callable[..., Plan]

PLAN = """
summary: S
notes: N
partners: [{id: a}, {id: b}]
risks:
  - {id: plain, title: R, notes: N}
  - id: labelled
    title: R
    audience: public
    notes: [N, M]
    assessments:
      - {stage: first}
      - {stage: first, audience: partner, marginal: {text: T, audience: public, notes: N}}
      - {stage: first, audience: 'partner:a', marginal: {text: T, audience: 'partner:b'}}
      - {stage: first, audience: ['partner:a', 'partner:b']}
  - {id: internal, title: R, audience: internal, assessments: [{stage: first, audience: public}]}
contact: {name: N, audience: public, address: A}
documentation: {energy: {value: 5, audience: partner}, odd: {value: 5, audience: 5}, plain: 1, audience: public}
evidence:
  - {id: e, kind: red_team, declared: {success_rate: {value: 1, audience: 'partner:a'}, upper_bound: 1}, audience: partner}
"""  # noqa: E501 - a plan


def label(read: Read, pointer: str, top: str = "") -> Label:
    return read(f"{BASE}{PLAN}{top}\n").label(pointer)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/id", PUBLIC),
        ("/title", PUBLIC),
        ("/stages/0/id", PUBLIC),
        ("/stages/0", INTERNAL),
        ("/stages/0/title", INTERNAL),
        ("/stages", INTERNAL),
        ("/summary", INTERNAL),
        ("", INTERNAL),
        ("/risks/0", INTERNAL),
        ("/risks/1", PUBLIC),
        ("/risks/1/title", PUBLIC),
        ("/risks/1/notes", INTERNAL),
        ("/risks/1/notes/0", INTERNAL),
        ("/notes", INTERNAL),
        ("/risks/1/assessments/0", PUBLIC),
        ("/risks/1/assessments/1/marginal", PARTNERS),
        ("/risks/1/assessments/1/marginal/notes", INTERNAL),
        ("/risks/1/assessments/2", Label(partners=frozenset({"a"}))),
        ("/risks/1/assessments/2/marginal", INTERNAL),
        ("/risks/1/assessments/3/stage", Label(partners=frozenset({"a", "b"}))),
        ("/risks/2/assessments/0", INTERNAL),
        ("/contact/name", PUBLIC),
        ("/documentation/plain", PUBLIC),
        ("/documentation/energy/value", PARTNERS),
        ("/documentation/odd/value", INTERNAL),
        ("/evidence/0/declared/success_rate", Label(partners=frozenset({"a"}))),
        ("/evidence/0/declared/upper_bound", PARTNERS),
        ("/evidence/0/declared/nothing/at/all", PARTNERS),
        ("/risks/9/title", INTERNAL),
    ],
)
def test_without_defaults(pointer: str, expected: Label, read: Read) -> None:
    assert label(read, pointer) == expected


@pytest.mark.parametrize(
    ("top", "plain", "labelled", "summary"),
    [
        ("defaults: {audience: public}", PUBLIC, PUBLIC, PUBLIC),
        ("defaults: {audience: partner}", PARTNERS, PUBLIC, PARTNERS),
        ("defaults: {audience: internal}", INTERNAL, PUBLIC, INTERNAL),
        ("defaults: {}", INTERNAL, PUBLIC, INTERNAL),
        ("audience: public", PUBLIC, PUBLIC, PUBLIC),
        ("audience: partner", PARTNERS, PARTNERS, PARTNERS),
        ("audience: partner\ndefaults: {audience: public}", PARTNERS, PARTNERS, PARTNERS),
        ("audience: public\ndefaults: {audience: internal}", INTERNAL, PUBLIC, INTERNAL),
    ],
)
def test_defaults_and_the_plans_own_label(
    top: str, plain: Label, labelled: Label, summary: Label, read: Read
) -> None:
    assert label(read, "/risks/0", top) == plain
    assert label(read, "/risks/1", top) == labelled
    assert label(read, "/summary", top) == summary
    assert label(read, "/title", top) == PUBLIC
    assert label(read, "/risks/2", top) == INTERNAL


def test_a_label_is_looked_up_once(read: Read) -> None:
    plan = read(f"{BASE}{PLAN}\n")
    assert plan.label("/risks/1") is plan.label("/risks/1")


def test_labels_as_expressions_see_them(read: Read) -> None:
    plan = read(f"{BASE}{PLAN}\n")
    assert plan.data["risks"][1]["audience"] == "public"
    assert plan.data["risks"][1]["assessments"][3]["audience"] == "partner:a, partner:b"


def test_what_is_written_and_what_is_not(read: Read) -> None:
    plan = read(f"{BASE}{PLAN}\n")
    assert plan.is_written("")
    assert plan.is_written("/risks/1/assessments/1/marginal/text")
    assert not plan.is_written("/risks/1/owner")
    assert not plan.is_written("/risks/7")
    assert not plan.is_written("/summary/deeper")


def test_a_title_that_is_unknown(read: Read) -> None:
    plan = read(BASE.replace("title: Base", "title: undisclosed"))
    assert plan.title == "undisclosed"
    assert read(BASE).title == "Base"
