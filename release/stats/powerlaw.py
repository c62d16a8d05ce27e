"""Power laws through runs of growing compute, and what they say of a run that is larger still.

Two laws, as in the GPT-4 report: a loss falls as a C^b + c towards a constant that more compute does not
remove; a pass rate follows -log(rate) = a C^b. Both come with a prediction interval, which holds for a
single new run, and is only as good as the assumption that the law goes on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from release.stats.estimate import Estimate
from release.stats.interval import Interval, StatisticsError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOSS_PARAMETERS = 3
PASS_RATE_PARAMETERS = 2

NO_RESIDUAL = "the law passes through every run, so nothing tells how far a new one could fall from it"
SHARP = "the best curve bends at the very end of the runs, so no law can be told from them"
STRAIGHT = "the runs lie on a straight line in log compute, so no constant can be told apart"
UNDETERMINED = "the runs do not determine factor, exponent and constant"
ONE_RATE = "a pass rate of 1 has no power law: its logarithm is 0"

_GRID = 400
_REACH = 20.0
_FLAT = 1e-6
_FAR = 300.0
"""Powers beyond e^300 are no prediction any more; cut there, their squares still fit in a float."""

_EXACT_FIT = 1e-11


class Run(NamedTuple):
    """One run.

    Attributes:
        compute: FLOP, parameters, or whatever the law is in; positive.
        value: the loss, or the pass rate.
    """

    compute: float
    value: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted law.

    Attributes:
        a: factor.
        b: exponent.
        c: constant; None for a law without one.
        residual: standard deviation of the residuals, of log(-log(rate)) for pass rates.
        curve: gives the law at any compute, with the interval of a new run.
    """

    a: Estimate
    b: Estimate
    c: Estimate | None
    residual: float
    curve: _LossCurve | _PassCurve

    def predict(self, compute: float, level: float) -> Prediction:
        """Return what a new run of this compute is expected to give."""
        if not (math.isfinite(compute) and compute > 0):
            raise StatisticsError(f"compute is positive, not {compute}")
        return self.curve.predict(compute, level)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a new run is expected to give.

    Attributes:
        value: the law.
        interval: where a new run falls with the level's chance, if the law holds.
        mean_se: standard error of the law itself, on the scale of the fit.
        reason: why there is no interval.
    """

    value: float
    interval: Interval
    mean_se: float
    reason: str | None = None


def _lack(runs: Sequence[Run], parameters: int) -> str:
    """Return why runs are too few for a law, or nothing.

    Raises:
        StatisticsError: they are no runs.
    """
    if any(not (math.isfinite(run.compute) and run.compute > 0 and math.isfinite(run.value)) for run in runs):
        raise StatisticsError("runs have positive compute and finite values")
    if len(runs) <= parameters:
        told = "1 run" if len(runs) == 1 else f"{len(runs)} runs"
        return f"{told} cannot fit {parameters} parameters with anything left over"
    if len({run.compute for run in runs}) < parameters:
        return (
            f"{parameters} parameters are not determined by runs of fewer than {parameters} different sizes"
        )
    return ""


def fit_loss(runs: Sequence[Run]) -> Fit | str:
    """Return the least-squares fit of a C^b + c, or the reason why there is none.

    For a given b the best a and c are a straight line, so a grid over b finds every valley of the sum of
    squares; the deepest is refined by Levenberg and Marquardt's method. Starting values are therefore not
    needed.

    Source: OpenAI 2023, GPT-4 Technical Report, section 3.1; Seber & Wild 1989, Nonlinear Regression,
    chapter 5, for the delta method; Golub & Pereyra 1973 for the separation. Oracle:
    scipy.optimize.curve_fit, and the worked fit of seven runs with a .29295775, b -.09087320, c .81139591,
    prediction 1.104353665 [1.086439676, 1.122267653].
    """
    lack = _lack(runs, LOSS_PARAMETERS)
    if lack:
        return lack
    import numpy as np

    held = sorted(runs)
    logs = np.log([run.compute for run in held])
    centre = float(logs.mean())
    xs = logs - centre
    ys = np.array([run.value for run in held])
    reach = _REACH / float(xs.max() - xs.min())
    found = _deepest(xs, ys, reach)
    if isinstance(found, str):
        return found
    return _loss_fit(xs, ys, found, centre)


def _bend(xs: NDArray[Any], b: float) -> NDArray[Any]:
    """Return (exp(b x) - 1) / b, which goes over into x at b = 0."""
    import numpy as np

    bend: NDArray[Any] = np.expm1(np.clip(b * xs, -_FAR, _FAR)) / b if b else np.asarray(xs, dtype=float)
    return bend


def _deepest(xs: NDArray[Any], ys: NDArray[Any], reach: float) -> NDArray[Any] | str:
    """Return height, slope and exponent of the least sum of squares."""
    import numpy as np
    from scipy import optimize

    grid = np.linspace(-reach, reach, 2 * _GRID + 1)
    lines = [_line(xs, ys, float(b)) for b in grid]
    sums = [squares for squares, _, _ in lines]
    valleys = [
        place
        for place in range(1, len(grid) - 1)
        if sums[place] <= sums[place - 1] and sums[place] <= sums[place + 1]
    ]
    best: NDArray[Any] | None = None
    least = math.inf
    for place in valleys:
        _, height, slope = lines[place]
        found = optimize.least_squares(
            _residuals,
            [height, slope, float(grid[place])],
            jac=_jacobian,
            method="lm",
            x_scale="jac",
            xtol=1e-15,
            ftol=1e-15,
            gtol=1e-15,
            args=(xs, ys),
        )
        if 2 * found.cost < least and abs(found.x[2]) < reach:
            best, least = found.x, 2 * found.cost
    blurred = (_EXACT_FIT * float(np.max(np.abs(ys)))) ** 2
    if best is None or least > min(sums) * (1 + 1e-9) + blurred:
        return SHARP
    return STRAIGHT if abs(best[2]) < _FLAT * reach else _polished(best, xs, ys)


def _polished(found: NDArray[Any], xs: NDArray[Any], ys: NDArray[Any]) -> NDArray[Any]:
    """Return the minimum to the last digits, by Gauss-Newton steps for as long as they get shorter.

    Where the valley is flat the search before stops some digits early, and how early depends on the machine.
    """
    import numpy as np

    shortest = math.inf
    while True:
        step = np.linalg.lstsq(_jacobian(found, xs), _residuals(found, xs, ys), rcond=None)[0]
        length = float(np.max(np.abs(step) / np.maximum(np.abs(found), 1e-30)))
        if length >= shortest:
            return found
        found, shortest = found - step, length


def _line(xs: NDArray[Any], ys: NDArray[Any], b: float) -> tuple[float, float, float]:
    bend = _bend(xs, b)
    offset = bend - bend.mean()
    spread = float(offset @ offset)
    slope = float(offset @ ys) / spread if spread > 0 else 0.0
    height = float(ys.mean() - slope * bend.mean())
    left = ys - height - slope * bend
    return float(left @ left), height, slope


def _residuals(p: NDArray[Any], xs: NDArray[Any], ys: NDArray[Any]) -> NDArray[Any]:
    residuals: NDArray[Any] = p[0] + p[1] * _bend(xs, float(p[2])) - ys
    return residuals


def _jacobian(p: NDArray[Any], xs: NDArray[Any], _ys: NDArray[Any] | None = None) -> NDArray[Any]:
    import numpy as np

    b = float(p[2])
    bend = _bend(xs, b)
    turn = (xs * np.exp(np.clip(b * xs, -_FAR, _FAR)) - bend) / b if b else xs * xs / 2
    return np.column_stack([np.ones(len(xs)), bend, p[1] * turn])


@dataclass(frozen=True, slots=True)
class _LossCurve:
    """height + slope x bend(x, b), the law in a form that stays sound as b goes to 0."""

    parameters: Any
    covariance: Any
    centre: float
    variance: float
    df: int

    def predict(self, compute: float, level: float) -> Prediction:
        import numpy as np

        x = np.array([math.log(compute) - self.centre])
        value = float(_residuals(self.parameters, x, np.zeros(1))[0])
        gradient = _jacobian(self.parameters, x)[0]
        mean_variance = float(gradient @ self.covariance @ gradient)
        return _prediction(value, mean_variance, self.variance, self.df, level)


def _prediction(value: float, mean_variance: float, variance: float, df: int, level: float) -> Prediction:
    if variance == 0:
        return Prediction(value, Interval(None, None), 0.0, NO_RESIDUAL)
    new_run = Estimate(value, math.sqrt(variance + mean_variance), df, "delta", df)
    return Prediction(value, new_run.interval(level), math.sqrt(mean_variance))


def _loss_fit(xs: NDArray[Any], ys: NDArray[Any], found: NDArray[Any], centre: float) -> Fit | str:
    import numpy as np

    n, df = len(xs), len(xs) - LOSS_PARAMETERS
    residuals = _residuals(found, xs, ys)
    variance = float(residuals @ residuals) / df
    if variance <= (_EXACT_FIT * float(np.max(np.abs(ys)))) ** 2:
        variance = 0.0
    design = _jacobian(found, xs)
    _, triangle = np.linalg.qr(design)
    lengths = np.linalg.norm(triangle, axis=0)
    if not lengths.all() or np.linalg.cond(triangle / lengths) > 1e12:
        return UNDETERMINED
    inverse = np.linalg.inv(triangle)
    covariance = variance * inverse @ inverse.T
    height, slope, b = (float(part) for part in found)
    a = slope / b * math.exp(-b * centre)
    to_a = np.array([0.0, a / slope, -a / b - a * centre])
    to_c = np.array([1.0, -1.0 / b, slope / b**2])
    curve = _LossCurve(found, covariance, centre, variance, df)

    def estimate(value: float, gradient: NDArray[Any]) -> Estimate:
        own = float(gradient @ covariance @ gradient)
        known = own > 0
        return Estimate(
            value, math.sqrt(own) if known else None, df, "delta", n, reason=None if known else NO_RESIDUAL
        )

    return Fit(
        estimate(a, to_a),
        estimate(b, np.array([0.0, 0.0, 1.0])),
        estimate(height - slope / b, to_c),
        math.sqrt(variance),
        curve,
    )


def fit_pass_rate(runs: Sequence[Run]) -> Fit | str:
    """Return the fit of -log(rate) = a C^b, a straight line in logarithms, or the reason why there is none.

    Source: OpenAI 2023, GPT-4 Technical Report, section 3.2; Seber & Lee 2003, Linear Regression Analysis,
    for the prediction interval. Oracle: scipy.stats.linregress; statsmodels get_prediction; four runs with
    exponent -.167730075, factor .402471091 and a rate of .668665669 at 1.
    """
    lack = _lack(runs, PASS_RATE_PARAMETERS)
    if lack:
        return lack
    if any(not 0 < run.value <= 1 for run in runs):
        raise StatisticsError("pass rates lie above 0 and up to 1")
    if any(run.value == 1 for run in runs):
        return ONE_RATE
    import numpy as np

    held = sorted(runs)
    logs = np.log([run.compute for run in held])
    centre = float(logs.mean())
    xs = logs - centre
    ys = np.array([math.log(-math.log(run.value)) for run in held])
    n, df = len(held), len(held) - PASS_RATE_PARAMETERS
    squares, height, slope = _line(xs, ys, 0.0)
    variance = squares / df
    if variance <= (_EXACT_FIT * max(1.0, float(np.max(np.abs(ys))))) ** 2:
        variance = 0.0
    curve = _PassCurve(height, slope, centre, float(xs @ xs), variance, n)
    log_a = height - slope * centre
    se_b = math.sqrt(variance / curve.spread)
    se_log_a = math.sqrt(variance * (1 / n + centre**2 / curve.spread))
    reason = None if variance else NO_RESIDUAL
    a = math.exp(log_a)
    return Fit(
        Estimate(a, a * se_log_a if variance else None, df, "delta", n, reason=reason),
        Estimate(slope, se_b if variance else None, df, "delta", n, reason=reason),
        None,
        math.sqrt(variance),
        curve,
    )


@dataclass(frozen=True, slots=True)
class _PassCurve:
    """log(-log(rate)) = height + slope x."""

    height: float
    slope: float
    centre: float
    spread: float
    variance: float
    n: int

    def predict(self, compute: float, level: float) -> Prediction:
        x = math.log(compute) - self.centre
        mean_variance = self.variance * (1 / self.n + x * x / self.spread)
        found = _prediction(
            self.height + self.slope * x, mean_variance, self.variance, self.n - PASS_RATE_PARAMETERS, level
        )
        low, high = (
            None if end is None else math.exp(-math.exp(end))
            for end in (found.interval.high, found.interval.low)
        )
        return Prediction(math.exp(-math.exp(found.value)), Interval(low, high), found.mean_se, found.reason)
