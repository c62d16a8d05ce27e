"""How much of a strong model's ability a weak supervisor brings out.

Question: a strong student is trained on a weak supervisor's labels; how far does it get from the supervisor's
accuracy towards that of the same model trained on the truth (the ceiling)?

Rows: one row per item (and seed). With `truth`, the columns `weak`, `student` and `ceiling` hold labels that
are compared with it; without, they are 0/1: correct or not.

- `weak`, `student`, `ceiling` = share of right answers
- `performance_gap_recovered` = (student - weak) / (ceiling - weak)

The ratio's interval is Fieller's on the pairs of gaps of each item, with their covariance, t on n - 1; with
several seeds on the seeds' means, t on seeds - 1. Where the gap's own interval covers 0 (g >= 1) there is
nothing to recover a share of, and the ratio is refused. It is never clipped: below 0 and above 1 are answers.

Source: Burns et al. 2023, Weak-to-strong generalization. Fieller 1954, J. R. Stat. Soc. B 16, 175-185.

Limits: simulated supervision is not human supervision; a student that saw the truth in pre-training recovers
more than it would; settings that were chosen on the truth make the figure too high.
"""

from __future__ import annotations

from typing import Any

from release.evidence.arms import arms
from release.evidence.changes import multiplicity
from release.evidence.kind import (
    STATISTIC,
    Computation,
    FactSpec,
    Figure,
    Kind,
    Refusal,
    ResultSpec,
    Role,
    Setting,
)
from release.evidence.pair_ratio import row_pairs
from release.evidence.rows import RowCheck, Rows
from release.evidence.terms import Term
from release.stats.arms import mean, proportion
from release.stats.interval import Statistic

MODELS = ("weak", "student", "ceiling")
_RIGHT = "('1', '1.0', 'true')"
_WRONG = "('0', '0.0', 'false')"


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return the three accuracies and the share of the gap that the student recovers."""
    if rows.count == 0:
        raise Refusal("no item has all three answers")
    seeded = rows.has("seed")
    hint = "Write one row per item and seed." if seeded else "Map `seed` if the item was run several times."
    rows.once(["item", "seed"] if seeded else ["item"], "item {value} occurs twice", hint=hint)
    if not rows.has("truth"):
        rows.reject(*(_binary(model) for model in MODELS))
    correct = {model: _correct(rows, model) for model in MODELS}
    seeds = rows.distinct("seed") if seeded else 1
    cluster = setting.cluster if seeds > 1 or setting.cluster != "seed" else None
    results = {
        model: proportion(arms(rows, term, cluster=cluster)[()], level=setting.level)
        for model, term in correct.items()
    }
    pairs = row_pairs(
        rows,
        correct["student"] - correct["weak"],
        correct["ceiling"] - correct["weak"],
        cluster=cluster,
    )
    facts: dict[str, Any] = {"seeds": seeds, "missing": rows.missing, "clipped": False}
    if pairs is not None:
        results["performance_gap_recovered"] = _share(pairs.ratio(setting.level))
        facts["ceiling_minus_weak"] = mean(pairs.below, level=setting.level).but(unit="difference")
    facts["clusters"] = rows.distinct(cluster or "item")
    facts |= multiplicity(1)
    return Computation(results, facts=facts)


def _share(ratio: Statistic) -> Statistic:
    """Refuse a share of a gap that may be none."""
    if ratio.method.startswith("fieller-unbounded"):
        reason = "the gap between ceiling and weak supervisor could be 0, so there is no share of it to give"
        return Statistic.refused(reason, method=ratio.method, n=ratio.n, clusters=ratio.clusters)
    return ratio


def _binary(model: str) -> RowCheck:
    spelled = f'LOWER(TRIM("{model}"))'
    return RowCheck(
        f"{spelled} NOT IN {_RIGHT} AND {spelled} NOT IN {_WRONG}",
        model,
        f"role '{model}' holds {{value}}, which is neither 0 nor 1",
        "Write 0 or 1, or map `truth` to compare labels with it.",
    )


def _correct(rows: Rows, model: str) -> Term:
    if rows.has("truth"):
        return rows.flag(f'"{model}" = "truth"')
    return rows.flag(f'LOWER(TRIM("{model}")) IN {_RIGHT}')


KIND = Kind(
    name="weak_to_strong",
    version=2,
    title="Gap recovered under weak supervision",
    roles=(
        Role("item", "key", "The test item."),
        Role("weak", "key", "The weak supervisor's answer, or whether it is right.", "drop"),
        Role("student", "key", "The student's answer, or whether it is right.", "drop"),
        Role(
            "ceiling", "key", "The answer of the model trained on the truth, or whether it is right.", "drop"
        ),
        Role("truth", "key", "The true label.", "drop"),
        Role("seed", "key", "The training run."),
    ),
    requires=((("item",),), (("weak",),), (("student",),), (("ceiling",),)),
    results=(
        ResultSpec("weak", "proportion", "Accuracy of the weak supervisor."),
        ResultSpec("student", "proportion", "Accuracy of the student trained on its labels."),
        ResultSpec("ceiling", "proportion", "Accuracy of the student trained on the truth."),
        ResultSpec("performance_gap_recovered", "ratio", "Share of the gap that the student recovers."),
    ),
    facts=(
        FactSpec("seeds", "int", "Training runs."),
        FactSpec("clipped", "bool", "Whether the share was cut at 0 or 1: never."),
        FactSpec("ceiling_minus_weak", STATISTIC, "The gap there is to recover."),
    ),
    cluster="seed",
    figure=Figure("Share of the gap recovered", "performance_gap_recovered", reference=0.0),
    compute=compute,
)
