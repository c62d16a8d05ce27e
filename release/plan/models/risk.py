"""Actors, risks, benefits and mitigations."""

from __future__ import annotations

from release.plan.models.words import (
    CATEGORY,
    DATE,
    EVIDENCE,
    GRADE,
    ID,
    LIKELIHOOD,
    SEVERITY,
    STAGE,
    TEXT,
    TEXT_LIST_OR_REFERENCE,
    TRUTH,
)
from release.plan.shapes import ListOf, Names, Record, Whole, Word, may, must

ACTOR = Record(
    "Actor",
    "Somebody who might misuse a model.",
    must("id", ID, "Short name of the actor."),
    may("title", TEXT, "Who that is."),
    may("tier", Word("low", "middle", "advanced"), "How able and well equipped: low, middle or advanced."),
    may("intent", TEXT, "What the actor wants."),
    may("capability", TEXT, "What the actor can do."),
    kind="actor",
)

SIDES = Record(
    "EvidenceSides",
    "Evidence that speaks for an assessment, and evidence against it.",
    may("for", EVIDENCE, "Ids of evidence that supports the assessment."),
    may("against", EVIDENCE, "Ids of evidence that speaks against it."),
)

MARGINAL = Record(
    "Marginal",
    "What the stage adds to what is possible without it.",
    may("text", TEXT, "The difference it makes."),
    may("baseline", TEXT, "What it is compared with."),
    may("lowered_because", TEXT, "Why a safeguard was lowered because of what others released."),
    short="text",
)

ASSESSMENT = Record(
    "Assessment",
    "A risk judged for one stage.",
    must("stage", STAGE, "Id of the stage."),
    may("date", DATE, "Day of the assessment."),
    may("by", TEXT, "Who judged."),
    may("likelihood", LIKELIHOOD, "How likely harm is."),
    may("severity", SEVERITY, "How bad it would be."),
    may("confidence", GRADE, "How sure this judgement is."),
    may("marginal", MARGINAL, "What the stage adds to what is possible without it."),
    may("residual", SEVERITY, "What remains after mitigation."),
    may("evidence", SIDES, "Evidence for and against."),
    may("rationale", TEXT, "Why it was judged so."),
    may("accepted_by", TEXT, "Who accepted the risk that remains."),
    may("safety_margin", Whole(), "Steps of severity to keep below the tolerance."),
)

RISK = Record(
    "Risk",
    "Something bad that a stage could bring about.",
    must("id", ID, "Short name of the risk."),
    must("title", TEXT, "The risk in a few words."),
    may("category", CATEGORY, "Taxonomy and term, such as openai-2019/disinformation."),
    may("description", TEXT, "What could happen, to whom, and how."),
    may("actors", ListOf(Names("actor"), resolved=True), "Ids of the actors who might do it."),
    may("owner", TEXT, "Who answers for the risk."),
    may("review_by", DATE, "Day by which it is looked at again."),
    may("assessments", ListOf(ASSESSMENT), "The risk judged for each stage."),
    may("mitigations", ListOf(Names("mitigation"), resolved=True), "Ids of what lowers the risk."),
    may("tolerance", SEVERITY, "The most that may remain."),
    may("scenario", TEXT, "A concrete course of events."),
    may(
        "tiers",
        ListOf(
            Record(
                "Tier",
                "A level of the risk in terms of what the model can do.",
                may("capability", TEXT, "What the model can do at this level."),
                may("measure", TEXT, "How that is measured."),
                may("reached", TRUTH, "Whether the level is reached."),
            )
        ),
        "Levels of the risk in terms of capability.",
    ),
    may("unmeasured_reason", TEXT, "Why the risk is not measured."),
    kind="risk",
)

BENEFIT = Record(
    "Benefit",
    "Something good that a stage could bring about.",
    must("id", ID, "Short name of the benefit."),
    may("title", TEXT, "The benefit in a few words."),
    may("beneficiaries", TEXT_LIST_OR_REFERENCE, "Who gains."),
    may(
        "assessments",
        ListOf(
            Record(
                "BenefitAssessment",
                "A benefit judged for one stage.",
                must("stage", STAGE, "Id of the stage."),
                may("date", DATE, "Day of the assessment."),
                may("by", TEXT, "Who judged."),
                may("magnitude", GRADE, "How large the benefit is."),
                may("confidence", GRADE, "How sure this judgement is."),
                may("evidence", SIDES, "Evidence for and against."),
                may("rationale", TEXT, "Why it was judged so."),
            )
        ),
        "The benefit judged for each stage.",
    ),
    kind="benefit",
)

MITIGATION = Record(
    "Mitigation",
    "Something that lowers a risk.",
    must("id", ID, "Short name of the mitigation."),
    may("title", TEXT, "The mitigation in a few words."),
    may(
        "kind",
        Word("access", "technical", "monitoring", "legal", "communication"),
        "What it works through.",
    ),
    may("status", Word("planned", "in-place", "removed"), "Whether it is planned, in place or removed."),
    may("removable_by_user", TRUTH, "Whether a user of the model can switch it off."),
    may("since", DATE, "Day from which it is in place."),
    may("until", DATE, "Last day on which it is in place."),
    may("evidence", EVIDENCE, "Ids of evidence that it works."),
    may("owner", TEXT, "Who answers for it."),
    may("control", TEXT, "What kind of control it is, such as detector or gate."),
    kind="mitigation",
)
