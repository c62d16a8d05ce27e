"""The figures of evidence as rules ask for them: fields, slices, and the stage that is implied."""

from __future__ import annotations

from collections.abc import Mapping

from release.policy.frame import Frame, called, fault
from release.policy.operators import Value, no_overload


def fact(frame: Frame, owner: Value, name: str, *, needed: bool = True, shown: str = "the object") -> Value:
    """Return a field, None where it is absent and not needed.

    Args:
        frame: the evaluation.
        owner: what has the field.
        name: the field.
        needed: whether it must be there.
        shown: how the owner is named where it has no id.

    Raises:
        Undetermined: it is needed and absent, or written `unknown`.
    """
    if owner.__class__ is not dict:
        raise fault("an object was expected")
    if frame.trace is not None:
        frame.trace.read_field(owner, name)
    if name in owner:
        return owner[name]
    unknown = name in owner.get("$unknown", ())
    if unknown or needed:
        raise frame.lacks(f"{called(owner) or shown}.{name}", absent=not unknown)
    return None


def _fits(asked: Mapping[str, Value], by: Mapping[str, Value]) -> bool:
    return all(name in by and str(by[name]) == str(value) for name, value in asked.items())


def _stage_of(frame: Frame, evidence: Value) -> Value:
    """Return the id of the stage in whose context evidence is asked, or None."""
    stage = evidence.get("$stage")
    if stage is None:
        here = frame.names.get("stage")
        if here.__class__ is dict:
            stage = here.get("id")
            if frame.trace is not None:
                frame.trace.look(here, "id")
    return stage


def _slices(
    frame: Frame, evidence: Value, name: str, by: Mapping[str, Value]
) -> list[tuple[tuple[int, bool], Value]]:
    """Return the figures in slices that `by` fits, each with how far its slice is from what is asked.

    Nearer is a slice with fewer keys beyond those asked, then one of the stage in whose context is asked:
    there a slice of another stage never fits, and naming this stage costs nothing.
    """
    stage = _stage_of(frame, evidence)
    found = []
    for piece in evidence.get("slices", ()):
        own = _about(evidence, piece["by"])
        if name not in piece["results"] or not _fits(by, own):
            continue
        implied = stage is not None and "stage" not in by and "stage" in own
        if implied and str(own["stage"]) != stage:
            continue
        keys = [key for key in piece["by"] if key not in by and not key.startswith("$")]
        found.append(((len(keys) - implied, not implied), piece["results"][name]))
    return found


def _about(evidence: Value, by: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return what a slice is about: where people judged texts, those of a stage are its model's.

    Where rows tell variants and not stages, the texts of a stage are those of its variants.
    """
    if evidence.get("kind") != "human_credibility" or "source" in by:
        return by
    if "stage" in by:
        return {**by, "source": "model"}
    if "variant" in by and str(by["variant"]) in evidence.get("$variants", ()):
        return {**by, "source": "model", "stage": evidence["$stage"]}
    return by


def _names(evidence: Value, name: Value) -> tuple[str, ...]:
    """Return the names under which a result may stand: judged rows have a rate, scored ones a mean."""
    if name == "mean" and evidence.get("kind") == "human_credibility":
        return ("mean", "rate")
    return (name,)


def _asked(evidence: Value, name: Value, by: Value, function: str) -> None:
    if evidence.__class__ is not dict or name.__class__ is not str or by.__class__ is not dict:
        raise no_overload(function, evidence, name, by)


def has_slice(frame: Frame, evidence: Value, name: Value, by: Value) -> bool:
    """Tell whether evidence gives a figure for the part of its rows that `by` names."""
    _asked(evidence, name, by, "has_slice")
    if frame.trace is not None:
        frame.trace.read_field(evidence, "slices")
    if any(_slices(frame, evidence, each, by) for each in _names(evidence, name)):
        return True
    if "slices" in evidence.get("$unknown", ()) or any(
        _is_written_unknown(frame, evidence, each, by) for each in _names(evidence, name)
    ):
        raise frame.lacks(f"{called(evidence) or 'evidence'}.{_shown(name, by)}", absent=False)
    return False


def _is_written_unknown(frame: Frame, evidence: Value, name: str, by: Mapping[str, Value]) -> bool:
    """Tell whether a slice that `by` fits has the figure, with a value that is written `unknown`."""
    stage = _stage_of(frame, evidence)
    return any(
        name in piece["results"].get("$unknown", ())
        and _fits(by, piece["by"])
        and ("stage" in by or stage is None or str(piece["by"].get("stage", stage)) == stage)
        for piece in evidence.get("slices", ())
    )


def result(frame: Frame, evidence: Value, name: Value, by: Value) -> Value:
    """Return the figure of one slice; where no slice is asked for, that of the stage or the whole."""
    _asked(evidence, name, by, "result")
    if frame.trace is not None:
        frame.trace.read_field(evidence, "results")
    for each in _names(evidence, name):
        found = _slices(frame, evidence, each, by)
        nearest = min((distance for distance, _ in found), default=(0, False))
        best = [figure for distance, figure in found if distance == nearest]
        whole = evidence.get("results", {})
        if not by and each in whole and (not best or nearest[0] > 0):
            return whole[each]
        if best and all(_own(figure) == _own(best[0]) for figure in best):
            return best[0]
        if best:
            asked = f"{called(evidence) or 'evidence'}.{_shown(each, by)}"
            if _differ_by_variant(evidence, by):
                raise fault(f"the stage's {len(best)} variants differ in {asked}: ask for one variant")
            raise fault(f"{len(best)} slices fit {asked}: ask for one")
    unknown = any(_is_written_unknown(frame, evidence, each, by) for each in _names(evidence, name))
    raise frame.lacks(f"{called(evidence) or 'evidence'}.{_shown(name, by)}", absent=not unknown)


def _differ_by_variant(evidence: Value, by: Mapping[str, Value]) -> bool:
    """Tell whether figures that are asked for a stage stand by variant, of which it has several."""
    stands = any("variant" in piece["by"] and "stage" not in piece["by"] for piece in evidence["slices"])
    several = len(evidence.get("$variants", ())) > 1
    return evidence.get("kind") == "human_credibility" and "variant" not in by and several and stands


def _own(figure: Value) -> Value:
    """Return a figure without where it is written."""
    if isinstance(figure, dict):
        return {key: value for key, value in figure.items() if key != "$at"}
    return figure


def _shown(name: str, by: Mapping[str, Value]) -> str:
    inside = ", ".join(f"{key}: {value}" for key, value in by.items())
    return f"results.{name}" + (f" ({inside})" if inside else "")
