"""Planted flaws are found as often as the page says, and what is sound is left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.studies import planted_flaws

PAGE = Path(__file__).resolve().parents[2] / "docs" / "explanation" / "critique-study.md"


@pytest.mark.slow
def test_planted_flaws_are_found(golden: Callable[[Path, str], None]) -> None:
    first, fresh = planted_flaws.score(planted_flaws.HERON), planted_flaws.score(planted_flaws.GPT2)
    assert len(first.plants) == 30
    assert len(first.found) >= 30
    assert len(fresh.found) >= 10
    assert len(first.extra) + len(fresh.extra) <= 1
    golden(PAGE, planted_flaws.page(first, fresh))
