"""A loss law without its irreducible term: the worked figure, and the warning that it matters."""

from __future__ import annotations

import pytest

from release.evidence.kind import kind_called
from release.evidence.measure import measured, setting_of
from release.evidence.store import open_rows
from release.evidence.store_mapping import RowSource

KIND = kind_called("forecast")
# 0.30 C^-0.09 + 0.80 with small errors, C from 1e-10 to 1e-4; the truth at C = 1 is 1.10.
VALUES = (3.1869847042, 2.7339626871, 2.3764223807, 2.0777385564, 1.8412105514, 1.6445148794, 1.4877602958)


def facts_of(tmp_path, rows):
    path = tmp_path / "runs.csv"
    lines = [f"r{number},{compute!r},{value!r}" for number, (compute, value) in enumerate(rows)]
    path.write_text("\n".join(["run,compute,value", *lines]) + "\n", encoding="utf-8")
    columns = {"run": "run", "compute": "compute", "value": "value"}
    with open_rows(RowSource(path, "runs.csv", "csv", columns), KIND) as opened:
        return measured(KIND, opened, setting_of(KIND, {"target": 1.0}, roles=opened.roles))


def test_without_the_constant_the_forecast_falls_below_the_truth_and_that_is_said(tmp_path):
    rows = [(10.0 ** -(10 - number), value) for number, value in enumerate(VALUES)]
    found = facts_of(tmp_path, rows)
    assert found.facts["without_constant"] == pytest.approx(0.872063701, abs=1e-6)
    assert found.facts["constant_matters"] is True
    assert found.results["prediction"].value == pytest.approx(1.104353665, abs=1e-6)


def test_where_the_law_has_no_constant_leaving_it_out_changes_nothing(tmp_path):
    rows = [(10.0 ** -(10 - number), 0.8 * (10.0 ** -(10 - number)) ** -0.05) for number in range(7)]
    noisy = [(compute, value * (1 + 0.004 * (-1) ** place)) for place, (compute, value) in enumerate(rows)]
    found = facts_of(tmp_path, noisy)
    assert found.facts["constant_matters"] is False
    assert found.facts["without_constant"] == pytest.approx(0.8, rel=0.02)
