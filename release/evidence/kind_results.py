"""The evidence kinds and the names of their results, each kind imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from release.base.errors import ErrorCollector
from release.base.registry import UnknownName
from release.evidence.kind import kind_called, kinds, params_of, result_names
from release.plan.references import KindNames, KnownKinds

if TYPE_CHECKING:
    from release.plan.tree import Tree


class KindResults(KnownKinds):
    """Kind to the names of its results, for the plan reader; kinds that extensions add are found too."""

    def __getitem__(self, kind: str) -> tuple[str, ...]:
        try:
            return result_names(kind)
        except UnknownName:
            raise KeyError(kind) from None

    def __iter__(self) -> Iterator[str]:
        return iter(kinds())

    def __len__(self) -> int:
        return len(kinds())

    def names(self, kind: str) -> KindNames:
        """Return the roles, parameters, keys of slices and limits of figures that a kind has."""
        from release.evidence.usage import figure_schema, param_schema, slice_keys

        found = kind_called(kind)
        roles = tuple(role.name for role in found.roles)
        params = {spec.name: param_schema(spec) for spec in params_of(found)}
        figures = {spec.name: limits for spec in found.results if (limits := figure_schema(spec))}
        return KindNames(roles, params, slice_keys(found), figures)

    def check(
        self, item: Mapping[str, Any], stages: Collection[str], tree: Tree, errors: ErrorCollector
    ) -> None:
        """Note what is wrong with roles, parameters and figures of an item, each at its place."""
        if not item.keys() & {"data", "params", "declared", "headline"}:
            return
        from release.evidence.usage import faults

        for fault in faults(kind_called(item["kind"]), item, stages):
            route = tree.route(f"{item['$at']}/{fault.pointer}")
            place = tree.key_position(route) if fault.key else tree.object_position(route)
            errors.add(fault.code, fault.message, place, fault.hint)
