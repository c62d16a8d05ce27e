"""How often misuse was seen per unit of watching.

Question: how many discussions, plans and incidents of misuse turned up for the time and the places watched,
and how many could there be where none was seen?

Rows: what one source showed on one day: a count of one `kind` (discussion, plan, incident) and the exposure,
which is how much was watched (forums x days, posts, requests). A day on which nothing was seen is a row with
count 0; without such rows nobody knows that somebody looked.

- exposure is counted once for each (date, source, stage), whatever the kinds listed for it
- `rate` = events / exposure, by `{kind}` and `{kind, stage}`; over all only when the rows hold one kind
- `upper_bound` = one-sided Garwood bound at `level`: with no event it is -ln(1 - level) / exposure

Intervals are Garwood's exact ones for a Poisson count.

Source: Solaiman et al. 2019, on monitoring forums after each stage; Garwood 1936, Biometrika 28, 437-442.

Limits: events that spread from one another are not Poisson, and the interval is then too narrow; what is
said in private is not watched; an exposure that is wrong by a factor makes the rate wrong by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from release.evidence.changes import multiplicity
from release.evidence.gathering import Gathered
from release.evidence.kind import Computation, FactSpec, Figure, Kind, Refusal, ResultSpec, Role, Setting
from release.evidence.rows import Rows
from release.stats.interval import Statistic
from release.stats.poisson import rate, rate_upper

KINDS = ("discussion", "plan", "incident")


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return rates and upper bounds per exposure."""
    if rows.count == 0:
        raise Refusal("nothing was watched")
    watched = [name for name in ("date", "source", "stage") if rows.has(name)]
    _one_exposure(rows, watched)
    exposures = _exposures(rows, watched)
    whole = sum(exposures.values(), Fraction(0))
    found = Gathered()
    kinds = rows.values("kind")
    counts = {group.key: group for group in rows.sums({"count": rows.value("count")}, by=["kind"])}
    for kind in kinds:
        group = counts[(kind,)]
        where: list[Mapping[str, str] | None] = [{"kind": kind}, *([None] if len(kinds) == 1 else [])]
        for by in where:
            _note(found, int(group.sums["count"]), group.n, whole, setting.level, by)
    if rows.has("stage"):
        for group in rows.sums({"count": rows.value("count")}, by=["kind", "stage"]):
            kind, stage = group.key
            by = {"kind": kind, "stage": stage}
            _note(found, int(group.sums["count"]), group.n, exposures[stage], setting.level, by)
    successes = sum(int(group.sums["count"]) for group in counts.values())
    found.facts["clusters"] = rows.distinct(*watched)
    found.facts |= {"successes": successes, "exposure": float(whole), **multiplicity(0)}
    return found.computation()


def _one_exposure(rows: Rows, watched: list[str]) -> None:
    keys = ", ".join(rows.name(name) for name in watched)
    twice = f'SELECT {keys} FROM rows GROUP BY {keys} HAVING MIN("exposure") < MAX("exposure")'
    if rows.query(f"{twice} LIMIT 1"):
        inner = f'SELECT record, "exposure", MIN("exposure") OVER (PARTITION BY {keys}) AS least FROM rows_at'
        rows.refuse(
            f'SELECT record FROM ({inner}) AS t WHERE "exposure" > least ORDER BY record LIMIT 100',
            "exposure",
            f"role 'exposure' holds {{value}}, and another row of one {', '.join(watched)} holds less",
            hint="One source on one day has one exposure, whatever was counted in it.",
        )


def _exposures(rows: Rows, watched: list[str]) -> dict[str, Fraction]:
    keys = ", ".join(rows.name(name) for name in watched)
    once = f'(SELECT {keys}, MIN("exposure") AS "exposure" FROM rows GROUP BY {keys})'
    by = ["stage"] if rows.has("stage") else []
    found = rows.sums({"exposure": rows.value("exposure")}, by=by, source=once)
    return {group.key[0] if by else "": group.sums["exposure"] for group in found}


def _note(
    found: Gathered, count: int, n: int, exposure: Fraction, level: float, by: Mapping[str, str] | None
) -> None:
    if exposure == 0:
        reason = "the exposure is 0: nobody looked, so nothing can be said"
        for name in ("rate", "upper_bound"):
            found.add(name, Statistic.refused(reason, method="garwood", n=n), by)
        return
    found.add("rate", rate(count, exposure, level=level).but(n=n), by)
    found.add("upper_bound", rate_upper(count, exposure, level=level).but(n=n), by)


_BY = (("kind",), ("kind", "stage"))

KIND = Kind(
    name="monitoring_count",
    version=2,
    title="Misuse seen while watching",
    roles=(
        Role("date", "date", "The day."),
        Role("source", "key", "What was watched."),
        Role("kind", "label", "What was seen.", "error", KINDS),
        Role("count", "count", "How many were seen.", "drop"),
        Role("exposure", "number", "How much was watched.", low=0.0),
        Role("stage", "stage", "The stage whose model it was about."),
    ),
    requires=tuple(((name,),) for name in ("date", "source", "kind", "count", "exposure")),
    results=(
        ResultSpec("rate", "rate", "Events per unit of exposure.", by=_BY),
        ResultSpec("upper_bound", "rate", "One-sided upper bound of that rate.", by=_BY),
    ),
    facts=(FactSpec("exposure", "double", "Exposure in all."),),
    figure=Figure("Events per exposure", "rate", ("kind",)),
    compute=compute,
)
