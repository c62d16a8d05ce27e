"""How well a detector tells a model's text from people's.

Question: how often is the detector right, does it hold for every size, sampling method, length and detector,
does it carry over to models that it was not trained on, and what is a flag worth where few texts are a
model's?

Rows: one text judged by one detector a row. `source` is `human` or `model`; `flag` is 1 where the detector
says model, or `score` is a number that is higher for models, flagged from `score_threshold` on. A text by
people whose stage or sampling is blank is a control of every stage or sampling.

- `accuracy` = (flagged models + unflagged humans) / n; `tpr`, `fpr` = flagged among models, among humans
- `auc` = chance that a model's text scores above a person's, ties half (needs `score`)
- `tpr_at_fpr` = largest true positive rate of a threshold whose false positive rate is at most `fpr`
- slices: `{stage}`, `{sampling}`, `{length}` (named by the upper bounds of `length_buckets`, above the last
  one `over`), `{detector}`, `{trained_on, stage}`
- `transfer` = accuracy by `{trained_on, stage}`; `worst_case_accuracy` = the least accuracy of any slice
- `precision_at_prevalence` = share of model texts among the flagged where `base_rate` of all texts are a
  model's; its ends come from (tpr low, fpr high) and (tpr high, fpr low)

Rates have Wilson's interval, the area DeLong's. With a param `cluster` both are clustered by it.

Source: Solaiman et al. 2019, sections on detection, and the GPT-2 output data set; DeLong et al. 1988.

Limits: the mean over slices hides the worst one; a detector of unchanged samples is easier to build than one
of edited or fine-tuned text; accuracy on equal numbers of both says little where one in a thousand is a
model's; the threshold of `tpr_at_fpr` is chosen on these rows, which flatters it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from release.base.limits import ERRORS_LISTED
from release.evidence.arms import arms
from release.evidence.changes import in_order, multiplicity
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
from release.evidence.ranking import area, caught_at
from release.evidence.rows import RowCheck, Rows
from release.evidence.terms import Term, real_literal, text_literal
from release.stats.arms import Arm, merged, proportion
from release.stats.exact import written
from release.stats.interval import Statistic
from release.stats.proportion import predictive_value

MODEL = "\"source\" = 'model'"
NO_FLAG = "no `score_threshold` is given, so nothing says which score is flagged"
OVER = "over"


class _Key(NamedTuple):
    """What a group of rows has in common; "" where a role is not mapped, or blank in a control."""

    source: str
    stage: str
    sampling: str
    length: str
    detector: str
    trained_on: str

    def in_slice(self, by: Mapping[str, str]) -> bool:
        """Tell whether the rows belong to a slice; a control belongs to every stage and sampling."""
        return all(
            getattr(self, name) == value
            or (name in {"stage", "sampling"} and not getattr(self, name) and self.source == "human")
            for name, value in by.items()
        )


class _Groups(NamedTuple):
    """Sums of all combinations of keys."""

    right: Mapping[_Key, Arm]
    flagged: Mapping[_Key, Arm]

    def accuracy(self, by: Mapping[str, str], level: float) -> Statistic:
        """Return the share judged rightly."""
        return proportion(merged(arm for key, arm in self.right.items() if key.in_slice(by)), level=level)

    def flags(self, source: str, by: Mapping[str, str], level: float) -> Statistic:
        """Return the share flagged among the texts of one source."""
        own = (arm for key, arm in self.flagged.items() if key.source == source and key.in_slice(by))
        return proportion(merged(own), level=level)


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return rates and areas in all and by slice, the worst slice and the precision at a base rate."""
    if rows.count == 0:
        raise Refusal("no text was judged")
    _check(rows)
    found = Gathered()
    flag = _flag(rows, setting)
    sql = _key_sql(rows, setting)
    cuts = _slices(rows, setting, sql)
    if flag is None:
        refused = Statistic.refused(NO_FLAG, method="wilson", n=rows.count)
        for name in ("accuracy", "tpr", "fpr", "worst_case_accuracy"):
            found.add(name, refused)
    else:
        _rates(rows, setting, flag, list(sql.values()), cuts, found)
    if rows.has("score"):
        for by in ({}, *cuts):
            found.add("auc", area(rows, _where(by, sql), cluster=setting.cluster, level=setting.level), by)
        found.add("tpr_at_fpr", _at_fpr(rows, setting))
    found.add("precision_at_prevalence", _precision(found, setting))
    found.facts |= multiplicity(0)
    found.facts["clusters"] = rows.distinct(setting.cluster or "sample")
    return found.computation()


