"""Whether the model treats groups of people alike, and whether that changed.

Question: does the outcome of the same prompts differ between groups, by how much, and did any group's rate
change from one stage to the next?

Rows: one outcome a row, of one prompt filled in for one group: 0 or 1 (a stereotype completed, a negative
continuation) or a number (a sentiment score).

- `rate` by `{group, stage}`, and over all rows
- `difference` and `ratio` of each group to the `reference` (the alphabetically first, if none is named), by
  `{group, stage}`; over all where there is only one
- `p_holm`, `p_bh` = its p, adjusted for the number of all differences of the item (Holm; Benjamini-Hochberg)
- `change` of a group's rate from the stage before, by `{group, from, to}`; over all: the largest of the last
- `equivalence_p` = the larger p of two one-sided tests that a change lies within ± `margin`; over all: the
  largest of the last, so that it is small only if every group's is

Two arms are compared on the same prompts where they can be. Prompts that stand once in both are pairs
(paired t); where prompts repeat, the deviations are summed by prompt (CR1, whose z gives the raw p); without
a common prompt it is Newcombe's interval (p from the pooled z) or, for numbers, Welch's.

Source: Solaiman et al. 2019, bias probes; Holm 1979; Benjamini & Hochberg 1995; Fieller 1954 for ratios.

Limits: a probe sees the groups and prompts that somebody wrote; "no significant difference" is not "no
difference", for which there is `equivalence_p`; a template measures the template.
"""

from __future__ import annotations

from typing import NamedTuple

from release.base.record import Record
from release.evidence.arms import arms
from release.evidence.changes import (
    MARGIN,
    detectable_by,
    equivalence_fact,
    equivalence_figure,
    has_ends,
    in_order,
    multiplicity,
    neighbours,
    tested,
)
from release.evidence.gathering import Gathered
from release.evidence.kind import (
    Computation,
    FactSpec,
    Figure,
    Kind,
    Param,
    Refusal,
    ResultSpec,
    Role,
    Setting,
)
from release.evidence.moments import levels
from release.evidence.pairing import paired_by
from release.evidence.rows import Rows
from release.evidence.terms import text_literal
from release.stats.arms import (
    NO_ARM,
    Arm,
    Difference,
    difference,
    mean,
    paired_change,
    paired_ratio,
    proportion,
    ratio,
)
from release.stats.distributions import two_sided_p
from release.stats.exact import total
from release.stats.interval import Statistic
from release.stats.multiplicity import benjamini_hochberg, holm
from release.stats.proportion import two_proportion_p


class _Cell(NamedTuple):
    """A group at a stage; the stage is "" where stages are not told."""

    group: str
    stage: str


class _Compared(Record):
    """Two cells, the second against the first."""

    difference: Difference
    ratio: Statistic
    p: float | None


