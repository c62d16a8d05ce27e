"""A figure that averages one role: a share where it holds 0 and 1, else a mean."""

from __future__ import annotations

from typing import NamedTuple

from release.stats.arms import Arm, mean, proportion
from release.stats.interval import Statistic


class Average(NamedTuple):
    """What is averaged, and under which name.

    Attributes:
        result: name of the figure.
        role: the role that is averaged.
        shares: whether the role holds 0 and 1.
    """

    result: str
    role: str
    shares: bool

    def of(self, arm: Arm, level: float) -> Statistic:
        """Return the figure of an arm."""
        return proportion(arm, level=level) if self.shares else mean(arm, level=level)
