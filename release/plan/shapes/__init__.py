"""The kinds of values that a plan may hold, from which validation, schema, types and messages all follow."""

from release.plan.shapes.base import UNKNOWN_WORDS, FieldType, Mention, Notebook, Shape
from release.plan.shapes.containers import Choice, ListOf, MapOf
from release.plan.shapes.free import Free
from release.plan.shapes.numbers import Number, OneOf, Truth, Whole
from release.plan.shapes.record import Field, Record, may, must
from release.plan.shapes.scalars import (
    Date,
    Digest,
    DigestOrName,
    Form,
    Identifier,
    LooseText,
    Names,
    Text,
    Word,
)

__all__ = [
    "UNKNOWN_WORDS",
    "Choice",
    "Date",
    "Digest",
    "DigestOrName",
    "Field",
    "FieldType",
    "Form",
    "Free",
    "Identifier",
    "ListOf",
    "LooseText",
    "MapOf",
    "Mention",
    "Names",
    "Notebook",
    "Number",
    "OneOf",
    "Record",
    "Shape",
    "Text",
    "Truth",
    "Whole",
    "Word",
    "may",
    "must",
]
