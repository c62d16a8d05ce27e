"""What comes from outside: partners and their findings, monitoring, events and sources."""

from __future__ import annotations

from release.plan.models.words import (
    BLOCKING,
    DATE,
    EVIDENCE,
    ID,
    LEVEL,
    MAYBE_STAGE,
    PATH,
    REFERENCE,
    REFERENCES,
    STAGES,
    TEXT,
    TEXT_LIST_OR_REFERENCE,
    TEXTS,
    TRUTH,
)
from release.plan.shapes import Digest, ListOf, Names, Number, Record, Whole, Word, may, must
from release.plan.shapes.scalars import PartialDate

AGREEMENT = Record(
    "Agreement",
    "What binds a partner.",
    may("kind", TEXT, "Kind of agreement."),
    may("signed", DATE, "Day of the signature."),
    may("ref", REFERENCE, "Where its text can be found."),
    may("ends", DATE, "Day on which it ends."),
    short="kind",
)

PARTNER_ACCESS = Record(
    "PartnerAccess",
    "What a partner can use, and for how long. Names a stage or a variant.",
    may("stage", MAYBE_STAGE, "Id of the stage whose models the partner can use."),
    may("variant", Names("variant", words=True), "Id of the model that the partner can use."),
    may("level", LEVEL, "How: hosted, api, downloadable, …"),
    may("from", DATE, "First day."),
    may("until", DATE, "Last day."),
    one_of=("stage", "variant"),
)

FINDING = Record(
    "Finding",
    "What a partner found, in its own words.",
    must("id", ID, "Short name of the finding, unique among all partners' findings."),
    may("date", DATE, "Day on which the team received it."),
    may("text", TEXT, "What was found."),
    may("evidence", EVIDENCE, "Ids of the evidence that it rests on."),
    may("favours", Word("release", "hold", "neutral"), "What it speaks for."),
    may("stages", STAGES, "Ids of the stages whose models were studied."),
    may("verbatim", TRUTH, "Whether the text is the partner's, word for word."),
    kind="finding",
)

PARTNER = Record(
    "Partner",
    "Somebody outside who studies the models.",
    must("id", ID, "Short name of the partner; labels name it as partner:<id>."),
    may("name", TEXT, "Name of the partner."),
    may(
        "kind",
        Word("academic", "civil-society", "industry", "government", "independent"),
        "What sort of body it is.",
    ),
    may("agreement", AGREEMENT, "What binds it."),
    may("access", ListOf(PARTNER_ACCESS), "What it can use, and for how long."),
    may("question", TEXT, "What it was asked to find out."),
    may("due", DATE, "Day by which findings are expected."),
    may("independent", TRUTH, "Whether it is free of money and orders of the developer."),
    may("funding", TEXT, "Who pays for its work."),
    may("findings", ListOf(FINDING), "What it found."),
    kind="partner",
)

EXPOSURE = Record(
    "Exposure",
    "How much was watched: a count means nothing without it.",
    may("unit", TEXT, "Unit, such as forum-days or requests."),
    may("amount", Number(0), "How many of them."),
    short="amount",
)

MONITORING = Record(
    "Monitoring",
    "A signal that is watched after a release.",
    must("id", ID, "Short name of the signal."),
    may("signal", TEXT, "What is counted."),
    may("source", TEXT_LIST_OR_REFERENCE, "Where it is looked for."),
    may("exposure", EXPOSURE, "How much is watched."),
    may(
        "threshold",
        Record(
            "MonitoringThreshold",
            "The count or rate above which something is done.",
            may("count", Whole(), "Largest count that is accepted."),
            may("rate", Number(0), "Largest rate per unit of exposure that is accepted."),
            may("verdict", BLOCKING, "What a crossed threshold means: hold or no-go."),
        ),
        "The count or rate above which something is done.",
    ),
    may("response", TEXT, "What is done when the threshold is crossed."),
    may(
        "observations",
        ListOf(
            Record(
                "Observation",
                "What was counted over a time.",
                may("from", DATE, "First day."),
                may("to", DATE, "Last day."),
                may("stage", MAYBE_STAGE, "Id of the stage that was out."),
                may("count", Whole(), "How many were seen."),
                may("kind", Word("discussion", "plan", "incident"), "What was seen."),
                may("exposure", EXPOSURE, "How much was watched in this time."),
                may("rate", Number(0), "Count per unit of exposure; computed where it is left out."),
                may("ref", REFERENCE, "Where it is recorded."),
            )
        ),
        "What was counted, time by time.",
    ),
    may(
        "action_taken",
        Record(
            "Action",
            "What was done about a crossed threshold.",
            may("on", DATE, "Day on which it was done."),
            may("what", TEXT, "What was done."),
            short="what",
        ),
        "What was done about a crossed threshold.",
    ),
    may("owner", TEXT, "Who watches and acts."),
    kind="monitoring",
)

EVENT = Record(
    "Event",
    "Something that happened outside the plan and matters to it.",
    must("id", ID, "Short name of the event."),
    may("date", DATE, "Day on which it happened."),
    may("learned", DATE, "Day on which those who decide learned of it, where that was later."),
    may(
        "kind",
        Word(
            "publication",
            "replication",
            "incident",
            "leak",
            "withdrawal",
            "policy",
            "tool",
            "coordination",
        ),
        "What sort of event it was.",
    ),
    may("text", TEXT, "What happened."),
    may("stages", STAGES, "Ids of the stages that it concerns."),
    may("references", REFERENCES, "Where it is reported."),
    kind="event",
)

SOURCE = Record(
    "Source",
    "A document that the plan cites.",
    must("id", ID, "Short name of the source; references name it."),
    may("title", TEXT, "Its title."),
    may("authors", TEXTS, "Who wrote it."),
    may("date", PartialDate(), "Day of publication; the month or year where no more is known."),
    may("url", TEXT, "Address."),
    may("archived", PATH, "Path of the archived copy, relative to the release folder.", words=False),
    may("sha256", Digest(), "SHA-256 of the archived copy."),
    may("supersedes", Names("source", words=True), "Id of the source that this one replaces."),
    may("tier", Word("primary", "secondary", "memory"), "How near it is to the facts."),
    may("origin", TEXT, "Who first said it."),
    kind="source",
)
