"""The plan itself: what stands at the top of release.yaml."""

from __future__ import annotations

from release.plan.models.decision import APPROVAL, ATTESTATION, CRITIQUE, THRESHOLD, WAIVER
from release.plan.models.evidence import EVIDENCE_ITEM
from release.plan.models.outside import EVENT, MONITORING, PARTNER, SOURCE
from release.plan.models.risk import ACTOR, BENEFIT, MITIGATION, RISK
from release.plan.models.stage import STAGE_LIST
from release.plan.models.variant import VARIANT
from release.plan.models.words import DATE, ID, PATH, REFERENCES, TEXT, TEXTS, TRUTH
from release.plan.shapes import Free, ListOf, MapOf, Record, Whole, Word, may, must

SCHEMA_NAME = "release-plan/1"

CONTACT = Record(
    "Contact",
    "Who answers questions.",
    may("name", TEXT, "Name of a person or office."),
    may("address", TEXT, "Where they are reached."),
    short="address",
)

STRATEGY = Record(
    "Strategy",
    "Why the family is released in this way.",
    may("kind", Word("staged", "single", "access-staged"), "By size, all at once, or by growing access."),
    may("rationale", TEXT, "Why."),
    may("references", REFERENCES, "What the reasons rest on."),
    may(
        "alternatives",
        ListOf(
            Record(
                "Alternative",
                "Another way of releasing that was weighed.",
                may("title", TEXT, "The alternative."),
                may("text", TEXT, "What speaks for and against it."),
                short="title",
            )
        ),
        "Other ways of releasing that were weighed.",
    ),
    may("external_input", TEXTS, "What part people outside have in decisions."),
    may(
        "not_applicable",
        MapOf(TEXT, "a mapping from risk term to the reason why it does not apply"),
        "Risks of a taxonomy that do not apply, each with the reason.",
    ),
)

EU = Record(
    "Eu",
    "Where the plan stands under the law of the European Union.",
    may("market", TRUTH, "Whether the model is placed on the Union market."),
    may("gpai", TRUTH, "Whether it is a general-purpose AI model."),
    may("systemic_risk", TRUTH, "Whether it is one with systemic risk."),
    may("open_source_exempt", TRUTH, "Whether the exemption for free and open licences applies."),
    may("framework_confirmed", DATE, "Day on which the safety and security framework was confirmed."),
)

PLAN = Record(
    "Plan",
    "A release plan: what is released in which steps, what could go wrong, what is known, and who decides.",
    must("schema", Word(SCHEMA_NAME), "Format of this file.", words=False),
    must("id", ID, "Short name of the plan; always visible to everybody."),
    must("title", TEXT, "What people call the release; always visible to everybody."),
    may("developer", TEXT, "Who makes and releases the models."),
    may("summary", TEXT, "The plan in a few sentences."),
    may("contact", CONTACT, "Who answers questions."),
    may("homepage", TEXT, "Address of a page about the release."),
    may(
        "include",
        ListOf(PATH, single=True),
        "Other files of the release folder that hold parts of the plan.",
        words=False,
    ),
    may(
        "defaults",
        Record("Defaults", "What holds where an object does not say otherwise: the audience label."),
        "What holds where an object does not say otherwise.",
        words=False,
    ),
    may(
        "policies",
        Record(
            "Policies",
            "The rule packs that the plan is judged by.",
            may(
                "use",
                ListOf(TEXT, single=True),
                "Ids of shipped packs, or paths of packs in the folder.",
                words=False,
            ),
            may(
                "params",
                MapOf(Free(), "a mapping from pack.name to a value"),
                "Parameters, as pack.name.",
                words=False,
            ),
        ),
        "The rule packs that the plan is judged by.",
        words=False,
    ),
    may("strategy", STRATEGY, "Why the family is released in this way."),
    may("modalities", TEXTS, "What the models make, such as text, image or audio."),
    may("actors", ListOf(ACTOR), "Who might misuse the models."),
    may("variants", ListOf(VARIANT), "The models of the family.", words=False),
    must("stages", STAGE_LIST, "The steps of the release, in order.", words=False),
    may("risks", ListOf(RISK), "What could go wrong."),
    may("benefits", ListOf(BENEFIT), "What could be gained."),
    may("mitigations", ListOf(MITIGATION), "What lowers the risks."),
    may("partners", ListOf(PARTNER), "Who studies the models from outside."),
    may("evidence", ListOf(EVIDENCE_ITEM), "What is known, with figures and rows."),
    may("monitoring", ListOf(MONITORING), "What is watched after a release."),
    may("events", ListOf(EVENT), "What happened outside the plan and matters to it."),
    may("sources", ListOf(SOURCE), "The documents that the plan cites."),
    may("approvals", ListOf(APPROVAL), "What those who decide decided."),
    may("critiques", ListOf(CRITIQUE), "Objections, with their answers."),
    may("waivers", ListOf(WAIVER), "Rules that somebody set aside for a time."),
    may("attestations", ListOf(ATTESTATION), "What the plan can't show and somebody answers for."),
    may("thresholds", ListOf(THRESHOLD), "Capabilities at which safeguards change."),
    may(
        "documentation",
        Record("Documentation", "Documentation of the model, field by field.", extra=Free()),
        "Documentation of the model: a field's name and its content.",
    ),
    may("documentation_contact", CONTACT, "Where those who build on the model can ask."),
    may("documentation_days", Whole(), "Days within which they are answered."),
    may("eu", EU, "Where the plan stands under the law of the European Union."),
)