def _check(rows: Rows) -> None:
    hint = "Only a text by people may leave it blank: it is then a control of all."
    rows.reject(
        *(
            RowCheck(f'"{name}" IS NULL AND {MODEL}', name, f"role '{name}' is blank", hint)
            for name in ("stage", "sampling")
            if rows.has(name)
        )
    )
    twofold = 'SELECT "sample" FROM rows GROUP BY "sample" HAVING MIN("source") <> MAX("source")'
    if rows.query(f"SELECT 1 FROM ({twofold}) AS t LIMIT 1"):
        found = (
            f'SELECT record FROM rows_at JOIN ({twofold}) AS t USING ("sample") WHERE "source" = \'model\''
        )
        rows.refuse(
            f"{found} ORDER BY record LIMIT {ERRORS_LISTED}",
            "sample",
            "the sample {value} is said to be by a model here and by people in another row",
            code="IN-071",
            hint="A text has one author: give texts of the two sources ids of their own.",
        )
    keys = ("sample", "source", "stage", "sampling", "length", "detector", "trained_on")
    rows.once(
        [name for name in keys if rows.has(name)],
        "the sample {value} is judged twice by one detector",
        hint="Give samples ids of their own, or map what tells the rows apart.",
    )


def _flag(rows: Rows, setting: Setting) -> str | None:
    """Return the SQL condition of a flagged row, or None where nothing says which score is one."""
    if rows.has("flag"):
        return '"flag" = 1'
    threshold = setting.params["score_threshold"]
    return None if threshold is None else f'"score" >= {real_literal(threshold)}'


def _key_sql(rows: Rows, setting: Setting) -> dict[str, str]:
    """Return for each part of a key the SQL that gives it."""
    sql = {name: f"COALESCE(\"{name}\", '')" if rows.has(name) else "''" for name in _Key._fields}
    bounds = sorted(setting.params["length_buckets"] or ())
    sql["length"] = "''"
    if bounds and rows.has("length"):
        cases = " ".join(
            f"WHEN \"length\" <= {real_literal(bound)} THEN '{_named(bound)}'" for bound in bounds
        )
        sql["length"] = f"CASE {cases} ELSE '{OVER}' END"
    return sql


def _named(bound: float) -> str:
    return str(int(bound)) if bound == int(bound) else repr(float(bound))


