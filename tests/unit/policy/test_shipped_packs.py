"""The packs that ship: complete, in good style, and with examples that would notice a changed rule."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from itertools import chain

import pytest

from release.policy.library import compiled_packs
from release.policy.lint import lint_pack
from release.policy.pack import Pack, Rule
from release.policy.packs import shipped_files, shipped_pack
from release.policy.testing import ExampleOutcome, test_pack

IDS = {
    "staged-release": ("SR", range(101, 133)),
    "evaluation-rigour": ("ER", range(201, 222)),
    "human-feedback": ("HF", range(301, 314)),
    "scalable-oversight": ("SO", range(401, 415)),
    "predictability": ("PR", range(501, 512)),
    "sourcing": ("SC", range(601, 611)),
    "release-gradient": ("RG", range(701, 713)),
    "nist-ai-600-1": ("NI", range(801, 815)),
    "eu-gpai-code": ("EU", range(901, 915)),
    "frontier-thresholds": ("FT", range(1001, 1013)),
    "partner-report": ("RP", range(1101, 1117)),
}
COUNTS = {"staged-release": 32, "evaluation-rigour": 21, "predictability": 11}
NO_GO = {"SR-121", "SR-124", "SR-125", "SR-128", "EU-907", "FT-1004"}

# Where what is missing makes the rule fail, or not apply, and never leaves it open.
NEVER_UNKNOWN = {
    *("ER-221", "PR-509", "SO-402", "SO-403", "SO-408", "SO-411", "SO-412", "SR-129"),
    *("RP-1102", "RP-1103", "RP-1104", "RP-1105", "RP-1108", "RP-1109"),
    *("RP-1111", "RP-1112", "RP-1113", "RP-1115", "RP-1116"),
}

each_pack = pytest.mark.parametrize("pack_id", sorted(IDS))


def all_rules() -> list[Rule]:
    return list(chain.from_iterable(shipped_pack(pack_id).rules for pack_id in sorted(IDS)))


@cache
def outcomes(pack_id: str) -> tuple[ExampleOutcome, ...]:
    return test_pack(shipped_pack(pack_id)).outcomes


def mutated(pack: Pack, change: str) -> Pack:
    """Put every `require` into `change`, under another digest so that nothing compiled is reused."""
    rules = tuple(
        rule.but(require=rule.require.but(text=change.format(rule.require.text))) for rule in pack.rules
    )
    return pack.but(rules=rules, digest=f"sha256:{change}", shipped=False)


def unnoticed(pack_id: str, change: str) -> set[str]:
    """Return the rules of which no example notices a change."""
    expected: dict[str, list[bool]] = defaultdict(list)
    for outcome in test_pack(mutated(shipped_pack(pack_id), change)).outcomes:
        expected[outcome.rule].append(outcome.as_expected)
    return {rule for rule, answers in expected.items() if all(answers)}


def test_these_packs_ship() -> None:
    assert set(shipped_files()) == set(IDS)


@each_pack
def test_has_every_rule_in_order(pack_id: str) -> None:
    pack = shipped_pack(pack_id)
    assert pack.id == pack_id
    prefix, numbers = IDS[pack_id]
    assert [rule.id for rule in pack.rules] == [f"{prefix}-{number}" for number in numbers]


@pytest.mark.parametrize(("pack_id", "count"), COUNTS.items())
def test_has_as_many_rules_as_announced(pack_id: str, count: int) -> None:
    assert len(shipped_pack(pack_id).rules) == count


@each_pack
def test_compiles_against_the_types_of_plans(pack_id: str) -> None:
    (compiled,) = compiled_packs([shipped_pack(pack_id)])
    assert len(compiled.rules) == len(IDS[pack_id][1])


@each_pack
def test_lint_has_nothing_to_remark(pack_id: str) -> None:
    assert lint_pack(shipped_pack(pack_id)) == []


@each_pack
def test_every_example_gives_its_answer(pack_id: str) -> None:
    off = [outcome for outcome in outcomes(pack_id) if not outcome.as_expected]
    assert [(outcome.rule, outcome.expected, outcome.message) for outcome in off] == []


@each_pack
def test_every_rule_has_an_example_of_each_answer_that_it_can_give(pack_id: str) -> None:
    given = defaultdict(set)
    for outcome in outcomes(pack_id):
        given[outcome.rule].add(outcome.expected)
    wanted = {
        rule.id: {"pass", "fail"} | (set() if rule.id in NEVER_UNKNOWN else {"unknown"})
        for rule in shipped_pack(pack_id).rules
    }
    assert given == wanted


@each_pack
def test_an_example_notices_a_negated_rule(pack_id: str) -> None:
    assert unnoticed(pack_id, "!({})") == set()


@each_pack
def test_an_example_notices_a_rule_that_always_passes(pack_id: str) -> None:
    assert unnoticed(pack_id, "true || ({})") == set()


@each_pack
def test_an_example_notices_a_rule_that_never_passes(pack_id: str) -> None:
    assert unnoticed(pack_id, "false && ({})") == set()


def test_what_stops_a_release_is_what_was_meant_to() -> None:
    assert {rule.id for rule in all_rules() if rule.verdict == "no-go"} == NO_GO
    assert all(rule.verdict is None for rule in all_rules() if rule.severity != "error" or rule.for_report)


def test_rules_that_ask_the_same_name_each_other() -> None:
    rules = {rule.id: rule for rule in all_rules()}
    for rule in rules.values():
        for other in rule.same_as:
            assert rule.id in rules[other].same_as, f"{other} does not name {rule.id}"


@each_pack
def test_quotes_only_what_was_read(pack_id: str) -> None:
    quoting = [
        (rule.id, citation.source, citation.status)
        for rule in shipped_pack(pack_id).rules
        for citation in rule.references
        if citation.quote
    ]
    assert [each for each in quoting if each[2] != "verified"] == []


@each_pack
def test_says_how_far_each_source_was_read(pack_id: str) -> None:
    sources = shipped_pack(pack_id).sources
    assert sources
    assert all(source.status for source in sources)
    assert all(source.url.startswith("https://") for source in sources if source.url)


@each_pack
def test_says_what_of_its_sources_it_covers(pack_id: str) -> None:
    pack = shipped_pack(pack_id)
    covered = {rule for clause in pack.coverage.covered for rule in clause.rules}
    attesting = {rule.id for rule in pack.rules if "attest" in rule.require.text}
    assert covered | attesting == {rule.id for rule in pack.rules}
    assert pack.coverage.not_covered
