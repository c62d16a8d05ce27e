"""The functions that rules have beside those of CEL."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.policy.asking import UNKNOWN, answer, names_of, reading

STAGE: dict[str, Any] = {"id": "s1", "date": "2019-05-03"}


def plan_with(**sections: Any) -> dict[str, Any]:
    return {"stages": [STAGE], **sections}


@pytest.mark.parametrize(
    ("word", "rank"),
    [
        *(("negligible", 0), ("limited", 1), ("serious", 2), ("severe", 3), ("critical", 4)),
        *(("remote", 0), ("unlikely", 1), ("even", 2), ("likely", 3), ("almost-certain", 4)),
        *(("low", 0), ("moderate", 1), ("high", 2), ("middle", 1), ("advanced", 2)),
    ],
)
def test_rank(word: str, rank: int) -> None:
    assert answer(f"rank('{word}')", names_of(plan_with())) == rank


@pytest.mark.parametrize(
    ("level", "rank"),
    [
        ("closed", 0),
        ("gradual", 1),
        ("hosted", 2),
        ("api", 3),
        ("downloadable", 4),
        ("open", 5),
        ("public", UNKNOWN),
    ],
)
def test_access_rank(level: str, rank: Any) -> None:
    assert answer(f"access_rank('{level}')", names_of(plan_with())) == rank


@pytest.mark.parametrize(
    ("words", "rank"),
    [
        ("'public'", 0),
        ("'partner'", 1),
        ("'partner:a'", 1),
        ("'internal'", 2),
        ("'nobody knows'", 2),
        ("['public', 'internal']", 2),
        ("['partner:a', 'partner:b']", 1),
        ("plan.evidence[0].results.any", UNKNOWN),
    ],
)
def test_audience_rank(words: str, rank: Any) -> None:
    plan = plan_with(evidence=[{"id": "e", "results": {"any": 3}}])
    assert answer(f"audience_rank({words})", names_of(plan)) == rank


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("approx(124439808.0, 124439808, 0.005)", True),
        ("approx(117000000, 124439808, 0.005)", False),
        ("approx(100.5, 100.0, 0.005)", True),
        ("approx(-100.5, -100.0, 0.005)", True),
        ("approx('a', 1, 0.1)", UNKNOWN),
        ("approx(plan.variants[0].parameters, 2, 0.1)", UNKNOWN),
    ],
)
def test_approx(source: str, expected: Any) -> None:
    assert answer(source, names_of(plan_with(variants=[{"id": "v"}]))) == expected


@pytest.mark.parametrize(
    ("mitigation", "expected"),
    [
        ({"status": "in-place"}, True),
        ({"status": "in-place", "since": "2019-05-03"}, True),
        ({"status": "in-place", "since": "2019-05-04"}, False),
        ({"status": "in-place", "since": "2019-01-01", "until": "2019-05-03"}, True),
        ({"status": "in-place", "since": "2019-01-01", "until": "2019-05-02"}, False),
        ({"status": "planned"}, False),
        ({"status": "planned", "since": "2019-01-01"}, False),
        ({"status": "removed"}, False),
        ({"status": "removed", "until": "2019-06-01"}, True),
        ({"status": "removed", "until": "2019-04-01"}, False),
        ({"status": "in-place", "since": "unknown"}, UNKNOWN),
        ({"status": "in-place", "until": "unknown"}, UNKNOWN),
        ({"status": "unknown"}, UNKNOWN),
        ({}, UNKNOWN),
    ],
)
def test_active(mitigation: dict[str, Any], expected: Any) -> None:
    names = names_of(plan_with(mitigations=[{"id": "m", **mitigation}]))
    assert answer("active(plan.mitigations[0], stage.date)", names) == expected
    assert answer("active(plan.mitigations[0], '2019-05-03')", names) == expected


def test_active_names_what_it_lacks() -> None:
    names = names_of(plan_with(mitigations=[{"id": "m", "status": "in-place", "since": "unknown"}]))
    found = reading("active(plan.mitigations[0], stage.date)", names)
    assert found.missing == ("mitigation 'm'.since",)
    assert "/mitigations/0/since" in found.pointers


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        ([], 0),
        ([("2019-08-20", "2019-11-05")], 77),
        ([("2019-08-20", "2019-08-31"), ("2019-09-01", "2019-11-05")], 77),
        ([("2019-09-01", "2019-11-05"), ("2019-08-20", "2019-08-31")], 77),
        ([("2019-08-20", "2019-11-05"), ("2019-09-01", "2019-09-30")], 77),
        ([("2019-08-20", "2019-08-30"), ("2019-09-01", "2019-09-11")], 20),
        ([("2019-08-20", "2019-08-20")], 0),
        ([("2019-08-20", "2019-08-10")], 0),
    ],
)
def test_covered_days(spans: list[tuple[str, str]], days: int) -> None:
    observations = [{"from": start, "to": end, "stage": "s1"} for start, end in spans]
    observations.append({"from": "2019-01-01", "to": "2019-12-31", "stage": "other"})
    observations.append({"from": "2019-01-01", "to": "2019-12-31"})
    names = names_of(plan_with(monitoring=[{"id": "w", "observations": observations}]))
    assert answer("covered_days(plan.monitoring[0], stage.id)", names) == days


@pytest.mark.parametrize(
    "observation",
    [
        {"stage": "s1", "to": "2019-01-01"},
        {"stage": "s1", "from": "unknown", "to": "2019-01-01"},
        {"stage": "unknown"},
    ],
)
def test_covered_days_need_dates(observation: dict[str, Any]) -> None:
    names = names_of(plan_with(monitoring=[{"id": "w", "observations": [observation]}]))
    assert answer("covered_days(plan.monitoring[0], stage.id)", names) == UNKNOWN
    (lacked,) = reading("covered_days(plan.monitoring[0], stage.id) > 1", names).missing
    assert lacked.startswith("monitoring 'w'.observations[0].")
    names = names_of(plan_with(monitoring=[{"id": "w", "observations": "unknown"}]))
    assert answer("covered_days(plan.monitoring[0], stage.id)", names) == UNKNOWN
    assert (
        answer("covered_days(plan.monitoring[0], stage.id)", names_of(plan_with(monitoring=[{"id": "w"}])))
        == 0
    )


def evidence(*slices: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "e", "kind": "automated_detection", "slices": list(slices), **more}


def cut(value: float, **by: Any) -> dict[str, Any]:
    return {"by": by, "results": {"accuracy": {"value": value}}}


E = "plan.evidence[0]"


@pytest.mark.parametrize(
    ("item", "by", "expected"),
    [
        (evidence(cut(0.9, sampling="top_k")), "{'sampling': 'top_k'}", 0.9),
        (evidence(cut(0.9, sampling="top_k")), "{'sampling': 'nucleus'}", UNKNOWN),
        (evidence(cut(0.9, length=500)), "{'length': '500'}", 0.9),
        (evidence(cut(0.9, length="500")), "{'length': 500}", 0.9),
        # a stage is implied
        (
            evidence(cut(0.9, sampling="k", stage="s1"), cut(0.8, sampling="k", stage="s2")),
            "{'sampling': 'k'}",
            0.9,
        ),
        (evidence(cut(0.8, sampling="k", stage="s2")), "{'sampling': 'k'}", UNKNOWN),
        (evidence(cut(0.8, sampling="k", stage="s2")), "{'sampling': 'k', 'stage': 's2'}", 0.8),
        (evidence(cut(0.9, stage="s1"), results={"accuracy": {"value": 0.5}}), "{}", 0.9),
        (evidence(results={"accuracy": {"value": 0.5}}), "{}", 0.5),
        (evidence(cut(0.9, sampling="k"), results={"accuracy": {"value": 0.5}}), "{}", 0.5),
        # a slice that is named exactly comes before finer ones; two that fit equally are one too many
        (evidence(cut(0.9, sampling="k"), cut(0.7, sampling="k", length="500")), "{'sampling': 'k'}", 0.9),
        (
            evidence(cut(0.9, sampling="k", length="1"), cut(0.7, sampling="k", length="2")),
            "{'sampling': 'k'}",
            UNKNOWN,
        ),
        (
            evidence(cut(0.7, sampling="k", length="1"), cut(0.7, sampling="k", length="2")),
            "{'sampling': 'k'}",
            0.7,
        ),
        (evidence(), "{}", UNKNOWN),
    ],
)
def test_result(item: dict[str, Any], by: str, expected: Any) -> None:
    names = names_of(plan_with(evidence=[item]))
    assert answer(f"result({E}, 'accuracy', {by}).value", names) == expected


@pytest.mark.parametrize(
    ("item", "by", "expected"),
    [
        (evidence(cut(0.9, sampling="top_k")), "{'sampling': 'top_k'}", True),
        (evidence(cut(0.9, sampling="top_k")), "{'sampling': 'nucleus'}", False),
        (evidence(cut(0.9, sampling="k", stage="s2")), "{'sampling': 'k'}", False),
        (evidence(cut(0.9, sampling="k", stage="s1")), "{'sampling': 'k'}", True),
        (evidence(), "{}", False),
        (
            evidence({"by": {"sampling": "k"}, "results": {"accuracy": "unknown"}}),
            "{'sampling': 'k'}",
            UNKNOWN,
        ),
        (evidence({"by": {"sampling": "k"}, "results": {"accuracy": "unknown"}}), "{'sampling': 'p'}", False),
        ({"id": "e", "slices": "unknown"}, "{'sampling': 'k'}", UNKNOWN),
    ],
)
def test_has_slice(item: dict[str, Any], by: str, expected: Any) -> None:
    assert answer(f"has_slice({E}, 'accuracy', {by})", names_of(plan_with(evidence=[item]))) == expected


def test_the_stage_of_evidence_comes_before_that_of_the_rule() -> None:
    names = names_of(plan_with(evidence=[evidence(cut(0.9, stage="s1"), cut(0.7, stage="s2"))]))
    names["plan"]["evidence"][0]["$stage"] = "s2"
    assert answer(f"result({E}, 'accuracy', {{}}).value", names) == 0.7
    without = {name: value for name, value in names.items() if name != "stage"}
    del without["plan"]["evidence"][0]["$stage"]
    assert answer(f"result({E}, 'accuracy', {{'stage': 's2'}}).value", without, "evidence") == 0.7
    assert answer(f"result({E}, 'accuracy', {{}}).value", without, "evidence") == UNKNOWN


def test_a_rate_serves_for_a_mean_where_people_judged() -> None:
    item = {
        "id": "e",
        "kind": "human_credibility",
        "slices": [{"by": {"source": "human"}, "results": {"rate": {"value": 0.8, "low": 0.7}}}],
    }
    names = names_of(plan_with(evidence=[item]))
    assert answer(f"result({E}, 'mean', {{'source': 'human'}}).low", names) == 0.7
    assert answer(f"has_slice({E}, 'mean', {{'source': 'human'}})", names) is True
    names["plan"]["evidence"][0]["kind"] = "bias_probe"
    assert answer(f"has_slice({E}, 'mean', {{'source': 'human'}})", names) is False


def test_a_figure_written_unknown_makes_even_has_unknown() -> None:
    item = evidence({"by": {"sampling": "k"}, "results": {"accuracy": "unknown"}})
    names = names_of(plan_with(evidence=[item]))
    assert answer(f"has(result({E}, 'accuracy', {{'sampling': 'k'}}).low)", names) == UNKNOWN
    assert answer(f"has(result({E}, 'accuracy', {{'sampling': 'p'}}).low)", names) is False


def test_digests() -> None:
    variants = [
        {"id": "v", "checkpoints": [{"name": "a", "sha256": "sha256:1"}, {"name": "b", "sha256": "sha256:2"}]}
    ]
    plan = {"stages": [{"id": "s1", "variants": variants}, {"id": "s2"}]}
    names = names_of(plan)
    assert answer("digests(['s1'])", names) == ["sha256:1", "sha256:2"]
    assert answer("digests(plan.stages)", names) == ["sha256:1", "sha256:2"]
    assert answer("digests(['s2'])", names) == []
    assert answer("'sha256:2' in digests(['s1', 's2'])", names) is True
    variants[0]["checkpoints"][1]["sha256"] = "undisclosed"
    assert answer("'sha256:2' in digests(['s1'])", names_of(plan)) == UNKNOWN


@pytest.mark.parametrize(
    ("funding", "expected"),
    [
        ("none", False),
        ("Own funding.", False),
        ("no funding from the developer", False),
        ("paid by Example Lab", True),
        ("a grant of EXAMPLE  LAB", True),
        ("in kind, by the developer", True),
        ("Yes.", True),
        ("a foundation", False),
        (True, True),
        ({"by": "developer"}, True),
        ({"source": "Example Lab"}, True),
        ({"by": "a foundation"}, False),
        ("unknown", UNKNOWN),
        (None, False),
    ],
)
def test_partner_funded(funding: Any, expected: Any) -> None:
    partner = {"id": "p", "name": "A University"} | ({} if funding is None else {"funding": funding})
    names = names_of(plan_with(partners=[{"id": "o", "name": "B"}, partner], developer="Example Lab"))
    assert answer("partner_funded('A University')", names) == expected
    assert answer("partner_funded('p')", names) == expected
    assert answer("partner_funded('somebody else')", names) is False


def item(name: str, **more: Any) -> dict[str, Any]:
    """Return evidence of an independent evaluator, called like the item unless something else is said."""
    evaluator = {"name": name, "independent": True} | more.pop("evaluator", {})
    return {"id": name, "evaluator": evaluator, "stages": ["s1"]} | more


A, B = item("A"), item("B")
PARTNERS = [
    {"id": "p1", "name": "Lab One", "funding": "The Grant Fund."},
    {"id": "p2", "name": "Lab Two", "funding": "the grant fund"},
    {"id": "p3", "name": "Lab Three", "funding": "own funding"},
    {"id": "p4", "name": "Lab Four", "funding": "own funding"},
    {"id": "p5", "name": "Paid", "funding": "Example Lab"},
    {"id": "p6", "name": "Silent", "funding": "unknown"},
]


@pytest.mark.parametrize(
    ("evidence", "one", "two"),
    [
        ([], False, False),
        ([A], True, False),
        ([A, B], True, True),
        ([A, item("copy", evaluator={"name": " a"})], True, False),
        ([A | {"signed_by": "K"}, B | {"signed_by": "k"}], True, False),
        ([A | {"signed_by": "k"}, B | {"signed_by": "l"}], True, True),
        ([A | {"$rows": ["sha256:1"]}, B | {"$rows": ["sha256:0", "sha256:1"]}], True, False),
        ([item("Lab One"), item("lab  two")], True, False),
        ([item("Lab One"), item("p1")], True, False),
        ([item("Lab Three"), item("Lab Four")], True, True),
        ([item("PAID")], False, False),
        ([item("Silent")], UNKNOWN, False),
        ([A, item("Silent")], True, UNKNOWN),
        ([item("Example  LAB")], False, False),
        ([item("Us", evaluator={"kind": "developer"})], False, False),
        ([A | {"coauthored_with_developer": True}], False, False),
        ([A | {"coauthored_with_developer": "unknown"}], UNKNOWN, False),
        ([item("C", evaluator={"independent": False})], False, False),
        ([item("C", evaluator={"independent": "unknown"}), A], True, UNKNOWN),
        ([{"id": "bare"}], UNKNOWN, False),
        ([{"id": "e", "evaluator": "unknown"}, A, B], True, True),
        ([item("n", evaluator={"name": "unknown"})], UNKNOWN, False),
        ([{"id": "e", "evaluator": {"independent": True}}, A], True, UNKNOWN),
        ([{"id": "e", "evaluator": {"independent": True}}], True, False),
        ([A | {"signed_by": "theirs"}, B | {"signed_by": "dev"}], True, False),
        ([A | {"$unknown": ["signed_by"]}], UNKNOWN, False),
    ],
)
def test_independent(evidence: list[dict[str, Any]], one: Any, two: Any) -> None:
    own = {"id": "own", "evaluator": {"name": "Example Lab", "kind": "developer"}, "signed_by": "dev"}
    everything = [*evidence, own]
    names = names_of(plan_with(evidence=everything, partners=PARTNERS, developer="Example Lab"))
    asked = "plan.evidence.filter(e, e.id != 'own')"
    assert answer(f"independent({asked}, 1)", names) == one
    assert answer(f"independent({asked}, 2)", names) == two
    backwards = names_of(plan_with(evidence=everything[::-1], partners=PARTNERS, developer="Example Lab"))
    assert answer(f"independent({asked}, 2)", backwards) == two


@pytest.mark.parametrize(
    ("stages", "expected"),
    [(["s1"], True), (["s2"], False), ([], False), (None, False), ("unknown", UNKNOWN)],
)
def test_independent_of_a_stage(stages: Any, expected: Any) -> None:
    made = {key: each for key, each in (A | {"stages": stages}).items() if each is not None}
    names = names_of(plan_with(evidence=[made], developer="Example Lab"))
    assert answer("independent(plan.evidence, 1, 's1')", names) == expected


def test_independent_says_what_is_missing_and_reads() -> None:
    names = names_of(plan_with(evidence=[{"id": "e", "$at": "/evidence/0", "evaluator": {"name": "A"}}]))
    read = reading("independent(plan.evidence, 1)", names)
    assert any("evaluator.independent" in each for each in read.missing)
    assert "/evidence/0/evaluator" in read.pointers


YES = {"id": "A-1", "answer": "yes", "by": "A. Officer", "on": "2019-12-01"}


@pytest.mark.parametrize(
    ("attestation", "expected", "why"),
    [
        (YES, True, ""),
        (YES | {"answer": "no"}, False, ""),
        (YES | {"answer": False}, False, ""),
        (YES | {"answer": True}, True, ""),
        (YES | {"answer": "not applicable"}, True, ""),
        (YES | {"until": "2020-01-01"}, True, ""),
        (YES | {"until": "2019-12-31"}, UNKNOWN, "expired 2019-12-31"),
        (YES | {"until": "unknown"}, UNKNOWN, "until when is unknown"),
        (YES | {"on": "2020-01-02"}, UNKNOWN, "dated 2020-01-02"),
        (YES | {"by": "unknown"}, UNKNOWN, "without by"),
        ({"id": "A-1"}, UNKNOWN, "without answer and by and on"),
        (YES | {"id": "A-2"}, UNKNOWN, "there is none"),
    ],
)
def test_attested(attestation: dict[str, Any], expected: Any, why: str) -> None:
    names = names_of(plan_with(attestations=[attestation]))
    assert answer("attested('A-1')", names) == expected
    missing = reading("attested('A-1')", names).missing
    assert missing == ((f"attestation 'A-1' ({why})",) if why else ())


def test_the_first_valid_attestation_counts() -> None:
    names = names_of(plan_with(attestations=[YES | {"until": "2019-12-31"}, YES | {"answer": "no"}]))
    assert answer("attested('A-1')", names) is False


def test_texts_of_a_stage_with_several_variants_are_not_averaged() -> None:
    def piece(value: float, **by: str) -> dict[str, Any]:
        return {"by": by, "results": {"rate": {"value": value}}}

    item: dict[str, Any] = {
        "id": "e1",
        "kind": "human_credibility",
        "$stage": "s1",
        "$variants": ["a", "b"],
        "slices": [
            piece(0.5, source="model"),
            piece(0.8, source="human"),
            piece(0.7, variant="a"),
            piece(0.3, variant="b"),
            piece(0.1, variant="elsewhere"),
        ],
    }
    source = "result(plan.evidence[0], 'mean', {'source': 'model'}).value"
    names = names_of({"stages": [{"id": "s1"}]})
    names["plan"]["evidence"] = [item]
    assert answer(source, names) == UNKNOWN
    assert reading(source, names).faults == (
        "the stage's 2 variants differ in item 'e1'.results.rate (source: model): ask for one variant",
    )
    assert answer(source.replace("model", "human"), names) == 0.8
    assert answer(source.replace("'source': 'model'", "'variant': 'b'"), names) == 0.3
    item["slices"][3] = piece(0.7, variant="b")
    assert answer(source, names) == 0.7
    item["$variants"] = ["a"]
    assert answer(source, names) == 0.7
