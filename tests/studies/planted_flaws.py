"""How many planted flaws does `release critique` find, and how often does it cry wolf?

`python tests/studies/planted_flaws.py` prints the table of docs/explanation/critique-study.md. Source of the
design: Saunders et al. 2022, who score critiques by flaws that were planted on purpose.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from release import api
from release.analysis.case import case_of
from release.analysis.critique import Critique, critique_of
from release.base.dates import moment
from release.gate.judge import PolicyOptions

ROOT = Path(__file__).resolve().parents[2]
PLANS = ROOT / "templates" / "plans"


class Plant(NamedTuple):
    """One flaw: where it is planted, and the attack that should find it.

    Attributes:
        block: id of the object whose text is changed, empty for the whole file.
        before: text to be replaced there, once.
        hard: it lies in what the words mean.
    """

    file: str
    block: str
    before: str
    after: str
    object: str
    check: str
    hard: bool = False


E, P = "evidence.yaml", "release.yaml"
PLANTS = (
    Plant(
        E,
        "credibility",
        "coauthored_with_developer: false",
        "coauthored_with_developer: true",
        "evidence:credibility",
        "dependent",
    ),
    Plant(
        E,
        "credibility",
        "credible than people's.",
        "credible than people's, 41% less.",
        "evidence:credibility",
        "prose",
    ),
    Plant(
        E, "detection", "A detector tells", "A detector always tells", "evidence:detection", "uncalibrated"
    ),
    Plant(
        E,
        "detection",
        "condition: base",
        "condition: base\n    held_out: false",
        "evidence:detection",
        "not-held-out",
    ),
    Plant(
        E,
        "detection-fine-tuned",
        "After fine-tuning the largest model's texts are harder to detect.",
        "Nearly all texts of the fine-tuned model are detected.",
        "evidence:detection-fine-tuned",
        "uncalibrated",
    ),
    Plant(
        E,
        "detection-fine-tuned",
        "checkpoint: 77079bc0",
        "checkpoint: 00079bc0",
        "evidence:detection-fine-tuned",
        "other-stage",
    ),
    Plant(
        E,
        "misuse",
        "condition: fine_tuned",
        "condition: fine_tuned\n    expires: 2026-08-01",
        "evidence:misuse",
        "stale",
    ),
    Plant(
        E,
        "red-team",
        "About four attempts in a hundred",
        "About 9% of the attempts",
        "evidence:red-team",
        "prose",
    ),
    Plant(E, "red-team", "conducted: *day", "conducted: 2024-01-10", "evidence:red-team", "stale"),
    Plant(
        E,
        "monitoring-counts",
        "evaluator: *lab",
        "evaluator: {kind: developer, independent: true}",
        "evidence:monitoring-counts",
        "dependent",
    ),
    Plant(E, "preference", "prompted: true", "prompted: false", "evidence:preference", "no-baseline"),
    Plant(
        E,
        "preference",
        "blinded: true",
        "blinded: true\n    split: {name: dev, used_for_selection: true}",
        "evidence:preference",
        "not-held-out",
    ),
    Plant(E, "benchmarks", "checked: true", "checked: false", "evidence:benchmarks", "not-held-out"),
    Plant(
        E,
        "benchmarks",
        "Accuracy rises with size on both tests.",
        "Accuracy is unchanged from size to size.",
        "evidence:benchmarks",
        "absence",
    ),
    Plant(
        E,
        "loss-forecast",
        "registered_on: 2026-05-04",
        "registered_on: 2026-10-04",
        "evidence:loss-forecast",
        "late",
    ),
    Plant(
        E,
        "reward-model",
        "cluster_key: rater",
        "cluster_key: rater\n    tuned_on_ground_truth: true",
        "evidence:reward-model",
        "not-held-out",
    ),
    Plant(E, "critiques", "critic: heron-large", "critic: heron-medium", "evidence:critiques", "dependent"),
    Plant(
        E, "weak-supervision", "about half of the gap", "82% of the gap", "evidence:weak-supervision", "prose"
    ),
    Plant(
        E,
        "circuits",
        "A small circuit carries",
        "It is proven that a small circuit carries",
        "evidence:circuits",
        "uncalibrated",
    ),
    Plant(
        P,
        "",
        "sources:\n",
        "sources:\n  - {id: notes-2, title: Corrected notes, date: 2026-07-15, supersedes: colony-notes}\n",
        "evidence:citations",
        "superseded",
    ),
    Plant(
        P,
        "deception",
        "for: [misuse]",
        "for: [misuse, loss-forecast-medium]",
        "assessment:deception/large",
        "other-stage",
    ),
    Plant(P, "deception", ", baseline: open models of 2025", "", "assessment:deception/large", "no-baseline"),
    Plant(
        P,
        "deception",
        "Readers still tell it from people's.",
        "Only 12% of readers are misled.",
        "assessment:deception/medium",
        "prose",
    ),
    Plant(
        P,
        "unfair-descriptions",
        "{for: [bias], against: []}",
        "{for: [], against: []}",
        "assessment:unfair-descriptions/large",
        "unbacked",
    ),
    Plant(
        P,
        "lakeside",
        "about three attempts in a hundred at misuse succeeded",
        "31% of attempts at misuse succeeded",
        "finding:lakeside-misuse",
        "prose",
    ),
    Plant(
        P, "lakeside", "evidence: [credibility],", "evidence: [],", "finding:lakeside-credibility", "unbacked"
    ),
    Plant(
        E,
        "selected-data",
        "help more than random data of equal size.",
        "help more than random data of equal size, in every language.",
        "evidence:selected-data",
        "scope",
        hard=True,
    ),
    Plant(
        E,
        "misuse",
        "about three attempts in a hundred",
        "about thirty attempts in a hundred",
        "evidence:misuse",
        "prose",
        hard=True,
    ),
    Plant(
        E,
        "summaries",
        "rated about as well as",
        "preferred by experts to",
        "evidence:summaries",
        "scope",
        hard=True,
    ),
    Plant(
        P,
        "deception",
        "nearly all of it is detected",
        "no reader was ever misled by it",
        "assessment:deception/large",
        "uncalibrated",
        hard=True,
    ),
)

FRESH = (
    Plant(
        E,
        "simple-baseline-by-length",
        "needs long texts.",
        "needs long texts, and is right in 96% of short ones.",
        "evidence:simple-baseline-by-length",
        "prose",
    ),
    Plant(
        E,
        "simple-baseline-fine-tuned",
        "are detected far less often.",
        "are detected about as often as before.",
        "evidence:simple-baseline-fine-tuned",
        "absence",
    ),
    Plant(
        E,
        "zero-shot",
        "condition: base",
        "condition: base\n    expires: 2019-09-30",
        "evidence:zero-shot",
        "stale",
    ),
    Plant(
        E,
        "zero-shot-fine-tuned",
        "evaluator: *in-house",
        "evaluator: {name: OpenAI, kind: developer, independent: true}",
        "evidence:zero-shot-fine-tuned",
        "dependent",
    ),
    Plant(
        E,
        "roberta-transfer",
        "finds about 95% of the",
        "finds practically all of the",
        "evidence:roberta-transfer",
        "uncalibrated",
    ),
    Plant(
        E,
        "roberta-transfer",
        "condition: base",
        "condition: base\n    split: {name: test, used_for_selection: true}",
        "evidence:roberta-transfer",
        "not-held-out",
    ),
    Plant(
        E,
        "cornell-august",
        "People find articles by GPT-2 almost as credible as real ones.",
        "Nine in ten people take articles by GPT-2 for real ones.",
        "evidence:cornell-august",
        "prose",
    ),
    Plant(
        E,
        "cornell-november",
        "Credibility rises with size, and",
        "Credibility rises with size for readers of every age, and",
        "evidence:cornell-november",
        "scope",
    ),
    Plant(P, "cornell", "72% of one cohort", "82% of one cohort", "finding:cornell-credible", "prose"),
    Plant(P, "ctec", "evidence: [ctec-probe]", "evidence: []", "finding:ctec-fine-tuning", "unbacked"),
    Plant(
        P,
        "extremist-propaganda",
        "likelihood: unknown",
        "likelihood: unlikely",
        "assessment:extremist-propaganda/xl",
        "unbacked",
    ),
    Plant(P, "deceptive-text", "against 6.72", "against 6.02", "assessment:deceptive-text/xl", "prose"),
    Plant(
        P,
        "programming",
        "{stage: xl, date: 2019-11-04, magnitude: unknown",
        "{stage: xl, date: 2019-11-04, magnitude: high",
        "benefit:programming/xl",
        "unbacked",
    ),
    Plant(
        P,
        "determined-actors",
        "No strong evidence of misuse so far",
        "No attacker has any use for the model",
        "assessment:determined-actors/xl",
        "uncalibrated",
        hard=True,
    ),
)


LATE = tuple(
    plant for plant in PLANTS if plant.hard or (plant.block == "red-team" and plant.check == "prose")
)
"""Those of the first set for which attacks were written when they had been missed."""


class Study(NamedTuple):
    """A plan, the day on which it is attacked, and what is planted in it."""

    plan: str
    at: str
    stage: str
    plants: tuple[Plant, ...]


HERON = Study("heron", "2026-08-16", "large", PLANTS)
GPT2 = Study("gpt-2", "2019-11-04", "xl", FRESH)


class Score(NamedTuple):
    """What was found.

    Attributes:
        clean: weaknesses reported on the plan as it is.
        claims: claims in it.
        reported: weaknesses reported on the planted one, those of the plan as it is included.
        extra: those on the planted one that are neither planted nor on the plan as it is.
    """

    plants: tuple[Plant, ...]
    found: list[Plant]
    missed: list[Plant]
    clean: int
    claims: int
    reported: int
    extra: list[tuple[str, str]]


def planted(folder: Path, plants: tuple[Plant, ...]) -> None:
    """Plant every flaw in a copy of the plan."""
    for plant in plants:
        path = folder / plant.file
        text = path.read_text(encoding="utf-8")
        start, end = 0, len(text)
        if plant.block:
            head = re.search(rf"^  - id: {re.escape(plant.block)}$", text, re.MULTILINE)
            if head is None:
                raise LookupError(plant.block)
            start = head.start()
            following = re.compile(r"^(  - |[a-z])", re.MULTILINE).search(text, head.end())
            end = following.start() if following else len(text)
        place = text.find(plant.before, start, end)
        if place < 0:
            raise LookupError(f"{plant.block}: {plant.before}")
        path.write_text(text[:place] + plant.after + text[place + len(plant.before) :], encoding="utf-8")


def critiqued(folder: Path, study: Study) -> Critique:
    """Attack the claims of a plan on the eve of its last stage."""
    case = case_of(api.load_plan(folder), moment(study.at), explicit=True, options=PolicyOptions())
    return critique_of(case, study.stage)


def score(study: Study) -> Score:
    """Plant, attack, compare."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / study.plan
        shutil.copytree(PLANS / study.plan, folder)
        planted(folder, study.plants)
        if (folder / "release.lock").exists():
            # A changed entry makes its figures stale: they are computed again from the same rows.
            lock = [sys.executable, "-m", "release", "evidence", "lock", str(folder)]
            subprocess.run(lock, cwd=ROOT, check=True, capture_output=True)
        after = critiqued(folder, study)
    before = critiqued(PLANS / study.plan, study)
    reported = {(flaw.claim.object, flaw.check) for flaw in after.flaws}
    known = {(flaw.claim.object, flaw.check) for flaw in before.flaws}
    found = [plant for plant in study.plants if (plant.object, plant.check) in reported - known]
    wanted = {(plant.object, plant.check) for plant in study.plants}
    return Score(
        plants=study.plants,
        found=found,
        missed=[plant for plant in study.plants if plant not in found],
        clean=len(known),
        claims=len(before.claims),
        reported=len(reported),
        extra=sorted(reported - wanted - known),
    )


