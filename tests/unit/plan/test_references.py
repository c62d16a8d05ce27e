"""References, ids, kinds, paths and dates of whole plans."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from release.base.errors import InputError, InvalidInput
from release.plan.plan import Plan
from release.plan.read import read_plan
from tests.unit.plan.conftest import BASE, KINDS

Errors = Callable[..., tuple[InputError, ...]]
Read = Callable[..., Plan]

REFERENCES = {
    "variants": "    variants: [{}]",
    "signals": "    observation: {{signals: [{}]}}",
    "artefact": "    artefacts: [{{ref: {{source: {}}}}}]",
    "terms": "    access: {{terms: {{source: {}}}}}",
    "strategy": "strategy: {{references: [{}]}}",
    "actors": "risks: [{{id: a, title: A, actors: [{}]}}]",
    "mitigations": "risks: [{{id: a, title: A, mitigations: [{}]}}]",
    "assessment": "risks: [{{id: a, title: A, assessments: [{{stage: {}}}]}}]",
    "for": "risks: [{{id: a, title: A, assessments: [{{stage: first, evidence: {{for: [{}]}}}}]}}]",
    "against": "benefits: [{{id: a, assessments: [{{stage: first, evidence: {{against: [{}]}}}}]}}]",
    "mitigation": "mitigations: [{{id: a, evidence: [{}]}}]",
    "access": "partners: [{{id: a, access: [{{stage: {}}}]}}]",
    "access to a variant": "partners: [{{id: a, access: [{{variant: {}}}]}}]",
    "agreement": "partners: [{{id: a, agreement: {{ref: {}}}}}]",
    "finding": "partners: [{{id: a, findings: [{{id: b, evidence: [{}]}}]}}]",
    "finding's stages": "partners: [{{id: a, findings: [{{id: b, stages: [{}]}}]}}]",
    "evidence's stages": "evidence: [{{id: a, kind: red_team, stages: [{}]}}]",
    "evidence's variants": "evidence: [{{id: a, kind: red_team, variants: [{}]}}]",
    "evidence's source": "evidence: [{{id: a, kind: red_team, source: {}}}]",
    "observation": "monitoring: [{{id: a, observations: [{{stage: {}}}]}}]",
    "observation's source": "monitoring: [{{id: a, observations: [{{ref: {}}}]}}]",
    "event": "events: [{{id: a, stages: [{}]}}]",
    "event's source": "events: [{{id: a, references: [{{source: {}}}]}}]",
    "response": "    responses: [{{to: {}, text: Done.}}]",
    "response's mitigation": (
        "    responses: [{{to: a, text: Done., mitigations: [{}]}}]\nevents: [{{id: a, date: 2019-01-01}}]"
    ),
    "supersedes": "sources: [{{id: a, supersedes: {}}}]",
    "approval": "approvals: [{{stage: {}}}]",
    "critique": "critiques: [{{id: a, of: {}}}]",
    "waiver's object": "waivers: [{{rule: SR-101, object: {}}}]",
    "waiver's stage": "waivers: [{{rule: SR-101, stage: {}}}]",
    "attestation's source": "attestations: [{{id: A, evidence: {{source: {}}}}}]",
    "safeguards": "thresholds: [{{id: a, safeguards: [{}]}}]",
    "status": "thresholds: [{{id: a, status: {{{}: unknown}}}}]",
    "status's evidence": "thresholds: [{{id: a, status: {{first: {{evidence: [{}]}}}}}}]",
    "label": "summary: A\naudience: partner:{}",
}


@pytest.mark.parametrize("name", REFERENCES)
def test_every_reference_is_checked(name: str, errors: Errors) -> None:
    base = BASE.replace("    variants: [small]\n", "") if name == "variants" else BASE
    (error,) = errors(base + REFERENCES[name].format("nowhere"))
    assert error.code == "IN-031"
    assert "'nowhere'" in error.message
    assert error.at is not None
    written = (base + REFERENCES[name].format("nowhere")).split("\n")[error.at.line - 1]
    assert written[error.at.column - 1 :].startswith(("nowhere", "partner:nowhere"))


@pytest.mark.parametrize("name", ["a", "event:a", "monitoring:a"])
def test_a_response_is_to_an_event_or_to_monitoring(name: str, read: Read) -> None:
    plan = read(
        f"{BASE}    responses: [{{to: {name}, text: Done.}}]\nevents: [{{id: a}}]\nmonitoring: [{{id: a}}]\n"
    )
    assert plan.data["stages"][0]["responses"][0]["to"] == name


@pytest.mark.parametrize("name", ["small", "variant:small", "event:small", "leek"])
def test_a_response_is_to_nothing_else(name: str, errors: Errors) -> None:
    (error,) = errors(f"{BASE}    responses: [{{to: {name}, text: Done.}}]\nevents: [{{id: leak}}]\n")
    assert error.code == "IN-031"
    assert error.message.startswith(("there is no event or monitoring '", "there is no event 'small'"))
    assert "leak" in error.hint


def test_ids_are_unique_within_their_kind_only(read: Read) -> None:
    plan = read(f"{BASE}risks: [{{id: small, title: A}}]\nmitigations: [{{id: small}}]\n")
    assert plan.objects["risk"]["small"]["$at"] == "/risks/0"
    assert plan.objects["mitigation"]["small"]["$at"] == "/mitigations/0"


def test_criteria_and_findings_are_unique_in_the_whole_plan(errors: Errors) -> None:
    criterion = "    criteria: [{id: c, require: 'true', verdict: hold}]\n"
    (error,) = errors(f"{BASE}{criterion}  - id: second\n    title: S\n{criterion}")
    assert (error.code, str(error.at)) == ("IN-030", "release.yaml:13:21")
    (finding,) = errors(
        f"{BASE}partners: [{{id: p, findings: [{{id: f}}]}}, {{id: q, findings: [{{id: f}}]}}]\n"
    )
    assert "the finding id 'f'" in finding.message


def test_objects_of_any_kind(read: Read, errors: Errors) -> None:
    for name in ("first", "stage:first", "plan:base", "assessment:anything/first", "'waiver:1'"):
        assert read(f"{BASE}waivers: [{{rule: SR-101, object: {name}}}]\n").data["waivers"]
    (error,) = errors(f"{BASE}waivers: [{{rule: SR-101, object: 'variant:first'}}]\n")
    assert error.hint == "ids of kind variant are: small"


def test_many_ids_are_not_all_listed(errors: Errors) -> None:
    stages = "".join(f"  - {{id: s{number}, title: S}}\n" for number in range(20))
    (error,) = errors(f"{BASE}{stages}approvals: [{{stage: elsewhere}}]\n")
    assert error.hint.endswith("and 9 more")


def test_kinds_are_checked_where_they_are_handed_in(tmp_path: Path) -> None:
    text = (
        f"{BASE}evidence:\n"
        "  - {id: a, kind: new, declared: {anything: 1}}\n"
        "  - {id: b, kind: reported, declared: {x: 1}}\n"
    )
    (tmp_path / "release.yaml").write_text(text, encoding="utf-8")
    assert read_plan(tmp_path, "x").objects["evidence"]["a"]["kind"] == "new"
    with pytest.raises(InvalidInput, match="no evidence kind 'new'"):
        read_plan(tmp_path, "x", known=KINDS)
    assert read_plan(tmp_path, "x", known={**KINDS, "new": ()}).id == "base"


def test_paths(tmp_path: Path) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    (tmp_path / "secret.csv").write_text("x", encoding="utf-8")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    (folder / "rows.csv").write_text("a\n1\n", encoding="utf-8")
    text = (
        f"{BASE}evidence:\n"
        "  - {id: a, kind: red_team, data: {path: rows.csv}, signature: missing.sig}\n"
        "  - {id: b, kind: red_team, data: {path: link.csv}}\n"
        "  - {id: c, kind: red_team, data: link.csv}\n"
        "  - {id: d, kind: red_team, signature: ~/x}\n"
    )
    (folder / "release.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidInput) as caught:
        read_plan(folder, "x")
    assert [(error.code, error.at.line if error.at else 0) for error in caught.value.errors] == [
        ("IN-037", 12),
        ("IN-037", 13),
        ("IN-037", 14),
    ]


@pytest.mark.parametrize(
    ("addition", "place", "words"),
    [
        (
            "mitigations: [{id: a, since: 2019-02-01, until: 2019-01-31}]",
            "10:49",
            "'until' 2019-01-31 lies before 'since'",
        ),
        ("waivers: [{rule: A, granted: 2019-02-01, expires: 2019-01-31}]", "10:51", "'expires'"),
        ("attestations: [{id: A, on: 2019-02-01, until: 2019-01-31}]", "10:47", "'until'"),
        ("partners: [{id: a, agreement: {signed: 2019-02-01, ends: 2019-01-31}}]", "10:58", "'ends'"),
        (
            "partners: [{id: a, access: [{stage: first, from: 2019-02-01, until: 2019-01-31}]}]",
            "10:69",
            "'until'",
        ),
        ("monitoring: [{id: a, observations: [{from: 2019-02-01, to: 2019-01-31}]}]", "10:60", "'to'"),
        (
            "monitoring: [{id: a, observations: [{from: 2019-02-01T10:00Z, to: 2019-02-01T09:00Z}]}]",
            "10:67",
            "'to'",
        ),
        ("monitoring: [{id: a, observations: [{from: 2019-02-02, to: 2019-02-01T09:00Z}]}]", "10:60", "'to'"),
        (
            "    dates: {released: 2019-02-02, withdrawn: 2019-02-01}\n    status: withdrawn",
            "10:46",
            "'withdrawn'",
        ),
    ],
)
def test_spans_that_end_before_they_start(addition: str, place: str, words: str, errors: Errors) -> None:
    (error,) = errors(f"{BASE}{addition}\n")
    assert (error.code, str(error.at)) == ("IN-035", f"release.yaml:{place}")
    assert words in error.message


@pytest.mark.parametrize(
    "span",
    [
        "from: 2019-02-01, to: 2019-02-01",
        "from: 2019-02-01, to: 2019-02-01T09:00Z",
        "from: 2019-02-01T09:00Z, to: 2019-02-01",
        "from: unknown, to: 2019-02-01",
        "to: 2019-02-01",
        "from: 2019-02-01T09:00:00Z, to: 2019-02-01T09:00Z",
    ],
)
def test_spans_that_may_be(span: str, read: Read) -> None:
    assert read(f"{BASE}monitoring: [{{id: a, observations: [{{{span}}}]}}]\n").data["monitoring"]


@pytest.mark.parametrize(
    ("dates", "status", "words"),
    [
        ("{planned: 2019-02-01}", "released", "there is no `dates.released`"),
        ("{released: 2019-02-01}", "withdrawn", "there is no `dates.withdrawn`"),
        ("{released: 2019-02-01}", "planned", "it was released on 2019-02-01"),
        ("{released: 2019-02-01}", "draft", "it was released on 2019-02-01"),
        ("{released: 2019-02-01}", "cancelled", "it was released on 2019-02-01"),
        ("{released: 2019-02-01, withdrawn: 2019-03-01}", "released", "it was withdrawn on 2019-03-01"),
        ("{}", "released", "there is no `dates.released`"),
        ("{withdrawn: 2019-03-01}", "withdrawn", "there is no `dates.released`"),
        ("{released: 2026-01-02}", "released", "'released' 2026-01-02 has not come yet"),
        ("{released: 2026-01-02, withdrawn: 2026-02-02}", "withdrawn", "'released' 2026-01-02 has not come"),
        ("{released: 2019-02-01, withdrawn: 2026-02-02}", "withdrawn", "'withdrawn' 2026-02-02 has not come"),
        ("{released: 2026-01-02T00:00:00.000001Z}", "released", "has not come yet"),
    ],
)
def test_a_status_that_the_dates_contradict(dates: str, status: str, words: str, errors: Errors) -> None:
    (error,) = errors(f"{BASE}    dates: {dates}\n    status: {status}\n")
    assert (error.code, str(error.at)) == ("IN-034", "release.yaml:11:13")
    assert words in error.message


@pytest.mark.parametrize(
    ("dates", "status"),
    [
        ("{released: unknown}", "released"),
        ("unknown", "released"),
        ("{released: 2019-02-01, withdrawn: unknown}", "withdrawn"),
        ("{planned: 2019-02-01}", "draft"),
        ("{planned: 2019-02-01}", "cancelled"),
        ("{released: 2019-02-01}", "unknown"),
        ("{}", "planned"),
        ("{released: 2026-01-01}", "released"),
        ("{released: 2026-01-02}", "planned"),
        ("{released: 2019-02-01, withdrawn: 2026-02-02}", "released"),
        ("{released: unknown, withdrawn: 2019-03-01}", "withdrawn"),
    ],
)
def test_a_status_that_may_be(dates: str, status: str, read: Read) -> None:
    assert read(f"{BASE}    dates: {dates}\n    status: {status}\n").data["stages"][0]["id"] == "first"


def test_circles_of_sources(errors: Errors, read: Read) -> None:
    (error,) = errors(
        f"{BASE}sources:\n"
        "  - {id: x, supersedes: a}\n"
        "  - {id: a, supersedes: b}\n"
        "  - {id: b, supersedes: c}\n"
        "  - {id: c, supersedes: a}\n"
    )
    assert (error.code, str(error.at)) == ("IN-036", "release.yaml:14:25")
    assert "'a', 'b', 'c'" in error.message
    (own,) = errors(f"{BASE}sources: [{{id: a, supersedes: a}}]\n")
    assert own.code == "IN-036"
    assert (
        read(f"{BASE}sources: [{{id: a, supersedes: b}}, {{id: b}}, {{id: c, supersedes: b}}]\n").id == "base"
    )
