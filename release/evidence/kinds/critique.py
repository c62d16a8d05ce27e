"""Whether written critiques help people find flaws, and whether a model says what it knows.

Question: do raters who see a model's critiques find more flaws than those who do not? And: does the model
tell good answers from bad ones (D) better than it writes them (G), or than its critiques show (C)?

Rows, assistance: one row per item, rater and condition: `assisted` (0/1), `flaws` found, and how many of them
are `planted`, so known to be real.

- `flaws_assisted`, `flaws_unassisted` = flaws per item rated, mean by condition
- `rate_ratio` = flaws per item with assistance / without: Fieller by rater; log-normal on the counts where no
  rater has two rows
- fact `precision` = planted flaws found / flaws found (a row counts at most as many planted ones as it has
  flaws)

Rows, gaps: one row per item with `g`, `d`, `c` (0/1): whether the model's own answer is good, whether it
judged the answer rightly, whether its critique exposed a real flaw.

- `generation`, `discrimination`, `critique` = the three rates
- `gd_gap` = D - G, `gc_gap` = C - G, `cd_gap` = C - D: means of item differences, t on n - 1, or clustered by
  item where an item has several rows

Source: Saunders et al. 2022, Self-critiquing models for assisting human evaluators.

Limits: more flaws are not more true flaws, hence `precision`; planted flaws are easier than natural ones; a
critic of the same model as the author shares its blind spots. A C - D below 0 means knowledge that is not
said.
"""

from __future__ import annotations

from typing import Any

from release.evidence.arms import arms
from release.evidence.changes import multiplicity
from release.evidence.kind import (
    Computation,
    FactSpec,
    Figure,
    Kind,
    Refusal,
    ResultSpec,
    Role,
    Setting,
)
from release.evidence.rows import Rows
from release.evidence.terms import Term
from release.stats.arms import Arm, arm_of, clusters_of, mean, paired_change, proportion, ratio
from release.stats.clustered import repeats
from release.stats.interval import Statistic
from release.stats.poisson import rate_ratio

