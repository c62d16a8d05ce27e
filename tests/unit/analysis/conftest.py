"""Paths as they are typed at the root of the repository, so that golden files are the same everywhere."""

from __future__ import annotations

import pytest

from tests.unit.analysis.bring import ROOT


@pytest.fixture(autouse=True)
def _from_the_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
