"""Colours keep their contrast in both themes, and mean nothing alone."""

from __future__ import annotations

import pytest

from release.reports.palette import (
    DARK,
    LIGHT,
    MARK_CONTRAST,
    STATES,
    TEXT_CONTRAST,
    contrast,
    mark_pairs,
    text_pairs,
)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
class TestContrast:
    def test_text(self, theme: dict[str, str]) -> None:
        pairs = list(text_pairs())
        assert len(pairs) > 30
        for text, ground in pairs:
            assert contrast(theme[text], theme[ground]) >= TEXT_CONTRAST, (text, ground)

    def test_marks(self, theme: dict[str, str]) -> None:
        for mark, ground in mark_pairs():
            assert contrast(theme[mark], theme[ground]) >= MARK_CONTRAST, (mark, ground)


def test_known_ratios() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#ffffff", "#ffffff") == 1


def test_both_themes_name_the_same_colours() -> None:
    assert list(LIGHT) == list(DARK)
    assert all(state in LIGHT and f"{state}-tint" in LIGHT for state in STATES)