ASSISTANCE = ("item", "rater", "assisted", "flaws")
RATES = {"generation": "g", "discrimination": "d", "critique": "c"}
GAPS = {"gd_gap": ("g", "d"), "gc_gap": ("g", "c"), "cd_gap": ("d", "c")}
NOTHING = arm_of([])


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return the figures of the kinds of rows that are mapped."""
    if rows.count == 0:
        raise Refusal("no row has an outcome")
    results: dict[str, Statistic] = {}
    facts: dict[str, Any] = {"missing": rows.missing}
    if rows.has(*ASSISTANCE):
        _assistance(rows, setting, results, facts)
    if rows.has("item", "g", "d", "c"):
        _gaps(rows, setting, results, facts)
    tests = 1 if rows.has(*ASSISTANCE) else 0
    return Computation(results, facts={**facts, **multiplicity(tests)})


def _assistance(rows: Rows, setting: Setting, results: dict[str, Statistic], facts: dict[str, Any]) -> None:
    keys = ["item", "rater", "assisted"]
    rows.once(
        keys, "item {value} is rated twice by one rater", hint="Keep one row per item, rater, condition."
    )
    found = arms(rows, rows.value("flaws"), by=["assisted"], cluster=setting.cluster)
    without, with_help = found.get(("0",), NOTHING), found.get(("1",), NOTHING)
    results["flaws_assisted"] = mean(with_help, level=setting.level)
    results["flaws_unassisted"] = mean(without, level=setting.level)
    results["rate_ratio"] = _rate_ratio(without, with_help, setting.level)
    facts["same_items"] = _same_items(rows)
    apart = rows.count if setting.cluster is None else rows.distinct(setting.cluster)
    facts["clusters"] = clusters_of(without, with_help) or apart
    if rows.has("checker"):
        _checkers(rows, facts)
    if rows.has("planted"):
        real = Term('LEAST("planted", "flaws")', 0, 2**53)
        known = '"planted" IS NOT NULL'
        total = rows.sums({"real": real, "all": rows.value("flaws")}, where=known)[0].sums
        if total["all"]:
            facts["precision"] = float(total["real"] / total["all"])


def _checkers(rows: Rows, facts: dict[str, Any]) -> None:
    """Note whether nobody checked flaws of their own; nothing where some flaws have no checker."""
    found = '"flaws" > 0'
    if rows.total(found) and not rows.total(f'{found} AND "checker" IS NULL'):
        facts["checkers_disjoint"] = rows.total(f'{found} AND "checker" = "rater"') == 0


def _rate_ratio(without: Arm, with_help: Arm, level: float) -> Statistic:
    if not (without.n and with_help.n):
        missing = "with" if without.n else "without"
        return Statistic.refused(f"no item was rated {missing} assistance", n=without.n + with_help.n)
    if without.clusters and with_help.clusters and repeats(without.clusters, with_help.clusters):
        return ratio(without, with_help, level=level, shares=False)
    counts = (int(without.sums.total), without.n, int(with_help.sums.total), with_help.n)
    return rate_ratio(*counts, level=level)


def _same_items(rows: Rows) -> bool:
    """Tell whether every item was rated in both conditions."""
    inner = 'SELECT "item" FROM rows GROUP BY "item" HAVING MIN("assisted") = MAX("assisted")'
    return not rows.query(f"SELECT 1 FROM ({inner}) AS t LIMIT 1")


def _gaps(rows: Rows, setting: Setting, results: dict[str, Statistic], facts: dict[str, Any]) -> None:
    cluster = "item" if setting.params["cluster"] is None else setting.cluster
    if not rows.has(*ASSISTANCE):
        keys = ["item", "rater"] if rows.has("rater") else ["item"]
        rows.once(keys, "item {value} occurs twice", hint="Keep one row per item.")
        facts["same_items"] = rows.missing == 0
        facts["clusters"] = rows.distinct(cluster or "item")
    for name, role in RATES.items():
        arm = arms(rows, rows.value(role), cluster=cluster)[()]
        results[name] = proportion(arm, level=setting.level)
    for name, (first, second) in GAPS.items():
        arm = arms(rows, rows.value(second) - rows.value(first), cluster=cluster)[()]
        results[name] = paired_change(arm, level=setting.level).statistic


KIND = Kind(
    name="critique",
    version=3,
    title="Flaws found with and without critiques",
    roles=(
        Role("item", "key", "The answer that is examined."),
        Role("rater", "key", "Who examines it."),
        Role("assisted", "binary", "Whether the rater saw critiques."),
        Role("flaws", "count", "Flaws that the rater found.", "drop"),
        Role("planted", "count", "How many of them are planted ones.", "keep"),
        Role("checker", "key", "Who checked that the flaws are real.", "keep"),
        Role("g", "binary", "Whether the model's own answer is good.", "drop"),
        Role("d", "binary", "Whether the model judged the answer rightly.", "drop"),
        Role("c", "binary", "Whether the model's critique exposed a real flaw.", "drop"),
    ),
    requires=((ASSISTANCE, ("item", "g", "d", "c")),),
    results=(
        ResultSpec(
            "flaws_assisted", "mean", "Flaws found per item with critiques.", (ASSISTANCE,), range=(0.0, None)
        ),
        ResultSpec(
            "flaws_unassisted",
            "mean",
            "Flaws found per item without critiques.",
            (ASSISTANCE,),
            range=(0.0, None),
        ),
        ResultSpec(
            "rate_ratio",
            "ratio",
            "Flaws per item with critiques over without.",
            (ASSISTANCE,),
            range=(0.0, None),
        ),
        ResultSpec("generation", "proportion", "Good answers (G).", (("g", "d", "c"),)),
        ResultSpec("discrimination", "proportion", "Answers judged rightly (D).", (("g", "d", "c"),)),
        ResultSpec("critique", "proportion", "Critiques that expose a real flaw (C).", (("g", "d", "c"),)),
        ResultSpec("gd_gap", "difference", "D - G on the same items.", (("g", "d", "c"),)),
        ResultSpec("gc_gap", "difference", "C - G on the same items.", (("g", "d", "c"),)),
        ResultSpec("cd_gap", "difference", "C - D on the same items.", (("g", "d", "c"),)),
    ),
    facts=(
        FactSpec("same_items", "bool", "Whether all conditions were tried on the same items."),
        FactSpec("precision", "double", "Planted flaws among the flaws found."),
        FactSpec("checkers_disjoint", "bool", "Whether flaws were checked by people who did not find them."),
    ),
    cluster="rater",
    figure=Figure("Flaws found with critiques over without", "rate_ratio", reference=1.0),
    compute=compute,
)
