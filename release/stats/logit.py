"""The fit that strengths and length control share: chances whose log-odds are linear, by Newton's method."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROUNDS = 200
_STEP = 1e-12


class Logit:
    """Rows of a design with how often each was tried and won; wins may be fractional."""

    def __init__(self, design: NDArray[Any], counts: NDArray[Any], wins: NDArray[Any]) -> None:
        self.design = design
        self.counts = counts
        self.wins = wins

    def chances(self, beta: NDArray[Any]) -> NDArray[Any]:
        """Return the chance of each row."""
        from scipy import special

        chances: NDArray[Any] = special.expit(self.design @ beta)
        return chances

    def information(self, beta: NDArray[Any]) -> NDArray[Any]:
        """Return the information matrix."""
        chance = self.chances(beta)
        matrix: NDArray[Any] = (self.design.T * (self.counts * chance * (1 - chance))) @ self.design
        return matrix

    def log_likelihood(self, beta: NDArray[Any]) -> float:
        """Return the log-likelihood."""
        from scipy import special

        score = self.design @ beta
        losses = self.counts - self.wins
        return float(self.wins @ special.log_expit(score) + losses @ special.log_expit(-score))

    def fit(self) -> NDArray[Any]:
        """Return the coefficients of greatest likelihood, which the caller has made sure exist.

        The likelihood is concave, so Newton's steps, halved while they overshoot, find its one maximum.

        Source: McCullagh & Nelder 1989, Generalized Linear Models, chapter 4. Oracle: statsmodels GLM.
        """
        import numpy as np

        beta = np.zeros(self.design.shape[1])
        best = self.log_likelihood(beta)
        size, rounds = 1.0, 0
        while size > _STEP and rounds < _ROUNDS:
            gradient = self.design.T @ (self.wins - self.counts * self.chances(beta))
            step = np.linalg.solve(self.information(beta), gradient)
            while self.log_likelihood(beta + step) < best - abs(best) * 1e-14:
                step = step / 2
            beta = beta + step
            best = self.log_likelihood(beta)
            size = float(np.max(np.abs(step)) / max(1.0, float(np.max(np.abs(beta)))))
            rounds += 1
        return beta
