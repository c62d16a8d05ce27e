"""Whether errors grow when summaries are summarised.

Question: a long document is summarised in parts, the summaries are summarised, and so up to one root; how
good are the nodes at each height, how good are the roots, and do people who read the whole document agree
with those who judged only a node against its own input?

Rows: one row per node and rater: `document`, `node`, its `parent` (blank for the root), `height` (0 for a
leaf), `rating`; `read_whole` says that the rater read the whole document.

- `rating` = mean rating, over all nodes and by {height}, clustered by document
- `height_slope` = least-squares slope of rating on height, sandwich over documents, t on documents - 1
- `share_good` = roots whose mean rating is at least `good` / roots
- `whole_part_agreement` = Spearman's correlation of the root's mean rating by whole readers with the mean of
  the document's leaves, over documents; a leaf's rating is the mean of its raters

Without `parent` the nodes of the greatest height in their document are its roots, those of the least its
leaves.

Source: Wu et al. 2021, Recursively summarizing books with human feedback.

Limits: nodes of one document share text and are not independent; a rater who judges a node against its input
does not see what the input had lost; documents in the training data make everything look better.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from release.base.limits import ERRORS_LISTED
from release.evidence.arms import arms
from release.evidence.changes import multiplicity
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
    Slice,
)
from release.evidence.rows import Group, RowCheck, Rows
from release.evidence.terms import Term, text_literal
from release.stats.arms import arm_of, mean, proportion
from release.stats.clustered import one_cluster
from release.stats.correlation import spearman
from release.stats.estimate import Estimate
from release.stats.exact import square_root, written
from release.stats.interval import Statistic

NODE = ("document", "node")
TALLEST = 1_000_000
HINT = "Every node has one parent, of the same document, and the root has none."


def compute(rows: Rows, setting: Setting) -> Computation:
    """Return ratings by height, their slope, the share of good roots and the agreement with whole readers."""
    check_tree(rows)
    if rows.count == 0:
        raise Refusal("no node was rated")
    rating = rows.value("rating")
    cluster, level = setting.cluster, setting.level
    by_height = arms(rows, rating, by=["height"], cluster=cluster)
    slices = tuple(
        Slice({"height": key[0]}, {"rating": mean(arm, level=level)})
        for key, arm in sorted(by_height.items(), key=lambda entry: int(entry[0][0]))
    )
    roots = _node_means(rows, _roots(rows))
    results = {
        "rating": mean(arms(rows, rating, cluster=cluster)[()], level=level),
        "height_slope": _slope(rows, rating, level),
        "share_good": _share_good(roots, setting),
    }
    if rows.has("read_whole"):
        results["whole_part_agreement"] = _agreement(rows, level)
    return Computation(results, slices, _facts(rows, roots))


def check_tree(rows: Rows) -> None:
    """Refuse rows that are no trees.

    Raises:
        InvalidInput: a node has two parents or heights, a parent is no node of its document, or nodes form a
            ring.
    """
    rows.reject(RowCheck(f'"height" > {TALLEST}', "height", f"role 'height' is above {TALLEST}"))
    keys = [*NODE, *(["rater"] if rows.has("rater") else [])]
    rows.once(keys, "a node of document {value} is rated twice by one rater", hint="Keep one row per rater.")
    listed = ", ".join(f'"{role}"' for role in NODE)
    fixed = ["height", *(["parent"] if rows.has("parent") else [])]
    for role in fixed:
        plain = f"COALESCE(CAST(\"{role}\" AS VARCHAR), '')"
        inner = f"SELECT {listed} FROM all_rows GROUP BY {listed} HAVING MIN({plain}) <> MAX({plain})"
        found = f"SELECT record FROM all_rows_at JOIN ({inner}) AS t USING ({listed})"
        if rows.query(f"SELECT 1 FROM ({inner}) AS t LIMIT 1"):
            rows.refuse(
                _some(found), "node", f"node {{value}} has rows with another {role}", code="IN-072", hint=HINT
            )
    if not rows.has("parent"):
        return
    orphan = (
        'FROM {} AS c WHERE "parent" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM all_rows AS p '
        'WHERE p."document" = c."document" AND p."node" = c."parent")'
    )
    if rows.query(f"SELECT 1 {orphan.format('all_rows')} LIMIT 1"):
        message = "parent {value} is no node of the same document"
        rows.refuse(
            _some(f"SELECT record {orphan.format('all_rows_at')}"),
            "parent",
            message,
            code="IN-072",
            hint=HINT,
        )
    _check_rings(rows)
    _check_roots(rows)
    _check_heights(rows)


def _check_roots(rows: Rows) -> None:
    """Refuse documents with several roots: which of them sums the document up nobody could tell."""
    several = (
        'SELECT "document" FROM all_rows WHERE "parent" IS NULL GROUP BY "document" '
        'HAVING MIN("node") <> MAX("node")'
    )
    if rows.query(f"SELECT 1 FROM ({several}) AS t LIMIT 1"):
        inner = 'SELECT "document", MIN("node") AS least FROM all_rows WHERE "parent" IS NULL GROUP BY 1'
        found = (
            f'SELECT record FROM all_rows_at JOIN ({inner}) AS t USING ("document") '
            'WHERE "parent" IS NULL AND "node" <> least'
        )
        message = "node {value} has no parent, like another node of its document"
        rows.refuse(_some(found), "node", message, code="IN-072", hint=HINT)


def _check_heights(rows: Rows) -> None:
    """Refuse nodes that are not lower than their parent."""
    pairs = (
        'FROM {} AS c JOIN all_rows AS p ON p."document" = c."document" AND p."node" = c."parent" '
        'WHERE c."height" >= p."height"'
    )
    if rows.query(f"SELECT 1 {pairs.format('all_rows')} LIMIT 1"):
        rows.refuse(
            f"SELECT DISTINCT record {pairs.format('all_rows_at')} ORDER BY record LIMIT {ERRORS_LISTED}",
            "height",
            "the node has the height {value}, and its parent is no higher",
            code="IN-072",
            hint="Heights count the steps above the text: 0 for a leaf, and every parent above its parts.",
        )


def _some(sql: str) -> str:
    return f"{sql} ORDER BY record LIMIT {ERRORS_LISTED}"


def _check_rings(rows: Rows) -> None:
    """Refuse nodes above themselves: on a ring some node is not lower than its parent."""
    suspect = (
        'SELECT DISTINCT c."document" AS d FROM all_rows AS c JOIN all_rows AS p '
        'ON p."document" = c."document" AND p."node" = c."parent" WHERE c."height" >= p."height"'
    )
    ringed = []
    for (document,) in sorted(rows.query(suspect)):
        chosen = f'"document" = {text_literal(document)}'
        parents = dict(rows.query(f'SELECT DISTINCT "node", "parent" FROM all_rows WHERE {chosen}'))
        ringed += [f'({chosen} AND "node" = {text_literal(node)})' for node in _ring(parents)]
    if ringed:
        where = " OR ".join(ringed[:ERRORS_LISTED])
        found = f"SELECT record FROM all_rows_at WHERE {where}"
        rows.refuse(
            _some(found), "parent", "the parents of this node lead back to it", code="IN-072", hint=HINT
        )


def _ring(parents: Mapping[str, str | None]) -> list[str]:
    """Return the nodes that lie on a ring, sorted."""
    state: dict[str, int] = {}
    on_ring: list[str] = []
    for number, start in enumerate(sorted(parents), 1):
        path: list[str] = []
        node: str | None = start
        while node is not None and node not in state:
            state[node] = number
            path.append(node)
            node = parents.get(node)
        if node is not None and state[node] == number:
            on_ring += path[path.index(node) :]
    return sorted(on_ring)


def _roots(rows: Rows) -> str:
    if rows.has("parent"):
        return '"parent" IS NULL'
    highest = 'SELECT MAX(o."height") FROM all_rows AS o WHERE o."document" = t."document"'
    return f'"height" = ({highest})'


def _leaves(rows: Rows) -> str:
    if rows.has("parent"):
        child = 'SELECT 1 FROM all_rows AS k WHERE k."document" = t."document" AND k."parent" = t."node"'
        return f'"parent" IS NOT NULL AND NOT EXISTS ({child})'
    lowest, highest = (
        f'(SELECT {end}(o."height") FROM all_rows AS o WHERE o."document" = t."document")'
        for end in ("MIN", "MAX")
    )
    return f'"height" = {lowest} AND "height" < {highest}'


def _node_means(rows: Rows, where: str) -> list[Group]:
    """Return the sum of ratings of each node that meets a condition."""
    return rows.sums({"rating": rows.value("rating")}, by=NODE, where=where)


def _mean(group: Group) -> Fraction:
    return group.sums["rating"] / group.n


def _share_good(roots: list[Group], setting: Setting) -> Statistic:
    if not roots:
        return Statistic.refused("no root was rated", method="wilson", n=0)
    good = written(float(setting.params["good"]))
    lines = ((root.key[0], 1, int(_mean(root) >= good), int(_mean(root) >= good)) for root in roots)
    return proportion(arm_of(lines, by=setting.cluster), level=setting.level)


def _slope(rows: Rows, rating: Term, level: float) -> Statistic:
    """Return the slope of rating on height with the sandwich over documents."""
    height = Term('CAST("height" AS BIGINT)', 0, TALLEST)
    terms = {"x": height, "y": rating, "xx": height * height, "xy": height * rating}
    groups = rows.sums(terms, by=["document"])
    n = sum(group.n for group in groups)
    total = {name: sum((group.sums[name] for group in groups), Fraction(0)) for name in terms}
    spread = total["xx"] - total["x"] ** 2 / n
    if spread == 0:
        return Statistic.refused("all rated nodes are of one height", method="sandwich by document", n=n)
    slope = (total["xy"] - total["x"] * total["y"] / n) / spread
    method, size = "sandwich by document", len(groups)
    if size < 2:
        return Statistic.refused(one_cluster("document"), method=method, n=n, clusters=size)
    centre = total["x"] / n
    start = (total["y"] - slope * total["x"]) / n
    scores = (
        group.sums["xy"]
        - centre * group.sums["y"]
        - start * (group.sums["x"] - centre * group.n)
        - slope * (group.sums["xx"] - centre * group.sums["x"])
        for group in groups
    )
    variance = Fraction(size, size - 1) * sum((score**2 for score in scores), Fraction(0)) / spread**2
    reason = None if variance else "the documents do not differ, so nothing tells how far it could be off"
    se = square_root(variance) if variance else None
    return Estimate(float(slope), se, size - 1, method, n, size, reason).statistic(level)


def _agreement(rows: Rows, level: float) -> Statistic:
    whole = _by_document(_node_means(rows, f'{_roots(rows)} AND "read_whole" = 1'))
    parts = _by_document(_node_means(rows, _leaves(rows)))
    return spearman([(whole[name], parts[name]) for name in sorted(whole.keys() & parts.keys())], level=level)


def _by_document(nodes: list[Group]) -> dict[str, Fraction]:
    """Return the mean of the nodes' means by document."""
    held: dict[str, list[Fraction]] = {}
    for node in nodes:
        held.setdefault(node.key[0], []).append(_mean(node))
    return {name: sum(means, Fraction(0)) / len(means) for name, means in held.items()}


