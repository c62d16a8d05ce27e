"""A computation beside an oracle's figures."""

from __future__ import annotations

import math

import pandas as pd

from release.evidence.kind import Computation
from tests.kinds.oracles import Figures

NUMERIC = (
    "score",
    "judged",
    "success",
    "count",
    "exposure",
    "correct",
    "outcome",
    "flag",
    "weight",
    "length",
    "length_a",
    "length_b",
    "compute",
    "parameters",
    "value",
    "chosen",
    "rejected",
    "n",
    "kl",
    "proxy",
    "gold",
    "assisted",
    "flaws",
    "planted",
    "g",
    "d",
    "c",
    "height",
    "rating",
    "read_whole",
    "full",
    "circuit",
    "corrupt",
    "ablated",
    "baseline",
    "held_out",
    "loss_base",
    "loss_reference",
    "selected",
    "overlaps",
)
REASONED = {
    "mean",
    "rate",
    "change",
    "difference",
    "accuracy",
    "win_rate",
    "success_rate",
    "prediction",
    "prediction_wide",
}


def typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with blank cells missing and numeric roles as floats."""
    frame = frame.astype(object).replace("", None)
    words = {"true": "1", "false": "0"}
    for name in NUMERIC:
        if name in frame:
            frame[name] = pd.to_numeric(frame[name].replace(words), errors="raise").astype(float)
    return frame


def same(found: float | None, wanted: float | None) -> bool:
    """Agree to six digits at least; an end that the oracle leaves open fits anything."""
    if wanted is not None and math.isnan(wanted):
        return True
    if found is None or wanted is None:
        return found is wanted
    return math.isclose(found, wanted, rel_tol=1e-6, abs_tol=1e-8)


def differing(found: Computation, wanted: Figures) -> list[str]:
    """List the figures that differ, are missing, or are more than was asked for."""
    given = {(name, frozenset[tuple[str, str]]()): figure for name, figure in found.results.items()}
    for piece in found.slices:
        for name, figure in piece.results.items():
            given[name, frozenset(piece.by.items())] = figure
    wrong = [f"only in one: {name} {dict(by)}" for name, by in given.keys() ^ wanted.keys()]
    for (name, by), ends in wanted.items():
        figure = given.get((name, by))
        if figure is None:
            continue
        numbers = (figure.value, figure.low, figure.high)
        if not all(map(same, numbers, ends)):
            wrong.append(f"{name} {dict(by)}: {numbers} by {figure.method}, not {ends}")
        silent = figure.value is None or (figure.low is None and ends[1] is None)
        if silent and name in REASONED and not figure.reason:
            wrong.append(f"{name} {dict(by)}: no reason")
    return sorted(wrong)
