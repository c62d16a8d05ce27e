"""Planted flaws are found as often as the page says, and what is sound is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.studies import planted_flaws

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "critique-study.md"


@pytest.mark.slow
def test_planted_flaws_are_found(golden: Callable[[Path, str], None]) -> None:
    found = planted_flaws.score()
    assert found.plants == 30
    assert len(found.found) >= 25
    assert len(found.extra) <= 1
    assert all(plant.hard or plant.block == "red-team" for plant in found.missed)
    golden(PAGE, planted_flaws.page(found))
