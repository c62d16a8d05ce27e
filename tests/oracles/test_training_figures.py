"""Worked figures of the papers about training and oversight, to six digits, through the kinds themselves."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from release.evidence.kind import Computation, kind_called
from release.evidence.kinds.reward_model import best_of_n_kl
from release.evidence.measure import measured, setting_of
from release.evidence.store import open_rows
from release.evidence.store_mapping import RowSource
from release.stats.quadratic import Heap, fit_parabola
from release.stats.ratio import Joint, fieller

Compute = Callable[..., Computation]


@pytest.fixture
def computed(tmp_path: Path) -> Compute:
    """Compute a kind from columns."""

    def run(name: str, data: Mapping[str, Sequence[object]]) -> Computation:
        path = tmp_path / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(data)
            writer.writerows(zip(*data.values(), strict=True))
        kind = kind_called(name)
        with open_rows(RowSource(path, "rows.csv", "csv", {role: role for role in data}), kind) as rows:
            return measured(kind, rows, setting_of(kind, {}, roles=rows.roles))

    return run


def test_reward_pairs_of_stiennon(computed) -> None:
    found = computed(
        "reward_model", {"item": "abcd", "chosen": [1.2, 0.1, 2, 0.5], "rejected": [0.3, 0.4, -1, 0.5]}
    )
    assert found.results["loss"].value == pytest.approx(0.484310913, abs=1e-9)
    assert found.results["accuracy"].value == 0.625


@pytest.mark.parametrize(
    ("n", "kl"),
    [
        (1, 0.0),
        (2, 0.193147181),
        (4, 0.636294361),
        (8, 1.204441542),
        (16, 1.835088722),
        (63, 3.159007742),
        (64, 3.174508083),
        (128, 3.859842764),
        (256, 4.549083694),
        (512, 5.240277750),
    ],
)
def test_distance_of_best_of_n(n, kl) -> None:
    assert best_of_n_kl(n) == pytest.approx(kl, abs=5e-10)


def test_gold_peaks_before_the_proxy(computed) -> None:
    found = computed(
        "reward_model",
        {
            "n": [1, 4, 16, 64, 256],
            "proxy": [0.50, 0.62, 0.70, 0.76, 0.80],
            "gold": [0.50, 0.60, 0.66, 0.65, 0.58],
        },
    )
    assert found.results["peak_kl"].value == pytest.approx(1.803061, abs=1e-6)
    assert found.results["gold_drop"].value == pytest.approx(0.08)


def test_shape_of_gao_peaks_where_its_formula_says() -> None:
    heaps = [Heap(d, 1, d * (1.2 - 0.25 * d)) for d in np.linspace(0, 5, 11)]
    fit = fit_parabola(heaps)
    assert not isinstance(fit, str)
    assert fit.peak(0.95).value == pytest.approx(2.4)
    assert fit.coefficients == pytest.approx((0.0, 1.2, -0.25), abs=1e-12)


def test_gap_recovered_with_independent_rows() -> None:
    weak, student, ceiling = (share * (1 - share) / 1000 for share in (0.60, 0.75, 0.90))
    joint = Joint(0.15, 0.30, student + weak, ceiling + weak, weak)
    found = fieller(joint, n=3000)
    assert (found.value, found.low, found.high) == pytest.approx((0.5, 0.388589, 0.604918), abs=1e-6)


def test_assisted_raters_find_half_again_as_many(computed) -> None:
    found = computed(
        "critique",
        {
            "item": list(range(200)),
            "rater": list(range(200)),
            "assisted": [1] * 100 + [0] * 100,
            "flaws": [2] * 80 + [1] * 20 + [2] * 20 + [1] * 80,
        },
    )
    ratio = found.results["rate_ratio"]
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((1.5, 1.190628, 1.889758), abs=1e-6)


def test_gaps_of_saunders(computed) -> None:
    found = computed(
        "critique",
        {
            "item": list(range(200)),
            "g": [1] * 124 + [0] * 76,
            "d": [1] * 148 + [0] * 52,
            "c": [1] * 138 + [0] * 62,
        },
    )
    gaps = [found.results[name].value for name in ("gd_gap", "gc_gap", "cd_gap")]
    assert gaps == pytest.approx([0.12, 0.07, -0.05])


def test_influence_of_four_samples(computed) -> None:
    found = computed(
        "data_selection",
        {
            "sample": ["1", "2", "3", "4"],
            "loss_base": [1.10, 0.80, 2.00, 0.50],
            "loss_reference": [1.43, 0.88, 2.02, 0.90],
        },
    )
    by_sample = {each.by["sample"]: each.results["influence"].value for each in found.slices}
    assert by_sample == {"1": 0.3, "2": 0.1, "3": 0.01, "4": 0.8}
    assert found.facts["influence_absolute"] == pytest.approx((0.33 + 0.08 + 0.02 + 0.40) / 4)


def test_faithfulness_of_one_circuit(computed) -> None:
    found = computed(
        "interpretability",
        {"claim": "aa", "prompt": "pq", "full": [3.5, 3.3], "circuit": [3.0, 2.8], "corrupt": [0.3, 0.1]},
    )
    assert found.results["faithfulness"].value == pytest.approx(0.84375)


@given(
    st.lists(st.tuples(st.integers(0, 6), st.floats(-2, 2)), min_size=5, max_size=30).filter(
        lambda points: len({x for x, _ in points}) >= 4
    )
)
def test_parabolas_are_those_of_statsmodels(points) -> None:
    x = np.array([float(each) for each, _ in points])
    y = np.array([round(value, 3) for _, value in points])
    held = {each: y[x == each] for each in sorted(set(x))}
    heaps = [
        Heap(each, len(own), float(own.mean()), float(((own - own.mean()) ** 2).sum()))
        for each, own in held.items()
    ]
    fit = fit_parabola(heaps)
    assert not isinstance(fit, str)
    wanted = sm.OLS(y, np.column_stack([np.ones_like(x), x, x * x])).fit()
    assert fit.coefficients == pytest.approx(tuple(wanted.params), abs=1e-8)
    assert fit.df == wanted.df_resid
    if fit.residual is not None:
        spread = np.array(fit.covariance) * fit.residual
        assert np.allclose(spread, wanted.cov_params(), rtol=1e-6, atol=1e-10)
    else:
        assert wanted.ssr < 1e-9 * max(1.0, float((y**2).sum()))


def test_two_places_have_no_curve() -> None:
    assert fit_parabola([Heap(0, 3, 1.0), Heap(1, 3, 2.0)]) == "a curve needs three different places"


def test_a_curve_through_three_points_has_a_peak_without_interval() -> None:
    fit = fit_parabola([Heap(0, 1, 0.0), Heap(1, 1, 1.0), Heap(2, 1, 0.0)])
    assert not isinstance(fit, str)
    peak = fit.peak(0.95)
    assert peak.value == pytest.approx(1.0)
    assert (peak.low, peak.high) == (None, None)
    assert math.isclose(fit.coefficients[2], -1.0)