class _Probe:
    """The rows with what all comparisons need to know of them."""

    def __init__(self, rows: Rows, setting: Setting) -> None:
        self.rows = rows
        self.level = setting.level
        self.value = rows.value("outcome")
        self.shares = rows.total('"outcome" NOT IN (0, 1)') == 0
        self.parts = ["group", "stage"] if rows.has("stage") else ["group"]
        self.cluster = setting.cluster
        self.arms = {_cell(key): arm for key, arm in arms(rows, self.value, by=self.parts).items()}
        self._repeated = self._repetitions() if setting.cluster == "prompt" else set()

    def _repetitions(self) -> set[_Cell]:
        keys = ", ".join(self.rows.name(part) for part in self.parts)
        counted = f'SELECT {keys}, "prompt", COUNT(*) AS c FROM rows GROUP BY {keys}, "prompt"'
        found = self.rows.query(f"SELECT DISTINCT {keys} FROM ({counted}) AS t WHERE c > 1")
        return {_cell(tuple(map(str, row))) for row in found}

    def where(self, cell: _Cell) -> str:
        """Return the SQL condition of a cell's rows."""
        stage = f' AND "stage" = {text_literal(cell.stage)}' if "stage" in self.parts else ""
        return f'"group" = {text_literal(cell.group)}{stage}'

    def rate(self, cells: list[_Cell]) -> Statistic:
        """Return the rate of one cell, or of all rows, by prompt where prompts repeat in it."""
        where = self.where(cells[0]) if cells else ""
        cluster = [self.cluster] if self.cluster else []
        arm = levels(self.rows, self.value, cluster=cluster, where=where)[()]
        if self.shares:
            return proportion(arm, level=self.level)
        return mean(arm, level=self.level).but(unit="mean")

    def compare(self, first: _Cell, second: _Cell) -> _Compared:
        """Return the second cell against the first: pairs, clusters of prompts, or independent rows."""
        if self.cluster == "prompt" and not {first, second} & self._repeated:
            on = [self.where(first), self.where(second)]
            pairs = paired_by(self.rows, self.value, on=["prompt"], first=on[0], second=on[1]).get(())
            if pairs is not None:
                found = paired_change(pairs.differences, level=self.level)
                return _Compared(found, paired_ratio(pairs.pairs, level=self.level), found.estimate.p_value())
        where = f"({self.where(first)}) OR ({self.where(second)})"
        both = arms(self.rows, self.value, by=self.parts, cluster=self.cluster, where=where)
        one, two = (both.get(cell[: len(self.parts)], NO_ARM) for cell in (first, second))
        found = difference(one, two, level=self.level, shares=self.shares)
        quotient = ratio(one, two, level=self.level, shares=self.shares)
        return _Compared(found, quotient, self._p(found, one, two))

    def _p(self, found: Difference, one: Arm, two: Arm) -> float | None:
        estimate = found.estimate
        if estimate.value is None:
            return None
        if found.statistic.clusters is not None:
            return None if estimate.se is None else two_sided_p(estimate.value / estimate.se)
        if self.shares:
            return two_proportion_p(one.sums.total, one.n, two.sums.total, two.n)
        return estimate.p_value()


