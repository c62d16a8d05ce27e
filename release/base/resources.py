"""Where the shipped folders `policies/` and `templates/` are found."""

from __future__ import annotations

import importlib.resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Literal


def data(area: Literal["policies", "templates"]) -> Traversable:
    """Return the shipped folder, in a wheel, a zip, a checkout or an editable install.

    Raises:
        FileNotFoundError: this installation lacks it.
    """
    package = importlib.resources.files("release")
    shipped = package / "_data" / area
    if shipped.is_dir():
        return shipped
    if isinstance(package, Path) and (package.parent / "pyproject.toml").is_file():
        return package.parent / area
    raise FileNotFoundError(f"shipped {area} are missing from this installation")