def row(what: str, part: int, whole: int, unit: str = "") -> str:
    """Return a line of the table."""
    return f"| {what} | {part} of {whole}{unit} | {share(part, whole)} |"


def table(first: Score, fresh: Score) -> str:
    """Return the table of the page."""
    late = [plant for plant in first.found if plant in LATE]
    lines = [
        "| what | how many | share |",
        "|---|---|---|",
        row("first set found", len(first.found), len(first.plants)),
        row("of it, by attacks that were there before", len(first.found) - len(late), len(first.plants)),
        row("fresh set found", len(fresh.found), len(fresh.plants)),
        row("first set: reported, and neither planted nor there before", len(first.extra), first.reported),
        row("fresh set: reported, and neither planted nor there before", len(fresh.extra), fresh.reported),
        f"| weaknesses of `heron` without planted flaws | {first.clean} in {first.claims} claims | |",
        f"| weaknesses of `gpt-2` without planted flaws | {fresh.clean} in {fresh.claims} claims | |",
    ]
    return "\n".join(lines) + "\n"


def share(part: int, whole: int) -> str:
    """Return a percentage."""
    return f"{100 * part / whole:.0f}%" if whole else "-"


PAGE = """# How many planted flaws critique finds

`release critique` attacks every claim of a plan from its own figures. This page says how well that
works, scored as Saunders et al. (2022) score critiques: flaws are planted on purpose, and counted when
they are found.

The first set are thirty flaws in a copy of the synthetic plan `heron`, whose figures are computed again.
Twenty-six are of the sorts that the attacks look for: claims stronger than their intervals, figures in
prose that no row bears out, evaluators who are not independent, checkpoints of other models, data that
served to choose the model, expired and old evidence, a superseded source, cited evidence about another
stage, judgements without evidence. Four lie in what the words mean: a claim about every language from
rows in one, a number in words, a preference of experts whom nobody asked, a rationale that says more than
it cites. The attacks first found twenty-five of the thirty. The ones that find the rest (shares in words,
a figure of a part given for the whole, sorts of things and of people that no row is about, absolute words
in a judgement) were written with the misses in sight, so that the count of thirty says nothing about how
they do elsewhere.

The fresh set says more: {fresh} flaws in a copy of the plan `gpt-2`, written down before those last attacks
were, counted at the first run, and not touched since, and neither were the attacks. Only one gap was
closed between the two: writing the set down showed that the judgements of benefits were not attacked at all.
`tests/studies/planted_flaws.py` lists all flaws.

{table}
Missed:

{missed}

What these figures do not say: the flaws were planted by those who wrote the attacks, in plans that are
written carefully; real ones are harder. A flaw is found when the right object is named with the right
attack. The weaknesses of the plans without planted flaws are no mistakes of the tool: `heron` does say
that accuracy rises on both tests, and one of the steps is within its interval; and most figures of GPT-2
were published without an interval. Whoever asks for more than words and figures asks a critic that reads:
`release critique --critic COMMAND`.
"""


def page(first: Score, fresh: Score) -> str:
    """Return the page of the docs."""
    missed = [*first.missed, *fresh.missed]
    told = "".join(f"- {plant.object}: {plant.after!r}\n" for plant in missed).rstrip() or "- none"
    return PAGE.format(table=table(first, fresh), missed=told, fresh=len(fresh.plants))


if __name__ == "__main__":
    sys.stdout.write(page(score(HERON), score(GPT2)))
