"""The replay: every day judged as it would have been then, told like the history."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from release import api
from release.analysis.known import known_in
from release.analysis.replay import Replay, flips, replay
from release.base.dates import moment
from release.formats._format import FormatOptions
from release.formats._replay import replay_schema, to_json, to_text
from tests.unit.analysis.bring import GPT2, ROOT, brought, case, copied

CASES = ROOT / "tests" / "cases" / "replay"
PLAIN = FormatOptions(version="0")
END = "2019-11-30"


@pytest.fixture(scope="module")
def history() -> Replay:
    return replay(case(ROOT / GPT2, END))


def entry(stage: str, time: str, decision: str) -> Mapping[str, Any]:
    return {"stage": stage, "time": time, "decision": decision, "by": "lead@example.org"}


def test_the_table_reads_like_the_history(golden: Callable[[Path, str], None]) -> None:
    text = to_text(replay(case(GPT2, END)), "internal", PLAIN)
    golden(CASES / "gpt-2.txt", text)
    assert all(len(line) <= 80 for line in text.splitlines())


def test_the_four_releases_and_the_verdicts_on_their_eves(history: Replay) -> None:
    taken = [(step.day, each) for step in history.steps for each in step.decisions]
    assert [(day, each.stage, each.decision, each.verdict, each.source) for day, each in taken] == [
        ("2019-02-14", "small", "released", "hold", "dates"),
        ("2019-05-03", "medium", "released", "hold", "dates"),
        ("2019-08-20", "large", "released", "hold", "dates"),
        ("2019-11-05", "xl", "released", "hold", "dates"),
    ]


def test_each_row_is_what_check_says_on_that_day(history: Replay) -> None:
    for step in history.steps:
        for day in {step.day, step.until}:
            (judgement,) = api.check(GPT2, at=day).judgements
            for stage in step.stages:
                own = [each for each in judgement.at_stage(stage.id) if each.severity == "error"]
                assert stage.verdict == judgement.stage(stage.id).verdict
                assert stage.status == judgement.stage(stage.id).status
                assert stage.failed == sum(each.status == "fail" for each in own)
                assert stage.unknown == sum(each.status == "unknown" for each in own)


def test_on_days_that_have_no_row_nothing_had_changed(history: Replay) -> None:
    for before, day in (
        ("2019-02-14", "2019-02-20"),
        ("2019-05-03", "2019-05-20"),
        ("2019-08-20", "2019-10-01"),
    ):
        (step,) = [each for each in history.steps if each.day == before]
        (judgement,) = api.check(GPT2, at=day).judgements
        assert [stage.verdict for stage in step.stages] == [stage.verdict for stage in judgement.stages]
        errors = [each for each in judgement.at_stage("xl") if each.severity == "error"]
        assert step.stages[3].failed + step.stages[3].unknown == len(errors)


def test_everything_dated_is_told_once(history: Replay) -> None:
    told = [each for step in history.steps for each in step.known]
    dated = [each for each in known_in(api.load_plan(GPT2)) if moment(each.day) <= moment(END)]
    assert sorted(each.pointer for each in told) == sorted(
        each.pointer for each in dated if each.effect not in {"released", "withdrawn"}
    )


def test_what_turned_the_verdict_is_beside_it(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    brought(folder)
    found = replay(case(folder, END))
    assert list(flips(found.steps)) == [("2019-11-04", "xl", "hold", "go")]
    (step,) = [each for each in found.steps if each.day == "2019-11-04"]
    assert {"SR-112", "SR-119"} <= {each.rule for each in step.closed}
    release = next(each for step in found.steps for each in step.decisions if each.stage == "xl")
    assert (release.decision, release.verdict) == ("released", "go")


def test_decisions_of_the_ledger_stand_beside_the_verdict_of_their_day() -> None:
    ledger = [
        entry("medium", "2019-04-15T10:00:00Z", "hold"),
        entry("xl", "2021-01-01T00:00:00Z", "go"),
        entry("gone", "2019-05-02T00:00:00Z", "go"),
    ]
    found = replay(case(GPT2, END), ledger=ledger)
    (step,) = [each for each in found.steps if each.day == "2019-04-15"]
    (decision,) = step.decisions
    assert (decision.stage, decision.decision, decision.by) == ("medium", "hold", "lead@example.org")
    assert decision.source == "ledger"
    assert "DECIDED hold by lead@example.org: medium, with HOLD that day" in to_text(found, "internal", PLAIN)
    assert all(each.stage != "gone" for step in found.steps for each in step.decisions)


def test_it_can_start_later(history: Replay) -> None:
    found = replay(case(GPT2, END), since=moment("2019-08-19"))
    assert [step.day for step in found.steps][:2] == ["2019-08-19", "2019-08-20"]
    assert found.steps[1:] == history.steps[-len(found.steps) + 1 :]


def test_a_day_on_which_only_hidden_things_became_known_is_not_shown(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    plan = folder / "release.yaml"
    text = plan.read_text(encoding="utf-8")
    hidden = "date: 2019-03-06, audience: internal, kind"
    plan.write_text(text.replace("date: 2019-03-06, kind", hidden), encoding="utf-8")
    found = replay(case(folder, END), sees=lambda label: label.visible_to("public"))
    assert found.withheld == 1
    assert all(step.day != "2019-03-06" for step in found.steps)
    assert "1 items are withheld from public." in to_text(found, "public", PLAIN)
    assert "caveats" not in to_text(found, "public", PLAIN)


def test_json_is_described_by_its_schema(history: Replay) -> None:
    jsonschema.Draft202012Validator.check_schema(replay_schema())
    body = json.loads(to_json(history, "internal", PLAIN))
    jsonschema.validate(body, replay_schema())
    assert len(body["steps"]) == len(history.steps)


def test_many_stages_are_listed_below_each_other(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    long = "the-largest-model-of-the-whole-family-that-there-is"
    for name in ("release.yaml", "evidence.yaml"):
        text = (folder / name).read_text(encoding="utf-8")
        for before, after in (
            ("id: xl\n", f"id: {long}\n"),
            ("stage: xl", f"stage: {long}"),
            ("to: xl", f"to: {long}"),
            (", xl]", f", {long}]"),
            ("[xl]", f"[{long}]"),
            ("xl: ", f"{long}: "),
        ):
            text = text.replace(before, after)
        (folder / name).write_text(text, encoding="utf-8")
    text = to_text(replay(case(folder, END)), "internal", PLAIN)
    assert f"            {long}: hold 11+6" in text
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_verdict_that_turns_is_said_with_what_turned_it() -> None:
    found = replay(case(ROOT / "templates/plans/heron", "2026-08-17"))
    lines = to_text(found, "internal", PLAIN).splitlines()
    day = next(index for index, line in enumerate(lines) if line.startswith("2026-08-16"))
    assert lines[day + 1] == "  VERDICT of large: from HOLD to GO: SR-120 closed"
    assert sum("VERDICT of" in line for line in lines) == 1
    assert "1 verdict changed" in lines[-1]
