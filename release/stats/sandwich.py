"""Standard errors of a fitted model whose rows come in clusters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NOTHING = 1e-18
"""A variance of less than this share of the model's own is zero that rounding has blurred."""


def cluster_errors(inverse: NDArray[Any], scores: Mapping[str, NDArray[Any]]) -> list[float | None]:
    """Return the standard errors of the coefficients, None for one that no cluster moves.

    inverse x G/(G-1) x sum of score' score x inverse, with one score per cluster, at least two of them.

    Args:
        inverse: the inverse of the information matrix.
        scores: the gradient of each cluster's log-likelihood, in an order that does not vary.

    Source: White 1982, Econometrica 50, 1-25; Liang & Zeger 1986, Biometrika 73, 13-22.
    Oracle: statsmodels, cov_type="cluster", without its further small-sample factor.
    """
    import numpy as np

    size = len(scores)
    table = np.array(list(scores.values()))
    variances = np.diag(inverse @ (table.T @ table) @ inverse) * size / (size - 1)
    return [
        math.sqrt(variance) if variance > _NOTHING * floor else None
        for variance, floor in zip(variances, np.diag(inverse), strict=True)
    ]
