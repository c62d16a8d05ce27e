"""The JSON Schemas of what smaller commands print: the ledger, packs, explanations, verification of evidence.

The module is not a format of findings, which is why its name starts with an underscore.
"""

from __future__ import annotations

from typing import Final

from release.base.json_schema import (
    COUNT,
    PLACE,
    TEXT,
    Schema,
    closed,
    described,
    listed,
    or_null,
    output_schema,
)
from release.formats._schema_parts import VERDICT
from release.ledger.entry import DECISIONS

_HASH: Final[Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _signature() -> Schema:
    return closed({"type": TEXT, "value": TEXT, "keyid": TEXT}, "Who signed it.", optional=("keyid",))


def entry_schema() -> Schema:
    """Return the JSON Schema of one line of decisions.jsonl."""
    digest = or_null(TEXT)
    names = ("plan", "lock", "packs", "verdict", "report")
    return closed(
        {
            "seq": described(COUNT, "Place in the ledger, from 0."),
            "time": described(TEXT, "When it was put on record, UTC."),
            "stage": TEXT,
            "decision": {"enum": list(DECISIONS)},
            "by": described(TEXT, "Who decided."),
            "reason": TEXT,
            "digests": closed(
                dict.fromkeys(names, digest), "Digests of what was decided on.", optional=("report",)
            ),
            "judged": {
                "type": "object",
                "description": "What the tool said then.",
                "properties": {"verdict": VERDICT, "at": TEXT},
            },
            "tool": {"description": "What wrote the line."},
            "prev": described(_HASH, "SHA-256 of the line before; zeros before the first."),
            "signature": _signature(),
        },
        "One decision: a line of decisions.jsonl.",
        optional=("judged", "signature"),
    )


def ledger_schema() -> Schema:
    """Return the JSON Schema of `release-ledger/1`; a line of decisions.jsonl is one of its entries."""
    entries, faults = listed({"$ref": "#/$defs/entry"}), listed(TEXT)
    found = output_schema(
        "release-ledger/1", {"entries": entries, "faults": faults}, "What `release ledger show` prints."
    )
    return {**found, "$defs": {"entry": entry_schema()}}


def ledger_verify_schema() -> Schema:
    """Return the JSON Schema of `release-ledger-verify/1`."""
    fields = {"entries": COUNT, "head": _HASH, "faults": listed(TEXT), "notices": listed(TEXT)}
    return output_schema("release-ledger-verify/1", fields, "What `release ledger verify` prints.")


def checkpoint_schema() -> Schema:
    """Return the JSON Schema of `release-checkpoint/1`."""
    fields = {"count": COUNT, "head": _HASH, "by": TEXT, "signature": _signature()}
    what = "What `release ledger checkpoint` prints, to be kept elsewhere."
    return output_schema("release-checkpoint/1", fields, what, optional=("by", "signature"))


def explain_schema() -> Schema:
    """Return the JSON Schema of `release-explain/1`."""
    names = ("code", "title", "origin", "consequence", "why", "fix", "bad", "good")
    pair = {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}
    asks = {**listed(pair), "description": "What is asked, and how."}
    params = {
        **listed({**pair, "minItems": 3, "maxItems": 3}),
        "description": "Parameters: name, default, why.",
    }
    fields = {**dict.fromkeys(names, TEXT), "asks": asks, "sources": listed(TEXT), "params": params}
    return output_schema("release-explain/1", fields, "What `release explain` prints.")


def _summary() -> Schema:
    return {"id": TEXT, "version": TEXT, "title": TEXT, "rules": COUNT}


def policy_list_schema() -> Schema:
    """Return the JSON Schema of `release-policy-list/1`."""
    packs = listed(closed(_summary(), "A pack, and how many rules it has."))
    return output_schema("release-policy-list/1", {"packs": packs}, "What `release policy list` prints.")


def policy_show_schema() -> Schema:
    """Return the JSON Schema of `release-policy-show/1`."""
    rule = closed(
        {
            "id": TEXT,
            "title": TEXT,
            "severity": {"enum": ["error", "warning", "note"]},
            "verdict": or_null({"enum": ["hold", "no-go"]}),
            "for": TEXT,
            "kinds": listed(TEXT),
        },
        "A rule.",
    )
    param = closed(
        {
            "name": TEXT,
            "type": TEXT,
            "default": {},
            "why": TEXT,
            "min": {"description": "Least value."},
            "max": {"description": "Greatest value."},
            "one_of": listed(TEXT),
        },
        "A parameter.",
    )
    source = closed(dict.fromkeys(("id", "title", "date", "url"), TEXT), "A source.")
    clause = listed(closed({"text": TEXT, "rules": listed(TEXT), "note": TEXT, "id": TEXT}, "A clause."))
    fields = {
        **_summary(),
        "description": TEXT,
        "applies_from": or_null(TEXT),
        "rules": listed(rule),
        "params": listed(param),
        "sources": listed(source),
        "coverage": closed(
            dict.fromkeys(("covered", "attested", "not_covered"), clause), "What of its source it covers."
        ),
    }
    return output_schema("release-policy-show/1", fields, "What `release policy show` prints.")


def policy_test_schema() -> Schema:
    """Return the JSON Schema of `release-policy-test/1`."""
    failure = closed({"rule": TEXT, "file": TEXT, "line": PLACE, "message": TEXT}, "An example that failed.")
    pack = closed({"id": TEXT, "examples": COUNT, "failures": listed(failure)}, "A pack.")
    return output_schema(
        "release-policy-test/1", {"packs": listed(pack)}, "What `release policy test` prints."
    )


def policy_lint_schema() -> Schema:
    """Return the JSON Schema of `release-policy-lint/1`."""
    remark = closed({"file": TEXT, "line": PLACE, "column": PLACE, "message": TEXT}, "A remark.")
    return output_schema(
        "release-policy-lint/1", {"remarks": listed(remark)}, "What `release policy lint` prints."
    )


def evidence_verify_schema() -> Schema:
    """Return the JSON Schema of `release-evidence-verify/1`."""
    difference = closed({"evidence": TEXT, "what": TEXT, "message": TEXT}, "What differs.")
    signature = closed({"evidence": TEXT, "by": or_null(TEXT)}, "Who signed the rows of an item.")
    fields = {"differences": listed(difference), "signatures": listed(signature)}
    what = "What `release evidence verify` prints."
    return output_schema("release-evidence-verify/1", fields, what, optional=("signatures",))
