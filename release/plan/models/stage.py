"""Stages: the steps of the release, with access, dates, criteria and plans for the worst."""

from __future__ import annotations

from typing import Any

from release.base.limits import STAGES as MOST_STAGES
from release.plan.models.words import (
    BLOCKING,
    CONTROLS,
    DATE,
    DATED_TEXT,
    ID,
    LEVEL,
    REFERENCE,
    STATUSES,
    TEXT,
    TEXT_LIST_OR_REFERENCE,
    TEXTS,
    TRUTH,
)
from release.plan.shapes import (
    UNKNOWN_WORDS,
    Choice,
    FieldType,
    Free,
    ListOf,
    MapOf,
    Names,
    Notebook,
    OneOf,
    Record,
    Whole,
    Word,
    may,
    must,
)
from release.plan.shapes.base import Value
from release.plan.shapes.scalars import NamesEither

_OTHER_CONTROL = Record(
    "OtherControl",
    "A control that has no word of its own.",
    must("other", TEXT, "What it does.", words=False),
)


class _Control(Choice):
    """A control: one of the closed words, or `{other: text}`, which expressions see as `other: text`."""

    def __init__(self) -> None:
        super().__init__(
            f"one of {', '.join(CONTROLS)}, or {{other: text}}", plain=Word(*CONTROLS), map=_OTHER_CONTROL
        )

    def type(self) -> FieldType:
        """Text."""
        return "string"

    def tidy(self, value: Value, at: str, notebook: Notebook) -> str:  # noqa: ARG002
        """Return the word, or the other control's text."""
        return value if isinstance(value, str) else f"other: {value.get('other', '')}"


ACCESS = Record(
    "Access",
    "Who can use the models of a stage, how, and what limits them.",
    may("level", LEVEL, "How much leaves: closed, gradual, hosted, api, downloadable or open."),
    may("recipients", TEXT_LIST_OR_REFERENCE, "Who gets access."),
    may("terms", TEXT_LIST_OR_REFERENCE, "On what terms: licence, agreement, usage policy."),
    may("reversible", TRUTH, "Whether access can be taken back from everybody. A download can't."),
    may("controls", ListOf(_Control()), "What limits use while access lasts."),
    may("public", TRUTH, "Whether anybody may have access without being admitted."),
    may("fine_tuning", TRUTH, "Whether users can fine-tune the model."),
    may(
        "gate",
        Record(
            "Gate",
            "How admission is decided where access is not public.",
            may("review", OneOf(TRUTH, TEXT), "How requests are reviewed."),
            may("revocable", TRUTH, "Whether a grant can be revoked."),
        ),
        "How admission is decided.",
    ),
    may(
        "ended_controls",
        MapOf(TEXT, "a mapping from a control to the reason why it ended"),
        "Controls of the stage before that end here, each with the reason.",
    ),
)

DATES = Record(
    "Dates",
    "When a stage was or will be released. A stage's status follows from these dates and the date judged.",
    may("planned", DATE, "Day on which the release is planned."),
    may("released", DATE, "Day on which it was released."),
    may("withdrawn", DATE, "Day on which it was withdrawn."),
)

ARTEFACT_KINDS = (
    "weights",
    "code",
    "card",
    "dataset",
    "detector",
    "paper",
    "report",
    "demo",
    "agreement",
    "eu-model-report",
)

ARTEFACT = Record(
    "Artefact",
    "Something that is published with a stage.",
    may("kind", Word(*ARTEFACT_KINDS), "What it is."),
    may("title", TEXT, "What it is called."),
    may("date", DATE, "Day on which it was or will be published."),
    may("ref", REFERENCE, "Where it can be found."),
)

CRITERION = Record(
    "Criterion",
    "A condition of the release, written before it: an expression over the plan and its evidence.",
    must("id", ID, "Short name, unique among criteria; findings name it."),
    may("text", TEXT, "The condition in words."),
    must("require", TEXT, "CEL expression that has to be true.", words=False),
    must("verdict", BLOCKING, "What it means when the condition is not met: hold or no-go.", words=False),
    may("written", DATE, "Day on which the criterion was written down."),
    may("threshold", Free(), "The threshold that the expression compares with."),
    may(
        "after_release", TRUTH, "Whether it goes on being asked after the release, as a trigger to withdraw."
    ),
    kind="criterion",
)

LEAK_PLAN = Record(
    "LeakPlan",
    "What is done when the weights leak.",
    may("text", TEXT, "The plan."),
    may("tested", OneOf(DATE, TRUTH), "Day of the last exercise, or whether there was one."),
    short="text",
)

