"""The JSON Schema of policy packs, for editors that complete and check them while they are written."""

from __future__ import annotations

from typing import Any, Final

from release.base.json_schema import Schema, document, listed
from release.base.limits import EXPRESSION_BYTES, ID_CHARACTERS, RULES_PER_PACK
from release.policy.functions import FUNCTIONS
from release.policy.pack import PARAM_TYPES, REFERENCE_STATUS, SCHEMA
from release.policy.read_rule import SEVERITIES, VERDICTS
from release.policy.vocabulary import KINDS

_ID: Final = r"^[a-z0-9][a-z0-9._-]{0,%d}$" % (ID_CHARACTERS - 1)  # noqa: UP031 - braces of the pattern
_RULE: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,%d}$" % (ID_CHARACTERS - 1)  # noqa: UP031 - likewise
_WITH_REPORT: Final = {"pattern": r"(^|[^\w.])report\s*\."}
_DATE: Final = r"^\d{4}-\d{2}-\d{2}([Tt ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?([Zz]|[+-]\d{2}:?\d{2}))?$"


def _text(description: str, **more: Any) -> Schema:  # noqa: ANN401 - any keyword of JSON Schema
    return {"type": "string", "description": description, **more}


def _loose(description: str) -> Schema:
    """A text that may be written as a number: a version, a section."""
    return {"type": ["string", "number"], "description": description}


def _words(description: str, words: tuple[str, ...]) -> Schema:
    return {"enum": list(words), "description": description}


def _texts(description: str, **more: Any) -> Schema:  # noqa: ANN401
    """A list of texts, or one text for a list of one."""
    item = _text("One of them.", **more)
    return {"anyOf": [item, listed(item, "Several.")], "description": description}


def _object(what: str, required: tuple[str, ...], /, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "description": what,
        "required": list(required),
        "properties": {name.rstrip("_"): schema for name, schema in properties.items()},
        "additionalProperties": False,
    }


def _expression(description: str) -> Schema:
    functions = ", ".join(sorted(FUNCTIONS))
    text = f"{description} CEL; functions besides its own: {functions}."
    return {
        "type": ["string", "boolean"],
        "description": text,
        "minLength": 1,
        "maxLength": EXPRESSION_BYTES,
    }


def _example() -> Schema:
    return {
        "type": "object",
        "description": "A fragment of a plan, merged into the minimal plan, and keys that steer the example.",
        "properties": {
            "at": _text("The date judged.", pattern=_DATE),
            "attestations": {"description": "Ids that are attested, answers by id, or whole attestations."},
            "results": {"type": "object", "description": "Evidence id to its figures."},
            "on": _text("The object that counts, as kind:id."),
            "lock_digest": _text("Digest of the lock."),
            "signed": {"description": "Evidence id to who signed its rows, as if verified."},
            "report": {"type": "object", "description": "What expressions see as report."},
            "claim": {"type": "object", "description": "What expressions see as claim."},
        },
    }


def _rule() -> Schema:
    reference = _object(
        "Where the rule comes from.",
        ("source",),
        source=_text("Id of a source of this pack, or `own` for a choice of your own."),
        at=_loose("Place in the source, or for `own` why."),
        status=_words("How it was read.", REFERENCE_STATUS),
        quote=_text("Words of the source."),
    )
    examples = _object(
        "Fragments of plans, with the answer that each must give; `release policy test` runs them.",
        (),
        pass_=listed(_example(), "The rule passes.", minItems=1),
        fail=listed(_example(), "The rule fails.", minItems=1),
        unknown=listed(_example(), "The rule can't be told."),
    )
    rule = _object(
        "One rule.",
        ("id", "title", "severity", "for", "require", "message"),
        id=_text("Stable, never used again for another rule.", pattern=_RULE),
        title=_text("What is true when the rule passes, as a claim.", minLength=1),
        severity=_words("What a failure is.", SEVERITIES),
        verdict=_words("What a failing error means for the release.", (*VERDICTS, "none")),
        for_=_words("The objects that the rule is asked about.", KINDS),
        kind=_texts("Only evidence of these kinds.", pattern="^[a-z][a-z0-9_]*$"),
        when=_expression("The rule applies where this is true."),
        require=_expression("What must be true."),
        message=_text("What is wrong when it fails; {{ }} holds CEL.", minLength=1),
        fix=_text("What to do about it; {{ }} holds CEL."),
        references=listed(reference, "Where the rule comes from."),
        same_as=_texts("Rules that ask the same thing; one failure is then one finding."),
        since=_loose("Version of the pack in which the rule appeared."),
        why=_text("Why the rule exists."),
        examples=examples,
    )
    mild = {"properties": {"severity": {"enum": ["warning", "note"]}}}
    severe = {
        "properties": {"severity": {"const": "error"}, "for": {"not": {"enum": ["report", "claim"]}}},
        "required": ["severity", "for"],
        "not": {
            "anyOf": [
                {"properties": {name: _WITH_REPORT}, "required": [name]} for name in ("when", "require")
            ]
        },
    }
    return {
        **rule,
        "allOf": [
            {"if": mild, "then": {"properties": {"verdict": {"const": "none"}}}},
            {"if": severe, "then": {"required": ["verdict"]}},
        ],
    }