def _cell(key: tuple[str, ...]) -> _Cell:
    return _Cell(key[0], key[1] if len(key) > 1 else "")


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return rates, differences to the reference with adjusted p, and changes."""
    if rows.count == 0:
        raise Refusal("no outcome was recorded")
    probe = _Probe(rows, setting)
    groups = rows.values("group")
    stages = in_order({cell.stage for cell in probe.arms}, setting.stages)
    found = Gathered()
    found.facts["groups"] = groups
    if probe.shares:
        found.facts["successes"] = int(total([arm.sums.total for arm in probe.arms.values()]))
    found.facts["clusters"] = rows.units(setting.cluster)
    found.add("rate", probe.rate([]))
    for cell in _cells(groups, stages, probe):
        found.add("rate", probe.rate([cell]), _by(cell))
    _differences(probe, setting, groups, stages, found)
    _changes(probe, setting, groups, found)
    return found.computation()


def _cells(groups: list[str], stages: list[str], probe: _Probe) -> list[_Cell]:
    cells = [_Cell(group, stage) for stage in stages for group in groups]
    return [cell for cell in cells if cell in probe.arms]


def _by(cell: _Cell) -> dict[str, str]:
    return {"group": cell.group, **({"stage": cell.stage} if cell.stage else {})}


def _differences(
    probe: _Probe, setting: Setting, groups: list[str], stages: list[str], found: Gathered
) -> None:
    reference = setting.params["reference"] or groups[0]
    if reference not in groups:
        raise Refusal(f"the reference '{reference}' has no rows; groups: {', '.join(groups)}")
    compared = {
        cell: probe.compare(_Cell(reference, cell.stage), cell)
        for cell in _cells(groups, stages, probe)
        if cell.group != reference
    }
    # a difference without a p of its own counts in the family all the same, as the weakest
    family = [1.0 if each.p is None else each.p for each in compared.values()]
    adjusted = {"p_holm": holm(family), "p_bh": benjamini_hochberg(family)}
    only = [None] if len(compared) == 1 else []
    for place, (cell, each) in enumerate(compared.items()):
        for by in (_by(cell), *only):
            found.add("difference", each.difference.statistic, by)
            found.add("ratio", each.ratio, by)
            for name, values in adjusted.items():
                p = None if each.p is None else values[place]
                found.add(name, _p_figure(each.difference.statistic, p, name, setting.level), by)
    found.facts |= multiplicity(len(compared), "holm" if compared else "none")
    detectable = [detectable_by(each.difference, setting.level) for each in compared.values()]
    _note_detectable(found, detectable)


def _p_figure(shown: Statistic, p: float | None, name: str, level: float) -> Statistic:
    method = f"{shown.method}, {name.removeprefix('p_')}"
    if p is None:
        return Statistic.refused(shown.reason or "", method=method, n=shown.n, clusters=shown.clusters)
    return Statistic(p, level=level, method=method, n=shown.n, clusters=shown.clusters)


def _note_detectable(found: Gathered, detectable: list[float | None]) -> None:
    known = [each for each in detectable if each is not None]
    if known:
        found.facts["minimal_detectable"] = max(known)


def _changes(probe: _Probe, setting: Setting, groups: list[str], found: Gathered) -> None:
    margin = setting.params["margin"]
    pairs = neighbours({cell.stage for cell in probe.arms if cell.stage}, setting.stages)
    last: list[Difference] = []
    for before, after in pairs:
        last = []
        for group in groups:
            cells = _Cell(group, before), _Cell(group, after)
            if not probe.arms.keys() >= set(cells):
                continue
            change = probe.compare(*cells).difference
            last.append(change)
            by = {"group": group, "from": before, "to": after}
            found.add("change", change.statistic, by)
            if margin is not None:
                found.add("equivalence_p", equivalence_figure(change, margin, setting.level), by)
    if last:
        _worst(last, margin, setting.level, found)


def _worst(last: list[Difference], margin: float | None, level: float, found: Gathered) -> None:
    """Note over all: the largest change of the last stage, and the equivalence that every group has."""
    found.add("change", max((each.statistic for each in last), key=lambda figure: abs(figure.value or 0.0)))
    _note_detectable(found, [detectable_by(each, level) for each in last])
    if margin is None:
        return
    figures = [equivalence_figure(each, margin, level) for each in last]
    refused = [figure for figure in figures if figure.value is None]
    found.add("equivalence_p", (refused or sorted(figures, key=lambda figure: -(figure.value or 0.0)))[0])
    ends = [result[1] for each in last if (result := tested(each, margin, level)) is not None]
    if len(ends) == len(last) and has_ends(level):
        widest = max(ends, key=lambda each: each.p)
        union = widest.but(low=min(each.low for each in ends), high=max(each.high for each in ends))
        found.facts["equivalence"] = equivalence_fact(union)


_BY_STAGE = (("group", "stage"), ("group",))
_BY_CHANGE = (("group", "from", "to"),)

KIND = Kind(
    name="bias_probe",
    version=2,
    title="Groups of people compared",
    roles=(
        Role("group", "key", "The group that the prompt is about."),
        Role("prompt", "key", "The prompt, the same for every group."),
        Role("outcome", "number", "What the model did: 0, 1 or a number.", "drop"),
        Role("stage", "stage", "The stage whose model was probed."),
    ),
    requires=((("group",),), (("prompt",),), (("outcome",),)),
    results=(
        ResultSpec("rate", "proportion", "Share, or mean, of the outcome.", by=_BY_STAGE, range=(None, None)),
        ResultSpec("difference", "difference", "Group minus the reference.", by=_BY_STAGE),
        ResultSpec("ratio", "ratio", "Group over the reference.", by=_BY_STAGE),
        ResultSpec("p_holm", "p", "p of the difference, adjusted by Holm.", by=_BY_STAGE),
        ResultSpec("p_bh", "p", "p of the difference, adjusted by Benjamini and Hochberg.", by=_BY_STAGE),
        ResultSpec("change", "difference", "Later stage minus the one before.", by=_BY_CHANGE),
        ResultSpec("equivalence_p", "p", "That the change lies within the margin.", by=_BY_CHANGE),
    ),
    params=(
        MARGIN,
        Param("reference", "string", None, "Group compared with; the alphabetically first by default."),
    ),
    facts=(FactSpec("groups", ("list", "string"), "The groups."),),
    cluster="prompt",
    figure=Figure("Differences to the reference", "difference", ("group",), reference=0.0),
    compute=compute,
)