WITHDRAWAL_PLAN = Record(
    "WithdrawalPlan",
    "How access is ended, and by whom.",
    may("text", TEXT, "The plan."),
    short="text",
)

RESPONSE = Record(
    "Response",
    "What is answered, before this stage, to an incident or a crossed threshold on an earlier one.",
    must("to", NamesEither("event", "monitoring"), "Id of the event or monitoring, also as kind:id."),
    must("text", TEXT, "What was found out and decided: why this stage may go, or what changed."),
    may(
        "mitigations", ListOf(Names("mitigation"), resolved=True), "Ids of the mitigations that answer to it."
    ),
    may("date", DATE, "Day on which it was decided."),
    may("by", TEXT, "Who answers."),
)


def _needs_dates(status: str, *dates: str) -> dict[str, Any]:
    """Say in JSON Schema that a stage of this status has these dates, which may be unknown."""
    return {
        "if": {"properties": {"status": {"const": status}}, "required": ["status"]},
        "then": {
            "required": ["dates"],
            "properties": {"dates": {"anyOf": [{"enum": list(UNKNOWN_WORDS)}, {"required": list(dates)}]}},
        },
    }


STAGE_RECORD = Record(
    "Stage",
    "One step of the release.",
    must("id", ID, "Short name of the stage; always visible to everybody."),
    must("title", TEXT, "What people call it."),
    may(
        "variants",
        ListOf(Names("variant"), resolved=True),
        "Ids of the models that are released in this step.",
    ),
    may("access", ACCESS, "Who can use them, and how."),
    may("dates", DATES, "When."),
    may("status", Word(*STATUSES), "Where the stage stands; must agree with its dates."),
    may(
        "observation",
        Record(
            "ObservationWindow",
            "How long this stage is watched before the next may follow.",
            may("days", Whole(), "Length of the window in days."),
            may("signals", ListOf(Names("monitoring")), "Ids of the monitoring that is watched."),
        ),
        "How long it is watched before the next stage.",
    ),
    may("artefacts", ListOf(ARTEFACT), "What is published with it."),
    may("criteria", ListOf(CRITERION), "Conditions that were written before it."),
    may("leak_plan", LEAK_PLAN, "What is done when the weights leak."),
    may("withdrawal_plan", WITHDRAWAL_PLAN, "How access is ended."),
    may("owner", TEXT, "Who answers for the stage."),
    may(
        "licence",
        Record(
            "Licence",
            "The licence of what is released.",
            may("id", TEXT, "Name or SPDX id of the licence."),
            may("use_limits", TRUTH, "Whether it limits what the model may be used for."),
            may("why_none", TEXT, "Why it does not limit use."),
            short="id",
        ),
        "The licence of what is released.",
    ),
    may(
        "components",
        ListOf(
            Record(
                "Component",
                "One part of what is released.",
                may("name", TEXT, "What it is."),
                may("group", TEXT, "What it enables: access, risk-analysis or replication."),
                short="name",
            )
        ),
        "What is released, part by part.",
    ),
    may("rationale", TEXT, "Why this stage, now and in this way."),
    may("reasons_fail_when", TEXTS, "What would make the rationale wrong."),
    may(
        "incident_plan",
        Record(
            "IncidentPlan",
            "What happens when harm is reported.",
            may("contact", TEXT, "Who is told."),
            may("notice", TEXT, "In which form, and how soon, others are told."),
        ),
        "What happens when harm is reported.",
    ),
    may(
        "contact",
        Record(
            "StageContact",
            "Where users report problems.",
            may("report", TEXT, "Address or form."),
            may("response_days", Whole(), "Days within which somebody answers."),
            short="report",
        ),
        "Where users report problems.",
    ),
    may("review", DATED_TEXT, "What was learned from this stage, above all when it was withdrawn."),
    may(
        "responses",
        ListOf(RESPONSE),
        "What is answered to incidents and crossed thresholds on earlier stages.",
    ),
    may(
        "oversight",
        Record(
            "Oversight",
            "Who or what judged the models of this stage.",
            may("weaker_than_stage", TRUTH, "Whether all judges were weaker than the model they judged."),
            may("text", TEXT, "How it was judged."),
        ),
        "Who or what judged the models.",
    ),
    may("forecast_review", DATED_TEXT, "Why forecasts are trusted again after one that missed."),
    kind="stage",
    conditions=(
        _needs_dates("released", "released"),
        _needs_dates("withdrawn", "released", "withdrawn"),
    ),
)

STAGE_LIST = ListOf(STAGE_RECORD, most=MOST_STAGES)
