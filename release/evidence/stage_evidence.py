"""Evidence as one stage sees it: about its variants, known in time, with the stage's own figures in front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from release.base.dates import moment
from release.base.record import Record
from release.evidence.derived import Tree, is_unknown, known_by


class StageEvidence(Record):
    """Evidence about a stage.

    Attributes:
        certain: evidence that says it is about this stage.
        uncertain: evidence whose stages are unknown: it may be about this one.
    """

    certain: tuple[Tree, ...]
    uncertain: tuple[Tree, ...]


def about(evidence: Mapping[str, Any], stage: Mapping[str, Any]) -> bool | None:
    """Tell whether evidence is about a stage; None when that is unknown."""
    if stage["id"] in evidence.get("stages", ()):
        return True
    own = {variant["id"] for variant in stage["variants"]}
    if own.intersection(variant["id"] for variant in evidence.get("variants", ())):
        return True
    return None if is_unknown(evidence, "stages") or is_unknown(evidence, "variants") else False


def decision_date(stage: Mapping[str, Any], at: str) -> str | None:
    """Return the earlier of the date judged and the stage's date; None when the former is the earlier.

    What is visible at the date judged was known then; only a stage's own date can narrow that further.
    """
    date = stage.get("date")
    return date if date is not None and moment(date) < moment(at) else None


def in_context(evidence: Tree, stage: Mapping[str, Any], previous: Mapping[str, Any] | None) -> Tree:
    """Return evidence with the stage's own slices as its results, where it has such slices."""
    variants = {variant["id"] for variant in stage["variants"]}
    own: dict[str, Any] = {}
    for piece in evidence.get("slices", ()):
        by = piece["by"]
        rest = set(by) - {"stage", "variant", "from", "to"}
        if rest or not _is_of_stage(by, stage["id"], variants, previous):
            continue
        for name, value in piece["results"].items():
            own.setdefault(name, value)
    context = {"$stage": stage["id"], "$variants": sorted(variants)}
    if not own:
        return {**evidence, **context}
    results = {**evidence.get("results", {}), **own}
    return {**evidence, "results": results, **context}


def _is_of_stage(
    by: Mapping[str, Any], stage: str, variants: set[str], previous: Mapping[str, Any] | None
) -> bool:
    if "to" in by:
        before = {previous["id"], *(variant["id"] for variant in previous["variants"])} if previous else set()
        return str(by["to"]) in {stage, *variants} and (
            not before or str(by.get("from", "")) in {"", *before}
        )
    if "stage" in by:
        return str(by["stage"]) == stage
    return "variant" in by and str(by["variant"]) in variants


def evidence_of_stage(
    stage: Mapping[str, Any], previous: Mapping[str, Any] | None, evidence: Sequence[Tree], at: str
) -> StageEvidence:
    """Return what could inform the decision: about the stage, known by the earlier of `at` and its date."""
    cutoff = decision_date(stage, at)
    certain: list[Tree] = []
    uncertain: list[Tree] = []
    for item in evidence:
        answer = about(item, stage)
        if answer is False or not known_by(item, cutoff):
            continue
        (certain if answer else uncertain).append(in_context(item, stage, previous))
    return StageEvidence(tuple(certain), tuple(uncertain))