def _params() -> Schema:
    fields = {
        "type": _words("Type of the value.", PARAM_TYPES),
        "default": {"description": "Value where nobody gives another."},
        "min": {
            "type": ["number", "string"],
            "description": "Least value: of a number, a date, or each of a list.",
        },
        "max": {"type": ["number", "string"], "description": "Greatest value, likewise."},
        "one_of": _texts("The only texts that the value may be, or that a list may hold."),
        "why": _text("Why this default."),
    }
    definition = _object("A parameter.", ("name", "type", "default"), name=_text("Its name."), **fields)
    setting = _object(
        "A value that an organisation gives to another pack's parameter.",
        ("value",),
        value={"description": "The value."},
        locked={"type": "boolean", "description": "Plans and command lines may not give another."},
    )
    return {
        "description": "The pack's parameters; an organisation also sets those of others, as pack.name.",
        "anyOf": [
            listed(definition, "Definitions."),
            {
                "type": "object",
                "patternProperties": {
                    r"^[a-z][a-z0-9_]*$": _object("A parameter.", ("type", "default"), **fields),
                    r"\.": {"anyOf": [setting, {"not": {"type": "object"}}]},
                },
                "additionalProperties": False,
            },
        ],
    }


def _clauses(description: str, **properties: Schema) -> Schema:
    return listed({"anyOf": [_text("A clause."), _object("A clause.", (), **properties)]}, description)


def pack_schema() -> Schema:
    """Return the JSON Schema (2020-12) of policy packs."""
    clause = _loose("Number or words of the clause.")
    pack = _object(
        "A policy pack: rules, where they come from, and what an organisation demands.",
        ("schema", "id"),
        schema={"const": SCHEMA, "description": "Format of this file."},
        id=_text("Id of the pack.", pattern=_ID),
        version=_loose("Version of the pack."),
        title=_text("What people call it."),
        description=_text("What it asks and why."),
        notes=_text("Notes for those who keep the pack."),
        sources=listed(
            _object(
                "A publication or record.",
                ("id", "title"),
                **{
                    name: _texts(f"Its {name}.")
                    for name in ("authors", "publisher", "edition", "status", "notes")
                },
                id=_text("Key by which rules refer to it."),
                title=_text("Its title."),
                date=_loose("When it appeared."),
                url=_text("Where it is."),
            ),
            "What the rules rest on.",
        ),
        params=_params(),
        applies=_object(
            "Where the pack applies; elsewhere its rules are not applicable.",
            (),
            from_=_text("To stages dated from this day on.", pattern=_DATE),
            when=_expression("Under this condition on the plan."),
        ),
        rules=listed(_rule(), "The rules.", maxItems=RULES_PER_PACK),
        coverage=_object(
            "What of its source the pack covers.",
            (),
            covered=_clauses(
                "By rules.", clause=clause, rules=_texts("The rules."), by=_text("By what else.")
            ),
            attested=_clauses(
                "By asking people.", id=_text("Id."), question=_text("The question."), clause=clause
            ),
            not_covered=_clauses("Not at all.", clause=clause, why=_text("Why not.")),
        ),
        example_plan={"type": "object", "description": "Fragment of a plan that all examples start from."},
        extends=_texts("Packs that this one brings along: ids, or paths from its folder."),
        overrides=listed(
            _object(
                "A rule made stricter.",
                ("rule",),
                rule=_text("Its id."),
                severity=_words("At least this.", SEVERITIES),
                verdict=_words("At least this.", VERDICTS),
            ),
            "Rules made stricter; never less strict.",
        ),
        approvals=_object(
            "Who must approve a stage.",
            (),
            roles=_texts("The roles, each of which must approve."),
            min={"type": "integer", "minimum": 1, "description": "How many approvals at least."},
        ),
        no_waivers=_texts("Rules that may not be waived."),
        max_waiver_days={"type": "integer", "minimum": 0, "description": "Longest life of a waiver."},
    )
    return document("Policy pack", pack)
