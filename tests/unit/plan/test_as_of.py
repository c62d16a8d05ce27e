"""What was known when."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.base.dates import end_of, moment
from release.plan.as_of import PlanView, as_of
from release.plan.plan import Plan
from release.plan.read import read_plan
from tests.strategies import FIRST_DAY, days, plans, yaml_text
from tests.unit.plan.conftest import BASE
from tests.unit.plan.truncation import truncated

Read = Callable[..., Plan]
View = Callable[..., PlanView]


@pytest.fixture
def view(read: Read) -> View:
    def run(addition: str, at: str, *, explicit: bool = True) -> PlanView:
        return as_of(read(BASE + addition), moment(at), explicit=explicit)

    return run


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("release") / "release.yaml"


def plain(value: Any) -> Any:
    """Leave out where things stand, and in which order what is unknown was written."""
    if isinstance(value, dict):
        kept = {key: plain(part) for key, part in value.items() if key not in {"$at", "$words", "status"}}
        if "order" in value or value.get("status") == "cancelled" or "likelihood" in value:
            kept["status"] = value.get("status")
        elif not isinstance(value.get("status"), str):
            kept["status"] = plain(value.get("status"))
        else:
            kept["status"] = value["status"]
        if "$unknown" in kept:
            kept["$unknown"] = sorted(kept["$unknown"])
        return kept
    return [plain(part) for part in value] if isinstance(value, list) else value


@given(plan=plans(), at=days(), explicit=st.booleans())
def test_nothing_later_is_seen(file: Path, plan: dict[str, Any], at: str, *, explicit: bool) -> None:
    """Taking everything later out of the file changes nothing of what is seen at a date."""
    date = moment(at)
    file.write_text(yaml_text(plan), encoding="utf-8")
    whole = as_of(read_plan(file), date, explicit=explicit)
    file.write_text(yaml_text(truncated(plan, date)), encoding="utf-8")
    left = as_of(read_plan(file), date, explicit=explicit)
    assert plain(whole.data) == plain(left.data)
    assert whole.undated == left.undated


@given(plan=plans(), at=days())
def test_a_view_names_only_what_is_in_it(file: Path, plan: dict[str, Any], at: str) -> None:
    file.write_text(yaml_text(plan), encoding="utf-8")
    data = as_of(read_plan(file), moment(at), explicit=True).data
    ids = {
        section: {node["id"] for node in data.get(section, ())}
        for section in ("evidence", "mitigations", "sources")
    }
    for node in [*data["risks"], *data["benefits"]]:
        assert set(node.get("mitigations", ())) <= ids["mitigations"]
        for assessment in node["assessments"]:
            assert {*assessment["evidence"]["for"], *assessment["evidence"]["against"]} <= ids["evidence"]
    for node in data["mitigations"]:
        assert set(node["evidence"]) <= ids["evidence"]
    for node in data["evidence"]:
        assert node.get("source", {}).get("source") in {None, *ids["sources"]}
    for node in data["sources"]:
        assert node.get("supersedes") in {None, *ids["sources"]}


@given(plan=plans(), at=days(), explicit=st.booleans())
def test_a_view_points_into_the_plan(file: Path, plan: dict[str, Any], at: str, *, explicit: bool) -> None:
    file.write_text(yaml_text(plan), encoding="utf-8")
    whole = read_plan(file)
    before = repr(whole.data)
    view = as_of(whole, moment(at), explicit=explicit)
    assert repr(whole.data) == before
    for stage in view.data["stages"]:
        index = int(stage["$at"].rpartition("/")[2])
        assert whole.data["stages"][index]["id"] == stage["id"]
    assert view.undated == len(set(view.undated_pointers))
    assert explicit or view.undated == 0
    for pointer in view.undated_pointers:
        assert whole.is_written(pointer)


@given(plan=plans(), first=days(), second=days())
def test_a_later_date_shows_no_less(file: Path, plan: dict[str, Any], first: str, second: str) -> None:
    file.write_text(yaml_text(plan), encoding="utf-8")
    whole = read_plan(file)
    early, late = (as_of(whole, moment(at), explicit=True).data for at in sorted((first, second)))
    for section in ("evidence", "events", "mitigations", "attestations", "sources"):
        assert {node["id"] for node in early[section]} <= {node["id"] for node in late[section]}


# One rule each

STAGE = """\
    dates: {{{dates}}}
    status: {status}
