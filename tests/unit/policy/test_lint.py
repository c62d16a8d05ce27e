"""The style of packs, and their JSON Schema."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from release.policy.examples import as_plain
from release.policy.lint import lint_pack
from release.policy.pack_schema import pack_schema
from release.policy.packs import shipped_files, shipped_pack
from release.source import parse_document
from tests.unit.policy.judging import pack, rule
from tests.unit.policy.packs import errors_of, pack_of
from tests.unit.policy.test_read_pack import RULE, WHOLE

GOOD: dict[str, Any] = {
    "title": "A stage has an owner",
    "message": "'Stage {{ stage.id }} has none'",
    "fix": "Name one.",
    "why": "Somebody must answer.",
    "references": "[{source: own, at: Our choice, status: own}]",
    "examples": "{pass: [{}], fail: [{}]}",
}
HEAD = 'version: "1"\ndescription: What it asks.\n'


def remarks(*rules: str, more: str = "") -> list[str]:
    return [each.message for each in lint_pack(pack_of(pack(*rules, more=HEAD + more)))]


def test_a_good_pack_has_no_remarks() -> None:
    assert remarks(rule("AB-101", "has(stage.owner)", **GOOD)) == []
    assert lint_pack(pack_of("max_waiver_days: 3")) == []


@pytest.mark.parametrize("pack_id", shipped_files())
def test_shipped_packs_have_no_remarks(pack_id: str) -> None:
    assert [f"{each.at}: {each.message}" for each in lint_pack(shipped_pack(pack_id))] == []


@pytest.mark.parametrize(
    ("changes", "remark"),
    [
        ({"title": "Does it have an owner?"}, "the title of AB-101 ends in '?': write it as a plain claim"),
        ({"title": "a stage has an owner"}, "the title of AB-101 starts in lower case"),
        ({"title": "A " + "long " * 20 + "title"}, "the title of AB-101 has 107 characters; 100 are enough"),
        ({"fix": None}, "AB-101 does not say what to do (fix)"),
        ({"fix": "' '"}, "AB-101 does not say what to do (fix)"),
        ({"why": None}, "AB-101 does not say why it exists"),
        ({"references": None}, "AB-101 has no reference; write source: own for a choice of your own"),
        ({"references": "[{source: own, at: x}]"}, "a reference of AB-101 to 'own' has no status"),
        ({"references": "[{source: own, status: own}]"},
         "a reference of AB-101 to 'own' says not where in it"),
        ({"examples": "{fail: [{}]}"}, "AB-101 has no passing example"),
        ({"examples": "{pass: [{}]}"}, "AB-101 has no failing example"),
        ({"same_as": "AB-101"}, "AB-101 is said to be the same as itself"),
        ({"message": "Something is missing"}, "the message of AB-101 names nothing of the stage that fails"),
        ({"message": "A stage has an owner", "for_": "plan", "title": "A stage has an owner"},
         "the message of AB-101 repeats its title: say what is wrong"),
    ],
)  # fmt: skip
def test_remarks_on_a_rule(changes: dict[str, Any], remark: str) -> None:
    require = "has(plan.developer)" if changes.get("for_") == "plan" else "has(stage.owner)"
    assert remarks(rule("AB-101", require, **(GOOD | changes))) == [remark]


def test_remarks_on_a_pack() -> None:
    good = rule("AB-101", "has(stage.owner)", **GOOD)
    assert [each.message for each in lint_pack(pack_of(pack(good)))] == [
        "the pack has no description",
        "the pack has no version",
    ]
    assert remarks(rule("one", "has(stage.owner)", **GOOD)) == ["the id 'one' is not of the form AB-123"]
    assert remarks(good, rule("CD-101", "has(stage.owner)", **GOOD)) == [
        "rule ids have several prefixes: AB, CD"
    ]
    assert remarks(good, more="params: [{name: least, type: int, default: 1}]\n") == [
        "the parameter 'least' does not say why its default is what it is",
        "the parameter 'least' is used by no rule",
    ]
    used = rule("AB-101", "stage.order > params.least", **GOOD)
    assert remarks(used, more="params: [{name: least, type: int, default: 1, why: Ours.}]\n") == []
    applied = (
        "applies: {when: params.least > 1}\nparams: [{name: least, type: int, default: 1, why: Ours.}]\n"
    )
    assert remarks(good, more=applied) == []
    assert remarks(good, more="sources: [{id: paper, title: A paper}]\n") == [
        "the source 'paper' is cited by no rule"
    ]
    assert remarks(good, more="coverage: {covered: [{clause: 1, rules: [AB-101, XY-1]}]}\n") == []


def test_remarks_come_in_the_order_of_the_file() -> None:
    found = lint_pack(pack_of(pack(rule("one", "true"), rule("two", "true"))))
    places = [each.at for each in found]
    assert places == sorted(places)


# The JSON Schema


def validator() -> jsonschema.Draft202012Validator:
    schema = pack_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def complaints(text: str) -> list[str]:
    plain = as_plain(parse_document(text.encode(), "x").root)
    return [error.message for error in validator().iter_errors(plain)]


@pytest.mark.parametrize("pack_id", shipped_files())
def test_shipped_packs_fit_the_schema(pack_id: str) -> None:
    assert complaints(shipped_pack(pack_id).text) == []


def test_the_schema_takes_all_that_is_read() -> None:
    assert complaints(WHOLE) == []
    assert (
        complaints("schema: release-pack/1\nid: x\nparams: {a.b: {value: 1, locked: true}, c.d: 2}\n") == []
    )


BASE = "schema: release-pack/1\nid: x\n"


@pytest.mark.parametrize(
    "text",
    [
        "schema: release-pack/2\nid: x",
        "schema: release-pack/1",
        "schema: release-pack/1\nid: Bad Id",
        BASE + "rulez: []",
        BASE + "params: [{name: a, type: integer, default: 1}]",
        BASE + "params: {A: {type: int, default: 1}}",
        BASE + "params: {a.b: {locked: true}}",
        BASE + "applies: {from: soon}",
        BASE + "max_waiver_days: many",
        BASE + "approvals: {min: 0}",
        BASE + "overrides: [{severity: error}]",
        BASE + RULE.replace("for: stage", "for: stages"),
        BASE + RULE.replace("severity: error", "severity: fatal"),
        BASE + RULE.replace("    verdict: hold\n", ""),
        BASE + RULE.replace("severity: error", "severity: note"),
        BASE + RULE.replace("    title: A rule\n", ""),
        BASE + RULE.replace("status: verified", "status: read"),
        BASE + RULE.replace("pass: [{}]", "pass: [3]"),
        BASE + RULE.replace("fix:", "fixes:"),
    ],
)
def test_schema_and_reader_refuse_the_same(text: str) -> None:
    assert complaints(text)
    assert errors_of(text)


def test_every_field_is_described() -> None:
    def check(schema: Any, where: str) -> None:
        if isinstance(schema, dict):
            for name, each in schema.get("properties", {}).items():
                if "allOf" not in where and "if" not in where:
                    assert each.get("description"), f"{where}.{name}"
                check(each, f"{where}.{name}")
            for key in ("items", "anyOf"):
                below = schema.get(key, [])
                for each in below if isinstance(below, list) else [below]:
                    check(each, f"{where}[]")

    check(pack_schema(), "pack")
