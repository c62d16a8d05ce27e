"""The language of all packs: the plan's types with all derived facts, and the names that results may have."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from release.policy.expression import Language


@cache
def language() -> Language:
    """Return the language over the plan's types and all derived facts."""
    from release.evidence.fact_types import fact_types
    from release.policy.expression import Language
    from release.policy.vocabulary import vocabulary

    return Language(vocabulary(fact_types()))


@cache
def result_names() -> frozenset[str]:
    """Return every name that a result of some evidence kind has."""
    from release.evidence.kind import all_result_types

    return frozenset(all_result_types())
