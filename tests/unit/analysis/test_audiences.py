"""Answers for one audience: what it may not see changes nothing in them but totals."""

from __future__ import annotations

from pathlib import Path

import pytest

from release import api
from release.analysis.case import Case, case_of
from release.analysis.critique import critique_of
from release.analysis.replay import replay
from release.analysis.status import status_of
from release.analysis.todo import work_order
from release.base.dates import moment
from release.formats import _critique, _replay, _status, _todo
from release.formats._format import FormatOptions
from release.gate.judge import PolicyOptions
from tests.unit.analysis.bring import EVES, copied

PLAIN = FormatOptions(version="0")
HIDDEN = ("ctec-probe", "misuse-in-forums", "ctec-fine-tuning", "bias-guidance", "spam-and-abuse")


def answers(case: Case, audience: str) -> list[str]:
    """Every answer that an audience can ask for, in every format."""
    order = work_order(case, "xl")
    found = critique_of(case, "xl")
    glance = status_of(case.judgement(), lambda label: label.visible_to(audience))
    history = replay(case, sees=lambda label: label.visible_to(audience))
    return [
        *(write(order, audience, PLAIN) for write in (_todo.to_text, _todo.to_json, _todo.to_markdown)),
        *(write(found, audience, PLAIN) for write in (_critique.to_text, _critique.to_json)),
        _critique.to_markdown(found, audience, PLAIN),
        _critique.critic_request(found, audience).decode(),
        *(write(history, audience, PLAIN) for write in (_replay.to_text, _replay.to_json)),
        *(write([glance], audience, PLAIN) for write in (_status.to_text, _status.to_json)),
    ]


def hidden(folder: Path, secret: str) -> Case:
    """Hide some objects from everybody outside, and write a secret into each."""
    for name in ("release.yaml", "evidence.yaml"):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        for each in HIDDEN:
            text = text.replace(f"- id: {each}\n", f"- id: {each}\n@audience: internal\n")
        lines: list[str] = []
        for line in text.splitlines():
            indent = len(lines[-1]) - len(lines[-1].lstrip()) + 2 if lines else 0
            lines.append(" " * indent + line[1:] if line.startswith("@") else line)
        text = "\n".join(lines) + "\n"
        for before in (
            "GPT-2 can be fine-tuned to write propaganda for each of four extremist ideologies.",
            "Misuse of GPT-2, plans for it and talk of it",
            "Extremist groups can misuse GPT-2 by fine-tuning it",
            "The card asks those who deploy a model to study first the biases that matter for their use",
            "Abusive or faked posts, spam and phishing made by machine",
        ):
            text = text.replace(before, secret)
        path.write_text(text, encoding="utf-8")
    plan = api.load_plan(folder, shown="plan")
    return case_of(plan, moment(EVES["xl"]), explicit=True, options=PolicyOptions())


@pytest.mark.parametrize("audience", ["public", "partner:cornell"])
def test_hidden_words_change_no_byte(tmp_path: Path, audience: str) -> None:
    first = answers(hidden(copied(tmp_path / "a"), "SECRET one"), audience)
    second = answers(hidden(copied(tmp_path / "b"), "SECRET of another length, and more"), audience)
    assert first == second
    assert "SECRET" not in "".join(first)
    for name in HIDDEN:
        assert name not in "".join(first), name


def test_insiders_see_all_of_it(tmp_path: Path) -> None:
    told = "".join(answers(hidden(copied(tmp_path), "SECRET one"), "internal"))
    assert "SECRET one" in told
    assert all(name in told for name in HIDDEN)
