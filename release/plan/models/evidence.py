"""Evidence: a claim, the figures declared for it, the rows behind it, and how it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from release.base.pointers import pointer_token
from release.plan.models.words import DATE, ID, PATH, REFERENCE, STAGES, TEXT, TEXTS, TRUTH
from release.plan.shapes import (
    UNKNOWN_WORDS,
    Choice,
    Digest,
    DigestOrName,
    FieldType,
    Free,
    ListOf,
    MapOf,
    Names,
    Notebook,
    Number,
    OneOf,
    Record,
    Whole,
    Word,
    may,
    must,
)
from release.plan.shapes.base import Value
from release.plan.shapes.scalars import LooseText

_WITH_DIGITS = ("value", "low", "high")


class _SliceValue(OneOf):
    """The value that names a slice: its text, also where it looks like a number or a truth value."""

    def __init__(self) -> None:
        super().__init__(LooseText(), TRUTH)

    def type(self) -> FieldType:
        """Text."""
        return "string"

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:  # noqa: ARG002
        """Return the text."""
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)


class _Slice(MapOf):
    """What a figure is about: names of columns and their values, as they were written."""

    def __init__(self) -> None:
        super().__init__(_SliceValue(), "a mapping such as {stage: large, sampling: top_k_40}")

    def tidy(self, value: Value, at: str, notebook: Notebook) -> dict[str, Any]:
        """Keep the digits of numbers as they were written, since slices match as text."""
        tidied = super().tidy(value, at, notebook)
        tidied.update(getattr(value, "raw", {}))
        return tidied


SLICE = _Slice()

_FIGURE_FIELDS = (
    may("value", Number(), "The figure."),
    may("low", Number(), "Lower end of its interval."),
    may("high", Number(), "Upper end of its interval."),
    may("n", Whole(), "How many items it rests on."),
    may("unit", TEXT, "Its unit, such as proportion, points or USD."),
    may("level", Number(0), "Level of the interval, such as 0.95."),
    may("method", TEXT, "How the interval was made."),
)

FIGURE = Record("Figure", "A declared figure.", *_FIGURE_FIELDS, short="value")

DECLARED_FIGURE = Record(
    "DeclaredFigure",
    "A declared figure of one result, of all rows or of a slice.",
    must("result", TEXT, "Name of the result, one that the kind has.", words=False),
    may("by", SLICE, "The slice that it is about, such as {stage: large}.", words=False),
    *_FIGURE_FIELDS,
)


class _Declared(Choice):
    """Declared figures: a mapping from result to figure, or a list. Tidied to a list either way."""

    def __init__(self) -> None:
        super().__init__(
            "a mapping from result to figure, or a list of {result, by, value, low, high, n}",
            map=MapOf(FIGURE, "a mapping from result to figure"),
            list=ListOf(DECLARED_FIGURE),
        )

    def type(self) -> FieldType:
        """A list of figures."""
        return ("list", ("object", DECLARED_FIGURE.name))

    def tidy(self, value: Value, at: str, notebook: Notebook) -> list[dict[str, Any]]:
        """Return one entry per figure, with its result, its slice, and its digits as written."""
        if isinstance(value, list):
            return [
                _entry(item, DECLARED_FIGURE.tidy(item, f"{at}/{index}", notebook), {})
                for index, item in enumerate(value)
                if item is not None
            ]
        digits = getattr(value, "raw", {})
        return [
            _named(name, item, f"{at}/{pointer_token(name)}", digits, notebook)
            for name, item in value.items()
        ]


def _named(name: str, item: Value, at: str, digits: Mapping[str, str], notebook: Notebook) -> dict[str, Any]:
    """Return the entry of one result of the mapping form."""
    if isinstance(item, str) and item in UNKNOWN_WORDS:
        tidied: dict[str, Any] = {"$at": at, "$unknown": ["value"], "$words": {"value": item}}
    else:
        tidied = FIGURE.tidy(item, at, notebook)
    tidied["result"] = name
    return _entry(item, tidied, {"value": digits[name]} if name in digits else {})


def _entry(written: Value, tidied: dict[str, Any], digits: dict[str, str]) -> dict[str, Any]:
    raw = getattr(written, "raw", {})
    digits.update({name: raw[name] for name in _WITH_DIGITS if name in raw})
    if digits:
        tidied["$raw"] = digits
    tidied.setdefault("by", {"$at": tidied["$at"]})
    return tidied


DATA = Record(
    "Data",
    "The rows behind a figure.",
    may("path", PATH, "Path of the file of rows, relative to the release folder.", words=False),
    may("format", Word("csv", "jsonl", "parquet"), "Format of the file, where its name does not say."),
    may(
        "columns",
        MapOf(
            Choice(
                "the name of a column, or a mapping from stage to column",
                plain=TEXT,
                map=MapOf(TEXT, "a mapping from stage to column"),
            ),
            "a mapping from role to column",
        ),
        "Which column plays which role of the kind.",
    ),
    may("filters", MapOf(Free(), "a mapping from column to a value or a list of values"), "Rows to use."),
    may("sha256", Digest(), "SHA-256 of the file."),
    short="path",
)

EVALUATOR = Record(
    "Evaluator",
    "Who made the evidence.",
    may("name", TEXT, "Name of the person or body."),
    may("kind", Word("developer", "partner", "independent"), "Whose side they are on."),
    may("independent", TRUTH, "Whether they are free of money, orders and authorship of the developer."),
    short="name",
)

HEADLINE = Record(
    "Headline",
    "The result that the claim rests on.",
    must("result", TEXT, "Name of the result.", words=False),
    may("by", SLICE, "The slice, where it is not all rows."),
    short="result",
)

EVIDENCE_ITEM = Record(
    "Evidence",
    "A claim with the figures and rows that back it.",
    must("id", ID, "Short name of the evidence."),
    must("kind", TEXT, "Kind of evidence; it decides what is computed from the rows.", words=False),
    may("stages", STAGES, "Ids of the stages whose models were tested."),
    may("variants", ListOf(Names("variant"), resolved=True), "Ids of the models that were tested."),
    may("claim", TEXT, "What the evidence is said to show."),
    may("tolerance", Number(0), "How far a declared figure may be from the computed one."),
    may("declared", _Declared(), "Figures as somebody stated them: a claim until they are recomputed."),
    may("data", DATA, "The rows from which the figures can be recomputed."),
    may("params", MapOf(Free(), "a mapping from parameter to value"), "Parameters of the kind."),
    may("source", REFERENCE, "Where the claim was made."),
    may("evaluator", EVALUATOR, "Who made it."),
    may("signature", PATH, "Path of a signature over the rows.", words=False),
    may("conducted", DATE, "Day on which it was made."),
    may("available", DATE, "Day on which those who decide knew it."),
    may("held_out", TRUTH, "Whether the data were kept from training and selection."),
    may(
        "pre_registered", OneOf(DATE, TRUTH), "Day on which method and analysis were registered, or whether."
    ),
    may("limitations", TEXTS, "What it does not show."),
    may("expires", DATE, "Day after which it is no longer relied on."),
    may("transfer_argument", TEXT, "Why it holds for stages that were not tested."),
    may("checkpoint", DigestOrName(), "Name or SHA-256 of the checkpoint that was tested."),
    may(
        "condition",
        Word("base", "fine_tuned", "jailbreak", "adversarial_instruction", "fewest_mitigations", "other"),
        "State of the model under test.",
    ),
    may("scopes", TEXTS, "What was attacked, such as abuse, gai-attack or ml-attack."),
    may("elicitation", TEXTS, "How capability was brought out: fine-tuning, scaffolding, helpful-only."),
    may(
        "claim_type",
        Word("no_difference", "not_worse", "preferred", "assistance_helps", "alignment_tax", "other"),
        "What sort of claim it is.",
    ),
    may("headline", HEADLINE, "The result that the claim rests on."),
    may("sampling", TEXT, "How the sample was drawn: random, stratified, convenience."),
    may("cluster_key", TEXT, "What rows are clustered by."),
    may(
        "split",
        Record(
            "Split",
            "The part of the data that was used.",
            may("name", TEXT, "Name of the part."),
            may("used_for_selection", TRUTH, "Whether it was also used to choose the model."),
            short="name",
        ),
        "The part of the data that was used.",
    ),
    may(
        "contamination",
        Record(
            "Contamination",
            "Whether test items were in the training data.",
            may("checked", TRUTH, "Whether that was checked."),
            may("text", TEXT, "How."),
        ),
        "Whether test items were in the training data.",
    ),
    may("margin_set_on", DATE, "Day on which the margin of equivalence was fixed."),
    may("blinded", TRUTH, "Whether raters did not know which model they rated."),
    may(
        "baseline",
        Record(
            "Baseline",
            "What was compared with.",
            may("prompted", OneOf(TRUTH, TEXT), "Whether and how the baseline was prompted."),
            may("text", TEXT, "What the baseline is."),
            short="text",
        ),
        "What was compared with.",
    ),
    may(
        "raters",
        Record(
            "Raters",
            "The people who rated.",
            may("count", Whole(), "How many."),
            may("recruited", TEXT, "How they were found and screened."),
        ),
        "The people who rated.",
    ),
    may("critic", TEXT, "Model that wrote the critiques."),
    may("author", TEXT, "Model that wrote what was criticised."),
    may("tuned_on_ground_truth", TRUTH, "Whether anything was tuned on the true labels."),
    may("coauthored_with_developer", TRUTH, "Whether the developer is among the authors."),
    may("data_unavailable", TEXT, "Why there are no rows."),
    may("registered_on", DATE, "Day on which a forecast was registered."),
    may("target_known_on", DATE, "Day on which the forecast figure became known."),
    may("metric_type", TEXT, "What a forecast is of: loss or pass-rate."),
    kind="evidence",
)
