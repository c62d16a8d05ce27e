"""Verdicts in time for an audience: only its own days, no ledger but for insiders, and bounded."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from release.audience import history as module
from release.audience.history import History, history
from release.audience.project import project
from release.ledger.chain import Chain
from release.reports.history import decision_table, history_lines, verdict_table
from release.reports.markdown import markdown_of
from release.reports.model import build, with_history
from release.reports.words import read_words
from tests.unit.analysis.bring import GPT2, ROOT, brought, case, copied, replaced

END = "2019-11-30"
WORDS = read_words("en")


def told(path: str | Path, audience: str, *, chain: Chain | None = None, at: str = END) -> History:
    asked = case(path, at)
    return history(asked, project(asked.judgement(), audience), chain or Chain())


def line(stage: str, time: str, decision: str, judged: str | None = None, seq: int = 0) -> dict[str, Any]:
    known: Mapping[str, Any] = {} if judged is None else {"judged": {"verdict": judged, "at": time[:10]}}
    return {
        "seq": seq, "time": time, "stage": stage, "decision": decision, "by": "lead", "reason": "why", **known
    }  # fmt: skip


def changed(folder: Path, *pairs: tuple[str, str]) -> Path:
    plan = folder / "release.yaml"
    plan.write_text(replaced(plan.read_text(encoding="utf-8"), *pairs), encoding="utf-8")
    return folder


def test_a_day_of_hidden_things_only_is_no_day_of_others(tmp_path: Path) -> None:
    hidden = ("date: 2019-03-06, kind", "date: 2019-03-06, audience: internal, kind")
    folder = changed(copied(tmp_path), hidden)
    days = {
        audience: {each.day for each in told(folder, audience).days} for audience in ("public", "internal")
    }
    assert "2019-03-06" in days["internal"]
    assert days["public"] == days["internal"] - {"2019-03-06"} | {"2019-03-31"}


def test_when_hidden_things_became_known_changes_nothing_for_others(tmp_path: Path) -> None:
    found = []
    for number, day in enumerate(("2019-03-06", "2019-06-17")):
        (tmp_path / str(number)).mkdir()
        hidden = ("date: 2019-03-06, kind", f"date: {day}, audience: internal, kind")
        found.append(changed(copied(tmp_path / str(number)), hidden))
    assert told(found[0], "public") == told(found[1], "public")
    assert told(found[0], "internal") != told(found[1], "internal")


def test_hidden_dates_of_a_stage_tell_no_release(tmp_path: Path) -> None:
    folder = changed(copied(tmp_path), ("released: 2019-05-03", "released: 2019-05-03, audience: internal"))
    assert [each.stage for each in told(folder, "internal").taken] == ["small", "medium", "large", "xl"]
    public = told(folder, "public")
    assert [each.stage for each in public.taken] == ["small", "large", "xl"]
    assert not any(stage.out for day in public.days for stage in day.stages if stage.id == "medium")


def test_a_hidden_waiver_waives_nothing_for_others(tmp_path: Path) -> None:
    waiver = (
        "waivers:\n  - {rule: SR-111, stage: small, reason: r, approver: a, granted: 2019-02-01,"
        " expires: 2020-01-01, audience: internal}\nrisks:\n"
    )
    folder = changed(copied(tmp_path), ("risks:\n", waiver))
    first = {name: told(folder, name).days[-1].stages[0] for name in ("public", "internal")}
    assert (
        first["public"].failed
        == first["internal"].failed + 1
        == told(GPT2, "public").days[-1].stages[0].failed
    )


def test_what_turned_a_verdict_stands_beside_it(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    brought(folder)
    found = told(folder, "internal")
    (day,) = [each for each in found.days if any(stage.flipped for stage in each.stages)]
    assert (day.day, day.stages[3].verdict) == ("2019-11-04", "go")
    assert {"SR-112", "SR-119"} <= set(day.stages[3].closed)
    assert [each.against for each in found.taken] == [True, True, True, False]
    view = project(case(folder, END).judgement(), "internal")
    moved = "".join(
        part.text
        for row in verdict_table(WORDS, view, found).rows
        for part in row[-2]
        if part.kind == "strong"
    )
    assert moved == "xl turns to Go:"


def test_the_ledger_is_for_insiders_and_the_verdict_on_record_stays(tmp_path: Path) -> None:
    folder = copied(tmp_path)
    brought(folder)
    chain = Chain(
        entries=(
            line("medium", "2019-04-15T10:00:00Z", "hold", "hold"),
            line("xl", "2019-11-04T12:00:00Z", "go", "no-go", 1),
            line("gone", "2019-11-04T13:00:00Z", "go", None, 2),
            line("xl", "2021-01-01T00:00:00Z", "go", "go", 3),
        )
    )
    assert told(folder, "public", chain=chain) == told(folder, "public")
    recorded = [each for each in told(folder, "internal", chain=chain).taken if each.source == "ledger"]
    assert [(each.stage, each.decision, each.verdict, each.against) for each in recorded] == [
        ("medium", "hold", "hold", False),
        ("xl", "go", "no-go", True),
        ("gone", "go", "", False),
    ]


@pytest.mark.parametrize("audience", ["public", "internal"])
def test_every_format_marks_what_went_against_the_verdict(audience: str) -> None:
    asked = case(GPT2, END)
    view = project(asked.judgement(), audience)
    chain = Chain(entries=(line("xl", "2019-11-04T12:00:00Z", "go", "no-go"),))
    found = history(asked, view, chain)
    report = with_history(build(view, WORDS), found, WORDS)
    assert report.against == {"small", "medium", "large", "xl"}
    text = markdown_of(report, WORDS)
    assert text.count("**against the verdict**") == 2 * len(found.taken)
    assert ("| lead | why |" in text) is (audience == "internal")
    table = decision_table(WORDS, view, found)
    assert len(table.rows) == len(found.taken) == (4 if audience == "public" else 5)
    assert report.replayed is not None
    assert "xl: Hold from 2019-02-13" in report.replayed.desc
    assert sum(mark.tag == "polygon" for mark in report.replayed.marks) == 4 + (audience == "internal")


def test_a_broken_ledger_is_told_to_insiders() -> None:
    chain = Chain(faults=("line 2 is not JSON",))
    asked = case(GPT2, END)
    for audience, said in (("internal", True), ("public", False)):
        view = project(asked.judgement(), audience)
        lines = " ".join(history_lines(WORDS, view, history(asked, view, chain)))
        assert ("line 2 is not JSON" in lines) is said


def test_a_line_without_a_readable_time_ends_nothing() -> None:
    chain = Chain(entries=(line("xl", "some day", "go", "hold"),))
    assert told(GPT2, "internal", chain=chain) == told(GPT2, "internal")


def test_long_histories_are_bounded_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = told(GPT2, "public")
    monkeypatch.setattr(module, "DAYS", 3)
    short = told(GPT2, "public")
    assert short.taken == whole.taken
    assert len(short.days) < len(whole.days)
    assert short.days[-1].stages == whole.days[-1].stages
    assert short.left_out > 5
    view = project(case(GPT2, END).judgement(), "public")
    assert f"{short.left_out} earlier days are not judged again here" in " ".join(
        history_lines(WORDS, view, short)
    )


def test_many_stages_share_a_column() -> None:
    view = project(case(ROOT / GPT2, END).judgement(), "public")
    found = told(GPT2, "public")
    wide = verdict_table(WORDS, view, found)
    assert wide.head[1:5] == ("small", "medium", "large", "xl")
    monkey = pytest.MonkeyPatch()
    with monkey.context() as patched:
        patched.setattr("release.reports.history.STAGES", 3)
        narrow = verdict_table(WORDS, view, found)
    assert narrow.head[1] == "Verdicts that moved"
    assert {len(row) for row in narrow.rows} == {5}
