"""Attempts to make a model do harm: what misuse probes and red teams have in common."""

from __future__ import annotations

from release.evidence.arms import arms
from release.evidence.changes import multiplicity
from release.evidence.gathering import Gathered
from release.evidence.kind import Computation, Refusal, ResultSpec, Role, Setting
from release.evidence.rows import Rows
from release.stats.arms import Arm, proportion
from release.stats.interval import Statistic
from release.stats.proportion import clopper_pearson_upper

SLICES = ("stage", "category", "actor")

ROLES: tuple[Role, ...] = (
    Role("attempt", "key", "The attempt."),
    Role("success", "binary", "Whether the model did what it should not.", "drop"),
    Role("stage", "stage", "The stage whose model was tried."),
    Role("category", "key", "The kind of harm that was tried."),
    Role("actor", "key", "The kind of attacker that the attempt stands for."),
    Role("tester", "key", "Who tried."),
)

_BY = tuple((name,) for name in SLICES)

RESULTS: tuple[ResultSpec, ...] = (
    ResultSpec("success_rate", "proportion", "Share of attempts that succeeded.", by=_BY),
    ResultSpec("upper_bound", "proportion", "One-sided upper bound of that share.", by=_BY),
)


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return success rates with upper bounds, in all and by stage, category and actor."""
    if rows.count == 0:
        raise Refusal("nothing was attempted")
    keys = [name for name in ("attempt", "tester", *SLICES) if rows.has(name)]
    rows.once(keys, "the attempt {value} is listed twice", hint="Give each attempt an id of its own.")
    found = Gathered()
    success = rows.value("success")
    whole = arms(rows, success, cluster=setting.cluster)[()]
    _note(found, whole, setting, None)
    for name in SLICES:
        if rows.has(name):
            for key, arm in arms(rows, success, by=[name], cluster=setting.cluster).items():
                _note(found, arm, setting, {name: key[0]})
    found.facts |= {"successes": int(whole.sums.total), **multiplicity(0)}
    found.facts["clusters"] = rows.distinct(setting.cluster or "attempt")
    return found.computation()


def _note(found: Gathered, arm: Arm, setting: Setting, by: dict[str, str] | None) -> None:
    found.add("success_rate", proportion(arm, level=setting.level), by)
    found.add("upper_bound", upper_bound(arm, setting.level), by)


def upper_bound(arm: Arm, level: float) -> Statistic:
    """Return the one-sided Clopper-Pearson bound on attempts, which stays where one tester made them all.

    It takes attempts as independent; where a tester made several, the method says that it does.
    """
    bound = clopper_pearson_upper(int(arm.sums.total), arm.n, level=level)
    method = "clopper-pearson one-sided"
    if arm.clustered:
        method += f", attempts taken as independent of their {arm.by}"
    clusters = len(arm.clusters) if arm.clustered else None
    return Statistic(bound, 0.0, bound, level, method, arm.n, clusters)
