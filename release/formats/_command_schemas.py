"""The JSON Schemas of what smaller commands print: the ledger, packs, explanations, verification of evidence.

The module is not a format of findings, which is why its name starts with an underscore.
"""

from __future__ import annotations

from typing import Any, Final

from release.formats._check_schema import COUNT, TEXT, VERDICT, closed, or_null
from release.ledger.entry import DECISIONS

_Schema = dict[str, Any]
_HASH: Final[_Schema] = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_PLACE: Final[_Schema] = {"type": "integer", "minimum": 1}


def _list(items: _Schema) -> _Schema:
    return {"type": "array", "items": items}


def _whole(name: str, properties: _Schema, description: str, *, optional: tuple[str, ...] = ()) -> _Schema:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        **closed({"schema": {"const": name}, **properties}, description, optional=optional),
    }


def _signature() -> _Schema:
    return closed({"type": TEXT, "value": TEXT, "keyid": TEXT}, "Who signed it.", optional=("keyid",))


def entry_schema() -> _Schema:
    """Return the JSON Schema of one line of decisions.jsonl."""
    digest = or_null(TEXT)
    names = ("plan", "lock", "packs", "verdict", "report")
    return closed(
        {
            "seq": {**COUNT, "description": "Place in the ledger, from 0."},
            "time": {**TEXT, "description": "When it was put on record, UTC."},
            "stage": TEXT,
            "decision": {"enum": list(DECISIONS)},
            "by": {**TEXT, "description": "Who decided."},
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
            "prev": {**_HASH, "description": "SHA-256 of the line before; zeros before the first."},
            "signature": _signature(),
        },
        "One decision: a line of decisions.jsonl.",
        optional=("judged", "signature"),
    )


def ledger_schema() -> _Schema:
    """Return the JSON Schema of `release-ledger/1`; a line of decisions.jsonl is one of its entries."""
    entries, faults = _list({"$ref": "#/$defs/entry"}), _list(TEXT)
    found = _whole(
        "release-ledger/1", {"entries": entries, "faults": faults}, "What `release ledger show` prints."
    )
    return {**found, "$defs": {"entry": entry_schema()}}


def ledger_verify_schema() -> _Schema:
    """Return the JSON Schema of `release-ledger-verify/1`."""
    fields = {"entries": COUNT, "head": _HASH, "faults": _list(TEXT), "notices": _list(TEXT)}
    return _whole("release-ledger-verify/1", fields, "What `release ledger verify` prints.")


def checkpoint_schema() -> _Schema:
    """Return the JSON Schema of `release-checkpoint/1`."""
    fields = {"count": COUNT, "head": _HASH, "by": TEXT, "signature": _signature()}
    what = "What `release ledger checkpoint` prints, to be kept elsewhere."
    return _whole("release-checkpoint/1", fields, what, optional=("by", "signature"))


def explain_schema() -> _Schema:
    """Return the JSON Schema of `release-explain/1`."""
    names = ("code", "title", "origin", "consequence", "why", "fix", "bad", "good")
    pair = {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 2}
    asks = {**_list(pair), "description": "What is asked, and how."}
    params = {
        **_list({**pair, "minItems": 3, "maxItems": 3}),
        "description": "Parameters: name, default, why.",
    }
    fields = {**dict.fromkeys(names, TEXT), "asks": asks, "sources": _list(TEXT), "params": params}
    return _whole("release-explain/1", fields, "What `release explain` prints.")


def _summary() -> _Schema:
    return {"id": TEXT, "version": TEXT, "title": TEXT, "rules": COUNT}


def policy_list_schema() -> _Schema:
    """Return the JSON Schema of `release-policy-list/1`."""
    packs = _list(closed(_summary(), "A pack, and how many rules it has."))
    return _whole("release-policy-list/1", {"packs": packs}, "What `release policy list` prints.")


def policy_show_schema() -> _Schema:
    """Return the JSON Schema of `release-policy-show/1`."""
    rule = closed(
        {
            "id": TEXT,
            "title": TEXT,
            "severity": {"enum": ["error", "warning", "note"]},
            "verdict": or_null({"enum": ["hold", "no-go"]}),
            "for": TEXT,
            "kinds": _list(TEXT),
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
            "one_of": _list(TEXT),
        },
        "A parameter.",
    )
    source = closed(dict.fromkeys(("id", "title", "date", "url"), TEXT), "A source.")
    clause = _list(closed({"text": TEXT, "rules": _list(TEXT), "note": TEXT, "id": TEXT}, "A clause."))
    fields = {
        **_summary(),
        "description": TEXT,
        "applies_from": or_null(TEXT),
        "rules": _list(rule),
        "params": _list(param),
        "sources": _list(source),
        "coverage": closed(
            dict.fromkeys(("covered", "attested", "not_covered"), clause), "What of its source it covers."
        ),
    }
    return _whole("release-policy-show/1", fields, "What `release policy show` prints.")


def policy_test_schema() -> _Schema:
    """Return the JSON Schema of `release-policy-test/1`."""
    failure = closed({"rule": TEXT, "file": TEXT, "line": _PLACE, "message": TEXT}, "An example that failed.")
    pack = closed({"id": TEXT, "examples": COUNT, "failures": _list(failure)}, "A pack.")
    return _whole("release-policy-test/1", {"packs": _list(pack)}, "What `release policy test` prints.")


def policy_lint_schema() -> _Schema:
    """Return the JSON Schema of `release-policy-lint/1`."""
    remark = closed({"file": TEXT, "line": _PLACE, "column": _PLACE, "message": TEXT}, "A remark.")
    return _whole("release-policy-lint/1", {"remarks": _list(remark)}, "What `release policy lint` prints.")


def evidence_verify_schema() -> _Schema:
    """Return the JSON Schema of `release-evidence-verify/1`."""
    difference = closed({"evidence": TEXT, "what": TEXT, "message": TEXT}, "What differs.")
    signature = closed({"evidence": TEXT, "by": or_null(TEXT)}, "Who signed the rows of an item.")
    fields = {"differences": _list(difference), "signatures": _list(signature)}
    what = "What `release evidence verify` prints."
    return _whole("release-evidence-verify/1", fields, what, optional=("signatures",))