def _slices(rows: Rows, setting: Setting, sql: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the slices that have rows, in an order that does not vary."""
    cuts: list[dict[str, str]] = []
    keys = {
        _Key(*map(str, row)) for row in rows.query(f"SELECT DISTINCT {', '.join(sql.values())} FROM rows")
    }
    bounds = [_named(bound) for bound in sorted(setting.params["length_buckets"] or ())]
    orders = {"stage": setting.stages, "length": (*bounds, OVER)}
    for name in ("stage", "sampling", "length", "detector"):
        present = {getattr(key, name) for key in keys} - {""}
        cuts += [{name: value} for value in in_order(present, orders.get(name, ()))]
    if rows.has("trained_on", "stage"):
        stages = in_order({key.stage for key in keys} - {""}, setting.stages)
        for trained_on in sorted({key.trained_on for key in keys}):
            own = {key.stage for key in keys if key.trained_on == trained_on}
            cuts += [{"trained_on": trained_on, "stage": stage} for stage in stages if stage in own]
    return cuts


def _where(by: Mapping[str, str], sql: Mapping[str, str]) -> str:
    """Return the SQL condition of a slice."""
    conditions = []
    for name, value in by.items():
        same = f"{sql[name]} = {text_literal(value)}"
        control = f" OR ({sql[name]} = '' AND \"source\" = 'human')" if name in {"stage", "sampling"} else ""
        conditions.append(f"({same}{control})")
    return " AND ".join(conditions)


def _rates(
    rows: Rows,
    setting: Setting,
    flag: str,
    keys: list[str],
    cuts: list[dict[str, str]],
    found: Gathered,
) -> None:
    level = setting.level

    def sums(term: Term) -> dict[_Key, Arm]:
        grouped = arms(rows, term, by=keys, cluster=setting.cluster)
        return {_Key(*key): arm for key, arm in grouped.items()}

    groups = _Groups(sums(rows.flag(f"({flag}) = ({MODEL})")), sums(rows.flag(flag)))
    for by in ({}, *cuts):
        accuracy = groups.accuracy(by, level)
        found.add("accuracy", accuracy, by)
        found.add("tpr", groups.flags("model", by, level), by)
        found.add("fpr", groups.flags("human", by, level), by)
        if "trained_on" in by:
            found.add("transfer", accuracy, by)
    found.facts["successes"] = rows.total(f"({flag}) = ({MODEL})")
    _worst(found)


def _worst(found: Gathered) -> None:
    """Note the least accuracy of any slice, and which it is; without slices, that of all rows."""
    sliced = {by: figure for by, figure in found.sliced("accuracy").items() if figure.value is not None}
    if not sliced:
        found.add("worst_case_accuracy", found.results["accuracy"])
        return
    worst = min(sliced, key=lambda by: [end or 0.0 for end in _ends(sliced[by])])
    found.add("worst_case_accuracy", sliced[worst])
    found.facts["worst_case"] = ", ".join(f"{name}: {value}" for name, value in worst)


def _ends(figure: Statistic) -> tuple[float | None, float | None, float | None]:
    return figure.value, figure.low, figure.high


def _at_fpr(rows: Rows, setting: Setting) -> Statistic:
    limit = setting.params["fpr"]
    models, humans = rows.total(MODEL), rows.total(f"NOT ({MODEL})")
    if limit is None:
        return Statistic.refused("no `fpr` is given", method="wilson", n=models)
    if not models or not humans:
        return Statistic.refused("texts of one source only", method="wilson", n=models)
    caught = caught_at(rows, int(written(limit) * humans))
    found = arms(rows, rows.flag(caught), cluster=setting.cluster, where=MODEL)
    return proportion(found[()], level=setting.level)


def _precision(found: Gathered, setting: Setting) -> Statistic:
    base_rate = setting.params["base_rate"]
    tpr, fpr = found.results["tpr"], found.results["fpr"]
    n = (tpr.n or 0) + (fpr.n or 0)
    if base_rate is None:
        return Statistic.refused("no `base_rate` is given", method="bounds", n=n)
    if None in (tpr.low, tpr.high, fpr.low, fpr.high):
        return Statistic.refused(tpr.reason or fpr.reason or "", method="bounds", n=n)
    value = _share(tpr.value, fpr.value, base_rate)
    if value is None:
        return Statistic.refused("nothing was flagged", method="bounds", n=n)
    low, high = _share(tpr.low, fpr.high, base_rate), _share(tpr.high, fpr.low, base_rate)
    return Statistic(value, low, high, setting.level, "bounds", n)


def _share(tpr: float | None, fpr: float | None, base_rate: float) -> float | None:
    return predictive_value(tpr or 0.0, fpr or 0.0, base_rate)


_BY = (("stage",), ("sampling",), ("length",), ("detector",), ("trained_on", "stage"))

KIND = Kind(
    name="automated_detection",
    version=3,
    title="Detection by machine",
    roles=(
        Role("sample", "key", "The text."),
        Role("source", "label", "Who wrote it.", "error", ("human", "model")),
        Role("flag", "binary", "Whether the detector says that a model wrote it.", "drop"),
        Role("score", "number", "How much the detector thinks so.", "drop"),
        Role("stage", "stage", "The stage whose model wrote it.", "keep"),
        Role("sampling", "key", "How the model was sampled.", "keep"),
        Role("length", "number", "How long the text is.", low=0.0),
        Role("detector", "key", "The detector."),
        Role("trained_on", "key", "The model on whose text the detector was trained."),
    ),
    requires=((("sample",),), (("source",),), (("flag",), ("score",))),
    results=(
        ResultSpec("accuracy", "proportion", "Share of texts judged rightly.", by=_BY),
        ResultSpec("tpr", "proportion", "Share of model texts flagged.", by=_BY),
        ResultSpec("fpr", "proportion", "Share of human texts flagged.", by=_BY),
        ResultSpec("auc", "proportion", "Area under the ROC curve.", (("score",),), by=_BY),
        ResultSpec("tpr_at_fpr", "proportion", "Best true positive rate at `fpr`.", (("score",),)),
        ResultSpec("precision_at_prevalence", "proportion", "Model texts among the flagged."),
        ResultSpec("worst_case_accuracy", "proportion", "Least accuracy of any slice."),
        ResultSpec(
            "transfer",
            "proportion",
            "Accuracy on the texts of one stage of a detector trained on another.",
            (("trained_on", "stage"),),
            whole=False,
            by=(("trained_on", "stage"),),
        ),
    ),
    params=(
        Param("score_threshold", "double", None, "Scores from here on are flagged."),
        Param("fpr", "double", None, "Largest false positive rate for `tpr_at_fpr`.", -1e-9, 1.0),
        Param("base_rate", "double", None, "Share of model texts where the detector is used.", 0.0, 1.0),
        Param("length_buckets", "doubles", None, "Upper bounds of the lengths told apart."),
    ),
    facts=(FactSpec("worst_case", "string", "The slice with the least accuracy."),),
    figure=Figure("Detection accuracy", "accuracy", ("sampling",)),
    compute=compute,
)
