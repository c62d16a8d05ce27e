"""Copies of the GPT-2 plan with what the last stage lacked, all of it or all but one thing."""

from __future__ import annotations

import shutil
from pathlib import Path

from release import api
from release.analysis.case import Case, case_of
from release.base.dates import moment
from release.gate.judge import PolicyOptions

ROOT = Path(__file__).resolve().parents[3]
GPT2 = "templates/plans/gpt-2"
EVES = {"small": "2019-02-13", "medium": "2019-05-02", "large": "2019-08-19", "xl": "2019-11-04"}


def case(path: str | Path, at: str) -> Case:
    return case_of(api.load_plan(path), moment(at), explicit=True, options=PolicyOptions())


def replaced(text: str, *pairs: tuple[str, str], count: int = 1) -> str:
    for before, after in pairs:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, count)
    return text


def brought(folder: Path, *, without: str = "") -> None:
    """Write into a copy of the plan exactly what the work order names, or all of it but one thing."""
    plan, evidence = folder / "release.yaml", folder / "evidence.yaml"
    text, figures = plan.read_text(encoding="utf-8"), evidence.read_text(encoding="utf-8")
    xl = text.index("  - id: xl\n")
    head, stage = text[:xl], text[xl:]
    if without != "criterion":
        stage = stage.replace(
            "    criteria:\n",
            "    criteria:\n      - {id: stop, written: 2019-08-20, verdict: no-go, require: 'true'}\n",
            1,
        )
    if without != "plans":
        plans = "    leak_plan: {text: who tells whom}\n    withdrawal_plan: {text: what is done}\n"
        stage = stage.replace("    owner: OpenAI\n", f"    owner: OpenAI\n{plans}", 1)
    text = head + stage
    if without != "residual levels":
        text = text.replace("residual: unknown", "residual: limited")
        text = text.replace("tolerance: unknown", "tolerance: limited")
    if without != "agreement dates":
        text = text.replace("signed: unknown", "signed: 2019-07-01")
        text = text.replace("level: downloadable, from: unknown", "level: downloadable, from: 2019-07-02")
    if without != "forums times days":
        text = text.replace("amount: unknown", "amount: 3000")
    if without != "threshold":
        text = replaced(text, ("    threshold: unknown\n", "    threshold: {count: 20, verdict: hold}\n"))
        text = text.replace("count: unknown", "count: 3")
    if without != "sizes probed":
        before, probe, after = figures.partition("  - id: ctec-probe\n")
        figures = before + probe + after.replace("stages: unknown", "stages: [xl]", 1)
    if without != "size of the first study":
        before, study, after = figures.partition("  - id: cornell-august\n")
        figures = before + study + after.replace("stages: unknown", "stages: [large]", 1)
    if without != "n and spread":
        figures = replaced(
            figures,
            (
                "{stage: xl}, value: 6.91, low: unknown, high: unknown, n: unknown",
                "{stage: xl}, value: 6.91, low: 6.7, high: 7.1, n: 400",
            ),
        )
    if without != "human score":
        human = "{result: mean, by: {source: human}, value: "
        figures = replaced(figures, (f"{human}unknown}}", f"{human}7.6, low: 7.4, high: 7.8, n: 400}}"))
    if without != "bias table":
        before, probes, after = figures.partition("  - id: bias-probes\n")
        figures = before + probes + after.replace("value: unknown", "value: 0.01", 1)
    plan.write_text(text, encoding="utf-8")
    evidence.write_text(figures, encoding="utf-8")


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "gpt-2"
    shutil.copytree(ROOT / "templates/plans/gpt-2", folder)
    return folder