def _facts(rows: Rows, roots: list[Group]) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "missing": rows.missing,
        "clusters": rows.distinct("document"),
        **multiplicity(0),
        "levels": sorted(int(height) for height in rows.values("height")),
    }
    if roots:
        facts["root_rating"] = float(sum((_mean(root) for root in roots), Fraction(0)) / len(roots))
    if rows.has("in_training") and not rows.total('"in_training" IS NULL'):
        facts["leakage"] = rows.total('"in_training" = 1') > 0
    if rows.has("read_whole", "rater"):
        facts["readers_of_whole"] = rows.distinct("rater", where='"read_whole" = 1')
    return facts


KIND = Kind(
    name="summary_tree",
    version=2,
    title="Recursive summaries by height",
    roles=(
        Role("document", "key", "The document that is summarised."),
        Role("node", "key", "The summary."),
        Role("parent", "key", "The summary that it went into; blank for the root.", "keep"),
        Role("height", "count", "Steps above the text; 0 for a leaf."),
        Role("rating", "number", "How good the summary is.", "drop"),
        Role("rater", "key", "Who rated it."),
        Role("read_whole", "binary", "Whether the rater read the whole document."),
        Role("in_training", "binary", "Whether the document was in the training data.", "keep"),
    ),
    requires=((("document",),), (("node",),), (("height",),), (("rating",),)),
    results=(
        ResultSpec("rating", "mean", "Mean rating.", by=(("height",),)),
        ResultSpec("height_slope", "slope", "Change of the rating per step up."),
        ResultSpec("share_good", "proportion", "Roots rated `good` or better."),
        ResultSpec(
            "whole_part_agreement", "correlation", "Whole readers against leaves.", (("read_whole",),)
        ),
    ),
    params=(Param("good", "double", 6.0, "Least mean rating of a good root."),),
    facts=(
        FactSpec("levels", ("list", "int"), "Heights that were rated."),
        FactSpec("root_rating", "double", "Mean rating of the roots."),
        FactSpec("readers_of_whole", "int", "Raters who read a whole document."),
        FactSpec(
            "leakage",
            "bool",
            "Whether any document was in the training data; told where `in_training` is known of all.",
        ),
    ),
    cluster="document",
    figure=Figure("Rating by height", "rating", ("height",), "curve"),
    compute=compute,
)
