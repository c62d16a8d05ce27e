"""What a report draws of an entry in the lock."""

from __future__ import annotations

from dataclasses import replace

from release.evidence.drawing import drawing
from release.evidence.kind import Figure, kind_called, kinds

FIGURE = {"value": 0.5, "low": 0.4, "high": 0.6, "method": "wilson", "n": 96, "level": 0.95}


def test_slices_of_the_kinds_figure_are_drawn() -> None:
    slices = [
        {"by": {"height": "0"}, "results": {"rating": {**FIGURE, "value": 6.0}}},
        {"by": {"height": "1"}, "results": {"rating": {**FIGURE, "value": None}}},
        {"by": {"stage": "xl"}, "results": {"rating": FIGURE}},
    ]
    drawn = drawing(kind_called("summary_tree"), {"results": {"rating": FIGURE}, "slices": slices})
    assert drawn is not None
    assert (drawn.shape, drawn.unit, drawn.result) == ("curve", "mean", "rating")
    assert [(point.label, point.value, point.n) for point in drawn.points] == [("0", 6.0, 96)]


def test_without_slices_the_whole_is_drawn() -> None:
    drawn = drawing(kind_called("reward_model"), {"results": {"accuracy": FIGURE}, "slices": []})
    assert drawn is not None
    assert (drawn.reference, [(point.label, point.low) for point in drawn.points]) == (0.5, [("", 0.4)])


def test_a_change_is_named_by_its_ends() -> None:
    slices = [{"by": {"from": "small", "to": "large"}, "results": {"change": FIGURE}}]
    kind = replace(kind_called("benchmark"), figure=Figure("Change", "change", ("from", "to")))
    drawn = drawing(kind, {"results": {}, "slices": slices})
    assert drawn is not None
    assert drawn.points[0].label == "small to large"


def test_what_was_refused_or_is_only_reported_is_not_drawn() -> None:
    refused = {"results": {"accuracy": {**FIGURE, "value": None}}, "slices": []}
    assert drawing(kind_called("reward_model"), refused) is None
    assert drawing(kind_called("reported"), refused) is None


def test_every_figure_of_a_kind_is_one_of_its_results() -> None:
    for name in kinds():
        kind = kind_called(name)
        if kind.figure is not None:
            (spec,) = [result for result in kind.results if result.name == kind.figure.result]
            assert not kind.figure.by or kind.figure.by in spec.by, name
