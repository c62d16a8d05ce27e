"""Statements about small plans: what they are about, and how a verdict is told."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from release.exports.in_toto import statement

HEX = "ab" * 32


def view_of(*findings, checkpoints=(), insider=False):
    variant = SimpleNamespace(id="small", checkpoints=tuple(checkpoints))
    hidden = SimpleNamespace(id="other", checkpoints=(SimpleNamespace(name="other.bin", sha256="cd" * 32),))
    stage = SimpleNamespace(id="first", variants=(SimpleNamespace(id="small"),))
    return SimpleNamespace(
        content=SimpleNamespace(stages=(stage,), variants=(variant, hidden)),
        at_stage=lambda _: findings,
        insider=insider,
        plan_id="p",
        digest="sha256:" + "11" * 32,
        at="2020-01-01",
        audience="internal" if insider else "public",
        packs=(),
        params=(),
        tool="1",
        withheld=0,
    )


def found(severity, status):
    return SimpleNamespace(rule="SR-1", object="plan:p", severity=severity, status=status)


@pytest.mark.parametrize(
    ("verdict", "findings", "result"),
    [
        ("go", (), "PASSED"),
        ("go", (found("note", "fail"),), "PASSED"),
        ("go", (found("warning", "unknown"),), "WARNED"),
        ("go", (found("error", "waived"),), "WARNED"),
        ("hold", (), "FAILED"),
        ("hold", (found("error", "unknown"),), "FAILED"),
        ("no-go", (found("error", "fail"),), "FAILED"),
    ],
)
def test_a_verdict_is_told(verdict, findings, result):
    made = statement(view_of(*findings), SimpleNamespace(id="first", verdict=verdict))
    assert made["predicate"]["result"] == result


def test_it_is_about_the_checkpoints_of_its_stage_only():
    checkpoints = [
        SimpleNamespace(name="a.bin", sha256=HEX.upper()),
        SimpleNamespace(name="b.bin", sha256=""),
    ]
    made = statement(view_of(checkpoints=checkpoints), SimpleNamespace(id="first", verdict="go"))
    assert made["subject"] == [{"name": "small/a.bin", "digest": {"sha256": HEX}}]


@pytest.mark.parametrize(("insider", "name"), [(True, "p/plan"), (False, "p/plan-as-shown")])
def test_without_a_digest_of_weights_it_is_about_what_was_judged(insider, name):
    made = statement(view_of(insider=insider), SimpleNamespace(id="first", verdict="go"))
    assert made["subject"] == [{"name": name, "digest": {"sha256": "11" * 32}}]
