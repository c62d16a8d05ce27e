"""Whether claims rest on the sources that they cite.

Question: of the claims in some answers, how many does a reader find supported by the quotation given, how
many have support at all, and do the quotations stand in the archived sources?

Rows: one row per claim (and rater). `supported` is `yes`, `partial` or `no`; a partial support is not counted
as support.

- `precision` = supported claims with a quotation / claims with a quotation
- `recall` = supported claims with a quotation / all claims
- `unsupported_rate` = 1 - supported claims / all claims
- `quotes_found` = quotations found in the archived source, after NFKC and with white space and quotation
  marks made alike, / quotations

Intervals are Wilson's, or clustered by answer where an answer holds two claims.

Source: Nakano et al. 2021, WebGPT: models must collect references while they browse.

Limits: a quotation that is real need not support the claim; raters who see the quotation only may miss what
the source says elsewhere. The fact `contradicted` counts claims whose quotation a rater judged not to support
them at all.
"""

from __future__ import annotations

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
from release.evidence.quotation import folded, stands_in
from release.evidence.rows import Rows
from release.stats.arms import arm_of, proportion
from release.stats.interval import Statistic

QUOTED = '"quote" IS NOT NULL'
NOTHING = arm_of([])
LOOKUPS_KEPT = 100_000
SUPPORTED = "\"supported\" = 'yes'"


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return the shares of supported claims and of quotations found."""
    if rows.count == 0:
        raise Refusal("no claim was judged")
    keys = [role for role in ("answer", "claim", "rater") if rows.has(role)]
    hint = "Write one row per claim and rater, with all of its quotation in it."
    rows.once(keys, "the claim of answer {value} is judged twice", hint=hint)
    claims = arms(rows, rows.flag(SUPPORTED), cluster=setting.cluster)[()]
    supported = proportion(claims, level=setting.level)
    results = {"unsupported_rate": _complement(supported)}
    facts = {
        "clusters": rows.units(setting.cluster),
        **multiplicity(0),
        "missing": rows.missing,
        "successes": int(claims.sums.total),
    }
    if rows.has("quote"):
        results |= _cited(rows, setting)
        facts["contradicted"] = rows.total(f"{QUOTED} AND \"supported\" = 'no'")
    return Computation(results, facts=facts)


def _complement(share: Statistic) -> Statistic:
    if share.value is None:
        return share
    low = None if share.high is None else 1 - share.high
    high = None if share.low is None else 1 - share.low
    return Statistic(
        1 - share.value, low, high, share.level, share.method, share.n, share.clusters, share.reason
    )


def _cited(rows: Rows, setting: Setting) -> dict[str, Statistic]:
    backed = rows.flag(f"{QUOTED} AND {SUPPORTED}")
    recall = arms(rows, backed, cluster=setting.cluster)[()]
    precision = arms(rows, backed, cluster=setting.cluster, where=QUOTED).get((), NOTHING)
    return {
        "recall": proportion(recall, level=setting.level),
        "precision": proportion(precision, level=setting.level),
        "quotes_found": _found(rows, setting),
    }


def _found(rows: Rows, setting: Setting) -> Statistic:
    """Return the share of quotations that stand in their source; equal ones are looked up once."""
    if not setting.archive:
        return Statistic.refused("no archived source to look in", method="wilson", n=0)
    texts = {name: folded(text) for name, text in setting.archive.items()}
    source = '"source"' if rows.has("source") else "NULL"
    cluster = f'"{setting.cluster}"' if setting.cluster else "NULL"
    sql = f'SELECT "quote", {source}, {cluster}, COUNT(*) FROM rows WHERE {QUOTED} GROUP BY 1, 2, 3'
    known: dict[tuple[str, str | None], bool] = {}
    held: dict[str, list[int]] = {}
    for quote, name, key, count in rows.stream(sql):
        if len(known) > LOOKUPS_KEPT:
            known.clear()
        stands = known.get((quote, name))
        if stands is None:
            where = list(texts.values()) if name is None else [texts.get(name, "")]
            stands = known[quote, name] = any(stands_in(quote, text) for text in where)
        own = held.setdefault(str(key), [0, 0])
        own[0] += count
        own[1] += count * stands
    lines = ((key, n, found, found) for key, (n, found) in sorted(held.items()))
    return proportion(arm_of(lines, by=setting.cluster), level=setting.level)


KIND = Kind(
    name="reference_check",
    version=2,
    title="Claims and the sources they cite",
    roles=(
        Role("answer", "key", "The answer that makes the claim."),
        Role("claim", "key", "The claim."),
        Role("quote", "text", "The words quoted in support; blank when there are none.", blank="keep"),
        Role(
            "supported", "label", "Whether the source supports the claim.", "drop", ("yes", "partial", "no")
        ),
        Role("rater", "key", "Who judged it."),
        Role("source", "key", "Id of the source quoted.", blank="keep"),
    ),
    requires=((("answer",),), (("claim",),), (("supported",),)),
    results=(
        ResultSpec("precision", "proportion", "Supported among claims with a quotation.", (("quote",),)),
        ResultSpec("recall", "proportion", "Supported with a quotation among all claims.", (("quote",),)),
        ResultSpec("unsupported_rate", "proportion", "Claims without full support."),
        ResultSpec("quotes_found", "proportion", "Quotations that stand in the archive.", (("quote",),)),
    ),
    facts=(FactSpec("contradicted", "int", "Claims that their own quotation does not support at all."),),
    cluster="answer",
    figure=Figure("Claims supported by what they cite", "precision"),
    compute=compute,
)
