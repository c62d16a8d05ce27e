"""A parabola through points by least squares, and where its peak lies."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from release.stats.interval import Interval, Statistic
from release.stats.ratio import Joint, fieller


class Heap(NamedTuple):
    """Values seen at one place.

    Attributes:
        x: the place.
        n: how many values.
        mean: their mean.
        squares: sum of squared deviations from their mean.
    """

    x: float
    n: int
    mean: float
    squares: float = 0.0


@dataclass(frozen=True, slots=True)
class Parabola:
    """A fit of c0 + c1 x + c2 x^2.

    Attributes:
        coefficients: c0, c1, c2.
        covariance: of the coefficients, per unit of residual variance.
        residual: residual variance; None when the points are not more than the coefficients.
        df: degrees of freedom of the residuals.
        n: values fitted.
    """

    coefficients: tuple[float, float, float]
    covariance: tuple[tuple[float, ...], ...]
    residual: float | None
    df: int
    n: int

    def peak(self, level: float) -> Statistic:
        """Return where the parabola peaks: -c1 / (2 c2), Fieller's interval, t on n - 3.

        Source: Fieller 1954, J. R. Stat. Soc. B 16, 175-185. Oracle: numpy.polyfit and the roots, in the
            tests.
        """
        _, c1, c2 = self.coefficients
        if c2 >= 0:
            reason = "the fitted curve does not bend down, so it has no peak"
            return Statistic.refused(reason, method="fieller", n=self.n)
        value = -c1 / (2 * c2)
        if self.residual is None or self.residual <= 0:
            reason = "nothing is left over to tell how far the peak could be off"
            return Statistic(value, level=level, method="fieller", n=self.n, reason=reason)
        spread = [[self.residual * number for number in row] for row in self.covariance]
        joint = Joint(-c1, 2 * c2, spread[1][1], 4 * spread[2][2], -2 * spread[1][2], self.df)
        return fieller(joint, n=self.n, level=level)


def fit_parabola(heaps: Iterable[Heap]) -> Parabola | str:
    """Return the least-squares parabola through heaps of values, or the reason why there is none."""
    held = sorted(heaps)
    if len({heap.x for heap in held}) < 3:
        return "a curve needs three different places"
    import numpy as np

    x = np.array([heap.x for heap in held])
    weight = np.array([float(heap.n) for heap in held])
    y = np.array([heap.mean for heap in held])
    centre, width = float(np.mean(x)), float(np.max(x) - np.min(x))
    z = (x - centre) / width
    design = np.vander(z, 3, increasing=True)
    information = design.T @ (design * weight[:, None])
    inverse = np.linalg.inv(information)
    own = inverse @ (design.T @ (weight * y))
    n = int(sum(heap.n for heap in held))
    df = n - 3
    left = float(np.sum(weight * (y - design @ own) ** 2)) + math.fsum(heap.squares for heap in held)
    scale = max(1.0, float(np.sum(weight * y**2)))
    residual = left / df if df > 0 and left > 1e-24 * scale else None
    back = np.array(
        [
            [1.0, -centre / width, (centre / width) ** 2],
            [0.0, 1 / width, -2 * centre / width**2],
            [0.0, 0.0, 1 / width**2],
        ]
    )
    coefficients = back @ own
    covariance = back @ inverse @ back.T
    return Parabola(
        (float(coefficients[0]), float(coefficients[1]), float(coefficients[2])),
        tuple(tuple(float(number) for number in row) for row in covariance),
        residual,
        df,
        n,
    )


def squared(ends: Interval) -> Interval:
    """Return the squares of the ends of an interval on the root scale; what lies below 0 becomes 0."""
    low = None if ends.low is None else max(0.0, ends.low) ** 2
    high = None if ends.high is None else max(0.0, ends.high) ** 2
    return Interval(low, high)
