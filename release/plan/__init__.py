"""The plan: typed, complete, every object knowing its place."""

from release.plan.plan import Plan
from release.plan.read import read_plan

__all__ = ["Plan", "read_plan"]
