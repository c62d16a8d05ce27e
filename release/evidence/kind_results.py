"""The evidence kinds and the names of their results, each kind imported only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from release.base.registry import UnknownName
from release.evidence.kind import kinds, result_names


class KindResults(Mapping[str, tuple[str, ...]]):
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
