"""Packs compiled once for all plans of a run."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from release.base.errors import ErrorCollector
from release.policy.compile_pack import compile_pack
from release.policy.compiled import CompiledPack
from release.policy.expression import Language
from release.policy.pack import Pack
from release.policy.vocabulary import vocabulary

_KEPT = 256
_compiled: dict[tuple[str, str], CompiledPack] = {}


@cache
def language() -> Language:
    """Return the language over the plan's types and all derived facts."""
    from release.evidence.fact_types import fact_types

    return Language(vocabulary(fact_types()))


@cache
def _result_names() -> frozenset[str]:
    from release.evidence.kind import all_result_types

    return frozenset(all_result_types())


def compiled_packs(packs: Iterable[Pack]) -> tuple[CompiledPack, ...]:
    """Compile packs, each once.

    Raises:
        InvalidInput: with every expression that is wrong.
    """
    errors = ErrorCollector()
    found = []
    for pack in packs:
        key = (pack.digest, pack.file)
        if key not in _compiled:
            before = len(errors.errors)
            made = compile_pack(pack, language(), errors, results=_result_names())
            if len(errors.errors) > before:
                continue
            if len(_compiled) >= _KEPT:
                _compiled.clear()
            _compiled[key] = made
        found.append(_compiled[key])
    errors.raise_if_any()
    return tuple(found)
