"""What people decide and answer for: approvals, critiques, waivers, attestations and thresholds."""

from __future__ import annotations

from release.plan.models.words import (
    DATE,
    EVIDENCE,
    ID,
    SEVERITY,
    STAGE,
    TEXT,
    TEXT_LIST_OR_REFERENCE,
    TEXTS,
    TRUTH,
)
from release.plan.shapes import Form, ListOf, MapOf, Names, OneOf, Record, Word, may, must
from release.plan.shapes.numbers import Number
from release.plan.shapes.scalars import Digest

APPROVAL = Record(
    "Approval",
    "What somebody in a role decided about a stage.",
    must("stage", STAGE, "Id of the stage."),
    may("role", TEXT, "The role that decides."),
    may("by", TEXT, "Who decided."),
    may(
        "decision",
        Word(
            "go",
            "hold",
            "no-go",
            "withdrawn",
            also={
                "approve": "go",
                "approved": "go",
                "release": "go",
                "reject": "no-go",
                "rejected": "no-go",
                "withdraw": "withdrawn",
                "revoked": "withdrawn",
            },
        ),
        "The decision: go, hold or no-go; withdrawn takes back what was decided before.",
    ),
    may("date", DATE, "Day of the decision."),
    may("reason", TEXT, "Why."),
    may("lock_digest", Digest(), "SHA-256 of the lock that was approved."),
)

CRITIQUE = Record(
    "Critique",
    "An objection to something in the plan, with its answer.",
    must("id", ID, "Short name of the critique."),
    must("of", Names("object"), "Id of what it is about, also as kind:id."),
    may("text", TEXT, "The objection."),
    may("by", TEXT, "Who raised it."),
    may("date", DATE, "Day on which it was raised."),
    may("severity", SEVERITY, "How much it matters."),
    may(
        "answer",
        Record(
            "Answer",
            "What was answered.",
            may("text", TEXT, "The answer."),
            may("date", DATE, "Day of the answer."),
            may("by", TEXT, "Who answered."),
            short="text",
        ),
        "What was answered.",
    ),
    kind="critique",
)

WAIVER = Record(
    "Waiver",
    "A rule that somebody set aside for a time, with the reason.",
    must("rule", TEXT, "Id of the rule, or criterion:<id>.", words=False),
    may("object", Names("object"), "Id of the object for which it is set aside, also as kind:id."),
    may("stage", STAGE, "Id of the stage for which it is set aside."),
    may("reason", TEXT, "Why."),
    may("approver", TEXT, "Who allowed it."),
    may("granted", DATE, "Day from which it holds."),
    may("expires", DATE, "Last day on which it holds."),
)

ATTESTATION = Record(
    "Attestation",
    "Something that the plan can't show and that somebody answers for.",
    must(
        "id",
        Form("the id of what is attested, such as EU-SS-1.4", "^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}$"),
        "Id of what is attested, as the rule names it.",
        words=False,
    ),
    may("statement", TEXT, "What is attested."),
    may(
        "answer",
        Word(
            "yes",
            "no",
            "not-applicable",
            also={True: "yes", False: "no", "not applicable": "not-applicable"},
        ),
        "The answer: yes, no or not-applicable.",
    ),
    may("by", TEXT, "Who answers for it."),
    may("role", TEXT, "In which role."),
    may("on", DATE, "Day of the attestation."),
    may("until", DATE, "Last day on which it holds."),
    may("evidence", TEXT_LIST_OR_REFERENCE, "What it rests on."),
    kind="attestation",
)

THRESHOLD_STATUS = Record(
    "ThresholdStatus",
    "How near the models of one stage are to a threshold.",
    may("distance", OneOf(Number(), TEXT), "How far below the threshold."),
    may("evidence", EVIDENCE, "Ids of the evidence for that."),
    may("reached", TRUTH, "Whether the threshold is reached."),
    may("ruled_out", TRUTH, "Whether evidence rules out that it is reached."),
)

THRESHOLD = Record(
    "CapabilityThreshold",
    "A capability at which safeguards change.",
    must("id", ID, "Short name of the threshold."),
    may("capability", TEXT, "What a model at the threshold can do."),
    may("explanation", TEXT, "How the threshold was decided upon."),
    may("example", TEXTS, "A concrete example."),
    may("process", TEXT, "What happens when it is reached."),
    may("owner", TEXT, "Who answers for it."),
    may("shared_with", TEXTS, "Trusted bodies that know it, where it is not public."),
    may(
        "safeguards", ListOf(Names("mitigation"), resolved=True), "Ids of the mitigations that it calls for."
    ),
    may("security_level", TEXT, "How well unreleased weights are secured from there on."),
    may(
        "status",
        MapOf(
            THRESHOLD_STATUS,
            "a mapping from stage to {distance, evidence, reached, ruled_out}",
            key_kind="stage",
        ),
        "For each stage, how near its models are.",
    ),
    kind="threshold",
)
