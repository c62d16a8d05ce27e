"""A list of stages tells others nothing of the hidden objects that bring a finding to a stage."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from release import api
from release.analysis.status import status_of
from release.api import ReportLook
from release.audience.check_view import check_view
from release.audience.gate_view import gate_view
from release.audience.history import history
from release.audience.project import project
from release.base.labels import Label
from release.gate.gating import GateInput, gate_stage
from release.ledger.chain import Chain
from tests.unit.analysis.bring import ROOT, case

HERON, HERON_AT = "templates/plans/heron", "2026-08-15"
GPT2, GPT2_AT = "templates/plans/gpt-2", "2019-11-04"
CITED = "summaries"
"""Evidence of a fault that the public sees, and that nothing cites."""

RISK = """
  - id: secret
    audience: internal
    title: Secret
    assessments: [{stage: large, date: 2026-08-01, evidence: {for: [%s]}}]
"""
WAIVER = """
waivers:
  - {rule: SR-109, object: "partner:cornell", stage: %s, audience: internal,
     reason: Secret, approver: somebody, granted: 2019-10-01, expires: 2019-12-31}
"""


def written(folder: Path, plan: str, addition: str, section: str = "") -> Path:
    """Return a copy of a plan with something added at the head of a section, or at the end."""
    shutil.copytree(ROOT / plan, folder)
    path = folder / "release.yaml"
    text = path.read_text(encoding="utf-8")
    head = f"\n{section}:\n"
    if section:
        assert head in text
        text = text.replace(head, head + addition.lstrip("\n"), 1)
    else:
        assert addition.split(":", maxsplit=1)[0] not in text
        text += addition
    path.write_text(text, encoding="utf-8")
    return folder


def everything(folder: Path, audience: str, at: str) -> str:
    """Return all that an audience is shown of a plan, without the name of its folder."""

    def sees(label: Label) -> bool:
        return label.visible_to(audience)

    asked = case(folder, at)
    judged = asked.judgement()
    view = project(judged, audience)
    looks = [ReportLook(each) for each in ("html", "md", "json")]
    parts = [
        *(api.report(folder, audience=audience, at=at, look=look) for look in looks),
        history(asked, view, Chain()),
        status_of(judged, sees),
        check_view([judged], audience),
        *(check_view([judged], audience, stage=each.id) for each in judged.stages),
        *(gate_view(gate_stage(judged, each.id, GateInput()), audience) for each in judged.stages),
    ]
    return "\n".join(map(str, parts)).replace(str(folder), "PLAN")


def stages_of(folder: Path, audience: str, found: str, at: str) -> dict[str, tuple[str, ...]]:
    view = project(case(folder, at).judgement(), audience)
    return {each.rule: each.stages for each in view.findings if each.object == found}


def _uncounted(shown: str) -> str:
    """Leave out digests and counts: a rule that passed, and read who cites the item, is withheld."""
    shown = re.sub(r"sha256:[0-9a-f]{64}|<code>[0-9a-f]{12}</code>", "digest", shown)
    counts = r"(\bwithheld|\bpassed|\bevaluations)(\"?[:=] ?)\d+"
    return re.sub(
        counts, r"\1\2", re.sub(r"\b\d+( |</span> <span>)(items are withheld|answers are yes)", r"\2", shown)
    )


@pytest.mark.parametrize("audience", ["public", "partner:lakeside"])
@pytest.mark.parametrize("section", ["risks", "benefits"])
def test_a_hidden_citation_brings_a_finding_to_no_stage(tmp_path: Path, section: str, audience: str) -> None:
    one = written(tmp_path / "one", HERON, RISK % CITED, section)
    other = written(tmp_path / "other", HERON, RISK % "", section)
    found = f"evidence:{CITED}"
    assert stages_of(one, "internal", found, HERON_AT)["ER-207"] == ("large",)
    assert stages_of(one, audience, found, HERON_AT)["ER-207"] == ()
    shown = [_uncounted(everything(each, audience, HERON_AT)) for each in (one, other)]
    assert shown[0] == shown[1]


def test_a_hidden_waiver_does_not_split_a_finding(tmp_path: Path) -> None:
    one = written(tmp_path / "one", GPT2, WAIVER % "xl")
    other = written(tmp_path / "other", GPT2, WAIVER % "large")
    inside = [
        each
        for each in project(case(one, GPT2_AT).judgement(), "internal").findings
        if (each.rule, each.object) == ("SR-109", "partner:cornell")
    ]
    assert {each.stages: each.status == "waived" for each in inside} == {("xl",): True, ("large",): False}
    assert stages_of(one, "public", "partner:cornell", GPT2_AT)["SR-109"] == ("large", "xl")
    assert everything(one, "public", GPT2_AT) == everything(other, "public", GPT2_AT)
