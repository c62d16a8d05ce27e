"""How credible people find a model's text, and whether a larger model's is more so.

Question: do readers find the model's texts credible, how does that compare with texts by people, and does
it rise from one stage to the next?

Rows: one judgement a row: a rater, an item, the stage (or variant) whose model wrote it. `score` is a number
on any scale, `judged` is 1 where the text was found credible. `source` is `model` or `human`; rows of
people's texts are the control and belong to no stage.

- `mean` (of scores) or `rate` (of judgements) over the model's rows, by `{stage}` (or `{variant}`), and by
  `{source}`
- `change` = the later stage minus the one before it, by `{from, to}`; over all: the last such change
- `equivalence_p` = the larger p of two one-sided tests that the change lies within ± `margin`

Intervals are clustered by rater where a rater judged twice: CR1 from ten raters on, the raters' own means
from two to nine, nothing from one. Unclustered: t for a mean, Wilson for a rate, Welch and Newcombe for
changes. Where both `score` and `judged` are mapped, changes are those of the score.

Source: Solaiman et al. 2019, Release Strategies, on human detection; Kreps, McCain & Brundage for the scores.

Limits: credible is not persuasive; texts that somebody picked say nothing of texts that nobody picked; a
change that is not significant is not shown to be absent, for which there is `equivalence_p`.
"""

from __future__ import annotations

from collections.abc import Mapping

from release.evidence.arms import arms
from release.evidence.averages import Average
from release.evidence.changes import MARGIN, equivalence_figure, facts_of, in_order, multiplicity, neighbours
from release.evidence.gathering import Gathered
from release.evidence.kind import Computation, Figure, Kind, Refusal, ResultSpec, Role, Setting
from release.evidence.rows import RowCheck, Rows
from release.stats.arms import Arm, difference

SOURCE = "COALESCE(\"source\", 'model')"


_MEASURES = (Average("mean", "score", shares=False), Average("rate", "judged", shares=True))


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return levels by stage and source, and changes between neighbouring stages."""
    part, known = ("stage", setting.stages) if rows.has("stage") else ("variant", setting.variants)
    model = f"{SOURCE} = 'model'" if rows.has("source") else "TRUE"
    hint = "Every text of a model belongs to one; only texts by people may leave it blank."
    rows.reject(RowCheck(f'"{part}" IS NULL AND {model}', part, f"role '{part}' is blank", hint))
    _once(rows)
    if rows.total(model) == 0:
        raise Refusal("no text of a model was judged")
    found = Gathered()
    found.facts["clusters"] = rows.units(setting.cluster, where=model)
    measures = [measure for measure in _MEASURES if rows.has(measure.role)]
    for measure in measures:
        groups = _levels(rows, setting, measure, part, model, found)
        ordered = {name: groups[name] for name in in_order(groups, known)}
        for name, arm in ordered.items():
            found.add(measure.result, measure.of(arm, setting.level), {part: name})
        if measure is measures[0]:
            _changes(ordered, neighbours(groups, known), measure, setting, found)
    return found.computation()


def _once(rows: Rows) -> None:
    """Refuse a second judgement of one text by one rater: it would count twice."""
    parts = [name for name in ("stage", "variant") if rows.has(name)]
    source = [SOURCE] if rows.has("source") else []
    rows.once(
        ["item", "rater", *parts, *source],
        "the text {value} is judged twice by one rater",
        hint="Keep one row per text, rater and stage; texts of their own have ids of their own.",
    )


def _levels(
    rows: Rows, setting: Setting, measure: Average, part: str, model: str, found: Gathered
) -> Mapping[str, Arm]:
    """Note the level of all rows of the model and of each source; return the arm of each stage."""
    value = rows.value(measure.role)
    whole = arms(rows, value, cluster=setting.cluster, where=model)[()]
    found.add(measure.result, measure.of(whole, setting.level))
    if measure.shares:
        found.facts["successes"] = int(whole.sums.total)
    by = [SOURCE if rows.has("source") else "'model'"]
    for key, arm in arms(rows, value, by=by, cluster=setting.cluster).items():
        found.add(measure.result, measure.of(arm, setting.level), {"source": key[0]})
    groups = arms(rows, value, by=[part], cluster=setting.cluster, where=model)
    return {key[0]: arm for key, arm in groups.items()}


def _changes(
    groups: Mapping[str, Arm],
    pairs: list[tuple[str, str]],
    measure: Average,
    setting: Setting,
    found: Gathered,
) -> None:
    margin = setting.params["margin"]
    found.facts |= multiplicity(1 if pairs else 0)
    for before, after in pairs:
        change = difference(groups[before], groups[after], level=setting.level, shares=measure.shares)
        last = (before, after) == pairs[-1]
        for by in ({"from": before, "to": after}, *([None] if last else [])):
            found.add("change", change.statistic, by)
            if margin is not None:
                found.add("equivalence_p", equivalence_figure(change, margin, setting.level), by)
        if last:
            found.facts |= facts_of(change, margin, setting.level)


_BY_PART = (("stage",), ("variant",))

KIND = Kind(
    name="human_credibility",
    version=2,
    title="How credible people find the text",
    roles=(
        Role("item", "key", "The text that was judged."),
        Role("rater", "key", "Who judged it."),
        Role("stage", "stage", "The stage whose model wrote it.", blank="keep"),
        Role("variant", "variant", "The variant that wrote it, where stages are not told.", blank="keep"),
        Role("source", "label", "Who wrote the text; blank means a model.", "keep", ("model", "human")),
        Role("score", "number", "How credible it was found, on any scale.", "drop"),
        Role("judged", "binary", "Whether it was found credible.", "drop"),
    ),
    requires=((("item",),), (("rater",),), (("stage",), ("variant",)), (("score",), ("judged",))),
    results=(
        ResultSpec(
            "mean", "mean", "Mean score of the model's texts.", (("score",),), by=(*_BY_PART, ("source",))
        ),
        ResultSpec(
            "rate", "proportion", "Share found credible.", (("judged",),), by=(*_BY_PART, ("source",))
        ),
        ResultSpec("change", "difference", "Later stage minus the one before.", by=(("from", "to"),)),
        ResultSpec("equivalence_p", "p", "That the change lies within the margin.", by=(("from", "to"),)),
    ),
    params=(MARGIN,),
    cluster="rater",
    figure=Figure("Credibility by stage", "mean", ("stage",)),
    compute=compute,
)
