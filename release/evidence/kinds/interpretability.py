"""Whether a claimed circuit carries the behaviour that it is said to explain.

Question: does the circuit alone do what the whole model does, on prompts that were not used to find it,
better than random circuits of its size and than a simple baseline?

Rows: one row per claim and prompt with the metric of the whole model (`full`), of the circuit alone
(`circuit`) and of the corrupted run (`corrupt`); `ablated` is the model without the circuit, `baseline` a
simple probe. Rows with a `draw` are random circuits in the claim's place. Where `held_out` is mapped, only
held-out rows count.

- `faithfulness` = (mean circuit - mean corrupt) / (mean full - mean corrupt), Fieller on the rows' pairs
- `completeness` = mean of full - ablated
- `baseline_difference` = mean of circuit - baseline
- `permutation_p` = (1 + number of random circuits whose mean reaches the claim's) / (1 + number of random
  circuits)

Intervals are t on n - 1, or by prompt where a prompt occurs twice. With several claims each has its slice,
and the p over all rows is the largest of theirs.

Source: Sharkey et al. 2025, Open problems in mechanistic interpretability, on validating what was found; the
formulas are common practice. Phipson & Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9, 39, on the p.

Limits: advisory only: no release should rest on it alone. A ratio with a small denominator says little;
ablation to a mean leaves the data that the model knows; other circuits may do as well.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from release.evidence.arms import arms
from release.evidence.changes import multiplicity
from release.evidence.gathering import Gathered
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
from release.evidence.pair_ratio import row_pairs
from release.evidence.rows import Rows
from release.evidence.terms import Term, text_literal
from release.stats.arms import paired_change
from release.stats.interval import Statistic


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return the figures of the claim, or of each claim and of all together."""
    held = '"held_out" = 1' if rows.has("held_out") else "TRUE"
    own = f'{held} AND "draw" IS NULL' if rows.has("draw") else held
    whole = f'{own} AND "full" IS NOT NULL AND "circuit" IS NOT NULL AND "corrupt" IS NOT NULL'
    claims = rows.values("claim", where=whole)
    if not claims:
        raise Refusal("no held-out row of the claim" if rows.has("held_out") else "no row of the claim")
    gathered = Gathered()
    each_p = []
    for claim in claims:
        where = f'{whole} AND "claim" = {text_literal(claim)}'
        by = {"claim": claim} if len(claims) > 1 else None
        p = _permutation(rows, claim, held, where) if rows.has("draw") else None
        if p is not None:
            each_p.append(p)
        if by is not None:
            _figures(rows, setting, gathered, where, by)
            if p is not None:
                gathered.add("permutation_p", p, by)
    _figures(rows, setting, gathered, whole, None)
    if rows.has("draw"):
        gathered.add("permutation_p", _worst(each_p))
    gathered.facts |= _facts(rows, setting, own, whole)
    return gathered.computation()


def _figures(rows: Rows, setting: Setting, gathered: Gathered, where: str, by: dict[str, str] | None) -> None:
    full, circuit, corrupt = (rows.value(role) for role in ("full", "circuit", "corrupt"))
    pairs = row_pairs(rows, circuit - corrupt, full - corrupt, cluster=setting.cluster, where=where)
    if pairs is not None:
        gathered.add("faithfulness", pairs.ratio(setting.level), by)
    for name, first, second in (
        ("completeness", "ablated", "full"),
        ("baseline_difference", "baseline", "circuit"),
    ):
        if rows.has(first):
            known = f'{where} AND "{first}" IS NOT NULL'
            found = arms(rows, rows.value(second) - rows.value(first), cluster=setting.cluster, where=known)
            if () in found:
                gathered.add(name, paired_change(found[()], level=setting.level).statistic, by)


def _permutation(rows: Rows, claim: str, held: str, where: str) -> Statistic:
    """Return the p of a claim, means compared exactly."""
    term = rows.value("circuit")
    own = _mean(rows, term, where)
    random = f'{held} AND "draw" IS NOT NULL AND "circuit" IS NOT NULL AND "claim" = {text_literal(claim)}'
    draws = [
        group.sums["s"] / group.n for group in rows.sums({"s": term}, by=["draw"], where=random) if group.n
    ]
    if not draws:
        return Statistic.refused("no random circuit to compare with", n=0)
    reached = sum(1 for mean in draws if mean >= own)
    return Statistic((1 + reached) / (1 + len(draws)), method="bootstrap, random circuits", n=len(draws))


def _mean(rows: Rows, term: Term, where: str) -> Fraction:
    group = rows.sums({"s": term}, where=where)[0]
    return group.sums["s"] / group.n


def _worst(each: list[Statistic]) -> Statistic:
    """Return the largest p: of several claims, that of the one least borne out."""
    refused = [one for one in each if one.value is None]
    if refused:
        return refused[0]
    return max(each, key=lambda one: one.value or 0.0)


def _facts(rows: Rows, setting: Setting, own: str, whole: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "held_out": rows.has("held_out"),
        "missing": rows.total(own) - rows.total(whole),
    }
    if rows.has("draw"):
        facts["draws"] = rows.distinct("draw", where='"draw" IS NOT NULL')
    if rows.has("baseline"):
        known = f'{whole} AND "baseline" IS NOT NULL'
        if rows.total(known):
            facts["baseline"] = float(_mean(rows, rows.value("baseline"), known))
    facts["clusters"] = rows.units(setting.cluster, where=whole)
    # of several claims the largest p is told, which is one test: that all of them hold
    return facts | multiplicity(1 if rows.has("draw") else 0)


_NUMBERS = {
    "full": "The whole model's metric.",
    "circuit": "The metric of the circuit alone.",
    "corrupt": "The metric of the corrupted run.",
    "ablated": "The metric of the model without the circuit.",
    "baseline": "The metric of a simple probe.",
}
_BY_CLAIM = (("claim",),)

KIND = Kind(
    name="interpretability",
    version=2,
    title="Causal tests of a claimed circuit",
    roles=(
        Role("claim", "key", "The claim that is tested."),
        Role("prompt", "key", "The prompt."),
        *(Role(name, "number", text, "keep") for name, text in _NUMBERS.items()),
        Role("held_out", "binary", "Whether the prompt was kept from finding the circuit."),
        Role("draw", "key", "Name of a random circuit; blank for the claimed one.", "keep"),
    ),
    requires=((("claim",),), (("prompt",),), (("full",),), (("circuit",),), (("corrupt",),)),
    results=(
        ResultSpec("faithfulness", "ratio", "Share of the effect that the circuit keeps.", by=_BY_CLAIM),
        ResultSpec("completeness", "difference", "What is lost without it.", (("ablated",),), by=_BY_CLAIM),
        ResultSpec(
            "baseline_difference", "difference", "Circuit against probe.", (("baseline",),), by=_BY_CLAIM
        ),
        ResultSpec("permutation_p", "p", "Random circuits that do as well.", (("draw",),), by=_BY_CLAIM),
    ),
    facts=(
        FactSpec("held_out", "bool", "Whether only held-out prompts count."),
        FactSpec("baseline", "double", "Mean metric of the simple probe."),
        FactSpec("draws", "int", "Random circuits compared with."),
    ),
    cluster="prompt",
    figure=Figure("Share of the effect that the circuit keeps", "faithfulness", reference=1.0),
    compute=compute,
)
