"""The closed vocabularies of a plan, and the shapes that many objects share."""

from __future__ import annotations

from release.plan.shapes import Choice, Date, Identifier, ListOf, Names, Record, Text, Truth, Word, may, must
from release.plan.shapes.scalars import FilePath, Form, LooseText

LEVELS = ("closed", "gradual", "hosted", "api", "downloadable", "open")
LIKELIHOODS = ("remote", "unlikely", "even", "likely", "almost-certain")
SEVERITIES = ("negligible", "limited", "serious", "severe", "critical")
GRADES = ("low", "moderate", "high")
STATUSES = ("draft", "planned", "released", "withdrawn", "cancelled")
CONTROLS = (
    "rate-limit",
    "content-filter",
    "usage-policy",
    "revocation",
    "detector",
    "watermark",
    "provenance",
)

ID = Identifier()
TEXT = Text()
TEXTS = ListOf(TEXT, single=True)
DATE = Date()
TRUTH = Truth()
LEVEL = Word(*LEVELS)
LIKELIHOOD = Word(*LIKELIHOODS)
SEVERITY = Word(*SEVERITIES)
GRADE = Word(*GRADES)
BLOCKING = Word("hold", "no-go")
PATH = FilePath()
CATEGORY = Form("taxonomy/term, such as openai-2019/disinformation", r"^[^/\s][^/]*/[^/]*[^/\s]$")

STAGE = Names("stage")
MAYBE_STAGE = Names("stage", words=True)
STAGES = ListOf(STAGE)
EVIDENCE = ListOf(Names("evidence"), resolved=True)

REFERENCE = Record(
    "Reference",
    "Where something is said: a source of the plan, and the place in it.",
    must("source", Names("source"), "Id of a source of this plan."),
    may("at", LooseText(), "Place in the source, such as `section 4.2` or `page 7`."),
    may("quote", TEXT, "Words that are found in the archived text of the source."),
    short="source",
)
REFERENCES = ListOf(REFERENCE)

TEXT_LIST_OR_REFERENCE = Choice(
    "text, a list of texts, or a reference {source, at, quote}", plain=TEXT, list=ListOf(TEXT), map=REFERENCE
)

DATED_TEXT = Record(
    "DatedText",
    "A text and the day it was written.",
    may("on", DATE, "Day on which it was written."),
    may("text", TEXT, "What was found or decided."),
    short="text",
)
