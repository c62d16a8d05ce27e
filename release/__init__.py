"""Release plans for model families that can be checked.

The few public names, loaded when they are first used:

- `load_plan(path)`: read and validate a plan.
- `check(path, at=…)`: judge a plan with its policy packs.
- `report(path, audience=…)`: write the report that one audience may see.
"""

from __future__ import annotations

from release.base.version import __version__

TYPE_CHECKING = False  # type checkers take it for true; `typing` is a third of the time of `--version`
if TYPE_CHECKING:
    from typing import Any

    from release.api import check, load_plan, report


__all__ = ["__version__", "check", "load_plan", "report"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the public name stands for
    """Load a public name from `release.api` when it is first asked for."""
    if name in {"check", "load_plan", "report"}:
        from release import api

        return getattr(api, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
