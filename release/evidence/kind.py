"""What an evidence kind is: the columns it reads, the parameters it takes, the figures and facts it gives.

A kind declares all of this without importing numpy or an engine, because the policy compiler and the plan
reader ask for names and types on every check; only `compute` does heavy work, and imports what it needs
inside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from release.base.record import EMPTY, Record
from release.base.registry import Registry
from release.stats.interval import Statistic

if TYPE_CHECKING:
    from release.evidence.rows import Rows

FieldType = str | tuple[str, Any]
"""`string`, `int`, `double`, `bool`, `dyn`, `("list", T)`, `("map", T)` or `("object", name)`."""

STATISTIC: FieldType = ("object", "Statistic")

Cell = Literal["key", "text", "label", "stage", "variant", "date", "number", "count", "binary"]
"""What a column holds.

`key` a name, never blank; `text` anything; `label` one of a closed set; `stage`, `variant` an id of the plan;
`date` an ISO day; `number` a finite number; `count` a whole number from 0; `binary` 0 or 1, true or false.
"""

Blank = Literal["error", "drop", "keep"]
"""What a blank cell means: an error; an outcome, its row left out and counted; NULL for the kind."""


class Role(Record):
    """A part that a column of the rows plays.

    Attributes:
        name: as written under `data.columns`.
        cell: what the column holds.
        text: what it is for, one sentence.
        blank: what a blank cell means.
        labels: the closed set, for `label`.
        low: least number allowed, or None.
        low_open: `low` itself is refused too.
        high: greatest number allowed, or None.
    """

    name: str
    cell: Cell
    text: str
    blank: Blank = "error"
    labels: tuple[str, ...] = ()
    low: float | None = None
    low_open: bool = False
    high: float | None = None


class Param(Record):
    """A parameter under `params`.

    Attributes:
        type: `double`, `int`, `string` or `doubles` (a list of numbers).
        default: its value when it is not written; None means "none given".
        low: exclusive lower end for numbers, or None.
        high: exclusive upper end, or None.
        choices: the words allowed, when it is one of few.
    """

    name: str
    type: Literal["double", "int", "string", "doubles"]
    default: Any
    text: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()


class ResultSpec(Record):
    """A figure that the kind gives.

    Attributes:
        unit: `proportion`, `difference`, `ratio`, `rate`, `mean`, `p`, `count`, …; statistics carry it.
        needs: sets of roles of which one must be mapped for the figure to exist; empty means always.
        whole: given over all rows.
        by: the keys of slices in which it is given too, such as `(("stage",), ("from", "to"))`.
        range: least and greatest that it can be, where its unit does not tell; None at an end without limit.
    """

    name: str
    unit: str
    text: str
    needs: tuple[tuple[str, ...], ...] = ()
    whole: bool = True
    by: tuple[tuple[str, ...], ...] = ()
    range: tuple[float | None, float | None] | None = None


class FactSpec(Record):
    """A plain fact beside the figures: a number, a word, a list, or a small object."""

    name: str
    type: FieldType
    text: str


class Figure(Record):
    """How the report draws the kind: one figure's values with their intervals, sliced one way.

    Attributes:
        shape: `intervals` (a dot with its interval per slice), `matrix` (two keys) or `curve` (x is `by[0]`).
        reference: where a line stands that readers compare with (0 for a difference), or None.
    """

    title: str
    result: str
    by: tuple[str, ...] = ()
    shape: Literal["intervals", "matrix", "curve"] = "intervals"
    reference: float | None = None


class Slice(Record):
    """Figures of a part of the rows, named by `by`; keys and values are text."""

    by: Mapping[str, str]
    results: Mapping[str, Statistic]


class Computation(Record):
    """All that a kind says about its rows."""

    results: Mapping[str, Statistic]
    slices: tuple[Slice, ...] = ()
    facts: Mapping[str, Any] = EMPTY


class Refusal(Exception):
    """From these rows nothing can honestly be said, and why. The rows themselves are readable."""


class Setting(Record):
    """What a kind is told beside the rows.

    Attributes:
        params: every parameter of the kind, defaults filled in.
        level: two-sided confidence level.
        cluster: the role to cluster by, or None.
        stages: stage ids in plan order without cancelled ones; empty when there is no plan.
        variants: variant ids in plan order.
        archive: archived sources, id to readable text (for kinds that look quotations up).
    """

    params: Mapping[str, Any]
    level: float = 0.95
    cluster: str | None = None
    stages: tuple[str, ...] = ()
    variants: tuple[str, ...] = ()
    archive: Mapping[str, str] = EMPTY


class Kind(Record):
    """One evidence kind.

    Attributes:
        name: as written under `kind`; the module's name.
        version: raised whenever the same rows would give other figures; old locks are then stale.
        title: a few words for people.
        requires: a conjunction of alternatives of role sets: `((("item",),), (("score",), ("judged",)))`
            reads "item, and score or judged".
        cluster: the role clustered by unless the params name another, or None.
        compute: the figures of some rows.
    """

    name: str
    version: int
    title: str
    roles: tuple[Role, ...]
    requires: tuple[tuple[tuple[str, ...], ...], ...]
    results: tuple[ResultSpec, ...]
    compute: Callable[[Rows, Setting], Computation] | None
    params: tuple[Param, ...] = ()
    facts: tuple[FactSpec, ...] = ()
    cluster: str | None = None
    figure: Figure | None = None

    def role(self, name: str) -> Role:
        """Return the role called `name`."""
        return next(role for role in self.roles if role.name == name)

    def expected(self, mapped: Collection[str]) -> tuple[str, ...]:
        """Return the figures over all rows that these roles would give; a refusal gives them all as null."""
        return tuple(
            result.name
            for result in self.results
            if result.whole and (not result.needs or any(set(group) <= set(mapped) for group in result.needs))
        )

    def missing_roles(self, mapped: Collection[str]) -> list[str]:
        """Say, one text per gap, which roles these mapped ones lack; empty when all is there."""
        gaps = []
        for alternatives in self.requires:
            if not any(set(group) <= set(mapped) for group in alternatives):
                wanted = " or ".join(" with ".join(f"'{name}'" for name in group) for group in alternatives)
                gaps.append(wanted)
        return gaps

    def unit_of(self, name: str) -> str | None:
        """Return the unit of a figure."""
        return next((result.unit for result in self.results if result.name == name), None)


LEVEL = Param("level", "double", 0.95, "Two-sided confidence level of the intervals.", 0.2, 1 - 1e-10)
CLUSTER = Param("cluster", "string", None, "Role to cluster by instead of the kind's own, or `none`.")

SEED = Param(
    "seed", "int", None, "Other draws of a bootstrap; without it they follow from rows and parameters."
)

COMMON_PARAMS: tuple[Param, ...] = (LEVEL, CLUSTER, SEED)

COMMON_FACTS: tuple[FactSpec, ...] = (
    FactSpec("missing", "int", "Rows left out because their outcome is blank."),
    FactSpec(
        "clusters", "int", "Independent units that the intervals rest on: clusters, else items or rows."
    ),
    FactSpec("comparisons", "int", "Hypotheses tested at once; estimates with intervals are not counted."),
    FactSpec("multiplicity", ("object", "Multiplicity"), "How many comparisons were corrected for."),
    FactSpec("equivalence", ("object", "Equivalence"), "Interval of the equivalence test and its margin."),
    FactSpec("successes", "int", "Attempts that succeeded."),
    FactSpec("minimal_detectable", "double", "The difference that these rows would show with power 0.8."),
    FactSpec("mismatches", ("list", "string"), "Declared figures that the rows contradict."),
    FactSpec("prose_mismatches", ("list", "string"), "Figures in the claim that the rows contradict."),
    FactSpec("quotation_found", "bool", "The quotation stands in the archived source."),
    FactSpec("figures_not_in_source", ("list", "string"), "Figures of the claim found in no quotation."),
)

FACT_OBJECTS: dict[str, dict[str, FieldType]] = {
    "Statistic": {
        "value": "double",
        "low": "double",
        "high": "double",
        "level": "double",
        "method": "string",
        "n": "int",
        "clusters": "int",
        "reason": "string",
        "unit": "string",
        "tolerance": "double",
    },
    "Multiplicity": {"method": "string", "comparisons": "int"},
    "Equivalence": {"low": "double", "high": "double", "margin": "double", "p": "double"},
    "GoldPoint": {"kl": "double", "gold": "double", "proxy": "double"},
    "Change": {
        "benchmark": "string",
        "from": "string",
        "to": "string",
        "value": "double",
        "low": "double",
        "high": "double",
        "n": "int",
    },
}
"""Fields of the small objects that facts hold, for the policy compiler."""


_REGISTRY = Registry("release.evidence.kinds", "KIND")


def kinds() -> tuple[str, ...]:
    """Return the names of the shipped kinds, sorted, without importing any of them."""
    return _REGISTRY.shipped


def kind_called(name: str) -> Kind:
    """Return one kind.

    Raises:
        UnknownName: there is none of that name.
    """
    loaded: Kind = _REGISTRY.load(name)
    return loaded


def result_names(kind: str) -> tuple[str, ...]:
    """Return the names that may be declared for a kind; `reported` has none of its own."""
    return tuple(result.name for result in kind_called(kind).results)


def params_of(kind: Kind) -> tuple[Param, ...]:
    """Return all parameters of a kind, its own (which may refine a common one) before the common ones."""
    own = {param.name for param in kind.params}
    return (*kind.params, *(param for param in COMMON_PARAMS if param.name not in own))


def result_types(kind: Kind) -> dict[str, FieldType]:
    """Return name and type of everything under `e.results` for one kind."""
    facts = {fact.name: fact.type for fact in (*COMMON_FACTS, *kind.facts)}
    return {**facts, **{result.name: STATISTIC for result in kind.results}}


def all_result_types() -> dict[str, FieldType]:
    """Return name and type of everything that any kind offers under `e.results`.

    A name that is a figure in one kind and a fact in another is `dyn`.
    """
    merged: dict[str, FieldType] = {}
    for name in kinds():
        for field_name, type_ in result_types(kind_called(name)).items():
            merged[field_name] = type_ if merged.get(field_name, type_) == type_ else "dyn"
    return dict(sorted(merged.items()))


def filled(specs: Iterable[Param], written: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter: as written, else its default."""
    return {spec.name: written.get(spec.name, spec.default) for spec in specs}
