"""A folder is the registry: names are known without importing, a module is imported when asked for."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Any


class UnknownName(LookupError):
    """A name that neither the folder nor an installed extension provides."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        super().__init__(name)
        self.name = name
        self.known = known


class Registry:
    """The modules of one package, each offering one object under one attribute name.

    Installed extensions may add names through the entry point group of the same name as the package, and
    never replace one that is shipped; they are looked at only for a name not shipped, or for a full list.
    """

    def __init__(self, package: str, attribute: str) -> None:
        self.package = package
        self.attribute = attribute
        self._shipped: tuple[str, ...] | None = None

    @property
    def shipped(self) -> tuple[str, ...]:
        """Names of the shipped modules, sorted."""
        if self._shipped is None:
            path = importlib.import_module(self.package).__path__
            names = (module.name for module in pkgutil.iter_modules(path))
            self._shipped = tuple(sorted(name for name in names if not name.startswith("_")))
        return self._shipped

    def names(self) -> tuple[str, ...]:
        """All names, shipped and added, sorted."""
        added = (point.name for point in self._added())
        return tuple(sorted({*self.shipped, *added}))

    def load(self, name: str) -> Any:  # noqa: ANN401 - each registry's users know what its modules offer
        """Import and return the object called `name`.

        Raises:
            UnknownName: nothing provides it.
        """
        if name in self.shipped:
            return getattr(importlib.import_module(f"{self.package}.{name}"), self.attribute)
        for point in self._added():
            if point.name == name:
                return point.load()
        raise UnknownName(name, self.names())

    def _added(self) -> Iterable[Any]:
        from importlib.metadata import entry_points  # reads what is installed, with the modules for mail

        return entry_points(group=self.package)
