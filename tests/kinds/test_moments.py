"""Sums over clusters that the engine forms, against the clusters themselves."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from release.evidence.arms import arms
from release.evidence.kind import kind_called
from release.evidence.moments import levels, moments
from release.evidence.store import open_rows
from release.evidence.store_mapping import RowSource
from release.evidence.terms import Term
from release.stats.arms import mean
from release.stats.clustered import moments_of


@pytest.mark.parametrize("raters", [4, 30])
@pytest.mark.parametrize("large", [False, True])
def test_moments_are_those_of_the_clusters(tmp_path: Path, raters: int, large: bool) -> None:  # noqa: FBT001
    generator = np.random.default_rng(raters)
    lines = ["item,rater,stage,score"]
    for number in range(200):
        rater = int(generator.integers(0, raters))
        lines.append(f"i{number},r{rater},s{number % 2},{generator.normal():.3f}")
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    kind = kind_called("human_credibility")
    roles = {name: name for name in ("item", "rater", "stage", "score")}
    with open_rows(RowSource(path, "rows.csv", "csv", roles), kind) as rows:
        term = rows.value("score")
        if large:  # a sum whose square might not fit into the engine's digits
            term = Term(term.sql, term.decimals, 10**18)
        by_hand = arms(rows, rows.value("score"), by=["stage"], cluster="rater")
        found = moments(rows, term, by=["stage"], cluster=["rater"])
        for key, arm in by_hand.items():
            assert found[key] == moments_of(sorted(arm.clusters.values()))
        if not large:
            one_by_one = levels(rows, term, by=["stage"], cluster=["rater"])
            assert {key: mean(arm, level=0.95) for key, arm in one_by_one.items()} == {
                key: mean(arm, level=0.95) for key, arm in by_hand.items()
            }
            plain = levels(rows, term)[()]
            assert mean(plain, level=0.95).method == "t"
