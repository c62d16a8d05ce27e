"""Where only what may differ is judged again, the findings are those of judging everything."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from release.analysis.case import Case
from release.analysis.date_margins import _moved, _written
from release.analysis.removal import Part, Remover
from release.base.findings import Finding
from release.evidence.facts import Facts
from release.gate.quick import rule_findings
from release.policy.frame import Trace
from release.policy.remembering import Remembered
from tests.strategies import plans, yaml_text
from tests.unit.analysis.bring import EVES, GPT2, ROOT, brought, case, copied
from tests.unit.analysis.test_influence import HERON, HERON_EVE, judged

PACKS = ("staged-release", "evaluation-rigour", "release-gradient", "sourcing")


def told(findings: Collection[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (each.rule, each.object, each.pointer, each.stages))


def differs(case: Case, remembered: Remembered, facts: Facts) -> bool:
    """Tell whether the findings are others than when everything is asked."""
    again = rule_findings(case.policy, facts, remembered.standing(facts))
    return told(again) != told(rule_findings(case.policy, facts))


@settings(max_examples=40, deadline=None)
@given(plans(), st.integers(0, 400), st.data())
def test_small_plans_without_some_parts(plan: dict[str, Any], offset: int, data: st.DataObject) -> None:
    at = date.fromordinal(date(2019, 1, 1).toordinal() + offset).isoformat()
    whole = judged(yaml_text(plan), at, *PACKS)
    remover = Remover(whole)
    remembered = Remembered(whole.policy, remover.facts(()))
    for _ in range(4):
        parts = data.draw(
            st.lists(st.sampled_from(remover.parts), unique=True) if remover.parts else st.just([])
        )
        assert not differs(whole, remembered, remover.facts(parts))


@pytest.fixture(scope="module")
def cases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    folder = copied(tmp_path_factory.mktemp("again"))
    brought(folder)
    return {
        "gpt-2": case(GPT2, EVES["xl"]),
        "gpt-2 before the second size": case(GPT2, EVES["medium"]),
        "gpt-2 brought to go": case(folder, EVES["xl"]),
        "heron": case(ROOT / HERON, HERON_EVE),
    }


NAMES = ("gpt-2", "gpt-2 before the second size", "gpt-2 brought to go", "heron")


def some_sets(parts: Collection[Part]) -> Iterator[Collection[Part]]:
    """Yield every part alone, some pairs and triples, and all of them."""
    chance = random.Random(7)
    yield from ([part] for part in parts)
    for size, most in ((2, 60), (3, 20)):
        every = list(itertools.combinations(parts, size))
        yield from chance.sample(every, min(most, len(every)))
    yield parts


@pytest.mark.parametrize("name", NAMES)
def test_each_part_alone_and_some_sets(cases: dict[str, Case], name: str) -> None:
    remover = Remover(cases[name])
    remembered = Remembered(cases[name].policy, remover.facts(()))
    for parts in some_sets(remover.parts):
        assert not differs(cases[name], remembered, remover.facts(parts)), parts


@pytest.mark.parametrize("name", NAMES)
def test_sources_that_are_seen_because_they_are_cited_go_with_what_cites_them(
    cases: dict[str, Case], name: str
) -> None:
    from release.analysis.removal import without

    own = cases[name]
    remover = Remover(own)
    for parts in some_sets(remover.parts):
        expected = own.facts(without(own.plan.data, parts)).plan
        assert remover.facts(parts).plan == expected


@pytest.mark.parametrize("name", ["gpt-2", "heron"])
def test_dates_that_move(cases: dict[str, Case], name: str) -> None:
    own = cases[name]
    remembered = Remembered(own.policy, own.facts())
    for index, field in _written(own.plan.data):
        for days in (-200, -8, -1, 1, 8, 200):
            moved = _moved(own.plan.data, index, field, days)
            assert not differs(own, remembered, own.facts(moved)), (index, field, days)


def test_little_is_asked_again(cases: dict[str, Case]) -> None:
    own = cases["heron"]
    remover = Remover(own)
    remembered = Remembered(own.policy, remover.facts(()))
    everything = remembered.standing(remover.facts(()))
    shares = [1 - len(remembered.standing(remover.facts([part]))) / len(everything) for part in remover.parts]
    assert 0 < sum(shares) / len(shares) < 0.15


# Every value that rules may see is changed in turn, whatever changes it


def objects(value: Any, seen: set[int]) -> Iterator[dict[str, Any]]:
    """Yield every mapping below a value, each once."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict | list) and id(here) not in seen:
            seen.add(id(here))
            waiting.extend(here.values() if isinstance(here, dict) else here)
            if isinstance(here, dict):
                yield here


STRUCTURE = frozenset(
    (
        *("id", "status", "order", "dates", "stages", "variants", "criteria", "evidence", "lock"),
        *("slices", "by", "results", "cited_for"),
    )
)
"""What facts always have; how many objects there are is what taking out changes."""


def changed(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value * 2 + 1
        case str():
            return "2019-03-01" if value[:2] == "20" else "other"
        case list():
            return value[1:]
    return {}


def mutants(facts: Facts, chance: random.Random, most: int) -> Iterator[tuple[str, Facts]]:
    """Yield facts in which one value is another, or is not there."""
    places = [
        (index, name)
        for index, node in enumerate(objects(facts.plan, set()))
        for name in node
        if "$at" in node and not name.startswith("$") and name not in STRUCTURE
    ]
    for number, (index, name) in enumerate(chance.sample(places, most)):
        plan, stages = copy.deepcopy((facts.plan, facts.stage_evidence))
        node = next(itertools.islice(objects(plan, set()), index, None))
        if number % 3:
            node[name] = changed(node[name])
        else:
            del node[name]
        yield f"{node['$at']}/{name}", facts.but(plan=plan, stage_evidence=stages)


def undetected(case: Case) -> Iterator[str]:
    """Yield the values of which a change is not noticed, although it changes an answer."""
    facts = case.facts()
    remembered = Remembered(case.policy, facts)
    for name, mutant in mutants(facts, random.Random(11), 150):
        if differs(case, remembered, mutant):
            yield name


@pytest.mark.parametrize("name", ["gpt-2 brought to go", "heron"])
def test_whatever_changes_is_noticed(cases: dict[str, Case], name: str) -> None:
    assert list(undetected(cases[name])) == []


@pytest.mark.parametrize("forgotten", ["evidence", "findings", "mitigations"])
def test_a_reading_that_is_not_noted_would_be_noticed_here(
    cases: dict[str, Case], monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    look = Trace.look

    def forgetful(self: Trace, owner: Any, name: str) -> None:
        if name != forgotten:
            look(self, owner, name)

    monkeypatch.setattr(Trace, "look", forgetful)
    own = cases["heron"]
    remover = Remover(own)
    remembered = Remembered(own.policy, remover.facts(()))
    assert any(differs(own, remembered, remover.facts(parts)) for parts in some_sets(remover.parts))