"""


@pytest.mark.parametrize(
    ("dates", "written", "at", "status", "date"),
    [
        ("released: 2019-03-01", "released", "2019-03-01", "released", "2019-03-01"),
        ("released: 2019-03-01", "released", "2019-02-28", "planned", "2019-03-01"),
        ("released: 2019-03-01, planned: 2019-02-01", "released", "2019-02-28", "planned", "2019-02-01"),
        ("released: 2019-03-01, planned: 2019-02-01", "released", "2019-03-01", "released", "2019-03-01"),
        ("released: 2019-03-01, planned: unknown", "released", "2019-02-28", "planned", None),
        ("released: 2019-03-01T12:00:00Z", "released", "2019-02-28", "planned", "2019-03-01T12:00:00Z"),
        (
            "released: 2019-03-01T12:00:00Z",
            "released",
            "2019-03-01T11:59:00Z",
            "planned",
            "2019-03-01T12:00:00Z",
        ),
        (
            "released: 2019-03-01T12:00Z",
            "released",
            "2019-03-01T12:00Z",
            "released",
            "2019-03-01T12:00Z",
        ),
        ("released: 2019-03-01", "released", "2019-03-01T23:59:00Z", "planned", "2019-03-01"),
        ("released: 2019-03-01, withdrawn: 2019-03-04", "withdrawn", "2019-03-03", "released", "2019-03-01"),
        ("released: 2019-03-01, withdrawn: 2019-03-04", "withdrawn", "2019-03-04", "withdrawn", "2019-03-01"),
        ("released: unknown", "released", "2019-03-04", "planned", None),
        ("released: unknown, planned: 2019-02-01", "released", "2019-03-04", "planned", "2019-02-01"),
        ("released: 2019-03-01, withdrawn: unknown", "withdrawn", "2019-03-04", "released", "2019-03-01"),
        ("planned: 2019-03-01", "planned", "2019-03-04", "planned", "2019-03-01"),
        ("planned: 2019-03-01", "draft", "2019-03-04", "planned", "2019-03-01"),
        ("planned: 2019-03-01", "cancelled", "2019-03-04", "cancelled", "2019-03-01"),
        ("", "draft", "2019-03-04", "draft", None),
        ("", "planned", "2019-03-04", "planned", None),
        ("", "unknown", "2019-03-04", "draft", None),
    ],
)
def test_a_stage_stands_where_its_dates_say(
    dates: str, written: str, at: str, status: str, date: str | None, view: View
) -> None:
    (stage,) = view(STAGE.format(dates=dates, status=written), at).data["stages"]
    assert (stage["status"], stage.get("date")) == (status, date)
    assert ("date" in stage.get("$unknown", ())) == (date is None and "unknown" in dates)
    assert "status" not in stage.get("$unknown", ())


@pytest.mark.parametrize(
    ("dates", "written", "status"),
    [
        ("released: unknown", "released", "released"),
        ("released: unknown, withdrawn: unknown", "withdrawn", "withdrawn"),
        ("released: 2019-03-01, withdrawn: unknown", "withdrawn", "withdrawn"),
        ("released: unknown", "unknown", "planned"),
    ],
)
def test_today_the_written_status_is_believed_where_dates_are_unknown(
    dates: str, written: str, status: str, view: View
) -> None:
    (stage,) = view(STAGE.format(dates=dates, status=written), "2020-01-01", explicit=False).data["stages"]
    assert stage["status"] == status


def test_a_stage_without_dates_has_empty_ones(view: View) -> None:
    (stage,) = view("", "2020-01-01").data["stages"]
    assert stage["dates"] == {"$at": "/stages/0/dates"}
    assert (stage["status"], stage["order"]) == ("draft", 0)


def test_artefacts_are_seen_as_planned(view: View) -> None:
    addition = STAGE.format(dates="released: 2019-03-01", status="released") + (
        "    artefacts:\n"
        "      - {kind: card, title: Card, date: 2019-02-28}\n"
        "      - {kind: weights, title: Weights, date: 2019-03-01}\n"
        "      - {kind: report, title: Later, date: 2019-06-01}\n"
        "      - {kind: paper, title: Some day, date: unknown}\n"
    )
    before = view(addition, "2019-01-01")
    assert [node["title"] for node in before.data["stages"][0]["artefacts"]] == ["Card", "Weights"]
    assert before.undated_pointers == ("/stages/0/artefacts/3",)
    after = view(addition, "2019-06-01", explicit=False)
    assert len(after.data["stages"][0]["artefacts"]) == 4


DATED = {
    "evidence": "evidence: [{{id: x, kind: red_team, conducted: {date}}}]",
    "evidence made known later": (
        "evidence: [{{id: x, kind: red_team, conducted: 2000-01-01, available: {date}}}]"
    ),
    "finding": "partners: [{{id: p, findings: [{{id: x, date: {date}}}]}}]",
    "event": "events: [{{id: x, date: {date}}}]",
    "event learned of later": "events: [{{id: x, date: 2000-01-01, learned: {date}}}]",
    "response": (
        "    responses: [{{to: x, text: Done., date: {date}}}]\nevents: [{{id: x, date: 2000-01-01}}]"
    ),
    "observation": "monitoring: [{{id: m, observations: [{{count: 1, to: {date}}}]}}]",
    "assessment": "risks: [{{id: r, title: R, assessments: [{{stage: first, date: {date}}}]}}]",
    "assessment of a benefit": "benefits: [{{id: b, assessments: [{{stage: first, date: {date}}}]}}]",
    "approval": "approvals: [{{stage: first, decision: go, date: {date}}}]",
    "undisclosed approval": "approvals: [{{stage: first, decision: undisclosed, date: {date}}}]",
    "waiver": "waivers: [{{rule: SR-101, granted: {date}}}]",
    "criterion": "    criteria: [{{id: c, require: 'true', verdict: hold, written: {date}}}]",
    "mitigation": "mitigations: [{{id: x, since: {date}}}]",
    "critique": "critiques: [{{id: x, of: first, date: {date}}}]",
    "attestation": "attestations: [{{id: X, on: {date}}}]",
    "review": "    review: {{on: {date}}}",
    "forecast review": "    forecast_review: {{on: {date}}}",
}


def objects(view: PlanView) -> int:
    """Count the objects of a view."""
    waiting: list[Any] = [view.data]
    count = 0
    while waiting:
        here = waiting.pop()
        count += isinstance(here, dict) and "$at" in here
        waiting.extend(here.values() if isinstance(here, dict) else here if isinstance(here, list) else ())
    return count


@pytest.mark.parametrize("name", DATED)
def test_an_object_appears_on_its_day(name: str, view: View) -> None:
    addition = DATED[name].format(date="2019-06-01")
    early, late = view(addition, "2019-05-31"), view(addition, "2019-06-01")
    assert objects(early) == objects(late) - 1
    assert early.undated == late.undated == 0


@pytest.mark.parametrize("name", DATED)
def test_an_object_of_unknown_date_is_used_today_and_never_in_the_past(name: str, view: View) -> None:
    addition = DATED[name].format(date="unknown")
    past, today = view(addition, "2030-01-01"), view(addition, "2030-01-01", explicit=False)
    assert objects(past) == objects(today) - 1
    assert (past.undated, today.undated) == (1, 0)


@pytest.mark.parametrize("name", DATED)
def test_an_object_without_a_date_too_but_what_may_lack_one(name: str, view: View) -> None:
    text = (
        DATED[name]
        .replace(", conducted: {date}", "")
        .replace("date: 2000-01-01, learned: {date}", "text: Seen.")
        .replace(", conducted: 2000-01-01, available: {date}", "")
    )
    for key in ("date", "to", "granted", "written", "since"):
        text = text.replace(f", {key}: {{date}}", "")
    text = text.replace(", on: {date}", "").replace("on: {date}", "text: done")
    past = view(text.format(), "2030-01-01")
    assert past.undated == (0 if name in {"waiver", "mitigation"} else 1)


STAYS = {
    "access": "partners: [{{id: p, access: [{{stage: first, from: {date}}}]}}]",
    "agreement": "partners: [{{id: p, agreement: {{signed: {date}}}}}]",
    "action": "monitoring: [{{id: m, action_taken: {{on: {date}}}}}]",
    "answer": "critiques: [{{id: x, of: first, date: 2000-01-01, answer: {{date: {date}}}}}]",
}


@pytest.mark.parametrize("name", STAYS)
def test_what_stays_where_its_date_is_unknown(name: str, view: View) -> None:
    assert (
        objects(view(STAYS[name].format(date="2019-06-01"), "2019-05-31"))
        == objects(view(STAYS[name].format(date="2019-06-01"), "2019-06-01")) - 1
    )
    unknown = view(STAYS[name].format(date="unknown"), "2019-05-31")
    assert objects(unknown) == objects(view(STAYS[name].format(date="2019-06-01"), "2019-06-01"))
    assert unknown.undated == 0


def test_a_request_for_an_approval_needs_no_date(view: View) -> None:
    assert len(view("approvals: [{stage: first, role: lead}]", "2019-01-01").data["approvals"]) == 1


def test_a_mitigation_is_in_place_until_it_is_removed(view: View) -> None:
    addition = "mitigations: [{id: m, status: removed, since: 2019-01-01, until: 2019-06-01}]"
    (before,) = view(addition, "2019-05-31").data["mitigations"]
    assert before["status"] == "in-place"
    assert "until" not in before
    (after,) = view(addition, "2019-06-01").data["mitigations"]
    assert (after["status"], after["until"]) == ("removed", "2019-06-01")
    (never,) = view("mitigations: [{id: m, status: removed}]", "2019-06-01").data["mitigations"]
    assert never["status"] == "removed"


def test_tests_and_confirmations_that_came_later(view: View) -> None:
    addition = (
        "    leak_plan: {text: A, tested: 2019-06-01}\neu: {framework_confirmed: 2019-06-01, market: true}\n"
    )
    before = view(addition, "2019-05-31").data
    assert before["stages"][0]["leak_plan"] == {"$at": "/stages/0/leak_plan", "text": "A"}
    assert before["eu"] == {"$at": "/eu", "market": True}
    after = view(addition, "2019-06-01").data
    assert after["stages"][0]["leak_plan"]["tested"] == after["eu"]["framework_confirmed"] == "2019-06-01"
    kept = view("    leak_plan: {tested: true}\neu: {market: true}\n", "2019-05-31").data
    assert kept["stages"][0]["leak_plan"]["tested"] is True


def test_sources(view: View) -> None:
    addition = (
        "evidence: [{id: e, kind: reported, conducted: 2019-01-01, source: new}]\n"
        "sources:\n"
        "  - {id: old, date: 2018-01-01}\n"
        "  - {id: new, date: 2019-06-01, supersedes: old}\n"
        "  - {id: newest, date: 2019-07-01, supersedes: new}\n"
        "  - {id: undated, supersedes: newest}\n"
    )
    early = view(addition, "2019-02-01").data["sources"]
    assert [node["id"] for node in early] == ["old", "new", "undated"]
    assert not any("supersedes" in node for node in early)
    late = view(addition, "2019-07-01").data["sources"]
    assert [node.get("supersedes") for node in late] == [None, "old", "new", "newest"]


def test_answers_to_what_is_not_known_yet_vanish_and_lean_on_nothing_to_come(view: View) -> None:
    addition = (
        "    responses:\n"
        "      - {to: late, text: A, date: 2019-01-01}\n"
        "      - {to: early, text: B, date: 2019-01-01, mitigations: [soon, there]}\n"
        "      - {to: signal, text: C, date: 2019-01-01, mitigations: [there]}\n"
        "events: [{id: late, date: 2018-12-01, learned: 2019-03-01}, {id: early, date: 2018-12-01}]\n"
        "monitoring: [{id: signal}]\n"
        "mitigations: [{id: soon, since: 2019-04-01}, {id: there, since: 2018-01-01}]\n"
    )
    first, second = view(addition, "2019-02-01").data["stages"][0]["responses"]
    assert (first["to"], second["to"]) == ("early", "signal")
    assert "mitigations" not in first
    assert first["$unknown"] == ["mitigations"]
    assert second["mitigations"] == ["there"]
    everything = view(addition, "2019-04-01").data["stages"][0]["responses"]
    assert [each["to"] for each in everything] == ["late", "early", "signal"]
    assert everything[1]["mitigations"] == ["soon", "there"]


def test_references_to_what_is_hidden_vanish(view: View) -> None:
    addition = (
        "    criteria: [{id: c, require: 'true', verdict: hold, written: 2020-01-01}]\n"
        "evidence:\n"
        "  - {id: e, kind: reported, conducted: 2020-01-01}\n"
        "  - {id: f, kind: reported, conducted: 2018-01-01}\n"
        "mitigations: [{id: m, since: 2020-01-01}, {id: n, evidence: [e, f]}]\n"
        "risks:\n"
        "  - {id: r, title: R, mitigations: [m, n], assessments: [\n"
        "      {stage: first, date: 2018-01-01, evidence: {for: [e], against: [f]}},\n"
        "      {stage: first, date: 2018-01-02}]}\n"
        "partners: [{id: p, findings: [{id: x, date: 2018-01-01, evidence: [e, f]}]}, {id: q}]\n"
        "thresholds:\n"
        "  - {id: t, safeguards: [m], status: {first: {evidence: [e]}}}\n"
        "  - {id: u, status: {first: unknown}}\n"
        "critiques:\n"
        "  - {id: a, of: e, date: 2018-01-01}\n"
        "  - {id: b, of: 'mitigation:m', date: 2018-01-01}\n"
        "  - {id: d, of: f, date: 2018-01-01}\n"
        "waivers: [{rule: A, object: e}, {rule: 'criterion:c'}, {rule: B, object: 'evidence:f'}, {rule: C}]\n"
    )
    data = view(addition, "2019-01-01").data
    assert data["mitigations"] == [{"$at": "/mitigations/1", "id": "n", "evidence": ["f"]}]
    assert data["risks"][0]["mitigations"] == ["n"]
    assert data["risks"][0]["assessments"][0]["evidence"]["for"] == []
    assert data["risks"][0]["assessments"][0]["evidence"]["against"] == ["f"]
    assert data["partners"][0]["findings"][0]["evidence"] == ["f"]
    assert data["thresholds"][0]["safeguards"] == []
    assert data["thresholds"][0]["status"]["first"]["evidence"] == []
    assert data["thresholds"][1]["status"]["$unknown"] == ["first"]
    assert [node["id"] for node in data["critiques"]] == ["d"]
    assert [node["rule"] for node in data["waivers"]] == ["B", "C"]


def test_critiques_of_critiques(view: View) -> None:
    addition = (
        "critiques:\n"
        "  - {id: c, of: 'critique:b', date: 2018-01-03}\n"
        "  - {id: b, of: a, date: 2018-01-02}\n"
        "  - {id: e, of: c, date: 2018-01-04}\n"
        "  - {id: first, of: d, date: 2020-01-01}\n"
        "  - {id: f, of: first, date: 2018-01-01}\n"
        "  - {id: a, of: first, date: 2020-01-01}\n"
        "  - {id: d, of: first, date: 2018-01-01}\n"
    )
    assert [node["id"] for node in view(addition, "2019-01-01").data["critiques"]] == ["f", "d"]
    assert len(view(addition, "2020-01-01").data["critiques"]) == 7


def test_what_is_said_of_something_later_is_not_counted(view: View) -> None:
    addition = (
        "evidence: [{id: e, kind: reported, conducted: 2020-01-01}]\n"
        "critiques: [{id: c, of: e}]\nwaivers: [{rule: A, object: e, granted: unknown}]\n"
    )
    assert view(addition, "2019-01-01").undated == 0
    assert view(addition, "2020-01-01").undated == 2


def test_an_id_that_something_visible_shares_is_not_hidden(view: View) -> None:
    evidence = "evidence: [{id: small, kind: reported, conducted: 2020-01-01}]\n"
    addition = evidence + "critiques: [{id: a, of: small, date: 2018-01-01}]\n"
    assert len(view(addition, "2019-01-01").data["critiques"]) == 1


def test_order_leaves_cancelled_stages_out(view: View) -> None:
    addition = "  - {id: second, title: S, status: cancelled}\n  - {id: third, title: T}\n"
    stages = view(addition, "2019-01-01").data["stages"]
    assert [stage.get("order") for stage in stages] == [0, None, 1]


def test_the_view_says_what_it_is(view: View) -> None:
    seen = view("", "2019-01-01")
    assert str(seen.at) == "2019-01-01"
    assert seen.explicit
    assert seen.plan.id == "base"
    assert end_of(FIRST_DAY) == seen.at
