from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from release.base.dates import moment
from release.base.errors import InputError, InvalidInput
from release.plan.plan import Plan
from release.plan.read import read_plan

LATEST = moment("2026-01-01")
KINDS = {
    "human_credibility": ("mean", "rate", "change", "equivalence_p"),
    "red_team": ("success_rate", "upper_bound"),
    "reported": (),
}
CASES = Path(__file__).resolve().parents[2] / "cases" / "plans"

BASE = """\
schema: release-plan/1
id: base
title: Base
developer: Example Lab
variants: [{id: small, title: Small, parameters: 1000}]
stages:
  - id: first
    title: First
    variants: [small]
"""


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Plan]:
    """Read a plan from YAML text or data, as `release.yaml`."""

    def run(plan: str | dict[str, Any], **files: str) -> Plan:
        text = plan if isinstance(plan, str) else yaml.safe_dump(plan, sort_keys=False, allow_unicode=True)
        (tmp_path / "release.yaml").write_text(text, encoding="utf-8")
        for name, content in files.items():
            (tmp_path / f"{name}.yaml").write_text(content, encoding="utf-8")
        return read_plan(tmp_path / "release.yaml", "release.yaml", known=KINDS, latest=LATEST)

    return run


@pytest.fixture
def errors(read: Callable[..., Plan]) -> Callable[..., tuple[InputError, ...]]:
    """Read a plan that is wrong, and return its errors."""

    def run(plan: str | dict[str, Any], **files: str) -> tuple[InputError, ...]:
        with pytest.raises(InvalidInput) as caught:
            read(plan, **files)
        return caught.value.errors

    return run
